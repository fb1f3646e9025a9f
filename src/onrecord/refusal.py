"""Refusals without words: "did not elaborate", "could not immediately be reached for comment", and who refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from onrecord import data

Pair = tuple[int, int]

# Where a clause may begin, looking back from its verb.
_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*\s+|\n")
_CLAUSE = re.compile(
    _SENTENCE.pattern + r"|[:;]\s+|,\s+|\s[–—-]+\s|\b(?:but|and|while|though|although|who|which|because)\s", re.I
)
_CONNECTIVE = re.compile(r"(?:but|and|however|meanwhile|still|also|on \w+day|when|while|though|although)\b,?\s*", re.I)
_ADVERB = re.compile(
    r"\s+(?:also|later|repeatedly|so far|initially|again|has|have|had|itself|himself|herself|themselves|on \w+day)$",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_THAT = re.compile(r"\bthat\s+", re.I)
# A subject longer than this is not one: the clause boundary was missed. 14 words hold a name with its apposition.
_SUBJECT_WORDS = 14


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal's cue, its object and its subject where it has them.

    ``leans`` says that the subject stands in the clause before ("but did not elaborate").
    """

    cue: Pair
    content: Pair | None
    source: Pair | None
    leans: bool


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[re.Pattern[str] | None, ...]]:
    """All cues as one pattern with a group each, and what may follow each."""
    rows = data.table("refusals", 3)
    cues = re.compile(r"\b(?:" + "|".join(f"({cue})" for cue, _, _ in rows) + r")(?!\w)", re.I)
    return cues, tuple(re.compile(r" (" + after + ")", re.I) if after else None for _, after, _ in rows)


def refusals(text: str, quoted: Sequence[Pair]) -> list[Refusal]:
    """Refusals in ``text`` outside its ``quoted`` regions, in order."""
    cues, objects = _patterns()
    found = []
    at = 0
    for match in cues.finditer(text):
        while at < len(quoted) and quoted[at][1] <= match.start():
            at += 1
        if at < len(quoted) and quoted[at][0] <= match.start():
            continue
        after = objects[(match.lastindex or 1) - 1]
        content = after.match(text, match.end()) if after else None
        # "He left without elaborating" has a verb before it: who refused is who spoke, if anybody did.
        adverbial = match.group().lower().startswith("without")
        source, leans = (None, True) if adverbial else _subject(text, match.start())
        found.append(Refusal(match.span(), content.span(1) if content else None, source, leans))
    return found


def _subject(text: str, verb: int) -> tuple[Pair | None, bool]:
    """The noun phrase in front of a verb, or none; and whether the clause has none at all."""
    # 200 characters hold the longest subject asked for and the boundary before it.
    head = max(0, verb - 200)
    clause = _last(_CLAUSE, text, head, verb)
    if text[clause:verb].strip() == "" and text[:clause].rstrip().endswith(","):
        # "Paul Stride, the former manager, could not be reached": the comma closes an apposition.
        sentence = _last(_SENTENCE, text, head, verb)
        if text.count(",", sentence, verb) == 2:
            clause = sentence
    connective = _CONNECTIVE.match(text, clause, verb)
    if connective:
        clause = connective.end()
    clause = _after_speech(text, clause, verb)
    subject = _ADVERB.sub("", text[clause:verb].rstrip()).rstrip(" ,")
    words = subject.split()
    if not words:
        return None, True
    if len(words) > _SUBJECT_WORDS or subject[-1] in '"”’' or not any(c.isalpha() for c in subject):
        return None, False
    return (clause, clause + len(subject)), False


def _after_speech(text: str, clause: int, verb: int) -> int:
    """Past a reporting verb and its "that": "She said the board did not comment" is about the board."""
    for word in _WORD.finditer(text, clause, verb):
        if word.group().lower() in data.words("inner_cues") and not text[word.end() : verb].isspace():
            clause = word.end()
    for that in _THAT.finditer(text, clause, verb):
        clause = that.end()
    while clause < verb and text[clause].isspace():
        clause += 1
    return clause


def _last(boundaries: re.Pattern[str], text: str, head: int, stop: int) -> int:
    """Where the last clause before ``stop`` begins."""
    begin = head
    for boundary in boundaries.finditer(text, head, stop):
        if not (boundary.group().startswith(".") and _abbreviation(text, boundary.start())):
            begin = boundary.end()
    return begin


def _abbreviation(text: str, dot: int) -> bool:
    """A full stop after a title or an initial ends no sentence: "Mr.", "Gen.", "J."."""
    word = text[max(0, dot - 6) : dot].split()[-1:] or [""]
    return len(word[0]) == 1 or word[0] + "." in data.words("abbreviations") or word[0] in data.words("abbreviations")


def same_sentence(text: str, start: int, end: int) -> bool:
    """Whether no sentence ends between two offsets."""
    return not _SENTENCE.search(text, start, end)
