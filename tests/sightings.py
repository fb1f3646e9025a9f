"""Mentions drawn by hand: what the model would see in a text, for tests of what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from onrecord.entity import Seen
from onrecord.model.coreference import CHOICES, Links, traits
from onrecord.model.mention import LINKED, TYPES, Spans

Drawn = tuple[str, str] | tuple[str, str, int]
"""The words of a mention, its type as in ``mention.TYPES``, and where they stand: the first time, or the nth."""


def spans(text: str, drawn: Sequence[Drawn]) -> Spans:
    """Mentions with these words, which must be given in their order, sure of their types."""
    extents, types = [], np.zeros((len(drawn), len(TYPES)), np.float32)
    for row, (words, kind, *nth) in enumerate(drawn):
        start = -1
        for _ in range(nth[0] if nth else 1):
            start = text.index(words, start + 1)
        extents.append((start, start + len(words)))
        types[row, TYPES.index(kind)] = 1.0
    assert extents == sorted(extents), "mentions are given by start, then end"
    table = np.array(extents, np.int64).reshape(-1, 2)
    sure, link = np.ones(len(drawn), np.float32), np.zeros((len(drawn), LINKED), np.float32)
    return Spans(table[:, 0], table[:, 1], sure, types, link, link, np.zeros(len(drawn), np.float32))


def seen(text: str, drawn: Sequence[Drawn], back: Mapping[int, int] | None = None) -> Seen:
    """These mentions, each new but for those that go ``back`` to an earlier one: mention → antecedent, by number."""
    found = spans(text, drawn)
    candidate = np.full((len(drawn), CHOICES), -2, np.int64)
    candidate[:, 0] = [(back or {}).get(row, -1) for row in range(len(drawn))]
    probability = np.zeros((len(drawn), CHOICES), np.float32)
    probability[:, 0] = 1.0
    return Seen(found, traits(text, found.start, found.end), Links(candidate, probability))
