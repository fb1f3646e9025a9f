"""The one who writes: articles with their readings, corrections, judgements; one transaction each."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from onrecord.errors import BadCorrection, Conflict, LedgerError
from onrecord.export.from_json import from_dict
from onrecord.export.record_json import SURROGATE, to_dict
from onrecord.store import copying, corrections, persons, standing
from onrecord.store.connection import explained, open_writer
from onrecord.store.corrections import Correction, Field
from onrecord.store.identity import digest, identity, reading, statement_keys
from onrecord.store.rereading import carry_over
from onrecord.store.rows import Kept, erase_reading, read_record, write_reading
from onrecord.store.standing import Embed
from onrecord.types import ModelInfo, Record
from onrecord.version import __version__

Outcome = Literal["added", "changed", "older", "unchanged", "reread", "kept"]
"""What became of a record: a new article; a new version of one; an older version than the one there; nothing, as it is
there already; a new reading of an article that is there; nothing, as the reading there is by a newer model."""


# Of the versions of an article, by day of publication, then by when it was obtained, then by when it was added: an
# outlet's correction keeps its day. The last is current.
BY_AGE = "substr(coalesce(published, ''), 1, 10), coalesce(seen, ''), added, digest"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record with what takes time to work out, so that the one who writes has little to do.

    ``reading`` knows the same record again. ``vectors``: 384 bytes for the content of each statement, by its words.
    ``signature``: of the article's text.
    """

    record: Record
    reading: bytes
    vectors: dict[str, bytes]
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Input:
    """Where an article came from: ``digest`` knows the unread input again; ``seen`` is when its source obtained it."""

    digest: bytes
    name: str
    source: str
    seen: str | None = None


def prepare(record: Record, embed: Embed | None) -> Prepared:
    """Work out the vectors and the signature of a record. Half characters, which no file can hold, become U+FFFD."""
    told = json.dumps(to_dict(record), ensure_ascii=False)
    if SURROGATE.search(told):
        told = corrections.writable(told)
        record = from_dict(json.loads(told))
    texts = list(dict.fromkeys(text for one in record.statements if (text := standing.words_of(one))))
    vectors = dict(zip(texts, embed(texts), strict=True)) if embed and texts else {}
    return Prepared(record, reading(told), vectors, copying.signature(record.article.text))


class Writer:
    """Writes to the ledger at ``path``, which it makes if it is not there.

    ``embed`` makes the vectors of words that corrections bring in. One transaction a call, so that a call either is
    done or has changed nothing, whatever happens. Raises LedgerError.
    """

    def __init__(self, path: str | os.PathLike[str], embed: Embed | None = None) -> None:
        self.path = os.fspath(path)
        self._embed = embed
        self._connection = open_writer(path)
        self._run: int | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Note that the run has ended, and close the file."""
        run, self._run = self._run, None
        try:
            if run is not None:
                with self.transaction() as connection:
                    connection.execute("UPDATE run SET ended = ? WHERE id = ?", (corrections.now(), run))
        finally:
            with explained(self.path):
                self._connection.close()

    def begin(self, command: str, model: ModelInfo | None = None) -> int:
        """Note the start of a run, which all that is written next belongs to; its id."""
        with self.transaction() as connection:
            weights = _model(connection, model) if model else None
            cursor = connection.execute(
                "INSERT INTO run (command, began, version, model) VALUES (?, ?, ?, ?)",
                (command, corrections.now(), __version__, weights),
            )
        self._run = int(cursor.lastrowid or 0)
        return self._run

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, or rolled back whole."""
        connection = self._connection
        with explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def asking(self) -> Iterator[sqlite3.Connection]:
        """For what is only looked up: nobody who writes is waited for."""
        with explained(self.path):
            yield self._connection

    # Articles ---------------------------------------------------------------------------------------------------------

    def add(self, prepared: Prepared, source: Input | None = None) -> Outcome:
        """Put a record in the ledger. Adding one that is there already changes nothing.

        Raises SchemaError for a record that is none, LedgerError.
        """
        run = self._run or self.begin("add")
        try:
            with self.transaction() as connection:
                article, outcome = self._add(connection, prepared, source, run)
                if source is not None:
                    connection.execute(
                        "INSERT INTO input (digest, name, source, run, article) VALUES (?, ?, ?, ?, ?)"
                        " ON CONFLICT (digest) DO UPDATE SET run = excluded.run, article = excluded.article,"
                        " reason = NULL, item = NULL",
                        (source.digest, *map(corrections.writable, (source.name, source.source)), run, article),
                    )
        except (LookupError, LedgerError):
            from_dict(to_dict(prepared.record))  # one that was made by hand may lead nowhere, and this says where
            raise
        return outcome

    def holds(self, record: Record) -> bool:
        """Whether this very record is in the ledger, so that adding it would change nothing."""
        told = corrections.writable(json.dumps(to_dict(record), ensure_ascii=False))
        with self.asking() as connection:
            row = connection.execute(
                "SELECT 1 FROM article WHERE identity = ? AND digest = ? AND reading = ?",
                (identity(record.article), digest(record.article), reading(told)),
            ).fetchone()
        return row is not None

    def _add(
        self, connection: sqlite3.Connection, prepared: Prepared, source: Input | None, run: int
    ) -> tuple[int, Outcome]:
        record, known = prepared.record, prepared.reading
        about, content = identity(record.article), digest(record.article)
        row = connection.execute(
            "SELECT article.id, reading, model.version FROM article JOIN model ON model.id = model"
            " WHERE identity = ? AND digest = ?",
            (about, content),
        ).fetchone()
        if row is None:
            article, kept = self._insert(connection, prepared, (about, content, known), source, run)
            return article, self._settle_versions(connection, about, article, prepared, kept)
        article = row[0]
        if row[1] == known:
            return article, "unchanged"
        if (_version(record.model.version), known) < (_version(row[2]), row[1]):
            return article, "kept"
        self._reread(connection, article, prepared, run)
        return article, "reread"

    def _insert(
        self,
        connection: sqlite3.Connection,
        prepared: Prepared,
        keys: tuple[str, bytes, bytes],
        source: Input | None,
        run: int,
    ) -> tuple[int, list[Kept]]:
        record, about = prepared.record, prepared.record.article
        dateline = about.dateline
        cursor = connection.execute(
            "INSERT INTO article (key, identity, digest, reading, current, url, outlet, title, byline, published,"
            " dateline_start, dateline_end, language, text, notes, schema_version, model, added, read, seen, signature)"
            " VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                about.id, *keys, about.url, _outlet(connection, about.outlet), about.title, about.byline,
                about.published,
                dateline and dateline.start, dateline and dateline.end, about.language, about.text,
                json.dumps(record.notes, ensure_ascii=False), record.schema_version, _model(connection, record.model),
                run, run, source and source.seen, prepared.signature,
            ),
        )  # fmt: skip
        article = int(cursor.lastrowid or 0)
        keys_of = statement_keys(record)
        ids = write_reading(connection, article, record, [(None, key, False) for key in keys_of])
        persons.join(connection, article, record)
        rows = enumerate(zip(ids, keys_of, strict=True))
        return article, [Kept(row, key, ordinal, retained=False) for ordinal, (row, key) in rows]

    def _settle_versions(
        self, connection: sqlite3.Connection, about: str, article: int, prepared: Prepared, kept: list[Kept]
    ) -> Outcome:
        """Make the latest version of an article the current one."""
        rows = connection.execute(
            f"SELECT id, current FROM article WHERE identity = ? ORDER BY {BY_AGE}", (about,)
        ).fetchall()
        latest = rows[-1][0]
        if latest != article:
            return "older"
        for other, current in rows:
            if current:
                connection.execute("UPDATE article SET current = 0 WHERE id = ?", (other,))
                spoken_of = standing.spoken_of(connection, other)
                copying.unlink(connection, other)
                standing.take_away(connection, other)
                persons.forget(connection, spoken_of)
        connection.execute("UPDATE article SET current = 1 WHERE id = ?", (article,))
        standing.lay_down(connection, article, prepared.vectors, self._embed, (prepared.record, kept))
        copying.link(connection, article)
        return "changed" if len(rows) > 1 else "added"

    def _reread(self, connection: sqlite3.Connection, article: int, prepared: Prepared, run: int) -> None:
        """Replace what an article was read to say; statements that are the same keep their keys and corrections."""
        (current,) = connection.execute("SELECT current FROM article WHERE id = ?", (article,)).fetchone()
        old, kept = read_record(connection, article)
        corrected = {
            key
            for (key,) in connection.execute(
                "SELECT DISTINCT key FROM statement JOIN correction ON statement = statement.id WHERE article = ?",
                (article,),
            )
        }
        carried = carry_over(old, kept, prepared.record, corrected)
        record = carried.record
        vectors = prepared.vectors
        spoken_of = standing.spoken_of(connection, article)
        if current:
            copying.unlink(connection, article)
            vectors = standing.take_away(connection, article) | vectors
        erase_reading(connection, article)
        taken = {key for _, key, _ in carried.kept if key}
        fresh = [_fresh(key, taken) for key in statement_keys(record)]
        rows = [(row, key or new, kept_on) for (row, key, kept_on), new in zip(carried.kept, fresh, strict=True)]
        write_reading(connection, article, record, rows)
        persons.join(connection, article, record)
        connection.execute(
            "UPDATE article SET reading = ?, model = ?, read = ?, notes = ?, schema_version = ?,"
            " dateline_start = ?, dateline_end = ? WHERE id = ?",
            (
                prepared.reading, _model(connection, record.model), run,
                json.dumps(record.notes, ensure_ascii=False), record.schema_version,
                record.article.dateline and record.article.dateline.start,
                record.article.dateline and record.article.dateline.end, article,
            ),
        )  # fmt: skip
        if current:
            standing.lay_down(connection, article, vectors, self._embed)
            copying.link(connection, article)
        persons.forget(connection, spoken_of)

    def knows(self, digest: bytes, *, failed: bool) -> bool:
        """Whether an input is in the ledger, or, if ``failed`` is asked for too, is known to have failed."""
        with self.asking() as connection:
            row = connection.execute("SELECT article FROM input WHERE digest = ?", (digest,)).fetchone()
        return row is not None and (failed or row[0] is not None)

    def fail(self, source: Input, reason: str, item: bytes | None) -> None:
        """Note an input that could not be read, and why; ``item`` is what is needed to try it again."""
        run = self._run or self.begin("add")
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO input (digest, name, source, run, reason, item) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET run = excluded.run, reason = excluded.reason, tries = tries + 1,"
                " item = excluded.item WHERE article IS NULL",
                (
                    source.digest,
                    *map(corrections.writable, (source.name, source.source)),
                    run,
                    corrections.writable(reason),
                    item,
                ),
            )

    # Corrections ------------------------------------------------------------------------------------------------------

    def correct(
        self, key: str, field: Field, value: Any, *, by: str, why: str | None = None, after: int | None = None
    ) -> Correction:
        """Append a correction of the statement with this key.

        ``after``: the id of the last correction that the one who corrects has seen (0: none); where a later one is
        there, it is refused, so that two people do not overwrite each other unawares.

        Raises NotOnRecord, BadCorrection, Conflict, LedgerError.
        """
        by, why = _named(by, f"correction of {key}"), why and corrections.writable(why)
        with self.transaction() as connection:
            row = connection.execute("SELECT article, ordinal FROM statement WHERE key = ?", (key,)).fetchone()
            earlier = corrections.history(connection, key)
            last = earlier[-1].id if earlier else 0
            if after is not None and after not in (0, *(one.id for one in earlier)):
                problem = f"of {key} was never made"
                raise BadCorrection(f"correction {after}", problem, "`onrecord show ID` has its history")
            if after is not None and after != last:
                raise Conflict(key, earlier[-1].by, earlier[-1].at, last)
            now = corrections.stand(connection, *read_record(connection, row[0])).record
            value = _undoable(earlier, value, key) if field == "undo" else corrections.checked(now, field, value)
            made = Correction(0, key, corrections.now(), by, field, value, why)
            made = replace(made, id=corrections.append(connection, made))
            self._stand_again(connection, row[0])
        return made

    def _stand_again(self, connection: sqlite3.Connection, article: int) -> None:
        if connection.execute("SELECT current FROM article WHERE id = ?", (article,)).fetchone()[0]:
            spoken_of = standing.spoken_of(connection, article)
            copying.unlink(connection, article)
            vectors = standing.take_away(connection, article)
            standing.lay_down(connection, article, vectors, self._embed)
            copying.link(connection, article)
            persons.forget(connection, spoken_of)

    # People -----------------------------------------------------------------------------------------------------------

    def judge(self, kind: Literal["join", "split"], a: str, b: str, *, by: str, why: str | None = None) -> int:
        """Say that two people (keys of people or of profiles) are one, or are not; the judgement's id.

        Raises NotOnRecord, BadCorrection, LedgerError.
        """
        by, why = _named(by, f"{kind} of {a} and {b}"), why and corrections.writable(why)
        with self.transaction() as connection:
            return persons.judge(connection, kind, (a, b), by=by, why=why)

    def undo_judgement(self, judgement: int, *, by: str) -> None:
        """Take a judgement back. Raises NotOnRecord, BadCorrection, LedgerError."""
        by = _named(by, f"undoing of judgement {judgement}")
        with self.transaction() as connection:
            persons.undo(connection, judgement, by=by)


def _undoable(earlier: Sequence[Correction], value: Any, key: str) -> int:
    """The id of the correction to undo: the one named, or the last in force."""
    if value is None:
        holding = corrections.in_force(earlier)
        if not holding:
            raise BadCorrection(key, "no correction of it is in force", "`onrecord show ID --history` lists them")
        return holding[-1].id
    if type(value) is not int or all(one.id != value for one in earlier):
        raise BadCorrection(f"correction {value!r}", f"is none of the {len(earlier)} of {key}", "see its history")
    if all(one.id != value for one in corrections.not_undone(earlier)):
        raise BadCorrection(f"correction {value}", "is undone already", "see the history of the statement")
    return value


def _named(by: str, what: str) -> str:
    if not by.strip():
        raise BadCorrection(what, "nobody is named who makes it", "give --by NAME")
    return corrections.writable(by.strip())


def _fresh(key: str, taken: set[str]) -> str:
    """A key that no other statement of the article has kept."""
    while key in taken:
        key += "x"
    return key


def _version(version: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in version.split("."))


def _outlet(connection: sqlite3.Connection, name: str | None) -> int | None:
    if name is None:
        return None
    connection.execute("INSERT OR IGNORE INTO outlet (name) VALUES (?)", (name,))
    return int(connection.execute("SELECT id FROM outlet WHERE name = ?", (name,)).fetchone()[0])


def _model(connection: sqlite3.Connection, model: ModelInfo) -> int:
    facts = (model.name, model.version, model.sha256)
    connection.execute("INSERT OR IGNORE INTO model (name, version, sha256) VALUES (?, ?, ?)", facts)
    row = connection.execute("SELECT id FROM model WHERE name = ? AND version = ? AND sha256 = ?", facts).fetchone()
    return int(row[0])
