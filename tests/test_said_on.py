"""On which day something was said: sentences with source, cue and content drawn on them, and the day they tell.

All were published on Wednesday, 2 April 2031, unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from marked import unmark

from onrecord import setting, when
from onrecord.reader.dateline import dateline
from onrecord.said_on import Told, dated, said_on
from onrecord.types import Article, Dated, Interval, Span, When

PUBLISHED = "2031-04-02"


def told(
    marked: str, published: str | None = PUBLISHED, who: Mapping[int, str] | None = None, inner: Collection[int] = ()
) -> list[Dated | None]:
    """The day of each statement drawn, by its place in the text. ``who``: speakers; each another one without it."""
    text, gold = unmark(marked)
    line = dateline(text)
    anchor, _ = when.anchor_of(Article("a1", text, published=published, dateline=line))
    order = sorted(gold, key=lambda number: min(start for start, _ in gold[number].content + gold[number].cue))
    asked = [
        Told(
            source=gold[number].source,
            cue=gold[number].cue,
            content=gold[number].content,
            venue=setting.venues(text, gold[number].source, gold[number].cue, gold[number].content),
            speaker=who.get(number) if who else f"e{number}",
            inner=number in inner,
        )
        for number in order
    ]
    return said_on(text, asked, when.times(text, anchor).whens, line.end if line else 0)


def days(found: list[Dated | None]) -> list[str | None]:
    """Their days, the last one included: "2031-04-01", "2031-03-01..2031-04-01" (end exclusive)."""
    out: list[str | None] = []
    for one in found:
        plain = one is not None and one.value == one.start
        out.append(None if one is None else one.start if plain else f"{one.start}..{one.end}")
    return out


OWN = [
    # its own time, around the cue
    ("[Lind] {said} on Tuesday <that the quay was shut>.", "2031-04-01"),
    ("<The quay was shut>, [Lind] {said} on Tuesday.", "2031-04-01"),
    ("[Lind] on Tuesday {said} <the quay was shut>.", "2031-04-01"),
    ("<“It is shut,”> [Lind] {told} reporters in Norhaven on Monday.", "2031-03-31"),
    ("[Lind] {said} on March 12 <that the quay was shut>.", "2031-03-12"),
    ("[Lind] {said} on Wednesday <that the quay was shut>.", "2031-04-02"),
    ("[Lind] {said} last month <that the quay was shut>.", "2031-03-01..2031-04-01"),
    ("[Lind] {said} in 2029 <that the quay was shut>.", "2029-01-01..2030-01-01"),
    ("[Lind] {will say} on Friday <that the quay is shut>.", "2031-04-04"),
    # at the head of the sentence
    ("On Tuesday, [Lind] {said} <the quay was shut>.", "2031-04-01"),
    ("On Tuesday in Norhaven, [Lind] {said} <the quay was shut>.", "2031-04-01"),
    # the nearer of two
    ("[Lind] {said} on Tuesday <the quay was shut>, while Falk resigned on Monday.", "2031-04-01"),
    # after a content without a verb, in it or behind it
    ("[Lind] {called for} <calm> on Monday.", "2031-03-31"),
    ("[Lind] {called for} <calm on Monday>.", "2031-03-31"),
    # of the venue
    ("In an interview published on March 28, [Lind] {said} <the quay was shut>.", "2031-03-28"),
    ("<“It is shut,”> [Lind] {said} in an interview published on March 28.", "2031-03-28"),
]

UNTOLD = [
    # what takes the time to itself
    "[Lind] {said} <the quay was shut> after Thursday’s vote.",
    "<The quay was shut>, [Lind] {said} after the vote on Thursday.",
    "<The quay was shut>, [Lind] {said} before Monday’s vote.",
    "<The quay was shut>, [Lind] {said}, referring to the storm on Monday.",
    "After the storm on Monday, [Lind] {said} <the quay was shut>.",
    "[Lind], who resigned on Monday, {said} <the quay was shut>.",
    "The board met on Monday, and [Lind] {said} <the quay was shut>.",
    # what was said, not when
    "[Lind] {said} <the quay was shut on Monday>.",
    "[Lind] {said} <that on Monday the quay would open>.",
    "<“It was shut on Monday,”> {said} [Lind].",
    # another sentence
    "The vote was on Monday. [Lind] {said} <the quay was shut>.",
    "[Lind] {said} <the quay was shut>. The vote was on Monday.",
    # no day
    "[Lind] {said} <the quay was shut>.",
    "[Lind] {said} every Tuesday <that the quay was shut>.",
    "[Lind] {said} for weeks <that the quay was shut>.",
]


@pytest.mark.parametrize(("marked", "day"), OWN)
def test_its_own_time(marked: str, day: str) -> None:
    assert days(told(marked)) == [day]


@pytest.mark.parametrize("marked", UNTOLD)
def test_a_day_that_is_not_told_is_not_known(marked: str) -> None:
    assert told(marked) == [None]


@pytest.mark.parametrize("marked", [marked for marked, _ in OWN if " in 2029 " not in marked])
def test_without_a_day_to_reckon_from_it_is_not_known(marked: str) -> None:
    assert told(marked, published=None) == [None]


def test_a_connective_before_the_time_at_the_head() -> None:
    assert days(told("But on Tuesday [Lind] {said} <the quay was shut>.")) == ["2031-04-01"]


def test_a_relative_clause_within_the_source_takes_no_time() -> None:
    marked = "<“It is shut,”> {said} [Mara Lind, who chairs the board], on Tuesday."
    assert days(told(marked)) == ["2031-04-01"]


def test_a_year_needs_no_day_to_reckon_from() -> None:
    found = told("[Lind] {said} in 2029 <that the quay was shut>.", published=None)
    assert days(found) == ["2029-01-01..2030-01-01"]


def test_the_dateline_goes_before_the_page() -> None:
    marked = "NORHAVEN, March 26 (NPA) — [Lind] {said} on Tuesday <the quay was shut>."
    assert days(told(marked)) == ["2031-03-25"]


def test_the_dateline_itself_tells_no_day() -> None:
    assert told("NORHAVEN, March 26 (NPA) — [Lind] {said} <the quay was shut>.") == [None]


def test_the_expression_that_tells_it_is_named() -> None:
    (one,) = told("The board met in 2029. [Lind] {said} on Tuesday <the quay was shut>.")
    assert one is not None
    assert one.when == "w2"
    assert one.value == "2031-04-01"


# --- what the same speaker said before ----------------------------------------------------------------------------

TUESDAY = "[1:Lind] {1:said} on Tuesday <1:that the quay was shut>."


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (" <2:“It is late,”> [2:she] {2:added}.", "2031-04-01"),
        (" <2:“It is late.”>", "2031-04-01"),  # a quotation that goes on without a cue
        ("\n\nOne.\n\nTwo.\n\nThree.\n\n[2:She] {2:added} <2:it was late>.", "2031-04-01"),
        (" [2:She] {2:said} last month <2:it was late>.", "2031-03-01..2031-04-01"),  # its own goes before
        # habits, and other occasions
        (" [2:She] {2:has repeatedly said} <2:it was late>.", None),
        (" [2:She] {2:often said} <2:it was late>.", None),
        (" [2:She] {2:had said} <2:it was late>.", None),
        (" [2:She] {2:previously said} <2:it was late>.", None),
        (" [2:She] {2:earlier called} <2:it late>.", None),
        # too far off
        ("\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\n[2:She] {2:added} <2:it was late>.", None),
    ],
)
def test_a_running_statement(after: str, day: str | None) -> None:
    assert days(told(TUESDAY + after, who={1: "e1", 2: "e1"})) == ["2031-04-01", day]


def test_another_speaker_does_not_go_on() -> None:
    marked = TUESDAY + " <2:“It is late,”> [2:Falk] {2:said}."
    assert days(told(marked, who={1: "e1", 2: "e2"})) == ["2031-04-01", None]
    assert days(told(marked, who={1: "e1"})) == ["2031-04-01", None]  # nor one who is not known


def test_who_spoke_between_takes_no_day_away() -> None:
    marked = TUESDAY + " <2:“No,”> [2:Falk] {2:said} on Monday. <3:“Yes,”> [3:Lind] {3:said}."
    assert days(told(marked, who={1: "e1", 2: "e2", 3: "e1"})) == ["2031-04-01", "2031-03-31", "2031-04-01"]


def test_who_is_quoted_by_another_did_not_speak_then() -> None:
    marked = (
        "[1:Lind] {1:said} <1:[2:the mayor] {2:denied} on Monday <2:it was shut>>. <3:“No,”> [3:the mayor] {3:said}."
    )
    found = told(marked, who={1: "e1", 2: "e2", 3: "e2"}, inner={2})
    assert days(found)[1:] == ["2031-03-31", None]


def test_the_outer_statements_day_is_not_the_inner_ones() -> None:
    marked = "[1:Lind] {1:said} on Tuesday <1:[2:the mayor] {2:denied} <2:it was shut>>."
    assert days(told(marked, who={1: "e1", 2: "e2"}, inner={2})) == ["2031-04-01", None]


def test_a_refusal_has_a_day() -> None:
    assert days(told("[Lind] {declined} on Monday <to comment>.")) == ["2031-03-31"]


def test_nothing_said_no_day() -> None:
    assert said_on("The vote was on Monday.", [], []) == []


@pytest.mark.parametrize("interval", [None, Interval(None, "2031-04-02"), Interval("2031-04-01", None)])
def test_days_that_are_open_are_none(interval: Interval | None) -> None:
    assert dated(When("w1", Span(0, 3, "xxx"), "DATE", "2031-04-01", None, interval, None)) is None
