"""The article with its statements marked, as one HTML page that asks nothing of any server."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from importlib.resources import files
from string import Template

from onrecord.serve.marks import ROLES, Mark, Role, Segment, by_paragraph, heading, marks, parts, segments
from onrecord.types import Record, Statement

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that HTML forbids or that no one can see; shown as U+FFFD."""


def render(record: Record) -> str:
    """The page, complete and self-contained."""
    templates = files("onrecord.serve") / "templates"
    article, found = record.article, marks(record, (*ROLES, "speaker"))
    script = (templates / "page.js").read_text(encoding="utf-8")
    numbers = {statement.id: number for number, statement in enumerate(record.statements, start=1)}
    count = len(numbers)
    return Template((templates / "page.html").read_text(encoding="utf-8")).substitute(
        language=_escape(article.language),
        title=_escape(heading(article)),
        style=(templates / "page.css").read_text(encoding="utf-8"),
        script=script,
        digest=_digest(script),
        about=_about(record),
        legend=_legend(record),
        text="\n".join(_paragraphs(record, found)),
        count=f"{count} statement{'' if count == 1 else 's'}",
        cards="\n".join(_card(statement, numbers) for statement in record.statements),
        model=_escape(f"{record.model.name} {record.model.version}"),
        sha256=_escape(record.model.sha256),
    )


def _escape(text: str) -> str:
    return html.escape(CONTROLS.sub("\ufffd", text))


def _digest(script: str) -> str:
    """How the page's policy names its one script, so that no other runs."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _about(record: Record) -> str:
    article = record.article
    published = article.published and f'<time datetime="{_escape(article.published)}">{_date(article.published)}</time>'
    facts = [article.outlet and f"<bdi>{_escape(article.outlet)}</bdi>", published]
    facts.append(article.byline and f"<bdi>{_escape(article.byline)}</bdi>")
    lines = [" · ".join(fact for fact in facts if fact)]
    if article.url:
        shown = _escape(article.url)
        is_web = re.match(r"https?://", article.url, re.IGNORECASE)
        lines.append(f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if is_web else shown)
    return "\n".join(f"<p>{line}</p>" for line in lines if line)


def _date(published: str) -> str:
    """ISO 8601 with air in it: 2031-04-02 09:30 +02:00."""
    day, _, time = _escape(published).partition("T")
    return " ".join([day, *re.split(r"(?=[Z+-])", time, maxsplit=1)]).strip()


def _legend(record: Record) -> str:
    used = [role for role in ROLES if any(parts(statement, role) for statement in record.statements)]
    return "\n".join(f'<li><span class="{role}">{role}</span></li>' for role in used)


def _paragraphs(record: Record, found: list[Mark]) -> Iterator[str]:
    text, anchors = record.article.text, _anchors(found)
    for start, end, inside in by_paragraph(text, found):
        inner = "".join(_segment(text, segment, anchors) for segment in segments(inside, start, end))
        yield f'<p dir="auto">{inner}</p>'


def _anchors(found: list[Mark]) -> dict[int, int]:
    """For each statement, the offset that its card jumps to: where its content begins, or its cue where it has none."""
    starts: dict[int, int] = {}
    for role in ("content", "cue"):
        for mark in found:
            if mark.role == role:
                starts.setdefault(mark.number, mark.span.start)
    return starts


def _segment(text: str, segment: Segment, anchors: dict[int, int]) -> str:
    words = _escape(text[segment.start : segment.end])
    named = [mark.number for mark in segment.marks if mark.role == "speaker" and mark.span.start == segment.start]
    jumps = "".join(f'<i id="e{number}"></i>' for number in named)
    shown = [mark for mark in segment.marks if mark.role != "speaker"]
    if not shown:
        return jumps + words
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
    jumps += "".join(f'<i id="t{n}"></i>' for n in numbers if anchors.get(n) == segment.start)
    labels = "".join(
        f'<sup data-n="{mark.number}" aria-hidden="true"></sup>' for mark in opening if mark.role == "content"
    )
    return (
        f'{jumps}<a href="#s{inner.number}" class="{" ".join(classes)}" data-on="{inner.number}"'
        f' data-in="{" ".join(map(str, numbers))}" data-as="{" ".join(exactly)}"{tab}'
        f' aria-description="{inner.role} of statement {inner.number}">{labels}{words}</a>'
    )


def _has(found: list[Mark], role: Role) -> bool:
    return any(mark.role == role for mark in found)


def _card(statement: Statement, numbers: dict[str, int]) -> str:
    number = numbers[statement.id]
    parent = numbers.get(statement.parent) if statement.parent else None
    within = f'<p class="within">within <a href="#s{parent}">statement {parent}</a></p>' if parent else ""
    said = "".join(_field(statement, role) for role in ROLES if role != "content")
    sure = f"{statement.confidence:.2f}"
    words = f'<blockquote dir="auto">{_joined(statement, "content")}</blockquote>' if statement.content else ""
    return f"""<li id="s{number}" class="card{" nested" if parent else ""}" data-on="{number}" data-in="{number}">
<a class="number" href="#t{number}" aria-label="Statement {number}: show it in the text">{number}</a>
<div>
<h3>{_who(statement, number)}</h3>{within}
{words}
<dl>{said}</dl>
<dl>
<div><dt>kind</dt><dd>{statement.kind}</dd></div>
<div><dt>act</dt><dd>{statement.act}</dd></div>
<div><dt>confidence</dt><dd><span class="bar" style="--sure:{sure}" aria-hidden="true"></span>{sure}</dd></div>
</dl>
</div>
</li>"""


def _who(statement: Statement, number: int) -> str:
    if statement.speaker:
        return (
            f'<a href="#e{number}" title="Where the name comes from"><bdi>{_escape(statement.speaker.name)}</bdi></a>'
        )
    if statement.source:
        return f"<bdi>{_joined(statement, 'source')}</bdi>"
    return '<span class="unknown">source not named</span>'


def _field(statement: Statement, role: Role) -> str:
    words = _joined(statement, role)
    return f'<div><dt>{role}</dt><dd><bdi class="{role}">{words}</bdi></dd></div>' if words else ""


def _joined(statement: Statement, role: Role) -> str:
    return " … ".join(_escape(span.text) for span in parts(statement, role))
