"""Units of measure, currencies and rates beside a number, as canonical symbols."""

from __future__ import annotations

import re
from functools import cache

from onrecord import data

_PERIODS = "second|minute|hour|day|night|week|month|quarter|year|decade|person|head|capita|household|barrel|tonne|ton"
_RATE = re.compile(
    rf"(?:,? |-)(?:per|an?|each|every|for every)[ -](?P<period>{_PERIODS})\b(?! (?:ago|earlier|later|before))"
    r"|/(?P<slash>day|week|month|year|hour)\b"
)
_ADVERB = re.compile(r" (?P<adverb>annually|daily|yearly|weekly|monthly)\b")
_ADVERBS = {"annually": "year", "yearly": "year", "daily": "day", "weekly": "week", "monthly": "month"}


def _alternation(forms: list[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


@cache
def _names() -> dict[str, str]:
    """Form → canonical unit or currency code."""
    rows = [(code, names) for code, _, names in data.table("figure_currencies", 3)]
    rows += [(unit, forms) for unit, forms in data.table("figure_units", 2)]
    codes = {code: code for code, _, _ in data.table("figure_currencies", 3)}
    return codes | {form: unit for unit, forms in rows for form in forms.split("|") if form}


@cache
def _signs() -> dict[str, str]:
    signs = {sign: code for code, signs, _ in data.table("figure_currencies", 3) for sign in signs.split()}
    return signs | {code: code for code, _, _ in data.table("figure_currencies", 3)}


@cache
def currencies() -> frozenset[str]:
    """Every code of ``figure_currencies.tsv``."""
    return frozenset(code for code, _, _ in data.table("figure_currencies", 3))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names, signs = list(_names()), list(_signs())
    after = re.compile(rf"(?P<gap>[ \u00a0-]?)(?P<unit>{_alternation(names)})(?![\w²³])")
    before = re.compile(rf"(?:(?<!\w)|(?<=[-–]))(?P<sign>{_alternation(signs)})[ \u00a0]?$")
    return after, before


def sign_before(text: str, at: int) -> tuple[int, str] | None:
    """Where the currency sign right before ``at`` begins, and its code."""
    match = _patterns()[1].search(text, max(0, at - 5), at)
    return (match.start(), _signs()[match["sign"]]) if match else None


def unit_after(text: str, at: int) -> tuple[int, str] | None:
    """Where the unit or currency right after a number ends, and its symbol: " percent", "-kilometre", "°C"."""
    match = _patterns()[0].match(text, at)
    if match is None or (match["unit"] == "C" and match["gap"]):
        return None
    return match.end(), _names()[match["unit"]]


def rate_after(text: str, at: int) -> tuple[int, str] | None:
    """Where " a year", " per day", " annually" ends, and "year", "day", ..."""
    match = _RATE.match(text, at)
    if match:
        period = match["period"] or match["slash"]
        return match.end(), {"capita": "person", "head": "person", "tonne": "t"}.get(period, period)
    match = _ADVERB.match(text, at)
    return (match.end(), _ADVERBS[match["adverb"]]) if match else None
