"""A large ledger of generated prose, with real vectors: what search is measured on."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.agency import records
from onrecord.store.vectors import vectors_of
from onrecord.store.writer import Prepared, Writer, prepare
from onrecord.types import Record

SEED = 20_310
TOGETHER = 20  # records to a task


def build(path: Path, statements: int, seed: int = SEED) -> dict[str, float]:
    """Make the ledger; seconds that it took, and bytes on disk a statement, all indexes and articles included."""
    begun = time.perf_counter()
    spent = 0.0
    count = 0
    with Writer(path, vectors_of) as writer:
        writer.begin("bench")
        for prepared in _prepared(statements, seed):
            before = time.perf_counter()
            writer.add(prepared)
            spent += time.perf_counter() - before
            count += len(prepared.record.statements)
    return {
        "statements": count,
        "seconds": time.perf_counter() - begun,
        "seconds_of_the_one_who_writes": spent,
        "bytes_a_statement": os.path.getsize(path) / count,
    }


def _prepared(statements: int, seed: int) -> Iterator[Prepared]:
    """Records with their vectors, which other processes work out; few are under way at a time."""
    made = records(statements, seed)
    batches = iter(lambda: list(islice(made, TOGETHER)), [])
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        waiting = [pool.apply_async(_prepare, (batch,)) for batch in islice(batches, 8)]
        while waiting:
            done = waiting.pop(0).get()
            waiting += [pool.apply_async(_prepare, (batch,)) for batch in islice(batches, 1)]
            yield from done


def _prepare(batch: list[Record]) -> list[Prepared]:
    return [prepare(record, vectors_of) for record in batch]
