"""Time expressions: sentences with the expressions drawn on them, and how each is read.

``when_cases.txt``: a line ``@ 2031-04-02 published`` sets the anchor of the lines after it (2031-04-02 is a Wednesday).
Each other line is a sentence with its expressions in brackets, then for each of them, after a tab: type, value,
modifier, days ``start..end`` (end exclusive) and what it was reckoned from; ``-`` is None.
"""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import data
from onrecord.types import Article, Span, When
from onrecord.when import Anchor, anchor_of, holidays, periods, tense, times, whens

WEDNESDAY = Anchor(date(2031, 4, 2), "published")


def anchor(told: str) -> Anchor:
    if told == "none":
        return Anchor()
    day, source = told.split()
    parts = [int(part) for part in day.split("-")]
    known = cast(Literal["dateline", "published"], source)
    return Anchor(date(*parts), known) if len(parts) == 3 else Anchor(None, known, *parts)


def cases() -> list[tuple[Anchor, str, tuple[str, ...]]]:
    found, here = [], Anchor()
    for line in (Path(__file__).parent / "when_cases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            here = anchor(line[2:])
        elif line and not line.startswith("#"):
            drawn, *readings = line.split("\t")
            found.append((here, drawn, tuple(readings)))
    return found


def told(when: When) -> str:
    days = f"{when.interval.start}..{when.interval.end}" if when.interval else "-"
    return f"{when.type} {when.value} {when.mod or '-'} {days} {when.anchor or '-'}"


def draw(text: str, found: tuple[When, ...]) -> str:
    for when in reversed(found):
        text = f"{text[: when.span.start]}[{when.span.text}]{text[when.span.end :]}"
    return text


@pytest.mark.parametrize(("here", "drawn", "readings"), cases())
def test_found_and_read(here: Anchor, drawn: str, readings: tuple[str, ...]) -> None:
    text = re.sub(r"[\[\]]", "", drawn)
    found = whens(text, here)
    assert draw(text, found) == drawn
    assert tuple(told(when) for when in found) == readings
    assert [when.id for when in found] == [f"w{n}" for n in range(1, len(found) + 1)]


NOTES = [
    ("It was filed on Feb. 30.", "'Feb. 30' is no day of the calendar: left without one"),
    ("It was filed on Feb. 29, 2031.", "'Feb. 29, 2031' is no day of the calendar: left without one"),
    ("It was filed on 2031-02-30.", "'2031-02-30' is no day of the calendar: left without one"),
    ("It was filed on Friday, March 3, 2031.", "'Friday, March 3, 2031': 2031-03-03 is a Monday"),
    ("It was filed on Sunday, March 31.", None),
    ("It was filed on Monday, March 31.", None),
    ("It was filed on Feb. 29, 2032.", None),
]


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_notes(text: str, note: str | None) -> None:
    here = Anchor(date(2030, 4, 2), "published") if "Sunday" in text else WEDNESDAY
    found = times(text, here)
    assert found.notes == ((note,) if note else ())
    assert len(found.whens) == 1


def article(dateline: str | None, published: str | None) -> Article:
    text = f"{dateline} — The council met." if dateline else "The council met."
    return Article("a", text, published=published, dateline=Span.of(text, 0, len(dateline)) if dateline else None)


ANCHORS = [
    # dateline, published, the anchor's day and source, what the notes say
    (None, "2031-04-02", "2031-04-02", "published", ""),
    (None, "2031-04-02T23:30:00+02:00", "2031-04-02", "published", ""),
    (None, None, None, None, "no publication date and no dateline date"),
    (None, "yesterday", None, None, "is no date of the calendar"),
    (None, "2031-02-30", None, None, "is no date of the calendar"),
    (None, "2031-13", None, None, "is no date of the calendar"),
    (None, "2031", None, "published", "too coarse"),
    (None, "2031-04", None, "published", "too coarse"),
    ("EASTHAVEN, April 2 (NNA)", "2031-04-03", "2031-04-02", "dateline", ""),
    ("EASTHAVEN, 2 April", "2031-04-03", "2031-04-02", "dateline", ""),
    ("EASTHAVEN, April 3", "2031-04-02", "2031-04-03", "dateline", ""),  # a time zone ahead of the page
    ("EASTHAVEN, Dec. 30", "2032-01-02", "2031-12-30", "dateline", ""),
    ("EASTHAVEN, Feb. 29", "2033-03-01", "2032-02-29", "dateline", "reckoned from the dateline"),
    ("EASTHAVEN, April 2", "2031-06-09", "2031-04-02", "dateline", "the dateline says 2031-04-02, the page 2031-06-09"),
    ("EASTHAVEN, April 2, 2030", "2031-04-02", "2030-04-02", "dateline", "reckoned from the dateline"),
    ("EASTHAVEN, April 2", None, None, None, "without a year"),
    ("EASTHAVEN, April 2, 2031", None, "2031-04-02", "dateline", ""),
    ("EASTHAVEN, April 2", "2031", "2031-04-02", "dateline", ""),
    ("EASTHAVEN, Dec. 2", "2031-04", "2030-12-02", "dateline", ""),
    ("EASTHAVEN, Feb. 30", "2031-03-01", "2031-03-01", "published", "no day of the calendar"),
    ("EASTHAVEN, Friday", "2031-04-02", "2031-03-28", "dateline", ""),
    ("EASTHAVEN, Wednesday (NNA)", "2031-04-02", "2031-04-02", "dateline", ""),
    ("EASTHAVEN, Friday", "2031", None, "published", "too coarse"),
    ("EASTHAVEN (NNA)", "2031-04-02", "2031-04-02", "published", ""),
]


@pytest.mark.parametrize(("dateline", "published", "day", "source", "note"), ANCHORS)
def test_anchor(dateline: str | None, published: str | None, day: str | None, source: str | None, note: str) -> None:
    found, notes = anchor_of(article(dateline, published))
    assert (found.day and found.day.isoformat(), found.source) == (day, source)
    assert note in " ".join(notes)
    assert bool(notes) == bool(note)


def test_the_future_is_noted_only_by_a_given_today() -> None:
    one = article(None, "2099-01-01")
    assert anchor_of(one) == (Anchor(date(2099, 1, 1), "published"), ())
    assert anchor_of(one, date(2031, 4, 2))[1] == ("published 2099-01-01 lies in the future",)
    assert anchor_of(one, date(2099, 1, 1))[1] == ()


def test_ids_of_anchors_are_those_of_the_expressions() -> None:
    text = "In 1990 he left. A year later, two days before Christmas, he came back."
    found = {when.id: when for when in whens(text, WEDNESDAY)}
    assert found["w2"].anchor == "w1"
    assert found[found["w3"].anchor or ""].span.text == "Christmas"


DIRECTIONS = [
    ("She said on [Friday]", tense.PAST),
    ("She will go on [Friday]", tense.FUTURE),
    ("She’ll go on [Friday]", tense.FUTURE),
    ("She is expected to go on [Friday]", tense.FUTURE),
    ("It will be opened on [Friday]", tense.FUTURE),
    ("It was opened on [Friday]", tense.PAST),
    ("She has gone on [Friday]", tense.PAST),
    ("They have a vote on [Friday]", tense.NEITHER),
    ("The looming vote in [July]", tense.FUTURE),
    ("He spoke. The vote on [Friday]", tense.NEITHER),
    ("On [Friday], Mr. Lind left", tense.PAST),
    ("The shop is open until [Friday]", tense.FUTURE),
    ("The shop stayed open until [Friday]", tense.PAST),
    ("[Friday]’s vote was lost", tense.PAST),
]


@pytest.mark.parametrize(("drawn", "direction"), DIRECTIONS)
def test_direction(drawn: str, direction: int) -> None:
    start, end = drawn.index("["), drawn.index("]") - 1
    assert tense.direction(re.sub(r"[\[\]]", "", drawn), start, end) == direction


@pytest.mark.parametrize(
    ("year", "day"), [(2000, "04-23"), (2008, "03-23"), (2024, "03-31"), (2025, "04-20"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert holidays.easter(year).isoformat() == f"{year}-{day}"


@pytest.mark.parametrize("told", [row[1] for row in data.table("when_holidays", 2)])
def test_every_holiday_has_a_day(told: str) -> None:
    assert holidays.day_of(told, 2031)


def test_zones_are_offsets() -> None:
    assert all(re.fullmatch(r"|Z|[+-]\d\d:\d\d", row[1]) for row in data.table("when_zones", 2))


@pytest.mark.parametrize("text", sorted(data.words("when_names")))
def test_no_name_is_a_time(text: str) -> None:
    assert whens(f"They spoke of {text} here.", WEDNESDAY) == ()


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.integers(-5000, 5000))
def test_periods_hold_their_day(day: date, count: int) -> None:
    for unit in ("day", "week", "month", "quarter", "year", "decade", "century"):
        there = periods.around(day, unit)
        if there.start and there.end:
            assert there.start <= day < there.end
        periods.moved(day, count, unit)


WORDS = """the a an in on at by two 2031 31 April May Friday 3 3rd last next this past year years week day days ago
later before after of and to from – , . : 2:30 p.m. GMT morning early late end half first century 19th 1990s '90s summer
every quarter Q3 Christmas noon said will Feb. 30 fiscal weekend three few months 9999 0001 more than"""
PIECES = st.sampled_from([*WORDS.split(), "\n\n", ""])
TEXTS = st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join))


@given(TEXTS, st.one_of(st.just(Anchor()), st.dates().map(lambda day: Anchor(day, "published"))))
def test_any_text(text: str, here: Anchor) -> None:
    past = 0
    found = whens(text, here)
    for when in found:
        assert past <= when.span.start < when.span.end
        assert text[when.span.start : when.span.end] == when.span.text
        assert when.value
        past = when.span.end
        if when.interval and when.interval.start and when.interval.end:
            assert date.fromisoformat(when.interval.end) - date.fromisoformat(when.interval.start) >= timedelta(1)


REPEATED = [
    "two days before ",
    "the end of ",
    "early ",
    "by May ",
    "a year later, ",
    "first ",
    "1,000,",
    "1914-",
    "March 3 – ",
    "said on Friday ",
    "9 ",
    "the " * 20,
    "the first" + " " * 50,
    "a hundred ",
    "2031 Aa ",
]


@pytest.mark.parametrize("piece", REPEATED)
def test_time_is_linear(piece: str) -> None:
    def seconds(copies: int) -> float:
        text, best = piece * copies, float("inf")
        for _ in range(3):
            begun = time.process_time()
            whens(text, WEDNESDAY)
            best = min(best, time.process_time() - begun)
        return best

    seconds(10)
    # 8 times the text: 8 times the time if linear, 64 if quadratic.
    assert seconds(4_000) < 24 * max(seconds(500), 0.002)
