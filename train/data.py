"""Annotated articles → training windows and batches."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from onrecord.model.decode import LABELS, ROLES
from onrecord.model.encode import WINDOW, Window, encode
from onrecord.model.link import places
from onrecord.model.wordpiece import WordPiece


@dataclass(slots=True)
class Source:
    """An article to learn from.

    ``soft`` (token, label) are a teacher's emissions, ``starts`` (token,) the code points where its tokens begin.
    """

    doc: str
    text: str
    attributions: list[dict]
    discard: list[list[int]] = field(default_factory=list)
    weight: float = 1.0
    soft: np.ndarray | None = None
    starts: np.ndarray | None = None


@dataclass(slots=True)
class Example:
    """A window with its answer: label ids (token,), spans as (role, start, end), and which belong together."""

    window: Window
    labels: np.ndarray
    spans: dict[str, np.ndarray]
    cue_source: np.ndarray
    content_cue: np.ndarray
    weight: float
    soft: np.ndarray | None


def read(path: Path, weight: float = 1.0, texts: dict[str, str] | None = None) -> list[Source]:
    """Read PolNeAR lines; ``texts`` gives the text of articles whose lines lack it."""
    sources = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row.get("text") or (texts or {}).get(row["doc"])
            if text is not None:
                sources.append(Source(row["doc"], text, row["attributions"], row.get("discard") or [], weight))
    return sources


def examples(source: Source, tokenizer: WordPiece, first: int | None = None, window: int = WINDOW) -> Iterator[Example]:
    """Cut one article into windows with labels. Windows that touch a discarded passage are left out."""
    for piece in encode(source.text, tokenizer, window, first):
        real = piece.start >= 0
        if not real.any():
            continue
        head, tail = int(piece.start[real].min()), int(piece.end[real].max())
        if any(start < tail and head < end for start, end in source.discard):
            continue
        yield _example(source, piece, head, tail)


def _example(source: Source, window: Window, head: int, tail: int) -> Example:
    labels = np.zeros(len(window.ids), np.int64)
    found: dict[str, list[tuple[int, int]]] = {role: [] for role in ROLES}
    cue_source: list[int] = []
    content_cue: list[int] = []
    for row in source.attributions:
        if not row["cue"] or not row["content"]:
            continue
        parts = {role: [run for span in row[role] for run in _runs(window, *span, head, tail)] for role in ROLES}
        cue = -1
        if parts["cue"]:
            cue = _place(labels, found["cue"], "cue", parts["cue"][0])
        origin = -1
        for run in parts["source"]:
            origin = _place(labels, found["source"], "source", run)
        if cue >= 0 and cue == len(cue_source):
            cue_source.append(origin)
        for run in parts["content"]:
            index = _place(labels, found["content"], "content", run)
            if index >= 0 and index == len(content_cue):
                content_cue.append(cue)
    spans = {role: np.array(rows, np.int64).reshape(-1, 2) for role, rows in found.items()}
    soft = None
    if source.soft is not None and source.starts is not None:
        at = np.searchsorted(source.starts, np.maximum(window.start, 0))
        soft = source.soft[np.minimum(at, len(source.soft) - 1)].astype(np.float32)
        soft[window.start < 0] = np.nan
    return Example(window, labels, spans, np.array(cue_source), np.array(content_cue), source.weight, soft)


def _runs(window: Window, start: int, end: int, head: int, tail: int) -> list[tuple[int, int]]:
    """The token runs that [start, end) covers; separators part them."""
    if end <= head or start >= tail:
        return []
    inside = np.flatnonzero((window.start >= 0) & (window.start < end) & (window.end > start))
    if not len(inside):
        return []
    cuts = np.flatnonzero(np.diff(inside) > 1)
    starts = inside[np.concatenate(([0], cuts + 1))]
    ends = inside[np.concatenate((cuts, [len(inside) - 1]))] + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _place(labels: np.ndarray, rows: list[tuple[int, int]], role: str, run: tuple[int, int]) -> int:
    """Write one span's labels; its index among ``rows``, or −1 where another span already stands."""
    if run in rows:
        return rows.index(run)
    start, end = run
    if labels[start:end].any():
        return -1
    labels[start:end] = LABELS.index("I-" + role)
    labels[start] = LABELS.index("B-" + role)
    rows.append(run)
    return len(rows) - 1


def batches(rows: list[Example], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of ``size`` windows of like length, in random order."""
    rows = sorted(rows, key=lambda row: len(row.window.ids) + rng.random() * 24)
    chunks = [rows[i : i + size] for i in range(0, len(rows), size)]
    rng.shuffle(chunks)
    yield from chunks


def collate(rows: list[Example], pad: int) -> dict:
    """Stack windows, padded to a multiple of 32 tokens."""
    width = -(-max(len(row.window.ids) for row in rows) // 32) * 32
    out = {name: np.zeros((len(rows), width), np.int64) for name in ("ids", "types", "labels", "mask")}
    out["ids"][:] = pad
    soft = np.full((len(rows), width, len(LABELS)), np.nan, np.float32)
    for i, row in enumerate(rows):
        n = len(row.window.ids)
        out["ids"][i, :n], out["types"][i, :n], out["labels"][i, :n] = row.window.ids, row.window.types, row.labels
        out["mask"][i, :n] = 1
        if row.soft is not None:
            soft[i, :n] = row.soft
    batch: dict = {name: torch.from_numpy(values) for name, values in out.items()}
    batch["soft"] = torch.from_numpy(soft)
    batch["weight"] = torch.tensor([row.weight for row in rows])
    batch["spans"], batch["pairs"] = _links(rows)
    return batch


def _links(rows: list[Example]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    spans: dict[str, list] = {role: [] for role in ROLES}
    gold: dict[str, list[int]] = {"source_gold": [], "content_gold": []}
    tables: dict[str, list] = {"source_place": [], "content_place": []}
    for i, row in enumerate(rows):
        base = {role: len(spans[role]) for role in ROLES}
        for role in ROLES:
            spans[role] += [(i, a, b) for a, b in row.spans[role].tolist()]
        gold["source_gold"] += [s + base["source"] if s >= 0 else -1 for s in row.cue_source.tolist()]
        gold["content_gold"] += [c + base["cue"] if c >= 0 else -1 for c in row.content_cue.tolist()]
        cue, paragraph = row.spans["cue"], row.window.paragraph
        order = cue[np.argsort(cue[:, 0])]
        tables["source_place"].append(places(cue, row.spans["source"], order, paragraph))
        tables["content_place"].append(places(row.spans["content"], cue, order, paragraph))
    pairs = {name: torch.tensor(values, dtype=torch.long) for name, values in gold.items()}
    pairs |= {name: torch.from_numpy(_block_diagonal(blocks)) for name, blocks in tables.items()}
    return {role: torch.tensor(at, dtype=torch.long).reshape(-1, 3) for role, at in spans.items()}, pairs


def _block_diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    """−1 wherever head and candidate stand in different windows."""
    out = np.full((sum(len(b) for b in blocks), sum(b.shape[1] for b in blocks)), -1, np.int64)
    r = c = 0
    for block in blocks:
        out[r : r + len(block), c : c + block.shape[1]] = block
        r, c = r + len(block), c + block.shape[1]
    return out
