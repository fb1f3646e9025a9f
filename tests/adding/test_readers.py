"""Many who read while one writes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import numpy as np
from search.making import embed, view

from bench.agency import records
from onrecord.store import Filters, Query, Writer, prepare

READERS = 8
QUERIES = [
    Query("sanctions", by="words"),
    Query("sanctions on the bank"),
    Query("talks about the treaty", by="meaning"),
    Query("the", Filters(kind=("direct",), since="2028"), by="words", sort="said", facets=True),
    Query(filters=Filters(act=("deny",)), facets=True),
]


def test_eight_read_while_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    prepared = [prepare(record, embed) for record in records(2_500, 3)]
    done = threading.Event()

    def read(number: int) -> list[float]:
        """Seconds that each search took."""
        spent: list[float] = []
        totals = dict.fromkeys(range(len(QUERIES)), 0)
        with view(path) as ledger:
            for at in cycle(range(number, number + len(QUERIES))):
                began = time.perf_counter()
                page = ledger.search(QUERIES[at % len(QUERIES)])
                spent.append(time.perf_counter() - began)
                if at % len(QUERIES) == 0:  # nothing is taken away, so that no search finds less than the one before
                    assert page.total >= totals[0]
                    totals[0] = page.total
                for hit in page:
                    assert all(hit.context[start:end] for start, end in hit.content)
                if done.is_set() and len(spent) > len(QUERIES):
                    return spent
        raise AssertionError

    with Writer(path, embed) as writer, ThreadPoolExecutor(READERS) as pool:
        writer.add(prepared[0])
        reading = [pool.submit(read, number) for number in range(READERS)]
        try:
            for one in prepared[1:]:
                writer.add(one)
        finally:
            done.set()
        spent = [seconds for future in reading for seconds in future.result(timeout=60)]
    assert len(spent) > READERS * len(QUERIES)
    print(f"{len(spent)} searches by {READERS} readers, p95 {np.percentile(spent, 95) * 1000:.0f} ms")
    with view(path) as ledger:
        assert sum(1 for _ in ledger.records()) == len(prepared)
