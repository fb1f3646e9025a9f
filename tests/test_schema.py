from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from records import MODEL, harbour, record

from onrecord.errors import SchemaError
from onrecord.export.from_json import ANCHORS, MODS
from onrecord.export.record_json import from_dict, to_dict, to_json
from onrecord.types import (
    SCHEMA_VERSION,
    Act,
    Article,
    Dated,
    Entity,
    EntityType,
    Figure,
    Interval,
    Kind,
    Mention,
    MentionKind,
    ModelInfo,
    Party,
    Record,
    Span,
    Speaker,
    Statement,
    TimexType,
    When,
)

SCHEMA = json.loads((files("onrecord") / "data" / "record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

characters = st.characters(exclude_categories=["Cs"])
words = st.text(characters, min_size=1, max_size=20)
maybe = st.none() | words
ids = st.lists(words.filter(lambda name: name not in ANCHORS), unique=True, max_size=4)
qids = st.sampled_from([None, "Q1", "Q900000001"])
days = st.dates().map(lambda day: day.isoformat())
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9).map(float)


@st.composite
def records(draw: Any) -> Record:
    text = draw(st.text(characters, min_size=1, max_size=60))

    def span() -> Span:
        start = draw(st.integers(0, len(text) - 1))
        return Span.of(text, start, draw(st.integers(start + 1, len(text))))

    def spans(least: int = 0) -> tuple[Span, ...]:
        return tuple(span() for _ in range(draw(st.integers(least, 3))))

    def dated() -> Dated | None:
        start, end = sorted(draw(st.lists(days, min_size=2, max_size=2, unique=True)))
        told_by = draw(st.sampled_from([None, *(when.id for when in whens)]))
        return draw(st.sampled_from([None, Dated(start, end, draw(words), told_by)]))

    def interval() -> Interval | None:
        start, end = sorted(draw(st.lists(days, min_size=2, max_size=2, unique=True)))
        return draw(st.sampled_from([None, Interval(start, end), Interval(None, end), Interval(start, None)]))

    def party() -> Party:
        return Party(span(), draw(st.sampled_from([None, *(entity.id for entity in entities)])))

    def speaker() -> Speaker | None:
        who = draw(st.sampled_from([None, *entities]))
        if who is None:
            return None
        return Speaker(who.id, draw(words), who.qid, who.office, who.organisation, who.country, span())

    entities = tuple(
        Entity(
            id=name,
            name=draw(words),
            type=draw(st.sampled_from(get_args(EntityType))),
            qid=draw(qids),
            office=draw(maybe),
            organisation=draw(maybe),
            country=draw(maybe),
        )
        for name in draw(ids)
    )
    when_ids = draw(ids)
    whens = tuple(
        When(
            id=name,
            span=span(),
            type=draw(st.sampled_from(get_args(TimexType))),
            value=draw(words),
            mod=draw(st.sampled_from([None, *MODS])),
            interval=interval(),
            anchor=draw(st.sampled_from([None, *ANCHORS, *when_ids[:at]])),
        )
        for at, name in enumerate(when_ids)
    )
    statement_ids = draw(ids)
    statements = tuple(
        Statement(
            id=name,
            kind=draw(st.sampled_from(get_args(Kind))),
            act=draw(st.sampled_from(get_args(Act))),
            source=spans(),
            cue=spans(),
            content=spans(1),
            speaker=speaker(),
            addressee=tuple(party() for _ in range(draw(st.integers(0, 2)))),
            venue=tuple(party() for _ in range(draw(st.integers(0, 2)))),
            said_on=dated(),
            parent=draw(st.sampled_from([None, *statement_ids[:at]])),
            confidence=draw(st.floats(0, 1)),
        )
        for at, name in enumerate(statement_ids)
    )
    figures = []
    for _ in range(draw(st.integers(0, 2))):
        low, high = sorted([draw(numbers), draw(numbers)])
        low, high = draw(st.sampled_from([(low, high), (low, None), (None, high), (low, low)]))
        figures.append(
            Figure(
                span=span(),
                low=low,
                high=high,
                approximate=draw(st.booleans()),
                unit=draw(maybe),
                counted=draw(st.sampled_from([None, span()])),
                as_of=dated(),
                statement=draw(st.sampled_from([None, *statement_ids])),
            )
        )
    published = draw(st.sampled_from([None, "2031", "2031-04", "2031-04-02", "2031-04-02T09:30:00+02:00"]))
    known = {key: draw(maybe) for key in ("url", "outlet", "title", "byline")}
    return Record(
        article=Article(
            id=draw(words),
            text=text,
            published=published,
            dateline=span() if draw(st.booleans()) else None,
            **known,
        ),
        statements=statements,
        entities=entities,
        mentions=tuple(
            Mention(span(), entity.id, draw(st.sampled_from(get_args(MentionKind))))
            for entity in entities
            for _ in range(draw(st.integers(0, 2)))
        ),
        whens=whens,
        figures=tuple(figures),
        notes=tuple(draw(st.lists(words, max_size=2))),
        model=MODEL,
    )


@given(records())
def test_a_record_survives_the_way_out_and_back(made: Record) -> None:
    written = to_json(made)
    VALIDATOR.validate(json.loads(written))
    assert from_dict(json.loads(written)) == made
    assert from_dict(to_dict(made)) == made
    assert len(written.splitlines()) == 1
    assert from_dict(json.loads(to_json(made, indent=2))) == made


def test_the_record_drawn_by_hand_survives_as_well() -> None:
    VALIDATOR.validate(to_dict(harbour()))
    assert from_dict(json.loads(to_json(harbour()))) == harbour()


def _objects(part: Any) -> list[Any]:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    found = [part] if isinstance(part, dict) and part.get("type") == "object" else []
    return found + [one for value in inner for one in _objects(value)]


def test_every_object_of_the_schema_forbids_what_it_does_not_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    made = _objects(SCHEMA)
    assert all(one["additionalProperties"] is False and set(one["required"]) == set(one["properties"]) for one in made)
    assert not VALIDATOR.is_valid(to_dict(harbour()) | {"extra": 1})


@pytest.mark.parametrize(
    ("of", "type_"),
    [
        (None, Record),
        ("article", Article),
        ("statement", Statement),
        ("speaker", Speaker),
        ("dated", Dated),
        ("entity", Entity),
        ("mention", Mention),
        ("when", When),
        ("figure", Figure),
        ("model", ModelInfo),
        ("span", Span),
    ],
)
def test_schema_names_the_fields_of_the_types(of: str | None, type_: Any) -> None:
    part = SCHEMA["$defs"][of] if of else SCHEMA
    fields = {field.name for field in dataclasses.fields(type_)}
    if "span" in fields:  # what lies at one place has its characters as fields of its own
        fields = fields - {"span"} | {field.name for field in dataclasses.fields(Span)}
    assert set(part["properties"]) == fields


@pytest.mark.parametrize(
    ("of", "field", "values"),
    [
        ("statement", "kind", get_args(Kind)),
        ("statement", "act", get_args(Act)),
        ("entity", "type", get_args(EntityType)),
        ("mention", "kind", get_args(MentionKind)),
        ("when", "type", get_args(TimexType)),
        ("when", "mod", (*MODS, None)),
    ],
)
def test_schema_names_the_values_of_the_types(of: str, field: str, values: tuple[str | None, ...]) -> None:
    assert SCHEMA["$defs"][of]["properties"][field]["enum"] == list(values)


def test_schema_names_its_version() -> None:
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert SCHEMA["$id"].endswith(f":{SCHEMA_VERSION}")


def test_the_shape_of_the_fields() -> None:
    made = to_dict(harbour())
    first, _, third, fourth, *_ = made["statements"]
    assert first["addressee"] is None  # none, not an empty list
    assert first["venue"] is None
    assert first["said_on"] == {"start": "2031-04-01", "end": "2031-04-02", "value": "2031-04-01", "when": "w3"}
    assert first["speaker"] == {
        "entity": "e1",
        "name": "Mara Lindqvist",
        "qid": "Q900000001",
        "office": "chair",
        "organisation": "Northreach harbour board",
        "country": "NO",
        "evidence": {"start": 197, "end": 211, "text": "Mara Lindqvist"},
    }
    assert third["addressee"] == [{"start": 217, "end": 239, "text": "the Northreach Courier", "entity": "e4"}]
    assert third["venue"] == [{"start": 243, "end": 255, "text": "an interview", "entity": None}]
    assert fourth["said_on"] is None
    assert made["mentions"][0] == {"start": 0, "end": 10, "text": "NORTHREACH", "entity": "e5", "kind": "name"}
    assert made["whens"][1] == {
        "id": "w2",
        "start": 76,
        "end": 87,
        "text": "before June",
        "type": "DATE",
        "value": "2031-06",
        "mod": "BEFORE",
        "interval": {"start": None, "end": "2031-06-01"},
        "anchor": "w1",
    }
    share = made["figures"][1]
    assert (share["low"], share["high"], share["unit"], share["counted"]) == (30, None, "%", None)


def test_whole_numbers_are_written_as_such() -> None:
    assert '"low": 1400, "high": 1400,' in to_json(harbour())


def test_a_lone_surrogate_is_replaced_and_moves_nothing() -> None:
    made = record("“Ha\ud83d\udc1f”, said Ann.", {"content": "“Ha\ud83d\udc1f”", "source": "Ann"})
    written = to_json(made)
    written.encode("utf-8")
    back = from_dict(json.loads(written))
    assert back.article.text == "“Ha\ufffd\ufffd”, said Ann."
    assert back.statements[0].source == made.statements[0].source


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(record("Ann said so.", {"content": "so", "confidence": number}))
    with pytest.raises(ValueError, match="JSON"):
        to_json(record("Ann said so.", figures=[{"words": "so", "low": number}]))


def _set(data: Any, path: list[Any], value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["schema_version"], "1.0", "record.schema_version: '1.0', where this version of On Record reads '2.0'"),
        (["schema_version"], 1, "record.schema_version: int, not str"),
        (["article"], None, "record.article: NoneType, not dict"),
        (["article", "text"], 7, "record.article.text: int, not str"),
        (["article", "url"], [], "record.article.url: list, not str"),
        (["article", "dateline"], {"start": 0}, "record.article.dateline: has no 'end'"),
        (["statements"], {}, "record.statements: dict, not list"),
        (["statements", 1, "kind"], "said", "record.statements[1].kind: 'said' is not one of direct, indirect, mixed"),
        (["statements", 1, "id"], "s1", "record.statements[0].id: 's1' is the id of 2 statements"),
        (["statements", 1, "parent"], "s2", "record.statements[1].parent: 's2' is the id of no other statement"),
        (["statements", 1, "parent"], "s99", "record.statements[1].parent: 's99' is the id of no other statement"),
        (["statements", 1, "confidence"], 1.5, "record.statements[1].confidence: 1.5 does not lie between 0 and 1"),
        (["statements", 1, "confidence"], True, "record.statements[1].confidence: bool, not float"),
        (["statements", 1, "cue", 0, "start"], True, "record.statements[1].cue[0].start: bool, not int"),
        (["statements", 1, "cue", 0, "text"], "calls", "record.statements[1].cue[0]: says 'calls', where article.text"),
        (["statements", 1, "cue", 0, "end"], 9999, "9999) does not lie within the"),
        (["statements", 0, "source"], None, "record.statements[0].source: NoneType, not list"),
        (["statements", 0, "speaker", "entity"], "e9", "statements[0].speaker.entity: 'e9' is the id of no entity"),
        (["statements", 0, "speaker", "qid"], "42", "statements[0].speaker.qid: '42' is no Wikidata item"),
        (
            ["statements", 0, "speaker", "evidence", "end"],
            0,
            "record.statements[0].speaker.evidence: [197, 0) does",
        ),
        (
            ["statements", 2, "addressee", 0, "entity"],
            "e9",
            "statements[2].addressee[0].entity: 'e9' is the id of no",
        ),
        (["statements", 2, "venue", 0, "text"], "a", "record.statements[2].venue[0]: says 'a', where article.text[243"),
        (
            ["statements", 0, "said_on", "when"],
            "w9",
            "[0].said_on.when: 'w9' is the id of no time expression",
        ),
        (
            ["statements", 0, "said_on", "end"],
            "2031-04-01",
            "[0].said_on: starts on 2031-04-01, which is not",
        ),
        (
            ["statements", 0, "said_on", "start"],
            "2031-02-29",
            "said_on.start: '2031-02-29' is no day; days are",
        ),
        (["statements", 0, "said_on", "start"], "20310401", "said_on.start: '20310401' is no day; days are written"),
        (["statements", 0, "said_on", "start"], None, "said_on.start: NoneType, not str"),
        (["entities", 1, "id"], "e1", "record.entities[0].id: 'e1' is the id of 2 entities"),
        (["entities", 1, "id"], "e7", "record.mentions[1].entity: 'e2' is the id of no entity"),
        (["entities", 1, "type"], "ship", "record.entities[1].type: 'ship' is not one of person, organisation"),
        (["entities", 1, "qid"], "Q0", "record.entities[1].qid: 'Q0' is no Wikidata item"),
        (["mentions", 0, "kind"], "noun", "record.mentions[0].kind: 'noun' is not one of name, nominal, pronoun"),
        (["mentions", 0, "text"], "X", "record.mentions[0]: says 'X', where article.text[0:10] says 'NORTHREACH'"),
        (["whens", 1, "id"], "w1", "record.whens[0].id: 'w1' is the id of 2 time expressions"),
        (["whens", 0, "id"], "event", "record.whens[0].id: 'event' is what an anchor may say"),
        (
            ["whens", 0, "anchor"],
            "w1",
            "record.whens[0].anchor: 'w1' is none of dateline, published, event, and",
        ),
        (["whens", 0, "anchor"], "Easter", "record.whens[0].anchor: 'Easter' is none of dateline, published, event"),
        (["whens", 0, "mod"], "EARLY", "record.whens[0].mod: 'EARLY' is not one of BEFORE, AFTER"),
        (["whens", 0, "type"], "DAY", "record.whens[0].type: 'DAY' is not one of DATE, TIME, DURATION, SET"),
        (["whens", 0, "interval", "end"], "2031-04-01", "record.whens[0].interval: starts on 2031-04-02, which is not"),
        (["whens", 0, "interval", "end"], "2031-13-01", "record.whens[0].interval.end: '2031-13-01' is no day"),
        (["figures", 0, "low"], 1500, "record.figures[0]: low is 1500, which is more than high, 1400"),
        (["figures", 0, "low"], float("nan"), "record.figures[0].low: nan is not a finite number"),
        (["figures", 0, "low"], 10**400, "record.figures[0].low: a number that no float holds"),
        (["figures", 0, "statement"], "s9", "record.figures[0].statement: 's9' is the id of no statement"),
        (["figures", 0, "approximate"], 1, "record.figures[0].approximate: int, not bool"),
        (["figures", 0, "counted", "text"], "boats", "record.figures[0].counted: says 'boats', where article.text"),
        (["figures", 0, "as_of", "when"], "w9", "record.figures[0].as_of.when: 'w9' is the id of no time expression"),
        (["notes"], "none", "record.notes: str, not list"),
        (["notes", 0], 1, "record.notes[0]: int, not str"),
        (["model", "sha256"], None, "record.model.sha256: NoneType, not str"),
    ],
)
def test_what_is_wrong_is_named(path: list[Any], value: Any, said: str) -> None:
    data = to_dict(harbour())
    _set(data, path, value)
    with pytest.raises(SchemaError) as caught:
        from_dict(data)
    assert said in str(caught.value)


@pytest.mark.parametrize("key", ["entities", "mentions", "whens", "figures", "notes"])
def test_what_is_missing_is_named(key: str) -> None:
    data = to_dict(harbour())
    del data[key]
    with pytest.raises(SchemaError, match=f"record: has no '{key}'"):
        from_dict(data)


@pytest.mark.parametrize("data", [None, [], "record", {}])
def test_what_is_no_record_at_all_is_refused(data: object) -> None:
    with pytest.raises(SchemaError, match="record"):
        from_dict(data)


def test_fields_of_a_later_minor_version_are_passed_over() -> None:
    data = to_dict(harbour()) | {"schema_version": "2.7", "events": []}
    assert from_dict(data).schema_version == "2.7"
