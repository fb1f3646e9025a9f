"""Newer facts from files → an overlay: lists of office holders (JSONL, CSV) and Wikidata dumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.kb import overlay
from onrecord.kb.errors import KnowledgeError
from onrecord.kb.lists import entries
from onrecord.kb.tables import Person, Row
from onrecord.kb.wikidata import OPENERS, extract

LISTS = (".jsonl", ".csv")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows and persons now in the overlay, new rows, and the lines refused, in order."""

    folder: Path
    rows: int
    people: int
    added: int
    refused: tuple[KnowledgeError, ...]
    notes: tuple[str, ...] = ()


def import_files(paths: Sequence[Path], folder: Path) -> Imported:
    """Add the facts of files to the overlay in ``folder``; a row of the same person, office and start is replaced.

    Raises ``KnowledgeError`` for a file that is no such list or dump, or damaged, and for a damaged overlay;
    the overlay is then as it was. Lines that cannot be used are refused one by one and told; a file
    of which no line can be used is refused as a whole.
    """
    rows, people = overlay.read(folder)
    known = {_identity(row): row for row in rows}
    persons = {person.key: person for person in people}
    refused: list[KnowledgeError] = []
    notes: list[str] = []
    created: list[dict[str, object]] = []
    added = 0
    for path in paths:
        found, named, bad, note = _read(path, folder.with_name(folder.name + ".partial"))
        if not found:
            what = "; ".join(str(error) for error in bad[:3]) or "no office holders in it"
            raise KnowledgeError(str(path), what, "see docs/kb.md for the columns; nothing was changed")
        refused += bad
        notes += note
        for row in found:
            added += row != known.get(_identity(row))
            known[_identity(row)] = row
        for person in named:
            persons[person.key] = _joined(persons.get(person.key), person)
        created.append({"file": path.name, "rows": len(found), "refused": len(bad)})
    overlay.write(folder, known.values(), persons.values(), created)
    return Imported(folder, len(known), len(persons), added, tuple(refused), tuple(notes))


def _read(path: Path, partial: Path) -> tuple[list[Row], list[Person], list[KnowledgeError], list[str]]:
    if path.suffix in LISTS:
        found = list(entries(path))
        bad = [one for one in found if isinstance(one, KnowledgeError)]
        good = [one for one in found if not isinstance(one, KnowledgeError)]
        return [row for row, _ in good], [person for _, person in good], bad, []
    if path.suffix in OPENERS:
        rows, people, counts = extract(path, partial)
        note = (
            f"{path.name}: {counts.entities:,} entities, {counts.rows:,} offices held; left out: "
            f"{counts.without_place:,} of no state or body that we know, {counts.without_role:,} not of a kind kept"
        )
        return rows, people, [], [note]
    kinds = ", ".join((*LISTS, *OPENERS))
    raise KnowledgeError(str(path), f"{path.suffix or 'no suffix'}: not a kind that can be imported", f"give {kinds}")


def _identity(row: Row) -> tuple[str, ...]:
    return row.place, row.role, row.person, row.title, row.start


def _joined(known: Person | None, new: Person) -> Person:
    if known is None:
        return new
    names = dict.fromkeys((*new.aka, known.name, *known.aka))
    places = tuple(dict.fromkeys((*known.places, *new.places)))
    return Person(new.key, new.name, tuple(name for name in names if name != new.name), places)
