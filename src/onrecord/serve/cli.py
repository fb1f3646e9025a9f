"""``onrecord``: parse the command line, call the library, print. ``docs/cli.md`` is made from its help."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from onrecord.errors import NotFound, NotReadable, OnRecordError
from onrecord.serve.console import NOTHING_READ, SOME_NOT_READ, complain, count, outcome, say, write
from onrecord.version import __version__

if TYPE_CHECKING:
    from onrecord.types import Record

# NumPy's own threads beside the model's, for small products: the two-core rate fell from 5,700 to 3,700 words a second.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_LEDGER = (
    "add",
    "watch",
    "reread",
    "search",
    "show",
    "speaker",
    "people",
    "correct",
    "export",
    "stats",
    "check",
    "backup",
    "serve",
    "token",
)
_ELSEWHERE = {
    **dict.fromkeys(("add", "watch", "reread"), "feeding_cli"),
    **dict.fromkeys(("search", "show", "speaker", "stats"), "reading_cli"),
    **dict.fromkeys(("correct", "people", "check", "backup"), "keeping_cli"),
    "export": "export_cli",
    **dict.fromkeys(("serve", "token"), "serving_cli"),
    "kb": "kb_cli",
}
"""Commands whose modules are imported when they are called for: ``read`` starts without them."""


class _Commands(TyperGroup):
    """The commands here, and those of other modules."""

    # Any: contexts and commands are click's or typer's own copy of them, by typer's version.
    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the help."""
        return [*_LEDGER, *super().list_commands(ctx), "kb"]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"onrecord.serve.{_ELSEWHERE[cmd_name]}")
        command = typer.main.get_command(module.app)
        return command if cmd_name == "kb" else command.commands[cmd_name]  # type: ignore[attr-defined]


app = typer.Typer(
    name="onrecord",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """The console script."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"onrecord {__version__}")
        raise typer.Exit


@app.callback()
def _onrecord(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """On Record reads news articles and keeps a ledger of who said what."""


@app.command()
def read(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files (HTML, text), http(s) addresses, or - for standard input.", metavar="SOURCE"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the record as JSON; one line a record unless on a terminal.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the article with its statements marked, as one page.")
    ] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Read many: one article a line in, one record a line out. - for standard input."
        ),
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was published (ISO 8601), if you know.")
    ] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Who published it.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where it was published (nothing is fetched).")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its headline.")] = None,
    byline: Annotated[str | None, typer.Option(metavar="TEXT", help="Who wrote it.")] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from private and local addresses.")
    ] = False,
) -> None:
    """Read articles and show who said what.

    Exit status: 0 all read; 2 wrong usage, or nothing could be read; 3 some inputs or lines could not be read, and
    stderr names them; 4 the model's files are missing or damaged.
    """
    one = {"--url": url, "--title": title, "--byline": byline, "--html": html}
    every = {"--published": published, "--outlet": outlet}
    if jsonl is not None:
        _refuse("--jsonl", {"a SOURCE": sources, **one, **every})
    elif not sources:
        raise typer.BadParameter("name a SOURCE, or give --jsonl FILE", param_hint="SOURCE")
    elif len(sources) > 1:
        _refuse("more than one SOURCE", one)

    with outcome():
        if jsonl is not None:
            _read_lines(jsonl)
        else:
            known = {"url": url, "title": title, "byline": byline, "published": published, "outlet": outlet}
            _read_sources(sources or [], known, allow_private=allow_private, as_json=as_json, html=html)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from importlib.resources import files

    with outcome():
        write((files("onrecord") / "data" / "record.schema.json").read_text(encoding="utf-8"))


def _refuse(what: str, options: Mapping[str, object]) -> None:
    for name, value in options.items():
        if value:
            raise typer.BadParameter(f"cannot be used with {what}", param_hint=name)


def _read_sources(
    sources: list[str], known: dict[str, str | None], *, allow_private: bool, as_json: bool, html: Path | None
) -> None:
    from onrecord.reader import Given
    from onrecord.reading import read_many

    done = failed = 0
    for result in read_many(sources, given=Given(**known), allow_private=allow_private):
        if isinstance(result, OnRecordError):
            failed += 1
            complain(result)
            continue
        if html is not None:
            _write_page(result, html)
        if as_json:
            _write_json(result, indent=2 if sys.stdout.isatty() else None)
        elif html is None:
            _write_table(result, first=done == 0)
        done += 1
    if failed:
        raise typer.Exit(SOME_NOT_READ if done else NOTHING_READ)


def _read_lines(path: Path) -> None:
    from onrecord.reader import articles
    from onrecord.reading import read_many

    name = "standard input" if path == Path("-") else str(path)
    done = failed = 0
    with _lines(path) as lines, _progress(path) as advance:
        for result in read_many(articles(lines, name)):
            if isinstance(result, OnRecordError):
                failed += 1
                complain(result)
            else:
                done += 1
                _write_json(result, indent=None)
            advance()
    say(f"{name}: {count(done, 'record')}, {count(failed, 'line')} skipped")
    if failed:
        raise typer.Exit(SOME_NOT_READ)


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[bytes]]:
    if path == Path("-"):
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise NotFound(str(path), "no such file") from None
    except OSError as error:
        raise NotReadable(str(path), f"cannot be opened: {error.strerror}", "give a file, one article a line") from None
    with stream:
        yield stream


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[], None]]:
    """A bar on stderr, where someone may be watching it and the records go elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), redirect_stdout=False) as progress:
        task = progress.add_task("reading", total=_linecount(path))
        yield lambda: progress.advance(task)


def _linecount(path: Path) -> int | None:
    if not path.is_file():
        return None  # a pipe: how much will come is unknown
    with path.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _write_json(record: Record, indent: int | None) -> None:
    from onrecord.export.record_json import to_json

    write(to_json(record, indent) + "\n")


def _write_table(record: Record, *, first: bool) -> None:
    from rich.console import Console

    from onrecord.serve.terminal import render

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(render(record, console))
    lines = capture.get()
    if not console.is_terminal:
        lines = re.sub(" +$", "", lines, flags=re.MULTILINE)
    sys.stdout.write(lines if first else "\n" + lines)


def _write_page(record: Record, path: Path) -> None:
    from onrecord.serve.page import render

    page = render(record)
    if path == Path("-"):
        write(page)
        return
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OnRecordError(str(path), f"cannot be written: {error.strerror}", "give --html another file") from None
    say(f"{path}: {count(len(record.statements), 'statement')}")
