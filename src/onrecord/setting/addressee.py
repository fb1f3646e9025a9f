"""To whom a statement was made: the hearers that the cue, a participle beside it, or a venue takes."""

from __future__ import annotations

from onrecord import data
from onrecord.setting.clause import BARRIER, Clause, Extents, Token, belongs, outermost, read_clause, tokenize
from onrecord.setting.frames import frames, object_start
from onrecord.setting.phrase import is_audience, is_bounded, is_date, is_gathering, phrase_end
from onrecord.setting.venue import Venue, venue_phrases

_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re"])


def addressees(text: str, source: Extents, cue: Extents, content: Extents) -> tuple[tuple[int, int], ...]:
    """The noun phrases, as ``[start, end)`` of ``text``, that say to whom the statement was made, in order."""
    clause = read_clause(text, source, cue, content)
    if clause is None:
        return ()
    found = set(_told(text, clause)) | set(_spoken_to(clause))
    for venue in venue_phrases(clause):
        found |= set(_addressed_by(clause, venue))
    return outermost(found)


def _told(text: str, clause: Clause) -> list[tuple[int, int]]:
    """Hearers that the cue's own verb takes: "told reporters", "called on the government", "said to her"."""
    tokens = clause.tokens
    for at in range(clause.cue_last - 1, clause.cue_first - 1, -1):
        if _passive(tokens, at):
            continue
        for frame, takes in frames().get(tokens[at].low, ()):
            begin = object_start(clause, at + 1, frame)
            if begin is None:
                continue
            if begin < len(tokens) and tokens[begin].text == BARRIER:
                return _within_content(text, clause, tokens[begin].start) if frame in ("np", "on", "upon") else []
            found = _hearer(tokens, begin, takes)
            if found:
                return found
    return []


def _passive(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the hearer is no object there: "was told", "when asked"."""
    before = [t.low for t in tokens[max(0, at - 2) : at]]
    if before[-1:] == ["when"]:
        return True
    return tokens[at].low.endswith("d") and any(low in _BE for low in before)


def _hearer(tokens: tuple[Token, ...], at: int, takes: str) -> list[tuple[int, int]]:
    end = phrase_end(tokens, at, len(tokens))
    if end == at or not is_bounded(tokens, end) or is_gathering(tokens, at, end) or is_date(tokens[at]):
        return []
    if tokens[end - 1].low in data.words("not_addressed"):
        return []
    plural = tokens[end - 1].low.endswith("s") and not tokens[end - 1].low.endswith("ss")
    to_do = takes == "person" and end < len(tokens) and tokens[end].low in (f"{BARRIER}to", f"{BARRIER}not")
    if takes != "any" and not is_audience(tokens, at, end) and not (plural and (takes == "readers" or to_do)):
        return []
    return [(tokens[at].start, tokens[end - 1].end)]


def _within_content(text: str, clause: Clause, start: int) -> list[tuple[int, int]]:
    """The hearer that annotation has put into the content: "urged <parliament to vote>", "told <reporters that …>"."""
    end = next((high for low, high in clause.content if low == start), start)
    tokens = tuple(tokenize(text, start, min(end, start + 200)))
    last = phrase_end(tokens, 0, len(tokens))
    if last in (0, len(tokens)) or not is_audience(tokens, 0, last) or is_gathering(tokens, 0, last):
        return []
    follows = [token.low for token in tokens[last : last + 2] if token.low != "not"]
    if follows[:1] not in (["to"], ["that"], ["whether"], ["if"]):
        return []
    return [(tokens[0].start, tokens[last - 1].end)]


def _spoken_to(clause: Clause) -> list[tuple[int, int]]:
    """Hearers of a participle beside the cue: "Speaking to reporters in Easthaven, she said"."""
    tokens = clause.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.low in data.words("speaking") and belongs(clause, at, at + 1):
            for frame, takes in frames().get(token.low, ()):
                begin = object_start(clause, at + 1, frame)
                found = [] if begin is None else _hearer(tokens, begin, takes)
                if found:
                    return found
    return []


def _addressed_by(clause: Clause, venue: Venue) -> list[tuple[int, int]]:
    tokens = clause.tokens
    for at in range(venue.head, venue.last):
        if tokens[at].low in venue.addressed_by:
            return _hearer(tokens, at + 1, "readers" if tokens[at].low == "to" else "person")
    return []
