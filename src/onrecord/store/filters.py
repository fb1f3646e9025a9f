"""Which statements are meant: filters, as SQL on the table ``standing``."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

from onrecord.errors import BadQuery
from onrecord.store.identity import plain_url
from onrecord.store.query import encodable, words
from onrecord.types import Act, Kind

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
Since = Literal["said", "published"]
Shown = Literal["standing", "open", "accepted", "rejected", "all"]
"""By status: all but the rejected; or those of one status; or all."""


SETTLED = timedelta(days=92)
"""The longest time, a quarter, that still tells when something was said: what was said "in 2030", or "in the nineties",
is found by its day of publication. Filters by day rely on it, to look at few."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a statement must be; what is None or empty is not asked.

    ``speaker``: words of the name, a Wikidata item, or the key of a person. ``office``, ``outlet`` and ``addressee``
    must be part of what is there, letter case aside. ``kind`` and ``act``: one of these. ``since`` and ``until``: ISO
    days, months or years, both included, of the day on which it was said (``by`` "said"; where that is not known, of
    the publication) or of the publication. ``confidence``: at least this. ``article``: its id or address.
    """

    speaker: str | None = None
    qid: str | None = None
    office: str | None = None
    country: str | None = None
    outlet: str | None = None
    kind: tuple[Kind, ...] = ()
    act: tuple[Act, ...] = ()
    addressee: str | None = None
    since: str | None = None
    until: str | None = None
    by: Since = "said"
    confidence: float | None = None
    corrected: bool | None = None
    shown: Shown = "standing"
    article: str | None = None

    @property
    def asked(self) -> list[str]:
        """The names of the filters that are set."""
        return [one.name for one in fields(self) if getattr(self, one.name) != one.default]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on ``standing AS s`` and its parameters.

    ``known`` is False where a name is nobody's; ``wide`` is True where nothing was asked, so that nearly all pass.
    """

    condition: str
    parameters: tuple[Any, ...]
    known: bool = True
    wide: bool = False


def where(connection: sqlite3.Connection, filters: Filters) -> Where:
    """The filters as a condition. Raises BadQuery for what no filter can mean.

    A "+" keeps SQLite from walking the index of a column where most rows pass: reading all rows in order is faster. So
    it does from those of act, kind and day where something else lets fewer through: it has no counts to go by.
    """
    filters = _encodable(filters)
    few = (
        filters.speaker,
        filters.qid,
        filters.office,
        filters.country,
        filters.outlet,
        filters.addressee,
        filters.article,
    )
    plus = "+" if any(one is not None for one in few) else ""
    parts: list[tuple[str, tuple[Any, ...]]] = []
    known = True
    profiles = _profiles(connection, filters)
    if profiles is not None:
        known = bool(profiles)
        parts.append(_among("s.profile", profiles))
    if filters.outlet is not None:
        outlets = _holding(connection, "outlet", "id", "name", filters.outlet)
        known = known and bool(outlets)
        parts.append(_among("s.outlet", outlets))
    for name, choices in (("kind", get_args(Kind)), ("act", get_args(Act))):
        asked = getattr(filters, name)
        if wrong := [one for one in asked if one not in choices]:
            raise BadQuery(f"{name} {wrong[0]!r}", f"is none of {', '.join(choices)}")
        if asked:
            parts.append((f"{plus}s.{name} IN ({', '.join('?' * len(asked))})", tuple(asked)))
    if filters.addressee is not None:
        # Looked up once, not for each statement: one in ten has an addressee.
        addressed = sorted(set(_holding(connection, "addressed", "statement", "name", filters.addressee)))
        known = known and bool(addressed)
        parts.append(_among("s.statement", addressed))
    parts += _days(filters, plus)
    if filters.confidence is not None:
        if not 0 <= filters.confidence <= 1:
            raise BadQuery(f"confidence {filters.confidence}", "does not lie between 0 and 1")
        parts.append(("+s.confidence >= ?", (filters.confidence,)))
    if filters.corrected is not None:
        parts.append(("s.corrected = ?", (int(filters.corrected),)))
    if filters.shown == "standing":
        parts.append(("s.status <> 'rejected'", ()))
    elif filters.shown != "all":
        if filters.shown not in get_args(Shown):
            raise BadQuery(f"status {filters.shown!r}", f"is none of {', '.join(get_args(Shown))}")
        # Few are accepted or rejected, and an index holds those few with the corrected (standing_touched).
        touched = "" if filters.shown == "open" else "(s.corrected = 1 OR s.status <> 'open') AND "
        parts.append((f"{touched}s.status = ?", (filters.shown,)))
    if filters.article is not None:
        articles = article_rows(connection, filters.article)
        known = known and bool(articles)
        parts.append(_among("s.article", articles))
    condition = " AND ".join(condition for condition, _ in parts) or "1"
    return Where(condition, tuple(value for _, values in parts for value in values), known, wide=not filters.asked)


def _encodable(filters: Filters) -> Filters:
    texts = {one.name: value for one in fields(filters) if isinstance(value := getattr(filters, one.name), str)}
    changed: dict[str, Any] = {name: encodable(value) for name, value in texts.items()}
    return replace(filters, **changed)


def article_rows(connection: sqlite3.Connection, article: str) -> list[int]:
    """Row ids of all versions of the articles with this id or address; what tracks readers in an address is no part."""
    about = f"url:{plain_url(article)}"
    return _ids(connection, "SELECT id FROM article WHERE key = ? OR identity = ?", article, about)


def _holding(connection: sqlite3.Connection, table: str, ids: str, names: str, part: str) -> list[int]:
    """The ids of the names that hold this part, letter case aside."""
    if part.isascii():
        return _ids(connection, f"SELECT {ids} FROM {table} WHERE instr(lower({names}), lower(?))", part)
    wanted = part.casefold()  # in every alphabet; SQLite's lower() knows ASCII alone
    rows = connection.execute(f"SELECT {ids}, {names} FROM {table} WHERE {names} IS NOT NULL")
    return [row for row, name in rows if wanted in name.casefold()]


def _profiles_by(connection: sqlite3.Connection, column: str, is_meant: Callable[[str], bool]) -> list[int]:
    """The profiles of which this holds. Profiles are many, their offices and countries few."""
    values = connection.execute(f"SELECT DISTINCT {column} FROM profile WHERE {column} IS NOT NULL").fetchall()
    wanted = [value for (value,) in values if is_meant(value.casefold())]
    return _ids(
        connection,
        f"SELECT id FROM profile WHERE {column} IS NOT NULL AND {column} IN (SELECT value FROM json_each(?))",
        json.dumps(wanted),
    )


def _ids(connection: sqlite3.Connection, select: str, *parameters: Any) -> list[int]:
    return [row[0] for row in connection.execute(select, parameters)]


def _among(column: str, ids: list[int]) -> tuple[str, tuple[Any, ...]]:
    if len(ids) == 1:
        return f"{column} = ?", (ids[0],)
    if len(ids) <= 200:  # a list that the planner can look up one by one
        return f"{column} IN ({', '.join('?' * len(ids))})", tuple(ids)
    return f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(ids),)


def _profiles(connection: sqlite3.Connection, filters: Filters) -> list[int] | None:
    """The profiles of the speakers that are meant; None where any is."""
    found: set[int] | None = None
    office, country = (value and value.casefold() for value in (filters.office, filters.country))
    for ids in (
        None if filters.speaker is None else speakers(connection, filters.speaker),
        None if filters.qid is None else _by_qid(connection, filters.qid),
        None if office is None else _profiles_by(connection, "office", lambda value: office in value),
        None if country is None else _profiles_by(connection, "country", lambda value: country == value),
    ):
        if ids is not None:
            found = set(ids) if found is None else found & set(ids)
    return None if found is None else sorted(found)


def speakers(connection: sqlite3.Connection, name: str) -> list[int]:
    """The profiles of all whose name holds these words, or whose item or key this is, and of who they are elsewhere.

    A key that a person had before others were joined with them is that of one of their profiles, and leads there.
    """
    name = encodable(name)
    direct = _ids(
        connection,
        "SELECT id FROM profile WHERE key = ?1 UNION SELECT id FROM profile WHERE qid = ?1 UNION"
        " SELECT profile.id FROM person JOIN profile ON profile.person = person.id WHERE person.key = ?1",
        name,
    ) or _ids(connection, "SELECT id FROM profile WHERE 'p-' || key = ?1 AND key = substr(?1, 3)", name)
    found = words(name)
    if not direct and not found:
        raise BadQuery(f"speaker {name!r}", "no letter or digit in it", "give a part of a name, or a Wikidata item")
    if not direct:
        # A NUL ends what FTS5 reads, wherever it stands.
        apart = found if name.isascii() else re.sub('["\0]', " ", name).split()
        expression = " ".join(f'"{word}"' for word in apart)
        direct = _ids(connection, "SELECT rowid FROM names WHERE names MATCH ?", expression)
    return _and_elsewhere(connection, direct)


def _by_qid(connection: sqlite3.Connection, qid: str) -> list[int]:
    return _and_elsewhere(connection, _ids(connection, "SELECT id FROM profile WHERE qid = ?", qid))


def _and_elsewhere(connection: sqlite3.Connection, profiles: list[int]) -> list[int]:
    """These profiles, and all others of the same people."""
    return _ids(
        connection,
        "WITH direct AS (SELECT value AS id FROM json_each(?)) SELECT id FROM direct UNION SELECT id FROM profile WHERE"
        " person IN (SELECT person FROM profile WHERE id IN (SELECT id FROM direct) AND person IS NOT NULL)",
        json.dumps(profiles),
    )


def _days(filters: Filters, plus: str) -> list[tuple[str, tuple[Any, ...]]]:
    if filters.by not in get_args(Since):
        raise BadQuery(f"by {filters.by!r}", f"is none of {', '.join(get_args(Since))}")
    first, last = (f"{plus}s.day", f"{plus}s.last") if filters.by == "said" else ("+s.published", "+s.published")
    parts: list[tuple[str, tuple[Any, ...]]] = []
    if filters.since is not None:
        since = _day("since", filters.since)
        # What was said over several days began at most so long before its last; so the index of first days will do.
        earliest = date.fromisoformat(f"{since}-01-01"[:10]) - SETTLED if since[:4] > "0001" else date.min
        parts.append((f"{first} >= ? AND {last} >= ?", (earliest.isoformat(), since)))
    if filters.until is not None:
        # A month or a year includes its last day: "~" sorts after every digit and dash.
        parts.append((f"{first} <= ?", (_day("until", filters.until) + "~",)))
    if filters.since and filters.until and filters.since > filters.until + "~":
        raise BadQuery(f"since {filters.since}", f"is after until {filters.until}", "change the two")
    return parts


def _day(name: str, value: str) -> str:
    try:
        if not _DAY.fullmatch(value):
            raise ValueError("not an ISO date")
        date.fromisoformat(f"{value}-01-01"[:10] if len(value) < 10 else value)
    except ValueError as error:
        raise BadQuery(f"{name} {value!r}", f"no day: {error}", "write 2031, 2031-04 or 2031-04-02") from None
    return value
