"""Fetching one page over HTTP, from public addresses only unless told otherwise.

Import this module where it is needed: it imports httpx.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self

import httpx

from onrecord.errors import AddressRefused, FetchError, NotFound, NotReadable, TooLarge

TIMEOUT = 15.0  # seconds to connect, and between two pieces of the answer
DEADLINE = 60.0  # seconds for the whole body; a server that drips one byte a second is given up
LARGEST_PAGE = 10_000_000  # bytes after decompression; real pages have 0.05 to 2 MB
REDIRECTS = 5
ADDRESSES = 3  # of one host that are tried in turn
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "": None,  # the server does not say; the content is looked at
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv6 addresses that carry an IPv4 one in their last 32 bits


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: the address after redirects, the body, the charset and kind (html, text, markdown) claimed."""

    url: str
    data: bytes
    charset: str | None
    kind: str | None


def fetch(url: str, *, allow_private: bool = False, kinds: Mapping[str, str | None] = _KINDS) -> Page:
    """Get the page at ``url``. ``kinds`` are the content types that are taken, and what each is read as.

    Raises ``AddressRefused`` for hosts that are not on the public internet, ``NotFound`` for 404 and 410,
    ``NotReadable`` for a type that is none of ``kinds``, ``TooLarge``, and ``FetchError`` for all else.
    """
    transport = httpx.HTTPTransport(verify=trusted()) if allow_private else PublicOnly()
    watchdog = Watchdog(DEADLINE)
    try:
        with (
            # Proxies from the environment are not used: a proxy would resolve the name itself, past our check.
            httpx.Client(
                transport=transport,
                timeout=TIMEOUT,
                follow_redirects=True,
                max_redirects=REDIRECTS,
                headers={
                    "User-Agent": agent("reads single news pages on a user's request"),
                    "Accept": ",".join(kind for kind in kinds if kind),
                },
                trust_env=False,
            ) as client,
            watchdog,
            client.stream("GET", url, extensions={"trace": watchdog.trace}) as response,
        ):
            kind = _kind(url, response, kinds)
            return Page(str(response.url), body(url, response), response.charset_encoding, kind)
    except httpx.TooManyRedirects:
        raise FetchError(url, f"more than {REDIRECTS} redirects", "pass the address that it ends at") from None
    except httpx.TimeoutException:
        raise FetchError(url, f"no answer within {TIMEOUT:.0f} s", "try later, or save the page and pass it") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        if watchdog.barked:
            raise FetchError(url, f"over {DEADLINE:.0f} s and no end", "save the page and pass the file") from None
        way_out = "check the address, or save the page and pass the file"
        raise FetchError(url, f"cannot be fetched: {error}", way_out) from error


def _kind(url: str, response: httpx.Response, kinds: Mapping[str, str | None]) -> str | None:
    """The kind of page, once status and content type are in order."""
    if response.status_code in (404, 410):
        raise NotFound(url, f"the server has no such page (status {response.status_code})", "check the address")
    if response.status_code != 200:
        way_out = "save the page from a browser and pass the file"
        raise FetchError(url, f"the server answered with status {response.status_code}", way_out)
    content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type not in kinds:
        raise NotReadable(url, f"content type {content_type}", "pass the address of an HTML, text or Markdown page")
    return kinds[content_type]


def body(url: str, response: httpx.Response, largest: int | None = None, deadline: float | None = None) -> bytes:
    """The whole body, decompressed: at most ``largest`` bytes within ``deadline`` seconds.

    Raises ``TooLarge``, and ``FetchError`` when the time is over. The limits are ``LARGEST_PAGE`` and ``DEADLINE``
    unless given.
    """
    largest = LARGEST_PAGE if largest is None else largest
    deadline = DEADLINE if deadline is None else deadline
    way_out = "save the page, cut it down and pass the file"
    announced = response.headers.get("content-length", "")[:20]
    if announced.isdecimal() and int(announced) > largest:
        raise TooLarge(url, f"{int(announced):,} bytes, at most {largest:,} are fetched", way_out)
    pieces, size, start = [], 0, time.monotonic()
    for piece in response.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise TooLarge(url, f"over {largest:,} bytes, which is the most fetched", way_out)
        if time.monotonic() - start > deadline:
            raise FetchError(url, f"{size:,} bytes in {deadline:.0f} s and no end", "save the page and pass the file")
    return b"".join(pieces)


class Watchdog:
    """Shuts the connections of an exchange down once its time is over, whatever the exchange is waiting for then.

    httpx limits the wait for each piece only, so that a server which drips its headers out would hold us for ever.
    Pass ``trace`` as the request's extension of that name. ``barked`` tells that the time was over.
    """

    def __init__(self, seconds: float) -> None:
        self.barked = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(seconds, 0.0), self._bark)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Learn each connection's socket (httpcore calls this at every step of an exchange)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.barked:
                self._bark()

    def _bark(self) -> None:
        self.barked = True
        for connection in self._sockets:
            with contextlib.suppress(OSError):  # closed already
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # an SSLSocket's own would unwrap it first


class PublicOnly(httpx.BaseTransport):
    """Resolves the host of every request, redirects included, and connects to the very address that was checked.

    Were the name resolved again for the connection, a name server could answer first with a public address and then
    with a private one (DNS rebinding). The Host header, SNI and the certificate check keep the name.
    """

    def __init__(self) -> None:
        # No connection is kept: two hosts may share an address, and the second would inherit the first one's TLS.
        self._inner = httpx.HTTPTransport(verify=trusted(), limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` to a checked address of its host."""
        host = request.url.raw_host.decode("ascii")
        failure: httpx.ConnectError | httpx.ConnectTimeout | None = None
        for address in public_addresses(host, str(request.url))[:ADDRESSES]:
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return self._inner.handle_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address")

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def public_addresses(host: str, url: str) -> list[str]:
    """The IP addresses of ``host``, in the resolver's order; ``url`` is for messages.

    Raises ``AddressRefused`` when any of them is not on the public internet, ``httpx.ConnectError`` when there is none.
    """
    try:
        answers = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"the host {host} cannot be resolved ({error})") from error
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    for address in addresses:
        if not is_public(address):
            problem = f"the address {address} of {host} is private or local"
            raise AddressRefused(url, problem, "set allow_private (--allow-private) if you trust it")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps an IPv4 address."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped or ip.sixtofour
        ip = wrapped or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are trusted; loading them takes 44 ms, which every page would pay."""
    return httpx.create_ssl_context()


def agent(purpose: str) -> str:
    """The user agent that we fetch as: the project's name and version, and what the fetching is for."""
    try:
        release = version("onrecord")
    except PackageNotFoundError:  # run from a checkout
        release = "0"
    return f"onrecord/{release} (On Record; {purpose})"
