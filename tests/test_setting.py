"""Addressee and venue: sentences with the answer drawn on them."""

from __future__ import annotations

import pytest
from marked import slices, unmark

from onrecord import data, setting
from onrecord.types import Span

ADDRESSEES = [
    "[He] {told} (@:reporters) <the plan was dead>.",
    "[He] {told} (@:the broadcaster VTR) <that the plan was dead>.",
    "<“It is over,”> [he] {told} (@:Norland Radio) on Tuesday.",
    "<“It is over,”> [he] {told} (@:a crowd of miners) in Velmark.",
    "[He] {told} (@:lawmakers and union leaders) <it was over>.",
    "[She] {warned} (@:Mr. Orlan) <that the roof leaked>.",
    "[She] {asked} (@:the minister) <whether the roof leaked>.",
    "[She] {urged} (@:parliament) <to wait>.",
    "[She] {urged} <(@:parliament) to wait>.",
    "[She] {told} <(@:her supporters) that it was over>.",
    "[She] {called on} (@:the government) <to resign>.",
    "[She] {said} to (@:her) <it was over>.",
    "[She] {assured} (@:the committee) <that it was safe>.",
    "[She] {reminded} (@:us) <that it was late>.",
    "Speaking to (@:supporters) in Easthaven, [she] {said} <it was over>.",
    "In (#:a letter to (@:lawmakers)), [she] {wrote} <that it was over>.",
    "<“Over,”> [she] {said} in (#:an interview with (@:VTR)).",
    "[She {told} (@:The Norland Post)] <it was over>.".replace("[She {", "[She] {").replace("Post)]", "Post)"),
    "[She] {urged} (@:conservatives) <to wait>.",
    # none: better none than a wrong one
    "[She] {told} the truth.",
    "[She] {asked} a question <about the roof>.",
    "[She] {asked} <whether the roof leaked>.",
    "[She] {warned} on Tuesday <that the roof leaked>.",
    "[She] {warned} of <a flood>.",
    "[She] {urged} <caution>.",
    "[She] {promised} <a tax cut>.",
    "When {asked} <about the roof>, she smiled.",
    "[She] {was told} <that it was over>.",
    "[She] {said} <it was over>. He told reporters nothing.",
    "[He] {said} <it was over>, while Ms. Lind told reporters she would stay.",
]

VENUES = [
    "In (#:an interview published on Nov. 23), [she] {said} <it was over>.",
    "<“Over,”> [she] {said} in (#:a statement).",
    "<“Over,”> [she] {said} on Monday in (#:a brief statement on Tuesday).",
    "At (#:a news conference in Port Lessing on Tuesday), [she] {said} <it was over>.",
    "[She] {said} at (#:a rally in Upper Felling) <that it was over>.",
    "[She] {told} (#:a rally in Upper Felling) <that it was over>.",
    "<“Over,”> [she] {said} by (#:telephone).",
    "<“Over,”> [she] {wrote} on (#:Twitter).",
    "<“Over,”> [she] {wrote} in (#:a post on X).",
    "<“Over,”> [she] {said} during (#:a debate in Carrow).",
    "<“Over,”> [she] {said} on (#:VTR’s “Morning Hour”).",
    "<“Over,”> [she] {said} on (#:the podcast “Long Table”).",
    "[She] {told} (@:reporters) at (#:a briefing) <that it was over>.",
    "[He] {pleaded not guilty} in (#:court).",
    "[She, speaking] at (#:a dinner), {said} <it was over>.",
    # the words of a venue that are none here
    "[She] {said} <the letter had come in an envelope>.",
    "[She] {said} <it was over>. In a statement, the council disagreed.",
    "In a statement, the council said that [she] {had promised} <to go>.",
    "[She] {spoke} in releasing the email <of a plot>.",
    "[She] {said} <so> in a conference room.",
    "[She] {is expected} <to win>.",
]


def drawn(marked: str, role: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is drawn and what is found, as text."""
    text, gold = unmark(marked)
    parts = gold[1]
    find = {"addressee": setting.addressees, "venue": setting.venues}[role]
    found = find(text, parts.source, parts.cue, parts.content)
    return slices(text, getattr(parts, role)), slices(text, found)


@pytest.mark.parametrize("marked", ADDRESSEES)
def test_addressees(marked: str) -> None:
    wanted, found = drawn(marked.replace("(@:", "(@1:").replace("(#:", "(#1:"), "addressee")
    assert found == wanted


@pytest.mark.parametrize("marked", VENUES)
def test_venues(marked: str) -> None:
    wanted, found = drawn(marked.replace("(@:", "(@1:").replace("(#:", "(#1:"), "venue")
    assert found == wanted


def test_cue_may_hold_addressee_and_venue() -> None:
    text = "She told VTR in an interview it was over."
    cue = [(4, text.index(" it"))]
    content = [(text.index("it was"), len(text) - 1)]
    assert slices(text, setting.addressees(text, [(0, 3)], cue, content)) == ("VTR",)
    assert slices(text, setting.venues(text, [(0, 3)], cue, content)) == ("an interview",)


def test_spans_and_pairs_are_alike() -> None:
    text = "She told reporters it was over."
    spans = [[Span.of(text, 0, 3)], [Span.of(text, 4, 8)], [Span.of(text, 19, 30)]]
    pairs = [[(span.start, span.end) for span in part] for part in spans]
    assert setting.addressees(text, *spans) == setting.addressees(text, *pairs) == ((9, 18),)


def test_no_cue_no_setting() -> None:
    text = "“He told reporters so in a statement.”"
    assert setting.addressees(text, [], [], [(0, len(text))]) == ()
    assert setting.venues(text, [], [], [(0, len(text))]) == ()


def test_offsets_outside_the_sentence_do_no_harm() -> None:
    text = "said"
    assert setting.addressees(text, [], [(0, 4)], []) == ()
    assert setting.venues(text, [], [(0, 4)], [(0, 4)]) == ()


def test_venue_list_is_well_formed() -> None:
    rows = data.table("venues", 5)
    assert len({row[0] for row in rows}) == len(rows), "a head stands twice"
    for head, prepositions, _addressed, form, _note in rows:
        assert head == head.lower()
        assert prepositions, head
        assert form in ("", "bare"), head
    assert data.words("gatherings") <= {row[0] for row in rows}


def test_addressee_verbs_are_well_formed() -> None:
    for verb, frame, takes, _note in data.table("addressee_verbs", 4):
        assert frame, verb
        assert takes in ("any", "person"), verb
