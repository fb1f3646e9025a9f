"""The answer for each source of an article, in the order of the text: who spoke before decides who "he" is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord import data
from onrecord.speaker.names import Run
from onrecord.speaker.people import People
from onrecord.speaker.phrase import AGE_OR_TIME, Reading, number_of, read_head, read_phrase
from onrecord.speaker.places import Places
from onrecord.speaker.roles import known_roles, widened

Found = tuple[str, int, int]  # name, start and end of the mention that gives it

_FORMER = frozenset(["former", "ex", "then"])
_DIRECTLY = re.compile(r"[^\s,;.]+(?: (?:[A-Z][\w.’'-]*|de|van|von|al|bin|der|la))*(?: \([^)]*\))?,?\s*\Z")
_LOOK_BACK = 3  # sentences before its own in which the person meant by a pronoun may stand
_SPEAKER_REACH = 6  # sentences after which the last speaker is no longer "he"
_UNNAMED_REACH = 3  # sentences after which an unnamed speaker is no longer "he"
_GROUP_REACH = 1  # sentences after which the last body or group is no longer "it" or "they"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rules make of an article's sources, in their order, and the persons that they found in its text.

    Each answer is (name, start, end), ``text[start:end]`` being the mention that gives the name, or None: unknown.
    ``doubted`` are the places of those that have no answer because two persons fit.
    """

    answers: tuple[Found | None, ...]
    doubted: frozenset[int]
    readings: tuple[Reading, ...]
    people: People


def resolve(text: str, sources: Sequence[Sequence[tuple[int, int]]]) -> Heard:
    """The best name for each statement's source; ``sources`` in text order, one sequence of spans a statement."""
    asked = _Answers(text, sources)
    answers = tuple(asked.resolve())
    doubted = frozenset(at for at, reading in enumerate(asked.readings) if reading.start in asked.doubted)
    return Heard(answers, doubted, tuple(asked.readings), asked.people)


def _bears(wanted: Sequence[str], words: Sequence[str], roles: frozenset[str]) -> bool:
    """Whether a person with these roles is "the" bearer of the ``wanted`` ones; the former minister is not."""
    return set(wanted) <= widened(roles) and not (_FORMER & roles and not _FORMER.intersection(words))


class _Answers:
    """The sources of one article as read, and who has spoken so far."""

    def __init__(self, text: str, sources: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.text = text
        self.readings = [self._read(spans) for spans in sources]
        self.places = Places(text)
        self.people = People(text, self.places, [reading.run for reading in self.readings if reading.run is not None])
        self.anonymous: dict[str, list[Found]] = {}
        self.former: set[int] = set()  # persons who hold their office no more
        self.bodies: dict[str, list[Found]] = {}
        self.last: tuple[int, int] | None = None  # last speaker and where
        self.doubted: set[int] = set()  # where a pronoun begins that two persons fit
        self.last_group: tuple[Found, int] | None = None

    def _read(self, spans: Sequence[tuple[int, int]]) -> Reading:
        readings = [read_phrase(self.text, start, end) for start, end in spans]
        named = (reading for reading in readings if reading.kind == "name")
        return next(named, readings[0] if readings else Reading("none", 0, 0))

    def resolve(self) -> list[Found | None]:
        """One answer for each source."""
        answers = [self._answer(reading) for reading in self.readings]
        for index, reading in enumerate(self.readings):
            if reading.kind == "pronoun" and reading.words == ("i",):
                answers[index] = self._first_person(index, answers)
        return answers

    def _answer(self, reading: Reading) -> Found | None:
        if reading.kind == "name" and reading.run is not None:
            return self._named(reading.run)
        if reading.kind == "pronoun":
            return self._pronoun(reading)
        if reading.kind == "definite":
            return self._definite(reading)
        if reading.kind == "phrase":
            found = self._body(reading)
            self.last_group = (found, reading.start)
            if reading.words:
                self.anonymous.setdefault(reading.words[-1], []).append(found)
            return found
        return None

    def _body(self, reading: Reading) -> Found:
        """The phrase itself; "the bank" is the one body introduced with that word, the Bank of Norland."""
        phrase = self.text[reading.start : reading.end]
        introduced = self.bodies.get(phrase, [])
        if len(introduced) == 1 and self.text[max(0, reading.start - 4) : reading.start].lower() == "the ":
            return introduced[0]
        found = (phrase, reading.start, reading.end)
        if phrase[:1].isupper():
            for word in set(phrase.split()):
                if word in data.words("organisation_words"):
                    self.bodies.setdefault(word.lower(), []).append(found)
        return found

    def _named(self, run: Run) -> Found | None:
        number = self.people.naming(run)
        if number is not None:
            return self._speaks(number, run.start, run.end)
        if " ".join(run.words) in self.people.by_surname:  # borne by two
            return None
        found = (self.text[run.start : run.end], run.start, run.end)
        self.last_group = (found, run.start)
        return found

    def _speaks(self, number: int, start: int, end: int | None = None) -> Found:
        """Answer with a person, and remember who spoke last."""
        self.last = (number, start)
        person = self.people[number]
        same = end is not None and self.text[start:end] == person.name
        return (person.name, start, end or start) if same else (person.name, person.start, person.end)

    def _pronoun(self, reading: Reading) -> Found | None:
        wanted = reading.words[0]
        if self.places.quoted(reading.start):
            return None  # the speaker's "he" looks back to what was said, not to what the article told before
        if wanted in ("m", "f"):
            number = self._he_or_she(reading.start, wanted)
            return self._unnamed(reading.start) if number is None else self._speaks(number, reading.start)
        if wanted in ("it", "they") and self.last_group is not None:
            found, position = self.last_group
            if number_of(found[0]) != wanted:
                return None
            spoke_since = self.last is not None and self.last[1] > position
            near = self.places.sentence(reading.start) - self.places.sentence(position) <= _GROUP_REACH
            return found if near and not spoke_since else None
        if wanted == "who":
            index = bisect_left(self.people.at, reading.start) - 1
            if index >= 0 and _DIRECTLY.match(self.text, self.people.at[index], reading.start):
                return self._speaks(self.people.who[index], reading.start)
        return None

    def _unnamed(self, position: int) -> Found | None:
        """He or she who spoke last without a name, "a senior official", where nobody is named since."""
        if self.last_group is None:
            return None
        found, at = self.last_group
        head = read_head(found[0])
        near = self.places.sentence(position) - self.places.sentence(at) <= _UNNAMED_REACH
        named = bisect_left(self.people.at, position) - bisect_left(self.people.at, found[1])
        if head not in known_roles() or number_of(found[0]) == "they" or not near or named:
            return None
        return None if self.last is not None and self.last[1] > at else found

    def _he_or_she(self, position: int, gender: str) -> int | None:
        """The nearest sentence that names a compatible person decides; the last speaker decides between several."""
        sentence_of = self.places.sentence
        own = sentence_of(position)
        # in '…,” he said' and 'the vote was off, he said' the persons of the sentence itself are those spoken about
        aside = self.text[max(0, position - 3) : position].rstrip()[-1:] in (",", "”", '"', "’", "'", "—", "–")
        for sentence in range(own - aside, max(-1, own - _LOOK_BACK - 1), -1):
            group = set()
            for number in self.people.named_in(sentence, position):
                if self.people[number].gender in (gender, None):
                    group.add(number)
            if self.last is not None and sentence_of(self.last[1]) == sentence and self._fits(gender):
                group.add(self.last[0])
            if len(group) == 1:
                return group.pop()
            if group:  # several: she who spoke in that very sentence goes on speaking
                if self.last is not None and sentence_of(self.last[1]) == sentence and self.last[0] in group:
                    return self.last[0]
                self.doubted.add(position)
                return None
        if self.last is not None and self._fits(gender) and own - sentence_of(self.last[1]) <= _SPEAKER_REACH:
            return self.last[0]
        return None

    def _fits(self, gender: str) -> bool:
        return self.last is not None and self.people[self.last[0]].gender in (gender, None)

    def _definite(self, reading: Reading) -> Found | None:
        """Answer "the minister" with the one person, or else the one unnamed source, introduced so."""
        wanted = [word for word in reading.words if not AGE_OR_TIME.match(word) and not word.endswith(("ing", "ed"))]
        if not wanted:
            return None
        bearers = [
            n
            for n, person in enumerate(self.people.all)
            if person.start < reading.start and any(_bears(wanted, reading.words, roles) for roles in person.roles)
        ]
        past = bool(_FORMER.intersection(reading.words))
        if not past:
            bearers = [n for n in bearers if n not in self.former]
        elif len(bearers) == 1:
            self.former.add(bearers[0])
        unnamed = self.anonymous.get(wanted[-1], [])
        if len(bearers) == 1:
            return None if unnamed else self._speaks(bearers[0], reading.start)
        return unnamed[0] if not bearers and len(unnamed) == 1 and len(wanted) == 1 else None

    def _first_person(self, index: int, answers: list[Found | None]) -> Found | None:
        """Who says "I" within a quotation: the one speaker named beside it in its paragraph."""
        position = self.readings[index].start
        if not self.places.quoted(position):
            return None
        low = self.text.rfind("\n", 0, position)
        high = self.text.find("\n", position)
        high = len(self.text) if high == -1 else high
        beside = {
            answer[0]: answer
            for reading, answer in zip(self.readings, answers, strict=True)
            if answer is not None and low < reading.start < high and not self.places.quoted(reading.start)
        }
        return next(iter(beside.values())) if len(beside) == 1 else None
