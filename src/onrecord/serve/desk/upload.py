"""The body of a request that hands something in: what is large goes to the inbox piece by piece, never into memory."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from onrecord.serve.desk.inbox import FACTS, Inbox, Source, address, facts, plain_name
from onrecord.serve.desk.problems import Problem

FIELD = 8_000  # bytes of a field that is kept in memory; an address has 4,000 at most
PARTS = 300  # files and fields at once; more come in a zip
_TYPES = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/markdown": "markdown",
    "application/x-ndjson": "jsonl", "application/jsonl": "jsonl", "application/jsonlines": "jsonl",
    "text/csv": "csv", "text/tab-separated-values": "tsv", "application/warc": "warc", "application/zip": "zip",
    "application/xml": "feed", "text/xml": "feed", "application/rss+xml": "feed", "application/atom+xml": "feed",
    "application/feed+json": "json",
}  # fmt: skip
TYPES = (*_TYPES, "application/json", "multipart/form-data")
"""Content types that are taken."""
_SCHEMELESS = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(slots=True)
class Handed:
    """What came: short fields, and files in the inbox as (field, name given, name in the inbox, bytes)."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, str, str, int]] = field(default_factory=list)

    def names(self) -> list[str]:
        """The names of its files in the inbox."""
        return [file for _, _, file, _ in self.files]


async def form(request: Request, inbox: Inbox, largest: int) -> Handed:
    """A form with files or without. Raises Problem; nothing stays in the inbox then."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"application/x-www-form-urlencoded":
        return _of_pairs(b"".join([piece async for piece in _pieces(request, largest)]), inbox)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem(415, "not-a-form", kind.decode("latin-1")[:80] or "no content type", "is no form", "send a form")
    parts = _Parts(inbox)
    try:
        parser = MultipartParser(options[b"boundary"], parts.callbacks())  # type: ignore[arg-type]
        async for piece in _pieces(request, largest):
            parser.write(piece)
        parser.finalize()
        if parts.begun:
            raise FormParserError("it ends within a part")
    except BaseException as error:
        parts.drop()
        if isinstance(error, FormParserError):
            raise Problem(400, "broken-form", "the form", f"cannot be read: {error}", "send it again") from None
        if isinstance(error, OSError):
            raise _no_room(error) from error
        raise
    return parts.handed


async def raw(request: Request, inbox: Inbox, largest: int) -> tuple[str, int]:
    """The whole body as a file in the inbox, and its size in bytes. Raises Problem; nothing stays there then."""
    name, file = inbox.new()
    size = 0
    try:
        with file:
            async for piece in _pieces(request, largest):
                size += file.write(piece)
    except BaseException as error:
        inbox.remove([name])
        if isinstance(error, OSError):
            raise _no_room(error) from error
        raise
    return name, size


async def _pieces(request: Request, largest: int) -> AsyncIterator[bytes]:
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > largest:
                raise too_large(f"more than {largest:,} bytes", largest)
            yield piece
    except ClientDisconnect:
        raise Problem(400, "cut-off", "the upload", f"ended after {size:,} bytes", "send it again") from None


def too_large(measure: str, largest: int) -> Problem:
    """That something is larger than this desk takes."""
    way_out = (
        "put it on record with `onrecord add FILE --db LEDGER` on the machine where the ledger is, send less at once, "
        "or have the desk served with a larger `--largest-upload`"
    )
    return Problem(413, "too-large", "the upload", f"{measure}, at most {largest:,} are taken at once", way_out)


def _no_room(error: OSError) -> Problem:
    problem = f"cannot be kept: {error.strerror or error}"
    return Problem(507, "no-room", "the upload", problem, "make room on the disk of the ledger, and send it again")


class _Parts:
    """The parts of a form as they come: files, and the field ``text``, go to the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self.handed = Handed()
        self.begun = False
        self._inbox = inbox
        self._count = 0
        self._header, self._value = b"", b""
        self._disposition = b""
        self._field, self._filename = "", ""
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self._name, self._size = "", 0

    def callbacks(self) -> dict[str, Any]:
        """What the parser calls."""
        names = (
            "part_begin",
            "part_data",
            "part_end",
            "header_field",
            "header_value",
            "header_end",
            "headers_finished",
        )
        return {f"on_{name}": getattr(self, f"_{name}") for name in names}

    def drop(self) -> None:
        """Remove all that was kept."""
        if self._file is not None:
            self._file.close()
            self._inbox.remove([self._name])
        self._inbox.remove(self.handed.names())

    def _part_begin(self) -> None:
        self._count += 1
        if self._count > PARTS:
            raise Problem(413, "too-many-files", "the form", f"more than {PARTS} files", "put them into a zip archive")
        self.begun = True
        self._disposition, self._held, self._size = b"", bytearray(), 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        self._filename = plain_name(filename.decode("utf-8", "replace")) if filename else ""
        if filename or self._field in ("text", "html"):
            self._name, self._file = self._inbox.new()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._file is not None:
            self._file.write(memoryview(data)[start:end])
            return
        self._held += data[start:end]
        if len(self._held) > FIELD:
            raise Problem(413, "too-large", f"the field {self._field[:40]}", f"more than {FIELD:,} bytes", "shorten it")

    def _part_end(self) -> None:
        self.begun = False
        if self._file is None:
            self.handed.fields[self._field] = self._held.decode("utf-8", "replace")
            return
        self._file.close()
        self._file = None
        if self._size or self._filename:  # a form sends its empty fields too
            self.handed.files.append((self._field, self._filename, self._name, self._size))
        else:
            self._inbox.remove([self._name])


def _of_pairs(body: bytes, inbox: Inbox) -> Handed:
    """A form without files."""
    handed = Handed()
    for name, value in parse_qsl(body.decode("utf-8", "replace"), max_num_fields=PARTS):
        if name not in ("text", "html"):
            handed.fields[name] = value[:FIELD]
        elif value:
            file, out = inbox.new()
            with out:
                size = out.write(value.encode("utf-8", "replace"))
            handed.files.append((name, "", file, size))
    return handed


def sources_of_form(handed: Handed) -> list[Source]:
    """What a form hands in: an address, a text, files; all of them that are filled in. Raises Problem, InputError."""
    sources = []
    url = handed.fields.get("url", "").strip()
    if url:
        url = address(f"https://{url}" if _SCHEMELESS.fullmatch(url) else url)
        sources.append(Source(url, url=url))
    given = facts({name: value for name, value in handed.fields.items() if name not in ("url", "id")})
    for where, filename, file, size in handed.files:
        if not size:
            raise Problem(422, "empty-input", filename, "an empty file: 0 bytes", "choose another")
        if filename:
            sources.append(Source(filename, file=file))
        else:
            name = given.get("title", "")[:80] or "the pasted text"
            sources.append(Source(name, file=file, format="html" if where == "html" else None, given=given))
    if not sources:
        raise _nothing()
    return sources


async def sources_of_body(request: Request, inbox: Inbox, largest: int) -> list[Source]:
    """What a program hands in, by its content type. Raises Problem, InputError; nothing stays in the inbox then."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        handed = await form(request, inbox, largest)
        try:
            return sources_of_form(handed)
        except BaseException:
            inbox.remove(handed.names())
            raise
    if kind != "application/json" and kind not in _TYPES:
        told = kind[:80] or "no content type"
        raise Problem(415, "not-this-type", told, "is not taken", f"send one of {', '.join(TYPES)}")
    given = facts(dict(request.query_params))
    name, size = await raw(request, inbox, largest)
    try:
        if not size:
            raise _nothing()
        if kind == "application/json":
            return await run_in_threadpool(_of_json, inbox, name)
        title = plain_name(
            request.query_params.get("name") or given.get("title") or given.get("url") or "the text sent"
        )
        return [Source(title, file=name, format=_TYPES[kind], given=given)]
    except BaseException:
        inbox.remove([name])
        raise


def _of_json(inbox: Inbox, name: str) -> list[Source]:
    """An object with ``url``, ``text`` or ``html``, or a list of such: kept as lines, which intake reads."""
    path = inbox.path(name)
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not-json", "the body", f"is not JSON: {error}"[:200], "send an object") from None
    rows = found if isinstance(found, list) else [found]
    sources, lines = [], []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise Problem(422, "no-article", f"element {number}", "is no object", 'send {"text": …} or {"url": …}')
        if row.get("text") or row.get("html") or "schema_version" in row:
            facts({name: value for name in ("published",) if isinstance(value := row.get(name), str)})
            lines.append(row)
        elif isinstance(url := row.get("url"), str):
            given = {name: value for name, value in row.items() if name != "url" and isinstance(value, str)}
            sources.append(Source(url[:200], url=address(url), given=facts(given)))
        else:
            problem = "has neither text, nor html, nor url"
            raise Problem(422, "no-article", f"element {number}" if len(rows) > 1 else "the body", problem,
                          'send {"text": "…", "published": "2031-04-02"}')  # fmt: skip
    if not lines and not sources:
        raise _nothing()
    if not lines:
        inbox.remove([name])
        return sources
    if len(lines) == 1 and (alone := _alone(lines[0], name)) is not None:
        source, content = alone
        path.write_text(content, encoding="utf-8", errors="replace")
        return [*sources, source]
    path.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="ascii")
    return [*sources, Source(f"{len(lines):,} articles" if len(lines) > 1 else "the body", file=name, format="jsonl")]


def _alone(row: dict[str, Any], name: str) -> tuple[Source, str] | None:
    """The one article that was sent, and its content; None for a record, or what is not as it should be."""
    given = {name: value for name, value in row.items() if name in (*FACTS, "text", "html") and value is not None}
    if "schema_version" in row or not all(isinstance(value, str) for value in given.values()):
        return None
    kind = "text" if given.get("text") else "html"
    told = facts(given)
    title = plain_name(told.get("title") or told.get("url") or "the text sent")
    return Source(title, file=name, format=kind, given=told), given[kind]


def _nothing() -> Problem:
    return Problem(422, "nothing-given", "the form", "is empty", "give an address, paste a text, or choose files")
