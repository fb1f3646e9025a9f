"""Role phrases as news writes them → offices: "the leaders of France and the U.K.", "former French president".

Every word of a phrase must be understood, else there is no office: "the French president's spokesman" and "the wife of
the prime minister" hold a word that no list has, and are nobody's office. A deputy is told from the minister.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from onrecord import data
from onrecord.kb.places import bodies, find_body, find_state
from onrecord.kb.text import key
from onrecord.kb.types import OfficeRef

_COUNTRY = re.compile(r"\bU\.?S\b")  # "us" is a pronoun
_SENATE = "upper_house"
_LONGEST_PLACE = 9  # words: "UK of Great Britain and Northern Ireland"
# What a title is made of, beside the office itself: "Secretary of Agriculture", "Minister for Women and Equality".
_TITLE = re.compile(
    r"\b(?:minister|secretary|director|leader|whip|justice|chief of staff|advis[eo]r|attorney general)\b"
)


@dataclass(frozen=True, slots=True)
class _Role:
    role: str
    style: str
    only: frozenset[str]
    implied: str
    plural: bool


def parse(phrase: str) -> tuple[OfficeRef, ...]:
    """The offices that ``phrase`` names, one for each state or body in it; none where any word is not understood."""
    tokens = key(phrase.strip().strip(',.;:"“”()')).split()
    if "us" in tokens and not _COUNTRY.search(phrase):
        return ()
    marks, tokens = _qualifiers(tokens)
    if not tokens or len(tokens) > 16:
        return ()
    for refs in _readings(tokens):
        if refs:
            return tuple(_marked(ref, marks) for ref in refs)
    return ()


def _marked(ref: OfficeRef, marks: frozenset[str]) -> OfficeRef:
    """The office with what its qualifiers say of the holder."""
    former, acting, designate, deputy = (mark in marks for mark in ("former", "acting", "designate", "deputy"))
    return replace(ref, former=former, acting=acting, designate=designate, deputy=deputy)


def _qualifiers(tokens: list[str]) -> tuple[frozenset[str], list[str]]:
    """Take the qualifiers out, wherever they stand; "deputy" only where no office's own name begins with it."""
    marks: set[str] = set()
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        width = _place_width(tokens, at)
        if width > 1:  # "New Zealand" is not newly anything
            kept += tokens[at : at + width]
            at += width
            continue
        two, one = " ".join(tokens[at : at + 2]), tokens[at]
        sense, width = (_senses()[two], 2) if two in _senses() else (_senses().get(one, ""), 1)
        if sense == "deputy" and any(" ".join(tokens[at : at + n]) in _roles() for n in (2, 3)):
            sense = ""
        if not sense:
            kept.append(one)
        elif sense != "now":
            marks.add(sense)
        at += width
    return frozenset(marks), kept


def _place_width(tokens: list[str], at: int) -> int:
    """How many words of a place begin at a word; 0 for none."""
    widths = range(min(4, len(tokens) - at), 1, -1)
    return next((width for width in widths if _place(" ".join(tokens[at : at + width]))), 0)


def _readings(tokens: list[str]) -> Iterator[list[OfficeRef]]:
    """Ways to part the words into places and an office, the likeliest first."""
    yield _offices(" ".join(tokens), [])
    for at in range(len(tokens) - 1, 0, -1):
        if tokens[at] in ("of", "for") and at + 1 < len(tokens):
            places = _segment(tokens[at + 1 :])
            if places:
                yield _offices(" ".join(tokens[:at]), places)
    for at in range(min(len(tokens) - 1, _LONGEST_PLACE), 0, -1):
        places = _segment(tokens[:at])
        if places:
            yield _offices(" ".join(tokens[at:]), places) or _titled(tokens, at, places)
    yield _title_alone(tokens)


def _segment(tokens: list[str]) -> list[str]:
    """The places in "france and united kingdom": codes of states, names of bodies; none if a word is left over."""
    found: list[str] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == "and" and found and at + 1 < len(tokens):
            at += 1
        for width in range(min(_LONGEST_PLACE, len(tokens) - at), 0, -1):
            place = _place(" ".join(tokens[at : at + width]))
            if place:
                found.append(place)
                at += width
                break
        else:
            return []
    return found


@cache
def _place(name: str) -> str | None:
    state = find_state("U.S." if name == "us" else name)
    if state:
        return "EU" if name == "brussels" else state.code
    body = find_body(name)
    return body.name if body and body.name not in data.words("kb/outlets") else None


def _offices(words: str, places: list[str]) -> list[OfficeRef]:
    """The office of that name in each of the places, if all of them can have it."""
    choices = _roles().get(words, ())
    if not places:
        alone = [one for one in choices if one.role != "body"]
        one = next((one for one in alone if one.implied), alone[0] if alone else None)
        return [_ref(one, one.implied or None)] if one else []
    found = [next(filter(None, (_at(one, place) for one in choices)), None) for place in places]
    if not all(found):
        return []
    # "the foreign ministers of Germany and Poland": one in each
    return [replace(ref, plural=ref.plural and len(places) == 1) for ref in found if ref]


def _at(one: _Role, place: str) -> OfficeRef | None:
    """A role at a place, if it has it: no state has a director general, and only the United States a House speaker."""
    body = bodies().get(place)
    if body is None:
        if one.role == "body":
            return OfficeRef("igo_head", "EU", plural=one.plural) if place == "EU" else None
        return None if one.only and place not in one.only else _ref(one, place)
    if one.only and not {place, body.place} & one.only:
        return None
    if body.kind in ("parliament", _SENATE):
        if one.role not in ("body", "speaker", "upper_speaker", "head"):
            return None
        role = "upper_speaker" if body.kind == _SENATE else "speaker"
        whose = body.place if body.place and body.place in _states() and body.place != "EU" else place
        return OfficeRef(role, whose, plural=one.plural)
    if body.kind == "bank" and body.place and body.place != "EU":
        return OfficeRef("central_bank", body.place, plural=one.plural) if one.role in ("body", "head") else None
    if body.place in _states() and body.place != "EU":
        return None  # the head of an agency or a ministry is found by the title, if at all
    if one.role in ("body", "leader") or (one.role == "head" and one.style == "president"):
        return OfficeRef("igo_head", place, plural=one.plural)
    return None


def _ref(one: _Role, place: str | None) -> OfficeRef:
    return OfficeRef(one.role, place, one.style, plural=one.plural)


def _titled(tokens: list[str], at: int, places: list[str]) -> list[OfficeRef]:
    """An office without a role of its own: "British health secretary", "CIA director", "White House chief of staff"."""
    if len(places) != 1 or not _TITLE.search(" ".join(tokens[at:])):
        return []
    body = bodies().get(places[0])
    place = body.place if body else places[0]
    # a demonym is no part of the title; the name of an agency or a house is
    state = find_state(" ".join(tokens[:at]))
    words = tokens[at:] if state and state.sense != "metonym" else tokens
    return [OfficeRef("title", place, title=" ".join(words))] if place in _states() else []


def _title_alone(tokens: list[str]) -> list[OfficeRef]:
    """As in "the health minister": an office of whatever state the context gives."""
    words = " ".join(tokens)
    return [OfficeRef("title", None, title=words)] if _TITLE.search(words) and len(tokens) <= 8 else []


@cache
def _states() -> frozenset[str]:
    return data.words("kb/states")


@cache
def _senses() -> dict[str, str]:
    return {row[0]: row[1] for row in data.table("kb/qualifiers", 2)}


@cache
def _roles() -> dict[str, tuple[_Role, ...]]:
    found: dict[str, list[_Role]] = {}
    for phrase, role, style, only, implied, _note in data.table("kb/roles", 6):
        where = frozenset(only.split("|")) if only else frozenset()
        for words, plural in ((phrase, False), (_plural(phrase), True)):
            found.setdefault(words, []).append(_Role(role, style, where, implied, plural))
    # a narrow meaning before a wide one: "chancellor" of Britain and of Germany, "leader" of a state and of a body
    return {words: tuple(sorted(roles, key=lambda one: not one.only)) for words, roles in found.items()}


def _plural(phrase: str) -> str:
    """So: "minister of finance" → "ministers of finance", "secretary general" → "secretaries general"."""
    head, *rest = re.split(r"( of | general)", phrase, maxsplit=1)
    head = re.sub(r"y$", "ie", head) + "s" if not head.endswith(("man", "chief of staff")) else head[:-2] + "en"
    return head + "".join(rest)
