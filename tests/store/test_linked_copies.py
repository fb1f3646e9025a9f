"""The same copy in many outlets: linked, not dropped; its statements are one utterance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import making
import pytest
import records
from making import add, copy_of_the_wire, one, problems, rows

from onrecord.store.connection import open_reader
from onrecord.store.copying import Carried, carried
from onrecord.store.writer import Writer

UTTERANCES = "SELECT article.key, utterance FROM standing JOIN article ON article.id = article ORDER BY 1"


def utterances(path: Path) -> list[list[str]]:
    """The articles of each utterance."""
    found: dict[int, list[str]] = {}
    for key, number in rows(path, UTTERANCES):
        if number is not None:
            found.setdefault(number, []).append(key)
    return sorted(found.values())


def carriers(path: Path, statement: int) -> Carried:
    connection = open_reader(path)
    try:
        return carried(connection, [statement])[statement]
    finally:
        connection.close()


def test_copies_are_linked_and_all_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, copy_of_the_wire("a1", "Courier"), copy_of_the_wire("a2", "Herald", published="2031-04-01"))
    assert one(path, "SELECT count(*) FROM article WHERE current = 1") == 2
    assert rows(path, "SELECT article, other, similarity FROM copy ORDER BY 1") == [(1, 2, 1.0), (2, 1, 1.0)]
    assert utterances(path) == [["a1", "a2"]] * 3
    told = carriers(path, 1)
    assert (told.articles, told.outlets) == (("a1", "a2"), 2)
    assert told.first is not None
    assert told.first.outlet == "Herald"


def test_one_that_nobody_copied(tmp_path: Path) -> None:
    add(tmp_path / "l.db", copy_of_the_wire("a1", "Courier"))
    told = carriers(tmp_path / "l.db", 1)
    assert (told.articles, told.outlets, told.first and told.first.outlet) == (("a1",), 1, "Courier")
    assert utterances(tmp_path / "l.db") == []


def test_captions_are_no_copies(tmp_path: Path) -> None:
    short = [making.somebody(f"a{at}", name="Jan Hale") for at in range(2)]
    add(tmp_path / "l.db", *short)
    assert one(tmp_path / "l.db", "SELECT count(*) FROM copy") == 0
    assert rows(tmp_path / "l.db", "SELECT DISTINCT signature FROM article") == [(None,)]


def test_a_new_version_is_linked_in_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, copy_of_the_wire("a1", "Courier"), copy_of_the_wire("a2", "Herald"))
    other = records.harbour()
    about = replace(other.article, id="a2", url="https://a2.example/ferry", outlet="Herald", published="2031-04-06",
                    text="Another story. " + " ".join(f"word{at}" for at in range(60)), dateline=None)  # fmt: skip
    changed = replace(other, article=about, statements=(), mentions=(), whens=(), figures=())
    assert add(path, changed) == ["changed"]
    assert one(path, "SELECT count(*) FROM copy") == 0
    assert one(path, "SELECT count(DISTINCT article) FROM band") == 2
    assert utterances(path) == []
    assert problems(path) == []


def chain() -> tuple[str, str, str]:
    """Three texts, of which the middle one is a copy of both others, which are none of each other."""
    lines = [f"{' '.join(f'w{at}x{word}' for word in range(12))}." for at in range(12)]
    return " ".join(lines[:8]), " ".join(lines[2:10]), " ".join(lines[4:12])


def test_what_was_one_only_through_an_article_that_changed_falls_apart(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    said = "The vote on the ferry contract will not be held before June."
    wire = []
    for name, text in zip(("a", "b", "c"), chain(), strict=True):
        whole = f"{text}\n\n“{said}” Jan Hale said."
        drawn = {"source": "Jan Hale", "cue": "said", "content": f"“{said}”", "name": "Jan Hale"}
        wire.append(records.record(whole, drawn, id=name, url=f"https://{name}.example/", published="2031-04-02"))
    add(path, *wire)
    links = {tuple(row) for row in rows(path, "SELECT article, other FROM copy WHERE article < other")}
    if links != {(1, 2), (2, 3)}:
        pytest.skip(f"the texts are linked otherwise: {links}")
    assert utterances(path) == [["a", "b", "c"]]
    gone = records.record("No words of it are left.", id="b", url="https://b.example/", published="2031-04-03")
    assert add(path, gone) == ["changed"]
    assert utterances(path) == []
    assert making.told(path)["copy"] == []


def test_statements_in_other_words_are_not_one(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    edited = making.COPY.replace("any inspection had been missed", "any inspector had been told")
    other = copy_of_the_wire("a1", "Courier")
    changed = records.record(
        edited,
        {"cue": "denied", "content": "that any inspector had been told", "name": "Osk Ferries"},
        id="a2", url="https://a2.example/",
    )  # fmt: skip
    add(path, other, changed)
    assert one(path, "SELECT count(*) FROM copy") == 2
    assert utterances(path) == []


def test_a_corrected_statement_stays_one_with_the_same_words_only(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, copy_of_the_wire("a1", "Courier"), copy_of_the_wire("a2", "Herald"))
    (key,) = rows(path, "SELECT key FROM statement WHERE article = 1 AND ordinal = 0")[0]
    with Writer(path, making.embed) as writer:
        writer.correct(key, "kind", "mixed", by="Ada")
        assert utterances(path) == [["a1", "a2"]] * 3
        writer.correct(key, "content", [[0, 20]], by="Ada")
        assert utterances(path) == [["a1", "a2"]] * 2
        writer.correct(key, "undo", None, by="Ada")
    assert utterances(path) == [["a1", "a2"]] * 3
    assert problems(path) == []


def test_signatures_of_another_scheme_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    add(path, copy_of_the_wire("a1", "Courier"))
    making.damage(path, "UPDATE article SET signature = x'00ff'")
    assert add(path, copy_of_the_wire("a2", "Herald")) == ["added"]
    assert one(path, "SELECT count(*) FROM copy") == 0
    assert problems(path) == ["article a1: its signature, by which copies are found, is another's"]
