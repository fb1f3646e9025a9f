"""Clause templates, compiled for a topic and a tense.

A template is text with slots: ``{n}`` and ``{n2}`` are noun phrases of the topic, ``{n:is}``, ``{n:was}`` and
``{n:has}`` one with its verb in agreement, ``{v}`` a verb, ``{p}`` and ``{v2}`` its participle, ``{ing}`` its -ing
form; ``{will}``, ``{is}``, ``{has}`` … are put back one tense where speech is reported ("will" → "would"). Others, such
as ``{org}``, ``{person}``, ``{place}``, ``{t}`` (a time), ``{u}`` (so many of a thing), are filled in as the article
goes along, and leave a mention, a time expression or a figure behind: see ``agency_draft.FILLS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from bench.agency_draft import FILLS, Draft, Fill, Part, Parts, owner
from bench.agency_world import Topic, column, topics, zipf

BACK = {
    "will": "would", "can": "could", "may": "might", "is": "was", "are": "were", "has": "had", "have": "had",
    "do": "did", "must": "had to",
}  # fmt: skip
"""A verb in direct speech, and as reported afterwards. What is not here stays as it is."""

DECORATED, OWNED = 0.35, 0.40  # share of noun phrases with an adjective, and with an owner ("Kestria’s missiles")
_VARIANTS = 40  # noun phrases made of each noun
_SLOT = re.compile(r"\{([^}]+)\}")
_FIRST_PERSON = re.compile(r"\{(?:we|i|my|me|us|our|you)\}|\b(?:we|us|our)\b")


@dataclass(frozen=True, slots=True)
class Kit:
    """The templates of a topic in one tense. ``told`` are the clauses without "we" or "I"."""

    clauses: tuple[Parts, ...]
    told: tuple[Parts, ...]
    plain: tuple[Parts, ...]
    adjuncts: tuple[Parts, ...]
    leads: tuple[Parts, ...]
    titles: tuple[Parts, ...]
    images: tuple[Parts, ...]


OWN = 2  # the topic's own clauses stand this many times for one of the general ones


@cache
def kit(topic: str, *, reported: bool) -> Kit:
    """The compiled templates of a topic."""
    clauses = (*_topics()[topic].clauses * OWN, *column("clauses", "clause"))

    def made(texts: Iterable[str]) -> tuple[Parts, ...]:
        return tuple(compiled(text, topic, reported=reported) for text in texts)

    return Kit(
        clauses=made(clauses),
        told=made(text for text in clauses if not _FIRST_PERSON.search(text)),
        plain=made(column("clauses", "plain")),
        adjuncts=made(column("clauses", "adjunct")),
        leads=made(column("phrases", "lead")),
        titles=made(column("phrases", "title")),
        images=made(("{n:was} “{idiom}”", "{n} {will} be “{idiom}” for {G}")),
    )


@cache
def compiled(template: str, topic: str, *, reported: bool) -> Parts:
    """The parts of one template: text, alternatives to draw from, and fills to call."""
    parts: list[Part] = []
    for at, piece in enumerate(_SLOT.split(template.replace(" {t}", "{ t}"))):
        part = _slot(piece, topic, reported=reported) if at % 2 else piece
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part:
            parts.append(part)
    return tuple(parts)


def _slot(name: str, topic: str, *, reported: bool) -> Part:
    if name in BACK or name in BACK.values() or name == "should":
        return BACK.get(name, name) if reported else name
    noun, _, verb = name.partition(":")
    if noun in ("n", "n2"):
        return _nouns(topic, verb, reported=reported)
    about = _topics()[topic]
    choices = {
        "v": tuple(verbs[0] for verbs in about.verbs),
        "p": tuple(verbs[1] for verbs in about.verbs),
        "v2": tuple(verbs[1] for verbs in about.verbs),
        "ing": tuple(verbs[2] for verbs in about.verbs),
        "idiom": column("words", "idiom"),
        "adv": column("words", "adverb"),
        "adjn": column("words", "adjective"),
        "it": ("it",),
    }
    return choices[name] if name in choices else FILLS[name]


@cache
def _nouns(topic: str, verb: str, *, reported: bool) -> Fill:
    """Noun phrases of the topic, many with an adjective, and the verb in agreement where one is asked for."""
    lots, adjectives = Random(topic).random, column("words", "adjective")
    bare, whole = [], []
    for written in _topics()[topic].nouns:
        noun, plural = written.removeprefix("the ").rstrip("+"), written.endswith("+")
        the = "the " if written.startswith("the ") else ""
        for _ in range(_VARIANTS):
            # Not before a genitive: "the ill-fated defence ministry’s stockpile" says something else.
            decorated = lots() < DECORATED and "’" not in noun
            phrase = f"{adjectives[zipf(lots, len(adjectives), 10)]} {noun}" if decorated else noun
            phrase = f"{phrase} {_agreeing(verb, plural, reported)}" if verb else phrase
            bare.append(" " + phrase)
            whole.append(the + phrase)
    phrases, owned, count = tuple(whole), tuple(bare), len(whole)

    def fill(draft: Draft) -> None:
        draw = draft.draw
        at = int(draw() * count)
        if draw() < OWNED:
            owner(draft)
            draft.put(owned[at])
        else:
            draft.put(phrases[at])

    return fill


def _agreeing(verb: str, plural: bool, reported: bool) -> str:
    form = {"is": "are", "was": "were", "has": "have"}[verb] if plural else verb
    return BACK.get(form, form) if reported else form


@cache
def _topics() -> dict[str, Topic]:
    return {topic.name: topic for topic in topics()}
