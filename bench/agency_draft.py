"""An article while it is written: its text, and what the text leaves behind at each place.

Offsets are half-open and count code points of the text written so far, as ``onrecord.types.Span`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.agency_days import Day, Time
from bench.agency_world import PEOPLE, Country, Draw, Organisation, Person, Topic, column, countries, person, zipf
from onrecord.types import Act, EntityType, Kind, MentionKind

Pair = tuple[int, int]
Key = str | int
"""Which entity: a person's number, an organisation's or place's name, a negative number for one mentioned once."""

Profile = tuple[str, EntityType, str | None, str | None, str | None, str | None]
"""An entity's name, type, qid, office, organisation and country."""

Fill = Callable[["Draft"], None]
Part = str | tuple[str, ...] | Fill
Parts = tuple[Part, ...]
"""A compiled template: text, alternatives to draw from, and what writes the rest."""


@dataclass(slots=True)
class Quantity:
    """A figure as drafted: its place, bounds, unit, the thing counted, and the statement that gives it (an index)."""

    at: Pair
    low: float | None
    high: float | None
    approximate: bool
    unit: str | None
    counted: Pair | None
    statement: int | None


@dataclass(slots=True)
class Claim:
    """A statement as drafted. ``when`` is the index of the time that dates it; ``parent`` that of another claim."""

    kind: Kind
    act: Act
    source: tuple[Pair, ...] = ()
    cue: tuple[Pair, ...] = ()
    content: tuple[Pair, ...] = ()
    speaker: Key | None = None
    addressee: tuple[tuple[Pair, Key | None], ...] = ()
    venue: tuple[tuple[Pair, Key | None], ...] = ()
    when: int | None = None
    parent: int | None = None


@dataclass(slots=True)
class Draft:
    """What has been written so far, and whom and what the article is about."""

    draw: Draw
    topic: Topic
    country: Country
    abroad: tuple[Country, Country]
    people: tuple[Person, ...]
    bodies: tuple[Organisation, ...]
    day: Day
    anchor: str
    reported: bool = True
    speaker: Key | None = None
    last: int | None = None  # the person named last
    inside: int | None = None  # the claim whose content is being written
    at: int = 0
    out: list[str] = field(default_factory=list)
    mentions: list[tuple[int, int, Key, MentionKind]] = field(default_factory=list)
    entities: dict[Key, Profile] = field(default_factory=dict)
    times: list[tuple[Pair, Time]] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    once: int = 0  # entities that are mentioned once, numbered downwards

    def put(self, text: str) -> Pair:
        """Write text; its place."""
        start, self.at = self.at, self.at + len(text)
        self.out.append(text)
        return start, self.at

    def mention(self, text: str, key: Key, kind: MentionKind, profile: Profile | None = None) -> Pair:
        """Write a mention of an entity. ``profile`` is needed where it may be the first."""
        start, end = self.at, self.at + len(text)
        self.at = end
        self.out.append(text)
        self.mentions.append((start, end, key, kind))
        if profile is not None and key not in self.entities:
            self.entities[key] = profile
        return start, end

    def passing(self, text: str, kind: EntityType = "group") -> Key:
        """Write the one mention of an entity that the article does not come back to; its key."""
        self.once -= 1
        self.mention(text, self.once, "nominal", (text, kind, None, None, None, None))
        return self.once

    def one_of(self, choices: tuple[str, ...]) -> str:
        """One of these, each as likely."""
        return choices[int(self.draw() * len(choices))]


def render(draft: Draft, parts: Parts) -> None:
    """Write a compiled template."""
    out, draw, at = draft.out, draft.draw, draft.at
    for part in parts:
        if isinstance(part, str):
            text = part
        elif isinstance(part, tuple):
            text = part[int(draw() * len(part))]
        else:
            draft.at = at
            part(draft)
            at = draft.at
            continue
        out.append(text)
        at += len(text)
    draft.at = at


def profile_of(who: Person) -> Profile:
    """What an entity's record says of a person."""
    return who.name, "person", who.qid, who.office, who.organisation, who.country


def name_person(draft: Draft, who: Person) -> Pair:
    """Write a person's name: whole the first time, the family name after that."""
    draft.last = who.number
    if who.number in draft.entities:
        return draft.mention(who.family, who.number, "name")
    return draft.mention(who.name, who.number, "name", profile_of(who))


def name_body(draft: Draft, body: Organisation) -> Pair:
    """Write an organisation's name."""
    profile: Profile = (body.name, "organisation", body.qid, None, None, body.country)
    return draft.mention(body.text, body.name, "name", profile)


def name_place(draft: Draft, name: str) -> Pair:
    """Write the name of a town or state."""
    return draft.mention(name, name, "name", (name, "place", None, None, None, None))


def _person(draft: Draft) -> None:
    draw, people = draft.draw, draft.people
    if draw() < 0.4:
        name_person(draft, people[int(draw() * len(people))])
    else:
        name_person(draft, person(zipf(draw, PEOPLE, 300)))


def _organisation(draft: Draft) -> None:
    bodies = draft.bodies
    name_body(draft, bodies[int(draft.draw() ** 1.5 * len(bodies))])


def _place(draft: Draft) -> None:
    draw = draft.draw
    country = draft.country if draw() < 0.85 else draft.abroad[0]
    name_place(draft, country.towns[zipf(draw, len(country.towns), 2)])


def _country(draft: Draft) -> None:
    lot = draft.draw()
    if lot < 0.75:
        name_place(draft, (draft.abroad[0] if lot < 0.5 else draft.abroad[1]).name)
    else:
        name_place(draft, countries()[zipf(draft.draw, len(countries()), 3)].name)


def _other_country(draft: Draft) -> None:
    name_place(draft, draft.abroad[1].name)


def _group(draft: Draft) -> None:
    draft.passing(draft.one_of(draft.topic.groups))


def _maybe_time(draft: Draft) -> None:
    if draft.draw() < TIMED:
        draft.put(" ")
        FILLS["t"](draft)


def _pronoun(direct: str, man: str, woman: str, *, group: bool) -> Fill:
    """A slot for whoever speaks: "I" or "we" in their own words, "he" or "they" in the reporter's."""

    def fill(draft: Draft) -> None:
        speaker = draft.speaker
        who = person(speaker) if isinstance(speaker, int) and speaker >= 0 else None
        text = direct if not draft.reported else woman if who is None or who.female else man
        if speaker is None or (group and who is not None):
            key: Key = f"we/{speaker}"
            draft.mention(text, key, "pronoun", (text, "group", None, None, None, None))
        else:
            draft.mention(text, speaker, "pronoun")

    return fill


def _they(text: str) -> Fill:
    def fill(draft: Draft) -> None:
        draft.once -= 1
        draft.mention(text, draft.once, "pronoun", (text, "group", None, None, None, None))

    return fill


def _third(man: str, woman: str) -> Fill:
    """A slot for somebody known to the reader: "he", who was named last."""

    def fill(draft: Draft) -> None:
        last = draft.last
        if last is None:
            draft.once -= 1
            draft.mention(man, draft.once, "pronoun", (man, "person", None, None, None, None))
        else:
            draft.mention(woman if person(last).female else man, last, "pronoun")

    return fill


def owner(draft: Draft) -> None:
    """Write whose something is: "Kestria’s", "their"."""
    lot, draw = draft.draw(), draft.draw
    if lot < 0.2:
        _they("their")(draft)
    elif lot < 0.4:
        draft.mention("its", draft.country.name, "pronoun", (draft.country.name, "place", None, None, None, None))
    elif lot < 0.5:
        _third("his", "her")(draft)
    elif lot < 0.75:
        name = draft.country.name if draw() < 0.6 else draft.abroad[int(draw() * 2)].name
        draft.mention(f"{name}’s", name, "name", (name, "place", None, None, None, None))
    elif lot < 0.87:
        body = draft.bodies[int(draw() * len(draft.bodies))]
        draft.mention(
            f"{body.text}’s", body.name, "name", (body.name, "organisation", body.qid, None, None, body.country)
        )
    else:
        who = draft.people[int(draw() * len(draft.people))]
        name = who.family if who.number in draft.entities else who.name
        draft.mention(f"{name}’s", who.number, "name", profile_of(who))


def _time(kinds: str) -> Fill:
    def fill(draft: Draft) -> None:
        written = draft.day.time(kinds, draft.draw)
        draft.put(written.before)
        draft.times.append((draft.put(written.text), written))

    return fill


TIMED = 0.45  # share of the clauses that may tell a time in which it is told

HEDGES = (
    ("", True, True, False), ("", True, True, False), ("", True, True, False), ("about ", True, True, True),
    ("at least ", True, False, False), ("more than ", True, False, False), ("nearly ", True, True, True),
    ("up to ", False, True, False),
)  # fmt: skip
"""What stands before a number, whether its low and high bounds are known, and whether it is approximate."""

ZEROS = (1, 1, 1, 10, 10, 100, 100, 1_000, 10_000)
"""How many times a two-digit number is taken: most counts in the news are small and round."""


VAGUE = 0.20  # share of quantities told in words that give no number: "a fortune"


def _figure(measure: Callable[[Draw], tuple[str, float, str | None]], vague: str = "") -> Fill:
    def fill(draft: Draft) -> None:
        if vague and draft.draw() < VAGUE:
            words = draft.one_of(column("phrases", vague))
            if vague == "count":
                draft.passing(f"{words} {draft.one_of(draft.topic.units)}")
            else:
                draft.put(words)
            return
        text, value, unit = measure(draft.draw)
        hedge, low, high, approximate = HEDGES[int(draft.draw() * len(HEDGES))]
        at = draft.put(hedge + text)
        thing = None
        if vague == "count":
            draft.put(" ")
            thing = draft.put(draft.one_of(draft.topic.units))
        bounds = (value if low else None, value if high else None)
        draft.quantities.append(Quantity(at, *bounds, approximate, unit, thing, draft.inside))

    return fill


def _count(draw: Draw) -> tuple[str, float, None]:
    number = int(2 + 97 * draw() ** 2) * ZEROS[int(draw() * len(ZEROS))]
    return f"{number:,}", number, None


def _percent(draw: Draw) -> tuple[str, float, str]:
    tenths = int(10 + 890 * draw() ** 2)
    number = tenths / 10 if draw() < 0.3 else tenths // 10
    return f"{number}%", number, "%"


def _money(draw: Draw) -> tuple[str, float, str]:
    sign, code = ("$", "USD") if draw() < 0.6 else ("€", "EUR")
    word, size = ("million", 10**6) if draw() < 0.6 else ("billion", 10**9)
    tenths = int(11 + 900 * draw() ** 2)
    amount = f"{tenths / 10:.1f}".removesuffix(".0") if tenths < 100 else f"{tenths // 10}"
    return f"{sign}{amount} {word}", round(float(amount) * size), code


def _kilometres(draw: Draw) -> tuple[str, float, str]:
    number = int(3 + 900 * draw() ** 2)
    return f"{number} km", number, "km"


def _kilograms(draw: Draw) -> tuple[str, float, str]:
    number = int(3 + 90 * draw())
    return f"{number} kg", number, "kg"


FILLS: dict[str, Fill] = {
    "person": _person, "person2": _person, "org": _organisation, "place": _place, "country": _country,
    "country2": _other_country, "G": _group,
    "i": _pronoun("I", "he", "she", group=False), "my": _pronoun("my", "his", "her", group=False),
    "we": _pronoun("we", "they", "they", group=True), "us": _pronoun("us", "them", "them", group=True),
    "our": _pronoun("our", "their", "their", group=True), "me": _pronoun("me", "him", "her", group=False),
    "they": _they("they"), "them": _they("them"), "you": _they("you"),
    "he": _third("he", "she"), "he2": _third("he", "she"),
    "him": _third("him", "her"), "his": _third("his", "her"), " t": _maybe_time,
    "t": _time("on"), "t2": _time("since"), "days": _time("days"), "months": _time("months"), "hours": _time("hours"),
    "u": _figure(_count, "count"), "pc": _figure(_percent, "share"), "m": _figure(_money, "money"),
    "km": _figure(_kilometres), "kg": _figure(_kilograms),
}  # fmt: skip
"""What fills each slot that leaves something behind."""
