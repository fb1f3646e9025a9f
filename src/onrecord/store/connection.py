"""Opening the database, and what SQLite complains of in the project's own errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from onrecord.errors import LedgerBusy, LedgerError, LedgerFull, LedgerReadOnly, NewerLedger, NotALedger, NotFound

APPLICATION = 0x6F6E7265  # "onre": SQLite's application_id, at byte 68 of the file, by which `file` can know it
PATIENCE = 10.0  # seconds to wait for another writer; one article's transaction takes about 0.01
CACHE = 64 * 1024  # KiB of pages; the inner pages of every index of a million statements take about 20,000
_SCARCE = 64 * 1024  # bytes; the log's index grows by 32 KiB at a time
LOG = 4_000  # pages (16 MB) of the log before it is written into the database: an article's commit writes about 60
_SMALLEST = 512  # bytes: the smallest page
OLDEST = (3, 37, 0)  # STRICT tables came with it


def migrations() -> list[str]:
    """The scripts that lead from an empty file to today's schema; the nth leads to version n."""
    folder = files("onrecord.store") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def open_writer(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """Open for writing; a file that is not there is made, one of an older version is brought up to date.

    Write-ahead logging lets readers go on meanwhile. A commit is in the log before it returns, but the log is not
    forced to the disk each time (``synchronous = NORMAL``): after a power cut the last commits may be gone, whole ones.

    Raises LedgerError.
    """
    where = os.fspath(path)
    _require_usable(where)
    with explained(where):
        # Whoever has several threads lends the connection to one at a time (serve/desk/ledgers.py).
        connection = sqlite3.connect(where, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _settle(connection)
            version = _version(connection, where)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {LOG}")
            _migrate(connection, version, where)
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return connection


def open_reader(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """Open for reading; nothing is written, and a writer may go on beside it.

    Raises LedgerError, and NotFound where there is no such file.
    """
    where = os.fspath(path)
    _require_usable(where)
    if not Path(where).exists():
        raise NotFound(where, "no such ledger", "make one with `onrecord add`, or name it with --db FILE")
    with explained(where):
        connection = _read_only(where)
        try:
            _settle(connection)
            version = _version(connection, where)
            newest = len(migrations())
            if version == 0:
                raise NotALedger(where, "an empty file", "put something on record with `onrecord add`, or name another")
            if version < newest:
                connection.close()
                open_writer(where).close()  # brings it up to date
                connection = _read_only(where)
                _settle(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _read_only(where: str) -> sqlite3.Connection:
    address = f"file:{quote(str(Path(where).absolute()))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        # A log needs a shared-memory file beside it; where the folder cannot be written, nobody is writing either.
        if os.access(Path(where).absolute().parent, os.W_OK) or _primary(error) not in _NO_LOG:
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None, check_same_thread=False)
    return connection


_NO_LOG = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def _settle(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    connection.execute("PRAGMA temp_store = MEMORY")


def _version(connection: sqlite3.Connection, where: str) -> int:
    """The version of the schema; 0 for an empty file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    newest = len(migrations())
    if application != APPLICATION and (tables or application or version):
        raise NotALedger(where, f"a database of another program, with {tables} tables and indexes", "name another file")
    if version > newest:
        way_out = "use a version of On Record at least as new as the one that wrote it"
        raise NewerLedger(where, f"schema version {version}, this On Record knows versions up to {newest}", way_out)
    return int(version)


def _migrate(connection: sqlite3.Connection, version: int, where: str) -> None:
    scripts = migrations()
    if version == len(scripts):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, where)  # another process may have done it while this one waited
        for number, script in enumerate(scripts[version:], start=version + 1):
            for command in _commands(script):
                connection.execute(command)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _commands(script: str) -> Iterator[str]:
    """The commands of a script; ``executescript`` would commit before it begins."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if held.strip() and sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip() and not held.strip().startswith("--"):
        raise LedgerError("migration", f"the command {held.strip()[:40]!r} has no end")


def _require_usable(where: str) -> None:
    """Raise LedgerError where Python's SQLite is too old, or the file cannot be a database."""
    if not where:  # SQLite would make one that is gone in the end
        raise LedgerError("the ledger's name", "is empty", "name a file with --db")
    if sqlite3.sqlite_version_info < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise LedgerError(
            where, f"needs SQLite {needed}, Python here has {sqlite3.sqlite_version}", "use a newer Python"
        )
    # SQLite takes so short a file for an empty one, and would write over it. It is not opened here: to close it would
    # give up the locks that this process has on it.
    path = Path(where)
    if path.is_dir():
        raise _not_opened(where)
    if path.is_file() and 0 < path.stat().st_size < _SMALLEST:
        raise NotALedger(where, f"not an SQLite database, {path.stat().st_size} bytes", "name another file with --db")


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn SQLite's errors into LedgerErrors that name the file and the way out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _explanation(where, error) from error


def _primary(error: sqlite3.DatabaseError) -> int | None:
    """SQLite's primary result code, where the error is SQLite's and not of Python's module."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _explanation(where: str, error: sqlite3.DatabaseError) -> LedgerError:
    primary = _primary(error)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        problem = f"another process has been writing to it for {PATIENCE:.0f} s"
        return LedgerBusy(where, problem, "wait until it is done, or end it; what was committed is safe")
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _no_room(where)):
        return LedgerFull(where, "no room is left on the disk", "make room and run the same command again")
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return LedgerReadOnly(where, "cannot be written", "check the permissions of the file and its folder")
    if primary == sqlite3.SQLITE_CANTOPEN:
        return _not_opened(where)
    if primary == sqlite3.SQLITE_NOTADB:
        return NotALedger(where, "not an SQLite database", "name another file with --db")
    if primary == sqlite3.SQLITE_CORRUPT:
        way_out = "restore a backup; `onrecord check` says what is hurt"
        return NotALedger(where, f"the database is damaged ({error})", way_out)
    if primary == sqlite3.SQLITE_IOERR:
        return LedgerError(where, f"the disk cannot be read or written ({error})", "check it and run the command again")
    return LedgerError(where, f"SQLite says: {error}", "please report it")


def _no_room(where: str) -> bool:
    """Whether the disk is full: where the log's index cannot grow, SQLite says only that it cannot be written."""
    try:
        return shutil.disk_usage(Path(where).absolute().parent).free < _SCARCE
    except OSError:
        return False


def _not_opened(where: str) -> LedgerError:
    path = Path(where)
    if path.is_dir():
        return NotALedger(where, "a folder", "name a file in it")
    if not path.absolute().parent.exists():
        return LedgerError(where, "its folder does not exist", "make the folder first")
    return LedgerReadOnly(where, "cannot be opened", "check the permissions of the file and its folder")
