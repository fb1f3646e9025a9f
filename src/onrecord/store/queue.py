"""The queue of statements to review: those that filters let through, the least confident first; and whose work it was.

The order is that of confidence, then of row ids; neither is changed by a correction, so that "the next one" is the same
for all who ask, and a statement keeps its place whatever is decided on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from onrecord.store.corrections import Correction
from onrecord.store.filters import Filters, where
from onrecord.store.hits import Hit, hits
from onrecord.store.query import parse

_TOUCHED = "(s.corrected = 1 OR s.status <> 'open')"  # as the index of the few that people have touched says it

COUNTED = 10_000  # statements that are counted; beyond, "10,000+ left" tells as much


@dataclass(frozen=True, slots=True)
class Queue:
    """What is in a queue, as SQL on ``standing AS s``.

    ``left``: how many there are, up to ``COUNTED``; ``more``: there are more than these. ``anew``: what is decided
    leaves the queue (it holds open statements alone), so that at its end it can begin again.
    """

    condition: str
    parameters: tuple[Any, ...]
    left: int
    more: bool
    anew: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody has done since some time.

    ``statements``: how many they have decided on or corrected, as far as it still holds; ``last``: their last
    correction that holds, which is the one to undo.
    """

    statements: int
    last: Correction | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries a statement."""

    key: str
    title: str | None
    outlet: str | None
    published: str | None


def queue(connection: sqlite3.Connection, filters: Filters, text: str | None) -> Queue:
    """The queue of what these filters let through, and whose words match. Raises BadQuery.

    Words are looked up as words, whatever their meaning: a queue has to be the same from one statement to the next.
    """
    allowed = where(connection, filters)
    condition, parameters = allowed.condition, allowed.parameters
    if filters.shown in ("accepted", "rejected"):
        condition = f"{condition} AND {_TOUCHED}"
    if text and text.strip():
        condition = f"s.statement IN (SELECT rowid FROM words WHERE words MATCH ?) AND {condition}"
        parameters = (parse(text.strip()).expression, *parameters)
    count = 0
    if allowed.known:
        select = f"SELECT count(*) FROM (SELECT 1 FROM standing s WHERE {condition} LIMIT {COUNTED + 1})"
        (count,) = connection.execute(select, parameters).fetchone()
    return Queue(condition, parameters, min(count, COUNTED), count > COUNTED, filters.shown == "open")


def upcoming(connection: sqlite3.Connection, asked: Queue, limit: int) -> list[Hit]:
    """The first of the queue, as they are shown among others."""
    rows = _rows(connection, asked, "", (), limit)
    return hits(connection, [(row, 0.0) for row in rows], None)


def following(connection: sqlite3.Connection, asked: Queue, key: str | None) -> str | None:
    """The key of the statement after this one (None: the first).

    At the end the queue begins again, if what is decided has left it. None where it is empty, or at its end.
    """
    at = _place(connection, key)
    if at is not None:
        rows = _rows(connection, asked, "s.confidence >= ? AND (s.confidence > ? OR s.statement > ?)", at, 1)
        if rows:
            return _key(connection, rows[0])
        if not asked.anew:
            return None
    first = _rows(connection, asked, "", (), 1)
    return _key(connection, first[0]) if first else None


def preceding(connection: sqlite3.Connection, asked: Queue, key: str) -> str | None:
    """The key of the statement before this one; None where it is the first."""
    at = _place(connection, key)
    if at is None:
        return None
    rows = _rows(connection, asked, "s.confidence <= ? AND (s.confidence < ? OR s.statement < ?)", at, 1, "DESC")
    return _key(connection, rows[0]) if rows else None


def _rows(
    connection: sqlite3.Connection, asked: Queue, beyond: str, at: tuple[Any, ...], limit: int, way: str = ""
) -> list[int]:
    """Row ids in order. Few are gathered and sorted; of many, the index of confidence is walked as far as needed."""
    if not asked.left:
        return []
    index, plus = ("INDEXED BY standing_confidence", "") if asked.more else ("", "+")
    beyond = f"AND {beyond.replace('s.confidence', plus + 's.confidence')}" if beyond else ""
    found = connection.execute(
        f"SELECT s.statement FROM standing s {index} WHERE {asked.condition} {beyond}"
        f" ORDER BY {plus}s.confidence {way}, s.statement {way} LIMIT {limit}",
        (*asked.parameters, *at),
    )
    return [row for (row,) in found]


def _place(connection: sqlite3.Connection, key: str | None) -> tuple[float, float, int] | None:
    """Where a statement stands in the order, whether it is in the queue or not."""
    row = connection.execute(
        "SELECT s.confidence, s.statement FROM statement JOIN standing s ON s.statement = statement.id WHERE key = ?",
        (key,),
    ).fetchone()
    return None if row is None else (row[0], row[0], row[1])


def _key(connection: sqlite3.Connection, row: int) -> str:
    (key,) = connection.execute("SELECT key FROM statement WHERE id = ?", (row,)).fetchone()
    return str(key)


def done(connection: sqlite3.Connection, by: str, since: str, undoable: str) -> Done:
    """What ``by`` has done since ``since``, and their last correction since ``undoable`` that holds.

    Both are UTC, to the second. Corrections are read from the newest back: they are appended in order, so that none
    before these times is looked at.
    """
    undone: set[int] = set()
    touched: set[int] = set()
    last: Correction | None = None
    rows = connection.execute(
        "SELECT correction.id, statement, key, at, by, field, value, why FROM correction"
        " JOIN statement ON statement.id = statement ORDER BY correction.id DESC"
    )
    for id_, statement, key, at, own, field, value, why in rows:
        if at < since and at < undoable:
            break
        if id_ in undone:
            continue
        if field == "undo":
            undone.add(json.loads(value))
        elif own == by:
            if at >= since:
                touched.add(statement)
            if last is None and at >= undoable:
                last = Correction(id_, key, at, own, field, json.loads(value), why)
    return Done(len(touched), last)


def carriers(connection: sqlite3.Connection, articles: Sequence[str]) -> list[Carrier]:
    """What is known of the current articles with these keys, the earliest first."""
    rows = connection.execute(
        "SELECT article.key, title, outlet.name, published FROM article LEFT JOIN outlet ON outlet.id = outlet"
        " WHERE current = 1 AND article.key IN (SELECT value FROM json_each(?)) ORDER BY published IS NULL, 4, 3, 1",
        (json.dumps(list(articles)),),
    )
    return [Carrier(*row) for row in rows]
