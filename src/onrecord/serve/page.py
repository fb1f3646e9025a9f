"""The article with its statements marked, as one HTML page that asks nothing of any server."""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from string import Template

from onrecord.serve.cards import Cards
from onrecord.serve.marks import (
    ROLES,
    Mark,
    Other,
    Role,
    Segment,
    by_paragraph,
    head,
    heading,
    in_order,
    marks,
    parts,
    segments,
    side_marks,
)
from onrecord.serve.markup import escape, place
from onrecord.serve.wording import amount, meaning
from onrecord.types import Record, Span


def render(record: Record) -> str:
    """The page, complete and self-contained."""
    templates = files("onrecord.serve") / "templates"
    script = (templates / "page.js").read_text(encoding="utf-8")
    cards = Cards(record)
    shown, lists = cards.statements(), cards.lists()
    count = len(record.statements)
    return Template((templates / "page.html").read_text(encoding="utf-8")).substitute(
        language=escape(record.article.language),
        title=escape(heading(record.article)),
        style=(templates / "page.css").read_text(encoding="utf-8"),
        script=script,
        digest=_digest(script),
        about=_about(record),
        legend=_legend(record),
        text="\n".join(_paragraphs(record, cards.linked)),
        count=f"{count} statement{'' if count == 1 else 's'}",
        cards=shown,
        lists=lists,
        model=escape(f"{record.model.name} {record.model.version}"),
        sha256=escape(record.model.sha256),
    )


def _digest(script: str) -> str:
    """How the page's policy names its one script, so that no other runs."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _about(record: Record) -> str:
    article = record.article
    published = article.published and f'<time datetime="{escape(article.published)}">{_date(article.published)}</time>'
    facts = [article.outlet and f"<bdi>{escape(article.outlet)}</bdi>", published]
    facts.append(article.byline and f"<bdi>{escape(article.byline)}</bdi>")
    lines = [" · ".join(fact for fact in facts if fact)]
    if article.url:
        shown = escape(article.url)
        is_web = re.match(r"https?://", article.url, re.IGNORECASE)
        lines.append(f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if is_web else shown)
    return "\n".join(f"<p>{line}</p>" for line in lines if line)


def _date(published: str) -> str:
    """ISO 8601 with air in it: 2031-04-02 09:30 +02:00."""
    day, _, time = escape(published).partition("T")
    return " ".join([day, *re.split(r"(?=[Z+-])", time, maxsplit=1)]).strip()


def _legend(record: Record) -> str:
    used = [(role, role) for role in ROLES if any(parts(statement, role) for statement in record.statements)]
    shown = [*used, *([("when", "date")] if record.whens else []), *([("figure", "figure")] if record.figures else [])]
    return "\n".join(f'<li><span class="{style}">{name}</span></li>' for style, name in shown)


def _paragraphs(record: Record, linked: list[Span]) -> Iterator[str]:
    text, titles, begins = record.article.text, _titles(record), defaultdict[int, list[str]](list)
    for number, statement in enumerate(record.statements, start=1):
        if first := head(statement):
            begins[place(first)].append(str(number))
    targets = {place(span): _target(place(span), begins[place(span)]) for span in linked}
    offsets = sorted(targets)
    for start, end, inside in by_paragraph(text, in_order([*marks(record), *side_marks(record)])):
        cut = segments(inside, start, end, offsets[bisect_left(offsets, start) : bisect_left(offsets, end)])
        inner = "".join(targets.get(segment.start, "") + _segment(text, segment, titles) for segment in cut)
        yield f'<p dir="auto">{inner}</p>'


def _target(at: int, begins: list[str]) -> str:
    """What a link to this offset finds, and the numbers of the statements that begin there."""
    return f'<i id="at{at}"' + (f' data-begins="{" ".join(begins)}"' if begins else "") + "></i>"


def _titles(record: Record) -> dict[tuple[Role | Other, int], str]:
    """What each time expression and each figure is said to mean when it is pointed at."""
    texts = {when.id: when.span.text for when in record.whens}
    titles: dict[tuple[Role | Other, int], str] = {}
    for number, when in enumerate(record.whens, start=1):
        titles["when", number] = escape(meaning(when, texts))
    for number, figure in enumerate(record.figures, start=1):
        counted = f" {figure.counted.text}" if figure.counted else ""
        titles["figure", number] = escape(amount(figure) + counted)
    return titles


def _segment(text: str, segment: Segment, titles: dict[tuple[Role | Other, int], str]) -> str:
    words = escape(text[segment.start : segment.end])
    for mark in segment.marks:
        if title := titles.get((mark.role, mark.number)):
            words = f'<span class="{mark.role}" title="{title}">{words}</span>'
    return _part(words, segment, [mark for mark in segment.marks if mark.role in ROLES])


def _part(words: str, segment: Segment, shown: list[Mark]) -> str:
    """The words as a part of statements, if they are one."""
    if not shown:
        return words
    # The innermost mark is the one that is pointed at; the others are lit with it only by their own statement.
    inner = min(reversed(shown), key=lambda mark: mark.span.end - mark.span.start)
    opening = [mark for mark in shown if mark.span.start == segment.start]
    closing = [mark for mark in shown if mark.span.end == segment.end]
    roles = [role for role in ROLES if any(mark.role == role for mark in shown)]
    depth = sum(mark.role == "content" for mark in shown)
    classes = [*roles, *(["deep"] if depth > 1 else [])]
    classes += ["opens"] if _has(opening, "content") else []
    classes += ["closes"] if _has(closing, "content") else []
    numbers = sorted({mark.number for mark in shown})
    exactly = dict.fromkeys(f"{mark.number}:{mark.role}" for mark in shown)
    # One stop of the Tab key for each part, at its beginning; the rest of a part is reached by pointing.
    tab = "" if inner in opening else ' tabindex="-1"'
    labels = "".join(
        f'<sup data-n="{mark.number}" aria-hidden="true"></sup>' for mark in opening if mark.role == "content"
    )
    return (
        f'<a href="#s{inner.number}" class="{" ".join(classes)}" data-on="{inner.number}"'
        f' data-in="{" ".join(map(str, numbers))}" data-as="{" ".join(exactly)}"{tab}'
        f' aria-description="{inner.role} of statement {inner.number}">{labels}{words}</a>'
    )


def _has(found: list[Mark], role: Role) -> bool:
    return any(mark.role == role for mark in found)
