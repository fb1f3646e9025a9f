"""People and organisations across articles: profiles, the people that they make up, judgements by hand.

Who is who is a function of the profiles and the judgements in force, in whatever order they came: after each change
all is worked out anew that a chain of likeness, items and judgements leads to from there, and nothing else can change.
What was read and compared for that is kept in memory for the next change.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from onrecord.corpus.people import Crowd, Group, Judgement, Profile, block, groups, key, profile_of
from onrecord.corpus.profile import Description, comparable_by
from onrecord.errors import BadCorrection, NotOnRecord
from onrecord.store.corrections import now
from onrecord.types import Entity, Record


def join(connection: sqlite3.Connection, article: int, record: Record) -> None:
    """Give each named entity of an article its profile, and each new profile its person."""
    ids = admit(connection, record.entities, record.article.id)
    connection.executemany(
        "UPDATE entity SET profile = ? WHERE article = ? AND ordinal = ?",
        [(id_, article, ordinal) for ordinal, id_ in enumerate(ids) if id_ is not None],
    )


def admit(connection: sqlite3.Connection, entities: Sequence[Entity], article: str) -> list[int | None]:
    """The row ids of the profiles of these entities of ``article`` (its key), made if new; None for who has none."""
    profiles = [profile_of(entity, article) for entity in entities]
    names = [key(profile) if profile else None for profile in profiles]
    known = _ids(connection, names)
    fresh = []
    for name, profile in zip(names, profiles, strict=True):
        if name is None or profile is None or name in known:
            continue
        comparable = bool(comparable_by(profile))
        cursor = connection.execute(
            "INSERT INTO profile (key, block, name, type, qid, office, organisation, country, scope)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                name, block(profile) if comparable else None, profile.name, profile.type, profile.qid, profile.office,
                profile.organisation, profile.country, profile.scope,
            ),
        )  # fmt: skip
        known[name] = int(cursor.lastrowid or 0)
        if comparable or profile.scope is None:
            fresh.append(name)
    if fresh:
        regroup(connection, fresh)
    return [known.get(name or "") for name in names]


def find(connection: sqlite3.Connection, entities: Sequence[Entity], article: str) -> list[int | None]:
    """As ``admit``, but nothing is made."""
    profiles = [profile_of(entity, article) for entity in entities]
    names = [key(profile) if profile else None for profile in profiles]
    known = _ids(connection, names)
    return [known.get(name or "") for name in names]


def _ids(connection: sqlite3.Connection, names: Sequence[str | None]) -> dict[str, int]:
    if not any(names):
        return {}
    return dict(
        connection.execute(
            "SELECT key, id FROM profile WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps([name for name in names if name]),),
        )
    )


def forget(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Take away those of these profiles (row ids) that nothing refers to any more, neither article nor judgement."""
    judgements = in_force(connection)
    judged = {name for one in judgements for name in (one.a, one.b)}
    rows = connection.execute(
        "SELECT id, key, person FROM profile WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM entity WHERE profile = profile.id)"
        " AND NOT EXISTS (SELECT 1 FROM standing WHERE profile = profile.id)"
        " AND NOT EXISTS (SELECT 1 FROM addressed WHERE profile = profile.id)",
        (json.dumps(sorted(ids)),),
    ).fetchall()
    gone = [row for row in rows if row[1] not in judged]
    if not gone:
        return
    with _crowd(connection) as crowd:
        # Whom they held together may fall apart, whom they held apart may come together.
        names = {name for _, name, _ in gone}
        crowd.bring(names)
        left = {name for one in names for member in crowd.circle(one).members for name in member.keys} - names
        connection.executemany("DELETE FROM profile WHERE id = ?", [(id_,) for id_, _, _ in gone])
        for name in sorted(names):
            crowd.remove(name)
    if left:
        regroup(connection, left)
    _forget_people(connection, sorted({person for _, _, person in gone if person is not None}))


def regroup(connection: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Work out anew who is who among all profiles that one of these might be one with; gives their keys.

    Profiles of one article, which nothing tells from namesakes in others, have no person, unless they were joined.
    """
    with _crowd(connection) as crowd:
        wanted = set(keys)
        crowd.bring(wanted)
        circles = {id(circle): circle for circle in map(crowd.circle, sorted(wanted & crowd.known.keys()))}
        for circle in circles.values():
            left = set[str]()
            for group in groups(circle, crowd.judgements):
                left |= crowd.write(group)
            connection.executemany(
                "DELETE FROM person WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM profile WHERE person = person.id)",
                [(label,) for label in sorted(left)],
            )
        return {name for circle in circles.values() for member in circle.members for name in member.keys}


def regroup_all(connection: sqlite3.Connection) -> None:
    """Work out everybody anew."""
    _kept.clear()
    connection.execute("UPDATE profile SET person = NULL WHERE scope IS NOT NULL")
    done = set[str]()
    judged = {key for one in in_force(connection) for key in (one.a, one.b)}
    for (name,) in connection.execute("SELECT key FROM profile WHERE scope IS NULL ORDER BY id").fetchall():
        if name not in done:
            done |= regroup(connection, [name])
    for name in sorted(judged - done):
        if name not in done:
            done |= regroup(connection, [name])
    connection.execute("DELETE FROM person WHERE id NOT IN (SELECT person FROM profile WHERE person IS NOT NULL)")


def _forget_people(connection: sqlite3.Connection, people: Iterable[int]) -> None:
    connection.executemany(
        "DELETE FROM person WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM profile WHERE person = ?1)",
        ((person,) for person in people),
    )


class _Known(Crowd):
    """The profiles read so far, whose they are by the rows, and who might be whom. Read once, a block is complete."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.judgements = in_force(connection)
        super().__init__((one.a, one.b) for one in self.judgements)
        self.connection = connection
        self.stamp: tuple[int, int] | None = None
        self._weighed = 1000  # profiles; from which on it is weighed
        self._people: dict[str, str | None] = {}  # key → its person's
        self._written = dict[str, tuple[str, str, str | None]]()  # key of a person → name, type and QID
        self._read = set[tuple[str, str]]()

    def heavy(self) -> bool:
        """Whether it takes too much memory: 1 to 1.8 kilobytes a profile, 1.5 bytes the square of a circle's size."""
        if len(self.known) < self._weighed:
            return False
        self._weighed = len(self.known) * 9 // 8
        circles = {id(one.circle): len(one.circle.members) for one in self.known.values() if one.circle}
        return (3 * len(self.known) + sum(size * size for size in circles.values()) * 3 // 1000) // 2 > _MOST

    def bring(self, names: Iterable[str]) -> None:
        """Read these profiles, by their keys."""
        wanted = sorted(name for name in names if name not in self.known)
        if wanted:
            self._add("profile.key IN (SELECT value FROM json_each(?))", json.dumps(wanted))

    def reach(self, one: Description) -> None:
        """Read those whom a step may lead to from there."""
        self.bring(self.partners.get(one.first, ()))
        if one.traits.qid:
            self._add_once("profile.qid", one.traits.qid)
        if one.grounds:
            self._add_once("block", one.place)

    def remove(self, name: str) -> None:
        """Take a profile out."""
        super().remove(name)
        self._written.pop(self._people.pop(name) or "", None)

    def write(self, group: Group) -> set[str]:
        """Write whose a group's profiles are, where that is new; whose some were before."""
        first = self.known[group.members[0]]
        label = None if len(group.members) == 1 and first.scoped else group.label
        changed = [name for name in group.members if self._people[name] != label]
        shown = group.name, first.traits.type, group.qid
        if label is not None and self._written.get(label) != shown:
            self.connection.execute(
                "INSERT INTO person (key, name, type, qid) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET name = excluded.name, type = excluded.type, qid = excluded.qid",
                (label, *shown),
            )
            self._written[label] = shown
        self.connection.executemany(
            "UPDATE profile SET person = (SELECT id FROM person WHERE key = ?) WHERE key = ?",
            ((label, name) for name in changed),
        )
        left = {before for name in changed if (before := self._people[name]) is not None}
        self._people.update(dict.fromkeys(changed, label))
        for before in left:
            self._written.pop(before, None)
        return left

    def _add_once(self, column: str, value: str) -> None:
        if (column, value) not in self._read:
            self._read.add((column, value))
            self._add(f"{column} = ?", value)

    def _add(self, condition: str, value: str) -> None:
        for name, person, *row in self.connection.execute(f"{_SELECT} WHERE {condition}", (value,)):
            if name not in self.known:
                self.add(name, Profile(*row[:7]))
                self._people[name] = person
                if person is not None:
                    self._written[person] = tuple(row[7:])


_SELECT = (
    "SELECT profile.key, person.key, profile.name, profile.type, profile.qid, office, organisation, country, scope,"
    " person.name, person.type, person.qid"
    " FROM profile LEFT JOIN person ON person.id = person"
)
_MOST = 80_000  # kilobytes, about, that what is kept may grow to: less than a tenth of what adding may take
_kept: list[_Known] = []  # one at most


@contextmanager
def _crowd(connection: sqlite3.Connection) -> Iterator[_Known]:
    """What is known of the profiles, kept from the last change unless anything happened to the ledger since.

    A random number in a temporary table tells that: it goes back with a transaction that is undone, as the rows do,
    and another connection has another. What other connections write moves SQLite's data_version.
    """
    kept = None
    with suppress(IndexError):
        kept = _kept.pop()
    known = kept is not None and kept.stamp is not None and kept.stamp == _stamp(connection)
    crowd = kept if kept is not None and known else _Known(connection)
    crowd.connection = connection
    yield crowd
    del crowd.connection
    if not known or not crowd.heavy():  # what one change needs may be more
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS people_known (one INTEGER PRIMARY KEY, stamp INTEGER)")
        connection.execute("INSERT OR REPLACE INTO people_known VALUES (1, ?)", (random.getrandbits(62),))
        crowd.stamp = _stamp(connection)
        _kept[:] = [crowd]


def _stamp(connection: sqlite3.Connection) -> tuple[int, int] | None:
    (changed,) = connection.execute("PRAGMA data_version").fetchone()
    if connection.execute("SELECT 1 FROM temp.sqlite_schema WHERE name = 'people_known'").fetchone():
        for (stamp,) in connection.execute("SELECT stamp FROM people_known"):
            return stamp, changed
    return None


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement as it was appended: who decided what, when and why; ``undone`` if it no longer holds."""

    id: int
    at: str
    by: str
    kind: Literal["join", "split"]
    a: str
    b: str
    why: str | None
    undone: bool


def judgements(connection: sqlite3.Connection) -> list[Judged]:
    """All judgements, the first first."""
    undone = {row[0] for row in connection.execute("SELECT undoes FROM judgement WHERE kind = 'undo'")}
    rows = connection.execute("SELECT id, at, by, kind, a, b, why FROM judgement WHERE kind <> 'undo' ORDER BY id")
    return [Judged(id_, at, by, kind, a, b, why, undone=id_ in undone) for id_, at, by, kind, a, b, why in rows]


def in_force(connection: sqlite3.Connection) -> list[Judgement]:
    """Those that hold: not undone, and of several on one pair the last."""
    last: dict[frozenset[str], Judged] = {}
    for one in judgements(connection):
        if not one.undone:
            last[frozenset((one.a, one.b))] = one
    return [Judgement(one.kind, one.a, one.b) for one in last.values()]


def judge(
    connection: sqlite3.Connection, kind: Literal["join", "split"], pair: tuple[str, str], *, by: str, why: str | None
) -> int:
    """Append a judgement on two people (or profiles), by their keys, and act on it; its id.

    Raises NotOnRecord for a key that nobody has, BadCorrection for one person twice.
    """
    a, b = (_profile(connection, name) for name in pair)
    if a == b:
        way_out = "name two of its profiles; `onrecord speaker NAME` shows their keys"
        raise BadCorrection(f"{pair[0]} and {pair[1]}", "are one person already, of one profile", way_out)
    cursor = connection.execute(
        "INSERT INTO judgement (at, by, kind, a, b, why) VALUES (?, ?, ?, ?, ?, ?)", (now(), by, kind, a, b, why)
    )
    _kept.clear()  # it goes by the judgements that were
    regroup(connection, [a, b])
    return int(cursor.lastrowid or 0)


def undo(connection: sqlite3.Connection, judgement: int, *, by: str) -> None:
    """Take a judgement back: append that it no longer holds. Raises NotOnRecord."""
    one = next((one for one in judgements(connection) if one.id == judgement and not one.undone), None)
    if one is None:
        raise NotOnRecord(
            f"judgement {judgement}", "there is none in force of this number", "`onrecord people judgements`"
        )
    connection.execute("INSERT INTO judgement (at, by, kind, undoes) VALUES (?, ?, 'undo', ?)", (now(), by, judgement))
    _kept.clear()
    regroup(connection, [one.a, one.b])
    forget(connection, _ids(connection, [one.a, one.b]).values())


def _profile(connection: sqlite3.Connection, name: str) -> str:
    """The key of the profile meant: by its own key, or by that of a person, its smallest."""
    row = connection.execute(
        "SELECT min(profile.key) FROM profile LEFT JOIN person ON person.id = person"
        " WHERE profile.key = ?1 OR person.key = ?1",
        (name,),
    ).fetchone()
    if row is None or row[0] is None:
        raise NotOnRecord(name, "nobody has this key", "`onrecord speaker NAME` shows the keys")
    return str(row[0])
