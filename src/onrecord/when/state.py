"""What the rules share: a rule, what it finds, and what has been read of the text so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from onrecord.types import Interval, TimexType
from onrecord.when import tense
from onrecord.when.anchor import Anchor
from onrecord.when.periods import Period, Unit, around, moved, unknown

# How far back an expression that needs another one ("two years later") may lean on it: two or three paragraphs.
LEANS = 1500  # characters
# How far back one may that need not ("in March"): within its paragraph, about three sentences.
STAYS = 500  # characters


_PERSON_MAY = re.compile(r"\b(?:Mrs?|Ms|Miss|Theresa|Elaine|Brian)\.? May\b")


@dataclass(frozen=True, slots=True)
class Found:
    """An expression ``[start, end)`` and its reading; ``period`` is what later expressions may lean on."""

    start: int
    end: int
    type: TimexType
    value: str
    mod: str | None = None
    interval: Interval | None = None
    anchor: str | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """An expression that was accepted, and its id."""

    id: str
    end: int
    period: Period
    own: bool  # complete in itself ("May 1950"), not reckoned from the article's date


@dataclass(slots=True)
class Reading:
    """One text being read from left to right. ``at`` reads the expression that begins at an offset, or None."""

    text: str
    anchor: Anchor
    at: Callable[[int], Found | None]
    notes: list[str] = field(default_factory=list)
    latest: Latest | None = None
    latest_day: Latest | None = None
    count: int = 0
    person_may: bool | None = None

    @property
    def has_person_may(self) -> bool:
        """Whether the text names a person called May."""
        if self.person_may is None:
            self.person_may = _PERSON_MAY.search(self.text) is not None
        return self.person_may

    def direction(self, start: int, end: int) -> int:
        """Whether the clause around ``[start, end)`` looks back or ahead."""
        return tense.direction(self.text, start, end)

    def before(self, start: int, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern that ends in ``$`` matches right before ``start``; at most 40 characters are looked at."""
        return pattern.search(self.text, max(0, start - 40), start) is not None

    def accept(self, found: Found) -> str:
        """Count an expression in, and return its id."""
        self.count += 1
        name = f"w{self.count}"
        if found.period and found.period.start:
            self.latest = Latest(name, found.end, found.period, found.anchor is None)
            if found.period.unit == "day":
                self.latest_day = self.latest
        return name

    def previous(self, start: int) -> Latest | None:
        """The dated expression that one at ``start`` leans on, if it has to."""
        return self.latest if self.latest and start - self.latest.end <= LEANS else None

    def _fine_enough(self, start: int, unit: Unit) -> Latest | None:
        """The expression before; for a day, the last day told of rather than a year that was told of since."""
        latest = self.previous(start)
        if latest is None or _as_fine(latest.period, unit):
            return latest
        near = unit == "day" and self.latest_day and start - self.latest_day.end <= STAYS
        return self.latest_day if near else None

    def same_story(self, start: int) -> Latest | None:
        """The dated expression that a sentence at ``start`` still tells of."""
        return self._within_reach(self.latest, start)

    def previous_day(self, start: int) -> Latest | None:
        """The single day that a sentence at ``start`` still tells of."""
        return self._within_reach(self.latest_day, start)

    def _within_reach(self, latest: Latest | None, start: int) -> Latest | None:
        if latest is None or start - latest.end > STAYS or "\n\n" in self.text[latest.end : start]:
            return None
        return latest

    def from_anchor(self, unit: Unit, count: int) -> tuple[Period, str | None]:
        """The period ``count`` units after the anchor's own, with what it was reckoned from; unknown without anchor."""
        anchor = self.anchor
        day = anchor.day
        if day is None and unit in ("year", "decade", "century") and anchor.known_year:
            day = Anchor(None, None, anchor.known_year, anchor.month or 6).reference
        if day is None and unit in ("month", "quarter"):
            day = anchor.reference
        period = moved(day, count, unit) if day else None
        return (period, anchor.source) if period else (unknown(unit), None)

    def from_previous(self, start: int, unit: Unit, count: int) -> tuple[Period, str | None]:
        """The period ``count`` units after the one that the expression before lies in; unknown where it is coarser."""
        latest = self._fine_enough(start, unit)
        if latest is None or latest.period.start is None:
            return unknown(unit), None
        period = moved(latest.period.start, count, unit)
        return (period, latest.id) if period else (unknown(unit), None)

    def enclosing(self, start: int, unit: Unit) -> tuple[Period, str | None]:
        """The period of a kind that the expression before lies in: "that year"."""
        latest = self._fine_enough(start, unit)
        if latest is None or latest.period.start is None:
            return unknown(unit), None
        return around(latest.period.start, unit), latest.id


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the words that it may begin with (lower case; ``9`` is any number), and how a match is read."""

    first: frozenset[str]
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Reading], Found | None]


def rule(first: str | Iterable[str], pattern: str, read: Callable[[re.Match[str], Reading], Found | None]) -> Rule:
    """A rule that minds case; patterns that do not say so with ``(?i:…)``."""
    words = first.split() if isinstance(first, str) else first
    return Rule(frozenset(word.lower() for word in words), re.compile(pattern), read)


def dated(match: re.Match[str], period: Period, anchor: str | None = None, mod: str | None = None) -> Found:
    """The whole of a match as a DATE."""
    return Found(match.start(), match.end(), "DATE", period.value, mod, period.interval, anchor, period)


def partly(found: Found, part: str, end: int) -> Found:
    """A day's morning or evening: a TIME on that day. ``part`` is TIMEX3's code."""
    return replace(found, end=end, type="TIME", value=f"{found.value}T{part}", mod=None)


_ORDER = {"day": 0, "week": 1, "weekend": 1, "month": 2, "quarter": 3, "season": 3, "half": 3}
_COARSE = {"year": 4, "decade": 5, "century": 6}


def _as_fine(period: Period, unit: Unit) -> bool:
    rank = {**_ORDER, **_COARSE}
    return rank[period.unit] <= rank[unit]
