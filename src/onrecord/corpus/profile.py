"""What one article says of a person or an organisation, and how sure it is that two articles speak of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import NamedTuple

from onrecord.corpus.evidence import NAME_ALONE, Work, grounds, other_bodies, same_country, same_work, work
from onrecord.corpus.names import (
    VARIANT,
    PersonName,
    contradict,
    given_letter,
    is_proper,
    organisation_name,
    person_likeness,
    person_name,
    surname_key,
)
from onrecord.types import Entity, EntityType

Pair = tuple[str, str]
Bits = int  # a set of the members of a circle, by their numbers

THRESHOLD = 0.75
"""From which two profiles are one. A name alone has 0.5; set so that no pair of tests/corpus/pairs.tsv is joined
wrongly, see docs/decisions/009-people-and-copies.md."""

_NO_QID = 0.99  # the most that anything but a QID can tell
_ONE_OF_A_STATE = THRESHOLD - NAME_ALONE  # what its state adds to a body's name: it has one "Harbour Board"


@dataclass(frozen=True, slots=True)
class Profile:
    """A named person or organisation as one article gives them; equal profiles are one.

    ``qid``, ``office``, ``organisation`` and ``country`` are as in ``Entity``. ``scope`` is the article's key where
    these would not tell two namesakes apart ("Jan Hale", "Jan Hale, a spokesman", "Hale, the mayor of Tarn"), so that
    those of two articles are two profiles; else None.
    """

    name: str
    type: EntityType
    qid: str | None
    office: str | None
    organisation: str | None
    country: str | None
    scope: str | None

    @property
    def bare(self) -> bool:
        """Whether nothing but the name is known."""
        return not (self.qid or self.office or self.organisation or self.country)


def profile_of(entity: Entity, article: str) -> Profile | None:
    """The profile of an entity of ``article`` (its key); None for what is no named person or organisation.

    That are groups, places, pronouns and common nouns ("the minister", "his friends"). What has a QID is named.
    """
    if entity.type not in ("person", "organisation"):
        return None
    named = person_name(entity.name) is not None if entity.type == "person" else is_proper(entity.name)
    if not named and not entity.qid:
        return None
    told = Profile(
        name=entity.name,
        type=entity.type,
        qid=entity.qid or None,
        office=entity.office or None,
        organisation=entity.organisation or None,
        country=entity.country or None,
        scope=None,
    )
    return told if told_apart(traits(told)) else replace(told, scope=article)


def key(profile: Profile) -> str:
    """A profile's stable name: 32 hexadecimal digits, the same for equal profiles wherever and whenever it is made."""
    fields = (
        profile.name,
        profile.type,
        profile.qid,
        profile.office,
        profile.organisation,
        profile.country,
        profile.scope,
    )
    told = "\x1f".join("\x00" if field is None else field for field in fields)
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def block(profile: Profile) -> str:
    """What is the same for all profiles whose names may be one: "person:lindqvist:m", "organisation:harbour board".

    Profiles of different blocks can be one only by their QID or by a person's judgement.
    """
    if profile.type == "organisation":
        return f"organisation:{' '.join(organisation_name(profile.name))}"
    name = person_name(profile.name)
    if name is None or not name.full:  # never joined by name: any key will do
        return f"person:{profile.name.casefold()}"
    return f"person:{surname_key(name)}:{given_letter(name)}"


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What is compared of a profile, taken apart."""

    type: EntityType
    name: PersonName | tuple[str, ...] | None
    work: Work
    country: str | None
    qid: str | None


class Likeness(NamedTuple):
    """How two profiles stand: their score; whether they are at odds; whether they are one, spelt out.

    ``odd``: names, states or bodies speak against it, QIDs aside. ``spelt``: without their QIDs, and by more than an
    initial, they are one.
    """

    score: float
    odd: bool
    spelt: bool


@lru_cache(maxsize=4096)
def traits(profile: Profile) -> Traits:
    """Take a profile apart."""
    name = organisation_name(profile.name) if profile.type == "organisation" else person_name(profile.name)
    return Traits(profile.type, name, work(profile.office, profile.organisation), profile.country, profile.qid)


def score(a: Profile, b: Profile) -> float:
    """How sure it is that two profiles are one, in [0, 1]; at THRESHOLD they are taken for one.

    Same QID: 1.0; different QIDs or types, names that cannot be one, and a surname alone: 0.0.
    """
    if a == b:
        return 1.0
    return Comparison(traits(a)).to(traits(b)).score


class Comparison:
    """How one profile stands to others: what many share, a name, an office and body, is compared once."""

    def __init__(self, one: Traits) -> None:
        self._one = one
        # By identity, since hashing is dear: equal names that were taken apart twice are compared twice.
        self._names: dict[int, tuple[float, bool]] = {}
        self._works: dict[int, float] = {}
        self._places: dict[str | None, tuple[float, bool]] = {}

    def to(self, other: Traits) -> Likeness:
        """How it stands to another."""
        one = self._one
        if other.type != one.type:
            return _STRANGERS
        name = self._names.get(id(other.name))
        if name is None:
            name = self._names[id(other.name)] = _same_name(one.name, other.name)
        told = self._works.get(id(other.work))
        if told is None:
            told = self._works[id(other.work)] = same_work(one.work, other.work)
        place = self._places.get(other.country)
        if place is None:
            place = self._places[other.country] = _same_place(one, other)
        found = _likeness(name, told, place)
        if one.qid and other.qid:
            return _BY_QID[one.qid == other.qid, found.odd, found.spelt]
        return found


_STRANGERS = Likeness(0.0, odd=True, spelt=False)
_BY_QID = {told: Likeness(float(told[0]), *told[1:]) for told in product((False, True), repeat=3)}


@lru_cache(maxsize=4096)
def _likeness(name: tuple[float, bool], told: float, place: tuple[float, bool]) -> Likeness:
    (likely, contrary), (here, abroad) = name, place
    told += here
    total = max(0.0, min(_NO_QID, round(likely * (NAME_ALONE + told), 4))) if likely else 0.0
    return Likeness(total, odd=contrary or abroad or told < 0, spelt=total >= THRESHOLD and likely >= VARIANT)


def own_score(one: Traits) -> float:
    """The score of two profiles that say the same."""
    return Comparison(one).to(one).score


def told_apart(one: Traits) -> bool:
    """Whether what is said tells namesakes apart: whether two of whom it is said are taken for one."""
    return own_score(one) >= THRESHOLD


def comparable_by(profile: Profile) -> frozenset[str]:
    """Two profiles of one block score THRESHOLD or more only if they have one of these in common."""
    told = grounds(work(profile.office, profile.organisation))
    if profile.type == "organisation" and profile.country:
        return told | {f"country {profile.country}"}
    return told


def _same_place(a: Traits, b: Traits) -> tuple[float, bool]:
    """What two states add or take, and whether they speak against one person or body."""
    here = same_country(a.country, b.country)
    if a.type == "organisation" and a.country and a.country == b.country:
        return _ONE_OF_A_STATE, here < 0
    return here, here < 0


def _same_name(a: PersonName | tuple[str, ...] | None, b: PersonName | tuple[str, ...] | None) -> tuple[float, bool]:
    """What two names are worth as one's, and whether one cannot bear both."""
    if isinstance(a, PersonName) and isinstance(b, PersonName):
        return person_likeness(a, b), contradict(a, b)
    return (1.0 if a is not None and a == b else 0.0), False


@dataclass(slots=True, eq=False)
class Description:
    """Profiles that say the same but for spelling ("Dr. Mara Lindqvist"), and so stand alike to all others.

    ``place`` is their block, ``grounds`` what they can be compared by there; ``keys`` lead to names, ``first`` is the
    smallest. A profile that a person has judged is a description of its own.
    """

    traits: Traits
    place: str
    grounds: frozenset[Pair]
    scoped: bool
    judged: bool
    keys: dict[str, str]
    first: str
    circle: Circle | None = None


class Crowd:
    """Profiles, and the circles of those that a chain of likeness, QIDs and judgements leads to from one another.

    Only a circle's own profiles bear on who of them is one. More may be added at any time.
    """

    def __init__(self, judged: Iterable[Pair] = ()) -> None:
        self.known: dict[str, Description] = {}
        self.partners: dict[str, set[str]] = {}  # key → whom a person has judged it with
        for one, other in judged:
            self.partners.setdefault(one, set()).add(other)
            self.partners.setdefault(other, set()).add(one)
        self._same: dict[object, Description] = {}
        self._by_ground: dict[Pair, dict[tuple[str, ...], list[Description]]] = {}
        self._by_qid: dict[str, list[Description]] = {}

    def add(self, name: str, profile: Profile) -> None:
        """Add a profile by its key; one that is known is passed over."""
        if name in self.known:
            return
        place = block(profile)
        grounds = frozenset((place, ground) for ground in comparable_by(profile))
        scoped, judged = profile.scope is not None, name in self.partners
        new = Description(traits(profile), place, grounds, scoped, judged, {}, name)
        one = self._same.setdefault(self._told(name, new), new)
        if one is new:
            for ground in grounds:
                self._by_ground.setdefault(ground, {}).setdefault(new.traits.work.body, []).append(new)
            if new.traits.qid:
                self._by_qid.setdefault(new.traits.qid, []).append(new)
        one.keys[name] = profile.name
        if name < one.first:
            one.first = name
            if one.circle:
                one.circle.settled = None  # of two links as good, the one of the smaller key is taken first
        self.known[name] = one

    def circle(self, name: str) -> Circle:
        """The circle of a known profile, by its key."""
        start = self.known[name]
        if start.circle is not None:
            return start.circle
        found, seen, whole = [start], {start}, list[Circle]()
        for one in found:
            self.reach(one)
            for other in self._near(one, seen):
                if other in seen:
                    continue
                if other.circle is None:
                    seen.add(other)
                    found.append(other)
                else:
                    whole.append(other.circle)
                    seen.update(other.circle.members)
        kept = max(whole, key=lambda circle: len(circle.members), default=Circle())
        for one in [one for circle in whole if circle is not kept for one in circle.members] + found:
            kept.add(one)
        return kept

    def reach(self, one: Description) -> None:
        """Add what might be near; for a crowd that holds only those who were asked for, and overrides this."""

    def remove(self, name: str) -> None:
        """Take a known profile out, by its key; whom it held together may fall apart."""
        one = self.known.pop(name)
        del one.keys[name]
        one.first = min(one.keys, default=name)
        if one.circle:
            one.circle.settled = None
        if one.keys:
            return
        for member in one.circle.members if one.circle else ():
            member.circle = None
        del self._same[self._told(name, one)]
        for ground in one.grounds:
            self._by_ground[ground][one.traits.work.body].remove(one)
        if one.traits.qid:
            self._by_qid[one.traits.qid].remove(one)

    def _told(self, name: str, one: Description) -> object:
        """What is the same for all profiles of a description. Whom a person has judged is one of its own."""
        told = one.traits
        if name in self.partners:
            return name
        return one.place, told.type, told.name, told.work.office, told.work.body, told.country, told.qid, one.scoped

    def _near(self, one: Description, but: set[Description]) -> Iterator[Description]:
        """Those whom one step leads to from there, but for some; their set may grow meanwhile."""
        yield from (self.known[name] for name in self.partners.get(one.first, ()) if name in self.known)
        yield from self._by_qid.get(one.traits.qid or "", ())
        asked = set[Description]()
        for ground in one.grounds:
            for others in self._by_ground[ground].values():
                if others and not other_bodies(one.traits.work, others[0].traits.work):
                    asked.update(others)
        comparison = Comparison(one.traits)
        for other in asked:  # by now there may be more whom nothing is asked of
            if other in but or (one.scoped and other.scoped):
                continue
            if comparison.to(other.traits).score >= THRESHOLD:
                yield other


class Circle:
    """Descriptions that a chain leads to from one another, numbered, and how each stands to each.

    ``near[n]``: score → who links to member n by it; ``odd[n]``, ``spelt[n]``: as in ``Likeness``.
    """

    def __init__(self) -> None:
        self.members: list[Description] = []
        self.near: list[dict[float, Bits]] = []
        self.odd: list[Bits] = []
        self.spelt: list[Bits] = []
        self.settled: object | None = None  # what ``people`` found of who is one, before the last were added

    def add(self, one: Description) -> None:
        """Take in another."""
        bit, near = 1 << len(self.members), dict[float, Bits]()
        odd = spelt = 0
        comparison = Comparison(one.traits)
        for at, other in enumerate(self.members):
            score, at_odds, spelt_out = comparison.to(other.traits)
            if at_odds:
                odd |= 1 << at
                self.odd[at] |= bit
            if spelt_out:
                spelt |= 1 << at
                self.spelt[at] |= bit
            linked = score >= THRESHOLD and not (one.scoped and other.scoped)
            if linked and not one.grounds.isdisjoint(other.grounds):
                near[score] = near.get(score, 0) | 1 << at
                self.near[at][score] = self.near[at].get(score, 0) | bit
        self.members.append(one)
        self.near.append(near)
        self.odd.append(odd)
        self.spelt.append(spelt)
        one.circle = self
