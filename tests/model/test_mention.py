"""Scores of spans → mentions: within a paragraph, nested, never crossing. The network's output is drawn at random."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from onrecord.model.encode import Window
from onrecord.model.mention import COLUMNS, ENDS, LINKED, LONGEST, TYPES, WIDTH, Spans, columns, span_scores, spans

Floats = NDArray[np.float32]

NO_WIDTHS = np.zeros(LONGEST, np.float32)
HALF = 0.5  # the threshold at which log odds over 0 make a mention


def window(*paragraphs: int) -> Window:
    """Paragraphs of so many tokens, each a character and a blank: [CLS] at the head and [SEP] after each."""
    start, owner = [-1], [0]
    for number, tokens in enumerate(paragraphs):
        at = max(start) + 2 if number else 0
        start += [at + 2 * token for token in range(tokens)] + [-1]
        owner += [number] * (tokens + 1)
    starts = np.array(start, np.int64)
    ends = np.where(starts < 0, -1, starts + 1)
    nothing = np.zeros(len(start), np.int64)
    return Window(nothing, nothing, starts, ends, np.array(owner, np.int64))


def output(seed: int, tokens: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(tokens, WIDTH)).astype(np.float32)


def drawn(tokens: int, *marks: tuple[int, int, float]) -> Floats:
    """Output under which exactly these (first token, last token, log odds) are over 0, each end in one mark only."""
    made = np.zeros((tokens, WIDTH), np.float32)
    block = columns(made)  # views
    block["edge"][:, 0] = -20
    for place, (first, last, odds) in enumerate(marks):
        block["head"][first, place] += (odds + 20) * np.sqrt(ENDS)
        block["tail"][last, place] += 1
    return made


def extents(found: Spans) -> list[tuple[int, int]]:
    return list(zip(found.start.tolist(), found.end.tolist(), strict=True))


def test_the_columns_are_all_of_the_output() -> None:
    made = output(0, 3)
    blocks = columns(made)
    assert [(name, blocks[name].shape) for name, _ in COLUMNS] == [(name, (3, width)) for name, width in COLUMNS]
    assert (np.concatenate([blocks[name] for name, _ in COLUMNS], axis=1) == made).all()


@pytest.mark.parametrize("paragraphs", [(1,), (4,), (3, 1, 5), (60, 2, 60)])
def test_a_span_never_leaves_its_paragraph(paragraphs: tuple[int, ...]) -> None:
    here = window(*paragraphs)
    tokens = len(here.start)
    scores = span_scores(output(1, tokens), NO_WIDTHS, here)
    assert scores.shape == (tokens, LONGEST)
    for first in range(tokens):
        for width in range(LONGEST):
            last = first + width
            whole = last < tokens and bool((here.start[first : last + 1] >= 0).all())
            assert np.isfinite(scores[first, width]) == whole
    found = spans(output(1, tokens), NO_WIDTHS, here, 1e-6)
    assert len(found) > 0
    for start, end in extents(found):
        inside = (here.start >= start) & (here.end <= end) & (here.start >= 0)
        assert len(set(here.paragraph[inside].tolist())) == 1


def test_a_score_is_the_likeness_of_its_ends_and_what_edges_and_width_add() -> None:
    here, made = window(5), output(2, 7)
    widths = np.linspace(-1, 1, LONGEST).astype(np.float32)
    block = columns(made)
    scores = span_scores(made, widths, here)
    for first, last in ((1, 1), (1, 5), (3, 4)):
        expected = block["head"][first] @ block["tail"][last] / np.sqrt(ENDS)
        expected += block["edge"][first, 0] + block["edge"][last, 1] + widths[last - first]
        assert scores[first, last - first] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        ([(1, 1, 2.0)], [(0, 1)]),
        ([(1, 3, 2.0), (1, 1, 1.0)], [(0, 1), (0, 5)]),  # "[[Lind] of Norland]": nested at its head
        ([(1, 4, 2.0), (2, 3, 1.0), (4, 4, 1.0)], [(0, 7), (2, 5), (6, 7)]),  # in the middle, at its end
        ([(1, 2, 1.0), (3, 4, 2.0)], [(0, 3), (4, 7)]),  # side by side
        ([(1, 3, 2.0), (2, 4, 1.0)], [(0, 5)]),  # crossing: the likelier one stays
        ([(1, 3, 1.0), (2, 4, 2.0)], [(2, 7)]),
        # a crosses b, b crosses c: the middle one is the least likely, and alone goes
        ([(1, 2, 3.0), (2, 3, 1.0), (3, 4, 2.0)], [(0, 3), (4, 7)]),
        # … and where it is the likeliest, it alone stays
        ([(1, 2, 1.0), (2, 3, 3.0), (3, 4, 2.0)], [(2, 5)]),
        # what only a fallen one crossed is not harmed by it
        ([(1, 2, 3.0), (2, 3, 2.0), (3, 4, 1.0)], [(0, 3), (4, 7)]),
    ],
)
def test_mentions_nest_but_never_cross(marks: list[tuple[int, int, float]], kept: list[tuple[int, int]]) -> None:
    found = spans(drawn(6, *marks), NO_WIDTHS, window(4), HALF)
    assert extents(found) == kept


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_scores_mentions_do_not_cross_and_stand_in_order(seed: int) -> None:
    here = window(20, 9)
    made = output(seed, len(here.start)) * 2
    found = extents(spans(made, NO_WIDTHS, here, HALF))
    assert found == sorted(set(found))
    assert len(found) > 10
    for number, (a, b) in enumerate(found):
        for c, d in found[number + 1 :]:
            assert not (a < c < b < d), ((a, b), (c, d))


def test_the_threshold_is_a_probability() -> None:
    made = drawn(6, (1, 1, 0.0), (3, 3, 2.0))
    assert extents(spans(made, NO_WIDTHS, window(4), 0.4)) == [(0, 1), (4, 5)]
    found = spans(made, NO_WIDTHS, window(4), 0.6)
    assert extents(found) == [(4, 5)]
    assert found.probability[0] == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_types_are_probabilities_and_links_are_the_sum_of_both_ends() -> None:
    here, made = window(6), output(3, 8)
    found, block = spans(made, NO_WIDTHS, here, 0.3), columns(made)
    assert found.types.shape == (len(found), len(TYPES))
    assert found.types.sum(axis=1) == pytest.approx(np.ones(len(found)))
    assert found.query.shape == found.key.shape == (len(found), LINKED)
    for row, (start, end) in enumerate(extents(found)):
        first, last = 1 + start // 2, 1 + (end - 1) // 2
        assert found.query[row] == pytest.approx(block["query_head"][first] + block["query_tail"][last])
        assert found.new[row] == pytest.approx(float(block["new_head"][first, 0] + block["new_tail"][last, 0]))


def test_no_mention_at_all() -> None:
    found = spans(drawn(6), NO_WIDTHS, window(4), HALF)
    assert len(found) == 0
    assert found.types.shape == (0, len(TYPES))


def test_windows_are_joined_in_their_order() -> None:
    parts = [spans(output(seed, 8), NO_WIDTHS, window(6), HALF) for seed in (4, 5)]
    assert all(len(part) > 0 for part in parts)
    joined = Spans.joined(parts)
    assert extents(joined) == extents(parts[0]) + extents(parts[1])
    assert len(joined.types) == len(joined.query) == len(joined.key) == len(joined.new) == len(joined)
    assert (joined.key == np.concatenate([part.key for part in parts])).all()
    nothing = Spans.joined([])
    assert len(nothing) == 0
    assert nothing.query.shape == (0, LINKED)
