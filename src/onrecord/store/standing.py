"""What is derived from the readings and the corrections, for filters and searches: laid down, and taken away."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onrecord.store import meaning, persons
from onrecord.store.corrections import Standing, stand
from onrecord.store.filters import SETTLED
from onrecord.store.rows import Kept, read_record
from onrecord.types import Entity, Record, Statement

Embed = Callable[[Sequence[str]], list[bytes]]
"""Texts → their vectors, 384 bytes each."""

Reading = tuple[Record, list[Kept]]
"""An article's record as it was read, and how each of its statements is kept."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What is laid down for one statement, as rows of these tables; without the utterance, which copies settle."""

    standing: tuple[Any, ...]
    addressed: tuple[tuple[Any, ...], ...]
    wording: tuple[int, str, str]


def lay_down(
    connection: sqlite3.Connection,
    article: int,
    vectors: dict[str, bytes],
    embed: Embed | None,
    reading: Reading | None = None,
) -> Standing:
    """Derive all that searches ask of a current article, from its rows.

    ``vectors``: those already known, by the words that they stand for; ``embed`` makes those that are missing (None:
    they are left out, for ``onrecord check --repair`` to make). ``reading``: what the rows say, where that is known.
    """
    record, kept = reading or read_record(connection, article)
    standing = stand(connection, record, kept)
    if added := _added(record, standing):
        persons.admit(connection, added, record.article.id)
    derived = derive(connection, article, record, standing)
    connection.executemany(
        "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", [one.standing for one in derived]
    )
    connection.executemany(
        "INSERT INTO addressed VALUES (?, ?, ?, ?)", [row for one in derived for row in one.addressed]
    )
    connection.executemany("INSERT INTO wording VALUES (?, ?, ?)", [one.wording for one in derived])
    meaning.put(connection, _vectors([one.wording[:2] for one in derived], vectors, embed))
    return standing


def derive(connection: sqlite3.Connection, article: int, record: Record, standing: Standing) -> list[Derived]:
    """The rows that a current article ought to have; ``record`` is as it was read, ``standing`` with corrections."""
    outlet, published = connection.execute("SELECT outlet, published FROM article WHERE id = ?", (article,)).fetchone()
    profiles: dict[str | None, int | None] = {
        record.entities[ordinal].id: profile
        for ordinal, profile in connection.execute(
            "SELECT ordinal, profile FROM entity WHERE article = ? AND profile IS NOT NULL", (article,)
        )
    }
    added = _added(record, standing)
    found = persons.find(connection, added, record.article.id)
    profiles |= {one.id: profile for one, profile in zip(added, found, strict=True)}
    names: dict[str | None, str] = {one.id: one.name for one in standing.record.entities}
    day = day_of(published)
    rows = zip(standing.kept, standing.record.statements, standing.status, standing.corrected, strict=True)
    return [
        Derived(
            standing=(
                one.id, article, outlet, said.kind, said.act,
                profiles.get(said.speaker.entity) if said.speaker else None,
                *_days(said, day), day, said.confidence, status, int(corrected),
            ),
            addressed=tuple(
                (one.id, part, _both(party.span.text, names.get(party.entity)), profiles.get(party.entity))
                for part, party in enumerate(said.addressee)
            ),
            wording=(one.id, words_of(said), who(said)),
        )
        for one, said, status, corrected in rows
    ]  # fmt: skip


def _added(record: Record, standing: Standing) -> Sequence[Entity]:
    """Whom corrections speak of and the article does not."""
    return standing.record.entities[len(record.entities) :]


def take_away(connection: sqlite3.Connection, article: int) -> dict[str, bytes]:
    """Take away what was derived from an article; the vectors that it had, by the words that they stand for."""
    # By the article of the statement, and of the row too: a damaged ledger is mended by this.
    rows = connection.execute(
        "SELECT standing.statement, content, vector FROM standing LEFT JOIN wording USING (statement)"
        " LEFT JOIN embedding USING (statement) WHERE standing.statement IN (SELECT id FROM statement"
        " WHERE article = ?1 UNION SELECT statement FROM standing WHERE article = ?1)",
        (article,),
    ).fetchall()
    meaning.remove(connection, [statement for statement, _, vector in rows if vector is not None])
    for table in ("wording", "addressed", "standing"):
        connection.executemany(f"DELETE FROM {table} WHERE statement = ?", [(row[0],) for row in rows])
    return {content: vector for _, content, vector in rows if vector is not None and content is not None}


def spoken_of(connection: sqlite3.Connection, article: int) -> set[int]:
    """The profiles that an article or its corrections speak of."""
    rows = connection.execute(
        "SELECT profile FROM entity WHERE article = ?1 UNION SELECT profile FROM standing WHERE article = ?1"
        " UNION SELECT addressed.profile FROM addressed JOIN standing USING (statement) WHERE article = ?1",
        (article,),
    )
    return {profile for (profile,) in rows if profile is not None}


def words_of(statement: Statement) -> str:
    """The words by which a statement is found."""
    return statement.content_text


def who(statement: Statement) -> str:
    """What its speaker is called: the name, and the source as the article has it there."""
    return _both(statement.speaker.name if statement.speaker else None, statement.source_text)


def day_of(published: str | None) -> str | None:
    """The day of publication, if it is known to the day."""
    return published[:10] if published and len(published) >= 10 else None


def _both(one: str | None, other: str | None) -> str:
    if not one or not other:
        return one or other or ""
    return one if other in one else other if one in other else f"{one} · {other}"


def _days(said: Statement, published: str | None) -> tuple[str | None, str | None, int]:
    """First and last day on which it was said, else the day of publication, and which of the two it is."""
    if said.said_on is None:
        return published, published, 0
    first, last = date.fromisoformat(said.said_on.start), date.fromisoformat(said.said_on.end) - timedelta(days=1)
    if last - first > SETTLED:
        return published, published, 0
    return first.isoformat(), last.isoformat(), 1


def _vectors(
    texts: Sequence[tuple[int, str]], known: dict[str, bytes], embed: Embed | None
) -> Iterator[tuple[int, bytes]]:
    missing = list(dict.fromkeys(text for _, text in texts if text and text not in known))
    if missing and embed is not None:
        known = known | dict(zip(missing, embed(missing), strict=True))
    for statement, text in texts:
        if text in known:
            yield statement, known[text]
