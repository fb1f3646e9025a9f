"""Where, or in which form, a statement was made: an interview, a rally, a programme, with what completes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from onrecord import data
from onrecord.setting.clause import BARRIER, Clause, Extents, Token, belongs, outermost, read_clause
from onrecord.setting.frames import frames
from onrecord.setting.phrase import (
    date_end,
    ends_phrase,
    is_audience,
    is_bounded,
    is_date,
    is_gathering,
    phrase_end,
    plain_end,
)

_QUOTE_PAIRS = {"“": "”", "‘": "’", '"': '"', "'": "'", "``": "''", "''": "''"}
# Words that may part a venue from what it hangs on: the sentence's head ("But on Tuesday in a letter"), the cue
# ("told lawmakers of her own party late on Tuesday in a letter"), the end of the content ("…", late on Tuesday, at).
_LEAD, _GAP, _TRAIL = 4, 9, 4
_HEAD_WORDS = 8  # words before a venue's head, its article included: "a 40-minute, at times heated televised debate"


@dataclass(frozen=True, slots=True)
class Venue:
    """Token indices of a venue: ``[first, last)`` whole, ``head`` after its head word."""

    first: int
    head: int
    last: int
    addressed_by: tuple[str, ...]


class _Head(NamedTuple):
    """One line of ``venues.tsv``."""

    before: tuple[str, ...]  # its words before the last
    prepositions: frozenset[str]
    addressed_by: tuple[str, ...]
    bare: bool  # never with an article or an adjective


def venues(text: str, source: Extents, cue: Extents, content: Extents) -> tuple[tuple[int, int], ...]:
    """The phrases, as ``[start, end)`` of ``text``, that say where or in which form a statement was made, in order."""
    clause = read_clause(text, source, cue, content)
    if clause is None:
        return ()
    tokens = clause.tokens
    found = {(tokens[v.first].start, tokens[v.last - 1].end) for v in venue_phrases(clause)}
    return outermost(found)


def venue_phrases(clause: Clause) -> list[Venue]:
    """The venues of a cue's sentence that are the cue's own, in order."""
    tokens = clause.tokens
    found: list[Venue] = []
    at = 0
    while at < len(tokens):
        venue = _venue_at(clause, at)
        if venue is not None and belongs(clause, at, venue.last) and _attached(clause, at, venue.last):
            found.append(venue)
            at = venue.last
        else:
            at += 1
    return found


def _venue_at(clause: Clause, at: int) -> Venue | None:
    """The venue whose preposition is ``tokens[at]``, or the gathering that ``tokens[at]`` tells something."""
    tokens = clause.tokens
    low = tokens[at].low
    if tokens[at].text == BARRIER:
        return None
    if low == "on" and _is_programme(tokens, at + 1):
        return _named_programme(tokens, at + 1)
    if low in _venue_prepositions():
        return _headed(tokens, at)
    takes_hearer = clause.cue_first <= at < clause.cue_last and any(f == "np" for f, _ in frames().get(low, ()))
    if takes_hearer or low == "addressing":
        end = phrase_end(tokens, at + 1, len(tokens))
        if end > at + 1 and is_gathering(tokens, at + 1, end):
            return Venue(at + 1, end, _complements(tokens, end), ())
    return None


def _attached(clause: Clause, first: int, last: int) -> bool:
    """Whether a venue stands where this cue's would: at the sentence's head, after a comma, or close to the cue."""
    tokens = clause.tokens
    if last <= clause.cue_first:
        lead = [t.low for t in tokens[max(0, first - _LEAD) : first]]
        return (
            first <= _LEAD
            or lead[-1] == ","
            or lead[-1][0] == BARRIER
            or any(word in data.words("speaking") for word in lead)
        )
    if first >= clause.cue_last:
        between = tokens[clause.cue_last : first]
        content = [i for i, t in enumerate(between) if t.text == BARRIER]
        return len(between) - (content[-1] if content else 0) <= (_TRAIL if content else _GAP)
    return True


@cache
def _heads() -> dict[str, tuple[_Head, ...]]:
    """Last word of a head → the heads that end in it, longest first."""
    found: dict[str, list[_Head]] = {}
    for head, prepositions, addressed, form, _note in data.table("venues", 5):
        *before, last = head.split()
        entry = _Head(tuple(before), frozenset(prepositions.split()), tuple(addressed.split()), form == "bare")
        found.setdefault(last, []).append(entry)
    return {last: tuple(sorted(entries, key=lambda e: -len(e.before))) for last, entries in found.items()}


@cache
def _venue_prepositions() -> frozenset[str]:
    return frozenset(p for heads in _heads().values() for head in heads for p in head.prepositions)


def _headed(tokens: tuple[Token, ...], at: int) -> Venue | None:
    """A venue with a head of the list: article, up to some modifiers, head, complements."""
    best: Venue | None = None
    for index in range(at + 1, min(at + 1 + _HEAD_WORDS, len(tokens))):
        token = tokens[index]
        if not token.word and token.text not in (",", "&"):
            break
        if index > at + 1 and ends_phrase(tokens, index):
            break
        if token.text == "," and (index + 1 == len(tokens) or _opens_phrase(tokens[index + 1])):
            break
        low = token.low
        for before, prepositions, addressed, bare in _heads().get(low, ()):
            if tokens[at].low not in prepositions or index - len(before) <= at:
                continue
            if tuple(t.low for t in tokens[index - len(before) : index]) == before:
                if len(low) == 1 and (not token.capital or index > at + 1):  # "on X": the capital alone, no article
                    continue
                if bare and index > at + 1:  # "in court", not "in an appeals court"
                    continue
                best = Venue(at + 1, index + 1, index + 1, addressed)
                break
    if best is None or tokens[best.first].text.isdigit():
        return None
    if tokens[best.first].low.endswith("ing") and (best.head > best.first + 1 or tokens[at].low == "after"):
        return None  # "in releasing the email", "after meeting with"
    if not _ends_head(tokens, best.head):
        return None
    return Venue(best.first, best.head, _complements(tokens, best.head), best.addressed_by)


def _opens_phrase(token: Token) -> bool:
    return not token.word or token.capital or token.low in data.words("determiners")


def _ends_head(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether what follows a venue's head leaves it the head: not "a conference | room", "a breakfast | spot"."""
    if is_bounded(tokens, at) or tokens[at].capital or is_date(tokens[at]) or tokens[at].low in data.words("issued"):
        return True
    return tokens[at].low.endswith(("ing", "ed", "ly")) or tokens[at].low in data.words("after_venue") | data.words(
        "titled"
    )


def _is_programme(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether an outlet's possessive and a title stand here: "VTR’s “Morning Hour”", "Channel Five’s Daybreak"."""
    end = at
    while end < len(tokens) and end < at + 4 and tokens[end].capital and not tokens[end].low.endswith("'s"):
        end += 1
    if end + 1 >= len(tokens) or not tokens[end].capital or not tokens[end].low.endswith("'s"):
        return False
    return tokens[end + 1].capital or _quoted_title(tokens, end + 1) > end + 1


def _named_programme(tokens: tuple[Token, ...], at: int) -> Venue:
    end = at
    while not tokens[end].low.endswith("'s"):
        end += 1
    title = _quoted_title(tokens, end + 1)
    if title == end + 1:
        title = plain_end(tokens, end + 1, len(tokens))
    return Venue(at, title, _complements(tokens, title), ())


def _quoted_title(tokens: tuple[Token, ...], at: int) -> int:
    """The end of a quoted title of up to eight words at ``at``; ``at`` if there is none."""
    if at >= len(tokens) or tokens[at].text not in _QUOTE_PAIRS:
        return at
    closing = _QUOTE_PAIRS[tokens[at].text]
    for index in range(at + 2, min(at + 10, len(tokens))):
        if tokens[index].text == closing:
            return index + 1
    return at


def _complements(tokens: tuple[Token, ...], at: int) -> int:
    """Where the complements of a head that ends at ``at`` end: outlets, places, dates, titles."""
    while at < len(tokens):
        further = _complement(tokens, at)
        if further == at:
            break
        at = further
    while tokens[at - 1].low in data.words("issued"):  # "a statement released <by …>": the participle's rest is masked
        at -= 1
    return at


def _complement(tokens: tuple[Token, ...], at: int) -> int:
    token = tokens[at]
    title = _quoted_title(tokens, at)
    if title > at:
        return title
    if token.low in data.words("issued"):
        return at + 1 if at + 1 < len(tokens) and tokens[at + 1].word else at
    date = date_end(tokens, at)
    if date > at:
        return date
    if token.capital and not ends_phrase(tokens, at):  # "the podcast Long Table"
        return plain_end(tokens, at, len(tokens))
    if token.low in data.words("titled"):
        title = _quoted_title(tokens, at + 1)
        return title if title > at + 1 else at
    if token.low in data.words("complement_prepositions"):
        end = date_end(tokens, at + 1)
        if end > at + 1:
            return end
        end = phrase_end(tokens, at + 1, len(tokens))
        return end if end > at + 1 and _nominal(tokens, at, end) else at
    return at


def _nominal(tokens: tuple[Token, ...], at: int, last: int) -> bool:
    """Whether what follows the preposition at ``at`` is surely no infinitive: "to | lawmakers", not "to | mark"."""
    if tokens[at].low not in ("to", "for", "by"):
        return True
    return tokens[at + 1].low in data.words("determiners") or is_audience(tokens, at + 1, last)
