"""What the review page shows of a statement, and what its forms say, in terms of the ledger."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from onrecord.errors import BadCorrection
from onrecord.serve.wording import post
from onrecord.store.corrections import Correction, not_undone
from onrecord.store.view import Shown
from onrecord.types import Entity, Record, Span, Statement

ROLES = ("source", "cue", "content", "addressee", "venue")
LONG = 2_400  # characters of a paragraph that are shown whole; of a longer one, what is around the statement
AROUND = 700  # characters on either side there
ABLE = ("person", "organisation", "group", "place")  # types of entities that can speak: "Paris said"
NUMBERED = 9  # choices that have a key, 1 to 9
LETTERS = {
    "assert": "a", "deny": "d", "ask": "k", "demand": "m", "promise": "p", "threaten": "t", "accuse": "c",
    "praise": "r", "refuse-to-comment": "f", "suggest": "s", "consider": "o",
}  # fmt: skip
"""The key of each act in its list."""
KINDS = {"direct": "d", "indirect": "i", "mixed": "m"}

_PARAGRAPH = re.compile(r"[^\n](?:[^\n]|\n(?!\s*\n))*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one paragraph that lie in the same parts of the statement."""

    text: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or the middle of a long one, from ``start`` (code points of the article's text) on.

    ``own``: it holds words of the statement; ``cut``: the text goes on before it, or after; ``gap``: paragraphs between
    the one before and this are left out.
    """

    start: int
    pieces: tuple[Piece, ...]
    own: bool
    cut: tuple[bool, bool]
    gap: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen by one key. ``value`` is the correction's, as JSON."""

    key: str
    label: str
    more: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A correction in words. ``undone``: it no longer holds."""

    id: int
    at: str
    by: str
    field: str
    what: str
    why: str | None
    undone: bool


def parts(said: Statement) -> dict[str, tuple[Span, ...]]:
    """The words of each part of a statement."""
    parties = {name: tuple(one.span for one in getattr(said, name)) for name in ("addressee", "venue")}
    return {"source": said.source, "cue": said.cue, "content": said.content} | parties


def passages(text: str, said: Statement) -> list[Passage]:
    """The paragraphs in which a statement lies, and the one before and after each of those that hold its words."""
    spans = [(role, one) for role, all_ in parts(said).items() for one in all_]
    found = [match.span() for match in _PARAGRAPH.finditer(text)]
    held = {at: any(one.start < end and start < one.end for _, one in spans) for at, (start, end) in enumerate(found)}
    core = {
        at + step
        for at, (start, end) in enumerate(found)
        if any(one.start < end and start < one.end and role in ("cue", "content", "source") for role, one in spans)
        for step in (-1, 0, 1)
    }
    shown = sorted(at for at in range(len(found)) if at in core or held[at])
    made: list[Passage] = []
    for place, at in enumerate(shown):
        start, end = _within(text, found[at], [one for _, one in spans] if held[at] else [], last=at < shown[-1])
        cut = (start > found[at][0], end < found[at][1])
        gap = place > 0 and shown[place - 1] != at - 1
        made.append(Passage(start, pieces(text, start, end, spans), held[at], cut, gap))
    return made


def _within(text: str, whole: tuple[int, int], spans: Sequence[Span], *, last: bool) -> tuple[int, int]:
    """The paragraph, or of a long one what is around these spans (without any: the side next to the statement's)."""
    start, end = whole
    if end - start <= LONG:
        return whole
    own = [one for one in spans if one.start < end and start < one.end]
    if not own:
        return (_word(text, end - AROUND), end) if last else (start, _word(text, start + AROUND))
    first, after = min(one.start for one in own), max(one.end for one in own)
    left = start if first - start <= AROUND else _word(text, first - AROUND)
    right = end if end - after <= AROUND else _word(text, after + AROUND)
    return left, right


def _word(text: str, at: int) -> int:
    """The next place at which a word begins."""
    while 0 < at < len(text) and not text[at - 1].isspace():
        at += 1
    return at


def pieces(text: str, start: int, end: int, spans: Sequence[tuple[str, Span]]) -> tuple[Piece, ...]:
    """The characters ``[start, end)`` of the text, parted where a part of the statement begins or ends."""
    inside = [(role, max(one.start, start), min(one.end, end)) for role, one in spans]
    inside = [(role, left, right) for role, left, right in inside if left < right]
    edges = sorted({start, end, *(edge for _, left, right in inside for edge in (left, right))})
    return tuple(
        Piece(text[left:right], tuple(role for role, begin, stop in inside if begin <= left and right <= stop))
        for left, right in pairwise(edges)
    )


def speakers(record: Record, said: Statement) -> list[Choice]:
    """The article's entities that can speak: those named first, people before bodies, then by how often.

    The first nine have a key.
    """
    counts = Counter(mention.entity for mention in record.mentions)
    named = {mention.entity for mention in record.mentions if mention.kind == "name"}
    able = [one for one in record.entities if one.type in ABLE]
    able.sort(key=lambda one: (one.id not in named, ABLE.index(one.type), -counts[one.id]))
    now = said.speaker.entity if said.speaker else None
    return [
        Choice(str(at) if at <= NUMBERED else "", one.name, _who(one), json.dumps(one.id), one.id == now)
        for at, one in enumerate(able, start=1)
    ]


def _who(one: Entity) -> str:
    return post(one) or ("" if one.type == "person" else one.type)


def days(record: Record, said: Statement, shown: Sequence[Passage]) -> list[Choice]:
    """The days that expressions in the paragraphs shown tell, and the day of publication."""
    edges = [(one.start, one.start + sum(len(piece.text) for piece in one.pieces)) for one in shown]
    offered: dict[tuple[str, str], str] = {}
    for when in record.whens:
        inside = any(start <= when.span.start < end for start, end in edges)
        if inside and when.interval and when.interval.start and when.interval.end:
            offered.setdefault((when.interval.start, when.interval.end), f"“{when.span.text}”")
    published = _day(record.article.published)
    if published:
        offered.setdefault((published.isoformat(), (published + timedelta(days=1)).isoformat()), "published")
    now = (said.said_on.start, said.said_on.end) if said.said_on else None
    return [
        Choice(str(at), in_days(*pair), why, json.dumps({"start": pair[0], "end": pair[1]}), pair == now)
        for at, (pair, why) in enumerate(list(offered.items())[:NUMBERED], start=1)
    ]


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def in_days(start: str, end: str) -> str:
    """The days from ``start`` up to the one before ``end``: "2 April 2031", "1 to 30 April 2031"."""
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end) - timedelta(days=1)
    except (ValueError, OverflowError):
        return f"{start} to {end}"
    if first == last:
        return f"{last.day} {last:%B} {last.year}"
    head = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        head += f" {first:%B}" + (f" {first.year}" if first.year != last.year else "")
    return f"{head} to {last.day} {last:%B} {last.year}"


def told(text: str, history: Iterable[Correction]) -> list[Told]:
    """The history of a statement in words, the last first."""
    all_ = list(history)
    holding = {one.id for one in not_undone(all_)}
    words = {one.id: in_words(text, one.field, one.value) for one in all_}
    return [
        Told(
            one.id, one.at, one.by, one.field,
            f"undid “{words.get(one.value, one.value)}”" if one.field == "undo" else words[one.id],
            one.why, one.id not in holding,
        )
        for one in reversed(all_)
    ]  # fmt: skip


def in_words(text: str, field: str, value: Any) -> str:
    """What a correction says: "accepted", "speaker: Mara Lindqvist", "content: “We are not there yet”"."""
    label = field.replace("_", " ")
    if field == "status":
        return {"open": "opened again"}.get(value, str(value))
    if field == "undo":
        return "undid one"
    if field == "speaker":
        return f"speaker: {value['name']}" if isinstance(value, dict) else "speaker: not named"
    if field == "said_on":
        return f"said on: {in_days(value['start'], value['end'])}" if value else "said on: not known"
    if field in ROLES:
        said = " … ".join(text[start:end] for start, end in value)
        return f"{label}: {said}" if value else f"{label}: none"
    return f"{label}: {value}".replace("refuse-to-comment", "refuse to comment")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says of one field. ``value``: JSON, or a word; ``words``: a part's words, one run a line."""

    field: str
    value: str | None = None
    words: str | None = None
    name: str | None = None
    first: str | None = None
    last: str | None = None


def value_of(form: Form, shown: Shown | None) -> Any:
    """The value of a correction, as the ledger takes it. Raises BadCorrection for what is none.

    ``shown``: the statement, in whose article a part's words are looked up.
    """
    if form.field in ("status", "kind", "act"):
        return form.value or ""
    if form.field == "speaker" and form.name and form.name.strip() and not form.value:
        return {"name": form.name}
    if form.field == "said_on" and form.first:
        return _interval(form.first, form.last or form.first)
    if form.field in ROLES and form.words is not None and not form.value and shown:
        return _found(form.words, form.field, shown)
    if not form.value:
        raise BadCorrection(form.field.replace("_", " "), "nothing was chosen", "choose one, or leave it as it is")
    try:
        return json.loads(form.value)
    except (ValueError, RecursionError):
        raise BadCorrection(f"{form.field} {form.value[:60]!r}", "is not JSON", "use the page's controls") from None


def _interval(first: str, last: str) -> dict[str, str]:
    try:
        end = date.fromisoformat(last) + timedelta(days=1)
        return {"start": date.fromisoformat(first).isoformat(), "end": end.isoformat()}
    except (ValueError, OverflowError):
        raise BadCorrection(f"said on {first} to {last}"[:80], "is no day YYYY-MM-DD", "write 2031-04-02") from None


def _found(words: str, field: str, shown: Shown) -> list[list[int]]:
    """Where these words stand, of several places the one nearest to the statement. Blanks count as one."""
    text = shown.entry.record.article.text
    near = [one.start for all_ in parts(shown.entry.statement).values() for one in all_] or [0]
    pairs: list[list[int]] = []
    for line in words.splitlines():
        wanted = [re.escape(word) for word in line.split()]
        if not wanted:
            continue
        places = [match.span() for match in re.finditer(r"\s+".join(wanted), text)]
        if not places:
            way_out = "copy the words from the text, each run of them on a line of its own"
            raise BadCorrection(f"{field} “{' '.join(line.split())[:80]}”", "does not stand in the article", way_out)
        pairs.append([*min(places, key=lambda place: min(abs(place[0] - one) for one in near))])
    return pairs
