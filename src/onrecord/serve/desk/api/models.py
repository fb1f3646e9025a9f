"""What the API takes and sends, as its OpenAPI file describes it.

Answers are built as plain dictionaries and not run through these: they are the ledger's own values, and the tests hold
what is sent to what is described.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from onrecord.store.corrections import Field as CorrectedField
from onrecord.store.corrections import Status
from onrecord.types import Act, EntityType, Kind

Pair = tuple[int, int]
OF_RECORD = "x-record"  # in whose place ``description`` puts the part of the record's schema that it names
Count = Annotated[int, Field(ge=0)]


class Sent(BaseModel):
    """What is sent has these fields, all of them, and no others."""

    model_config = ConfigDict(extra="forbid")


class Hit(Sent):
    """A statement as it is shown among others, corrections applied."""

    id: str = Field(description="The statement's id in the ledger; it stays when the article is read anew.")
    score: float = Field(description="How well it fits; comparable within one search only.")
    speaker: str | None = Field(description="Who said it, by the best name that the article gives; null: not named.")
    source: str = Field(description="Who said it, in the article's words at that place.")
    office: str | None
    qid: str | None = Field(description="The speaker's Wikidata item.")
    person: str | None = Field(description="The speaker's key across articles, as /speakers/{key} takes it.")
    kind: Kind
    act: Act
    day: str | None = Field(description="The first day on which it was said; null: not settled.")
    last: str | None = Field(description="The last day on which it was said.")
    dated: bool = Field(description="Whether the article settles when it was said.")
    confidence: float = Field(ge=0, le=1)
    status: Status
    corrected: bool
    context: str = Field(description="The sentence, or sentences, in which it stands.")
    content: list[Pair] = Field(description="[start, end) of the statement's words in `context`, in code points.")
    highlights: list[Pair] = Field(description="[start, end) in `context` of the words that were searched for.")
    article: str = Field(description="The article's id.")
    title: str | None
    outlet: str | None
    published: str | None
    link: str | None = Field(description="The address of the passage, with a text fragment.")
    outlets: int = Field(ge=0, description="How many outlets carried it.")
    first: str | None = Field(description="Which had it first, where that is known.")


class Hits(Sent):
    """A page of statements."""

    hits: list[Hit]
    total: Count = Field(description="How many there are in all.")
    more: bool = Field(description="Whether `total` is only a lower bound.")
    next: str | None = Field(description="For `after`: the next page. null: this is the last.")
    facets: dict[str, list[tuple[str, int]]] = Field(
        description="Of speaker, outlet, kind, act and month the ten most frequent values; empty unless asked for."
    )


class Correction(Sent):
    """One correction, as it was appended."""

    id: int
    statement: str
    at: str = Field(description="When, UTC.")
    by: str
    field: CorrectedField
    value: Any = Field(description="What it is from now on; of an undo, the id of the correction undone.")
    why: str | None


class Facts(Sent):
    """The article that a statement stands in, and who read it."""

    id: str
    url: str | None
    outlet: str | None
    title: str | None
    byline: str | None
    published: str | None
    language: str
    schema_version: str
    model: Annotated[Any, WithJsonSchema({OF_RECORD: "model"})]


class Statement(Hit):
    """One statement with all that is known of it."""

    statement: Annotated[Any, WithJsonSchema({OF_RECORD: "statement"})] = Field(
        description="It in the record's own form, corrections applied."
    )
    record: Facts
    history: list[Correction] = Field(description="All its corrections, the first first, those undone included.")
    latest: int = Field(ge=0, description="The id of its last correction, for `after`; 0: there is none.")
    carried_by: list[str] = Field(description="The ids of the articles that carry it.")
    retained: bool = Field(description="Kept for its corrections, though the newest reading no longer has it.")


class Corrections(Sent):
    """The history of a statement."""

    corrections: list[Correction]
    latest: int = Field(ge=0, description="The id of the last one, for `after`; 0: there is none.")


class NewCorrection(BaseModel):
    """A correction to make."""

    model_config = ConfigDict(extra="forbid")

    field: CorrectedField
    value: Any = Field(
        description="By field. status: open, accepted or rejected. source, cue, content, addressee, venue: a list of"
        " [start, end) in code points of the article's text. speaker: an entity's id, or an object with name, type,"
        " qid, office, organisation, country, at; null: not named. said_on: {start, end}, the end being the day after"
        " the last; null: not known. kind, act: one of theirs. undo: the id of a correction; null: the last in force."
    )
    why: str | None = Field(None, max_length=2_000)
    after: int | None = Field(
        None, ge=0, description="The `latest` that you saw; refused (409) where there is a later correction."
    )


class ArticleFacts(Sent):
    """What a list of articles tells of each."""

    id: str
    url: str | None
    outlet: str | None
    title: str | None
    byline: str | None
    published: str | None
    language: str
    added: str = Field(description="When it was put on record, UTC.")
    statements: Count = Field(description="Statements in it that nobody rejected.")


class Articles(Sent):
    """A page of articles, those added last first."""

    articles: list[ArticleFacts]
    next: str | None = Field(description="For `after`: the next page. null: this is the last.")


class StatementOf(Sent):
    """A statement of an article: its id in the ledger beside the one in the record."""

    id: str
    statement: str = Field(description="Its id within the record.")
    status: Status
    corrected: bool
    retained: bool


class StatementsOf(Sent):
    """The statements of an article, in the record's order."""

    statements: list[StatementOf]


class Version(Sent):
    """One version of an article."""

    digest: str = Field(description="Of all that was published, hexadecimal.")
    published: str | None
    added: str = Field(description="UTC")
    current: bool


class Versions(Sent):
    """The versions of an article, the oldest first."""

    versions: list[Version]


class Copy(Sent):
    """An article that carries the same copy."""

    article: str
    similarity: float = Field(ge=0, le=1)


class Copies(Sent):
    """The articles that carry the same copy."""

    copies: list[Copy]


class Profile(Sent):
    """What articles say of someone in the same words."""

    key: str
    name: str
    office: str | None
    organisation: str | None
    country: str | None
    first: str | None = Field(description="When the first article that says so was published.")
    last: str | None
    statements: Count


class Speaker(Sent):
    """A person or organisation across articles."""

    key: str
    name: str
    type: EntityType
    qid: str | None
    statements: Count
    direct: Count
    first: str | None = Field(description="The first day on which they are on record.")
    last: str | None
    outlets: list[tuple[str, int]] = Field(description="In which outlets, and how often; the ten most frequent.")
    acts: list[tuple[str, int]]
    profiles: list[Profile]


class Speakers(Sent):
    """Who bears a name, those most on record first."""

    speakers: list[Speaker]


class Stats(Sent):
    """Counts of what is on record."""

    articles: Count
    older_versions: Count
    statements: Count
    direct: Count
    refusals: Count
    dated: Count
    people: Count
    organisations: Count
    met_in_one_article: Count
    outlets: Count
    copied_articles: Count
    corrections: Count
    rejected: Count
    failed_inputs: Count
    published_first: str | None
    published_last: str | None
    acts: dict[str, int]
    top_speakers: dict[str, int]
    top_outlets: dict[str, int]
    models: dict[str, int]
    bytes: Count


class Health(Sent):
    """That the ledger can be read, and by what."""

    status: Annotated[str, WithJsonSchema({"const": "ok"})]
    version: str = Field(description="Of On Record.")
    ledger_schema: int = Field(ge=1, description="The version of the ledger's tables.")
    record_schema: str = Field(description="The version of the record's schema.")


class Amiss(BaseModel):
    """One thing that does not fit."""

    at: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457): the datum, what is amiss with it, and the way out."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="The kind of problem, an address relative to the server's.")
    title: str
    status: int
    detail: str
    datum: str = Field(description="What it is about.")
    way_out: str = Field(description="What to do.")
    instance: str = Field(description="The path that was asked.")
    errors: list[Amiss] | None = Field(None, description="Of `invalid`: all that does not fit.")
    latest: int | None = Field(None, description="Of `conflict`: the id of the correction that was made meanwhile.")
    by: str | None = Field(None, description="Of `conflict`: who made it.")
    at: str | None = Field(None, description="Of `conflict`: when, UTC.")
