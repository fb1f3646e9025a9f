"""Where candidates stand from heads, and the means of spans."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.model.link import PLACES, places, span_means

PARAGRAPH = np.array([0] * 10 + [1] * 200)


def place(head: tuple[int, int], candidate: tuple[int, int], *cues: tuple[int, int]) -> tuple[int, int, int, int]:
    """One place as (after, distance bucket, same paragraph, cues between)."""
    (((index,),)) = places(
        np.array([head]), np.array([candidate]), np.array(cues, np.int64).reshape(-1, 2), PARAGRAPH
    ).tolist()
    rest, between = divmod(index, 3)
    rest, same = divmod(rest, 2)
    after, bucket = divmod(rest, 9)
    return after, bucket, same, between


@pytest.mark.parametrize(
    ("head", "candidate", "cues", "expected"),
    [
        ((2, 4), (4, 6), [], (1, 0, 1, 0)),  # right after
        ((4, 6), (2, 4), [], (0, 0, 1, 0)),  # right before
        ((2, 4), (5, 6), [], (1, 1, 1, 0)),
        ((2, 4), (6, 7), [], (1, 2, 1, 0)),
        ((2, 4), (12, 13), [], (1, 4, 0, 0)),  # in the next paragraph
        ((12, 14), (100, 101), [], (1, 8, 1, 0)),  # farther than the last bound
        ((2, 5), (3, 4), [], (0, 0, 1, 0)),  # one within the other
        ((1, 2), (8, 9), [(4, 5)], (1, 4, 1, 1)),
        ((8, 9), (1, 2), [(4, 5)], (0, 4, 1, 1)),
        ((1, 2), (8, 9), [(1, 2), (3, 4), (4, 5), (6, 7), (8, 9)], (1, 4, 1, 2)),  # two or more
        ((1, 2), (8, 9), [(1, 2), (8, 9)], (1, 4, 1, 0)),  # neither end counts
    ],
)
def test_place(
    head: tuple[int, int], candidate: tuple[int, int], cues: list[tuple[int, int]], expected: tuple[int, int, int, int]
) -> None:
    assert place(head, candidate, *cues) == expected


def test_every_place_has_a_bias_of_its_own() -> None:
    rng = np.random.default_rng(1)
    starts = np.sort(rng.choice(200, (60,), replace=False))
    spans = np.stack([starts, starts + 1], axis=1)
    found = places(spans[::2], spans[1::2], spans[::3], PARAGRAPH)
    assert found.shape == (30, 30)
    assert found.min() >= 0
    assert found.max() < PLACES


def test_no_candidates() -> None:
    none = np.zeros((0, 2), np.int64)
    assert places(np.array([[1, 2]]), none, none, PARAGRAPH).shape == (1, 0)


def test_span_means() -> None:
    vectors = np.random.default_rng(2).normal(size=(40, 64)).astype(np.float32)
    spans = np.array([(0, 1), (3, 9), (0, 40), (39, 40)])
    expected = np.stack([vectors[a:b].mean(axis=0) for a, b in spans])
    np.testing.assert_allclose(span_means(vectors, spans), expected, atol=1e-5)
