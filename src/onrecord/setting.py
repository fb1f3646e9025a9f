"""To whom and where something was said: the addressee and the venue of a statement.

There is no parser here. Noun phrases are read off word lists (``data/audience.tsv``, ``venues.tsv``, …), and a
phrase that the rules cannot bound is left out: better none than a wrong one. A gathering that was told something
("told a rally in Easthaven") is where it was said, so it is a venue; "in an interview with VTR" is a venue, and VTR
the addressee too. Venues are given without their preposition, with the dates, places and outlets that complete them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from onrecord import data
from onrecord.types import Span

Extents = Sequence[tuple[int, int]] | Sequence[Span]

_BARRIER = "\0"  # stands in for source and content among the tokens of a sentence; ``low`` adds their first word
_FIRST_WORD = re.compile(r"[^\W_]+")
_QUOTE_PAIRS = {"“": "”", "‘": "’", '"': '"', "'": "'", "``": "''", "''": "''"}
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re"])
_PRONOUNS = frozenset(["me", "him", "her", "us", "them", "you"])
# How far around a cue its sentence is looked for, in characters; longer sentences are cut there.
_REACH = 1200
# Words that may part a venue from what it hangs on: the sentence's head ("But on Tuesday in a letter"), the cue
# ("told lawmakers of her own party late on Tuesday in a letter"), the end of the content ("…", late on Tuesday, at).
_LEAD, _GAP, _TRAIL = 4, 9, 4
_HEAD_WORDS = 8  # words before a venue's head, its article included: "a 40-minute, at times heated televised debate"


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    low: str  # lower case, apostrophes straight

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def word(self) -> bool:
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class _Clause:
    """The sentence of a cue as tokens, source and content replaced by barriers."""

    tokens: tuple[_Token, ...]
    cue_first: int  # index of the cue's first token
    cue_last: int  # index after the cue's last token
    content: tuple[tuple[int, int], ...]


def addressees(text: str, source: Extents, cue: Extents, content: Extents) -> tuple[tuple[int, int], ...]:
    """The noun phrases, as ``[start, end)`` of ``text``, that say to whom the statement was made, in order."""
    clause = _clause(text, source, cue, content)
    if clause is None:
        return ()
    found = set(_told(text, clause)) | set(_spoken_to(clause))
    for venue in _venue_phrases(clause):
        found |= set(_addressed_by(clause, venue))
    return _outermost(found)


def venues(text: str, source: Extents, cue: Extents, content: Extents) -> tuple[tuple[int, int], ...]:
    """The phrases, as ``[start, end)`` of ``text``, that say where or in which form a statement was made, in order."""
    clause = _clause(text, source, cue, content)
    if clause is None:
        return ()
    tokens = clause.tokens
    found = {(tokens[v.first].start, tokens[v.last - 1].end) for v in _venue_phrases(clause)}
    return _outermost(found)


# --- the sentence ---------------------------------------------------------------------------------------------------


@cache
def _token_pattern() -> re.Pattern[str]:
    short = "|".join(sorted(data.words("abbreviations"), key=len, reverse=True))
    return re.compile(
        rf"(?:{short})\.(?=\s)|[A-Z]\.(?=\s+[A-Z])|(?:[^\W\d_]\.){{2,}}|[^\W_]+(?:[-.&][^\W_]+|[’'][^\W\d_]+)*|``|''|[^\w\s]|_"
    )


_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[`]*[A-Z0-9])")
_LAST_WORD = re.compile(r"[^\W_]+\Z")


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: it follows neither an abbreviation nor an initial."""
    word = _LAST_WORD.search(text, max(0, stop.start() - 20), stop.start())
    if word is None or text[stop.start()] != ".":
        return True
    return word.group() not in data.words("abbreviations") and not (len(word.group()) == 1 and word.group().isupper())


def _clause(text: str, source: Extents, cue: Extents, content: Extents) -> _Clause | None:
    cues, contents = _pairs(cue), _pairs(content)
    if not cues:
        return None
    first, last = cues[0][0], cues[-1][1]
    start, end = _sentence(text, first, last, contents)
    masks = sorted(span for span in (*_pairs(source), *contents) if span[1] > start and span[0] < end)
    tokens: list[_Token] = []
    at = start
    for low, high in masks:
        tokens += _tokens(text, at, low)
        opening = _FIRST_WORD.match(text, low, high)
        word = opening.group().lower() if opening else ""
        tokens.append(_Token(max(low, at), max(high, at), _BARRIER, _BARRIER + word))
        at = max(at, high)
    tokens += _tokens(text, at, end)
    inside = [i for i, token in enumerate(tokens) if first <= token.start < last and token.text != _BARRIER]
    if not inside:
        return None
    return _Clause(tuple(tokens), inside[0], inside[-1] + 1, contents)


def _pairs(extents: Extents) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((e.start, e.end) if isinstance(e, Span) else e for e in extents))


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    found = _token_pattern().finditer(text, start, max(start, end))
    return [_Token(m.start(), m.end(), m.group(), m.group().lower().replace("’", "'")) for m in found]


def _sentence(text: str, first: int, last: int, content: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The sentence around ``[first, last)``. A stop within content does not end it, one at a content's end does."""

    def ends(stop: re.Match[str]) -> bool:
        inside = any(start <= stop.start() and stop.end() < end for start, end in content)
        return not inside and _ends_sentence(text, stop)

    floor = max(text.rfind("\n", 0, first) + 1, first - _REACH)
    before = [m for m in _STOP.finditer(text, floor, first) if ends(m)]
    line = text.find("\n", last)
    ceiling = min(len(text) if line == -1 else line, last + _REACH)
    after = next((m for m in _STOP.finditer(text, last, ceiling) if ends(m)), None)
    return (before[-1].end() if before else floor), (after.end() if after else ceiling)


# --- noun phrases ---------------------------------------------------------------------------------------------------


def _phrase(tokens: tuple[_Token, ...], at: int, stop: int) -> int:
    """Where the noun phrase that begins at ``at`` ends; ``at`` itself if none does.

    A plain phrase with "of" and "and" complements: no apposition, no relative clause.
    """
    end = _plain(tokens, at, stop)
    while end > at and end + 1 < stop and tokens[end].low in ("of", "and", "&"):
        further = _plain(tokens, end + 1, stop)
        if further == end + 1 or (tokens[end].low == "and" and not _coordinates(tokens, end, further, stop)):
            break
        end = further
    return end


def _coordinates(tokens: tuple[_Token, ...], at: int, end: int, stop: int) -> bool:
    """Whether "and" at ``at`` joins two phrases, not two clauses: "lawmakers and voters", not "lawmakers and left"."""
    return tokens[at + 1].capital or tokens[at + 1].low in data.words("determiners", "audience")


def _plain(tokens: tuple[_Token, ...], at: int, stop: int) -> int:
    if at < stop and tokens[at].low in _PRONOUNS and (tokens[at].low != "her" or not _noun_follows(tokens, at, stop)):
        return at + 1
    end = at
    while end < stop and tokens[end].low in data.words("determiners"):
        end += 1
    head = end
    while end < stop and (tokens[end].word or tokens[end].text == "&") and not _ends_phrase(tokens, end):
        if end > head and tokens[end].low in data.words("issued"):
            break  # "Norland Radio | published on", "lawmakers | dated"
        if end > head and tokens[end].low.endswith("ed") and tokens[end - 1].low in data.words("audience"):
            break  # "urged Senate colleagues returned from …": a clause begins
        end += 1
    return end if end > head else at


def _noun_follows(tokens: tuple[_Token, ...], at: int, stop: int) -> bool:
    return at + 1 < stop and tokens[at + 1].word and not _ends_phrase(tokens, at + 1)


def _ends_phrase(tokens: tuple[_Token, ...], at: int) -> bool:
    low = tokens[at].low
    if low in data.words("function_words"):
        return True
    return low.endswith("ly") and not tokens[at].capital and low not in data.words("not_adverbs")


def _bounded(tokens: tuple[_Token, ...], end: int) -> bool:
    """Whether what follows a phrase can follow one: the end, a mark, a barrier or a function word."""
    if end >= len(tokens) or not tokens[end].word:
        return True
    return tokens[end].low in data.words("function_words", "issued")


def _is_audience(tokens: tuple[_Token, ...], first: int, last: int) -> bool:
    """Whether ``tokens[first:last]`` names people, a body or an outlet."""
    head = next((i for i in range(first + 1, last) if tokens[i].low == "of"), last) - 1
    if tokens[head].low in data.words("audience") or tokens[head].low in _PRONOUNS:
        return True
    return any(t.capital and t.low not in data.words("dates", "determiners") for t in tokens[first:last])


# --- addressees -----------------------------------------------------------------------------------------------------


@cache
def _frames() -> dict[str, tuple[tuple[str, str], ...]]:
    """Verb form → (frame, takes) of ``addressee_verbs.tsv``."""
    found: dict[str, list[tuple[str, str]]] = {}
    for verb, frame, takes, _note in data.table("addressee_verbs", 4):
        for form in data.forms(verb):
            found.setdefault(form, []).append((frame, takes))
    return {form: tuple(frames) for form, frames in found.items()}


def _told(text: str, clause: _Clause) -> list[tuple[int, int]]:
    """Hearers that the cue's own verb takes: "told reporters", "called on the government", "said to her"."""
    tokens = clause.tokens
    for at in range(clause.cue_last - 1, clause.cue_first - 1, -1):
        if _passive(tokens, at):
            continue
        for frame, takes in _frames().get(tokens[at].low, ()):
            begin = _object(clause, at + 1, frame)
            if begin is None:
                continue
            if begin < len(tokens) and tokens[begin].text == _BARRIER:
                return _within_content(text, clause, tokens[begin].start) if frame in ("np", "on", "upon") else []
            found = _hearer(tokens, begin, takes)
            if found:
                return found
    return []


def _passive(tokens: tuple[_Token, ...], at: int) -> bool:
    """Whether the hearer is no object there: "was told", "when asked"."""
    before = [t.low for t in tokens[max(0, at - 2) : at]]
    if before[-1:] == ["when"]:
        return True
    return tokens[at].low.endswith("d") and any(low in _BE for low in before)


def _object(clause: _Clause, at: int, frame: str) -> int | None:
    """Where the object of the verb before ``at`` would begin under ``frame``; None where its preposition is missing."""
    tokens = clause.tokens
    while at < len(tokens) and tokens[at].low.endswith("ly"):
        at += 1
    if frame == "np":
        return at if at < len(tokens) else None
    # "said on Tuesday to reporters" is not sought: the preposition stands next to the verb
    return at + 1 if at + 1 < len(tokens) and tokens[at].low == frame else None


def _hearer(tokens: tuple[_Token, ...], at: int, takes: str) -> list[tuple[int, int]]:
    end = _phrase(tokens, at, len(tokens))
    if end == at or not _bounded(tokens, end) or _is_gathering(tokens, at, end) or _is_date(tokens[at]):
        return []
    if tokens[end - 1].low in data.words("not_addressed"):
        return []
    plural = tokens[end - 1].low.endswith("s") and not tokens[end - 1].low.endswith("ss")
    to_do = takes == "person" and end < len(tokens) and tokens[end].low in (f"{_BARRIER}to", f"{_BARRIER}not")
    if takes != "any" and not _is_audience(tokens, at, end) and not (plural and (takes == "readers" or to_do)):
        return []
    return [(tokens[at].start, tokens[end - 1].end)]


def _is_date(token: _Token) -> bool:
    return token.low.rstrip(".") in data.words("dates") and token.low != "this"


def _date_end(tokens: tuple[_Token, ...], at: int) -> int:
    """Where a date that begins at ``at`` ends: "Tuesday evening", "Nov. 23", "late last week"; ``at`` if none does."""
    end = at
    while end < len(tokens) and tokens[end].low.rstrip(".") in data.words("dates"):
        end += 1
        while end < len(tokens) and tokens[end].text.isdigit():
            end += 1
    return end


def _is_gathering(tokens: tuple[_Token, ...], first: int, last: int) -> bool:
    head = next((i for i in range(first + 1, last) if tokens[i].low == "of"), last) - 1
    return tokens[head].low in data.words("gatherings") and tokens[first].low in data.words("determiners")


def _within_content(text: str, clause: _Clause, start: int) -> list[tuple[int, int]]:
    """The hearer that annotation has put into the content: "urged <parliament to vote>", "told <reporters that …>"."""
    end = next((high for low, high in clause.content if low == start), start)
    tokens = tuple(_tokens(text, start, min(end, start + 200)))
    last = _phrase(tokens, 0, len(tokens))
    if last in (0, len(tokens)) or not _is_audience(tokens, 0, last) or _is_gathering(tokens, 0, last):
        return []
    follows = [token.low for token in tokens[last : last + 2] if token.low != "not"]
    if follows[:1] not in (["to"], ["that"], ["whether"], ["if"]):
        return []
    return [(tokens[0].start, tokens[last - 1].end)]


def _spoken_to(clause: _Clause) -> list[tuple[int, int]]:
    """Hearers of a participle beside the cue: "Speaking to reporters in Easthaven, she said"."""
    tokens = clause.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.low in data.words("speaking") and _belongs(clause, at, at + 1):
            for frame, takes in _frames().get(token.low, ()):
                begin = _object(clause, at + 1, frame)
                found = [] if begin is None else _hearer(tokens, begin, takes)
                if found:
                    return found
    return []


# --- venues ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Venue:
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


def _venue_phrases(clause: _Clause) -> list[_Venue]:
    tokens = clause.tokens
    found: list[_Venue] = []
    at = 0
    while at < len(tokens):
        venue = _venue_at(clause, at)
        if venue is not None and _belongs(clause, at, venue.last) and _attached(clause, at, venue.last):
            found.append(venue)
            at = venue.last
        else:
            at += 1
    return found


def _venue_at(clause: _Clause, at: int) -> _Venue | None:
    """The venue whose preposition is ``tokens[at]``, or the gathering that ``tokens[at]`` tells something."""
    tokens = clause.tokens
    low = tokens[at].low
    if tokens[at].text == _BARRIER:
        return None
    if low == "on" and _is_programme(tokens, at + 1):
        return _named_programme(tokens, at + 1)
    if low in _venue_prepositions():
        return _headed(tokens, at)
    takes_hearer = clause.cue_first <= at < clause.cue_last and any(f == "np" for f, _ in _frames().get(low, ()))
    if takes_hearer or low == "addressing":
        end = _phrase(tokens, at + 1, len(tokens))
        if end > at + 1 and _is_gathering(tokens, at + 1, end):
            return _Venue(at + 1, end, _complements(tokens, end), ())
    return None


def _headed(tokens: tuple[_Token, ...], at: int) -> _Venue | None:
    """A venue with a head of the list: article, up to some modifiers, head, complements."""
    best: _Venue | None = None
    for index in range(at + 1, min(at + 1 + _HEAD_WORDS, len(tokens))):
        token = tokens[index]
        if not token.word and token.text not in (",", "&"):
            break
        if index > at + 1 and _ends_phrase(tokens, index):
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
                best = _Venue(at + 1, index + 1, index + 1, addressed)
                break
    if best is None or tokens[best.first].text.isdigit():
        return None
    if tokens[best.first].low.endswith("ing") and (best.head > best.first + 1 or tokens[at].low == "after"):
        return None  # "in releasing the email", "after meeting with"
    if not _ends_head(tokens, best.head):
        return None
    return _Venue(best.first, best.head, _complements(tokens, best.head), best.addressed_by)


def _opens_phrase(token: _Token) -> bool:
    return not token.word or token.capital or token.low in data.words("determiners")


def _ends_head(tokens: tuple[_Token, ...], at: int) -> bool:
    """Whether what follows a venue's head leaves it the head: not "a conference | room", "a breakfast | spot"."""
    if _bounded(tokens, at) or tokens[at].capital or _is_date(tokens[at]) or tokens[at].low in data.words("issued"):
        return True
    return tokens[at].low.endswith(("ing", "ed", "ly")) or tokens[at].low in data.words("after_venue") | data.words(
        "titled"
    )


def _is_programme(tokens: tuple[_Token, ...], at: int) -> bool:
    """Whether an outlet's possessive and a title stand here: "VTR’s “Morning Hour”", "Channel Five’s Daybreak"."""
    end = at
    while end < len(tokens) and end < at + 4 and tokens[end].capital and not tokens[end].low.endswith("'s"):
        end += 1
    if end + 1 >= len(tokens) or not tokens[end].capital or not tokens[end].low.endswith("'s"):
        return False
    return tokens[end + 1].capital or _quoted_title(tokens, end + 1) > end + 1


def _named_programme(tokens: tuple[_Token, ...], at: int) -> _Venue:
    end = at
    while not tokens[end].low.endswith("'s"):
        end += 1
    title = _quoted_title(tokens, end + 1)
    if title == end + 1:
        title = _plain(tokens, end + 1, len(tokens))
    return _Venue(at, title, _complements(tokens, title), ())


def _quoted_title(tokens: tuple[_Token, ...], at: int) -> int:
    """The end of a quoted title of up to eight words at ``at``; ``at`` if there is none."""
    if at >= len(tokens) or tokens[at].text not in _QUOTE_PAIRS:
        return at
    closing = _QUOTE_PAIRS[tokens[at].text]
    for index in range(at + 2, min(at + 10, len(tokens))):
        if tokens[index].text == closing:
            return index + 1
    return at


def _complements(tokens: tuple[_Token, ...], at: int) -> int:
    """Where the complements of a head that ends at ``at`` end: outlets, places, dates, titles."""
    while at < len(tokens):
        further = _complement(tokens, at)
        if further == at:
            break
        at = further
    while tokens[at - 1].low in data.words("issued"):  # "a statement released <by …>": the participle's rest is masked
        at -= 1
    return at


def _complement(tokens: tuple[_Token, ...], at: int) -> int:
    token = tokens[at]
    title = _quoted_title(tokens, at)
    if title > at:
        return title
    if token.low in data.words("issued"):
        return at + 1 if at + 1 < len(tokens) and tokens[at + 1].word else at
    date = _date_end(tokens, at)
    if date > at:
        return date
    if token.capital and not _ends_phrase(tokens, at):  # "the podcast Long Table"
        return _plain(tokens, at, len(tokens))
    if token.low in data.words("titled"):
        title = _quoted_title(tokens, at + 1)
        return title if title > at + 1 else at
    if token.low in data.words("complement_prepositions"):
        end = _date_end(tokens, at + 1)
        if end > at + 1:
            return end
        end = _phrase(tokens, at + 1, len(tokens))
        return end if end > at + 1 and _nominal(tokens, at, end) else at
    return at


def _nominal(tokens: tuple[_Token, ...], at: int, last: int) -> bool:
    """Whether what follows the preposition at ``at`` is surely no infinitive: "to | lawmakers", not "to | mark"."""
    if tokens[at].low not in ("to", "for", "by"):
        return True
    return tokens[at + 1].low in data.words("determiners") or _is_audience(tokens, at + 1, last)


def _addressed_by(clause: _Clause, venue: _Venue) -> list[tuple[int, int]]:
    tokens = clause.tokens
    for at in range(venue.head, venue.last):
        if tokens[at].low in venue.addressed_by:
            return _hearer(tokens, at + 1, "readers" if tokens[at].low == "to" else "person")
    return []


def _belongs(clause: _Clause, first: int, last: int) -> bool:
    """Whether a phrase is the cue's own: no other reporting verb stands between the two."""
    if last <= clause.cue_first:
        between = clause.tokens[last : clause.cue_first]
    elif first >= clause.cue_last:
        between = clause.tokens[clause.cue_last : first]
    else:
        return True
    return not any(_reports(token) for token in between)


def _attached(clause: _Clause, first: int, last: int) -> bool:
    """Whether a venue stands where this cue's would: at the sentence's head, after a comma, or close to the cue."""
    tokens = clause.tokens
    if last <= clause.cue_first:
        lead = [t.low for t in tokens[max(0, first - _LEAD) : first]]
        return (
            first <= _LEAD
            or lead[-1] == ","
            or lead[-1][0] == _BARRIER
            or any(word in data.words("speaking") for word in lead)
        )
    if first >= clause.cue_last:
        between = tokens[clause.cue_last : first]
        content = [i for i, t in enumerate(between) if t.text == _BARRIER]
        return len(between) - (content[-1] if content else 0) <= (_TRAIL if content else _GAP)
    return True


def _reports(token: _Token) -> bool:
    """A finite reporting verb; "saying" and nouns such as "report" do not open a statement of their own here."""
    finite = token.low.endswith("ed") or token.low in ("said", "says", "told", "tells", "wrote", "writes")
    return finite and token.low in data.speech_forms()


def _outermost(found: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)
