"""Which source a cue has, and which cue a content span has: features of a pair of spans and the biaffine score.

The score of (head, candidate) is the dot product of their projected span means plus a learned bias for where the
candidate stands: before or after, how far, in the same paragraph, how many cues between. 'None' is a candidate too.
(Dozat and Manning 2017, without the dependency labels.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LINK_SIZE = 64  # width of a projected span
# The projections, in the order in which they stand in the network's link output.
SOURCE, CUE_FOR_SOURCE, CONTENT, CUE_FOR_CONTENT = range(4)
LINKS = 4

# Upper bounds of the distance buckets, in tokens between the spans.
_DISTANCES = np.array([0, 1, 2, 4, 8, 16, 32, 64])
PLACES = 2 * (len(_DISTANCES) + 1) * 2 * 3


def places(heads: Ints, candidates: Ints, cues: Ints, paragraph: Ints) -> Ints:
    """Where each candidate stands from each head, as an index into the table of place biases.

    heads (h, 2), candidates (c, 2), cues (n, 2): token ranges [start, end) in one window, cues ascending;
    paragraph (token,). Returns (h, c) integers in [0, PLACES).
    """
    head, candidate = heads[:, None, :], candidates[None, :, :]
    after = candidate[..., 0] >= head[..., 1]
    gap = np.where(after, candidate[..., 0] - head[..., 1], head[..., 0] - candidate[..., 1])
    bucket = np.searchsorted(_DISTANCES, np.maximum(gap, 0))
    same = paragraph[heads[:, 0]][:, None] == paragraph[candidates[:, 0]][None, :]
    left, right = np.minimum(head[..., 1], candidate[..., 1]), np.maximum(head[..., 0], candidate[..., 0])
    between = np.searchsorted(cues[:, 0], right) - np.searchsorted(cues[:, 0], left)
    between = np.clip(between, 0, 2)
    result: Ints = ((after * (len(_DISTANCES) + 1) + bucket) * 2 + same) * 3 + between
    return result


def span_means(vectors: Floats, spans: Ints) -> Floats:
    """Mean over each span's tokens: vectors (token, d), spans (n, 2) → (n, d)."""
    total = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0, dtype=np.float32)])
    length = (spans[:, 1] - spans[:, 0])[:, None]
    means: Floats = ((total[spans[:, 1]] - total[spans[:, 0]]) / length).astype(np.float32)
    return means
