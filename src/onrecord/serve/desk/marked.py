"""An article's text as HTML: its statements marked, and who, which day and how many told of each word that says so.

Statements are ``<span data-in="3 4" data-on="4">``: the numbers of all that the words belong to, and of the innermost.
Where one begins stands its number, a link whose id is the statement's key. People, dates and figures are links to what
the page says of them, ``#e1``, ``#w1``, ``#f1``: flat, the innermost where several lie in one another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import Markup

from onrecord.serve.marks import ROLES, Mark, Role, Segment, by_paragraph, head, in_order, parts, segments
from onrecord.serve.markup import escape
from onrecord.store.corrections import Standing
from onrecord.types import Record, Span, Statement

UNSURE = 0.5
"""Below it, a statement is more likely wrong than right, as confidence is calibrated; its brackets are dashed."""

WIDEST = 80  # characters; a longer mention, a whole clause, would be one long link over other marks

Kind = Literal["who", "when", "figure"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Words ``[start, end)`` that stand for someone, a day or a quantity; ``target`` is the id of what is told of it.

    ``key``: they belong to a statement's source, addressee or day, and so are always a stop of the Tab key. ``first``:
    they are the first piece of words that others lie in.
    """

    start: int
    end: int
    kind: Kind
    target: str
    key: bool
    first: bool = True


@dataclass(frozen=True, slots=True)
class Marking:
    """What is needed to mark one article: its record, how each statement stands, and the references, in order."""

    record: Record
    keys: tuple[str, ...]
    shown: tuple[bool, ...]
    references: tuple[Reference, ...]


def marking(standing: Standing) -> Marking:
    """What to mark of an article as it stands; rejected statements are not."""
    shown = tuple(status != "rejected" for status in standing.status)
    return Marking(
        standing.record, tuple(one.key for one in standing.kept), shown, tuple(references(standing.record, shown))
    )


def paragraphs(told: Marking) -> Iterator[Markup]:
    """The paragraphs, each a ``<p>``."""
    record, text = told.record, told.record.article.text
    found = [
        Mark(number, role, span)
        for number, statement in enumerate(record.statements, start=1)
        if told.shown[number - 1]
        for role in ROLES
        for span in parts(statement, role)
    ]
    begins: defaultdict[int, list[int]] = defaultdict(list)
    for number, statement in enumerate(record.statements, start=1):
        if told.shown[number - 1] and (first := head(statement)):
            begins[first.start].append(number)
    edges = sorted({*(side for one in told.references for side in (one.start, one.end)), *begins})
    starts = [one.start for one in told.references]
    for start, end, inside in by_paragraph(text, in_order(found)):
        also = edges[bisect_left(edges, start) : bisect_left(edges, end)]
        inner = []
        for segment in segments(inside, start, end, also):
            at = bisect_right(starts, segment.start) - 1
            reference = told.references[at] if at >= 0 and segment.start < told.references[at].end else None
            words = _referring(escape(text[segment.start : segment.end]), segment, reference)
            numbers = "".join(_number(told, number) for number in begins.get(segment.start, ()))
            inner.append(_part(told, numbers, words, segment))
        yield Markup(f'<p dir="auto">{"".join(inner)}</p>')  # every piece is escaped


def references(record: Record, shown: Sequence[bool]) -> list[Reference]:
    """The people, dates and figures of the text, none over another, in order."""
    standing = [one for one, is_shown in zip(record.statements, shown, strict=True) if is_shown]
    places = sorted((span.start, span.end) for one in standing for span in (*one.source, *_addressed(one)))
    dating = {one.said_on.when for one in standing if one.said_on}
    entity = {one.id: f"e{number}" for number, one in enumerate(record.entities, start=1)}
    found = [
        Reference(one.span.start, one.span.end, "who", entity[one.entity], _lies_in(one.span, places))
        for one in record.mentions
        if one.entity in entity
    ]
    found += [
        Reference(one.span.start, one.span.end, "when", f"w{number}", one.id in dating)
        for number, one in enumerate(record.whens, start=1)
    ]
    found += [
        Reference(one.span.start, one.span.end, "figure", f"f{number}", key=False)
        for number, one in enumerate(record.figures, start=1)
    ]
    return _flat([one for one in found if one.end - one.start <= WIDEST], record.article.text)


def _addressed(statement: Statement) -> list[Span]:
    return [party.span for party in statement.addressee]


def _lies_in(span: Span, places: Sequence[tuple[int, int]]) -> bool:
    """Whether it overlaps one of these, which are in order and short."""
    at = bisect_left(places, (span.start - WIDEST, 0))
    while at < len(places) and places[at][0] < span.end:
        if places[at][1] > span.start:
            return True
        at += 1
    return False


def _flat(found: list[Reference], text: str) -> list[Reference]:
    """Each as far as no shorter one lies over it: of "its chair", "its" is the board's and "chair" the person's."""
    kept: list[Reference] = []
    for one in sorted(found, key=lambda one: (one.end - one.start, one.start)):
        at = bisect_left(kept, one.start, key=lambda other: other.start)
        before = max(one.start, kept[at - 1].end) if at else one.start
        pieces = []
        for other in (*kept[at : bisect_left(kept, one.end, key=lambda other: other.start)], None):
            pieces.append((before, other.start if other else one.end))
            before = other.end if other else one.end
        is_first = True
        for start, end in pieces:
            words = text[start:end]
            if any(character.isalnum() for character in words):
                left, right = len(words) - len(words.lstrip()), len(words) - len(words.rstrip())
                piece = replace(one, start=start + left, end=end - right, first=is_first)
                insort(kept, piece, key=lambda other: other.start)
                is_first = False
    return kept


def _referring(words: str, segment: Segment, reference: Reference | None) -> str:
    """The words as a link to what is told of them, if they refer to something."""
    if reference is None or not words.strip():  # where a mark ends between two words of it, a space may stand alone
        return words
    begins = reference.first and segment.start == reference.start
    more = "" if reference.key else " more"
    tab = "" if begins else ' tabindex="-1"'  # a mark that cuts the words does not make them two stops
    return f'<a class="ref {reference.kind}{more}" href="#{reference.target}"{tab}>{words}</a>'


def _number(told: Marking, number: int) -> str:
    """Where a statement begins: its number, which its permalink finds."""
    key = escape(told.keys[number - 1])
    return (
        f'<a class="n" id="{key}" href="#n-{key}" data-on="{number}" data-in="{number}"'
        f' aria-label="Statement {number}"><b id="s{number}">{number}</b></a>'
    )


def _again(told: Marking, mark: Mark) -> str:
    """The number once more, drawn only, where a further part of the content begins."""
    first = head(told.record.statements[mark.number - 1])
    is_first = first is not None and first.start == mark.span.start
    return "" if is_first else f'<sup data-n="{mark.number}" aria-hidden="true"></sup>'


def _part(told: Marking, numbers: str, words: str, segment: Segment) -> str:
    """The words as a part of statements, if they are one."""
    shown = segment.marks
    if not shown:
        return numbers + words
    inner = min(reversed(shown), key=lambda mark: mark.span.end - mark.span.start)
    roles = [role for role in ROLES if any(mark.role == role for mark in shown)]
    contents = [mark for mark in shown if mark.role == "content"]
    classes: list[str] = [*roles]
    if len(contents) > 1:
        classes.append("deep")
    if _at_edge(contents, segment, "start"):
        classes.append("opens")
    if _at_edge(contents, segment, "end"):
        classes.append("closes")
    if contents and told.record.statements[contents[-1].number - 1].confidence < UNSURE:
        classes.append("unsure")
    numbers += "".join(_again(told, mark) for mark in contents if mark.span.start == segment.start)
    within = " ".join(str(number) for number in sorted({mark.number for mark in shown}))
    return f'<span class="{" ".join(classes)}" data-on="{inner.number}" data-in="{within}">{numbers}{words}</span>'


def _at_edge(contents: Sequence[Mark], segment: Segment, side: Literal["start", "end"]) -> bool:
    if side == "start":
        return any(mark.span.start == segment.start for mark in contents)
    return any(mark.span.end == segment.end for mark in contents)


def role_names(record: Record, shown: Sequence[bool]) -> list[Role]:
    """The roles that the article's marks have, for a legend."""
    standing = [one for one, is_shown in zip(record.statements, shown, strict=True) if is_shown]
    return [role for role in ROLES if any(parts(one, role) for one in standing)]
