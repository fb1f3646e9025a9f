"""``onrecord search``, ``show``, ``speaker`` and ``stats``: what is on record."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from onrecord.errors import NotOnRecord, OnRecordError
from onrecord.serve.console import NOT_FOUND, outcome, say, write
from onrecord.serve.options import (
    DB,
    Acts,
    Addressee,
    Confidence,
    Corrected,
    Country,
    Db,
    InArticle,
    Json,
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
    from onrecord.serve.remote import Server
    from onrecord.store import View

AtServer = Annotated[
    str | None, typer.Option("--server", metavar="URL", help="Ask the desk at this address instead of --db.")
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="What holds the server's token; else ONRECORD_TOKEN."),
]

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def search(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[WORDS]",
            help='What to look for: words, "a phrase", begin*, OR, NOT, NEAR(a b, 5). Without it, all.',
        ),
    ] = None,
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
    by: Annotated[
        str,
        typer.Option(
            metavar="WAY", help="words, meaning, both; auto: both, but words alone where there are operators."
        ),
    ] = "auto",
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="relevance, said (the latest first) or confidence.")
    ] = "relevance",
    limit: Annotated[int, typer.Option(metavar="N", help="How many to a page.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="PAGE", help="The page that the one before named.")] = None,
    facets: Annotated[
        bool, typer.Option("--facets", help="Also count speakers, outlets, kinds, acts, months.")
    ] = False,
    db: Db = DB,
    server: AtServer = None,
    token_file: TokenFile = None,
    as_json: Json = False,
) -> None:
    """Find statements by their words, their meaning, or both.

    Exit status: 0 something was found; 1 nothing was; 2 wrong usage, or the ledger cannot be used.
    """
    from onrecord.serve.listing import page
    from onrecord.store import Query

    with outcome():
        asked = filters(
            kind=kind, act=act, published=published, status=status, speaker=speaker, qid=qid, office=office,
            country=country, outlet=outlet, addressee=addressee, since=since, until=until, confidence=confidence,
            corrected=corrected, article=article,
        )  # fmt: skip
        query = Query(text, asked, cast(Any, by), cast(Any, sort), limit, after, facets)  # search says what is amiss
        with _source(db, server, token_file) as view:
            found = view.search(query)
        if as_json:
            write(json.dumps(asdict(found), ensure_ascii=False, indent=_indent()) + "\n")
        else:
            page(found)
    if not found.hits:
        raise typer.Exit(NOT_FOUND)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="A statement's id, an article's id or address.")],
    db: Db = DB,
    server: AtServer = None,
    token_file: TokenFile = None,
    as_json: Json = False,
    as_read: Annotated[bool, typer.Option("--as-read", help="As the model read it, without corrections.")] = False,
) -> None:
    """Show a statement with its history, or an article with its statements.

    Exit status: 0 shown; 1 there is nothing of that id; 2 wrong usage, or the ledger cannot be used.
    """
    with outcome(), _source(db, server, token_file) as view:
        try:
            _show_statement(view, name, as_json=as_json)
        except NotOnRecord as not_a_statement:
            try:
                _show_article(view, name, as_json=as_json, as_read=as_read)
            except NotOnRecord as no_article:
                say(str(not_a_statement if name.startswith("s") and "/" not in name else no_article))
                raise typer.Exit(NOT_FOUND) from None


def _show_statement(view: View | Server, name: str, *, as_json: bool) -> None:
    from onrecord.export.record_json import to_dict
    from onrecord.serve.listing import statement

    shown = view.statement(name)
    if not as_json:
        statement(shown)
        return
    record = shown.entry.record
    whole = to_dict(record)["statements"]
    at = next(at for at, one in enumerate(record.statements) if one.id == shown.entry.statement.id)
    told = {
        **asdict(shown.hit),
        "statement": whole[at],
        "history": [asdict(one) for one in shown.history],
        "carried_by": list(shown.carried.articles),
        "retained": shown.retained,
    }
    write(json.dumps(told, ensure_ascii=False, indent=_indent()) + "\n")


def _show_article(view: View | Server, name: str, *, as_json: bool, as_read: bool) -> None:
    from onrecord.export.record_json import to_json
    from onrecord.serve.cli import _write_table
    from onrecord.serve.listing import about

    standing = view.record(name, as_read=as_read)
    record = standing.record
    if as_json:
        write(to_json(record, _indent()) + "\n")
        return
    _write_table(record, first=True)
    about(view, standing)


@app.command()
def speaker(
    name: Annotated[str, typer.Argument(help="Words of a name, a Wikidata item, or a key.")],
    db: Db = DB,
    server: AtServer = None,
    token_file: TokenFile = None,
    limit: Annotated[int, typer.Option(metavar="N", help="How many people at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Show who bears a name, across articles: in which offices, how often on record, where.

    Exit status: 0 found; 1 nobody of that name; 2 wrong usage, or the ledger cannot be used.
    """
    from onrecord.serve.listing import people

    with outcome(), _source(db, server, token_file) as view:
        found = view.people(name, limit=limit)
        if not found:
            say(f"{name}: nobody of that name is on record; words of names are looked up whole")
            raise typer.Exit(NOT_FOUND)
        if as_json:
            write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=_indent()) + "\n")
        else:
            people(found)


@app.command()
def stats(
    db: Db = DB,
    server: AtServer = None,
    token_file: TokenFile = None,
    failures: Annotated[bool, typer.Option("--failures", help="List what could not be read, and why.")] = False,
    as_json: Json = False,
) -> None:
    """Count what is on record."""
    from onrecord.serve.listing import counts
    from onrecord.store import View

    with outcome(), _source(db, server, token_file) as view:
        if failures:
            if not isinstance(view, View):
                raise OnRecordError("--failures", "is for a ledger, not for a server", "ask where the ledger lies")
            rows: list[dict[str, Any]] = [
                {
                    "name": one.name,
                    "source": one.source,
                    "reason": one.reason,
                    "tries": one.tries,
                    "kept": one.item is not None,
                }
                for one in view.failures()
            ]
            if as_json:
                write(json.dumps(rows, ensure_ascii=False, indent=_indent()) + "\n")
            else:
                write("".join(f"{row['name']}\n  {row['reason']}\n" for row in rows) or "nothing failed\n")
            return
        told = view.stats()
        if as_json:
            write(json.dumps(told, ensure_ascii=False, indent=_indent()) + "\n")
        else:
            counts(told)


def _source(db: Path, server: str | None, token_file: Path | None) -> View | Server:
    """What is asked: the desk at an address, else the ledger here."""
    if server is not None:
        from onrecord.serve.remote import Server, token

        return Server(server, token(token_file))
    if token_file is not None:
        raise OnRecordError("--token-file", "is for a server", "name it with --server URL")
    from onrecord.store import View
    from onrecord.store.vectors import vector_of

    return View(db, vector_of)


def _indent() -> int | None:
    return 2 if sys.stdout.isatty() else None
