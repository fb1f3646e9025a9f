"""Tokens: who may use a desk that others can reach.

A token is 256 random bits, shown once; the ledger keeps its SHA-256. A slow hash, as passwords need, would add
nothing: it makes guessing dear where there is little to guess, and nobody can go through 2**256. Nor need comparing
take the same time for all: what is looked up is the digest, of which whoever guesses cannot choose the beginning.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from onrecord.errors import BadQuery, NotOnRecord

PREFIX = "onrecord_"  # by which people, and programs that look for leaked secrets, know one
ROLES = ("reader", "reviewer", "admin")
LONGEST_NAME = 100  # characters
LONGEST_LIFE = 36_500  # days


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. Times are UTC, ISO 8601 to the second; ``expires`` None: it does not."""

    id: int
    name: str
    role: str
    made: str
    expires: str | None
    revoked: str | None

    def over(self, at: str) -> str | None:
        """Why it is good no longer at this time, as in "it expired on 2031-04-02"; None: it is good."""
        if self.revoked is not None and self.revoked <= at:
            return f"was revoked on {self.revoked[:10]}"
        if self.expires is not None and self.expires <= at:
            return f"expired on {self.expires[:10]}"
        return None


def now() -> str:
    """The time, as tokens have it."""
    return _written(datetime.now(UTC))


def digest(secret: str) -> bytes:
    """What is kept of a token's text."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def add(connection: sqlite3.Connection, name: str, role: str, days: int | None = None) -> tuple[Token, str]:
    """A new token for ``name``, good for so many days, with its text, which is kept nowhere. Raises BadQuery."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadQuery(f"name {name[:40]!r}", f"is no name of 1 to {LONGEST_NAME} characters", "name whom it is for")
    if role not in ROLES:
        raise BadQuery(f"role {role[:40]!r}", "is no role", "choose reader, reviewer or admin")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise BadQuery(f"{days} days", f"is not between 1 and {LONGEST_LIFE:,}", "leave it out for one that stays good")
    secret = PREFIX + secrets.token_urlsafe(32)
    began = datetime.now(UTC)
    expires = _written(began + timedelta(days=days)) if days else None
    cursor = connection.execute(
        "INSERT INTO token (name, role, digest, made, expires) VALUES (?, ?, ?, ?, ?)",
        (name, role, digest(secret), _written(began), expires),
    )
    return Token(int(cursor.lastrowid or 0), name, role, _written(began), expires, None), secret


def find(connection: sqlite3.Connection, secret: str) -> Token | None:
    """The token with this text, good or not; None if there is none."""
    row = connection.execute(f"{_ASKED} WHERE digest = ?", (digest(secret),)).fetchone()
    return Token(*row) if row else None


def numbered(connection: sqlite3.Connection, number: int) -> Token | None:
    """The token of this number, good or not; None if there is none."""
    row = connection.execute(f"{_ASKED} WHERE id = ?", (number,)).fetchone()
    return Token(*row) if row else None


def every(connection: sqlite3.Connection) -> Sequence[Token]:
    """All tokens, the oldest first."""
    return [Token(*row) for row in connection.execute(f"{_ASKED} ORDER BY id")]


def revoke(connection: sqlite3.Connection, which: str) -> Sequence[Token]:
    """Make a token, by its number, or all of one name good no longer; those that were still good.

    Raises NotOnRecord where no token has that number or name.
    """
    column = "id" if which.isdecimal() and which.isascii() and len(which) < 19 else "name"
    found = [Token(*row) for row in connection.execute(f"{_ASKED} WHERE {column} = ? ORDER BY id", (which,))]
    if not found:
        raise NotOnRecord(which[:LONGEST_NAME], "no token has this number or name", "`onrecord token list` lists them")
    at = now()
    good = [one for one in found if one.over(at) is None]
    connection.executemany("UPDATE token SET revoked = ? WHERE id = ?", [(at, one.id) for one in good])
    return [Token(one.id, one.name, one.role, one.made, one.expires, at) for one in good]


_ASKED = "SELECT id, name, role, made, expires, revoked FROM token"


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
