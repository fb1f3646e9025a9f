"""Documents that list articles: feeds, sitemaps, OPML in XML; JSON Feed and other JSON documents."""

from __future__ import annotations

import re
from typing import Any

from onrecord.errors import BadLine, EmptyInput, NotEnglish, NotReadable, OnRecordError, TooLarge
from onrecord.intake.dates import feed_date
from onrecord.intake.feed import entry_item, json_entry, line_of, xml_entry
from onrecord.intake.formats import JSON_FEED, as_text, looks_like_page
from onrecord.intake.item import Item
from onrecord.intake.json_values import members
from onrecord.intake.markup import UNITS, Element, tag, text_of, units
from onrecord.intake.options import FoundOrFurther, Further, Origin
from onrecord.intake.rows import object_item
from onrecord.intake.stream import Stream
from onrecord.reader.build import LARGEST
from onrecord.reader.given import Given

_ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)
_ARRAYS = frozenset({"items", "articles"})  # where JSON Feed, and the answers of news interfaces, have theirs


def read_xml(stream: Stream, origin: Origin) -> FoundOrFurther:
    """The entries of a feed or news sitemap, and what an OPML file or a sitemap index leads to."""
    if looks_like_page(stream.head):
        way_out = "pass the feed's own address, or the page as .html (--format html)"
        raise NotReadable(origin.name, "an HTML page where a feed should be", way_out)
    if not stream.head.strip() and stream.damage is None:
        raise EmptyInput(origin.name, "an empty file", "pass a feed")
    number, outlet, base = 0, None, origin.url
    for root, element in units(stream, origin.name):
        name = tag(element)
        if name != UNITS[root]:
            outlet = outlet or (line_of(text_of(element)) if name == "title" else None)
            base = _home(element, base)
        elif root == "opml":
            if address := element.get("xmlUrl"):
                number += 1
                yield _further(address, f"{origin.name}, outline {number}")
        else:
            number += 1
            where = f"{origin.name}, entry {number}"
            if root == "sitemapindex":
                yield _further(_children(element).get("loc", ""), where)
            elif root == "urlset":
                yield _page(element, origin, where)
            else:
                yield entry_item(xml_entry(element), origin, where, outlet, base)
    if not number:
        yield EmptyInput(origin.name, "no entries: 0", "nothing to add; pass another feed")


def _home(element: Element, base: str | None) -> str | None:
    """The feed's own site, which relative links start from where it is not known where the feed was fetched."""
    if tag(element) != "link" or base is not None:
        return base
    link = (element.get("href") if element.get("rel") in (None, "alternate") else None) or (element.text or "").strip()
    return link if _ADDRESS.match(link) else base


def _further(address: str, where: str) -> Further | OnRecordError:
    address = address.strip()
    if address.startswith("feed:"):  # "feed://host/…" and "feed:https://…" were written by readers of the 2000s
        address = re.sub(r"^feed:(?://)?(?=https?://)|^feed://", "", address)
        address = address if _ADDRESS.match(address) else f"http://{address}"
    if not _ADDRESS.match(address):
        return BadLine(where, f"{address[:80]!r} is no http(s) address", "mend the list")
    return Further(address)


def _children(element: Element) -> dict[str, str]:
    held: dict[str, str] = {}
    for child in element.iter():
        held.setdefault(tag(child), (child.text or "").strip())
    return held


def _page(element: Element, origin: Origin, where: str) -> Item | OnRecordError:
    """One page of a sitemap; the news extension tells title, day, outlet and language."""
    held = _children(element)
    language = held.get("news:language", "").lower()
    if language and not language.startswith("en"):
        return NotEnglish(where, f"an article in {language[:20]!r}, as the sitemap says", "only English is read")
    if not _ADDRESS.match(held.get("loc", "")):
        return BadLine(where, "no http(s) address", "nothing can be read from it")
    given = Given(
        url=held["loc"],
        outlet=line_of(held.get("news:name")),
        title=line_of(held.get("news:title")),
        published=feed_date(held.get("news:publication_date")),
    )
    return Item(f"{where} ({given.url})", origin.source, "address", b"", origin.given(given))


def read_json(stream: Stream, origin: Origin) -> FoundOrFurther:
    """The articles of a JSON document: JSON Feed, an array of objects, an object with such an array, or one object."""
    if not stream.head.strip() and stream.damage is None:
        raise EmptyInput(origin.name, "an empty file", "pass a JSON document")
    is_feed = JSON_FEED in as_text(stream.head)
    single: dict[str, Any] = {}
    number = 0
    for key, value in members(stream, origin.name, _ARRAYS):
        if key is None or key in _ARRAYS:
            number += 1
            where = f"{origin.name}, element {number}"
            outlet = line_of(single["title"]) if is_feed and isinstance(single.get("title"), str) else None
            yield _element(value, origin, where, outlet, is_feed=is_feed)
        elif isinstance(value, BadLine):
            yield value
        elif not number:  # what follows the array tells nothing of its elements
            single[key] = value
            if stream.position > 2 * LARGEST:
                measure = f"an object of more than {LARGEST:,} bytes"
                raise TooLarge(origin.name, measure, "write one object a line (.jsonl)")
    if not number:
        if is_feed or not single:
            yield EmptyInput(origin.name, "no entries: 0", "nothing to add; pass another file")
        else:
            yield object_item(single, origin, origin.name)


def _element(value: Any, origin: Origin, where: str, outlet: str | None, *, is_feed: bool) -> Item | OnRecordError:
    if isinstance(value, BadLine):
        return BadLine(where, value.problem, value.way_out)
    if not isinstance(value, dict):
        return BadLine(where, "not an object", "give each article as an object")
    if is_feed:
        return entry_item(json_entry(value), origin, where, outlet, origin.url)
    return object_item(value, origin, where)
