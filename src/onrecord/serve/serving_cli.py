"""``onrecord serve`` and ``token``: the desk, and who may use one that others can reach."""

from __future__ import annotations

import getpass
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.errors import NotOnRecord
from onrecord.serve.console import NOT_FOUND, count, outcome, say, write
from onrecord.serve.options import DB, AllowPrivate, Db, Json

if TYPE_CHECKING:
    from onrecord.store.tokens import Token

app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def serve(
    db: Db = DB,
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0: any that is free.")] = 8000,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; others than this machine need a token.")
    ] = "127.0.0.1",
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing can be changed; nobody signs in.")] = False,
    tokens: Annotated[bool, typer.Option("--tokens", help="Whoever comes shows a token, on this machine too.")] = False,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who corrects where nobody signs in; your login name without it.")
    ] = None,
    allow_private: AllowPrivate = False,
    largest_upload: Annotated[int, typer.Option(metavar="MB", min=1, max=4096, help="What one may add at once.")] = 32,
    changes_a_minute: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many changes one person may make; 0: any number.")
    ] = 120,
    host_name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name that the desk answers to; can be repeated.")
    ] = None,
    behind_proxy: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where the proxy before the desk is, whose X-Forwarded headers are true."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the desk in your browser.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request, not only changes and faults.")] = False,
) -> None:
    """Serve the desk: read, search and correct in the browser, and an API for everything.

    Prints its address, and stops on Ctrl-C or SIGTERM. Whoever can reach it at 127.0.0.1 may do everything; at any
    other address whoever comes shows a token (`onrecord token add`), or it is --read-only.

    Exit status: 0 stopped; 2 it cannot be served: the port is taken, the ledger cannot be used, there is no token.
    """
    with outcome():
        from onrecord.serve.desk.server import serve as run
        from onrecord.serve.desk.settings import Settings

        settings = Settings(
            db=db,
            host=host,
            port=port,
            by=by or os.environ.get("ONRECORD_BY") or getpass.getuser(),
            read_only=read_only,
            tokens=tokens,
            allow_private=allow_private,
            largest_upload=largest_upload * 1_000_000,
            changes_a_minute=changes_a_minute,
            host_names=tuple(host_name or ()),
            proxy=behind_proxy,
        )

        def listening(address: str) -> None:
            write(f"On Record is at {address}/ – {db}{', read-only' if read_only else ''} (Ctrl-C stops it)\n")
            sys.stdout.flush()
            if open_:
                import webbrowser
                from threading import Thread

                Thread(target=webbrowser.open, args=[address], daemon=True).start()  # some browsers return when closed

        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
        run(settings, verbose=verbose, listening=listening)


token_app = typer.Typer(
    help="Say who may use a desk that others can reach.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(token_app, name="token")


@token_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom it is for; their corrections bear this name.")],
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="reader (looks), reviewer (corrects and adds) or admin.")
    ] = "reviewer",
    days: Annotated[int | None, typer.Option(metavar="N", help="Good for so many days; without it, for ever.")] = None,
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Make a token, and print it: this once, for it is kept nowhere.

    Exit status: 0 made; 2 not.
    """
    from onrecord.store import tokens
    from onrecord.store.writer import Writer

    with outcome():
        with Writer(db) as writer, writer.transaction() as connection:
            made, secret = tokens.add(connection, name, role, days)
        write((json.dumps(asdict(made) | {"token": secret}, ensure_ascii=False) if as_json else secret) + "\n")
        until = f"until {made.expires[:10]}" if made.expires else "until it is revoked"
        say(f"token {made.id} for {made.name}, {made.role}, good {until}; it is shown only now")


@token_app.command("list")
def list_(db: Db = DB, as_json: Json = False) -> None:
    """List the tokens: for whom, which role, until when. Their texts are kept nowhere."""
    from contextlib import closing

    from onrecord.store import tokens
    from onrecord.store.connection import explained, open_reader

    with outcome():
        with closing(open_reader(db)) as ledger, explained(str(db)):
            found = tokens.every(ledger)
        write("".join(f"{_told(one, as_json=as_json)}\n" for one in found))
        if not found and not as_json:
            say(f"{db}: no tokens; `onrecord token add NAME` makes one")


@token_app.command()
def revoke(
    which: Annotated[str, typer.Argument(metavar="N|NAME", help="Its number, or a name: all that were given to them.")],
    db: Db = DB,
    as_json: Json = False,
) -> None:
    """Make a token good no longer, at once, also where somebody is signed in with it.

    Exit status: 0 done; 1 there is no token of that number or name; 2 the ledger cannot be used.
    """
    from contextlib import closing

    from onrecord.store import tokens
    from onrecord.store.connection import open_reader
    from onrecord.store.writer import Writer

    with outcome():
        with closing(open_reader(db)):
            pass  # a ledger that is not there is not made to find nothing in it
        try:
            with Writer(db) as writer, writer.transaction() as connection:
                done = tokens.revoke(connection, which)
        except NotOnRecord as error:
            say(str(error))
            raise typer.Exit(NOT_FOUND) from None
        write("".join(f"{_told(one, as_json=as_json)}\n" for one in done))
        if not as_json:
            say(f"{count(len(done), 'token')} revoked" if done else f"{which}: was good no longer")


def _told(one: Token, *, as_json: bool) -> str:
    from onrecord.store.tokens import now

    if as_json:
        return json.dumps(asdict(one), ensure_ascii=False)
    state = one.over(now()) or (f"good until {one.expires[:10]}" if one.expires else "good until it is revoked")
    return f"{one.id}  {one.name}, {one.role}: made on {one.made[:10]}, {state}"
