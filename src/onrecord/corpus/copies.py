"""The same article twice: agency copy in many outlets, cut or edited, and updates.

MinHash (Broder 1997; by rensa, whose sketch is after Dahlgaard, Knudsen and Thorup 2017) over runs of four words. An
article has two sketches: of the whole text, and of its first words, which is what is left where an outlet has cut the
copy. Bands of both (Rajaraman and Ullman, *Mining of Massive Datasets*, 3.4) say which articles to compare.
Figures: docs/decisions/009-people-and-copies.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from onrecord.corpus.carried import SAME_WORDS, Copy, first_carried, same_words
from onrecord.corpus.text import words
from onrecord.errors import OnRecordError

__all__ = [
    "SAME_WORDS",
    "SCHEME",
    "Copy",
    "Likeness",
    "bands",
    "first_carried",
    "likeness",
    "same_article",
    "same_words",
    "signature",
    "similarity",
]

SCHEME = 1
"""How signatures are made. It goes up with every change below; signatures of two schemes cannot be compared."""

_ALGORITHM = 2  # rensa's RMinHash.ALGORITHM_VERSION that SCHEME 1 stands for
_SEED = 20_311  # of the hash functions; any number does, as long as it stays
_FEWEST = 30  # words; what is shorter is a caption or a stub, and alike by chance
_RUN = 4  # words; of copies with one word in twenty changed, bands find 99 % by runs of four, 97 % by runs of five
_WHOLE, _LEAD = 128, 64  # slots of 32 bits; a likeness of 0.5 is told to within 0.044 and 0.063 (one sigma)
_LEAD_WORDS = 120  # the first three or four paragraphs of agency copy

# Per sketch 8 bands of 3 slots: of pairs of likeness s, 1 - (1 - s³)⁸ are compared: 0.2: 6 %, 0.4: 41 %, 0.6: 86 %,
# 0.7: 96 %, 0.8: 99.7 %. Of 4,498,500 pairs of distinct news articles, 22 are.
_BANDS, _ROWS = 8, 3

CONTAINED = 0.55
"""Share of the shorter article's runs that the longer one has too, from which they are copies. Of two reports on one
speech or poll, which share its quotations, up to 0.44 (estimated: 0.47); of copies cut to 40 % and edited, 99 in 100
are over it."""
_SURE, _SAME_LEAD = 0.2, 0.3  # below this likeness of the whole, CONTAINED is a guess: the lead must then agree too

_HEAD = struct.Struct("<BII")
_LENGTH = _HEAD.size + 4 * (_WHOLE + _LEAD)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two articles are, estimated, each in [0, 1].

    ``whole``: runs of words that both have, by those that either has (Jaccard); ``contained``: by those of the shorter;
    ``lead``: Jaccard again, of their first 120 words.
    """

    whole: float
    contained: float
    lead: float


def signature(text: str) -> bytes | None:
    """What to compare ``text`` by: 777 bytes, the same on every 64-bit machine; None for fewer than 30 words.

    Little-endian: the scheme (1 byte), how many runs the text and its lead have (4 bytes each), 128 slots of the whole
    and 64 of the lead (4 bytes each).
    """
    found = words(text)
    if len(found) < _FEWEST:
        return None
    whole, lead = _runs(found), _runs(found[:_LEAD_WORDS])
    slots = _sketch(whole, _WHOLE) + _sketch(lead, _LEAD)
    return _HEAD.pack(SCHEME, len(whole), len(lead)) + struct.pack(f"<{len(slots)}I", *slots)


def bands(signature: bytes) -> tuple[int, ...]:
    """16 signed 64-bit keys: two articles are worth comparing if they have one in common.

    A key says which band it is of, so that all of them can lie in one column.
    """
    _, slots = _taken_apart(signature)
    starts = [at * _ROWS for at in range(_BANDS)] + [_WHOLE + at * _ROWS for at in range(_BANDS)]
    return tuple(
        int.from_bytes(
            blake2b(struct.pack(f"<I{_ROWS}I", start, *slots[start : start + _ROWS]), digest_size=8).digest(),
            "little",
            signed=True,
        )
        for start in starts
    )


def similarity(a: bytes, b: bytes) -> float:
    """The Jaccard similarity of two articles' runs of four words, estimated from their signatures."""
    return likeness(a, b).whole


def likeness(a: bytes, b: bytes) -> Likeness:
    """How like two articles are, by their signatures. Raises OnRecordError for what is no signature of this scheme."""
    (size_a, slots_a), (size_b, slots_b) = _taken_apart(a), _taken_apart(b)
    whole = _agreeing(slots_a[:_WHOLE], slots_b[:_WHOLE])
    lead = _agreeing(slots_a[_WHOLE:], slots_b[_WHOLE:])
    shared = whole / (1 + whole) * (size_a + size_b)  # |A ∩ B| from J and |A| + |B|
    return Likeness(whole, min(1.0, shared / min(size_a, size_b)), lead)


def same_article(a: bytes, b: bytes) -> bool:
    """Whether two signatures are of one article: copied, cut, edited or updated."""
    found = likeness(a, b)
    return found.contained >= CONTAINED and (found.whole >= _SURE or found.lead >= _SAME_LEAD)


def _runs(found: list[str]) -> list[str]:
    """Every run of words once, in order of the text."""
    return list(dict.fromkeys(map(" ".join, zip(*(found[at:] for at in range(_RUN)), strict=False))))


def _sketch(runs: list[str], slots: int) -> list[int]:
    from rensa import RMinHash  # here, since who only reads the ledger needs it not

    if RMinHash.ALGORITHM_VERSION != _ALGORITHM:
        raise OnRecordError(
            "rensa",
            f"its sketches are of version {RMinHash.ALGORITHM_VERSION}, the ledger's of version {_ALGORITHM}",
            "install rensa 0.5",
        )
    sketch = RMinHash(num_perm=slots, seed=_SEED)
    sketch.update(runs)
    digest: list[int] = sketch.digest()
    return digest


@lru_cache(maxsize=256)  # one newcomer is compared with many
def _taken_apart(signature: bytes) -> tuple[int, tuple[int, ...]]:
    """How many runs the whole has, and the slots of both sketches."""
    if len(signature) != _LENGTH or signature[0] != SCHEME:
        scheme = signature[0] if signature else "none"
        raise OnRecordError(
            "an article's signature",
            f"{len(signature)} bytes of scheme {scheme}, {_LENGTH} bytes of scheme {SCHEME} expected",
            "make the signatures anew from the articles",
        )
    _, size, _ = _HEAD.unpack_from(signature)
    return size, struct.unpack_from(f"<{_WHOLE + _LEAD}I", signature, _HEAD.size)


def _agreeing(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    return sum(map(int.__eq__, a, b)) / len(a)
