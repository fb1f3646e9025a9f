"""How many of the statements found are whose, by which outlet, of which kind, act and month."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from onrecord.store.filters import Where

VALUES = 10  # of each facet that are given, the most frequent first


def facets(
    connection: sqlite3.Connection, table: str, meant: Where, most: int
) -> tuple[int, dict[str, tuple[tuple[str, int], ...]]]:
    """How many statements of ``table`` (with ``standing AS s``) are meant, and the values of each facet among them.

    At most ``most`` are looked at; where there are more, the count is ``most`` + 1.
    """
    rows = connection.execute(
        f"SELECT s.profile, s.outlet, s.kind, s.act, substr(s.day, 1, 7) FROM {table} WHERE {meant.condition}"
        f" LIMIT {most + 1}",
        meant.parameters,
    ).fetchall()
    profiles, outlets, kinds, acts, months = zip(*rows[:most], strict=True) if rows else ((), (), (), (), ())
    return len(rows), {
        "speaker": _most(_speakers(connection, Counter(profiles))),
        "outlet": _most(_outlets(connection, Counter(outlets))),
        "kind": _most(Counter(kinds).items()),
        "act": _most(Counter(acts).items()),
        "month": _most(Counter(months).items()),
    }


def _most(counts: Iterable[tuple[str | None, int]]) -> tuple[tuple[str, int], ...]:
    known = [(value, count) for value, count in counts if value is not None]
    return tuple(sorted(known, key=lambda one: (-one[1], one[0]))[:VALUES])


def _speakers(connection: sqlite3.Connection, counts: Counter[int | None]) -> list[tuple[str, int]]:
    """By person, who may have several profiles; two people of one name stay two."""
    people: Counter[int] = Counter()
    names: dict[int, str] = {}
    for profile, person, name in connection.execute(
        "SELECT profile.id, coalesce(person, -profile.id), coalesce(person.name, profile.name)"
        " FROM json_each(?) AS meant CROSS JOIN profile ON profile.id = meant.value"
        " LEFT JOIN person ON person.id = profile.person",
        (json.dumps([profile for profile in counts if profile is not None]),),
    ):
        people[person] += counts[profile]
        names[person] = name
    return [(names[person], count) for person, count in people.items()]


def _outlets(connection: sqlite3.Connection, counts: Counter[int | None]) -> list[tuple[str, int]]:
    names = dict(connection.execute("SELECT id, name FROM outlet"))
    return [(names[outlet], count) for outlet, count in counts.items() if outlet is not None]
