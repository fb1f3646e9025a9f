"""What a watch is told, what it remembers, and what it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from onrecord.errors import InputError, OnRecordError

SHORTEST = 60.0  # seconds between two polls of a feed; the fastest wires' feeds change every minute or two
DAY = 86_400.0  # seconds
TRIES = 5  # of an entry's page, in as many rounds, before it is given up
MOST = 500  # pages fetched of one feed in one round; at two seconds each they take a quarter of an hour
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": DAY}
_EVERY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smhd])")


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed. Times are seconds since 1970; ``failures`` counts those in a row.

    ``etag`` and ``modified`` are None while entries are outstanding, so that the next poll gives the feed in full.
    ``moved_to`` is where a permanent redirect led.
    """

    etag: str | None = None
    modified: str | None = None
    last_polled: float = 0.0
    next_due: float = 0.0
    failures: int = 0
    moved_to: str | None = None


class Memory(Protocol):
    """What outlives the process; the ledger keeps it."""

    def feed_state(self, url: str) -> FeedState | None:
        """What is remembered of the feed at ``url``, the address that the user named."""

    def remember_feed(self, url: str, state: FeedState) -> None:
        """Keep ``state`` in place of what was kept before."""

    def knows(self, entry_key: bytes) -> bool:
        """Whether the entry (the 16 bytes of ``Item.digest``) was taken or given up."""

    def remember_entry(self, entry_key: bytes, feed: str) -> None:
        """Keep that the entry was taken or given up; ``feed`` is where it was met. Twice is as once."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How to watch: ``every`` so many seconds, for ``rounds`` rounds or, where None, until interrupted.

    ``tries`` of an entry's page fail before it is given up; ``most`` pages are fetched of a feed in one round, the
    others in the next ones.
    """

    every: float
    rounds: int | None = None
    tries: int = TRIES
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one feed in one round.

    ``polled`` is False where it was not due, ``unchanged`` True where the server said so. ``new`` entries were taken,
    ``known`` ones passed over, ``later`` ones left for the next rounds; ``errors`` tell of the feed or of entries that
    were given up. ``next_due``: seconds since 1970.
    """

    feed: str
    next_due: float
    polled: bool = False
    unchanged: bool = False
    new: int = 0
    known: int = 0
    later: int = 0
    errors: tuple[OnRecordError, ...] = ()

    @property
    def failed(self) -> int:
        """How many errors there were."""
        return len(self.errors)


def parse_every(text: str) -> float:
    """Seconds of ``90s``, ``15m``, ``2h`` or ``1d``; at least ``SHORTEST``. Raises ``InputError``."""
    match = _EVERY.fullmatch(text.strip().lower())
    if match is None:
        way_out = "give a number and s, m, h or d, as in 90s, 15m, 2h or 1d"
        raise InputError(f"every {text[:50]!r}", "not a length of time", way_out)
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds < SHORTEST:
        problem = f"{seconds:g} s between two polls, at least {SHORTEST:.0f} s are polite to those who run the server"
        raise InputError(f"every {text!r}", problem, "give 60s or more; 15m is usual")
    return seconds
