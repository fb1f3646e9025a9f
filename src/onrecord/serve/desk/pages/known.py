"""Who bears a name by the knowledge base, as choices for the speaker of a statement; without the network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

MOST = 8  # candidates that are offered


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of that name. ``value`` is the correction's, as JSON; ``more`` tells them apart."""

    name: str
    qid: str | None
    more: str
    value: str


def people(name: str, published: str | None) -> list[Candidate]:
    """Those of this name, with the office that they held on the article's day, else any that they held.

    Names are looked up whole ("Lindqvist", "Mara Lindqvist"), spellings and initials aside. Raises KnowledgeError where
    imported facts are damaged.
    """
    from onrecord.kb import Facts

    if not name.strip():
        return []
    facts = Facts.load()
    found = facts.people(name, _day(published)) or facts.people(name)
    made: dict[tuple[str, str | None], Candidate] = {}
    for one in found:
        state = facts.place(one.place) if one.place else None
        code = one.place if len(one.place) == 2 else state.code if state else None  # ISO 3166-1 alpha-2
        told = {"name": one.person, "type": "person", "qid": one.qid, "office": one.title or None, "country": code}
        if one.place and not code:
            told["organisation"] = one.place
        value = json.dumps({key: text for key, text in told.items() if text}, ensure_ascii=False)
        years = f"{one.start[:4]}–{one.end[:4]}" if one.start else ""
        more = " · ".join(filter(None, (one.title, one.place, years)))
        made.setdefault((one.person, one.qid), Candidate(one.person, one.qid, more, value))
    return list(made.values())[:MOST]


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
