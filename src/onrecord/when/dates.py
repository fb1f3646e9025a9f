"""Dates of the calendar: days with their month, months, years, and ranges of them."""

from __future__ import annotations

import re

from onrecord import data
from onrecord.when import periods
from onrecord.when.lexicon import (
    DAY,
    FULL_MONTH,
    MONTH,
    MONTHS,
    SHORT_MONTHS,
    SHORT_WEEKDAY,
    SP,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    month_number,
)
from onrecord.when.periods import Period
from onrecord.when.place import month_day, month_of, year_ahead, year_by_words
from onrecord.when.state import Found, Reading, Rule, dated, rule

_DASH = r"[\s\xa0]?[-–—][\s\xa0]?"
_DAY_NAME = rf"(?:(?P<name>{WEEKDAY}|{SHORT_WEEKDAY}),?{SP}(?:the{SP})?)?"
_OF_YEAR = (
    rf"(?:,?{SP}(?:in{SP}|of{SP})?(?P<rel>(?:last|this|next|that|the{SP}same|the{SP}following|the{SP}next"
    rf"|the{SP}previous){SP}year)\b)"
)
_YEAR_AFTER = rf"(?:,?{SP}(?:in{SP})?(?P<y>{YEAR})(?![-–]\d)|{_OF_YEAR})?"

MONTH_DAY = (
    rf"{_DAY_NAME}(?P<m>{MONTH}){SP}(?:the{SP})?(?P<d>{DAY})"
    rf"(?:(?:{_DASH}|{SP}to{SP}|{SP}through{SP})(?P<d2>{DAY})(?!{SP}{MONTH})"
    rf"|{_DASH}(?P<m2>{MONTH}){SP}(?P<d3>{DAY}))?{_YEAR_AFTER}"
)
DAY_MONTH = (
    rf"{_DAY_NAME}(?:the{SP})?(?P<d>{DAY})"
    rf"(?:(?:{SP}(?P<m1>{MONTH}))?(?:{_DASH}|{SP}to{SP})(?P<d2>{DAY}))?{SP}(?:of{SP})?(?P<m>{MONTH})(?!\w){_YEAR_AFTER}"
)
MONTH_YEAR = rf"(?P<m>{MONTH})(?:{_DASH}(?P<m2>(?i:{MONTH})))?(?:,?{SP}(?:of{SP}|in{SP})?(?P<y>{YEAR})|{_OF_YEAR})"
ISO = (
    r"(?P<y>\d{4})-(?P<m>0[1-9]|1[0-2])(?:-(?P<d>\d\d)"
    r"(?:[T ](?P<t>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-]\d\d:?\d\d)?))?)?(?![\w-])"
)
SLASHED = r"(?P<a>\d\d?)(?P<sep>[/.])(?P<b>\d\d?)(?P=sep)(?P<y>(?:1\d|2[01])\d\d|\d\d)(?!\w|[/.]\d)"
YEARS = rf"(?P<y>{YEAR})(?:[-–—/](?P<y2>\d\d)(?![\w/-]|[.,]\d))?"

_ALONE = re.compile(
    r"(?:\b(?:in|since|until|till|by|during|from|between|to|through|last|next|this|every|each|early|late|mid|before"
    r"|after|of|for|earlier|around|starting|beginning|ending|and|or|until|the)[\s\xa0-]|[(–—/-]\s?)$",
    re.I,
)
# What no verb may stand after: "in May" is the month, "by May" may be the prime minister.
_SURELY = re.compile(r"\b(?:in|since|during|last|next|this|every|each|early|late|mid|early|until|till)[\s\xa0-]$", re.I)
_CAPITAL = re.compile(r"\b[A-Z][\w.’'-]*[\s\xa0]$")
_PERSONAL = r"[\s\xa0](?=[A-Z][a-z])"
_NAMED_SO = {"april", "may", "june", "august", "march"}
_NOT_A_YEAR = re.compile(
    r"(?:[$£€¥#№]\s?|\b(?:No|Nos|no|nos|number|Number|room|Room|Flight|flight|Resolution|Article|Section|page|pages|Route"
    r"|Highway|Boeing|Windows|Office|Channel|HB|SB|HR|AB|Bill|bill|Proposition|article|section|resolution|p|pp|extension|code|than|least|most|nearly"
    r"|some|approximately|almost|over|these|those|all|its|their|his|her|our|my|another|other|total|with|killed)"
    r"\.?[\s\xa0])$"
)
_SURE_YEAR = re.compile(
    r"(?:\b(?:in|since|during|until|till|circa|year|early|mid|late|born|spring|summer|autumn|fall|winter)[\s\xa0]|mid-|(?:1\d|20)\d\d(?:,|,?\sand|\sor|\sto)?\s?[-–]?\s?)$",
    re.I,
)
_AND_YEAR = re.compile(r"(?:[\s\xa0]?[-–—][\s\xa0]?|\s(?:and|to|or)\s)(?:1\d|20)\d\d(?![\w-]|[.,]\d)")
_MARCH_ON = re.compile(r"\s(?:on|for|to|against|of)\s")
_THE = re.compile(r"\bthe[\s\xa0]$", re.I)
_OLD = re.compile(r"[\s\xa0-](?:year|month|day)s?[\s\xa0-]old\b")
_NEXT_WORD = re.compile(r"[\s\xa0-]([A-Za-z%]+)")
_STREET = re.compile(
    r"(?:[\s\xa0][A-Z][\w.]*){1,3}[\s\xa0](?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Lane|Way)\b"
)


def _month_day(match: re.Match[str], reading: Reading) -> Found | None:
    month, number = month_number(match["m"]), int(re.sub(r"\D", "", match["d"]))
    ranged = match["d2"] or match["d3"]
    if not match["y"] and not match["rel"] and not ranged and _counted(match, reading):
        return None
    first, anchor = month_day(reading, match, month, number)
    if not ranged:
        return dated(match, first, anchor)
    year = first.start.year if first.start else None
    month2 = month_number(match["m2"]) if match["m2"] else month
    number2 = int(re.sub(r"\D", "", ranged))
    if year is None:
        return dated(match, Period(f"{first.value}/XXXX-{month2:02}-{number2:02}", "day"))
    # "December 30–January 2, 2031": the year stands with the second month.
    crossing = (month2, number2) < (month, number)
    if crossing and match["y"]:
        first = _day(year - 1, month, number)
    last = _day(year + (crossing and not match["y"]), month2, number2)
    return dated(match, periods.span(first, last), anchor)


def _day_month(match: re.Match[str], reading: Reading) -> Found | None:
    if not match["d2"]:
        return dated(match, *month_day(reading, match, month_number(match["m"]), int(re.sub(r"\D", "", match["d"]))))
    # The year belongs to the last day: it is placed first.
    month2, number2 = month_number(match["m"]), int(re.sub(r"\D", "", match["d2"]))
    last, anchor = month_day(reading, match, month2, number2)
    month, number = month_number(match["m1"] or match["m"]), int(re.sub(r"\D", "", match["d"]))
    if last.start is None:
        return dated(match, Period(f"XXXX-{month:02}-{number:02}/{last.value}", "day"))
    return dated(match, periods.span(_day(last.start.year - (month > month2), month, number), last), anchor)


def _day(year: int, month: int, number: int) -> Period:
    there = periods.possible(year, month, number)
    return periods.day(there) if there else periods.unknown("day")


def _counted(match: re.Match[str], reading: Reading) -> bool:
    """Whether the number is that of people or things: "In March 20 people died"."""
    word = _NEXT_WORD.match(reading.text, match.end())
    return bool(word and word.group(1) in data.words("when_counted"))


def _month_year(match: re.Match[str], reading: Reading) -> Found | None:
    month = month_number(match["m"])
    if match["y"]:
        year, anchor = int(match["y"]), None
    else:
        placed, anchor = year_by_words(reading, match["rel"], match.start())
        if placed.start is None:
            return dated(match, Period(f"XXXX-{month:02}", "month"))
        year = placed.start.year
    period = periods.month(year, month)
    if match["m2"]:
        period = periods.span(period, periods.month(year, month_number(match["m2"])))
    return dated(match, period, anchor)


def _month(match: re.Match[str], reading: Reading) -> Found | None:
    if not _is_month(match, reading):
        return None
    month = month_number(match.group())
    if year := year_ahead(reading.text, match.end(), month):
        return dated(match, periods.month(year, month))
    return dated(match, *month_of(reading, match.start(), match.end(), month))


def _is_month(match: re.Match[str], reading: Reading) -> bool:
    """Whether a month's name alone is one: it may be a person's, or open a name."""
    start, end = match.span()
    low = match.group().lower().rstrip(".")
    if reading.before(start, _SURELY):
        return True
    if low == "may" and reading.text[end : end + 2] in ("'s", "’s"):
        return False
    if low == "may" or (len(low) < 5 and match.group().endswith(".")):
        return (
            not (low == "may" and reading.has_person_may)
            and reading.before(start, _ALONE)
            and not re.match(r"\w", reading.text[end : end + 1])
        )
    if low == "march" and _MARCH_ON.match(reading.text, end) and reading.before(start, _THE):
        return False
    if low in _NAMED_SO and not reading.before(start, _ALONE):
        if re.compile(_PERSONAL).match(reading.text, end) or reading.before(start, _CAPITAL):
            return False
        return low != "march" or not _MARCH_ON.match(reading.text, end)
    return True


def _iso(match: re.Match[str], reading: Reading) -> Found | None:
    year, month = int(match["y"]), int(match["m"])
    if not match["d"]:
        # "2009-10" is a winter's season rather than October.
        return None if month > year % 100 or not 1800 <= year < 2200 else dated(match, periods.month(year, month))
    there = periods.possible(year, month, int(match["d"]))
    if there is None:
        return dated(match, _impossible(match, reading))
    found = dated(match, periods.day(there))
    if not match["t"]:
        return found
    value = f"{found.value}T{match['t']}"
    return Found(found.start, found.end, "TIME", value, None, found.interval, None, found.period)


def _slashed(match: re.Match[str], reading: Reading) -> Found | None:
    """A date in numbers; "03/04/2031" says one thing in London and another in New York: no day."""
    first, second = int(match["a"]), int(match["b"])
    if len(match["y"]) == 2 and (match["sep"] == "." or max(first, second) < 13):
        return None
    if max(first, second) > 31 or min(first, second) > 12 or min(first, second) == 0:
        return None
    year = int(match["y"]) if len(match["y"]) == 4 else _century(reading, int(match["y"]))
    month, day = (first, second) if second > 12 else (second, first)
    if first != second and max(first, second) < 13 and match["sep"] == "/":
        return dated(match, Period(f"{year:04}-XX-XX", "day"))
    there = periods.possible(year, month, day)
    return dated(match, periods.day(there) if there else _impossible(match, reading))


def _century(reading: Reading, short: int) -> int:
    """Two digits of a year, put where they lie nearest to the article."""
    near = reading.anchor.known_year or 2000
    return min((near // 100 * 100 + step + short for step in (-100, 0, 100)), key=lambda year: abs(year - near))


def _impossible(match: re.Match[str], reading: Reading) -> Period:
    reading.notes.append(f"{match.group()!r} is no day of the calendar: left without one")
    return periods.unknown("day")


def _years(match: re.Match[str], reading: Reading) -> Found | None:
    start = match.start()
    first = int(match["y"])
    another = _AND_YEAR.match(reading.text, match.end("y"))
    if (not another and reading.before(start, _NOT_A_YEAR)) or _STREET.match(reading.text, match.end("y")):
        return None
    if match["y2"]:
        last = first // 100 * 100 + int(match["y2"])
        if last > first:
            return dated(match, periods.span(periods.year(first), periods.year(last)))
    follows = _NEXT_WORD.match(reading.text, match.end("y"))
    word = follows.group(1) if follows else ""
    if word in data.words("when_counted"):
        return None
    if _OLD.match(reading.text, match.end("y")):
        return None
    if not another and not reading.before(start, _SURE_YEAR):
        counted = word.endswith("s") and word.islower() and _plural(word)
        if first < 1500 or (counted and not reading.before(start, _THE)):
            return None
    end = match.end("y")
    period = periods.year(first)
    return Found(start, end, "DATE", period.value, None, period.interval, None, period)


def _plural(word: str) -> bool:
    """Whether a word in -s may be a plural noun: what is counted may stand after its number."""
    return len(word) > 3 and not word.endswith(("ss", "us", "is", "as", "wards", "ways"))


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried: the longest reading first."""
    months = [*MONTHS, *SHORT_MONTHS]
    return (
        rule("9", ISO, _iso),
        rule("9", SLASHED, _slashed),
        rule(["9", "the", *WEEKDAYS], DAY_MONTH, _day_month),
        rule([*months, *WEEKDAYS], MONTH_DAY, _month_day),
        rule(months, MONTH_YEAR, _month_year),
        rule(months, rf"(?:{FULL_MONTH}|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)(?!\w)", _month),
        rule("9", YEARS, _years),
    )
