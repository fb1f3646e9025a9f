"""Corrections: appended one by one, put on top of what the model read, undone by a further one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Literal, get_args

from onrecord.errors import BadCorrection, NotOnRecord
from onrecord.export.from_json import QID
from onrecord.export.node import DAY
from onrecord.export.record_json import SURROGATE
from onrecord.store.rows import Kept
from onrecord.types import Act, Article, Dated, Entity, EntityType, Kind, Party, Record, Span, Speaker, Statement

Status = Literal["open", "accepted", "rejected"]
Field = Literal["status", "source", "cue", "content", "speaker", "said_on", "kind", "act", "addressee", "venue", "undo"]

WAY_OUT = "docs/guide.md lists what can be corrected, and how"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one statement, as it was appended.

    ``value`` by ``field``: status "open", "accepted" or "rejected"; source, cue, content, addressee, venue a list of
    ``[start, end]`` in code points of the article's text; speaker ``{"name", "type", "qid", "office", "organisation",
    "country", "at"}`` as far as known, ``at`` being the ``[start, end]`` of a mention, or None for not named; said_on
    ``{"start", "end"}`` in ISO days, the end being the day after the last, or None; kind and act one of theirs; undo
    the id of the correction that no longer holds.

    A speaker may be given as the id of an entity too, but is not kept so: ids are other ones when the article is read
    anew.
    """

    id: int
    statement: str
    at: str
    by: str
    field: Field
    value: Any
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A record with its corrections applied, and for each statement how it stands."""

    record: Record
    kept: tuple[Kept, ...]
    status: tuple[Status, ...]
    corrected: tuple[bool, ...]


def history(connection: sqlite3.Connection, key: str) -> list[Correction]:
    """All corrections of a statement, the first first, those undone included. Raises NotOnRecord."""
    row = connection.execute("SELECT id FROM statement WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotOnRecord(key, "no statement has this id", "`onrecord search` shows the ids")
    return [
        Correction(id_, key, at, by, field_, json.loads(value), why)
        for id_, at, by, field_, value, why in connection.execute(
            "SELECT id, at, by, field, value, why FROM correction WHERE statement = ? ORDER BY id", row
        )
    ]


def append(connection: sqlite3.Connection, correction: Correction) -> int:
    """Append a correction whose value has been checked; its id."""
    cursor = connection.execute(
        "INSERT INTO correction (statement, at, by, field, value, why)"
        " SELECT id, ?, ?, ?, ?, ? FROM statement WHERE key = ?",
        (
            correction.at,
            correction.by,
            correction.field,
            json.dumps(correction.value, ensure_ascii=False),
            correction.why,
            correction.statement,
        ),
    )
    return int(cursor.lastrowid or 0)


def writable(text: str) -> str:
    """A text with U+FFFD for half characters, which a name of a file may hold, and no database can."""
    return SURROGATE.sub("\ufffd", text)


def now() -> str:
    """The time, in UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_force(corrections: Sequence[Correction]) -> list[Correction]:
    """Those that hold: not undone, and no undoing themselves. An undo can be undone."""
    return [one for one in not_undone(corrections) if one.field != "undo"]


def not_undone(corrections: Sequence[Correction]) -> list[Correction]:
    """Those that no undoing in force has undone, undoings among them; the first first."""
    undone: set[int] = set()
    holding = []
    for one in sorted(corrections, key=lambda one: one.id, reverse=True):
        if one.id in undone:
            continue
        if one.field == "undo":
            undone.add(one.value)
        holding.append(one)
    return holding[::-1]


def stand(connection: sqlite3.Connection, record: Record, kept: Sequence[Kept]) -> Standing:
    """The record of an article with all corrections in force applied."""
    if not kept:
        return Standing(record, (), (), ())
    keys = {one.id: one.key for one in kept}
    rows = connection.execute(
        "SELECT correction.id, statement, at, by, field, value, why FROM correction"
        " JOIN statement ON statement.id = statement WHERE article = (SELECT article FROM statement WHERE id = ?)"
        " ORDER BY correction.id",
        (kept[0].id,),
    ).fetchall()
    by_key: dict[str, list[Correction]] = {}
    for id_, statement, at, by, field_, value, why in rows:
        one = Correction(id_, keys[statement], at, by, field_, json.loads(value), why)
        by_key.setdefault(one.statement, []).append(one)
    return apply(record, kept, by_key)


def apply(record: Record, kept: Sequence[Kept], corrections: Mapping[str, Sequence[Correction]]) -> Standing:
    """The record with these corrections, by statement key, applied; whom it did not know is added to its entities."""
    work = _Work(record, list(record.entities), len(record.entities))
    statements, statuses, corrected = [], [], []
    for read, one in zip(record.statements, kept, strict=True):
        statement = read
        status: Status = "open"
        changed = False
        for correction in in_force(corrections.get(one.key, ())):
            if correction.field == "status":
                status = correction.value
            else:
                statement = _CHANGES[correction.field](work, statement, correction.value, correction.field)
                changed = True
        statements.append(statement)
        statuses.append(status)
        corrected.append(changed)
    if not any(corrected):
        return Standing(record, tuple(kept), tuple(statuses), tuple(corrected))
    changed_record = replace(record, statements=tuple(statements), entities=tuple(work.entities))
    return Standing(changed_record, tuple(kept), tuple(statuses), tuple(corrected))


_FACTS = ("name", "qid", "office", "organisation", "country")  # of Entity, in its order; its type aside


@dataclass(slots=True)
class _Work:
    """A record being corrected, and its entities with those that corrections add."""

    record: Record
    entities: list[Entity]
    read: int  # how many of the entities the record has itself

    def entity(self, value: Mapping[str, Any]) -> Entity:
        """The entity that is called so and so: where it stands first, else with just these facts, else a person.

        Facts that are not given may be any. One that a newer reading calls otherwise is known by its mention.
        """
        at = tuple(value.get("at", ()))
        here = {mention.entity for mention in self.record.mentions if (mention.span.start, mention.span.end) == at}
        facts = {"name": value["name"]} | {name: value[name] for name in _FACTS if value.get(name)}
        called = [one for one in self.entities if all(getattr(one, name) == told for name, told in facts.items())]
        if called:
            exact = {one.id for one in called if not any(getattr(one, name) for name in _FACTS if name not in facts)}
            return max(called, key=lambda one: (one.id in here, one.id in exact, one.type == "person"))
        found = next((one for one in self.entities if one.id in here), None)
        if found is None:
            ids = {one.id for one in self.entities}
            name = next(f"c{number}" for number in range(1, len(ids) + 2) if f"c{number}" not in ids)
            rest = (value.get(fact) for fact in _FACTS[1:])
            found = Entity(name, value["name"], value.get("type", "person"), *rest)
            self.entities.append(found)
        return found


def _change_speaker(work: _Work, statement: Statement, value: Any, _: str) -> Statement:
    if value is None:
        return replace(statement, speaker=None)
    one = work.entity(value)
    named = next((mention.span for mention in work.record.mentions if mention.entity == one.id), None)
    # For someone whom the article does not name, the evidence is what it does say of the source.
    parts = statement.source or statement.cue or statement.content
    evidence = named or (parts[0] if parts else Span.of(work.record.article.text, 0, 1))
    speaker = Speaker(one.id, one.name, one.qid, one.office, one.organisation, one.country, evidence)
    return replace(statement, speaker=speaker)


def _change_spans(work: _Work, statement: Statement, value: Any, name: str) -> Statement:
    spans = tuple(Span.of(work.record.article.text, start, end) for start, end in value)
    return _changed(statement, name, spans)


def _change_parties(work: _Work, statement: Statement, value: Any, name: str) -> Statement:
    at = {(mention.span.start, mention.span.end): mention.entity for mention in work.record.mentions}
    spans = [Span.of(work.record.article.text, start, end) for start, end in value]
    return _changed(statement, name, tuple(Party(span, at.get((span.start, span.end))) for span in spans))


def _change_said_on(_: _Work, statement: Statement, value: Any, __: str) -> Statement:
    if value is None:
        return replace(statement, said_on=None)
    return replace(statement, said_on=Dated(value["start"], value["end"], value["start"], None))


def _change_word(_: _Work, statement: Statement, value: Any, name: str) -> Statement:
    return _changed(statement, name, value)


def _changed(statement: Statement, name: str, value: Any) -> Statement:
    fields: dict[str, Any] = {name: value}
    return replace(statement, **fields)


_CHANGES: dict[str, Callable[[_Work, Statement, Any, str], Statement]] = {
    "speaker": _change_speaker,
    "source": _change_spans,
    "cue": _change_spans,
    "content": _change_spans,
    "addressee": _change_parties,
    "venue": _change_parties,
    "said_on": _change_said_on,
    "kind": _change_word,
    "act": _change_word,
}


def checked(record: Record, field_: str, value: Any) -> Any:
    """The value of a correction in the form in which it is kept, by the record as it stands.

    Raises BadCorrection, which names what is amiss.
    """
    if field_ not in get_args(Field) or field_ == "undo":
        known = ", ".join(name for name in get_args(Field) if name != "undo")
        raise BadCorrection(f"field {field_!r}", f"is none of {known}", WAY_OUT)
    if field_ in ("status", "kind", "act"):
        choices = get_args({"status": Status, "kind": Kind, "act": Act}[field_])
        if value not in choices:
            raise BadCorrection(f"{field_} {value!r}", f"is none of {', '.join(choices)}", WAY_OUT)
        return value
    if field_ == "said_on":
        return _checked_days(value)
    if field_ == "speaker":
        return _checked_speaker(record, value)
    return _checked_spans(record.article, field_, value)


def _checked_days(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    days = {side: str(value.get(side)) for side in ("start", "end")} if isinstance(value, dict) else {}
    for side in ("start", "end"):
        try:
            if not DAY.fullmatch(days.get(side, "")):
                raise ValueError
            date.fromisoformat(days[side])
        except ValueError:
            raise BadCorrection(f"said_on {value!r}", f"its {side} is no day YYYY-MM-DD", WAY_OUT) from None
    if not days["start"] < days["end"]:
        raise BadCorrection(f"said_on {value!r}", "starts on or after its end (the day after the last)", WAY_OUT)
    return days


def _checked_speaker(record: Record, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        one = next((one for one in record.entities if one.id == value), None)
        if one is None:
            raise BadCorrection(
                f"speaker {value!r}", f"is the id of none of the {len(record.entities)} entities", WAY_OUT
            )
        return _described(record, one)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"].strip():
        raise BadCorrection(f"speaker {value!r}", "is neither an entity's id nor an object with a name", WAY_OUT)
    told = {name: text for name, text in value.items() if name != "at"}
    known = (*_FACTS, "type")
    if wrong := [name for name in told if name not in known or not isinstance(told[name], str | None)]:
        raise BadCorrection(f"speaker {value!r}", f"{wrong[0]!r} is not text under one of {', '.join(known)}", WAY_OUT)
    if told.get("qid") and not QID.fullmatch(told["qid"]):
        raise BadCorrection(f"qid {told['qid']!r}", "is no Wikidata item; they are named like 'Q42'", WAY_OUT)
    if told.get("type") and told["type"] not in get_args(EntityType):
        raise BadCorrection(f"type {told['type']!r}", f"is none of {', '.join(get_args(EntityType))}", WAY_OUT)
    kept: dict[str, Any] = {name: writable(" ".join(told[name].split())) for name in known if told.get(name)}
    if value.get("at") is not None:
        kept["at"] = _checked_spans(record.article, "speaker at", [value["at"]])[0]
    return kept


def _described(record: Record, one: Entity) -> dict[str, Any]:
    """An entity by what stays when the article is read anew: what it is called, and a mention, by name if there is."""
    told = {name: getattr(one, name) for name in (*_FACTS, "type") if getattr(one, name)}
    own = [mention for mention in record.mentions if mention.entity == one.id]
    mention = next((mention for mention in own if mention.kind == "name"), own[0] if own else None)
    return told | ({"at": [mention.span.start, mention.span.end]} if mention else {})


def _checked_spans(article: Article, field_: str, value: Any) -> list[list[int]]:
    pairs = value if isinstance(value, list) else [value]
    for pair in pairs:
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(type(side) is int for side in pair)):
            raise BadCorrection(f"{field_} {pair!r}", "is no pair [start, end] of whole numbers", WAY_OUT)
        if not 0 <= pair[0] < pair[1] <= len(article.text):
            problem = f"does not lie within the {len(article.text):,} characters of the article"
            raise BadCorrection(f"{field_} [{pair[0]}, {pair[1]})", problem, WAY_OUT)
    ordered = sorted([pair[0], pair[1]] for pair in pairs)
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise BadCorrection(f"{field_} {before} and {after}", "lie on top of each other", WAY_OUT)
    return ordered
