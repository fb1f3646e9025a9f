"""Who is asking, and what they may do.

Where nobody has to sign in, whoever comes is the one who started the desk. Elsewhere a token is shown: by programs as
``Authorization: Bearer`` (or as a password, by feed readers), by people on the sign-in page, which gives them a cookie
for twelve hours.
"""

from __future__ import annotations

import base64
import ipaddress
import math
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from starlette.datastructures import Headers

from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.rates import Rates
from onrecord.serve.desk.settings import Settings
from onrecord.store import tokens
from onrecord.store.connection import explained, open_reader

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("reader", "reviewer", "admin")
"""Each may do what those before it may: look; correct and add; manage the jobs of all."""

COOKIE = "onrecord_session"
SESSION = 12 * 3600  # seconds: a working day
SESSIONS = 1000  # at once; the oldest goes
FAILURES = 10  # a minute and address

_ANOTHER = "ask an admin for another, or make one with `onrecord token add`"
_SIGN_IN = "sign in at /signing/in, or send a token as `Authorization: Bearer onrecord_…`"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, by the name that their corrections bear, and the number of the token they showed."""

    name: str
    role: Role
    token: int | None = None

    def may(self, role: Role) -> bool:
        """Whether they may do what this role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Door:
    """Who comes in. Sessions are kept in memory, by the digests of their ids: a restart of the desk ends them."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._sessions: dict[bytes, tuple[int, float]] = {}  # the token's number, and when the session ends
        self._lock = threading.Lock()
        self._failures = Rates(FAILURES, clock)
        self._ledger = open_reader(settings.db) if settings.tokens else None

    def close(self) -> None:
        """Close the ledger."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.close()

    def known(self, headers: Headers, cookies: dict[str, str], address: str) -> Identity:
        """Who asks. Raises Problem: 401 where a token is needed and no good one was shown, 429 after too many."""
        if not self._settings.tokens:
            return Identity(self._settings.by, "reader" if self._settings.read_only else "admin")
        shown = headers.get("authorization")
        if shown is not None:
            scheme, _, secret = shown.partition(" ")
            if scheme.lower() not in ("bearer", "basic"):
                raise _unknown("Authorization", f"{scheme[:20]!r} is not understood here", _SIGN_IN)
            secret = _password(secret) if scheme.lower() == "basic" else secret
            return self._bearer(secret.strip(), address)
        if COOKIE in cookies:
            return self._session(cookies[COOKIE])
        raise _unknown("this desk", "is open to those with a token", _SIGN_IN)

    def sign_in(self, secret: str, address: str) -> str:
        """A new session for whoever has this token: its id. Raises Problem (401, 429)."""
        self._not_too_often(self._failures.wait(_place(address)))
        found = self._bearer(secret.strip(), address)
        session = "session_" + secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._sessions = {key: value for key, value in self._sessions.items() if value[1] > now}
            while len(self._sessions) >= SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[tokens.digest(session)] = (found.token or 0, now + SESSION)
        return session

    def sign_out(self, session: str) -> None:
        """End a session, if there is one of that id."""
        with self._lock:
            self._sessions.pop(tokens.digest(session), None)

    def _bearer(self, secret: str, address: str) -> Identity:
        token = self._find(secret)
        if token is None:
            self._not_too_often(self._failures.take(_place(address)))
            raise _unknown("the token", "is not known to this desk", _ANOTHER)
        return self._good(token)

    def _session(self, session: str) -> Identity:
        with self._lock:
            number, until = self._sessions.get(tokens.digest(session), (0, 0.0))
        token = self._find(number) if until > self._clock() else None
        if token is None:
            raise _unknown("your sign-in", "is over: it lasts 12 hours, or until the desk stops", "sign in again")
        return self._good(token)

    def _find(self, which: str | int) -> tokens.Token | None:
        assert self._ledger is not None
        with self._lock, explained(str(self._settings.db)):
            if isinstance(which, int):
                return tokens.numbered(self._ledger, which)
            return tokens.find(self._ledger, which)

    def _good(self, token: tokens.Token) -> Identity:
        if over := token.over(tokens.now()):
            raise _unknown(f"the token of {token.name}", over, _ANOTHER)
        role = "reader" if self._settings.read_only else cast(Role, token.role)
        return Identity(token.name, role, token.id)

    def _not_too_often(self, wait: float) -> None:
        if wait:
            again = {"Retry-After": str(math.ceil(wait))}
            raise Problem(
                429, "too-many-failures", "signing in", f"failed {FAILURES} times within a minute from your address",
                f"try again in {math.ceil(wait)} s", again,
            )  # fmt: skip


def _password(pair: str) -> str:
    """What stands for the password in ``Authorization: Basic`` (RFC 7617): many feed readers can send nothing else."""
    try:
        return base64.b64decode(pair.strip(), validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


def any_good(settings: Settings) -> bool:
    """Whether the ledger has a token that is good now."""
    with closing(open_reader(settings.db)) as ledger, explained(str(settings.db)):
        return any(one.over(tokens.now()) is None for one in tokens.every(ledger))


def identity(request: Request) -> Identity:
    """Who is asking, as the gate found out (``gate.Gate``). Raises Problem (401) on a route that it does not guard."""
    found: Identity | None = getattr(request.state, "identity", None)
    if found is None:
        raise _unknown(request.url.path, "is open to those with a token", _SIGN_IN)
    return found


def _unknown(datum: str, problem: str, way_out: str) -> Problem:
    return Problem(401, "who-are-you", datum, problem, way_out, {"WWW-Authenticate": 'Bearer realm="On Record"'})


def _place(address: str) -> str:
    """What failures are counted by: an IPv4 address; of IPv6, the network, in which one has all addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))


def _needing(role: Role) -> Callable[[Request], Awaitable[Identity]]:
    async def needing(request: Request) -> Identity:  # async: it waits for nothing, and needs no thread
        found = identity(request)
        if not found.may(role):
            raise Problem(403, "not-allowed", found.name, f"is a {found.role}; this takes a {role}", "sign in as one")
        return found

    return needing


AsReader = Annotated[Identity, Depends(_needing("reader"))]
AsReviewer = Annotated[Identity, Depends(_needing("reviewer"))]
AsAdmin = Annotated[Identity, Depends(_needing("admin"))]
"""Route parameters: whoever asks, once they may."""
