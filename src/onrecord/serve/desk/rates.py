"""How often one may do something: token buckets, in bounded memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 4096  # keys remembered; the one longest unheard of is forgotten, which gives it a full bucket


class Rates:
    """So many a minute for each key, in one go if need be; 0: any number. For several threads."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = a_minute, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str) -> float:
        """Seconds until one more is allowed; 0: now. Takes nothing."""
        if not self._most:
            return 0.0
        with self._lock:
            return self._wait(self._left(key, self._clock()))

    def take(self, key: str) -> float:
        """Take one and give 0, or seconds until one is allowed."""
        if not self._most:
            return 0.0
        with self._lock:
            now = self._clock()
            left = self._left(key, now)
            wait = self._wait(left)
            self._buckets[key] = (left if wait else left - 1, now)
            self._buckets.move_to_end(key)
            if len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
            return wait

    def _left(self, key: str, now: float) -> float:
        left, at = self._buckets.get(key, (float(self._most), now))
        return min(float(self._most), left + (now - at) * self._most / 60)

    def _wait(self, left: float) -> float:
        return max(0.0, (1 - left) * 60 / self._most)
