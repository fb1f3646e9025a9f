"""People and organisations across articles: profiles, the people that they make up, judgements by hand.

Who is who is a function of the profiles and the judgements in force, in whatever order they came: after each change
all is worked out anew that a chain of likeness, items and judgements leads to from there, and nothing else can change.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from onrecord.corpus.people import THRESHOLD, Judgement, Profile, block, cluster, key, profile_of, score
from onrecord.corpus.profile import comparable_by
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
    # Whom they held together may fall apart, whom they held apart may come together.
    near = _neighbourhood(connection, {name for _, name, _ in gone}, judgements)
    connection.executemany("DELETE FROM profile WHERE id = ?", [(id_,) for id_, _, _ in gone])
    left = near.keys() - {name for _, name, _ in gone}
    if left:
        regroup(connection, left)
    _forget_people(connection, sorted({person for _, _, person in gone if person is not None}))


def regroup(connection: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Work out anew who is who among all profiles that one of these might be one with; gives their keys.

    Profiles of one article, which nothing tells from namesakes in others, have no person, unless they were joined.
    """
    judgements = in_force(connection)
    known = _neighbourhood(connection, set(keys), judgements)
    ids = {name: id_ for name, (id_, _) in known.items()}
    before = connection.execute(
        "SELECT DISTINCT person FROM profile WHERE person IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids.values())),),
    ).fetchall()
    for group in cluster([profile for _, profile in known.values()], judgements):
        first = known[group.members[0]][1]
        if len(group.members) == 1 and first.scope is not None:
            connection.execute("UPDATE profile SET person = NULL WHERE id = ?", (ids[group.members[0]],))
            continue
        connection.execute(
            "INSERT INTO person (key, name, type, qid) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET name = excluded.name, type = excluded.type, qid = excluded.qid",
            (group.label, group.name, first.type, group.qid),
        )
        (person,) = connection.execute("SELECT id FROM person WHERE key = ?", (group.label,)).fetchone()
        connection.executemany(
            "UPDATE profile SET person = ?1 WHERE id = ?2 AND person IS NOT ?1",
            ((person, ids[name]) for name in group.members),
        )
    _forget_people(connection, [person for (person,) in before])
    return set(known)


def regroup_all(connection: sqlite3.Connection) -> None:
    """Work out everybody anew."""
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


def _neighbourhood(
    connection: sqlite3.Connection, keys: set[str], judgements: Iterable[Judgement]
) -> dict[str, tuple[int, Profile]]:
    """All profiles that a chain of likeness, items and judgements leads to from these, by key.

    Only what is alike leads on: of two thousand namesakes' profiles in a block, few are of the one who matters.
    """
    judged: dict[str, set[str]] = {}
    for one in judgements:
        judged.setdefault(one.a, set()).add(one.b)
        judged.setdefault(one.b, set()).add(one.a)
    found: dict[str, tuple[int, Profile]] = {}
    blocks: dict[str, _Block] = {}
    qids = set[str]()
    waiting = sorted(keys)
    while waiting:
        rows = connection.execute(
            f"{_SELECT} WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(waiting),)
        ).fetchall()
        reached = {name for name in waiting for name in judged.get(name, ())}
        for id_, name, place, *fields in rows:
            profile = Profile(*fields)
            found[name] = (id_, profile)
            if place is not None:
                if place not in blocks:
                    blocks[place] = _Block(connection, place)
                reached |= blocks[place].alike(profile)
        asked = {profile.qid for _, profile in (found[row[1]] for row in rows) if profile.qid} - qids
        qids |= asked
        for qid in asked:
            reached |= {name for (name,) in connection.execute("SELECT key FROM profile WHERE qid = ?", (qid,))}
        waiting = sorted(reached - found.keys() - set(waiting))
    return found


class _Block:
    """The profiles of a block, by what they say: what many articles say in the same words is compared once."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._by_ground: dict[str, set[Profile]] = {}
        self._keys: dict[Profile, tuple[list[str], list[str]]] = {}  # as said → keys without a scope, and with one
        for _, own, _, *fields in connection.execute(f"{_SELECT} WHERE block = ?", (name,)):
            *rest, scope = fields
            said, grounds = _compared(*rest)
            if said not in self._keys:
                self._keys[said] = ([], [])
                for ground in grounds:
                    self._by_ground.setdefault(ground, set()).add(said)
            self._keys[said][scope is not None].append(own)

    def alike(self, profile: Profile) -> set[str]:
        """The keys of the profiles that are like this one, as ``cluster`` has it: two that have a scope never are."""
        own, grounds = _compared(
            profile.name, profile.type, profile.qid, profile.office, profile.organisation, profile.country
        )
        near = set[Profile]().union(*(self._by_ground.get(ground, ()) for ground in grounds))
        found = set[str]()
        for said in near - {own}:
            if _score(own, said) >= THRESHOLD:
                unscoped, scoped = self._keys[said]
                found.update(unscoped)
                if profile.scope is None:
                    found.update(scoped)
        return found


@lru_cache(maxsize=65536)
def _compared(*fields: Any) -> tuple[Profile, frozenset[str]]:
    """The profile of these fields (all but the scope), and what it can be compared by."""
    profile = Profile(*(*fields, None))
    return profile, comparable_by(profile)


@lru_cache(maxsize=65536)
def _score(a: Profile, b: Profile) -> float:
    return score(a, b)


_SELECT = "SELECT id, key, block, name, type, qid, office, organisation, country, scope FROM profile"


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
