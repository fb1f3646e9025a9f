"""A process that reads by one rule in place of the model, and does what a word in the article tells it to."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import by_rule

from onrecord.intake import Item
from onrecord.reader import Given
from onrecord.types import Article, Record

TOWNS = ("Northreach", "Skerry", "Ostwick", "Brandholm", "Lorne", "Vestmark", "Tarn", "Ullgate")
THINGS = ("ferry", "pier", "lighthouse", "school", "mail boat", "harbour wall", "fish market", "weather station")


def prose(number: int, also: str = "") -> str:
    """An article with one statement, different from all others in most of its words."""
    town, thing = TOWNS[number % 8], THINGS[number // 8 % 8]
    return (
        f"The council of {town} met for the {number}th time on Tuesday to decide what should become of the {thing}, "
        f"which was closed {number + 2} years ago after a storm and has been empty ever since. {also}\n\n"
        f"“We will keep the {thing} of {town} for another {number + 3} winters,” said Mara Lindqvist, who chairs it. "
        f"Nobody else who came to meeting number {number} wanted to speak about the {thing} in public."
    )


def item(number: int, also: str = "", **fields: Any) -> Item:
    given = Given(id=f"a{number}", outlet="Northreach Courier", published="2031-04-02")
    return Item(f"article {number}", "tests", "text", prose(number, also).encode(), given, **fields)


def extract_many(articles: Iterable[Article], model: Any) -> Iterator[Record]:
    for article in articles:
        if "FAULT" in article.text:
            raise ZeroDivisionError("on purpose")
        if "MURDER" in article.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "SLOW" in article.text:
            time.sleep(0.2)
        if "ASLEEP" in article.text:
            time.sleep(600)
        yield by_rule.extract(article, model)


def install() -> None:
    """Read by the rule in this process, from now on."""
    from search.making import embed

    import onrecord.model
    from onrecord.adding.worker import Reader
    from onrecord.store import vectors

    sys.modules["onrecord.pipeline"] = SimpleNamespace(extract_many=extract_many)  # type: ignore[assignment]
    onrecord.model.load = lambda *_, **__: by_rule  # type: ignore[assignment]
    vectors.vectors_of = embed
    Reader.load = lambda self: None  # type: ignore[method-assign]


def serve(pipe: Connection, allow_private: bool, spacing: float) -> None:
    from onrecord.adding import worker

    install()
    worker.serve(pipe, allow_private, spacing)


def serve_without_model(pipe: Connection, allow_private: bool, spacing: float) -> None:
    from onrecord.adding import worker
    from onrecord.adding.worker import Reader
    from onrecord.errors import ModelError

    def load(_: Reader) -> None:
        raise ModelError("weights", "cannot be loaded", "reinstall onrecord")

    Reader.load = load  # type: ignore[method-assign]
    worker.serve(pipe, allow_private, spacing)


def serve_broken(pipe: Connection, allow_private: bool, spacing: float) -> None:
    os._exit(7)
