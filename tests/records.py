"""Records drawn by hand: fields are given as the words themselves, and found in the text."""

from __future__ import annotations

from typing import Any

from onrecord.types import Article, ModelInfo, Record, Span, Speaker, Statement

MODEL = ModelInfo(name="by-hand", version="0", sha256="0" * 64)

TEXT = """\
NORTHREACH, April 2 — The harbour board will not vote on the ferry contract before June, its chair said on Tuesday, \
after what she called “a winter of unanswered letters.”

“We are not there yet,” Mara Lindqvist told the Northreach Courier. “Osk Ferries says the boats are safe. \
I have asked to see the papers.”

Osk Ferries denied that any inspection had been missed.

It was reported that the fares would double."""


def span(text: str, words: str, nth: int = 1) -> Span:
    """The nth place where these words stand."""
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    return Span.of(text, start, start + len(words))


def spans(text: str, *drawn: str | tuple[str, int]) -> tuple[Span, ...]:
    """The place of each of these words: the first, or the nth of ``(words, n)``."""
    return tuple(span(text, *((words, 1) if isinstance(words, str) else words)) for words in drawn)


def statement(text: str, number: int, **fields: Any) -> Statement:
    """A statement from words: ``source``, ``cue``, ``content``, ``addressee``, ``venue``, ``name`` and the rest."""
    name = fields.pop("name", None)
    drawn = {}
    for role in ("source", "cue", "content", "addressee", "venue"):
        words = fields.pop(role, [])
        drawn[role] = spans(text, *(words if isinstance(words, list) else [words]))
    rest = {"kind": "indirect", "act": "assert", "parent": None, "confidence": 0.9} | fields
    speaker = Speaker(name, span(text, name)) if name else None
    return Statement(id=f"s{number}", speaker=speaker, **drawn, **rest)


def record(text: str, *drawn: dict[str, Any], **known: Any) -> Record:
    """A record of these statements, numbered from s1."""
    made = tuple(statement(text, number, **fields) for number, fields in enumerate(drawn, start=1))
    return Record(article=Article(**({"id": "a1", "text": text} | known)), statements=made, model=MODEL)


def harbour() -> Record:
    """Every case that a view must draw: nested, discontinuous, no source, no cue, an addressee."""
    return record(
        TEXT,
        {
            "source": "its chair",
            "cue": "said",
            "content": "The harbour board will not vote on the ferry contract before June",
            "name": "Mara Lindqvist",
            "confidence": 0.94,
        },
        {
            "source": "she",
            "cue": "called",
            "content": "“a winter of unanswered letters.”",
            "kind": "mixed",
            "act": "accuse",
            "name": "Mara Lindqvist",
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
            "name": "Mara Lindqvist",
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
        {"cue": "was reported", "content": "that the fares would double", "confidence": 0.48},
        id="harbour-1",
        url="https://courier.example/harbour",
        outlet="Northreach Courier",
        title="Harbour board puts off ferry vote",
        byline="Tove Aldersen",
        published="2031-04-02T09:30+02:00",
        dateline=span(TEXT, "NORTHREACH, April 2"),
    )
