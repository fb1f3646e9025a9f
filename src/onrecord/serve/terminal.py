"""The record in a terminal: each paragraph with its statements marked, and under it a row for each statement."""

from __future__ import annotations

import re

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from onrecord.serve.marks import Mark, Role, by_paragraph, heading, marks, segments
from onrecord.types import Record, Statement

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that move the cursor or change the colours: an article must not be able to draw over its ledger."""

DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that make a terminal show what follows in another order."""

STYLES: dict[Role, str] = {
    "source": "bold cyan",
    "cue": "italic magenta",
    "content": "yellow",
    "addressee": "green",
    "venue": "green",
}

WIDEST = 140  # columns; longer lines are hard to follow from cell to cell
GAP = 2  # columns between two cells
NUMBER, KIND, CONFIDENCE = 4, 8, 5  # columns: "¶128", "indirect", "conf."


def render(record: Record, console: Console) -> RenderableType:
    """The whole view of one record, to be printed on this console."""
    widths = _widths(min(console.width, WIDEST))
    numbers = {statement.id: at for at, statement in enumerate(record.statements, start=1)}
    blocks: list[RenderableType] = [_head(record)]
    if record.statements:
        blocks += [_titles(widths), Rule(style="dim", characters="─" if console.encoding.startswith("utf") else "-")]
    for number, (start, end, inside) in enumerate(by_paragraph(record.article.text, marks(record)), start=1):
        own = sorted({mark.number for mark in inside if mark.role in ("content", "cue") and mark.span.start >= start})
        # Each once, where its words begin; a refusal that reports none, where its cue does.
        own = [at for at in own if start <= _begins(record.statements[at - 1]) < end]
        if own:
            blocks.append(_paragraph(record, number, (start, end), inside))
            blocks.append(_rows(record, own, numbers, widths))
    blocks.append(_foot(record))
    width = min(console.width, WIDEST)
    return Group(*(Padding(block, (0, console.width - width, 0, 0)) for block in blocks))


def _begins(statement: Statement) -> int:
    return (statement.content or statement.cue)[0].start


def clean(text: str) -> str:
    """The text without characters that command the terminal; as many characters as before."""
    return DIRECTIONS.sub("\u200b", CONTROLS.sub("\ufffd", text.replace("\t", " ")))


def _widths(width: int) -> tuple[int, int, int, int, int, int]:
    """Columns for number, source, cue, words, kind and confidence, out of the width of the view."""
    free = max(30, width - NUMBER - KIND - CONFIDENCE - 5 * GAP)
    source = min(30, round(free * 0.27))
    cue = min(18, round(free * 0.2))
    return NUMBER, source, cue, free - source - cue, KIND, CONFIDENCE


def _grid(widths: tuple[int, ...]) -> Table:
    grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for at, width in enumerate(widths):
        grid.add_column(width=width, overflow="fold", justify="right" if at in (0, len(widths) - 1) else "left")
    return grid


def _head(record: Record) -> RenderableType:
    article = record.article
    lines = [Text(clean(heading(article)), style="bold")]
    facts = [clean(fact) for fact in (article.outlet, article.published, article.byline) if fact]
    lines += [Text(" · ".join(facts))] if facts else []
    lines += [Text(clean(article.url), style="dim")] if article.url else []
    return Group(*lines, Text())


def _titles(widths: tuple[int, ...]) -> RenderableType:
    grid = _grid(widths)
    grid.add_row(*(Text(title, style="bold") for title in ("#", "source", "cue", "words", "kind", "conf.")))
    return grid


def _paragraph(record: Record, number: int, extent: tuple[int, int], inside: list[Mark]) -> RenderableType:
    words = Text()
    for segment in segments(inside, *extent):
        styles = [STYLES[mark.role] for mark in segment.marks] or ["dim"]
        words.append(clean(record.article.text[segment.start : segment.end]), style=" ".join(dict.fromkeys(styles)))
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(width=NUMBER, justify="right")
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"¶{number}", style="dim"), words)
    return Padding(grid, (0, 0, 1, 0))


def _rows(record: Record, own: list[int], numbers: dict[str, int], widths: tuple[int, ...]) -> RenderableType:
    grid = _grid(widths)
    for at in own:
        statement = record.statements[at - 1]
        kind = Text(statement.kind)
        if statement.parent in numbers:
            kind.append(f"\nin {numbers[statement.parent]}", style="dim")
        sure = "green" if statement.confidence >= 0.9 else "yellow" if statement.confidence >= 0.7 else "red"
        words = Text(clean(statement.content_text))
        grid.add_row(
            str(at), _source(statement), _cue(statement), words, kind, Text(f"{statement.confidence:.2f}", sure)
        )
    return Padding(grid, (0, 0, 1, 0))


def _source(statement: Statement) -> Text:
    source = clean(statement.source_text)
    cell = Text(source, style=STYLES["source"]) if source else Text("not named", style="dim italic")
    name = clean(statement.speaker.name) if statement.speaker else source
    if name not in source:
        cell.append(f"\n= {name}", style="not bold default")
    return cell


def _cue(statement: Statement) -> Text:
    cue = clean(statement.cue_text)
    cell = Text(cue, style=STYLES["cue"]) if cue else Text("—", style="dim")
    if statement.act != "assert":
        cell.append("\n" + statement.act.replace("-", " "), style="not italic default")
    return cell


def _foot(record: Record) -> Text:
    count = len(record.statements)
    found = f"{count} statement{'' if count == 1 else 's'}" if count else "No statement found"
    return Text(f"{found} · model {record.model.name} {record.model.version}", style="dim")
