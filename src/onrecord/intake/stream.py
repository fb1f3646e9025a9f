"""Bytes from a file, standard input or the network, unpacked where they are gzip'd, never held whole."""

from __future__ import annotations

import io
import zlib
from collections import deque
from typing import Protocol

from onrecord.errors import BadArchive

HEAD = 4_096  # bytes that are looked at to tell a format; a page's doctype or a feed's root lies well within
CHUNK = 65_536  # bytes read, and unpacked, at a time: a bomb's members come out in such pieces
GZIP = b"\x1f\x8b"
_GZIP_WBITS = 31  # zlib's number for a gzip member (RFC 1952) with a window of 32 KB


class Readable(Protocol):
    """What can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, none at the end."""


class Stream:
    """Bytes in order. ``head`` are the first of them, which reading gives again.

    Where the bytes are cut or damaged, reading ends as at the end of a file, and ``damage`` then says what is wrong:
    so whatever lies before comes out first.
    """

    def __init__(self, raw: Readable, name: str) -> None:
        self.name = name
        self.damage: BadArchive | None = None
        first = _at_least(raw, 2, b"")
        self._raw = _Prefixed(first, raw)
        self._gunzip = _Gunzip(self._raw, name) if first.startswith(GZIP) else None
        inner: Readable = self._gunzip or self._raw
        try:
            self.head = _at_least(inner, HEAD, b"")
        except OSError as error:
            self.head, self.damage = b"", _unreadable(name, 0, error)
        self.position = 0  # unpacked bytes that the buffer has taken
        self._inner = _Prefixed(self.head, inner)
        self._buffer = io.BufferedReader(_Raw(self), CHUNK)

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""
        return self._buffer.read(size)

    def readline(self, most: int) -> bytes:
        """The next line with its end, or the first ``most`` bytes of it."""
        return self._buffer.readline(most)

    def take(self, size: int) -> bytes:
        """At most ``size`` bytes for the buffer; none at the end or where the damage begins."""
        if self.damage is not None:
            return b""
        try:
            piece = self._inner.read(size)
        except OSError as error:
            self.damage = _unreadable(self.name, self.position, error)
            return b""
        self.position += len(piece)
        if not piece and self._gunzip is not None:
            self.damage = self._gunzip.damage
        return piece

    def place(self, position: int) -> int:
        """The byte of the file at which the gzip member with the unpacked byte ``position`` begins.

        Calls must ask for rising positions. Of a file that is not packed it is the position itself.
        """
        return position if self._gunzip is None else self._gunzip.place(position)


def _unreadable(name: str, position: int, error: OSError) -> BadArchive:
    cause = error.strerror or str(error)
    return BadArchive(name, f"cannot be read on at byte {position:,}: {cause}", "check the disk, or get the file anew")


def _at_least(source: Readable, size: int, have: bytes) -> bytes:
    """``have`` and what follows it until there are ``size`` bytes or no more."""
    while len(have) < size and (piece := source.read(size - len(have))):
        have += piece
    return have


class _Prefixed:
    """A source with some bytes put back before it."""

    def __init__(self, prefix: bytes, rest: Readable) -> None:
        self._prefix, self._rest = prefix, rest

    def read(self, size: int = CHUNK, /) -> bytes:
        if self._prefix:
            piece, self._prefix = self._prefix[:size], self._prefix[size:]
            return piece
        return self._rest.read(size)


class _Raw(io.RawIOBase):
    """A Stream as what io.BufferedReader reads from."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.take(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


class _Gunzip:
    """The members of a gzip file, one after another, in pieces of bounded size.

    ``damage`` is set where a member is cut or broken. Zero bytes after the last member are padding, as gzip has it.
    """

    def __init__(self, raw: Readable, name: str) -> None:
        self.damage: BadArchive | None = None
        self._raw, self._name = raw, name
        self._pending = b""  # packed bytes that were read and not yet used
        self._read = 0  # packed bytes read
        self._out = 0  # unpacked bytes given
        self._member: zlib._Decompress | None = None
        self._members: deque[tuple[int, int]] = deque()  # where members begin: unpacked, packed

    def read(self, size: int = CHUNK, /) -> bytes:
        size = min(size, CHUNK) if size > 0 else CHUNK
        while self.damage is None:
            if self._member is None and not self._next_member():
                break
            data = self._pending or self._fill()
            piece = self._inflate(data, size)
            if piece:
                self._out += len(piece)
                return piece
            if not data and self._member is not None:
                self._broken("cut off within a gzip member")
        return b""

    def place(self, position: int) -> int:
        """The packed byte at which the member holding unpacked byte ``position`` begins; positions must rise."""
        while len(self._members) > 1 and self._members[1][0] <= position:
            self._members.popleft()
        return self._members[0][1] if self._members else 0

    def _fill(self) -> bytes:
        data = self._raw.read(CHUNK)
        self._read += len(data)
        return data

    def _next_member(self) -> bool:
        start = self._pending
        while True:
            start = start.lstrip(b"\0") if self._members else start
            if len(start) >= 2 or not (more := self._fill()):
                break
            start += more
        self._pending = start
        if not start:
            return False
        if not start.startswith(GZIP):
            self._broken("bytes that are no gzip member")
            return False
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._members.append((self._out, self._read - len(start)))
        return True

    def _inflate(self, data: bytes, size: int) -> bytes:
        member = self._member
        assert member is not None  # read() has seen to it
        try:
            piece = member.decompress(data, size)
        except zlib.error as error:
            self._broken(f"the gzip member is damaged ({error})")
            return b""
        if member.eof:
            self._pending, self._member = member.unused_data, None
        else:
            self._pending = member.unconsumed_tail
        return piece

    def _broken(self, problem: str) -> None:
        start = self._members[-1][1] if self._members and self._member is not None else self._read - len(self._pending)
        way_out = "what lies before it is used; get the file anew for the rest"
        self.damage = BadArchive(self._name, f"damaged from byte {start:,} on: {problem}", way_out)
