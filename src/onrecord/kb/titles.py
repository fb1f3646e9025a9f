"""Titles of offices as sources write them → the roles of ``roles.tsv``: by ``titles.tsv``, and the words for heads."""

from __future__ import annotations

import re
from functools import cache

from onrecord import data
from onrecord.kb.places import states
from onrecord.kb.text import fold, style

_HEAD = re.compile(
    r"(?:acting |interim |federal )?(?:president|prime minister|premier|chancellor|taoiseach|king|queen|monarch|emir"
    r"|sultan|emperor|pope|supreme leader|head of (?:state|government))(?: of .*)?",
    re.I,
)
_MINISTER = re.compile(r"(?:federal |union )?(?:minister|secretary) (?:of|for) (?!state).+", re.I)
_OF = re.compile(r".*?\b(?:president|premier|prime minister|chancellor|king|queen|monarch|emir|sultan|emperor) of (.+)")
_GOVERNMENT = re.compile(r"republic|council of (?:ministers|state)|government|confederation|state council|presidency")


def role_of(title: str, place: str) -> str:
    """The role that an office of a state or body has by its title; empty for one that is not kept."""
    for role, pattern in _patterns(place):
        if pattern.fullmatch(title):
            if title.lower() == "secretary of state" and place not in ("US", "VA"):
                return ""
            return "" if role == "-" else role
    if _HEAD.fullmatch(title) and place in states() and whole(title, place):
        return "head_of_government" if style(title) == "prime_minister" else "head_of_state"
    return "minister_other" if _MINISTER.fullmatch(title) else ""


def whole(title: str, place: str) -> bool:
    """Whether a head's title is the state's and not a region's or an assembly's: "Premier of South Australia"."""
    of = _OF.fullmatch(title.lower())
    if not of or of[1] == "the":  # cut off after "of the" in one source
        return True
    return bool(_own(place) & set(fold(of[1]).split())) or bool(_GOVERNMENT.search(of[1]))


@cache
def _own(place: str) -> frozenset[str]:
    """The words of a state's names."""
    rows = (row for row in data.table("kb/states", 8) if row[0] == place)
    return frozenset(word for row in rows for word in fold(f"{row[1]} {row[4]}".replace("|", " ")).split())


@cache
def _patterns(place: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    own = re.escape(states().get(place, (place, None, ""))[0].removeprefix("The "))
    named = rf"(?:the )?(?:republic of (?:the )?)?{own}"
    # Wikidata names the state in every office: "Minister of Defence of Freedonia"
    return tuple(
        (role, re.compile(f"(?:{pattern.replace('{state}', named)})(?: of {named})?", re.I))
        for role, pattern, _example in data.table("kb/titles", 3)
    )
