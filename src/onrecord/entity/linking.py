"""An entity and the world: the person, office, state or body of the knowledge base, on the article's day.

Nothing below ``kb.LINK`` is linked, and what two facts would answer is left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from onrecord import data
from onrecord.entity.described import Described
from onrecord.kb import LINK, Candidate, Facts, OfficeRef
from onrecord.kb.places import states


@dataclass(frozen=True, slots=True)
class Known:
    """What the knowledge base says of an entity. ``country`` is an ISO 3166-1 alpha-2 code."""

    name: str
    qid: str | None
    office: str | None = None
    organisation: str | None = None
    country: str | None = None


def person(
    facts: Facts, name: str, phrases: Sequence[str], described: Sequence[Described], around: Around
) -> Known | None:
    """Who a named person is.

    A full name is looked up, and must be borne out: by an office that the article gives them, or, where it gives none
    that speaks against it, by the country or body that they serve on that day. A surname needs an office beside it
    whose holder bears it ("German Chancellor Scholz").
    """
    if len(name.split()) > 1:
        found = [c for c in facts.people(name, around.on) if c.score >= LINK or (around.on is None and c.qid)]
        places = {place for one in described if one.of and (place := place_code(facts, one.of))}
        if places and len({c.qid or c.person for c in found}) > 1:
            found = [c for c in found if c.place in places]
        if len({c.qid or c.person for c in found}) == 1 and _borne_out(facts, found, described, around):
            who = known(found[0])
            # Who it is holds on any day; which office only on the article's.
            return who if around.on is not None else Known(who.name, who.qid, country=who.country)
    if around.on is None:
        return None
    surname = name.split()[-1]
    holders = [c for phrase in phrases for c in holder(facts, phrase, around.on) if surname in c.person.split()]
    holders = holders or _entitled(facts, surname, phrases, around.on)
    return known(holders[0]) if len({c.qid or c.person for c in holders}) == 1 else None


@dataclass(frozen=True, slots=True)
class Around:
    """What an article tells of the world around a name: its day, and the states (codes) and bodies it speaks of."""

    on: date | None
    places: frozenset[str]


def _borne_out(facts: Facts, found: Sequence[Candidate], described: Sequence[Described], around: Around) -> bool:
    """Whether the article's words agree with who bears the name in the knowledge base: there are many Paul Martins."""
    qid = found[0].qid
    offices = [*found, *(facts.person(qid) if qid else ())]
    titles = {word for one in offices for word in one.title.lower().replace(",", " ").split()}
    heads = [one.office.lower().split()[-1].removesuffix("s") for one in described]
    if any(head in titles for head in heads):
        return True
    if any(head not in _political() for head in heads):
        return False
    serves = [one for one in found if one.role]
    return around.on is not None and any(one.place in around.places for one in serves)


@cache
def _political() -> frozenset[str]:
    """Roles that any politician may be given."""
    wide = {"politician", "official", "leader", "lawmaker", "legislator"}
    return frozenset(row[0] for row in data.table("roles", 3) if row[0] in wide or wide.intersection(row[2].split()))


def _entitled(facts: Facts, surname: str, phrases: Iterable[str], on: date) -> list[Candidate]:
    """Who of that surname holds, anywhere on that day, an office of the title beside it: "President Trump"."""
    refs = [ref for phrase in phrases for ref in facts.parse(phrase) if ref.place is None and _plain(ref)]
    namesakes = {c.place for c in facts.people(surname, on) if c.fresh and surname in c.person.split()} if refs else ()
    held = (c for ref in refs for place in namesakes for c in facts.resolve(replace(ref, place=place), on))
    return [c for c in held if c.score >= LINK and surname in c.person.split()]


def _plain(ref: OfficeRef) -> bool:
    return not (ref.former or ref.designate or ref.deputy or ref.plural)


def holder(facts: Facts, phrase: str, on: date | None) -> list[Candidate]:
    """Who holds the office that a phrase names, beyond doubt; several where the phrase names several offices."""
    words = phrase.lower().split()
    if on is None or not words or not data.words("roles").intersection(_singulars(words)):
        return []
    found = [c for c in facts.look_up(phrase, on) if c.score >= LINK]
    by_place: dict[tuple[str, str], list[Candidate]] = {}
    for one in found:
        by_place.setdefault((one.role, one.place), []).append(one)
    return [rows[0] for rows in by_place.values() if len({c.qid or c.person for c in rows}) == 1]


def _singulars(words: list[str]) -> set[str]:
    bare = {word.strip(".,'’") for word in words}
    return bare | {word.removesuffix("s") for word in bare}


def body(facts: Facts, name: str, near: str | None) -> Known | None:
    """What organisation a name is; ``near`` is the country that the article speaks of beside it."""
    found = facts.body(name, near)
    if found is None:
        return None
    return Known(found.name, found.qid, country=found.place if found.place in states() else None)


def place(facts: Facts, name: str) -> Known | None:
    """What state a name is, or lies in where it is a capital."""
    found = facts.place(name)
    if found is None:
        return None
    return Known(found.name, found.qid if found.sense in ("name", "alias") else None, country=found.code)


def place_code(facts: Facts, name: str) -> str | None:
    """The code of the state that a name or a demonym stands for."""
    found = facts.place(name)
    return found.code if found else None


def known(found: Candidate) -> Known:
    """What a candidate makes an entity."""
    state = found.place if found.place in states() else None
    return Known(
        name=found.person,
        qid=found.qid,
        office=found.title or None,
        organisation=None if state or not found.place else found.place,
        country=state,
    )
