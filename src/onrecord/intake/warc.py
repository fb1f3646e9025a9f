"""Web archives (WARC 1.0 and 1.1, ISO 28500), record by record, with fastwarc."""

from __future__ import annotations

import io
import zlib
from typing import Any

from onrecord.errors import BadArchive, NotReadable, OnRecordError, TooLarge
from onrecord.intake.item import Item
from onrecord.intake.options import Found, Origin
from onrecord.intake.stream import Stream
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_WAY_OUT = "what lies before it is used; get the archive anew for the rest"


def read_warc(stream: Stream, origin: Origin) -> Found:
    """The pages of a web archive: responses with status 200 and an HTML type, with their address and day.

    Where the archive is cut or damaged, what lies before comes out, and then a ``BadArchive`` that names the byte.
    """
    from fastwarc.warc import ArchiveIterator

    records = iter(ArchiveIterator(_Source(stream), parse_http=False, stream_detect=False))
    number = pages = 0
    while True:
        try:
            record = next(records, None)
        except Exception as error:  # OSError by its documentation; it parses what anyone may have written
            if stream.damage is None:
                after = f"after {number:,} whole records" if number else "from its first byte on"
                yield BadArchive(origin.name, f"no WARC record {after} ({error})", _WAY_OUT)
            return
        if record is None:
            break
        place = stream.place(record.stream_pos)
        found, whole = _page(record, f"{origin.name}, record at byte {place:,}", origin)
        if found is not None and whole:
            pages += 1
            yield found
        if not whole:
            if stream.damage is None:
                yield BadArchive(origin.name, f"cut off within the record at byte {place:,}", _WAY_OUT)
            return
        number += 1
    if not pages and stream.damage is None:
        problem = f"no HTML page with status 200 among {number:,} records"
        yield NotReadable(origin.name, problem, "pass an archive that holds the pages themselves")


class _Source:
    """A Stream as fastwarc takes it: it reads ahead, and asks where it starts."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation("seek")

    def close(self) -> None:
        pass


def _page(record: Any, where: str, origin: Origin) -> tuple[Item | OnRecordError | None, bool]:
    """The page in ``record``, None where it holds none, and whether the record is whole.

    fastwarc ends silently where an archive is cut; that the headers lack a length or the block some bytes tells it.
    """
    headers = record.headers
    if headers.get("Content-Length") is None:
        return None, False
    address = (headers.get("WARC-Target-URI") or "").strip("<> ")  # WARC 1.0 had the brackets
    kind = (headers.get("WARC-Type") or "").strip().lower()
    if kind != "response" or not address.lower().startswith(("http://", "https://")) or not record.content_length:
        return None, record.consume() >= record.content_length
    where = f"{where} ({address})"
    try:
        record.is_http = True  # by its address; some writers leave out the block's type, which fastwarc goes by
        record.parse_http()
    except Exception as error:  # as above; the block may be anything
        rest = record.content_length
        return NotReadable(where, f"no HTTP response: {error}", "skip it"), record.consume() >= rest
    http, size = record.http_headers, record.content_length
    if http is None or http.status_code != 200 or (record.http_content_type or "").strip().lower() not in _PAGES:
        return None, record.consume() >= size
    block = record.reader.read(min(size, LARGEST + 1))
    if size > LARGEST:
        return _too_large(where, f"{size:,} bytes"), len(block) + record.consume() >= size
    if len(block) < size:
        return None, False
    try:
        data = _decoded(block, http)
    except (OSError, zlib.error, EOFError) as error:
        return NotReadable(where, f"the body is damaged ({error})", "get the page anew"), True
    if len(data) > LARGEST:
        return _too_large(where, f"more than {LARGEST:,} bytes unpacked"), True
    given = origin.given(Given(url=address))
    seen = headers.get("WARC-Date")
    return Item(where, origin.source, "page", data, given, record.http_charset, seen.strip() if seen else None), True


def _too_large(where: str, measure: str) -> TooLarge:
    return TooLarge(where, f"{measure}, at most {LARGEST:,} are read", "pass the article alone, without embedded data")


def _decoded(block: bytes, http: Any) -> bytes:
    """The body without its transfer and content encodings (RFC 9112, 9110), one byte over the cap at most.

    Archives that keep the headers of what they unpacked are common, so that the bytes themselves must agree.
    """
    from fastwarc.stream_io import BrotliReader, ChunkedReader

    transfer = (http.get("Transfer-Encoding") or "").lower()
    content = (http.get("Content-Encoding") or "").strip().lower()
    if "chunked" in transfer and _is_chunked(block):
        block = _up_to_cap(ChunkedReader(io.BytesIO(block)))
    if content in ("gzip", "x-gzip") and block.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31).decompress(block, LARGEST + 1)
    if content == "deflate" and not block.lstrip().startswith(b"<"):
        try:
            return zlib.decompressobj(15).decompress(block, LARGEST + 1)
        except zlib.error:  # servers send it without the header too
            return zlib.decompressobj(-15).decompress(block, LARGEST + 1)
    if content == "br" and not block.lstrip().startswith(b"<"):
        return _up_to_cap(BrotliReader(io.BytesIO(block)))
    return block


def _is_chunked(block: bytes) -> bool:
    size = block[:20].split(b"\r\n")[0].split(b";")[0].strip()
    return 0 < len(size) <= 8 and all(digit in b"0123456789abcdefABCDEF" for digit in size)


def _up_to_cap(reader: Any) -> bytes:
    pieces, size = [], 0
    while size <= LARGEST and (piece := reader.read(min(65_536, LARGEST + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)
