"""The roles that people are given beside their names: "foreign minister Anna Lind", "Lind, the minister"."""

from __future__ import annotations

import re
from functools import cache

from onrecord import data
from onrecord.speaker.names import Run, known_titles

_ROLE_WINDOW = 70  # characters beside a name in which its role is read
_LOWER_BEFORE = re.compile(r"((?:[a-z]+(?:-[a-z]+)* ){1,4})\Z")
_APPOSED = re.compile(
    r",? (?:the |a |an |its |his |her |their |[^\W\d_]+[’']s )?"
    r"((?:[^\W\d_]+(?:-[^\W\d_]+)* ){0,4}?[^\W\d_]+(?:-[^\W\d_]+)*)"
    r"(?=[,.;]| of | for | in | at | from | who | and )"
)
_ROLE_THEN_COMMA = re.compile(
    r"((?:(?!(?:of|for|in|at)\b)[a-z]+(?:-[a-z]+)* ){0,3}(?!(?:of|for|in|at)\b)[a-z]+(?:-[a-z]+)*)"
    r"(?: (?:of|for|in|at) [^,.;\n]{1,40})?, \Z"
)


def roles_beside(text: str, run: Run) -> frozenset[str]:
    """Role words that a name is given where it stands: titles, "foreign minister | Lind", "Lind, | the minister"."""
    found = {known_titles()[title][1] for title in run.titles} - {"-"}
    line = text.rfind("\n", max(0, run.start - _ROLE_WINDOW), run.start) + 1
    low = max(line, run.start - _ROLE_WINDOW)
    before = text[low : run.start]
    for title in reversed(run.titles):  # "the governor, Sheikh | Hamid al-Sarraf"
        before = before.removesuffix(f"{title} ")
    apposed = before.endswith(", ")
    # Only where a role stands before: that spares most runs the search.
    if apposed or (before[-2:-1].islower() and before[:-1].rpartition(" ")[2] in known_roles()):
        match = (_ROLE_THEN_COMMA if apposed else _LOWER_BEFORE).search(before)
        if match is not None and match.group(1).split()[-1] in known_roles():
            found |= _role_words(match.group(1))
    if text.startswith(", ", run.end):
        match = _APPOSED.match(text, run.end, run.end + _ROLE_WINDOW)
        words = match.group(1).split() if match else []
        if match and words[-1].lower() in known_roles():
            found |= _role_words(match.group(1))
    return frozenset(found)


def _role_words(phrase: str) -> set[str]:
    words = phrase.lower().split()
    opening = max((i + 1 for i, word in enumerate(words) if word in data.words("determiners")), default=0)
    return {word for word in words[opening:] if not word.endswith("ly")}


@cache
def known_roles() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Role → (gender or "", wider words for it)."""
    return {role: (gender, tuple(wider.split())) for role, gender, wider in data.table("roles", 3)}


def widened(roles: frozenset[str]) -> set[str]:
    """Role words and the wider words for them: a senator is a lawmaker too."""
    return set(roles).union(*(known_roles().get(word, ("", ()))[1] for word in roles))
