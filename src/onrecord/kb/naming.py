"""Names of persons → their keys: accents and letter case aside, initials left out, "Joe" and "Joseph" made one."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, cached_property

from onrecord import data
from onrecord.kb.tables import Tables
from onrecord.kb.text import bare, fold

FULL, SHORT, SURNAME = 0.95, 0.8, 0.3
"""The name as written; without initials, suffixes and under another given name; by the last word alone."""

# Zelensky, Zelenskyy and Zelenskiy; Sergei and Sergey: transliterations end as they please.
_ENDING = re.compile(r"(?:yy|iy|ii|yi|ei|ey|ij|i)$")


class Names:
    """An index of every spelling in the tables, made when first used."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, name: str) -> tuple[float, tuple[str, ...]]:
        """How well the best match matches, and the keys of all persons that match so well."""
        full = fold(name)
        parts = bare(full)
        if not parts:
            return 0.0, ()
        # each index is made when the one before has not the name
        found = self._full.get(full)
        if found:
            return FULL, tuple(sorted(found))
        found = self._short.get(_short(parts)) if len(parts) > 1 else None
        if found:
            return SHORT, tuple(sorted(found))
        found = self._surnames.get(full) if len(full.split()) == len(parts) <= 3 else None
        if found:
            return SURNAME, tuple(sorted(found))
        return 0.0, ()

    @cached_property
    def _spellings(self) -> tuple[tuple[str, str], ...]:
        """Key and folded name, of every spelling; surnames without more ("~~") are no names to look up."""
        spelled = ((key, names) for key, names in self._tables.spellings() if not key.startswith("~~"))
        return tuple((key, name) for key, names in spelled for name in names)

    @cached_property
    def _full(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, name in self._spellings:
            found.setdefault(name, set()).add(key)
        return found

    @cached_property
    def _short(self) -> dict[tuple[str, ...], set[str]]:
        found = defaultdict(set)
        for key, name in self._spellings:
            parts = bare(name)
            if len(parts) > 1:
                found[_short(parts)].add(key)
        return found

    @cached_property
    def _surnames(self) -> dict[str, set[str]]:
        """By the last word, and by the last two or three where particles come before it: "von der leyen"."""
        found = defaultdict(set)
        for key, name in self._spellings:
            parts = bare(name)
            for width in (1, 2, 3):
                if len(parts) > width or (len(parts) == width == 1):
                    found[" ".join(parts[-width:])].add(key)
        return found


def _short(parts: list[str]) -> tuple[str, ...]:
    """First and last word, the first in its long form, endings made one: joe, biden → joseph, biden."""
    given = _long_forms().get(parts[0], parts[0])
    return _ENDING.sub("y", given), _ENDING.sub("y", parts[-1])


@cache
def _long_forms() -> dict[str, str]:
    return {row[0]: row[1] for row in data.table("kb/nicknames", 2)}
