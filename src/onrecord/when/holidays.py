"""Holidays by name: Christmas Day, Thanksgiving, Good Friday."""

from __future__ import annotations

import re
from datetime import date

from onrecord import data
from onrecord.when import periods
from onrecord.when.lexicon import SP, YEAR, pairs
from onrecord.when.periods import Period
from onrecord.when.place import nearest, year_by_words
from onrecord.when.state import Found, Reading, Rule, dated, rule

_AFTER = (
    rf"(?:{SP}(?P<part>morning|afternoon|evening|night)\b)?"
    rf"(?:,?{SP}(?:in{SP}|of{SP})?(?:(?P<y>{YEAR})|(?P<rel>(?:last|this|next|that|the{SP}same){SP}year)\b))?"
)


_WORD_BEFORE = re.compile(r"\b([A-Z][a-z]+)[\s\xa0]$")


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's algorithm); a year from 1583 on."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + weekday - 7 * ((a + 11 * h + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)


def day_of(told: str, year: int) -> date | None:
    """The day of a holiday in a year, by what ``when_holidays.tsv`` tells of it."""
    if re.fullmatch(r"-?\d+", told):
        return periods.plus(easter(year), int(told)) if 1583 <= year < 9999 else None
    if "/" not in told:
        *fixed, month, day = (int(part) for part in told.split("-"))
        return periods.possible(fixed[0] if fixed else year, month, day)
    month, weekday, which = (int(part) for part in told.split("/"))
    if which > 0:
        first = date(year, month, 1)
        return periods.plus(first, (weekday - first.isoweekday()) % 7 + 7 * (which - 1))
    last = periods.month(year, month).end
    last = periods.plus(last, -1) if last else None
    return periods.plus(last, -((last.isoweekday() - weekday) % 7)) if last else None


def _holiday(match: re.Match[str], reading: Reading) -> Found | None:
    name = " ".join(match["name"].replace("’", "'").split())
    told = pairs("when_holidays")[name]
    if name in ("Easter", "Christmas", "New Year's", "Thanksgiving") and _part_of_name(match, reading):
        return None
    period, anchor = _placed(match, reading, told)
    return dated(match, period, anchor)


def _part_of_name(match: re.Match[str], reading: Reading) -> bool:
    """Whether it belongs to another name: "Easter Island", "Joan Christmas"."""
    after = reading.text[match.end() : match.end() + 2]
    given = _WORD_BEFORE.search(reading.text, max(0, match.start() - 20), match.start())
    if given and given.group(1) in data.words("given_names"):
        return True
    return len(after) == 2 and after[0] in " \xa0" and after[1].isupper()


def _placed(match: re.Match[str], reading: Reading, told: str) -> tuple[Period, str | None]:
    unknown = Period(f"XXXX-{told}" if re.fullmatch(r"\d\d-\d\d", told) else "XXXX-XX-XX", "day")
    if re.fullmatch(r"\d{4}-.*", told):
        there = day_of(told, 1)
        return (periods.day(there) if there else unknown), None
    anchor: str | None = None
    there = None
    if match["y"]:
        there = day_of(told, int(match["y"]))
    elif match["rel"]:
        year, anchor = year_by_words(reading, match["rel"], match.start())
        there = day_of(told, year.start.year) if year.start else None
    elif near := reading.anchor.day:
        years = [
            day for year in (near.year - 1, near.year, near.year + 1) if 0 < year < 9999 and (day := day_of(told, year))
        ]
        there, anchor = nearest(years, near, reading.direction(*match.span())), reading.anchor.source
    return (periods.day(there), anchor) if there else (unknown, None)


def rules() -> tuple[Rule, ...]:
    """One rule for all names."""
    names = sorted(pairs("when_holidays"), key=len, reverse=True)
    fragment = "|".join(re.escape(name).replace("'", "['’]").replace(r"\ ", SP) for name in names)
    first = {re.split(r"\W", name)[0] for name in names if not name[0].isdigit()} | {"9"}
    return (rule(first, rf"(?P<name>{fragment})(?![\w/]){_AFTER}", _holiday),)
