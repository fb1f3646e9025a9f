"""Days, time expressions, figures and people of one article in words, as its page tells them."""

from __future__ import annotations

from datetime import date

from onrecord.serve.wording import MODS, amount, last_day, post
from onrecord.types import Dated, Entity, Figure, Interval, When

ANCHORS = {"dateline": "the dateline", "published": "the day of publication", "event": "an event"}


def one_day(iso: str) -> str:
    """A day with its weekday: Friday 4 April 2031."""
    found = date.fromisoformat(iso)
    return f"{found:%A} {found.day} {found:%B} {found.year}"


def span_of_days(start: str | None, end: str | None) -> str:
    """Days from the first up to and without the one after the last: one day, "1 to 30 April 2031".

    A side that is open is said to be: "until 31 May 2031".
    """
    last = last_day(end) if end else None
    if start and last:
        return one_day(start) if start == last else _range(date.fromisoformat(start), date.fromisoformat(last))
    if start:
        return f"from {_plain(date.fromisoformat(start))} on"
    return f"until {_plain(date.fromisoformat(last))}" if last else ""


def _range(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{_plain(first)} to {_plain(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {_plain(last)}"
    return f"{first.day} to {_plain(last)}"


def _plain(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def dated(days: Dated | Interval) -> str:
    """The days of something."""
    return span_of_days(days.start, days.end)


def which_days(when: When) -> str:
    """Which days a time expression means; what the article leaves open is said to be open."""
    if when.interval and (told := dated(when.interval)):
        return told
    if when.type == "DURATION":
        return f"a length of time ({when.value}), on no calendar day"
    if when.type == "SET":
        return f"again and again ({when.value})"
    return "the article does not settle which day"


def why(when: When, texts: dict[str, str]) -> str:
    """What it was reckoned from. ``texts``: the words of each time expression by its id."""
    value = f"{MODS.get(when.mod, when.mod)} {when.value}" if when.mod else when.value
    if when.anchor:
        other = texts.get(when.anchor)
        source = ANCHORS.get(when.anchor) or (f"“{other}”" if other else "another expression")
        return f"reckoned from {source} (TIMEX3 {value})"
    settled = when.interval is not None
    return f"complete in itself (TIMEX3 {value})" if settled else f"nothing to reckon it from (TIMEX3 {value})"


def quantity(figure: Figure) -> str:
    """What a figure means: the quantity and what is counted."""
    counted = figure.counted.text if figure.counted else ""
    return " ".join(filter(None, [amount(figure) or "quantity not settled", counted]))


def known_as(entity: Entity) -> str:
    """What someone is: office, organisation and country, else what sort of thing."""
    return post(entity) or ("person, office not known" if entity.type == "person" else entity.type)
