"""JSON → record, every value checked: types, spans against the text, ids, references, days, and what lies in order."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import get_args

from onrecord.errors import SchemaError
from onrecord.export.node import Node
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

ANCHORS = ("dateline", "published", "event")
"""What a When may be reckoned from besides another When; therefore no ids of Whens."""

MODS = (
    "BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER", "LESS_THAN", "MORE_THAN", "EQUAL_OR_LESS", "EQUAL_OR_MORE",
    "START", "MID", "END", "APPROX",
)  # fmt: skip
"""TIMEX3's modifiers (ISO 24617-1, attribute ``mod``)."""

QID = re.compile(r"Q[1-9]\d*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Known:
    """The text that spans cut, and the ids that may be referred to."""

    text: str
    entities: frozenset[str]
    whens: frozenset[str]
    statements: frozenset[str]


def from_dict(data: object) -> Record:
    """The record that ``to_dict`` wrote. Keys that a later 2.x may add are ignored.

    Raises SchemaError, which names the field: ``record.statements[3].kind: 'said' is not one of …``.
    """
    top = Node(data, "record")
    version = top["schema_version"].a(str)
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise SchemaError(
            "record.schema_version",
            f"{version!r}, where this version of On Record reads {SCHEMA_VERSION!r}",
            "read the article again, or use the version of On Record that wrote the record",
        )
    article = _article(top["article"])
    statements, entities, whens = top["statements"].items(), top["entities"].items(), top["whens"].items()
    known = _Known(
        article.text,
        entities=_ids(entities, ("entity", "entities")),
        whens=_ids(whens, ("time expression", "time expressions")),
        statements=_ids(statements, ("statement", "statements")),
    )
    model = top["model"]
    return Record(
        article=article,
        statements=tuple(_statement(node, known) for node in statements),
        entities=tuple(_entity(node) for node in entities),
        mentions=tuple(_mention(node, known) for node in top["mentions"].items()),
        whens=tuple(_when(node, known) for node in whens),
        figures=tuple(_figure(node, known) for node in top["figures"].items()),
        notes=tuple(node.a(str) for node in top["notes"].items()),
        model=ModelInfo(model["name"].a(str), model["version"].a(str), model["sha256"].a(str)),
        schema_version=version,
    )


def _ids(nodes: list[Node], called: tuple[str, str]) -> frozenset[str]:
    """The ids of these, each of which must be the only one. ``called``: what they are, one and many."""
    uses = Counter(node["id"].a(str) for node in nodes)
    for node in nodes:
        if (count := uses[node["id"].a(str)]) > 1:
            raise node["id"].wrong(f"{node['id'].value!r} is the id of {count} {called[1]}")
    return frozenset(uses)


def _reference(node: Node, ids: frozenset[str], called: str) -> str:
    name = node.a(str)
    if name not in ids:
        raise node.wrong(f"{name!r} is the id of no {called}")
    return name


def _reference_or_none(node: Node, ids: frozenset[str], called: str) -> str | None:
    return None if node.is_null else _reference(node, ids, called)


def _article(node: Node) -> Article:
    text = node["text"].a(str)
    dateline = node["dateline"]
    return Article(
        id=node["id"].a(str),
        text=text,
        url=node["url"].or_none(str),
        outlet=node["outlet"].or_none(str),
        title=node["title"].or_none(str),
        byline=node["byline"].or_none(str),
        published=node["published"].or_none(str),
        dateline=None if dateline.is_null else _span(dateline, text),
        language=node["language"].a(str),
    )


def _span(node: Node, text: str) -> Span:
    start, end, words = node["start"].a(int), node["end"].a(int), node["text"].a(str)
    if not 0 <= start < end <= len(text):
        raise node.wrong(f"[{start}, {end}) does not lie within the {len(text)} characters of article.text")
    if text[start:end] != words:
        raise node.wrong(f"says {words!r}, where article.text[{start}:{end}] says {text[start:end]!r}")
    return Span(start, end, words)


def _spans(node: Node, text: str) -> tuple[Span, ...]:
    return tuple(_span(item, text) for item in node.items())


def _statement(node: Node, known: _Known) -> Statement:
    name, parent, speaker = node["id"].a(str), node["parent"].or_none(str), node["speaker"]
    if parent is not None and (parent == name or parent not in known.statements):
        raise node["parent"].wrong(f"{parent!r} is the id of no other statement")
    confidence = node["confidence"].a(float)
    if not 0 <= confidence <= 1:
        raise node["confidence"].wrong(f"{confidence} does not lie between 0 and 1")
    return Statement(
        id=name,
        kind=node["kind"].one_of(get_args(Kind)),
        act=node["act"].one_of(get_args(Act)),
        source=_spans(node["source"], known.text),
        cue=_spans(node["cue"], known.text),
        content=_spans(node["content"], known.text),
        speaker=None if speaker.is_null else _speaker(speaker, known),
        addressee=_parties(node["addressee"], known),
        venue=_parties(node["venue"], known),
        said_on=_dated(node["said_on"], known),
        parent=parent,
        confidence=confidence,
    )


def _speaker(node: Node, known: _Known) -> Speaker:
    return Speaker(
        entity=_reference(node["entity"], known.entities, "entity"),
        name=node["name"].a(str),
        qid=_qid(node["qid"]),
        office=node["office"].or_none(str),
        organisation=node["organisation"].or_none(str),
        country=node["country"].or_none(str),
        evidence=_span(node["evidence"], known.text),
    )


def _parties(node: Node, known: _Known) -> tuple[Party, ...]:
    if node.is_null:
        return ()
    return tuple(
        Party(_span(item, known.text), _reference_or_none(item["entity"], known.entities, "entity"))
        for item in node.items()
    )


def _dated(node: Node, known: _Known) -> Dated | None:
    if node.is_null:
        return None
    start, end = node["start"].day(), node["end"].day()
    _ascending(node, start, end)
    when = _reference_or_none(node["when"], known.whens, "time expression")
    return Dated(start, end, node["value"].a(str), when)


def _ascending(node: Node, start: str, end: str) -> None:
    # Days are written alike, so that they sort as text.
    if not start < end:
        raise node.wrong(f"starts on {start}, which is not before its end, {end} (the day after the last)")


def _entity(node: Node) -> Entity:
    return Entity(
        id=node["id"].a(str),
        name=node["name"].a(str),
        type=node["type"].one_of(get_args(EntityType)),
        qid=_qid(node["qid"]),
        office=node["office"].or_none(str),
        organisation=node["organisation"].or_none(str),
        country=node["country"].or_none(str),
    )


def _qid(node: Node) -> str | None:
    qid = node.or_none(str)
    if qid is not None and not QID.fullmatch(qid):
        raise node.wrong(f"{qid!r} is no Wikidata item; they are named like 'Q42'")
    return qid


def _mention(node: Node, known: _Known) -> Mention:
    entity = _reference(node["entity"], known.entities, "entity")
    return Mention(_span(node, known.text), entity, node["kind"].one_of(get_args(MentionKind)))


def _when(node: Node, known: _Known) -> When:
    name, anchor, interval = node["id"].a(str), node["anchor"].or_none(str), node["interval"]
    if name in ANCHORS:
        raise node["id"].wrong(f"{name!r} is what an anchor may say, and so no id")
    if anchor is not None and anchor not in ANCHORS and (anchor == name or anchor not in known.whens):
        others = ", ".join(ANCHORS)
        raise node["anchor"].wrong(f"{anchor!r} is none of {others}, and the id of no other time expression")
    return When(
        id=name,
        span=_span(node, known.text),
        type=node["type"].one_of(get_args(TimexType)),
        value=node["value"].a(str),
        mod=None if node["mod"].is_null else node["mod"].one_of(MODS),
        interval=None if interval.is_null else _interval(interval),
        anchor=anchor,
    )


def _interval(node: Node) -> Interval:
    start, end = (None if node[side].is_null else node[side].day() for side in ("start", "end"))
    if start is not None and end is not None:
        _ascending(node, start, end)
    return Interval(start, end)


def _figure(node: Node, known: _Known) -> Figure:
    low, high, counted = _number(node["low"]), _number(node["high"]), node["counted"]
    if low is not None and high is not None and low > high:
        raise node.wrong(f"low is {low:g}, which is more than high, {high:g}")
    return Figure(
        span=_span(node, known.text),
        low=low,
        high=high,
        approximate=node["approximate"].a(bool),
        unit=node["unit"].or_none(str),
        counted=None if counted.is_null else _span(counted, known.text),
        as_of=_dated(node["as_of"], known),
        statement=_reference_or_none(node["statement"], known.statements, "statement"),
    )


def _number(node: Node) -> float | None:
    number = node.or_none(float)
    if number is not None and not math.isfinite(number):
        raise node.wrong(f"{number} is not a finite number")
    return number
