"""How sources are to be understood, and where a thing that was found in one comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from onrecord.errors import NotReadable, OnRecordError
from onrecord.intake.item import Item
from onrecord.reader.given import UNKNOWN, Given, iso_date

if TYPE_CHECKING:
    from onrecord.reader.fetch import Page

FORMATS = ("html", "text", "markdown", "jsonl", "json", "csv", "tsv", "parquet", "warc", "feed")
"""What a source can be forced to be; ``feed`` covers RSS, Atom, JSON Feed, sitemaps and OPML."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which key or column of the input is which fact."""

    text: str = "text"
    html: str = "html"
    url: str = "url"
    outlet: str = "outlet"
    title: str = "title"
    byline: str = "byline"
    published: str = "published"
    id: str = "id"


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are to be understood.

    ``given`` holds for every article and wins over what its source says. ``allow_private`` lets addresses of this
    machine and of local networks be fetched. ``format`` (one of ``FORMATS``) is what the sources are, whatever their
    endings and contents say. ``fetch`` gets the addresses that the user names, and the feeds and sitemaps that lists
    name; by default ``onrecord.reader.fetch.fetch``. Raises ``NotReadable`` for another format, ``BadDate``.
    """

    fields: Fields = Fields()
    given: Given = UNKNOWN
    allow_private: bool = False
    format: str | None = None
    fetch: Callable[[str], Page] | None = None

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise NotReadable(f"format {self.format!r}", "no such format", f"use one of {', '.join(FORMATS)}")
        if self.given.published:
            iso_date(self.given.published)  # a bad date is told before anything is read


@dataclass(frozen=True, slots=True)
class Origin:
    """Where articles are being found.

    ``name`` is for messages, ``source`` what the user named. ``url`` is where it was fetched from; relative links in
    it are taken from there. ``depth`` counts the lists that led here, the user's own source being 0.
    """

    name: str
    source: str
    options: Options
    url: str | None = None
    depth: int = 0

    def given(self, own: Given) -> Given:
        """What the source says of one article (``own``), under what the user says of all of them."""
        said = {field.name: value for field in fields(Given) if (value := getattr(self.options.given, field.name))}
        return replace(own, **said) if said else own


@dataclass(frozen=True, slots=True)
class Further:
    """The address of a feed or sitemap that a list names; it is fetched, and what is in it comes in its place."""

    url: str


Found = Iterator[Item | OnRecordError]
FoundOrFurther = Iterator[Item | OnRecordError | Further]
