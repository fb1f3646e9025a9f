"""Processes that read, a bounded number of jobs in each; one that dies is replaced, its jobs are given out again."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from onrecord.adding.jobs import Job, Problem, Result
from onrecord.adding.worker import SPACING, serve
from onrecord.errors import OnRecordError

BATCH = 60_000  # bytes of text to a batch, about ten articles: enough windows to fill the network's batches
MOST = 16  # jobs to a batch
AHEAD = 2  # batches that a process holds: one that it reads, and one that waits
DEATHS = 2  # processes that an article may cost: one may be ended for another reason (memory, an operator)


@dataclass(slots=True)
class _Reading:
    """A process, and the batches that it has."""

    process: SpawnProcess
    pipe: Connection
    ready: bool = False
    batches: list[dict[int, Job]] = field(default_factory=list)


class Pool:
    """``count`` processes that read.

    Jobs are drawn from their source only when a process has room for them, so that memory does not grow with the
    source.
    """

    def __init__(self, count: int, *, allow_private: bool) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._allow_private = allow_private
        self._count = count
        self._readings: list[_Reading] = []
        self._waiting: list[dict[int, Job]] = []  # to be given out again, after a process died
        self._deaths: Counter[int] = Counter()  # of processes that had nothing but this job at hand

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for reading in self._readings:
            reading.pipe.close()
            reading.process.terminate()
        for reading in self._readings:
            reading.process.join(5)
        self._readings = []

    def results(self, jobs: Iterable[Job | None]) -> Iterator[tuple[Job, Result] | tuple[None, None]]:
        """The result of each job, in the order in which they are done; (None, None) for each None among them."""
        batches = _batched(jobs)
        exhausted = False
        while True:
            drawn = False
            while not drawn and (self._waiting or not exhausted) and (free := self._free()) is not None:
                batch = self._waiting.pop() if self._waiting else next(batches, None)
                if batch is None:
                    exhausted = True
                elif batch:
                    yield from self._given(free, batch)
                else:
                    drawn = True  # nothing to read, but something to tell; and what is done is not left waiting
                    yield None, None
            busy = [reading for reading in self._readings if reading.batches]
            if not busy and exhausted and not self._waiting:
                return
            for pipe in wait([reading.pipe for reading in busy], 0 if drawn or not busy else None):
                yield from self._received(next(one for one in busy if one.pipe is pipe))

    def _given(self, free: _Reading, batch: dict[int, Job]) -> Iterator[tuple[Job, Result]]:
        try:
            free.pipe.send(list(batch.values()))
            free.batches.append(batch)
        except (BrokenPipeError, ConnectionResetError):
            self._waiting.append(batch)
            yield from self._bury(free)

    def _received(self, reading: _Reading) -> Iterator[tuple[Job, Result]]:
        try:
            result = reading.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(reading)
            return
        if isinstance(result, Result):
            yield reading.batches[0].pop(result.number), result
        elif result is not None:
            kind, *facts = result
            raise kind(*facts)
        elif not reading.ready:
            reading.ready = True
        else:
            # What a batch did not answer for is a fault; it must not be lost without a word.
            for job in reading.batches.pop(0).values():
                yield job, Result(job.number, Problem("a fault in On Record: no answer; please report it"))

    def _free(self) -> _Reading | None:
        """A process with room, the one with the least to do; started if there are fewer than may be."""
        if len(self._readings) < self._count and all(reading.batches for reading in self._readings):
            self._readings.append(self._start())
        least = min(self._readings, key=lambda reading: len(reading.batches))
        return least if len(least.batches) < AHEAD else None

    def _start(self) -> _Reading:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(theirs, self._allow_private, SPACING * self._count), daemon=True, name="onrecord-reader"
        )
        with _no_interrupt():
            process.start()
        theirs.close()  # only the child holds it, so that its death is seen here, and ours there
        return _Reading(process, ours)

    def _bury(self, reading: _Reading) -> Iterator[tuple[Job, Result]]:
        """A process has died: what it was at is given out again, one by one; a job that was alone twice is given up."""
        reading.pipe.close()
        reading.process.join(5)
        self._readings.remove(reading)
        code = reading.process.exitcode
        died = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"
        if not reading.ready:
            way_out = "see above for its own words; `onrecord read` on one article may say more"
            raise OnRecordError("a process that reads", f"{died} before it could begin", way_out)
        for at, batch in enumerate(reading.batches):
            if at or not batch:
                self._waiting += [batch] if batch else []
                continue
            if len(batch) == 1:
                self._deaths.update(batch.keys())
            for number, job in batch.items():
                if self._deaths[number] < DEATHS:
                    self._waiting.append({number: job})
                else:
                    yield job, Result(number, Problem(f"the process that read it {died}; too little memory, perhaps"))


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """What is started here does not hear Ctrl-C, from its first moment on: this process decides what it means."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # the first start would do it, and let interrupts through again when it had
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _batched(jobs: Iterable[Job | None]) -> Iterator[dict[int, Job]]:
    """Jobs in batches; an empty one for each None."""
    held: dict[int, Job] = {}
    size = 0
    for job in jobs:
        if job is None:
            yield {}
            continue
        held[job.number] = job
        size += job.size
        if size >= BATCH or len(held) >= MOST:
            yield held
            held, size = {}, 0
    if held:
        yield held
