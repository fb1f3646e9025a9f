"""Clocks and what is made of their readings."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from statistics import median


def wall(job: Callable[[], object]) -> float:
    """Seconds on the clock."""
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def cpu(job: Callable[[], object]) -> float:
    """Seconds of processor time, all threads together: what else runs on the machine counts little."""
    begun = time.process_time()
    job()
    return time.process_time() - begun


def interleaved(
    jobs: Sequence[Callable[[], object]], repeats: int, clock: Callable[[Callable[[], object]], float]
) -> list[list[float]]:
    """Readings (job, repeat). The jobs take turns, so that a slow minute of the machine falls on all of them."""
    rows: list[list[float]] = [[] for _ in jobs]
    for _ in range(repeats):
        for row, job in zip(rows, jobs, strict=True):
            row.append(clock(job))
    return rows


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the ratios of readings taken in the same turn."""
    return median(a / b for a, b in zip(above, below, strict=True))


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of the least-squares line through the logarithms: 1 is linear, 2 quadratic."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    centre, height = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - centre) * (b - height) for a, b in zip(x, y, strict=True))
    return rise / sum((a - centre) ** 2 for a in x)
