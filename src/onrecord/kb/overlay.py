"""The overlay: a folder of newer facts that ``onrecord kb import`` writes and ``Facts`` puts over the package's tables.

It holds ``manifest.json`` (format, counts, SHA-256 of each table, what it was made from), ``holders.tsv`` and
``people.tsv``. It is written aside and moved into place, so that an import broken off half-way changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from onrecord.kb.errors import KnowledgeError
from onrecord.kb.tables import Person, Row, person_of, row_of

FORMAT = 1
TABLES = ("holders.tsv", "people.tsv")
_AGAIN = "import again, or remove the folder to do without newer facts"


def default_folder() -> Path:
    """``$ONRECORD_KB``, or ``onrecord/kb`` where this system keeps a user's data."""
    named = os.environ.get("ONRECORD_KB")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "onrecord" / "kb"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "onrecord" / "kb"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "onrecord" / "kb"


def current(folder: Path) -> Path | None:
    """``folder`` if it holds a sound overlay, None if there is none. Raises ``KnowledgeError`` if it is damaged."""
    if not (folder / "manifest.json").exists():
        if any((folder / name).exists() for name in TABLES):
            raise KnowledgeError(str(folder), "manifest.json is missing", _AGAIN)
        return None
    manifest = _manifest(folder)
    for name in TABLES:
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise KnowledgeError(str(folder / name), f"cannot be read: {error.strerror}", _AGAIN) from None
        if found != manifest["sha256"].get(name):
            raise KnowledgeError(str(folder / name), "not as it was written: its SHA-256 is another", _AGAIN)
    return folder


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        version = manifest["format"]
        assert isinstance(manifest["sha256"], dict)
    except (OSError, ValueError, KeyError, TypeError, AssertionError):
        raise KnowledgeError(str(path), "damaged: not the manifest of an import", _AGAIN) from None
    if version != FORMAT:
        way_out = "update onrecord, or " + _AGAIN
        raise KnowledgeError(str(path), f"format {version}, this version reads {FORMAT}", way_out)
    return dict(manifest)


def read(folder: Path) -> tuple[list[Row], list[Person]]:
    """The rows and persons of an overlay; empty where there is none."""
    if current(folder) is None:
        return [], []
    rows, people = ((folder / name).read_text(encoding="utf-8").splitlines() for name in TABLES)
    return [row_of(line) for line in rows], [person_of(line) for line in people]


def write(folder: Path, rows: Iterable[Row], people: Iterable[Person], created_from: list[dict[str, object]]) -> None:
    """Write an overlay aside and move it into place; the one before stays until the new one is whole.

    Raises ``KnowledgeError`` where the folder cannot be written.
    """
    texts = {
        "holders.tsv": "".join(line + "\n" for line in sorted({row.line() for row in rows})),
        "people.tsv": "".join(line + "\n" for line in sorted({person.line() for person in people})),
    }
    manifest = {
        "format": FORMAT,
        "counts": {name: text.count("\n") for name, text in texts.items()},
        "sha256": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()},
        "created_from": created_from,
    }
    new, old = (folder.with_name(f"{folder.name}.{what}") for what in ("new", "old"))
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, text in (*texts.items(), ("manifest.json", json.dumps(manifest, indent=1) + "\n")):
            with (new / name).open("w", encoding="utf-8", newline="\n") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise KnowledgeError(str(folder), f"cannot be written: {error.strerror}", "give --to another folder") from None
