"""Statements → stubs of schema.org ``ClaimReview``, for fact-checkers to fill in.

Source: https://schema.org/ClaimReview. A stub says who claimed what, and where; the review is not there. Its author,
address, date and rating are null, which JSON-LD takes for absent and no validator for finished, and
``creativeWorkStatus`` says "Incomplete".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.export.columns import link
from onrecord.export.entry import Entry
from onrecord.export.lines import TextSink, known, write_lines
from onrecord.export.schemaorg import SCHEMA_ORG, article_node, one_day, speaker_node, wording

CLAIMS = frozenset(("assert", "deny", "accuse", "suggest"))
"""The acts that say how things are. Questions, demands, promises, threats and praise are nothing to be checked."""

TO_FILL = ("url", "datePublished", "author", "reviewRating")


def write_claim_reviews(entries: Iterable[Entry], stream: TextSink) -> int:
    """Write a stub a line (JSONL). Returns how many."""
    return write_lines(claim_reviews(entries), stream)


def claim_reviews(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """A stub for each statement that claims something, in words, and that nobody rejected as misread."""
    return (
        claim_review(entry)
        for entry in entries
        if entry.status != "rejected" and entry.statement.act in CLAIMS and entry.statement.content
    )


def claim_review(entry: Entry) -> dict[str, Any]:
    """The stub: what is known of the claim, and null for what the reviewer must say.

    The claim's date is the day on which it was said, where the article settles that; the article's own date stands with
    the article, in which the claim appeared. ``keywords`` give the act and the kind.
    """
    statement = entry.statement
    return {
        "@context": SCHEMA_ORG,
        "@type": "ClaimReview",
        "creativeWorkStatus": "Incomplete",
        "claimReviewed": wording(statement),
        "itemReviewed": {"@type": "Claim", "text": wording(statement)}
        | known(
            author=speaker_node(entry),
            datePublished=one_day(statement.said_on),
            appearance=article_node(entry.record.article) | known(url=link(entry)),
            keywords=[statement.act, statement.kind],
        ),
    } | dict.fromkeys(TO_FILL)
