"""The prose that the benchmarks make: valid records, in the proportions of real ones, settled by the seed."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import agency, agency_pages, agency_queries
from bench.agency_world import FIRST_QID, PEOPLE, countries, outlets, person, topics
from onrecord import from_dict, to_dict
from onrecord.reader import Given, load
from onrecord.types import Record, Span

MADE = tuple(agency.records(6_000, 7))
STATEMENTS = [one for record in MADE for one in record.statements]


def _spans(record: Record) -> list[Span]:
    spans = [one.span for one in record.mentions]
    spans += [one.span for one in record.whens] + [one.span for one in record.figures]
    spans += [one.counted for one in record.figures if one.counted]
    for one in record.statements:
        spans += [*one.source, *one.cue, *one.content, *(party.span for party in (*one.addressee, *one.venue))]
        spans += [one.speaker.evidence] if one.speaker else []
    return spans + ([record.article.dateline] if record.article.dateline else [])


def test_every_record_comes_back_from_json() -> None:
    for record in MADE[:120]:
        assert from_dict(json.loads(json.dumps(to_dict(record)))) == record


def test_every_span_cuts_the_text_and_nothing_is_empty() -> None:
    for record in MADE:
        for span in _spans(record):
            assert span.text
            assert record.article.text[span.start : span.end] == span.text
        for rows in (record.mentions, record.whens, record.figures):
            starts = [one.span.start for one in rows]
            assert starts == sorted(starts)


def test_a_content_is_words_of_the_statement_alone() -> None:
    for one in STATEMENTS:
        assert all(part.text == part.text.strip() for part in one.content)
        assert (one.kind == "direct") == all(part.text[0] + part.text[-1] == "“”" for part in one.content or one.cue)
        assert one.content or one.act == "refuse-to-comment"
        assert not any("{" in part.text or "  " in part.text for part in (*one.source, *one.cue, *one.content))


def test_speakers_are_entities_and_their_evidence_is_a_mention_of_them() -> None:
    for record in MADE:
        entities = {one.id: one for one in record.entities}
        places = {(one.span, one.entity) for one in record.mentions}
        assert set(entities) == {one.entity for one in record.mentions}
        for one in record.statements:
            if one.speaker:
                known = entities[one.speaker.entity]
                assert (known.name, known.qid, known.office) == (one.speaker.name, one.speaker.qid, one.speaker.office)
                assert (one.speaker.evidence, one.speaker.entity) in places


def _share(holds: list[bool]) -> float:
    return sum(holds) / len(holds)


# What the pipeline finds in 20 articles of PolNeAR's training part, or the issue asks for, and how far off we may be.
MEASURED = {
    "statements an article": (len(STATEMENTS) / len(MADE), 23.7, 3),
    "words an article": (sum(len(one.article.text.split()) for one in MADE) / len(MADE), 670, 90),
    "words a content": (sum(len(one.content_text.split()) for one in STATEMENTS) / len(STATEMENTS), 16, 1.5),
    "indirect": (_share([one.kind == "indirect" for one in STATEMENTS]), 0.705, 0.04),
    "direct": (_share([one.kind == "direct" for one in STATEMENTS]), 0.178, 0.03),
    "assert": (_share([one.act == "assert" for one in STATEMENTS]), 0.80, 0.03),
    "accuse": (_share([one.act == "accuse" for one in STATEMENTS]), 0.07, 0.02),
    "without a source": (_share([not one.source for one in STATEMENTS]), 0.06, 0.02),
    "with a speaker": (_share([one.speaker is not None for one in STATEMENTS]), 0.85, 0.03),
    "content in parts": (_share([len(one.content) > 1 for one in STATEMENTS]), 0.154, 0.03),
    "nested": (_share([one.parent is not None for one in STATEMENTS]), 0.033, 0.015),
    "dated": (_share([one.said_on is not None for one in STATEMENTS]), 0.15, 0.04),
    "speakers with a post or state": (
        _share([bool(one.speaker.office or one.speaker.country) for one in STATEMENTS if one.speaker]), 0.5, 0.08,
    ),
    "speakers with an item": (_share([one.speaker.qid is not None for one in STATEMENTS if one.speaker]), 0.15, 0.04),
    "confidence": (sum(one.confidence for one in STATEMENTS) / len(STATEMENTS), 0.753, 0.02),
    "mentions a word": (
        sum(len(one.mentions) for one in MADE) / sum(len(one.article.text.split()) for one in MADE), 0.174, 0.025,
    ),
    "entities an article": (sum(len(one.entities) for one in MADE) / len(MADE), 51, 8),
    "times an article": (sum(len(one.whens) for one in MADE) / len(MADE), 7.9, 1.5),
    "figures an article": (sum(len(one.figures) for one in MADE) / len(MADE), 4.2, 1.2),
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURED)
def test_the_proportions_are_those_of_real_records(measure: str) -> None:
    found, real, within = MEASURED[measure]
    assert found == pytest.approx(real, abs=within)


def test_statements_are_varied() -> None:
    contents = Counter(one.content_text for one in STATEMENTS if one.content)
    assert len(contents) > 0.9 * len(STATEMENTS)  # copies and the shortest apart, all are different
    words = Counter(word for record in MADE for word in re.findall(r"[^\W\d_]+", record.article.text.lower()))
    assert len(words) > 7_500
    once = _share([uses == 1 for uses in words.values()])
    assert 0.2 < once < 0.6  # a long tail, as in any corpus of its size


def test_the_world_is_large_and_invented() -> None:
    assert len({person(number).name for number in range(PEOPLE)}) == PEOPLE >= 50_000
    assert len(countries()) >= 60
    assert len(outlets()) >= 200
    assert all(one.domain.endswith(".example") for one in outlets())
    assert len(topics()) >= 40
    for topic in topics():
        assert len(topic.nouns) >= 25, topic.name
        assert len(topic.verbs) >= 15, topic.name
        assert len(topic.clauses) >= 20, topic.name
    assert len({one.name for record in MADE for one in record.entities if one.type == "organisation"}) >= 300
    assert all(int(one.qid[1:]) >= FIRST_QID for record in MADE for one in record.entities if one.qid)


def test_some_articles_are_copies_of_earlier_ones() -> None:
    seen: dict[str, Record] = {}
    copies = 0
    for record in MADE:
        paragraphs = [text for text in record.article.text.split("\n\n")[1:] if len(text) > 80]
        earlier = next((seen[text] for text in paragraphs if text in seen), None)
        if earlier is not None:
            copies += 1
            assert earlier.article.url != record.article.url
            assert earlier.article.id != record.article.id
        seen |= dict.fromkeys(paragraphs, record)
    assert copies >= 5
    many = [line["url"] for line in agency.articles(800, 9)]
    assert sum("/agency-" in url for url in many) / len(many) == pytest.approx(0.08, abs=0.025)
    assert len({one.article.url for one in MADE}) == len({one.article.id for one in MADE}) == len(MADE)


def test_the_seed_settles_everything() -> None:
    assert list(agency.records(500, 7)) == list(islice(MADE, len(list(agency.records(500, 7)))))
    assert next(agency.records(1, 8)) != MADE[0]
    assert list(agency_pages.pages(2, 3)) == list(agency_pages.pages(2, 3))
    assert agency_queries.queries(7) == agency_queries.queries(7)


def test_articles_are_those_of_the_records() -> None:
    for line, record in zip(agency.articles(40, 7), MADE, strict=False):
        assert json.loads(json.dumps(line))["text"] == record.article.text
        assert (line["url"], line["published"]) == (record.article.url, record.article.published)


def test_a_page_is_read_as_its_article(tmp_path: Path) -> None:
    for name, html in agency_pages.pages(6, 5):
        assert 60_000 <= len(html.encode()) <= 150_000
        (tmp_path / name).write_text(html, encoding="utf-8")
        article = load(tmp_path / name, Given(), allow_private=False)
        assert article.title
        assert article.published
        assert article.url
        assert article.url.split("/")[2].endswith(".example")
        assert f"<h1>{article.title}" in html.replace("&amp;", "&")
        paragraphs = re.findall(r"<p>(.*?)</p>", html.split('<div class="article-body">')[1].split("</div>")[0])
        assert [text for text in paragraphs if text not in article.text] == []
        assert "Most read" not in article.text


def test_queries_find_what_they_are_taken_from() -> None:
    asked = agency_queries.queries(7)
    assert (len(asked.words), len(asked.meanings), len(asked.filters)) == (200, 100, 100)
    assert sum(query.startswith('"') for query in asked.words) == 40
    assert sum(query.endswith("*") for query in asked.words) == 20
    assert all(1 <= len(query.strip('"').split()) <= 4 for query in asked.words)
    said = "\n".join(one.content_text.lower() for one in STATEMENTS)
    missing = [query for query in asked.words for word in query.strip('"*').split() if word not in said]
    assert missing == []
    for one in asked.filters:
        given = (one.speaker, one.outlet, one.kind, one.act, one.since, one.min_confidence)
        assert sum(value is not None for value in given) == 3
        assert (one.since is None) == (one.until is None)


def test_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["agency", "--statements", "30", "--seed", "7"])
    agency.main()
    lines = capsys.readouterr().out.splitlines()
    assert [from_dict(json.loads(line)) for line in lines] == list(islice(MADE, len(lines)))
