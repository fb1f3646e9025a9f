"""Parquet: one article a row, read in batches. Needs pyarrow, which is an extra."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, BinaryIO

from onrecord.errors import BadArchive, EmptyInput, MissingExtra, NotReadable, OnRecordError, TooLarge
from onrecord.intake.options import Found, Origin
from onrecord.intake.rows import row_item
from onrecord.intake.tables import require_columns
from onrecord.reader.build import LARGEST

BATCH = 64  # rows held at a time; articles of 5 KB make 0.3 MB


def read_parquet(file: BinaryIO, origin: Origin) -> Found:
    """The articles of a Parquet file that can be read from any place. Raises ``MissingExtra`` without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        way_out = "pip install 'onrecord[parquet]'"
        raise MissingExtra(origin.name, "reading Parquet needs pyarrow, which is not installed", way_out) from None
    try:
        table = pq.ParquetFile(file, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise NotReadable(origin.name, f"not a Parquet file: {_first_line(error)}", "write the table anew") from None
    header = list(table.schema_arrow.names)
    require_columns(header, origin)
    wanted = [name for name in dict.fromkeys(astuple(origin.options.fields)) if name in header]
    number = 0
    for group in range(table.num_row_groups):
        if refusal := _too_large(table, group, origin):
            yield refusal
            number += table.metadata.row_group(group).num_rows
            continue
        batches = table.iter_batches(batch_size=BATCH, row_groups=[group], columns=wanted, use_threads=False)
        while True:
            try:
                batch = next(batches, None)
                rows = [] if batch is None else batch.to_pylist()
            except (pa.ArrowException, OSError, ValueError) as error:
                problem = f"damaged after row {number:,}: {_first_line(error)}"
                raise BadArchive(origin.name, problem, "the rows before it are used; write the table anew") from None
            if batch is None:
                break
            for row in rows:
                number += 1
                yield row_item(row, origin, f"{origin.name}, row {number}")
    if not number:
        yield EmptyInput(origin.name, "a table without rows", "pass a table with one article a row")


def _too_large(table: Any, group: int, origin: Origin) -> OnRecordError | None:
    """Pages are unpacked whole: a row group whose rows are over the cap on average is not touched."""
    facts = table.metadata.row_group(group)
    if facts.num_rows and facts.total_byte_size > LARGEST * facts.num_rows:
        measure = f"{facts.total_byte_size:,} bytes in {facts.num_rows:,} rows, at most {LARGEST:,} a row are read"
        return TooLarge(f"{origin.name}, row group {group + 1}", measure, "cut the articles into parts")
    return None


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0][:200]
