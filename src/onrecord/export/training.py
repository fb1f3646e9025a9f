"""Corrections as training data, in the form in which ``train/`` reads PolNeAR: one article a line.

``doc, annotator, publisher, published, title, text, attributions[{source, cue, content}], discard``: each role a list
of
``[start, end)`` in code points of ``text``. ``discard`` holds the paragraphs in which nobody has looked at a statement:
training learns nothing from them, since what is missing there is not known to be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Protocol

from onrecord.export.entry import Entry
from onrecord.export.lines import TextSink, write_lines


class Names(Protocol):
    """Tells who corrected a statement, by its id."""

    def __call__(self, statement: str) -> list[str]:
        """Their names."""


def write_training(entries: Iterable[Entry], stream: TextSink, names: Names) -> int:
    """A line for each article of which somebody has corrected, accepted or rejected a statement; how many."""
    return write_lines(training(entries, names), stream)


def training(entries: Iterable[Entry], names: Names) -> Iterator[dict[str, Any]]:
    """The same as dictionaries. ``entries``: all statements, those of an article one after the other."""
    for article, group in groupby(entries, lambda entry: entry.record.article):
        found = list(group)
        looked_at = [entry for entry in found if entry.corrected or entry.status != "open"]
        if not looked_at:
            continue
        right = [entry for entry in looked_at if entry.status != "rejected"]
        yield {
            "doc": article.id,
            "annotator": ", ".join(sorted({name for entry in looked_at for name in names(entry.id)})),
            "publisher": article.outlet,
            "published": article.published,
            "title": article.title,
            "text": article.text,
            "attributions": [
                {role: [[part.start, part.end] for part in getattr(entry.statement, role)] for role in ROLES}
                for entry in right
            ],
            "discard": _not_looked_at(article.text, looked_at),
        }


ROLES = ("source", "cue", "content")


def _not_looked_at(text: str, looked_at: Iterable[Entry]) -> list[list[int]]:
    """The paragraphs in which no statement lies that somebody has looked at."""
    places = [span for entry in looked_at for role in ROLES for span in getattr(entry.statement, role)]
    found = []
    start = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        if paragraph.strip() and not any(span.start < end and start < span.end for span in places):
            found.append([start, end])
        start = end + 2
    return found
