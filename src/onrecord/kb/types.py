"""What the knowledge base gives: states, bodies, offices as named in a phrase, and who held them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sense = Literal["name", "alias", "demonym", "capital", "metonym"]

LINK = 0.5
"""Nothing scored below this is linked to a person.

Evidence: of the written look-ups (``tests/kb/lookups.tsv``) every vouched-for single holder scores 0.95 or, on the day
of a handover, 0.8, and all are right; whatever is stale, imprecise or shared by two persons scores 0.45 at most. What
lies below would be wrong too often: a year after a source was last read 28 in 100 foreign ministers have gone, after
two years 48 (docs/decisions/005-knowledge-base.md).
"""


@dataclass(frozen=True, slots=True)
class State:
    """A state or the European Union, and as what the name asked for stands for it.

    ``code`` is ISO 3166-1 alpha-2, XK for Kosovo, EU for the Union. ``others`` are codes that the same name may mean:
    "Brussels" is Belgium's capital and the Union's metonym.
    """

    code: str
    name: str
    qid: str | None
    sense: Sense
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation, parliament, ministry, agency, force or outlet. ``place``: the state or body it belongs to."""

    name: str
    qid: str | None
    kind: str
    place: str | None
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, and the office that puts them forward; no office: ``role`` and ``title`` are empty.

    ``start`` and ``end`` are ISO dates at the source's precision, inclusive; an empty ``end`` was open on ``as_of``,
    the last day on which the source vouches for the row. ``fresh`` is false where the day asked for lies after that:
    the candidate is then a guess. ``score`` is 0 to 1, to be held against ``LINK``. ``place``: a state's code, or a
    body's name. ``source`` holds codes of ``sources.tsv``, or "cu:" and the address of a page.
    """

    person: str
    qid: str | None
    role: str
    title: str
    place: str
    start: str
    end: str
    as_of: str
    score: float
    fresh: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """An office as a phrase names it: "former French president" → role head, style president, place FR, former.

    ``role`` is one of ``roles.tsv``; ``style`` says what a head is called; ``title`` holds the words of an office that
    has no role of its own ("health minister"). ``place`` is None where the phrase names none ("the president").
    ``former``: not the holder of the day; ``designate``: not yet; ``plural`` with one place: not one person.
    """

    role: str
    place: str | None
    style: str = ""
    title: str = ""
    former: bool = False
    acting: bool = False
    designate: bool = False
    deputy: bool = False
    plural: bool = False
