"""One speaker across articles: who it is, when they were on record, and where, how, to whom and with whom."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log
from typing import Any, Literal, get_args

from onrecord import data
from onrecord.store.filters import Filters, Where, where
from onrecord.store.query import encodable, words
from onrecord.types import Act

Step = Literal["day", "week", "month", "year"]

VALUES = 8  # of each list that are given, the most frequent first
LATEST = 200  # articles, the latest, in which others on record are looked for; each has some 20 statements
READ = 200  # statements, the latest, whose words are counted
BESIDE = 200  # statements of anybody's, from all over the ledger, that tell how usual a word is
_SHORTEST = 4  # letters of a word that says what it is about
_WIDTHS: tuple[tuple[int, Step], ...] = ((100, "day"), (730, "week"), (4_400, "month"))
"""Up to this many days are shown by this step, so that no chart has more than some 150 bars."""


@dataclass(frozen=True, slots=True)
class Office:
    """What articles called someone. ``first`` and ``last``: the days of publication, None where those are unknown."""

    office: str | None
    organisation: str | None
    country: str | None
    first: str | None
    last: str | None
    statements: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or organisation across articles.

    ``key``: of the person, or of the only profile. ``aka``: the other names. ``first`` and ``last``: ISO days between
    which all they are on record with was said. ``offices``: by the day from which they were called so.
    """

    key: str
    name: str
    type: str
    qid: str | None
    aka: tuple[str, ...]
    statements: int
    first: str | None
    last: str | None
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements from the day ``first`` to the day ``last``, both included, by kind."""

    first: str
    last: str
    direct: int
    mixed: int
    indirect: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.direct + self.mixed + self.indirect


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bins with something in them, in order; ``undated`` are those whose day, and that of publication, is unknown."""

    step: Step
    bins: tuple[Bin, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class InArticle:
    """An article in which they are on record: its key, and in how many statements."""

    key: str
    title: str | None
    outlet: str | None
    published: str | None
    statements: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody else who is on record in the same articles: in how many of them.

    ``key`` is None where several have the name, and nothing tells whether they are one.
    """

    key: str | None
    name: str
    articles: int


Counts = tuple[tuple[str, int], ...]
"""Values and how often, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the statements that are meant have in common.

    ``distinct``: how many they are when the same words in copies of an article are one.
    ``outlets`` and ``addressees`` count as the filters of that name find. ``words`` are of the latest ``READ``
    statements, each counted once in a statement; ``beside`` is of the latest ``LATEST`` articles.
    """

    timeline: Timeline
    statements: int
    distinct: int
    in_articles: int
    kinds: dict[str, int]
    acts: Counts
    outlets: Counts
    addressees: Counts
    words: Counts
    articles: tuple[InArticle, ...]
    beside: tuple[Beside, ...]


# Who ------------------------------------------------------------------------------------------------------------------


def speakers_at(connection: sqlite3.Connection, key: str) -> tuple[Speaker, ...]:
    """Whose key this is, of the person or of one of their profiles; else all with this Wikidata item.

    Those most on record first; none where nobody has it.
    """
    key = encodable(key)
    for select in (
        "SELECT DISTINCT person FROM profile WHERE person = (SELECT id FROM person WHERE key = ?)",
        "SELECT coalesce(person, -id) FROM profile WHERE key = ?",
        "SELECT DISTINCT coalesce(person, -id) FROM profile WHERE qid = ?",
        # What was the person's key, before others were joined with them, is the key of a profile of theirs.
        "SELECT coalesce(person, -id) FROM profile WHERE 'p-' || key = ?1 AND key = substr(?1, 3)",
    ):
        found = [_speaker(connection, who) for (who,) in connection.execute(select, (key,)).fetchall()]
        if found:
            return tuple(sorted(found, key=lambda one: (-one.statements, one.name, one.key)))
    return ()


def _speaker(connection: sqlite3.Connection, who: int) -> Speaker:
    """By the row of a person, or, negative, of a profile that nobody else's was joined with."""
    condition, value = ("person = ?", who) if who > 0 else ("id = ?", -who)
    profiles = connection.execute(
        f"SELECT id, key, name, type, qid, office, organisation, country FROM profile WHERE {condition} ORDER BY id",
        (value,),
    ).fetchall()
    counted = {
        profile: numbers
        for profile, *numbers in connection.execute(
            "SELECT profile, count(*), min(published), max(published), min(day), max(last) FROM standing"
            " WHERE profile IN (SELECT value FROM json_each(?)) AND status <> 'rejected' GROUP BY profile",
            (json.dumps([one[0] for one in profiles]),),
        )
    }
    _, key, name, type_, qid, *_ = profiles[0]
    if who > 0:
        key, name, type_, qid = connection.execute(
            "SELECT key, name, type, qid FROM person WHERE id = ?", (who,)
        ).fetchone()
    return Speaker(
        key=key,
        name=name,
        type=type_,
        qid=qid,
        aka=tuple(sorted({one[2] for one in profiles} - {name})),
        statements=sum(numbers[0] for numbers in counted.values()),
        first=_least(numbers[3] for numbers in counted.values()),
        last=_most(numbers[4] for numbers in counted.values()),
        offices=_offices([(*one[5:], *counted.get(one[0], (0, None, None))[:3]) for one in profiles]),
    )


def _offices(profiles: Sequence[tuple[Any, ...]]) -> tuple[Office, ...]:
    """From rows of office, organisation, country, statements, first, last; of those who had an office at all."""
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for *told, count, first, last in profiles:
        if told[0] or told[1]:
            groups.setdefault(tuple(told), []).append((count, first, last))
    offices = [
        Office(
            office,
            organisation,
            country,
            _least(row[1] for row in rows),
            _most(row[2] for row in rows),
            sum(row[0] for row in rows),
        )
        for (office, organisation, country), rows in groups.items()
    ]
    return tuple(sorted(offices, key=lambda one: (one.first or "~", one.last or "~", one.office or "")))


def _least(days: Iterable[str | None]) -> str | None:
    return min((day for day in days if day), default=None)


def _most(days: Iterable[str | None]) -> str | None:
    return max((day for day in days if day), default=None)


# What, when, where ----------------------------------------------------------------------------------------------------


def portrait(connection: sqlite3.Connection, filters: Filters) -> Portrait:
    """The statements that the filters let through; the timeline has those of all days. Raises BadQuery."""
    allowed = where(connection, filters)
    when = "day" if filters.by == "said" else "published"
    rows = connection.execute(
        "SELECT s.statement, s.article, s.outlet, s.kind, s.act, s.published, s.day, s.utterance FROM standing s"
        f" WHERE {allowed.condition}",
        allowed.parameters,
    ).fetchall() if allowed.known else []  # fmt: skip
    if filters.since or filters.until:
        ever = where(connection, replace(filters, since=None, until=None))
        by_day = _by_day(connection, ever, when)
    else:
        at = 6 if when == "day" else 5
        by_day = [(day, kind, count) for (day, kind), count in Counter((row[at], row[3]) for row in rows).items()]
    articles = Counter(row[1] for row in rows)
    published = {row[1]: row[5] or "" for row in rows}
    latest = sorted(articles, key=lambda one: (published[one], one), reverse=True)
    most = sorted(latest, key=lambda one: -articles[one])[:VALUES]  # the latest of those with as many
    kinds = Counter(row[3] for row in rows)
    return Portrait(
        timeline=_timeline(by_day),
        statements=len(rows),
        distinct=len({row[7] if row[7] is not None else -row[0] for row in rows}),
        in_articles=len(articles),
        kinds={kind: kinds[kind] for kind in ("direct", "mixed", "indirect")},
        acts=_top(Counter(row[4] for row in rows), len(get_args(Act))),
        outlets=_outlets(connection, Counter(row[2] for row in rows)),
        addressees=_addressees(connection, [row[0] for row in rows]),
        words=_words(connection, sorted((row[0] for row in rows), reverse=True)[:READ]),
        articles=_articles(connection, [(one, articles[one]) for one in most]),
        beside=_beside(connection, latest[:LATEST], filters.speaker),
    )


def _top(counts: Counter[str], most: int = VALUES) -> Counts:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))[:most]


def _outlets(connection: sqlite3.Connection, counts: Counter[int | None]) -> Counts:
    names = connection.execute(
        "SELECT id, name FROM outlet WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(counts)),)
    ).fetchall()
    top = _top(Counter({name: counts[own] for own, name in names}))
    # The filter finds every outlet with that part in its name: so it is counted.
    found = [(name, sum(counts[own] for own, other in names if name.casefold() in other.casefold())) for name, _ in top]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _addressees(connection: sqlite3.Connection, statements: Sequence[int]) -> Counts:
    rows = connection.execute(
        "SELECT addressed.statement, name FROM json_each(?) AS meant CROSS JOIN addressed"
        " ON addressed.statement = meant.value",
        (json.dumps(statements),),
    ).fetchall()
    spelt: dict[str, str] = {}
    for _, name in rows:  # "the words there · the name", where the two differ
        label = name.rpartition(" · ")[2]
        spelt.setdefault(label.casefold(), label)
    counts = Counter(name.rpartition(" · ")[2].casefold() for _, name in rows)
    top = [label for label, _ in _top(counts)]
    found = [(spelt[label], len({own for own, name in rows if label in name.casefold()})) for label in top]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _words(connection: sqlite3.Connection, statements: Sequence[int]) -> Counts:
    """The words that these statements have oftener than any statements do, by how often; none of one statement alone.

    Each is weighed by its count times the logarithm of how much oftener, with ``BESIDE`` statements from all over the
    ledger to tell what is usual.
    """
    (newest,) = connection.execute("SELECT coalesce(max(statement), 0) FROM wording").fetchone()
    every = max(1, newest // BESIDE)
    own, own_of = _held(connection, statements)
    usual, usual_of = _held(connection, range(1, newest + 1, every))
    weights = {
        word: count * log(count / own_of / ((usual[word] + 1) / (usual_of + 1)))
        for word, count in own.items()
        if count > 1
    }
    best = sorted((word for word in weights if weights[word] > 0), key=lambda word: (-weights[word], word))[:VALUES]
    return tuple((word, own[word]) for word in best)


def _held(connection: sqlite3.Connection, statements: Iterable[int]) -> tuple[Counter[str], int]:
    """In how many of these statements each word is, without those of grammar; and how many statements there are."""
    dull = data.words("function_words", "determiners", "pronouns")
    contents = connection.execute(
        "SELECT content FROM json_each(?) AS meant CROSS JOIN wording ON wording.statement = meant.value",
        (json.dumps(list(statements)),),
    ).fetchall()
    counts: Counter[str] = Counter()
    for (content,) in contents:
        counts.update({word for word in words(content) if len(word) >= _SHORTEST and not word.isdigit()} - dull)
    return counts, len(contents)


def _articles(connection: sqlite3.Connection, counts: Sequence[tuple[int, int]]) -> tuple[InArticle, ...]:
    found = []
    for article, count in counts:
        key, title, outlet, published = connection.execute(
            "SELECT key, title, outlet.name, published FROM article LEFT JOIN outlet ON outlet.id = outlet"
            " WHERE article.id = ?",
            (article,),
        ).fetchone()
        found.append(InArticle(key, title, outlet, published, count))
    return tuple(found)


def _beside(connection: sqlite3.Connection, articles: Sequence[int], own: str | None) -> tuple[Beside, ...]:
    rows = connection.execute(
        "SELECT iif(count(DISTINCT who) = 1, min(who), NULL), name, count(DISTINCT article) FROM"
        " (SELECT DISTINCT coalesce(person.key, profile.key) AS who, coalesce(person.name, profile.name) AS name,"
        " standing.article FROM json_each(?) AS meant CROSS JOIN standing ON standing.article = meant.value"
        " JOIN profile ON profile.id = standing.profile LEFT JOIN person ON person.id = profile.person"
        " WHERE status <> 'rejected')"
        f" WHERE who IS NOT ? GROUP BY name ORDER BY 3 DESC, 2 LIMIT {VALUES}",
        (json.dumps(articles), own),
    )
    return tuple(Beside(*row) for row in rows)


# When -----------------------------------------------------------------------------------------------------------------


def _by_day(connection: sqlite3.Connection, allowed: Where, column: str) -> list[tuple[str | None, str, int]]:
    return connection.execute(
        f"SELECT s.{column}, s.kind, count(*) FROM standing s WHERE {allowed.condition} GROUP BY 1, 2",
        allowed.parameters,
    ).fetchall() if allowed.known else []  # fmt: skip


def _timeline(rows: Sequence[tuple[str | None, str, int]]) -> Timeline:
    """From rows of day, kind and count."""
    days = [(date.fromisoformat(day), kind, count) for day, kind, count in rows if day]
    undated = sum(count for day, _, count in rows if not day)
    if not days:
        return Timeline("day", (), undated)
    span = (max(days)[0] - min(days)[0]).days + 1
    step: Step = next((step for most, step in _WIDTHS if span <= most), "year")
    counts: Counter[tuple[date, str]] = Counter()
    for day, kind, count in days:
        counts[_BEGINS[step](day), kind] += count
    bins = [
        Bin(
            first.isoformat(),
            _last(step, first).isoformat(),
            counts[first, "direct"],
            counts[first, "mixed"],
            counts[first, "indirect"],
        )
        for first in sorted({first for first, _ in counts})
    ]
    return Timeline(step, tuple(bins), undated)


_BEGINS: dict[Step, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def _last(step: Step, first: date) -> date:
    """The last day of what begins on this day; the end of time where it would lie beyond."""
    try:
        following = first + timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[step])
        return _BEGINS[step](following) - timedelta(days=1)
    except OverflowError:
        return date.max
