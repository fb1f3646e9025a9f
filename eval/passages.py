"""The package's own gold passages (tests/gold): fictional, agency style, every part of a statement drawn on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.model import Model
from onrecord.pipeline import extract_many
from onrecord.reader import from_text
from onrecord.types import Record, Span, Statement
from tests.marked import GoldStatement, Passage, load_passages

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A gold statement and the predicted one that matches it, if any."""

    passage: str
    gold: GoldStatement
    found: Statement | None


def read(model: Model) -> list[tuple[Passage, Record]]:
    """Every passage with its record."""
    passages = load_passages()
    articles = [from_text(passage.text) for passage in passages]
    return list(zip(passages, extract_many(articles, model), strict=True))


def matches(passage: Passage, record: Record) -> list[Match]:
    """Each gold statement with the predicted one of the same depth that shares most of its words, from half on.

    A bare refusal has no content; its cue stands in.
    """
    free = list(record.statements)
    rows = []
    for gold in passage.statements:
        answer = _characters(gold.content or gold.cue)
        best, overlap = None, 0.5
        for one in free:
            if (one.parent is None) != (gold.parent is None):
                continue
            ours = _characters(_pairs(one.content or one.cue))
            share = len(answer & ours) / len(answer | ours)
            if share >= overlap:
                best, overlap = one, share
        if best is not None:
            free.remove(best)
        rows.append(Match(passage.id, gold, best))
    return rows


def score(model: Model) -> dict[str, float]:
    """Statement F1, and of those matched the share whose kind, act, speaker, addressee, venue and source are right."""
    read_ = read(model)
    rows = [row for passage, record in read_ for row in matches(passage, record)]
    predicted = sum(len(record.statements) for _, record in read_)
    hits = [row for row in rows if row.found is not None]
    figures = {"passages_f1": 2 * len(hits) / (predicted + len(rows))}

    def share(name: str, right: Sequence[bool]) -> None:
        figures[f"passages_{name}"] = sum(right) / len(right) if right else 0.0

    pairs = [(row.gold, row.found) for row in hits if row.found is not None]
    share("source", [_touch(g.source, f.source) for g, f in pairs if g.source])
    share("kind", [g.kind == f.kind for g, f in pairs])
    share("act", [g.act == f.act for g, f in pairs])
    share("speaker", [g.speaker == (f.speaker.name if f.speaker else None) for g, f in pairs])
    share(
        "addressee",
        [_pairs([p.span for p in f.addressee]) == g.addressee for g, f in pairs if g.addressee or f.addressee],
    )
    share("venue", [_pairs([p.span for p in f.venue]) == g.venue for g, f in pairs if g.venue or f.venue])
    nested = [row for row in rows if row.gold.parent is not None]
    share("nested_found", [row.found is not None for row in nested])
    return figures


def _pairs(spans: Sequence[Span]) -> Pairs:
    return tuple((span.start, span.end) for span in spans)


def _characters(pairs: Pairs) -> set[int]:
    return {at for start, end in pairs for at in range(start, end)}


def _touch(gold: Pairs, found: Sequence[Span]) -> bool:
    ours, answer = _characters(_pairs(found)), _characters(gold)
    return len(ours & answer) * 2 >= len(ours | answer)
