"""One document, whatever its format: what is in it, and what the lists in it lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from onrecord.errors import EmptyInput, NotReadable, OnRecordError, TooLarge
from onrecord.intake.formats import by_content, looks_like_page
from onrecord.intake.item import Item, ItemKind
from onrecord.intake.lines import read_lines
from onrecord.intake.options import Found, FoundOrFurther, Further, Origin
from onrecord.intake.stream import Readable, Stream
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given

if TYPE_CHECKING:
    from onrecord.reader.fetch import Page

DEEPEST = 3  # lists on the way to an article: OPML → feed, or a sitemap index → index → sitemap
_SINGLE: dict[str | None, ItemKind | None] = {"html": "page", "text": "text", "markdown": "markdown", None: None}
_LIST_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json",
    "application/xml", "text/xml", "text/x-opml", "application/x-gzip", "application/gzip",
)  # fmt: skip


def read_document(file: Readable, origin: Origin, kind: str | None, charset: str | None = None) -> Found:
    """What is in one document, lists expanded. ``kind`` is its format, None where its content is to tell.

    Nothing is raised: what is wrong with the document, or with a part of it, comes as an error in its place.
    """
    visited = {origin.url} if origin.url else set()
    yield from _read(file, origin, kind, charset, visited)


def _read(file: Readable, origin: Origin, kind: str | None, charset: str | None, visited: set[str]) -> Found:
    stream: Stream | None = None
    try:
        stream = Stream(file, origin.name)
        if kind is None:
            kind = by_content(stream.head)
        for found in _reader(stream, file, kind, charset)(origin):
            if isinstance(found, Further):
                yield from _expand(found.url, origin, visited)
            else:
                yield found
    except OnRecordError as error:
        if stream is None or stream.damage is None:  # else the damage is why, and is told below
            yield error
    except OSError as error:
        yield NotReadable(origin.name, f"cannot be read: {error.strerror or error}", "check its permissions")
    except Exception as error:  # files are hostile, and a batch of a million must not stop at a library's mistake
        yield NotReadable(origin.name, f"the file broke the reader ({type(error).__name__}: {error})", "leave it out")
    if stream is not None and stream.damage is not None:
        yield stream.damage


def _reader(
    stream: Stream, file: Readable, kind: str | None, charset: str | None
) -> Callable[[Origin], FoundOrFurther]:
    """What reads a document of ``kind``; libraries are imported for the formats that need them."""
    if kind == "jsonl":
        return lambda origin: read_lines(stream, origin)
    if kind == "json" or (kind == "feed" and by_content(stream.head) in ("json", "jsonl")):
        from onrecord.intake.listed import read_json

        return lambda origin: read_json(stream, origin)
    if kind == "feed":
        from onrecord.intake.listed import read_xml

        return lambda origin: read_xml(stream, origin)
    if kind in ("csv", "tsv"):
        from onrecord.intake.tables import read_table

        return lambda origin: read_table(stream, origin, kind)
    if kind == "warc":
        from onrecord.intake.warc import read_warc

        return lambda origin: read_warc(stream, origin)
    if kind == "parquet":
        return lambda origin: _parquet(file, origin)
    if kind == "zip":
        return lambda origin: _zip(file, origin)
    return lambda origin: _single(stream, origin, _SINGLE[kind], charset)


def _parquet(file: Readable, origin: Origin) -> Found:
    from onrecord.intake.parquet import read_parquet

    return read_parquet(_from_its_end(file, origin, "Parquet"), origin)


def _zip(file: Readable, origin: Origin) -> Found:
    from onrecord.intake.zipped import read_zip

    return read_zip(_from_its_end(file, origin, "a zip archive"), origin, read_document)


def _from_its_end(file: Readable, origin: Origin, what: str) -> BinaryIO:
    """The file, of which the end can be read first."""
    if not (hasattr(file, "seekable") and file.seekable()):
        raise NotReadable(
            origin.name, f"{what} is read from its end, which is not there yet", "save it and pass the file"
        )
    seekable: BinaryIO = file  # type: ignore[assignment]  # it has just been asked
    seekable.seek(0)
    return seekable


def _single(
    stream: Stream, origin: Origin, kind: ItemKind | None, charset: str | None
) -> Iterator[Item | OnRecordError]:
    """The document is one article."""
    pieces, size = [], 0
    while size <= LARGEST and (piece := stream.read(min(1_000_000, LARGEST + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    if stream.damage is not None:
        return  # half an article is none
    if size > LARGEST:
        way_out = "pass the article alone, without embedded data, or cut it into parts"
        yield TooLarge(origin.name, f"more than {LARGEST:,} bytes", way_out)
    elif not size:
        yield EmptyInput(origin.name, "an empty file: 0 bytes", "pass an article")
    else:
        given = origin.given(Given(url=origin.url))
        yield Item(origin.name, origin.source, kind, b"".join(pieces), given, charset)


def _expand(url: str, origin: Origin, visited: set[str]) -> Found:
    """What is in the feed or sitemap at ``url``, which a list named."""
    if url in visited:
        return  # lists that name each other, or one twice
    visited.add(url)
    if origin.depth >= DEEPEST:
        yield NotReadable(url, f"{DEEPEST} lists deep, from {origin.name}", "pass its address itself")
        return
    try:
        page = fetch(url, origin)
    except OnRecordError as error:
        yield error
        return
    inner = Origin(url, origin.source, origin.options, page.url, origin.depth + 1)
    yield from _read(_Bytes(page.data), inner, "feed", page.charset, visited)


def read_address(url: str, origin: Origin) -> Found:
    """What is at an address that the user named: a page, or a list that is expanded."""
    try:
        page = fetch(url, origin)
    except OnRecordError as error:
        yield error
        return
    here = Origin(url, origin.source, origin.options, page.url)
    kind = origin.options.format or page.kind
    head = page.data[:4_096]
    if kind in ("html", "text") and origin.options.format is None and not looks_like_page(head):
        kind = by_content(head) or kind  # feeds are sent as text/html and text/plain too
    yield from _read(_Bytes(page.data), here, kind, page.charset, {url, page.url})


def fetch(url: str, origin: Origin) -> Page:
    """Get ``url`` by the options' way, or by ours, which takes pages and lists."""
    if origin.options.fetch is not None:
        return origin.options.fetch(url)
    from onrecord.reader.fetch import _KINDS
    from onrecord.reader.fetch import fetch as get  # httpx takes 0.1 s to import, which files need not pay

    return get(url, allow_private=origin.options.allow_private, kinds={**_KINDS, **dict.fromkeys(_LIST_TYPES)})


class _Bytes:
    """What was fetched, as what a Stream reads."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = memoryview(data), 0

    def read(self, size: int = -1, /) -> bytes:
        end = len(self._data) if size < 0 else self._at + size
        piece, self._at = bytes(self._data[self._at : end]), min(end, len(self._data))
        return piece
