"""The tables of people and holders: read when first asked for, place by place, with an imported overlay over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from onrecord import data
from onrecord.kb.text import fold_all, style

COLUMNS = ("place", "role", "start", "person", "title", "end", "as_of", "how", "source")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of holders.tsv: one person's time in one office. ``person`` is a QID, or "~" and a made-up key."""

    place: str
    role: str
    start: str
    person: str
    title: str
    end: str = ""
    as_of: str = ""
    how: str = ""
    source: str = ""

    def line(self) -> str:
        """The row as it is written down."""
        return "\t".join(getattr(self, name) for name in COLUMNS).rstrip("\t")


@dataclass(frozen=True, slots=True)
class Person:
    """A line of people.tsv. ``key`` is a QID, or "~" and a made-up key where none is known.

    ``places``: the states and bodies where the person has held an office, that of the most rows first.
    """

    key: str
    name: str
    aka: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def qid(self) -> str | None:
        """The Wikidata id, where one is known."""
        return self.key if self.key.startswith("Q") else None

    def line(self) -> str:
        """The person as written down."""
        return "\t".join((self.key, self.name, "|".join(self.aka), "|".join(self.places))).rstrip("\t")


def row_of(line: str) -> Row:
    """A line of holders.tsv."""
    return Row(*line.split("\t"))


def person_of(line: str) -> Person:
    """A line of people.tsv."""
    key, name, *rest = line.split("\t")
    aka, places = [*rest, "", ""][:2]
    return Person(key, name, tuple(filter(None, aka.split("|"))), tuple(filter(None, places.split("|"))))


class Tables:
    """Embedded tables, and an overlay folder's (already checked) where there is one."""

    def __init__(self, overlay: Path | None = None) -> None:
        self._overlay = overlay
        self._parsed: dict[str, tuple[Row, ...]] = {}
        self._people: dict[str, Person] = {}

    def at(self, place: str) -> tuple[Row, ...]:
        """All rows of a state or body."""
        if place not in self._parsed:
            rows = [row_of(line) for line in self._lines.get(place, ())]
            newer = [row_of(line) for line in self._newer.get(place, ())]
            self._parsed[place] = tuple(_overlaid(rows, newer) if newer else rows)
        return self._parsed[place]

    def places(self) -> tuple[str, ...]:
        """States and bodies that have holders."""
        return tuple(dict.fromkeys((*self._lines, *self._newer)))

    def person(self, key: str) -> Person | None:
        """The person of a key, with the names that both tables give."""
        if key not in self._people:
            lines = [found[key] for found in (self._names, self._newer_names) if key in found]
            if not lines:
                return None
            first, *others = map(person_of, lines)
            names = [name for other in others for name in (other.name, *other.aka) if name != first.name]
            self._people[key] = replace(first, aka=tuple(dict.fromkeys((*first.aka, *names))))
        return self._people[key]

    def spellings(self) -> Iterator[tuple[str, list[str]]]:
        """Every person's key with all names, folded: this reads the whole table."""
        for table in (self._names, self._newer_names):
            folded = fold_all("\n".join(table.values())).splitlines()
            for key, line in zip(table, folded, strict=True):
                _key, name, *rest = line.split("\t")
                yield key, [name, *filter(None, rest[0].split("|"))] if rest else [name]

    def where(self, key: str) -> tuple[str, ...]:
        """The places where a person has rows."""
        found: dict[str, None] = {}
        for table in (self._names, self._newer_names):
            if key in table:
                found.update(dict.fromkeys(person_of(table[key]).places))
        return tuple(found)

    @cached_property
    def _lines(self) -> dict[str, list[str]]:
        return _grouped(_embedded("holders"))

    @cached_property
    def _newer(self) -> dict[str, list[str]]:
        return _grouped(_read(self._overlay / "holders.tsv")) if self._overlay else {}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {line.split("\t", 1)[0]: line for line in _embedded("people")}

    @cached_property
    def _newer_names(self) -> dict[str, str]:
        return {line.split("\t", 1)[0]: line for line in _read(self._overlay / "people.tsv")} if self._overlay else {}


def _overlaid(rows: list[Row], newer: list[Row]) -> list[Row]:
    """Rows of the package under newer ones: the same time in office is the newer row; who has a successor has ended."""
    kept = []
    for row in rows:
        same = [one for one in newer if (one.role, style(one.title)) == (row.role, style(row.title))]
        if any(one.person == row.person and one.start[:4] == row.start[:4] for one in same):
            continue
        after = [one.start for one in same if one.person != row.person and one.start > row.start]
        kept.append(replace(row, end=min(after), how="successor") if after and not row.end else row)
    return kept + newer


def _embedded(name: str) -> list[str]:
    text = files(data.__name__).joinpath("kb", f"{name}.tsv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def _read(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def _grouped(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.split("\t", 1)[0], []).append(line)
    return found
