"""A Wikidata JSON dump → office holders, in one pass that can be broken off and taken up again.

The dump is an array with one entity a line, each line but the last ending in a comma. Persons name their offices by id
only (P39), and an office's country stands in the office's own entity, anywhere in the dump. So the pass sets aside
both, persons' statements and whatever has a jurisdiction (P1001) or a country (P17) and looks like an office, and joins
them at the end. ``<folder>.partial`` keeps what was set aside and how far the pass has come.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from onrecord.kb.errors import KnowledgeError
from onrecord.kb.places import bodies, states
from onrecord.kb.tables import Person, Row
from onrecord.kb.titles import role_of

OPENERS = {".json": open, ".gz": gzip.open, ".bz2": bz2.open}
EVERY = 20_000  # entities between two checkpoints: a few seconds of a real dump, so little is done twice
_HEAD = 1 << 16  # bytes of the file that tell it from another of the same name
# What an office's P31 or P279 may be: position, public office, minister, head of government, head of state, president.
_OFFICES = frozenset(("Q4164871", "Q294414", "Q83307", "Q2285706", "Q48352", "Q30461"))

Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one dump gave."""

    entities: int
    rows: int
    without_place: int  # statements whose office has no state or body that we know
    without_role: int  # and those whose office's title is none that is kept


def extract(path: Path, partial: Path) -> tuple[list[Row], list[Person], Counts]:
    """Office holders of a dump. ``partial``: the folder for what is set aside, removed when the dump is through.

    Raises ``KnowledgeError`` for a file that is cut off or no dump; what was read until then is kept for the next try.
    """
    seen = _pass(path, partial)
    offices = {office["id"]: office for office in _spooled(partial / "offices.jsonl")}
    rows, people, lost, odd = [], [], 0, 0
    for person in _spooled(partial / "persons.jsonl"):
        found = []
        for statement in person["held"]:
            office = offices.get(statement["office"])
            place = _place([*statement["of"], *(office["places"] if office else ())])
            if office is None or place is None:
                lost += 1
                continue
            role = role_of(office["label"], place)
            if not role:
                odd += 1
                continue
            start, end = statement["start"], statement["end"]
            found.append(Row(place, role, start, person["id"], office["label"], end, person["as_of"], "", "wikidata"))
        rows += found
        if found:
            places = tuple(dict.fromkeys(row.place for row in found))
            people.append(Person(person["id"], person["label"], tuple(person["aliases"]), places))
    shutil.rmtree(partial)
    return rows, people, Counts(seen, len(rows), lost, odd)


def _pass(path: Path, partial: Path) -> int:
    """Read the dump from where the last try stopped; the number of entities in all."""
    identity = _identity(path)
    partial.mkdir(parents=True, exist_ok=True)
    state = _resume(partial, identity)
    at, seen = state["at"], state["seen"]
    with (
        _opened(path) as stream,
        (partial / "persons.jsonl").open("ab") as persons,
        (partial / "offices.jsonl").open("ab") as offices,
    ):
        persons.truncate(state["persons"])
        offices.truncate(state["offices"])
        try:
            stream.seek(at)
            for line in stream:
                entity = _entity(path, line, seen + 1)
                at += len(line)
                if entity is None:
                    continue
                seen += 1
                for spool, product in ((persons, _person(entity, identity["as_of"])), (offices, _office(entity))):
                    if product:
                        spool.write(json.dumps(product, ensure_ascii=False).encode() + b"\n")
                if seen % EVERY == 0:
                    _checkpoint(partial, identity, at, seen, persons, offices)
        except (EOFError, OSError) as error:
            _checkpoint(partial, identity, at, seen, persons, offices)
            raise KnowledgeError(
                str(path), f"damaged after entity {seen:,}: {error}", "fetch the file again; nothing was changed"
            ) from None
        except BaseException:
            _checkpoint(partial, identity, at, seen, persons, offices)
            raise
    if not seen:
        raise KnowledgeError(str(path), "holds no entity", "give a Wikidata JSON dump, one entity a line")
    return seen


def _identity(path: Path) -> dict[str, Any]:
    """What tells this file from another: a checkpoint is good for this one only."""
    try:
        with path.open("rb") as raw:
            head = hashlib.sha256(raw.read(_HEAD)).hexdigest()
        stat = path.stat()
    except OSError as error:
        raise KnowledgeError(str(path), f"cannot be read: {error.strerror}", "give another file") from None
    from datetime import UTC, datetime

    day = datetime.fromtimestamp(stat.st_mtime, tz=UTC).date().isoformat()
    return {"name": path.name, "size": stat.st_size, "head": head, "as_of": day}


def _opened(path: Path) -> IO[bytes]:
    opener: Any = OPENERS[path.suffix]
    stream: IO[bytes] = opener(path, "rb")
    return stream


def _resume(partial: Path, identity: dict[str, Any]) -> dict[str, int]:
    try:
        state = json.loads((partial / "checkpoint.json").read_text(encoding="utf-8"))
        if state["file"] == identity:
            return {name: int(state[name]) for name in ("at", "seen", "persons", "offices")}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none, or not one of ours: from the beginning
    return dict.fromkeys(("at", "seen", "persons", "offices"), 0)


def _checkpoint(
    partial: Path, identity: dict[str, Any], at: int, seen: int, persons: IO[bytes], offices: IO[bytes]
) -> None:
    persons.flush()
    offices.flush()
    state = {"file": identity, "at": at, "seen": seen, "persons": persons.tell(), "offices": offices.tell()}
    new = partial / "checkpoint.new"
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(partial / "checkpoint.json")


def _entity(path: Path, line: bytes, number: int) -> Entity | None:
    text = line.strip().rstrip(b",")
    if text in (b"", b"[", b"]"):
        return None
    try:
        entity = json.loads(text)
    except ValueError:
        entity = None
    if not isinstance(entity, dict) or "id" not in entity:
        raise KnowledgeError(str(path), f"entity {number:,} is cut off or no JSON", "fetch the file again")
    return entity


def _person(entity: Entity, as_of: str) -> dict[str, Any] | None:
    """A person's offices: id, name, and for each statement the office, its qualifiers of place and its dates."""
    label = _label(entity)
    held = [_statement(claim) for claim in _claims(entity, "P39")]
    kept = [one for one in held if one]
    if not label or not kept or "Q5" not in _values(entity, "P31"):
        return None
    aliases = [alias["value"] for alias in entity.get("aliases", {}).get("en", ())]
    clean = [" ".join(alias.replace("|", " ").split()) for alias in aliases]
    return {"id": entity["id"], "label": label, "aliases": clean, "held": kept, "as_of": as_of}


def _statement(claim: Entity) -> dict[str, Any] | None:
    office = _value(claim.get("mainsnak", {}))
    if not isinstance(office, str) or claim.get("rank") == "deprecated":
        return None
    qualifiers = claim.get("qualifiers", {})
    of = [_value(snak) for name in ("P642", "P1001", "P17") for snak in qualifiers.get(name, ())]
    start, end = (next((_day(snak) for snak in qualifiers.get(name, ())), "") for name in ("P580", "P582"))
    return {"office": office, "of": [one for one in of if isinstance(one, str)], "start": start, "end": end}


def _office(entity: Entity) -> dict[str, Any] | None:
    label = _label(entity)
    places = [*_values(entity, "P1001"), *_values(entity, "P17"), *_values(entity, "P2389")]
    kinds = {*_values(entity, "P31"), *_values(entity, "P279")}
    if not label or not places or not (kinds & _OFFICES or _values(entity, "P1001") or _values(entity, "P2389")):
        return None
    return {"id": entity["id"], "label": label, "places": places}


def _label(entity: Entity) -> str:
    return " ".join(str(entity.get("labels", {}).get("en", {}).get("value", "")).split())


def _claims(entity: Entity, name: str) -> list[Entity]:
    claims = entity.get("claims", {})
    return list(claims.get(name, ())) if isinstance(claims, dict) else []


def _values(entity: Entity, name: str) -> list[str]:
    found = (_value(claim.get("mainsnak", {})) for claim in _claims(entity, name))
    return [value for value in found if isinstance(value, str)]


def _value(snak: Entity) -> Any:
    """The id that a snak points to, or its plain value; None for "unknown" and "none"."""
    value = snak.get("datavalue", {}).get("value")
    return value.get("id", value) if isinstance(value, dict) else value


def _day(snak: Entity) -> str:
    """A Wikidata time at its own precision: 11 is a day, 10 a month, 9 a year; coarser is no date for us."""
    value = snak.get("datavalue", {}).get("value", {})
    width = {11: 10, 10: 7, 9: 4}.get(value.get("precision", 0) if isinstance(value, dict) else 0, 0)
    return str(value["time"]).lstrip("+")[:width] if width else ""


def _place(qids: list[str]) -> str | None:
    known = _by_qid()
    return next((known[qid] for qid in qids if qid in known), None)


def _by_qid() -> dict[str, str]:
    found = {body.qid: name for name, body in bodies().items() if body.qid}
    return found | {qid: code for code, (_name, qid, _head) in states().items() if qid}


def _spooled(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)
