"""Fetching from a server in this process; nothing leaves the machine."""

import _socket
import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from onrecord.errors import AddressRefused, FetchError, NotFound, NotReadable, TooLarge
from onrecord.reader import Given, fetch, load

PAGE = (Path(__file__).parents[1] / "articles" / "page_harbour.html").read_bytes()
BARE = PAGE.replace(b'<meta charset="utf-8">', b"")
TEXT = "“No,” said the mayor of Portmere on Tuesday, and left the quay."


class Handler(BaseHTTPRequestHandler):
    seen: dict[str, str]

    def do_GET(self) -> None:
        type(self).seen = dict(self.headers) | {"path": self.path}
        name = self.path.strip("/").split("?")[0]
        if name.startswith("loop"):
            step = int(name[4:] or 0)
            return self.reply(302, b"", Location=f"/loop{step + 1}" if step < 99 else "/page")
        if name.startswith("hop"):
            left = int(name[3:])
            return self.reply(301, b"", Location=f"/hop{left - 1}" if left else "/page")
        replies: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "page": (200, PAGE, {"Content-Type": "text/html; charset=utf-8"}),
            "silent": (200, PAGE, {}),
            "gzip": (200, gzip.compress(PAGE), {"Content-Type": "text/html", "Content-Encoding": "gzip"}),
            "bomb": (200, gzip.compress(b"x" * 30_000_000), {"Content-Type": "text/html", "Content-Encoding": "gzip"}),
            "cp1252": (200, TEXT.encode("cp1252"), {"Content-Type": "text/plain; charset=iso-8859-1"}),
            "cp1250": (200, "Łódź said no.".encode("cp1250"), {"Content-Type": "text/plain; charset=windows-1250"}),
            "markdown": (200, b"# Wall\n\nThe *mayor* said no.", {"Content-Type": "text/markdown"}),
            "pdf": (200, b"%PDF-1.7", {"Content-Type": "application/pdf"}),
            "gone": (410, b"", {"Content-Type": "text/html"}),
            "secret": (403, b"", {"Content-Type": "text/html"}),
            "file": (302, b"", {"Location": "file:///etc/passwd"}),
            "private": (302, b"", {"Location": "http://10.0.0.1/"}),
            "announced": (200, b"x", {"Content-Type": "text/html", "Content-Length": "10000001"}),
        }
        status, body, headers = replies.get(name, (404, b"", {}))
        return self.reply(status, body, **headers)

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.handle_error = lambda *arguments: None  # type: ignore[method-assign]  # a client that hangs up is expected
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_page_with_its_address_and_our_name(server: str) -> None:
    article = load(f"{server}/page", allow_private=True)
    assert article.text.startswith("PORTMERE, April 2")
    assert article.url == f"{server}/page"
    assert load(f"{server}/page", Given(url="https://x.example/"), allow_private=True).url == "https://x.example/"
    assert "onrecord/" in Handler.seen["User-Agent"]


@pytest.mark.parametrize(
    ("path", "text"),
    [("silent", "PORTMERE"), ("gzip", "PORTMERE"), ("cp1252", TEXT), ("cp1250", "Łódź said no."),
     ("markdown", "The mayor said no."), ("hop5", "PORTMERE"), ("page?a=1#b", "PORTMERE")],
)  # fmt: skip
def test_what_can_be_read(server: str, path: str, text: str) -> None:
    if path == "hop5":
        path = "hop4"  # hop4 → 3 → 2 → 1 → 0 → page: five redirects
    assert load(f"{server}/{path}", allow_private=True).text.startswith(text)


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("nothing", NotFound, "status 404"),
        ("gone", NotFound, "status 410"),
        ("secret", FetchError, "status 403; save the page"),
        ("pdf", NotReadable, "content type application/pdf"),
        ("hop5", FetchError, "more than 5 redirects"),
        ("loop", FetchError, "more than 5 redirects"),
        ("file", FetchError, "cannot be fetched"),
        ("announced", TooLarge, "10,000,001 bytes, at most 10,000,000"),
        ("bomb", TooLarge, "over 10,000,000 bytes"),
    ],
)
def test_what_cannot(server: str, path: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        load(f"{server}/{path}", allow_private=True)


def test_silence_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(FetchError, match="no answer within"):
        load(f"http://127.0.0.1:{listener.getsockname()[1]}/", allow_private=True)


def test_a_drip_is_given_up(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "DEADLINE", -1.0)
    with pytest.raises(FetchError, match="and no end"):
        load(f"{server}/page", allow_private=True)


def test_closed_port_and_bad_addresses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for address in (f"http://127.0.0.1:{port}/", "http://", "http://x:99999999/", "http://[::/", "https://\x00/"):
        with pytest.raises(FetchError):
            load(address, allow_private=True)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost"),
    ],
)
def test_private_addresses_are_refused_before_any_connection(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if host != "localhost":  # numbers need no name server, whatever the tests' own guard thinks of them
        monkeypatch.setattr(socket, "getaddrinfo", numeric)
    with pytest.raises(AddressRefused, match=r"is private or local; set allow_private"):
        load(f"http://{host}/")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert fetch.is_public(address)


def numeric(host: str, port: None, type: int) -> list[Any]:
    return _socket.getaddrinfo(host, port, type=type, flags=socket.AI_NUMERICHOST)


def resolver(*answers: list[str]) -> Any:
    """A resolver that gives each list of addresses in turn, and the last one for ever."""
    remaining = list(answers)

    def getaddrinfo(host: str, *rest: Any, **options: Any) -> list[Any]:
        answer = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in answer]

    return getaddrinfo


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(AddressRefused, match=r"http://x\.example/: the address 10\.0\.0\.1 of x\.example"):
        load("http://x.example/")


class Recorder(httpx.BaseTransport):
    """Stands in for the network: keeps what would have been sent."""

    def __init__(self, *replies: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self.replies = list(replies)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host == "1.0.0.1":
            raise httpx.ConnectError("refused")
        return self.replies.pop(0)


def public_only(*replies: httpx.Response) -> tuple[fetch.PublicOnly, Recorder]:
    transport, recorder = fetch.PublicOnly(), Recorder(*replies)
    transport._inner = recorder  # type: ignore[assignment]
    return transport, recorder


def test_the_checked_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(["1.0.0.1", "8.8.8.8"], ["10.0.0.1"]))  # rebinds at once
    transport, recorder = public_only(httpx.Response(200, text="ok"))
    with httpx.Client(transport=transport) as client:
        assert client.get("https://news.example:8443/a?b=1").text == "ok"
    first, second = recorder.requests  # the first address did not answer
    assert [str(request.url) for request in (first, second)] == [
        "https://1.0.0.1:8443/a?b=1",
        "https://8.8.8.8:8443/a?b=1",
    ]
    assert second.headers["host"] == "news.example:8443"
    assert second.extensions["sni_hostname"] == "news.example"


def test_every_redirect_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(["8.8.8.8"], ["127.0.0.1"]))
    transport, recorder = public_only(httpx.Response(302, headers={"Location": "http://inside.example/"}))
    with httpx.Client(transport=transport, follow_redirects=True) as client, pytest.raises(AddressRefused):
        client.get("http://news.example/")
    assert len(recorder.requests) == 1


def test_ipv6_addresses_are_bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(["2606:4700::1111"]))
    transport, recorder = public_only(httpx.Response(200, text="ok"))
    with httpx.Client(transport=transport) as client:
        client.get("http://news.example/a")
    assert str(recorder.requests[0].url) == "http://[2606:4700::1111]/a"


def test_proxies_of_the_environment_are_not_asked(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert load(f"{server}/page", allow_private=True).title is not None
