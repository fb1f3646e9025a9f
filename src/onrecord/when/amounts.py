"""Amounts of time: how long, how long ago, how much later, and the stretches that they measure off."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import cast

from onrecord import data
from onrecord.types import Interval
from onrecord.when import periods
from onrecord.when.lexicon import DURATION, NUMBER, UNIT, duration, number, unit_name
from onrecord.when.periods import Period, Unit
from onrecord.when.state import Found, Reading, Rule, rule
from onrecord.when.tense import FUTURE, PAST

_APPROX = (
    r"(?P<approx>about|around|approximately|roughly|some|nearly|almost|close\sto|more\sthan|over|less\sthan|fewer\sthan"
    r"|under|at\sleast|no\sless\sthan|at\smost|no\smore\sthan|up\sto|just\sover|just\sunder|just|only)[\s\xa0]"
)
_VAGUE = (
    r"a\sfew|few|several|a\scouple\sof|a\scouple|a\snumber\sof|a\shandful\sof|many"
    r"|dozens\sof|hundreds\sof|thousands\sof"
)
_COUNT = rf"(?P<n>{NUMBER}|{_VAGUE}|half\san?|half\sa|an?)"
AMOUNT = (
    rf"(?i:(?:{_APPROX})?{_COUNT}(?P<half>\sand\sa\shalf)?(?P<sep>[\s\xa0]|-)(?:full\s|consecutive\s|straight\s|whole\s)?"
    rf"(?P<u>{UNIT})(?P<long>-long|-old)?\b"
    rf"(?:(?P<half2>\sand\sa\shalf\b)|\sand\s(?P<n2>{NUMBER})\s(?P<u2>{UNIT})\b)?)"
)
HALF = r"(?i:half[\s-](?P<u>hour|century|decade|year|day)\b)"
BARE = r"(?i:(?P<u>days|weeks|months|years|decades|centuries|hours|minutes)\b)"
LONG = r"(?i:(?P<u>day|week|month|year|hour|decade|century|days|weeks|months|years|hours|decades|centuries)-?long\b)"
STRETCH = (
    rf"(?i:(?:(?P<the>the|these|this|its|his|her|their|our)\s)?(?P<way>past|last|next|coming|previous|preceding|following"
    rf"|first|final|opening)\s(?:{_APPROX})?(?:(?P<n>{NUMBER}|{_VAGUE})[\s\xa0-])?(?:full\s|consecutive\s)?(?P<u>{UNIT})\b)(?!-)"
)

_TAIL = re.compile(
    r"(?i:[\s\xa0](?P<tail>ago|back(?!\s(?:to|in|from|into|at|on|home)\b)|earlier|later|afterwards?|previously|from\snow|hence|before|after|prior\sto|prior|following"
    r"|in\sadvance\sof|ahead\sof|old|of\sage|into|since)\b)"
)
# "the first time in a decade", "the largest in 20 years" look back.
_IN = re.compile(r"(?<!time\s)(?<!est\s)\b(?:in)[\s\xa0](?:just\s|only\s|about\s)?$", re.I)
_LASTING = re.compile(
    r"\b(?:for|in|within|after|over|during|than|least|about|nearly|almost|just|under|only|took|takes?|lasted|lasts?|spent"
    r"|spends?|under|every|until|another|half|wait(?:ed)?|once|full|whole|entire|the|by|extra)[\s\xa0]$",
    re.I,
)
_RATE = re.compile(
    r"(?:\b(?:once|twice|thrice|times|time)|[\d)%]|\b(?:million|billion|dollars|percent|much|hours|days))[\s\xa0]$",
    re.I,
)
_FOR = re.compile(r"\b(?:for|in|after|over|took|take|within|lasted|last|spent|of|through)[\s\xa0]$", re.I)
_HERE = re.compile(r"[\s\xa0]?(?:[.,;:!?)”\"—–]|$|\n)|[\s\xa0](?:and|but|when|in|at|on|by|had|was|were)\b")
# By the first four characters of what stands before an amount; what is not here approximates.
_MODS: dict[str, str | None] = {
    "more": "MORE_THAN",
    "over": "MORE_THAN",
    "less": "LESS_THAN",
    "fewe": "LESS_THAN",
    "unde": "LESS_THAN",
    "at l": "EQUAL_OR_MORE",
    "no l": "EQUAL_OR_MORE",
    "at m": "EQUAL_OR_LESS",
    "no m": "EQUAL_OR_LESS",
    "up t": "EQUAL_OR_LESS",
    "just": None,
    "only": None,
}
# "more than a year ago" is before the day a year back, "less than a year ago" after it.
_POINT = {"MORE_THAN": "BEFORE", "LESS_THAN": "AFTER", "EQUAL_OR_MORE": "ON_OR_BEFORE", "EQUAL_OR_LESS": "ON_OR_AFTER"}
_FINER = {
    "year": ("month", 12),
    "decade": ("year", 10),
    "century": ("year", 100),
    "month": ("day", 30),
    "week": ("day", 7),
}
_CLOCK_UNITS = ("second", "minute", "hour")


_NOWHERE = Period("", "day")  # what "two years later" is counted from where the text has told no time


@dataclass(frozen=True, slots=True)
class Amount:
    """``count`` units, None for an unknown number; ``value`` is TIMEX3's, ``mod`` its modifier."""

    count: float | None
    unit: str
    value: str
    mod: str | None


def _mod(approx: str | None) -> str | None:
    if not approx:
        return None
    low = " ".join(approx.lower().split())
    if low.startswith("just ") and len(low) > 4:
        low = low[5:]
    return _MODS.get(low[:4], "APPROX")


def _count(words: str) -> float | None:
    low = " ".join(words.lower().split())
    if low in ("a", "an"):
        return 1
    if low.startswith("half"):
        return 0.5
    return number(low) if low[0].isdigit() or re.fullmatch(NUMBER, low) else None


def _amount(match: re.Match[str]) -> Amount:
    unit, count = unit_name(match["u"]), _count(match["n"])
    if count is not None and (match["half"] or match["half2"]):
        count += 0.5
    value = duration(count, unit)
    if match["n2"] and count is not None:
        second = duration(number(match["n2"]), unit_name(match["u2"]))
        value += second.removeprefix("PT" if "T" in value else "P")
    return Amount(count, unit, value, _mod(match["approx"]))


def _read(match: re.Match[str], reading: Reading) -> Found | None:
    text, start, end = reading.text, match.start(), match.end()
    amount = _amount(match)
    tail = _TAIL.match(text, end)
    word = " ".join(tail["tail"].lower().split()) if tail else ""
    if word in ("old", "of age") or not _is_amount(match, reading, word):
        return None
    long = (match["long"] or "").lower()
    if long == "-old":
        follows = re.match(r"[\s\xa0]([a-z-]+)", text[end : end + 40])
        if not (follows and follows.group(1) in data.words("when_aging")):
            return None
    if tail and not long and match["sep"] != "-" and word not in ("into", "since"):
        return _moved(amount, tail, start, reading)
    ahead = None
    if reading.before(start, _IN) and (text[end : end + 1] in ("'", "’") or reading.direction(start, end) == FUTURE):
        ahead = _ahead(amount, start, end, reading)
    return ahead or Found(start, end, "DURATION", amount.value, amount.mod)


def _is_amount(match: re.Match[str], reading: Reading, tail: str) -> bool:
    """Whether this is an amount of time: "a day" may be a rate, "a second" an ordinal, "a quarter" a fraction."""
    unit, low = unit_name(match["u"]), " ".join(match["n"].lower().split())
    plural = match["u"].lower().endswith("s")
    single = low in ("a", "an", "one", "1", "half a", "half an")
    if match["sep"] == "-" and (plural or low in ("a", "an") or not low[-1].isalnum()):
        return False
    if plural and low in ("a", "an"):
        return False
    if not plural and match["sep"] != "-" and not single:
        return False
    if unit == "second":
        return plural or low[0].isdigit()
    if unit == "quarter" and (single or re.match(r"\sof\b", reading.text[match.end() : match.end() + 4])):
        return False
    if reading.before(match.start(), _NOT_COUNT):
        return False
    if low in ("a", "an", "one") and not tail and not match["approx"] and not match["half2"]:
        if reading.before(match.start(), _RATE):
            return False
        if low == "one" and unit != "day":
            return True
        if unit in ("decade", "century") or reading.before(match.start(), _LASTING):
            return True
        return bool(re.match(r"\sof\b|[-\s]long\b|\sor\b", reading.text[match.end() : match.end() + 6]))
    return True


_NOT_COUNT = re.compile(r"(?:[$£€#.]|\d,|\bNo\.?\s|-)$")


def _moved(amount: Amount, tail: re.Match[str], start: int, reading: Reading) -> Found:
    """An amount with "ago", "later", "before …": a date."""
    word, end = " ".join(tail["tail"].lower().split()), tail.end()
    mod = _POINT.get(amount.mod or "", amount.mod)
    if word in ("ago", "back", "from now", "hence"):
        back = word in ("ago", "back")
        period, anchor = _counted_off(amount, None, -1 if back else 1, reading)
        if period is None:
            value = "PAST_REF" if back else "FUTURE_REF"
            return Found(start, end, "TIME" if amount.unit in _CLOCK_UNITS else "DATE", value, mod)
        return _date(start, end, period, anchor, mod)
    sign = -1 if word in ("earlier", "before", "prior", "prior to", "previously", "in advance of", "ahead of") else 1
    leaning = word in ("earlier", "later", "afterward", "afterwards", "previously", "prior")
    if leaning or (word in ("before", "after") and _HERE.match(reading.text, end)):
        # "than": "a year earlier than planned" leans on the plan.
        if re.match(r"\sthan\b", reading.text[end : end + 6]):
            return Found(start, end, "DURATION", amount.value, amount.mod, None, "event")
        latest = reading.previous(start)
        period, anchor = _counted_off(amount, latest.period if latest else _NOWHERE, sign, reading)
        if period is None:
            return Found(start, end, "DURATION", amount.value, amount.mod, None, latest.id if latest else None)
        return _date(start, end, period, latest.id if latest and anchor else None, mod)
    following = reading.at(end + 1)
    if following and following.period and following.period.start and amount.count:
        period, _ = _counted_off(amount, following.period, sign, reading)
        if period and period.start:
            return _date(start, tail.start(), period, f"w{reading.count + 2}", mod)
    return Found(start, tail.start(), "DURATION", amount.value, amount.mod, None, "event")


def _date(start: int, end: int, period: Period, anchor: str | None, mod: str | None) -> Found:
    interval = period.interval if mod in (None, "APPROX") else None
    return Found(start, end, "DATE", period.value, mod, interval, anchor, period)


def _counted_off(amount: Amount, base: Period | None, sign: int, reading: Reading) -> tuple[Period | None, str | None]:
    """The period so many units from a base (None: from the anchor); no period for an unknown number or for hours."""
    unit, count = amount.unit, amount.count
    if unit == "hour" and count and count % 24 == 0:
        unit, count = "day", count / 24
    if count is None or unit in _CLOCK_UNITS:
        return None, None
    if unit == "fortnight":
        unit, count = "week", 2 * count
    if count != int(count):
        unit, times = _FINER.get(unit, (unit, 1))
        count *= times
    kind = cast(Unit, unit)
    if base is None:
        return reading.from_anchor(kind, sign * round(count))
    coarse = ("day", "week", "weekend", "month", "quarter", "half", "season", "year", "decade", "century")
    if base.start is None or coarse.index(base.unit) > coarse.index(kind):
        return periods.unknown(kind), None
    there = periods.moved(base.start, sign * round(count), kind)
    return (there or periods.unknown(kind)), "base"


def _ahead(amount: Amount, start: int, end: int, reading: Reading) -> Found | None:
    """The date that "will meet in three weeks" gives."""
    period, anchor = _counted_off(amount, None, 1, reading)
    if period is None:
        return None
    return _date(start, end, period, anchor, _POINT.get(amount.mod or "", amount.mod))


def _half(match: re.Match[str], reading: Reading) -> Found:
    return Found(match.start(), match.end(), "DURATION", duration(0.5, unit_name(match["u"])))


def _bare(match: re.Match[str], reading: Reading) -> Found | None:
    """A unit without a number: "for years", "weeks later", "days before the vote"."""
    amount = Amount(None, unit_name(match["u"]), duration(None, unit_name(match["u"])), None)
    tail = _TAIL.match(reading.text, match.end())
    if tail and " ".join(tail["tail"].lower().split()) not in ("old", "of age", "into", "since"):
        return _moved(amount, tail, match.start(), reading)
    if reading.before(match.start(), _FOR) and not re.match(r"\sold\b", reading.text[match.end() : match.end() + 4]):
        return Found(match.start(), match.end(), "DURATION", amount.value)
    return None


def _long(match: re.Match[str], reading: Reading) -> Found:
    plural = match["u"].lower().endswith("s")
    return Found(match.start(), match.end(), "DURATION", duration(None if plural else 1, unit_name(match["u"])))


def _stretch(match: re.Match[str], reading: Reading) -> Found | None:
    """A stretch that borders on now, or cut off a period: "the past three months", "the first two weeks of March"."""
    way, unit, the = match["way"].lower(), unit_name(match["u"]), (match["the"] or "").lower()
    plural = match["u"].lower().endswith("s")
    if match["n"] is None and (plural or way not in ("past", "last", "next", "coming") or the not in ("the", "this")):
        return None
    count = 1 if match["n"] is None else _count(match["n"])
    if (unit == "quarter" and match["n"] is None) or unit == "second" or (count == 1) == plural:
        return None
    value, mod = duration(count, unit), _mod(match["approx"])
    interval, end = None, match.end()
    of = re.match(r"\sof\s(?=\w)", reading.text[end : end + 5])
    if of:
        whole = reading.at(end + 4) if way in ("first", "last", "final", "opening") else None
        if whole and whole.period and whole.period.start and whole.period.end and count:
            interval = _cut(whole.period, count, unit, way)
            if interval:
                return Found(match.start(), end, "DURATION", value, mod, interval, f"w{reading.count + 2}")
        return Found(match.start(), end, "DURATION", value, mod)
    if way in ("past", "last", "next", "coming") and mod in (None, "APPROX"):
        back = way in ("past", "last")
        if back or reading.direction(match.start(), end) != PAST or match["n"] is None:
            interval = _around_now(reading, count, unit, back=back)
    return Found(match.start(), end, "DURATION", value, mod, interval, reading.anchor.source if interval else None)


def _around_now(reading: Reading, count: float | None, unit: str, *, back: bool) -> Interval | None:
    """The days of the past, or the next, so many units; the anchor's own day belongs to both."""
    today = reading.anchor.day
    if today is None or count is None or unit in ("second", "minute"):
        return None
    if unit == "hour":
        unit, count = "day", math.ceil(count / 24)
        count += back  # the hours before today's dawn lie in another day
    elif unit in ("fortnight", "weekend"):
        unit, count = "week", count * (2 if unit == "fortnight" else 1)
    there = periods.shift(today, -count if back else count, unit)
    tomorrow = periods.plus(today, 1)
    if there is None or tomorrow is None:
        return None
    if not back:
        return Interval(today.isoformat(), there.isoformat())
    begin = periods.plus(there, 1)
    return Interval(begin.isoformat(), tomorrow.isoformat()) if begin else None


def _cut(whole: Period, count: float, unit: str, way: str) -> Interval | None:
    """The first or the last so many units of a period."""
    if unit in _CLOCK_UNITS or unit not in DURATION or whole.start is None or whole.end is None:
        return None
    kind, times = {"fortnight": ("week", 2), "weekend": ("week", 1)}.get(unit, (unit, 1))
    first = way in ("first", "opening")
    there = periods.shift(whole.start if first else whole.end, count * times * (1 if first else -1), kind)
    if there is None or not whole.start <= there <= whole.end:
        return None
    start, end = (whole.start, there) if first else (there, whole.end)
    return Interval(start.isoformat(), end.isoformat())


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    numbers = (
        "9 a an one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety few several many "
        "dozens hundreds thousands half"
    )
    approx = "about around approximately roughly some nearly almost close more over less fewer under at no up just only"
    plural = "days weeks months years decades centuries hours minutes"
    long = "day week month year hour decade century"
    return (
        rule(
            "the these this its his her their our past last next coming previous preceding following first "
            "final opening",
            STRETCH,
            _stretch,
        ),
        rule(f"{numbers} {approx}", AMOUNT, _read),
        rule("half", HALF, _half),
        rule([*f"{long} {plural}".split(), *(f"{unit}long" for unit in long.split())], LONG, _long),
        rule(plural, BARE, _bare),
    )
