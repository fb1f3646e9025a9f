"""What a source phrase is: a name, a pronoun, a person by role, or a body or group that is its own name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from onrecord import data
from onrecord.speaker.names import UPPER, Run, as_person, as_run, is_organisation, known_titles, run_pattern
from onrecord.speaker.roles import known_roles

_CLAUSE_END = re.compile(r"\s*(?:, (?:who|which|whose|speaking|all|both|including)\b|(?<=\s)\(|\n|[—–;:])")
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
# Where the core of a noun phrase ends and its complements begin.
_COMPLEMENT = re.compile(
    r"\s*[,(;:—–\n]|\s+(?:of|for|from|in|at|by|with|within|on|to|close|familiar|whose|who|which|that|near|involved|"
    r"briefed|opposed|speaking|representing|and)\b",
)
_HAS_COMPLEMENT = re.compile(r" (?:of|for|from|in|with|within|close|familiar|opposed|and)\b")
_JOINED = re.compile(rf"{UPPER}[^\W\d_]+ and (?:the |his |her )?{UPPER}[^\W\d_]+ {UPPER}")
_NAMED = re.compile(r"\b(?:named|called|identified as|known as)\s+")
AGE_OR_TIME = re.compile(r"(?:\d+-year-old|then-?|former|ex-|current|outgoing|veteran|new|late|same|elder|younger)\Z")


@dataclass(frozen=True, slots=True)
class Reading:
    """A source phrase understood. ``kind``: name, pronoun, definite (a person by role), phrase (itself), none."""

    kind: str
    start: int
    end: int
    words: tuple[str, ...] = ()
    run: Run | None = None


def read_phrase(text: str, start: int, end: int) -> Reading:
    """Understand one source phrase ``text[start:end]``."""
    start, end = _trimmed(text, start, end)
    if start >= end:
        return Reading("none", start, start)
    low = text[start:end].lower()
    pronoun = _pronouns().get(low)
    if pronoun is not None:
        return Reading("pronoun", start, end, (pronoun,))
    core_end = _core_end(text, start, end)
    if _joins_names(text, start, end):
        return _itself(text, start, _clause_end(text, start, end))
    run = _trailing_run(text, start, core_end) or _after_comma(text, start, core_end, end)
    if run is not None:
        return Reading("name", run.start, run.end, run=run)
    return _nominal(text, start, core_end, end)


@cache
def _pronouns() -> dict[str, str]:
    """Pronoun → m, f, it, they, i, we or who."""
    return {row[0]: row[1] for row in data.table("pronouns", 2)}


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
        bool(re.search(rf"{UPPER}[^\W\d_]+[^,]*\Z", left))
        and not left.startswith("The ")
        and bool(re.match(rf"(?:the |a |an |his |her )?{UPPER}|(?:the|a|an|his|her) ", right))
    )


def _trailing_run(text: str, start: int, core_end: int) -> Run | None:
    """The person or bare name at the end of a core: "Foreign Minister | Anna Lind", "spokesman | Petr Vance"."""
    named = _NAMED.search(text, start, core_end)
    begin = named.end() if named else start
    last = None
    for match in run_pattern().finditer(text, begin, core_end):
        last = match
    if last is None or last.end() != core_end:
        return None
    run = as_run(text, last.start(), last.end())
    if run is None:
        return None
    if len(run.words) == 1 and not run.titles and last.start() == start and _complemented(text, core_end):
        return None  # "Supporters of the bill": a capital for the sentence's sake
    before = text[start : last.start()].split()
    role_before = bool(before) and before[-1].lower() in known_roles()
    if run.person or named or role_before:
        return run if is_organisation(run.words) else as_person(run)
    if before or last.group().startswith("The ") or is_organisation(run.words):
        return None
    # No article, nothing before it: a name or a body; two to four words without a body's word count as a person.
    return as_person(run) if 2 <= len(run.words) <= 4 and not all(w.isupper() for w in run.words) else run


def _complemented(text: str, core_end: int) -> bool:
    return _HAS_COMPLEMENT.match(text, core_end) is not None


def _after_comma(text: str, start: int, core_end: int, end: int) -> Run | None:
    """The name in apposition to a role: "Norland’s foreign minister, | Anna Lind", "mayor of Lessing, | Jon Pell"."""
    core = text[start:core_end].lower().split()
    if not core or core[-1] not in known_roles():
        return None
    comma = text.find(", ", core_end, end)
    if comma == -1:
        return None
    match = run_pattern().match(text, comma + 2, end)
    if match is None or (match.end() < end and text[match.end()] not in ",( "):
        return None
    run = as_run(text, match.start(), match.end())
    return as_person(run) if run is not None and not is_organisation(run.words) else None


def _nominal(text: str, start: int, core_end: int, end: int) -> Reading:
    """A phrase without a name of its own: a person by role, or itself."""
    words = [word.lower() for word in text[start:core_end].split()]
    if not words:
        return _itself(text, start, end)
    definite = words[0] in ("the", "this", "that") or (
        # a capitalised office alone: "the Prime Minister", "President"
        all(word in known_titles() for word in text[start:core_end].split())
    )
    bare = [word for word in words if word not in data.words("determiners")]
    possessive = any(word.endswith(("'s", "’s", "s’", "s'")) for word in words)
    role = bool(bare) and (bare[-1] in known_roles() or bool(AGE_OR_TIME.match(bare[-1])))
    if definite and role and not possessive:
        return Reading("definite", start, end, tuple(bare))
    reading = _itself(text, start, _clause_end(text, start, end))
    known = role and not definite and not possessive
    return Reading(reading.kind, reading.start, reading.end, tuple(bare[-1:]) if known else ())


def _itself(text: str, start: int, end: int) -> Reading:
    """The phrase without its article; a capital "The" stays where it is part of a name in mid-sentence."""
    article = _ARTICLE.match(text, start, end)
    if article is not None and (text[start].islower() or text[article.end()].islower() or _opens_sentence(text, start)):
        start = article.end()
    return Reading("phrase" if start < end else "none", start, end)


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" ")
    return not before or before[-1] in '.!?\n”"’'


def read_head(phrase: str) -> str:
    """The head noun of a phrase, in small letters: "senior official in the ministry" → "official"."""
    match = _COMPLEMENT.search(phrase)
    words = phrase[: match.start() if match else len(phrase)].split()
    return words[-1].lower() if words else ""


def number_of(phrase: str) -> str:
    """How a body or a group is taken up again: "it", "they", or neither where its head tells nothing."""
    if _JOINED.search(phrase):
        return "they"
    match = _COMPLEMENT.search(phrase)
    words = phrase[: match.start() if match else len(phrase)].split()
    if not words:
        return ""
    head = words[-1].lower()
    if head == "people" or (head.endswith("s") and not head.endswith("ss")):
        return "they"
    return "it" if phrase[0].isupper() or head in data.words("audience") else ""
