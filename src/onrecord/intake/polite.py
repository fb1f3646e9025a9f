"""Fetching pages and feeds with manners: robots.txt, a pause between requests, conditions, back-off.

Import this module where it is needed: it imports httpx.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal, Self

import httpx
from protego import Protego

from onrecord.errors import (
    AddressRefused,
    Disallowed,
    FetchError,
    InputError,
    NotFound,
    NotNow,
    NotReadable,
    OnRecordError,
    TooLarge,
)
from onrecord.reader import fetch
from onrecord.reader.fetch import Page

REDIRECTS = 5  # as many as RFC 9309 §2.3.1.2 asks for robots.txt
ROBOTS_KEPT = 86_400.0  # seconds; RFC 9309 §2.4: no copy is used for more than a day
ROBOTS_READ = 512_000  # bytes that are heeded; RFC 9309 §2.5 asks for 500 KiB at least
LONGEST_DELAY = 300.0  # seconds of Crawl-delay that are kept to; a few hosts ask for days, which is to say never
FIRST_BACK_OFF, LONGEST_BACK_OFF = 4.0, 3600.0  # seconds after a host's first failure, doubled with each, and at most
LONGEST_ASKED = 86_400.0  # seconds of Retry-After that are kept to
HOSTS = 1000  # that are remembered at once; robots.txt of each may hold ROBOTS_READ bytes
PRODUCT = "onrecord"  # the name that robots.txt may address
_PURPOSE = "watches news feeds and reads the pages they link to"
_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "application/xml;q=0.9,text/xml;q=0.9,application/json;q=0.8,text/plain;q=0.8,text/markdown;q=0.8"
)
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
_NO_TEXT = re.compile(r"(?:image|audio|video|font|model)/|application/(?:pdf|zip|gzip|x-gzip|vnd\.|msword)")
_PASSING = frozenset({408, 425, 429})  # of the 4xx; every 5xx is passing too
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?")
_CONTACT = re.compile(r"[!-'*-~][ -'*-~]{2,200}")  # printable ASCII without the brackets that end a comment


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: a fresh page, or that it is unchanged since the one that ``etag`` and ``modified`` name.

    ``url`` is the address after redirects, ``moved_to`` where permanent redirects lead from the address asked for.
    ``etag`` and ``modified`` are to be handed to the next ``get``.
    """

    url: str
    status: Literal["fresh", "unchanged"]
    page: Page | None
    etag: str | None
    modified: str | None
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Manners:
    """How polite to be. Times in seconds, sizes in bytes.

    ``spacing`` parts the requests to one host, unless it asks for more (Crawl-delay, Request-rate). A host that is due
    again within ``patience`` is waited for, else the request is put off (``NotNow``).
    """

    spacing: float = 2.0
    patience: float = LONGEST_DELAY
    timeout: float = fetch.TIMEOUT
    deadline: float = fetch.DEADLINE
    largest: int = fetch.LARGEST_PAGE


@dataclass(slots=True)
class _Host:
    """``due``: when the next request may go, epoch seconds; ``failures`` in a row; ``spacing`` in seconds."""

    spacing: float
    due: float = 0.0
    failures: int = 0
    robots: dict[str, tuple[float, Protego]] = field(default_factory=dict)  # origin → when it expires, the rules


class Polite:
    """Fetches for one process, one request at a time; not for several threads.

    ``contact`` (an address or a page) lets those who run a server tell us. ``clock`` gives seconds since 1970.
    Close it, or use it in a ``with`` statement.
    """

    def __init__(
        self,
        manners: Manners = Manners(),
        *,
        contact: str | None = None,
        allow_private: bool = False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if contact is not None and not _CONTACT.fullmatch(contact):
            problem = "not a contact that fits in a user agent"
            raise InputError(repr(contact), problem, "give a mail address or a page's, in ASCII, without brackets")
        self.manners, self.clock, self.sleep = manners, clock, sleep
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        no_reuse = httpx.Limits(max_keepalive_connections=0)  # see PublicOnly; and the pause outlives most servers' own
        self._client = httpx.Client(
            transport=httpx.HTTPTransport(verify=fetch.trusted(), limits=no_reuse)
            if allow_private
            else fetch.PublicOnly(),
            timeout=manners.timeout,
            headers={
                "User-Agent": fetch.agent(_PURPOSE if contact is None else f"{_PURPOSE}; contact: {contact}"),
                "Accept": _ACCEPT,
            },
            trust_env=False,  # a proxy would resolve the name itself, past our check
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """Get what is at ``url``, or learn that it is as before.

        Raises ``NotNow`` for what may pass, ``Disallowed``, ``AddressRefused``, ``NotFound`` for 404 and 410,
        ``NotReadable`` for pictures and the like, ``TooLarge``, and ``FetchError`` for all else.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        here, moved_to, permanent, been = _address(url, url), None, True, set[httpx.URL]()
        self._client.cookies.clear()  # those set on the way are sent on the way, but nobody follows us from get to get
        while len(been) <= REDIRECTS:
            been.add(here)
            self._require_allowed(here, url)
            with self._exchange(here, url, headers) as response:
                if (target := _target(here, response)) is None:
                    return self._answer(url, response, headers, moved_to)
            here = _address(target, url)
            permanent = permanent and response.status_code in _PERMANENT
            moved_to = str(here) if permanent else moved_to
            if here in been and "set-cookie" not in response.headers:
                way_out = "pass an address that does not come back to itself"
                raise FetchError(url, f"a redirect loop: {here} leads back to itself", way_out)
        raise FetchError(url, f"more than {REDIRECTS} redirects", "pass the address that it ends at")

    def wait(self, url: str) -> float:
        """Seconds until the host of ``url`` may be asked again; 0 if it may now, or was never asked."""
        try:
            host = self._hosts.get(httpx.URL(url).netloc.decode("ascii"))
        except (httpx.InvalidURL, UnicodeError):
            return 0.0  # get() tells what is wrong with it
        return 0.0 if host is None else max(0.0, host.due - self.clock())

    def _answer(self, url: str, response: httpx.Response, sent: Mapping[str, str], moved_to: str | None) -> Answer:
        etag, modified = _validator(response, "etag"), _validator(response, "last-modified")
        here = str(response.url)
        if response.status_code == 304 and sent:
            etag, modified = etag or sent.get("If-None-Match"), modified or sent.get("If-Modified-Since")
            return Answer(here, "unchanged", None, etag, modified, moved_to)
        kind = _kind(url, response)
        page = Page(here, self._body(url, response), response.charset_encoding, kind)
        return Answer(here, "fresh", page, etag, modified, moved_to)

    def _body(self, url: str, response: httpx.Response) -> bytes:
        try:
            return fetch.body(url, response, self.manners.largest, self.manners.deadline)
        except FetchError as slow:
            raise self._put_off(response.url, url, slow.problem) from None

    def _require_allowed(self, here: httpx.URL, url: str) -> None:
        """Raise ``Disallowed`` unless robots.txt lets us fetch ``here``; ``url`` is for messages."""
        host, origin = self._host(here), f"{here.scheme}://{here.netloc.decode('ascii')}"
        expires, rules = host.robots.get(origin, (0.0, None))
        if rules is None or self.clock() >= expires:
            rules = Protego.parse(self._robots(here.copy_with(raw_path=b"/robots.txt"), url))
            host.robots[origin] = self.clock() + ROBOTS_KEPT, rules
            rate = rules.request_rate(PRODUCT)
            asked = max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate else 0.0)
            host.spacing = max(self.manners.spacing, min(asked, LONGEST_DELAY))
        if not rules.can_fetch(str(here), PRODUCT):
            problem = f"robots.txt of {here.host} disallows it for {PRODUCT}"
            raise Disallowed(url, problem, "save the page from a browser and add the file, or ask the outlet")

    def _robots(self, robots: httpx.URL, url: str) -> str:
        """The text of robots.txt; "", which allows all, where there is none (RFC 9309 §2.3.1)."""
        try:
            for _ in range(REDIRECTS + 1):
                with self._exchange(robots, url, {}, spaced=False) as response:
                    if (target := _target(robots, response)) is None:
                        if response.status_code != 200:
                            return ""
                        return self._body(url, response)[:ROBOTS_READ].decode("utf-8-sig", "replace")
                robots = _address(target, url)
        except (NotNow, TooLarge) as error:
            again, tried = self.clock() + ROBOTS_KEPT, True
            if isinstance(error, NotNow):
                again, tried = error.again, error.tried
            problem = f"robots.txt of {robots.host} cannot be had ({error.problem})"
            raise NotNow(url, problem, again, tried=tried) from None
        return ""

    @contextmanager
    def _exchange(
        self, here: httpx.URL, url: str, headers: Mapping[str, str], *, spaced: bool = True
    ) -> Iterator[httpx.Response]:
        """Wait for our turn, send the request and give the answer, its body still to be read.

        ``spaced``: whether the next request waits for this one; nobody minds robots.txt. Raises ``NotNow``.
        """
        host = self._host(here)
        self._await_turn(host, here, url)
        watchdog = fetch.Watchdog(self.manners.deadline)
        extensions = {"trace": watchdog.trace}
        try:
            with watchdog, self._client.stream("GET", here, headers=headers, extensions=extensions) as response:
                status = response.status_code
                if status in _PASSING or status >= 500:
                    asked = retry_after(response.headers.get("retry-after"), self.clock())
                    raise self._put_off(here, url, f"the server answered with status {status}", asked)
                yield response
                host.failures = 0
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            problem = f"cannot be fetched: {error}"
            if watchdog.barked:
                problem = f"over {self.manners.deadline:g} s and no end"
            elif isinstance(error, httpx.TimeoutException):
                problem = f"no answer within {self.manners.timeout:g} s"
            raise self._put_off(here, url, problem) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise FetchError(url, f"cannot be fetched: {error}", "check the address") from error
        except AddressRefused as refused:
            raise AddressRefused(url, refused.problem, refused.way_out) from None
        except OnRecordError as error:
            host.failures = host.failures if isinstance(error, NotNow) else 0  # "no such page" is an answer
            raise
        finally:
            if spaced:
                host.due = max(host.due, self.clock() + host.spacing)

    def _host(self, here: httpx.URL) -> _Host:
        name = here.netloc.decode("ascii")
        host = self._hosts.setdefault(name, _Host(self.manners.spacing))
        self._hosts.move_to_end(name)
        if len(self._hosts) > HOSTS:
            self._hosts.popitem(last=False)
        return host

    def _await_turn(self, host: _Host, here: httpx.URL, url: str) -> None:
        pause = host.due - self.clock()
        if pause > self.manners.patience:
            why = (
                f"has failed {host.failures} times in a row"
                if host.failures
                else f"asks for {host.spacing:g} s between"
            )
            raise NotNow(url, f"{here.host} {why} and is left alone for {pause:.0f} s", host.due, tried=False)
        if pause > 0:
            self.sleep(pause)

    def _put_off(self, here: httpx.URL, url: str, problem: str, asked: float | None = None) -> NotNow:
        """Leave the host alone for as long as it ``asked``, in seconds, or longer with every failure in a row."""
        host = self._host(here)
        pause = min(FIRST_BACK_OFF * 2.0 ** min(host.failures, 20), LONGEST_BACK_OFF)
        host.failures += 1
        host.due = self.clock() + max(pause, host.spacing, asked or 0.0)
        return NotNow(url, problem, host.due)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110 §10.2.3), from 0 to ``LONGEST_ASKED``; None if it is none.

    ``now``: seconds since 1970, which a date is reckoned from.
    """
    value = (value or "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(value)
        then = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(then - now, 0.0), LONGEST_ASKED)


def _address(address: str, url: str) -> httpx.URL:
    """``address`` as one that can be fetched, without fragment; ``url`` is for messages."""
    try:
        here = httpx.URL(address).copy_with(fragment=None)
        here.netloc.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(url, f"not an address that can be fetched: {error}", "check the address") from None
    if here.scheme not in ("http", "https") or not here.host:
        problem = (
            "not an http or https address" if address == url else f"redirects to {address[:200]}, which is not http"
        )
        raise FetchError(url, problem, "pass an address that begins with http:// or https://")
    return here


def _target(here: httpx.URL, response: httpx.Response) -> str | None:
    """Where a redirect leads, None if it is none."""
    location = response.headers.get("location")
    if response.status_code not in _REDIRECT or not location:
        return None
    try:
        return str(here.join(location))
    except (httpx.InvalidURL, UnicodeError):
        return str(location)


def _validator(response: httpx.Response, name: str) -> str | None:
    """An ETag or Last-Modified that can be sent back as it came, else None."""
    value: str = response.headers.get(name, "")
    return value if value and len(value) <= 1024 and value.isascii() and value.isprintable() else None


def _kind(url: str, response: httpx.Response) -> str | None:
    """The kind of page (html, text, markdown, or None: whoever reads it looks), once the status is in order."""
    status = response.status_code
    if status in (404, 410):
        raise NotFound(url, f"the server has no such page (status {status})", "check the address")
    if status != 200:
        raise FetchError(
            url, f"the server answered with status {status}", "save the page from a browser and add the file"
        )
    content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if _NO_TEXT.match(content_type):
        raise NotReadable(url, f"content type {content_type}", "pass the address of a page, a text or a feed")
    return _KINDS.get(content_type)
