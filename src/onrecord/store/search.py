"""Finding statements: by their words, by their meaning, or by both; filtered, sorted, counted and paged."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import BadQuery
from onrecord.store.facets import facets
from onrecord.store.filters import Filters, Where, where
from onrecord.store.meaning import Codes
from onrecord.store.paging import Place, opened, token
from onrecord.store.query import Parsed, encodable, parse, require_short, words

By = Literal["auto", "words", "meaning", "both"]
Sort = Literal["relevance", "said", "confidence"]

CONTENT, WHO = 1.0, 0.4  # BM25's weights of the words said and of the speaker's name
COUNTED = 10_000  # matches that are counted and put in facets; beyond, "10,000+" tells as much
FUSED = 200  # of each list that are fused; a page further down holds what neither ranks high
RANKED = 3_000  # matches that are ranked, the latest; where words are in more statements, BM25 takes 2 µs for each
SPARE = 50  # of the best by words, tried beyond those wanted: some may have been rejected
RRF = 60.0  # Cormack, Clarke and Büttcher 2009: score = sum of 1 / (60 + rank)
NEAREST = 250  # statements nearest in meaning that are tried on the filters, before the filters go first
LEAST = 0.30  # cosine below which two statements have nothing to do with each other (docs/decisions/008)
LARGEST_PAGE = 1_000

Vector = Callable[[str], NDArray[np.int8]]
"""A text → its vector, int8 (384,)."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for. Without ``text``, all that the filters let through.

    ``by`` "auto" searches plain words by both words and meaning, and what has quotation marks or other operators by
    its words alone.
    ``sort`` "said" puts the latest first; those whose day is unknown come last. ``after`` is the ``next`` of the page
    before. Without ``links``, hits lead to their article, not to the passage.
    """

    text: str | None = None
    filters: Filters = field(default_factory=Filters)
    by: By = "auto"
    sort: Sort = "relevance"
    limit: int = 20
    after: str | None = None
    facets: bool = False
    links: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found.

    ``ids``: row ids of statements, best first, each with its score (of words: BM25, higher is better; of meaning:
    cosine; of both: reciprocal rank). ``total``: how many there are, ``more`` if that is only a lower bound.
    ``next``: for the page after this; None where this is the last.
    """

    ids: tuple[tuple[int, float], ...]
    total: int
    more: bool
    next: str | None
    parsed: Parsed | None
    facets: dict[str, tuple[tuple[str, int], ...]]


def search(connection: sqlite3.Connection, query: Query, codes: Codes, vector: Vector) -> Found:
    """Find statements. Raises BadQuery.

    Paging is by key, not by count: a statement that is added between two pages moves no other from one to the next.
    Of words that more than 3,000 statements hold, the latest 3,000 are ranked; other orders go through all.
    """
    _check(query)
    text = encodable(query.text).strip() if query.text is not None else ""
    allowed = where(connection, query.filters)
    place = opened(query.after, *_asked(query)) if query.after is not None else None
    if not text:
        return _listed(connection, query, allowed, place) if allowed.known else _nothing(None)
    parsed = parse(text) if query.by != "meaning" else None
    if parsed is None:
        _require_words(text)
    if not allowed.known:
        return _nothing(parsed)
    by = query.by
    if by == "auto":
        by = "both" if parsed is None or parsed.plain else "words"
    if parsed is not None and (by == "words" or (by == "both" and query.sort != "relevance")):
        return _by_words(connection, query, parsed, allowed, place)
    now = _newest(connection)
    place = place or Place(None, 0, now)
    near = nearest(connection, codes, vector(text), _until(allowed, place), newer=now - place.bound)
    if parsed is None or by == "meaning":
        return _ranked(connection, query, near, None, place)
    said = _best(connection, _latest(connection, parsed, allowed, place.bound), allowed, FUSED, Place(None, 0))
    fused = _fused([row for row, _ in said], [row for row, _ in near[:FUSED]])
    return _ranked(connection, query, fused, parsed, place)


def _check(query: Query) -> None:
    for name, value, choices in (("by", query.by, get_args(By)), ("sort", query.sort, get_args(Sort))):
        if value not in choices:
            raise BadQuery(f"{name} {value!r}", f"is none of {', '.join(choices)}")
    if not 1 <= query.limit <= LARGEST_PAGE:
        problem = f"is not between 1 and {LARGEST_PAGE:,}"
        raise BadQuery(f"limit {query.limit}", problem, "ask for the next page instead")


def _require_words(text: str) -> None:
    require_short(text)
    if not words(text):
        raise BadQuery(f"query {text[:60]!r}", "no letter or digit in it to search for", "describe what was said")


def _nothing(parsed: Parsed | None) -> Found:
    return Found((), total=0, more=False, next=None, parsed=parsed, facets={})


def _asked(query: Query) -> tuple[Any, ...]:
    """What makes a search the same one on its next page."""
    return (query.text, query.filters, query.by, query.sort)


# By words and by filters ----------------------------------------------------------------------------------------------

# The words are looked up first, then the filters: never the words of each statement that the filters let through.
_WORDS = "words CROSS JOIN standing s ON s.statement = words.rowid"
_SCORE = f"bm25(words, {CONTENT}, {WHO})"
_KEYS = {"said": "s.day", "confidence": "s.confidence"}
_FIRST = {"said": "~", "confidence": 2.0}  # keys before all others, in descending order


def _by_words(
    connection: sqlite3.Connection, query: Query, parsed: Parsed, allowed: Where, place: Place | None
) -> Found:
    matching = _matching(parsed, allowed)
    if query.sort != "relevance":
        count, values = _counts(connection, query, _WORDS, matching)
        keyed = _keyed(connection, f"s.statement, {_SCORE}, +{_KEYS[query.sort]}", _WORDS, matching, query, place)
        found = [(row, -score) for row, score, _ in keyed[: query.limit]]
        following = token(*_asked(query), place=_last(keyed, query)) if len(keyed) > query.limit else None
        return _found(found, count, following, parsed, values)
    place = place or Place(None, 0, _newest(connection))
    latest = _latest(connection, parsed, allowed, place.bound)
    best = _best(connection, latest, allowed, query.limit + 1, place)
    if query.facets or (len(latest) == RANKED and not allowed.wide):
        count, values = _counts(connection, query, _WORDS, matching)
    else:
        count, values = _count(connection, parsed, allowed, len(latest)), {}
    found = best[: query.limit]
    following = token(*_asked(query), place=place.after(found)) if len(best) > query.limit else None
    return _found(found, count, following, parsed, values)


def _listed(connection: sqlite3.Connection, query: Query, allowed: Where, place: Place | None) -> Found:
    """All that the filters let through; in order of relevance, where nothing was searched for, is the latest first."""
    count, values = _counts(connection, query, "standing s", allowed)
    key = _KEYS.get(query.sort, _KEYS["said"])
    # Few are gathered and sorted; of many, the key's index is walked until the page is full, and nothing is sorted.
    key = key if count > COUNTED else f"+{key}"
    keyed = _keyed(connection, f"s.statement, 0.0, {key}", "standing s", allowed, query, place) if count else []
    following = token(*_asked(query), place=_last(keyed, query)) if len(keyed) > query.limit else None
    found = [(row, 0.0) for row, _, _ in keyed[: query.limit]]
    return _found(found, count, following, None, values)


def _matching(parsed: Parsed, allowed: Where) -> Where:
    return Where(f"words MATCH ? AND {allowed.condition}", (parsed.expression, *allowed.parameters))


def _until(allowed: Where, place: Place) -> Where:
    """Without what was added after the first page was given: it might rank above what has been shown."""
    return replace(
        allowed, condition=f"{allowed.condition} AND s.statement <= ?", parameters=(*allowed.parameters, place.bound)
    )


def _newest(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(statement), 0) FROM standing").fetchone()[0])


def _keyed(
    connection: sqlite3.Connection, columns: str, table: str, meant: Where, query: Query, place: Place | None
) -> list[tuple[int, float, Any]]:
    """One row more than the page holds, in descending order of the key, then by row id; those without a day last.

    ``columns``: row id, score, key. SQLite uses no index for a key with a "+" before it; without one, the key is asked
    for as a range, so that its index is used.
    """
    sort = query.sort if query.sort in _KEYS else "said"
    key, wanted = columns.rpartition(" ")[2], query.limit + 1
    select = f"SELECT {columns} FROM {table} WHERE {meant.condition} AND"
    order = f"ORDER BY {key} DESC, s.statement LIMIT"
    after, row = (place.key, place.row) if place else (_FIRST[sort], 0)
    beyond = f"{key} <= ? AND ({key} < ? OR s.statement > ?)"
    rows: list[tuple[int, float, Any]] = []
    if after is not None and key.startswith("+"):
        parameters = (*meant.parameters, after, after, row)
        return connection.execute(f"{select} ({key} IS NULL OR {beyond}) {order} {wanted}", parameters).fetchall()
    if after is not None:
        rows = connection.execute(
            f"{select} {beyond} {order} {wanted}", (*meant.parameters, after, after, row)
        ).fetchall()
        row = 0
    if sort == "said" and len(rows) < wanted:
        rows += connection.execute(
            f"{select} {key} IS NULL AND s.statement > ? {order} {wanted - len(rows)}", (*meant.parameters, row)
        ).fetchall()
    return rows


def _last(keyed: Sequence[tuple[int, float, Any]], query: Query) -> Place:
    row, _, key = keyed[query.limit - 1]
    return Place(key, row)


def _latest(connection: sqlite3.Connection, parsed: Parsed, allowed: Where, bound: int) -> list[tuple[int, float]]:
    """The latest matches up to ``bound``, at most RANKED, the newest first, with BM25 turned round: higher is better.

    Filters are tried on each match, but where nearly all pass: those are tried when they come to be shown.
    """
    if allowed.wide:
        return connection.execute(
            f"SELECT rowid, -{_SCORE} FROM words WHERE words MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT {RANKED}",
            (parsed.expression, bound),
        ).fetchall()
    return connection.execute(
        f"SELECT s.statement, -{_SCORE} FROM {_WORDS} WHERE words MATCH ? AND words.rowid <= ? AND {allowed.condition}"
        f" ORDER BY words.rowid DESC LIMIT {RANKED}",
        (parsed.expression, bound, *allowed.parameters),
    ).fetchall()


def _best(
    connection: sqlite3.Connection, latest: Sequence[tuple[int, float]], allowed: Where, count: int, place: Place
) -> list[tuple[int, float]]:
    """The best of these matches that no page has shown, best first, equals by row id."""
    left: Sequence[tuple[int, float]] = latest
    if place.shown:
        shown = set(place.shown)
        left = [one for one in latest if one[0] not in shown]
    elif place.row:
        # Scores change with what is added, but what was equal stays equal: from the last one's score as it is now.
        last = next((score for row, score in latest if row == place.row), place.key)
        left = [one for one in latest if (-one[1], one[0]) > (-float(last or 0.0), place.row)]
    if not allowed.wide:
        return heapq.nsmallest(count, left, key=_rank)
    best: list[tuple[int, float]] = []
    ranked = heapq.nsmallest(count + SPARE, left, key=_rank)
    if len(left) > len(ranked) and len(_passing(connection, [row for row, _ in ranked], allowed)) < count:
        ranked = sorted(left, key=_rank)
    for at in range(0, len(ranked), count + SPARE):
        some = ranked[at : at + count + SPARE]
        passed = _passing(connection, [row for row, _ in some], allowed)
        best += [one for one in some if one[0] in passed]
        if len(best) >= count:
            break
    return best[:count]


def _rank(match: tuple[int, float]) -> tuple[float, int]:
    return -match[1], match[0]


def _count(connection: sqlite3.Connection, parsed: Parsed, allowed: Where, latest: int) -> int:
    """How many match, at most one more than are counted; ``latest``: of how many that is known already."""
    if not allowed.wide:
        return latest
    # The first condition is that of the index of the few that somebody has looked at.
    touched = "SELECT 1 FROM standing WHERE (corrected = 1 OR status <> 'open') AND status = 'rejected' LIMIT 1"
    rejected = connection.execute(touched).fetchone()
    table = _WORDS if rejected else "words"
    meant = _matching(parsed, allowed) if rejected else Where("words MATCH ?", (parsed.expression,))
    select = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {meant.condition} LIMIT {COUNTED + 1})"
    return int(connection.execute(select, meant.parameters).fetchone()[0])


# By meaning -----------------------------------------------------------------------------------------------------------


def nearest(
    connection: sqlite3.Connection, codes: Codes, vector: NDArray[np.int8], allowed: Where, *, newer: int = 0
) -> list[tuple[int, float]]:
    """The statements nearest in meaning that pass the filters, with their cosine, best first.

    ``newer``: how many were added since the first page, which crowd out as many of those that it was cut from.
    """
    count = NEAREST + min(newer, NEAREST)
    near = codes.search(connection, vector, count)
    passed = _passing(connection, [row for row, _ in near], allowed)
    if len(passed) < FUSED // 4 and len(near) == count:
        # The filters let few through: first they, then the meaning.
        # As one text, which NumPy takes apart: a hundred thousand rows, one by one, would take as long as all the rest.
        (told,) = connection.execute(
            f"SELECT group_concat(s.statement) FROM standing s WHERE {allowed.condition}", allowed.parameters
        ).fetchone()
        among = np.sort(np.fromstring(told or "", np.int64, sep=","))
        near = codes.search(connection, vector, NEAREST, among)
        passed = {row for row, _ in near}
    return [(row, like) for row, like in near if row in passed and like >= LEAST][:NEAREST]


def _passing(connection: sqlite3.Connection, ids: Sequence[int], allowed: Where) -> set[int]:
    rows = connection.execute(
        "SELECT s.statement FROM json_each(?) AS near CROSS JOIN standing s ON s.statement = near.value"
        f" WHERE {allowed.condition}",
        (json.dumps(ids), *allowed.parameters),
    )
    return {row for (row,) in rows}


def _fused(*lists: Sequence[int]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: best first, equal scores by row id."""
    scores: dict[int, float] = {}
    for one in lists:
        for rank, row in enumerate(one, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _ranked(
    connection: sqlite3.Connection,
    query: Query,
    ranked: Sequence[tuple[int, float]],
    parsed: Parsed | None,
    place: Place,
) -> Found:
    """A page of a list that is at hand as a whole."""
    if query.sort != "relevance":
        ranked = _sorted_by(connection, ranked, query.sort)
    shown = set(place.shown)
    left = [one for one in ranked if one[0] not in shown]
    page = left[: query.limit]
    following = token(*_asked(query), place=place.after(page)) if len(left) > query.limit else None
    found = Found(tuple(page), len(ranked), more=False, next=following, parsed=parsed, facets={})
    if not query.facets:
        return found
    these = Where("s.statement IN (SELECT value FROM json_each(?))", (json.dumps([row for row, _ in ranked]),))
    return replace(found, facets=facets(connection, "standing s", these, COUNTED)[1])


def _sorted_by(
    connection: sqlite3.Connection, ranked: Sequence[tuple[int, float]], sort: str
) -> list[tuple[int, float]]:
    scores = dict(ranked)
    rows = connection.execute(
        "SELECT s.statement FROM standing s WHERE s.statement IN (SELECT value FROM json_each(?))"
        f" ORDER BY {_KEYS[sort]} DESC, s.statement",
        (json.dumps(list(scores)),),
    )
    return [(row, scores[row]) for (row,) in rows]


# Counts ---------------------------------------------------------------------------------------------------------------


def _counts(
    connection: sqlite3.Connection, query: Query, table: str, meant: Where
) -> tuple[int, dict[str, tuple[tuple[str, int], ...]]]:
    """How many there are, at most one more than are counted, and the facets where they are asked for."""
    if query.facets:
        return facets(connection, table, meant, COUNTED)
    select = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {meant.condition} LIMIT {COUNTED + 1})"
    (count,) = connection.execute(select, meant.parameters).fetchone()
    return count, {}


def _found(
    found: Sequence[tuple[int, float]],
    count: int,
    following: str | None,
    parsed: Parsed | None,
    values: dict[str, tuple[tuple[str, int], ...]],
) -> Found:
    return Found(tuple(found), min(count, COUNTED), count > COUNTED, following, parsed, values)
