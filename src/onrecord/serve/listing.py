"""What the ledger holds, in a terminal: hits, a statement with its history, people, counts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.serve.console import count
from onrecord.serve.terminal import STYLES, WIDEST, clean

if TYPE_CHECKING:
    from onrecord.serve.remote import Server
    from onrecord.store.corrections import Standing
    from onrecord.store.hits import Hit
    from onrecord.store.view import Page, Person, Shown, View

INDENT = 3


def page(found: Page) -> None:
    """A page of hits, then how many there are and how the next page is asked for."""
    console = _console()
    if not found.hits:
        _print(console, Text("Nothing of that is on record."))
    for hit in found.hits:
        _print(console, Group(_headline(hit), Padding(_context(hit), (0, 0, 0, INDENT)), _below(hit)))
        _print_link(console, hit.link)
        _print(console, Text())
    for name, values in found.facets.items():
        if values:
            told = ", ".join(f"{clean(value)} {number:,}" for value, number in values)
            _print(console, Text.assemble((f"{name}: ", "bold"), told))
    if found.hits:
        number = f"{found.total:,}{' or more' if found.more else ''}"
        _print(console, Text(f"{len(found.hits)} of {number}", style="dim"))
    if found.next:
        _print(console, Text(f"next page: --after {found.next}", style="dim"), soft_wrap=True)  # to be copied whole


def _headline(hit: Hit) -> Text:
    name = Text(clean(hit.speaker or hit.source or "not named"), style=STYLES["source"])
    office = f", {clean(hit.office)}" if hit.office and hit.office not in (hit.speaker or "") else ""
    day = _days(hit)
    kind = hit.kind if hit.act == "assert" else f"{hit.kind}, {hit.act.replace('-', ' ')}"
    facts = [day, kind, f"{hit.confidence:.2f}", *(["corrected"] if hit.corrected else [])]
    if hit.status != "open":
        facts.append(hit.status)
    line = Text.assemble(name, (office, "not bold"))
    line.append("  " + " · ".join(facts), style="not bold default dim")
    return line


def _days(hit: Hit) -> str:
    if hit.day is None:
        return "day not told"
    return hit.day if hit.last in (None, hit.day) else f"{hit.day} to {hit.last}"


def _context(hit: Hit) -> Text:
    words = Text(clean(hit.context))
    for start, end in hit.content:
        words.stylize(STYLES["content"], start, end)
    for start, end in hit.highlights:
        words.stylize("bold underline", start, end)
    return words


def _below(hit: Hit) -> RenderableType:
    facts = [clean(fact) for fact in (hit.outlet, hit.published and hit.published[:10], hit.title) if fact]
    if hit.outlets > 1:
        facts.append(f"carried by {hit.outlets} outlets" + (f", first by {clean(hit.first)}" if hit.first else ""))
    return Padding(Text(" · ".join([hit.id, *facts]), style="dim"), (0, 0, 0, INDENT))


def statement(shown: Shown) -> None:
    """One statement: its words in their sentence, its fields, who carried it, and its corrections."""
    console = _console()
    hit, said = shown.hit, shown.entry.statement
    _print(console, Group(_headline(hit), Padding(_context(hit), (0, 0, 1, INDENT))))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for role, style in (("source", "source"), ("cue", "cue"), ("content", "content")):
        for span in getattr(said, role):
            grid.add_row(f"{role} {span.start}:{span.end}", Text(clean(span.text), style=STYLES[style]))
    for role in ("addressee", "venue"):
        for party in getattr(said, role):
            grid.add_row(f"{role} {party.span.start}:{party.span.end}", clean(party.span.text))
    if hit.person or hit.qid:
        grid.add_row("person", " · ".join(filter(None, [hit.person, hit.qid])))
    grid.add_row("article", clean(f"{hit.article}" + (f"  {hit.title}" if hit.title else "")))
    for fact in (hit.outlet, hit.published):
        if fact:
            grid.add_row("", clean(fact))
    if shown.carried.outlets > 1:
        first = f", first by {clean(hit.first)}" if hit.first else ", the first not known"
        grid.add_row("carried by", f"{count(shown.carried.outlets, 'outlet')}{first}")
    if shown.retained:
        grid.add_row("kept", "the newest reading no longer has it; kept for its corrections")
    for one in shown.history:
        why = f" ({clean(one.why)})" if one.why else ""
        value = json.dumps(one.value, ensure_ascii=False)
        grid.add_row(f"correction {one.id}", clean(f"{one.at} {one.by}: {one.field} → {value}") + why)
    _print(console, Padding(grid, (0, 0, 0, INDENT)))
    _print_link(console, hit.link)


def about(view: View | Server, standing: Standing) -> None:
    """Below an article: the ids of its statements, its copies and its versions."""
    console = _console()
    key = standing.record.article.id
    _print(
        console, Text("ids: " + ", ".join(f"{at} {one.key}" for at, one in enumerate(standing.kept, 1)), style="dim")
    )
    for other, like in view.copies(key):
        _print(console, Text(f"the same copy, {like:.0%} alike: {clean(other)}", style="dim"))
    versions = view.versions(key)
    if len(versions) > 1:
        for _, published, added, current in versions:
            state = "current" if current else "older"
            _print(console, Text(f"version added {added}, published {published or '?'}: {state}", style="dim"))


def people(found: Sequence[Person]) -> None:
    """Each person with what articles call them, and how often they are on record."""
    console = _console()
    for one in found:
        line = Text(clean(one.name), style=STYLES["source"])
        facts = [one.type, *([one.qid] if one.qid else []), count(one.statements, "statement")]
        if one.statements:
            facts.append(f"{one.direct:,} direct")
        if one.first:
            facts.append(f"{one.first} to {one.last}" if one.last != one.first else one.first)
        line.append("  " + " · ".join(facts), style="not bold default dim")
        grid = Table.grid(padding=(0, 2, 0, 0))
        for profile in one.profiles:
            post = ", ".join(filter(None, [profile.office, profile.organisation, profile.country])) or "no office told"
            told = f"{profile.first} to {profile.last}" if profile.first else ""
            grid.add_row(
                clean(profile.name), clean(post), told, f"{profile.statements:,}", Text(profile.key, style="dim")
            )
        lines: list[RenderableType] = [line, Padding(grid, (0, 0, 0, INDENT))]
        if one.outlets:
            told = ", ".join(f"{clean(name)} {number:,}" for name, number in one.outlets)
            lines.append(Padding(Text(f"in {told}", style="dim"), (0, 0, 0, INDENT)))
        lines.append(Padding(Text(f"key {one.key}", style="dim"), (0, 0, 1, INDENT)))
        _print(console, Group(*lines))


def counts(told: dict[str, Any]) -> None:
    """The counts of a ledger."""
    console = _console()
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column()
    grid.add_column(justify="right")
    for name, value in told.items():
        if isinstance(value, dict):
            for one, number in value.items():
                grid.add_row(f"{name.replace('_', ' ')}: {clean(one)}", f"{number:,}")
        elif value is not None:
            grid.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else clean(str(value)))
    _print(console, grid)


def _console() -> Console:
    wide = Console(highlight=False)
    return Console(highlight=False, width=min(wide.width, WIDEST))


def _print_link(console: Console, link: str | None) -> None:
    """A link on a line of its own, however long: one that is cut cannot be followed."""
    if link:
        _print(console, Text(" " * INDENT + clean(link), style="dim"), soft_wrap=True)


def _print(console: Console, what: RenderableType, *, soft_wrap: bool = False) -> None:
    with console.capture() as capture:
        console.print(what, soft_wrap=soft_wrap)
    lines = capture.get()
    if not console.is_terminal:
        lines = "\n".join(line.rstrip() for line in lines.split("\n"))
    sys.stdout.write(lines)
