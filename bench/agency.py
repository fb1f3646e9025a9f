"""Varied agency prose by the million: records of invented articles, made without running the model.

    python -m bench.agency --statements N --seed S

prints them as JSONL. ``bench.agency_pages.pages`` gives such articles as web pages, ``bench.agency_queries.queries``
searches over them. The prose is in the manner of wire copy and in the proportions that the pipeline finds in
PolNeAR's training part; what a record says of its article is true by construction, for text and record are written
together. Everything is settled by the seed. Articles are made one after another and only a few are held, so that
memory stays flat.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from random import Random
from typing import Any

from bench.agency_record import copy, record
from bench.agency_text import Written, write
from onrecord.types import Record

COPIES = 0.08  # share of articles that another outlet printed before
KEPT = 12  # articles that may still be copied …
TAKEN = 0.05  # … and the share of articles that come to be among them: agency copy is taken over within days


def records(count_of_statements: int, seed: int) -> Iterator[Record]:
    """Records, until they hold at least this many statements: the last one is whole."""
    held = 0
    for one in _stream(seed):
        if held >= count_of_statements:
            return
        held += len(one.statements)
        yield one


def articles(count_of_articles: int, seed: int) -> Iterator[dict[str, Any]]:
    """The same articles as ``records`` gives, as lines of JSONL for ``onrecord add``."""
    for one in islice(_stream(seed), count_of_articles):
        article = one.article
        yield {
            "id": article.id,
            "url": article.url,
            "outlet": article.outlet,
            "title": article.title,
            "byline": article.byline,
            "published": article.published,
            "text": article.text,
        }


def _stream(seed: int) -> Iterator[Record]:
    rng = Random(seed)
    recent: deque[Written] = deque(maxlen=KEPT)
    for number in count(1):
        with _uncollected():
            made = _next(rng, recent, number)
        yield made


def _next(rng: Random, recent: deque[Written], number: int) -> Record:
    if recent and rng.random() < COPIES:
        return copy(recent[int(rng.random() * len(recent))], number, rng)
    written = write(rng, number)
    if rng.random() < TAKEN:
        recent.append(written)
    return record(written, rng)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cyclic garbage collector from running while an article is made.

    Nothing in one is cyclic, and going through its thousands of parts five times took half of the time.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def main() -> None:
    """Print records as JSONL."""
    from onrecord.export.record_json import to_json

    ask = argparse.ArgumentParser(prog="python -m bench.agency", description="Records of invented articles, as JSONL.")
    ask.add_argument("--statements", type=int, default=1_000, metavar="N", help="at least this many in all (1,000)")
    ask.add_argument("--seed", type=int, default=1, metavar="S", help="another seed gives other articles (1)")
    given = ask.parse_args()
    for one in records(given.statements, given.seed):
        sys.stdout.write(to_json(one) + "\n")


if __name__ == "__main__":
    main()
