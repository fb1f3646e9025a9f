"""The public verbs: a source, or many, to Records."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from onrecord.errors import OnRecordError
from onrecord.types import Article, Record

if TYPE_CHECKING:
    from onrecord.model import Model
    from onrecord.reader import Given

Source = str | os.PathLike[str]


def read(
    source: Source | Article,
    *,
    published: str | None = None,
    url: str | None = None,
    given: Given | None = None,
    allow_private: bool = False,
    model: Model | None = None,
) -> Record:
    """Read one article: who said what in it.

    ``source`` is a path, an http(s) address, ``-`` for standard input, or an Article. ``published`` (ISO 8601) and
    ``url`` are what you know of it; ``given`` holds more of that, and yields to them. ``allow_private`` permits
    addresses of the local network. ``model`` is one from ``load_model``; the bundled one, loaded once, by default.

    Raises InputError, FetchError or ModelError.
    """
    from onrecord.pipeline import extract

    article = _article(source, _given(given, published, url), allow_private=allow_private)
    return extract(article, model or _model())


def read_many(
    sources: Iterable[Source | Article | OnRecordError],
    *,
    given: Given | None = None,
    allow_private: bool = False,
    model: Model | None = None,
) -> Iterator[Record | OnRecordError]:
    """Read many articles, faster together than one by one, and give a Record for each, in their order.

    A source that cannot be read gives its error, as a value and in its place, so that it costs none of the others;
    an error among the ``sources``, as ``articles`` gives for a broken line, is passed on.
    """
    failed: deque[tuple[int, OnRecordError]] = deque()  # how many articles came before it, and what went wrong
    taken = 0

    def readable() -> Iterator[Article]:
        nonlocal taken
        for source in sources:
            try:
                if isinstance(source, OnRecordError):
                    raise source
                article = _article(source, given, allow_private=allow_private)
            except OnRecordError as error:
                failed.append((taken, error))
            else:
                taken += 1
                yield article

    articles = readable()
    for first in articles:  # only now is the model needed
        from onrecord.pipeline import extract_many

        for done, record in enumerate(extract_many(chain([first], articles), model or _model())):
            while failed and failed[0][0] <= done:
                yield failed.popleft()[1]
            yield record
    yield from (error for _, error in failed)


def _article(source: Source | Article, given: Given | None, *, allow_private: bool) -> Article:
    if isinstance(source, Article):
        return source
    from onrecord.reader import Given, load

    return load(source, given or Given(), allow_private=allow_private)


def _given(given: Given | None, published: str | None, url: str | None) -> Given | None:
    if published is None and url is None:
        return given
    from onrecord.reader import Given

    known = given or Given()
    return replace(known, published=published or known.published, url=url or known.url)


def _model() -> Model:
    from onrecord.model import load

    return load()
