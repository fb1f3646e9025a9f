"""The types of the ledger: one frozen product for each stage.

Offsets are half-open and count Unicode code points of ``Article.text``; a ``Span`` carries the characters
it covers, so that ``article.text[span.start:span.end] == span.text`` holds for every span of a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SCHEMA_VERSION = "2.0"

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
EntityType = Literal["person", "organisation", "group", "place", "office", "other"]
MentionKind = Literal["name", "nominal", "pronoun"]

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
    """Who made a statement: an entity of the record, and the mention that gives its name.

    ``office``, ``organisation`` and ``country`` are the entity's, as held on the article's day.
    """

    entity: str
    name: str
    qid: str | None
    office: str | None
    organisation: str | None
    country: str | None
    evidence: Span


@dataclass(frozen=True, slots=True)
class Party:
    """To whom or where something was said: the words that tell it, and the entity they stand for, if there is one."""

    span: Span
    entity: str | None


@dataclass(frozen=True, slots=True)
class Dated:
    """The days ``[start, end)`` of something, ISO dates; ``when`` is the expression that tells them.

    ``value`` is TIMEX3's. ``when`` is None where no expression of the article's own text tells it (an interview's day
    given by the page).
    """

    start: str
    end: str
    value: str
    when: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that a source is reported to have said, written or thought.

    ``source``, ``cue`` and ``content`` may each be discontinuous. ``source`` is empty when the article names none
    ("it was reported that"); ``cue`` is empty when a quotation continues the speaker before it; ``content`` is empty
    for a refusal that reports no words ("did not elaborate").
    ``parent`` is the id of the statement that this one lies within. ``confidence`` is calibrated: of all
    statements given 0.9, nine in ten are right in content and in source.
    ``said_on`` is None where the article does not settle the day.
    """

    id: str
    kind: Kind
    act: Act
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    speaker: Speaker | None
    addressee: tuple[Party, ...]
    venue: tuple[Party, ...]
    said_on: Dated | None
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
class Interval:
    """The days ``[start, end)`` as ISO dates; an interval of one day ends on the next. None leaves that side open."""

    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class When:
    """A time expression, as ISO-TimeML (ISO 24617-1) writes it down.

    ``value`` is TIMEX3's: ``2031-04-02``, ``2031-W14``, ``2031-04-02TEV``, ``2031-Q1``, ``P3D``, ``PXM``;
    what cannot be anchored keeps its ``X``: ``XXXX-04-02``, ``XXXX-WXX-5``. ``mod`` is TIMEX3's modifier, ``START``,
    ``MID``, ``END``, ``APPROX``, ``BEFORE``, ``AFTER``, ``LESS_THAN`` …, or None. ``interval`` is None where the
    article does not settle the days. ``anchor`` says what the value was reckoned from: ``"dateline"``, ``"published"``,
    the id of another When, ``"event"`` ("days before the approval"), or None where the expression is complete in itself
    or could not be anchored.
    """

    id: str
    span: Span
    type: TimexType
    value: str
    mod: str | None
    interval: Interval | None
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something that the article speaks of, by the fullest name that it gives.

    ``qid`` is the Wikidata item, where the knowledge base knows one beyond doubt; ``office`` is what a person holds on
    the article's day by the knowledge base, else what the article calls them; ``organisation`` whom they hold it in or
    speak for; ``country`` an ISO 3166-1 alpha-2 code, else the country's name as the article gives it.
    """

    id: str
    name: str
    type: EntityType
    qid: str | None
    office: str | None
    organisation: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where the article speaks of an entity."""

    span: Span
    entity: str
    kind: MentionKind


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity that the article gives.

    ``low`` and ``high`` are equal for an exact number; None leaves that side open ("at least 30"). ``unit`` is an
    ISO 4217 code, ``%``, or a unit's symbol; ``counted`` the words for the thing counted. ``as_of`` is the day it holds
    for and ``statement`` the id of the statement that gives it, None where the article gives it in its own voice.
    """

    span: Span
    low: float | None
    high: float | None
    approximate: bool
    unit: str | None
    counted: Span | None
    as_of: Dated | None
    statement: str | None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which weights made a record: their name, version and the SHA-256 of the ONNX file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """An article and what it puts on record, in the order of the text.

    ``notes`` say what the reader should know of how it was read: dates that could not be anchored, and why.
    """

    article: Article
    statements: tuple[Statement, ...]
    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    whens: tuple[When, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    model: ModelInfo
    schema_version: str = field(default=SCHEMA_VERSION)
