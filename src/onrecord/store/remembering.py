"""What watching remembers between two rounds, in the ledger (``onrecord.intake.watched.Memory``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.store.writer import Writer

if TYPE_CHECKING:
    from onrecord.intake.watched import FeedState


class Remembering:
    """Keeps feeds and entries in the tables of the ledger that ``writer`` writes to."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def feed_state(self, url: str) -> FeedState | None:
        """What is remembered of the feed at ``url``."""
        from onrecord.intake.watched import FeedState

        with self._writer.asking() as connection:
            row = connection.execute(
                "SELECT etag, modified, last_polled, next_due, failures, moved_to FROM feed WHERE url = ?", (url,)
            ).fetchone()
        return FeedState(*row) if row else None

    def remember_feed(self, url: str, state: FeedState) -> None:
        """Keep ``state`` in place of what was kept before."""
        fields = (state.etag, state.modified, state.last_polled, state.next_due, state.failures, state.moved_to)
        with self._writer.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)", (url, *fields))

    def knows(self, entry_key: bytes) -> bool:
        """Whether the entry was taken or given up."""
        with self._writer.asking() as connection:
            return connection.execute("SELECT 1 FROM feed_entry WHERE key = ?", (entry_key,)).fetchone() is not None

    def remember_entry(self, entry_key: bytes, feed: str) -> None:
        """Keep that the entry was taken or given up."""
        with self._writer.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO feed_entry VALUES (?, ?)", (entry_key, feed))
