"""The record in a terminal: each paragraph with its statements marked, a row for each under it, and who speaks."""

from __future__ import annotations

import re

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from onrecord.serve.marks import Mark, by_paragraph, head, heading, marks, segments
from onrecord.serve.people import Part, People
from onrecord.serve.wording import last_day, post
from onrecord.types import Dated, Record, Statement

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that move the cursor or change the colours: an article must not be able to draw over its ledger."""

DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that make a terminal show what follows in another order."""

STYLES: dict[str, str] = {
    "source": "bold cyan",
    "cue": "italic magenta",
    "content": "yellow",
    "addressee": "green",
    "venue": "green",
}

WIDEST = 140  # columns; longer lines are hard to follow from cell to cell
GAP = 2  # columns between two cells
NUMBER, SAID_ON, KIND, CONFIDENCE = 4, 11, 9, 5  # columns: "¶128", "–2031-04-05", "refuse to" (comment), "conf."


def render(record: Record, console: Console) -> RenderableType:
    """The whole view of one record, to be printed on this console."""
    widths = _widths(min(console.width, WIDEST))
    numbers = {statement.id: at for at, statement in enumerate(record.statements, start=1)}
    line = "─" if console.encoding.startswith("utf") else "-"
    blocks: list[RenderableType] = [_head(record)]
    if record.statements:
        blocks += [_titles(widths), Rule(style="dim", characters=line)]
    introduced = set[str]()
    for number, (start, end, inside) in enumerate(by_paragraph(record.article.text, marks(record)), start=1):
        own = sorted({mark.number for mark in inside if mark.role in ("content", "cue") and mark.span.start >= start})
        # Each once, where its words begin; a refusal that reports none, where its cue does.
        own = [at for at in own if (begins := head(record.statements[at - 1])) and start <= begins.start < end]
        if own:
            blocks.append(_paragraph(record, number, (start, end), inside))
            blocks.append(_rows(record, own, numbers, introduced, widths))
    parts = [part for part in People(record).parts() if part.speaks or part.spoken_to]
    if parts:
        blocks += [Rule(style="dim", characters=line), _people(parts)]
    blocks += [Text("Note: " + clean(note)) for note in record.notes]
    blocks += [Text()] if record.notes else []
    blocks.append(_foot(record))
    width = min(console.width, WIDEST)
    return Group(*(Padding(block, (0, console.width - width, 0, 0)) for block in blocks))


def clean(text: str) -> str:
    """The text without characters that command the terminal; as many characters as before."""
    return DIRECTIONS.sub("\u200b", CONTROLS.sub("\ufffd", text.replace("\t", " ")))


def _widths(width: int) -> tuple[int, int, int, int, int, int]:
    """Columns for number, speaker, day, words, kind and confidence, out of the width of the view."""
    free = max(20, width - NUMBER - SAID_ON - KIND - CONFIDENCE - 5 * GAP)
    who = min(36, round(free * 0.4))
    return NUMBER, who, SAID_ON, free - who, KIND, CONFIDENCE


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
    grid.add_row(*(Text(title, style="bold") for title in ("#", "who", "said on", "words", "kind", "conf.")))
    return grid


def _paragraph(record: Record, number: int, extent: tuple[int, int], inside: list[Mark]) -> RenderableType:
    words = Text()
    for segment in segments(inside, *extent):
        styles = [STYLES[mark.role] for mark in segment.marks if mark.role in STYLES] or ["dim"]
        words.append(clean(record.article.text[segment.start : segment.end]), style=" ".join(dict.fromkeys(styles)))
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(width=NUMBER, justify="right")
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"¶{number}", style="dim"), words)
    return Padding(grid, (0, 0, 1, 0))


def _rows(
    record: Record, own: list[int], numbers: dict[str, int], introduced: set[str], widths: tuple[int, ...]
) -> RenderableType:
    """A row for each of these statements. ``introduced`` holds, and gathers, the entities whose post was given."""
    grid = _grid(widths)
    for at in own:
        statement = record.statements[at - 1]
        sure = "green" if statement.confidence >= 0.9 else "yellow" if statement.confidence >= 0.7 else "red"
        grid.add_row(
            str(at),
            _who(statement, introduced),
            _said_on(statement.said_on),
            Text(clean(statement.content_text)),
            _kind(statement, numbers),
            Text(f"{statement.confidence:.2f}", sure),
        )
    return Padding(grid, (0, 0, 1, 0))


def _who(statement: Statement, introduced: set[str]) -> Text:
    """The name, what the article calls the source here and the cue, and, the first time, what the speaker is."""
    source, speaker = clean(statement.source_text), statement.speaker
    name = clean(speaker.name) if speaker else source
    cell = Text(name, style=STYLES["source"]) if name else Text("not named", style="dim italic")
    said = Text("\n")
    if source and f" {source} " not in f" {name} ":
        said.append(source, style="not bold cyan")
    if statement.cue:
        said.append(" " if len(said) > 1 else "").append(clean(statement.cue_text), style=STYLES["cue"])
    if len(said) > 1:
        cell.append_text(Text("", style="not bold").append_text(said))
    if speaker and speaker.entity not in introduced:
        introduced.add(speaker.entity)
        facts = " · ".join(filter(None, [post(speaker), speaker.qid]))
        cell.append(f"\n{clean(facts)}" if facts else "", style="not bold default dim")
    return cell


def _said_on(said_on: Dated | None) -> Text:
    if said_on is None:
        return Text("?", style="dim")
    last = last_day(said_on.end)
    return Text(said_on.start if last == said_on.start else f"{said_on.start}\n–{last}")


def _kind(statement: Statement, numbers: dict[str, int]) -> Text:
    cell = Text(statement.kind)
    if statement.act != "assert":
        cell.append("\n" + statement.act.replace("-", " "))
    if statement.parent in numbers:
        cell.append(f"\nin {numbers[statement.parent]}", style="dim")
    return cell


def _people(parts: list[Part]) -> RenderableType:
    """Those who speak or are spoken to: how often they are mentioned, speak, are spoken to."""
    grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    grid.add_column(overflow="fold")
    for _ in range(3):
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row(*(Text(title, style="bold") for title in ("who", "mentions", "says", "told")))
    for part in parts:
        entity = part.entity
        name = Text(clean(entity.name), style=STYLES["source"])
        facts = " · ".join(filter(None, [entity.type, post(entity), entity.qid]))
        name.append("  " + clean(facts), style="not bold default dim")
        grid.add_row(name, *(str(count or "") for count in (part.mentions, part.speaks, part.spoken_to)))
    return Padding(grid, (0, 0, 1, NUMBER + GAP))


def _foot(record: Record) -> Text:
    count = len(record.statements)
    found = [_count(count, "statement") if count else "No statement found"]
    counts = {"entity": len(record.entities), "date": len(record.whens), "figure": len(record.figures)}
    found += [_count(number, thing) for thing, number in counts.items() if number]
    return Text(" · ".join([*found, f"model {clean(record.model.name)} {clean(record.model.version)}"]), style="dim")


def _count(number: int, thing: str) -> str:
    many = thing.removesuffix("y") + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {thing if number == 1 else many}"
