"""Scores → spans → attributions: Viterbi and marginals of the linear-chain CRF, then the links.

(Lafferty, McCallum and Pereira 2001.) Labels are BIO over source, cue and content; a span never crosses a
paragraph, since every separator is labelled O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.model.encode import Window
from onrecord.model.link import CONTENT, CUE_FOR_CONTENT, CUE_FOR_SOURCE, LINK_SIZE, SOURCE, places, span_means
from onrecord.model.mention import Spans

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
ROLES = ("source", "cue", "content")
FORBIDDEN = -1e4  # log score of a transition that BIO does not know


@dataclass(frozen=True, slots=True)
class Heads:
    """The small parameters that run outside the network, in fp32.

    transitions (label, label): from row to column; opening (label,): score of a label at the first token;
    place_source and place_content (PLACES,): biases of where a candidate stands; none_source (LINK_SIZE + 1,)
    and none_content: weights and bias of the 'none' candidate.
    """

    transitions: Floats
    place_source: Floats
    place_content: Floats
    none_source: Floats
    none_content: Floats


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens [start, end) of a window with one role; ``probability`` is the smaller marginal of its two edges."""

    role: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """One cue with what it governs, in tokens of one window; every probability is uncalibrated."""

    cue: TokenSpan
    source: TokenSpan | None
    content: tuple[TokenSpan, ...]
    source_probability: float
    content_probability: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of one window: emissions (token, label), link (token, LINKS × LINK_SIZE), its mentions."""

    window: Window
    emissions: Floats
    link: Floats
    mentions: Spans | None = None


def decode(scores: Sequence[Scores], heads: Heads) -> list[list[Attribution]]:
    """The attributions of each window. Windows are decoded together but do not touch one another."""
    if not scores:
        return []
    lengths = np.array([len(one.window.ids) for one in scores])
    emissions = np.zeros((len(scores), int(lengths.max()), len(LABELS)), np.float32)
    for row, one in enumerate(scores):
        emissions[row, : lengths[row]] = one.emissions
        emissions[row, : lengths[row]][one.window.start < 0, 1:] = FORBIDDEN  # [CLS] and [SEP] are O
    path = viterbi(emissions, heads.transitions, lengths)
    marginal = marginals(emissions, heads.transitions, lengths)
    return [
        attributions(token_spans(path[row], marginal[row], int(lengths[row])), one.link, one.window, heads)
        for row, one in enumerate(scores)
    ]


def allowed() -> NDArray[np.bool_]:
    """(label, label): whether the second may follow the first."""
    table = np.ones((len(LABELS), len(LABELS)), bool)
    for after, label in enumerate(LABELS):
        if label.startswith("I-"):
            for before, earlier in enumerate(LABELS):
                table[before, after] = earlier[2:] == label[2:] and earlier != "O"
    return table


def viterbi(emissions: Floats, transitions: Floats, lengths: Ints) -> Ints:
    """The best label path: emissions (window, token, label) → (window, token); past a window's length the path is O."""
    windows, tokens, labels = emissions.shape
    score = emissions[:, 0].copy()
    back = np.zeros((windows, tokens, labels), np.int8)
    live = np.arange(tokens)[None, :] < lengths[:, None]
    for t in range(1, tokens):
        step = score[:, :, None] + transitions[None]
        best = step.argmax(axis=1)
        update = np.take_along_axis(step, best[:, None, :], axis=1)[:, 0] + emissions[:, t]
        on = live[:, t, None]
        back[:, t] = np.where(on, best, np.arange(labels))
        score = np.where(on, update, score)
    path = np.zeros((windows, tokens), np.int64)
    label = score.argmax(axis=1)
    rows = np.arange(windows)
    for t in range(tokens - 1, -1, -1):
        path[:, t] = label
        label = back[rows, t, label]
    return np.where(live, path, 0)


def marginals(emissions: Floats, transitions: Floats, lengths: Ints) -> Floats:
    """P(label | text) by forward–backward, rescaled at each token: (window, token, label)."""
    windows, tokens, labels = emissions.shape
    weight = np.exp(emissions - emissions.max(axis=2, keepdims=True))
    weight[np.arange(tokens)[None, :] >= lengths[:, None]] = 1.0
    move = np.exp(transitions)
    forward = np.empty_like(weight)
    backward = np.empty_like(weight)
    current = weight[:, 0] / weight[:, 0].sum(axis=1, keepdims=True)
    forward[:, 0] = current
    for t in range(1, tokens):
        # Not a matrix product: BLAS may sum in another order for another number of windows.
        current = (current[:, :, None] * move).sum(axis=1) * weight[:, t]
        current /= current.sum(axis=1, keepdims=True)
        forward[:, t] = current
    current = np.ones((windows, labels), weight.dtype)
    live = np.arange(tokens)[None, :] < lengths[:, None]
    for t in range(tokens - 1, -1, -1):
        backward[:, t] = current
        following = ((current * weight[:, t])[:, None, :] * move).sum(axis=2)
        following /= following.sum(axis=1, keepdims=True)
        current = np.where(live[:, t, None], following, current)
    both = forward * backward
    result: Floats = both / both.sum(axis=2, keepdims=True)
    return result


def token_spans(path: Ints, marginal: Floats, length: int) -> list[TokenSpan]:
    """The spans of one window's path: path (token,), marginal (token, label)."""
    spans = []
    start = -1
    for t in range(length + 1):
        label = int(path[t]) if t < length else 0
        if start >= 0 and (label == 0 or label % 2 == 1):
            first = int(path[start])
            edge = min(float(marginal[start, first]), float(marginal[t - 1, path[t - 1]]))
            spans.append(TokenSpan(ROLES[(first - 1) // 2], start, t, edge))
            start = -1
        if label % 2 == 1:
            start = t
    return spans


def attributions(spans: list[TokenSpan], link: Floats, window: Window, heads: Heads) -> list[Attribution]:
    """Tie the spans of one window together: link (token, LINKS × LINK_SIZE). In the order of their cues."""
    cues = [span for span in spans if span.role == "cue"]
    sources = [span for span in spans if span.role == "source"]
    contents = [span for span in spans if span.role == "content"]
    if not cues or not contents:
        return []
    cue_at, source_at, content_at = _ranges(cues), _ranges(sources), _ranges(contents)
    vectors = link.reshape(len(link), -1, LINK_SIZE)
    # A cue governs its own paragraph and what follows: of 23,212 contents of PolNeAR train, 29 precede their cue's.
    later = window.paragraph[cue_at[:, 0]][None, :] > window.paragraph[content_at[:, 0]][:, None]
    to_cue = _probabilities(
        (span_means(vectors[:, CONTENT], content_at), span_means(vectors[:, CUE_FOR_CONTENT], cue_at)),
        heads.place_content[places(content_at, cue_at, cue_at, window.paragraph)]
        + np.where(later, np.float32(FORBIDDEN), np.float32(0)),
        heads.none_content,
    )
    to_source = _probabilities(
        (span_means(vectors[:, CUE_FOR_SOURCE], cue_at), span_means(vectors[:, SOURCE], source_at)),
        heads.place_source[places(cue_at, source_at, cue_at, window.paragraph)],
        heads.none_source,
    )
    governed: list[list[int]] = [[] for _ in cues]
    for index, row in enumerate(to_cue):
        best = int(row.argmax())
        if best < len(cues):
            governed[best].append(index)
    found = []
    for index, cue in enumerate(cues):
        if not governed[index]:
            continue
        chosen = int(to_source[index].argmax())
        found.append(
            Attribution(
                cue=cue,
                source=sources[chosen] if chosen < len(sources) else None,
                content=tuple(contents[i] for i in governed[index]),
                source_probability=float(to_source[index, chosen]),
                content_probability=float(min(to_cue[i, index] for i in governed[index])),
            )
        )
    return found


def _ranges(spans: list[TokenSpan]) -> Ints:
    return np.array([(span.start, span.end) for span in spans], np.int64).reshape(-1, 2)


def _probabilities(vectors: tuple[Floats, Floats], place: Floats, none: Floats) -> Floats:
    """Softmax over candidates and, last, 'none': (heads, candidates + 1)."""
    head, candidate = vectors
    scores = head @ candidate.T + place
    scores = np.concatenate([scores, (head @ none[:-1] + none[-1])[:, None]], axis=1)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = scores / scores.sum(axis=1, keepdims=True)
    return result
