"""The invented world of the benchmark's prose: its people, states, organisations, outlets and topics.

Everything is drawn from the lists in ``agency_words``; nobody and nothing in them is real. The world is the same for
every seed: a seed decides only who speaks when, and about what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

WORDS = Path(__file__).parent / "agency_words"

PEOPLE = 120_000
"""Distinct people, of whom a million statements hear about half: an archive's long tail of names heard once."""

HEAD = 30
"""Added to a rank before Zipf's law (Mandelbrot's form): the most quoted person has 0.4 % of the draws, not 6 %."""

FIRST_QID = 900_000_000
"""Invented items are numbered from here; Wikidata's highest in 2026 is near Q140,000,000."""

IN_OFFICE = 0.60  # share of people who hold an office; with organisations that speak, half of all speakers have one
WITH_QID = 0.17  # share of people with an item, so that 15 % of speakers (groups among them have none) do
_SPREAD = 5_700_017  # coprime to given × family names: consecutive people get names far apart, no two the same

_HELD = 20_000  # people, and organisations, kept ready: memory stays flat however many articles are made

Draw = Callable[[], float]
"""A uniform number in [0, 1), as ``random.Random.random`` gives it."""


@dataclass(frozen=True, slots=True)
class Country:
    """A state: what it and its people are called, and its towns, the capital first."""

    name: str
    demonym: str
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may speak. ``number`` is also the rank: 0 speaks most often of all."""

    number: int
    name: str
    family: str
    female: bool
    office: str | None
    organisation: str | None
    country: str | None
    demonym: str
    qid: str | None
    occupation: str
    home: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body: ``text`` as it stands in a sentence ("the Grain Board of Kestria"), ``name`` without the article."""

    text: str
    name: str
    country: str
    qid: str | None


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes: a newspaper or agency, and its domain, which ends in ``.example``."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What articles are about, with its words. ``verbs`` are (base, participle, -ing form)."""

    name: str
    sector: str
    nouns: tuple[str, ...]
    verbs: tuple[tuple[str, str, str], ...]
    groups: tuple[str, ...]
    units: tuple[str, ...]
    clauses: tuple[str, ...]
    queries: tuple[str, ...]


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``agency_words/<name>.tsv``; lines that start with ``#`` are comments."""
    text = (WORDS / f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def column(name: str, kind: str) -> tuple[str, ...]:
    """The second column of those rows of a list whose first column is ``kind``."""
    return tuple(row[1] for row in rows(name) if row[0] == kind)


@cache
def countries() -> tuple[Country, ...]:
    """All states, the one most often in the news first."""
    return tuple(Country(name, demonym, tuple(towns.split("|"))) for name, demonym, towns in rows("countries"))


@cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets, the one that publishes most first."""
    return tuple(Outlet(name, domain) for name, domain in rows("outlets"))


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, the most frequent first."""
    words: dict[tuple[str, str], list[str]] = {}
    for topic, role, word in rows("topic_words"):
        words.setdefault((topic, role), []).append(word)
    for topic, clause in rows("topic_clauses"):
        words.setdefault((topic, "clause"), []).append(clause)
    return tuple(
        Topic(
            name=name,
            sector=sector,
            nouns=tuple(words[name, "noun"]),
            verbs=tuple(_verb(row) for row in words[name, "verb"]),
            groups=tuple(words[name, "group"]),
            units=tuple(words[name, "unit"]),
            clauses=tuple(words[name, "clause"]),
            queries=tuple(words[name, "query"]),
        )
        for name, sector in rows("topics")
    )


def _verb(row: str) -> tuple[str, str, str]:
    base, participle, gerund = row.split("|")
    return base, participle, gerund


@cache
def sectors() -> tuple[str, ...]:
    """The walks of life that people and organisations belong to; each topic lies in one."""
    return tuple(dict.fromkeys(sector for _, sector in rows("topics")))


def zipf(draw: Draw, count: int, head: int) -> int:
    """A rank below ``count``, with a probability near 1 / (rank + head).

    The inverse of the distribution's integral, so that a draw costs one power however long the list is.
    """
    return min(int(head * ((count + head) / head) ** draw()) - head, count - 1)


@lru_cache(_HELD)
def person(number: int) -> Person:
    """The person of this number, below ``PEOPLE``. State and walk of life go round with it, see ``number_in``."""
    given, family = rows("given"), rows("family")
    first, last = divmod(number * _SPREAD % (len(given) * len(family)), len(family))
    (forename, gender), (surname,) = given[first], family[last]
    country, sector = countries()[number % len(countries())], sectors()[number // len(countries()) % len(sectors())]
    lot = _lots(number)
    office = organisation = None
    if lot() < IN_OFFICE:
        offices = column("offices", sector if lot() < 0.75 else "any")
        office = offices[int(lot() * len(offices))]
        organisation = f"{country.demonym} government" if "minister" in office else _body(country, sector, lot).name
        organisation = organisation if lot() < 0.7 else None
    occupations = column("words", "occupation")
    return Person(
        number=number,
        name=f"{forename} {surname}",
        family=surname,
        female=gender == "f",
        office=office,
        organisation=organisation,
        country=country.name if office and lot() < 0.8 else None,
        demonym=country.demonym,
        qid=f"Q{FIRST_QID + number}" if lot() < WITH_QID else None,
        occupation=occupations[int(lot() * len(occupations))],
        home=country.towns[int(lot() * len(country.towns))],
    )


def number_in(number: int, country: int, sector: int) -> int:
    """The person nearest in rank who belongs to this state and walk of life (indices)."""
    states, walks = len(countries()), len(sectors())
    block = states * walks
    return min(number // block, PEOPLE // block - 1) * block + sector * states + country


def organisation(country: Country, sector: str, draw: Draw) -> Organisation:
    """Some body of this state and walk of life."""
    return _body(country, sector if draw() < 0.8 else "any", draw)


def _body(country: Country, sector: str, draw: Draw) -> Organisation:
    templates = column("organisations", sector)
    template = templates[int(draw() * len(templates))]
    # Few towns and firms of each state are in the news again and again.
    town = country.towns[zipf(draw, len(country.towns), 1)] if "{town}" in template else ""
    firms = rows("companies")
    firm = firms[zipf(draw, len(firms), 20)][0] if "{company}" in template else ""
    return _organisation(template, country, town, firm)


@lru_cache(_HELD)
def _organisation(template: str, country: Country, town: str, firm: str) -> Organisation:
    text = template.format(country=country.name, demonym=country.demonym, town=town, company=firm)
    number = int.from_bytes(text.encode()[-12:], "big")
    qid = f"Q{FIRST_QID + PEOPLE + number % 1_000_000}" if number % 7 == 0 else None
    return Organisation(text, text.removeprefix("the "), country.name, qid)


def _lots(number: int) -> Draw:
    """Draws that depend on the number alone: a linear congruential generator (Knuth's MMIX constants)."""
    state = (number + 1) * 0x9E3779B97F4A7C15 % 2**64

    def draw() -> float:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 11) / 2**53

    return draw
