"""What one article says of a person or an organisation, and how sure it is that two articles speak of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from onrecord.corpus.evidence import NAME_ALONE, grounds, same_country, same_work
from onrecord.corpus.names import (
    VARIANT,
    contradict,
    given_letter,
    is_proper,
    organisation_name,
    person_likeness,
    person_name,
    surname_key,
)
from onrecord.types import Entity, EntityType

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
    return told if told.qid or _alike(told, told) >= THRESHOLD else replace(told, scope=article)


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


def score(a: Profile, b: Profile) -> float:
    """How sure it is that two profiles are one, in [0, 1]; at THRESHOLD they are taken for one.

    Same QID: 1.0; different QIDs or types, names that cannot be one, and a surname alone: 0.0.
    """
    if a == b:
        return 1.0
    if a.type != b.type:
        return 0.0
    if a.qid and b.qid:
        return 1.0 if a.qid == b.qid else 0.0
    return _alike(a, b)


def at_odds(a: Profile, b: Profile) -> bool:
    """Whether names, states or bodies speak against two profiles being one; QIDs aside."""
    if a.type == b.type == "person":
        first, second = person_name(a.name), person_name(b.name)
        if first and second and contradict(first, second):
            return True
    return a.type != b.type or same_country(a.country, b.country) < 0 or _told(a, b) < 0


def one_spelt_out(a: Profile, b: Profile) -> bool:
    """Whether two profiles are one by more than an initial."""
    return _alike(a, b) >= THRESHOLD and (a.type == "organisation" or _same_person(a.name, b.name) >= VARIANT)


def comparable_by(profile: Profile) -> frozenset[str]:
    """Two profiles of one block score THRESHOLD or more only if they have one of these in common."""
    if profile.type == "organisation" and profile.country:
        return grounds((profile.office, profile.organisation)) | {f"country {profile.country}"}
    return grounds((profile.office, profile.organisation))


def _alike(a: Profile, b: Profile) -> float:
    """The score of two profiles by anything but QIDs."""
    if a.type == "organisation":
        name = 1.0 if organisation_name(a.name) == organisation_name(b.name) else 0.0
    else:
        name = _same_person(a.name, b.name)
    if not name:
        return 0.0
    return max(0.0, min(_NO_QID, round(name * (NAME_ALONE + _told(a, b)), 4)))


def _told(a: Profile, b: Profile) -> float:
    """What is said beside the name adds or takes."""
    told = same_work((a.office, a.organisation), (b.office, b.organisation))
    if a.type == "organisation" and a.country and a.country == b.country:
        return told + _ONE_OF_A_STATE
    return told + same_country(a.country, b.country)


@lru_cache(maxsize=65536)
def _same_person(a: str, b: str) -> float:
    first, second = person_name(a), person_name(b)
    return person_likeness(first, second) if first and second else 0.0
