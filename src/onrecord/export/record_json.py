"""Record ↔ JSON, as described by ``data/record.schema.json``. The way back is in ``from_json``."""

from __future__ import annotations

import json
import re
from typing import Any

from onrecord.export.from_json import from_dict
from onrecord.types import Article, Dated, Entity, Figure, Mention, Party, Record, Span, Speaker, Statement, When

__all__ = ["from_dict", "to_dict", "to_json"]

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: not encodable in UTF-8. Replaced one for one by U+FFFD, so that offsets hold."""

LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Legal unescaped in JSON, but line ends to ``str.splitlines`` and its like: they would cut a record in two."""

WHOLE = 2**53
"""Up to here every whole number is a float of its own, and may be written as "30" rather than "30.0"."""


def to_dict(record: Record) -> dict[str, Any]:
    """The record as plain dictionaries, lists, strings and numbers."""
    return {
        "schema_version": record.schema_version,
        "article": _article(record.article),
        "statements": [_statement(statement) for statement in record.statements],
        "entities": [_entity(entity) for entity in record.entities],
        "mentions": [_mention(mention) for mention in record.mentions],
        "whens": [_when(when) for when in record.whens],
        "figures": [_figure(figure) for figure in record.figures],
        "notes": list(record.notes),
        "model": {"name": record.model.name, "version": record.model.version, "sha256": record.model.sha256},
    }


def to_json(record: Record, indent: int | None = None) -> str:
    """The record as JSON text: one line when ``indent`` is None, always encodable as UTF-8."""
    text = json.dumps(to_dict(record), ensure_ascii=False, allow_nan=False, indent=indent)
    return SURROGATE.sub("\ufffd", text).translate(LINE_BREAKS)


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "outlet": article.outlet,
        "title": article.title,
        "byline": article.byline,
        "published": article.published,
        "dateline": _span(article.dateline) if article.dateline else None,
        "language": article.language,
        "text": article.text,
    }


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _spans(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [_span(span) for span in spans]


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "kind": statement.kind,
        "act": statement.act,
        "source": _spans(statement.source),
        "cue": _spans(statement.cue),
        "content": _spans(statement.content),
        "speaker": _speaker(statement.speaker) if statement.speaker else None,
        "addressee": _parties(statement.addressee),
        "venue": _parties(statement.venue),
        "said_on": _dated(statement.said_on),
        "parent": statement.parent,
        "confidence": statement.confidence,
    }


def _speaker(speaker: Speaker) -> dict[str, Any]:
    return {
        "entity": speaker.entity,
        "name": speaker.name,
        "qid": speaker.qid,
        "office": speaker.office,
        "organisation": speaker.organisation,
        "country": speaker.country,
        "evidence": _span(speaker.evidence),
    }


def _parties(parties: tuple[Party, ...]) -> list[dict[str, Any]] | None:
    return [_span(party.span) | {"entity": party.entity} for party in parties] or None


def _dated(dated: Dated | None) -> dict[str, Any] | None:
    if dated is None:
        return None
    return {"start": dated.start, "end": dated.end, "value": dated.value, "when": dated.when}


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "qid": entity.qid,
        "office": entity.office,
        "organisation": entity.organisation,
        "country": entity.country,
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return _span(mention.span) | {"entity": mention.entity, "kind": mention.kind}


def _when(when: When) -> dict[str, Any]:
    days = when.interval
    return {
        "id": when.id,
        **_span(when.span),
        "type": when.type,
        "value": when.value,
        "mod": when.mod,
        "interval": {"start": days.start, "end": days.end} if days else None,
        "anchor": when.anchor,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return _span(figure.span) | {
        "low": _number(figure.low),
        "high": _number(figure.high),
        "approximate": figure.approximate,
        "unit": figure.unit,
        "counted": _span(figure.counted) if figure.counted else None,
        "as_of": _dated(figure.as_of),
        "statement": figure.statement,
    }


def _number(number: float | None) -> float | int | None:
    return int(number) if number is not None and float(number).is_integer() and abs(number) <= WHOLE else number
