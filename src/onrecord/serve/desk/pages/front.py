"""The front page: what went on record lately."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.store.lately import Lately, Totals, lately, totals

router = APIRouter(include_in_schema=False)

HIGH = 100  # units of a bar's full height in its drawing
SELDOM = 50  # times as long as counting all took, the count stays as it is: it takes 2 % of one processor at most
SHOWN = {
    "deny": ("denial", "denials"),
    "promise": ("promise", "promises"),
    "demand": ("demand", "demands"),
    "accuse": ("accusation", "accusations"),
    "threaten": ("threat", "threats"),
    "refuse-to-comment": ("refusal to comment", "refusals to comment"),
}
"""The acts that a newsroom asks after, in words for one and for many."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the strip: its statements, and how high its bar is drawn."""

    day: str
    date: date
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class _Counted:
    stamp: str
    totals: Totals
    at: float
    took: float


_lock = threading.Lock()
_lately: dict[str, Lately] = {}  # by the ledger's stamp, the newest few
_counted: dict[str, _Counted] = {}  # by the ledger's path


@router.get("/")
def front(request: Request, desk: AtDesk, me: AsReader) -> Response:
    """The front page."""
    stamp = desk.ledgers.stamp()
    told, counted = _told(desk, stamp), _totals(desk, stamp)
    return desk.templates.page(
        request,
        "front.html",
        told=told,
        totals=counted,
        bars=bars(told),
        asked=[(act, told.acts[act], *SHOWN[act]) for act in SHOWN if told.acts.get(act)],
        may_add=me.may("reviewer"),
    )


def bars(told: Lately) -> list[Bar]:
    """The strip of days; a day with statements has a bar that can be seen."""
    most = max((count for _, count in told.by_day), default=0)
    return [
        Bar(day, date.fromisoformat(day), count, max(3.0, HIGH * count / most) if count else 0.0)
        for day, count in told.by_day
    ]


def _told(desk: Desk, stamp: str) -> Lately:
    """What went on record lately, made once for each state of the ledger."""
    with _lock:
        if stamp in _lately:
            return _lately[stamp]
    with desk.ledgers.view() as view, view.snapshot() as connection:
        told = lately(connection)
    with _lock:
        _lately[stamp] = told
        while len(_lately) > 4:
            del _lately[next(iter(_lately))]
    return told


def _totals(desk: Desk, stamp: str) -> Totals:
    """How much is on record; of a large ledger, a little while ago."""
    path = str(desk.ledgers.path)
    with _lock:
        kept = _counted.get(path)
    if kept and (kept.stamp == stamp or time.monotonic() - kept.at < SELDOM * kept.took - 1):
        return kept.totals
    began = time.monotonic()
    with desk.ledgers.view() as view, view.snapshot() as connection:
        found = totals(connection)
    now = time.monotonic()
    with _lock:
        _counted[path] = _Counted(stamp, found, now, now - began)
        while len(_counted) > 4:
            del _counted[next(iter(_counted))]
    return found
