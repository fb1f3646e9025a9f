"""What recurs: "every Tuesday", "daily", "twice a month", "on Fridays"."""

from __future__ import annotations

import re

from onrecord.when.lexicon import (
    MONTH,
    NUMBER,
    PARTS,
    SEASON_CODES,
    SP,
    UNIT,
    WEEKDAY,
    duration,
    month_number,
    number,
    unit_name,
    weekday_number,
)
from onrecord.when.state import Found, Reading, Rule, rule

_PART = "morning|afternoon|evening|night"
_SEASON = "spring|summer|autumn|fall|winter"
EVERY = (
    rf"(?i:every|each)(?:{SP}(?:single|other|passing))?{SP}(?:(?P<name>{WEEKDAY})(?!\w)(?:{SP}(?P<of>{_PART})\b)?|(?P<m>{MONTH})(?!\w)"
    rf"|(?i:(?P<part>{_PART})\b|(?P<season>{_SEASON})\b|(?:(?P<n>{NUMBER}){SP}|few{SP})?(?P<u>{UNIT})\b))"
)
PLURAL = (
    rf"(?P<name>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?:s\b|{SP}(?P<part>morning|afternoon|evening|night)s\b)"
)
TIMES = (
    rf"(?i:(?:once|twice|thrice|(?:{NUMBER}|several|many|a{SP}few){SP}times)(?:{SP}or{SP}\w+)?{SP}(?:a|an|per|each|every){SP}"
    rf"(?:(?P<n>{NUMBER}){SP})?(?P<u>{UNIT})\b)"
)
_NAME = re.compile(r"\b[A-Z]\w+ $")
_ADVERBS = {
    "daily": "P1D",
    "weekly": "P1W",
    "biweekly": "P2W",
    "fortnightly": "P2W",
    "monthly": "P1M",
    "quarterly": "P3M",
    "yearly": "P1Y",
    "annually": "P1Y",
    "annual": "P1Y",
    "hourly": "PT1H",
    "nightly": "P1D",
}


def _set(match: re.Match[str], value: str) -> Found:
    return Found(match.start(), match.end(), "SET", value)


def _every(match: re.Match[str], reading: Reading) -> Found | None:
    if match["name"]:
        part = f"T{PARTS[match['of'].lower()]}" if match["of"] else ""
        return _set(match, f"XXXX-WXX-{weekday_number(match['name'])}{part}")
    if match["m"]:
        return _set(match, f"XXXX-{month_number(match['m']):02}")
    if match["part"]:
        return _set(match, f"XXXX-XX-XXT{PARTS[match['part'].lower()]}")
    if match["season"]:
        return _set(match, f"XXXX-{SEASON_CODES[match['season'].lower()]}")
    unit = unit_name(match["u"])
    if unit == "second" or (unit == "quarter" and not match["n"]):
        return None
    few = "few " in match.group().lower()
    other = 2 if re.search(r"\bother\b", match.group(), re.I) else 1
    return _set(match, duration(None if few else number(match["n"]) if match["n"] else other, unit))


def _plural(match: re.Match[str], reading: Reading) -> Found:
    part = f"T{PARTS[match['part'].lower()]}" if match["part"] else ""
    return _set(match, f"XXXX-WXX-{weekday_number(match['name'])}{part}")


def _times(match: re.Match[str], reading: Reading) -> Found:
    return _set(match, duration(number(match["n"]) if match["n"] else 1, unit_name(match["u"])))


def _adverb(match: re.Match[str], reading: Reading) -> Found | None:
    # "the Daily Herald", "Weekly Standard"
    named = re.match(r"\s[A-Z]", reading.text[match.end() : match.end() + 2]) or reading.before(match.start(), _NAME)
    if match["w"][0].isupper() and named:
        return None
    return _set(match, _ADVERBS[match["w"].lower()])


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    return (
        rule("every each", EVERY, _every),
        rule(
            "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays "
            "saturdays sundays",
            PLURAL,
            _plural,
        ),
        rule("9 once twice thrice several many a one two three four five six seven eight nine ten", TIMES, _times),
        rule(_ADVERBS, rf"(?P<w>(?i:{'|'.join(_ADVERBS)}))\b", _adverb),
    )
