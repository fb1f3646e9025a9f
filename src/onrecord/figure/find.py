"""Figures in running text: a number with its hedge, unit, rate, range and what it counts.

What is no figure here: dates, times, durations and ages (the calendar's business), names with a number ("Article 5",
"F-16"), scores, ordinals, phone and street numbers, "one" as a pronoun, and small definite counts ("the two leaders").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from onrecord import data
from onrecord.figure import counted as nouns
from onrecord.figure.amount import Amount, amount
from onrecord.figure.number import starts
from onrecord.figure.quantity import Reading, is_quantity
from onrecord.figure.unit import currencies, rate_after

Pair = tuple[int, int]

_TO = re.compile(r"\s?[–—-]\s?|,? (?P<word>to|and|or) ")
_FROM = re.compile(r"(?<!\branging )(?<!\brange )(?<!\branges )(?<!\branged )(?<!\banywhere )\bfrom $", re.I)
_CLUSTER = re.compile(r"\d[\d,.:/–-]*\w*")
_BETWEEN = re.compile(r"\bbetween (?:about |around |roughly )?$", re.I)
_ARTICLE = re.compile(r"\b(?:an?|the) $", re.I)
_ODD = re.compile(r"[- ]odd\b|-strong\b|[- ]plus\b|\+|,? or so\b|,? or more\b(?! than)|,? or less\b")


@dataclass(frozen=True, slots=True)
class Found:
    """A figure at ``[start, end)``, code points of the text: hedge, number, unit and rate, without what is counted.

    ``low`` and ``high`` are equal for a plain number; ``None`` is an open end ("at least 30", "up to 1,000").
    ``unit`` is a symbol of ``figure_units.tsv`` or ``figure_currencies.tsv``, "share" for a fraction of something, with
    "/day" or its like behind for a rate ("1/day" where things are counted). ``counted`` is the extent of the noun
    phrase counted or measured.
    """

    start: int
    end: int
    low: int | float | None
    high: int | float | None
    approximate: bool
    unit: str | None
    counted: Pair | None


def figures(text: str, taken: Sequence[Pair] = ()) -> list[Found]:
    """Every figure in ``text``, in order and without overlap. ``taken``: extents of time expressions, no figures."""
    busy = _merged(taken)
    begins = [start for start, _ in busy]
    found: list[Found] = []
    at = 0
    for match in starts().finditer(text):
        start = match.start() + (match.group()[0] in "$€£¥₹₽₺₩₴₦₪₱₫")
        if start < at:
            continue
        near = bisect_right(begins, start) - 1
        if near >= 0 and busy[near][1] > start:
            continue
        here = amount(text, start)
        if here is None:
            at = max(at, _past_digits(text, start))
            continue
        made, at_next = _figure(text, here, floor=found[-1].end if found else 0)
        at = max(at, at_next)
        found.extend(one for one in made if not _overlaps(one, busy, begins))
    return found


def _merged(extents: Sequence[Pair]) -> list[Pair]:
    """``extents`` in order, those that overlap made one."""
    merged: list[Pair] = []
    for start, end in sorted(extents):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(one: Found, busy: Sequence[Pair], begins: Sequence[int]) -> bool:
    near = bisect_right(begins, one.end - 1) - 1
    return near >= 0 and busy[near][1] > one.start


def _past_digits(text: str, at: int) -> int:
    """Past a cluster that is no number ("555-0123", "9/11", "2:30"): its later parts are none either."""
    match = _CLUSTER.match(text, at)
    return match.end() if match else at


def _figure(text: str, first: Amount, floor: int) -> tuple[list[Found], int]:
    """The figure or, for "from 10 to 15 percent", the two that begin with ``first``; and where to read on."""
    second = _range(text, first)
    if second is None:
        one = _one(text, first, None, floor)
        return ([one] if one else []), (one.end if one else first.end)
    if _FROM.search(text, max(0, first.start - 16), first.start):
        # a change has two ends, each a figure of its own
        unit = first.unit or second.unit
        head = replace(first, unit=unit, value=_spread(first, second))
        made = [one for one in (_one(text, head, None, floor), _one(text, second, None, first.end)) if one]
        return made, max(second.end, made[-1].end if made else 0)
    one = _one(text, first, second, floor)
    return ([one] if one else []), (one.end if one else second.end)


def _spread(first: Amount, second: Amount) -> Decimal:
    """The first of two with the scale of the second: "3 to 5 billion"."""
    if first.number.scaled or not second.number.scaled or first.value <= 0:
        return first.value
    for factor in (10**12, 10**9, 10**7, 10**6, 10**5, 10**3, 12):
        if second.value / factor >= 1 and first.value < second.value / factor:
            return first.value * factor
    return first.value


def _range(text: str, first: Amount) -> Amount | None:
    """The second number of a range that ``first`` begins, or none."""
    joint = _TO.match(text, first.end)
    if joint is None:
        return None
    word = joint["word"]
    at = joint.end()
    if at < len(text) and text[at] in "$€£¥₹₽₺₩₴₦₪₱₫":
        at += 1
    if not (text[at : at + 1].isdigit() or starts().match(text, at)):
        return None
    if word == "and" and not _BETWEEN.search(text, max(0, first.start - 20), first.start):
        return None
    second = _second(text, at)
    if second is None or second.number.share != first.number.share:
        return None
    low = _spread(first, second)
    if low >= second.value or (word == "or" and not first.number.spoken):
        return None
    if first.unit and second.unit and first.unit != second.unit:
        return None
    if word is None and not (first.unit or second.unit or second.number.scaled or _plainly_plural(text, first, second)):
        return None  # "2-3" alone may be a score
    return second


def _plainly_plural(text: str, first: Amount, second: Amount) -> bool:
    """Whether things are counted: "5-10 boats", not "a 2-3 defeat"."""
    return (
        _ARTICLE.search(text, max(0, first.start - 4), first.start) is None
        and nouns.count(text, second.end) is not None
    )


def _second(text: str, at: int) -> Amount | None:
    """Like ``amount``; the dash of a range before it is no part of a name."""
    if text[at].isdigit() and text[at - 1] in "–—-":
        shifted = amount(" " + text[at : at + 80], 1)
        if shifted is None:
            return None
        by = at - 1
        number = replace(shifted.number, start=shifted.number.start + by, end=shifted.number.end + by)
        return replace(shifted, number=number, start=shifted.start + by, end=shifted.end + by)
    return amount(text, at)


def _one(text: str, first: Amount, second: Amount | None, floor: int) -> Found | None:
    """The figure that ``first`` (with ``second``, a range) makes, or none."""
    last = second or first
    unit = last.unit or first.unit
    low: Decimal | None = _spread(first, second) if second else first.value
    high: Decimal | None = last.value
    start, effects = _hedged(text, first.start, floor)
    approximate = "about" in effects or first.number.about
    end = last.end
    odd = _ODD.match(text, end)
    if odd and (odd.group() != "+" or not text[odd.end() : odd.end() + 1].isdigit()):
        end = odd.end()
        if odd.group().endswith(("plus", "+", "more")):
            high = None
        elif odd.group().endswith("less"):
            low = None
        approximate = approximate or odd.group().endswith(("odd", "so"))
    if first.number.floor:
        high = None
    if "least" in effects:
        high = None
    elif "most" in effects and high is not None:
        low = None
    thing = _counted(text, end, unit, first)
    if not is_quantity(text, first, last, Reading(unit, thing, hedged=bool(effects) or odd is not None)):
        return None
    rate = rate_after(text, end) or (rate_after(text, thing[1]) if thing else None)
    if rate:
        end = rate[0]
        unit = f"{unit or '1'}/{rate[1]}"
    return Found(start, end, _plain(low), _plain(high), approximate, unit, thing)


def _counted(text: str, at: int, unit: str | None, first: Amount) -> Pair | None:
    if unit in ("%", "share", "percentage point"):
        things = nouns.part(text, at)
        # "one in five children"
        return things or (nouns.count(text, at) if first.number.among else None)
    if unit:
        return nouns.measured(text, at, money=unit in currencies())
    return nouns.count(text, at)


@cache
def _hedges() -> tuple[re.Pattern[str], dict[str, str]]:
    effects = {row[0]: row[1] for row in data.table("figure_hedges", 2)}
    longest = sorted(effects, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(longest)})(?: a | the )? ?$", re.I), effects


def _hedged(text: str, start: int, floor: int) -> tuple[int, frozenset[str]]:
    """Where the hedges before ``start`` begin, not before ``floor``, and what they say; at most two."""
    pattern, effects = _hedges()
    said: set[str] = set()
    for _ in range(2):
        if start - 1 < floor or not text[start - 1].isspace():
            break
        match = pattern.search(text, max(floor, start - 20), start)
        if match is None:
            break
        start = match.start()
        said.add(effects[match.group(1).lower()])
    return start, frozenset(said)


def _plain(value: Decimal | None) -> int | float | None:
    """As JSON writes it: whole numbers whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
