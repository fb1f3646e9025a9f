"""Whether a row holds on a day, how sure that is, and what several rows for one office make of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from onrecord.kb.tables import Row

SURE = 0.95  # all look-ups of tests/kb/lookups.tsv with this score are right; the data has faults all the same
HANDOVER = (0.8, 0.15)  # on the day itself: who comes, who goes
VAGUE = 0.45  # a year without a day, a day after the source was last read: under LINK (types.py)
FADING = 0.1  # lost with each year since then; of 100 foreign ministers 28 are gone after one year, 48 after two
SHARED = 0.9  # divided among those who hold one office at one time


@dataclass(frozen=True, slots=True)
class Held:
    """A row on a day. ``sure``: the source vouches for that day. ``fresh``: the day is not after its last reading."""

    row: Row
    sure: bool
    fresh: bool
    score: float


def held(row: Row, on: date) -> Held | None:
    """The row on that day, or None where it did not hold yet or any more."""
    day = on.isoformat()
    start, end = span(row.start), span(row.end)
    if (start and day < start[0]) or (end and day > end[1]):
        return None
    if not start and not end and not row.as_of:
        return None
    vouched = end[0] if end and not row.how else min(filter(None, (row.as_of, end[1] if end else "")), default="")
    if vouched and day <= vouched and start and day >= start[1]:
        return Held(row, sure=True, fresh=True, score=SURE)
    if not start and end and day < f"{int(end[0][:4]) - 1}{end[0][4:]}":
        return None  # in office when it ended; a year earlier nobody says so
    fresh = bool(vouched) and day <= max(vouched, end[1] if end and not row.how else "")
    gone = (on - date.fromisoformat(vouched)).days / 365 if vouched and not fresh else 0.0
    return Held(row, sure=False, fresh=fresh, score=round(max(0.05, VAGUE - FADING * gone), 2))


def span(day: str) -> tuple[str, str] | None:
    """First and last day that an ISO date at any precision may mean: 2015-02 → 2015-02-01, 2015-02-28."""
    if not day:
        return None
    if len(day) == 4:
        return f"{day}-01-01", f"{day}-12-31"
    if len(day) == 7:
        # 32 days from its first day lie in the next month
        following = (date.fromisoformat(f"{day}-01") + timedelta(days=32)).replace(day=1)
        return f"{day}-01", str(following - timedelta(days=1))
    return day, day


def weigh(rows: Iterable[Row], on: date) -> list[Held]:
    """The rows that hold on a day, each with its score against the others, the likeliest first.

    What is vouched for puts guesses aside. On the day of a handover who comes is meant rather than who goes. Two
    persons in one office share its score, which leaves each under ``LINK``.
    """
    found = _one_each(filter(None, (held(row, on) for row in rows)))
    sure = [one for one in found if one.sure]
    if not sure:
        found.sort(key=lambda one: (one.score, one.row.start), reverse=True)
        return [_scored(one, one.score / (1 if at == 0 else 2)) for at, one in enumerate(found)]
    sure.sort(key=lambda one: one.row.start, reverse=True)
    if len(sure) == 1:
        return sure
    day = on.isoformat()
    leaving = [one for one in sure if one.row.end and one.row.end <= day]
    staying = [one for one in sure if one not in leaving]
    if len(staying) == 1 and staying[0].row.start == day:
        return [_scored(staying[0], HANDOVER[0]), *(_scored(one, HANDOVER[1]) for one in leaving)]
    if len(staying) == 1 and leaving:
        return [_scored(staying[0], SURE), *(_scored(one, HANDOVER[1]) for one in leaving)]
    return [_scored(one, SHARED / len(sure)) for one in sure]


def _one_each(found: Iterable[Held]) -> list[Held]:
    """Each person once, with the row that says most."""
    best: dict[str, Held] = {}
    for one in found:
        known = best.get(one.row.person)
        if known is None or (one.sure, one.score, one.row.start) > (known.sure, known.score, known.row.start):
            best[one.row.person] = one
    return list(best.values())


def _scored(one: Held, score: float) -> Held:
    return Held(one.row, one.sure, one.fresh, round(score, 2))
