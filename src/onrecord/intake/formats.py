"""Which format a source is in: by its ending, and where that says nothing by its first bytes."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import PurePath

from onrecord.reader.source import _KINDS

_ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".parquet": "parquet", ".pq": "parquet", ".warc": "warc", ".zip": "zip",
    ".xml": "feed", ".rss": "feed", ".atom": "feed", ".rdf": "feed", ".opml": "feed",
    **_KINDS,
}  # fmt: skip
# Endings that scripts on servers have; mirrors of sites keep them. Such a file is taken where it looks like a page.
_SERVED = frozenset({"", ".php", ".asp", ".aspx", ".jsp", ".cgi"})
_MAGIC = {b"WARC/": "warc", b"PAR1": "parquet", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The groups are atomic, so that a run of comments can be matched in one way only and not in 2^n.
_ROOT = re.compile(
    r"\s*(?>(?:<\?(?>.*?\?>)|<!--(?>.*?-->)|(?P<doctype><!DOCTYPE\b[^>\[]*)(?>\[.*?\]\s*)?>)\s*)*"
    r"(?:<(?:[\w.-]+:)?(?P<root>[\w.-]+))?",
    re.DOTALL | re.IGNORECASE,
)
_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_PAGE_ROOTS = frozenset(
    ("html", "head", "body", "meta", "title", "article", "main", "section", "div", "p", "h1", "script")
)
JSON_FEED = "jsonfeed.org/version"
"""What the ``version`` of every JSON Feed holds, near its beginning."""
LISTS = frozenset({"rss", "rdf", "feed", "urlset", "sitemapindex", "opml"})
"""Root elements of RSS 0.9x and 2.0, RSS 1.0, Atom, sitemaps and OPML, in lower case."""


def by_ending(name: str) -> str | None:
    """The format that a file's ending tells, a ``.gz`` after it left aside; None where it tells none."""
    return _ENDINGS.get(_ending(name))


def is_taken(name: str, head: bytes) -> bool:
    """Whether a file met in a folder is taken: for its ending or, where servers' scripts have such, its first bytes."""
    ending = _ending(name)
    if ending == ".xml":
        return root_of(head) in LISTS or looks_like_page(head)
    if ending == ".json":
        return by_content(head) in ("json", "jsonl") and (JSON_FEED in as_text(head) or _has_article_key(head))
    return ending in _ENDINGS or (ending in _SERVED and (looks_like_page(head) or head.startswith(b"WARC/")))


def _ending(name: str) -> str:
    path = PurePath(name.lower())
    return PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _has_article_key(head: bytes) -> bool:
    return re.search(rb'"(?:text|html|schema_version)"\s*:', head) is not None


def by_content(head: bytes) -> str | None:
    """The format that the first bytes (4,096 of them) show; None where it is a page, a text, or nothing known."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if root_of(head) in LISTS:
        return "feed"
    text = as_text(head).lstrip()
    if text.startswith("["):
        return "json" if text[1:].lstrip().startswith("{") else None
    if not text.startswith("{"):
        return None
    line, end, _ = text.partition("\n")
    if JSON_FEED in text:
        return "json"
    if not end and len(head) >= 4_000:  # the first line is longer than what was looked at; documents have short ones
        return "jsonl" if re.match(r'\{\s*"', line) else None
    try:
        return "jsonl" if isinstance(json.loads(line), dict) else None
    except (ValueError, RecursionError):
        return "json" if re.match(r'\{\s*"', text) else None


def root_of(head: bytes | str) -> str | None:
    """The name of the root element, without prefix and in lower case, where ``head`` begins a marked-up document."""
    match = _ROOT.match(as_text(head))
    return match["root"].lower() if match and match["root"] else None


def looks_like_page(head: bytes | str) -> bool:
    """Whether ``head`` begins an HTML page."""
    match = _ROOT.match(as_text(head))
    if match is None:
        return False
    return (match["root"] or "").lower() in _PAGE_ROOTS or _HTML.match(match["doctype"] or "") is not None


def as_text(head: bytes | str) -> str:
    """``head`` as characters, enough to look at: by byte order mark, else as UTF-8 with what is not replaced."""
    if isinstance(head, str):
        return head.removeprefix("\ufeff")
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "replace")
    return head.decode("utf-8", "replace")
