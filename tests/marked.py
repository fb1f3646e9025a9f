"""Sentences with the answer drawn on them: ``[1:Ms. Lee] {1:said} <1:the vote was rigged>.``

Marks, each opened with the numbers of the statements it belongs to:

    [1:source]  {1:cue}  <1:content>  (@1:addressee)  (#1:venue)

* A second mark with the same number continues a discontinuous part: ``<1:“Yes,”> [1:he] {1:said}, <1:“but no.”>``.
* A part of two statements names both: ``[1,2:She] {1:said} … and {2:added} …``.
* Without a number the mark belongs to statement 1: ``[Ms. Lee] {said} <the vote was rigged>.``
* Marks may nest (a statement within a statement) but not cross.
* A literal ``[ ] { } < > \\`` is written with a backslash before it, as is a round bracket before ``@`` or ``#``,
  and a ``)`` within an addressee or a venue.

``unmark`` gives the text and the parts, ``mark`` draws them again. ``load_passages`` reads ``gold/passages.txt``,
whose head describes the format of a passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.types import Act, Kind

Extent = tuple[int, int]  # [start, end) in code points of the unmarked text
Extents = tuple[Extent, ...]

PASSAGES = Path(__file__).parent / "gold" / "passages.txt"
_ROLES = {"[": "source", "{": "cue", "<": "content", "(@": "addressee", "(#": "venue"}
_CLOSERS = {"source": "]", "cue": "}", "content": ">", "addressee": ")", "venue": ")"}
_OPENERS = {role: opener for opener, role in _ROLES.items()}
_NUMBERS = re.compile(r"(\d+(?:,\d+)*):")


class MarkupError(ValueError):
    """Markup that cannot be read; the message names line, column and what stands there."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The drawn parts of one statement."""

    source: Extents = ()
    cue: Extents = ()
    content: Extents = ()
    addressee: Extents = ()
    venue: Extents = ()


Gold = dict[int, Parts]  # statement number → its parts


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """One statement of a passage. ``speaker`` is None where unknown; ``parent`` is an index into the passage's."""

    source: Extents
    cue: Extents
    content: Extents
    kind: Kind
    act: Act
    speaker: str | None
    parent: int | None
    addressee: Extents
    venue: Extents


@dataclass(frozen=True, slots=True)
class Passage:
    """A fictional passage, what it is there for, and every statement in it, in the order of their numbers."""

    id: str
    covers: tuple[str, ...]
    text: str
    statements: tuple[GoldStatement, ...]


@dataclass(slots=True)
class _Open:
    role: str
    numbers: tuple[int, ...]
    start: int
    at: int  # where the mark stands in the markup, for errors


@dataclass(slots=True)
class _Reader:
    marked: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    found: dict[int, dict[str, list[Extent]]] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)

    def error(self, at: int, what: str) -> MarkupError:
        line = self.marked.count("\n", 0, at) + 1
        column = at - (self.marked.rfind("\n", 0, at) + 1) + 1
        return MarkupError(f"line {line}, column {column}: {what}: {self.marked[at : at + 30]!r}")

    def read(self) -> tuple[str, Gold]:
        at = 0
        while at < len(self.marked):
            at = self._step(at)
        if self.stack:
            raise self.error(self.stack[-1].at, f"{self.stack[-1].role} is never closed")
        return "".join(self.out), {n: _parts(roles) for n, roles in sorted(self.found.items())}

    def _step(self, at: int) -> int:
        here = self.marked[at]
        if here == "\\":
            if at + 1 == len(self.marked):
                raise self.error(at, "a backslash escapes nothing")
            return self._literal(at + 1)
        opener = self.marked[at : at + 2] if here == "(" else here
        if opener in _ROLES:
            return self._open(at, opener)
        if self.stack and here == _CLOSERS[self.stack[-1].role]:
            return self._close(at)
        if here in "]}>":
            raise self.error(at, f"{here} closes nothing" + (f" ({self.stack[-1].role} is open)" if self.stack else ""))
        return self._literal(at)

    def _literal(self, at: int) -> int:
        self.out.append(self.marked[at])
        self.length += 1
        return at + 1

    def _open(self, at: int, opener: str) -> int:
        after = at + len(opener)
        match = _NUMBERS.match(self.marked, after)
        numbers = tuple(int(n) for n in match.group(1).split(",")) if match else (1,)
        self.stack.append(_Open(_ROLES[opener], numbers, self.length, at))
        return match.end() if match else after

    def _close(self, at: int) -> int:
        mark = self.stack.pop()
        if mark.start == self.length:
            raise self.error(mark.at, f"{mark.role} is empty")
        for number in mark.numbers:
            self.found.setdefault(number, {}).setdefault(mark.role, []).append((mark.start, self.length))
        return at + 1


def unmark(marked: str) -> tuple[str, Gold]:
    """The text under the marks and the parts they draw. Raises ``MarkupError`` where the marks cannot be read."""
    return _Reader(marked).read()


def _parts(roles: Mapping[str, list[Extent]]) -> Parts:
    return Parts(**{role: tuple(sorted(extents)) for role, extents in roles.items()})


def mark(text: str, gold: Mapping[int, Parts]) -> str:
    """Draw ``gold`` on ``text``. Inverse of ``unmark``; raises ``MarkupError`` where two parts cross."""
    drawn: dict[tuple[int, int, str], list[int]] = {}
    for number, parts in sorted(gold.items()):
        for role in _OPENERS:
            for start, end in getattr(parts, role):
                drawn.setdefault((start, -end, role), []).append(number)
    return _write(text, drawn)


def _write(text: str, drawn: Mapping[tuple[int, int, str], list[int]]) -> str:
    out: list[str] = []
    open_marks: list[tuple[int, str]] = []
    at = 0

    def upto(position: int) -> None:
        nonlocal at
        while open_marks and open_marks[-1][0] <= position:
            end, role = open_marks.pop()
            out.append(_escaped(text, at, end, bracketed=True) + _CLOSERS[role])
            at = end
        out.append(_escaped(text, at, position, bracketed=any(r in ("addressee", "venue") for _, r in open_marks)))
        at = position

    for (start, minus_end, role), numbers in sorted(drawn.items(), key=lambda item: item[0]):
        upto(start)
        if open_marks and open_marks[-1][0] < -minus_end:
            raise MarkupError(f"{role} [{start}, {-minus_end}) crosses the {open_marks[-1][1]} before it")
        out.append(f"{_OPENERS[role]}{','.join(map(str, numbers))}:")
        open_marks.append((-minus_end, role))
    upto(len(text))
    return "".join(out)


def _escaped(text: str, start: int, end: int, *, bracketed: bool) -> str:
    out = []
    for at in range(start, end):
        here = text[at]
        opens = here == "(" and text[at + 1 : at + 2] in ("@", "#")
        needed = here in "[]{}<>\\" or opens or (here == ")" and bracketed)
        out.append("\\" + here if needed else here)
    return "".join(out)


# --- passages -------------------------------------------------------------------------------------------------------


def load_passages(path: Path = PASSAGES) -> list[Passage]:
    """Every passage of ``path`` in file order. Raises ``MarkupError`` naming the passage that cannot be read."""
    body = path.read_text(encoding="utf-8")
    return [_passage(block) for block in re.split(r"(?m)^=== ", body)[1:]]


def _passage(block: str) -> Passage:
    head, _, marked = block.partition("\n\n")
    name, *lines = head.split("\n")
    try:
        text, gold = unmark(marked.strip("\n"))
        fields = dict(_field(line) for line in lines)
        covers = tuple(word.strip() for word in fields.pop("covers").split(","))
        numbers = sorted(int(number) for number in fields)
        if numbers != sorted(gold):
            raise MarkupError(f"statements in the header {numbers}, on the text {sorted(gold)}")
        statements = tuple(_statement(gold[n], fields[str(n)], numbers) for n in numbers)
    except (MarkupError, KeyError) as error:
        raise MarkupError(f"{path_of(name)}: {error}") from error
    return Passage(name.strip(), covers, text, statements)


def path_of(name: str) -> str:
    """How errors name a passage."""
    return f"passage {name.strip()!r}"


def _field(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon:
        raise MarkupError(f"no colon in the header line {line!r}")
    return key.strip(), value.strip()


def _statement(parts: Parts, described: str, numbers: list[int]) -> GoldStatement:
    """``described``: ``kind | act | speaker or ?`` and, within another statement, ``| in N``."""
    columns = [column.strip() for column in described.split("|")]
    if len(columns) not in (3, 4):
        raise MarkupError(f"kind | act | speaker (| in N) expected: {described!r}")
    kind, act, speaker = columns[:3]
    parent = numbers.index(int(columns[3].removeprefix("in "))) if len(columns) == 4 else None
    return GoldStatement(
        source=parts.source,
        cue=parts.cue,
        content=parts.content,
        kind=kind,  # type: ignore[arg-type]  # test_gold_format.py compares it with Kind
        act=act,  # type: ignore[arg-type]  # … and this with Act
        speaker=None if speaker == "?" else speaker,
        parent=parent,
        addressee=parts.addressee,
        venue=parts.venue,
    )


def slices(text: str, extents: Iterable[Extent]) -> tuple[str, ...]:
    """What ``text`` reads in each of ``extents``."""
    return tuple(text[start:end] for start, end in extents)
