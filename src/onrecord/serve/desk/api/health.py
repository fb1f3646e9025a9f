"""``/api/v1/health`` and ``/api/v1/stats``: whether all is well, and how much is on record."""

from __future__ import annotations

import threading
import time
from typing import Any

from fastapi import APIRouter, Response
from starlette.responses import JSONResponse

from onrecord.errors import OnRecordError
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.api import examples, models
from onrecord.serve.desk.api.answers import ROOT, documented
from onrecord.serve.desk.problems import Problem, name_of
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.store.connection import explained, open_reader
from onrecord.types import SCHEMA_VERSION
from onrecord.version import __version__

router = APIRouter(prefix=ROOT, tags=["ledger"])

STALE = 20  # times as long as counting took, for which counts hold though the ledger has changed: 5 % of one core


@router.get(
    "/health",
    operation_id="health",
    summary="Whether all is well",
    responses=documented(models.Health, examples.HEALTH, 503),
)
def health(desk: AtDesk) -> Response:
    """That the ledger can be read, and by which version. No token is needed."""
    try:
        connection = open_reader(desk.ledgers.path)
        try:
            with explained(str(desk.ledgers.path)):
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                connection.execute("SELECT 1 FROM article LIMIT 1").fetchone()
        finally:
            connection.close()
    except OnRecordError as error:
        # The file's name is for whoever runs the server, and for nobody else.
        datum, way_out = "the ledger", "the server's log says more; ask whoever runs it"
        raise Problem(503, name_of(type(error)), datum, error.problem, way_out, {"Retry-After": "5"}) from error
    content = {"status": "ok", "version": __version__, "ledger_schema": version, "record_schema": SCHEMA_VERSION}
    return JSONResponse(content, headers={"cache-control": "no-store"})


@router.get(
    "/stats",
    operation_id="stats",
    summary="How much is on record",
    responses=documented(models.Stats, examples.STATS),
)
def stats(desk: AtDesk, me: AsReader) -> Response:
    """Counts of articles, statements, people, outlets and corrections. In a large ledger they may be a minute old."""
    return JSONResponse(_COUNTS.of(desk))


class _Counts:
    """Counts of the ledgers of this process, made anew when they have changed, but not all the time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, float, dict[str, Any]]] = {}

    def of(self, desk: Desk) -> dict[str, Any]:
        path, stamp = str(desk.ledgers.path), desk.ledgers.stamp()
        with self._lock:  # of those who ask at once, one counts
            known = self._kept.get(path)
            if known and (known[0] == stamp or time.monotonic() < known[1]):
                return known[2]
            began = time.monotonic()
            with desk.ledgers.view() as view:
                counted = view.stats()
            ended = time.monotonic()
            self._kept[path] = (stamp, ended + STALE * (ended - began), counted)
        return counted


_COUNTS = _Counts()
