"""Statements → CSV (RFC 4180), one row each, under a line of column names."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from onrecord.export.columns import COLUMNS
from onrecord.export.entry import Entry
from onrecord.export.lines import TextSink, clean, line

FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that spreadsheets take for a formula (OWASP, "CSV Injection")."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its user."""


def write_csv(entries: Iterable[Entry], stream: TextSink, *, spreadsheet: bool = False) -> int:
    r"""Write a line of names and a row for each entry, and return how many entries there were.

    Open the file with ``newline=""`` and ``encoding="utf-8"``. Lines end in CR LF; what is not known is an empty cell,
    a flag is ``true`` or ``false``, a day ``2031-04-01``, and parts are a JSON list. Text is the article's, exactly.
    With ``spreadsheet`` it is not: a cell that a spreadsheet might take for a formula gets an apostrophe before it, and
    the file begins with a byte order mark. Use that for files that people open in Excel, and no others.
    """
    writer = csv.writer(stream)
    if spreadsheet:
        stream.write(BYTE_ORDER_MARK)
    writer.writerow([column.name for column in COLUMNS])
    count = 0
    for entry in entries:
        cells = [cell(column.value(entry)) for column in COLUMNS]
        writer.writerow([harmless(text) for text in cells] if spreadsheet else cells)
        count += 1
    return count


def cell(value: object) -> str:
    """How a value is written down."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return line(value) if isinstance(value, list) else clean(str(value))


def harmless(text: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet might take for a formula."""
    return "'" + text if text[:1] in FORMULA else text
