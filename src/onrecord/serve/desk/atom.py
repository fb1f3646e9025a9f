"""Statements → an Atom feed (RFC 4287), which any reader takes, whatever the articles' titles hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from onrecord.export.iri import SCHEME, iri, urn
from onrecord.serve.desk.templating import sentence
from onrecord.store.latest import Latest
from onrecord.version import __version__

ATOM = "http://www.w3.org/2005/Atom"
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was changed: an Atom feed must say, and the same feed must say the same."""

WIDEST = 140  # characters of what was said that a title holds

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_DATED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](.*))?)?)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as feeds tell it.

    ``id`` is a urn; ``url`` its page at the desk, ``original`` the passage where it was published; times are RFC 3339.
    ``html`` is its sentence, escaped.
    """

    id: str
    title: str
    url: str
    original: str | None
    published: str | None
    updated: str
    author: str
    html: str
    text: str
    tags: tuple[str, ...]
    latest: Latest


@dataclass(frozen=True, slots=True)
class Feed:
    """``title`` says what was searched for; ``page`` and ``own`` are the addresses of the search and of the feed."""

    title: str
    page: str
    own: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> str:
        """When the newest entry came or was changed, RFC 3339."""
        return max((one.updated for one in self.entries), default=NEVER)


def entry(one: Latest, base: str) -> Entry:
    """A statement as feeds tell it. ``base``: the desk's own address, without a slash at the end."""
    hit = one.hit
    who = hit.speaker or hit.source or "Source not named"
    said = " … ".join(hit.context[start:end] for start, end in hit.content)
    added, changed, published = instant(one.added), instant(one.changed), instant(hit.published)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # A run may go on for weeks; what was published since it began was added after that.
    times = [time for time in (added, changed, published) if time and time <= now]
    return Entry(
        id=urn("statement", hit.id),
        title=f"{who}: {cut(said)}",
        url=f"{base}/statement/{hit.id}",
        original=iri(hit.link) if hit.link and SCHEME.match(hit.link) else None,
        published=published,
        updated=max(times, default=added or NEVER),
        author=one.byline or hit.outlet or "not known",
        html=f"<blockquote>{sentence(hit)}</blockquote>",
        text=hit.context,
        tags=(hit.act, hit.kind),
        latest=one,
    )


def cut(text: str) -> str:
    """The text in a line, cut at a word where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else text[:WIDEST].rsplit(" ", 1)[0] + " …"


def instant(iso: str | None) -> str | None:
    """A time as RFC 3339 writes it, in UTC; what is known to the day, month or year is its first moment.

    None where there is none, or no calendar has it.
    """
    found = _DATED.match(iso) if iso else None
    if iso is None or found is None:
        return None
    year, month, day_, time = found.groups()
    try:
        moment = (
            datetime.fromisoformat(iso) if time else datetime(int(year), int(month or 1), int(day_ or 1), tzinfo=UTC)
        )
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, OverflowError):
        return None


def atom(feed: Feed) -> bytes:
    """The feed as XML in UTF-8."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(root, "id", urn("search", feed.own.partition("?")[2]))
    _text(root, "title", f"On Record: {feed.title}")
    _text(root, "updated", feed.updated)
    _text(root, "generator", "On Record", version=__version__)
    _link(root, "self", feed.own, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    for one in feed.entries:
        _entry(root, one)
    written: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, one: Entry) -> None:
    made = ET.SubElement(root, "entry")
    _text(made, "id", one.id)
    _text(made, "title", one.title)
    _text(made, "updated", one.updated)
    if one.published:
        _text(made, "published", one.published)
    _text(ET.SubElement(made, "author"), "name", one.author)
    _link(made, "alternate", one.url, "text/html")
    if one.original:
        _link(made, "via", one.original, None)
    for tag in one.tags:
        ET.SubElement(made, "category", {"term": _clean(tag)})
    _text(made, "content", one.html, type="html")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _clean(text)


def _link(parent: ET.Element, relation: str, address: str, kind: str | None) -> None:
    attributes = {"rel": relation, "href": _clean(address)} | ({"type": kind} if kind else {})
    ET.SubElement(parent, "link", attributes)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def entries(found: Sequence[Latest], base: str) -> tuple[Entry, ...]:
    """The statements as feeds tell them, in their order."""
    return tuple(entry(one, base) for one in found)
