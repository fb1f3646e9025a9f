"""``onrecord correct``, ``people``, ``export``, ``check`` and ``backup``: the ledger kept right, and taken out."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.errors import BadCorrection, NotOnRecord
from onrecord.serve.console import NOT_FOUND, count, outcome, say, write
from onrecord.serve.options import DB, Db, Json

if TYPE_CHECKING:
    from onrecord.store import Correction

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})

By = Annotated[str | None, typer.Option(metavar="NAME", help="Who decides; your login name without it.")]
Why = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")]
Spans = Annotated[
    str | None, typer.Option(metavar="A:B,…", help="Characters of the article's text, as `show` gives them.")
]


@app.command()
def correct(
    statement: Annotated[str, typer.Argument(metavar="ID", help="The statement's id, as `search` and `show` give it.")],
    accept: Annotated[bool, typer.Option("--accept", help="It is right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="It is wrong: searches leave it out.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Neither.")] = False,
    speaker: Annotated[
        str | None,
        typer.Option(metavar="NAME|eN", help="Who said it: a name, an entity of the record; none: not named."),
    ] = None,
    qid: Annotated[str | None, typer.Option(metavar="Q…", help="With --speaker: the Wikidata item.")] = None,
    office: Annotated[str | None, typer.Option(metavar="TEXT", help="With --speaker: the office.")] = None,
    said_on: Annotated[
        str | None, typer.Option(metavar="DAY[/DAY]", help="On which day, or from which to which; none: not told.")
    ] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="direct, indirect or mixed.")] = None,
    act: Annotated[str | None, typer.Option(metavar="ACT", help="assert, deny, promise …")] = None,
    source: Spans = None,
    cue: Spans = None,
    content: Spans = None,
    addressee: Spans = None,
    venue: Spans = None,
    undo: Annotated[
        int | None, typer.Option(metavar="N", help="Take correction N back; 0: the last that is in force.")
    ] = None,
    after: Annotated[
        int | None, typer.Option(metavar="N", help="Refuse if there is a correction after N, made meanwhile.")
    ] = None,
    by: By = None,
    why: Why = None,
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Correct a statement. What was read stays; corrections are appended, and can be undone.

    Exit status: 0 corrected; 1 there is no statement of that id; 2 the correction does not fit, or meets another.
    """
    from onrecord.store import Ledger

    with outcome():
        asked = _asked(locals())
        if not asked:
            raise BadCorrection(
                statement, "nothing to correct was named", "`onrecord correct --help` lists what can be"
            )
        made: list[Correction] = []
        with Ledger(db) as ledger:
            try:
                key = ledger.view.statement(statement).entry.id
            except NotOnRecord as error:
                say(str(error))
                raise typer.Exit(NOT_FOUND) from None
            for at, (field, value) in enumerate(asked):
                last = after if at == 0 else made[-1].id
                made.append(
                    ledger.writer.correct(key, field, value, by=_by(by), why=why, after=last)  # type: ignore[arg-type]
                )
        for one in made:
            value = json.dumps(one.value, ensure_ascii=False)
            told = f"correction {one.id}: {one.field} → {value}, by {one.by}"
            write((json.dumps(asdict(one), ensure_ascii=False) if as_json else told) + "\n")


def _asked(given: dict[str, Any]) -> list[tuple[str, Any]]:
    """The corrections that the options ask for. Raises BadCorrection."""
    asked: list[tuple[str, Any]] = []
    statuses = [name for name in ("accept", "reject", "reopen") if given[name]]
    if len(statuses) > 1:
        raise BadCorrection(" and ".join(f"--{name}" for name in statuses), "cannot both be", "choose one")
    if statuses:
        asked.append(("status", {"accept": "accepted", "reject": "rejected", "reopen": "open"}[statuses[0]]))
    if given["speaker"] is not None:
        asked.append(("speaker", _speaker(given["speaker"], given["qid"], given["office"])))
    elif given["qid"] or given["office"]:
        raise BadCorrection("--qid and --office", "say more of a speaker who was not named", "give --speaker too")
    if given["said_on"] is not None:
        asked.append(("said_on", _days(given["said_on"])))
    asked += [(name, given[name]) for name in ("kind", "act") if given[name] is not None]
    for name in ("source", "cue", "content", "addressee", "venue"):
        if given[name] is not None:
            asked.append((name, _places(name, given[name])))
    if given["undo"] is not None:
        asked.append(("undo", given["undo"] or None))
    return asked


def _speaker(name: str, qid: str | None, office: str | None) -> Any:
    if name == "none":
        return None
    if name[:1] in "ec" and name[1:].isdecimal():
        return name
    return {"name": name} | ({"qid": qid} if qid else {}) | ({"office": office} if office else {})


def _days(text: str) -> dict[str, str] | None:
    """``DAY`` or ``DAY/DAY``, the last included, as ``[start, end)``."""
    if text == "none":
        return None
    first, _, last = text.partition("/")
    try:
        end = date.fromisoformat(last or first) + timedelta(days=1)
    except ValueError:
        raise BadCorrection(f"--said-on {text}", "is neither DAY nor DAY/DAY", "write 2031-04-02") from None
    return {"start": first, "end": end.isoformat()}


def _places(name: str, text: str) -> list[list[int]]:
    if text == "none":
        return []
    try:
        pairs = [pair.partition(":") for pair in text.split(",")]
        return [[int(start), int(end)] for start, _, end in pairs]
    except ValueError:
        raise BadCorrection(f"--{name} {text}", "is no list of A:B", "write 120:184, or 120:150,160:184") from None


def _by(name: str | None) -> str:
    return name or os.environ.get("ONRECORD_BY") or getpass.getuser()


people_app = typer.Typer(
    help="Say who is one person across articles and who is not, and take it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(people_app, name="people")


@people_app.command()
def join(
    a: Annotated[
        str, typer.Argument(metavar="KEY", help="A person's or a profile's key, as `onrecord speaker` shows it.")
    ],
    b: Annotated[str, typer.Argument(metavar="KEY")],
    by: By = None,
    why: Why = None,
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Say that two are one."""
    _judge("join", a, b, by=by, why=why, db=db, as_json=as_json)


@people_app.command()
def split(
    a: Annotated[str, typer.Argument(metavar="KEY", help="A profile's key, as `onrecord speaker` shows it.")],
    b: Annotated[str, typer.Argument(metavar="KEY")],
    by: By = None,
    why: Why = None,
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Say that two are not one."""
    _judge("split", a, b, by=by, why=why, db=db, as_json=as_json)


def _judge(kind: str, a: str, b: str, *, by: str | None, why: str | None, db: Path, as_json: bool) -> None:
    from onrecord.store import Ledger

    with outcome(), Ledger(db) as ledger:
        number = ledger.writer.judge(kind, a, b, by=_by(by), why=why)  # type: ignore[arg-type]
        told = {"judgement": number, "kind": kind, "a": a, "b": b}
        write(json.dumps(told) + "\n" if as_json else f"judgement {number}: {kind} {a} {b}\n")


@people_app.command("undo")
def undo_(
    number: Annotated[int, typer.Argument(metavar="N", help="The judgement's number.")],
    by: By = None,
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Take a judgement back."""
    from onrecord.store import Ledger

    with outcome(), Ledger(db) as ledger:
        ledger.writer.undo_judgement(number, by=_by(by))
        told = {"judgement": number, "undone": True}
        write(json.dumps(told) + "\n" if as_json else f"judgement {number} no longer holds\n")


@people_app.command()
def judgements(db: Db = DB, as_json: Json = False) -> None:
    """List what was decided, by whom and why."""
    from onrecord.store import Ledger

    with outcome(), Ledger(db) as ledger:
        for one in ledger.view.judgements():
            if as_json:
                write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
            else:
                state = ", no longer holds" if one.undone else ""
                why = f" ({one.why})" if one.why else ""
                write(f"{one.id}  {one.at} {one.by}: {one.kind} {one.a} {one.b}{state}{why}\n")


@app.command()
def check(
    db: Db = DB,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make the indexes anew, and all else that is derived.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that everything in the ledger agrees: spans, keys, indexes, vectors, models.

    Exit status: 0 all agrees; 1 something does not, and standard output names it; 2 the ledger cannot be used.
    """
    from onrecord.store.check import check as check_all
    from onrecord.store.check import check_words
    from onrecord.store.check import repair as repair_all
    from onrecord.store.vectors import vectors_of

    with outcome():
        if repair:
            with _bar("making anew") as tell:
                repair_all(str(db), vectors_of, tell)
        with _bar("checking") as tell:
            problems = list(check_all(str(db), tell))
        if os.access(db, os.W_OK):
            problems += check_words(str(db))
        if as_json:
            write(json.dumps([asdict(one) for one in problems], ensure_ascii=False) + "\n")
        else:
            write("".join(f"{one}{' (--repair puts it right)' if one.mendable else ''}\n" for one in problems))
            say(f"{db}: {count(len(problems), 'problem') if problems else 'all agrees'}")
    if problems:
        raise typer.Exit(NOT_FOUND)


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; it must not be there yet.")],
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Copy the ledger, whole as it is at one moment, while others may read and write it."""
    from onrecord.store.backup import backup as copy

    with outcome():
        size = copy(db, to)
        if as_json:
            write(json.dumps({"file": str(to), "bytes": size}) + "\n")
        else:
            say(f"{to}: {size:,} bytes")


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), redirect_stdout=False) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
