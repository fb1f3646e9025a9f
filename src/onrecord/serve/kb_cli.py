"""``onrecord kb``: show what the knowledge base has on a person, a place or an office, and import newer facts."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from onrecord.errors import OnRecordError
from onrecord.serve.terminal import clean

NOT_FOUND, REFUSED, SOME_REFUSED = 1, 2, 3

app = typer.Typer(
    name="kb",
    help="Look up who held which office when, and import newer facts.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="A Wikidata id, a name, or a phrase: Q6279, Kyiv, German chancellor.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day asked for; today without it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the facts on a person, an office, a state or a body, each with its source and how old it is.

    Exit status: 0 found; 1 nothing of that name; 2 wrong usage, or damaged facts.
    """
    with _outcome():
        found = _facts(what, _day(on))
        if not any(found.values()):
            _say(f"{what}: no person, office, state or body of that name; names are looked up whole")
            raise typer.Exit(NOT_FOUND)
        if as_json:
            print(json.dumps({kind: items for kind, items in found.items() if items}, ensure_ascii=False, indent=2))
        else:
            _print(found)


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Holders (.jsonl, .csv), Wikidata dumps (.json[.gz|.bz2])."),
    ],
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to; else $ONRECORD_KB, or the user's data folder."),
    ] = None,
) -> None:
    """Add newer facts to the packaged ones. A broken-off import changes nothing; run again, it goes on.

    Exit status: 0 all imported; 2 a file was refused and nothing changed; 3 some lines were refused, and stderr names
    them.
    """
    from onrecord.kb.importing import import_files
    from onrecord.kb.overlay import default_folder

    with _outcome():
        done = import_files(files, to or default_folder())
        for line in (*done.notes, *map(str, done.refused)):
            _say(line)
        _say(
            f"{done.folder}: {done.rows:,} offices held by {done.people:,} persons, {done.added:,} of them "
            f"new or changed; {len(done.refused):,} lines refused"
        )
        if done.refused:
            raise typer.Exit(SOME_REFUSED)


def _facts(what: str, day: date) -> dict[str, list[dict[str, object]]]:
    """Everything of that name, by kind."""
    from onrecord.kb import Facts

    facts = Facts.load()
    if re.fullmatch(r"Q\d+|~.+", what):
        return {"offices": [asdict(one) for one in facts.person(what)]}
    state, body, outlet = facts.place(what), facts.body(what), facts.outlet(what)
    bodies = list(dict.fromkeys(one for one in (body, outlet) if one))
    return {
        "states": [asdict(state)] if state else [],
        "bodies": [asdict(one) for one in bodies],
        "offices": [asdict(one) for one in facts.look_up(what, day)],
        "people": [asdict(one) for one in facts.people(what, day)],
    }


def _print(found: dict[str, list[dict[str, object]]]) -> None:
    """One table a kind, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    columns = {
        "states": ("code", "name", "qid", "sense", "others"),
        "bodies": ("name", "qid", "kind", "place", "domains"),
        "offices": ("person", "qid", "title", "place", "start", "end", "as_of", "score", "fresh", "source"),
        "people": ("person", "qid", "title", "place", "start", "end", "as_of", "score", "fresh", "source"),
    }
    for kind, items in found.items():
        if not items:
            continue
        table = Table(title=kind, title_justify="left", box=None, padding=(0, 2, 0, 0), header_style="bold")
        for name in columns[kind]:
            table.add_column(name.replace("_", " "), overflow="fold")
        for item in items:
            table.add_row(*(Text(clean(_cell(name, item[name]))) for name in columns[kind]))
        console.print(table)


def _cell(name: str, value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    if name == "fresh":
        return "yes" if value else "stale"
    return "" if value is None else str(value)


def _day(on: str | None) -> date:
    if on is None:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise typer.BadParameter(f"{on!r} is no date; write 2031-04-02", param_hint="--on") from None


@contextmanager
def _outcome() -> Iterator[None]:
    """Turn what can go wrong into one line on stderr and an exit status."""
    try:
        yield
    except OnRecordError as error:
        _say(str(error))
        raise typer.Exit(REFUSED) from None


def _say(line: str) -> None:
    """One line on stderr."""
    encoding = sys.stderr.encoding or "utf-8"
    print(clean(line).encode(encoding, "replace").decode(encoding), file=sys.stderr)
