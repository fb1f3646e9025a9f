"""The persons of an article: who is introduced, where they are mentioned, what the text tells of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from onrecord.speaker.names import (
    SUFFIXES,
    Run,
    as_person,
    as_run,
    capital_runs,
    given_names,
    known_titles,
    may_be_name,
    plain,
)
from onrecord.speaker.places import Places
from onrecord.speaker.roles import known_roles, roles_beside

# Begins with a letter class, which a search skips to, and so looks back for the word boundary.
_HE_SHE = re.compile(r"[HhSs](?:(?<![^\W_].)(?:(?<=[Hh])(e|im|is|imself)|(?<=[Ss])he|(?<=[Hh])er(?:s|self)?))\b")


@dataclass(slots=True)
class Person:
    """One person of the article, gathered while the text is read."""

    name: str
    start: int
    end: int
    genders: set[str] = field(default_factory=set)
    roles: list[frozenset[str]] = field(default_factory=list)

    @property
    def gender(self) -> str | None:
        """``m`` or ``f`` where all signs agree, else None."""
        return next(iter(self.genders)) if len(self.genders) == 1 else None


def _runs(text: str) -> Iterator[Run]:
    """Every run of capitals that holds a name, as a person where a role beside it says so."""
    titles = known_titles()
    shapes: dict[str, Run | None] = {}  # an article repeats its names: each is taken apart once
    for match in capital_runs(text):
        written = match.group()
        start = match.start()
        if " " not in written:
            if written not in titles:
                yield Run(start, match.end(), (written,), (), person=False)
            continue
        if written not in shapes:
            shapes[written] = as_run(written, 0, len(written))
        shape = shapes[written]
        if shape is None:
            continue
        run = Run(start + shape.start, start + shape.end, shape.words, shape.titles, shape.person)
        yield as_person(run) if not run.person and may_be_name(run) and roles_beside(text, run) else run


class People:
    """The persons of one article and where they are mentioned.

    ``sourced`` are the names read off the sources, which vouch for those in the text.
    """

    def __init__(self, text: str, places: Places, sourced: Sequence[Run]) -> None:
        self.text = text
        self.places = places
        self.all: list[Person] = []
        self.by_full: dict[tuple[str, str], int] = {}
        self.by_surname: dict[str, list[int]] = {}
        self.by_given: dict[str, list[int]] = {}
        runs = list(_runs(text))
        self._introduce(runs, sourced)
        self.runs: dict[int, tuple[int, int | None]] = {}  # start of a name → its end and whom it names, None: unclear
        self.at: list[int] = []  # where persons are mentioned outside quotations …
        self.who: list[int] = []  # … and which
        self._mention(runs)
        self._hear_pronouns()

    def __getitem__(self, number: int) -> Person:
        return self.all[number]

    def _introduce(self, runs: list[Run], sourced: Sequence[Run]) -> None:
        """Make a person of every full name, then of every titled surname that none of them bears."""
        self._tell_apart(runs)
        sure = sorted({run.start: run for run in (*runs, *sourced) if run.person}.values(), key=lambda run: run.start)
        for run in sure:
            if len(run.words) > 1 and not self._bearers(run):
                self._add(run)
        self._vouch(runs, [run for run in (*sourced, *sure) if len(run.words) == 1])
        for run in sure:
            known = run.words[0] in self.by_surname or run.words[0] in self.by_given  # "Ms. Han" after "Han Sun-ok"
            if len(run.words) == 1 and run.titles and not known:
                self._add(run)

    def _tell_apart(self, runs: list[Run]) -> None:
        """Note the names that a father and a son of this article share: "August Tollan Sr." and "August Tollan Jr."."""
        endings: dict[tuple[str, str], set[str]] = {}
        for run in runs:
            if run.words[-1] in SUFFIXES and len(run.words) > 2:
                endings.setdefault(run.key, set()).add(run.words[-1].rstrip("."))
        self.shared = {key for key, found in endings.items() if len(found) > 1}

    def _key(self, run: Run) -> tuple[str, str]:
        """The key of a run; of a shared name, with what tells its bearers apart."""
        first, last = run.key
        return (first, f"{last} {run.words[-1].rstrip('.')}") if run.key in self.shared else (first, last)

    def _vouch(self, runs: list[Run], bare: list[Run]) -> None:
        """Let a source's bare surname vouch that the run of capitals which ends in it is a full name."""
        surnames = {run.words[0] for run in bare} - self.by_surname.keys() - self.by_given.keys()
        full: dict[str, dict[tuple[str, str], Run]] = {}
        for run in runs:
            if run.words[-1] in surnames and may_be_name(run):
                full.setdefault(run.words[-1], {}).setdefault(run.key, run)
        for found in full.values():
            if len(found) == 1:
                self._add(*found.values())

    def _add(self, run: Run) -> None:
        key = self._key(run)
        if run.key in self.shared and run.words[-1] not in SUFFIXES:
            return
        number = self.by_full.get(key)
        if number is None:
            number = self.by_full[key] = len(self.all)
            self.all.append(Person(self.text[run.start : run.end], run.start, run.end))
            for place in range(1 if len(run.words) > 1 else 0, len(run.words)):
                self.by_surname.setdefault(" ".join(run.words[place:]), []).append(number)
            for word in run.words[1:-1]:  # "Ibarra" of "Lucía Ibarra Montes"
                if len(word) > 2:
                    self.by_surname.setdefault(word, []).append(number)
            if run.key[1] != run.words[-1]:
                self.by_surname.setdefault(run.key[1], []).append(number)
            if len(run.words) > 1:
                self.by_given.setdefault(run.words[0], []).append(number)
                given = given_names().get(plain(run.words[0]))
                if given in ("m", "f"):
                    self.all[number].genders.add(given)

    def _mention(self, runs: list[Run]) -> None:
        for run in runs:
            if len(run.words) == 1 and not self._bearers(run) and run.words[0] not in self.by_given:
                continue  # most runs: the first words of sentences, places, days
            number = self.naming(run)
            if number is not None or len(run.words) == 1:
                self.runs[run.start] = (run.end, number)
            if number is None:
                continue
            person = self.all[number]
            # a title tells more than a given name: "Ms. Robin Vance", "Mr. Andrea Conti"
            titled = {g for g in (known_titles()[t][0] for t in run.titles) if g}
            person.genders = titled if titled else person.genders
            roles = roles_beside(self.text, run)
            if roles:
                person.roles.append(roles)
                if not person.genders:
                    person.genders |= {g for g in (known_roles().get(word, ("", ()))[0] for word in roles) if g}
            if not self.places.quoted(run.start):
                self.at.append(run.start)
                self.who.append(number)

    def naming(self, run: Run) -> int | None:
        """The person a run names; None where it names none, or may name two."""
        if len(run.words) > 1:
            number = self.by_full.get(self._key(run))
            if number is not None:
                return number
        bearers = self._bearers(run)
        if not bearers and len(run.words) == 1:
            bearers = self.by_given.get(run.words[0], [])
        titled = {g for g in (known_titles()[t][0] for t in run.titles) if g}
        if len(bearers) > 1 and titled:
            bearers = [n for n in bearers if self.all[n].gender in titled]
        if len(bearers) > 1 and run.titles:
            roles = {known_titles()[t][1] for t in run.titles} - {"-"}
            bearers = [n for n in bearers if any(roles & r for r in self.all[n].roles)] if roles else bearers
        return bearers[0] if len(bearers) == 1 else None

    def _bearers(self, run: Run) -> list[int]:
        """The persons whose surname the whole run is; "Van der Hoek" at a sentence's head is van der Hoek within it."""
        surname = " ".join(run.words)
        found = self.by_surname.get(surname) or self.by_surname.get(surname[0].lower() + surname[1:], [])
        return list(dict.fromkeys(found))

    def _hear_pronouns(self) -> None:
        """Let "he" and "she" tell the gender of a person who stands alone in their sentence."""
        unknown = {n for n, person in enumerate(self.all) if not person.genders}
        if not unknown:
            return
        heard: dict[int, set[str]] = {}
        for match in _HE_SHE.finditer(self.text):
            sentence = self.places.sentence(match.start())
            alone = set(self.named_in(sentence, match.start()))
            if len(alone) == 1 and alone <= unknown and not self.places.quoted(match.start()):
                heard.setdefault(alone.pop(), set()).add("m" if match.group(1) else "f")
        for number, genders in heard.items():
            self.all[number].genders |= genders

    def named_in(self, sentence: int, before: int) -> list[int]:
        """The persons mentioned outside quotations in a sentence, up to ``before``, in order."""
        start, end = self.places.extent(sentence)
        end = min(end, before)
        return self.who[bisect_left(self.at, start) : bisect_left(self.at, end)]
