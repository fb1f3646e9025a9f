"""Names made comparable: letter case, accents, dots and dashes do not tell two names apart."""

from __future__ import annotations

import re
import unicodedata

# typographic apostrophes to plain ones, dashes and other joints to blanks, full stops away
_PLAIN = str.maketrans(dict.fromkeys("’‘`ʼʻ", "'") | dict.fromkeys("-‐‑–—_/,", " ") | {".": None})
# Letters that Unicode does not take apart into a base and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e"}
)
_MARKS = re.compile("[\u0300-\u036f]+")  # what fold() takes for combining in the scripts of the tables
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "dr", "mr", "mrs", "ms", "sir", "gen", "col"))

# The first pattern found in a head's title says what the head is called; the order matters: "President of the Council
# of Ministers" is a prime minister.
_STYLES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "prime_minister",
            "council of ministers|of the government|prime minister|premier|chancellor|taoiseach|state council",
        ),
        ("president", "president|presidency"),
        ("monarch", r"\b(?:king|queen|monarch|emperor|sultan|emir|amir|grand duke|prince|pope|druk gyalpo)\b"),
        ("supreme_leader", "supreme leader"),
    )
)


def fold(text: str) -> str:
    """``text`` in small plain letters: "Élysée" → "elysee", "U.K." → "uk", "Bosnia-Herzegovina" → "bosnia herzegovina".

    An apostrophe stays ("N'Djamena"), a possessive 's goes.
    """
    text = text.translate(_PLAIN).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.removesuffix("'s").split())


def fold_all(text: str) -> str:
    """A whole table folded at one go, line for line and column for column: faster than name by name."""
    text = text.lower()
    for old, new in (_PLAIN | _LETTERS).items():  # on a long text faster than str.translate
        text = text.replace(chr(old), new or "")
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return text.replace("  ", " ")


def key(text: str) -> str:
    """What a place or an office is looked up by: folded, without articles and possessives: "The U.S.'s" → "us"."""
    folded = re.sub(r"'s?(?=\s|$)", "", fold(text))
    return " ".join(word for word in folded.split() if word != "the")


def bare(folded: str) -> list[str]:
    """The words of a folded name without initials, titles and suffixes: "joseph r biden jr" → joseph, biden."""
    return [word for word in folded.split() if len(word) > 1 and word not in _SUFFIXES]


def style(title: str) -> str:
    """What a head is called by its title: prime_minister, president, monarch, supreme_leader, or nothing of these."""
    low = title.lower()
    return next((name for name, pattern in _STYLES if pattern.search(low)), "")
