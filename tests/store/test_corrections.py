"""Corrections: of every field, undone, undone again; refused where they do not fit or another was faster."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import making
import pytest
import records
from making import problems, rows

from onrecord.errors import BadCorrection, LedgerError, NotOnRecord
from onrecord.store.connection import open_writer
from onrecord.store.corrections import Standing, history, stand
from onrecord.store.rows import read_record
from onrecord.store.writer import Writer
from onrecord.types import Dated, Record

TEXT = records.TEXT
BOARD, BOATS = records.span(TEXT, "The harbour board"), records.span(TEXT, "the boats are safe")


def standing(path: Path) -> Standing:
    connection = open_writer(path)
    try:
        return stand(connection, *read_record(connection, 1))
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    making.add(tmp_path / "l.db", records.harbour())
    return tmp_path / "l.db"


def key_of(path: Path, at: int) -> str:
    (row,) = rows(path, "SELECT key FROM statement WHERE article = 1 AND ordinal = ?", (at,))
    return str(row[0])


def correct(path: Path, at: int, field: Any, value: Any, **more: Any) -> int:
    with Writer(path, making.embed) as writer:
        return writer.correct(key_of(path, at), field, value, **({"by": "Ada"} | more)).id


FIELDS: dict[str, tuple[str, Any, str, Any]] = {
    "kind": ("kind", "direct", "kind", "direct"),
    "act": ("act", "refuse-to-comment", "act", "refuse-to-comment"),
    "content": ("content", [[BOATS.start, BOATS.end]], "content", (BOATS,)),
    "two parts, sorted": ("content", [[30, 40], [2, 5]], "content_text", f"{TEXT[2:5]} … {TEXT[30:40]}"),
    "no content": ("content", [], "content", ()),
    "cue": ("cue", [[0, 10]], "cue_text", "NORTHREACH"),
    "source": ("source", [[BOARD.start, BOARD.end]], "source_text", "The harbour board"),
    "days": ("said_on", {"start": "2031-03-01", "end": "2031-03-03"}, "said_on",
             Dated("2031-03-01", "2031-03-03", "2031-03-01", None)),
    "no day": ("said_on", None, "said_on", None),
    "no speaker": ("speaker", None, "speaker", None),
}  # fmt: skip


@pytest.mark.parametrize(("field", "value", "attribute", "expected"), FIELDS.values(), ids=FIELDS)
def test_every_field(path: Path, field: str, value: Any, attribute: str, expected: Any) -> None:
    before = making.told(path)
    number = correct(path, 0, field, value, why="I was there")
    now = standing(path)
    assert getattr(now.record.statements[0], attribute) == expected
    assert now.corrected == (True,) + (False,) * 6
    assert now.status == ("open",) * 7
    assert rows(path, "SELECT corrected FROM standing ORDER BY statement")[0] == (1,)
    assert problems(path) == []
    correct(path, 0, "undo", number)
    assert standing(path).record == records.harbour()
    assert making.told(path) == before


SPEAKERS: dict[str, tuple[Any, tuple[str, str | None, str | None, str]]] = {
    # what is given → name, QID, office, and the words of the evidence
    "an entity": ("e3", ("Osk Ferries", None, None, "Osk Ferries")),
    "by name alone": ({"name": "Osk Ferries"}, ("Osk Ferries", None, None, "Osk Ferries")),
    "by name, facts known": ({"name": "Mara  Lindqvist"}, ("Mara Lindqvist", "Q900000001", "chair", "its chair")),
    "by name and office": (
        {"name": "Mara Lindqvist", "office": "chair"}, ("Mara Lindqvist", "Q900000001", "chair", "its chair"),
    ),
    "a namesake": ({"name": "Mara Lindqvist", "office": "pilot"}, ("Mara Lindqvist", None, "pilot", "It")),
    "somebody else": ({"name": "Tove Aldersen", "qid": "Q7"}, ("Tove Aldersen", "Q7", None, "It")),
    "half a character": ({"name": "T\ud800"}, ("T\ufffd", None, None, "It")),
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), SPEAKERS.values(), ids=SPEAKERS)
def test_speakers(path: Path, value: Any, expected: tuple[str, str | None, str | None, str]) -> None:
    correct(path, 5, "speaker", value)
    speaker = standing(path).record.statements[5].speaker
    assert speaker is not None
    assert (speaker.name, speaker.qid, speaker.office, speaker.evidence.text) == expected
    assert problems(path) == []


def test_who_is_found_under_the_corrected_name(path: Path) -> None:
    told = {"name": "Tove Aldersen", "office": "transport minister", "country": "NO"}
    found = "SELECT profile.name, person.name FROM standing JOIN profile ON profile.id = profile" \
            " LEFT JOIN person ON person.id = person WHERE corrected = 1"  # fmt: skip
    before = making.told(path)
    number = correct(path, 5, "speaker", told)
    assert rows(path, found) == [("Tove Aldersen", "Tove Aldersen")]
    assert rows(path, "SELECT count(*) FROM names WHERE names MATCH 'tove'") == [(1,)]
    correct(path, 5, "undo", number)
    assert making.told(path) == before


def test_two_statements_of_somebody_whom_the_article_does_not_know(path: Path) -> None:
    correct(path, 5, "speaker", {"name": "Tove Aldersen"})
    correct(path, 6, "speaker", {"name": "Tove Aldersen"})
    record = standing(path).record
    assert len(record.entities) == 6
    assert record.statements[5].speaker == record.statements[6].speaker or (
        record.statements[5].speaker.entity == record.statements[6].speaker.entity  # type: ignore[union-attr]
    )


def test_a_speaker_may_be_one_whom_an_earlier_correction_named(path: Path) -> None:
    correct(path, 5, "speaker", {"name": "Tove Aldersen"})
    correct(path, 6, "speaker", standing(path).record.entities[-1].id)
    assert standing(path).record.statements[6].speaker.name == "Tove Aldersen"  # type: ignore[union-attr]


def test_parties_lead_to_the_entity_that_stands_there(path: Path) -> None:
    correct(path, 0, "addressee", [[BOARD.start, BOARD.end]])
    correct(path, 0, "venue", [[0, 4]])
    said = standing(path).record.statements[0]
    assert [(party.span.text, party.entity) for party in said.addressee] == [("The harbour board", "e2")]
    assert [(party.span.text, party.entity) for party in said.venue] == [("NORT", None)]
    assert rows(path, "SELECT addressed.name FROM addressed JOIN standing USING (statement) WHERE corrected = 1") == [
        ("The harbour board",)
    ]
    assert problems(path) == []


def test_status_is_no_change_of_what_was_said(path: Path) -> None:
    correct(path, 0, "status", "rejected")
    assert standing(path).status[0] == "rejected"
    assert not any(standing(path).corrected)
    assert rows(path, "SELECT count(*) FROM standing WHERE status = 'rejected'") == [(1,)]


def test_undo_and_undo_of_undo(path: Path) -> None:
    first = correct(path, 0, "kind", "direct")
    second = correct(path, 0, "kind", "mixed")
    undo = correct(path, 0, "undo", None)  # the last
    assert standing(path).record.statements[0].kind == "direct"
    correct(path, 0, "undo", undo)
    assert standing(path).record.statements[0].kind == "mixed"
    correct(path, 0, "undo", first)
    assert standing(path).record.statements[0].kind == "mixed"
    correct(path, 0, "undo", second)
    assert standing(path).record.statements[0].kind == "indirect"
    with pytest.raises(BadCorrection, match="no correction of it is in force"):
        correct(path, 0, "undo", None)
    with pytest.raises(BadCorrection, match=f"correction {first}: is undone already"):
        correct(path, 0, "undo", first)


def test_history_tells_who_when_what_and_why(path: Path) -> None:
    correct(path, 0, "kind", "direct", by="  Ada ", why="heard it")
    correct(path, 0, "undo", None, by="Bo\udc80")
    connection = open_writer(path)
    told = history(connection, key_of(path, 0))
    connection.close()
    assert [(one.by, one.field, one.value, one.why) for one in told] == [
        ("Ada", "kind", "direct", "heard it"), ("Bo\ufffd", "undo", told[0].id, None),
    ]  # fmt: skip
    assert all(one.at.endswith("Z") and len(one.at) == 20 for one in told)


def test_who_has_not_seen_the_last_correction_is_told(path: Path) -> None:
    first = correct(path, 0, "kind", "direct", after=0, by="Bo")
    with pytest.raises(BadCorrection, match=rf"Bo corrected it at .*Z \(correction {first}\); look at it again"):
        correct(path, 0, "kind", "mixed", after=0)
    correct(path, 0, "kind", "mixed", after=first)


BAD: dict[str, tuple[str, Any, str]] = {
    "field": ("colour", "red", "field 'colour': is none of status, source"),
    "kind": ("kind", "said", "kind 'said': is none of direct, indirect, mixed"),
    "act": ("act", None, "act None: is none of assert"),
    "unhashable": ("act", [], r"act \[\]: is none of"),
    "status": ("status", "wrong", "status 'wrong': is none of open, accepted, rejected"),
    "entity": ("speaker", "e99", "speaker 'e99': is the id of none of the 5 entities"),
    "no name": ("speaker", {"qid": "Q1"}, "is neither an entity's id nor an object with a name"),
    "blank name": ("speaker", {"name": " "}, "nor an object with a name"),
    "number": ("speaker", 7, "speaker 7: is neither"),
    "unknown fact": ("speaker", {"name": "Jan Hale", "age": "7"}, "'age' is not text under one of name, qid"),
    "fact no text": ("speaker", {"name": "Jan Hale", "office": 7}, "'office' is not text"),
    "qid": ("speaker", {"name": "Jan Hale", "qid": "42"}, "qid '42': is no Wikidata item"),
    "type": ("speaker", {"name": "Jan Hale", "type": "ship"}, "type 'ship': is none of person"),
    "place of the speaker": ("speaker", {"name": "Jan Hale", "at": [5, 5]}, "does not lie within"),
    "day": ("said_on", {"start": "2031-02-30", "end": "2031-03-03"}, "its start is no day YYYY-MM-DD"),
    "day of 2031": ("said_on", {"start": "2031-03-01", "end": 2031}, "its end is no day"),
    "no days": ("said_on", "2031-03-01", "its start is no day"),
    "backwards": ("said_on", {"start": "2031-03-03", "end": "2031-03-03"}, "starts on or after its end"),
    "no pairs": ("content", "word", "content 'word': is no pair"),
    "one number": ("content", [3], "content 3: is no pair"),
    "truth": ("content", [[False, True]], "is no pair"),
    "empty": ("content", [[3, 3]], r"content \[3, 3\): does not lie within the 556 characters"),
    "before": ("content", [[-1, 3]], r"\[-1, 3\): does not lie"),
    "beyond": ("cue", [[0, 10_000]], r"cue \[0, 10000\): does not lie"),
    "on top": ("cue", [[5, 9], [0, 6]], r"cue \[0, 6\] and \[5, 9\]: lie on top of each other"),
    "undo of nothing": ("undo", 3, "correction 3: is none of the 0 of s"),
    "undo of a word": ("undo", "first", "correction 'first': is none"),
    "undo of truth": ("undo", True, "correction True: is none"),
}


@pytest.mark.parametrize(("field", "value", "problem"), BAD.values(), ids=BAD)
def test_what_does_not_fit_is_refused(path: Path, field: str, value: Any, problem: str) -> None:
    before = making.dump(path)
    problem = problem.replace("556", f"{len(TEXT):,}")
    with pytest.raises(BadCorrection, match=problem):
        correct(path, 0, field, value)
    assert making.dump(path) == before


def test_somebody_must_make_it(path: Path) -> None:
    with pytest.raises(BadCorrection, match="nobody is named who makes it; give --by NAME"):
        correct(path, 0, "kind", "direct", by="  ")


def test_of_a_statement_that_is_not_there(path: Path) -> None:
    with Writer(path) as writer, pytest.raises(NotOnRecord, match="snone: no statement has this id"):
        writer.correct("snone", "kind", "direct", by="Ada")


@pytest.mark.parametrize("command", ["UPDATE correction SET by = 'Bo'", "DELETE FROM correction"])
def test_corrections_are_never_changed(path: Path, command: str) -> None:
    correct(path, 0, "kind", "direct")
    with pytest.raises(sqlite3.IntegrityError, match="corrections are appended, never"):
        making.damage(path, command)
    with Writer(path) as writer, pytest.raises(LedgerError), writer.transaction() as connection:
        connection.execute(command)
    assert rows(path, "SELECT by FROM correction") == [("Ada",)]


def test_a_correction_of_an_older_version_waits(path: Path) -> None:
    record: Record = records.harbour()
    key = key_of(path, 0)
    from dataclasses import replace

    making.add(path, replace(record, article=replace(record.article, published="2031-05-01")))
    with Writer(path, making.embed) as writer:
        writer.correct(key, "kind", "direct", by="Ada")
    assert rows(path, "SELECT sum(corrected) FROM standing") == [(0,)]
    assert standing(path).record.statements[0].kind == "direct"
    assert problems(path) == []
