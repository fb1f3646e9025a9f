"""BERT's uncased WordPiece (Schuster and Nakajima 2012; Devlin et al. 2019), with offsets into the text as it stands.

Written here because the library for it brings 33 MB with it, an eighth of the whole install
(docs/decisions/004-dependencies.md); the tests hold it to that library's output.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_LONGEST = 100  # characters; BERT gives longer words up as unknown
# ASCII marks stand alone, whatever their category; runs of anything else but blanks are looked at further if not ASCII.
_RUN = re.compile(r"[!-/:-@\[-`{-~]|[^\s!-/:-@\[-`{-~]+")
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Word pieces of a text: ids, and the code points [start, end) of each; all of shape (token,)."""

    ids: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A vocabulary, and the pieces of the words met so far."""

    ids: dict[str, int]
    seen: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # word → (id, characters) of its pieces

    @classmethod
    def read(cls, path: Path) -> WordPiece:
        """Read a ``vocab.txt``: one piece a line, its number is its id."""
        pieces = path.read_text(encoding="utf-8").split("\n")
        return cls({piece: i for i, piece in enumerate(pieces) if piece})

    def encode(self, text: str) -> Tokens:
        """Cut ``text`` into word pieces, specials left out."""
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for run in _RUN.finditer(text):
            word, at = run.group(), run.start()
            if word.isascii() and word.isprintable():
                for piece, length in self._pieces(word.lower()):
                    ids.append(piece)
                    starts.append(at)
                    at += length
                    ends.append(at)
                continue
            for lowered, places in _normalised(word):
                offset = 0
                for piece, length in self._pieces(lowered):
                    ids.append(piece)
                    starts.append(at + places[offset])
                    ends.append(at + places[offset + length - 1] + 1)
                    offset += length
        return Tokens(np.array(ids, np.int64), np.array(starts, np.int64), np.array(ends, np.int64))

    def _pieces(self, word: str) -> tuple[tuple[int, int], ...]:
        """Ids and lengths of a normalised word's pieces: the longest in the vocabulary first, from the left."""
        known = self.seen.get(word)
        if known is not None:
            return known
        pieces = self._cut(word)
        if len(self.seen) < 100_000:  # words; some 30 MB, and no text has as many that recur
            self.seen[word] = pieces
        return pieces

    def _cut(self, word: str) -> tuple[tuple[int, int], ...]:
        if not word:
            return ()
        whole = ((self.ids["[UNK]"], len(word)),)
        if len(word) > _LONGEST:
            return whole
        pieces = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self.ids.get(prefix + word[start:end])
                if piece is not None:
                    pieces.append((piece, end - start))
                    start = end
                    break
            else:
                return whole
        return tuple(pieces)


def _normalised(run: str) -> Iterator[tuple[str, list[int]]]:
    """The words of a run in lower case, without accents and control characters, and where each character stood."""
    kept: list[str] = []
    places: list[int] = []
    for at, character in enumerate(run):
        written, alone = _character(character)
        if alone and kept:
            yield "".join(kept), places
            kept, places = [], []
        kept += written
        places += [at] * len(written)
        if alone and kept:
            yield "".join(kept), places
            kept, places = [], []
    if kept:
        yield "".join(kept), places


@lru_cache(maxsize=65536)
def _character(character: str) -> tuple[str, bool]:
    """What is left of a character, and whether it is a word of its own: a mark of punctuation or an ideograph."""
    category = unicodedata.category(character)
    if character == "\ufffd" or category[0] == "C":
        return "", False
    parts = unicodedata.normalize("NFD", character)
    written = "".join(part.lower() for part in parts if unicodedata.category(part) != "Mn")
    code = ord(character)
    return written, category[0] == "P" or any(first <= code <= last for first, last in _IDEOGRAPHS)
