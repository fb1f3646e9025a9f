"""JSONL: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.errors import BadLine, OnRecordError
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given
from onrecord.reader.html import read_html
from onrecord.reader.text import read_text
from onrecord.types import Article

_FACTS = ("url", "outlet", "title", "byline", "published", "id")
_WAY_OUT = 'each line is one object such as {"id": "a1", "text": "…", "published": "2031-04-02"}'


def articles(lines: Iterable[bytes | str], name: str) -> Iterator[Article | BadLine]:
    """Read each line's object: ``text`` or ``html``; ``id``, ``url``, ``outlet``, ``title``, ``byline``, ``published``.

    ``text`` goes before ``html``; other keys and nulls are passed over. The order is kept and blank lines are skipped.
    A line that holds no English article comes as a ``BadLine``, which is not raised, so that one line never stops a
    batch; its number counts from 1.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            yield _article(line, where, first=number == 1)
        except BadLine as error:
            yield error
        except OnRecordError as error:
            yield BadLine(where, error.problem, error.way_out)


def _article(line: bytes | str, where: str, *, first: bool) -> Article:
    if len(line) > LARGEST:
        raise BadLine(where, f"{len(line):,} bytes, at most {LARGEST:,} are read", "cut the article into parts")
    fields = _object(line, where, first=first)
    for key in (*_FACTS, "text", "html"):
        if fields.get(key) is not None and not isinstance(fields[key], str):
            raise BadLine(where, f"{key!r} is {_kind(fields[key])}, text is needed", _WAY_OUT)
    given = Given(**{key: fields.get(key) for key in _FACTS})
    if fields.get("text") is not None:
        return read_text(fields["text"], given, where)
    if fields.get("html") is not None:
        return read_html(fields["html"], given, where)
    raise BadLine(where, "neither 'text' nor 'html'", _WAY_OUT)


def _object(line: bytes | str, where: str, *, first: bool) -> dict[str, Any]:
    try:
        source = line.decode("utf-8") if isinstance(line, bytes) else line
        value = json.loads(
            source.removeprefix("\ufeff") if first else source,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise BadLine(where, f"byte {error.start + 1} is not UTF-8", "write the file as UTF-8") from None
    except RecursionError:
        raise BadLine(where, "brackets nested too deep to read", _WAY_OUT) from None
    except ValueError as error:
        raise BadLine(where, f"not JSON: {error}", _WAY_OUT) from None
    if not isinstance(value, dict):
        raise BadLine(where, f"{_kind(value)}, an object is needed", _WAY_OUT)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return fields


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


def _kind(value: Any) -> str:
    """What JSON calls a value."""
    names = {dict: "an object", list: "a list", bool: "true or false", str: "text", type(None): "null"}
    return names.get(type(value), "a number")
