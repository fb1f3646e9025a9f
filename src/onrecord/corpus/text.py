"""Words of a text made comparable: letter case, accents, apostrophes and punctuation do not tell two words apart."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARKS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")  # U.S., p.m.: one word, as where it is written without dots


def words(text: str) -> list[str]:
    """The words of ``text`` in order, in small plain letters: "The Élysée’s U.S. talks" → the, elysee's, us, talks."""
    text = text.lower()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)))
    return _WORD.findall(_DOTTED.sub(lambda found: found[0].replace(".", ""), text))
