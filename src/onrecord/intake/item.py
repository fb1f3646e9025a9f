"""One article before it is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Literal

from onrecord.reader.given import UNKNOWN, Given

_FACTS = tuple(field.name for field in fields(Given))

ItemKind = Literal["page", "text", "markdown", "object", "address", "record"]


@dataclass(frozen=True, slots=True)
class Item:
    """One article as it lies in its source, not yet read.

    ``name`` is for messages and the list of failures: ``dump.jsonl, line 7``. ``source`` is what the user named, from
    which it came. ``kind`` tells how ``data`` is read; None: its content is looked at. ``data`` are raw bytes; for an
    ``object`` a JSON object in UTF-8 with ``text`` or ``html``; for a ``record`` the record's JSON; for an ``address``
    none, as it is fetched when it is read. ``given`` is what the source says of the article. ``charset`` is what the
    HTTP header claimed; ``seen`` (ISO 8601) when the source obtained it, as a web archive tells.
    """

    name: str
    source: str
    kind: ItemKind | None
    data: bytes
    given: Given = UNKNOWN
    charset: str | None = None
    seen: str | None = None

    @property
    def digest(self) -> bytes:
        """16 bytes that are the same for the same unread input, wherever it lies; an address is its own input."""
        digest = hashlib.blake2b(digest_size=16)
        facts = [self.given.url]
        if self.kind != "address":
            facts = [*(getattr(self.given, name) for name in _FACTS), self.charset]
        for fact in (self.kind, *facts):
            encoded = b"" if fact is None else fact.encode("utf-8", "surrogatepass")
            digest.update(b"-" if fact is None else b"%d:" % len(encoded))  # lengths keep neighbours apart
            digest.update(encoded)
        digest.update(self.data)
        return digest.digest()
