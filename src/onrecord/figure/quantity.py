"""Whether a number is a quantity: not a date, an age, a score, a name ("Article 5") or a pronoun ("one of them")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord import data
from onrecord.figure import counted as nouns
from onrecord.figure.amount import Amount

Pair = tuple[int, int]

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
_MONTH_BEFORE = re.compile(_MONTH + r"\.? $")
_MONTH_AFTER = re.compile(rf" (?:of )?{_MONTH}\b")
_CLOCK_AFTER = re.compile(r"\s?(?:[ap]\.?m\b|o[’']clock)", re.I)
_TIME_AFTER = re.compile(r"[ -](?P<next>[a-z’'.]+)(?: (?P<second>[a-z’'.]+))?")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$")
_AGE_BEFORE = re.compile(r"(?:[A-Z][\w’'-]*\.?, (?:now |then |only )?|\b(?:aged?|ages|turned|turns|turning) )$")
_AGE_AFTER = re.compile(r"[-–](?:years?|months?|weeks?|days?)[-–]olds?\b|[,.);—]")
_AT_AGE = re.compile(r"\b(?:aged|age of|turned|turning) $")
_COMPOUND = re.compile(r"[-–]\w")  # "10-point plan", "5-star", "a million-dollar error"
_DIGITS_AFTER = re.compile(r"[ -]\d")
_DIGITS_BEFORE = re.compile(r"\d[ -]$")
_SCORE_AFTER = re.compile(r" to \d")  # "won 45 to 42", but "fell from 45 to 42"
_SCORE_BEFORE = re.compile(r"(?<!from )\b\d+ to $")
_ITEM = re.compile(r"[.)] |\n")  # "3. The roof": a list's number at the head of a line
_NAME_AFTER = re.compile(r" [A-Z]")
_LAST_WORD = re.compile(r"([^\W\d_][\w.’'-]*) $")
_OVER = re.compile(r"\W?(?:over|under) ", re.I)
_BODY_OF = re.compile(r"\b[A-Z][a-z]+ of $")  # "Group of 20", "Council of 12"
_DEFINITE = re.compile(
    r"\b(?:the|these|those|his|her|its|their|our|my|your|all|first|last|next|other|past|\w+(?:['’]s|s['’])) $", re.I
)
_DEFINITE_SMALL = 12  # AP style spells out counts below ten, and "the 12 delegates" is as definite
_LONGEST_BARE = 6  # digits without separator; longer ones are identifiers
_CONTEXT = 30  # characters; holds the longest pattern above and a label with its article


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read around a number: its unit, the extent of what it counts, and whether it is hedged."""

    unit: str | None
    thing: Pair | None
    hedged: bool


def is_quantity(text: str, first: Amount, last: Amount, read: Reading) -> bool:
    """Whether the number from ``first`` to ``last`` (the same, or the ends of a range) is a quantity."""
    before = text[max(0, first.start - _CONTEXT) : first.start]
    if _AGE_AFTER.match(text, last.end) and (_AGE_BEFORE.search(before) or text[last.end] in "-–"):
        return read.unit is not None and not first.number.spoken and text[last.end] not in "-–"
    if read.unit:
        idiom = first.number.spoken and first.number.scaled and "-" in text[last.number.end : last.end]
        return not idiom and not (text[last.end - 1] == "C" and _label(before))
    if _is_time(text, last.end, read.thing) or _MONTH_BEFORE.search(before) or _MONTH_AFTER.match(text, last.end):
        return False
    if first.number.scaled:
        return not _COMPOUND.match(text, last.end)
    if read.hedged:
        # "voters under 30" are of an age
        return not _OVER.match(text, first.start - 6) or (
            read.thing is not None and not _is_name(text[slice(*read.thing)])
        )
    if _COMPOUND.match(text, last.end) or _label(before) or _BODY_OF.search(before):
        return False
    if first.value <= _DEFINITE_SMALL and _DEFINITE.search(before):
        return False
    if read.thing is not None and _is_name(text[slice(*read.thing)]):
        return False
    if first.number.spoken:
        # "one", "two of the men", "the two": no counts of their own
        return read.thing is not None and first.value > 1 and not text.startswith(" of ", last.end)
    return _bare_digits(text, first, last, read, before)


def _bare_digits(text: str, first: Amount, last: Amount, read: Reading, before: str) -> bool:
    """Digits without unit, scale or hedge: no year, no telephone number, nothing before a name."""
    digits = text[first.number.start : first.number.end]
    if "," in digits:
        return True
    if _AT_AGE.search(before) or _DIGITS_AFTER.match(text, last.end) or _DIGITS_BEFORE.search(before):
        return False
    if _ITEM.match(text, last.end) and (not before or before[-1] == "\n"):
        return False
    if len(digits) > _LONGEST_BARE or text[last.end : last.end + 1].isalpha():
        return False
    if 1000 <= first.value < 3000 and (first is last or read.thing is None):
        return False  # a year; news writes "2,000 people"
    if first is last and (_SCORE_AFTER.match(text, last.end) or _SCORE_BEFORE.search(before)):
        return before.endswith("from ")
    if read.thing is not None:
        return True
    opens = _LAST_WORD.search(before)
    named = opens is not None and opens.group(1)[0].isupper() and opens.group(1).lower() not in _function_words()
    return not named and not _NAME_AFTER.match(text, last.end)


def _function_words() -> frozenset[str]:
    return data.words("function_words", "determiners", "pronouns")


def _is_time(text: str, at: int, thing: Pair | None) -> bool:
    """Whether a time or a stretch of it follows: "p.m.", "years", "long days"."""
    if thing is not None:
        return nouns.is_time(text, thing)
    if _CLOCK_AFTER.match(text, at):
        return True
    match = _TIME_AFTER.match(text, at)
    times = data.words("figure_times")
    return match is not None and any(word is not None and word.rstrip(".") in times for word in match.groups())


def _is_name(phrase: str) -> bool:
    """Whether a noun phrase is a name of several words: "10 Downing Street", "Twelve Angry Men"."""
    words = phrase.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _label(before: str) -> bool:
    """Whether the word before makes the number a name: "Article 5", "Boeing 737", "page 3"."""
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match.group(1)
    if word.lower() in data.words("figure_labels"):
        return True
    possessive = word.endswith(("'s", "’s", "s'", "s’"))
    if not word[0].isupper() or possessive or _WEEKDAY.search(word) or word.lower() in _function_words():
        return False
    opening = before[: match.start()].rstrip(" ")
    return bool(opening) and opening[-1] not in '.!?:\n“"‘'
