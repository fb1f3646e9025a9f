"""Whether the clause around a time expression looks back or ahead.

There is no parser here: the nearest finite verb before the expression decides, else the nearest one after it. English
puts the time after its verb ("said on Friday", "will meet on Friday") or in front of the clause ("On Friday the
council will meet").
"""

from __future__ import annotations

import re

from onrecord import data
from onrecord.when.lexicon import pairs

PAST, NEITHER, FUTURE = -1, 0, 1

REACH = 160  # characters; about 25 words, the length of a news sentence
# A quotation's end after a comma or stop, and its beginning before a capital, part clauses; “scare quotes” do not.
_TOKEN = re.compile(r"[A-Za-z]+(?:['’](?:ll|d|t|s|re|ve))?|[.;:!?\n]|,[”\"]|,''|[“\"](?=[A-Z])")
_MODAL = re.compile(r"(?:will|would|shall|won['’]t|wo|\w+['’]ll)$")
_MAYBE = frozenset(["may", "might", "should", "could", "must", "can", "cannot"])
_ENDS = frozenset([*'.;:!?\n“"', ",”", ',"', ",''"])
_WAS = frozenset(["was", "were", "had", "did", "been", "wasn't", "weren't", "hadn't", "didn't"])
_ADVERBIAL = re.compile(r"(?:\w+ly|not|also|be|been|being|then|now|again|first|soon)$")
_UNTIL = re.compile(r"\b(?:by|until|till|before)\s(?:the\s|early\s|late\s|mid-)?$", re.I)


def direction(text: str, start: int, end: int) -> int:
    """``PAST``, ``FUTURE`` or ``NEITHER`` for the expression ``text[start:end]``."""
    # At the edges of the window a word may be cut: it is dropped.
    before = [m.group() for m in _TOKEN.finditer(text, max(0, start - REACH), start)]
    after = [m.group() for m in _TOKEN.finditer(text, end, min(len(text), end + REACH))]
    if after and after[0] in ("'s", "’s"):
        after = after[1:]
    if after and _MODAL.match(after[0].lower()):
        return FUTURE
    found = _back(before) or _ahead(after)
    if found == NEITHER and _UNTIL.search(text, max(0, start - 12), start):
        return FUTURE
    return found


def _back(words: list[str]) -> int:
    """The direction of the last finite verb of a clause."""
    for at in range(len(words) - 1, -1, -1):
        if words[at] in _ENDS:
            if _abbreviates(words, at):
                continue
            return NEITHER
        found = _verb(words, at)
        if found is not None:
            return found
    return NEITHER


def _ahead(words: list[str]) -> int:
    """The direction of the first finite verb after an expression."""
    for at, word in enumerate(words):
        if word in _ENDS:
            if _abbreviates(words, at):
                continue
            return NEITHER
        found = _verb(words, at)
        if found is not None:
            return found
    return NEITHER


def _abbreviates(words: list[str], at: int) -> bool:
    """Whether a full stop is that of an initial or of an abbreviation."""
    return words[at] == "." and at > 0 and (len(words[at - 1]) == 1 or words[at - 1] in data.words("abbreviations"))


def _verb(words: list[str], at: int) -> int | None:
    """What a word tells of its clause's time; None for one that tells nothing."""
    low = words[at].lower().replace("’", "'")
    if _MODAL.match(low):
        return FUTURE
    if low in _MAYBE:
        return FUTURE if low in ("may", "might", "should", "must") and words[at] == low else None
    heads = pairs("when_ahead")
    if low in heads:
        follows = words[at + 1].lower() if at + 1 < len(words) else ""
        if heads[low] == "" or follows in heads[low].split():
            return FUTURE
    if low in ("was", "were") and at + 1 < len(words) and words[at + 1] == "to":
        return FUTURE
    if low in _WAS:
        return PAST
    if low in ("has", "have"):
        return PAST if any(_past_form(word.lower()) for word in words[at + 1 : at + 3]) else None
    if _past_form(low):
        return _of_participle(words, at)
    return None


def _past_form(low: str) -> bool:
    return (
        low == "been"
        or low in data.words("when_past")
        or (low.endswith("ed") and low not in data.words("when_not_past"))
    )


def _of_participle(words: list[str], at: int) -> int:
    """The time of a form in -ed: "opened" is past, but "will be opened" ahead, and "is opened" neither."""
    for before in range(at - 1, max(-1, at - 4), -1):
        low = words[before].lower().replace("’", "'")
        if _MODAL.match(low) or low in ("to", "may", "might", "should", "must"):
            return FUTURE
        if low in ("is", "are", "am"):
            return NEITHER
        if not _ADVERBIAL.match(low):
            break
    return PAST
