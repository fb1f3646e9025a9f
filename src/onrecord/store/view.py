"""The one who reads: statements, articles, people and counts, as they stand with all corrections applied."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from onrecord.errors import NotOnRecord
from onrecord.export.entry import Entry
from onrecord.store import copying, corrections
from onrecord.store.connection import explained, open_reader
from onrecord.store.corrections import Correction, Standing, apply, stand
from onrecord.store.counts import stats
from onrecord.store.filters import Filters, article_rows, speakers, where
from onrecord.store.hits import Hit, hits, statement_row
from onrecord.store.meaning import Codes
from onrecord.store.query import encodable
from onrecord.store.rows import read_record
from onrecord.store.search import Found, Query, Vector, search
from onrecord.types import Record

if TYPE_CHECKING:
    from onrecord.store import persons

Versions = Literal["current", "all"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of hits. ``total``: how many there are in all, of which ``more`` says that there are still more."""

    hits: tuple[Hit, ...]
    total: int
    more: bool
    next: str | None
    facets: dict[str, tuple[tuple[str, int], ...]]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement with all that is known of it."""

    entry: Entry
    hit: Hit
    history: tuple[Correction, ...]
    carried: copying.Carried
    retained: bool


@dataclass(frozen=True, slots=True)
class Profiled:
    """What articles say of someone in the same words, and in how many statements."""

    key: str
    name: str
    office: str | None
    organisation: str | None
    country: str | None
    first: str | None
    last: str | None
    statements: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person or organisation across articles: what they are called, and how often they are on record."""

    key: str
    name: str
    type: str
    qid: str | None
    statements: int
    direct: int
    first: str | None
    last: str | None
    outlets: tuple[tuple[str, int], ...]
    acts: tuple[tuple[str, int], ...]
    profiles: tuple[Profiled, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read: what it was, from where, why not, and how often it was tried."""

    digest: bytes
    name: str
    source: str
    reason: str
    tries: int
    item: bytes | None


class View:
    """Reads the ledger at ``path``. Safe beside a writer, and beside other readers.

    ``vector`` makes the vector of what is searched for by meaning. ``codes`` can be shared by views of one ledger: they
    take 48 bytes a statement. Raises LedgerError, and NotFound where there is no file.
    """

    def __init__(self, path: str | os.PathLike[str], vector: Vector, codes: Codes | None = None) -> None:
        self.path = os.fspath(path)
        self._vector = vector
        self._codes = codes or Codes()
        self._connection = open_reader(path)

    def __enter__(self) -> View:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _apart(self) -> Iterator[sqlite3.Connection]:
        """A snapshot on a connection of its own, for what is read bit by bit while other questions are asked."""
        connection = open_reader(self.path)
        try:
            with explained(self.path):
                connection.execute("BEGIN")
                yield connection
        finally:
            connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """The ledger as it is now; what a writer commits meanwhile is not seen until the next."""
        with explained(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    # Statements -------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Page:
        """Find statements. Raises BadQuery."""
        with self.snapshot() as connection:
            found: Found = search(connection, query, self._codes, self._vector)
            page = tuple(hits(connection, found.ids, found.parsed, links=query.links))
        return Page(page, found.total, found.more, found.next, found.facets)

    def statement(self, key: str) -> Shown:
        """One statement, by its key or a beginning of it that no other has. Raises NotOnRecord."""
        with self.snapshot() as connection:
            row, article = statement_row(connection, key)
            standing = self._standing(connection, article)
            at = next(at for at, one in enumerate(standing.kept) if one.id == row)
            carried = copying.carried(connection, [row])[row]
            (hit,) = hits(connection, [(row, 0.0)], None) if self._is_current(connection, article) else (None,)
            history = tuple(corrections.history(connection, standing.kept[at].key))
            entry = self._entry(connection, standing, at, carried)
        if hit is None:
            raise NotOnRecord(
                key, "is a statement of an article's older version", f"see article {entry.record.article.id}"
            )
        return Shown(entry, hit, history, carried, standing.kept[at].retained)

    def entries(self, filters: Filters | None = None) -> Iterator[Entry]:
        """All statements that the filters let through, article by article; as they stand when this begins."""
        with self._apart() as connection:
            allowed = where(connection, filters or Filters(shown="all"))
            if not allowed.known:
                return
            reading = connection.cursor()
            reading.execute(
                f"SELECT s.article, s.statement FROM standing s WHERE {allowed.condition}"
                " ORDER BY s.article, s.statement",
                allowed.parameters,
            )
            article, standing, places = None, None, dict[int, int]()
            for own, row in reading:
                if own != article or standing is None:
                    article, standing = own, self._standing(connection, own)
                    places = {one.id: at for at, one in enumerate(standing.kept)}
                yield self._entry(connection, standing, places[row], copying.carried(connection, [row])[row])

    def _entry(self, connection: sqlite3.Connection, standing: Standing, at: int, carried: copying.Carried) -> Entry:
        said = standing.record.statements[at]
        person = None
        if said.speaker is not None:
            row = connection.execute(
                "SELECT coalesce(person.key, profile.key) FROM standing JOIN profile ON profile.id = profile"
                " LEFT JOIN person ON person.id = person WHERE statement = ?",
                (standing.kept[at].id,),
            ).fetchone()
            person = row and row[0]
        return Entry(
            id=standing.kept[at].key,
            statement=said,
            record=standing.record,
            person=person,
            corrected=standing.corrected[at],
            status=standing.status[at],
            outlets=max(1, carried.outlets),
            first_outlet=carried.first.outlet if carried.first else None,
        )

    @staticmethod
    def _standing(connection: sqlite3.Connection, article: int) -> Standing:
        return stand(connection, *read_record(connection, article))

    @staticmethod
    def _is_current(connection: sqlite3.Connection, article: int) -> bool:
        return bool(connection.execute("SELECT current FROM article WHERE id = ?", (article,)).fetchone()[0])

    # Articles ---------------------------------------------------------------------------------------------------------

    def records(self, *, versions: Versions = "current", as_read: bool = False) -> Iterator[Record]:
        """All records in the order in which they were added, corrections applied unless ``as_read``.

        ``versions`` "all" gives older versions of articles too. Rejected statements are among them: their record is a
        whole.
        """
        with self._apart() as connection:
            condition = "WHERE current = 1" if versions == "current" else ""
            for (article,) in connection.execute(f"SELECT id FROM article {condition} ORDER BY id").fetchall():
                record, kept = read_record(connection, article)
                yield record if as_read else stand(connection, record, kept).record

    def record(self, article: str, *, as_read: bool = False) -> Standing:
        """The current version of an article, by its id, a beginning of it that no other has, or its address.

        Corrections are applied unless ``as_read``.

        Raises NotOnRecord.
        """
        with self.snapshot() as connection:
            article = encodable(article)
            rows = _current(connection, article_rows(connection, article)) or _current(
                connection,
                [
                    row
                    for (row,) in connection.execute(
                        "SELECT id FROM article WHERE current = 1 AND key >= ?1 AND key < ?1 || '~' LIMIT 2", (article,)
                    )
                ],
            )
            if len(rows) != 1 or not article:
                problem = "several articles' ids begin so" if rows and article else "no article has this id or address"
                raise NotOnRecord(article or "''", problem, "`onrecord search` shows them")
            record, kept = read_record(connection, rows[0])
            return apply(record, kept, {}) if as_read else stand(connection, record, kept)

    def articles(self, filters: Filters) -> set[str]:
        """The ids of the articles that hold a statement that the filters let through."""
        with self.snapshot() as connection:
            allowed = where(connection, filters)
            if not allowed.known:
                return set()
            rows = connection.execute(
                f"SELECT key FROM article WHERE id IN (SELECT s.article FROM standing s WHERE {allowed.condition})",
                allowed.parameters,
            )
            return {key for (key,) in rows}

    def correctors(self, statement: str) -> list[str]:
        """Who has corrected a statement, in alphabetical order."""
        with self.snapshot() as connection:
            return sorted({one.by for one in corrections.history(connection, statement)})

    def versions(self, article: str) -> list[tuple[str, str | None, str, bool]]:
        """The versions of an article: the digest, when published, when added, whether it is current."""
        with self.snapshot() as connection:
            rows = connection.execute(
                "SELECT hex(digest), published, began, current FROM article JOIN run ON run.id = added"
                " WHERE identity IN (SELECT identity FROM article WHERE id IN (SELECT value FROM json_each(?)))"
                " ORDER BY substr(coalesce(published, ''), 1, 10), coalesce(seen, ''), added, digest",
                (json.dumps(article_rows(connection, encodable(article))),),
            ).fetchall()
        return [(digest, published, began, bool(current)) for digest, published, began, current in rows]

    def copies(self, article: str) -> list[tuple[str, float]]:
        """The articles that carry the same copy, by their ids, and how like it they are."""
        with self.snapshot() as connection:
            row = connection.execute("SELECT id FROM article WHERE key = ? AND current = 1", (article,)).fetchone()
            return copying.linked(connection, row[0]) if row else []

    def failures(self) -> list[Failure]:
        """What could not be read and is not in the ledger, by source and name."""
        with self.snapshot() as connection:
            rows = connection.execute(
                "SELECT digest, name, source, reason, tries, item FROM input WHERE article IS NULL"
                " ORDER BY source, name"
            )
            return [Failure(*row) for row in rows]

    # People and counts ------------------------------------------------------------------------------------------------

    def people(self, name: str, *, limit: int = 20) -> list[Person]:
        """Who bears this name (or item, or key), those most on record first."""
        with self.snapshot() as connection:
            ids = json.dumps(speakers(connection, name))
            rows = connection.execute(
                "SELECT coalesce(person, -profile.id) AS who, count(statement) FROM profile LEFT JOIN standing"
                " ON standing.profile = profile.id AND status <> 'rejected'"
                " WHERE profile.id IN (SELECT value FROM json_each(?)) GROUP BY who"
                " ORDER BY 2 DESC, min(profile.name), min(profile.key) LIMIT ?",
                (ids, limit),
            ).fetchall()
            return [_person(connection, who) for who, _ in rows]

    def judgements(self) -> list[persons.Judged]:
        """What was decided by hand on who is who."""
        with self.snapshot() as connection:
            from onrecord.store import persons  # with all that joining people takes, which a search need not wait for

            return persons.judgements(connection)

    def stats(self) -> dict[str, Any]:
        """Counts of what is on record."""
        with self.snapshot() as connection:
            return stats(connection)


def _current(connection: sqlite3.Connection, articles: list[int]) -> list[int]:
    marks = ", ".join("?" * len(articles))
    rows = connection.execute(f"SELECT id FROM article WHERE current = 1 AND id IN ({marks}) ORDER BY id", articles)
    return [row for (row,) in rows]


def _person(connection: sqlite3.Connection, who: int) -> Person:
    """A person by row id, or, negative, a profile that nobody else's was joined with."""
    condition, value = ("profile.person = ?", who) if who > 0 else ("profile.id = ?", -who)
    profiles = [
        Profiled(*row)
        for row in connection.execute(
            "SELECT key, name, office, organisation, country, min(published), max(published), count(statement)"
            " FROM profile LEFT JOIN standing ON standing.profile = profile.id AND status <> 'rejected'"
            f" WHERE {condition} GROUP BY profile.id ORDER BY 6, 2, 3",
            (value,),
        )
    ]
    source = f"FROM standing JOIN profile ON profile.id = standing.profile WHERE status <> 'rejected' AND {condition}"
    total, direct, first, last = connection.execute(
        f"SELECT count(*), coalesce(sum(kind = 'direct'), 0), min(day), max(last) {source}", (value,)
    ).fetchone()
    outlets = connection.execute(
        f"SELECT outlet.name, count(*) {source.replace('WHERE', 'JOIN outlet ON outlet.id = outlet WHERE')}"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
        (value,),
    ).fetchall()
    acts = connection.execute(f"SELECT act, count(*) {source} GROUP BY 1 ORDER BY 2 DESC, 1", (value,)).fetchall()
    row = connection.execute("SELECT key, name, type, qid FROM person WHERE id = ?", (who,)).fetchone()
    if row is None:
        row = connection.execute("SELECT key, name, type, qid FROM profile WHERE id = ?", (-who,)).fetchone()
    key, name, type_, qid = row
    counted = (total, direct, first, last)
    return Person(key, name, type_, qid, *counted, tuple(outlets), tuple(acts), tuple(profiles))
