"""Where articles lie: files, standard input, addresses."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from pathlib import Path, PurePath

from onrecord.errors import NotFound, NotReadable
from onrecord.reader.build import LARGEST, require_size
from onrecord.reader.decode import decode
from onrecord.reader.given import UNKNOWN, Given, iso_date
from onrecord.reader.html import read_html
from onrecord.reader.text import read_markdown, read_text
from onrecord.types import Article

_KINDS = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xht": "html", ".shtml": "html",
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
}  # fmt: skip
_LINES = frozenset({".jsonl", ".ndjson"})
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
# A page, by how its first characters look; a comment or an XML declaration may stand before.
_PAGE = re.compile(
    r"\s*+(?>(?:<\?xml[^>]*>\s*+|<!--(?>.*?-->)\s*+)*+)<(?:!doctype\s+html|html|head|body|meta|title|article|main|section|div|p|h1|script)\b",
    re.IGNORECASE | re.DOTALL,
)


def load(source: str | os.PathLike[str], given: Given = UNKNOWN, *, allow_private: bool = False) -> Article:
    """Read one article from a path, an http(s) address, or standard input (``-``).

    ``allow_private`` lets addresses of this machine and of local networks be fetched. Raises any ``InputError`` but
    ``BadLine``, and ``FetchError`` for addresses.
    """
    if given.published:
        iso_date(given.published)  # a bad date is told before anything is read
    where = os.fspath(source)
    if where == "-":
        return from_bytes(sys.stdin.buffer.read(LARGEST + 1), given, "standard input")
    if _ADDRESS.match(where):
        from onrecord.reader.fetch import fetch  # httpx takes 0.1 s to import, which files need not pay

        page = fetch(where, allow_private=allow_private)
        if not given.url:
            given = dataclasses.replace(given, url=page.url)
        return _read(page.data, given, where, page.kind or _KINDS.get(_suffix(page.url)), page.charset)
    if (scheme := _OTHER_SCHEME.match(where)) is not None:
        raise NotReadable(where, f"no way to read {scheme.group()} addresses", "pass http://, https:// or a path")
    return from_bytes(_file(Path(where)), given, where)


def from_bytes(data: bytes, given: Given = UNKNOWN, name: str = "bytes") -> Article:
    """Read one article from ``data``. ``name`` is for messages; its ending tells the kind, else the content does."""
    suffix = _suffix(name)
    if suffix in _LINES:
        raise NotReadable(name, "many articles, one a line", "read it with reader.articles or `onrecord read --jsonl`")
    return _read(data, given, name, _KINDS.get(suffix))


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _read(data: bytes, given: Given, name: str, kind: str | None, charset: str | None = None) -> Article:
    """Decode ``data`` and hand it to the reader of its ``kind``, or of the kind that it looks like."""
    require_size(data, name)
    text = decode(data, name, charset)
    if kind == "html" or (kind is None and _PAGE.match(text)):
        return read_html(text, given, name)
    return read_markdown(text, given, name) if kind == "markdown" else read_text(text, given, name)


def _file(path: Path) -> bytes:
    """The bytes of a file, at most one more than the cap."""
    try:
        if path.is_dir():
            raise NotReadable(str(path), "a directory", "pass the files in it one by one")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFound(str(path), "no such file", "check the spelling and the folder") from None
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise NotReadable(str(path), f"cannot be opened: {cause}", "check its name and its permissions") from None
