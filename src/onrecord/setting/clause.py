"""The sentence of a cue as tokens, source and content replaced by barriers, and what in it is the cue's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from onrecord import data
from onrecord.types import Span

Extents = Sequence[tuple[int, int]] | Sequence[Span]

BARRIER = "\0"  # stands in for source and content among the tokens of a sentence; ``low`` adds their first word
_FIRST_WORD = re.compile(r"[^\W_]+")
# How far around a cue its sentence is looked for, in characters; longer sentences are cut there.
_REACH = 1200
_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[`]*[A-Z0-9])")
_LAST_WORD = re.compile(r"[^\W_]+\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, ``[start, end)`` of the text; a barrier has the extent of what it stands in for."""

    start: int
    end: int
    text: str
    low: str  # lower case, apostrophes straight

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def word(self) -> bool:
        """Whether it is a word or a number: no mark, no barrier."""
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class Clause:
    """The sentence of a cue as tokens, source and content replaced by barriers."""

    tokens: tuple[Token, ...]
    cue_first: int  # index of the cue's first token
    cue_last: int  # index after the cue's last token
    content: tuple[tuple[int, int], ...]


def read_clause(text: str, source: Extents, cue: Extents, content: Extents) -> Clause | None:
    """The sentence around a cue; None where there is no cue, or none outside source and content."""
    cues, contents = _pairs(cue), _pairs(content)
    if not cues:
        return None
    first, last = cues[0][0], cues[-1][1]
    start, end = _sentence(text, first, last, contents)
    masks = sorted(span for span in (*_pairs(source), *contents) if span[1] > start and span[0] < end)
    tokens: list[Token] = []
    at = start
    for low, high in masks:
        tokens += tokenize(text, at, low)
        opening = _FIRST_WORD.match(text, low, high)
        word = opening.group().lower() if opening else ""
        tokens.append(Token(max(low, at), max(high, at), BARRIER, BARRIER + word))
        at = max(at, high)
    tokens += tokenize(text, at, end)
    inside = [i for i, token in enumerate(tokens) if first <= token.start < last and token.text != BARRIER]
    if not inside:
        return None
    return Clause(tuple(tokens), inside[0], inside[-1] + 1, contents)


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """The tokens of ``text[start:end]``."""
    found = _token_pattern().finditer(text, start, max(start, end))
    return [Token(m.start(), m.end(), m.group(), m.group().lower().replace("’", "'")) for m in found]


@cache
def _token_pattern() -> re.Pattern[str]:
    short = "|".join(sorted(data.words("abbreviations"), key=len, reverse=True))
    return re.compile(
        rf"(?:{short})\.(?=\s)|[A-Z]\.(?=\s+[A-Z])|(?:[^\W\d_]\.){{2,}}|[^\W_]+(?:[-.&][^\W_]+|[’'][^\W\d_]+)*|``|''|[^\w\s]|_"
    )


def _pairs(extents: Extents) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((e.start, e.end) if isinstance(e, Span) else e for e in extents))


def _sentence(text: str, first: int, last: int, content: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The sentence around ``[first, last)``. A stop within content does not end it, one at a content's end does."""

    def ends(stop: re.Match[str]) -> bool:
        inside = any(start <= stop.start() and stop.end() < end for start, end in content)
        return not inside and _ends_sentence(text, stop)

    floor = max(text.rfind("\n", 0, first) + 1, first - _REACH)
    before = [m for m in _STOP.finditer(text, floor, first) if ends(m)]
    line = text.find("\n", last)
    ceiling = min(len(text) if line == -1 else line, last + _REACH)
    after = next((m for m in _STOP.finditer(text, last, ceiling) if ends(m)), None)
    return (before[-1].end() if before else floor), (after.end() if after else ceiling)


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: it follows neither an abbreviation nor an initial."""
    word = _LAST_WORD.search(text, max(0, stop.start() - 20), stop.start())
    if word is None or text[stop.start()] != ".":
        return True
    return word.group() not in data.words("abbreviations") and not (len(word.group()) == 1 and word.group().isupper())


def belongs(clause: Clause, first: int, last: int) -> bool:
    """Whether a phrase is the cue's own: no other reporting verb stands between the two."""
    if last <= clause.cue_first:
        between = clause.tokens[last : clause.cue_first]
    elif first >= clause.cue_last:
        between = clause.tokens[clause.cue_last : first]
    else:
        return True
    return not any(_reports(token) for token in between)


def _reports(token: Token) -> bool:
    """A finite reporting verb; "saying" and nouns such as "report" do not open a statement of their own here."""
    finite = token.low.endswith("ed") or token.low in ("said", "says", "told", "tells", "wrote", "writes")
    return finite and token.low in data.speech_forms()


def outermost(found: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The extents in order, without those that begin within another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)
