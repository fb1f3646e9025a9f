"""Watching feeds: each is polled when it is due, and what is new in it is fetched politely and taken.

Nothing is lost by an interruption: an entry is remembered once it has been taken, and a feed's validators (ETag,
Last-Modified) once all of its entries have been. Import this module where it is needed: it imports httpx.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from onrecord.errors import EmptyInput, FetchError, NotNow, NotReadable, OnRecordError
from onrecord.intake.formats import as_text
from onrecord.intake.item import Item
from onrecord.intake.listed import read_json, read_xml
from onrecord.intake.options import FoundOrFurther, Further, Options, Origin
from onrecord.intake.polite import Polite
from onrecord.intake.read import of_page
from onrecord.intake.stream import Stream
from onrecord.intake.watched import DAY, FeedState, Memory, Round, Watch, parse_every
from onrecord.reader.source import _file

__all__ = ["FeedState", "Memory", "Round", "Take", "Watch", "feeds_in", "parse_every", "watch"]

TOGETHER = 32  # entries that a feed gives in full are handed on together, so that the readers share them out
STRIKES = 2  # passing failures of a host after which its pages are left for the next round
GROUPED = 0.1  # of ``every``: feeds that are due within it of one another are polled in one round
LONGEST_PAUSE = DAY  # seconds that a failing feed is left alone at most, unless it is polled more rarely anyway
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

Take = Callable[[Iterable[Item | OnRecordError]], object]


@dataclass(slots=True)
class _Visit:
    """A feed in this round: what it will be remembered as, its entries whose pages are still to be fetched, counts."""

    feed: str
    state: FeedState
    unchanged: bool = False
    whole: bool = True  # False where the feed was cut or damaged after some entries
    waiting: deque[Item] = field(default_factory=deque)
    new: int = 0
    known: int = 0
    later: int = 0
    errors: list[OnRecordError] = field(default_factory=list)


def watch(feeds: Sequence[str], how: Watch, *, memory: Memory, polite: Polite, take: Take) -> Iterator[Round]:
    """Poll ``feeds``, each when it is due, and hand what is new to ``take``.

    ``feeds`` are addresses of feeds and news sitemaps, and OPML lists of them (``feeds_in``), which are read at the
    start; what cannot be read of these comes as a ``Round`` with the error. Then there is one for each feed in each
    round. Entries are taken in the feed's order, those that failed before after the others. ``take`` gets pages
    fetched, entries given in full, and an error for each entry given up; what it raises ends the watch and loses
    nothing, and so does Ctrl-C.
    """
    watcher = _Watcher(how, memory, polite, take)
    addresses: dict[str, None] = {}
    for found in feeds_in(feeds, polite):
        if isinstance(found, OnRecordError):
            yield Round(found.datum, math.inf, errors=(found,))
        else:
            addresses[found] = None
    done = 0
    while addresses and (how.rounds is None or done < how.rounds):
        if done:
            watcher.rest(addresses)
        yield from watcher.round(addresses)
        done += 1


def feeds_in(sources: Iterable[str], polite: Polite) -> Iterator[str | OnRecordError]:
    """The addresses of feeds among ``sources``, and those that OPML lists hold: files, or addresses ending in .opml.

    What is neither comes as an error in its place.
    """
    for source in sources:
        is_address = _ADDRESS.match(source) is not None
        if is_address and not urlsplit(source).path.lower().endswith(".opml"):
            yield source
            continue
        try:
            page = polite.get(source).page if is_address else None
            for found in _entries(page.data if page else _file(Path(source)), source, page.url if page else None):
                if isinstance(found, Item):
                    raise NotReadable(source, "not a list of feeds", "pass the addresses of feeds, or OPML")
                yield found.url if isinstance(found, Further) else found
        except OnRecordError as error:
            yield error


class _Watcher:
    """Goes through the rounds of one watch. ``tries`` and ``pending`` hold entries that failed for now, by key."""

    def __init__(self, how: Watch, memory: Memory, polite: Polite, take: Take) -> None:
        self.how, self.memory, self.polite, self.take = how, memory, polite, take
        self.tries: Counter[bytes] = Counter()
        self.pending: dict[str, dict[bytes, Item]] = {}

    def rest(self, feeds: Iterable[str]) -> None:
        """Sleep until the next feed is due, and those that are due shortly after it."""
        dues = [self.due(self.memory.feed_state(feed)) for feed in feeds]
        until = max(due for due in dues if due <= min(dues) + GROUPED * self.how.every)
        self.polite.sleep(max(0.0, until - self.polite.clock()))

    def due(self, state: FeedState | None) -> float:
        """When to poll next: as remembered, unless ``every`` is shorter than it was or the clock was set back."""
        if state is None or state.last_polled > self.polite.clock():
            return 0.0
        return state.next_due if state.failures else min(state.next_due, state.last_polled + self.how.every)

    def round(self, feeds: Iterable[str]) -> Iterator[Round]:
        """Poll what is due, then fetch the new pages, always from the host that is ready first.

        A host that wants long pauses does not keep the feeds of others waiting: after ``every`` the rest is left.
        """
        started = self.polite.clock()
        visits: list[_Visit] = []
        for feed in feeds:
            state = self.memory.feed_state(feed)
            if (due := self.due(state)) > self.polite.clock():
                yield Round(feed, due, later=len(self.pending.get(feed, ())))
                continue
            visit = self.poll(feed, state or FeedState())
            if visit.waiting:
                visits.append(visit)
            else:
                yield self.finish(visit)
        strikes: Counter[str] = Counter()
        while visits:
            visit = min(visits, key=lambda visit: self.polite.wait(_url(visit.waiting[0])))
            if self.polite.clock() - started < self.how.every:
                self.fetch(visit, visit.waiting.popleft(), strikes)
            else:
                self.leave(visit)
            if not visit.waiting:
                visits.remove(visit)
                yield self.finish(visit)

    def poll(self, feed: str, state: FeedState) -> _Visit:
        """Get a feed, take the new entries that it gives in full, and line up those that it only links to."""
        now = self.polite.clock()
        visit = _Visit(feed, replace(state, last_polled=now))
        try:
            answer = self.polite.get(state.moved_to or feed, etag=state.etag, modified=state.modified)
        except OnRecordError as error:
            self.put_off(visit, error)
            return visit
        visit.unchanged = answer.status == "unchanged"
        moved_to = answer.moved_to or state.moved_to
        visit.state = FeedState(answer.etag, answer.modified, now, now + self.how.every, 0, moved_to)
        if answer.page is not None:
            self.sort(visit, _entries(answer.page.data, feed, answer.url))
        if not visit.whole and not (visit.new or visit.known or visit.waiting):  # no feed at all
            visit.state = replace(state, last_polled=now)
            self.put_off(visit, visit.errors.pop())
        visit.waiting.extend(self.pending.get(feed, {}).values())
        return visit

    def sort(self, visit: _Visit, found: FoundOrFurther) -> None:
        """Take, line up or pass over each entry of a feed."""
        met, full = set(self.pending.get(visit.feed, ())), list[Item]()
        for entry in _unraised(found, visit):
            if isinstance(entry, OnRecordError):
                visit.errors.append(entry)
            elif (key := entry.digest) in met or self.memory.knows(key):
                visit.known += 1
            elif entry.kind != "address":
                met.add(key)
                full.append(entry)
            elif len(visit.waiting) < self.how.most:
                met.add(key)
                visit.waiting.append(entry)
            else:
                visit.later += 1
            if len(full) == TOGETHER:
                self.hand_on(visit, full)
                full = []
        self.hand_on(visit, full)

    def hand_on(self, visit: _Visit, entries: Sequence[Item]) -> None:
        """Have ``entries`` taken, then remember them."""
        if not entries:
            return
        self.take(entries)
        for entry in entries:
            self.memory.remember_entry(entry.digest, visit.feed)
        visit.new += len(entries)

    def fetch(self, visit: _Visit, entry: Item, strikes: Counter[str]) -> None:
        """Fetch the page of an entry and have it taken; ``strikes`` counts the failures of hosts in this round."""
        url, key = _url(entry), entry.digest
        host = urlsplit(url).netloc
        self.pending.setdefault(visit.feed, {})[key] = entry
        if self.memory.knows(key):  # another feed had it too
            visit.known += 1
            self.settle(visit, key)
            return
        if strikes[host] >= STRIKES:
            visit.later += 1
            return
        try:
            page = self.polite.get(url).page
        except NotNow as error:
            strikes[host] += 1
            self.tries[key] += error.tried
            if self.tries[key] < self.how.tries:
                visit.later += 1
                return
            problem = f"given up after {self.tries[key]} tries, in the last: {error.problem}"
            self.give_up(visit, key, FetchError(url, problem, "add it again, or save the page and add the file"))
        except OnRecordError as error:
            self.give_up(visit, key, error)
        else:
            assert page is not None  # no condition was sent
            self.take([of_page(entry, page)])
            visit.new += 1
            self.settle(visit, key)

    def leave(self, visit: _Visit) -> None:
        """Leave what is waiting for the next round; as much of it as is worth it is kept, should the feed drop it."""
        pending = self.pending.setdefault(visit.feed, {})
        room = max(0, self.how.most - len(pending))
        pending |= {entry.digest: entry for entry in list(visit.waiting)[:room]}
        visit.later += len(visit.waiting)
        visit.waiting.clear()

    def give_up(self, visit: _Visit, key: bytes, error: OnRecordError) -> None:
        """Report an entry that cannot be had, and hand the error on, so that it is listed."""
        self.take([error])
        visit.errors.append(error)
        self.settle(visit, key)

    def settle(self, visit: _Visit, key: bytes) -> None:
        """Remember an entry that was taken or given up."""
        self.memory.remember_entry(key, visit.feed)
        self.tries.pop(key, None)
        self.pending[visit.feed].pop(key, None)

    def put_off(self, visit: _Visit, error: OnRecordError) -> None:
        """Report a feed that failed. It is polled later with every failure in a row, or when its server says."""
        state = visit.state
        failures = state.failures + (error.tried if isinstance(error, NotNow) else 1)
        pause = max(self.how.every, min(LONGEST_PAUSE, self.how.every * 2.0 ** min(max(failures - 1, 0), 30)))
        if isinstance(error, NotNow):
            pause = max(pause, error.again - state.last_polled)
        else:  # perhaps the old address is right after all
            state = replace(state, moved_to=None, etag=None, modified=None)
        visit.errors.append(error)
        visit.state = replace(state, next_due=state.last_polled + pause, failures=failures)

    def finish(self, visit: _Visit) -> Round:
        """Remember the feed as it is now, all of its entries having been seen to, and sum up."""
        state = visit.state
        if visit.later or not visit.whole:
            state = replace(state, etag=None, modified=None)
        self.memory.remember_feed(visit.feed, state)
        return Round(
            visit.feed,
            state.next_due,
            polled=True,
            unchanged=visit.unchanged,
            new=visit.new,
            known=visit.known,
            later=visit.later,
            errors=tuple(visit.errors),
        )


def _url(entry: Item) -> str:
    return entry.given.url or ""


def _entries(data: bytes, feed: str, url: str | None) -> FoundOrFurther:
    """What a feed or list holds; ``feed`` is for messages, ``url`` where relative links start from."""
    stream = Stream(io.BytesIO(data), feed)
    read = read_json if as_text(stream.head).lstrip()[:1] in ("{", "[") else read_xml
    try:
        yield from read(stream, Origin(feed, feed, Options(), url))
    except OnRecordError:
        if stream.damage is None:  # else the damage is why
            raise
    except Exception as error:  # feeds are hostile, and a watch of hundreds must not stop at a library's mistake
        problem = f"the feed broke the reader ({type(error).__name__}: {error})"
        raise NotReadable(feed, problem, "leave it out") from error
    if stream.damage is not None:
        raise stream.damage


def _unraised(found: FoundOrFurther, visit: _Visit) -> Iterator[Item | OnRecordError]:
    """The entries, the error that ends them among them. An empty feed is no error; a list of lists is one."""
    try:
        for entry in found:
            if isinstance(entry, Further):
                visit.whole = False
                yield NotReadable(
                    visit.feed,
                    "a list of feeds or sitemaps",
                    "save it as a file that ends in .opml and pass that, or pass what it lists",
                )
                return
            if not isinstance(entry, EmptyInput):
                yield entry
    except OnRecordError as error:
        visit.whole = False
        yield error
