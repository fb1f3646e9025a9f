"""The closed classes of English time words, as pattern fragments and as numbers.

Fragments have no groups of their own. ``MONTH`` and ``WEEKDAY`` match capitals only ("may" and "march" are verbs);
the others are for patterns that ignore case.
"""

from __future__ import annotations

import re
from functools import cache

from onrecord import data

SP = r"[\s\xa0]"  # one blank or line break: two line breaks part paragraphs

_FULL = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = r"Jan\b\.?|Feb\b\.?|Mar\b\.?|Apr\b\.?|Jun\b\.?|Jul\b\.?|Aug\b\.?|Sept?\b\.?|Oct\b\.?|Nov\b\.?|Dec\b\.?"
FULL_MONTH = f"(?:{_FULL}|{_FULL.upper()})"
MONTH = f"(?:{_FULL}|{_FULL.upper()}|{_SHORT})"
# The words that a rule may begin with, in lower case.
MONTHS = tuple(_FULL.lower().split("|"))
SHORT_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_MONTH_KEYS = {name[:3].lower(): number for number, name in enumerate(_FULL.split("|"), 1)}

_DAYS = "Mon|Tues|Wednes|Thurs|Fri|Satur|Sun"
WEEKDAY = f"(?:(?:{_DAYS}|{_DAYS.upper()})(?:day|DAY)|(?:{_DAYS.lower()})day)"
SHORT_WEEKDAY = r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?"
_NAMES = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
WEEKDAYS = tuple(_NAMES.split())
_WEEKDAY_KEYS = {"mo": 1, "tu": 2, "we": 3, "th": 4, "fr": 5, "sa": 6, "su": 7}

DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\w%])"
YEAR = r"(?:1\d|2[01])\d\d(?!\w|[.,]\d)"

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_NUMBERS = {word: n for n, word in enumerate((_ONES + " eighteen nineteen").split(), 1)}
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * n for n, word in enumerate(_BY_TEN.split(), 2)}
_DIGITS = "|".join(list(_NUMBERS)[:9])
NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,4}}(?:\.\d+)?|(?:{'|'.join(_TENS)})(?:[-\s](?:{_DIGITS})\b)?"
    rf"|(?:an?|{_DIGITS})\shundred|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
)
_NTH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second"
)
ORDINALS = {word: n for n, word in enumerate(_NTH.split(), 1)}

# "second" is left to patterns with a number in front: alone it is an ordinal.
UNIT = r"(?:second|minute|hour|day|weekend|week|fortnight|month|year|decade|century|centurie|quarter)s?"
# TIMEX3's letters; what has none is counted in another unit.
DURATION = {
    "second": ("T{}S", 1),
    "minute": ("T{}M", 1),
    "hour": ("T{}H", 1),
    "day": ("{}D", 1),
    "week": ("{}W", 1),
    "weekend": ("{}WE", 1),
    "fortnight": ("{}W", 2),
    "month": ("{}M", 1),
    "quarter": ("{}M", 3),
    "year": ("{}Y", 1),
    "decade": ("{}DE", 1),
    "century": ("{}CE", 1),
}
PARTS = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "noon": "MI", "midday": "MI"}
SEASON_CODES = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
_PLURAL = re.compile(r"(?<=.)s$")


def month_number(name: str) -> int:
    """1 to 12 for a month's name, however it is cut short."""
    return _MONTH_KEYS[name[:3].lower()]


def weekday_number(name: str) -> int:
    """1 (Monday) to 7 (Sunday) for a weekday's name, however it is cut short."""
    return _WEEKDAY_KEYS[name[:2].lower()]


def number(words: str) -> float:
    """What a match of ``NUMBER`` comes to."""
    low = words.lower().replace(",", "")
    if low[0].isdigit():
        return float(low)
    head, _, tail = low.replace("-", " ").partition(" ")
    if tail == "hundred":
        return 100 * _NUMBERS.get(head, 1)
    return _TENS.get(head, _NUMBERS.get(head, 0)) + _NUMBERS.get(tail, 0)


def unit_name(word: str) -> str:
    """The singular of a match of ``UNIT``."""
    stem = _PLURAL.sub("", word.lower())
    return "century" if stem == "centurie" else stem


def duration(count: float | None, unit: str) -> str:
    """TIMEX3's value of so many units; None is an unknown number of them: ``PXY``."""
    letters, times = DURATION[unit]
    if count is None:
        return "P" + letters.format("X")
    return "P" + letters.format(f"{count * times:g}")


@cache
def pairs(name: str) -> dict[str, str]:
    """The first two columns of a word list."""
    return {row[0]: row[1] for row in data.table(name, 2)}


@cache
def alternatives(name: str) -> str:
    """The first column of a word list as one fragment, the longest first."""
    return "|".join(re.escape(word) for word in sorted(data.words(name), key=lambda w: (-len(w), w)))
