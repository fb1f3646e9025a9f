"""The process that reads what the desk is given, so that reading never holds up whoever looks.

``python -m onrecord.serve.desk.worker LEDGER NAME [--allow-private]`` takes jobs from the ledger, one after another,
and keeps its models between them. Its standard input is its tie to the desk: a line says that there is something new,
the end that the desk is gone; it then gives back what it has and ends.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from onrecord.adding import add
from onrecord.adding.add import cores
from onrecord.adding.worker import Reader
from onrecord.errors import LedgerBusy, OnRecordError
from onrecord.intake import Item
from onrecord.serve.desk.inbox import Inbox, items_of
from onrecord.serve.desk.progress import Told
from onrecord.store import jobs
from onrecord.store.connection import explained, open_reader, open_writer
from onrecord.store.jobs import Job
from onrecord.store.vectors import vectors_of
from onrecord.store.writer import Writer

NICE = 10  # steps of priority below the desk, which answers people
HEED = 1.0  # seconds between two looks whether somebody asked to stop
BEAT = 10.0  # seconds between two signs of life; each changes the ledger, and what pages remember of it is lost
STALE = 45.0  # seconds without one after which a job's worker is taken for dead; a busy ledger may delay one by 10
TOLD = 0.5  # seconds between two notes of how far a job has come
GRACE = 8.0  # seconds that a job has to stop by itself; what hangs (a page that is fetched) is ended with the process
LONGEST = 1_800.0  # seconds without an input being done; 20 MB of text, the most in one article, take less
IDLE = 900.0  # seconds without a job after which the process ends, and its models' memory is free
LOOK = 5.0  # seconds between two looks for jobs that others left
BUSY = 3  # times that a job waits for another writer, 10 s each


class Worker:
    """Takes jobs and does them."""

    def __init__(self, db: Path, name: str, *, allow_private: bool) -> None:
        self._db, self._name, self._allow_private = db, name, allow_private
        self._inbox = Inbox(db)
        self._reader = Reader(allow_private=allow_private)
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._job: str | None = None
        self._stopped: float | None = None  # when somebody was found to have asked to stop
        self._moved = self._beaten = time.monotonic()  # when an input was last done, a sign of life last given

    def run(self) -> None:
        """Work until there has been nothing to do for a while, or the desk is gone."""
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._live, daemon=True).start()
        idle = time.monotonic()
        while time.monotonic() - idle < IDLE:
            self._news.clear()
            job = None
            with suppress(LedgerBusy):  # it will be free sometime
                job = self._take()
            if job is None:
                self._news.wait(LOOK)
                continue
            self._do(job)
            idle = time.monotonic()

    def _take(self) -> Job | None:
        with self._changing() as connection:
            jobs.lost(connection, time.time() - STALE)
            job = jobs.take(connection, self._name, time.time())
        with self._lock:
            self._job, self._stopped, self._moved = job.id if job else None, None, time.monotonic()
            if job is not None and job.cancel:
                self._stopped = time.monotonic()
        return job

    def _do(self, job: Job) -> None:
        state: jobs.State = "done"
        why = None
        for left in range(BUSY, 0, -1):
            try:
                state = "done" if self._read(job) else "cancelled"
            except LedgerBusy as error:
                state, why = "failed", str(error)
                if left > 1:
                    continue
            except OnRecordError as error:
                state, why = "failed", str(error)
            except Exception as error:
                sys.excepthook(*sys.exc_info())
                state, why = "failed", f"a fault in On Record ({type(error).__name__}: {error}); please report it"
            break
        with self._lock:
            self._job = None
        with self._changing() as connection:
            ours = jobs.end(connection, job.id, self._name, state, why)
        if ours:
            self._inbox.clear(job.work)

    def _read(self, job: Job) -> bool:
        """Read what a job is about; False where it was stopped before its end. What was read stays in any case."""
        told, digests, last = Told(), dict[str, bytes](), 0.0
        with Writer(self._db, vectors_of) as writer:
            begun = writer.begin("desk")
            run = job.told.get("run") or begun
            with writer.transaction() as connection:
                jobs.tell(connection, job.id, self._name, 0, {"run": run})
            found = self._found(job, digests)
            adding = add(
                writer, found, processes=max(1, cores() - 1), allow_private=self._allow_private, again=True,
                reader=self._reader,
            )  # fmt: skip
            with closing(adding):  # type: ignore[type-var]  # it is a generator
                for one in adding:
                    digest = digests.pop(one.name, None)
                    article = None
                    if digest is not None:
                        with writer.asking() as connection:
                            article = jobs.brought(connection, digest, run)
                    told.count(one, article)
                    self._moved = time.monotonic()
                    if self._stopped is not None:
                        break
                    if time.monotonic() - last > TOLD:
                        last = time.monotonic()
                        with writer.transaction() as connection:
                            if not jobs.tell(connection, job.id, self._name, told.done, told.json()):
                                os._exit(1)  # it was given to another, who is at it now
            with writer.transaction() as connection:
                jobs.tell(connection, job.id, self._name, told.done, told.json())
        return self._stopped is None

    def _found(self, job: Job, digests: dict[str, bytes]) -> Iterator[Item | OnRecordError]:
        """The job's articles, until somebody asks to stop. ``digests`` gets that of each, by its name."""
        for one in items_of(job.work, self._inbox, allow_private=self._allow_private):
            if self._stopped is not None:
                return
            if isinstance(one, Item):
                digests[one.name] = one.digest
            yield one

    # Beside the work --------------------------------------------------------------------------------------------------

    def _live(self) -> None:
        """Give signs of life, see whether somebody asks to stop, and end what hangs."""
        while True:
            time.sleep(HEED)
            with self._lock, suppress(OnRecordError):  # a busy ledger: the next will be heard
                if self._job is not None:
                    self._look(self._job)

    def _look(self, job: str) -> None:
        if time.monotonic() - self._beaten > BEAT:
            with self._changing() as connection:
                asked = jobs.beat(connection, job, self._name, time.time())
            self._beaten = time.monotonic()
        else:
            with explained(str(self._db)), closing(open_reader(self._db)) as connection:
                found = jobs.job(connection, job)
            asked = found is not None and found.cancel
        if asked and self._stopped is None:
            self._stopped = time.monotonic()
        if self._stopped is not None and time.monotonic() - self._stopped > GRACE:
            self._give_up(job, "cancelled", None)
        if time.monotonic() - self._moved > LONGEST:
            why = f"nothing was done for {LONGEST / 60:.0f} minutes; cut it into parts, and leave out what hangs"
            self._give_up(job, "failed", why)

    def _give_up(self, job: str, state: jobs.State, why: str | None) -> None:
        with self._changing() as connection:
            found = jobs.job(connection, job)
            ours = jobs.end(connection, job, self._name, state, why)
        if ours and found is not None:
            self._inbox.clear(found.work)
        os._exit(0)

    def _listen(self) -> None:
        """Hear that there is something new, until the desk is gone."""
        while sys.stdin.buffer.readline():
            self._news.set()
        with suppress(OnRecordError), self._changing() as connection:
            jobs.give_back(connection, self._name)
        os._exit(0)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on a connection of its own: threads of this process call it."""
        with explained(str(self._db)), closing(open_writer(self._db)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


def _give_way() -> None:
    """Run, and have the processes that it starts run, when nobody else would: pages come first."""
    with suppress(OSError):
        os.nice(NICE)
    if hasattr(os, "SCHED_IDLE"):  # Linux
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def main() -> None:
    """Be the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the desk's to hear; its end is heard here
    _give_way()
    db, name, *rest = sys.argv[1:]
    Worker(Path(db), name, allow_private="--allow-private" in rest).run()


if __name__ == "__main__":
    main()
