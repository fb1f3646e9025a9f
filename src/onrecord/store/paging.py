"""Where the next page of a search begins, as a token that can stand in an address."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import accumulate, pairwise
from typing import Any

from onrecord.errors import BadQuery
from onrecord.store.filters import Filters

SHOWN = 1_000  # statements that a token names, about 2 characters each; an address may have some 8,000
_LARGEST = 64_000  # bytes of a token unpacked: 1,000 numbers take 20,000 at most


@dataclass(frozen=True, slots=True)
class Place:
    """After the statement with this key (of the sort) and this row id.

    By relevance, where what is added changes scores: ``bound`` is the newest statement when the first page was given,
    and ``shown`` are those on the pages so far, empty from ``SHOWN`` on; ``row`` 0 is the beginning.
    """

    key: float | str | None
    row: int
    bound: int = 0
    shown: tuple[int, ...] = ()

    def after(self, page: Sequence[tuple[int, float]]) -> Place:
        """The place after one more page of (row id, score)."""
        row, score = page[-1]
        shown = (*self.shown, *(one for one, _ in page))
        whole = len(shown) <= SHOWN and (bool(self.shown) or not self.row)
        return Place(score, row, self.bound, tuple(sorted(shown)) if whole else ())

    @property
    def shown_json(self) -> str:
        """Those shown, as a JSON list."""
        return json.dumps(self.shown)


def token(text: str | None, filters: Filters, by: str, sort: str, *, place: Place) -> str:
    """A place in the search for this."""
    steps = [after - before for before, after in pairwise((0, *place.shown))]
    raw = json.dumps([_mark(text, filters, by, sort), place.key, place.row, place.bound, steps], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(raw.encode())).decode().rstrip("=")


def opened(after: str, text: str | None, filters: Filters, by: str, sort: str) -> Place:
    """The place that a token names. Raises BadQuery where it is none, or one of another search."""
    try:
        packed = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        raw = zlib.decompressobj().decompress(packed, _LARGEST)
        mark, key, row, bound, steps = json.loads(raw)
        numbers = [row, bound, *steps]
        if mark != _mark(text, filters, by, sort) or not all(type(one) is int and 0 <= one < 2**62 for one in numbers):
            raise ValueError
        if not isinstance(key, str | float | int | None) or isinstance(key, bool):
            raise TypeError
        return Place(key, row, bound, tuple(accumulate(steps)))
    except (ValueError, TypeError, RecursionError, binascii.Error, zlib.error):
        shown = after if len(after) <= 60 else after[:57] + "…"
        raise BadQuery(f"page {shown!r}", "is no page of this search", "begin at the first page") from None


def _mark(*asked: Any) -> str:
    """A few letters that another search does not have."""
    text, filters, by, sort = asked
    raw = json.dumps([text, astuple(filters), by, sort])
    return base64.b64encode(hashlib.blake2b(raw.encode(), digest_size=6).digest()).decode()
