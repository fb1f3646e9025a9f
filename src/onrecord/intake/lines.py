"""Lines of a stream, and JSONL: one object a line."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.errors import BadLine, EmptyInput, OnRecordError
from onrecord.intake.item import Item
from onrecord.intake.options import Found, Origin
from onrecord.intake.rows import is_record, row_item
from onrecord.intake.stream import CHUNK, Stream
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given
from onrecord.reader.jsonl import _object


def bounded_lines(stream: Stream, name: str) -> Iterator[tuple[int, bytes | BadLine]]:
    """Number (from 1) and bytes of each line. One over the cap comes as an error, and is never held whole."""
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST and not line.endswith(b"\n"):
            size = len(line)
            while (more := stream.readline(CHUNK)) and not more.endswith(b"\n"):
                size += len(more)
            measure = f"{size + len(more.rstrip()):,} bytes, at most {LARGEST:,} are read"
            yield number, BadLine(f"{name}, line {number}", measure, "cut the article into parts")
        else:
            yield number, line


def read_lines(stream: Stream, origin: Origin) -> Found:
    """The articles, and the records, of a JSONL file; blank lines are skipped."""
    any_line = False
    for number, line in bounded_lines(stream, origin.name):
        if isinstance(line, BadLine):
            any_line = True
            yield line
        elif line.strip():
            any_line = True
            yield _item(line, origin, f"{origin.name}, line {number}", first=number == 1)
    if not any_line and stream.damage is None:
        yield EmptyInput(origin.name, "no line that is not blank", "pass a file with one object a line")


def _item(line: bytes, origin: Origin, where: str, *, first: bool) -> Item | OnRecordError:
    try:
        value = _object(line, where, first=first)
    except BadLine as error:
        return error
    if is_record(value):
        return Item(where, origin.source, "record", line.strip().removeprefix(b"\xef\xbb\xbf"), Given())
    return row_item(value, origin, where)
