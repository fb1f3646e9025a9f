"""Where a date without a year belongs: by its clause's tense, the weekday that it has, or the dates before it."""

from __future__ import annotations

import re
from datetime import date

from onrecord.when import periods
from onrecord.when.lexicon import DAY, MONTH, SP, YEAR, month_number, weekday_number
from onrecord.when.periods import Period
from onrecord.when.state import Latest, Reading
from onrecord.when.tense import FUTURE, PAST

# A text that has just named a year at least so far from its own tells a story there: "In May 1950 … In July he left".
STORY = 2  # years
# A bare year is more often mentioned in passing: the month must follow in the same or in the next sentence.
YEAR_STAYS = 150  # characters


# "between May and June 1981", "from March 3 to April 5, 2031": the year stands once, with the second.
_AHEAD = re.compile(
    rf"(?:,?{SP}(?:and|or|to|until|till|through){SP}|{SP}?[-–—]{SP}?)(?:the{SP})?(?:{DAY}{SP}(?:of{SP})?)?(?P<m>{MONTH})"
    rf"(?:{SP}{DAY})?(?:,|{SP}of|{SP}in)?{SP}(?P<y>{YEAR})"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A day so far off, where the same date lies near on the other side, would be given its year.
FAR = 300  # days


def year_ahead(text: str, end: int, month: int) -> int | None:
    """The year that a month or a day shares with the one that follows it."""
    match = _AHEAD.match(text, end)
    return int(match["y"]) - (month > month_number(match["m"])) if match else None


def month_day(reading: Reading, match: re.Match[str], month: int, number: int) -> tuple[Period, str | None]:
    """The day that a match with groups ``name``, ``y`` and ``rel`` gives, and what it was reckoned from."""
    weekday = weekday_number(match["name"]) if match["name"] else None
    if match["y"]:
        there = periods.possible(int(match["y"]), month, number)
        _check_weekday(reading, match, there, weekday)
        return (periods.day(there) if there else _impossible(reading, match)), None
    if not periods.possible(2000, month, number):  # a leap year: February 29 may be
        return _impossible(reading, match), None
    if match["rel"]:
        year, anchor = year_by_words(reading, match["rel"], match.start())
        there = year.start and periods.possible(year.start.year, month, number)
        return (periods.day(there), anchor) if there else (_yearless(month, number), None)
    return _without_year(reading, match, month, number)


def _without_year(reading: Reading, match: re.Match[str], month: int, number: int) -> tuple[Period, str | None]:
    weekday = weekday_number(match["name"]) if match["name"] else None
    start, end = match.span()
    if shared := year_ahead(reading.text, end, month):
        day = periods.possible(shared, month, number)
        return (periods.day(day) if day else _impossible(reading, match)), None
    story = _story(reading, start)
    if story and story.period.start:
        after = story.period.start
        for year in range(after.year, after.year + 9):
            there = periods.possible(year, month, number)
            if there and (there >= after or story.period.unit == "year"):
                return periods.day(there), story.id
    near = reading.anchor.reference
    if near is None:
        return _yearless(month, number), None
    reach = 8 if (month, number) == (2, 29) else 1
    days = [periods.possible(year, month, number) for year in range(near.year - reach, near.year + reach + 1)]
    choice = [day for day in days if day]
    fitting = [day for day in choice if weekday is None or day.isoweekday() == weekday]
    if weekday and fitting:
        there = nearest(fitting, near, 0)
    else:
        there = nearest(choice, near, reading.direction(start, end))
        if there and abs((there - near).days) > FAR:
            there = nearest(choice, near, 0)
        _check_weekday(reading, match, there, weekday)
    return (periods.day(there), reading.anchor.source) if there else (_yearless(month, number), None)


def _check_weekday(reading: Reading, match: re.Match[str], there: date | None, weekday: int | None) -> None:
    if there and weekday and there.isoweekday() != weekday:
        reading.notes.append(f"{match.group()!r}: {there} is a {_WEEKDAYS[there.isoweekday() - 1]}")


def month_of(reading: Reading, start: int, end: int, month: int) -> tuple[Period, str | None]:
    """The month that ``[start, end)`` names without a year, and what it was reckoned from."""
    story = _story(reading, start)
    if story and story.period.start:
        first = story.period.start
        return periods.month(first.year + (month < first.month and story.period.unit != "year"), month), story.id
    near = reading.anchor.reference
    if near is None:
        return Period(f"XXXX-{month:02}", "month"), None
    here = date(near.year, near.month, 1)
    years = [there for year in (near.year - 1, near.year, near.year + 1) if (there := periods.possible(year, month, 1))]
    there = nearest(years, here, reading.direction(start, end))
    return (
        (periods.month(there.year, month), reading.anchor.source)
        if there
        else (Period(f"XXXX-{month:02}", "month"), None)
    )


def nearest(choice: list[date], near: date, direction: int) -> date | None:
    """The nearest of several days, on the side of ``near`` where the clause looks; ``near`` itself is on both."""
    if direction == PAST:
        choice = [day for day in choice if day <= near]
    elif direction == FUTURE:
        choice = [day for day in choice if day >= near]
    return min(choice, key=lambda day: abs((day - near).days), default=None)


def year_by_words(reading: Reading, words: str, start: int) -> tuple[Period, str | None]:
    """The year of "last year", "that year", "the following year", and what it was reckoned from."""
    low = " ".join(words.lower().split())
    if low in ("last year", "this year", "next year"):
        return reading.from_anchor("year", {"last": -1, "this": 0, "next": 1}[low[:4]])
    if low in ("that year", "the same year"):
        return reading.enclosing(start, "year")
    return reading.from_previous(start, "year", -1 if "previous" in low else 1)


def _story(reading: Reading, start: int) -> Latest | None:
    """The expression before, where it puts the text into another time than its own."""
    latest = reading.same_story(start)
    if latest is None or latest.period.start is None or latest.period.unit in ("decade", "century"):
        return None
    if latest.period.unit == "year" and start - latest.end > YEAR_STAYS:
        return None
    if "/" in latest.period.value:
        return None
    own = reading.anchor.known_year
    return latest if own is None or abs(latest.period.start.year - own) >= STORY else None


def _yearless(month: int, number: int) -> Period:
    return Period(f"XXXX-{month:02}-{number:02}", "day")


def _impossible(reading: Reading, match: re.Match[str]) -> Period:
    reading.notes.append(f"{match.group()!r} is no day of the calendar: left without one")
    return periods.unknown("day")
