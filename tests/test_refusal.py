"""Refusals without words: the cue, what it is about, and who refused.

Drawn as in ``marked``: ``[who] {cue} <about what>``. No statement drawn: no refusal.
"""

from __future__ import annotations

import time

import pytest
from marked import unmark

from onrecord import data
from onrecord.refusal import refusals, same_sentence

FOUND = [
    "[Mara Lind] {did not elaborate}.",
    "[Mara Lind] {didn’t elaborate} <on the plan>.",
    "[Mara Lind] {didn't elaborate} <on the plan>, and left.",
    "[The board] {would not comment} <on the fares>.",
    "[Osk Ferries] {did not immediately respond to} <a request for comment>.",
    "[Osk Ferries] {did not respond to} <requests for comment>.",
    "[Osk Ferries] {did not return} <calls seeking comment>.",
    "[A spokesman for Osk Ferries] {declined} <to comment>.",
    "[The ministry] {refused} <to comment on the talks>.",
    "[Paul Stride] {could not immediately be reached} <for comment>.",
    "[Paul Stride, the former manager], {could not be reached} <for comment>.",
    "[The port] {gave no further details}.",
    "[The port] {had no immediate comment} <on the fire>.",
    "[The minister] {would not be drawn} <on that>.",
    # up to the clause's own subject, past connectives and adverbs
    "The boats are late. But [the board] {did not elaborate}.",
    "On Tuesday, [the board] {did not elaborate}.",
    "[Mr. Lind] also {did not elaborate}.",
    "The fire spread, and [the port] {gave no details}.",
    "She met Gen. Orm. [J. Orm] {declined} <to comment>.",
    "The boats are late.\n[The board] {did not elaborate}.",
]
# The subject stands in the clause before.
LEANING = ["Mara Lind said yes but {did not elaborate}.", "Mara Lind left, {without elaborating}."]
NONE = [
    "Mara Lind elaborated on the plan.",
    "The board did not meet.",
    "The answer did not come.",
    "She declined the offer.",
    "The boat did not return to the quay.",
    "He could not reach the quay.",
    "",
]


@pytest.mark.parametrize("drawn", FOUND)
def test_cue_object_and_subject(drawn: str) -> None:
    text, gold = unmark(drawn)
    (one,) = refusals(text, [])
    parts = gold[1]
    assert ((one.source,), (one.cue,)) == (parts.source, parts.cue)
    assert one.content == (parts.content[0] if parts.content else None)
    assert not one.leans


@pytest.mark.parametrize("drawn", LEANING)
def test_a_clause_without_a_subject_leans_on_the_one_before(drawn: str) -> None:
    text, gold = unmark(drawn)
    (one,) = refusals(text, [])
    assert (one.cue, one.source, one.leans) == (gold[1].cue[0], None, True)


@pytest.mark.parametrize("text", NONE)
def test_no_refusal(text: str) -> None:
    assert refusals(text, []) == []


def test_every_cue_matches_the_example_beside_it() -> None:
    rows = data.table("refusals", 3)
    for _, _, example in rows:
        text = f"The board {example.strip(chr(34))}."
        assert len(refusals(text, [])) == 1, example


def test_what_is_quoted_is_no_refusal() -> None:
    text = "“The board did not elaborate,” she said. Osk Ferries did not elaborate."
    (one,) = refusals(text, [(0, text.index("”") + 1)])
    assert one.cue[0] == text.rindex("did")


def test_in_order_of_the_text() -> None:
    text = "Lind did not comment. " * 3 + "Orm declined to comment."
    starts = [one.cue[0] for one in refusals(text, [])]
    assert len(starts) == 4
    assert starts == sorted(starts)


def test_a_subject_that_is_none() -> None:
    # A quotation in front of the verb, and a run of words too long for a subject.
    assert refusals("“No.” did not elaborate.", [(0, 5)])[0].source is None
    long = " ".join(["harbour"] * 20) + " did not elaborate."
    assert refusals(long, [])[0].source is None


@pytest.mark.parametrize(
    ("text", "same"),
    [("one two", True), ("One. Two", False), ("One.” Two", False), ("one\ntwo", False), ("3.5 m", True)],
)
def test_same_sentence(text: str, same: bool) -> None:
    assert same_sentence(text, 0, len(text)) is same


def test_time_is_linear() -> None:
    def seconds(copies: int) -> float:
        text = "She left, did not comment and " * copies
        begun = time.process_time()
        assert len(refusals(text, [])) == copies
        return time.process_time() - begun

    seconds(10)
    # 8 times the text: 8 times the time if linear, 64 if quadratic.
    assert seconds(4_000) < 20 * max(seconds(500), 0.002)
