"""Statements of linked articles: which are one utterance, and which outlet had it first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from onrecord import data
from onrecord.corpus.text import words

SAME_WORDS = 0.87
"""From which ``same_words`` on two statements of linked articles are one utterance (tests/corpus/utterances.tsv): up to
seven words of weight may not differ by one; of more, one may be another."""

_CUT = 6  # words; a shorter piece can lie within another statement by chance
_CUT_SHARE = 0.9  # what a piece of a statement is worth, against the whole of it

# Clocks differ from UTC by -12 to +14 hours (IANA tz): so far may a time without a zone lie from what it says.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
_PRECISION = {16: timedelta(minutes=1)}  # by the length of "2031-04-02T09:30"; of longer ones, seconds


@dataclass(frozen=True, slots=True)
class Copy:
    """One article that carries a statement: its key, its outlet, and when it was published (``Article.published``)."""

    article: str
    outlet: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class _Published:
    """When an article may have been published: instants ``[earliest, latest)``; as days where its zone is unknown."""

    earliest: datetime
    latest: datetime
    days: tuple[date, date] | None  # the first and the last, as the outlet writes them


@dataclass(frozen=True, slots=True)
class _Words:
    """A statement's content: its words, part for part, and how often each word of weight stands in it."""

    words: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    weighty: Counter[str]


def same_words(a: str, b: str) -> float:
    """How far the contents of two statements are the same words, in [0, 1]; for statements of linked articles.

    Twice the shared words by all words (Dice), articles, prepositions and auxiliaries aside; 0.0 where a
    number or a negation is among those not shared, and where a side has no words (a refusal). Outlets cut quotations:
    0.9 for six words or more that stand in the other, part for part ("…" between parts) and in a row.
    """
    first, second = _taken_apart(a), _taken_apart(b)
    if not first.words or not second.words:
        return 0.0
    if first.words == second.words:
        return 1.0
    more, fewer = first.weighty - second.weighty, second.weighty - first.weighty
    piece = 0.0
    if (not more and _is_piece(first, second.words)) or (not fewer and _is_piece(second, first.words)):
        piece = _CUT_SHARE
    if any(_tells(word) for word in more + fewer):
        return piece
    total = first.weighty.total() + second.weighty.total()
    return max(piece, (total - (more + fewer).total()) / max(1, total))


def first_carried(copies: Iterable[Copy]) -> Copy | None:
    """The copy that was published before those of all other outlets; None where that is not known.

    Times with zones are compared as instants, at their precision. A time without a zone is compared with one that has
    a zone only where no zone on earth could change the order, and counts as its day beside others without a zone,
    which are compared as the outlets write them. A copy without a date may be the first. Articles without an outlet
    are an outlet each; of one outlet's own copies, its earliest by its own clock stands for it.
    """
    timed = sorted(((copy, _published(copy.published)) for copy in copies), key=_order)
    for copy, when in timed:
        if all(_before(when, other) for one, other in timed if not _one_outlet(one, copy)):
            return copy
    return None


@lru_cache(maxsize=4096)  # each statement of an article is compared with each of another
def _taken_apart(content: str) -> _Words:
    parts = tuple(tuple(found) for part in content.split("…") if (found := words(part)))
    together = tuple(word for part in parts for word in part)
    return _Words(together, parts, _weighty(together))


def _is_piece(one: _Words, of: tuple[str, ...]) -> bool:
    """Whether the parts of ``one`` stand in ``of``, each in a row and one after the other."""
    if len(one.words) < _CUT:
        return False
    at = 0
    for part in one.parts:
        at = next((i for i in range(at, len(of) - len(part) + 1) if of[i : i + len(part)] == part), -1)
        if at < 0:
            return False
        at += len(part)
    return True


def _weighty(found: tuple[str, ...]) -> Counter[str]:
    light = data.words("copy_light_words")
    return Counter(word for word in found if word not in light or _tells(word))


def _tells(word: str) -> bool:
    """Whether a word makes another statement of the same words: a number, a negation."""
    return (
        word.isdigit()
        or word.endswith(("n't", "not"))
        or word in data.words("negators")
        or word in data.words("figure_numbers")
    )


def _order(timed: tuple[Copy, _Published | None]) -> tuple[bool, datetime, str]:
    copy, when = timed
    return when is None, when.earliest if when else datetime.min.replace(tzinfo=UTC), copy.article


def _one_outlet(a: Copy, b: Copy) -> bool:
    return a is b or (a.outlet is not None and a.outlet == b.outlet)


def _before(a: _Published | None, b: _Published | None) -> bool:
    if a is None or b is None:
        return False
    if a.days is not None and b.days is not None:
        return a.days[1] < b.days[0]
    return a.latest <= b.earliest


def _published(text: str | None) -> _Published | None:
    """``Article.published`` as a stretch of time as long as its precision; None where it is no date."""
    if text is None:
        return None
    try:
        if len(text) > 10:
            start = datetime.fromisoformat(text)
            clock = text[:16] if text[16:17] in ("", "Z", "+", "-") else text
            end = start + _PRECISION.get(len(clock), timedelta(seconds=1))
            if start.tzinfo is not None:
                return _Published(start, end, None)
        else:
            first = date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text)
            after = _next(first, len(text))
            start, end = datetime.combine(first, time()), datetime.combine(after, time())
        days = (start.date(), (end - timedelta(seconds=1)).date())
        return _Published(start.replace(tzinfo=UTC) - _EAST, end.replace(tzinfo=UTC) + _WEST, days)
    except (ValueError, OverflowError):
        return None  # a date that no calendar has tells no order


def _next(first: date, precision: int) -> date:
    """The day after the year (4 characters), the month (7) or the day (10) that starts on ``first``."""
    if precision == 4:
        return first.replace(year=first.year + 1)
    return (first + timedelta(days=31)).replace(day=1) if precision == 7 else first + timedelta(days=1)
