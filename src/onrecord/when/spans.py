"""Longer stretches: seasons, quarters, halves, fiscal years, decades, centuries, and the parts of any of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import cast

from onrecord.when import periods
from onrecord.when.lexicon import ORDINALS, SEASON_CODES, SP, YEAR
from onrecord.when.periods import Period, Unit
from onrecord.when.place import year_by_words
from onrecord.when.state import Found, Reading, Rule, dated, rule
from onrecord.when.tense import FUTURE, NEITHER, PAST

_SEASON = "spring|summer|autumn|fall|winter"
_REL = r"(?:last|this|next|that|the\ssame|the\sfollowing|the\sprevious)"
_OF_YEAR = (
    rf"(?:,?{SP}(?:in{SP}|of{SP})?(?:(?P<y>{YEAR})(?:[-–/](?P<y2>\d\d)(?!\w))?"
    rf"|(?P<rel>(?i:{_REL}){SP}year|the{SP}year)\b))"
)
_NTH = "|".join(sorted(ORDINALS, key=len, reverse=True))
_TENS = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80}
_TENS["nineties"] = 90

SEASON = (
    rf"(?i:(?:(?P<which>this{SP}past|this{SP}coming|the{SP}coming|the{SP}following|the{SP}previous|that|this|last|next|the)"
    rf"{SP})?(?P<s>{_SEASON})\b){_OF_YEAR}?"
)
QUARTER = (
    rf"(?i:(?:the{SP})?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|final)[\s\xa0-]quarter\b(?!-?final))(?P<poss>['’]s)?"
    rf"{_OF_YEAR}?"
)
Q = rf"Q(?P<n>[1-4])(?!\w)(?:,?{SP}(?:of{SP})?(?P<y>{YEAR}))?"
HALF = rf"(?i:(?:the{SP})?(?P<n>first|second)[\s\xa0-]half){_OF_YEAR}"
FISCAL = rf"(?i:(?:the{SP})?(?:fiscal|financial)(?:{SP}year)?{SP}(?P<y>{YEAR})(?:[-–/](?P<y2>\d\d(?:\d\d)?)(?!\w))?)"
FY = r"FY[\s\xa0]?['’]?(?P<y>(?:20)?\d\d)(?!\w)"
DECADE = rf"(?:(?i:the){SP})?(?P<y>(?:1\d|20)\d0)(?:['’]?s)\b(?:[\s\xa0]?[-–—][\s\xa0]?(?P<y2>(?:1\d|20)\d0)['’]?s\b)?"
SHORT_DECADE = rf"(?:(?i:the){SP})(?P<y>['’‘]?\d0)['’]?s\b(?!°|[\s\xa0](?:[CF]\b|degrees))"
BARE_DECADE = r"(?<=['’‘])(?P<y>\d0)s\b"  # "the 1970s and '80s"
WORD_DECADE = rf"(?i:the{SP}(?:nineteen[\s-])?(?P<w>{'|'.join(_TENS)})\b)"
CENTURY = (
    rf"(?i:(?:the{SP})?(?P<n>\d{{1,2}}(?:st|nd|rd|th)|{_NTH})(?:[\s\xa0-]{{1,3}}(?:to|and|[-–]){SP}?(?:the{SP})?(?P<n2>\d{{1,2}}(?:st|nd|rd|th)"
    rf"|{_NTH}))?[\s\xa0-]centur(?:y|ies)\b)(?P<bc>{SP}(?:BCE?|B\.C\.(?:E\.)?)(?!\w))?"
)
BC = r"(?P<y>\d{1,4})[\s\xa0](?:BCE?|B\.C\.(?:E\.)?)(?!\w)"
AD = r"(?:AD|A\.D\.)[\s\xa0]?(?P<y>\d{1,4})(?![\w])"
AD_AFTER = r"(?P<y>\d{1,4})[\s\xa0](?:AD|A\.D\.|CE|C\.E\.)(?![\w])"
PART = (
    rf"(?i:(?:the{SP})?(?P<part>beginning|start|middle|end|close|latter{SP}half|first{SP}half|second{SP}half|late|mid|early"
    rf"|dawn|turn|latter{SP}part|early{SP}part|later{SP}part)"
    rf"(?:(?<=mid)[-–]?(?:to[\s-]late[\s-])?|(?<=early)[-–]|(?<=late)[-–])?(?:{SP}?(?:of|in)(?={SP}))?(?:{SP}(?=\S))?)"
)
THE_UNIT = re.compile(
    r"(?i:(?:the|this)[\s\xa0](?P<u>day|week|month|year|decade|century)\b)(?![-\w])(?![\s\xa0](?:the|before)\b)"
)

_MODS = {
    "b": "START",
    "s": "START",
    "m": "MID",
    "e": "END",
    "c": "END",
    "l": "END",
    "d": "START",
    "f": "START",
    "t": "START",
}
_PARTLY_DONE = re.compile(
    r"\b(?:in|during|since|until|by|over|last|this|of|for|through)[\s\xa0](?:the[\s\xa0])?$", re.I
)
_AT = re.compile(r"\bat\s$", re.I)
_MONEY = re.compile(
    r"[-\s](?:profit|loss|revenue|sales|earnings|results?|gdp|growth|net|income|report|figures|numbers)\b", re.I
)
_GAME = re.compile(r"[\s\xa0](?:of[\s\xa0](?:the[\s\xa0])?(?:game|match|season)|(?:goal|minute))\b")


def _season(match: re.Match[str], reading: Reading) -> Found | None:
    which, code = " ".join((match["which"] or "").lower().split()), SEASON_CODES[match["s"].lower()]
    if match["y"]:
        # "the winter of 1776-77" begins in 1776; "winter 2031" is that of 2031.
        return dated(match, periods.season(int(match["y"]), code))
    if match["rel"] and match["rel"].lower() != "the year":
        year, anchor = year_by_words(reading, match["rel"], match.start())
        period = periods.season(year.start.year, code) if year.start else Period(f"XXXX-{code}", "season")
        return dated(match, period, anchor)
    end = match.end("s")
    follows = reading.text[end : end + 4]
    if (match["s"][0].isupper() and follows[1:2].isupper()) or (match["s"].lower() == "fall" and follows == " of "):
        return None  # "the Winter Games", "the fall of the city"
    if not which or (match["s"].lower() in ("fall", "spring") and which == "the"):
        if match["s"].lower() not in ("summer", "winter", "autumn", "spring", "fall") or not reading.before(
            match.start(), _IN
        ):
            return None
        return Found(match.start(), end, "DATE", f"XXXX-{code}")
    period, anchor = _which_season(match, reading, which, code)
    return Found(match.start(), end, "DATE", period.value, None, period.interval, anchor, period)


_IN = re.compile(r"\b(?:in|during|by|since|until|late|early)[\s\xa0](?:the[\s\xa0])?$", re.I)


def _which_season(match: re.Match[str], reading: Reading, which: str, code: str) -> tuple[Period, str | None]:
    unanchored = Period(f"XXXX-{code}", "season")
    if which in ("that", "the following", "the previous"):
        latest = reading.previous(match.start())
        if latest is None or latest.period.start is None or latest.period.unit in ("decade", "century"):
            return unanchored, None
        near = latest.period.start
        choice = [periods.season(near.year + step, code) for step in (-1, 0, 1)]
        if which == "the following":
            choice = [one for one in choice if one.start and one.start > near][:1]
        elif which == "the previous":
            choice = [one for one in choice if one.end and one.end <= near][-1:]
        else:
            choice = [periods.season(near.year, code)]
        return (choice[0], latest.id) if choice else (unanchored, None)
    today = reading.anchor.reference
    if today is None:
        return unanchored, None
    direction = reading.direction(*match.span())
    if which == "the" and direction == NEITHER:
        return unanchored, None
    choice = [periods.season(today.year + step, code) for step in (-2, -1, 0, 1, 2)]
    if which in ("last", "this past") or (which == "the" and direction == PAST):
        choice = [one for one in choice if one.end and one.end <= today][-1:]
    elif which in ("next", "this coming", "the coming") or (which == "the" and direction == FUTURE):
        choice = [one for one in choice if one.start and one.start > today][:1]
    else:
        choice = sorted(choice, key=lambda one: _gap(one, today))[:1]
    return (choice[0], reading.anchor.source) if choice else (unanchored, None)


def _gap(period: Period, today: date) -> int:
    """Days between a period and a day; 0 for one that it lies in."""
    if period.start is None or period.end is None:
        return 10**6
    return max((period.start - today).days, (today - period.end).days + 1, 0)


def _year(match: re.Match[str], reading: Reading) -> tuple[int | None, str | None]:
    """The year that stands with a quarter or a half."""
    if match["y"]:
        return int(match["y"]), None
    words = match["rel"] or ""
    if words.lower().startswith("the") and "same" not in words and len(words.split()) == 2:
        words = "this year"
    year, anchor = year_by_words(reading, words, match.start())
    return (year.start.year if year.start else None), anchor


def _quarter(match: re.Match[str], reading: Reading) -> Found | None:
    number = {"f": 4, "s": 2, "t": 3, "1": 1, "2": 2, "3": 3, "4": 4}[match["n"][0].lower()]
    number = {"first": 1, "fourth": 4}.get(match["n"].lower(), number)
    if match["y"] or match["rel"]:
        year, anchor = _year(match, reading)
        period = periods.quarter(year, number) if year else Period(f"XXXX-Q{number}", "quarter")
        return dated(match, period, anchor)
    business = _MONEY.match(reading.text, match.end())
    if _GAME.match(reading.text, match.end()) or not (business or reading.before(match.start(), _PARTLY_DONE)):
        return None
    near = reading.anchor.reference
    if near is None:
        return dated(match, Period(f"XXXX-Q{number}", "quarter"))
    choice = [periods.quarter(near.year + step, number) for step in (-1, 0, 1)]
    if reading.direction(*match.span()) == FUTURE:
        choice = [one for one in choice if one.end and one.end > near][:1]
    else:
        choice = [one for one in choice if one.start and one.start <= near][-1:]
    return dated(match, choice[0], reading.anchor.source) if choice else None


def _q(match: re.Match[str], reading: Reading) -> Found:
    number = int(match["n"])
    if match["y"]:
        return dated(match, periods.quarter(int(match["y"]), number))
    return dated(match, Period(f"XXXX-Q{number}", "quarter"))


def _half(match: re.Match[str], reading: Reading) -> Found:
    number = 1 if match["n"].lower() == "first" else 2
    year, anchor = _year(match, reading)
    return dated(match, periods.half(year, number) if year else Period(f"XXXX-H{number}", "half"), anchor)


def _fiscal(match: re.Match[str], reading: Reading) -> Found:
    year = int(match["y"])
    value = f"FY{2000 + year if year < 100 else year}"
    return Found(match.start(), match.end(), "DATE", value)


def _decade(match: re.Match[str], reading: Reading) -> Found:
    first = int(match["y"])
    if first % 100 == 0 and first < 2000:  # "the 1800s" are a century
        return dated(match, periods.century(first))
    period = periods.decade(first)
    if match["y2"]:
        period = periods.span(period, periods.decade(int(match["y2"])))
    return dated(match, period)


def _short_decade(match: re.Match[str], reading: Reading) -> Found | None:
    tens = int(match["y"].lstrip("'’‘"))
    return dated(match, periods.decade(1900 + tens if tens >= 20 else 2000 + tens))


def _bare_decade(match: re.Match[str], reading: Reading) -> Found | None:
    found = _short_decade(match, reading)
    return replace(found, start=match.start() - 1) if found else None


def _word_decade(match: re.Match[str], reading: Reading) -> Found:
    return dated(match, periods.decade(1900 + _TENS[match["w"].lower()]))


def _ordinal(words: str) -> int:
    low = words.lower()
    return ORDINALS[low] if low in ORDINALS else int(re.sub(r"\D", "", low))


def _century(match: re.Match[str], reading: Reading) -> Found:
    number = _ordinal(match["n"])
    if match["bc"] or number == 0:
        return Found(match.start(), match.end(), "DATE", f"BC{max(number - 1, 0):02}")
    period = _nth_century(number)
    if match["n2"]:
        period = periods.span(period, _nth_century(_ordinal(match["n2"])))
    return dated(match, period)


def _nth_century(number: int) -> Period:
    """The nineteenth: 1800 to 1899, as it is commonly counted."""
    return periods.century(100 * (number - 1)) if number > 1 else Period("00", "century")


def _bc(match: re.Match[str], reading: Reading) -> Found:
    return Found(match.start(), match.end(), "DATE", f"BC{int(match['y']):04}")


def _ad(match: re.Match[str], reading: Reading) -> Found | None:
    year = int(match["y"])
    return dated(match, periods.year(year)) if 0 < year < 2200 else None


def _part(match: re.Match[str], reading: Reading) -> Found | None:
    """A part of a period: the whole with TIMEX3's modifier ("early 2031", "the end of the year")."""
    text, end = reading.text, match.end()
    part = " ".join(match["part"].lower().split())
    if text[end - 1 : end] not in (" ", "\n", "\xa0", "-", "–"):
        return None
    of = re.search(r"\b(?:of|in)\s$", match.group(), re.I)
    whole = _the_unit(reading, end) if of else None
    if whole and whole.period and whole.period.unit == "day" and reading.before(match.start(), _AT):
        return None  # "at the end of the day" is no time of day
    whole = whole or reading.at(end)
    if whole is None or whole.period is None or whole.type != "DATE" or whole.mod or "/" in whole.value:
        return None
    if part in ("beginning", "start", "middle", "end", "close", "turn", "dawn") and not (
        of and "of" in of.group().lower()
    ):
        return None  # "it will end in May"
    mod = "START" if part.startswith("early") else "END" if part.startswith(("late", "second")) else _MODS[part[0]]
    if part == "turn" and whole.period.unit not in ("century", "decade"):
        return None
    if part == "turn":  # that of the century may be the last one
        return replace(whole, start=match.start(), mod=mod, interval=None, anchor=None)
    return replace(whole, start=match.start(), mod=mod)


def _the_unit(reading: Reading, at: int) -> Found | None:
    """The year of "the end of the year": the anchor's own."""
    unit = THE_UNIT.match(reading.text, at)
    if unit is None:
        return None
    name = unit["u"].lower()
    period, anchor = reading.from_anchor(cast(Unit, name), 0)
    return dated(unit, period, anchor)


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    ordinals = [word.split("-")[0] for word in ORDINALS]
    parts = "beginning start middle end close latter first second late mid early dawn turn later"
    return (
        rule("q", Q, _q),
        rule("the first second", HALF, _half),
        rule(f"the {parts}", PART, _part),
        rule("the first second third fourth final 9", QUARTER, _quarter),
        rule("this last next the that spring summer autumn fall winter", SEASON, _season),
        rule("the fiscal financial", FISCAL, _fiscal),
        rule("fy", FY, _fiscal),
        rule("the 9", DECADE, _decade),
        rule("the", SHORT_DECADE, _short_decade),
        rule("9", BARE_DECADE, _bare_decade),
        rule("the", WORD_DECADE, _word_decade),
        rule(["the", "9", *ordinals], CENTURY, _century),
        rule("9", BC, _bc),
        rule("9", AD_AFTER, _ad),
        rule("ad a", AD, _ad),
    )
