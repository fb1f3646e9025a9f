from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from records import dated, harbour, record

import onrecord
from onrecord.export.annotation import CONTEXT, OWN_TERMS, W3C, web_annotation, write_web_annotations
from onrecord.export.claimreview import TO_FILL, claim_review, claim_reviews, write_claim_reviews
from onrecord.export.entry import Entry
from onrecord.export.iri import article_iri, iri, urn
from onrecord.export.lines import TextSink
from onrecord.export.schemaorg import one_day, schema_org, wording, write_schema_org
from onrecord.types import Article

from .entries import article, awkward, entries, harbour_entries, rejected

IRI = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$"}
TEXT = {"type": "string", "minLength": 1}


def the(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """The schema of an object with these properties and no others."""
    properties = required | optional
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


PLACES = {
    "type": "array",
    "minItems": 1,
    "items": the({"start": {"type": "integer"}, "end": {"type": "integer"}, "exact": TEXT}),
}
SOFTWARE = the({"id": IRI, "type": {"const": "Software"}, "name": TEXT})
SELECTORS = {
    "type": "array",
    "minItems": 2,
    "maxItems": 2,
    "prefixItems": [
        the(
            {
                "type": {"const": "TextQuoteSelector"},
                "exact": TEXT,
                "prefix": {"type": "string", "maxLength": CONTEXT},
                "suffix": {"type": "string", "maxLength": CONTEXT},
            }
        ),
        the({"type": {"const": "TextPositionSelector"}, "start": {"type": "integer"}, "end": {"type": "integer"}}),
    ],
}
ANNOTATION = the(
    {
        "@context": {"const": [W3C, OWN_TERMS]},
        "id": IRI,
        "type": {"const": "Annotation"},
        "motivation": {"const": "describing"},
        "creator": SOFTWARE,
        "generator": SOFTWARE,
        "body": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "prefixItems": [
                the(
                    {
                        "type": {"const": "TextualBody"},
                        "value": TEXT,
                        "format": {"const": "text/plain"},
                        "language": {"const": "en"},
                        "purpose": {"const": "describing"},
                    }
                ),
                the(
                    {
                        "id": IRI,
                        "type": {"const": ["Dataset", "Statement"]},
                        "kind": {"enum": ["direct", "indirect", "mixed"]},
                        "act": TEXT,
                        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                        "status": {"enum": ["open", "accepted", "rejected"]},
                        "corrected": {"type": "boolean"},
                        "outlets": {"type": "integer", "minimum": 1},
                        "article": the({"id": IRI}, title=TEXT, outlet=TEXT, published=TEXT),
                    },
                    speaker=the(
                        {"id": IRI, "name": TEXT}, sameAs=IRI, office=TEXT, organisation=TEXT, country=TEXT
                    ),
                    sourceWords=PLACES,
                    cue=PLACES,
                    content=PLACES,
                    addressee=PLACES,
                    venue=PLACES,
                    saidOn=the({"firstDay": TEXT, "dayAfter": TEXT, "timex": TEXT}),
                    parent=TEXT,
                    firstOutlet=TEXT,
                ),
            ],
        },
        "target": {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [IRI, the({"type": {"const": "SpecificResource"}, "source": IRI, "selector": SELECTORS})]
            },
        },
    }
)  # fmt: skip
"""Web Annotation Data Model, as far as it is used here, and the statement as data."""

W3C_TERMS = {
    "id", "type", "motivation", "creator", "generator", "name", "body", "value", "format", "language", "purpose",
    "target", "source", "selector", "exact", "prefix", "suffix", "start", "end",
}  # fmt: skip
"""Properties used that the W3C's context defines (https://www.w3.org/ns/anno.jsonld)."""

SCHEMA_ORG = {
    "CreativeWork": "text creator dateCreated isPartOf url inLanguage keywords datePublished author publisher headline",
    "NewsArticle": "dateline",
    "Quotation": "spokenByCharacter",
    "Statement": "",
    "Claim": "appearance",
    "ClaimReview": "claimReviewed itemReviewed reviewRating creativeWorkStatus",
    "Person": "name sameAs givenName familyName honorificSuffix jobTitle affiliation",
    "Organization": "name sameAs affiliation",
    None: "name sameAs affiliation",
}
"""Properties of schema.org's classes, as far as they are used here."""


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(item)


MADE = [*harbour_entries(outlets=2, first_outlet="Osk Tidende"), *awkward(), article(), rejected(article())]


@pytest.mark.parametrize("entry", MADE, ids=lambda entry: entry.statement.cue_text or entry.id)
def test_an_annotation_follows_the_model(entry: Entry) -> None:
    made = web_annotation(entry)
    Draft202012Validator.check_schema(ANNOTATION)
    Draft202012Validator(ANNOTATION).validate(made)


def test_every_term_of_an_annotation_is_defined() -> None:
    used = {key for entry in MADE for key in keys({**web_annotation(entry), "@context": None})} - {"@context"}
    assert used <= W3C_TERMS | set(OWN_TERMS)
    assert not W3C_TERMS & set(OWN_TERMS)
    for term in OWN_TERMS.values():
        name = term if isinstance(term, str) else term["@id"]
        assert name.startswith(("urn:onrecord:terms:", "onrecord:", "owl:", "dcterms:"))


@pytest.mark.parametrize("entry", MADE, ids=lambda entry: entry.statement.cue_text or entry.id)
def test_positions_and_quotations_select_the_same(entry: Entry) -> None:
    text, spans = entry.record.article.text, entry.passage
    targets = web_annotation(entry)["target"]
    assert len(targets) == len(spans)
    for made, span in zip(targets, spans, strict=True):
        quote, position = made["selector"]
        start, end = position["start"], position["end"]
        assert quote["exact"] == text[start:end] == span.text
        assert text[:start].endswith(quote["prefix"])
        assert text[end:].startswith(quote["suffix"])
        assert (len(quote["prefix"]), len(quote["suffix"])) == (min(CONTEXT, start), min(CONTEXT, len(text) - end))


def test_a_discontinuous_statement_has_a_target_for_each_part() -> None:
    made = web_annotation(harbour_entries()[2])
    assert [target["selector"][0]["exact"] for target in made["target"]] == [
        "“We are not there yet,”",
        "“Osk Ferries says the boats are safe. I have asked to see the papers.”",
    ]
    body = made["body"][1]
    assert body["speaker"] == {
        "id": "urn:onrecord:person:p-Q900000001",
        "name": "Mara Lindqvist",
        "sameAs": "http://www.wikidata.org/entity/Q900000001",
        "office": "chair",
        "organisation": "Northreach harbour board",
        "country": "NO",
    }
    assert body["saidOn"] == {"firstDay": "2031-03-31", "dayAfter": "2031-04-02", "timex": "2031-03-31"}
    assert [place["exact"] for place in body["addressee"]] == ["the Northreach Courier"]


def test_who_made_an_annotation() -> None:
    made = web_annotation(harbour_entries()[0])
    assert made["creator"]["id"] == f"urn:onrecord:model:by-hand:0:{'0' * 64}"
    assert made["generator"]["name"] == f"On Record {onrecord.__version__}"


def test_what_has_no_words_is_selected_otherwise() -> None:
    refusal = awkward()[2]
    assert web_annotation(refusal)["target"][0]["selector"][0]["exact"] == "did not elaborate"
    bare = dataclasses.replace(refusal, statement=dataclasses.replace(refusal.statement, cue=(), source=()))
    assert web_annotation(bare)["target"] == [article_iri(refusal.record.article)]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://courier.example/a?b=c#d", "https://courier.example/a?b=c#d"),
        ("https://courier.example/a b<ü>\ud800", "https://courier.example/a%20b%3Cü%3E%EF%BF%BD"),
        ("courier.example/a", "urn:onrecord:article:a%2F1%20%C3%BC"),
        (None, "urn:onrecord:article:a%2F1%20%C3%BC"),
    ],
)
def test_the_name_of_an_article(url: str | None, name: str) -> None:
    assert article_iri(Article("a/1 ü", "text", url=url)) == name
    assert iri(name) == name


def test_a_urn_keeps_its_names_apart() -> None:
    assert urn("entity", "a:b", "c") != urn("entity", "a", "b:c")


Writer = Callable[[Iterable[Entry], TextSink], int]


@pytest.mark.parametrize("write", [write_web_annotations, write_schema_org, write_claim_reviews])
def test_a_line_is_an_object_of_utf8(write: Writer) -> None:
    stream = io.StringIO()
    count = write(MADE, stream)
    lines = stream.getvalue().encode("utf-8").decode("utf-8").splitlines()
    assert len(lines) == count > 1
    assert all(isinstance(json.loads(line), dict) for line in lines)


@pytest.mark.parametrize("make", [schema_org, claim_reviews, lambda made: map(web_annotation, made)])
def test_nothing_is_gathered_before_it_is_written(make: Callable[[Iterable[Entry]], Iterator[Any]]) -> None:
    def endless() -> Iterator[Entry]:
        number = 0
        while True:
            number += 1
            yield article(id=f"a{number}")

    assert len(list(islice(make(endless()), 3))) == 3


def test_a_graph_of_an_article() -> None:
    (graph,) = schema_org(harbour_entries())
    assert graph["@context"] == "https://schema.org"
    story, chair, ferries, *statements = graph["@graph"]
    assert story == {
        "@type": "NewsArticle",
        "@id": "https://courier.example/harbour",
        "headline": "Harbour board puts off ferry vote",
        "url": "https://courier.example/harbour",
        "datePublished": "2031-04-02T09:30+02:00",
        "dateline": "NORTHREACH, April 2",
        "publisher": {"@type": "Organization", "name": "Northreach Courier"},
        "author": [{"name": "Tove Aldersen"}],
        "inLanguage": "en",
    }
    assert chair == {
        "@type": "Person",
        "@id": "urn:onrecord:person:p-Q900000001",
        "name": "Mara Lindqvist",
        "sameAs": "http://www.wikidata.org/entity/Q900000001",
        "jobTitle": "chair",
        "affiliation": {"@type": "Organization", "name": "Northreach harbour board"},
    }
    assert ferries == {"@type": "Organization", "@id": "urn:onrecord:entity:harbour-1:e3", "name": "Osk Ferries"}
    assert [node["@type"] for node in statements] == [
        "Statement", "Statement", "Quotation", "Statement", "Statement", "Statement", "Statement",
    ]  # fmt: skip
    assert statements[2] == {
        "@type": "Quotation",
        "@id": "urn:onrecord:statement:k3",
        "text": "“We are not there yet,” … “Osk Ferries says the boats are safe. I have asked to see the papers.”",
        "creator": {"@id": chair["@id"]},
        "spokenByCharacter": {"@id": chair["@id"]},
        "isPartOf": {"@id": story["@id"]},
        "url": "https://courier.example/harbour#:~:text=We%20are%20not%20there%20yet&text=Osk%20Ferries%20says%20the"
        "%20boats%20are%20safe.%20I%20have%20asked%20to%20see%20the%20papers",
        "inLanguage": "en",
        "keywords": ["assert", "direct"],
    }
    assert statements[0]["dateCreated"] == "2031-04-01"


def test_every_property_is_schema_orgs() -> None:
    works = set(SCHEMA_ORG["CreativeWork"].split())
    made = [*schema_org(MADE), *claim_reviews(MADE)]
    for node in nodes([line.get("@graph", line) for line in made]):
        kind = node.get("@type")
        own = set(SCHEMA_ORG[kind].split()) | (works if kind not in ("Person", "Organization", None) else set())
        assert {key for key in node if key[0] != "@"} <= own, kind


def test_each_reference_in_a_graph_has_its_node() -> None:
    for graph in schema_org(MADE):
        described = {node["@id"] for node in graph["@graph"]}
        for node in graph["@graph"]:
            for key in ("creator", "spokenByCharacter", "isPartOf"):
                assert key not in node or node[key]["@id"] in described


def test_a_graph_ends_with_its_article() -> None:
    first, other = article(id="a"), article(id="b")
    made = list(schema_org([first, first, other, rejected(other), first]))
    assert [len([node for node in graph["@graph"] if "text" in node]) for graph in made] == [2, 1, 1]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (0, "The harbour board will not vote on the ferry contract before June"),
        (2, "“We are not there yet,” … “Osk Ferries says the boats are safe. I have asked to see the papers.”"),
        (4, "denied: that any inspection had been missed"),
    ],
)
def test_the_word_that_turns_a_statement_stays_with_it(at: int, words: str) -> None:
    assert wording(harbour().statements[at]) == words


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [("2031-04-01", "2031-04-02", "2031-04-01"), ("2031-04-01", "2031-04-03", None), ("2031-04", "2031-05", None)],
)
def test_only_a_single_day_is_a_date(start: str, end: str, day: str | None) -> None:
    assert one_day(dated(start, end)) == day


def test_a_claim_review_is_visibly_unfinished() -> None:
    made = claim_review(harbour_entries()[4])
    assert made["claimReviewed"] == made["itemReviewed"]["text"] == "denied: that any inspection had been missed"
    assert made["creativeWorkStatus"] == "Incomplete"
    assert {key: made[key] for key in TO_FILL} == dict.fromkeys(("url", "datePublished", "author", "reviewRating"))
    claim = made["itemReviewed"]
    assert claim["author"]["name"] == "Osk Ferries"
    assert claim["appearance"]["headline"] == "Harbour board puts off ferry vote"
    assert claim["appearance"]["url"].endswith("#:~:text=that%20any%20inspection%20had%20been%20missed")
    assert "datePublished" not in claim


def test_what_claims_nothing_gets_no_review() -> None:
    text = "“Will it close?” asked Ola Brekke. “It will,” said Mara Lindqvist. “I promise,” said Ola Brekke."
    made = entries(
        record(
            text,
            {"cue": "asked", "content": "“Will it close?”", "act": "ask"},
            {"cue": "said", "content": "“It will,”", "said_on": dated("2031-04-01", "2031-04-02")},
            {"cue": ("said", 2), "content": "“I promise,”", "act": "promise"},
        )
    )
    (review,) = claim_reviews([*made, rejected(made[1]), awkward()[2]])
    assert review["claimReviewed"] == "“It will,”"
    assert review["itemReviewed"]["datePublished"] == "2031-04-01"
