"""A pipeline of one rule: “words,” said First Last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from records import MODEL

from onrecord.types import Article, Entity, Mention, Record, Span, Speaker, Statement

SAID = re.compile(r"(?P<content>“[^”]+”) (?P<cue>said) (?P<source>[A-Z]\w+ [A-Z]\w+)")


def extract(article: Article, model: Any) -> Record:
    """The record of one article."""
    statements, mentions = [], []
    entities: dict[str, Entity] = {}
    for number, match in enumerate(SAID.finditer(article.text), start=1):
        parts = {role: (Span.of(article.text, *match.span(role)),) for role in ("source", "cue", "content")}
        name = match["source"]
        who = entities.setdefault(name, Entity(f"e{len(entities) + 1}", name, "person", None, None, None, None))
        mentions.append(Mention(parts["source"][0], who.id, "name"))
        speaker = Speaker(who.id, name, None, None, None, None, parts["source"][0])
        statements.append(
            Statement(
                id=f"s{number}",
                kind="direct",
                act="assert",
                speaker=speaker,
                addressee=(),
                venue=(),
                said_on=None,
                parent=None,
                confidence=0.9,
                **parts,
            )
        )
    return Record(
        article=article,
        statements=tuple(statements),
        entities=tuple(entities.values()),
        mentions=tuple(mentions),
        whens=(),
        figures=(),
        notes=(),
        model=MODEL,
    )


def extract_many(articles: Iterable[Article], model: Any, batch: int = 4) -> Iterator[Record]:
    """Records in order, read ahead in batches as the real one does."""
    waiting: list[Article] = []
    for article in articles:
        waiting.append(article)
        if len(waiting) == batch:
            yield from (extract(one, model) for one in waiting)
            waiting.clear()
    yield from (extract(one, model) for one in waiting)
