"""An article read anew: which statements are the ones from before, and what is kept for its corrections' sake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onrecord.store.rows import Kept
from onrecord.types import Entity, Record, Span, Statement, When

SAME = 0.5  # share of the characters of both that both have: below it, two contents are taken for two statements


@dataclass(frozen=True, slots=True)
class Carried:
    """A new reading, with for each statement the row and the key that it keeps, if it is one from before."""

    record: Record
    kept: tuple[tuple[int | None, str | None, bool], ...]


def carry_over(old: Record, kept: Sequence[Kept], new: Record, corrected: Collection[str]) -> Carried:
    """Match the statements of ``new`` with those of ``old``, a reading of the same article.

    A statement keeps its row and key where source, cue and content lie where they lay, else where its content shares at
    least half of its characters with that of an old one (best first; of a refusal without content, its cue). Old ones
    whose keys are in ``corrected`` and that match nothing are kept at the end, with whom and when they name.
    """
    pairs = _matched(old.statements, new.statements)
    keeping = [
        (kept[pairs[at]].id, kept[pairs[at]].key, False) if at in pairs else (None, None, False)
        for at in range(len(new.statements))
    ]
    left = set(range(len(old.statements))) - set(pairs.values())
    retained = [at for at in sorted(left) if kept[at].key in corrected]
    record = _with_retained(old, new, retained)
    return Carried(record, (*keeping, *((kept[at].id, kept[at].key, True) for at in retained)))


def _matched(old: Sequence[Statement], new: Sequence[Statement]) -> dict[int, int]:
    """New → old, each at most once."""
    found: dict[int, int] = {}
    places: dict[tuple[tuple[Span, ...], ...], list[int]] = {}
    for at, one in enumerate(old):
        places.setdefault((one.source, one.cue, one.content), []).append(at)
    for at, one in enumerate(new):
        if same := places.get((one.source, one.cue, one.content)):
            found[at] = same.pop(0)
    taken = set(found.values())
    likeness = sorted(
        (
            (-share, at, before)
            for at, one in enumerate(new)
            if at not in found
            for before, other in enumerate(old)
            if before not in taken and (share := _shared(_place(one), _place(other))) >= SAME
        ),
    )
    for _, at, before in likeness:
        if at not in found and before not in taken:
            found[at] = before
            taken.add(before)
    return found


def _place(statement: Statement) -> tuple[Span, ...]:
    return statement.content or statement.cue


def _shared(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Characters of both over characters of either (Jaccard)."""
    both = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)
    either = sum(span.end - span.start for span in (*one, *other)) - both
    return both / either if either else 0.0


def _with_retained(old: Record, new: Record, retained: Sequence[int]) -> Record:
    """``new`` with these statements of ``old`` at its end, under ids that are still free."""
    if not retained:
        return new
    entities, whens, statements = list(new.entities), list(new.whens), list(new.statements)
    entity_of, when_of = dict[str, str](), dict[str, str]()
    for at in retained:
        one = old.statements[at]
        speaker, said_on = one.speaker, one.said_on
        if speaker is not None:
            speaker = replace(speaker, entity=_entity(old, entities, entity_of, speaker.entity))
        if said_on is not None and said_on.when is not None:
            said_on = replace(said_on, when=_when(old, whens, when_of, said_on.when))
        parties: dict[str, Any] = {
            role: tuple(
                replace(party, entity=party.entity and _entity(old, entities, entity_of, party.entity))
                for party in getattr(one, role)
            )
            for role in ("addressee", "venue")
        }
        name = _free("s", [other.id for other in statements])
        statements.append(replace(one, id=name, speaker=speaker, said_on=said_on, parent=None, **parties))
    return replace(new, statements=tuple(statements), entities=tuple(entities), whens=tuple(whens))


def _entity(old: Record, entities: list[Entity], names: dict[str, str], name: str) -> str:
    """The entity of the new reading that is the old one of this id, or the old one under a new id."""
    if name not in names:
        one = next(one for one in old.entities if one.id == name)
        same = next((other for other in entities if replace(other, id=one.id) == one), None)
        if same is None:
            same = replace(one, id=_free("e", [other.id for other in entities]))
            entities.append(same)
        names[name] = same.id
    return names[name]


def _when(old: Record, whens: list[When], names: dict[str, str], name: str) -> str:
    if name not in names:
        one = next(one for one in old.whens if one.id == name)
        same = next((other for other in whens if (other.span, other.value) == (one.span, one.value)), None)
        if same is None:
            same = replace(one, id=_free("w", [other.id for other in whens]), anchor=None)
            whens.append(same)
        names[name] = same.id
    return names[name]


def _free(letter: str, ids: Sequence[str]) -> str:
    taken = set(ids)
    return next(name for at in range(1, len(taken) + 2) if (name := f"{letter}{at}") not in taken)
