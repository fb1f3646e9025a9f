"""What all commands share: words to standard output and standard error, and what an error means for the exit status."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from onrecord.errors import ModelError, OnRecordError

NOTHING_READ = 2
"""Exit status: a wrong command line, or an input that cannot be read at all; nothing was done."""
SOME_NOT_READ = 3
"""Exit status: some inputs (or lines) could not be read; all the others were."""
NO_MODEL = 4
"""Exit status: the model's files are missing or damaged."""
NOT_FOUND = 1
"""Exit status: there is nothing of that name, or something is wrong with what was checked."""
INTERRUPTED = 130
"""Exit status: Ctrl-C; what a shell gives for SIGINT."""
BROKEN_PIPE = 141
"""Exit status: the reader of the output went away; what a shell gives for SIGPIPE."""

ESCAPES = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""What a file name or an article could use to draw over the terminal from inside an error message."""


@contextmanager
def outcome() -> Iterator[None]:
    """Turn what can go wrong into one line on stderr and an exit status."""
    try:
        yield
        sys.stdout.flush()
    except ModelError as error:
        complain(error)
        raise typer.Exit(NO_MODEL) from None
    except OnRecordError as error:
        complain(error)
        raise typer.Exit(NOTHING_READ) from None
    except BrokenPipeError:
        # Whatever is still in the buffer is flushed on the way out, to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(BROKEN_PIPE) from None


def write(text: str) -> None:
    """Text to stdout, in UTF-8 whatever the locale."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def count(number: int, thing: str) -> str:
    """A number with its noun: "1 record", "2,000 records", "2 entries"."""
    many = thing[:-1] + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {thing if number == 1 else many}"


def complain(error: OnRecordError) -> None:
    """An error as one line on stderr."""
    say(str(error))


def say(line: str) -> None:
    """One line on stderr."""
    line = ESCAPES.sub("\ufffd", line)
    encoding = sys.stderr.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), file=sys.stderr)
