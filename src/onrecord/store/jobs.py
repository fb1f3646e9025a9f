"""Jobs: articles to be read that were asked for at the desk, in the order in which they were asked for.

Every function is one question, or one change within a transaction of the caller's. What a job has come to (``told``) is
JSON that its reader makes; three of its members outlive the reader: ``worker``, who has the job, ``tries``, how many
have begun it, and ``run``, the first of the ledger's runs in which it was worked at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onrecord.store.corrections import now

State = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN = ("queued", "running")
TRIES = 2  # workers that a job may cost: one may be ended for another reason (memory, an operator)
KEPT = 1_000  # jobs that are over, of which the list still tells

_COLUMNS = "id, asked, by, title, work, state, cancel, began, ended, beat, done, told"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now. Times are UTC; ``beat`` is in seconds since 1970; ``done`` counts inputs dealt with."""

    id: str
    asked: str
    by: str
    title: str
    work: Mapping[str, Any]
    state: State
    cancel: bool
    began: str | None
    ended: str | None
    beat: float | None
    done: int
    told: Mapping[str, Any]

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in OPEN


def ask(connection: sqlite3.Connection, job: str, by: str, title: str, work: Mapping[str, Any]) -> None:
    """Put a job at the end of the queue; the oldest of those that are over are forgotten."""
    connection.execute(
        "INSERT INTO job (id, asked, by, title, work, state) VALUES (?, ?, ?, ?, ?, 'queued')",
        (job, now(), by, title, json.dumps(work)),
    )
    connection.execute(
        "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') AND rowid <= (SELECT rowid FROM job"
        " WHERE state IN ('done', 'failed', 'cancelled') ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
        (KEPT,),
    )


def job(connection: sqlite3.Connection, key: str) -> Job | None:
    """One job."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (key,)).fetchone()
    return _job(row) if row else None


def recent(connection: sqlite3.Connection, most: int) -> list[Job]:
    """The jobs asked for last, the last first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM job ORDER BY rowid DESC LIMIT ?", (most,))
    return [_job(row) for row in rows]


def open_jobs(connection: sqlite3.Connection) -> list[Job]:
    """The jobs that are not over, in the order in which they will be taken."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM job WHERE state IN ('queued', 'running') ORDER BY rowid")
    return [_job(row) for row in rows]


def before(connection: sqlite3.Connection, key: str) -> int:
    """How many open jobs come before this one."""
    row = connection.execute(
        "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"
        " AND rowid < (SELECT rowid FROM job WHERE id = ?)",
        (key,),
    ).fetchone()
    return int(row[0])


def take(connection: sqlite3.Connection, worker: str, moment: float) -> Job | None:
    """The next job in the queue, which is this worker's from now on; None where there is none."""
    row = connection.execute(
        "UPDATE job SET state = 'running', began = coalesce(began, ?), beat = ?, done = 0,"
        " told = json_object('worker', ?, 'tries', coalesce(json_extract(told, '$.tries'), 0) + 1,"
        " 'run', json_extract(told, '$.run'))"
        " WHERE id = (SELECT id FROM job WHERE state = 'queued' ORDER BY rowid LIMIT 1)"
        f" RETURNING {_COLUMNS}",
        (now(), moment, worker),
    ).fetchone()
    return _job(row) if row else None


def beat(connection: sqlite3.Connection, key: str, worker: str, moment: float) -> bool | None:
    """Say that the worker is at it still. Whether somebody asked to stop; None where the job is not the worker's."""
    row = connection.execute(
        f"UPDATE job SET beat = ? WHERE id = ? AND {_ITS} RETURNING cancel", (moment, key, worker)
    ).fetchone()
    return bool(row[0]) if row else None


def tell(connection: sqlite3.Connection, key: str, worker: str, done: int, told: Mapping[str, Any]) -> bool:
    """Write down how far it has come; False where the job is not the worker's any more."""
    return _write(connection, key, worker, "done = ?, told = json_patch(told, ?)", (done, json.dumps(told)))


def end(connection: sqlite3.Connection, key: str, worker: str, state: State, why: str | None = None) -> bool:
    """A job is over: ``why``, where it failed. False where it is not the worker's any more."""
    values = (state, now(), json.dumps({"message": why}))
    return _write(connection, key, worker, "state = ?, ended = ?, told = json_patch(told, ?)", values)


def cancel(connection: sqlite3.Connection, key: str) -> None:
    """Ask that a job be stopped: one that waits is over at once, one that runs is stopped by its worker."""
    connection.execute(
        "UPDATE job SET cancel = 1, ended = CASE state WHEN 'queued' THEN ? ELSE ended END,"
        " state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END"
        " WHERE id = ? AND state IN ('queued', 'running')",
        (now(), key),
    )


def give_back(connection: sqlite3.Connection, worker: str) -> None:
    """A worker leaves in good order: what it has is queued anew, as if it had not been begun."""
    connection.execute(
        "UPDATE job SET state = 'queued', told = json_set(told, '$.tries', json_extract(told, '$.tries') - 1)"
        " WHERE state = 'running' AND json_extract(told, '$.worker') = ?",
        (worker,),
    )


def died(connection: sqlite3.Connection, worker: str, how: str) -> list[str]:
    """A worker has died: what it had is queued anew, or failed where it was tried before; the ids of those failed."""
    return _lost(connection, "json_extract(told, '$.worker') = ?", worker, how)


def lost(connection: sqlite3.Connection, since: float) -> list[str]:
    """As ``died``, for jobs of whose workers nothing has been heard since then."""
    return _lost(connection, "coalesce(beat, 0) < ?", since, "stopped without a word")


def give_up(connection: sqlite3.Connection, why: str) -> None:
    """All open jobs have failed: nobody can do them."""
    connection.execute(
        "UPDATE job SET state = 'failed', ended = ?, told = json_patch(told, ?) WHERE state IN ('queued', 'running')",
        (now(), json.dumps({"message": why})),
    )


_ITS = "state = 'running' AND json_extract(told, '$.worker') = ?"


def _write(connection: sqlite3.Connection, key: str, worker: str, changes: str, values: tuple[Any, ...]) -> bool:
    done = connection.execute(f"UPDATE job SET {changes} WHERE id = ? AND {_ITS}", (*values, key, worker))
    return done.rowcount > 0


def _lost(connection: sqlite3.Connection, which: str, value: str | float, how: str) -> list[str]:
    told = json.dumps({"message": f"the process that read it {how}, {TRIES} times; too little memory, perhaps"})
    given_up = connection.execute(
        f"UPDATE job SET state = 'failed', ended = ?, told = json_patch(told, ?) WHERE state = 'running' AND {which}"
        " AND json_extract(told, '$.tries') >= ? RETURNING id",
        (now(), told, value, TRIES),
    ).fetchall()
    connection.execute(f"UPDATE job SET state = 'queued' WHERE state = 'running' AND {which}", (value,))
    return [key for (key,) in given_up]


@dataclass(frozen=True, slots=True)
class Brought:
    """The article that an input brought: ``new`` if it was not in the ledger before the job began."""

    key: str
    title: str | None
    begins: str
    statements: int
    new: bool


def brought(connection: sqlite3.Connection, digest: bytes, run: int) -> Brought | None:
    """The article of an input, by the input's digest; None where it brought none. ``run``: the job's first."""
    row = connection.execute(
        "SELECT article.key, title, substr(text, 1, 120),"
        " (SELECT count(*) FROM statement WHERE statement.article = article.id), added >= ?"
        " FROM input JOIN article ON article.id = input.article WHERE input.digest = ?",
        (run, digest),
    ).fetchone()
    if row is None:
        return None
    key, title, begins, statements, new = row
    return Brought(key, title, begins, statements, bool(new))


def _job(row: tuple[Any, ...]) -> Job:
    key, asked, by, title, work, state, stop, began, ended, heard, done, told = row
    return Job(
        key, asked, by, title, json.loads(work), state, bool(stop), began, ended, heard, done, json.loads(told)
    )  # fmt: skip
