"""Names in a text: runs of capitalised words, taken apart into titles and the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import combining, normalize

from onrecord import data

UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ]"
_CAPITAL = re.compile(UPPER)
# One capitalised word: Lind, O’Hara, McKay, Hale-Orlan, J.; a possessive ’s stays outside.
_CAP = rf"(?:{UPPER}\.|(?:(?:[Aa]l|[Ee]l|[Aa][dnrst]|[Uu]l)-|[OD][’'])?{UPPER}[^\W\d_]*(?:[-’'](?!s\b)[^\W\d_]+)*)"
_PARTICLE = r"(?:van der|van den|van de|de la|de los|von der|van|von|de|del|della|di|da|dos|du|der|bin|al|el|ter|ten)"
_ARTICLES = ("al", "el", "ad", "an", "ar", "as", "at", "ul")
_WRITTEN = re.compile(r"\S+")
SUFFIXES = ("Jr.", "Sr.", "Jr", "Sr", "II", "III", "IV")


class Run(NamedTuple):  # a tuple, since a text of 1,000 words has a hundred of them
    """A run of capitalised words: ``[start, end)`` of the name in it, its words, and what stood before them."""

    start: int
    end: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    person: bool

    @property
    def key(self) -> tuple[str, str]:
        """First and last name: initials, middle names and "Jr." do not part a person in two (see ``People``)."""
        last = self.words[-2] if self.words[-1] in SUFFIXES and len(self.words) > 2 else self.words[-1]
        return self.words[0], last


@cache
def run_pattern() -> re.Pattern[str]:
    """Capitalised words in a row, dotted titles and particles among them."""
    dotted = "|".join(re.escape(t) for t in sorted(data.words("titles"), key=len, reverse=True) if t.endswith("."))
    word = rf"(?:(?:{dotted}|Jr\.|Sr\.)|{_CAP})"
    return re.compile(rf"(?<![^\W_]){word}(?: (?:{_PARTICLE} )?{word})*")


def capital_runs(text: str) -> Iterator[re.Match[str]]:
    """Every run of capitals in ``text``, in order."""
    # Jumping from capital to capital is three times as fast as trying the long pattern at every character.
    pattern, at = run_pattern(), 0
    while (capital := _CAPITAL.search(text, at)) is not None:
        start = capital.start()
        if text[start - 1 : start] == "-" and text[max(0, start - 3) : start - 1] in _ARTICLES:
            start -= 3  # "al-Harun"
        match = pattern.match(text, start) or pattern.match(text, capital.start())
        at = match.end() if match is not None else capital.end()
        if match is not None:
            yield match


def as_run(text: str, start: int, end: int) -> Run | None:
    """Take the titles off a run of capitals; None where nothing else is in it."""
    places = [(m.start(), m.end()) for m in _WRITTEN.finditer(text, start, end)]
    words = [text[low:high] for low, high in places]
    titled = [i for i, word in enumerate(words) if word in known_titles()]
    first = _name_start(words, titled)
    if first == len(words):
        return None
    while words[first].islower():  # a particle left over at the head
        first += 1
    titles = tuple(words[i] for i in titled if i < first)
    name = tuple(words[first:])
    given = given_names()
    if not titles and name[0] not in given:
        later = next((i for i in range(1, len(name) - 1) if name[i] in given), None)
        if later is not None and not is_organisation(name[later:]):
            first, name = first + later, name[later:]
    person = (
        not is_organisation(name) and len(name) <= 6 and (bool(titles) or (len(name) > 1 and plain(name[0]) in given))
    )
    return Run(places[first][0], end, name, titles, person)


def _name_start(words: list[str], titled: list[int]) -> int:
    """After the last title of the run, if the titles lead up to a name: "Norland Foreign Minister | Anna Lind"."""
    if not titled:
        return 0
    if titled[-1] == len(words) - 1:  # "Norland Senate", or titles alone: "Prime Minister"
        return 0 if titled[0] > 0 else len(words)
    return titled[-1] + 1


def may_be_name(run: Run) -> bool:
    """Two to four capitalised words, none of them a body's word or one that opens sentences."""
    if not 2 <= len(run.words) <= 4 or is_organisation(run.words):
        return False
    return run.words[0].lower() not in data.words("function_words", "determiners")


def as_person(run: Run) -> Run:
    """The same run, known to name a person."""
    return Run(run.start, run.end, run.words, run.titles, person=True)


def is_organisation(words: Sequence[str]) -> bool:
    """Whether one of the words is a body's: "Bank", "Committee"."""
    return any(word in data.words("organisation_words") for word in words)


@cache
def known_titles() -> dict[str, tuple[str, str]]:
    """Title → (gender or "", role or "-")."""
    return {title: (gender, role or "-") for title, gender, role in data.table("titles", 3)}


@cache
def given_names() -> dict[str, str]:
    """Given name → m, f or u (either), as listed and with its accents off."""
    listed = {row[0]: row[1] for row in data.table("given_names", 2)}
    return {plain(name): gender for name, gender in listed.items()} | listed


def plain(name: str) -> str:
    """A name without accents: "Lucía" → "Lucia"."""
    return name if name.isascii() else "".join(c for c in normalize("NFKD", name) if not combining(c))
