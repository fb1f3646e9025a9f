"""Mentions → clusters: names first, by rule; then what the rules know of the sources; then the model's links.

A link that contradicts what is known (two names, two genders, a person and a place) is passed over for the next
likeliest one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from onrecord.model.coreference import KINDS, Links, Traits
from onrecord.model.mention import TYPES, Spans
from onrecord.speaker import People
from onrecord.types import MentionKind

Pair = tuple[int, int]

NAME, NOMINAL, HE, SHE, IT, THEY, FIRST, WE = (
    KINDS.index(kind) for kind in ("name", "nominal", "he", "she", "it", "they", "i", "we")
)
_GENDERED = {HE: "m", SHE: "f"}
PERSON, ORGANISATION, PLACE, TIME = (TYPES.index(name) for name in ("person", "organization", "place", "time"))
_ACRONYM = re.compile(r"[A-Z][A-Z&.]{1,7}\Z")
_POSSESSIVE = re.compile(r"(?:['’]s|['’])\Z")
_NAME_WEIGHT = 3.0  # of a name's type beside a pronoun's in its cluster's
# How much likelier than "it is new" a nominal's antecedent must be: a wrong speaker is worse than an unknown one.
_DOUBT = 3.0
_NESTED = 6  # mentions before one among which those around it, or within it, are looked for
_LEAST = 0.2  # a link less likely than this is none
# What may stand between a name and the end of its mention: "Lind, QC", "Lind (D-Ohio)", "Lind of Norland".
_TAIL = re.compile(r"(?:['’]s?)?\Z|,| \(| of \b| from \b| who\b|—| –")
# Common nouns before a name that runs to the end of its mention; particles are part of it.
_COMMON = re.compile(
    r"(?:(?!(?:de|del|della|di|da|dos|du|van|von|der|den|bin|ibn|al|el|la|le|ten|ter)\s)[a-z][\w-]*\s+)+"
    r"(?=(?:[A-Z][\w.&’'-]*|of|and|the|for|de)(?:\s+(?:[A-Z0-9][\w.&’'-]*|of|and|the|for|de))*\Z)(?=[A-Z])"
)
_NEW = re.compile(r"(?:an?|another|one|some|other)\s", re.IGNORECASE)
_BEFORE = re.compile(r"['’]s? |\b(?:of|for|by|from|to|with|and|or|in|at|on) ", re.IGNORECASE)


@dataclass(slots=True)
class Cluster:
    """Mentions taken for one entity, and what is known of it. Clusters grow while an article is read."""

    members: list[int]
    types: np.ndarray  # sum of the members' type probabilities
    person: int | None = None  # number among the article's persons
    keys: set[str] = field(default_factory=set)  # folded names, a person's not among them
    genders: set[str] = field(default_factory=set)

    @property
    def type(self) -> int:
        """The likeliest of ``mention.TYPES``."""
        return PERSON if self.person is not None else int(self.types.argmax())

    @property
    def is_person(self) -> bool:
        """Whether it is a person beyond doubt."""
        return self.person is not None or bool(self.types[PERSON] > 0.8 * self.types.sum())


class Clusters:
    """The clusters of one article."""

    def __init__(self, text: str, found: Spans, traits: Traits, people: People) -> None:
        self.text, self.found, self.traits, self.people = text, found, traits, people
        self.start: list[int] = found.start.tolist()
        self.end: list[int] = found.end.tolist()
        self.kind: list[int] = traits.kind.tolist()
        self.of: list[Cluster] = []
        self.unclear: set[int] = set()  # mentions whose name two persons bear
        self.run_starts = sorted(people.runs)
        self.bearing: dict[int, int] = {}  # person → a mention that names them
        weights = np.where(traits.kind == NAME, _NAME_WEIGHT, 1.0)[:, None] * found.types
        for at in range(len(found)):
            gender = _GENDERED.get(self.kind[at]) or {1: "m", 2: "f"}.get(int(traits.gender[at]))
            self.of.append(Cluster([at], weights[at], genders={gender} if gender else set()))
        self._join_names()
        self._join_nested()

    # names

    def _join_names(self) -> None:
        keys: dict[str, int] = {}
        acronyms: dict[str, int] = {}
        for at, kind in enumerate(self.kind):
            number, clear = self.person_named(at)
            if not clear:
                self.unclear.add(at)
            elif number is not None:
                cluster = self.of[at]
                cluster.person = number
                gender = self.people[number].gender
                cluster.genders = {gender} if gender else set()
                self._merge(self.bearing.setdefault(number, at), at)
            elif kind == NAME:
                key = name_key(self.text[self.start[at] : self.end[at]])
                if not key:
                    continue
                self.of[at].keys.add(key)
                other = keys.setdefault(key, at)
                initials = "".join(word[0] for word in key.split() if word[0].isupper())
                if other == at and _ACRONYM.match(key):
                    other = acronyms.get(key.replace(".", ""), at)
                elif len(initials) > 1:
                    acronyms.setdefault(initials, at)
                self._merge(other, at)

    def person_named(self, at: int) -> tuple[int | None, bool]:
        """The person whose name is the head of a mention; False where two bear the name."""
        start, end = self.start[at], self.end[at]
        place = bisect_left(self.run_starts, start)
        if place and self.people.runs[self.run_starts[place - 1]][0] >= end - 2:  # "Hallam" of "Per Hallam"
            number = self.people.runs[self.run_starts[place - 1]][1]
            return number, number is not None
        while place < len(self.run_starts) and self.run_starts[place] < end:
            begin = self.run_starts[place]
            stop, number = self.people.runs[begin]
            if _BEFORE.search(self.text, start, begin):
                break
            if stop <= end and _TAIL.match(self.text[stop:end]):
                return number, number is not None
            place += 1
        return None, True

    def _join_nested(self) -> None:
        """Take "the water company" of "the water company Clearwater" for the same, and not for a mention of its own."""
        for at in range(len(self.start) - 1):
            longer = at + 1
            outer = at  # "Per Hallam" around "Hallam"
            while (self.kind[outer], self.kind[longer]) == (NAME, NAME) and self.end[outer] >= self.end[longer]:
                if self.of[outer].type == PERSON and self.end[outer] == self.end[longer]:
                    self.join(outer, longer)
                longer += 1
                if longer == len(self.start):
                    break
            longer = at + 1
            if self.start[longer] == self.start[at] and (self.kind[at], self.kind[longer]) == (NOMINAL, NAME):
                written = self.text[self.start[at] : self.end[longer]]
                if self.start[at] + proper(_past(written)[1]) + _past(written)[0] >= self.end[at]:
                    self.join(longer, at)

    # joining

    def compatible(self, a: int, b: int) -> bool:
        """Whether two mentions' clusters may be one."""
        one, two = self.of[a], self.of[b]
        if one is two:
            return True
        if one.person is not None and two.person is not None:
            return False
        if len(one.genders | two.genders) > 1 and one.genders != two.genders:
            return False
        for x, y in ((one, two), (two, one)):
            if x.person is not None and y.keys and not self._bears(x.person, y.keys):
                return False
            if x.person is not None and not y.is_person and y.type in (ORGANISATION, PLACE):
                return False
            if x.genders and not y.is_person and y.type in (ORGANISATION, PLACE) and y.keys:
                return False
        return not (one.keys and two.keys) or any(_same_name(x, y) for x in one.keys for y in two.keys)

    def _bears(self, person: int, keys: set[str]) -> bool:
        words = set(self.people[person].name.split())
        return any(words.intersection(key.split()) for key in keys)

    def join(self, a: int, b: int) -> bool:
        """Make one of two mentions' clusters, where nothing speaks against it."""
        if not self.compatible(a, b):
            return False
        self._merge(a, b)
        return True

    def _merge(self, a: int, b: int) -> None:
        one, two = self.of[a], self.of[b]
        if one is two:
            return
        if len(one.members) < len(two.members):
            one, two = two, one
        one.members += two.members
        one.types = one.types + two.types
        one.person = one.person if one.person is not None else two.person
        one.keys |= two.keys
        one.genders |= two.genders
        for member in two.members:
            self.of[member] = one

    def link(self, links: Links, fixed: set[int]) -> None:
        """Follow the model's links for all mentions but the ``fixed`` ones."""
        for at, (before, weights) in enumerate(zip(links.candidate.tolist(), links.probability.tolist(), strict=True)):
            if at in fixed or at in self.unclear:
                continue
            new = _NEW.match(self.text, self.start[at], self.end[at]) is not None
            bar = max((w for other, w in zip(before, weights, strict=True) if other == -1), default=0.0) * _DOUBT
            for other, weight in zip(before, weights, strict=True):
                if other < 0 or weight < _LEAST or (self.kind[at] == NOMINAL and weight < bar):
                    break
                if self._within(at, other):
                    continue
                if new and self.end[other] not in self.bridges(at):
                    continue  # "a second official" is somebody new, ", a lawmaker" and "is a lawmaker" are not
                if self.join(other, at):
                    break

    def _within(self, at: int, other: int) -> bool:
        """Whether a link would make a phrase of a part of itself: "her office" is not her, nor "her" the office."""
        target = self.of[other]
        for place in range(at - 1, max(-1, at - _NESTED), -1):
            if self.end[place] >= self.end[at] and self.kind[place] == NOMINAL and self.of[place] is target:
                return True  # ``at`` lies within it
            if self.start[place] == self.start[at] and self.end[place] < self.end[at] and self.of[place] is target:
                return self.kind[at] == NOMINAL
        return False

    def bridges(self, at: int) -> tuple[int, int]:
        """Where what a mention is apposed to, or is predicated of, would end."""
        return int(self.traits.apposed[at]), int(self.traits.predicate[at])

    # looking up

    def shared(self, start: int, end: int) -> bool:
        """Whether a phrase ends in a name that two persons bear: "the younger Tollan"."""
        place = bisect_left(self.run_starts, start)
        runs = (
            [self.people.runs[at] for at in self.run_starts[place:] if at < end] if place < len(self.run_starts) else []
        )
        return any(stop == end and number is None for stop, number in runs)

    def naming(self, start: int, end: int) -> int | None:
        """A mention of the person whose name [start, end) is, else the mention [start, end) itself."""
        named = self.people.runs.get(start)
        number = named[1] if named and named[0] >= end else None
        return self.bearing[number] if number in self.bearing else self.at(start, end)

    def at(self, start: int, end: int) -> int | None:
        """The mention that a phrase [start, end) is, or that is its core; None: none. Articles do not count."""
        start = _past_article(self.text, start)
        best: tuple[int, int] | None = None
        for place in range(bisect_left(self.start, start - _ARTICLE), len(self.start)):
            if self.start[place] >= end:
                break
            begin, stop = _past_article(self.text, self.start[place]), self.end[place]
            if begin < start or stop > end + 2:
                continue
            misfit = (begin - start) * 4 + abs(end - stop)
            if (best is None or misfit < best[0]) and (begin == start or _leads_to(self.text, start, begin)):
                best = (misfit, place)
        return best[1] if best else None

    def all(self) -> list[Cluster]:
        """The clusters, by their first mentions."""
        seen: dict[int, Cluster] = {}
        for cluster in self.of:
            seen.setdefault(id(cluster), cluster)
        return list(seen.values())


_ARTICLE = 6  # characters: "these "
_ARTICLES = re.compile(r"(?:the|an?|this|that|these|those)\s+", re.IGNORECASE)


def _past(written: str) -> tuple[int, str]:
    """How long the article of a phrase is, and the rest."""
    skipped = _past_article(written, 0)
    return skipped, written[skipped:]


def _past_article(text: str, start: int) -> int:
    match = _ARTICLES.match(text, start)
    return match.end() if match else start


def _leads_to(text: str, start: int, at: int) -> bool:
    """Whether only titles and small words stand between a phrase's beginning and its core."""
    return not re.search(r"[,;:]|\b(?:of|for|by|from|who)\b", text[start:at])


def name_key(written: str) -> str:
    """A name without article and possessive, as it is compared."""
    name = _POSSESSIVE.sub("", written.strip())
    name = name.split(",")[0].split(" (")[0]
    name = name[proper(name) :].removeprefix("The ").removeprefix("A ")
    return name if any(letter.isupper() for letter in name) else ""


def proper(name: str) -> int:
    """Where the name itself begins: "the water company | Clearwater", "the daily | Velmark Dagen"."""
    match = _COMMON.match(name)
    return match.end() if match else 0


def _same_name(a: str, b: str) -> bool:
    """Whether two names are one: "Osk" and "Osk Ferries", "NTA" and "National Transport Agency"."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    words = long.split()
    if _ACRONYM.match(short):
        initials = "".join(word[0] for word in words if word[0].isupper())
        if short.replace(".", "") == initials:
            return True
    return short in words[:1] or long.startswith(short + " ") or long.endswith(" " + short)


def kinds(kind: int) -> MentionKind:
    """The kind of a mention as the record calls it."""
    return "name" if kind == NAME else "nominal" if kind == NOMINAL else "pronoun"
