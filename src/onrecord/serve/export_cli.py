"""``onrecord export``: statements and records out of the ledger, in each of its formats."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from onrecord.errors import OnRecordError
from onrecord.serve.console import count, outcome, say
from onrecord.serve.options import (
    DB,
    Acts,
    Addressee,
    Confidence,
    Corrected,
    Country,
    Db,
    InArticle,
    Kinds,
    Office,
    Outlet,
    Published,
    Qid,
    Shown,
    Since,
    Speaker,
    Until,
    filters,
)

if TYPE_CHECKING:
    from onrecord.export.entry import Entry
    from onrecord.store import Filters, View

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


@app.callback()
def _export() -> None:
    """One command, by its name."""


FORMATS = ("jsonl", "csv", "parquet", "webannotation", "schemaorg", "claimreview", "bibtex", "csl")


@app.command()
def export(
    as_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS) + ".")] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; standard output without it.")
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Corrected articles as training data, in the form that train/ reads.")
    ] = False,
    spreadsheet: Annotated[
        bool, typer.Option("--spreadsheet", help="With csv: keep a spreadsheet from taking words for formulas.")
    ] = False,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="With bibtex and csl: an item for each statement, not for each article.")
    ] = False,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="With jsonl: older versions of articles too.")
    ] = False,
    as_read: Annotated[
        bool, typer.Option("--as-read", help="With jsonl: as the model read it, without corrections.")
    ] = False,
    speaker: Speaker = None,
    qid: Qid = None,
    office: Office = None,
    country: Country = None,
    outlet: Outlet = None,
    kind: Kinds = None,
    act: Acts = None,
    addressee: Addressee = None,
    since: Since = None,
    until: Until = None,
    published: Published = False,
    confidence: Confidence = None,
    corrected: Corrected = None,
    status: Shown = "standing",
    article: InArticle = None,
    db: Db = DB,
) -> None:
    """Take statements out: whole records (jsonl), tables, annotations, citations. docs/export.md describes each.

    Filters choose statements; with jsonl, the articles that hold one of them.

    Exit status: 0 written; 2 wrong usage, or something could not be read or written.
    """
    with outcome():
        asked = filters(
            kind=kind, act=act, published=published, status=status, speaker=speaker, qid=qid, office=office,
            country=country, outlet=outlet, addressee=addressee, since=since, until=until, confidence=confidence,
            corrected=corrected, article=article,
        )  # fmt: skip
        if as_format not in FORMATS:
            raise OnRecordError(f"--format {as_format}", f"is none of {', '.join(FORMATS)}", "choose one of them")
        with _view(db) as view:
            if corrections:
                number = _written(out, lambda stream: _training(view, stream))
                thing = "article"
            elif as_format == "jsonl":
                number = _written(
                    out, lambda stream: _records(view, stream, asked, all_versions=all_versions, as_read=as_read)
                )
                thing = "record"
            else:
                number = _entries(view, as_format, out, asked, spreadsheet=spreadsheet, quotes=quotes)
                thing = "article" if as_format in ("bibtex", "csl") and not quotes else "statement"
        if out is not None:
            say(f"{out}: {count(number, thing)}")


def _records(view: View, stream: TextIO, asked: Filters, *, all_versions: bool, as_read: bool) -> int:
    from onrecord.export.record_json import to_json

    wanted = view.articles(asked) if asked.asked else None
    number = 0
    for record in view.records(versions="all" if all_versions else "current", as_read=as_read):
        if wanted is None or record.article.id in wanted:
            stream.write(to_json(record) + "\n")
            number += 1
    return number


def _training(view: View, stream: TextIO) -> int:
    from onrecord.export.training import write_training
    from onrecord.store import Filters

    return write_training(view.entries(Filters(shown="all")), stream, view.correctors)


def _entries(view: View, as_format: str, out: Path | None, asked: Filters, *, spreadsheet: bool, quotes: bool) -> int:
    entries = view.entries(asked)
    if as_format == "parquet":
        from onrecord.export.parquet import write_parquet

        if out is None:
            raise OnRecordError("--format parquet", "is not for a terminal or a pipe", "name a file with --out")
        return write_parquet(entries, out)
    return _written(out, lambda stream: _writer(as_format, spreadsheet=spreadsheet, quotes=quotes)(entries, stream))


def _writer(as_format: str, *, spreadsheet: bool, quotes: bool) -> Callable[[Iterator[Entry], TextIO], int]:
    if as_format == "csv":
        from onrecord.export.csv_table import write_csv

        return lambda entries, stream: write_csv(entries, stream, spreadsheet=spreadsheet)
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
    return lambda entries, stream: write_items(entries, stream, quotes=quotes)


def _written(out: Path | None, produce: Callable[[TextIO], int]) -> int:
    """Let ``produce`` write to the file, or to standard output; a file appears whole at the end, or not at all."""
    if out is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        return produce(sys.stdout)
    draft = out.with_name(f".{out.name}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as stream:
            number = produce(stream)
        draft.replace(out)
    except OSError as error:
        raise OnRecordError(
            str(out), f"cannot be written: {error.strerror}", "name a file in another folder"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return number


def _view(db: Path) -> View:
    from onrecord.store import View
    from onrecord.store.vectors import vector_of

    return View(db, vector_of)
