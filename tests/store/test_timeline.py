"""One speaker across articles: who it is, when they spoke, where, how, to whom and beside whom."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from making import add, copy_of_the_wire, damage, one
from search.making import said

from onrecord.errors import BadQuery
from onrecord.store.connection import open_reader
from onrecord.store.filters import Filters
from onrecord.store.timeline import Bin, Office, Portrait, Speaker, portrait, speakers_at


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def who(db: Path, key: str) -> tuple[Speaker, ...]:
    with closing(open_reader(db)) as connection:
        return speakers_at(connection, key)


def seen(db: Path, name: str = "Mara Lindqvist", **filters: object) -> Portrait:
    """What the ledger has of the profile, or person, of this name."""
    key = one(db, "SELECT key FROM profile WHERE name = ? ORDER BY id", [name])
    (found,) = who(db, key)
    with closing(open_reader(db)) as connection:
        return portrait(connection, Filters(speaker=found.key, **filters))  # type: ignore[arg-type]


# Who ------------------------------------------------------------------------------------------------------------------


def test_a_person_is_found_by_their_key_by_each_profile_and_by_their_item(db: Path) -> None:
    chair = {"name": "Mara Lindqvist", "qid": "Q900001"}
    add(
        db,
        said(1, "the boats wait", **chair, office="chair", organisation="Harbour board", published="2031-04-01"),
        said(2, "the boats sail", **chair, office="mayor", country="NO", published="2032-05-01"),
        said(3, "they sail again", **chair, office="mayor", country="NO", published="2032-06-01"),
    )
    keys = [one(db, "SELECT key FROM person"), "Q900001", one(db, "SELECT max(key) FROM profile")]
    found = {who(db, key) for key in keys}
    assert len(found) == 1
    ((mara,),) = found
    assert (mara.key, mara.name, mara.type, mara.qid) == (keys[0], "Mara Lindqvist", "person", "Q900001")
    assert (mara.statements, mara.first, mara.last) == (3, "2031-04-01", "2032-06-01")
    assert mara.offices == (
        Office("chair", "Harbour board", None, "2031-04-01", "2031-04-01", 1),
        Office("mayor", None, "NO", "2032-05-01", "2032-06-01", 2),
    )


def test_someone_of_one_article_is_found_by_the_key_of_the_profile(db: Path) -> None:
    add(db, said(1, "the boats wait"))
    (found,) = who(db, one(db, "SELECT key FROM profile"))
    assert (found.name, found.statements, found.offices, found.aka, found.qid) == ("Mara Lindqvist", 1, (), (), None)


def test_other_names_are_told(db: Path) -> None:
    add(db, said(1, "yes", name="Mara Lindqvist", qid="Q900001"), said(2, "no", name="M. Lindqvist", qid="Q900001"))
    (found,) = who(db, "Q900001")
    assert {found.name, *found.aka} == {"Mara Lindqvist", "M. Lindqvist"}
    assert found.name not in found.aka


def test_two_people_of_one_item_are_two_with_the_one_most_on_record_first(db: Path) -> None:
    add(db, said(1, "yes", qid="Q900001"), said(2, "no", qid="Q900001", name="Arne Solvik"))
    damage(db, "UPDATE profile SET person = NULL", "DELETE FROM person", "UPDATE standing SET status = 'rejected'"
               " WHERE profile = (SELECT id FROM profile WHERE name = 'Arne Solvik')")  # fmt: skip
    assert [(found.name, found.statements) for found in who(db, "Q900001")] == [
        ("Mara Lindqvist", 1),
        ("Arne Solvik", 0),
    ]


@pytest.mark.parametrize("key", ["nobody", "", "Q404", "Mara Lindqvist", "\ud800"])
def test_a_key_that_nobody_has_is_nobody_s(db: Path, key: str) -> None:
    add(db, said(1, "the boats wait"))
    assert who(db, key) == ()


# When -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "step", "bins"),
    [
        (["2031-04-01", "2031-04-01", "2031-07-09"], "day",
         [("2031-04-01", "2031-04-01", 2), ("2031-07-09", "2031-07-09", 1)]),
        (["2031-04-01", "2031-07-10"], "week", [("2031-03-31", "2031-04-06", 1), ("2031-07-07", "2031-07-13", 1)]),
        (["2031-04-01", "2034-02-28", "2034-02-01"], "month",
         [("2031-04-01", "2031-04-30", 1), ("2034-02-01", "2034-02-28", 2)]),
        (["1999-12-31", "2031-04-01"], "year", [("1999-01-01", "1999-12-31", 1), ("2031-01-01", "2031-12-31", 1)]),
        (["2031-04-01"], "day", [("2031-04-01", "2031-04-01", 1)]),
        (["9999-12-31", "9999-01-01"], "week", [("9998-12-28", "9999-01-03", 1), ("9999-12-27", "9999-12-31", 1)]),
    ],
)  # fmt: skip
def test_the_span_chooses_the_step(db: Path, days: list[str], step: str, bins: list[tuple[str, str, int]]) -> None:
    add(db, *(said(number, f"word {number}", published=day, qid="Q900001") for number, day in enumerate(days)))
    line = seen(db).timeline
    assert line.step == step
    assert [(one.first, one.last, one.total) for one in line.bins] == bins


def test_kinds_are_counted_apart(db: Path) -> None:
    kinds = ["direct", "indirect", "indirect", "mixed"]
    add(db, *(said(number, "it floats", published="2031-04-01", qid="Q900001", kind=kind)
              for number, kind in enumerate(kinds)))  # fmt: skip
    assert seen(db).timeline.bins == (Bin("2031-04-01", "2031-04-01", direct=1, mixed=1, indirect=2),)
    assert seen(db).kinds == {"direct": 1, "mixed": 1, "indirect": 2}


def test_those_without_a_day_are_counted_and_in_no_bin(db: Path) -> None:
    add(db, said(1, "it floats", published=None))
    assert (seen(db).timeline.bins, seen(db).timeline.undated, seen(db).statements) == ((), 1, 1)


def test_days_that_are_chosen_leave_the_timeline_whole(db: Path) -> None:
    add(db, *(said(number, f"word {number}", published=f"2031-04-0{number}", qid="Q900001") for number in (1, 2, 3)))
    some = seen(db, since="2031-04-02", until="2031-04-02")
    assert (some.statements, len(some.timeline.bins)) == (1, 3)
    assert len(seen(db, article="a2").timeline.bins) == 1


# What, where, with whom -----------------------------------------------------------------------------------------------


def test_outlets_count_as_their_filter_finds(db: Path) -> None:
    outlets = ["Post", "Morning Post", "Morning Post", "Courier"]
    add(db, *(said(number, f"word {number}", outlet=outlet, qid="Q900001") for number, outlet in enumerate(outlets)))
    assert seen(db).outlets == (("Post", 3), ("Morning Post", 2), ("Courier", 1))
    assert seen(db, outlet="Post").statements == 3


def test_addressees_count_as_their_filter_finds(db: Path) -> None:
    to = ["reporters", "Reporters", "reporters in Osk"]
    add(db, *(said(number, f"word {number}", addressee=one, qid="Q900001") for number, one in enumerate(to)))
    assert [(name.lower(), count) for name, count in seen(db).addressees] == [("reporters", 3), ("reporters in osk", 1)]
    assert seen(db, addressee="Reporters").statements == 3


def test_copies_are_one_when_taken_together(db: Path) -> None:
    add(db, copy_of_the_wire("wire", "Meridian Wire"), copy_of_the_wire("post", "Northreach Post"))
    mara = seen(db)
    assert (mara.statements, mara.distinct, mara.in_articles) == (4, 2, 2)
    assert [(one.key, one.statements) for one in mara.articles] == [("post", 2), ("wire", 2)]
    assert [(one.key, one.name, one.articles) for one in mara.beside] == [(None, "Osk Ferries", 2)]  # two, or one?


def test_those_beside_them_are_told_by_their_key(db: Path) -> None:
    add(db, copy_of_the_wire("wire", "Meridian Wire"))
    (ferries,) = seen(db).beside
    (mara,) = seen(db, "Osk Ferries").beside
    assert (ferries.key, mara.name, mara.articles) == (
        one(db, "SELECT key FROM profile WHERE name = 'Osk Ferries'"), "Mara Lindqvist", 1,
    )  # fmt: skip


def test_rejected_statements_are_nowhere(db: Path) -> None:
    add(db, copy_of_the_wire("wire", "Meridian Wire"))
    damage(db, "UPDATE standing SET status = 'rejected'")
    mara = seen(db)
    assert (mara.statements, mara.timeline.bins, mara.articles, mara.beside, mara.acts) == (0, (), (), (), ())


def test_words_are_those_that_others_do_not_use(db: Path) -> None:
    own = [said(number, f"the harbour needs people like {number}", qid="Q900001") for number in range(3)]
    others = [said(number, f"people want number {number}", name="Arne Solvik", qid="Q900002") for number in range(3, 9)]
    add(db, *own, *others)
    assert next(word for word, _ in seen(db).words) in {"harbour", "needs"}
    assert "people" not in dict(seen(db).words)


def test_a_filter_that_is_none_is_refused(db: Path) -> None:
    add(db, said(1, "the boats wait"))
    with pytest.raises(BadQuery, match="since"):
        seen(db, since="soon")
