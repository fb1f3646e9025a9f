"""The columns of the tables, CSV and Parquet alike: one row a statement. ``docs/export.md`` lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, NamedTuple

from onrecord.export.entry import Entry
from onrecord.export.fragment import text_fragments
from onrecord.export.lines import clean
from onrecord.export.node import DAY
from onrecord.types import Party, Span

Type = Literal["text", "day", "whole", "real", "flag", "parts"]
"""``parts``: places in the order of the text, each with ``start``, ``end`` and ``text``."""


class Column(NamedTuple):
    """One column: what it is called, holds and means, and how an entry fills it. None: not known."""

    name: str
    type: Type
    meaning: str
    value: Callable[[Entry], Any]


def places(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    """The parts of something, as plain values."""
    return [{"start": span.start, "end": span.end, "text": clean(span.text)} for span in spans]


def day(text: str | None) -> date | None:
    """The day that a date begins with; None where it is not known to the day."""
    if text is None or not DAY.match(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:  # no calendar has it: the text stands beside it in a column of its own
        return None


def link(entry: Entry) -> str | None:
    """The address of the passage."""
    return text_fragments(entry.record.article, entry.passage)


def _parties(name: str) -> Callable[[Entry], str | None]:
    def words(entry: Entry) -> str | None:
        parties: tuple[Party, ...] = getattr(entry.statement, name)
        return "; ".join(party.span.text for party in parties) or None

    return words


def _article(name: str, meaning: str, column: str = "") -> Column:
    def value(entry: Entry) -> Any:
        return getattr(entry.record.article, name)

    return Column(column or name, "text", meaning, value)


def _speaker(name: str, meaning: str, column: str = "") -> Column:
    def value(entry: Entry) -> Any:
        speaker = entry.statement.speaker
        return None if speaker is None else getattr(speaker, name)

    return Column(column or name, "text", meaning, value)


def _role(name: str, meaning: str) -> tuple[Column, ...]:
    """Four columns for source, cue or content: the words, from where to where, and the parts."""

    def spans(entry: Entry) -> tuple[Span, ...]:
        found: tuple[Span, ...] = getattr(entry.statement, name)
        return found

    return (
        Column(name, "text", meaning, lambda entry: getattr(entry.statement, f"{name}_text") or None),
        Column(f"{name}_start", "whole", "first character of its first part", lambda e: _start(spans(e))),
        Column(f"{name}_end", "whole", "one past the last character of its last part", lambda e: _end(spans(e))),
        Column(f"{name}_parts", "parts", "its parts, each with `start`, `end` and `text`", lambda e: places(spans(e))),
    )


def _start(spans: tuple[Span, ...]) -> int | None:
    return min((span.start for span in spans), default=None)


def _end(spans: tuple[Span, ...]) -> int | None:
    return max((span.end for span in spans), default=None)


def _said(entry: Entry, name: str) -> str | None:
    return getattr(entry.statement.said_on, name) if entry.statement.said_on else None


COLUMNS: tuple[Column, ...] = (
    Column("id", "text", "the ledger's id of the statement; unique and stable", lambda e: e.id),
    Column("statement", "text", "its id within the article's record", lambda e: e.statement.id),
    Column("parent", "text", "`statement` of the one that it lies within", lambda e: e.statement.parent),
    _article("id", "the article's id", "article"),
    _article("url", "where the article was published"),
    _article("outlet", "who published it"),
    _article("title", "its headline"),
    _article("byline", "who wrote it"),
    _article("published", "when it was published, ISO 8601 at the precision known"),
    Column(
        "published_day", "day", "the day of it, where it is known to the day", lambda e: day(e.record.article.published)
    ),
    _article("language", "BCP 47 tag of its language"),
    _speaker("name", "who said it, by the best name that the article gives", "speaker"),
    Column("person", "text", "the ledger's id of the speaker across articles", lambda e: e.person),
    _speaker("qid", "the speaker's Wikidata item"),
    _speaker("office", "the office they held on the article's day"),
    _speaker("organisation", "whom they held it in or spoke for"),
    _speaker("country", "ISO 3166-1 alpha-2 code, else the country's name"),
    *_role("source", "who said it, in the article's words at that place; several parts are joined by “ … ”"),
    *_role("cue", "the reporting expression"),
    *_role("content", "what was said, in the article's words"),
    Column("kind", "text", "`direct`, `indirect` or `mixed`", lambda e: e.statement.kind),
    Column("act", "text", "`assert`, `deny` … as in [the schema](schema.md#statement)", lambda e: e.statement.act),
    Column("addressee", "text", "to whom it was said; several are joined by “; ”", _parties("addressee")),
    Column("venue", "text", "where it was said or written; several are joined by “; ”", _parties("venue")),
    Column("said_start", "day", "the first day on which it may have been said", lambda e: day(_said(e, "start"))),
    Column("said_end", "day", "the day after the last: the interval is half-open", lambda e: day(_said(e, "end"))),
    Column("said_value", "text", "the same as TIMEX3 writes it: `2031-W14`", lambda e: _said(e, "value")),
    Column("confidence", "real", "0 to 1; of all given 0.9, nine in ten are right", lambda e: e.statement.confidence),
    Column("status", "text", "`open`, `accepted` or `rejected`, as people have judged it", lambda e: e.status),
    Column("corrected", "flag", "whether people have changed it", lambda e: e.corrected),
    Column("outlets", "whole", "how many outlets carried it, this one included", lambda e: e.outlets),
    Column("first_outlet", "text", "which of them had it first", lambda e: e.first_outlet),
    Column("link", "text", "the address of the passage, with a text fragment", link),
    Column("model", "text", "which model found it", lambda e: e.record.model.name),
    Column("model_version", "text", "and of which version", lambda e: e.record.model.version),
)  # fmt: skip
