"""Who appears in a record, as a view shows it: how often, in which part, and by which mentions a source is named."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from onrecord.types import Entity, Mention, Record, Span, Statement


@dataclass(frozen=True, slots=True)
class Part:
    """An entity's part in a record: how often it is mentioned, speaks, and is spoken to."""

    entity: Entity
    mentions: int
    speaks: int
    spoken_to: int


class People:
    """The entities of one record, and where they are mentioned."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.by_id = {entity.id: entity for entity in record.entities}

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """The mentions of each entity, in the order of the text."""
        found = defaultdict(list)
        for mention in sorted(self.record.mentions, key=lambda mention: mention.span):
            found[mention.entity].append(mention)
        return found

    def parts(self) -> list[Part]:
        """Every entity, those who say most first, then those spoken to, then those mentioned most."""
        statements = self.record.statements
        speaks = Counter(statement.speaker.entity for statement in statements if statement.speaker)
        told = Counter(
            entity
            for statement in statements
            for entity in {party.entity for party in statement.addressee if party.entity is not None}
        )
        found = [
            Part(entity, len(self.mentions.get(entity.id, ())), speaks[entity.id], told[entity.id])
            for entity in self.record.entities
        ]
        return sorted(found, key=lambda part: (-part.speaks, -part.spoken_to, -part.mentions))

    def chain(self, statement: Statement) -> tuple[Span, ...]:
        """The mentions that lead from a source to the name of its speaker: "he", "the minister", "Anna Lind".

        Between a pronoun and the name stands the last mention before it that is none, unless it is the name again. A
        source that holds the name, or none at all, gives the name alone; without a speaker there is no chain.
        """
        if statement.speaker is None:
            return ()
        name = statement.speaker.evidence
        if not statement.source or any(_overlap(part, name) for part in statement.source):
            return (name,)
        source = statement.source[0]
        own = self.mentions.get(statement.speaker.entity, [])
        before = own[: bisect_right([mention.span.start for mention in own], source.start)]
        told = next((m.span for m in reversed(before) if m.kind != "pronoun" and m.span.end <= source.start), None)
        is_pronoun = any(m.kind == "pronoun" and m.span == source for m in before)
        if is_pronoun and told and told.text != name.text:
            return source, told, name
        return source, name


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
