"""Record ↔ rows. What ``write`` puts down, ``read`` gives back: the same record, equal in every field."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onrecord.types import (
    Article,
    Dated,
    Entity,
    Figure,
    Interval,
    Mention,
    ModelInfo,
    Party,
    Record,
    Span,
    Speaker,
    Statement,
    When,
)

SPANS = ("source", "cue", "content")
PARTIES = ("addressee", "venue")


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as the ledger keeps it: its row, the key that stays, and its place in the record."""

    id: int
    key: str
    ordinal: int
    retained: bool


def write_reading(
    connection: sqlite3.Connection, article: int, record: Record, kept: Sequence[tuple[int | None, str, bool]]
) -> list[int]:
    """Write all that ``record`` says of its article, whose row is there and has no reading yet.

    ``kept``: for each statement the row id that it keeps (None: a new one), its key, and whether it is retained from an
    earlier reading. Returns the row id of each statement, in order. Raises KeyError where the record refers to what it
    does not have.
    """
    entity = {one.id: at for at, one in enumerate(record.entities)}
    when = {one.id: at for at, one in enumerate(record.whens)}
    statement = {one.id: at for at, one in enumerate(record.statements)}
    connection.executemany(
        "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            (article, at, one.id, one.name, one.type, one.qid, one.office, one.organisation, one.country)
            for at, one in enumerate(record.entities)
        ),
    )
    connection.executemany(
        "INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?)",
        (
            (article, entity[one.entity], at, one.span.start, one.span.end, one.kind)
            for at, one in enumerate(record.mentions)
        ),
    )
    connection.executemany(
        "INSERT INTO time_expression VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_when_row(article, at, one) for at, one in enumerate(record.whens)),
    )
    ids = []
    for at, (one, (row, key, retained)) in enumerate(zip(record.statements, kept, strict=True)):
        fields = _statement_row(one, record.entities, entity, when, statement)
        cursor = connection.execute(
            "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row, key, article, at, *fields, int(retained)),
        )
        ids.append(int(cursor.lastrowid or 0))
    connection.executemany("INSERT INTO span VALUES (?, ?, ?, ?, ?)", _span_rows(record.statements, ids))
    connection.executemany("INSERT INTO party VALUES (?, ?, ?, ?, ?, ?)", _party_rows(record.statements, ids, entity))
    connection.executemany(
        "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (article, at, *_figure_row(one), _place(when, _when_of(one.as_of)), _place(statement, one.statement))
            for at, one in enumerate(record.figures)
        ),
    )
    return ids


def erase_reading(connection: sqlite3.Connection, article: int) -> None:
    """Take away all that a reading said of an article, but for its row. Statements go too: their rows may be kept."""
    connection.execute("PRAGMA defer_foreign_keys = ON")  # corrections point to statements that come back at once
    connection.execute("DELETE FROM figure WHERE article = ?", (article,))
    for table in ("party", "span"):
        connection.execute(
            f"DELETE FROM {table} WHERE statement IN (SELECT id FROM statement WHERE article = ?)", (article,)
        )
    for table in ("statement", "mention", "time_expression", "entity"):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))


def _when_row(article: int, at: int, one: When) -> tuple[Any, ...]:
    days = one.interval
    return (
        article, at, one.id, one.span.start, one.span.end, one.type, one.value, one.mod,
        int(days is not None), days and days.start, days and days.end, one.anchor,
    )  # fmt: skip


def _when_of(dated: Dated | None) -> str | None:
    return dated.when if dated else None


def _place(places: Mapping[str, int], name: str | None) -> int | None:
    return None if name is None else places[name]


def _statement_row(
    one: Statement,
    entities: Sequence[Entity],
    entity: Mapping[str, int],
    when: Mapping[str, int],
    statement: Mapping[str, int],
) -> tuple[Any, ...]:
    """The columns from ``name`` to ``confidence``."""
    speaker, said = one.speaker, one.said_on
    place = _place(entity, speaker.entity if speaker else None)
    return (
        one.id, one.kind, one.act, place,
        _unlike(speaker, entities[place]) if speaker and place is not None else None,
        speaker and speaker.evidence.start, speaker and speaker.evidence.end,
        said and said.start, said and said.end, said and said.value, _place(when, _when_of(said)),
        _place(statement, one.parent), one.confidence,
    )  # fmt: skip


def _unlike(speaker: Speaker, entity: Entity) -> str | None:
    """What the speaker is called, as JSON, where that is not what the entity is called."""
    told = [speaker.name, speaker.qid, speaker.office, speaker.organisation, speaker.country]
    if told == [entity.name, entity.qid, entity.office, entity.organisation, entity.country]:
        return None
    return json.dumps(told, ensure_ascii=False)


def _span_rows(statements: Sequence[Statement], ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    for one, row in zip(statements, ids, strict=True):
        for role, spans in zip(SPANS, (one.source, one.cue, one.content), strict=True):
            for part, span in enumerate(spans):
                yield row, role, part, span.start, span.end


def _party_rows(
    statements: Sequence[Statement], ids: Sequence[int], entity: Mapping[str, int]
) -> Iterable[tuple[Any, ...]]:
    for one, row in zip(statements, ids, strict=True):
        for role, parties in zip(PARTIES, (one.addressee, one.venue), strict=True):
            for part, party in enumerate(parties):
                yield row, role, part, party.span.start, party.span.end, _place(entity, party.entity)


def _figure_row(one: Figure) -> tuple[Any, ...]:
    counted, as_of = one.counted, one.as_of
    return (
        one.span.start, one.span.end, one.low, one.high, int(one.approximate), one.unit,
        counted and counted.start, counted and counted.end, as_of and as_of.start, as_of and as_of.end,
        as_of and as_of.value,
    )  # fmt: skip


def read_record(connection: sqlite3.Connection, article: int) -> tuple[Record, list[Kept]]:
    """The record of the article with this row id, as it was read, and how each of its statements is kept."""
    row = connection.execute(
        "SELECT article.key, text, url, outlet.name, title, byline, published, dateline_start, dateline_end, language,"
        " notes, schema_version, model.name, model.version, sha256 FROM article JOIN model ON model.id = article.model"
        " LEFT JOIN outlet ON outlet.id = article.outlet WHERE article.id = ?",
        (article,),
    ).fetchone()
    key, text, url, outlet, title, byline, published, start, end, language, notes, schema_version, *model = row
    dateline = None if start is None else Span.of(text, start, end)
    about = Article(key, text, url, outlet, title, byline, published, dateline, language)
    entities = tuple(
        Entity(*fields)
        for fields in connection.execute(
            "SELECT name, label, type, qid, office, organisation, country FROM entity WHERE article = ?"
            " ORDER BY ordinal",
            (article,),
        )
    )
    whens = tuple(
        When(name, Span.of(text, start, end), type_, value, mod, Interval(first, after) if settled else None, anchor)
        for name, start, end, type_, value, mod, settled, first, after, anchor in connection.execute(
            "SELECT name, start, end, type, value, mod, settled, first, after, anchor FROM time_expression"
            " WHERE article = ? ORDER BY ordinal",
            (article,),
        )
    )
    mentions = tuple(
        Mention(Span.of(text, start, end), entities[entity].id, kind)
        for entity, start, end, kind in connection.execute(
            "SELECT entity, start, end, kind FROM mention WHERE article = ? ORDER BY ordinal", (article,)
        )
    )
    statements, kept = _statements(connection, article, text, entities, whens)
    figures = tuple(
        _figure(fields, text, whens, statements)
        for fields in connection.execute("SELECT * FROM figure WHERE article = ? ORDER BY ordinal", (article,))
    )
    record = Record(
        about,
        statements,
        entities,
        mentions,
        whens,
        figures,
        tuple(json.loads(notes)),
        ModelInfo(*model),
        schema_version,
    )
    return record, kept


def _statements(
    connection: sqlite3.Connection, article: int, text: str, entities: Sequence[Entity], whens: Sequence[When]
) -> tuple[tuple[Statement, ...], list[Kept]]:
    spans: dict[tuple[int, str], list[Span]] = defaultdict(list)
    for statement, role, start, end in connection.execute(
        "SELECT statement, role, start, end FROM span JOIN statement ON statement.id = statement"
        " WHERE article = ? ORDER BY statement, role, part",
        (article,),
    ):
        spans[statement, role].append(Span.of(text, start, end))
    parties: dict[tuple[int, str], list[Party]] = defaultdict(list)
    for statement, role, start, end, entity in connection.execute(
        "SELECT statement, role, start, end, entity FROM party JOIN statement ON statement.id = statement"
        " WHERE article = ? ORDER BY statement, role, part",
        (article,),
    ):
        parties[statement, role].append(
            Party(Span.of(text, start, end), None if entity is None else entities[entity].id)
        )
    rows = connection.execute("SELECT * FROM statement WHERE article = ? ORDER BY ordinal", (article,)).fetchall()
    names = [row[4] for row in rows]
    found, kept = [], []
    for row in rows:
        id_, key, _, ordinal, name, kind, act, place, told, *rest = row
        evidence_start, evidence_end, first, after, value, when, parent, confidence, retained = rest
        speaker = None
        if place is not None:
            one = entities[place]
            called = json.loads(told) if told else (one.name, one.qid, one.office, one.organisation, one.country)
            title, qid, office, organisation, country = called
            evidence = Span.of(text, evidence_start, evidence_end)
            speaker = Speaker(one.id, title, qid, office, organisation, country, evidence)
        found.append(
            Statement(
                id=name,
                kind=kind,
                act=act,
                source=tuple(spans.get((id_, "source"), ())),
                cue=tuple(spans.get((id_, "cue"), ())),
                content=tuple(spans.get((id_, "content"), ())),
                speaker=speaker,
                addressee=tuple(parties.get((id_, "addressee"), ())),
                venue=tuple(parties.get((id_, "venue"), ())),
                said_on=None if first is None else Dated(first, after, value, None if when is None else whens[when].id),
                parent=None if parent is None else names[parent],
                confidence=confidence,
            )
        )
        kept.append(Kept(id_, key, ordinal, bool(retained)))
    return tuple(found), kept


def _figure(row: tuple[Any, ...], text: str, whens: Sequence[When], statements: Sequence[Statement]) -> Figure:
    _, _, start, end, low, high, approximate, unit, counted_start, counted_end, first, after, value, when, said = row
    return Figure(
        span=Span.of(text, start, end),
        low=low,
        high=high,
        approximate=bool(approximate),
        unit=unit,
        counted=None if counted_start is None else Span.of(text, counted_start, counted_end),
        as_of=None if first is None else Dated(first, after, value, None if when is None else whens[when].id),
        statement=None if said is None else statements[said].id,
    )
