"""The desk's side of reading: jobs are queued here, and a process beside the desk (``worker``) does them."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from fastapi import Request

from onrecord.errors import NotOnRecord, OnRecordError
from onrecord.serve.desk.inbox import Inbox, Source, files_of, work_of
from onrecord.serve.desk.ledgers import Ledgers
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.settings import Settings
from onrecord.store import jobs
from onrecord.store.connection import explained, open_reader
from onrecord.store.jobs import Job

log = logging.getLogger("onrecord.desk")

# -P: what lies in the folder in which the desk was started is not imported.
COMMAND: Sequence[str] = (sys.executable, "-P", "-m", "onrecord.serve.desk.worker")
MOST_OPEN = 100  # jobs that wait or run
DEATHS = 4  # of workers, one after another without a job done between, after which no other is started
PAUSE = 1.0  # seconds between the death of a worker and the start of the next
PARTING = 5.0  # seconds that a worker has to give back what it has


class Working:
    """Queues jobs, and keeps a process at work on them. Safe to share between threads."""

    def __init__(self, settings: Settings, ledgers: Ledgers) -> None:
        self._settings, self._ledgers = settings, ledgers
        self.inbox = Inbox(settings.db)
        self.streams = 0  # open ones that tell how jobs go
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._closed = False
        self._looking = threading.Lock()
        self._reader: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Go on with what was left, where something was."""
        if self._settings.read_only:
            return
        with self._asking() as connection:
            left = jobs.open_jobs(connection)
        with suppress(OSError):  # what cannot be removed does no harm
            self.inbox.sweep([job.work for job in left])
        if left:
            self._nudge()

    def close(self) -> None:
        """Let the process give back what it has, and end."""
        with self._lock:
            self._closed = True
            worker = self._worker
        if worker is not None and worker.stdin is not None:
            with suppress(OSError):
                worker.stdin.close()
            try:
                worker.wait(PARTING)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        with self._looking:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    # Jobs -------------------------------------------------------------------------------------------------------------

    def require_room(self) -> None:
        """Raise Problem (429) where too many jobs are open already."""
        with self._asking() as connection:
            _require_room(len(jobs.open_jobs(connection)))

    def queue(self, sources: Sequence[Source], by: str) -> Job:
        """Have this read. Raises Problem (429) where too many jobs are open already, LedgerError."""
        key = secrets.token_urlsafe(9)
        work = work_of(sources)
        first, more = work["sources"][0]["name"], len(sources) - 1
        title = f"{first} and {more} more" if more else first
        with self._ledgers.writer() as writer, writer.transaction() as connection:
            _require_room(len(jobs.open_jobs(connection)))
            jobs.ask(connection, key, by, title, work)
            made = jobs.job(connection, key)
        assert made is not None  # it has just been made
        self._nudge()
        return made

    def job(self, key: str) -> tuple[Job, int]:
        """A job, and how many come before it. Raises NotOnRecord."""
        with self._asking() as connection:
            found = jobs.job(connection, key)
            ahead = jobs.before(connection, key) if found and found.state == "queued" else 0
        if found is None:
            raise NotOnRecord(f"job {key[:40]}", "there is none of that number", "/jobs lists those that are known")
        return found, ahead

    def recent(self, most: int = 200) -> list[Job]:
        """The jobs asked for last, the last first."""
        with self._asking() as connection:
            return jobs.recent(connection, most)

    def cancel(self, key: str) -> Job:
        """Ask that a job be stopped. Raises NotOnRecord, LedgerError."""
        self.job(key)
        with self._ledgers.writer() as writer, writer.transaction() as connection:
            jobs.cancel(connection, key)
            found = jobs.job(connection, key)
        assert found is not None  # jobs that are open are not forgotten
        if found.over:
            self.inbox.remove(files_of(found.work))
        self._nudge()
        return found

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with self._looking, explained(str(self._settings.db)):
            if self._reader is None:
                self._reader = open_reader(self._settings.db)
            yield self._reader

    # The process ------------------------------------------------------------------------------------------------------

    def _nudge(self) -> None:
        """Tell the process that there is something new; start it where there is none."""
        with self._lock:
            if self._closed:
                return
            if self._worker is None:
                self._start()
            elif self._worker.stdin is not None:
                with suppress(OSError):  # it has just ended; whoever waits for it will see what is left
                    self._worker.stdin.write(b"\n")
                    self._worker.stdin.flush()

    def _start(self) -> None:
        name = secrets.token_hex(8)
        command = [*COMMAND, str(self._settings.db), name]
        if self._settings.allow_private:
            command.append("--allow-private")
        # A session of its own, so that Ctrl-C in the desk's terminal is not heard there.
        worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
        self._worker = worker
        threading.Thread(target=self._wait, args=(worker, name), name="onrecord-worker", daemon=True).start()

    def _wait(self, worker: subprocess.Popen[bytes], name: str) -> None:
        """Wait for the end of a process, and start another where something is left."""
        code = worker.wait()
        with self._lock:
            if worker.stdin is not None:
                with suppress(OSError):
                    worker.stdin.close()
            if self._closed:
                return
        how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
        try:
            left = self._bury(name, how, died=code != 0)
        except OnRecordError as error:  # its job is found again when nothing has been heard of it for a while
            log.warning("the process that reads %s; %s", how, error)
            left = True
        if code and left:
            time.sleep(PAUSE)
        with self._lock:
            self._worker = None
            if left and not self._closed:
                self._start()

    def _bury(self, name: str, how: str, *, died: bool) -> bool:
        """See to what a process had that has ended; whether another is needed."""
        with self._ledgers.writer() as writer, writer.transaction() as connection:
            before = jobs.open_jobs(connection)
            jobs.died(connection, name, how)
            self._deaths = 0 if not died or any(one.told.get("worker") == name for one in before) else self._deaths + 1
            if self._deaths >= DEATHS:  # it does not even come as far as taking a job
                self._deaths = 0
                jobs.give_up(connection, f"the process that reads {how}, {DEATHS} times; the desk's log says more")
            after = jobs.open_jobs(connection)
        if died:
            log.warning("the process that reads %s", how)
        gone = {one.id for one in before} - {one.id for one in after}
        for one in before:
            if one.id in gone:
                self.inbox.clear(one.work)
        return bool(after)


def _require_room(waiting: int) -> None:
    if waiting >= MOST_OPEN:
        raise Problem(
            429, "queue-full", f"{waiting} jobs", f"are waiting or being read, {MOST_OPEN} are allowed",
            "wait until some are done, or cancel some at /jobs", {"Retry-After": "30"},
        )  # fmt: skip


def working(request: Request) -> Working:
    """The desk's."""
    found: Working = request.app.state.working
    return found


@asynccontextmanager
async def life(app: Any) -> Any:
    """Beside the desk, from its start to its end."""
    desk = app.state.desk
    app.state.working = Working(desk.settings, desk.ledgers)
    app.state.working.begin()
    try:
        yield
    finally:
        app.state.working.close()
