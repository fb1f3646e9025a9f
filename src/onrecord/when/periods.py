"""Days, weeks, months and longer: their TIMEX3 values, and the days that they cover.

Weeks are ISO 8601's, Monday to Sunday. Seasons are the northern, meteorological ones (spring is March to May), and a
winter bears the year of its December. Decades are written as TIMEX3 writes them, ``198`` for the 1980s, and centuries
``18`` for the nineteenth. A fiscal year covers no days here: each country and company begins its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from onrecord.types import Interval

Unit = Literal["day", "week", "weekend", "month", "quarter", "half", "season", "year", "decade", "century"]
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # TIMEX3's code, and the first month of three
_MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_UNKNOWN = {
    "day": "XXXX-XX-XX",
    "week": "XXXX-WXX",
    "weekend": "XXXX-WXX-WE",
    "month": "XXXX-XX",
    "quarter": "XXXX-QX",
    "half": "XXXX-HX",
    "season": "XXXX",
    "year": "XXXX",
    "decade": "XXX",
    "century": "XX",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the calendar: ``value`` is TIMEX3's, the days are ``[start, end)``, or None where not known."""

    value: str
    unit: Unit
    start: date | None = None
    end: date | None = None

    @property
    def interval(self) -> Interval | None:
        """The days as ISO dates."""
        if self.start is None or self.end is None:
            return None
        return Interval(self.start.isoformat(), self.end.isoformat())


def unknown(unit: Unit) -> Period:
    """A period of which only the kind is known: ``XXXX-WXX``."""
    return Period(_UNKNOWN[unit], unit)


def day(when: date) -> Period:
    """One day."""
    return _whole(when.isoformat(), "day", when, 1)


def week(when: date) -> Period:
    """The ISO week around a day."""
    year, number, weekday = when.isocalendar()
    return _whole(f"{year:04}-W{number:02}", "week", plus(when, 1 - weekday), 7)


def weekend(when: date) -> Period:
    """Saturday and Sunday of the ISO week around a day."""
    year, number, weekday = when.isocalendar()
    return _whole(f"{year:04}-W{number:02}-WE", "weekend", plus(when, 6 - weekday), 2)


def month(year: int, number: int) -> Period:
    """A month, 1 to 12."""
    return _months(f"{year:04}-{number:02}", "month", year, number)


def quarter(year: int, number: int) -> Period:
    """A quarter of the calendar year, 1 to 4."""
    return _months(f"{year:04}-Q{number}", "quarter", year, 3 * number - 2)


def half(year: int, number: int) -> Period:
    """A half of the calendar year, 1 or 2."""
    return _months(f"{year:04}-H{number}", "half", year, 6 * number - 5)


def season(year: int, code: str) -> Period:
    """A season, by TIMEX3's code; the winter that begins in December of ``year``."""
    start = _day(year, SEASONS[code], 1)
    return Period(f"{year:04}-{code}", "season", start, start and shift(start, 3, "month"))


def year(number: int) -> Period:
    """A calendar year."""
    return _months(f"{number:04}", "year", number, 1)


def decade(of: int) -> Period:
    """The ten years around a year, from the one that ends in 0."""
    return _months(f"{of // 10:03}", "decade", of // 10 * 10, 1)


def century(first: int) -> Period:
    """The hundred years from the one that ends in 00."""
    return _months(f"{first // 100:02}", "century", first // 100 * 100, 1)


def span(first: Period, last: Period) -> Period:
    """From the beginning of one period to the end of another, written as ISO 8601 writes an interval."""
    return Period(f"{first.value}/{last.value}", first.unit, first.start, last.end)


def around(when: date, unit: str) -> Period:
    """The period of a kind that a day lies in."""
    makers = {"day": day, "week": week, "weekend": weekend}
    if unit in makers:
        return makers[unit](when)
    if unit == "month":
        return month(when.year, when.month)
    if unit == "quarter":
        return quarter(when.year, (when.month + 2) // 3)
    return {"year": year, "decade": decade, "century": century}[unit](when.year)


def moved(when: date, count: int, unit: str) -> Period | None:
    """The period of a kind that lies ``count`` such periods after the one around a day; None off the calendar."""
    there = shift(when, count, "week" if unit == "weekend" else unit)
    return None if there is None else around(there, unit)


def shift(when: date, count: float, unit: str) -> date | None:
    """A day moved by days, weeks, months …: a day that the month lacks becomes its last. None off the calendar."""
    if unit in ("day", "week"):
        return plus(when, round(count * (7 if unit == "week" else 1)))
    months = when.year * 12 + when.month - 1 + round(count * _MONTHS_IN[unit])
    for last in range(when.day, 27, -1) if when.day > 28 else (when.day,):
        if there := _day(months // 12, months % 12 + 1, last):
            return there
    return None


def plus(when: date, days: int) -> date | None:
    """A day moved by days, or None off the calendar (years 1 to 9999)."""
    try:
        return when + timedelta(days)
    except OverflowError:
        return None


def possible(year: int, month: int, number: int) -> date | None:
    """A day of the calendar, or None where there is none: February 30."""
    return _day(year, month, number)


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _whole(value: str, unit: Unit, start: date | None, days: int) -> Period:
    return Period(value, unit, start, start and plus(start, days))


def _months(value: str, unit: Unit, year: int, month: int) -> Period:
    start = _day(year, month, 1)
    return Period(value, unit, start, start and shift(start, 1, unit))
