"""Record ↔ JSON, as described by ``data/record.schema.json``."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, TypeVar, get_args

from onrecord.errors import SchemaError
from onrecord.types import SCHEMA_VERSION, Act, Article, Kind, ModelInfo, Record, Span, Speaker, Statement

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: not encodable in UTF-8. Replaced one for one by U+FFFD, so that offsets hold."""

LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Legal unescaped in JSON, but line ends to ``str.splitlines`` and its like: they would cut a record in two."""

T = TypeVar("T")


def to_dict(record: Record) -> dict[str, Any]:
    """The record as plain dictionaries, lists, strings and numbers."""
    article = record.article
    return {
        "schema_version": record.schema_version,
        "article": {
            "id": article.id,
            "url": article.url,
            "outlet": article.outlet,
            "title": article.title,
            "byline": article.byline,
            "published": article.published,
            "dateline": _span(article.dateline) if article.dateline else None,
            "language": article.language,
            "text": article.text,
        },
        "statements": [_statement(statement) for statement in record.statements],
        "model": {"name": record.model.name, "version": record.model.version, "sha256": record.model.sha256},
    }


def to_json(record: Record, indent: int | None = None) -> str:
    """The record as JSON text: one line when ``indent`` is None, always encodable as UTF-8."""
    text = json.dumps(to_dict(record), ensure_ascii=False, allow_nan=False, indent=indent)
    return SURROGATE.sub("\ufffd", text).translate(LINE_BREAKS)


def from_dict(data: object) -> Record:
    """The record that ``to_dict`` wrote. Keys that a later 1.x may add are ignored.

    Raises SchemaError, which names the field: ``record.statements[3].kind: 'said' is not one of …``.
    """
    top = _Node(data, "record")
    version = top["schema_version"].a(str)
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise SchemaError(
            "record.schema_version",
            f"{version!r}, where this version of On Record reads {SCHEMA_VERSION!r}",
            "read the article again, or use the version of On Record that wrote the record",
        )
    article = _article(top["article"])
    model = top["model"]
    return Record(
        article=article,
        statements=_statements(top["statements"], article.text),
        model=ModelInfo(model["name"].a(str), model["version"].a(str), model["sha256"].a(str)),
        schema_version=version,
    )


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _spans(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [_span(span) for span in spans]


def _statement(statement: Statement) -> dict[str, Any]:
    speaker = statement.speaker
    return {
        "id": statement.id,
        "kind": statement.kind,
        "act": statement.act,
        "source": _spans(statement.source),
        "cue": _spans(statement.cue),
        "content": _spans(statement.content),
        "speaker": {"name": speaker.name, "evidence": _span(speaker.evidence)} if speaker else None,
        "addressee": _spans(statement.addressee) or None,
        "venue": _spans(statement.venue) or None,
        "parent": statement.parent,
        "confidence": statement.confidence,
    }


class _Node:
    """A value of the input and the path to it, so that every complaint can say where."""

    def __init__(self, value: object, path: str) -> None:
        self.value, self.path = value, path

    def __getitem__(self, key: str) -> _Node:
        fields = self.a(dict)
        if key not in fields:
            raise SchemaError(self.path, f"has no {key!r}", "docs/schema.md lists the fields")
        return _Node(fields[key], f"{self.path}.{key}")

    def a(self, wanted: type[T]) -> T:
        """The value, which must be of this type. A bool is no number; an int is a float."""
        value: object = self.value
        if wanted is float and type(value) is int:
            value = float(value)
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise self.wrong(f"{type(value).__name__}, not {wanted.__name__}")
        return value

    def or_none(self, wanted: type[T]) -> T | None:
        """The value, which must be of this type or null."""
        return None if self.value is None else self.a(wanted)

    def one_of(self, choices: tuple[T, ...]) -> T:
        """The value, which must be one of these."""
        for choice in choices:
            if self.value == choice:
                return choice
        raise self.wrong(f"{self.value!r} is not one of {', '.join(map(str, choices))}")

    def items(self) -> list[_Node]:
        """The elements of the value, which must be a list."""
        return [_Node(value, f"{self.path}[{at}]") for at, value in enumerate(self.a(list))]

    def wrong(self, problem: str) -> SchemaError:
        """The complaint about this value."""
        return SchemaError(self.path, problem, "docs/schema.md describes the fields")


def _article(node: _Node) -> Article:
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
        dateline=None if dateline.value is None else _read_span(dateline, text),
        language=node["language"].a(str),
    )


def _read_span(node: _Node, text: str) -> Span:
    start, end, words = node["start"].a(int), node["end"].a(int), node["text"].a(str)
    if not 0 <= start < end <= len(text):
        raise node.wrong(f"[{start}, {end}) does not lie within the {len(text)} characters of article.text")
    if text[start:end] != words:
        raise node.wrong(f"says {words!r}, where article.text[{start}:{end}] says {text[start:end]!r}")
    return Span(start, end, words)


def _read_spans(node: _Node, text: str) -> tuple[Span, ...]:
    return () if node.value is None else tuple(_read_span(item, text) for item in node.items())


def _statements(node: _Node, text: str) -> tuple[Statement, ...]:
    nodes = node.items()
    uses = Counter(item["id"].a(str) for item in nodes)
    for item in nodes:
        name, parent = item["id"].a(str), item["parent"].or_none(str)
        if uses[name] > 1:
            raise item["id"].wrong(f"{name!r} is the id of {uses[name]} statements")
        if parent is not None and (parent == name or parent not in uses):
            raise item["parent"].wrong(f"{parent!r} is the id of no other statement")
    return tuple(_read_statement(item, text) for item in nodes)


def _read_statement(node: _Node, text: str) -> Statement:
    speaker, confidence = node["speaker"], node["confidence"].a(float)
    if not 0 <= confidence <= 1:
        raise node["confidence"].wrong(f"{confidence} does not lie between 0 and 1")
    return Statement(
        id=node["id"].a(str),
        kind=node["kind"].one_of(get_args(Kind)),
        act=node["act"].one_of(get_args(Act)),
        source=_read_spans(node["source"], text),
        cue=_read_spans(node["cue"], text),
        content=_read_spans(node["content"], text),
        speaker=None
        if speaker.value is None
        else Speaker(speaker["name"].a(str), _read_span(speaker["evidence"], text)),
        addressee=_read_spans(node["addressee"], text),
        venue=_read_spans(node["venue"], text),
        parent=node["parent"].or_none(str),
        confidence=confidence,
    )
