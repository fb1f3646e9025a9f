"""Statements → Parquet: the columns of ``columns.py``, typed. Needs the extra ``parquet``."""

from __future__ import annotations

import importlib
import os
import secrets
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from onrecord.errors import MissingExtra, OnRecordError
from onrecord.export.columns import COLUMNS
from onrecord.export.entry import Entry
from onrecord.export.lines import clean

GROUP_ROWS = 20_000  # statements to a row group: what DuckDB gives to one thread
GROUP_CHARACTERS = 16_000_000  # of what was said; closes a group early where single statements are very long
BATCH_ROWS = 1_000  # statements held as Python's values, ten times as large as Arrow's, at a time

Row = dict[str, Any]


def write_parquet(entries: Iterable[Entry], path: str | Path) -> int:
    """Write the entries to ``path`` and return how many there were.

    The file is written beside it under another name and moved into place at the end, so that ``path`` holds all or what
    it held before. Raises MissingExtra without pyarrow, and OnRecordError where the file cannot be written.
    """
    pyarrow, target = _pyarrow(), Path(path)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            with draft.open("xb") as file:
                count = _write(pyarrow, entries, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise OnRecordError(str(target), problem, "name a file in a folder that you may write to") from error
    return count


def stream_parquet(entries: Iterable[Entry], file: BinaryIO) -> int:
    """The same to a file that is open for writing, and need not be one that can be sought in; how many there were."""
    return _write(_pyarrow(), entries, file)


def _pyarrow() -> Any:
    try:
        importlib.import_module("pyarrow.parquet")
        return importlib.import_module("pyarrow")
    except ImportError:
        raise MissingExtra(
            "Parquet", "needs pyarrow, which is not installed", "pip install 'onrecord[parquet]'"
        ) from None


def _write(pyarrow: Any, entries: Iterable[Entry], file: Any) -> int:
    layout, count = schema(pyarrow), 0
    with pyarrow.parquet.ParquetWriter(file, layout, compression="zstd") as writer:
        for group in groups(entries):
            batches = [pyarrow.RecordBatch.from_pylist(rows, schema=layout) for rows in group]
            table = pyarrow.Table.from_batches(batches, schema=layout)
            writer.write_table(table, row_group_size=table.num_rows)
            count += table.num_rows
    return count


def schema(pyarrow: Any) -> Any:
    """The types of the columns. What a column means goes with it, as its ``description``."""
    part = {"start": pyarrow.int32(), "end": pyarrow.int32(), "text": pyarrow.string()}
    types = {
        "text": pyarrow.string(),
        "day": pyarrow.date32(),
        "whole": pyarrow.int32(),
        "real": pyarrow.float32(),
        "flag": pyarrow.bool_(),
        "parts": pyarrow.list_(pyarrow.struct(list(part.items()))),
    }
    return pyarrow.schema(
        [pyarrow.field(name, types[kind], metadata={"description": meaning}) for name, kind, meaning, _ in COLUMNS]
    )


def groups(entries: Iterable[Entry]) -> Iterator[Iterator[list[Row]]]:
    """Row groups, each as batches of rows: none is empty, and they are bounded in rows and in characters.

    A group must be used up before the next one is asked for.
    """
    rest = iter(entries)
    for first in rest:
        yield _batches(first, rest)


def _batches(first: Entry, rest: Iterator[Entry]) -> Iterator[list[Row]]:
    """The batches of one group, which takes from ``rest`` no more than it needs."""
    batch, characters = list[Row](), 0
    for rows, entry in enumerate(chain([first], rest), start=1):
        batch.append(row(entry))
        characters += sum(len(span.text) for span in entry.statement.content)
        full = rows >= GROUP_ROWS or characters >= GROUP_CHARACTERS
        if full or len(batch) >= BATCH_ROWS:
            yield batch
            batch = []
        if full:
            return
    if batch:
        yield batch


def row(entry: Entry) -> Row:
    """The cells of one entry, by column."""
    values = ((column.name, column.value(entry)) for column in COLUMNS)
    return {name: clean(value) if isinstance(value, str) else value for name, value in values}
