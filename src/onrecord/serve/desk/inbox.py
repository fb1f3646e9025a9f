"""What people hand in: kept beside the ledger, under names of our own, until it has been read.

A job's work is JSON: ``{"sources": [{"url": …}, {"file": …, "name": …, "format": …, "given": {…}}, …]}``.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from onrecord.adding.jobs import encodable
from onrecord.errors import InputError, NotFound, NotReadable, OnRecordError
from onrecord.intake import Item, Options
from onrecord.intake.documents import read_address, read_document
from onrecord.intake.formats import by_ending
from onrecord.intake.options import Origin
from onrecord.reader import Given

_TOKEN = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
FACTS = ("url", "outlet", "title", "byline", "published", "id")
"""What may be said of an article besides its text."""
LONGEST_ADDRESS = 4_000  # characters; browsers and servers take about 8,000
LONGEST_NAME = 120  # characters of a file's name that are told
LEFT = 86_400  # seconds after which a file that no job is about is taken for left over from a desk that was ended


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that was handed in: an address, or a file in the inbox with the name that its owner gave it.

    ``format`` is as ``Options.format``, or "zip"; None: the name's ending tells, else the content.
    """

    name: str
    url: str | None = None
    file: str | None = None
    format: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)


class Inbox:
    """The folder of one ledger; only its owner can look into it."""

    def __init__(self, db: Path) -> None:
        self.folder = db.parent / f"{db.name}-inbox"

    def new(self) -> tuple[str, BinaryIO]:
        """A new file, open for writing, and its name."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        name = secrets.token_hex(16)
        handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return name, os.fdopen(handle, "wb")

    def path(self, name: str) -> Path:
        """Where a file lies. Raises NotFound for a name that is none of ours."""
        if not _TOKEN.fullmatch(name):
            raise NotFound(name[:LONGEST_NAME], "no file that was handed in", "hand it in again")
        return self.folder / name

    def remove(self, names: Iterable[str]) -> None:
        """Remove files."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def clear(self, work: Mapping[str, Any]) -> None:
        """Remove the files of a job that is over."""
        self.remove(files_of(work))

    def sweep(self, works: Iterable[Mapping[str, Any]]) -> None:
        """Remove what no job is about any more; ``works`` are those of the jobs that are open."""
        needed = {name for work in works for name in files_of(work)}
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name not in needed and path.stat().st_mtime < time.time() - LEFT:
                path.unlink(missing_ok=True)


def files_of(work: Mapping[str, Any]) -> list[str]:
    """The files in the inbox that a job is about."""
    return [one["file"] for one in work.get("sources", ()) if one.get("file")]


def work_of(sources: Iterable[Source]) -> dict[str, Any]:
    """Sources as a job's work; names that are the same are told apart, as what becomes of them is told by name."""
    names: set[str] = set()
    told = []
    for one in sources:
        name = own = encodable(one.name)
        number = 1
        while name in names:
            number += 1
            name = f"{own} ({number})"
        names.add(name)
        told.append({key: value for key, value in {**asdict(one), "name": name}.items() if value})
    return {"sources": told}


def items_of(work: Mapping[str, Any], inbox: Inbox, *, allow_private: bool) -> Iterator[Item | OnRecordError]:
    """The articles that a job is about, unread; what cannot be used comes as an error in its place."""
    for one in work["sources"]:
        try:
            options = Options(given=Given(**one.get("given", {})), allow_private=allow_private)
            origin = Origin(one["name"], one["name"], options)
            if url := one.get("url"):
                yield from read_address(address(url), origin)
                continue
            with inbox.path(one["file"]).open("rb") as file:
                yield from read_document(file, origin, one.get("format") or by_ending(one["name"]))
        except OnRecordError as error:
            yield error
        except OSError as error:
            yield NotReadable(one["name"], f"cannot be opened: {error.strerror or error}", "hand it in again")


def address(text: str) -> str:
    """The address of a page. Raises InputError for whatever is none: nothing else is ever opened by its name."""
    text = encodable(text.strip())
    shown = text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
    if not _ADDRESS.fullmatch(text):
        raise InputError(shown, "not an address of http:// or https://", "files are uploaded, and texts are pasted")
    if len(text) > LONGEST_ADDRESS:
        raise InputError(shown, f"{len(text):,} characters, an address has at most {LONGEST_ADDRESS:,}", "shorten it")
    return text


def plain_name(name: str) -> str:
    """A file's name as it can be told: without its folders, in one line."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(mark for mark in base if mark.isprintable()).strip()
    if len(base) > LONGEST_NAME:  # the ending is kept, as it tells what it is
        base = f"{base[: LONGEST_NAME - 20]}…{base[-19:]}"
    return base or "a file without a name"


def facts(fields: Mapping[str, str]) -> dict[str, str]:
    """What is said of an article besides its text. Raises BadDate."""
    given = {name: value for name in FACTS if (value := fields.get(name, "").strip())}
    Options(given=Given(**given))  # which looks at the date
    return given
