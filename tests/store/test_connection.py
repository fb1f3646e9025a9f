"""Files that are no ledger, a newer one, one in use, one that cannot be written, a full disk: a clear message each."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import making
import pytest
import records

from onrecord.errors import (
    LedgerBusy,
    LedgerError,
    LedgerFull,
    NewerLedger,
    NotALedger,
    NotFound,
)
from onrecord.store import connection as opening
from onrecord.store.connection import open_reader, open_writer
from onrecord.store.writer import Writer


def _sqlite(path: Path, *commands: str) -> None:
    making.damage(path, *commands)


def _text(path: Path) -> None:
    path.write_text("No ledger, but a note on ferries.\n" * 40)


def _short_text(path: Path) -> None:
    path.write_text("x")


def _other_program(path: Path) -> None:
    _sqlite(path, "CREATE TABLE bookmark (url TEXT)")


def _other_application(path: Path) -> None:
    _sqlite(path, "PRAGMA application_id = 7")


def _newer(path: Path) -> None:
    open_writer(path).close()
    _sqlite(path, "PRAGMA user_version = 99")


def _folder(path: Path) -> None:
    path.mkdir()


def _cut(path: Path) -> None:
    making.add(path, records.harbour())
    _sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(path, 100)


BAD: dict[str, tuple[Callable[[Path], None], type[LedgerError], str]] = {
    "text": (_text, NotALedger, "not an SQLite database; name another file with --db"),
    "a letter": (_short_text, NotALedger, "not an SQLite database"),
    "another program's": (_other_program, NotALedger, "a database of another program, with 1 tables"),
    "another application's": (_other_application, NotALedger, "a database of another program"),
    "newer": (_newer, NewerLedger, "schema version 99, this On Record knows versions up to 2; use a version"),
    "a folder": (_folder, NotALedger, "a folder; name a file in it"),
    "cut": (_cut, NotALedger, "damaged|not an SQLite database"),
}


@pytest.mark.parametrize("opened", [open_writer, open_reader])
@pytest.mark.parametrize(("made", "error", "message"), BAD.values(), ids=BAD)
def test_what_is_no_ledger_is_left_as_it_is(
    tmp_path: Path,
    made: Callable[[Path], None],
    error: type[LedgerError],
    message: str,
    opened: Callable[[Path], sqlite3.Connection],
) -> None:
    path = tmp_path / "l.db"
    made(path)
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(error, match=rf"^{re.escape(str(path))}: .*({message})"):
        opened(path)
    assert before is None or path.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} <= {"l.db", "l.db-wal", "l.db-shm"}


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="its folder does not exist; make the folder first"):
        open_writer(tmp_path / "none" / "l.db")
    with pytest.raises(NotFound, match="no such ledger; make one with `onrecord add`"):
        open_reader(tmp_path / "none" / "l.db")


def test_a_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LedgerError, match="check the permissions of the file and its folder"):
        open_writer(tmp_path / "file" / "l.db")


def test_no_name() -> None:
    with pytest.raises(LedgerError, match="the ledger's name: is empty"):
        open_writer("")


def test_an_empty_file_becomes_a_ledger_for_who_writes_only(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.touch()
    with pytest.raises(NotALedger, match="an empty file; put something on record with `onrecord add`"):
        open_reader(path)
    assert path.read_bytes() == b""
    open_writer(path).close()
    open_reader(path).close()


@pytest.mark.parametrize("name", ["a b?.db", "100%.db", "#1.db", "Ærø 🛳️.db", "a;b'\".db"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    making.add(tmp_path / name, records.harbour())
    connection = open_reader(tmp_path / name)
    assert connection.execute("SELECT count(*) FROM article").fetchone() == (1,)
    connection.close()
    assert {path.name for path in tmp_path.iterdir()} <= {name, f"{name}-wal", f"{name}-shm"}


def test_a_ledger_is_known_by_its_file(tmp_path: Path) -> None:
    open_writer(tmp_path / "l.db").close()
    assert (tmp_path / "l.db").read_bytes()[68:72] == b"onre"


def test_locked_by_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.db"
    making.add(path, records.harbour())
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Writer(path, making.embed) as writer, pytest.raises(LedgerBusy, match=r"l\.db: another process has been"):
        writer.begin("add")
    reader = open_reader(path)  # who reads is not kept waiting
    assert reader.execute("SELECT count(*) FROM article").fetchone() == (1,)
    reader.close()
    other.execute("ROLLBACK")
    other.close()
    assert making.add(path, making.copy_of_the_wire("a1", "Courier")) == ["added"]
    assert making.problems(path) == []


def test_two_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    wire = [[making.somebody(f"{name}{at}", name="Jan Hale", qid="Q9") for at in range(8)] for name in "ab"]
    threads = [threading.Thread(target=making.add, args=(path, *records_)) for records_ in wire]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert making.one(path, "SELECT count(*) FROM article") == 16
    assert making.problems(path) == []


def full(writer: Writer, room: int) -> None:
    """Let the file grow by so many pages only."""
    connection = writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + room}")


@pytest.mark.parametrize("room", [0, 2, 6])
def test_a_full_disk(tmp_path: Path, room: int) -> None:
    path = tmp_path / "l.db"
    making.add(path, records.harbour())
    wire = [making.copy_of_the_wire(f"a{at}", f"Outlet {at}") for at in range(12)]
    done = 0
    message = r"l\.db: no room is left on the disk; make room and run the same"
    with Writer(path, making.embed) as writer:
        full(writer, room)
        with pytest.raises(LedgerFull, match=message):  # noqa: PT012
            for record in wire:
                writer.add(making.prepared(record))
                done += 1
        writer._connection.execute("PRAGMA max_page_count = 1000000")
    assert done < len(wire)
    assert making.one(path, "SELECT count(*) FROM article") == 1 + done
    assert making.problems(path) == []
    assert making.add(path, *wire).count("added") == len(wire) - done  # the same command again
    assert making.problems(path) == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root of Linux can mount a small disk")
def test_a_small_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        path = disk / "l.db"
        wire = [making.copy_of_the_wire(f"a{at}", f"Outlet {at}") for at in range(200)]
        with pytest.raises(LedgerFull, match="no room is left on the disk"):
            making.add(path, *wire)
        copy = tmp_path / "l.db"
        for end in ("", "-wal"):
            if (disk / f"l.db{end}").exists():
                copy.with_name(f"l.db{end}").write_bytes((disk / f"l.db{end}").read_bytes())
        assert making.problems(copy) == []
    finally:
        subprocess.run(["umount", disk], check=True)


# Without the right to write -------------------------------------------------------------------------------------------

# Root may write whatever the permissions say, unless it gives that right (CAP_DAC_OVERRIDE, 1) up.
WITHOUT_RIGHTS = """
import ctypes, os, sys
if os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    if libc.capset(ctypes.byref(header), ctypes.byref(data)):
        sys.exit(77)
from onrecord.errors import OnRecordError
from onrecord.store.connection import open_reader
from onrecord.store.writer import Writer
def write(path):
    with Writer(path) as writer:
        writer.begin("add")
def read(path):
    connection = open_reader(path)
    print(connection.execute("SELECT count(*) FROM article").fetchone()[0])
    connection.close()
try:
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
except OnRecordError as error:
    print(type(error).__name__, error)
"""


def without_rights(do: str, path: Path) -> str:
    ran = subprocess.run([sys.executable, "-c", WITHOUT_RIGHTS, do, path], capture_output=True, text=True, check=False)
    if ran.returncode == 77:
        pytest.skip("root cannot give its rights up here")
    assert not ran.stderr
    return ran.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="rights are given up as Linux has it")
@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_who_may_not_write(tmp_path: Path, file: int, folder: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = place / "l.db"
    making.add(path, records.harbour())
    _sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    path.chmod(file)
    place.chmod(folder)
    try:
        message = f"LedgerReadOnly {path}: cannot be (written|opened); check the permissions of the file and its folder"
        assert re.fullmatch(message, without_rights("write", path))
        assert without_rights("read", path) == "1"
    finally:
        place.chmod(0o755)
        path.chmod(0o644)
    assert making.problems(path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="rights are given up as Linux has it")
def test_who_may_not_make_a_file(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir(mode=0o555)
    try:
        assert without_rights("write", place / "l.db").startswith("LedgerReadOnly")
    finally:
        place.chmod(0o755)
    assert list(place.iterdir()) == []


def test_errors_name_what_sqlite_says(tmp_path: Path) -> None:
    message = "SQLite says: no such table: elsewhere; please report it"
    with Writer(tmp_path / "l.db") as writer:
        with pytest.raises(LedgerError, match=message), writer.transaction() as connection:
            connection.execute("SELECT * FROM elsewhere")
        assert writer.begin("add") == 1
