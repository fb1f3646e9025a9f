"""What is put in the ledger comes out of it, equal in every field."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import making
import pytest
import records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.errors import SchemaError
from onrecord.export.from_json import from_dict
from onrecord.export.record_json import to_json
from onrecord.store.connection import open_writer
from onrecord.store.rows import read_record
from onrecord.store.writer import Writer, prepare
from onrecord.types import (
    Article,
    Dated,
    Entity,
    Figure,
    Interval,
    Mention,
    Party,
    Record,
    Span,
    Speaker,
    Statement,
    When,
)

HARBOUR = records.harbour()


def kept(path: Path, record: Record) -> Record:
    """The record as the ledger gives it back."""
    making.add(path, record)
    connection = open_writer(path)
    try:
        (article,) = connection.execute("SELECT max(id) FROM article").fetchone()
        return read_record(connection, article)[0]
    finally:
        connection.close()


def changed(record: Record, at: int, **fields: Any) -> Record:
    statements = list(record.statements)
    statements[at] = replace(statements[at], **fields)
    return replace(record, statements=tuple(statements))


PLACE = HARBOUR.statements[0].content[0]
DATED = Dated("2031-01-01", "2031-01-02", "x", None)
WHOLE = {
    "every field": HARBOUR,
    "no statements": replace(HARBOUR, statements=(), figures=()),
    "nothing but a text": Record(Article("a", "x"), (), (), (), (), (), (), records.MODEL),
    "no content": changed(HARBOUR, 0, content=()),
    "no parts at all": changed(HARBOUR, 0, content=(), cue=(), source=()),
    "parts out of order": changed(HARBOUR, 2, content=HARBOUR.statements[2].content[::-1]),
    "twelve parts": changed(HARBOUR, 2, content=tuple(Span.of(records.TEXT, at, at + 1) for at in range(12))),
    "speaker unlike the entity": changed(
        HARBOUR, 0, speaker=Speaker("e1", "Lindqvist", None, None, "", "Ærø", PLACE)
    ),
    "speaker without facts": changed(HARBOUR, 0, speaker=Speaker("e5", "N", None, None, None, None, PLACE)),
    "venue and addressee": changed(
        HARBOUR, 0, addressee=(Party(PLACE, None), Party(PLACE, "e2")), venue=(Party(PLACE, "e3"), Party(PLACE, None))
    ),
    "days without an expression": changed(HARBOUR, 0, said_on=Dated("2031-04-01", "2031-04-02", "", None)),
    "child before its parent": changed(HARBOUR, 0, parent="s7"),
    "a ring of parents": changed(changed(HARBOUR, 0, parent="s2"), 1, parent="s1"),
    "confidences": changed(changed(HARBOUR, 0, confidence=0.0), 1, confidence=1.0),
    "a statement twice": replace(
        HARBOUR, statements=(*HARBOUR.statements, replace(HARBOUR.statements[0], id="s8"))
    ),
    "odd ids": replace(
        HARBOUR, statements=(replace(HARBOUR.statements[0], id=""), replace(HARBOUR.statements[1], parent="")),
        figures=(),
    ),
    "open interval": replace(
        HARBOUR, whens=(When("w9", PLACE, "SET", "P1W", "APPROX", Interval(None, None), "w9x"),
                        When("w9x", PLACE, "TIME", "T", None, None, None)),
        statements=(), figures=(),
    ),
    "figures": replace(
        HARBOUR,
        figures=(
            Figure(PLACE, None, None, approximate=False, unit=None, counted=None, as_of=None, statement=None),
            Figure(PLACE, -1e300, 1e300, approximate=True, unit="NOK", counted=PLACE, as_of=DATED, statement="s7"),
            Figure(PLACE, 0.1 + 0.2, 0.1 + 0.2, approximate=False, unit="%", counted=None, as_of=None, statement=None),
        ),
    ),
    "mentions that share a place": replace(HARBOUR, mentions=(*HARBOUR.mentions, *HARBOUR.mentions)),
    "mentions out of order": replace(HARBOUR, mentions=HARBOUR.mentions[::-1]),
    "odd characters": replace(
        HARBOUR, notes=("\0", "\u2028'\";--", "🛳️ e\u0301"),
        article=replace(HARBOUR.article, title="\0 \u202e", byline=""),
    ),
    "another language": replace(HARBOUR, article=replace(HARBOUR.article, language="en-GB", dateline=None, outlet="")),
    "later minor version": replace(HARBOUR, schema_version="2.9"),
}  # fmt: skip


@pytest.mark.parametrize("record", WHOLE.values(), ids=WHOLE)
def test_a_record_comes_back_equal(tmp_path: Path, record: Record) -> None:
    back = kept(tmp_path / "l.db", record)
    assert back == record
    assert to_json(back) == to_json(replace(record, figures=back.figures))  # 1400 may come back as 1400.0
    assert making.problems(tmp_path / "l.db") == []


def test_half_characters_become_the_replacement_character(tmp_path: Path) -> None:
    text = "Mara \ud800Lind said no."
    name = "Mara \ud800Lind"
    drawn = {"source": name, "cue": "said", "content": "no", "name": name}
    record = records.record(text, drawn, title="\udfff")
    back = kept(tmp_path / "l.db", record)
    assert back.article.text == "Mara \ufffdLind said no."
    assert back.article.title == "\ufffd"
    assert back.statements[0].source_text == back.entities[0].name == "Mara \ufffdLind"
    assert making.add(tmp_path / "l.db", record, back) == ["unchanged", "unchanged"]


WRONG = {
    "speaker": (
        changed(HARBOUR, 0, speaker=Speaker("e99", "N", None, None, None, None, PLACE)),
        "'e99' is the id of no",
    ),
    "parent": (changed(HARBOUR, 0, parent="s99"), "'s99' is the id of no other statement"),
    "when": (changed(HARBOUR, 0, said_on=Dated("2031-04-01", "2031-04-02", "", "w99")), "'w99' is the id of no"),
    "confidence": (changed(HARBOUR, 0, confidence=float("nan")), "does not lie between 0 and 1"),
    "mention": (replace(HARBOUR, mentions=(Mention(PLACE, "e99", "name"),)), "'e99' is the id of no entity"),
}


@pytest.mark.parametrize(("record", "problem"), WRONG.values(), ids=WRONG)
def test_a_record_that_leads_nowhere_is_refused(tmp_path: Path, record: Record, problem: str) -> None:
    with Writer(tmp_path / "l.db", making.embed) as writer:
        with pytest.raises(SchemaError, match=problem):
            writer.add(making.prepared(record))
        assert writer.add(making.prepared(HARBOUR)) == "added"
    assert making.problems(tmp_path / "l.db") == []


def test_lines_to_ledger_to_lines_is_the_identity(tmp_path: Path) -> None:
    wire = [making.copy_of_the_wire(f"a{at}", f"Outlet {at}") for at in range(3)]
    lines = "".join(f"{to_json(record)}\n" for record in (HARBOUR, *wire)).replace("1400,", "1400.0,")
    read = [from_dict(json.loads(line)) for line in lines.splitlines()]
    making.add(tmp_path / "l.db", *read)
    connection = open_writer(tmp_path / "l.db")
    back = [
        read_record(connection, article)[0] for (article,) in connection.execute("SELECT id FROM article ORDER BY id")
    ]
    connection.close()
    assert [to_json(record) for record in back] == [to_json(record) for record in read]


# Any record -----------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=()), max_size=8)
MAYBE = st.none() | WORDS
QID = st.none() | st.integers(1, 10**9).map(lambda number: f"Q{number}")
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)
DAYS = st.lists(st.dates(), min_size=2, max_size=2, unique=True).map(
    lambda days: tuple(day.isoformat() for day in sorted(days))
)


@st.composite
def any_record(draw: st.DrawFn) -> Record:
    text = draw(st.text(st.characters(exclude_categories=()), min_size=2, max_size=60))

    def span() -> Span:
        start = draw(st.integers(0, len(text) - 1))
        return Span.of(text, start, draw(st.integers(start + 1, len(text))))

    def some(most: int) -> range:
        return range(draw(st.integers(0, most)))

    entities = [
        Entity(f"e{at}", draw(WORDS), draw(st.sampled_from(["person", "organisation", "place", "group"])), draw(QID),
               draw(MAYBE), draw(MAYBE), draw(MAYBE))
        for at in some(3)
    ]  # fmt: skip
    whens = [
        When(f"w{at}", span(), "DATE", draw(WORDS), draw(st.sampled_from([None, "START", "APPROX"])),
             draw(st.none() | DAYS.map(lambda days: Interval(*days)) | st.just(Interval(None, "2031-04-02"))), None)
        for at in some(2)
    ]  # fmt: skip
    of = st.none() | st.sampled_from([one.id for one in entities]) if entities else st.none()
    when = st.none() | st.sampled_from([one.id for one in whens]) if whens else st.none()

    def dated() -> Dated | None:
        return Dated(*draw(DAYS), draw(WORDS), draw(when)) if draw(st.booleans()) else None

    def speaker() -> Speaker | None:
        entity = draw(of)
        if entity is None:
            return None
        alike = next(one for one in entities if one.id == entity)
        called = alike.name, alike.qid, alike.office, alike.organisation, alike.country
        other = draw(WORDS), draw(QID), draw(MAYBE), draw(MAYBE), draw(MAYBE)
        return Speaker(entity, *draw(st.sampled_from([called, other])), span())

    count = draw(st.integers(0, 3))
    statements = [
        Statement(
            f"s{at}", draw(st.sampled_from(["direct", "indirect", "mixed"])), "assert",
            *(tuple(span() for _ in some(2)) for _ in range(3)), speaker(),
            *(tuple(Party(span(), draw(of)) for _ in some(2)) for _ in range(2)), dated(),
            draw(st.sampled_from([None, *(f"s{other}" for other in range(count) if other != at)])),
            draw(st.floats(0, 1)),
        )
        for at in range(count)
    ]  # fmt: skip
    figures = [
        Figure(span(), low, high, draw(st.booleans()), draw(MAYBE), span() if draw(st.booleans()) else None, dated(),
               draw(st.sampled_from([None, *(one.id for one in statements)])))
        for _ in some(2)
        for low, high in [sorted((draw(NUMBER), draw(NUMBER)), key=lambda one: one or 0)]
        if low is None or high is None or low <= high
    ]  # fmt: skip
    mentions = [Mention(span(), draw(st.sampled_from(entities)).id, "name") for _ in some(3) if entities]
    article = Article(draw(WORDS), text, *(draw(MAYBE) for _ in range(5)), span() if draw(st.booleans()) else None)
    return Record(article, tuple(statements), tuple(entities), tuple(mentions), tuple(whens), tuple(figures),
                  tuple(draw(WORDS) for _ in some(2)), records.MODEL)  # fmt: skip


FILES = itertools.count()
TOLERATED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]  # each example has a file of its own


@given(any_record())
@settings(max_examples=60, deadline=None, suppress_health_check=TOLERATED)
def test_any_record_comes_back(tmp_path: Path, record: Record) -> None:
    path = tmp_path / f"{next(FILES)}.db"
    want = prepare(record, None).record  # half characters replaced
    assert kept(path, record) == want
    assert making.add(path, record, want) == ["unchanged", "unchanged"]
    assert making.problems(path) == []
