"""``onrecord add``, ``watch`` and ``reread``: articles into the ledger."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.errors import BadQuery, NotFound, OnRecordError
from onrecord.serve.console import INTERRUPTED, NOTHING_READ, SOME_NOT_READ, count, outcome, say, write
from onrecord.serve.options import DB, AllowPrivate, Db, Json

if TYPE_CHECKING:
    from onrecord.adding import Added, Progress
    from onrecord.intake import Item, Options
    from onrecord.store import Writer
    from onrecord.types import Article

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})

Processes = Annotated[
    int, typer.Option(metavar="N", min=0, max=256, help="Processes that read; as many as cores without it.")
]


@app.command()
def add(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Files, folders, patterns, addresses, or - for standard input: HTML, text, JSONL, CSV, Parquet, feeds,"
            " OPML, sitemaps, web archives (WARC), zip archives, records of `onrecord read --json`.",
        ),
    ] = None,
    db: Db = DB,
    as_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="What the sources are, whatever their endings say.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACT=NAME", help="Which key or column is which fact: --field text=body --field published=date."
        ),
    ] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Who published all of them.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="When all of them were published.")] = None,
    processes: Processes = 0,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what could not be read before.")] = False,
    allow_private: AllowPrivate = False,
    as_json: Json = False,
) -> None:
    """Put articles on record.

    What is in the ledger already is passed over, so that the same command goes on where it was interrupted. What cannot
    be read is named on standard error, with the reason, and noted in the ledger: `onrecord add --retry` tries it again.

    Exit status: 0 all is on record; 2 wrong usage, or the ledger cannot be used; 3 some could not be read; 130
    interrupted.
    """
    from onrecord.intake import Options, items
    from onrecord.reader import Given

    if not sources and not retry:
        raise typer.BadParameter("name a SOURCE, or give --retry", param_hint="SOURCE")
    with outcome():
        options = Options(
            fields=_fields(field or []),
            given=Given(outlet=outlet, published=published),
            allow_private=allow_private,
            format=as_format,
        )
        with _writer(db) as writer:
            writer.begin("add")
            failed = _failed(db) if retry else iter(())
            _run(
                writer, chain(failed, items(sources or [], options)), processes=processes, options=options,
                again=retry, as_json=as_json,
            )  # fmt: skip


@app.command()
def reread(
    db: Db = DB,
    everything: Annotated[
        bool, typer.Option("--all", help="Also articles that this version's model has read already.")
    ] = False,
    processes: Processes = 0,
    as_json: Json = False,
) -> None:
    """Read the articles of the ledger anew, with this version's model.

    Statements that stay the same keep their ids, and all corrections are kept.

    Exit status: 0 done; 2 the ledger cannot be used; 3 some could not be read; 130 interrupted.
    """
    from onrecord.intake import Options

    with outcome():
        if not db.exists():
            raise NotFound(str(db), "no such ledger", "make one with `onrecord add`, or name it with --db FILE")
        with _writer(db) as writer:
            writer.begin("reread")
            _run(writer, _read_before(db, everything=everything), processes=processes, options=Options(), again=False,
                 as_json=as_json)  # fmt: skip


@app.command()
def watch(
    feeds: Annotated[list[str], typer.Argument(metavar="FEED", help="Addresses of feeds, or OPML lists of them.")],
    db: Db = DB,
    every: Annotated[str, typer.Option(metavar="TIME", help="How often each is polled: 15m, 2h, 1d.")] = "15m",
    rounds: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop after so many rounds; until Ctrl-C without it.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="WORDS", help="How site owners can reach you; told to their servers.")
    ] = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Poll feeds and put new articles on record, politely.

    robots.txt is obeyed, a server is asked at most every two seconds, and one that says it is busy is left alone.

    Exit status: 0 all rounds done; 2 wrong usage, or the ledger cannot be used; 130 interrupted.
    """
    from onrecord.adding import add as add_all
    from onrecord.intake.polite import Polite
    from onrecord.intake.watched import Watch, parse_every
    from onrecord.intake.watching import watch as watch_feeds
    from onrecord.store.remembering import Remembering

    with outcome(), _writer(db) as writer:
        seconds = parse_every(every)
        writer.begin("watch")

        def take(found: Iterable[Item | OnRecordError]) -> None:
            for one in add_all(writer, found, processes=1, allow_private=allow_private):
                _tell(one)

        with Polite(allow_private=allow_private, contact=contact) as polite:
            try:
                for done in watch_feeds(
                    feeds, Watch(seconds, rounds), memory=Remembering(writer), polite=polite, take=take
                ):
                    for error in done.errors:
                        say(str(error))
                    if done.polled:
                        say(
                            f"{done.feed}: {count(done.new, 'new article')}, {done.known:,} known, {done.later:,} later"
                        )
            except KeyboardInterrupt:
                say("interrupted; what was taken is on record, the same command goes on")
                raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _writer(db: Path) -> Iterator[Writer]:
    from onrecord.store import Writer
    from onrecord.store.vectors import vectors_of

    with Writer(db, vectors_of) as writer:
        yield writer


def _fields(given: list[str]) -> Any:
    from dataclasses import fields

    from onrecord.intake import Fields

    known = [one.name for one in fields(Fields)]
    named = {}
    for pair in given:
        fact, equals, name = pair.partition("=")
        if not equals or fact not in known or not name:
            raise BadQuery(
                f"--field {pair}", f"is not FACT=NAME with one of {', '.join(known)}", "as in --field text=body"
            )
        named[fact] = name
    return Fields(**named)


def _failed(db: Path) -> Iterator[Item]:
    """What failed before and was kept, so that it can be tried again."""
    from onrecord.adding import thaw
    from onrecord.store import View
    from onrecord.store.vectors import vector_of

    with View(db, vector_of) as view:
        failures = view.failures()
    for one in failures:
        if one.item is None:
            say(f"{one.name}: was not kept ({one.reason}); add {one.source or 'its source'} again")
        else:
            yield thaw(one.item)


def _read_before(db: Path, *, everything: bool) -> Iterator[Article]:
    """The current articles, those by this version's model left out unless all are wanted."""
    from onrecord.model import load
    from onrecord.store import View
    from onrecord.store.vectors import vector_of

    known = load().info
    with View(db, vector_of) as view:
        for record in view.records(as_read=True):
            if everything or record.model != known:
                yield record.article


def _run(
    writer: Writer,
    work: Iterable[Item | Article | OnRecordError],
    *,
    processes: int,
    options: Options,
    again: bool,
    as_json: bool,
) -> None:
    from onrecord.adding import Progress
    from onrecord.adding import add as add_all

    progress = Progress()
    stopped = False
    try:
        with _bar() as show:
            for one in add_all(writer, work, processes=processes, allow_private=options.allow_private, again=again):
                progress.count(one)
                _tell(one)
                show(progress)
    except KeyboardInterrupt:
        stopped = True
    told = _summary(progress)
    if as_json:
        counts = {**progress.outcomes, "passed_over": progress.passed_over, "failed": progress.failed}
        write(json.dumps({"articles": counts, "statements": progress.statements, "interrupted": stopped}) + "\n")
    if stopped:
        say(f"{writer.path}: interrupted; {told}; run the same command to go on")
        raise typer.Exit(INTERRUPTED)
    say(f"{writer.path}: {told}")
    if progress.failed:
        raise typer.Exit(SOME_NOT_READ if progress.done > progress.failed else NOTHING_READ)


def _tell(one: Added) -> None:
    if one.problem is not None:
        say(one.problem if one.problem.startswith(one.name) else f"{one.name}: {one.problem}")


TOLD = {
    "added": "added",
    "changed": "changed since, kept as new versions",
    "older": "older versions of those there",
    "unchanged": "there already",
    "reread": "read anew",
    "kept": "left as a newer model read them",
}


def _summary(progress: Progress) -> str:
    parts = [
        f"{count(progress.outcomes[name], 'article')} {words}"
        for name, words in TOLD.items()
        if progress.outcomes[name]
    ]
    if progress.statements:
        parts.append(count(progress.statements, "statement"))
    if progress.passed_over:
        parts.append(f"{count(progress.passed_over, 'input')} passed over, dealt with before")
    if progress.failed:
        parts.append(f"{progress.failed:,} could not be read (`onrecord add --retry` tries again)")
    return ", ".join(parts) or "nothing to do"


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """How far it has come, on stderr, where someone may be watching."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), redirect_stdout=False) as bar:
        task = bar.add_task("reading …", total=None)

        def show(progress: Progress) -> None:
            done, spent = progress.done, bar.tasks[0].elapsed or 0.0
            rate = f", {done / spent:.1f} a second" if spent > 1 else ""
            failed = f", {progress.failed:,} failed" if progress.failed else ""
            bar.update(
                task, description=f"{count(done, 'article')}, {count(progress.statements, 'statement')}{failed}{rate}"
            )

        yield show
