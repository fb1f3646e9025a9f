"""Noun phrases by word lists: where one ends, and whether it names people, a gathering or a date.

Positions are indices of tokens; every ``…_end`` gives the index after the last token, or ``at`` for none.
"""

from __future__ import annotations

from onrecord import data
from onrecord.setting.clause import Token

_PRONOUNS = frozenset(["me", "him", "her", "us", "them", "you"])


def phrase_end(tokens: tuple[Token, ...], at: int, stop: int) -> int:
    """Where the noun phrase that begins at ``at`` ends; ``at`` itself if none does.

    A plain phrase with "of" and "and" complements: no apposition, no relative clause.
    """
    end = plain_end(tokens, at, stop)
    while end > at and end + 1 < stop and tokens[end].low in ("of", "and", "&"):
        further = plain_end(tokens, end + 1, stop)
        if further == end + 1 or (tokens[end].low == "and" and not _coordinates(tokens, end, further, stop)):
            break
        end = further
    return end


def _coordinates(tokens: tuple[Token, ...], at: int, end: int, stop: int) -> bool:
    """Whether "and" at ``at`` joins two phrases, not two clauses: "lawmakers and voters", not "lawmakers and left"."""
    return tokens[at + 1].capital or tokens[at + 1].low in data.words("determiners", "audience")


def plain_end(tokens: tuple[Token, ...], at: int, stop: int) -> int:
    """Where the noun phrase without complements that begins at ``at`` ends; ``at`` itself if none does."""
    if at < stop and tokens[at].low in _PRONOUNS and (tokens[at].low != "her" or not _noun_follows(tokens, at, stop)):
        return at + 1
    end = at
    while end < stop and tokens[end].low in data.words("determiners"):
        end += 1
    head = end
    while end < stop and (tokens[end].word or tokens[end].text == "&") and not ends_phrase(tokens, end):
        if end > head and tokens[end].low in data.words("issued"):
            break  # "Norland Radio | published on", "lawmakers | dated"
        if end > head and tokens[end].low.endswith("ed") and tokens[end - 1].low in data.words("audience"):
            break  # "urged Senate colleagues returned from …": a clause begins
        end += 1
    return end if end > head else at


def _noun_follows(tokens: tuple[Token, ...], at: int, stop: int) -> bool:
    return at + 1 < stop and tokens[at + 1].word and not ends_phrase(tokens, at + 1)


def ends_phrase(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the word at ``at`` can belong to no noun phrase: a function word or an adverb."""
    low = tokens[at].low
    if low in data.words("function_words"):
        return True
    return low.endswith("ly") and not tokens[at].capital and low not in data.words("not_adverbs")


def is_bounded(tokens: tuple[Token, ...], end: int) -> bool:
    """Whether what follows a phrase can follow one: the end, a mark, a barrier or a function word."""
    if end >= len(tokens) or not tokens[end].word:
        return True
    return tokens[end].low in data.words("function_words", "issued")


def is_audience(tokens: tuple[Token, ...], first: int, last: int) -> bool:
    """Whether ``tokens[first:last]`` names people, a body or an outlet."""
    head = next((i for i in range(first + 1, last) if tokens[i].low == "of"), last) - 1
    if tokens[head].low in data.words("audience") or tokens[head].low in _PRONOUNS:
        return True
    return any(t.capital and t.low not in data.words("dates", "determiners") for t in tokens[first:last])


def is_gathering(tokens: tuple[Token, ...], first: int, last: int) -> bool:
    """Whether ``tokens[first:last]`` is a gathering with its article: "a rally", "the congress of miners"."""
    head = next((i for i in range(first + 1, last) if tokens[i].low == "of"), last) - 1
    return tokens[head].low in data.words("gatherings") and tokens[first].low in data.words("determiners")


def is_date(token: Token) -> bool:
    """Whether a token begins a date."""
    return token.low.rstrip(".") in data.words("dates") and token.low != "this"


def date_end(tokens: tuple[Token, ...], at: int) -> int:
    """Where a date that begins at ``at`` ends: "Tuesday evening", "Nov. 23", "late last week"; ``at`` if none does."""
    end = at
    while end < len(tokens) and tokens[end].low.rstrip(".") in data.words("dates"):
        end += 1
        while end < len(tokens) and tokens[end].text.isdigit():
            end += 1
    return end
