"""From text in to record out: how fast, where the time goes, and how it grows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any, TypeVar, cast
from unittest.mock import patch

from bench.corpus import Corpus, of_words
from bench.timing import cpu, exponent, interleaved, ratio, wall
from onrecord import pipeline
from onrecord.compose import compose
from onrecord.model import Model, load
from onrecord.model.decode import decode
from onrecord.reader import from_text

_T = TypeVar("_T")


def read(texts: Iterable[str], model: Model) -> None:
    """Text in, records out, none kept."""
    for _ in pipeline.extract_many(map(from_text, texts), model):
        pass


def throughput(corpus: Corpus, repeats: int) -> dict[str, float]:
    """Words and articles a second on one core, and on two where there are two, by the clock."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    counts = [1, 2] if len(cores) != 1 else [1]
    jobs: list[Callable[[], object]] = []
    for count in counts:
        model = load(threads=count)

        def job(model: Model = model, allowed: Sequence[int] = cores[:count]) -> None:
            with _on(allowed):
                read(corpus.texts, model)

        with _on(cores[:count]):  # the threads of the pool are born here, and stay on these cores
            read(corpus.texts[:2], model)
        jobs.append(job)
    rows = interleaved(jobs, repeats, wall)
    figures: dict[str, float] = {}
    for count, row in zip(counts, rows, strict=True):
        figures[f"words_per_second_{count}"] = corpus.words / median(row)
        figures[f"articles_per_second_{count}"] = len(corpus.texts) / median(row)
    if len(counts) == 2:
        figures["speedup_of_two"] = ratio(rows[0], rows[1])
    return figures


@contextmanager
def _on(cores: Sequence[int]) -> Iterator[None]:
    """Keep this thread, and those it starts, on some cores; where the system knows no such thing, on any."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class _Inline:
    """Stands in for the pool: everything at once, in the thread that asks."""

    def map(self, job: Callable[[Any], _T], items: Iterable[Any]) -> Iterator[_T]:
        return iter([job(item) for item in items])


class _Clock:
    """Processor time of one thread by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def time(self, stage: str, job: Callable[..., _T], *given: Any) -> _T:
        begun = time.thread_time()
        result = job(*given)
        self.spent[stage] = self.spent.get(stage, 0.0) + time.thread_time() - begun
        return result

    def watch(self, stage: str, job: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: self.time(stage, job, *given)


def stages(corpus: Corpus, model: Model) -> dict[str, float]:
    """Each stage's share of the processor time, in one thread, batch after batch as the pipeline does."""
    alone = replace(model, pool=cast(ThreadPoolExecutor, _Inline()))
    clock = _Clock()
    read(corpus.texts[:2], alone)  # warm: patterns compiled, word lists read
    articles = clock.time("reading", lambda: [from_text(text) for text in corpus.texts])
    batches = clock.time("windows", lambda: list(pipeline._batches(articles, alone)))
    for batch in batches:
        tagged = clock.time("network", pipeline._tagged, batch, alone)
        seen = clock.watch("mentions", pipeline._seen)
        with patch.object(pipeline, "decode", clock.watch("decode", decode)), patch.object(pipeline, "_seen", seen):
            nested = clock.time("nested", pipeline._nested, tagged, alone)
        with patch.object(pipeline, "compose", clock.watch("assembly", compose)):
            clock.time("finish", lambda inner: list(pipeline._assembled(inner, alone)), nested)
    spent = clock.spent
    own = spent["decode"] + spent["mentions"] + spent["assembly"]
    spent["inner pass"] = spent.pop("nested") + spent.pop("finish") - own
    whole = sum(spent.values())
    return {stage: seconds / whole for stage, seconds in spent.items()}


def growth(corpus: Corpus, model: Model, most: int, repeats: int) -> dict[str, Any]:
    """Processor time as the articles grow in number, and as one grows in length: 1 to ``most`` times as much."""
    times = [1]
    while times[-1] * 2 <= most:
        times.append(times[-1] * 2)
    # Each article of the first table, and the shortest of the second, has 500 words.
    unit = 500
    one = [of_words(corpus.texts[at:] + corpus.texts[:at], unit) for at in range(len(corpus.texts))]
    number = {many: [one[at % len(one)] for at in range(many)] for many in times}
    length = {many: [of_words(corpus.texts, unit * many)] for many in times}
    read(number[1], model)
    return {"articles": _grown(number, model, repeats), "length": _grown(length, model, repeats)}


def _grown(jobs: dict[int, list[str]], model: Model, repeats: int) -> dict[str, Any]:
    rows = interleaved([lambda texts=texts: read(texts, model) for texts in jobs.values()], repeats, cpu)  # type: ignore[misc]
    words = [sum(len(text.split()) for text in texts) for texts in jobs.values()]
    seconds = [median(row) for row in rows]
    table = [
        {"times": many, "words": count, "seconds": spent, "seconds_per_1000_words": spent / count * 1000}
        for many, count, spent in zip(jobs, words, seconds, strict=True)
    ]
    return {"table": table, "exponent": exponent(words, seconds)}
