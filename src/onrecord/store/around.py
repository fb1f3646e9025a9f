"""What stands around one article in the ledger: its people across articles, its copies and versions, who carried it.

One question each for the whole article, however many statements it has.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from onrecord.corpus.carried import Copy, first_carried

__all__ = ["Around", "Likeness", "Version", "around"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another article that carries the same copy; ``similarity`` of their texts, 0 to 1."""

    article: str
    title: str | None
    outlet: str | None
    published: str | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the article: when it was published, when it came into the ledger (UTC), whether it is the last."""

    published: str | None
    added: str
    current: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What the ledger knows around an article.

    ``entities``: the key of the person that an entity is, by its place in the record. ``speakers``: the key of the
    speaker as it stands, by the statement's row id. ``carried``: how many outlets carried a statement and which was
    first, where that is known, by row id; only those that others carried too.
    """

    entities: dict[int, str]
    speakers: dict[int, str]
    carried: dict[int, tuple[int, str | None]]
    copies: tuple[Likeness, ...]
    versions: tuple[Version, ...]


def around(connection: sqlite3.Connection, article: str) -> Around:
    """What stands around the current version of the article with this id; nothing where there is none."""
    row = connection.execute("SELECT id, identity FROM article WHERE key = ? AND current = 1", (article,)).fetchone()
    if row is None:
        return Around({}, {}, {}, (), ())
    own, identity = row
    who = "coalesce(person.key, profile.key) FROM {} JOIN profile ON profile.id = profile LEFT JOIN person"
    return Around(
        entities=dict(
            connection.execute(
                f"SELECT ordinal, {who.format('entity')} ON person.id = person WHERE article = ?", (own,)
            )
        ),
        speakers=dict(
            connection.execute(
                f"SELECT statement, {who.format('standing')} ON person.id = person WHERE article = ?", (own,)
            )
        ),
        carried=_carried(connection, own),
        copies=tuple(
            Likeness(*told)
            for told in connection.execute(
                "SELECT key, title, outlet.name, published, similarity FROM copy"
                " JOIN article ON article.id = copy.other"
                " LEFT JOIN outlet ON outlet.id = article.outlet WHERE copy.article = ?"
                " ORDER BY published IS NULL, published, key LIMIT 100",
                (own,),
            )
        ),
        versions=_versions(connection, identity),
    )


def _versions(connection: sqlite3.Connection, identity: str) -> tuple[Version, ...]:
    """The versions in the order in which they came; none where there is but one."""
    rows = connection.execute(
        "SELECT published, began, current FROM article JOIN run ON run.id = added WHERE identity = ?"
        " ORDER BY added, article.id",
        (identity,),
    ).fetchall()
    return tuple(Version(published, added, bool(current)) for published, added, current in rows) if rows[1:] else ()


def _carried(connection: sqlite3.Connection, own: int) -> dict[int, tuple[int, str | None]]:
    rows = connection.execute(
        "SELECT DISTINCT mine.statement, article.key, outlet.name, article.published FROM standing AS mine"
        " JOIN standing AS theirs ON theirs.utterance = mine.utterance"
        " JOIN article ON article.id = theirs.article LEFT JOIN outlet ON outlet.id = article.outlet"
        " WHERE mine.article = ? AND mine.utterance IS NOT NULL",
        (own,),
    )
    copies: dict[int, list[Copy]] = {}
    for statement, *told in rows:
        copies.setdefault(statement, []).append(Copy(*told))
    found = {}
    for statement, its in copies.items():
        first = first_carried(its)
        found[statement] = (len({one.outlet or one.article for one in its}), first.outlet if first else None)
    return found
