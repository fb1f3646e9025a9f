"""The formats in which statements and records leave the ledger, for the command line and the API alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.export.lines import TextSink

if TYPE_CHECKING:
    from onrecord.export.entry import Entry
    from onrecord.store import Filters, View

FORMATS = ("jsonl", "csv", "parquet", "webannotation", "schemaorg", "claimreview", "bibtex", "csl")


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is written. ``spreadsheet``: csv, harmless in one. ``quotes``: bibtex and csl, an item for each statement.

    ``all_versions`` and ``as_read``: jsonl, with older versions of articles, and without corrections.
    """

    spreadsheet: bool = False
    quotes: bool = False
    all_versions: bool = False
    as_read: bool = False


def write(view: View, as_format: str, asked: Filters, manner: Manner, stream: TextSink) -> int:
    """Write what the filters let through in any format but Parquet; how many lines, rows or items.

    jsonl: the records of the articles that hold such a statement.
    """
    if as_format == "jsonl":
        return _records(view, stream, asked, manner)
    return _writer(as_format, manner)(view.entries(asked), stream)


def _records(view: View, stream: TextSink, asked: Filters, manner: Manner) -> int:
    from onrecord.export.record_json import to_json

    wanted = view.articles(asked) if asked.asked else None
    number = 0
    for record in view.records(versions="all" if manner.all_versions else "current", as_read=manner.as_read):
        if wanted is None or record.article.id in wanted:
            stream.write(to_json(record) + "\n")
            number += 1
    return number


def _writer(as_format: str, manner: Manner) -> Callable[[Iterator[Entry], TextSink], int]:
    if as_format == "csv":
        from onrecord.export.csv_table import write_csv

        return lambda entries, stream: write_csv(entries, stream, spreadsheet=manner.spreadsheet)
    if as_format == "webannotation":
        from onrecord.export.annotation import write_web_annotations

        return write_web_annotations
    if as_format == "schemaorg":
        from onrecord.export.schemaorg import write_schema_org

        return write_schema_org
    if as_format == "claimreview":
        from onrecord.export.claimreview import write_claim_reviews

        return write_claim_reviews
    from onrecord.export.citation import write_bibtex, write_csl

    write_items = write_bibtex if as_format == "bibtex" else write_csl
    return lambda entries, stream: write_items(entries, stream, quotes=manner.quotes)
