"""Items in, a ledger out: what is there already is passed over, what fails is noted, the rest is read and committed."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from onrecord.adding.jobs import Job, Problem, Result, encodable, fault, freeze, input_of, input_of_error
from onrecord.adding.pool import Pool
from onrecord.adding.worker import Reader
from onrecord.errors import OnRecordError
from onrecord.intake import Item
from onrecord.store.writer import Outcome, Writer
from onrecord.types import Article


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one input. ``problem``: why it is not in the ledger; ``statements``: how many it brought."""

    name: str
    outcome: Outcome | None
    problem: str | None = None
    statements: int = 0
    passed_over: bool = False


@dataclass(slots=True)
class Progress:
    """How far adding has come."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    passed_over: int = 0
    statements: int = 0

    def count(self, one: Added) -> None:
        """Count one more."""
        if one.problem is not None:
            self.failed += 1
        elif one.passed_over:
            self.passed_over += 1
        else:
            self.outcomes[one.outcome or ""] += 1
            self.statements += one.statements

    @property
    def done(self) -> int:
        """How many inputs have been dealt with."""
        return self.outcomes.total() + self.failed + self.passed_over


def add(
    writer: Writer,
    work: Iterable[Item | Article | OnRecordError],
    *,
    processes: int = 0,
    allow_private: bool = False,
    again: bool = False,
    reader: Reader | None = None,
) -> Iterator[Added]:
    """Read what is given and put it in the ledger, one transaction an article; tells what became of each.

    ``processes``: how many read besides this one, which writes; 0: as many as there are cores. 1 with little to do
    reads in this process. ``again`` tries inputs that failed before once more; otherwise they are passed over like
    those that are in the ledger. An Article is one that is there and is read anew. ``reader`` is what reads in this
    process; whoever adds again and again keeps one, with its models.

    Whatever happens, articles are in the ledger whole or not at all, and the same call goes on where it stopped.
    """
    jobs = _Jobs(writer, work, again=again)
    reader = reader or Reader(allow_private=allow_private)
    for job, result in _results(jobs, processes or cores(), reader, allow_private=allow_private):
        yield from jobs.told()
        if job is not None and result is not None:
            yield _written(writer, job, result)
    yield from jobs.told()


class _Jobs:
    """The jobs to do, drawn one by one; None where something was passed over or failed, which ``told`` then gives."""

    def __init__(self, writer: Writer, work: Iterable[Item | Article | OnRecordError], *, again: bool) -> None:
        self._writer = writer
        self._work = iter(work)
        self._again = again
        self._told: list[Added] = []
        self._number = 0

    def __iter__(self) -> Iterator[Job | None]:
        return self

    def __next__(self) -> Job | None:
        one = next(self._work)
        if isinstance(one, OnRecordError):
            reason = encodable(str(one))
            self._writer.fail(input_of_error(one, ""), reason, None)
            self._told.append(Added(one.datum, None, str(one)))
            return None
        failed = not self._again and isinstance(one, Item) and one.kind != "address"
        if isinstance(one, Item) and self._writer.knows(one.digest, failed=failed):
            self._told.append(Added(one.name, None, passed_over=True))
            return None
        self._number += 1
        return Job(self._number, one)

    def told(self) -> list[Added]:
        """What has become of inputs that need no reading, since the last time."""
        told, self._told = self._told, []
        return told


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


FEW, FEW_BYTES = 4, 200_000  # jobs, and bytes of all of them; starting a process and its models takes about 1.5 s


def _results(
    jobs: Iterator[Job | None], processes: int, reader: Reader, *, allow_private: bool
) -> Iterator[tuple[Job, Result] | tuple[None, None]]:
    """The results of the jobs; (None, None) where there is none yet, but something was passed over.

    A few small ones are read here: a process takes longer to start than they to read.
    """
    few: list[Job] = []
    for job in jobs:
        if job is None:
            yield None, None
            continue
        few.append(job)
        if len(few) > FEW or sum(one.size for one in few) > FEW_BYTES:
            break
    else:
        by_number = {job.number: job for job in few}
        for result in reader.read(few):
            yield by_number[result.number], result
        return
    with Pool(processes, allow_private=allow_private) as pool:
        yield from pool.results(chain(few, jobs))


def _written(writer: Writer, job: Job, result: Result) -> Added:
    work = job.work
    name = work.name if isinstance(work, Item) else work.id
    if isinstance(result.outcome, Problem):
        return _failed(writer, work, result.outcome.message)
    try:
        outcome = writer.add(result.outcome, input_of(work) if isinstance(work, Item) else None)
    except Exception as error:  # a fault of ours in one article stops none of the others; the ledger's own stop all
        if isinstance(error, OnRecordError) and not isinstance(error.__cause__, sqlite3.IntegrityError):
            raise
        return _failed(writer, work, fault(error.__cause__ or error).message)
    return Added(name, outcome, statements=len(result.outcome.record.statements))


def _failed(writer: Writer, work: Item | Article, message: str) -> Added:
    if isinstance(work, Article):
        return Added(work.id, None, message)
    writer.fail(input_of(work), encodable(message), freeze(work))
    return Added(work.name, None, message)
