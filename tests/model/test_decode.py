"""Viterbi and marginals against every path there is; links against what a reader would draw."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from onrecord.model.decode import (
    FORBIDDEN,
    LABELS,
    Attribution,
    Heads,
    Scores,
    TokenSpan,
    allowed,
    attributions,
    decode,
    marginals,
    token_spans,
    viterbi,
)
from onrecord.model.encode import Window
from onrecord.model.link import CONTENT, CUE_FOR_CONTENT, CUE_FOR_SOURCE, LINK_SIZE, LINKS, PLACES, SOURCE

Floats = NDArray[np.float32]

ALLOWED = allowed()
NAMES = {label: index for index, label in enumerate(LABELS)}


def problem(seed: int, tokens: int) -> tuple[Floats, Floats]:
    """Random emissions (token, label) and transitions (label, label), the latter with what BIO forbids."""
    rng = np.random.default_rng(seed)
    emissions = rng.normal(scale=2, size=(tokens, len(LABELS))).astype(np.float32)
    emissions[0, [NAMES[label] for label in LABELS if label.startswith("I-")]] = FORBIDDEN  # [CLS] is O in earnest
    transitions = rng.normal(size=(len(LABELS), len(LABELS)))
    return emissions, np.where(ALLOWED, transitions, FORBIDDEN).astype(np.float32)


def paths(emissions: Floats, transitions: Floats) -> tuple[list[tuple[int, ...]], NDArray[np.float64]]:
    """Every label path and its score."""
    every = list(product(range(len(LABELS)), repeat=len(emissions)))
    rows = np.array(every)
    score = emissions.astype(np.float64)[np.arange(len(emissions)), rows].sum(axis=1)
    score += transitions.astype(np.float64)[rows[:, :-1], rows[:, 1:]].sum(axis=1)
    return every, score


def test_what_may_follow_what() -> None:
    may = {(LABELS[a], LABELS[b]) for a, b in np.argwhere(ALLOWED)}
    assert ("O", "I-cue") not in may
    assert ("B-source", "I-cue") not in may
    assert ("I-content", "I-source") not in may
    assert {("B-cue", "I-cue"), ("I-cue", "I-cue"), ("I-cue", "B-cue"), ("I-cue", "O"), ("O", "B-cue")} <= may


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("tokens", [1, 2, 5])
def test_viterbi_finds_the_best_of_all_paths(seed: int, tokens: int) -> None:
    emissions, transitions = problem(seed, tokens)
    every, score = paths(emissions, transitions)
    found = viterbi(emissions[None], transitions, np.array([tokens]))[0]
    assert tuple(found.tolist()) == every[int(score.argmax())]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("tokens", [1, 2, 5])
def test_marginals_sum_over_all_paths(seed: int, tokens: int) -> None:
    emissions, transitions = problem(seed, tokens)
    every, score = paths(emissions, transitions)
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    expected = np.zeros((tokens, len(LABELS)))
    for t in range(tokens):
        np.add.at(expected[t], np.array(every)[:, t], weight)
    found = marginals(emissions[None], transitions, np.array([tokens]))[0]
    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("seed", range(20))
def test_bio_is_never_violated(seed: int) -> None:
    emissions, transitions = problem(seed, 200)
    path = viterbi(emissions[None], transitions, np.array([200]))[0]
    assert ALLOWED[path[:-1], path[1:]].all()
    assert not LABELS[path[0]].startswith("I-")


def test_windows_of_a_batch_do_not_touch_one_another() -> None:
    lengths = np.array([7, 1, 20, 13])
    rows = [problem(seed, length)[0] for seed, length in enumerate(lengths)]
    transitions = problem(99, 2)[1]
    padded = np.random.default_rng(5).normal(size=(4, 20, len(LABELS))).astype(np.float32)
    for at, row in enumerate(rows):
        padded[at, : len(row)] = row
    path, marginal = viterbi(padded, transitions, lengths), marginals(padded, transitions, lengths)
    for at, row in enumerate(rows):
        alone = np.array([len(row)])
        assert (path[at, : len(row)] == viterbi(row[None], transitions, alone)[0]).all()
        assert (path[at, len(row) :] == 0).all()
        assert (marginal[at, : len(row)] == marginals(row[None], transitions, alone)[0]).all()  # bit by bit


def test_token_spans() -> None:
    labels = ["O", "B-source", "I-source", "B-cue", "B-cue", "I-cue", "O", "B-content", "I-content"]
    path = np.array([NAMES[label] for label in labels])
    marginal = np.full((9, len(LABELS)), 0.5, np.float32)
    marginal[2, NAMES["I-source"]] = 0.25
    assert token_spans(path, marginal, 9) == [
        TokenSpan("source", 1, 3, 0.25),
        TokenSpan("cue", 3, 4, 0.5),
        TokenSpan("cue", 4, 6, 0.5),
        TokenSpan("content", 7, 9, 0.5),
    ]
    assert token_spans(path, marginal, 8)[-1] == TokenSpan(
        "content", 7, 8, 0.5
    )  # what lies past the length is not read


# --- links -------------------------------------------------------------------------------------------------------


def heads(none: float = -5.0) -> Heads:
    """No bias for any place; 'none' has this score for whatever asks."""
    bias = np.zeros(PLACES, np.float32)
    none_weights = np.append(np.zeros(LINK_SIZE), none).astype(np.float32)
    return Heads(np.zeros((len(LABELS),) * 2, np.float32), bias, bias, none_weights, none_weights)


class Page:
    """A window on which spans are drawn and tied by hand: each tie has a dimension of the link vectors of its own."""

    def __init__(self, *lengths: int) -> None:
        owner = np.repeat(np.arange(len(lengths)), lengths)
        none = np.zeros(len(owner), np.int64)
        self.window = Window(none, none, np.arange(len(owner)), np.arange(len(owner)) + 1, owner)
        self.link = np.zeros((len(owner), LINKS, LINK_SIZE), np.float32)
        self.spans: list[TokenSpan] = []
        self.ties = 0

    def span(self, role: str, start: int, end: int) -> TokenSpan:
        self.spans.append(TokenSpan(role, start, end, 0.9))
        return self.spans[-1]

    def tie(self, cue: TokenSpan, other: TokenSpan, strength: float = 10.0) -> None:
        mine, its = (CUE_FOR_SOURCE, SOURCE) if other.role == "source" else (CUE_FOR_CONTENT, CONTENT)
        self.link[cue.start : cue.end, mine, self.ties] = strength
        self.link[other.start : other.end, its, self.ties] = 1
        self.ties += 1

    def read(self, none: float = -5.0) -> list[Attribution]:
        spans = sorted(self.spans, key=lambda span: span.start)
        return attributions(spans, self.link.reshape(len(self.link), -1), self.window, heads(none))


def test_each_content_goes_to_its_cue_and_each_cue_to_its_source() -> None:
    page = Page(20)
    first, second = page.span("cue", 3, 4), page.span("cue", 12, 14)
    near, far = page.span("source", 1, 2), page.span("source", 17, 19)
    early, late = page.span("content", 5, 9), page.span("content", 15, 16)
    page.tie(first, far)
    page.tie(second, near)
    page.tie(first, late)
    page.tie(second, early)
    assert [(one.cue, one.source, one.content) for one in page.read()] == [
        (first, far, (late,)),
        (second, near, (early,)),
    ]


def test_one_cue_may_govern_several_contents_and_share_its_source() -> None:
    page = Page(20)
    source = page.span("source", 0, 2)
    first, second = page.span("cue", 3, 4), page.span("cue", 12, 14)
    contents = [page.span("content", 5, 7), page.span("content", 8, 10)]
    other = page.span("content", 15, 16)
    for cue in (first, second):
        page.tie(cue, source)
    for content in contents:
        page.tie(first, content)
    page.tie(second, other)
    assert [(one.source, one.content) for one in page.read()] == [(source, tuple(contents)), (source, (other,))]


def test_none_is_a_candidate_too() -> None:
    page = Page(20)
    cue, source, content = page.span("cue", 3, 4), page.span("source", 0, 2), page.span("content", 5, 7)
    page.tie(cue, source, 1.0)
    page.tie(cue, content, 10.0)
    (one,) = page.read(none=5.0)
    assert one.source is None
    assert one.content == (content,)
    assert one.source_probability > 0.9
    assert page.read(none=50.0) == []  # not even the content: no attribution


def test_a_cue_without_content_and_a_content_without_cue_are_no_attribution() -> None:
    page = Page(20)
    page.span("source", 0, 2)
    page.span("cue", 3, 4)
    assert page.read() == []
    page = Page(20)
    page.span("content", 3, 9)
    assert page.read() == []


def test_a_cue_never_governs_the_content_of_an_earlier_paragraph() -> None:
    page = Page(10, 10)
    content, cue = page.span("content", 2, 8), page.span("cue", 12, 13)
    page.tie(cue, content, 1_000.0)
    assert page.read() == []
    before = page.span("cue", 0, 1)  # while a weaker one in its own paragraph does
    (one,) = page.read(none=-50.0)
    assert (one.cue, one.content) == (before, (content,))


def test_a_cue_may_govern_the_content_of_a_later_paragraph() -> None:
    page = Page(10, 10)
    cue, content = page.span("cue", 2, 3), page.span("content", 12, 18)
    page.tie(cue, content)
    (one,) = page.read()
    assert one.content == (content,)


def test_probabilities_are_those_of_the_weakest_tie() -> None:
    page = Page(20)
    cue = page.span("cue", 3, 4)
    strong, weak = page.span("content", 5, 7), page.span("content", 8, 10)
    page.tie(cue, strong, 10.0)
    page.tie(cue, weak, 1.0)
    (one,) = page.read(none=0.0)
    # exp(1) / (exp(1) + exp(0))
    assert one.content_probability == pytest.approx(np.e / (np.e + 1), rel=1e-4)


def test_decode_of_nothing_and_of_windows_together() -> None:
    parameters = heads()
    assert decode([], parameters) == []
    rng = np.random.default_rng(3)
    rows = []
    for length in (9, 30, 4):
        ids = np.zeros(length, np.int64)
        start = np.arange(length)
        start[[0, -1]] = -1
        window = Window(ids, ids, start, np.where(start < 0, -1, start + 1), ids)
        emissions = rng.normal(scale=3, size=(length, len(LABELS))).astype(np.float32)
        link = rng.normal(size=(length, LINKS * LINK_SIZE)).astype(np.float32)
        rows.append(Scores(window, emissions, link))
    together = decode(rows, parameters)
    assert together == [decode([row], parameters)[0] for row in rows]
    for row, found in zip(rows, together, strict=True):
        for one in found:  # [CLS] and [SEP] are in no span
            for span in (one.cue, *one.content):
                assert 0 < span.start < span.end < len(row.window.ids)
