"""What stands beside and below an article: an entry for each statement, and who, when and how much it speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from onrecord.export.fragment import text_fragments
from onrecord.serve.desk.told import dated, known_as, quantity, which_days, why
from onrecord.serve.marks import heading, parts
from onrecord.serve.markup import QID
from onrecord.serve.people import People
from onrecord.serve.wording import post
from onrecord.store.around import Around
from onrecord.store.corrections import Standing
from onrecord.types import Article, Figure, Party, Span, Statement

LONG = 60_000  # characters; a longer article's statements link to its page, since finding each passage's own address
# takes 1 ms for every 15,000 characters (measured), and there may be hundreds


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as the margin tells it. ``person`` is the key of the speaker's page; what is None is not known."""

    number: int
    key: str
    who: str | None
    person: str | None
    post: str | None
    qid: str | None
    chain: tuple[str, ...]
    named: bool
    act: str
    kind: str
    day: str | None
    first_day: str | None
    day_from: str | None
    day_why: str | None
    to: tuple[str, ...]
    where: tuple[str, ...]
    cue: str
    words: str
    figures: tuple[str, ...]
    confidence: float
    status: str
    corrected: bool
    retained: bool
    parent: int | None
    original: str | None
    outlets: int
    first: str | None


@dataclass(frozen=True, slots=True)
class Someone:
    """An entity as the page tells it. ``id`` is that of the element which the text's references lead to."""

    id: str
    name: str
    type: str
    known: str
    qid: str | None
    person: str | None
    mentions: int
    speaks: int
    spoken_to: int


@dataclass(frozen=True, slots=True)
class Something:
    """A time expression or a figure: its words, what they mean, and from what, or by which statement."""

    id: str
    words: str
    means: str
    why: str
    statement: int | None


class Margin:
    """The margin of one article as it stands."""

    def __init__(self, standing: Standing, around: Around) -> None:
        self.standing, self.record, self.around = standing, standing.record, around
        self.people = People(self.record)
        self._numbers = {one.id: number for number, one in enumerate(self.record.statements, start=1)}
        self._whens = {one.id: one for one in self.record.whens}
        self._texts = {one.id: one.span.text for one in self.record.whens}
        self._figures: defaultdict[str | None, list[Figure]] = defaultdict(list)
        for figure in self.record.figures:
            self._figures[figure.statement].append(figure)

    @property
    def title(self) -> str:
        """What to call the article."""
        return heading(self.record.article)

    @cached_property
    def entries(self) -> list[Entry]:
        """An entry for each statement, in the order of the text."""
        return [self._entry(at, one) for at, one in enumerate(self.record.statements)]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many statements there are of each status and kind."""
        return Counter([*self.standing.status, *(one.kind for one in self.record.statements)])

    def someone(self) -> list[Someone]:
        """Who and what appears, those who say most first."""
        place = {one.id: at for at, one in enumerate(self.record.entities)}
        by_speaker = {
            one.speaker.entity: self.around.speakers[kept.id]
            for one, kept in zip(self.record.statements, self.standing.kept, strict=True)
            if one.speaker and kept.id in self.around.speakers
        }
        return [
            Someone(
                id=f"e{place[part.entity.id] + 1}",
                name=part.entity.name,
                type=part.entity.type,
                known=known_as(part.entity),
                qid=_qid(part.entity.qid),
                person=self.around.entities.get(place[part.entity.id]) or by_speaker.get(part.entity.id),
                mentions=part.mentions,
                speaks=part.speaks,
                spoken_to=part.spoken_to,
            )
            for part in self.people.parts()
        ]

    def dates(self) -> list[Something]:
        """The time expressions, in the order of the text."""
        return [
            Something(f"w{number}", one.span.text, which_days(one), why(one, self._texts), None)
            for number, one in enumerate(self.record.whens, start=1)
        ]

    def figures(self) -> list[Something]:
        """The figures, in the order of the text."""
        return [
            Something(
                f"f{number}",
                one.span.text,
                quantity(one),
                f"as of {dated(one.as_of)}" if one.as_of else "",
                self._numbers.get(one.statement) if one.statement else None,
            )
            for number, one in enumerate(self.record.figures, start=1)
        ]

    def _entry(self, at: int, one: Statement) -> Entry:
        kept, speaker, said = self.standing.kept[at], one.speaker, one.said_on
        when = self._whens.get(said.when) if said and said.when else None
        chain = tuple(span.text for span in self.people.chain(one))
        outlets, first = self.around.carried.get(kept.id, (1, None))
        return Entry(
            number=at + 1,
            key=kept.key,
            who=speaker.name if speaker else one.source_text or None,
            person=self.around.speakers.get(kept.id) if speaker else None,
            post=(post(speaker) or None) if speaker else None,
            qid=_qid(speaker.qid) if speaker else None,
            chain=chain if len(chain) > 1 else (),
            named=speaker is not None,
            act=one.act,
            kind=one.kind,
            day=dated(said) if said else None,
            first_day=said.start if said else None,
            day_from=when.span.text if when else None,
            day_why=why(when, self._texts) if when else None,
            to=self._parties(one.addressee),
            where=self._parties(one.venue),
            cue=" … ".join(span.text for span in parts(one, "cue")),
            words=one.content_text,
            figures=tuple(f"{figure.span.text}: {quantity(figure)}" for figure in self._figures[one.id]),
            confidence=one.confidence,
            status=self.standing.status[at],
            corrected=self.standing.corrected[at],
            retained=kept.retained,
            parent=self._numbers.get(one.parent) if one.parent else None,
            original=self._original(one),
            outlets=outlets,
            first=first,
        )

    def _original(self, one: Statement) -> str | None:
        """The passage on the article's own page; every part of it."""
        article = self.record.article
        if not is_web(article.url):
            return None
        if len(article.text) > LONG:
            return article.url
        return _passage(article, one.content or one.cue or one.source)

    def _parties(self, parties: tuple[Party, ...]) -> tuple[str, ...]:
        """The words, and the name where they are not it."""
        found = []
        for party in parties:
            entity = self.people.by_id.get(party.entity) if party.entity else None
            is_named = entity is None or entity.name in party.span.text
            found.append(party.span.text if is_named or entity is None else f"{party.span.text} ({entity.name})")
        return tuple(found)


@lru_cache(maxsize=1000)  # a third of the time that the page of 40 statements takes, and the same until it is read anew
def _passage(article: Article, spans: tuple[Span, ...]) -> str | None:
    return text_fragments(article, spans)


def is_web(url: str | None) -> bool:
    """Whether an address is one that a browser may be led to."""
    return bool(url) and str(url).lower().startswith(("http://", "https://"))


def _qid(qid: str | None) -> str | None:
    return qid if qid and QID.fullmatch(qid) else None
