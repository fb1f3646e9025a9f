"""Dates, figures and offices in few words, for both views. ISO dates here are days; an interval's end is not in it."""

from __future__ import annotations

from datetime import date, timedelta

from onrecord.types import Dated, Entity, Figure, Interval, Speaker, When

MODS = {
    "BEFORE": "before",
    "AFTER": "after",
    "ON_OR_BEFORE": "on or before",
    "ON_OR_AFTER": "on or after",
    "LESS_THAN": "less than",
    "MORE_THAN": "more than",
    "EQUAL_OR_LESS": "at most",
    "EQUAL_OR_MORE": "at least",
    "START": "start of",
    "MID": "middle of",
    "END": "end of",
    "APPROX": "about",
}
"""TIMEX3's modifiers in English."""


def post(who: Entity | Speaker) -> str:
    """What someone is: "transport minister, Ministry of Transport · NO"; empty where nothing is known."""
    office, organisation = who.office or "", who.organisation or ""
    if organisation.casefold() in office.casefold():
        organisation = ""  # "chair of the Harbour Board" already says it
    return " · ".join(filter(None, [", ".join(filter(None, [office, organisation])), who.country]))


def last_day(end: str) -> str:
    """The last day of an interval that ends before ``end``."""
    return (date.fromisoformat(end) - timedelta(days=1)).isoformat()


def days(dated: Dated | Interval) -> str:
    """The days: "2031-04-01", "2031-03-01 to 2031-03-31", "until 2031-05-31", "from 2031-03-01"."""
    last = last_day(dated.end) if dated.end else None
    if dated.start and last:
        return dated.start if dated.start == last else f"{dated.start} to {last}"
    return f"from {dated.start}" if dated.start else f"until {last}" if last else ""


def long_days(dated: Dated) -> str:
    """The days in full: "Tuesday, April 1, 2031", "March 1 – 31, 2031" without repeating what both have in common."""
    first, last = date.fromisoformat(dated.start), date.fromisoformat(last_day(dated.end))
    if first == last:
        return f"{first:%A, %B} {first.day}, {first.year}"
    if first.year != last.year:
        return f"{first:%B} {first.day}, {first.year} – {last:%B} {last.day}, {last.year}"
    end = str(last.day) if first.month == last.month else f"{last:%B} {last.day}"
    return f"{first:%B} {first.day} – {end}, {last.year}"


def meaning(when: When, names: dict[str, str]) -> str:
    """What a time expression means: "before 2031-06 (until 2031-05-31), from “April 2”".

    ``names``: the words of each When by its id.
    """
    value = f"{MODS.get(when.mod, when.mod)} {when.value}" if when.mod else when.value
    told = days(when.interval) if when.interval else ""
    found = [value if told in ("", value) else f"{value} ({told})"]
    if when.type in ("DURATION", "SET"):
        found.append(when.type.lower())
    if when.anchor:
        anchor = {"dateline": "the dateline", "published": "the day of publication", "event": "an event"}
        found.append(f"from {anchor.get(when.anchor) or f'“{names[when.anchor]}”'}")
    return ", ".join(found)


def amount(figure: Figure) -> str:
    """The quantity: "about 1,400", "at least 30%", "10 to 20 km"; empty where neither side is known."""
    low, high, about = figure.low, figure.high, "about " if figure.approximate else ""
    if low is not None and high is not None:
        told = about + (_number(low) if low == high else f"{_number(low)} to {_number(high)}")
    elif low is not None:
        told = f"at least {about}{_number(low)}"
    elif high is not None:
        told = f"at most {about}{_number(high)}"
    else:
        return ""
    return told + ("%" if figure.unit == "%" else f" {figure.unit}" if figure.unit else "")


def _number(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() and abs(number) < 1e15 else f"{number:,g}"
