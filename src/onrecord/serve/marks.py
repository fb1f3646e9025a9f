"""Where a record's statements lie in its text, cut so that a view can draw them: flat, in order, no overlap."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from onrecord.types import Article, Record, Span, Statement

Role = Literal["source", "cue", "content", "addressee", "venue"]
ROLES: tuple[Role, ...] = ("source", "cue", "content", "addressee", "venue")
"""The fields of a statement that are shown in place. The speaker's evidence is not: it may be anywhere, for many."""

Other = Literal["when", "figure"]
"""What else is marked: time expressions and figures."""

BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
"""What parts two paragraphs of ``Article.text``."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of one field of one statement, or one time expression or figure.

    ``number`` counts from 1 the statements, whens or figures of the record.
    """

    number: int
    role: Role | Other
    span: Span


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters ``[start, end)`` of the text that all carry the same marks, outermost first."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def marks(record: Record) -> list[Mark]:
    """Every part of every statement, in order."""
    return in_order(
        Mark(number, role, span)
        for number, statement in enumerate(record.statements, start=1)
        for role in ROLES
        for span in parts(statement, role)
    )


def side_marks(record: Record) -> list[Mark]:
    """Every time expression and every figure, in order."""
    whens = [Mark(number, "when", when.span) for number, when in enumerate(record.whens, start=1)]
    figures = [Mark(number, "figure", figure.span) for number, figure in enumerate(record.figures, start=1)]
    return in_order([*whens, *figures])


def in_order(found: Iterable[Mark]) -> list[Mark]:
    """The marks, outermost first: a longer one before a shorter one that starts with it."""
    return sorted(found, key=lambda mark: (mark.span.start, -mark.span.end, mark.number))


def parts(statement: Statement, role: Role) -> tuple[Span, ...]:
    """The parts of one field of a statement."""
    if role == "addressee" or role == "venue":
        return tuple(party.span for party in getattr(statement, role))
    spans: tuple[Span, ...] = getattr(statement, role)
    return spans


def head(statement: Statement) -> Span | None:
    """Where a statement begins: its content, else its cue ("did not elaborate"), else its source."""
    return next(iter(statement.content or statement.cue or statement.source), None)


def by_paragraph(text: str, found: list[Mark]) -> Iterator[tuple[int, int, list[Mark]]]:
    """``[start, end)`` of each paragraph, and the marks that lie in it or run through it. One sweep."""
    waiting, running = deque(found), list[Mark]()
    for start, end in paragraphs(text):
        while waiting and waiting[0].span.start < end:
            running.append(waiting.popleft())
        running = [mark for mark in running if mark.span.end > start]
        yield start, end, running


def segments(inside: list[Mark], start: int, end: int, also: Iterable[int] = ()) -> Iterator[Segment]:
    """``[start, end)`` cut wherever one of its marks begins or ends, and at ``also`` within it, without a gap."""
    cuts = {start, end, *also}
    for mark in inside:
        cuts |= {max(start, mark.span.start), min(end, mark.span.end)}
    edges = sorted(cuts)
    for left, right in pairwise(edges):
        yield Segment(left, right, tuple(m for m in inside if m.span.start < right and m.span.end > left))


def paragraphs(text: str) -> list[tuple[int, int]]:
    """``[start, end)`` of each paragraph of the text, without the white space around it; blank ones are left out."""
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    edges = [start]
    for gap in BLANK_LINE.finditer(text, start, end):
        edges += gap.span()
    edges.append(end)
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True) if left < right]


def heading(article: Article) -> str:
    """What to call the article: its title, else the beginning of its id."""
    return article.title or f"Article {article.id[:12]}"
