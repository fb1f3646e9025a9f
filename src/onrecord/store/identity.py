"""What makes two articles, two versions of one, two readings or two statements the same."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from onrecord.data import words
from onrecord.types import Article, Record, Span

_RAW = 10  # bytes, of which base 32 makes 16 digits
KEY = 15  # base-32 digits of a statement's key, 75 bits: among 10^9 statements two collide with a chance of 10^-5


def identity(article: Article) -> str:
    """What an article keeps when its text is changed: its address without what tracks readers, else its id."""
    return f"url:{plain_url(article.url)}" if article.url else f"id:{article.id}"


def plain_url(url: str) -> str:
    """The address without fragment, default port and parameters that only tell where the reader came from.

    Scheme and host in lower case, http as https, parameters sorted. An address that cannot be parsed stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if not parts.hostname:
        return url.strip()
    tracking = words("tracking_parameters")
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in tracking and not name.lower().startswith("utm_")
    ]
    scheme = "https" if parts.scheme.lower() in ("http", "https") else parts.scheme.lower()
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit((scheme, place, parts.path.rstrip("/") or "/", urlencode(sorted(query)), ""))


def digest(article: Article) -> bytes:
    """16 bytes of all that was published: two articles have the same where they are equal."""
    facts = [article.id, article.text, article.url, article.outlet, article.title, article.byline, article.published]
    return _hash(json.dumps([*facts, article.language]))


def reading(told: str) -> bytes:
    """16 bytes of all that a record says, from its JSON."""
    return _hash(told)


def statement_keys(record: Record) -> list[str]:
    """A key for each statement, made of the article and of where the statement's parts lie in it.

    So two ledgers give the same statement the same key, whatever else is in them.
    """
    about = hashlib.blake2b(f"{identity(record.article)} {digest(record.article).hex()}".encode(), digest_size=16)
    seen: Counter[str] = Counter()
    keys = []
    for one in record.statements:
        parts = f"{_pairs(one.source)}{_pairs(one.cue)}{_pairs(one.content)}"
        seen[parts] += 1
        hashed = about.copy()
        hashed.update(f"{parts}{seen[parts]}".encode())
        keys.append("s" + base64.b32encode(hashed.digest()[:_RAW]).decode().lower()[:KEY])
    return keys


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
