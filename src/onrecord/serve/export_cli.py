"""``onrecord export``: statements and records out of the ledger, in each of its formats."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from onrecord.errors import OnRecordError
from onrecord.serve import exporting
from onrecord.serve.console import count, outcome, say
from onrecord.serve.exporting import FORMATS, Manner
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
    from onrecord.store import Filters, View

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


@app.callback()
def _export() -> None:
    """One command, by its name."""


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
            elif as_format == "parquet":
                number, thing = _parquet(view, out, asked), "statement"
            else:
                manner = Manner(spreadsheet=spreadsheet, quotes=quotes, all_versions=all_versions, as_read=as_read)
                number = _written(out, lambda stream: exporting.write(view, as_format, asked, manner, stream))
                by_article = as_format in ("bibtex", "csl") and not quotes
                thing = "record" if as_format == "jsonl" else "article" if by_article else "statement"
        if out is not None:
            say(f"{out}: {count(number, thing)}")


def _training(view: View, stream: TextIO) -> int:
    from onrecord.export.training import write_training
    from onrecord.store import Filters

    return write_training(view.entries(Filters(shown="all")), stream, view.correctors)


def _parquet(view: View, out: Path | None, asked: Filters) -> int:
    from onrecord.export.parquet import write_parquet

    if out is None:
        raise OnRecordError("--format parquet", "is not for a terminal or a pipe", "name a file with --out")
    return write_parquet(view.entries(asked), out)


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
