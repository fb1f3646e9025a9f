"""Makes the sources that the tests of the intake read: pages, archives, feeds. Everyone in them is invented."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from onrecord.errors import OnRecordError
from onrecord.intake import Fields, Item, Options, items
from onrecord.reader import Given

TEXT = (
    "PORTMERE, April 2 (Coastal Press) — “The wall will hold,” Mayor Ines Halloran said on Tuesday after touring the"
    " quay. Engineers of the harbour authority said that repairs would take at least three weeks and cost about"
    " 1.4 million crowns. Councillor Tomas Wray denied that the work had been put off for lack of money."
)


def page(number: int = 1, more: str = "") -> bytes:
    """An HTML page with an article that names ``number``."""
    body = f"<h1>Wall number {number} will hold</h1><p>{TEXT}</p><p>It is report number {number} on the wall.</p>{more}"
    return f"<!DOCTYPE html><html><head><title>Wall {number}</title></head><body>{body}</body></html>".encode()


def response(
    body: bytes, url: str = "https://gazette.example/wall", headers: str = "Content-Type: text/html; charset=utf-8"
) -> bytes:
    """A WARC response record with status 200."""
    block = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body
    return record(block, f"WARC-Type: response\r\nWARC-Target-URI: {url}")


def record(block: bytes, headers: str, version: str = "1.0") -> bytes:
    """Any WARC record."""
    head = f"WARC/{version}\r\n{headers}\r\nWARC-Date: 2031-04-02T09:30:00Z\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def archive(records: Iterable[bytes], *, packed: bool) -> bytes:
    """A WARC file; ``packed`` with each record a gzip member, as Common Crawl's news archives are."""
    return b"".join(gzip.compress(one, mtime=0) if packed else one for one in records)


def rss(entries: str, title: str = "The Portmere Gazette") -> str:
    """An RSS 2.0 feed."""
    modules = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f"<title>{title}</title><link>https://gazette.example/</link><description>News of the coast</description>"
    return f'<?xml version="1.0"?>\n<rss version="2.0" {modules}><channel>{head}{entries}</channel></rss>\n'


def linked(number: int) -> str:
    """An RSS entry that has a link and no full text."""
    return (
        f"<item><title>Wall &amp; quay {number}</title><link>https://gazette.example/{number}</link>"
        "<pubDate>Wed, 02 Apr 2031 09:30:00 +0200</pubDate><description>A summary.</description></item>"
    )


def found(*sources: object, **options: object) -> list[Item | OnRecordError]:
    """All that ``items`` gives."""
    return list(items([str(source) for source in sources], Options(**options)))  # type: ignore[arg-type]


def good(results: Iterable[Item | OnRecordError]) -> list[Item]:
    """The items; an error among them fails the test."""
    kept = []
    for result in results:
        assert isinstance(result, Item), result
        kept.append(result)
    return kept


def parted(results: Iterable[Item | OnRecordError]) -> tuple[list[Item], list[OnRecordError]]:
    """Items and errors."""
    both = list(results)
    return [one for one in both if isinstance(one, Item)], [one for one in both if isinstance(one, OnRecordError)]


__all__ = [
    "TEXT",
    "Fields",
    "Given",
    "archive",
    "found",
    "good",
    "linked",
    "page",
    "parted",
    "record",
    "response",
    "rss",
]
