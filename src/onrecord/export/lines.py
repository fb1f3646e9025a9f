"""Values → lines of JSON, each a whole object, as ``record_json`` writes records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol

from onrecord.export.record_json import LINE_BREAKS, SURROGATE


class TextSink(Protocol):
    """What text can be written to."""

    def write(self, text: str, /) -> object:
        """Take this text."""


def clean(text: str) -> str:
    """The text as UTF-8 can hold it: half a character becomes U+FFFD, one for one, so that offsets hold."""
    return SURROGATE.sub("\ufffd", text)


def line(value: object) -> str:
    """JSON without a line break in it, encodable as UTF-8."""
    text = clean(json.dumps(value, ensure_ascii=False, allow_nan=False))
    for code, escaped in LINE_BREAKS.items():  # many times faster than str.translate
        text = text.replace(chr(code), escaped)
    return text


def write_lines(values: Iterable[object], stream: TextSink) -> int:
    """Write each value as a line of JSON (JSONL). Returns how many."""
    count = 0
    for value in values:
        stream.write(line(value) + "\n")
        count += 1
    return count


def write_array(values: Iterable[object], stream: TextSink) -> int:
    """Write the values as one JSON array, one value a line, never holding more than one. Returns how many."""
    count = 0
    stream.write("[")
    for value in values:
        stream.write((",\n" if count else "\n") + line(value))
        count += 1
    stream.write("\n]\n")
    return count


def known(**fields: Any) -> dict[str, Any]:
    """The fields that are known: without None, empty text and empty lists. A trailing ``_`` of a name is left off."""
    return {name.removesuffix("_"): value for name, value in fields.items() if value not in (None, "", [], ())}
