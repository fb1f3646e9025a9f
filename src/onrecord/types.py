"""The types of the ledger: one frozen product for each stage.

Offsets are half-open and count Unicode code points of ``Article.text``; a ``Span`` carries the characters
it covers, so that ``article.text[span.start:span.end] == span.text`` holds for every span of a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SCHEMA_VERSION = "1.0"

Kind = Literal["direct", "indirect", "mixed"]
Act = Literal[
    "assert",
    "deny",
    "ask",
    "demand",
    "promise",
    "threaten",
    "accuse",
    "praise",
    "refuse-to-comment",
    "suggest",
    "consider",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``[start, end)`` of an article's text, and those characters themselves."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, article_text: str, start: int, end: int) -> Span:
        """Cut ``[start, end)`` out of ``article_text``."""
        return cls(start, end, article_text[start:end])


@dataclass(frozen=True, slots=True)
class Article:
    """One article as published: its exact body text and what is known about it.

    ``published`` is ISO 8601 at the precision that the page vouches for: ``2031``, ``2031-04``,
    ``2031-04-02``, ``2031-04-02T09:30`` or ``2031-04-02T09:30:00+02:00``; a zone is present only when the page has one.
    ``dateline`` lies at the head of ``text``. Paragraphs of ``text`` are parted by blank lines.
    """

    id: str
    text: str
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    dateline: Span | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Speaker:
    """The best name that the article itself gives for a source, and the mention that gives it."""

    name: str
    evidence: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a source is reported to have said, written or thought.

    ``source``, ``cue`` and ``content`` may each be discontinuous. ``source`` is empty when the article names none
    ("it was reported that"); ``cue`` is empty when a quotation continues the speaker before it; ``content`` is empty
    for a refusal that reports no words ("did not elaborate").
    ``parent`` is the id of the statement that this one lies within. ``confidence`` is calibrated: of all
    statements given 0.9, nine in ten are right in content and in source.
    """

    id: str
    kind: Kind
    act: Act
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    speaker: Speaker | None
    addressee: tuple[Span, ...]
    venue: tuple[Span, ...]
    parent: str | None
    confidence: float

    @property
    def source_text(self) -> str:
        """The source's words as reported, parts joined by an ellipsis."""
        return " … ".join(part.text for part in self.source)

    @property
    def cue_text(self) -> str:
        """The reporting expression, parts joined by an ellipsis."""
        return " … ".join(part.text for part in self.cue)

    @property
    def content_text(self) -> str:
        """What was said, parts joined by an ellipsis."""
        return " … ".join(part.text for part in self.content)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which weights made a record: their name, version and the SHA-256 of the ONNX file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """An article and what it puts on record, in the order of the text."""

    article: Article
    statements: tuple[Statement, ...]
    model: ModelInfo
    schema_version: str = field(default=SCHEMA_VERSION)
