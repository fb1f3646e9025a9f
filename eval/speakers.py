"""The fictional passages of ``tests/gold/speakers.txt``: who speaks, and on which day, of each statement.

A drawn statement is matched with the found one whose content, else cue, overlaps it most; one that was not found
counts as not answered. A person must be given the very name drawn; an unnamed source, or a body, may be given with more
or fewer words around the same head. Every fifth passage is held out: its errors are counted, never read or mended.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from spoken import Spoken, SpokenPassage, load_spoken

from onrecord.model import Model
from onrecord.pipeline import extract_many
from onrecord.reader.dateline import dateline
from onrecord.types import Article, Record, Statement

_LEAD = re.compile(r"^(?:the|a|an|his|her|its|their)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A drawn statement beside the found one, or None."""

    passage: SpokenPassage
    record: Record
    drawn: Spoken
    found: Statement | None

    @property
    def speaker(self) -> str:
        """right, wrong, or unanswered; a speaker given where the passage tells none is wrong."""
        if self.found is None or self.found.speaker is None:
            return "none" if self.drawn.speaker is None else "unanswered"
        if self.drawn.speaker is None:
            return "wrong"
        wanted, given = self.drawn.speaker, self.found.speaker.name
        if wanted.type == "person" and wanted.name[:1].isupper():
            return "right" if wanted.name == given else "wrong"
        return "right" if same_phrase(wanted.name, given) else "wrong"

    @property
    def day(self) -> str:
        """right, wrong, unanswered, or none where neither gives a day."""
        wanted = self.drawn.days
        found = self.found.said_on if self.found else None
        if found is None:
            return "none" if wanted is None else "unanswered"
        if wanted is None:
            return "wrong"
        return "right" if (found.start, found.end) == (wanted[0].isoformat(), wanted[1].isoformat()) else "wrong"


def same_phrase(a: str, b: str) -> bool:
    """Whether one phrase is the other with words before or after it: "officials", "two officials in Norhaven"."""
    short, long = sorted((_LEAD.sub("", a).lower(), _LEAD.sub("", b).lower()), key=len)
    return re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long) is not None


def judge(model: Model, passages: list[SpokenPassage] | None = None) -> list[Judged]:
    """Every drawn statement beside what the package makes of its passage."""
    passages = load_spoken() if passages is None else passages
    articles = [
        Article(
            id=p.id, text=p.text, outlet=p.outlet, published=p.published.isoformat() if p.published else None,
            dateline=dateline(p.text),
        )
        for p in passages
    ]  # fmt: skip
    out = []
    for passage, record in zip(passages, extract_many(articles, model), strict=True):
        out += [Judged(passage, record, drawn, _match(drawn, record)) for drawn in passage.statements]
    return out


def _match(drawn: Spoken, record: Record) -> Statement | None:
    def overlap(extents: tuple[tuple[int, int], ...], spans: tuple) -> float:
        both = sum(max(0, min(b, s.end) - max(a, s.start)) for a, b in extents for s in spans)
        return both / max(1, sum(b - a for a, b in extents) + sum(s.end - s.start for s in spans) - both)

    def near(one: Statement) -> float:
        if drawn.parts.content and one.content:
            share = overlap(drawn.parts.content, one.content)
            return share + overlap(drawn.parts.cue, one.cue) if share >= 0.3 else 0.0
        return overlap(drawn.parts.cue, one.cue)

    best = max(record.statements, key=near, default=None)
    return best if best is not None and near(best) >= 0.3 else None


def rates(judged: list[Judged]) -> dict[str, float]:
    """Shares: of the answered right, of the answerable answered; likewise for days."""
    out = {}
    for field in ("speaker", "day"):
        counts = {name: sum(getattr(j, field) == name for j in judged) for name in ("right", "wrong", "unanswered")}
        answerable = sum((j.drawn.speaker if field == "speaker" else j.drawn.days) is not None for j in judged)
        out[f"{field}_right"] = counts["right"] / max(1, counts["right"] + counts["wrong"])
        out[f"{field}_answered"] = 1 - counts["unanswered"] / max(1, answerable)
    return out


def held_out(judged: list[Judged]) -> tuple[list[Judged], list[Judged]]:
    """Those of the passages that rules may be mended by, and those of every fifth."""
    order = list(dict.fromkeys(j.passage.id for j in judged))
    fifth = set(order[4::5])
    return [j for j in judged if j.passage.id not in fifth], [j for j in judged if j.passage.id in fifth]


def measure(model: Model) -> dict[str, float]:
    """The rates over all passages, and over those held out."""
    judged = judge(model)
    _, apart = held_out(judged)
    figures = {f"spoken_{name}": value for name, value in rates(judged).items()}
    return figures | {f"spoken_held_out_{name}": value for name, value in rates(apart).items()}
