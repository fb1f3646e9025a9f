"""Names of persons and organisations taken apart, and whether two may be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from onrecord import data
from onrecord.kb.text import fold

EXACT, VARIANT, INITIAL = 1.0, 0.97, 0.85
"""What a name is worth against another: the same; by a nickname or another transliteration; by an initial."""

_LONGEST = 7  # words; longer ones are phrases that were taken for a name
_LEADING = ("of", "for", "the", "and", "on")  # small words among titles: "Secretary of State Anna Lind"
_POSSESSOR = re.compile(r"\A.*?[^\s'’]['’]s\s+(?=\S)", re.DOTALL)  # "OPEC's Secretary-General | Anna Lind"
_TAKEN_OFF = re.compile(r"['’]s?\Z|\s*\([^)]*\)|[\"“”][^\"“”]*[\"“”]")  # possessives, brackets, “Bud”
_INITIALS = re.compile(r"\b((?:[A-Za-z]\.){2,})")  # "J.R." are two words
# Zelensky, Zelenskyy, Zelenskiy; Sergei, Sergey: transliterations end as they please (as in kb/naming.py).
_ENDING = re.compile(r"(?:yy|iy|ii|yi|ei|ey|ij|i)$")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in folded words: "Dr. J. Robert van der Lind Jr." → robert, (j,), (van, der), lind, jr.

    ``given`` is empty where only a surname is known; ``middles`` are the other names, in order, and initials.
    """

    given: str
    middles: tuple[str, ...]
    particles: tuple[str, ...]
    surname: str
    suffix: str

    @property
    def full(self) -> bool:
        """Whether there is more than a surname."""
        return bool(self.given)


@lru_cache(maxsize=65536)  # the same names come back in every article
def person_name(name: str) -> PersonName | None:
    """Take a name apart; None where it is no person's: a title alone, a description, words in small letters."""
    left = _without_titles(_POSSESSOR.sub("", name.strip()))
    suffixes = {row[0]: row[1] for row in data.table("person_suffixes", 2)}
    particles = data.words("person_particles")
    folded = fold(_INITIALS.sub(lambda found: found[1].replace(".", ". "), " ".join(left)).replace(",", " ")).split()
    suffix = ""
    while len(folded) > 1 and folded[-1] in suffixes:
        suffix = suffix or suffixes[folded.pop()]
    if not folded or any(not word[:1].isalpha() for word in folded):
        return None
    if folded[-1] in particles and len(folded) > 1:  # "Ban Ki-san": it ends the name, and so is no particle
        particles = particles - {folded[-1]}
    surname, rest = folded[-1], folded[:-1]
    given = left[0][:1].isupper() and fold(left[0]) in rest[:1]  # "Al Hale" and "Ed Hale", but not "al-Hale"
    led = tuple(word for at, word in enumerate(rest) if word in particles and not (given and at == 0))
    others = [word for at, word in enumerate(rest) if word not in particles or (given and at == 0)]
    if len(others) > 1 and len(others[0]) == 1 and len(others[1]) > 1:  # "J. Robert Lind" goes by Robert
        others[0], others[1] = others[1], others[0]
    return PersonName(others[0] if others else "", tuple(others[1:]), led, surname, suffix)


def person_likeness(a: PersonName, b: PersonName) -> float:
    """What two names are worth as one person's, in [0, 1]; 0.0 for those of two persons and for a surname alone."""
    if not a.full or not b.full or contradict(a, b):
        return 0.0
    if _ending(a.surname) != _ending(b.surname):
        return 0.0
    if a.given == b.given:
        return EXACT if a.surname == b.surname else VARIANT
    return INITIAL if len(a.given) == 1 or len(b.given) == 1 else VARIANT


def contradict(a: PersonName, b: PersonName) -> bool:
    """Whether one person cannot bear both, surnames aside: Mara and Ines, John A. and John B., Jr. and Sr."""
    if a.full and b.full and not _one_given(a.given, b.given):
        return True
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return True
    if a.particles and b.particles and a.particles != b.particles:
        return True
    fewer, more = sorted((a.middles, b.middles), key=len)
    at = 0
    for word in fewer:  # each has its like in the longer row, in order
        while at < len(more) and not _one_given(word, more[at]):
            at += 1
        if at == len(more):
            return True
        at += 1
    return False


def given_letter(name: PersonName) -> str:
    """The first letter of the given name in its long form: Bill, William and W. are "w"."""
    return long_form(name.given)[:1]


def surname_key(name: PersonName) -> str:
    """The surname with transliterations made one."""
    return _ending(name.surname)


def long_form(given: str) -> str:
    """Bill → william; others stay."""
    return _long_forms().get(given, given)


@lru_cache(maxsize=65536)
def organisation_name(name: str) -> tuple[str, ...]:
    """The words that tell an organisation: "The Ministry of Transport", "Transport Ministry" → transport, ministry."""
    filler = data.words("person_companies")
    folded = spelled(_TAKEN_OFF.sub("", name))
    if len(folded) > 1 and folded[0] == "the":
        folded = folded[1:]
    if len(folded) > 2 and folded[1] == "of" and folded[0] in data.words("person_turned"):
        folded = [*folded[2:], folded[0]]
    told = tuple(word for word in folded if word not in filler)
    return told or tuple(folded)


def spelled(text: str) -> list[str]:
    """The folded words of an office or a body, in one spelling: "Defense Department's" → defence, department."""
    one = _spellings()
    return [one.get(word, word) for word in fold(text).replace("'s", "").split()]


def is_proper(name: str) -> bool:
    """Whether an organisation's name is one: each word of weight has a capital, and no possessive opens it."""
    words = name.split()
    small = data.words("person_companies", "person_particles", "function_words", "determiners")
    weighty = [word for word in words if word.lower() not in small]
    if not weighty or not all(any(c.isupper() or c.isdigit() for c in word) for word in weighty):
        return False
    return _POSSESSOR.match(name) is None or len(weighty) > 2


def _without_titles(name: str) -> list[str]:
    """The words of a name after its titles, or none where a word is no name's ("his friends", "White House aide")."""
    words = [word for word in _TAKEN_OFF.sub("", name).replace(",", " ").split() if word.strip(".")]
    titled = [_is_title(word) for word in words]
    led: list[str] = []
    if words and (titled[0] or fold(words[0]) not in _given_names()):  # else "King" ends "Martin Luther King Jr."
        if titled[-1] and (len(words) == 1 or titled[-2]):
            return []
        start = max((at + 1 for at in range(len(words) - 1) if titled[at]), default=0)
        led, words = words[:start], words[start:]
    if any(_small(word) and word not in _LEADING and not _is_title(word) for word in led):
        return []
    if any(_small(word) and word not in data.words("person_particles") for word in words):
        return []
    if not 0 < len(words) <= _LONGEST or words[0].lower() in data.words("determiners", "pronouns", "function_words"):
        return []
    return [] if len(words) == 1 and words[0].lower() in data.words("roles") else words


def _small(word: str) -> bool:
    return not any(c.isupper() for c in word)


def _is_title(word: str) -> bool:
    """Whether a word is a title: "Dr.", "Secretary-General"."""
    known = _titles()
    bare = word.lower().strip(".")
    if bare in known or ("-" in bare and all(part in known for part in bare.split("-"))):
        return True
    return word.islower() and word in data.words("roles")  # "Lissel University historian Philip Oke"


@cache
def _titles() -> frozenset[str]:
    return frozenset(word.lower().strip(".") for word in data.words("titles", "person_honorifics"))


@cache
def _given_names() -> frozenset[str]:
    return frozenset(map(fold, data.words("given_names")))


def _one_given(a: str, b: str) -> bool:
    if a == b:
        return True
    if len(a) == 1 or len(b) == 1:
        return a[:1] == b[:1] or long_form(a)[:1] == long_form(b)[:1]
    return _ending(long_form(a)) == _ending(long_form(b))


def _ending(word: str) -> str:
    return _ENDING.sub("y", word)


@cache
def _spellings() -> dict[str, str]:
    return {row[0]: row[1] for row in data.table("person_spellings", 2)}


@cache
def _long_forms() -> dict[str, str]:
    return {row[0]: row[1] for row in data.table("kb/nicknames", 2)}
