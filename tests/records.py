"""Records drawn by hand: fields are given as the words themselves, and found in the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onrecord.types import (
    Article,
    Dated,
    Entity,
    Figure,
    Interval,
    Mention,
    ModelInfo,
    Party,
    Record,
    Span,
    Speaker,
    Statement,
    When,
)

MODEL = ModelInfo(name="by-hand", version="0", sha256="0" * 64)

Drawn = str | tuple[str, int]
"""Words of the text: where they stand first, or the nth time."""

TEXT = """\
NORTHREACH, April 2 — The harbour board will not vote on the ferry contract before June, its chair said on Tuesday, \
after what she called “a winter of unanswered letters.”

“We are not there yet,” Mara Lindqvist told the Northreach Courier in an interview. “Osk Ferries says the boats are \
safe. I have asked to see the papers.”

Osk Ferries denied that any inspection had been missed. It said that about 1,400 islanders had used the crossing in \
March, at least 30% more than a year earlier.

It was reported that the fares would double."""


def span(text: str, words: Drawn) -> Span:
    """The place where these words stand."""
    words, nth = (words, 1) if isinstance(words, str) else words
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    return Span.of(text, start, start + len(words))


def spans(text: str, drawn: Drawn | list[Drawn]) -> tuple[Span, ...]:
    """The place of each of these words."""
    return tuple(span(text, words) for words in (drawn if isinstance(drawn, list) else [drawn]))


def dated(start: str, end: str, when: str | None = None) -> Dated:
    """The days ``[start, end)``, told by this expression."""
    return Dated(start, end, start, when)


def record(text: str, *drawn: dict[str, Any], **known: Any) -> Record:
    """A record of these statements, numbered from s1. Speakers whom ``entities`` leaves out are added to them."""
    entities, mentions = _entities(text, known.pop("entities", []))
    entities += [
        Entity(f"x{at}", name, "person", None, None, None, None)
        for at, name in enumerate(dict.fromkeys(fields["name"] for fields in drawn if "name" in fields))
        if name not in {entity.name for entity in entities}
    ]
    return Record(
        whens=tuple(_when(text, number, **fields) for number, fields in enumerate(known.pop("whens", []), start=1)),
        figures=tuple(_figure(text, **fields) for fields in known.pop("figures", [])),
        notes=tuple(known.pop("notes", [])),
        statements=tuple(
            _statement(text, (entities, mentions), id=f"s{number}", **fields)
            for number, fields in enumerate(drawn, start=1)
        ),
        entities=tuple(entities),
        mentions=tuple(mentions),
        article=Article(**({"id": "a1", "text": text} | known)),
        model=MODEL,
    )


def _entities(text: str, drawn: Iterable[dict[str, Any]]) -> tuple[list[Entity], list[Mention]]:
    """Entities, numbered from e1, and their mentions: ``at`` gives the words of each kind."""
    entities, mentions = [], list[Mention]()
    for number, fields in enumerate(drawn, start=1):
        for kind, words in fields.pop("at").items():
            mentions += [Mention(place, f"e{number}", kind) for place in spans(text, words)]
        rest: dict[str, Any] = {"type": "person", "qid": None, "office": None, "organisation": None, "country": None}
        entities.append(Entity(id=f"e{number}", **(rest | fields)))
    return entities, sorted(mentions, key=lambda mention: mention.span)


def _statement(text: str, known: tuple[list[Entity], list[Mention]], **fields: Any) -> Statement:
    """From words: ``source``, ``cue``, ``content``, ``addressee``, ``venue``, ``name`` and the rest."""
    entities, mentions = known
    drawn: dict[str, Any] = {role: spans(text, fields.pop(role, [])) for role in ("source", "cue", "content")}
    for role in ("addressee", "venue"):
        drawn[role] = tuple(
            Party(place, next((mention.entity for mention in mentions if mention.span == place), None))
            for place in spans(text, fields.pop(role, []))
        )
    name, speaker = fields.pop("name", None), None
    if name:
        who = next(entity for entity in entities if entity.name == name)
        at = next(
            (mention.span for mention in mentions if mention.entity == who.id and mention.span.text == name), None
        )
        evidence = at or span(text, name)
        speaker = Speaker(who.id, name, who.qid, who.office, who.organisation, who.country, evidence)
    rest = {"kind": "indirect", "act": "assert", "said_on": None, "parent": None, "confidence": 0.9} | fields
    return Statement(speaker=speaker, **drawn, **rest)


def _when(text: str, number: int, **fields: Any) -> When:
    days = fields.pop("days", None)
    rest = {"type": "DATE", "mod": None, "anchor": None, "interval": Interval(*days) if days else None} | fields
    return When(id=f"w{number}", span=span(text, rest.pop("words")), **rest)


def _figure(text: str, **fields: Any) -> Figure:
    counted = fields.pop("counted", None)
    rest = {"low": None, "high": None, "approximate": False, "unit": None, "as_of": None, "statement": None} | fields
    return Figure(span=span(text, rest.pop("words")), counted=span(text, counted) if counted else None, **rest)


def harbour() -> Record:
    """Every case that a view must draw: nested, discontinuous, no source, no cue, an addressee, dates, figures."""
    tuesday, march = dated("2031-04-01", "2031-04-02", "w3"), dated("2031-03-01", "2031-04-01", "w4")
    return record(
        TEXT,
        {
            "source": "its chair",
            "cue": "said",
            "content": "The harbour board will not vote on the ferry contract before June",
            "name": "Mara Lindqvist",
            "said_on": tuesday,
            "confidence": 0.94,
        },
        {
            "source": "she",
            "cue": "called",
            "content": "“a winter of unanswered letters.”",
            "kind": "mixed",
            "act": "accuse",
            "name": "Mara Lindqvist",
            "said_on": tuesday,
            "confidence": 0.71,
        },
        {
            "source": "Mara Lindqvist",
            "cue": "told",
            "content": [
                "“We are not there yet,”",
                "“Osk Ferries says the boats are safe. I have asked to see the papers.”",
            ],
            "kind": "direct",
            "addressee": "the Northreach Courier",
            "venue": "an interview",
            "name": "Mara Lindqvist",
            "said_on": dated("2031-03-31", "2031-04-02"),
            "confidence": 0.97,
        },
        {
            "source": "Osk Ferries",
            "cue": "says",
            "content": "the boats are safe",
            "parent": "s3",
            "name": "Osk Ferries",
            "confidence": 0.83,
        },
        {
            "source": ("Osk Ferries", 2),
            "cue": "denied",
            "content": "that any inspection had been missed",
            "act": "deny",
            "name": "Osk Ferries",
            "confidence": 0.92,
        },
        {
            "source": "It",
            "cue": ("said", 2),
            "content": "that about 1,400 islanders had used the crossing in March, at least 30% more than a year "
            "earlier",
            "name": "Osk Ferries",
            "confidence": 0.88,
        },
        {"cue": "was reported", "content": "that the fares would double", "confidence": 0.48},
        entities=[
            {
                "name": "Mara Lindqvist",
                "qid": "Q900000001",
                "office": "chair",
                "organisation": "Northreach harbour board",
                "country": "NO",
                "at": {"name": ["Mara Lindqvist"], "nominal": ["its chair"], "pronoun": ["she", "We", "I "]},
            },
            {
                "name": "The harbour board",
                "type": "organisation",
                "country": "NO",
                "at": {"name": ["The harbour board"], "pronoun": ["its"]},
            },
            {
                "name": "Osk Ferries",
                "type": "organisation",
                "at": {"name": ["Osk Ferries", ("Osk Ferries", 2)], "pronoun": ["It"]},
            },
            {"name": "Northreach Courier", "type": "organisation", "at": {"name": ["the Northreach Courier"]}},
            {"name": "NORTHREACH", "type": "place", "at": {"name": ["NORTHREACH"]}},
        ],
        whens=[
            {"words": "April 2", "value": "2031-04-02", "days": ("2031-04-02", "2031-04-03"), "anchor": "published"},
            {"words": "before June", "value": "2031-06", "mod": "BEFORE", "days": (None, "2031-06-01"), "anchor": "w1"},
            {"words": "on Tuesday", "value": "2031-04-01", "days": ("2031-04-01", "2031-04-02"), "anchor": "dateline"},
            {"words": "March", "value": "2031-03", "days": ("2031-03-01", "2031-04-01"), "anchor": "dateline"},
            {"words": "a year earlier", "value": "XXXX", "anchor": "event"},
        ],
        figures=[
            {
                "words": "about 1,400",
                "low": 1400,
                "high": 1400,
                "approximate": True,
                "counted": "islanders",
                "as_of": march,
                "statement": "s6",
            },
            {"words": "at least 30%", "low": 30, "unit": "%", "as_of": march, "statement": "s6"},
        ],
        notes=["“a year earlier” is reckoned from an event, whose day the article does not settle."],
        id="harbour-1",
        url="https://courier.example/harbour",
        outlet="Northreach Courier",
        title="Harbour board puts off ferry vote",
        byline="Tove Aldersen",
        published="2031-04-02T09:30+02:00",
        dateline=span(TEXT, "NORTHREACH, April 2"),
    )
