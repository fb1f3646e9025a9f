"""The ledger as many threads use it: some who read at once, one who writes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from queue import LifoQueue

from onrecord.store.connection import explained, migrations, open_reader, open_writer
from onrecord.store.meaning import Codes
from onrecord.store.vectors import vector_of, vectors_of
from onrecord.store.view import View
from onrecord.store.writer import Writer

VECTORS = 512  # of what was searched for last that are kept: pages, facets, feeds and tables ask the same again
READERS = 4  # each keeps pages and codes in memory; on two cores more would only wait for each other


class Ledgers:
    """Lends views of one ledger, and its writer. Raises LedgerError; a file that is not there is made first."""

    def __init__(self, path: Path, *, make: bool = True) -> None:
        self.path = path
        if make and not path.exists():
            open_writer(path).close()
        self._codes = Codes()
        self._vector = lru_cache(VECTORS)(vector_of)  # to make one takes 5 ms
        self._views: LifoQueue[View | None] = LifoQueue()  # the last one used has the pages in its cache
        for _ in range(READERS):
            self._views.put(None)
        self._writing = threading.Lock()
        self._writer: Writer | None = None
        self._clock_lock = threading.Lock()
        self._clock = open_reader(path)
        self._newest = len(migrations())
        self._life = secrets.token_hex(4)

    @contextmanager
    def view(self) -> Iterator[View]:
        """A view that no other thread has meanwhile. Raises LedgerError."""
        self._require_known()
        view = self._views.get()
        try:
            view = view or View(self.path, self._vector, self._codes)
            yield view
        finally:
            self._views.put(view)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """The writer, for one thread at a time; other processes may write between."""
        self._require_known()
        with self._writing:
            if self._writer is None:
                self._writer = Writer(self.path, vectors_of)
            yield self._writer

    def _require_known(self) -> None:
        """Raise NewerLedger where a later On Record has brought the file to a version that this one cannot know."""
        with self._clock_lock, explained(str(self.path)):
            (version,) = self._clock.execute("PRAGMA user_version").fetchone()
        if version > self._newest:
            open_reader(self.path).close()  # which says what is wrong

    def stamp(self) -> str:
        """Another text after every change of the ledger, whoever made it, and after every start of the desk."""
        with self._clock_lock, explained(str(self.path)):
            (version,) = self._clock.execute("PRAGMA data_version").fetchone()
        return f"{self._life}-{version}"

    def close(self) -> None:
        """Close the file; whoever has a view now keeps it open."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        with self._clock_lock:
            self._clock.close()
        while not self._views.empty():
            view = self._views.get()
            if view is not None:
                view.close()
