"""The markup of the tests: what it reads, what it refuses, and that drawing undoes reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import MarkupError, Parts, load_passages, mark, slices, unmark

READ = [
    ("[Ms. Lee] {said} <it rained>.", {1: (["Ms. Lee"], ["said"], ["it rained"], [], [])}),
    ("<1:“A,”> [1:he] {1:said}, <1:“B.”>", {1: (["he"], ["said"], ["“A,”", "“B.”"], [], [])}),
    ("[1,2:She] {1:sang} and {2:said}", {1: (["She"], ["sang"], [], [], []), 2: (["She"], ["said"], [], [], [])}),
    ("{told} (@:me) at (#:a rally (in Easthaven\\))", {1: ([], ["told"], [], ["me"], ["a rally (in Easthaven)"])}),
    ("<1:[2:he] {2:said} <2:x>>", {1: ([], [], ["he said x"], [], []), 2: (["he"], ["said"], ["x"], [], [])}),
    ("<1:a \\[b\\] \\{c\\} \\<d\\> \\\\ (e)>", {1: ([], [], ["a [b] {c} <d> \\ (e)"], [], [])}),
    ("(#1:a letter to (@1:them))", {1: ([], [], [], ["them"], ["a letter to them"])}),
    ("plain (text) \\(@ here", {}),
]


@pytest.mark.parametrize(("marked", "wanted"), READ)
def test_unmark(marked: str, wanted: dict[int, tuple[list[str], ...]]) -> None:
    text, gold = unmark(marked.replace("(@:", "(@1:").replace("(#:", "(#1:"))
    roles = ("source", "cue", "content", "addressee", "venue")
    assert {n: tuple(list(slices(text, getattr(parts, r))) for r in roles) for n, parts in gold.items()} == wanted


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("[1:Lee said", r"line 1, column 1: source is never closed"),
        ("Lee said>", r"line 1, column 9: > closes nothing"),
        ("[1:Lee {1:said] x}", r"line 1, column 15: \] closes nothing \(cue is open\)"),
        ("one\ntwo [1:]", r"line 2, column 5: source is empty"),
        ("end\\", r"line 1, column 4: a backslash escapes nothing"),
    ],
)
def test_malformed_markup_names_the_place(marked: str, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        unmark(marked)


def test_crossing_parts_cannot_be_drawn() -> None:
    with pytest.raises(MarkupError, match=r"crosses"):
        mark("abcdef", {1: Parts(source=((0, 4),), cue=((2, 6),))})


@pytest.mark.parametrize("marked", [marked for marked, _ in READ])
def test_drawing_undoes_reading(marked: str) -> None:
    text, gold = unmark(marked.replace("(@:", "(@1:").replace("(#:", "(#1:"))
    assert unmark(mark(text, gold)) == (text, gold)


def test_every_passage_survives_being_drawn_again() -> None:
    for passage in load_passages():
        gold = {
            number: Parts(s.source, s.cue, s.content, s.addressee, s.venue)
            for number, s in enumerate(passage.statements, 1)
        }
        assert unmark(mark(passage.text, gold)) == (passage.text, gold), passage.id


@given(st.text(alphabet="ab []{}<>()@#\\:1,\n", max_size=60), st.integers(0, 60), st.integers(1, 60))
def test_any_text_and_part_survive(text: str, start: int, length: int) -> None:
    parts = Parts(venue=((start, min(start + length, len(text))),)) if start < len(text) else Parts(venue=())
    gold = {1: parts} if parts.venue else {}
    assert unmark(mark(text, gold)) == (text, gold)
