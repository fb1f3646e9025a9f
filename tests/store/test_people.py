"""The same person across articles: by item, by name and office; by hand, and undone."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Literal

import making
import pytest
from making import add, rows, somebody

from onrecord.corpus.profile import Comparison, Likeness, Traits
from onrecord.errors import BadCorrection, NotOnRecord
from onrecord.store import persons
from onrecord.store.writer import Writer
from onrecord.types import Entity

CHAIR = {"office": "chair", "organisation": "Tarn Harbour Board", "country": "NO"}
MINISTER = {"office": "transport minister", "country": "NO"}


def groups(path: Path) -> list[list[str]]:
    """Who is one: the articles of each person, those who have none left out."""
    found: dict[int, list[str]] = {}
    for person, article in rows(path, "SELECT person, article.key FROM entity JOIN profile ON profile.id = profile"
                                      " JOIN article ON article.id = article WHERE person IS NOT NULL"):  # fmt: skip
        found.setdefault(person, []).append(article)
    return sorted(sorted(keys) for keys in found.values())


def people(path: Path, *facts: dict[str, Any]) -> Path:
    add(path, *(somebody(f"a{at}", **one) for at, one in enumerate(facts)))
    return path


GROUPS: dict[str, tuple[list[dict[str, Any]], list[list[str]]]] = {
    "by item": ([{"name": "Jan Hale", "qid": "Q9"}, {"name": "Janne Hale", "qid": "Q9"}], [["a0", "a1"]]),
    "other items": (
        [{"name": "Jan Hale", "qid": "Q9", **CHAIR}, {"name": "Jan Hale", "qid": "Q8", **CHAIR}], [["a0"], ["a1"]],
    ),
    "name and office": (
        [{"name": "Jan Hale", **CHAIR}, {"name": "Jan Hale", **CHAIR, "country": None}], [["a0", "a1"]],
    ),
    "the very same words": ([{"name": "Jan Hale", **CHAIR}, {"name": "Jan Hale", **CHAIR}], [["a0", "a1"]]),
    "an initial": ([{"name": "Jan Hale", **CHAIR}, {"name": "J. Hale", **CHAIR}], [["a0", "a1"]]),
    "another country": ([{"name": "Jan Hale", **MINISTER}, {"name": "Jan Hale", **MINISTER, "country": "SE"}],
                        [["a0"], ["a1"]]),
    "bare names": ([{"name": "Jan Hale"}, {"name": "Jan Hale"}], []),
    "a bare name and a full one": ([{"name": "Jan Hale"}, {"name": "Jan Hale", **CHAIR}], [["a1"]]),
    "an office that many hold": (
        [{"name": "Jan Hale", "office": "spokesman"}, {"name": "Jan Hale", "office": "spokesman"}], [],
    ),
    "one who joins two": (
        [{"name": "Jan Hale", "office": "board chair"}, {"name": "Jan Hale", "office": "board chair", "qid": "Q9"},
         {"name": "Jan Hale", "office": "chair", "organisation": "Harbour Board"}], [["a0", "a1", "a2"]],
    ),
    "two Jans for one initial": (
        [{"name": "Jan A. Hale", **CHAIR}, {"name": "Jan B. Hale", **CHAIR}], [["a0"], ["a1"]],
    ),
    "bodies": (
        [{"name": "Osk Ferries", "type": "organisation", "country": "NO"},
         {"name": "The Osk Ferries", "type": "organisation", "country": "NO"}], [["a0", "a1"]],
    ),
    "places and groups": ([{"name": "Tarn", "type": "place"}, {"name": "Islanders", "type": "group"}], []),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), GROUPS.values(), ids=GROUPS)
def test_who_is_one(tmp_path: Path, facts: list[dict[str, Any]], expected: list[list[str]]) -> None:
    path = people(tmp_path / "1.db", *facts)
    assert groups(path) == expected
    backwards = tmp_path / "2.db"
    add(backwards, *(somebody(f"a{at}", **one) for at, one in reversed(list(enumerate(facts)))))
    assert groups(backwards) == expected
    assert making.problems(path) == []


def key_of(path: Path, article: str) -> str:
    return str(rows(path, "SELECT profile.key FROM entity JOIN profile ON profile.id = profile JOIN article"
                          " ON article.id = article WHERE article.key = ?", (article,))[0][0])  # fmt: skip


def judge(path: Path, kind: Literal["join", "split"], a: str, b: str) -> int:
    with Writer(path) as writer:
        return writer.judge(kind, key_of(path, a), key_of(path, b), by="Ada", why="met both")


def undo(path: Path, judgement: int) -> None:
    with Writer(path) as writer:
        writer.undo_judgement(judgement, by="Bo")


def test_joined_by_hand_and_undone(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale"}, {"name": "Jan Hale"}, {"name": "Jan Hale", **CHAIR})
    before = making.told(path)
    first = judge(path, "join", "a0", "a1")
    assert groups(path) == [["a0", "a1"], ["a2"]]
    second = judge(path, "join", "a1", "a2")
    assert groups(path) == [["a0", "a1", "a2"]]
    undo(path, first)
    assert groups(path) == [["a1", "a2"]]
    undo(path, second)
    assert making.told(path) == before
    with pytest.raises(NotOnRecord, match=f"judgement {second}: there is none in force"):
        undo(path, second)


def test_split_by_hand_and_undone(tmp_path: Path) -> None:
    facts = {"name": "Jan Hale", "qid": "Q9"}, {"name": "Janne Hale", "qid": "Q9"}, {"name": "J. Hale", "qid": "Q9"}
    path = people(tmp_path / "l.db", *facts)
    number = judge(path, "split", "a0", "a1")
    assert sorted(map(len, groups(path))) == [1, 2]
    assert {"a0", "a1"} not in [set(group) for group in groups(path)]
    assert len({key for (key,) in rows(path, "SELECT key FROM person")}) == 2
    undo(path, number)
    assert groups(path) == [["a0", "a1", "a2"]]
    assert rows(path, "SELECT key FROM person") == [("Q9",)]


def test_the_last_judgement_of_a_pair_holds(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale", **CHAIR}, {"name": "J. Hale", **CHAIR})
    judge(path, "split", "a0", "a1")
    assert groups(path) == [["a0"], ["a1"]]
    judge(path, "join", "a1", "a0")
    assert groups(path) == [["a0", "a1"]]


def test_two_items_are_never_joined(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale", "qid": "Q8"}, {"name": "Jan Hale", "qid": "Q9"})
    judge(path, "join", "a0", "a1")
    assert groups(path) == [["a0"], ["a1"]]


def test_people_are_named_by_their_keys_too(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale", "qid": "Q8"}, {"name": "Ole Hale", **CHAIR})
    with Writer(path) as writer:
        writer.judge("join", "Q8", key_of(path, "a1"), by="Ada")
        assert groups(path) == [["a0", "a1"]]
        with pytest.raises(NotOnRecord, match="Q77: nobody has this key"):
            writer.judge("join", "Q8", "Q77", by="Ada")
        with pytest.raises(BadCorrection, match="Q8 and Q8: are one person already"):
            writer.judge("join", "Q8", "Q8", by="Ada")
        with pytest.raises(BadCorrection, match="nobody is named who makes it"):
            writer.judge("join", "Q8", "Q9", by="")


def test_a_new_profile_brings_two_together(tmp_path: Path) -> None:
    chair = {"name": "Jan Hale", "office": "chair", "organisation": "Harbour Board of Tarn", "country": "NO"}
    path = people(tmp_path / "l.db", {"name": "Jan Hale", "office": "board chair"}, chair)
    first = groups(path)
    add(path, somebody("b", name="Jan Hale", office="board chair", organisation="Harbour Board of Tarn"))
    assert len(first) <= 2
    assert groups(path) == [["a0", "a1", "b"]]


@pytest.mark.parametrize("command", ["UPDATE judgement SET by = 'Bo'", "DELETE FROM judgement"])
def test_judgements_are_never_changed(tmp_path: Path, command: str) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale"}, {"name": "Jan Hale"})
    judge(path, "join", "a0", "a1")
    with pytest.raises(sqlite3.IntegrityError, match="judgements are appended, never"):
        making.damage(path, command)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Traits]:
    """Those with whom anybody is compared from now on."""
    compared: list[Traits] = []
    to = Comparison.to

    def count(self: Comparison, other: Traits) -> Likeness:
        compared.append(other)
        return to(self, other)

    monkeypatch.setattr(Comparison, "to", count)
    return compared


def test_many_namesakes_cost_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred Jan Hales of as many bodies: a new one is compared with those of its body, not each with each."""
    path = tmp_path / "l.db"
    bodies = [f"{first}{second} {kind} Board" for first in ("Tar", "Or", "Lis", "Ven", "Mo") for second in (
        "holm", "ness", "vik", "dal", "berg") for kind in ("Harbour", "Water", "School", "Forest")]  # fmt: skip
    add(path, *(somebody(f"a{at}", name="Jan Hale", office="chair", organisation=body, country="NO")
                for at, body in enumerate(bodies)))  # fmt: skip
    assert len(groups(path)) == len(bodies)
    compared = counted(monkeypatch)
    add(path, somebody("b", name="J. Hale", office="chair", organisation=bodies[7], country="NO"))
    assert 0 < len(compared) <= 10  # itself, the one of its body, and who is near that one
    assert ["a7", "b"] in groups(path)


PHRASINGS = [
    {"name": name, "office": office, "organisation": body, "country": country}
    for name in ("Jan Hale", "J. Hale") for office in ("transport minister", "minister", "harbour minister", "chair")
    for body in (None, "Ministry of Harbours", "Osk Ferries") for country in (None, "NO")
]  # fmt: skip


@pytest.mark.parametrize("qids", [(None,), ("Q9",), (None, None, "Q9"), (None, "Q8", None, "Q9")])
def test_what_is_known_from_the_last_change_changes_no_answer(tmp_path: Path, qids: tuple[str | None, ...]) -> None:
    """One article after the other by one writer, each by a writer of its own, and all worked out anew."""
    facts = [one | {"qid": qids[at % len(qids)]} for at, one in enumerate(PHRASINGS)]
    people(tmp_path / "1.db", *facts)
    for at, one in reversed(list(enumerate(facts))):
        add(tmp_path / "2.db", somebody(f"a{at}", **one))
    expected = making.told(tmp_path / "1.db")["person"]
    assert making.told(tmp_path / "2.db")["person"] == expected
    with Writer(tmp_path / "1.db") as writer, writer.transaction() as connection:
        persons.regroup_all(connection)
    assert making.told(tmp_path / "1.db")["person"] == expected


def chair(name: str, country: str | None) -> Entity:
    return Entity("e1", name, "person", None, "chair", CHAIR["organisation"], country)


def test_what_was_undone_is_known_no_more(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale", **CHAIR})

    def admit(entity: Entity, *, undone: bool = False) -> None:
        with writer.transaction() as connection:
            persons.admit(connection, [entity], "b")
            if undone:
                raise ZeroDivisionError

    with Writer(path) as writer:
        admit(chair("J. Hale", "NO"))
        before = making.told(path)
        with pytest.raises(ZeroDivisionError):
            admit(chair("Jan Hale", None), undone=True)
        assert making.told(path) == before
        admit(chair("Jan Hale", "Norway"))
    assert rows(path, "SELECT count(*), count(DISTINCT person) FROM profile") == [(3, 1)]
    assert rows(path, "SELECT count(*) FROM person") == [(1,)]


def test_what_another_wrote_meanwhile_is_seen(tmp_path: Path) -> None:
    path = people(tmp_path / "l.db", {"name": "Jan Hale", **CHAIR})
    with Writer(path) as writer:
        with writer.transaction() as connection:
            persons.admit(connection, [chair("J. Hale", "NO")], "b")
        making.damage(path, "UPDATE profile SET person = NULL")
        with writer.transaction() as connection:
            persons.admit(connection, [chair("Jan Hale", None)], "c")
    assert rows(path, "SELECT count(*) FROM profile WHERE person IS NOT NULL") == [(3,)]
