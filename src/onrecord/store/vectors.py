"""Words → vectors, by the packaged model; it is loaded when the first are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def vectors_of(texts: Sequence[str]) -> list[bytes]:
    """The vectors of texts, by the packaged model."""
    from onrecord.model.embedding import load_embedder

    return [vector.tobytes() for vector in load_embedder().embed(texts)]


def vector_of(text: str) -> NDArray[np.int8]:
    """The vector of what is searched for."""
    from onrecord.model.embedding import load_embedder

    vector: NDArray[np.int8] = load_embedder().embed([text])[0]
    return vector
