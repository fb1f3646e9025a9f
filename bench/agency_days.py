"""Days and time expressions of the benchmark's prose, with their TIMEX3 values (ISO 24617-1) and the days they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from bench.agency_world import Draw
from onrecord.types import TimexType

FIRST, LAST = date(2028, 1, 1), date(2033, 12, 31)
"""Articles are published on these days and those between."""

_HELD = 4_500  # two kinds of expression for each of these days

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PARTS = (("morning", "MO"), ("afternoon", "AF"), ("evening", "EV"), ("night", "NI"))


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression: what stands before it, its words, and what they mean. ``days`` is half-open, in ISO dates.

    ``relative``: whether it was reckoned from the article's day.
    """

    before: str
    text: str
    type: TimexType
    value: str
    days: tuple[str, str] | None
    relative: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The day on which an article is written."""

    iso: str
    date: date

    def time(self, kind: str, draw: Draw) -> Time:
        """Some time expression: "on" (Tuesday), "since" (March), or a number of "days", "months" or "hours"."""
        if kind in ("days", "months", "hours"):
            return _durations()[kind][int(draw() * len(NUMBERS))]
        times = _times(self.date, kind)
        return times[int(draw() * len(times))]


@cache
def day(number: int) -> Day:
    """The day this many days after ``FIRST``."""
    that = FIRST + timedelta(number)
    return Day(that.isoformat(), that)


@cache
def _durations() -> dict[str, tuple[Time, ...]]:
    units = {"days": ("days", "P{}D"), "months": ("months", "P{}M"), "hours": ("hours", "PT{}H")}
    return {
        kind: tuple(
            Time("", f"{word} {unit}", "DURATION", value.format(number), None, relative=False)
            for number, word in enumerate(NUMBERS, start=2)
        )
        for kind, (unit, value) in units.items()
    }


@lru_cache(_HELD)
def _times(today: date, kind: str) -> tuple[Time, ...]:
    """What may be said on a day; weekdays are those just past, as in the news of the day."""
    on = "on " if kind == "on" else ""
    times = [_weekday(on, today - timedelta(back)) for back in (0, 0, 1, 1, 2, 3, 4, 5, 6)]
    times += [_part_of_day(on, today - timedelta(back), *PARTS[back]) for back in range(4)] if on else []
    for back in (1, 3):
        month, year = (today.month - 1 - back) % 12 + 1, today.year - (today.month <= back)
        times.append(_month("in " if on else "", MONTHS[month - 1], year, month))
    monday = today - timedelta(today.weekday())
    if on:
        iso = today.isocalendar()
        week = (monday.isoformat(), (monday + timedelta(7)).isoformat())
        times.append(Time("", "this week", "DATE", f"{iso.year}-W{iso.week:02}", week, relative=True))
        this_month = _month("", "this month", today.year, today.month)
        times.append(this_month)
    else:
        times += [_year(today.year - back) for back in (1, 2, 5)]
    return tuple(times)


def _weekday(before: str, that: date) -> Time:
    days = (that.isoformat(), (that + timedelta(1)).isoformat())
    return Time(before, WEEKDAYS[that.weekday()], "DATE", days[0], days, relative=True)


def _part_of_day(before: str, that: date, part: str, code: str) -> Time:
    days = (that.isoformat(), (that + timedelta(1)).isoformat())
    return Time(before, f"{WEEKDAYS[that.weekday()]} {part}", "TIME", f"{days[0]}T{code}", days, relative=True)


def _month(before: str, text: str, year: int, month: int) -> Time:
    after = date(year + month // 12, month % 12 + 1, 1)
    days = (date(year, month, 1).isoformat(), after.isoformat())
    return Time(before, text, "DATE", days[0][:7], days, relative=True)


def _year(year: int) -> Time:
    return Time("", str(year), "DATE", str(year), (f"{year}-01-01", f"{year + 1}-01-01"), relative=False)
