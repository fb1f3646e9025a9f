"""Statements → W3C Web Annotations, one JSON-LD object a line.

Source: Web Annotation Data Model (W3C Recommendation, 2017), https://www.w3.org/TR/annotation-model/. Positions count
Unicode code points of the article's text as On Record read it, from 0, the end exclusive: as section 4.2.5 has them.
The quotation with its surroundings finds the passage on the page itself, whose text has menus and headlines as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.export.entry import Entry
from onrecord.export.iri import TERMS, article_iri, model_iri, urn, wikidata
from onrecord.export.lines import TextSink, known, write_lines
from onrecord.types import Article, Dated, Party, Span, Speaker
from onrecord.version import __version__

W3C = "http://www.w3.org/ns/anno.jsonld"
CONTEXT = 32  # characters before and after a quotation; as Hypothesis has them, and as the model's examples suggest

OWN_TERMS: dict[str, Any] = {
    "onrecord": TERMS,
    "Statement": "onrecord:Statement",
    "article": {"@id": "onrecord:article", "@type": "@id"},
    "speaker": {"@id": "onrecord:speaker", "@type": "@id"},
    "sourceWords": {"@id": "onrecord:source", "@container": "@list"},
    "cue": {"@id": "onrecord:cue", "@container": "@list"},
    "content": {"@id": "onrecord:content", "@container": "@list"},
    "addressee": {"@id": "onrecord:addressee", "@container": "@list"},
    "venue": {"@id": "onrecord:venue", "@container": "@list"},
    "sameAs": {"@id": "owl:sameAs", "@type": "@id"},
    "title": "dcterms:title",
    "firstDay": {"@id": "onrecord:firstDay", "@type": "xsd:date"},
    "dayAfter": {"@id": "onrecord:dayAfter", "@type": "xsd:date"},
    "confidence": {"@id": "onrecord:confidence", "@type": "xsd:double"},
    **{
        name: f"onrecord:{name}"
        for name in (
            "act", "kind", "office", "organisation", "country", "saidOn", "timex", "parent", "status", "corrected",
            "outlets", "firstOutlet", "outlet", "published",
        )
    },
}  # fmt: skip
"""The JSON-LD context of our own terms. It goes into each annotation, since nothing can be fetched at ``TERMS``.

``owl``, ``dcterms`` and ``xsd`` are the W3C context's, as are ``id``, ``type``, ``name``, ``start``, ``end`` and
``exact``; ``source`` is the W3C's too, and means the annotated page, so that who is quoted is ``sourceWords`` here.
"""


def write_web_annotations(entries: Iterable[Entry], stream: TextSink) -> int:
    """Write an annotation a line (JSONL, ``application/ld+json`` each). Returns how many."""
    return write_lines(web_annotations(entries), stream)


def web_annotations(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """An annotation for each entry."""
    return (web_annotation(entry) for entry in entries)


def web_annotation(entry: Entry) -> dict[str, Any]:
    """The annotation of one statement.

    Each part of what was said is a target of its own, in the order of the text: the model has no selector for several
    passages at once, and one from the first word to the last would take in words that nobody said. A refusal without
    words has its cue for a target; a statement without any words in the text, the whole article.
    """
    record = entry.record
    targets: list[Any] = [target(record.article, span) for span in entry.passage]
    return {
        "@context": [W3C, OWN_TERMS],
        "id": urn("annotation", entry.id),
        "type": "Annotation",
        "motivation": "describing",
        "creator": {
            "id": model_iri(record.model),
            "type": "Software",
            "name": f"{record.model.name} {record.model.version}",
        },
        "generator": {
            "id": urn("software", __version__),
            "type": "Software",
            "name": f"On Record {__version__}",
        },
        "body": [_sentence(entry), _structure(entry)],
        "target": targets or [article_iri(record.article)],
    }


def target(article: Article, span: Span) -> dict[str, Any]:
    """One passage of the article, selected by its words and by its place: either finds it when the other fails."""
    start, end = span.start, span.end
    return {
        "type": "SpecificResource",
        "source": article_iri(article),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": span.text,
                "prefix": article.text[max(0, start - CONTEXT) : start],
                "suffix": article.text[end : end + CONTEXT],
            },
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    }


def _sentence(entry: Entry) -> dict[str, Any]:
    """What a reader sees where a program shows no more than text."""
    statement = entry.statement
    speaker = statement.speaker
    who = speaker.name if speaker else statement.source_text or "nobody named"
    rest = ", ".join(part for part in ((speaker.office, speaker.organisation) if speaker else ()) if part)
    text = f"{who}{f' ({rest})' if rest else ''}: {statement.act}, {statement.kind}"
    return {"type": "TextualBody", "value": text, "format": "text/plain", "language": "en", "purpose": "describing"}


def _structure(entry: Entry) -> dict[str, Any]:
    """The statement as data."""
    statement, article = entry.statement, entry.record.article
    return known(
        id=urn("statement", entry.id),
        type=["Dataset", "Statement"],
        kind=statement.kind,
        act=statement.act,
        speaker=_speaker(entry, statement.speaker) if statement.speaker else None,
        sourceWords=_places(statement.source),
        cue=_places(statement.cue),
        content=_places(statement.content),
        addressee=_parties(statement.addressee),
        venue=_parties(statement.venue),
        saidOn=_days(statement.said_on),
        parent=statement.parent,
        confidence=statement.confidence,
        status=entry.status,
        corrected=entry.corrected,
        outlets=entry.outlets,
        firstOutlet=entry.first_outlet,
        article=known(
            id=article_iri(article), title=article.title, outlet=article.outlet, published=article.published
        ),
    )  # fmt: skip


def speaker_iri(entry: Entry, speaker: Speaker) -> str:
    """The speaker across articles, where the ledger knows them; else the entity of this article."""
    if entry.person is not None:
        return urn("person", entry.person)
    return urn("entity", entry.record.article.id, speaker.entity)


def _speaker(entry: Entry, speaker: Speaker) -> dict[str, Any]:
    return known(
        id=speaker_iri(entry, speaker),
        name=speaker.name,
        sameAs=wikidata(speaker.qid) if speaker.qid else None,
        office=speaker.office,
        organisation=speaker.organisation,
        country=speaker.country,
    )


def _places(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "exact": span.text} for span in spans]


def _parties(parties: tuple[Party, ...]) -> list[dict[str, Any]]:
    return _places(tuple(party.span for party in parties))


def _days(dated: Dated | None) -> dict[str, Any] | None:
    return {"firstDay": dated.start, "dayAfter": dated.end, "timex": dated.value} if dated else None
