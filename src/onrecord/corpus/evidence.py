"""What two articles say of somebody beside the name: whether office, organisation and country agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from onrecord import data
from onrecord.corpus.names import organisation_name, spelled
from onrecord.kb.text import fold

# What agreement adds to and contradiction takes from NAME_ALONE; an office says as much as few hold it at a time. No
# office alone, nor any with the country alone unless few in a country hold it, brings a name to people.THRESHOLD.
NAME_ALONE = 0.5
SAME_OFFICE = {"top": 0.3, "one": 0.2, "few": 0.2, "many": 0.05, "any": 0.0}
SAME_CHARGE = 0.1  # "foreign" of the foreign minister, where few hold such an office
OTHER_CHARGE = 0.15  # ministers are moved from one ministry to another
SAME_BODY, SAME_COUNTRY = 0.35, 0.1
SAME_COMMON_BODY = 0.04  # the police, the Republican Party
BODY_IN_OFFICE = 0.1  # "board chair", and "chair" of the "Harbour Board"
OTHER_BODY, OTHER_COUNTRY = -0.35, -0.45
NO_OFFICE = -0.3  # a resident, a student: in every town there may be one of that name

_FEW = ("top", "one", "few")
_CHANGES = frozenset(("former", "acting", "designate", "now"))  # senses of qualifiers that leave an office the same one
_PREPOSITIONS = frozenset(("of", "for", "at", "in", "with", "to", "on"))


@dataclass(frozen=True, slots=True)
class Office:
    """An office in folded words: "former deputy minister of transport" → deputy minister, few, {transport}."""

    like: str
    held: str
    words: frozenset[str]


@lru_cache(maxsize=65536)
def office(text: str) -> Office | None:
    """Take an office apart; None where no word of it tells one."""
    small = data.words("determiners") | _PREPOSITIONS
    qualifiers = {row[0] for row in data.table("kb/qualifiers", 2) if row[1] in _CHANGES}
    words = [word for word in spelled(text) if word not in qualifiers]
    found = _head(words)
    if found is not None:
        start, end, like, held = found
        return Office(like, held, frozenset(words[:start] + words[end:]) - small)
    cut = next((at for at, word in enumerate(words) if word in _PREPOSITIONS), len(words))
    if not words[:cut]:
        return None
    return Office(words[cut - 1], "many", frozenset(words[: cut - 1] + words[cut:]) - small)


def same_country(a: str | None, b: str | None) -> float:
    """What two countries add: codes of ISO 3166-1, or names as the article gives them."""
    if not a or not b:
        return 0.0
    if (len(a) == 2) != (len(b) == 2):  # a code against a name tells nothing
        return 0.0
    if len(a) == 2:
        return SAME_COUNTRY if a == b else OTHER_COUNTRY
    return SAME_COUNTRY if _stem(a) == _stem(b) else OTHER_COUNTRY


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """An office and a body taken apart. ``common``: no word of the body tells one (or there is none)."""

    office: Office | None
    charge: frozenset[str]  # the office's words that may tell a charge
    body: tuple[str, ...]
    words: frozenset[str]  # of the body
    common: bool
    initials: str  # of the body


@lru_cache(maxsize=16384)  # of many profiles only the names differ
def work(office_: str | None, organisation: str | None) -> Work:
    """Take what is said of somebody's work apart."""
    found = office(office_ or "")
    body = organisation_name(organisation or "")
    idle = data.words("person_common_bodies")
    charge = found.words - idle if found else frozenset[str]()
    return Work(found, charge, body, frozenset(body), idle.issuperset(body), _initials(body))


def same_work(a: Work, b: Work) -> float:
    """What two add. "board chair" and "chair" of the "Harbour Board" are one."""
    first, second = a.office, b.office
    total = _same_body(a, b) if a.body and b.body else 0.0
    if first is None or second is None or first.like != second.like:
        same = 0.0
    else:
        same = _same_office(a, b)
        # the body may stand in the office's name
        if total == 0.0 and first.held in _FEW and not (a.body and b.body):
            total = BODY_IN_OFFICE if first.words & b.words or second.words & a.words else 0.0
    if (first is not None and first.held == "any") or (second is not None and second.held == "any"):
        return min(total, SAME_COMMON_BODY) + NO_OFFICE
    return total + same


def other_bodies(a: Work, b: Work) -> bool:
    """Whether the bodies told are two: then nothing else said brings a name to people.THRESHOLD."""
    if a.common or b.common or a.words <= b.words or b.words <= a.words:
        return False
    return not (a.initials in b.words or b.initials in a.words)


def grounds(one: Work) -> frozenset[str]:
    """What must have a word in common for two to bring a name to people.THRESHOLD.

    That takes one body, or one office that few hold: all else together adds less than 0.25.
    """
    told = set(one.words - data.words("person_common_bodies"))
    if len(one.body) > 1:
        told.add(one.initials)
    if one.office is not None and one.office.held in _FEW:
        told.add(f"office {one.office.like}")
    return frozenset(told)


def _same_office(a: Work, b: Work) -> float:
    """What one office adds, by what it is in charge of."""
    held = a.office.held if a.office else "any"
    charge_a, charge_b = a.charge, b.charge
    if held not in ("one", "few") or not charge_a or not charge_b:
        return SAME_OFFICE[held]
    if a.words or b.words:
        charge_a, charge_b = charge_a - a.words - b.words, charge_b - a.words - b.words
        if not charge_a or not charge_b:
            return SAME_OFFICE[held]
    return OTHER_CHARGE if charge_a.isdisjoint(charge_b) else SAME_OFFICE[held] + SAME_CHARGE


def _same_body(a: Work, b: Work) -> float:
    fewer, more = (a, b) if (len(a.body), a.body) <= (len(b.body), b.body) else (b, a)
    if fewer.words <= more.words:
        if fewer.common:
            return SAME_COMMON_BODY if a.body == b.body else 0.0  # "the party" may be any
        return SAME_BODY if a.body == b.body or len(fewer.body) > 1 else SAME_COMMON_BODY
    if len(fewer.body) == 1 and fewer.body[0] == more.initials:  # NHB, National Harbour Board
        return SAME_BODY
    return 0.0 if fewer.common else OTHER_BODY


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words)


def _head(words: list[str]) -> tuple[int, int, str, str] | None:
    """Where the longest known head of an office lies: before "of" if one does, the last there; its like, its number."""
    heads = _heads()
    cut = next((at for at, word in enumerate(words) if at and word in _PREPOSITIONS), len(words))
    for width in (4, 3, 2, 1):  # phrases that hold an "of" themselves: "chief of staff"
        for end in range(len(words) if width > 2 else cut, width - 1, -1):
            known = heads.get(" ".join(words[end - width : end]))
            if known is not None:
                return end - width, end, *known
    return None


@cache
def _heads() -> dict[str, tuple[str, str]]:
    return {fold(head): (like, held) for head, like, held in data.table("person_heads", 3)}


def _stem(country: str) -> str:
    """Enough of a name to hold "Carrow" and "Carrovian" together (as in entity/described.py)."""
    return fold(country).removeprefix("the ")[:5]
