"""Expressions that point: "today", "last week", "earlier this year", "the following day", "in recent weeks"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from onrecord.types import Interval
from onrecord.when import periods
from onrecord.when.lexicon import PARTS, SP
from onrecord.when.periods import Period, Unit
from onrecord.when.state import Found, Reading, Rule, dated, partly, rule
from onrecord.when.tense import FUTURE, PAST

_PART = "morning|afternoon|evening|night"
_UNITS = "day|week|weekend|month|quarter|year|decade|century"
_EARLY = rf"(?:(?P<early>(?i:earlier|early|later|late|mid))[\s\xa0-](?:in{SP})?)?"
_SHIFTS = {"last": -1, "this": 0, "next": 1, "this past": -1, "this coming": 1, "the coming": 1, "the current": 0}

TODAY = rf"{_EARLY}(?P<day>(?i:today|tomorrow|yesterday|tonight))\b(?:{SP}(?P<part>{_PART})\b)?"
BEYOND = rf"(?i:the{SP}day{SP}(?P<which>before{SP}yesterday|after{SP}tomorrow)\b)"
THIS_MORNING = rf"{_EARLY}(?i:(?P<which>this|last)(?:{SP}very)?{SP}(?P<part>{_PART})\b)"
OF_NOW = (
    rf"{_EARLY}(?i:(?P<which>this{SP}(?:past|coming)|the{SP}(?:coming|current)|this|last|next)"
    rf"(?:{SP}(?:calendar|academic|school))?{SP}(?P<unit>{_UNITS})\b)(?!-)"
)
OF_TEXT = (
    rf"{_EARLY}(?i:(?P<which>that{SP}same|that|the{SP}(?:very{SP})?same|the{SP}previous|the{SP}preceding|the{SP}following|the{SP}next)"
    rf"(?:{SP}(?:very))?{SP}(?P<unit>{_UNITS}|{_PART})\b)"
)
EARLY_IN = (
    rf"(?P<early>(?i:earlier|early|later|late)){SP}"
    rf"(?i:in{SP}(?:the|this){SP}(?P<unit>day|week|month|year|decade|century)\b)"
)
SAME = rf"(?i:same{SP}(?P<unit>day|week|month|year)\b)"
BESIDE = rf"(?i:the{SP}(?P<unit>{_UNITS}|{_PART}){SP}(?P<side>before|after|prior)\b(?!{SP}last\b))"
WEEKEND = rf"(?i:the{SP}weekend\b)"
RECENT = (
    rf"(?i:(?:the{SP}|these{SP})?(?P<way>(?:most{SP})?recent|past|coming|upcoming){SP}"
    r"(?:days|weeks|months|years|decades)\b)"
)

# What follows an expression that leans on the sentence before, and not on an event that is named next.
_ENDS = re.compile(rf"{SP}?(?:[.,;:!?)”\"—–]|$|\n)|{SP}(?:and|but|when|in|at|on|by|had|was|were)\b")
_NAME = re.compile(r"\b[A-Z]\w+ $")  # "USA Today", "Russia Today"
_DURING = re.compile(r"\b(?:over|in|within|for|during|through|throughout|the)[\s\xa0]$", re.I)


def _tidy(words: str) -> str:
    return " ".join(words.lower().split())


def narrowed(found: Found, early: str | None, reading: Reading) -> Found:
    """With TIMEX3's modifier for "early" and "late"; "earlier this year" and "later this year" end or begin today."""
    if not early:
        return found
    mod = {"e": "START", "l": "END", "m": "MID"}[early[0].lower()]
    found = replace(found, mod=mod)
    today, period = reading.anchor.day, found.period
    if today is None or period is None or period.start is None or period.end is None or period.unit == "day":
        return found
    if not period.start <= today < period.end:
        return found
    start, end = period.start, period.end
    if early.lower() == "earlier":
        end = periods.plus(today, 1) or end
    elif early.lower() == "later":
        start = today
    return replace(found, interval=Interval(start.isoformat(), end.isoformat()))


def _today(match: re.Match[str], reading: Reading) -> Found | None:
    word = match["day"].lower()
    if match["day"][0].isupper() and reading.before(match.start(), _NAME):
        return None
    period, anchor = reading.from_anchor("day", {"yesterday": -1, "tomorrow": 1}.get(word, 0))
    found = dated(match, period, anchor)
    if match["part"] or word == "tonight":
        return partly(found, PARTS[match["part"].lower()] if match["part"] else "NI", match.end())
    return narrowed(found, match["early"], reading)


def _beyond(match: re.Match[str], reading: Reading) -> Found:
    return dated(match, *reading.from_anchor("day", -2 if match["which"].lower().startswith("before") else 2))


def _this_morning(match: re.Match[str], reading: Reading) -> Found:
    which, part = match["which"].lower(), match["part"].lower()
    period, anchor = reading.from_anchor("day", -1 if which == "last" else 0)
    return partly(dated(match, period, anchor), PARTS[part], match.end())


def _of_now(match: re.Match[str], reading: Reading) -> Found | None:
    which, unit = _tidy(match["which"]), match["unit"].lower()
    if unit == "day" or (unit == "quarter" and which in ("this past", "the coming")):
        return None
    count = _SHIFTS[which]
    if (
        which == "last"
        and reading.before(match.start(), _DURING)
        and reading.text[match.start() - 4 : match.start() - 1].lower() == "the"
    ):
        return None
    if unit == "weekend" and which == "this":
        count = -1 if _early_in_week(reading) and reading.direction(*match.span()) == PAST else 0
    period, anchor = reading.from_anchor(cast(Unit, unit), count)
    return narrowed(dated(match, period, anchor), match["early"], reading)


def _early_in_week(reading: Reading) -> bool:
    """On a Monday or Tuesday, the weekend that is told of has just been."""
    return reading.anchor.day is not None and reading.anchor.day.isoweekday() <= 2


def _of_text(match: re.Match[str], reading: Reading) -> Found | None:
    which, unit = _tidy(match["which"]), match["unit"].lower()
    start = match.start()
    count = (
        0
        if which in ("that", "that same", "the same", "the very same")
        else -1
        if which in ("the previous", "the preceding")
        else 1
    )
    if which == "the next" and unit not in PARTS and reading.before(start, _DURING):
        return None  # "over the next week" lasts from now on
    if which == "that" and unit in ("decade", "century", "quarter"):
        count = 0
    period, anchor = _leaning(reading, start, "day" if unit in PARTS else unit, count)
    found = dated(match, period, anchor)
    if unit in PARTS:
        return partly(found, PARTS[unit], match.end())
    return narrowed(found, match["early"], reading)


def _early_in(match: re.Match[str], reading: Reading) -> Found:
    """A part of the anchor's own period: "earlier in the year", "late in the week"."""
    period, anchor = reading.from_anchor(cast(Unit, match["unit"].lower()), 0)
    return narrowed(dated(match, period, anchor), match["early"], reading)


def _same(match: re.Match[str], reading: Reading) -> Found:
    return dated(match, *_leaning(reading, match.start(), match["unit"].lower(), 0))


def _leaning(reading: Reading, start: int, unit: str, count: int) -> tuple[Period, str | None]:
    if unit == "weekend":
        period, anchor = reading.from_previous(start, "week", count)
        return (periods.weekend(period.start), anchor) if period.start else (periods.unknown("weekend"), None)
    return reading.from_previous(start, cast(Unit, unit), count)


def _beside(match: re.Match[str], reading: Reading) -> Found:
    """The day before what the text has just told, or before the event that it names next."""
    unit = match["unit"].lower()
    part = PARTS.get(unit)
    kind = "day" if part else unit
    count = 1 if match["side"].lower() == "after" else -1
    if _ENDS.match(reading.text, match.end()):
        # "the night after" is the following night; a night before is the night before that day.
        found = dated(match, *_leaning(reading, match.start(), kind, count))
    else:
        following = reading.at(_past_blank(reading.text, match.end()))
        if following and following.period and following.period.start and following.period.unit == "day":
            period = periods.moved(following.period.start, count, kind)
            found = dated(match, period or periods.unknown(cast(Unit, kind)), f"w{reading.count + 2}")
        else:
            found = dated(match, periods.unknown(cast(Unit, kind)), "event")
    return partly(found, part, match.end()) if part else found


def _past_blank(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1].isspace() else at


def _weekend(match: re.Match[str], reading: Reading) -> Found:
    today = reading.anchor.day
    direction = reading.direction(*match.span())
    inside = today is not None and today.isoweekday() >= 6
    count = 0 if inside or direction == FUTURE else -1
    return dated(match, *reading.from_anchor("weekend", count))


def _recent(match: re.Match[str], reading: Reading) -> Found:
    ahead = match["way"].lower() in ("coming", "upcoming")
    return Found(match.start(), match.end(), "DATE", "FUTURE_REF" if ahead else "PAST_REF")


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    early = "early earlier late later mid"
    return (
        rule(f"today tomorrow yesterday tonight {early}", TODAY, _today),
        rule("the", BEYOND, _beyond),
        rule(f"this last {early}", THIS_MORNING, _this_morning),
        rule(early, EARLY_IN, _early_in),
        rule(f"this last next the {early}", OF_NOW, _of_now),
        rule(f"that the {early}", OF_TEXT, _of_text),
        rule("same", SAME, _same),
        rule("the", BESIDE, _beside),
        rule("the", WEEKEND, _weekend),
        rule("the these most recent past coming upcoming", RECENT, _recent),
    )
