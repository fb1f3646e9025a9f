"""A copy of a ledger, whole at one moment, made while others read and write."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path

from onrecord.errors import LedgerError
from onrecord.store.connection import explained, open_reader

_HURT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)  # errors of the ledger, not of the copy


def backup(path: str | os.PathLike[str], to: str | os.PathLike[str]) -> int:
    """Copy the ledger at ``path`` to the file ``to``, which must not be there; its size in bytes.

    By SQLite's online backup, of the ledger as it was when this began: what is committed meanwhile is not in the copy,
    and whoever writes need not wait. The copy gets its name at the end, so that an interruption leaves none.

    Raises LedgerError.
    """
    target = Path(to)
    if target.exists():
        raise LedgerError(str(target), "is there already", "name a new file")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    source = open_reader(path)
    try:
        _copy(source, os.fspath(path), draft, str(target))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(target)
    except OSError as error:
        raise LedgerError(
            str(target), f"cannot be written: {error.strerror}", "name a file in another folder"
        ) from error
    finally:
        source.close()
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: sqlite3.Connection, path: str, draft: Path, target: str) -> None:
    try:
        # One snapshot from the first page to the last: else each commit of a writer would make it start anew.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()
        copy = sqlite3.connect(draft)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        finally:
            copy.close()
    except sqlite3.DatabaseError as error:
        hurt = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _HURT
        with explained(path if hurt else target):
            raise
