"""Entries of RSS, Atom and JSON Feed: the article where its full text is there, else its address."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from onrecord.errors import BadLine, OnRecordError
from onrecord.intake.dates import feed_date
from onrecord.intake.item import Item
from onrecord.intake.markup import Element, tag, text_of
from onrecord.intake.options import Origin
from onrecord.reader.given import Given
from onrecord.reader.html import MIN_BODY

_PAGE = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
    "<body><article>\n{body}\n</article></body></html>\n"
)
_MAIL = re.compile(r"^\S+@\S+\s+\((?P<name>[^()]+)\)$|^(?P<bare>.+?)\s*<\S+@\S+>$")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article. ``html`` and ``text`` are its full text, never the summary."""

    link: str | None = None
    title: str | None = None
    published: str | None = None
    byline: str | None = None
    html: str | None = None
    text: str | None = None


def entry_item(entry: Entry, origin: Origin, where: str, outlet: str | None, base: str | None) -> Item | OnRecordError:
    """The Item for ``entry``. ``outlet`` is the feed's title, ``base`` where its relative links start from.

    A "full text" of under ``MIN_BODY`` characters is a teaser, and the address is taken.
    """
    url = _address(entry.link, base)
    where = f"{where} ({url})" if url else where
    facts = Given(url=url, title=entry.title, byline=entry.byline, published=entry.published)
    written = entry.text if entry.text is not None else re.sub(r"<[^>]*>", " ", entry.html or "")
    if url and len(" ".join(written.split())) < MIN_BODY:
        return Item(where, origin.source, "address", b"", origin.given(facts))
    given = origin.given(Given(url, outlet, entry.title, entry.byline, entry.published))
    if entry.html is not None and written.strip():
        page = _PAGE.format(title=html.escape(entry.title or ""), body=entry.html)
        return Item(where, origin.source, "page", page.encode("utf-8", "replace"), given, "utf-8")
    if written.strip():
        return Item(where, origin.source, "object", json.dumps({"text": written}).encode("ascii"), given)
    return BadLine(where, "neither a full text nor a link", "nothing can be read from it")


def _address(link: str | None, base: str | None) -> str | None:
    """The absolute http(s) address of ``link``."""
    if not link or not link.strip():
        return None
    try:
        joined = urljoin(base or "", "".join(link.split()))
    except ValueError:  # "http://[", which urllib takes for an IPv6 address
        return None
    return joined if re.match(r"https?://[^/]", joined, re.IGNORECASE) else None


def line_of(text: str | None) -> str | None:
    """Words on one line, references that were escaped twice undone; None where there are none."""
    return " ".join(html.unescape(text or "").split()) or None


def xml_entry(element: Element) -> Entry:
    """Read an RSS ``item`` or an Atom ``entry``."""
    held: dict[str, str] = {}
    authors: list[str] = []
    links: dict[str, str] = {}
    body: tuple[str | None, str | None] = (None, None)
    for child in element:
        name = tag(child)
        if name == "author" and len(child):
            authors += [line for part in child if tag(part) == "name" and (line := line_of(text_of(part)))]
        elif name in ("author", "dc:creator"):
            authors += [author for author in [_author(text_of(child))] if author]
        elif name == "link" and child.get("href"):
            links.setdefault(child.get("rel") or "alternate", child.get("href"))
        elif name == "content" and child.get("src"):
            links.setdefault("alternate", child.get("src"))
        elif name == "content":
            body = _atom_content(child)
        elif name == "guid":
            held.setdefault(
                "permalink" if child.get("isPermaLink", "true").lower() == "true" else "guid", text_of(child)
            )
        elif name:
            held.setdefault(name, text_of(child))
    if held.get("content:encoded", "").strip():
        body = (held["content:encoded"], None)
    return Entry(
        link=links.get("alternate") or held.get("link", "").strip() or held.get("permalink"),
        title=line_of(held.get("title")),
        published=feed_date(held.get("published") or held.get("pubDate") or held.get("dc:date") or held.get("issued")),
        byline=", ".join(dict.fromkeys(authors)) or None,
        html=body[0],
        text=body[1],
    )


def _author(text: str) -> str | None:
    """A name out of ``mail@host (Name)`` or ``Name <mail@host>``; an address alone is no name."""
    line = line_of(text)
    if line and (match := _MAIL.match(line)):
        return match["name"] or match["bare"]
    return None if line is None or "@" in line else line


def _atom_content(element: Element) -> tuple[str | None, str | None]:
    """Atom's ``content`` as HTML, or as text (RFC 4287, 4.1.3)."""
    kind = (element.get("type") or "text").lower()
    if kind in ("xhtml", "application/xhtml+xml", "application/xml"):
        from lxml import etree

        return "".join(etree.tostring(part, encoding="unicode", method="html") for part in element), None
    if kind in ("html", "text/html"):
        return text_of(element), None
    return None, text_of(element) if kind in ("text", "text/plain") else None


def json_entry(value: dict[str, Any]) -> Entry:
    """Read an item of JSON Feed 1.0 or 1.1."""

    def held(key: str) -> str | None:
        return value[key] if isinstance(value.get(key), str) else None

    authors = value.get("authors") if isinstance(value.get("authors"), list) else [value.get("author")]
    names = [author.get("name") for author in authors or [] if isinstance(author, dict)]
    return Entry(
        link=held("url") or held("external_url") or held("id"),
        title=line_of(held("title")),
        published=feed_date(held("date_published")),
        byline=", ".join(name for name in names if isinstance(name, str)) or None,
        html=held("content_html"),
        text=None if held("content_html") else held("content_text"),
    )
