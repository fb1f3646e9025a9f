"""One row of a table, or one object of a JSON file, as an Item."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from onrecord.errors import BadLine, OnRecordError, TooLarge
from onrecord.intake.item import Item
from onrecord.intake.options import Origin
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given

_FACTS = ("url", "outlet", "title", "byline", "published", "id")


def is_record(value: object) -> bool:
    """Whether a line's object is a record, as ``onrecord.to_dict`` writes it, and not an article."""
    return isinstance(value, dict) and "schema_version" in value and isinstance(value.get("article"), dict)


def object_item(value: dict[str, Any], origin: Origin, where: str) -> Item | OnRecordError:
    """The record or the article that a parsed object is."""
    if is_record(value):
        return Item(where, origin.source, "record", json.dumps(value, ensure_ascii=True).encode("ascii"))
    return row_item(value, origin, where)


def row_item(row: Mapping[str, Any], origin: Origin, where: str) -> Item | OnRecordError:
    """The article in ``row``, its keys as ``origin.options.fields`` has them. ``where`` names the row.

    ``text`` goes before ``html``, and an empty one counts as missing; other keys are passed over.
    """
    names = origin.options.fields
    facts: dict[str, str | None] = {}
    for fact in _FACTS:
        key = getattr(names, fact)
        value = _written(row.get(key), fact)
        if value is not None and not isinstance(value, str):
            return BadLine(where, f"{key!r} is {_kind(value)}, text is needed", "write it as text")
        facts[fact] = value
    for key, ours in ((names.text, "text"), (names.html, "html")):
        content = row.get(key)
        if content is None or content == "":
            continue
        if not isinstance(content, str):
            return BadLine(where, f"{key!r} is {_kind(content)}, text is needed", "write it as text")
        if len(content) > LARGEST:
            measure = f"{len(content):,} characters, at most {LARGEST:,} are read"
            return TooLarge(where, measure, "cut the article into parts")
        data = json.dumps({ours: content}).encode("ascii")
        return Item(where, origin.source, "object", data, origin.given(Given(**facts)))
    there = ", ".join(repr(key) for key in list(row)[:12]) or "none"
    problem = f"neither {names.text!r} nor {names.html!r} holds anything (keys: {there})"
    return BadLine(where, problem, "name the key that holds the article with --field text=KEY or html=KEY")


def _written(value: Any, fact: str) -> Any:
    """``value`` as text where it can be none else: numbers as ids, days and times as dates, names in a list."""
    if value == "":
        return None  # a cell without anything in it
    if fact == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if fact == "published" and isinstance(value, datetime.date):  # a datetime is a date too
        return value.isoformat()
    if fact == "byline" and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(value)
    return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", bytes: "bytes"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else f"a {type(value).__name__}")
