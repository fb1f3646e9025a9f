"""What of a search was put on record last: for whoever asks again and again, such as a feed reader."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.store.filters import where
from onrecord.store.hits import Hit, hits
from onrecord.store.query import encodable, parse
from onrecord.store.search import Query


@dataclass(frozen=True, slots=True)
class Latest:
    """A statement, and when it came.

    ``added``: when the run that brought its article began, UTC; ``changed``: when it was last corrected, else
    ``added``. ``byline`` is the article's.
    """

    hit: Hit
    added: str
    changed: str
    byline: str | None


def latest(connection: sqlite3.Connection, query: Query, near: Sequence[str], count: int) -> list[Latest]:
    """The statements that a search by words, or by filters alone, finds, those put on record last first.

    ``near``: keys of statements found otherwise, by their meaning, which are put among them. With ``query.by``
    "meaning" there are no others. ``sort``, ``limit`` and ``after`` are not asked. Raises BadQuery.
    """
    allowed = where(connection, query.filters)
    text = encodable(query.text).strip() if query.text is not None else ""
    parsed = parse(text) if text and query.by != "meaning" else None
    if not allowed.known:
        return []
    rows = set(_rows(connection, near))
    table, condition, order = "standing s", allowed.condition, "s.statement"
    parameters: tuple[object, ...] = allowed.parameters
    if parsed is not None:
        table = "words CROSS JOIN standing s ON s.statement = words.rowid"
        condition, order = f"words MATCH ? AND {condition}", "words.rowid"
        parameters = (parsed.expression, *parameters)
    if parsed is not None or not text:
        found = connection.execute(
            f"SELECT s.statement FROM {table} WHERE {condition} ORDER BY {order} DESC LIMIT ?", (*parameters, count)
        )
        rows |= {row for (row,) in found}
    newest = sorted(rows, reverse=True)[:count]
    shown = hits(connection, [(row, 0.0) for row in newest], parsed)
    return [Latest(hit, *_came(connection, row)) for hit, row in zip(shown, newest, strict=True)]


def names_of(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, str]:
    """The names of people and organisations by their keys or Wikidata items; what is neither is left out."""
    found: dict[str, str] = {}
    for key in keys:
        row = connection.execute(
            "SELECT name FROM person WHERE key = ?1 UNION ALL SELECT name FROM profile WHERE key = ?1 UNION ALL"
            " SELECT name FROM (SELECT name FROM profile WHERE qid = ?1 ORDER BY length(name) DESC, name LIMIT 1)"
            " LIMIT 1",
            (encodable(key),),
        ).fetchone()
        if row is not None:
            found[key] = row[0]
    return found


def _rows(connection: sqlite3.Connection, keys: Sequence[str]) -> list[int]:
    found = connection.execute(
        "SELECT statement.id FROM json_each(?) AS wanted JOIN statement ON statement.key = wanted.value",
        (json.dumps(list(keys)),),
    )
    return [row for (row,) in found]


def _came(connection: sqlite3.Connection, row: int) -> tuple[str, str, str | None]:
    began, corrected, byline = connection.execute(
        "SELECT run.began, (SELECT max(at) FROM correction WHERE correction.statement = statement.id), article.byline"
        " FROM statement JOIN article ON article.id = statement.article JOIN run ON run.id = article.added"
        " WHERE statement.id = ?",
        (row,),
    ).fetchone()
    return began, max(began, corrected or ""), byline
