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
from onrecord.export.record_json import from_dict, to_dict, to_json
from onrecord.types import SCHEMA_VERSION, Act, Article, Kind, ModelInfo, Record, Span, Speaker, Statement

SCHEMA = json.loads((files("onrecord") / "data" / "record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

characters = st.characters(exclude_categories=["Cs"])
words = st.text(characters, min_size=1, max_size=20)
maybe = st.none() | words


@st.composite
def records(draw: Any) -> Record:
    text = draw(st.text(characters, min_size=1, max_size=60))

    def span() -> Span:
        start = draw(st.integers(0, len(text) - 1))
        return Span.of(text, start, draw(st.integers(start + 1, len(text))))

    def spans(least: int = 0) -> tuple[Span, ...]:
        return tuple(span() for _ in range(draw(st.integers(least, 3))))

    ids = draw(st.lists(words, unique=True, max_size=4))
    statements = tuple(
        Statement(
            id=name,
            kind=draw(st.sampled_from(get_args(Kind))),
            act=draw(st.sampled_from(get_args(Act))),
            source=spans(),
            cue=spans(),
            content=spans(1),
            speaker=Speaker(draw(words), span()) if draw(st.booleans()) else None,
            addressee=spans(),
            venue=spans(),
            parent=draw(st.sampled_from([None, *ids[:at]])),
            confidence=draw(st.floats(0, 1)),
        )
        for at, name in enumerate(ids)
    )
    published = draw(st.sampled_from([None, "2031", "2031-04", "2031-04-02", "2031-04-02T09:30:00+02:00"]))
    dateline = span() if draw(st.booleans()) else None
    known = {key: draw(maybe) for key in ("url", "outlet", "title", "byline")}
    article = Article(id=draw(words), text=text, published=published, dateline=dateline, **known)
    return Record(article=article, statements=statements, model=MODEL)


@given(records())
def test_a_record_survives_the_way_out_and_back(made: Record) -> None:
    written = to_json(made)
    VALIDATOR.validate(json.loads(written))
    assert from_dict(json.loads(written)) == made
    assert from_dict(to_dict(made)) == made
    assert len(written.splitlines()) == 1
    assert from_dict(json.loads(to_json(made, indent=2))) == made


def test_schema_is_a_schema_and_forbids_what_it_does_not_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = to_dict(harbour()) | {"extra": 1}
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize(
    ("of", "type_"),
    [("article", Article), ("statement", Statement), ("model", ModelInfo), ("span", Span), (None, Record)],
)
def test_schema_names_the_fields_of_the_types(of: str | None, type_: Any) -> None:
    part = SCHEMA["$defs"][of] if of else SCHEMA
    fields = {field.name for field in dataclasses.fields(type_)}
    assert set(part["properties"]) == set(part["required"]) == fields


def test_schema_names_the_values_of_the_types() -> None:
    properties = SCHEMA["$defs"]["statement"]["properties"]
    assert properties["kind"]["enum"] == list(get_args(Kind))
    assert properties["act"]["enum"] == list(get_args(Act))
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_empty_addressee_and_venue_are_null() -> None:
    first, _, third, *_ = to_dict(harbour())["statements"]
    assert first["addressee"] is None
    assert first["venue"] is None
    assert third["addressee"] == [{"start": 217, "end": 239, "text": "the Northreach Courier"}]


def test_a_lone_surrogate_is_replaced_and_moves_nothing() -> None:
    made = record("“Ha\ud83d\udc1f”, said Ann.", {"content": "“Ha\ud83d\udc1f”", "source": "Ann"})
    written = to_json(made)
    written.encode("utf-8")
    back = from_dict(json.loads(written))
    assert back.article.text == "“Ha\ufffd\ufffd”, said Ann."
    assert back.statements[0].source == made.statements[0].source


def test_what_is_not_a_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(record("Ann said so.", {"content": "so", "confidence": float("nan")}))


def _set(data: Any, path: list[Any], value: Any) -> Any:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["schema_version"], "2.0", "record.schema_version: '2.0', where this version of On Record reads '1.0'"),
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
        (["model", "sha256"], None, "record.model.sha256: NoneType, not str"),
    ],
)
def test_what_is_wrong_is_named(path: list[Any], value: Any, said: str) -> None:
    data = to_dict(harbour())
    _set(data, path, value)
    with pytest.raises(SchemaError) as caught:
        from_dict(data)
    assert said in str(caught.value)


@pytest.mark.parametrize("data", [None, [], "record", {}])
def test_what_is_no_record_at_all_is_refused(data: object) -> None:
    with pytest.raises(SchemaError, match="record"):
        from_dict(data)


def test_fields_of_a_later_minor_version_are_passed_over() -> None:
    data = to_dict(harbour()) | {"schema_version": "1.7", "events": []}
    assert from_dict(data).schema_version == "1.7"
