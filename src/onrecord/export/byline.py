"""Bylines, which are free text, → authors: names taken apart where that is sure, and kept whole where it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from onrecord.data import rows, words
from onrecord.types import Article

SEPARATORS = re.compile(r"\s*(?:[;,|&]|\band\b|\bwith\b)\s*", re.I)
NAME_WORD = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
"""A word of a personal name: initials ("J.", "J.K."), or letters, with apostrophes and hyphens between them."""

NAME_WORDS = (2, 5)  # words of a personal name: "Mara Lindqvist" … "Jan Pieter van der Berg"
NO_NAME = frozenset(("of", "for", "at", "from", "the"))
"""Small words that make an organisation's name a person's job there, or part of a longer one: not to be judged."""


@dataclass(frozen=True, slots=True)
class Author:
    """Someone who wrote an article: ``name`` as the byline has it; ``given`` and ``family`` where they are sure.

    ``kind`` is None where the byline does not tell whether this is a person, an organisation or several at once.
    """

    name: str
    kind: Literal["person", "organisation"] | None = None
    given: str | None = None
    family: str | None = None
    suffix: str | None = None


def authors(article: Article) -> tuple[Author, ...]:
    """Who wrote the article. A byline that is not understood in all its parts is one author, in its own words.

    A name is taken apart where its first word is a given name that the lists know, or an initial; of other names the
    byline does not show which word is the family's ("Nagy Imre"). Jobs, and the outlet's own name, are left out beside
    a name.
    """
    byline = " ".join((article.byline or "").split()).strip(" ;,|")
    byline = _leads().sub("", byline).strip()
    if not byline:
        return ()
    parts = [part for part in SEPARATORS.split(byline) if part and not (_is_job(part) or part == article.outlet)]
    found = [_author(part) for part in parts]
    if not found or any(author is None for author in found):
        return (Author(byline, "organisation" if byline == article.outlet or _is_organisation(byline) else None),)
    return tuple(dict.fromkeys(author for author in found if author is not None))


def _author(part: str) -> Author | None:
    """One part of a byline. None: not understood."""
    if _is_organisation(part):
        return Author(part, "organisation")
    tokens = part.split()
    place = next((at for at, token in enumerate(tokens) if at and token.lower() in _listed("place")), None)
    tokens = tokens[:place]
    suffix = tokens[-1] if tokens[-1] in _listed("suffix") else None
    core = tokens[:-1] if suffix else tokens
    if not NAME_WORDS[0] <= len(core) <= NAME_WORDS[1] or not all(_in_name(core, at) for at in range(len(core))):
        return None
    if not _opens_with_given_name(core):
        return Author(" ".join(tokens))
    cut = len(core) - 1
    while cut > 1 and core[cut - 1].lower() in _listed("particle"):
        cut -= 1
    return Author(" ".join(tokens), "person", " ".join(core[:cut]), " ".join(core[cut:]), suffix)


def _in_name(core: list[str], at: int) -> bool:
    """Whether this word may stand there in a name: "van" not as its first or last."""
    token = core[at]
    if not NAME_WORD.fullmatch(token):
        return False
    if token[0].isupper():
        return True
    first, hyphen, _ = token.partition("-")
    return at > 0 and first in _listed("particle") and (hyphen != "" or at < len(core) - 1)


def _opens_with_given_name(core: list[str]) -> bool:
    """Whether the first word is a given name beyond doubt, and no word an organisation's ("Florence Herald")."""
    given = core[0].endswith(".") or core[0].capitalize() in words("given_names")
    return given and core[-1] not in words("organisation_words")


def _is_job(part: str) -> bool:
    return any(token.lower() in _listed("role") for token in part.split()) and not _is_organisation(part)


def _is_organisation(part: str) -> bool:
    """Whether a word after the first makes it an organisation ("Northreach Press Agency staff")."""
    first, *rest = part.split()
    if NO_NAME.intersection(rest) or first.capitalize() in words("given_names"):
        return False
    return not words("organisation_words").isdisjoint(rest)


@cache
def _listed(what: str) -> frozenset[str]:
    """The words of ``byline_words.tsv`` that are this."""
    return frozenset(row[0] for row in rows("byline_words") if row[1] == what)


@cache
def _leads() -> re.Pattern[str]:
    longest_first = sorted(_listed("lead"), key=len, reverse=True)
    return re.compile(rf"^(?:{'|'.join(longest_first)})\b:?\s*", re.I)
