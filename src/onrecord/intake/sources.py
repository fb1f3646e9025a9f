"""What the user names, in order: files, folders, patterns, standard input, addresses."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from onrecord.errors import NotFound, NotReadable, OnRecordError
from onrecord.intake.documents import read_address, read_document
from onrecord.intake.formats import by_ending, is_taken
from onrecord.intake.options import Found, Options, Origin
from onrecord.intake.stream import Stream

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_PATTERN = re.compile(r"[*?\[]")
_MOST_ENDINGS = 5  # that the message about a folder without articles lists

Place = tuple[int, int]  # device and inode: the same for every path to a file or folder


def items(sources: Iterable[str], options: Options) -> Found:
    """The articles in ``sources``, unread: files, folders, patterns, ``-``, http(s) addresses.

    The order is that of the sources; folders and patterns are sorted by name. A source that cannot be used, or a part
    of one, comes as an error in its place and costs nothing else. A file or folder that is named twice, or reached
    twice through links, is taken once. In folders, hidden files and files of other endings are passed over.
    """
    seen: set[Place] = set()
    for source in sources:
        try:
            yield from _source(os.fspath(source), options, seen)
        except OnRecordError as error:
            yield error
        except (OSError, ValueError) as error:  # ValueError: a NUL in a name
            yield _not_openable(os.fspath(source), error)


def _source(source: str, options: Options, seen: set[Place]) -> Found:
    origin = Origin(source, source, options)
    if source == "-":
        yield from read_document(sys.stdin.buffer, Origin("standard input", source, options), options.format)
    elif _ADDRESS.match(source):
        yield from read_address(source, origin)
    elif (scheme := _OTHER_SCHEME.match(source)) is not None:
        raise NotReadable(source, f"no way to read {scheme.group()} addresses", "pass http://, https:// or a path")
    elif os.path.lexists(source):
        yield from _path(source, origin, seen)
    elif _PATTERN.search(source):
        yield from _pattern(origin, seen)
    else:
        raise NotFound(source, "no such file", "check the spelling and the folder")


def _path(path: str, origin: Origin, seen: set[Place]) -> Found:
    """A file or folder that the user named."""
    try:
        place = _place(path)
    except FileNotFoundError:
        raise NotFound(path, "a link to a file that is not there", "mend or remove the link") from None
    if os.path.isdir(path):
        yield from _folder(path, origin, seen)
    elif place not in seen:
        seen.add(place)
        yield from _file(path, origin)


def _pattern(origin: Origin, seen: set[Place]) -> Found:
    """What matches a pattern; ``**`` reaches folders and what is in them, so that folders then add nothing."""
    paths = sorted(glob.iglob(origin.source, recursive=True))
    if not paths:
        raise NotFound(origin.source, "no file matches the pattern", "check it, and put it in quotation marks")
    for path in paths:
        if "**" in origin.source and os.path.isdir(path):
            continue
        try:
            yield from _path(path, origin, seen)
        except (OnRecordError, OSError) as error:
            yield error if isinstance(error, OnRecordError) else _not_openable(path, error)


def _folder(folder: str, origin: Origin, seen: set[Place]) -> Found:
    """The files in ``folder`` and below it, each level sorted by name."""
    taken, known = 0, len(seen)
    passed_over: Counter[str] = Counter()
    for path in _walk(folder, seen):
        if isinstance(path, OnRecordError):
            taken += 1
            yield path
        elif origin.options.format is not None or _is_taken(path):
            taken += 1
            yield from _file(path, origin)
        else:
            passed_over[PurePath(path).suffix.lower() or "no ending"] += 1
    if not taken and len(seen) > known:  # a folder that was named before is not empty
        yield _nothing_in(folder, passed_over)


def _nothing_in(folder: str, passed_over: Counter[str]) -> NotReadable:
    if not passed_over:
        return NotReadable(folder, "an empty folder: 0 files", "pass one with articles")
    endings = ", ".join(f"{ending} {count:,}" for ending, count in passed_over.most_common(_MOST_ENDINGS))
    problem = f"no article among {passed_over.total():,} files ({endings})"
    return NotReadable(folder, problem, "say what they are with --format, or name the files themselves")


def _walk(folder: str, seen: set[Place]) -> Iterator[str | OnRecordError]:
    """Paths of the regular files below ``folder`` that are not hidden; a folder in ``seen`` is not entered again."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            if not os.path.isdir(path):
                if os.path.isfile(path):
                    yield path
                elif not os.path.exists(path):
                    yield NotFound(path, "a link to a file that is not there", "mend or remove the link")
                continue  # sockets, pipes and devices never end
            place = _place(path)
            if place in seen:
                continue
            seen.add(place)
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except OSError as error:
            yield _not_openable(path, error)
            continue
        waiting += [os.path.join(path, name) for name in reversed(names)]


def _place(path: str) -> Place:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def _is_taken(path: str) -> bool:
    """Whether a file that was met in a folder is taken; one that cannot be opened is, so that this is told."""
    if by_ending(path) not in (None, "feed", "json"):
        return True
    try:
        with open(path, "rb") as file:
            return is_taken(path, Stream(file, path).head)
    except OSError:
        return by_ending(path) is not None


def _file(path: str, origin: Origin) -> Found:
    here = Origin(path, origin.source, origin.options)
    try:
        with open(path, "rb") as file:
            yield from read_document(file, here, origin.options.format or _kind(path, file.peek(64)))
    except OSError as error:
        yield _not_openable(path, error)


def _kind(path: str, start: bytes) -> str | None:
    """By the ending; an ending in ``.xml`` may be a page's, and what is unmistakable by its first bytes wins."""
    return "warc" if start.startswith(b"WARC/1.") else by_ending(path)


def _not_openable(path: str, error: OSError | ValueError) -> NotReadable:
    cause = getattr(error, "strerror", None) or str(error)
    return NotReadable(path, f"cannot be opened: {cause}", "check its name and its permissions")
