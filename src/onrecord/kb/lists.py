"""Office holders in JSONL or CSV → rows. docs/kb.md has the columns; a line that cannot be used is refused."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from onrecord.kb.errors import KnowledgeError
from onrecord.kb.places import known_place
from onrecord.kb.tables import Person, Row
from onrecord.kb.text import fold
from onrecord.kb.titles import role_of

COLUMNS = ("person", "qid", "aka", "office", "role", "place", "start", "end", "as_of", "source")
_QID = re.compile(r"Q[1-9]\d*")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def entries(path: Path) -> Iterator[tuple[Row, Person] | KnowledgeError]:
    """A row and its person for each line, or why the line is refused. Raises ``KnowledgeError`` for the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            if path.suffix == ".csv":
                reader = csv.DictReader(stream)
                missing = {"person", "office", "place"} - set(reader.fieldnames or ())
                if missing:
                    what = f"column {', '.join(sorted(missing))} is missing"
                    raise KnowledgeError(str(path), what, "the first line names the columns: " + ", ".join(COLUMNS))
                for fields in reader:
                    yield _entry(f"{path}:{reader.line_num}", {k: v for k, v in fields.items() if k and v})
                return
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _parsed(f"{path}:{number}", line)
    except UnicodeDecodeError as error:
        raise KnowledgeError(str(path), f"byte {error.start:,} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise KnowledgeError(str(path), f"cannot be read: {error.strerror}", "give another file") from None


def _parsed(where: str, line: str) -> tuple[Row, Person] | KnowledgeError:
    try:
        fields = json.loads(line)
    except ValueError as error:
        return KnowledgeError(where, f"not JSON: {error}", "one object a line")
    if not isinstance(fields, dict):
        return KnowledgeError(where, "not an object", 'write {"person": …, "office": …, "place": …}')
    return _entry(where, {name: str(value) for name, value in fields.items() if value is not None})


def _entry(where: str, fields: Mapping[str, str]) -> tuple[Row, Person] | KnowledgeError:
    name, title, named = (fields.get(column, "").strip() for column in ("person", "office", "place"))
    for column, value in (("person", name), ("office", title), ("place", named)):
        if not value:
            return KnowledgeError(where, f"{column} is empty", "fill it in")
    if any(c in value for value in fields.values() for c in "\t\n"):
        return KnowledgeError(where, "a tab or a line break within a column", "take it out")
    place = known_place(named)
    if place is None:
        way_out = "give the ISO 3166-1 alpha-2 code, or the name of a body as onrecord kb show has it"
        return KnowledgeError(where, f"place {named!r} is not known", way_out)
    role = fields.get("role", "").strip() or role_of(title, place)
    if not role:
        return KnowledgeError(where, f"office {title!r} has no role that we know", "add a column role, see docs/kb.md")
    qid = fields.get("qid", "").strip()
    if qid and not _QID.fullmatch(qid):
        return KnowledgeError(where, f"qid {qid!r} is no Wikidata id", "write Q and a number, or leave it empty")
    days = {column: fields.get(column, "").strip() for column in ("start", "end", "as_of")}
    for column, day in days.items():
        if day and not valid(day):
            return KnowledgeError(where, f"{column} {day!r} is no date", "write 2031-04-02, 2031-04 or 2031")
    if days["start"] and days["end"] and days["end"] < days["start"][: len(days["end"])]:
        return KnowledgeError(where, f"ends {days['end']} before it starts {days['start']}", "mend the dates")
    key = qid or f"~{place}-{fold(name).replace(' ', '-')}"
    aka = tuple(part.strip() for part in fields.get("aka", "").split("|") if part.strip())
    source = fields.get("source", "").strip() or f"import:{Path(where.rpartition(':')[0]).name}"
    row = Row(place, role, days["start"], key, title, days["end"], days["as_of"] or days["start"], "", source)
    return row, Person(key, name, aka, (place,))


def valid(day: str) -> bool:
    """Whether an ISO date at day, month or year precision is one that the calendar has."""
    if not _DATE.fullmatch(day):
        return False
    try:
        date.fromisoformat((day + "-01-01")[:10])
    except ValueError:
        return False
    return True
