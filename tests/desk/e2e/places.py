"""Addresses on a desk that shows the samples."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

LONGEST = "wire-hearing-1028"  # some 1,550 words, a hundred statements
SPEAKER = "Edda Kovalic"


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses on a desk that shows the samples, and what is at them."""

    article: str
    speaker: str
    statement: str

    @property
    def all(self) -> dict[str, str]:
        """Every page's address, by what it shows."""
        return {name: path.format(self) for name, path in _PATHS.items()}


_PATHS = {
    "front": "/",
    "article": "/article/{0.article}",
    "article at a statement": "/article/{0.article}#{0.statement}",
    "speaker": "/speaker/{0.speaker}",
    "search, nothing asked": "/search",
    "search": "/search?q=dam",
    "search with filters": "/search?q=dam&act=deny",
    "search, nothing found": "/search?q=xylophone&by=words",
    "search, not understood": "/search?q=%22dam",
    "statement": "/statement/{0.statement}",
    "review": "/review",
    "review of a statement": "/review/{0.statement}",
    "add": "/add",
    "about": "/about",
    "no such page": "/nowhere",
    "no such statement": "/statement/s000000000000000",
}


def names() -> list[str]:
    """What the pages show, one name each."""
    return list(_PATHS)


def of(db: Path) -> Places:
    """Where the longest article, one of its statements and a much-quoted person are."""
    with closing(sqlite3.connect(db)) as connection:
        [(statement,)] = connection.execute(
            "select s.key from statement s join article a on a.id = s.article where a.key = ? and s.ordinal = 3",
            [LONGEST],
        )
        [(speaker,)] = connection.execute("select key from person where name = ?", [SPEAKER])
    return Places(LONGEST, speaker, statement)
