"""What a statement's own page shows: each field with the words that support it, and how to cite it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

from onrecord.export.citation import write_bibtex, write_csl
from onrecord.export.fragment import text_fragments
from onrecord.serve.desk.pages.reviewing import ROLES, Piece, in_days, parts, pieces
from onrecord.serve.wording import post
from onrecord.store.view import Shown


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a statement: its value, and the article's words that it rests on. None: not known."""

    name: str
    value: str | None
    more: str
    evidence: str | None


def sentence(shown: Shown) -> tuple[Piece, ...]:
    """The sentence, or sentences, in which a statement stands, in pieces by its parts."""
    text, hit, passage = shown.entry.record.article.text, shown.hit, shown.entry.passage
    if not passage or not hit.content:
        return (Piece(hit.context, ()),)
    start = passage[0].start - hit.content[0][0]
    spans = [(role, one) for role, all_ in parts(shown.entry.statement).items() for one in all_]
    return pieces(text, start, start + len(hit.context), spans)


def facts(shown: Shown) -> list[Fact]:
    """The fields of a statement, as they stand."""
    said, record = shown.entry.statement, shown.entry.record
    names = {one.id: one.name for one in record.entities}
    who, on = said.speaker, said.said_on
    when = next((one for one in record.whens if on and one.id == on.when), None)
    told = [
        Fact("speaker", who.name if who else None, post(who) if who else "", who.evidence.text if who else None),
        Fact("said on", in_days(on.start, on.end) if on else None, _anchor(when), when.span.text if when else None),
        Fact("kind", said.kind, "", None),
        Fact("act", said.act.replace("-", " "), "", said.cue_text or None),
    ]
    for role in ROLES[3:]:
        for party in getattr(said, role):
            entity = names.get(party.entity or "", "")
            told.append(Fact(role, party.span.text, entity if entity != party.span.text else "", None))
    return told


def _anchor(when: object) -> str:
    anchor = getattr(when, "anchor", None)
    told = {"dateline": "reckoned from the dateline", "published": "reckoned from the day of publication"}
    return told.get(anchor or "", "")


def passage(shown: Shown) -> str | None:
    """The address of the passage on the outlet's page; None where the article has no address."""
    return text_fragments(shown.entry.record.article, shown.entry.passage)


def citation(shown: Shown, form: Literal["bib", "json"]) -> str:
    """The article in BibTeX or CSL-JSON, the statement as its note; a rejected statement has none."""
    out = io.StringIO()
    (write_bibtex if form == "bib" else write_csl)([shown.entry], out, quotes=True)
    return out.getvalue()
