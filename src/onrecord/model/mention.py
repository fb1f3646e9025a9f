"""Scores → mentions: every span of tokens weighed by a biaffine score of its two ends, so that mentions may nest.

(Yu, Bohnet and Poesio 2020, with one score for "a mention or not" and the type read off the two ends apart.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.model.encode import Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# GUM's entity types (Zeldes 2017); animals, plants and substances count as objects.
TYPES = ("person", "organization", "place", "time", "event", "object", "abstract")

ENDS = 64  # width of the projections of a span's first and last token
ASPECTS = 8  # each a likeness of its own between a mention and its antecedent
ASPECT = 16  # width of one of them
LINKED = ASPECTS * ASPECT

# The columns of the network's output for mentions, in order: (name, width).
COLUMNS = (
    ("head", ENDS),
    ("tail", ENDS),
    ("edge", 2),  # what each token adds as a head, as a tail
    ("type_head", len(TYPES)),
    ("type_tail", len(TYPES)),
    ("query_head", LINKED),
    ("query_tail", LINKED),
    ("key_head", LINKED),
    ("key_tail", LINKED),
    ("new_head", 1),  # that the mention is its entity's first
    ("new_tail", 1),
)
WIDTH = sum(width for _, width in COLUMNS)
LONGEST = 48  # tokens; 99 % of GUM train's mentions are shorter


def columns(output: Floats) -> dict[str, Floats]:
    """The named blocks of the network's output (token, WIDTH)."""
    blocks, at = {}, 0
    for name, width in COLUMNS:
        blocks[name] = output[:, at : at + width]
        at += width
    return blocks


@dataclass(frozen=True, slots=True)
class Spans:
    """Mentions of one text, by start, then end.

    start, end (mention,): code points. probability (mention,). types (mention, TYPES): probabilities. query and key
    (mention, LINKED): what links them. new (mention,): log odds that it is its entity's first.
    """

    start: Ints
    end: Ints
    probability: Floats
    types: Floats
    query: Floats
    key: Floats
    new: Floats

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def joined(cls, parts: Sequence[Spans]) -> Spans:
        """Those of several windows of one text as one."""
        if not parts:
            none, no_link = np.zeros(0, np.int64), np.zeros((0, LINKED), np.float32)
            empty = np.zeros(0, np.float32)
            return cls(none, none, empty, np.zeros((0, len(TYPES)), np.float32), no_link, no_link, empty)
        return cls(
            start=np.concatenate([part.start for part in parts]),
            end=np.concatenate([part.end for part in parts]),
            probability=np.concatenate([part.probability for part in parts]),
            types=np.concatenate([part.types for part in parts]),
            query=np.concatenate([part.query for part in parts]),
            key=np.concatenate([part.key for part in parts]),
            new=np.concatenate([part.new for part in parts]),
        )


def span_scores(output: Floats, widths: Floats, window: Window) -> Floats:
    """Log odds (token, LONGEST) that a mention begins at the token and ends 0 … LONGEST − 1 tokens after it.

    −inf where it would leave its paragraph. ``widths`` (LONGEST,) is what each length adds.
    """
    block = columns(output)
    count = len(output)
    full = block["head"] @ block["tail"].T / np.float32(np.sqrt(ENDS))
    full += block["edge"][:, :1] + block["edge"][:, 1:].T
    first = np.arange(count)[:, None]
    last = first + np.arange(LONGEST)[None]
    inside = np.minimum(last, count - 1)
    special = np.concatenate(([0], np.cumsum(window.start < 0)))
    whole = (last < count) & (special[inside + 1] == special[first])
    scores: Floats = np.where(whole, full[first, inside] + widths, -np.inf)
    return scores


def spans(output: Floats, widths: Floats, window: Window, threshold: float) -> Spans:
    """The mentions of one window: those over ``threshold`` (a probability) that cross no likelier one."""
    scores = span_scores(output, widths, window)
    bar = np.float32(np.log(threshold / (1 - threshold)))
    first, width = np.nonzero(scores > bar)
    last = first + width
    found = scores[first, width]
    crossing = (first[:, None] < first) & (first <= last[:, None]) & (last[:, None] < last)
    gone = np.zeros(len(first), bool)
    if crossing.any():
        crossing |= crossing.T
        for at in np.argsort(-found, kind="stable").tolist():
            if not gone[at]:
                gone |= crossing[at]
    index = np.flatnonzero(~gone)
    return of_tokens(output, window, first[index], last[index], found[index])


def of_tokens(output: Floats, window: Window, first: Ints, last: Ints, score: Floats) -> Spans:
    """Mentions given by their first and last tokens (inclusive) and their log odds."""
    block = columns(output)
    types = block["type_head"][first] + block["type_tail"][last]
    types = np.exp(types - types.max(axis=1, keepdims=True)) if len(types) else types
    return Spans(
        start=window.start[first],
        end=window.end[last],
        probability=(1 / (1 + np.exp(-score))).astype(np.float32),
        types=types / types.sum(axis=1, keepdims=True),
        query=block["query_head"][first] + block["query_tail"][last],
        key=block["key_head"][first] + block["key_tail"][last],
        new=(block["new_head"][first] + block["new_tail"][last])[:, 0],
    )
