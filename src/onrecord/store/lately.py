"""What went on record lately, as a front page tells it: by day, most carried, most quoted, declined to comment.

Lately is up to the newest day of publication in the ledger, not up to today: a ledger may be of another year. Nothing
here looks at the whole ledger but ``totals``; the rest takes 20 to 60 ms on one of a million statements.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import get_args

from onrecord.store.filters import SETTLED
from onrecord.store.hits import Hit, hits
from onrecord.types import Act

DAYS = 30  # that are counted one by one
SHORT = 7  # days, where DAYS hold more statements than MOST: looking at one more by its row takes 10 to 20 µs
MOST = 3_000  # statements whose speakers and copies are looked at
FEW = 150  # where DAYS hold fewer, the lists look at the newest ENOUGH, however old
ENOUGH = 500
TRIED = 300  # of the newest, from which the latest are chosen
PLAIN = range(40, 240)  # characters of a statement that can be read at a glance
SURE = 0.7  # confidence from which a statement is put up front

_ACTS = ", ".join(f"'{act}'" for act in get_args(Act))


@dataclass(frozen=True, slots=True)
class Quoted:
    """Someone and in how many statements they were quoted lately; ``key`` is that of their page."""

    key: str
    name: str
    office: str | None
    statements: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is on record in all; articles are counted with their older versions."""

    statements: int
    articles: int
    outlets: int


@dataclass(frozen=True, slots=True)
class Lately:
    """What went on record lately.

    ``first`` and ``last`` bound ``by_day``, statements by the day on which they were said, as a search for that day
    finds them; None where no statement has a day. ``since`` is the first day that the lists look at. ``acts`` and
    ``kinds`` count the statements from ``first`` to ``last``. ``carried_since`` is None where the most carried are of
    the whole ledger, for want of newer ones.
    """

    first: str | None
    last: str | None
    since: str | None
    by_day: tuple[tuple[str, int], ...]
    acts: dict[str, int]
    kinds: dict[str, int]
    latest: tuple[Hit, ...]
    carried: tuple[Hit, ...]
    carried_since: str | None
    quoted: tuple[Quoted, ...]
    declined: tuple[Hit, ...]

    @property
    def statements(self) -> int:
        """How many there are from the first day to the last."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class _Row:
    statement: int
    article: int
    outlet: int | None
    kind: str
    profile: int | None
    day: str | None
    published: str | None
    confidence: float
    utterance: int | None


def lately(connection: sqlite3.Connection, *, latest: int = 7, listed: int = 6) -> Lately:
    """What went on record lately: so many of the latest statements, and so many of each list at most."""
    last = _newest(connection)
    first = since = None
    by_day: tuple[tuple[str, int], ...] = ()
    acts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    if last is None:
        rows = _rows(connection, "1 ORDER BY statement DESC", (), TRIED)
    else:
        first = _before(last, DAYS - 1)
        by_day, acts, kinds = _counts(connection, first, last)
        told = kinds.total()
        since = "0001-01-01" if told < FEW else first if told <= MOST else _before(last, SHORT - 1)
        when = "day BETWEEN ? AND ? ORDER BY day DESC, statement DESC"
        rows = _rows(connection, when, (since, last), ENOUGH if told < FEW else MOST)
        if told < FEW:
            since = min((one.day for one in rows if one.day), default=first)
    carried, carried_since = _carried(connection, rows, listed), since
    if not carried and kinds.total() <= MOST:  # of a busy ledger, all copies would be many to look at
        carried, carried_since = _ever_carried(connection, listed), None
    declined = connection.execute(
        "SELECT statement FROM standing WHERE act = 'refuse-to-comment' AND status <> 'rejected' AND day <= ?"
        " ORDER BY day DESC LIMIT ?",
        (last or "~", listed),
    ).fetchall()
    return Lately(
        first=first,
        last=last,
        since=since,
        by_day=by_day,
        acts=dict(acts.most_common()),
        kinds=dict(kinds.most_common()),
        latest=_hits(connection, _latest(connection, rows, latest)),
        carried=carried,
        carried_since=carried_since,
        quoted=_quoted(connection, rows, listed + 2),
        declined=_hits(connection, [statement for (statement,) in declined]),
    )


def totals(connection: sqlite3.Connection) -> Totals:
    """How much is on record: 100 ms on a ledger of a million statements."""

    def count(table: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    return Totals(count("standing"), count("article"), count("outlet"))


def _newest(connection: sqlite3.Connection) -> str | None:
    """The newest day of publication, looked for among those said last: publication has no index of its own."""
    row = connection.execute(
        "SELECT max(published) FROM (SELECT published FROM standing WHERE day IS NOT NULL ORDER BY day DESC LIMIT 500)"
    ).fetchone()
    if row[0] is None:
        row = connection.execute("SELECT max(day) FROM standing").fetchone()
    return str(row[0]) if row[0] else None


def _before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()


def _counts(
    connection: sqlite3.Connection, first: str, last: str
) -> tuple[tuple[tuple[str, int], ...], Counter[str], Counter[str]]:
    """Statements by day, by act and by kind: from an index that holds all of these, one act after the other."""
    days = [_before(last, back) for back in range(DAYS - 1, -1, -1)]
    by_day: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for act, kind, began, ended, count in connection.execute(
        f"SELECT act, kind, day, last, count(*) FROM standing WHERE act IN ({_ACTS}) AND day BETWEEN ? AND ?"
        " AND last >= ? AND status <> 'rejected' GROUP BY 1, 2, 3, 4",
        ((date.fromisoformat(first) - SETTLED).isoformat(), last, first),
    ):
        acts[act] += count
        kinds[kind] += count
        if began == ended:
            by_day[began] += count
        else:
            by_day.update({day: count for day in days if began <= day <= ended})
    return tuple((day, by_day[day]) for day in days), acts, kinds


def _rows(connection: sqlite3.Connection, when: str, parameters: tuple[str, ...], most: int) -> list[_Row]:
    """The newest statements, those rejected aside."""
    rows = connection.execute(
        "SELECT statement, article, outlet, kind, profile, day, published, confidence, utterance FROM standing"
        f" WHERE +status <> 'rejected' AND {when} LIMIT {most}",
        parameters,
    )
    return [_Row(*row) for row in rows]


def _hits(connection: sqlite3.Connection, statements: Sequence[int]) -> tuple[Hit, ...]:
    return tuple(hits(connection, [(statement, 0.0) for statement in statements], None))


def _latest(connection: sqlite3.Connection, rows: Sequence[_Row], most: int) -> list[int]:
    """The latest by publication, of as many articles as can be; the one that reads best on its own goes first."""
    newest = sorted(rows, key=lambda one: one.published or "", reverse=True)[:TRIED]
    told = {
        statement: (nested, length)
        for statement, nested, length in connection.execute(
            "SELECT statement.id, statement.parent IS NOT NULL, length(content) FROM json_each(?) AS meant"
            " CROSS JOIN statement ON statement.id = meant.value JOIN wording ON wording.statement = statement.id",
            (json.dumps([one.statement for one in newest]),),
        )
    }
    by_article: defaultdict[int, list[_Row]] = defaultdict(list)
    for one in newest:
        if one.statement in told and not told[one.statement][0] and told[one.statement][1]:
            by_article[one.article].append(one)

    def worth(one: _Row) -> tuple[bool, bool, bool, float]:
        plain = told[one.statement][1] in PLAIN
        return one.profile is not None, plain, one.kind != "indirect" and one.confidence >= SURE, one.confidence

    def rounds() -> list[_Row]:
        """The best of each article first, then the second best of each, and so on."""
        ranked = [sorted(own, key=worth, reverse=True) for own in by_article.values()]
        deepest = max(map(len, ranked), default=0)
        return list(chain.from_iterable([own[at] for own in ranked if at < len(own)] for at in range(deepest)))

    chosen: list[_Row] = []
    said: set[int] = set()
    for one in rounds():
        if one.utterance not in said and len(chosen) < most:
            chosen.append(one)
            said |= {one.utterance} if one.utterance is not None else set()
    chosen.sort(key=lambda one: one.published or "", reverse=True)
    lead = max(chosen[:4], key=worth, default=None)
    return [one.statement for one in sorted(chosen, key=lambda one: one is not lead)]


def _carried(connection: sqlite3.Connection, rows: Sequence[_Row], most: int) -> tuple[Hit, ...]:
    """The statements that most outlets carried; of each, the copy that was first, where it is among these."""
    outlets: defaultdict[int, set[int]] = defaultdict(set)
    one_of: dict[int, int] = {}
    for one in reversed(rows):  # so that the first stays
        if one.utterance is not None:
            outlets[one.utterance].add(one.outlet if one.outlet is not None else -one.article)
            one_of.setdefault(one.utterance, one.statement)
    most_carried = sorted(outlets, key=lambda one: (-len(outlets[one]), -one))[: most * 2]
    found = _hits(connection, [one_of[one] for one in most_carried if len(outlets[one]) > 1])
    return tuple(sorted(found, key=lambda one: -one.outlets)[:most])


def _ever_carried(connection: sqlite3.Connection, most: int) -> tuple[Hit, ...]:
    rows = connection.execute(
        "SELECT min(statement) FROM standing WHERE utterance IS NOT NULL AND status <> 'rejected' GROUP BY utterance"
        " HAVING count(DISTINCT outlet) > 1 ORDER BY count(DISTINCT outlet) DESC, utterance DESC LIMIT ?",
        (most,),
    )
    return _hits(connection, [statement for (statement,) in rows])


def _quoted(connection: sqlite3.Connection, rows: Sequence[_Row], most: int) -> tuple[Quoted, ...]:
    """The people with most statements. What is one utterance counts once: copies make nobody say it twice."""
    said = {(one.profile, one.utterance or -one.statement) for one in rows if one.profile is not None}
    counts = Counter(profile for profile, _ in said)
    people: Counter[int] = Counter()
    known: dict[int, tuple[str, str, str | None, int]] = {}
    for profile, person, key, name, office in connection.execute(
        "SELECT profile.id, coalesce(person, -profile.id), coalesce(person.key, profile.key),"
        " coalesce(person.name, profile.name), office FROM json_each(?) AS meant"
        " CROSS JOIN profile ON profile.id = meant.value LEFT JOIN person ON person.id = profile.person"
        " WHERE profile.type = 'person'",
        (json.dumps(list(counts)),),
    ):
        people[person] += counts[profile]
        # The office by which most of these statements know them.
        if person not in known or (office and (known[person][2] is None or counts[profile] > known[person][3])):
            known[person] = key, name, office, counts[profile]
    ranked = sorted(people, key=lambda one: (-people[one], known[one][1]))[:most]
    return tuple(Quoted(*known[one][:3], people[one]) for one in ranked)
