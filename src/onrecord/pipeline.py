"""The whole way from an article to its record. The one module that knows every stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np

from onrecord.compose import compose
from onrecord.entity import Seen
from onrecord.model.coreference import antecedents, traits
from onrecord.model.decode import Attribution, Scores, TokenSpan, decode
from onrecord.model.encode import Window
from onrecord.model.infer import Model
from onrecord.model.mention import Spans
from onrecord.model.wordpiece import Ints
from onrecord.statement import Found, Pairs, admissible, inner_passages
from onrecord.types import Article, Record

_T = TypeVar("_T")

# Windows scored together: enough that a Viterbi step over all of them costs no more than over one, few enough that
# their scores (1 KB a token) stay under 20 MB.
_BATCH = 64


def extract(article: Article, model: Model) -> Record:
    """Put one article's statements on record."""
    return next(extract_many([article], model))


def extract_many(articles: Iterable[Article], model: Model) -> Iterator[Record]:
    """Records of many articles, in their order; each is what ``extract`` gives for the article alone.

    While one batch is assembled the network reads the next: each stage is kept one batch ahead of the one after it.
    """
    tagged = _ahead(_tagged(batch, model) for batch in _batches(articles, model))
    nested = _ahead(_nested(batch, model) for batch in tagged)
    for batch in nested:
        yield from _assembled(batch, model)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles with the windows of each."""

    articles: tuple[Article, ...]
    windows: tuple[tuple[Window, ...], ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A batch whose windows the network is reading."""

    batch: _Batch
    scores: Iterator[Scores]


@dataclass(frozen=True, slots=True)
class _Inner:
    """A batch with its outer attributions, whose inner passages the network is reading."""

    batch: _Batch
    found: tuple[tuple[Found, ...], ...]
    seen: tuple[Seen, ...]
    passages: tuple[tuple[int, int, int, tuple[Window, ...]], ...]  # article, outer attribution, offset, windows
    scores: Iterator[Scores]


def _batches(articles: Iterable[Article], model: Model) -> Iterator[_Batch]:
    held: list[tuple[Article, tuple[Window, ...]]] = []
    count = 0
    for article in articles:
        windows = tuple(model.windows(article.text))
        held.append((article, windows))
        count += len(windows)
        if count >= _BATCH:
            yield _Batch(tuple(a for a, _ in held), tuple(w for _, w in held))
            held, count = [], 0
    if held:
        yield _Batch(tuple(a for a, _ in held), tuple(w for _, w in held))


def _tagged(batch: _Batch, model: Model) -> _Scored:
    return _Scored(batch, model.score([window for windows in batch.windows for window in windows]))


def _nested(scored: _Scored, model: Model) -> _Inner:
    batch = scored.batch
    read = _read(scored.scores, model)
    found, seen = [], []
    for article, windows in zip(batch.articles, batch.windows, strict=True):
        rows: list[Found] = []
        mentions: list[Spans] = []
        for window in windows:
            attributions, spans = next(read)
            rows += _found(article.text, window, attributions)
            mentions += [spans] if spans is not None else []
        found.append(tuple(rows))
        seen.append(_seen(article.text, mentions, model))
    passages = []
    for at, article in enumerate(batch.articles):
        for outer, (start, end) in inner_passages(article.text, found[at]):
            passages.append((at, outer, start, tuple(model.windows(article.text[start:end]))))
    scores = model.score([window for *_, windows in passages for window in windows], mentions=False)
    return _Inner(batch, tuple(found), tuple(seen), tuple(passages), scores)


def _seen(text: str, mentions: Sequence[Spans], model: Model) -> Seen:
    """The mentions of an article's windows together, and what each may go back to."""
    spans = Spans.joined(mentions)
    signs = traits(text, spans.start, spans.end)
    return Seen(spans, signs, antecedents(spans, signs, model.who))


def _assembled(inner: _Inner, model: Model) -> Iterator[Record]:
    read = _read(inner.scores, model)
    found = [list(rows) for rows in inner.found]
    for at, outer, offset, windows in inner.passages:
        text = inner.batch.articles[at].text
        for window in windows:
            shifted = replace(
                window,
                start=_shift(window.start, offset),
                end=_shift(window.end, offset),
            )
            for one in _found(text, shifted, next(read)[0]):
                if admissible(text, one, found[at][outer]):
                    found[at].append(replace(one, outer=outer))
    for article, rows, seen in zip(inner.batch.articles, found, inner.seen, strict=True):
        yield compose(article, rows, seen, model.rate, model.info)


def _read(scores: Iterator[Scores], model: Model) -> Iterator[tuple[list[Attribution], Spans | None]]:
    """The attributions and the mentions of each window.

    Scores are let go a batch at a time: held all at once, those of 200,000 words took 677 MB where this takes 253.
    """
    while batch := list(islice(scores, _BATCH)):
        yield from zip(decode(batch, model.heads), (one.mentions for one in batch), strict=True)


def _found(text: str, window: Window, rows: Sequence[Attribution]) -> list[Found]:
    """Attributions from tokens to code points, their edges moved out to the words'."""

    def extents(spans: Sequence[TokenSpan]) -> Pairs:
        return tuple(_words(text, int(window.start[s.start]), int(window.end[s.end - 1])) for s in spans)

    return [
        Found(
            source=extents([one.source]) if one.source else (),
            cue=extents([one.cue]),
            content=extents(one.content),
            edges=min(s.probability for s in (one.cue, *one.content, *([one.source] if one.source else []))),
            tied=one.content_probability,
            sourced=one.source_probability,
        )
        for one in rows
    ]


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    # A word piece is at most 100 characters, so neither loop runs on.
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _shift(offsets: Ints, by: int) -> Ints:
    """Move offsets, but not the −1 of separators."""
    return np.where(offsets >= 0, offsets + by, -1)


def _ahead(items: Iterator[_T]) -> Iterator[_T]:
    """Draw one item before the last one is used, so that the work it started goes on meanwhile."""
    held: deque[_T] = deque()
    for item in items:
        held.append(item)
        if len(held) > 1:
            yield held.popleft()
    yield from held
