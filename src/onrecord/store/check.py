"""Whether everything in a ledger agrees, and the derived parts made anew where it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from onrecord.errors import OnRecordError
from onrecord.export.from_json import from_dict
from onrecord.export.record_json import to_dict
from onrecord.store import copying, meaning, persons, standing
from onrecord.store.connection import explained, open_reader
from onrecord.store.corrections import stand
from onrecord.store.identity import digest
from onrecord.store.rows import read_record
from onrecord.store.standing import Embed
from onrecord.store.writer import BY_AGE, Writer

Tell = Callable[[int, int], None]
"""Told how many of how many articles are done."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree. ``mendable``: ``repair`` puts it right."""

    what: str
    mendable: bool

    def __str__(self) -> str:
        return self.what


def check(path: str, tell: Tell | None = None) -> Iterator[Problem]:
    """All that is wrong with the ledger at ``path``.

    Checked: the file's pages and indexes (SQLite's own check); that every key leads somewhere; that every span cuts the
    article's text and every record reads back whole; that digests are those of the articles; one current version an
    article; that filters, words, vectors and codes say what the statements say; that the models are known.
    """
    connection = open_reader(path)
    try:
        with explained(path):
            connection.execute("BEGIN")
            yield from _file(connection)
            yield from _rows(connection, tell)
            yield from _indexes(connection)
    finally:
        connection.close()


def _file(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (line,) in connection.execute("PRAGMA integrity_check(20)"):
        if line != "ok":  # newer SQLites look into the full-text indexes too
            yield Problem(f"the file: {line}", mendable="fts5" in line.lower())
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        mendable = table in _DERIVED or parent in _DERIVED
        place = table if row is None else f"{table}, row {row}"
        yield Problem(f"table {place}: refers to what table {parent} does not have", mendable=mendable)
    for identity, count in connection.execute(
        "SELECT identity, sum(current) FROM article GROUP BY identity HAVING sum(current) <> 1"
    ):
        yield Problem(f"article {identity}: {count} of its versions are current, not 1", mendable=True)
    for name, version in connection.execute(
        "SELECT name, version FROM model WHERE length(sha256) <> 64 OR name = '' OR version = ''"
    ):
        yield Problem(f"model {name!r} {version!r}: no model is known by this", mendable=False)


_DERIVED = frozenset(("addressed", "band", "copy", "embedding", "person", "profile", "standing", "wording"))


def _rows(connection: sqlite3.Connection, tell: Tell | None) -> Iterator[Problem]:
    """Every article read back, and what is derived from it compared."""
    articles = connection.execute("SELECT id, key, digest, current, signature FROM article ORDER BY id").fetchall()
    for at, (article, key, known, current, signature) in enumerate(articles):
        if tell:
            tell(at, len(articles))
        try:
            record, kept = read_record(connection, article)
            from_dict(to_dict(record))  # SchemaError where it is none
            wanted = standing.derive(connection, article, record, stand(connection, record, kept)) if current else []
        except (OnRecordError, LookupError, TypeError, ValueError) as error:
            yield Problem(f"article {key}: does not read back ({error})", mendable=False)
            continue
        if digest(record.article) != known:
            yield Problem(f"article {key}: is not what its digest says", mendable=False)
        if copying.signature(record.article.text) != signature:
            yield Problem(f"article {key}: its signature, by which copies are found, is another's", mendable=True)
        if sorted(wanted, key=lambda one: one.wording[0]) != _laid_down(connection, article):
            yield Problem(f"article {key}: what searches look into is not what its statements say", mendable=True)


def _laid_down(connection: sqlite3.Connection, article: int) -> list[standing.Derived]:
    """What is derived from an article according to the tables."""
    addressed: dict[int, list[tuple[Any, ...]]] = {}
    for row in connection.execute(
        "SELECT addressed.* FROM addressed JOIN standing USING (statement) WHERE article = ? ORDER BY 1, 2", (article,)
    ):
        addressed.setdefault(row[0], []).append(row)
    rows = connection.execute(
        "SELECT standing.*, wording.* FROM standing LEFT JOIN wording ON wording.statement = standing.statement"
        " WHERE article = ? ORDER BY standing.statement",
        (article,),
    )
    return [standing.Derived(row[:13], tuple(addressed.get(row[0], ())), row[14:]) for row in rows]


def _indexes(connection: sqlite3.Connection) -> Iterator[Problem]:
    for index, table, what in (("words", "wording", "words said"), ("names", "profile", "names")):
        (indexed,) = connection.execute(f"SELECT count(*) FROM {index}_docsize").fetchone()
        (wanted,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        if indexed != wanted:
            yield Problem(f"the index of {what} has {indexed:,} entries, there are {wanted:,}", mendable=True)
    (missing,) = connection.execute(
        "SELECT count(*) FROM wording LEFT JOIN embedding USING (statement) WHERE content <> '' AND vector IS NULL"
    ).fetchone()
    if missing:
        yield Problem(f"{missing:,} statements have no vector, so that their meaning is not found", mendable=True)
    for line in meaning.check(connection):
        yield Problem(line, mendable=True)


def check_words(path: str) -> Iterator[Problem]:
    """Compare the full-text indexes with their tables, word by word; SQLite needs to write for that."""
    with Writer(path) as writer, writer.transaction() as connection:
        for name, what in (("words", "the words said"), ("names", "names")):
            try:
                connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                yield Problem(f"the index of {what} is not what the table says ({error})", mendable=True)


def repair(path: str, embed: Embed, tell: Tell | None = None) -> None:
    """Make anew all that is derived: filters, full-text indexes, vectors that are missing, codes, people, copies.

    An article at a time, so that an interruption leaves a ledger that is as good as before or better.
    """
    with Writer(path, embed) as writer:
        writer.begin("repair")
        with writer.transaction() as connection:
            _sweep(connection)
            articles = [row[0] for row in connection.execute("SELECT id FROM article ORDER BY id")]
        for at, article in enumerate(articles):
            if tell:
                tell(at, len(articles))
            # What does not read back stays as it is.
            with suppress(LookupError, TypeError, ValueError), writer.transaction() as connection:
                _lay_down_again(connection, article, embed)
        with writer.transaction() as connection:
            everyone = connection.execute("SELECT id FROM profile").fetchall()
            persons.forget(connection, [profile for (profile,) in everyone])
            persons.regroup_all(connection)
            meaning.rebuild(connection)


def _sweep(connection: sqlite3.Connection) -> None:
    """Settle which versions are current, and take away what leads nowhere."""
    # From here on the indexes say what the tables say, so that taking a row away takes its entry away too.
    connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
    connection.execute("INSERT INTO names (names) VALUES ('rebuild')")
    meaning.rebuild(connection)
    connection.execute(
        "UPDATE article SET current = ranked.latest FROM"
        " (SELECT id, row_number() OVER later = count(*) OVER whole AS latest FROM article"
        f" WINDOW whole AS (PARTITION BY identity), later AS (PARTITION BY identity ORDER BY {BY_AGE}))"
        " AS ranked WHERE ranked.id = article.id AND current <> latest"
    )
    nowhere = connection.execute("SELECT statement FROM embedding WHERE statement NOT IN (SELECT id FROM statement)")
    meaning.remove(connection, [statement for (statement,) in nowhere.fetchall()])
    for table in ("addressed", "wording", "standing"):
        connection.execute(f"DELETE FROM {table} WHERE statement NOT IN (SELECT id FROM statement)")
    connection.execute("DELETE FROM band WHERE article NOT IN (SELECT id FROM article)")
    connection.execute("DELETE FROM copy WHERE article NOT IN (SELECT id FROM article)")
    connection.execute("UPDATE entity SET profile = NULL WHERE profile NOT IN (SELECT id FROM profile)")
    connection.execute("UPDATE profile SET person = NULL WHERE person NOT IN (SELECT id FROM person)")


def _lay_down_again(connection: sqlite3.Connection, article: int, embed: Embed) -> None:
    copying.unlink(connection, article)
    vectors = standing.take_away(connection, article)
    whole = {words: vector for words, vector in vectors.items() if len(vector) == meaning.DIMENSIONS}
    record, kept = read_record(connection, article)
    persons.join(connection, article, record)
    current, known = connection.execute("SELECT current, signature FROM article WHERE id = ?", (article,)).fetchone()
    signature = copying.signature(record.article.text)
    if signature != known:
        connection.execute("UPDATE article SET signature = ? WHERE id = ?", (signature, article))
    if current:
        standing.lay_down(connection, article, whole, embed, (record, kept))
        copying.link(connection, article)
