"""Who a source is: the best name that the article itself gives, until coreference is resolved by a model.

Names are found by capitals, titles, common given names and roles (``data/titles.tsv``, ``given_names.tsv``,
``roles.tsv``). A bare surname takes the full name first given, "he" and "she" the last compatible speaker or person,
"the minister" the one person introduced as such. What stays ambiguous is unknown: None, never a guess. Anonymous and
collective sources ("two officials", "the ministry") are their own names, without a leading article.

Every pass is linear in the text, and looking back for a pronoun is bounded by sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from onrecord import data

Found = tuple[str, int, int]  # name, start and end of the mention that gives it

_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ]"
_CAPITAL = re.compile(_UPPER)
# One capitalised word: Lind, O’Hara, McKay, Hale-Orlan, J.; a possessive ’s stays outside.
_CAP = rf"(?:{_UPPER}\.|(?:[OD][’'])?{_UPPER}[^\W\d_]*(?:[-’'](?!s\b)[^\W\d_]+)*)"
_PARTICLE = r"(?:van der|van den|van de|de la|de los|von der|van|von|de|del|della|di|da|dos|du|der|bin|al|el|ter|ten)"
_QUOTED = re.compile(r"“[^“”\n]*”?|\"[^\"\n]*\"?|``[^`\n]*?''|(?<![^\W_])‘[^‘’\n]*[,.?!]’")
_STOP = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[`]*[A-Z0-9])|\n")
_LETTERS = re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile(r"\S+")
_CLAUSE_END = re.compile(r"\s*(?:, (?:who|which|whose|speaking|all|both|including)\b|(?<=\s)\(|\n|[—–;:])")
# Begins with a letter class, which a search skips to, and so looks back for the word boundary.
_HE_SHE = re.compile(r"[HhSs](?:(?<![^\W_].)(?:(?<=[Hh])(e|im|is|imself)|(?<=[Ss])he|(?<=[Hh])er(?:s|self)?))\b")
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
# Where the core of a noun phrase ends and its complements begin.
_COMPLEMENT = re.compile(
    r"\s*[,(;:—–\n]|\s+(?:of|for|from|in|at|with|within|on|to|close|familiar|whose|who|which|that|near|involved|"
    r"briefed|opposed|speaking|representing|and)\b",
)
_HAS_COMPLEMENT = re.compile(r" (?:of|for|from|in|with|within|close|familiar|opposed|and)\b")
_NAMED = re.compile(r"\b(?:named|called|identified as|known as)\s+")
_AGE_OR_TIME = re.compile(r"(?:\d+-year-old|then-?|former|ex-|current|outgoing|veteran|new|late|same|elder|younger)\Z")
_SUFFIXES = ("Jr.", "Sr.", "Jr", "Sr", "II", "III", "IV")
_LOOK_BACK = 3  # sentences before its own in which the person meant by a pronoun may stand
_SPEAKER_REACH = 6  # sentences after which the last speaker is no longer "he"
_GROUP_REACH = 1  # sentences after which the last body or group is no longer "it" or "they"
_ROLE_WINDOW = 70  # characters beside a name in which its role is read


@dataclass(slots=True)
class _Person:
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


class _Run(NamedTuple):  # a tuple, since a text of 1,000 words has a hundred of them
    """A run of capitalised words: ``[start, end)`` of the name in it, its words, and what stood before them."""

    start: int
    end: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    person: bool

    @property
    def key(self) -> tuple[str, str]:
        """First and last name: initials, middle names and "Jr." do not part a person in two."""
        last = self.words[-2] if self.words[-1] in _SUFFIXES and len(self.words) > 2 else self.words[-1]
        return self.words[0], last


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source phrase understood. ``kind``: name, pronoun, definite (a person by role), phrase (itself), none."""

    kind: str
    start: int
    end: int
    words: tuple[str, ...] = ()
    run: _Run | None = None


def resolve(text: str, sources: Sequence[Sequence[tuple[int, int]]]) -> list[Found | None]:
    """The best name for each statement's source; ``sources`` in text order, one sequence of spans a statement.

    Each answer is (name, start, end), ``text[start:end]`` being the mention that gives the name, or None: unknown.
    """
    return _Article(text, sources).resolve()


class _Article:
    """The persons of one article and where they are mentioned."""

    def __init__(self, text: str, sources: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.text = text
        self.stops = [m.end() for m in _STOP.finditer(text) if _ends_sentence(text, m)]
        quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(text)]
        self.quote_starts = [start for start, _ in quoted]
        self.quote_ends = [end for _, end in quoted]
        self.readings = [self._read(spans) for spans in sources]
        self.people: list[_Person] = []
        self.by_full: dict[tuple[str, str], int] = {}
        self.by_surname: dict[str, list[int]] = {}
        self.by_given: dict[str, list[int]] = {}
        runs = list(_runs(text))
        self._introduce(runs)
        self.at: list[int] = []  # where persons are mentioned outside quotations …
        self.who: list[int] = []  # … and which
        self._mention(runs)
        self._hear_pronouns()
        self.anonymous: dict[str, list[Found]] = {}
        self.bodies: dict[str, list[Found]] = {}
        self.last: tuple[int, int] | None = None  # last speaker and where
        self.last_group: tuple[Found, int] | None = None

    # --- reading sources --------------------------------------------------------------------------------------------

    def _read(self, spans: Sequence[tuple[int, int]]) -> _Reading:
        readings = [_read_phrase(self.text, start, end) for start, end in spans]
        named = (reading for reading in readings if reading.kind == "name")
        return next(named, readings[0] if readings else _Reading("none", 0, 0))

    # --- who is there -----------------------------------------------------------------------------------------------

    def _introduce(self, runs: list[_Run]) -> None:
        """Make a person of every full name, then of every titled surname that none of them bears."""
        sourced = [reading.run for reading in self.readings if reading.run is not None]
        sure = sorted({run.start: run for run in (*runs, *sourced) if run.person}.values(), key=lambda run: run.start)
        for run in sure:
            if len(run.words) > 1 and not self._bearers(run):
                self._add(run)
        self._vouch(runs, [run for run in (*sourced, *sure) if len(run.words) == 1])
        for run in sure:
            if len(run.words) == 1 and run.titles and run.words[0] not in self.by_surname:
                self._add(run)

    def _vouch(self, runs: list[_Run], bare: list[_Run]) -> None:
        """Let a source's bare surname vouch that the run of capitals which ends in it is a full name."""
        surnames = {run.words[0] for run in bare} - self.by_surname.keys() - self.by_given.keys()
        full: dict[str, dict[tuple[str, str], _Run]] = {}
        for run in runs:
            if run.words[-1] in surnames and _may_be_name(run):
                full.setdefault(run.words[-1], {}).setdefault(run.key, run)
        for found in full.values():
            if len(found) == 1:
                self._add(*found.values())

    def _add(self, run: _Run) -> None:
        key = run.key
        number = self.by_full.get(key)
        if number is None:
            number = self.by_full[key] = len(self.people)
            self.people.append(_Person(self.text[run.start : run.end], run.start, run.end))
            for place in range(1 if len(run.words) > 1 else 0, len(run.words)):
                self.by_surname.setdefault(" ".join(run.words[place:]), []).append(number)
            if key[1] != run.words[-1]:
                self.by_surname.setdefault(key[1], []).append(number)
            if len(run.words) > 1:
                self.by_given.setdefault(run.words[0], []).append(number)
                given = _given_names().get(run.words[0])
                if given in ("m", "f"):
                    self.people[number].genders.add(given)

    def _mention(self, runs: list[_Run]) -> None:
        for run in runs:
            if len(run.words) == 1 and run.words[0] not in self.by_surname and run.words[0] not in self.by_given:
                continue  # most runs: the first words of sentences, places, days
            number = self._person(run)
            if number is None:
                continue
            person = self.people[number]
            # a title tells more than a given name: "Ms. Robin Vance", "Mr. Andrea Conti"
            titled = {g for g in (_titles()[t][0] for t in run.titles) if g}
            person.genders = titled if titled else person.genders
            roles = _roles_beside(self.text, run)
            if roles:
                person.roles.append(roles)
                if not person.genders:
                    person.genders |= {g for g in (_roles().get(word, ("", ()))[0] for word in roles) if g}
            if not self._quoted(run.start):
                self.at.append(run.start)
                self.who.append(number)

    def _person(self, run: _Run) -> int | None:
        """The person a run names; None where it names none, or may name two."""
        if len(run.words) > 1:
            number = self.by_full.get(run.key)
            if number is not None:
                return number
        bearers = self._bearers(run)
        if not bearers and len(run.words) == 1:
            bearers = self.by_given.get(run.words[0], [])
        titled = {g for g in (_titles()[t][0] for t in run.titles) if g}
        if len(bearers) > 1 and titled:
            bearers = [n for n in bearers if self.people[n].gender in titled]
        if len(bearers) > 1 and run.titles:
            roles = {_titles()[t][1] for t in run.titles} - {"-"}
            bearers = [n for n in bearers if any(roles & r for r in self.people[n].roles)] if roles else bearers
        return bearers[0] if len(bearers) == 1 else None

    def _bearers(self, run: _Run) -> list[int]:
        """The persons whose surname the whole run is; "Van der Hoek" at a sentence's head is van der Hoek within it."""
        surname = " ".join(run.words)
        return self.by_surname.get(surname) or self.by_surname.get(surname[0].lower() + surname[1:], [])

    def _hear_pronouns(self) -> None:
        """Let "he" and "she" tell the gender of a person who stands alone in their sentence."""
        unknown = {n for n, person in enumerate(self.people) if not person.genders}
        if not unknown:
            return
        heard: dict[int, set[str]] = {}
        for match in _HE_SHE.finditer(self.text):
            sentence = self._sentence(match.start())
            alone = set(self._named_in(sentence, match.start()))
            if len(alone) == 1 and alone <= unknown and not self._quoted(match.start()):
                heard.setdefault(alone.pop(), set()).add("m" if match.group(1) else "f")
        for number, genders in heard.items():
            self.people[number].genders |= genders

    # --- places in the text -----------------------------------------------------------------------------------------

    def _sentence(self, position: int) -> int:
        return bisect_right(self.stops, position)

    def _quoted(self, position: int) -> bool:
        return self._quotation(position) is not None

    def _quotation(self, position: int) -> int | None:
        index = bisect_right(self.quote_starts, position) - 1
        return index if index >= 0 and position < self.quote_ends[index] else None

    def _named_in(self, sentence: int, before: int) -> list[int]:
        """The persons mentioned outside quotations in a sentence, up to ``before``, in order."""
        start = self.stops[sentence - 1] if sentence else 0
        end = min(self.stops[sentence] if sentence < len(self.stops) else len(self.text), before)
        return self.who[bisect_left(self.at, start) : bisect_left(self.at, end)]

    # --- answers ----------------------------------------------------------------------------------------------------

    def resolve(self) -> list[Found | None]:
        answers = [self._answer(reading) for reading in self.readings]
        for index, reading in enumerate(self.readings):
            if reading.kind == "pronoun" and reading.words == ("i",):
                answers[index] = self._first_person(index, answers)
        return answers

    def _answer(self, reading: _Reading) -> Found | None:
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

    def _body(self, reading: _Reading) -> Found:
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

    def _named(self, run: _Run) -> Found | None:
        number = self._person(run)
        if number is not None:
            return self._speaks(number, run.start, run.end)
        if " ".join(run.words) in self.by_surname:  # borne by two
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

    def _pronoun(self, reading: _Reading) -> Found | None:
        wanted = reading.words[0]
        if self._quoted(reading.start):
            return None  # the speaker's "he" looks back to what was said, not to what the article told before
        if wanted in ("m", "f"):
            number = self._he_or_she(reading.start, wanted)
            return None if number is None else self._speaks(number, reading.start)
        if wanted in ("it", "they") and self.last_group is not None:
            found, position = self.last_group
            if _number(found[0]) != wanted:
                return None
            spoke_since = self.last is not None and self.last[1] > position
            near = self._sentence(reading.start) - self._sentence(position) <= _GROUP_REACH
            return found if near and not spoke_since else None
        if wanted == "who":
            index = bisect_left(self.at, reading.start) - 1
            if index >= 0 and re.fullmatch(r"[^.;\n]{1,80},?\s*", self.text[self.at[index] : reading.start]):
                return self._speaks(self.who[index], reading.start)
        return None

    def _he_or_she(self, position: int, gender: str) -> int | None:
        """The nearest sentence that names a compatible person decides; the last speaker decides between several."""
        own = self._sentence(position)
        # in '…,” he said' and 'the vote was off, he said' the persons of the sentence itself are those spoken about
        aside = self.text[max(0, position - 3) : position].rstrip()[-1:] in (",", "”", '"', "’", "'", "—", "–")
        for sentence in range(own - aside, max(-1, own - _LOOK_BACK - 1), -1):
            group = set()
            for number in self._named_in(sentence, position):
                if self.people[number].gender in (gender, None):
                    group.add(number)
            if self.last is not None and self._sentence(self.last[1]) == sentence and self._fits(gender):
                group.add(self.last[0])
            if len(group) == 1:
                return group.pop()
            if group:  # several: she who spoke in that very sentence goes on speaking
                spoke = self.last is not None and self._sentence(self.last[1]) == sentence and self.last[0] in group
                return self.last[0] if self.last is not None and spoke else None
        if self.last is not None and self._fits(gender) and own - self._sentence(self.last[1]) <= _SPEAKER_REACH:
            return self.last[0]
        return None

    def _fits(self, gender: str) -> bool:
        return self.last is not None and self.people[self.last[0]].gender in (gender, None)

    def _definite(self, reading: _Reading) -> Found | None:
        """Answer "the minister" with the one person, or else the one unnamed source, introduced so."""
        wanted = [word for word in reading.words if not _AGE_OR_TIME.match(word)]
        if not wanted:
            return None
        bearers = [
            n
            for n, person in enumerate(self.people)
            if person.start < reading.start and any(set(wanted) <= _widened(roles) for roles in person.roles)
        ]
        unnamed = self.anonymous.get(wanted[-1], [])
        if len(bearers) == 1:
            return None if unnamed else self._speaks(bearers[0], reading.start)
        return unnamed[0] if not bearers and len(unnamed) == 1 and len(wanted) == 1 else None

    def _first_person(self, index: int, answers: list[Found | None]) -> Found | None:
        """Who says "I" within a quotation: the one speaker named beside it in its paragraph."""
        position = self.readings[index].start
        if not self._quoted(position):
            return None
        low = self.text.rfind("\n", 0, position)
        high = self.text.find("\n", position)
        high = len(self.text) if high == -1 else high
        beside = {
            answer[0]: answer
            for reading, answer in zip(self.readings, answers, strict=True)
            if answer is not None and low < reading.start < high and not self._quoted(reading.start)
        }
        return next(iter(beside.values())) if len(beside) == 1 else None


# --- runs of capitals -----------------------------------------------------------------------------------------------


@cache
def _run_pattern() -> re.Pattern[str]:
    dotted = "|".join(re.escape(t) for t in sorted(data.words("titles"), key=len, reverse=True) if t.endswith("."))
    word = rf"(?:(?:{dotted}|Jr\.|Sr\.)|{_CAP})"
    return re.compile(rf"(?<![^\W_]){word}(?: (?:{_PARTICLE} )?{word})*")


def _capital_runs(text: str) -> Iterator[re.Match[str]]:
    # Jumping from capital to capital is three times as fast as trying the long pattern at every character.
    pattern, at = _run_pattern(), 0
    while (capital := _CAPITAL.search(text, at)) is not None:
        match = pattern.match(text, capital.start())
        at = match.end() if match is not None else capital.end()
        if match is not None:
            yield match


def _runs(text: str) -> Iterator[_Run]:
    titles = _titles()
    shapes: dict[str, _Run | None] = {}  # an article repeats its names: each is taken apart once
    for match in _capital_runs(text):
        written = match.group()
        start = match.start()
        if " " not in written:
            if written not in titles:
                yield _Run(start, match.end(), (written,), (), person=False)
            continue
        if written not in shapes:
            shapes[written] = _as_run(written, 0, len(written))
        shape = shapes[written]
        if shape is None:
            continue
        run = _Run(start + shape.start, start + shape.end, shape.words, shape.titles, shape.person)
        yield _sure(run) if not run.person and _may_be_name(run) and _roles_beside(text, run) else run


def _as_run(text: str, start: int, end: int) -> _Run | None:
    """Take the titles off a run of capitals; None where nothing else is in it."""
    places = [(m.start(), m.end()) for m in _WRITTEN.finditer(text, start, end)]
    words = [text[low:high] for low, high in places]
    titled = [i for i, word in enumerate(words) if word in _titles()]
    first = _name_start(words, titled)
    if first == len(words):
        return None
    while words[first][0].islower():  # a particle left over at the head
        first += 1
    titles = tuple(words[i] for i in titled if i < first)
    name = tuple(words[first:])
    given = _given_names()
    if not titles and name[0] not in given:
        later = next((i for i in range(1, len(name) - 1) if name[i] in given), None)
        if later is not None and not _organisation(name[later:]):
            first, name = first + later, name[later:]
    person = not _organisation(name) and len(name) <= 6 and (bool(titles) or (len(name) > 1 and name[0] in given))
    return _Run(places[first][0], end, name, titles, person)


def _name_start(words: list[str], titled: list[int]) -> int:
    """After the last title of the run, if the titles lead up to a name: "Norland Foreign Minister | Anna Lind"."""
    if not titled:
        return 0
    if titled[-1] == len(words) - 1:  # "Norland Senate", or titles alone: "Prime Minister"
        return 0 if titled[0] > 0 else len(words)
    return titled[-1] + 1


def _may_be_name(run: _Run) -> bool:
    """Two to four capitalised words, none of them a body's word or one that opens sentences."""
    if not 2 <= len(run.words) <= 4 or _organisation(run.words):
        return False
    return run.words[0].lower() not in data.words("function_words", "determiners")


def _organisation(words: Sequence[str]) -> bool:
    return any(word in data.words("organisation_words") for word in words)


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """Title → (gender or "", role or "-")."""
    return {title: (gender, role or "-") for title, gender, role in data.table("titles", 3)}


@cache
def _given_names() -> dict[str, str]:
    return {row[0]: row[1] for row in data.table("given_names", 2)}


@cache
def _pronouns() -> dict[str, str]:
    """Pronoun → m, f, it, they, i, we or who."""
    return {row[0]: row[1] for row in data.table("pronouns", 2)}


@cache
def _roles() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Role → (gender or "", wider words for it)."""
    return {role: (gender, tuple(wider.split())) for role, gender, wider in data.table("roles", 3)}


def _widened(roles: frozenset[str]) -> set[str]:
    """Role words and the wider words for them: a senator is a lawmaker too."""
    return set(roles).union(*(_roles().get(word, ("", ()))[1] for word in roles))


_LOWER_BEFORE = re.compile(r"((?:[a-z]+(?:-[a-z]+)* ){1,4})\Z")
_APPOSED = re.compile(
    r",? (?:the |a |an |its |his |her |their |[^\W\d_]+[’']s )?"
    r"((?:[^\W\d_]+(?:-[^\W\d_]+)* ){0,4}?[^\W\d_]+(?:-[^\W\d_]+)*)"
    r"(?=[,.;]| of | for | in | at | from | who | and )"
)
_ROLE_THEN_COMMA = re.compile(
    r"((?:(?!(?:of|for|in|at)\b)[a-z]+(?:-[a-z]+)* ){0,3}(?!(?:of|for|in|at)\b)[a-z]+(?:-[a-z]+)*)"
    r"(?: (?:of|for|in|at) [^,.;\n]{1,40})?, \Z"
)


def _roles_beside(text: str, run: _Run) -> frozenset[str]:
    """Role words that a name is given where it stands: titles, "foreign minister | Lind", "Lind, | the minister"."""
    found = {_titles()[title][1] for title in run.titles} - {"-"}
    line = text.rfind("\n", max(0, run.start - _ROLE_WINDOW), run.start) + 1
    low = max(line, run.start - _ROLE_WINDOW)
    before = text[low : run.start]
    apposed = before.endswith(", ")
    if apposed or (before[-2:-1].islower() and before[:-1].rpartition(" ")[2] in _roles()):  # else spare the search
        match = (_ROLE_THEN_COMMA if apposed else _LOWER_BEFORE).search(before)
        if match is not None and match.group(1).split()[-1] in _roles():
            found |= _role_words(match.group(1))
    if text.startswith(", ", run.end):
        match = _APPOSED.match(text, run.end, run.end + _ROLE_WINDOW)
        words = match.group(1).split() if match else []
        if match and words[-1].lower() in _roles():
            found |= _role_words(match.group(1))
    return frozenset(found)


def _role_words(phrase: str) -> set[str]:
    words = phrase.lower().split()
    opening = max((i + 1 for i, word in enumerate(words) if word in data.words("determiners")), default=0)
    return {word for word in words[opening:] if not word.endswith("ly")}


# --- source phrases -------------------------------------------------------------------------------------------------


def _read_phrase(text: str, start: int, end: int) -> _Reading:
    """Understand one source phrase ``text[start:end]``."""
    start, end = _trimmed(text, start, end)
    if start >= end:
        return _Reading("none", start, start)
    low = text[start:end].lower()
    pronoun = _pronouns().get(low)
    if pronoun is not None:
        return _Reading("pronoun", start, end, (pronoun,))
    core_end = _core_end(text, start, end)
    if _joins_names(text, start, end):
        return _itself(text, start, _clause_end(text, start, end))
    run = _trailing_run(text, start, core_end) or _after_comma(text, start, core_end, end)
    if run is not None:
        return _Reading("name", run.start, run.end, run=run)
    return _nominal(text, start, core_end, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \n\t\xa0\"“”‘'`,;:—–-":
        start += 1
    while start < end and text[end - 1] in " \n\t\xa0\"“”‘’'`,;:—–-":
        end -= 1
    if text[max(start, end - 2) : end] in ("'s", "’s"):
        end -= 2
    return start, end


def _core_end(text: str, start: int, end: int) -> int:
    match = _COMPLEMENT.search(text, start + 1, end)
    return match.start() if match else end


def _clause_end(text: str, start: int, end: int) -> int:
    """The phrase without what a comma or bracket adds to it."""
    match = _CLAUSE_END.search(text, start + 1, end)
    comma = text.find(", ", start, end)
    if match:
        return match.start()
    return comma if comma != -1 and " and " not in text[comma:end] else end


def _joins_names(text: str, start: int, end: int) -> bool:
    """Whether the phrase coordinates two sources: "Anna Lind and Karl Orlan"."""
    at = text.find(" and ", start, _clause_end(text, start, end))
    if at == -1:
        return False
    left, right = text[start:at], text[at + 5 : end]
    return (
        bool(re.search(rf"{_UPPER}[^\W\d_]+[^,]*\Z", left))
        and not left.startswith("The ")
        and bool(re.match(rf"(?:the |a |an |his |her )?{_UPPER}|(?:the|a|an|his|her) ", right))
    )


def _trailing_run(text: str, start: int, core_end: int) -> _Run | None:
    """The person or bare name at the end of a core: "Foreign Minister | Anna Lind", "spokesman | Petr Vance"."""
    named = _NAMED.search(text, start, core_end)
    begin = named.end() if named else start
    last = None
    for match in _run_pattern().finditer(text, begin, core_end):
        last = match
    if last is None or last.end() != core_end:
        return None
    run = _as_run(text, last.start(), last.end())
    if run is None:
        return None
    if len(run.words) == 1 and not run.titles and last.start() == start and _complemented(text, core_end):
        return None  # "Supporters of the bill": a capital for the sentence's sake
    before = text[start : last.start()].split()
    role_before = bool(before) and before[-1].lower() in _roles()
    if run.person or named or role_before:
        return run if _organisation(run.words) else _sure(run)
    if before or last.group().startswith("The ") or _organisation(run.words):
        return None
    # No article, nothing before it: a name or a body; two to four words without a body's word count as a person.
    return _sure(run) if 2 <= len(run.words) <= 4 and not all(w.isupper() for w in run.words) else run


def _complemented(text: str, core_end: int) -> bool:
    return _HAS_COMPLEMENT.match(text, core_end) is not None


def _sure(run: _Run) -> _Run:
    return _Run(run.start, run.end, run.words, run.titles, person=True)


def _after_comma(text: str, start: int, core_end: int, end: int) -> _Run | None:
    """The name in apposition to a role: "Norland’s foreign minister, | Anna Lind", "mayor of Lessing, | Jon Pell"."""
    core = text[start:core_end].lower().split()
    if not core or core[-1] not in _roles():
        return None
    comma = text.find(", ", core_end, end)
    if comma == -1:
        return None
    match = _run_pattern().match(text, comma + 2, end)
    if match is None or (match.end() < end and text[match.end()] not in ",( "):
        return None
    run = _as_run(text, match.start(), match.end())
    return _sure(run) if run is not None and not _organisation(run.words) else None


def _nominal(text: str, start: int, core_end: int, end: int) -> _Reading:
    """A phrase without a name of its own: a person by role, or itself."""
    words = [word.lower() for word in text[start:core_end].split()]
    if not words:
        return _itself(text, start, end)
    definite = words[0] in ("the", "this", "that") or (
        # a capitalised office alone: "the Prime Minister", "President"
        all(word in _titles() for word in text[start:core_end].split())
    )
    bare = [word for word in words if word not in data.words("determiners")]
    possessive = any(word.endswith(("'s", "’s", "s’", "s'")) for word in words)
    role = bool(bare) and (bare[-1] in _roles() or bool(_AGE_OR_TIME.match(bare[-1])))
    if definite and role and not possessive:
        return _Reading("definite", start, end, tuple(bare))
    reading = _itself(text, start, _clause_end(text, start, end))
    known = role and not definite and not possessive
    return _Reading(reading.kind, reading.start, reading.end, tuple(bare[-1:]) if known else ())


def _itself(text: str, start: int, end: int) -> _Reading:
    """The phrase without its article; a capital "The" stays where it is part of a name in mid-sentence."""
    article = _ARTICLE.match(text, start, end)
    if article is not None and (text[start].islower() or text[article.end()].islower() or _opens_sentence(text, start)):
        start = article.end()
    return _Reading("phrase" if start < end else "none", start, end)


def _number(phrase: str) -> str:
    """How a body or a group is taken up again: "it", "they", or neither where its head tells nothing."""
    match = _COMPLEMENT.search(phrase)
    words = phrase[: match.start() if match else len(phrase)].split()
    if not words:
        return ""
    head = words[-1].lower()
    if head == "people" or (head.endswith("s") and not head.endswith("ss")):
        return "they"
    return "it" if phrase[0].isupper() or head in data.words("audience") else ""


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" ")
    return not before or before[-1] in '.!?\n”"’'


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    if text[stop.start()] != ".":
        return True
    words = _LETTERS.findall(text, max(0, stop.start() - 12), stop.start())  # 12: longer than any abbreviation listed
    if not words or not text[stop.start() - 1].isalpha():
        return True
    return words[-1] not in data.words("abbreviations") and not (len(words[-1]) == 1 and words[-1].isupper())
