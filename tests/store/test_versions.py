"""The same article again: unchanged, changed, older, under another address; read anew by an older and a newer model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import making
import pytest
import records
from making import NEWER, OLDER, add, by_model, one, prepared, problems, rows

from onrecord.store.identity import plain_url
from onrecord.store.writer import Input, Outcome, Writer
from onrecord.types import Record, Span

CURRENT = "SELECT title FROM article WHERE current = 1 ORDER BY title"


def article(title: str, **known: Any) -> Record:
    record = records.harbour()
    return replace(record, article=replace(record.article, title=title, **known))


def test_adding_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    wire = [records.harbour(), *(making.copy_of_the_wire(f"a{at}", f"Outlet {at}") for at in range(3))]
    assert add(path, *wire) == ["added"] * 4
    before = making.dump(path)
    assert add(path, *wire) == ["unchanged"] * 4
    assert making.dump(path) == before


VERSIONS: dict[str, tuple[list[tuple[str, str | None, str | None]], str, list[Outcome]]] = {
    # title, published, seen, in the order of adding → the current one
    "by day": ([("a", "2031-04-02", None), ("b", "2031-04-03", None)], "b", ["added", "changed"]),
    "older day late": ([("b", "2031-04-03", None), ("a", "2031-04-02", None)], "b", ["added", "older"]),
    "a day before none": ([("a", "2031-04-02", None), ("b", None, None)], "a", ["added", "older"]),
    "hours of one day do not count": (
        [("a", "2031-04-02T23:00", None), ("b", "2031-04-02T01:00", None)], "b", ["added", "changed"],
    ),
    "by when it was seen": (
        [("b", "2031-04-02", "2031-04-05T08:00:00Z"), ("a", "2031-04-02", "2031-04-04T08:00:00Z")], "b",
        ["added", "older"],
    ),
    "day before seen": (
        [("b", "2031-04-03", "2031-04-04"), ("a", "2031-04-02", "2031-04-05")], "b", ["added", "older"],
    ),
    "by run": ([("b", "2031-04-02", None), ("a", "2031-04-02", None)], "a", ["added", "changed"]),
    "three": (
        [("b", "2031-04-02", None), ("c", "2031-04-04", None), ("a", "2031-04-03", None)], "c",
        ["added", "changed", "older"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("versions", "current", "outcomes"), VERSIONS.values(), ids=VERSIONS)
def test_the_current_version(
    tmp_path: Path, versions: list[tuple[str, str | None, str | None]], current: str, outcomes: list[Outcome]
) -> None:
    path = tmp_path / "l.db"
    got = [
        add(path, article(title, published=published), source=Input(title.encode(), title, "", seen))[0]
        for title, published, seen in versions
    ]
    assert got == outcomes
    assert rows(path, CURRENT) == [(current,)]
    assert one(path, "SELECT count(*) FROM article") == len(versions)
    assert one(path, "SELECT count(*) FROM statement") == 7 * len(versions)
    derived = "SELECT count(*) FROM standing JOIN article ON article.id = article WHERE current = 1"
    assert one(path, derived) == one(path, "SELECT count(*) FROM standing") == 7
    assert one(path, "SELECT count(*) FROM wording") == one(path, "SELECT count(*) FROM words_docsize") == 7
    assert one(path, "SELECT count(*) FROM embedding") == 7
    assert problems(path) == []


def test_in_one_run_the_order_of_versions_of_one_day_does_not_matter(tmp_path: Path) -> None:
    add(tmp_path / "1.db", article("a"), article("b"))
    add(tmp_path / "2.db", article("b"), article("a"))
    assert rows(tmp_path / "1.db", CURRENT) == rows(tmp_path / "2.db", CURRENT)


def test_one_id_at_two_addresses_is_two_articles(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    assert add(path, article("a"), article("a", url="https://herald.example/harbour"), article("a", url=None)) == [
        "added", "added", "added",
    ]  # fmt: skip
    assert one(path, "SELECT count(*) FROM article WHERE current = 1") == 3
    assert one(path, "SELECT count(DISTINCT key) FROM statement") == 21
    assert problems(path) == []


ADDRESSES = [
    ("https://courier.example/harbour", "https://courier.example/harbour"),
    ("http://courier.example/harbour/", "https://courier.example/harbour"),
    ("HTTPS://Courier.example:443/harbour#top", "https://courier.example/harbour"),
    ("https://courier.example/harbour?utm_source=feed&UTM_Medium=x", "https://courier.example/harbour"),
    ("https://courier.example/?b=2&a=1&fbclid=xyz", "https://courier.example/?a=1&b=2"),
    ("https://courier.example", "https://courier.example/"),
    ("https://courier.example:8080/a", "https://courier.example:8080/a"),
    ("http://[2001:db8::1]:80/a", "https://[2001:db8::1]/a"),
    ("https://courier.example:port/a", "https://courier.example:port/a"),
    ("https://[broken/a", "https://[broken/a"),
    ("harbour.html", "harbour.html"),
]


@pytest.mark.parametrize(("url", "plain"), ADDRESSES)
def test_addresses_without_what_tracks_readers(url: str, plain: str) -> None:
    assert plain_url(url) == plain
    assert plain_url(plain) == plain


# Read anew ------------------------------------------------------------------------------------------------------------


def shifted(record: Record, at: int, by: int) -> Record:
    """The content of one statement begins ``by`` characters later."""
    said = record.statements[at]
    first = said.content[0]
    content = (Span.of(record.article.text, first.start + by, first.end), *said.content[1:])
    return with_statement(record, at, replace(said, content=content))


def with_statement(record: Record, at: int, said: Any) -> Record:
    return replace(record, statements=(*record.statements[:at], said, *record.statements[at + 1 :]))


def without(record: Record, at: int) -> Record:
    gone = record.statements[at].id
    left = tuple(one for one in record.statements if one.id != gone)
    return replace(record, statements=left, figures=tuple(one for one in record.figures if one.statement != gone))


def renamed(record: Record) -> Record:
    """The same record with its entities in another order, under other ids."""
    new = {one.id: f"e{len(record.entities) - at}" for at, one in enumerate(record.entities)}
    statements = tuple(
        replace(
            said,
            speaker=said.speaker and replace(said.speaker, entity=new[said.speaker.entity]),
            addressee=tuple(replace(party, entity=party.entity and new[party.entity]) for party in said.addressee),
            venue=tuple(replace(party, entity=party.entity and new[party.entity]) for party in said.venue),
        )
        for said in record.statements
    )
    return replace(
        record,
        statements=statements,
        entities=tuple(replace(one, id=new[one.id]) for one in record.entities[::-1]),
        mentions=tuple(replace(one, entity=new[one.entity]) for one in record.mentions),
    )


def keys(path: Path) -> list[str]:
    return [key for (key,) in rows(path, "SELECT key FROM statement ORDER BY ordinal")]


HARBOUR = by_model(records.harbour(), OLDER)
AGAIN = by_model(records.harbour(), NEWER)


def test_versions_of_models_are_compared_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    assert add(path, HARBOUR, AGAIN, HARBOUR, AGAIN) == ["added", "reread", "kept", "unchanged"]
    assert rows(path, "SELECT version FROM article JOIN model ON model.id = article.model") == [("1.10.0",)]
    assert problems(path) == []


def test_what_lies_where_it_lay_keeps_its_id(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, HARBOUR)
    before = keys(path)
    ids = rows(path, "SELECT id, key FROM statement ORDER BY key")
    add(path, renamed(AGAIN))
    assert keys(path) == before
    assert rows(path, "SELECT id, key FROM statement ORDER BY key") == ids
    assert problems(path) == []


def test_what_moved_a_little_keeps_its_id_and_what_is_elsewhere_gets_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, HARBOUR)
    before = keys(path)
    place = Span.of(records.TEXT, 0, 10)
    new = replace(AGAIN.statements[6], source=(), cue=(), content=(place,))
    add(path, with_statement(shifted(AGAIN, 0, 4), 6, new))
    after = keys(path)
    assert after[:6] == before[:6]
    assert after[6] not in before
    assert problems(path) == []


def test_more_than_half_must_be_shared(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, HARBOUR)
    before = keys(path)
    size = len(AGAIN.statements[0].content[0].text)
    add(path, shifted(AGAIN, 0, size // 2 + 1))
    assert keys(path)[0] != before[0]


@pytest.mark.parametrize("current", [True, False])
def test_corrections_outlive_readings(tmp_path: Path, current: bool) -> None:
    path = tmp_path / "l.db"
    add(path, HARBOUR)
    if not current:
        add(path, by_model(article("Ferry vote is off", published="2031-04-05"), OLDER))
    statements = rows(path, "SELECT key FROM statement WHERE article = 1 ORDER BY ordinal")
    stays, moves, goes = (statements[at][0] for at in (0, 2, 5))
    with Writer(path, making.embed) as writer:
        writer.correct(stays, "kind", "mixed", by="Ada")
        writer.correct(moves, "speaker", "e3", by="Ada")
        writer.correct(goes, "status", "accepted", by="Ada", why="it says so")
        before = rows(path, "SELECT * FROM correction")
        read = shifted(without(renamed(AGAIN), 5), 2, 3)
        assert writer.add(prepared(read)) == "reread"
        assert writer.add(prepared(read)) == "unchanged"
    assert rows(path, "SELECT * FROM correction") == before
    found = rows(path, "SELECT key, retained FROM statement WHERE article = 1 ORDER BY ordinal")
    assert (goes, 1) == found[-1]
    assert [retained for _, retained in found] == [0] * 6 + [1]
    assert {stays, moves, goes} <= {key for key, _ in found}
    assert problems(path) == []
    if current:
        stand = (
            "SELECT standing.kind, standing.status, who FROM standing JOIN wording USING (statement)"
            " JOIN statement AS s ON s.id = statement WHERE s.key = ?"
        )
        assert rows(path, stand, (stays,)) == [("mixed", "open", "Mara Lindqvist · its chair")]
        assert rows(path, stand, (moves,)) == [("direct", "open", "Osk Ferries · Mara Lindqvist")]
        assert rows(path, stand, (goes,)) == [("indirect", "accepted", "Osk Ferries · It")]


def test_what_was_retained_is_itself_again_when_a_later_reading_has_it(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, HARBOUR)
    goes = keys(path)[5]
    with Writer(path, making.embed) as writer:
        writer.correct(goes, "status", "accepted", by="Ada")
        writer.add(prepared(without(AGAIN, 5)))
        latest = by_model(records.harbour(), replace(NEWER, version="2.0"))
        assert writer.add(prepared(latest)) == "reread"
    assert keys(path)[5] == goes
    assert one(path, "SELECT sum(retained) FROM statement") == 0
    assert problems(path) == []


def test_profiles_that_only_the_older_reading_had_are_gone(tmp_path: Path) -> None:
    add(tmp_path / "1.db", by_model(making.somebody("a", name="Jan Hale", office="mayor", organisation="Tarn"), OLDER),
        by_model(making.somebody("a", name="Jan Hale", office="mayor", organisation="Orrin"), NEWER))  # fmt: skip
    add(tmp_path / "2.db", by_model(making.somebody("a", name="Jan Hale", office="mayor", organisation="Orrin"), NEWER))
    assert making.told(tmp_path / "1.db")["person"] == making.told(tmp_path / "2.db")["person"]


# Inputs ---------------------------------------------------------------------------------------------------------------


def test_inputs_are_known_again(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    failed = Input(b"1", "bad\udcff.html", "folder\udcff")
    with Writer(path, making.embed) as writer:
        assert not writer.knows(b"1", failed=True)
        writer.fail(failed, "bad\udcff.html: 3 characters", b"item")
        writer.fail(failed, "bad\udcff.html: 3 characters", b"item")
        assert writer.knows(b"1", failed=True)
        assert not writer.knows(b"1", failed=False)
        assert rows(path, "SELECT name, reason, tries, item FROM input") == [
            ("bad\ufffd.html", "bad\ufffd.html: 3 characters", 2, b"item")
        ]
        writer.add(prepared(records.harbour()), failed)
        assert writer.knows(b"1", failed=False)
        writer.fail(failed, "too late", None)
        assert rows(path, "SELECT reason, item FROM input") == [(None, None)]
    assert one(path, "SELECT count(*) FROM run WHERE ended IS NOT NULL") == 1
