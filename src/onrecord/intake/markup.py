"""XML of feeds and lists, unit by unit: no entity is resolved, nothing is fetched, no more than a unit is held."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import Any

from onrecord.errors import BadArchive, NotReadable
from onrecord.intake.stream import CHUNK, Stream
from onrecord.reader.build import LARGEST

Element = Any  # an lxml element; lxml comes without types

UNITS = {"rss": "item", "rdf": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap", "opml": "outline"}
"""Root element, in lower case, and the element of which each is one entry."""

_NAMESPACES = {
    "http://www.w3.org/2005/Atom": "", "http://purl.org/atom/ns#": "", "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "", "http://backend.userland.com/rss2": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "", "https://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "", "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
}  # fmt: skip
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_CDATA = re.compile(rb"<!\[CDATA\[|\]\]>")
_AMPERSAND = re.compile(rb"&(?:([A-Za-z][A-Za-z0-9]{1,31});|(?!#|[A-Za-z][A-Za-z0-9]{1,31};))")
_REFERENCE, _OPENING = 34, 9  # bytes of the longest reference that is mended, and of the mark that opens CDATA
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_WAY_OUT = "what lies before it is used; get the feed anew for the rest"


def tag(element: Element) -> str:
    """An element's name without the namespaces of feeds and sitemaps, a known module's with its usual prefix."""
    name = element.tag
    if not isinstance(name, str):
        return ""  # a comment, a processing instruction or an entity
    space, brace, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    prefix = _NAMESPACES.get(space)
    return name if brace and prefix is None else f"{prefix or ''}{local}"


def text_of(element: Element) -> str:
    """The characters in ``element`` and below it."""
    return "".join(element.itertext())


def units(stream: Stream, name: str) -> Iterator[tuple[str, Element]]:
    """The root's name in lower case with each unit (``UNITS``) in turn, and with each child of a root or channel.

    An element is emptied once the next is asked for. Raises ``NotReadable`` where the root is another one or the
    document declares entities, and ``BadArchive`` where it is cut or damaged.
    """
    from lxml import etree

    if _ENTITY.search(stream.head.replace(b"\0", b"")):
        raise NotReadable(name, "it declares entities of its own", "feeds need none; get it from its publisher")
    parser = etree.XMLPullParser(
        events=("start", "end"), recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    walk = _Walk(name)
    fed = 0
    for piece in _mended(stream):
        parser.feed(piece)
        fed += len(piece)
        for event, element in parser.read_events():
            if event == "start":
                walk.enter(element)
                continue
            if walk.leaves(element):
                yield walk.root, element
            if walk.empties(element):
                walk.since = fed
        if fed - walk.since > LARGEST:
            raise BadArchive(name, f"an entry of more than {LARGEST:,} bytes after {walk.units:,} whole ones", _WAY_OUT)
    if not walk.root and stream.damage is None:
        raise NotReadable(name, f"not XML: no element in {fed:,} bytes", "pass a feed, a sitemap or OPML")
    if not walk.ended:
        fatal = [entry.message for entry in parser.error_log if entry.level_name == "FATAL"]
        cause = f" ({fatal[0]})" if fatal else ""
        raise BadArchive(name, f"no end after {walk.units:,} whole entries and {fed:,} bytes{cause}", _WAY_OUT)


class _Walk:
    """Where in the document the parser is."""

    def __init__(self, name: str) -> None:
        self.root = ""
        self.units = 0
        self.ended = False
        self.since = 0  # bytes fed when the last unit ended
        self._name, self._unit, self._path = name, "", [""]

    def enter(self, element: Element) -> None:
        """An element begins; the first is the root."""
        if not self.root:
            self.root = tag(element).lower()
            self._unit = UNITS.get(self.root, "")
            if not self._unit:
                kind = "a page" if self.root == "html" else f"<{self.root[:40]}>"
                problem = f"{kind}, not a feed, a sitemap or OPML"
                raise NotReadable(self._name, problem, "pass the feed's own address, or the page as .html")
        self._path.append(tag(element))

    def leaves(self, element: Element) -> bool:
        """An element ends; whether it is one to give."""
        is_unit = self._path[-1] == self._unit
        self._path.pop()
        self.units += is_unit
        self.ended = len(self._path) == 1
        return is_unit or (len(self._path) > 1 and self._in_head())

    def empties(self, element: Element) -> bool:
        """Drop an element that has been given, with what stands before it; whether that was done."""
        if tag(element) != self._unit and not self._in_head():
            return False
        if self._unit in self._path and self._unit != "outline":
            return False
        element.clear(keep_tail=False)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        return True

    def _in_head(self) -> bool:
        """Whether the element that has just ended lay in the root, or in its channel."""
        return len(self._path) == 2 or (len(self._path) == 3 and self._path[2] == "channel")


def _mended(stream: Stream) -> Iterator[bytes]:
    """The stream's bytes, HTML's named references as numbers and stray ampersands escaped, except within CDATA.

    Feeds have them often; the parser would drop ``&rsquo;`` without a word. UTF-16 goes through as it is.
    """
    if b"\0" in stream.head[:4]:
        while piece := stream.read(CHUNK):
            yield piece
        return
    rest, inside = b"", False
    while piece := stream.read(CHUNK):
        held = rest + piece
        cut = _before_mark(held)
        done, rest = held[:cut], held[cut:]
        mended, inside = _mend(done, inside=inside)
        if mended:
            yield mended
    if rest:
        yield _mend(rest, inside=inside)[0]


def _before_mark(held: bytes) -> int:
    """Where ``held`` can be cut so that no mark of CDATA and no reference is parted."""
    cut = len(held)
    reference = held.rfind(b"&", max(0, cut - _REFERENCE))
    if reference >= 0 and b";" not in held[reference:]:
        cut = reference
    opening = held.rfind(b"<", max(0, cut - _OPENING), cut)
    if opening >= 0:
        return opening
    return cut - len(held[max(0, cut - 2) : cut]) + len(held[max(0, cut - 2) : cut].rstrip(b"]"))


def _mend(done: bytes, *, inside: bool) -> tuple[bytes, bool]:
    """``done`` mended, and whether it ends within CDATA, as it begins ``inside`` or not."""
    parts, at = [], 0
    for mark in (*_CDATA.finditer(done), None):
        part = done[at : mark.start() if mark else len(done)]
        parts.append(part if inside else _AMPERSAND.sub(_reference, part))
        if mark:
            parts.append(mark.group())
            inside, at = mark.group().startswith(b"<"), mark.end()
    return b"".join(parts), inside


def _reference(match: re.Match[bytes]) -> bytes:
    if match[1] is None:
        return b"&amp;"
    name = match[1].decode("ascii")
    meant = "" if name in _XML_ENTITIES else html.entities.html5.get(f"{name};", "")
    return "".join(f"&#{ord(character)};" for character in meant).encode("ascii") or match.group()
