"""Passages with the speaker and the day of every statement: reads ``gold/speakers.txt``, whose head tells its format.

@lind: Anna Lind | person | transport minister | Norland
1: speaker = lind | day = 2031-03-04
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

from marked import MarkupError, Parts, path_of, unmark

SPEAKERS = Path(__file__).parent / "gold" / "speakers.txt"

EntityType = Literal["person", "organisation", "group", "place", "unnamed"]
Days = tuple[date, date]  # [first, after the last)

_STATEMENT = re.compile(r"speaker = (?P<speaker>\?|[a-z]+) \| day = (?P<day>\S+)")


@dataclass(frozen=True, slots=True)
class Entity:
    """Who speaks: the name as it should be printed, and the office and country where the passage tells them."""

    key: str
    name: str
    type: EntityType
    office: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """One statement. ``speaker`` and ``days`` are None where the passage does not tell."""

    number: int
    parts: Parts
    speaker: Entity | None
    days: Days | None


@dataclass(frozen=True, slots=True)
class SpokenPassage:
    """A fictional passage, what it is there for, when and where it was published, and every statement in it."""

    id: str
    covers: tuple[str, ...]
    published: date | None
    outlet: str | None
    text: str
    entities: tuple[Entity, ...]
    statements: tuple[Spoken, ...]  # in the order of their numbers


def load_spoken(path: Path = SPEAKERS) -> list[SpokenPassage]:
    """Every passage of ``path`` in file order. Raises ``MarkupError`` naming the passage that cannot be read."""
    body = path.read_text(encoding="utf-8")
    return [_passage(block) for block in re.split(r"(?m)^=== ", body)[1:]]


def _passage(block: str) -> SpokenPassage:
    head, _, marked = block.partition("\n\n")
    name, *lines = head.split("\n")
    try:
        text, gold = unmark(marked.strip("\n"))
        fields = _fields(lines)
        covers = tuple(word.strip() for word in fields.pop("covers").split(","))
        published = fields.pop("published")
        outlet = fields.pop("outlet", None)
        entities = {key[1:]: _entity(key[1:], fields.pop(key)) for key in list(fields) if key.startswith("@")}
        numbers = [int(number) for number in fields]
        if sorted(numbers) != sorted(gold):
            raise MarkupError(f"statements in the header {sorted(numbers)}, on the text {sorted(gold)}")
        statements = tuple(
            _statement(number, gold[number], fields[str(number)], entities) for number in sorted(numbers)
        )
        return SpokenPassage(
            id=name.strip(),
            covers=covers,
            published=None if published == "?" else date.fromisoformat(published),
            outlet=outlet,
            text=text,
            entities=tuple(entities.values()),
            statements=statements,
        )
    except (KeyError, ValueError) as error:  # MarkupError is a ValueError
        raise MarkupError(f"{path_of(name)}: {error}") from error


def _fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or key.strip() in fields:
            raise MarkupError(f"a header line without colon, or its second: {line!r}")
        fields[key.strip()] = value.strip()
    return fields


def _entity(key: str, described: str) -> Entity:
    """``described``: ``name | type | office or - | country or -``."""
    columns = [column.strip() for column in described.split("|")]
    if len(columns) != 4 or not all(columns) or columns[1] not in get_args(EntityType):
        raise MarkupError(f"name | type | office or - | country or - expected: {described!r}")
    office, country = (None if column == "-" else column for column in columns[2:])
    return Entity(key, columns[0], columns[1], office, country)  # type: ignore[arg-type]  # checked above


def _statement(number: int, parts: Parts, described: str, entities: dict[str, Entity]) -> Spoken:
    match = _STATEMENT.fullmatch(described)
    if match is None:
        raise MarkupError(f"speaker = key or ? | day = date, START..END or ? expected: {described!r}")
    if match["speaker"] != "?" and match["speaker"] not in entities:
        raise MarkupError(f"statement {number}: no entity @{match['speaker']}")
    speaker = None if match["speaker"] == "?" else entities[match["speaker"]]
    return Spoken(number, parts, speaker, _days(match["day"]))


def _days(written: str) -> Days | None:
    if written == "?":
        return None
    first, dots, end = written.partition("..")
    start = date.fromisoformat(first)
    after = date.fromisoformat(end) if dots else start + timedelta(days=1)
    if after <= start:
        raise MarkupError(f"the days {written} end before they begin")
    return start, after
