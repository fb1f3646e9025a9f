"""The members of one JSON document, one after another, without holding the document."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from onrecord.errors import BadArchive, BadLine
from onrecord.intake.stream import CHUNK, Stream
from onrecord.reader.build import LARGEST
from onrecord.reader.jsonl import _no_constant, _without_duplicates

_STRICT = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
_LENIENT = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"[-+.0-9eE]*")
_WAY_OUT = "what lies before it is used; write the file anew, as JSON or one object a line (.jsonl)"


def members(stream: Stream, name: str, opened: frozenset[str]) -> Iterator[tuple[str | None, Any]]:
    """Key and value of each member of the object in ``stream``; of an array, None and each element.

    Arrays under the keys ``opened`` are given element by element, under their key. An element that cannot be used (a
    key twice, NaN) comes as a ``BadLine`` in its place. Raises ``BadArchive`` where the document is no JSON.
    """
    text = _Text(stream, name)
    opening = text.next()
    if opening == "[":
        for value in text.elements(""):
            yield None, value
    elif opening == "{":
        if text.peek() == "}":
            return
        while True:
            key = text.value("")
            if not isinstance(key, str) or text.next() != ":":
                raise text.broken("a key and a colon are needed")
            if key in opened and text.peek() == "[":
                text.next()
                for value in text.elements(key):
                    yield key, value
            else:
                yield key, text.value(key)
            if (mark := text.next()) == "}":
                return
            if mark != ",":
                raise text.broken("a comma or a closing brace is needed")
    else:
        raise text.broken("an object or an array is needed")


class _Text:
    """The characters that are not used yet, of which more are read as they are needed."""

    def __init__(self, stream: Stream, name: str) -> None:
        self._stream, self._name = stream, name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._before = 0  # characters that were dropped
        self._ended = False

    def broken(self, problem: str) -> BadArchive:
        place = self._before + self._at
        return BadArchive(self._name, f"not JSON from character {place:,} on: {problem}", _WAY_OUT)

    def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text) or not self._more(CHUNK):
                return self._text[self._at : self._at + 1]

    def next(self) -> str:
        """As ``peek``, and passes over it."""
        mark = self.peek()
        self._at += len(mark)
        return mark

    def elements(self, key: str) -> Iterator[Any]:
        """The elements of an array whose bracket has been passed."""
        if self.peek() == "]":
            self.next()
            return
        number = 0
        while True:
            number += 1
            yield self.value(f"element {number}" if not key else f"{key}, element {number}")
            if (mark := self.next()) == "]":
                return
            if mark != ",":
                raise self.broken("a comma or a closing bracket is needed")

    def value(self, what: str) -> Any:
        """The next value, read as far as it reaches; a ``BadLine`` that names ``what`` where it cannot be used."""
        if not self.peek():
            raise self.broken("the file ends where a value is needed")
        while True:
            try:
                value, end = _STRICT.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                problem = error.msg
            except RecursionError:
                raise self.broken("brackets nested too deep to read") from None
            except ValueError as error:  # whole, but not to be used
                return self._passed_over(what, str(error))
            else:
                tail = _NUMBER.match(self._text, end)
                if (tail and tail.end() < len(self._text)) or not self._more(CHUNK):
                    self._at = end
                    return value
                continue  # a number may go on in the next piece: "-12" or "-12." of -12.5
            held = len(self._text) - self._at
            if held > LARGEST:
                raise self.broken(f"a value of more than {LARGEST:,} characters, or {problem}")
            if not self._more(max(CHUNK, held)):  # twice as much each time, so that the work stays linear
                raise self.broken(problem)

    def _passed_over(self, what: str, problem: str) -> BadLine:
        try:
            _, self._at = _LENIENT.raw_decode(self._text, self._at)
        except (ValueError, RecursionError) as error:
            raise self.broken(str(error)) from None
        return BadLine(f"{self._name}, {what}", problem, "mend this element")

    def _more(self, size: int) -> bool:
        """Read ``size`` bytes more and drop what has been used; False at the end."""
        if self._ended:
            return False
        data = self._stream.read(size)
        self._ended = not data
        try:
            more = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise self.broken(f"byte {error.object[error.start]:#04x} is not UTF-8") from None
        self._text, self._before, self._at = self._text[self._at :] + more, self._before + self._at, 0
        return bool(data)
