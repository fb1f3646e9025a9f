"""An amount: a number with its sign, its currency or its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from onrecord.figure import counted
from onrecord.figure.number import Number, read, shortened
from onrecord.figure.unit import sign_before, unit_after

_MINUS = re.compile(r"(?:minus |(?<![\w)%])[-−])$", re.I)
_POUNDS = re.compile(r"[ -]pounds?\b(?P<of> of\b)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with the unit that stands at it."""

    number: Number
    start: int  # with sign and minus
    end: int  # with unit
    value: Decimal
    unit: str | None


def amount(text: str, at: int) -> Amount | None:
    """The number at ``at`` with sign and unit; none if it is no number."""
    # "plus or minus two points" is a margin of two
    margin = text.endswith("plus or ", 0, at)
    negative = False
    if text[at : at + 6].lower() == "minus ":
        at, negative = at + 6, not margin
    sign = sign_before(text, at) if text[at : at + 1].isdigit() else None
    number = read(text, at, signed=sign is not None) if at < len(text) else None
    if number is None:
        return None
    start = at - 6 if negative else number.start
    unit = None
    if sign:
        start, unit = sign
        number = shortened(text, number)
    elif number.spoken is False and text[number.end - 1].isdigit():
        longer = shortened(text, number)
        # "5m euros", "5bn people"; but "5m" alone may be metres
        if longer.end > number.end and (unit_after(text, longer.end) or counted.count(text, longer.end)):
            number = longer
    minus = _MINUS.search(text, max(0, start - 6), start) if not (negative or margin) else None
    end = number.end
    if unit is None and not number.share:
        after = unit_after(text, number.end)
        if after:
            end, unit = after
        elif number.floor and text.startswith(" of ", number.end):
            end, unit = unit_after(text, number.end + 3) or (end, None)  # "hundreds of millions of dollars"
        elif _pounds(text, number):
            end, unit = _pounds(text, number) or (end, None)
    if minus and (unit or number.scaled):
        start, negative = minus.start(), True
    value = -number.value if negative else number.value
    return Amount(number, start, end, value, "share" if number.share else unit)


def _pounds(text: str, number: Number) -> tuple[int, str] | None:
    """The word "pounds": weight before "of" and after a hyphen, money in millions, and nobody knows otherwise."""
    match = _POUNDS.match(text, number.end)
    if match is None:
        return None
    if match["of"] or match.group().startswith("-"):
        return match.end() - len(match["of"] or ""), "lb"
    return (match.end(), "GBP") if number.value >= 1_000_000 else None
