"""Fetching with manners, from a server of this machine and a clock that does not tick."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.local_server import START, Clock, LocalServer, Reply, http_date, versioned
from onrecord.errors import AddressRefused, Disallowed, FetchError, InputError, NotFound, NotNow, NotReadable, TooLarge
from onrecord.intake import polite as polite_module
from onrecord.intake.polite import LONGEST_ASKED, Manners, Polite, retry_after

PAGE = b"<html><body><p>The harbour is closed, said the mayor of Portmere.</p></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer({"/page": Reply(200, PAGE, HTML)}) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def polite(clock: Clock) -> Iterator[Polite]:
    with Polite(contact="desk@harbour.example", allow_private=True, clock=clock.time, sleep=clock.sleep) as fetching:
        yield fetching


def robots(*lines: str) -> Reply:
    return Reply(200, "\n".join(lines).encode(), {"Content-Type": "text/plain"})


def hurried(**limits: float) -> Polite:
    return Polite(Manners(spacing=0.0, **limits), allow_private=True)  # type: ignore[arg-type]


def test_a_page_and_our_name(server: LocalServer, polite: Polite) -> None:
    answer = polite.get(f"{server.url}/page#quay")
    assert answer.status == "fresh"
    assert answer.page is not None
    assert (answer.page.data, answer.page.kind, answer.page.charset) == (PAGE, "html", "utf-8")
    assert answer.page.url == answer.url == f"{server.url}/page"
    assert [path for path, _ in server.requests] == ["/robots.txt", "/page"]
    for _, headers in server.requests:
        assert headers["User-Agent"].startswith("onrecord/")
        assert headers["User-Agent"].endswith("; contact: desk@harbour.example)")
        assert "If-None-Match" not in headers


@pytest.mark.parametrize("contact", ["", "a\r\nX-Evil: 1", "a) Mozilla/5.0 (", "Röntgen", "x" * 300])
def test_contacts_that_do_not_fit_in_a_header(contact: str) -> None:
    with pytest.raises(InputError, match="user agent; give a mail address"):
        Polite(contact=contact)


# Conditional requests


def test_unchanged_by_etag_and_by_date(server: LocalServer, polite: Polite) -> None:
    server.replies["/feed"] = versioned(b"<rss/>", **{"Content-Type": "application/rss+xml"})
    first = polite.get(f"{server.url}/feed")
    assert (first.status, first.etag, first.modified) == ("fresh", '"v1"', "Wed, 02 Apr 2031 09:30:00 GMT")
    again = polite.get(f"{server.url}/feed", etag=first.etag, modified=first.modified)
    assert (again.status, again.page, again.etag, again.modified) == ("unchanged", None, first.etag, first.modified)
    assert polite.get(f"{server.url}/feed", modified=first.modified).status == "unchanged"
    server.replies["/feed"] = versioned(b"<rss />", '"v2"')
    assert polite.get(f"{server.url}/feed", etag=first.etag, modified=first.modified).etag == '"v2"'


def test_304_that_nobody_asked_for(server: LocalServer, polite: Polite) -> None:
    server.replies["/page"] = Reply(304)
    with pytest.raises(FetchError, match="status 304"):
        polite.get(f"{server.url}/page")


def test_validators_that_cannot_be_sent_back_are_not_kept(server: LocalServer, polite: Polite) -> None:
    server.replies["/page"] = Reply(200, PAGE, HTML | {"ETag": '"\xe9"', "Last-Modified": "x" * 2000})
    answer = polite.get(f"{server.url}/page")
    assert (answer.etag, answer.modified) == (None, None)


# robots.txt

RULES = robots(
    "User-agent: *",
    "Disallow: /",
    "",
    "User-agent: onrecord",
    "Disallow: /secret",
    "Allow: /secret/open",
    "Disallow: /*.pdf$",
)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/page", True),
        ("/secret/plan", False),
        ("/secret/open/day", True),
        ("/a.pdf", False),
        ("/a.pdf?x", True),
        ("/", True),
    ],
)
def test_robots(server: LocalServer, polite: Polite, path: str, *, allowed: bool) -> None:
    server.replies |= {"/robots.txt": RULES, path: Reply(200, PAGE, HTML)}
    if allowed:
        assert polite.get(server.url + path).status == "fresh"
    else:
        with pytest.raises(
            Disallowed, match=r"127.0.0.1:\d+/.*: robots.txt of 127.0.0.1 disallows it for onrecord; save"
        ):
            polite.get(server.url + path)
    assert server.paths() == [path] * allowed


@pytest.mark.parametrize(
    ("reply", "allowed"),
    [(Reply(404), True), (Reply(403), True), (Reply(401), True), (robots("<html>", "no such page"), True),
     (robots("\ufeffUser-agent: *", "Disallow: /page"), False), (Reply(200, b"\xff\xfe\x00" * 99), True),
     (robots("User-agent: *", "Disallow: /page" + "\n" * 600_000), False),
     (robots("\n" * 600_000 + "User-agent: *", "Disallow: /page"), True),
     (Reply(301, b"", {"Location": "/rules"}), False), (Reply(302, b"", {"Location": "/robots.txt"}), True)],
)  # fmt: skip
def test_what_robots_may_be(server: LocalServer, polite: Polite, reply: Reply, *, allowed: bool) -> None:
    server.replies |= {"/robots.txt": reply, "/rules": robots("User-agent: *", "Disallow: /page")}
    if allowed:
        assert polite.get(f"{server.url}/page").status == "fresh"
    else:
        with pytest.raises(Disallowed):
            polite.get(f"{server.url}/page")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_in_trouble_means_not_now(server: LocalServer, polite: Polite, clock: Clock, status: int) -> None:
    server.replies["/robots.txt"] = [Reply(status, b"", {"Retry-After": "600"}), Reply(404)]
    with pytest.raises(
        NotNow, match=rf"robots.txt of 127.0.0.1 cannot be had \(the server answered with status {status}"
    ):
        polite.get(f"{server.url}/page")
    with pytest.raises(NotNow, match="is left alone for 600 s"):
        polite.get(f"{server.url}/page")
    assert server.paths() == []
    clock.now += 600
    assert polite.get(f"{server.url}/page").status == "fresh"


def test_robots_is_asked_for_once_a_day_and_host(server: LocalServer, polite: Polite, clock: Clock) -> None:
    with LocalServer({"/page": Reply(200, PAGE, HTML)}) as other:
        for _ in range(3):
            polite.get(f"{server.url}/page")
            polite.get(f"{other.url}/page")
        assert [path for path, _ in server.requests].count("/robots.txt") == 1
        assert [path for path, _ in other.requests].count("/robots.txt") == 1
    clock.now += 86_401
    server.replies["/robots.txt"] = robots("User-agent: *", "Disallow: /")
    with pytest.raises(Disallowed):
        polite.get(f"{server.url}/page")


def test_a_redirect_to_what_robots_disallows(server: LocalServer, polite: Polite) -> None:
    server.replies |= {"/robots.txt": RULES, "/go": Reply(302, b"", {"Location": "/secret"})}
    with pytest.raises(Disallowed):
        polite.get(f"{server.url}/go")
    assert server.paths() == ["/go"]


# The pause between two requests


@pytest.mark.parametrize(
    ("rules", "pause"),
    [([], 2.0), (["Crawl-delay: 7.5"], 7.5), (["Crawl-delay: 0.5"], 2.0), (["Crawl-delay: 999999"], 300.0),
     (["Crawl-delay: soon"], 2.0), (["Crawl-delay: nan"], 2.0), (["Request-rate: 1/20"], 20.0),
     (["Request-rate: 0/20"], 2.0)],
)  # fmt: skip
def test_spacing(server: LocalServer, polite: Polite, clock: Clock, rules: list[str], pause: float) -> None:
    server.replies["/robots.txt"] = robots("User-agent: *", *rules)
    polite.get(f"{server.url}/page")
    assert clock.slept == []  # nobody waits for robots.txt
    assert polite.wait(f"{server.url}/other") == pause
    polite.get(f"{server.url}/page")
    assert clock.slept == [pause]
    clock.now += pause / 2
    polite.get(f"{server.url}/page")
    assert clock.slept == [pause, pause / 2]


def test_hosts_do_not_wait_for_one_another(server: LocalServer, polite: Polite, clock: Clock) -> None:
    with LocalServer({"/page": Reply(200, PAGE, HTML)}) as other:
        polite.get(f"{server.url}/page")
        assert polite.wait(f"{other.url}/page") == polite.wait("http://[") == 0.0
        polite.get(f"{other.url}/page")
    assert clock.slept == []


def test_failures_and_redirects_are_requests_too(server: LocalServer, polite: Polite, clock: Clock) -> None:
    server.replies["/go"] = Reply(302, b"", {"Location": "/nothing"})
    with pytest.raises(NotFound, match="status 404"):
        polite.get(f"{server.url}/go")
    polite.get(f"{server.url}/page")
    assert clock.slept == [2.0, 2.0]


# Back-off


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["900", http_date(START + 900)])
def test_retry_after(server: LocalServer, polite: Polite, clock: Clock, status: int, asked: str) -> None:
    server.replies["/busy"] = Reply(status, b"", {"Retry-After": asked})
    with pytest.raises(
        NotNow, match=rf"/busy: the server answered with status {status}; try again after 2031-0"
    ) as caught:
        polite.get(f"{server.url}/busy")
    assert caught.value.again == START + 900
    with pytest.raises(NotNow, match="failed 1 times in a row and is left alone for 900 s") as caught:
        polite.get(f"{server.url}/page")
    assert caught.value.again == START + 900
    assert server.paths() == ["/busy"]  # the second was not even asked for
    clock.now += 700
    polite.get(f"{server.url}/page")  # 200 s are waited for
    assert clock.slept == [200.0]


def test_failures_in_a_row_double_the_pause(server: LocalServer, polite: Polite, clock: Clock) -> None:
    server.replies["/page"] = Reply(503)
    pauses = []
    for _ in range(14):
        with pytest.raises(NotNow):
            polite.get(f"{server.url}/page")
        pauses.append(polite.wait(server.url))
        clock.now += pauses[-1]
    assert pauses == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600, 3600]
    server.replies["/page"] = Reply(404)  # an answer, if not the one hoped for
    with pytest.raises(NotFound):
        polite.get(f"{server.url}/page")
    assert polite.wait(server.url) == 2.0


@given(
    st.one_of(st.text(max_size=40), st.integers().map(str), st.floats().map(str), st.datetimes().map(str)),
    st.floats(0, 4e9),
)
def test_retry_after_may_be_anything(value: str, now: float) -> None:
    seconds = retry_after(value, now)
    assert seconds is None or 0 <= seconds <= LONGEST_ASKED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 120 ", 120.0), ("0", 0.0), ("1.5", 1.5), ("999999999", LONGEST_ASKED), ("-5", None), ("", None),
     (None, None), ("soon", None), ("inf", None), ("nan", None), ("٣", None), ("9" * 5000, None),
     (http_date(START + 60), 60.0), (http_date(START - 60), 0.0), (http_date(START + 1e8), LONGEST_ASKED),
     ("Wed, 99 Apr 2031 09:30:00 GMT", None), ("Wed, 02 Apr 99999 09:30:00 GMT", None)],
)  # fmt: skip
def test_retry_after_header(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, START) == seconds


# Redirects


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [([301], "/page"), ([308], "/page"), ([302], None), ([303], None), ([307], None), ([301, 308], "/page"),
     ([301, 302], "/1"), ([302, 301], None), ([301] * 5, "/page")],
)  # fmt: skip
def test_redirects(server: LocalServer, polite: Polite, hops: list[int], moved_to: str | None) -> None:
    for step, status in enumerate(hops):
        target = f"/{step + 1}" if step + 1 < len(hops) else "/page"
        server.replies[f"/{step}"] = Reply(status, b"", {"Location": target})
    answer = polite.get(f"{server.url}/0")
    assert answer.url == f"{server.url}/page"
    assert answer.moved_to == (moved_to and server.url + moved_to)


@pytest.mark.parametrize(
    ("location", "message"),
    [("/loop", r"/loop: a redirect loop: http://127.0.0.1:\d+/loop leads back to itself; pass an address"),
     ("/back", "a redirect loop"),
     ("/far/0", "more than 5 redirects"),
     ("file:///etc/passwd", "redirects to file:/+etc/passwd, which is not http"),
     ("http://[::/", "cannot be fetched: Invalid URL in location header"),
     ("ftp://harbour.example/", "which is not http")],
)  # fmt: skip
def test_redirects_that_lead_nowhere(server: LocalServer, polite: Polite, location: str, message: str) -> None:
    server.replies |= {f"/far/{step}": Reply(301, b"", {"Location": f"/far/{step + 1}"}) for step in range(9)}
    server.replies |= {
        "/loop": Reply(301, b"", {"Location": location}),
        "/back": Reply(302, b"", {"Location": "/loop"}),
    }
    with pytest.raises(FetchError, match=message):
        polite.get(f"{server.url}/loop")
    assert len(server.paths()) <= 6


def test_a_redirect_to_itself_that_only_sets_a_cookie(server: LocalServer, polite: Polite) -> None:
    def gate(asked: dict[str, str]) -> Reply:
        if "seen=1" in asked.get("Cookie", ""):
            return Reply(200, PAGE, HTML)
        return Reply(302, b"", {"Location": "/gate", "Set-Cookie": "seen=1"})

    server.replies["/gate"] = gate
    assert polite.get(f"{server.url}/gate").status == "fresh"
    polite.get(f"{server.url}/page")
    assert "Cookie" not in server.requests[-1][1]


# Servers that are slow, huge, private or dead


@pytest.mark.parametrize("reply", [Reply(200, PAGE * 99, HTML, drip=0.02), Reply(drip=0.02, drip_head=True)])
def test_a_trickle_is_given_up(server: LocalServer, reply: Reply) -> None:
    server.replies["/slow"] = reply
    start = time.monotonic()
    with hurried(deadline=0.3) as polite, pytest.raises(NotNow, match=r"0\.?3? s and no end"):
        polite.get(f"{server.url}/slow")
    assert 0.2 < time.monotonic() - start < 2.0


def test_a_server_that_always_trickles_is_left_alone_for_longer(server: LocalServer) -> None:
    server.replies["/slow"] = Reply(200, PAGE * 99, HTML, drip=0.02)
    clock = Clock()
    with Polite(Manners(deadline=0.1), allow_private=True, clock=clock.time, sleep=clock.sleep) as polite:
        for pause in (4.0, 8.0):
            with pytest.raises(NotNow):
                polite.get(f"{server.url}/slow")
            assert polite.wait(server.url) == pause


def test_silence_is_given_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        hurried(timeout=0.1) as polite,
        pytest.raises(
            NotNow, match=r"robots.txt of 127.0.0.1 cannot be had \(no answer within 0.1 s\); try again after"
        ),
    ):
        polite.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_a_dead_host(polite: Polite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotNow, match="cannot be fetched"):
        polite.get(f"http://127.0.0.1:{port}/feed")
    assert polite.wait(f"http://127.0.0.1:{port}/") == 4.0


@pytest.mark.parametrize(
    "reply",
    [Reply(200, b"x" * 2_000, HTML), Reply(200, gzip.compress(b"x" * 2_000_000), HTML | {"Content-Encoding": "gzip"}),
     Reply(200, b"", HTML | {"Content-Length": "9" * 5_000})],
)  # fmt: skip
def test_huge(server: LocalServer, reply: Reply) -> None:
    server.replies["/huge"] = reply
    with hurried(largest=1_000) as polite, pytest.raises((TooLarge, FetchError), match=r"1,000|cannot be fetched"):
        polite.get(f"{server.url}/huge")


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [(Reply(410), NotFound, "status 410"), (Reply(403), FetchError, "status 403; save the page"),
     (Reply(200, b"GIF89a", {"Content-Type": "image/gif"}), NotReadable, "content type image/gif"),
     (Reply(200, b"no gzip", HTML | {"Content-Encoding": "gzip"}), FetchError, "cannot be fetched")],
)  # fmt: skip
def test_other_answers(server: LocalServer, polite: Polite, reply: Reply, error: type[Exception], message: str) -> None:
    server.replies["/other"] = reply
    with pytest.raises(error, match=message) as caught:
        polite.get(f"{server.url}/other")
    assert not isinstance(caught.value, NotNow)


def test_private_addresses_are_refused_before_any_request(server: LocalServer) -> None:
    with (
        Polite() as polite,
        pytest.raises(AddressRefused, match=r"/page: the address 127.0.0.1 .* is private or local; set"),
    ):
        polite.get(f"{server.url}/page")
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["", "page", "ftp://x.example/", "file:///etc/passwd", "http://", "http://[::", "http://\x00/"]
)
def test_what_is_no_address(url: str, polite: Polite) -> None:
    with pytest.raises(FetchError, match="address"):
        polite.get(url)


FUZZED = Polite(Manners(spacing=0.0), sleep=lambda seconds: None)


@given(url=st.text(max_size=60).map("http://127.0.0.1:1/".__add__) | st.text(max_size=60))
def test_any_address_fails_as_ours(url: str) -> None:
    with pytest.raises(FetchError):
        FUZZED.get(url)


def test_hosts_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch, server: LocalServer, polite: Polite) -> None:
    monkeypatch.setattr(polite_module, "HOSTS", 1)
    with LocalServer({"/page": Reply(200, PAGE, HTML)}) as other:
        for _ in range(2):
            polite.get(f"{server.url}/page")
            polite.get(f"{other.url}/page")
    assert len(polite._hosts) == 1
