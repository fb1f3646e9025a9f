"""How long a search takes: by words, by meaning, with filters, in a new process, and beside a writer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.agency import records
from bench.agency_queries import Filter, queries
from bench.ledger_build import SEED
from onrecord.store import Filters, Query, View
from onrecord.store.vectors import vector_of, vectors_of
from onrecord.store.writer import Writer, prepare

READERS = 8
WRITTEN = 200  # articles that are written while others read


def searching(path: Path) -> dict[str, Any]:
    """Milliseconds of a page of 20 hits as a user gets it: median, 95th of 100 and slowest, by kind of query."""
    asked = queries(SEED)
    with View(path, vector_of) as view:
        told = view.stats()
        for text in asked.words[:3]:  # the model is loaded, the codes are read
            view.search(Query(text, by="both"))
        pairs = list(zip(asked.words, asked.filters * 2, strict=False))
        figures: dict[str, Any] = {
            "statements": told["statements"],
            "bytes_a_statement": told["bytes"] / max(1, told["statements"]),
            "words_ms": _timed(lambda text: view.search(Query(text, by="words")), asked.words),
            "meaning_ms": _timed(lambda text: view.search(Query(text, by="meaning")), asked.meanings),
            "both_ms": _timed(lambda text: view.search(Query(text, by="both")), asked.meanings),
            "three_filters_ms": _timed(lambda one: view.search(Query(None, filters(one))), asked.filters),
            "words_three_filters_ms": _timed(
                lambda pair: view.search(Query(pair[0], filters(pair[1]), "words")), pairs
            ),
            "meaning_three_filters_ms": _timed(
                lambda pair: view.search(Query(pair[0], filters(pair[1]), "meaning")),
                list(zip(asked.meanings, asked.filters, strict=False)),
            ),
            "facets_ms": _timed(lambda text: view.search(Query(text, by="words", facets=True)), asked.words[:50]),
        }
    figures["cold_process_ms"] = _timed(lambda text: _cold(path, text), asked.meanings[:10])
    return figures


def filters(one: Filter) -> Filters:
    """The filters of the ledger that the generator's are."""
    return Filters(
        speaker=one.speaker,
        outlet=one.outlet,
        kind=(one.kind,) if one.kind else (),
        act=(one.act,) if one.act else (),
        since=one.since,
        until=one.until,
        confidence=one.min_confidence,
    )


def _cold(path: Path, text: str) -> None:
    command = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "search", text, "--db", str(path)]
    subprocess.run(command, check=False, capture_output=True)


def _timed(job: Callable[[Any], object], asked: Iterable[Any]) -> dict[str, float]:
    spent = []
    for one in asked:
        begun = time.perf_counter()
        job(one)
        spent.append((time.perf_counter() - begun) * 1000)
    return percentiles(spent)


def percentiles(spent: Sequence[float]) -> dict[str, float]:
    """The median, the 95th of 100, and the most."""
    ordered = sorted(spent)
    return {"p50": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)], "most": ordered[-1]}


def readers(path: Path, folder: Path) -> dict[str, Any]:
    """Eight processes that search, alone and then while another writes: 95th of 100 of each, and errors."""
    alone = _reading(path, folder / "alone")
    stop = threading.Event()
    written = [0]
    errors: list[str] = []

    def write() -> None:
        try:
            with Writer(path, vectors_of) as writer:
                for record in records(10**9, SEED + int(time.time())):
                    if stop.is_set():
                        return
                    writer.add(prepare(record, lambda texts: [bytes(range(1, 97)) * 4 for _ in texts]))
                    written[0] += 1
        except Exception as error:
            errors.append(str(error))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        beside = _reading(path, folder / "beside")
    finally:
        stop.set()
        writer.join()
    return {
        "alone_p95_ms": alone["p95"],
        "beside_a_writer_p95_ms": beside["p95"],
        "ratio": beside["p95"] / alone["p95"],
        "errors": alone["errors"] + beside["errors"] + len(errors),
        "articles_written_meanwhile": written[0],
    }


def _reading(path: Path, out: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.ledger_searching", str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(READERS)]
    spent: list[float] = []
    errors = 0
    for one in running:
        told, _ = one.communicate()
        errors += one.returncode != 0
        spent += [float(line) for line in told.split()]
    return {**percentiles(spent or [0.0]), "errors": errors}


def main() -> None:
    """One reader: prints the milliseconds of each of its searches."""
    with View(sys.argv[1], vector_of) as view:
        for text in queries(SEED).words:
            begun = time.perf_counter()
            view.search(Query(text, by="words"))
            print((time.perf_counter() - begun) * 1000)


if __name__ == "__main__":
    main()
