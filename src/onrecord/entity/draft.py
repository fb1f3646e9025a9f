"""Entities in the making, and the finished cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from onrecord.entity.clusters import NOMINAL, Clusters, kinds
from onrecord.types import Entity, EntityType, Mention, Span

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cast:
    """The entities of an article and their mentions, in order; ``speakers``: entity and evidence of each statement."""

    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    speakers: tuple[tuple[Entity, Span] | None, ...]
    places: dict[int, tuple[tuple[int, str], ...]] = field(default_factory=dict)

    def at(self, start: int, end: int) -> str | None:
        """The entity that a phrase names: that of the longest mention which begins where it does."""
        best: tuple[int, str] | None = None
        for shift in range(0, 5):
            for stop, entity in self.places.get(start + shift, ()):
                if stop <= end + 2 and (best is None or stop > best[0]):
                    best = (stop, entity)
            if best is not None:
                return best[1]
        return None


@dataclass(slots=True)
class Draft:
    """An entity in the making."""

    name: str
    evidence: Pair
    type: EntityType
    members: list[int]
    qid: str | None = None
    office: str | None = None
    organisation: str | None = None
    country: str | None = None
    added: list[Pair] = field(default_factory=list)  # mentions that the model did not find


def numbered(
    text: str, drafts: Sequence[Draft], speakers: Sequence[tuple[Draft, Pair] | None], clusters: Clusters
) -> Cast:
    """Ids by the order of first mention."""

    def first(draft: Draft) -> int:
        starts: list[int] = [clusters.start[at] for at in draft.members] + [start for start, _ in draft.added]
        return min(starts)

    entities: dict[int, Entity] = {}
    rows: list[tuple[int, int, str, int]] = []
    for number, draft in enumerate(sorted(drafts, key=first), start=1):
        made = Entity(f"e{number}", draft.name, draft.type, draft.qid, draft.office, draft.organisation, draft.country)
        entities[id(draft)] = made
        rows += [(clusters.start[at], clusters.end[at], made.id, clusters.kind[at]) for at in draft.members]
        rows += [(start, end, made.id, NOMINAL) for start, end in draft.added]
    rows.sort()
    places: dict[int, tuple[tuple[int, str], ...]] = {}
    for start, end, entity, _ in rows:
        places[start] = (*places.get(start, ()), (end, entity))
    return Cast(
        entities=tuple(entities.values()),
        mentions=tuple(Mention(Span.of(text, a, b), entity, kinds(kind)) for a, b, entity, kind in rows),
        speakers=tuple((entities[id(one[0])], Span.of(text, *one[1])) if one is not None else None for one in speakers),
        places=places,
    )
