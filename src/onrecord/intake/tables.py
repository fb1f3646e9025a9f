"""CSV and TSV: a header row, then one article a row."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator

from onrecord.errors import BadLine, EmptyInput, NotReadable
from onrecord.intake.lines import bounded_lines
from onrecord.intake.options import Found, Origin
from onrecord.intake.rows import row_item
from onrecord.intake.stream import Stream
from onrecord.reader.build import LARGEST

_DELIMITERS = {"csv": (",", ";", "\t"), "tsv": ("\t",)}
_UNREADABLE = re.compile("[\udc80-\udcff]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_table(stream: Stream, origin: Origin, kind: str) -> Found:
    """The articles of a table. ``kind`` is ``csv`` (parted by comma, semicolon or tab, as its header is) or ``tsv``.

    A row with more or fewer columns than the header is an error in its place.
    """
    if stream.head.startswith(_UTF16):
        raise NotReadable(origin.name, "a table in UTF-16", "save it as UTF-8")
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST))  # of the whole process; the default is 131,072
    lines = _Lines(stream, origin.name)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        if stream.damage is None:
            yield EmptyInput(origin.name, "a table without rows", "pass a table with a header and one article a row")
        return
    lines.put_back(first)
    delimiter = max(_DELIMITERS[kind], key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:  # line ends of CR alone, as old Macs had them
        raise NotReadable(origin.name, f"the header is no row: {error}", "save the table anew, as CSV") from None
    _require_columns(header, origin)
    rows = 0
    while True:
        start = lines.number + 1
        where = f"{origin.name}, line {start}"
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield BadLine(where, f"not a row: {error}", "look for a quotation mark that is not closed")
            continue
        except BadLine as error:
            yield error
            continue
        if not row or row == [""]:
            continue
        rows += 1
        if len(row) != len(header):
            measure = f"{len(row)} columns, the header has {len(header)}"
            yield BadLine(where, measure, f"put values that hold {_spoken(delimiter)} in quotation marks")
        elif bad := _UNREADABLE.search("".join(row)):
            problem = f"byte {ord(bad.group()) - 0xDC00:#04x} is not UTF-8"
            yield BadLine(where, problem, "save the table as UTF-8")
        else:
            yield row_item(dict(zip(header, row, strict=True)), origin, where)
    if not rows and stream.damage is None:
        yield EmptyInput(origin.name, "a header and no rows", "pass a table with one article a row")


def _require_columns(header: list[str], origin: Origin) -> None:
    names = origin.options.fields
    require_columns(header, origin)
    for name in (names.text, names.html, names.url, names.outlet, names.title, names.byline, names.published, names.id):
        if header.count(name) > 1:
            raise NotReadable(origin.name, f"column {name!r} is there {header.count(name)} times", "rename one of them")


def require_columns(header: list[str], origin: Origin) -> None:
    """Raise ``NotReadable`` where a table has no column for the article itself, naming those that it has."""
    names = origin.options.fields
    if names.text not in header and names.html not in header:
        there = ", ".join(repr(name) for name in header[:20]) + (", …" if len(header) > 20 else "")
        problem = f"no column {names.text!r} or {names.html!r}; there are {there or 'none'}"
        raise NotReadable(origin.name, problem, "name the column with --field text=COLUMN or html=COLUMN")


def _spoken(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons"}.get(delimiter, "tabs")


class _Lines:
    """Lines as csv.reader takes them. Bytes that are no UTF-8 pass as surrogates, to be told with their row.

    A class and not a generator: an error raised for one line does not end it.
    """

    def __init__(self, stream: Stream, name: str) -> None:
        self._lines = bounded_lines(stream, name)
        self._back: list[str] = []
        self.number = 0  # of the last line given

    def put_back(self, line: str) -> None:
        """Give ``line``, the last one, again."""
        self._back.append(line)
        self.number -= 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._back:
            self.number += 1
            return self._back.pop()
        self.number, line = next(self._lines)
        if isinstance(line, BadLine):
            raise line
        text = line.decode("utf-8", "surrogateescape")
        return text.removeprefix("\ufeff") if self.number == 1 else text
