"""Statements → schema.org JSON-LD: ``NewsArticle`` with its ``Quotation``s, a graph a line.

Source: https://schema.org/Quotation, /Statement, /NewsArticle. Only what stands wholly in quotation marks is a
``Quotation``: who shows one sets it in quotation marks, and the reporter's words are not the speaker's. Indirect and
mixed statements are a ``Statement``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from onrecord.export.annotation import speaker_iri
from onrecord.export.byline import Author, authors
from onrecord.export.columns import day, link
from onrecord.export.entry import Entry
from onrecord.export.iri import article_iri, urn, wikidata
from onrecord.export.lines import TextSink, known, write_lines
from onrecord.types import Article, Dated, Statement

SCHEMA_ORG = "https://schema.org"

AGENTS = {"person": "Person", "organisation": "Organization"}
"""schema.org's classes of those who speak and write. Groups, places and offices have none, and get no ``@type``."""


def write_schema_org(entries: Iterable[Entry], stream: TextSink) -> int:
    """Write a graph a line (JSONL). Returns how many lines."""
    return write_lines(schema_org(entries), stream)


def schema_org(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """A graph for each article with its statements; entries of one article are best given one after the other.

    An article that comes again later gives another graph about the same ``@id``, which JSON-LD joins. Statements that
    people rejected, and those without words of content, are left out.
    """
    kept = (entry for entry in entries if entry.status != "rejected" and entry.statement.content)
    for _, group in groupby(kept, key=lambda entry: (entry.record.article.id, entry.record.article.url)):
        yield graph(list(group))


def graph(entries: list[Entry]) -> dict[str, Any]:
    """The article of these entries, its speakers, each once, and what they said."""
    speakers = {node["@id"]: node for entry in entries if (node := speaker_node(entry))}
    nodes = [article_node(entries[0].record.article), *speakers.values(), *(statement_node(entry) for entry in entries)]
    return {"@context": SCHEMA_ORG, "@graph": nodes}


def article_node(article: Article) -> dict[str, Any]:
    """The article as a ``NewsArticle``; without its text, which is its publisher's."""
    return {"@type": "NewsArticle", "@id": article_iri(article)} | known(
        headline=article.title,
        url=article.url,
        datePublished=article.published,
        dateline=article.dateline.text if article.dateline else None,
        publisher={"@type": "Organization", "name": article.outlet} if article.outlet else None,
        author=[_author(author) for author in authors(article)],
        inLanguage=article.language,
    )


def _author(author: Author) -> dict[str, Any]:
    names = known(name=author.name, givenName=author.given, familyName=author.family, honorificSuffix=author.suffix)
    return ({"@type": AGENTS[author.kind]} if author.kind else {}) | names


def speaker_node(entry: Entry) -> dict[str, Any] | None:
    """Who said it, or None."""
    speaker = entry.statement.speaker
    if speaker is None:
        return None
    kinds = (entity.type for entity in entry.record.entities if entity.id == speaker.entity)
    agent = AGENTS.get(next(kinds, "other"))
    return ({"@type": agent} if agent else {}) | known(
        **{"@id": speaker_iri(entry, speaker)},
        name=speaker.name,
        sameAs=wikidata(speaker.qid) if speaker.qid else None,
        jobTitle=speaker.office if agent == "Person" else None,
        affiliation={"@type": "Organization", "name": speaker.organisation} if speaker.organisation else None,
    )


def statement_node(entry: Entry) -> dict[str, Any]:
    """What was said: a ``Quotation`` if direct, else a ``Statement``."""
    statement, article = entry.statement, entry.record.article
    direct = statement.kind == "direct"
    who = {"@id": speaker_iri(entry, statement.speaker)} if statement.speaker else None
    return {
        "@type": "Quotation" if direct else "Statement",
        "@id": urn("statement", entry.id),
        "text": wording(statement),
    } | known(
        creator=who,
        spokenByCharacter=who if direct else None,
        dateCreated=one_day(statement.said_on),
        isPartOf={"@id": article_iri(article)},
        url=link(entry),
        inLanguage=article.language,
        keywords=[statement.act, statement.kind],
    )


def wording(statement: Statement) -> str:
    """What was said; where the reporter's words give it and it is no plain assertion, after the cue that turns it.

    "denied: that any inspection had been missed" must not become "that any inspection had been missed".
    """
    turned = statement.act != "assert" and statement.kind != "direct" and statement.cue
    return f"{statement.cue_text}: {statement.content_text}" if turned else statement.content_text


def one_day(dated: Dated | None) -> str | None:
    """The day, where the article settles it; an interval of several has no place in ``dateCreated``."""
    first, after = (day(dated.start), day(dated.end)) if dated else (None, None)
    return str(first) if first and after and after - first == timedelta(days=1) else None
