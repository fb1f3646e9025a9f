"""Watching feeds of a server of this machine, by a clock that does not tick."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.local_server import START, Clock, LocalServer, Reply, http_date, versioned
from onrecord.errors import Disallowed, FetchError, InputError, NotFound, NotReadable, OnRecordError
from onrecord.intake.item import Item
from onrecord.intake.polite import Polite
from onrecord.intake.read import read_item
from onrecord.intake.watched import DAY, FeedState, Round, Watch, parse_every
from onrecord.intake.watching import feeds_in, watch

QUARTER = 900.0  # seconds
RSS = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
BODY = (
    "PORTMERE, April 2 — The harbour will stay closed until Friday, the mayor of Portmere, Mara Lindqvist, said on "
    "Wednesday. “We are not opening it for anyone,” she told reporters on the quay, where forty trawlers lay idle. "
    "The fishermen's union said that it would go to court, and that every day of waiting costs its members dearly."
)


class Remembered:
    """A memory that outlives a watch, but not the test."""

    def __init__(self) -> None:
        self.feeds: dict[str, FeedState] = {}
        self.entries: dict[bytes, str] = {}

    def feed_state(self, url: str) -> FeedState | None:
        return self.feeds.get(url)

    def remember_feed(self, url: str, state: FeedState) -> None:
        self.feeds[url] = state

    def knows(self, entry_key: bytes) -> bool:
        return entry_key in self.entries

    def remember_entry(self, entry_key: bytes, feed: str) -> None:
        self.entries[entry_key] = feed


class Taken:
    """Takes what is handed on; interrupted once before each of the calls ``interrupt_at``, counted from 0."""

    def __init__(self) -> None:
        self.calls: list[list[Item | OnRecordError]] = []
        self.interrupt_at: set[int] = set()

    def __call__(self, found: Iterable[Item | OnRecordError]) -> None:
        if len(self.calls) in self.interrupt_at:
            self.interrupt_at.remove(len(self.calls))
            raise KeyboardInterrupt
        self.calls.append(list(found))

    @property
    def items(self) -> list[Item]:
        return [found for call in self.calls for found in call if isinstance(found, Item)]

    @property
    def errors(self) -> list[OnRecordError]:
        return [found for call in self.calls for found in call if isinstance(found, OnRecordError)]

    def urls(self) -> list[str]:
        """Their paths, or whole addresses without the server."""
        return ["/" + (item.given.url or "").split("/", 3)[-1] for item in self.items]


class Newsroom:
    """A server, a clock, a memory and what was taken."""

    def __init__(self, server: LocalServer) -> None:
        self.server, self.clock, self.memory, self.taken = server, Clock(), Remembered(), Taken()
        self.feed = f"{server.url}/feed"

    def publish(self, *paths: str, path: str = "/feed", full: bool = False, tag: str | None = None) -> None:
        """Put a feed of ``paths`` in place, and a page behind each that has none yet."""
        data = rss([self.server.url + link for link in paths], full=full)
        self.server.replies[path] = versioned(data, tag or f'"{hash(data)}"', **RSS)
        for link in paths:
            self.server.replies.setdefault(link, Reply(200, page(link), HTML))

    def watch(self, *feeds: str, rounds: int = 1, **how: Any) -> list[Round]:
        """Watch in a new process, so to speak."""
        named = {"memory": self.memory, "take": self.taken}
        with Polite(allow_private=True, clock=self.clock.time, sleep=self.clock.sleep) as polite:
            return list(watch(feeds or [self.feed], Watch(QUARTER, rounds, **how), polite=polite, **named))  # type: ignore[arg-type]

    def later(self, seconds: float = QUARTER) -> None:
        self.clock.now += seconds


def page(link: str) -> bytes:
    return f"<html><head><title>{link}</title></head><body><article><p>{BODY}</p></article></body></html>".encode()


def rss(links: Iterable[str], *, full: bool = False) -> bytes:
    items = "".join(
        f"<item><title>{link}</title><link>{link}</link>"
        + (f"<content:encoded>{escape(f'<p>{BODY} {link}</p>')}</content:encoded>" if full else "")
        + "</item>"
        for link in links
    )
    head = '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    return f"{head}<title>The Portmere Courier</title>{items}</channel></rss>".encode()


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with LocalServer() as server:
        yield Newsroom(server)


def test_a_first_poll_and_a_second_that_is_told_nothing_changed(room: Newsroom) -> None:
    room.publish("/b", "/a", "/c")
    (first,) = room.watch()
    assert (first.polled, first.unchanged, first.new, first.known, first.later, first.failed) == (
        True,
        False,
        3,
        0,
        0,
        0,
    )
    assert first.next_due == START + QUARTER
    assert room.taken.urls() == ["/b", "/a", "/c"]  # in the feed's order
    item = room.taken.items[0]
    assert (item.kind, item.data, item.charset, item.source) == ("page", page("/b"), "utf-8", room.feed)
    assert read_item(item).text.startswith("PORTMERE, April 2")
    state = room.memory.feeds[room.feed]
    assert state.etag is not None
    assert state.modified is not None
    room.later()
    (second,) = room.watch()
    assert (second.polled, second.unchanged, second.new) == (True, True, 0)
    assert len(room.taken.calls) == 3
    assert room.server.paths() == ["/feed", "/b", "/a", "/c", "/feed"]
    assert room.server.requests[-1][1]["If-None-Match"] == state.etag


def test_only_what_is_new_is_fetched(room: Newsroom) -> None:
    room.publish("/a", "/b")
    room.watch()
    room.later()
    room.publish("/c", "/a", "/b", "/c")
    (second,) = room.watch()
    assert (second.new, second.known) == (1, 3)
    assert room.taken.urls() == ["/a", "/b", "/c"]


def test_a_feed_that_is_not_due_is_not_asked(room: Newsroom) -> None:
    room.publish("/a")
    room.watch()
    room.later(QUARTER - 10)
    (early,) = room.watch()
    assert (early.polled, early.next_due) == (False, START + QUARTER)
    with Polite(allow_private=True, clock=room.clock.time, sleep=room.clock.sleep) as polite:
        sooner = Watch(QUARTER / 2, 1)  # the user is in more of a hurry than before
        assert next(watch([room.feed], sooner, memory=room.memory, polite=polite, take=room.taken)).polled
    room.clock.now = START - DAY  # the clock was set back
    assert room.watch()[0].polled


def test_rounds_come_when_feeds_are_due(room: Newsroom) -> None:
    room.publish("/a")
    rounds = room.watch(rounds=4)
    assert [one.polled for one in rounds] == [True] * 4
    assert room.clock.now == START + 3 * QUARTER
    assert room.memory.feeds[room.feed].last_polled == room.clock.now


def test_several_feeds(room: Newsroom) -> None:
    with LocalServer() as other_server:
        other = Newsroom(other_server)
        room.publish("/a", "/b", "/c")
        other.publish("/x", "/y", "/z")
        one, two = room.watch(room.feed, other.feed, room.feed)
        assert (one.new, two.new) == (3, 3)
        assert room.taken.urls() == ["/a", "/x", "/b", "/y", "/c", "/z"]  # hosts are waited for side by side
        assert room.clock.now - START == 6.0
        room.watch(room.feed, other.feed, rounds=2)
        assert len(room.server.paths()) == 5  # both are polled in one round, though one was due a moment before


def test_entries_in_full_are_taken_together_and_not_fetched(room: Newsroom) -> None:
    room.publish(*(f"/{number}" for number in range(70)), full=True)
    (first,) = room.watch()
    assert (first.new, room.server.paths()) == (70, ["/feed"])
    assert [len(call) for call in room.taken.calls] == [32, 32, 6]
    assert room.taken.urls() == [f"/{number}" for number in range(70)]
    assert read_item(room.taken.items[0]).text.startswith("PORTMERE")
    room.later()
    room.publish("/new", *(f"/{number}" for number in range(70)), full=True)
    assert (room.watch()[0].new, len(room.taken.items)) == (1, 71)


def test_json_feed_and_sitemap(room: Newsroom) -> None:
    room.publish("/a", "/b")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "items": [{"id": "1", "url": f"{room.server.url}/a"}],
    }
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{room.server.url}/b</loc></url></urlset>'
    room.server.replies |= {"/json": Reply(200, json.dumps(feed).encode()), "/map": Reply(200, sitemap.encode())}
    assert [one.new for one in room.watch(f"{room.server.url}/json", f"{room.server.url}/map")] == [1, 1]


def test_ten_thousand_items(room: Newsroom) -> None:
    paths = [f"/{number}" for number in range(10_000)]
    room.publish(*paths)
    (first,) = room.watch(most=5)
    assert (first.new, first.later) == (5, 9_995)
    room.later()
    (second,) = room.watch(most=3)  # though the feed is the same, the rest is not forgotten
    assert (second.unchanged, second.new, second.known, second.later) == (False, 3, 5, 9_992)
    assert room.taken.urls() == paths[:8]


# What can go wrong with a feed


@pytest.mark.parametrize(
    ("reply", "message"),
    [(Reply(200, page("/"), HTML), r"/feed: an HTML page where a feed should be; pass the feed's own address"),
     (Reply(200, b"", RSS), "an empty file"),
     (Reply(200, b"GIF89a", {"Content-Type": "image/gif"}), "content type image/gif"),
     (Reply(404), "status 404"),
     (Reply(200, b"<rss><channel>", RSS), "no end"),
     (Reply(301, b"", {"Location": "/feed"}), "redirect loop"),
     (Reply(200, b"x", RSS | {"Content-Length": "99999999"}), "99,999,999 bytes, at most 10,000,000"),
     (Reply(200, b'<opml version="2.0"><body><outline xmlUrl="http://x.example/"/></body></opml>'), "a list of feeds")],
)  # fmt: skip
def test_what_is_no_feed(room: Newsroom, reply: Reply, message: str) -> None:
    room.server.replies["/feed"] = reply
    (one,) = room.watch()
    assert (one.polled, one.new, one.failed) == (True, 0, 1)
    with pytest.raises(OnRecordError, match=message):
        raise one.errors[0]
    assert room.memory.feeds[room.feed].failures == 1
    assert room.taken.calls == []


def test_an_empty_feed_is_none_the_worse(room: Newsroom) -> None:
    room.publish()
    (one,) = room.watch()
    assert (one.new, one.failed, room.memory.feeds[room.feed].failures) == (0, 0, 0)


def test_a_feed_cut_short_is_asked_for_again_in_full(room: Newsroom) -> None:
    room.publish("/a", "/b")
    whole = room.server.replies["/feed"]
    assert callable(whole)
    room.server.replies["/feed"] = versioned(whole({}).body[:-100], '"v1"', **RSS)
    (one,) = room.watch()
    assert (one.new, one.failed) == (1, 1)
    room.later()
    room.publish("/a", "/b", tag='"v1"')
    assert room.watch()[0].new == 1
    assert room.taken.urls() == ["/a", "/b"]


def test_a_feed_that_fails_is_polled_more_and_more_rarely(room: Newsroom) -> None:
    room.server.replies["/feed"] = Reply(404)
    pauses = []
    for _ in range(10):
        before = room.clock.now
        pauses.append(room.watch()[0].next_due - before)
        room.clock.now = before + pauses[-1]
    assert pauses == [900, 1800, 3600, 7200, 14400, 28800, 57600, DAY, DAY, DAY]
    room.publish("/a")
    assert room.watch()[0].new == 1
    assert room.memory.feeds[room.feed].failures == 0


@pytest.mark.parametrize("asked", ["7200", http_date(START + 7200)])
def test_a_feed_whose_server_asks_for_time(room: Newsroom, asked: str) -> None:
    room.server.replies["/feed"] = Reply(429, b"", {"Retry-After": asked})
    (one,) = room.watch()
    assert one.next_due == START + 7200
    room.later(3600)
    assert not room.watch()[0].polled
    assert room.server.paths() == ["/feed"]


def test_a_feed_that_moved(room: Newsroom) -> None:
    room.publish("/a", path="/new")
    room.server.replies["/feed"] = Reply(301, b"", {"Location": "/new"})
    for _ in range(2):
        room.watch()
        room.later()
    assert room.memory.feeds[room.feed].moved_to == f"{room.server.url}/new"
    assert room.server.paths() == ["/feed", "/new", "/a", "/new"]
    room.server.replies["/new"] = Reply(410)
    room.watch()
    room.later()
    room.publish("/b")
    assert room.watch()[0].new == 1  # the old address has it again


def test_a_feed_that_moved_to_a_page(room: Newsroom) -> None:
    room.server.replies |= {"/home": Reply(200, page("/"), HTML), "/feed": Reply(301, b"", {"Location": "/home"})}
    assert isinstance(room.watch()[0].errors[0], NotReadable)
    assert room.memory.feeds[room.feed].moved_to is None


def test_a_dead_host_does_not_keep_the_others(room: Newsroom) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = f"http://127.0.0.1:{listener.getsockname()[1]}"
    room.publish("/a")
    room.server.replies["/links"] = Reply(
        200, rss([*(f"{dead}/{number}" for number in range(9)), f"{room.server.url}/b"])
    )
    room.server.replies["/b"] = Reply(200, page("/b"), HTML)
    rounds = {one.feed: one for one in room.watch(f"{dead}/feed", f"{room.server.url}/links", room.feed)}
    assert [rounds[feed].new for feed in (f"{dead}/feed", f"{room.server.url}/links", room.feed)] == [0, 1, 1]
    assert isinstance(rounds[f"{dead}/feed"].errors[0], FetchError)
    assert rounds[f"{room.server.url}/links"].later == 9
    assert room.clock.now - START < 60


def test_a_host_that_wants_long_pauses_does_not_keep_the_others(room: Newsroom) -> None:
    with LocalServer({"/robots.txt": Reply(200, b"User-agent: *\nCrawl-delay: 200")}) as slow_server:
        slow = Newsroom(slow_server)
        room.publish("/a")
        slow.publish(*(f"/{number}" for number in range(9)))
        first, second = room.watch(room.feed, slow.feed)
        assert (first.new, second.new, second.later) == (1, 5, 4)
        assert room.clock.now - START <= QUARTER + 200
        rounds = room.watch(room.feed, slow.feed, rounds=4)
        assert sum(one.new for one in rounds) == 4
        assert room.taken.urls() == ["/a", *(f"/{number}" for number in range(9))]


def test_two_feeds_with_the_same_entry(room: Newsroom) -> None:
    room.publish("/a", "/b")
    room.publish("/b", "/a", path="/second")
    one, two = room.watch(room.feed, f"{room.server.url}/second")
    assert one.new + two.new == one.known + two.known == 2
    assert sorted(room.taken.urls()) == ["/a", "/b"]


# What can go wrong with an entry


def test_lasting_failures_are_handed_on_once(room: Newsroom) -> None:
    room.server.replies |= {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /secret"), "/gone": Reply(410)}
    room.publish("/secret", "/gone", "/a")
    (one,) = room.watch()
    assert (one.new, one.failed) == (1, 2)
    assert [type(error) for error in one.errors] == [Disallowed, NotFound]
    assert room.taken.errors == list(one.errors)
    assert "/secret" not in room.server.paths()
    room.later()
    room.publish("/secret", "/gone", "/a", "/b")
    assert (room.watch()[0].new, room.server.paths().count("/gone")) == (1, 1)


def test_passing_failures_are_tried_again_and_do_not_hold_up_the_rest(room: Newsroom) -> None:
    room.server.replies["/slow"] = [Reply(503), Reply(503), Reply(200, page("/slow"), HTML)]
    room.publish("/slow", "/a", "/b")
    first, second, third = room.watch(rounds=3)
    assert (first.new, first.later, first.failed) == (2, 1, 0)
    assert (second.unchanged, second.new, second.later) == (False, 0, 1)
    assert (third.new, third.later) == (1, 0)
    assert room.taken.urls() == ["/a", "/b", "/slow"]
    assert room.memory.feeds[room.feed].etag is not None


def test_an_entry_that_keeps_failing_is_given_up_and_reported(room: Newsroom) -> None:
    room.server.replies["/down"] = Reply(500)
    room.publish("/down", "/a")
    rounds = room.watch(rounds=4, tries=3)
    assert [one.later for one in rounds] == [1, 1, 0, 0]
    assert [one.failed for one in rounds] == [0, 0, 1, 0]
    assert rounds[3].unchanged
    with pytest.raises(
        FetchError, match=r"/down: given up after 3 tries, in the last: the server answered with status 500"
    ):
        raise room.taken.errors[0]


def test_an_entry_that_left_its_feed_meanwhile_is_still_tried(room: Newsroom) -> None:
    room.server.replies["/slow"] = [Reply(503), Reply(200, page("/slow"), HTML)]
    room.publish("/slow")
    with Polite(allow_private=True, clock=room.clock.time, sleep=room.clock.sleep) as polite:
        rounds = watch([room.feed], Watch(QUARTER, 2), memory=room.memory, polite=polite, take=room.taken)
        assert next(rounds).later == 1
        room.publish("/a")
        assert next(rounds).new == 2
    assert room.taken.urls() == ["/a", "/slow"]


def test_waiting_for_a_busy_host_is_not_a_try(room: Newsroom) -> None:
    busy = [Reply(429, b"", {"Retry-After": "10000"}), Reply(200, page("/busy"), HTML)]
    with LocalServer({"/busy": busy}) as other:  # the feed's own host is not busy, so that it is polled all the while
        room.server.replies["/feed"] = Reply(200, rss([f"{other.url}/busy"]), RSS)
        rounds = room.watch(rounds=13, tries=2)
        assert sum(one.new for one in rounds) == 1
        assert room.taken.errors == []
        assert other.paths() == ["/busy", "/busy"]


def test_redirected_entries_have_the_address_that_they_end_at(room: Newsroom) -> None:
    room.publish("/count?to=a")
    room.server.replies |= {"/count?to=a": Reply(302, b"", {"Location": "/a"}), "/a": Reply(200, page("/a"), HTML)}
    room.watch()
    assert room.taken.urls() == ["/a"]


# Interruption


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("at", range(5))
def test_an_interruption_loses_nothing_and_takes_nothing_twice(room: Newsroom, at: int, *, full: bool) -> None:
    paths = [f"/{number}" for number in range(150 if full else 5)]
    room.publish(*paths, full=full)
    room.taken.interrupt_at = {at, min(at + 1, 4)}
    for _ in tuple(room.taken.interrupt_at):
        with pytest.raises(KeyboardInterrupt):
            room.watch()
    assert room.memory.feeds == {}
    room.watch()
    assert room.taken.urls() == paths
    room.later()
    assert room.watch()[0].unchanged


def test_an_interruption_while_waiting(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.publish("/a", "/b", "/c")
    sleep = room.clock.sleep

    def interrupted(seconds: float) -> None:
        sleep(seconds)
        if len(room.clock.slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(room.clock, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        room.watch()
    assert (room.taken.urls(), room.memory.feeds) == (["/a"], {})
    room.watch()
    assert room.taken.urls() == ["/a", "/b", "/c"]


def test_what_take_raises_ends_the_watch_and_forgets_nothing(room: Newsroom) -> None:
    def full(found: object) -> None:
        raise OnRecordError("onrecord.db", "no room is left")

    room.publish("/a", full=True)
    take, room.taken = room.taken, full  # type: ignore[assignment]
    with pytest.raises(OnRecordError, match="no room is left"):
        room.watch()
    assert room.memory.entries == {}
    room.taken = take
    assert room.watch()[0].new == 1


# Lists of feeds


def opml(*addresses: str) -> bytes:
    outlines = "".join(
        f'<outline text="Papers"><outline xmlUrl="{escape(address)}"/></outline>' for address in addresses
    )
    head = '<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head>'
    return f"{head}<body>{outlines}</body></opml>".encode()


def test_feeds_of_opml(room: Newsroom, tmp_path: Path) -> None:
    list_file = tmp_path / "feeds.opml"
    list_file.write_bytes(opml(room.feed, "gopher://x.example/", f"{room.server.url}/second"))
    room.server.replies["/list.opml"] = Reply(200, opml(f"{room.server.url}/third", room.feed))
    room.publish("/a")
    room.publish("/b", path="/second")
    room.publish("/c", path="/third")
    bad, *rounds = room.watch(str(list_file), f"{room.server.url}/list.opml")
    assert (bad.polled, bad.failed, [one.new for one in rounds]) == (False, 1, [1, 1, 1])


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [("none.opml", None, "no such file"), ("list.opml", b"", "empty file"), ("list.opml", b"hello", "."),
     ("feed.xml", rss(["http://x.example/a"]), "not a list of feeds; pass the addresses of feeds")],
)  # fmt: skip
def test_what_is_no_list_of_feeds(room: Newsroom, tmp_path: Path, name: str, data: bytes | None, message: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (one,) = room.watch(str(tmp_path / name))
    with pytest.raises(OnRecordError, match=message):
        raise one.errors[0]
    with Polite() as polite:
        assert [str(error) for error in feeds_in([str(tmp_path / name)], polite)] == [str(one.errors[0])]


# --every


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90.0), ("60s", 60.0), ("15m", 900.0), ("2h", 7200.0), ("1d", DAY), ("1.5h", 5400.0), (" 15M ", 900.0)],
)
def test_every(text: str, seconds: float) -> None:
    assert parse_every(text) == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [("30s", "every '30s': 30 s between two polls, at least 60 s are polite"), ("0.5m", "at least 60 s"),
     ("0d", "at least 60"), ("", "not a length"),
     ("15", "every '15': not a length of time; give a number and s, m, h or d"), ("m", "not a length"),
     ("-15m", "not a length"), ("1e3s", "not a length"), ("infs", "not a length"), ("٣h", "not a length"),
     ("9" * 400 + "d", "not a length"), ("15 m", "not a length")],
)  # fmt: skip
def test_every_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_every(text)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,3})?[smhd]", fullmatch=True))
def test_every_may_be_anything(text: str) -> None:
    try:
        seconds = parse_every(text)
    except InputError:
        return
    assert 60.0 <= seconds < 1e15
