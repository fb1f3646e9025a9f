"""Where in an article a position lies: in which sentence, within a quotation or outside."""

from __future__ import annotations

import re
from bisect import bisect_right

from onrecord import data

_QUOTED = re.compile(r"“[^“”\n]*”?|\"[^\"\n]*\"?|``[^`\n]*?''|(?<![^\W_])‘[^‘’\n]*[,.?!]’")
_STOP = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[`]*[A-Z0-9])|\n")
_LETTERS = re.compile(r"[^\W\d_]+")


class Places:
    """The sentences and the quotations of one article."""

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.stops = [m.end() for m in _STOP.finditer(text) if _ends_sentence(text, m)]
        quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(text)]
        self.quote_starts = [start for start, _ in quoted]
        self.quote_ends = [end for _, end in quoted]

    def sentence(self, position: int) -> int:
        """The number of the sentence in which ``position`` lies."""
        return bisect_right(self.stops, position)

    def extent(self, sentence: int) -> tuple[int, int]:
        """Where a sentence begins and ends."""
        start = self.stops[sentence - 1] if sentence else 0
        return start, (self.stops[sentence] if sentence < len(self.stops) else self.length)

    def quoted(self, position: int) -> bool:
        """Whether ``position`` lies within a quotation."""
        index = bisect_right(self.quote_starts, position) - 1
        return index >= 0 and position < self.quote_ends[index]


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    if text[stop.start()] != ".":
        return True
    words = _LETTERS.findall(text, max(0, stop.start() - 12), stop.start())  # 12: longer than any abbreviation listed
    if not words or not text[stop.start() - 1].isalpha():
        return True
    return words[-1] not in data.words("abbreviations") and not (len(words[-1]) == 1 and words[-1].isupper())
