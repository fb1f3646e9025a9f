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


def same_work(a: tuple[str | None, str | None], b: tuple[str | None, str | None]) -> float:
    """What two pairs of (office, organisation) add. "board chair" and "chair" of the "Harbour Board" are one."""
    first, second = office(a[0] or ""), office(b[0] or "")
    body_a, body_b = organisation_name(a[1] or ""), organisation_name(b[1] or "")
    total = _same_body(body_a, body_b)
    # the body may stand in the office's name
    if total == 0.0 and first and second and first.like == second.like and first.held in _FEW:
        shared = (first.words & set(body_b)) | (second.words & set(body_a))
        total = BODY_IN_OFFICE if shared and not (body_a and body_b) else 0.0
    if any(one is not None and one.held == "any" for one in (first, second)):
        return min(total, SAME_COMMON_BODY) + NO_OFFICE
    return total + _same_office(first, second, body_a + body_b)


def grounds(work: tuple[str | None, str | None]) -> frozenset[str]:
    """What must have a word in common for two pairs of (office, organisation) to bring a name to people.THRESHOLD.

    That takes one body, or one office that few hold: all else together adds less than 0.25.
    """
    found = office(work[0] or "")
    body = organisation_name(work[1] or "")
    told = {word for word in body if word not in data.words("person_common_bodies")}
    if len(body) > 1:
        told.add(_initials(body))
    if found is not None and found.held in _FEW:
        told.add(f"office {found.like}")
    return frozenset(told)


def _same_office(a: Office | None, b: Office | None, bodies: tuple[str, ...]) -> float:
    if a is None or b is None or a.like != b.like:
        return 0.0
    told = SAME_OFFICE[a.held]
    if a.held not in ("one", "few"):
        return told
    idle = data.words("person_common_bodies").union(bodies)
    charge_a, charge_b = a.words - idle, b.words - idle
    if charge_a and charge_b:
        return told + SAME_CHARGE if charge_a & charge_b else OTHER_CHARGE
    return told


def _same_body(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    if not a or not b:
        return 0.0
    common = data.words("person_common_bodies")
    fewer, more = sorted((a, b), key=lambda words: (len(words), words))
    if set(fewer) <= set(more):
        if all(word in common for word in fewer):
            return SAME_COMMON_BODY if a == b else 0.0  # "the party" may be any
        return SAME_BODY if a == b or len(fewer) > 1 else SAME_COMMON_BODY
    if len(fewer) == 1 and fewer[0] == _initials(more):  # NHB, National Harbour Board
        return SAME_BODY
    return 0.0 if all(word in common for word in fewer) else OTHER_BODY


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
