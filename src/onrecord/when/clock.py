"""Times of day: "2:30 p.m. EST on Friday", "14:00 GMT", "noon"; and the morning or the hour that follows a date."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from onrecord.when.lexicon import alternatives, pairs
from onrecord.when.state import Found, Reading, Rule, rule

_HALF_DAY = r"(?:[\s\xa0]?(?P<half>[aApP])\.?[\s\xa0]?[mM]\b\.?)"
_OCLOCK = r"(?:[\s\xa0]?o['’]clock\b)"
CLOCK = r"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<min>[0-5]\d)(?::[0-5]\d)?)?(?![\d])"
_BEFORE = re.compile(
    r"\b(?:at|by|until|till|from|around|about|before|after|since|between|to|and|past|near)[\s\xa0]$|\d:\d\d\s?[–—-]\s?$",
    re.I,
)
_UNTIL = re.compile(r"\s?[–—-]\s?(?:[01]\d|2[0-4]):[0-5]\d(?!\d)")  # "08:00 - 20:00"
_PART_OF = r"(?:[\s\xa0]in[\s\xa0]the[\s\xa0](?P<part>morning|afternoon|evening)|[\s\xa0]at[\s\xa0](?P<night>night))"
_DAY_AFTER = re.compile(r",?[\s\xa0](?:on[\s\xa0])?(?=\w)")
_IN_PART = re.compile(r"[\s\xa0](?P<part>morning|afternoon|evening|night)\b")
_NOON = re.compile(r"(?i:(?:12[\s\xa0])?(?P<w>noon|midnight|midday))\b")
_NOON_OF = re.compile(
    r"\b(?:at|by|until|till|from|around|about|before|after|since|shortly|just|between|and|to|12)[\s\xa0]$", re.I
)


@cache
def _pattern() -> str:
    named = rf"[\s\xa0]?\(?(?P<zone>{alternatives('when_zones')})\b\)?(?:[\s\xa0][Tt]ime\b)?"
    zone = rf"(?:{named}|[\s\xa0]local[\s\xa0]time\b)"
    return rf"{CLOCK}(?:{_HALF_DAY}|{_OCLOCK})?(?:{_PART_OF})?(?:{zone})?"


def _clock(match: re.Match[str], reading: Reading) -> Found | None:
    told = _told(match, reading)
    if told is None:
        return None
    end = match.end()
    if match["half"] and reading.text[end - 1] == "." and _ends_sentence(reading.text, end):
        end = end if _dotted(match) else end - 1
    return _on_its_day(Found(match.start(), end, "TIME", told), reading)


def _dotted(match: re.Match[str]) -> bool:
    return re.search(r"[ap]\.\s?m\.$", match.group(), re.I) is not None


def _ends_sentence(text: str, end: int) -> bool:
    return end == len(text) or text[end : end + 1].isspace()


def _told(match: re.Match[str], reading: Reading) -> str | None:
    """The time of day as TIMEX3 writes it, ``T14:30Z``; None where the numbers are no time."""
    hour, minute = int(match["h"]), match["min"]
    sure = match["half"] or "clock" in match.group().lower() or match["part"] or match["night"]
    named = sure or match["zone"] or "local" in match.group()
    colon = minute and ":" in match.group()
    ranged = colon and _UNTIL.match(reading.text, match.end())
    if not named and not ranged and not (colon and reading.before(match.start(), _BEFORE)):
        return None
    if (not sure and not minute) or (match["half"] and not 1 <= hour <= 12 and not (minute and hour < 24)):
        return None
    if reading.before(match.start(), _NUMBERED) or (hour == 24 and minute not in (None, "00")):
        return None
    half = (match["half"] or "").lower() or {"morning": "a"}.get(match["part"] or "", "p" if match["part"] else "")
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    elif match["night"] and 6 <= hour < 12:
        hour += 12
    offset = pairs("when_zones").get(match["zone"] or "", "")
    return f"T{hour:02}:{minute or '00'}{offset}"


_NUMBERED = re.compile(r"(?:[$£€#:.]|\d)$")


def _noon(match: re.Match[str], reading: Reading) -> Found | None:
    told_of = match.group()[0].isdigit() or reading.before(match.start(), _NOON_OF)
    if match["w"][0].isupper() or not told_of:
        return None
    told = "T24:00" if match["w"].lower() == "midnight" else "T12:00"
    return _on_its_day(Found(match.start(), match.end(), "TIME", told), reading)


def _on_its_day(found: Found, reading: Reading) -> Found:
    """A time of day on the day that follows it ("2:30 p.m. on Friday"), else the day last told, else the article's."""
    link = _DAY_AFTER.match(reading.text, found.end)
    day = reading.at(link.end()) if link else None
    if day and day.period and day.period.unit == "day" and "/" not in day.value:
        base = day.value.partition("T")[0]
        return replace(day, start=found.start, type="TIME", value=base + found.value, mod=None)
    latest = reading.previous_day(found.start)
    if latest:
        return replace(
            found, value=latest.period.value + found.value, interval=latest.period.interval, anchor=latest.id
        )
    period, anchor = reading.from_anchor("day", 0)
    return replace(found, value=period.value + found.value, interval=period.interval, anchor=anchor)


@cache
def _at_clock() -> re.Pattern[str]:
    return re.compile(
        rf"(?:,?[\s\xa0](?:at|around|shortly[\s\xa0]after|about)[\s\xa0](?:about[\s\xa0])?|,[\s\xa0]|[\s\xa0])(?={_pattern()})"
    )


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(_pattern())


def completed(found: Found, reading: Reading) -> Found:
    """A day with the time of day that follows it: "Friday at 2:30 p.m.", "March 3, 14:00 GMT"."""
    if found.period is None or found.period.unit != "day" or "T" in found.value or "/" in found.value:
        return found
    if found.type != "DATE" or found.anchor == "event":
        return found
    link = _at_clock().match(reading.text, found.end)
    if link is None:
        return found
    match = _alone().match(reading.text, link.end())
    told = _told(match, reading) if match else None
    if match is None or told is None:
        return found
    end = match.end()
    return replace(found, end=end, type="TIME", value=found.value + told, mod=None)


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    return (rule("9", _pattern(), _clock), rule("9 noon midnight midday", _NOON.pattern, _noon))
