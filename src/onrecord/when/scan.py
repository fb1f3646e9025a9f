"""Reads a text from left to right: where a word may begin a time expression, the rules for that word are tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from onrecord.types import Span, When
from onrecord.when import amounts, clock, dates, holidays, relative, sets, spans, weekdays
from onrecord.when.anchor import Anchor
from onrecord.when.state import Found, Reading, Rule

# "two days before the end of next month": how often an expression may be read within another. Bounds time, too.
NESTED = 3

_WORD = re.compile(r"[A-Za-z]+|\d+")
# What joins a number to something else: "$2031", "3.2031", "17/2031"; before a word a hyphen does, too: "ex-May".
_JOINED = frozenset("$£€¥#№/@_&=%+\\")
_YEARS = re.compile(r"(?:(?:1\d|20)\d\d|\d:\d\d|\d\d0s)[-–—]")  # "1914-1918" are two years, "08:00-20:00" two times
_PREFIX = re.compile(r"\b(?:[Mm]id|[Pp]re|[Pp]ost|[Ee]arly|[Ll]ate|[A-Z][a-z]+)-$")


@dataclass(frozen=True, slots=True)
class Times:
    """The time expressions of a text, and notes for its reader on those that could not be read."""

    whens: tuple[When, ...]
    notes: tuple[str, ...]


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    """The rules by the word that they begin with, in the order in which they are tried."""
    holiday, (names, weekday) = holidays.rules(), weekdays.rules()
    ordered = [names, *holiday, *clock.rules(), *dates.rules()[:-1], *sets.rules(), *spans.rules()]
    ordered += [weekday, *relative.rules(), *amounts.rules(), dates.rules()[-1]]
    table: dict[str, list[Rule]] = {}
    for one in ordered:
        for word in one.first:
            table.setdefault(word, []).append(one)
    return {word: tuple(some) for word, some in table.items()}


# Common words that begin an expression only if another time word, one of ``_SECOND`` or a number stands next.
_LEAD = (
    "the a an this that last next these its his her their our some about around over under only just first second "
    "final one more less no at up close most nearly almost few many"
)
_LEADS = frozenset(_LEAD.split())
_SECOND = (
    "weekend very same current calendar academic school morning afternoon evening night minute hour second quarter "
    "fortnight couple number handful hundred nineteen twenties thirties forties fifties sixties seventies eighties "
    "nineties than least most to d full consecutive straight whole minutes hours seconds weekends quarters"
)


@cache
def _seconds() -> frozenset[str]:
    """The words that may stand second, after one of ``_LEADS``; a number may too."""
    return frozenset(_rules()) | frozenset(_SECOND.split())


def _at(reading: Reading, pos: int) -> Found | None:
    """The expression that begins at ``pos``; where a name begins there that is no time, one with an empty value."""
    word = _WORD.match(reading.text, pos)
    if word is None:
        return None
    key = "9" if word.group()[0].isdigit() else word.group().lower()
    for one in _rules().get(key, ()):
        match = one.pattern.match(reading.text, pos)
        if match:
            found = one.read(match, reading)
            if found:
                return found
    return None


def times(text: str, anchor: Anchor) -> Times:
    """The time expressions of ``text`` in its order, none overlapping, reckoned from ``anchor``; never from today."""
    depth = 0

    def at(pos: int) -> Found | None:
        nonlocal depth
        if depth == NESTED:
            return None
        depth += 1
        found = _at(reading, pos)
        depth -= 1
        return found if found and found.value else None

    reading = Reading(text, anchor, at)
    table = _rules()
    whens: list[When] = []
    past = 0
    words = list(_WORD.finditer(text))
    for at_word, word in enumerate(words):
        token = word.group()
        key = "9" if token[0] <= "9" else token.lower()
        if key not in table:
            continue
        start = word.start()
        if start < past or _joined(text, start):
            continue
        if key in _LEADS:  # the common words: one look ahead spares a dozen patterns
            follows = words[at_word + 1].group() if at_word + 1 < len(words) else " "
            if follows[0] > "9" and follows.lower() not in _seconds():
                continue
        found = _at(reading, start)
        if found is None or found.start < past:
            continue
        past = found.end
        if found.value:
            found = clock.completed(found, reading)
            past = found.end
            name = reading.accept(found)
            span = Span.of(text, found.start, found.end)
            whens.append(When(name, span, found.type, found.value, found.mod, found.interval, found.anchor))
    return Times(tuple(whens), tuple(dict.fromkeys(reading.notes)))


def whens(text: str, anchor: Anchor) -> tuple[When, ...]:
    """The time expressions of ``text`` alone, without notes."""
    return times(text, anchor).whens


def _joined(text: str, start: int) -> bool:
    """Whether what stands before a word makes it a part of something longer."""
    before = text[start - 1 : start]
    if not before or before.isspace():
        return False
    if before in _JOINED or before.isalnum():
        return True
    if before in ".,:":
        return start > 1 and text[start - 2].isdigit() and text[start].isdigit()
    if before in "'’":
        return start > 1 and text[start - 2].isalpha()
    if before in "-–—" and text[start].isdigit() and _YEARS.match(text, max(0, start - 5)):
        return False
    return (
        before in "-–"
        and start > 1
        and text[start - 2].isalnum()
        and not _PREFIX.search(text, max(0, start - 20), start)
    )
