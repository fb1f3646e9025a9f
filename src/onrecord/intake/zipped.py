"""Zip archives of articles: each member is read where it lies, and none is ever written to a path."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from onrecord.errors import BadArchive, NotReadable, OnRecordError, TooLarge
from onrecord.intake.formats import by_ending, is_taken
from onrecord.intake.options import Found, Origin
from onrecord.intake.stream import HEAD, Readable

MOST = 20_000  # members; the directory of more takes memory before the first is read
DIRECTORY = 4_000_000  # bytes of the directory: 20,000 members with names of 150 characters
LARGEST_MEMBER = 1_000_000_000  # bytes unpacked, which are never held whole; a day of a news crawl as JSONL has less
INFLATION = 100  # times larger unpacked than packed; prose gains 3 to 5, JSONL up to 15, a bomb 1,000
SMALL = 1_000_000  # bytes unpacked, up to which nothing can be gained by a bomb
_MOST_ENDINGS = 5  # that the message about an archive without articles lists
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others unpack without a bound on what comes out at once
_END = struct.Struct("<4s4H2LH")  # the end-of-directory record (APPNOTE.TXT 4.3.16)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:")
_LOCKED = 0x1  # bit of a member's flags
_UNPACK = "unpack it and pass the folder"

Read = Callable[[Readable, Origin, str | None], Found]


def read_zip(file: BinaryIO, origin: Origin, read: Read) -> Found:
    """What is in the members of a zip archive, in the archive's order; ``read`` reads one document.

    Members that are hidden, or have endings that no article has, are passed over, as in a folder. Names that lead out
    of the archive, locked members, links, archives within it, and what unpacks to more than it should are told as
    errors in their places and cost nothing else. Raises ``BadArchive`` and ``TooLarge`` for the archive as a whole.
    """
    size = _require_small_directory(file, origin.name)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadArchive(origin.name, f"not a zip archive that can be read: {error}", "get the file anew") from error
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        inflated = sum(one.file_size for one in members)
        if inflated > max(SMALL, INFLATION * size):  # members that overlap are small one by one
            measure = f"{size:,} bytes that unpack to {inflated:,}, more than {INFLATION} times as many"
            raise TooLarge(origin.name, measure, f"if you trust it, {_UNPACK}")
        taken = 0
        passed_over: Counter[str] = Counter()
        for member in members:
            if _is_hidden(member.filename):
                continue
            found = _member(archive, member, origin, read)
            if found is None:
                passed_over[PurePosixPath(member.filename).suffix.lower() or "no ending"] += 1
                continue
            taken += 1
            yield from found
    if not taken:
        yield _nothing_in(origin.name, passed_over)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: Origin, read: Read) -> Found | None:
    """What is in one member; None where it is passed over."""
    name = f"{origin.name}, {_shown(member.filename)}"
    if (problem := _refused(member, name)) is not None:
        return iter((problem,))
    here = Origin(name, origin.source, origin.options)
    return _opened(archive, member, here, read) if _is_wanted(archive, member, origin) else None


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, here: Origin, read: Read) -> Found:
    kind = here.options.format or by_ending(member.filename)
    try:
        with archive.open(member) as raw:
            yield from read(_Member(raw), here, kind)
    except (*_DAMAGE, OSError) as error:
        yield _damaged(here.name, error)


def _is_wanted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: Origin) -> bool:
    """Whether a member is taken, for its ending or, where that says little, its first bytes; one that is damaged is."""
    if origin.options.format is not None or by_ending(member.filename) not in (None, "feed", "json"):
        return True
    try:
        with archive.open(member) as raw:
            return is_taken(member.filename, raw.read(HEAD))
    except (*_DAMAGE, OSError):
        return by_ending(member.filename) is not None


def _refused(member: zipfile.ZipInfo, name: str) -> OnRecordError | None:
    """Why a member is not even opened."""
    if _leads_out(member.filename):
        return NotReadable(name, "a name that leads out of the archive", "pack it anew without .., / or \\ in front")
    if stat.S_ISLNK(member.external_attr >> 16):
        return NotReadable(name, "a link, not a file", "pack the file that it leads to")
    if member.flag_bits & _LOCKED:
        return NotReadable(name, "locked with a password", _UNPACK)
    if by_ending(member.filename) == "zip":
        return NotReadable(name, "an archive within an archive", "pass it by itself")
    if member.compress_type not in _READABLE:
        return NotReadable(name, f"packed by method {member.compress_type}, which is not read", _UNPACK)
    if member.file_size > LARGEST_MEMBER:
        return TooLarge(name, f"{member.file_size:,} bytes unpacked, at most {LARGEST_MEMBER:,} are read", _UNPACK)
    if member.file_size > max(SMALL, INFLATION * member.compress_size):
        measure = f"{member.compress_size:,} bytes that unpack to {member.file_size:,}"
        return TooLarge(name, f"{measure}, more than {INFLATION} times as many", f"if you trust it, {_UNPACK}")
    return None


def _leads_out(name: str) -> bool:
    """Whether a name would, taken for a path on some system, lead elsewhere than below the archive's own folder."""
    return "\\" in name or _ABSOLUTE.match(name) is not None or ".." in name.split("/")


def _is_hidden(name: str) -> bool:
    """Whether a member is hidden, as the notes that macOS adds are; a name that leads out is never passed over."""
    return not _leads_out(name) and any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _shown(name: str) -> str:
    """A name for a message: in one line, and not longer than one."""
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in name)[:200]


def _nothing_in(name: str, passed_over: Counter[str]) -> NotReadable:
    if not passed_over:
        return NotReadable(name, "an archive without files", "pass one with articles")
    endings = ", ".join(f"{ending} {count:,}" for ending, count in passed_over.most_common(_MOST_ENDINGS))
    problem = f"no article among {passed_over.total():,} files ({endings})"
    return NotReadable(name, problem, "say what they are with --format, or pass the files themselves")


def _require_small_directory(file: BinaryIO, name: str) -> int:
    """The archive's size. Raises ``TooLarge`` where its directory, which is held in memory, is larger than allowed."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_535 - _END.size))  # a comment of up to 65,535 bytes may follow
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    if at < 0 or len(tail) - at < _END.size:
        raise BadArchive(name, "a zip archive that is cut off: it has no directory", "get the file anew")
    _, _, _, _, members, directory, _, _ = _END.unpack_from(tail, at)
    if members > MOST or directory > DIRECTORY:  # 65,535 and 2³² − 1 stand for more
        known = f"{members:,} files" if members < 0xFFFF else "more than 65,000 files"
        raise TooLarge(name, f"{known} in one archive, at most {MOST:,} are read", f"{_UNPACK}, or pack several")
    return size


class _Member:
    """A member as what a Stream reads; damage comes as an OSError, which a Stream tells with the place."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._raw.read(size)
        except _DAMAGE as error:
            raise OSError(str(error) or type(error).__name__) from error


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def _damaged(name: str, error: Exception) -> BadArchive:
    return BadArchive(name, f"cannot be unpacked: {error}", "get the file anew")
