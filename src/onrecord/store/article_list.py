"""The articles of a ledger, page by page."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from onrecord.store.filters import Filters, where
from onrecord.store.paging import Place, opened, token

FEW = 20_000  # statements. So many are looked up before their articles, in 0.1 s; of more, each article is asked in
# turn, newest first: of a million statements they are one in fifty, and a page is full after some hundred articles.


@dataclass(frozen=True, slots=True)
class Listed:
    """An article among others. ``added``: when it was put on record; ``statements``: those that nobody rejected."""

    id: str
    url: str | None
    outlet: str | None
    title: str | None
    byline: str | None
    published: str | None
    language: str
    added: str
    statements: int


def articles(
    connection: sqlite3.Connection, filters: Filters, *, limit: int, after: str | None = None
) -> tuple[tuple[Listed, ...], str | None]:
    """The current articles that hold a statement which the filters let through, those added last first.

    Without filters all, those without a statement too. ``after`` is the second of what this gave for the page before;
    None where that was the last. Raises BadQuery.
    """
    condition, parameters = _condition(connection, filters)
    bound = opened(after, None, filters, "articles", "added").row if after is not None else 2**62
    rows = connection.execute(
        "SELECT article.id, article.key, url, outlet.name, title, byline, article.published, language, began,"
        " (SELECT count(*) FROM standing WHERE standing.article = article.id AND status <> 'rejected')"
        " FROM article LEFT JOIN outlet ON outlet.id = article.outlet JOIN run ON run.id = added"
        f" WHERE current = 1 AND article.id < ? AND {condition} ORDER BY article.id DESC LIMIT ?",
        (bound, *parameters, limit + 1),
    ).fetchall()
    page = tuple(Listed(*row[1:]) for row in rows[:limit])
    following = None
    if len(rows) > limit:
        following = token(None, filters, "articles", "added", place=Place(None, rows[limit - 1][0]))
    return page, following


def _condition(connection: sqlite3.Connection, filters: Filters) -> tuple[str, tuple[Any, ...]]:
    """What an article must be, and the parameters of that."""
    if not set(filters.asked) - {"by"}:
        return "1", ()
    allowed = where(connection, filters)
    if not allowed.known:
        return "0", ()
    meant = f"FROM standing s WHERE {allowed.condition}"
    select = f"SELECT count(*) FROM (SELECT 1 {meant} LIMIT {FEW + 1})"
    if connection.execute(select, allowed.parameters).fetchone()[0] <= FEW:
        return f"article.id IN (SELECT s.article {meant})", allowed.parameters
    return (
        "EXISTS (SELECT 1 FROM standing s INDEXED BY standing_article WHERE s.article = article.id"
        f" AND {allowed.condition})",
        allowed.parameters,
    )
