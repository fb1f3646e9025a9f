"""What a number counts: the noun phrase after it, bounded by word lists.

There is no parser here. The head of a count is the first plural within five words; the head of a measure ("tonnes of
grain") is the first word that is no modifier. A verb that no list holds may slip in before a plural.
"""

from __future__ import annotations

import re
from functools import cache

from onrecord import data

Pair = tuple[int, int]

_WORD = re.compile(r"[ \u00a0](?P<word>[^\W\d_][\w’'-]*(?:\.(?=\w)[\w.]*)?)")
_OF = re.compile(r" (?:of|in|worth of)(?= )")
_DETERMINER = re.compile(r" (?:the|its|their|all|his|her|our|those|these|a|an)(?= )")
_MORE = re.compile(r" (?:more|further|additional)(?= )")
_LONGEST = 5  # words; "young foreign-born Norlandic army recruits" has five
_JOINING = frozenset(["sports", "arms", "goods"])  # plurals that stand before another, as "women" and "dead" do
_MODIFIER = re.compile(r"(?:al|ic|ed|ous|ive|ary|ern|ese|ish|-\w+)$")
_STREET = re.compile(r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Boulevard|Drive|Way|Place)$")


@cache
def _stops() -> frozenset[str]:
    """Words that end a noun phrase; of the verbs of speech the past forms alone, since "attacks" and "calls" count."""
    told = {form for form in data.speech_forms() if form.endswith("ed")}
    return data.words("function_words", "figure_stops", "pronouns") | told | {"a", "an", "the", "this", "that"}


def plural(word: str) -> bool:
    """Whether ``word`` reads as the plural head of a count."""
    low = word.lower()
    if low in data.words("figure_plurals"):
        return True
    return low.endswith("s") and not low.endswith(("ss", "us", "is", "'s", "’s")) and len(low) > 2


def is_time(text: str, counted: Pair) -> bool:
    """Whether the head of ``counted`` is a stretch of time ("long years") or an "-year-old"."""
    return text[slice(*counted)].split()[-1].lower().rstrip(".") in data.words("figure_times")


def count(text: str, at: int) -> Pair | None:
    """The noun phrase counted by the number that ends at ``at``, up to its plural head; none if none is found."""
    of = _OF.match(text, at)
    if of and text[of.start() : of.end()] == " of":
        at = of.end()
        determiner = _DETERMINER.match(text, at)
        at = determiner.end() if determiner else at
    elif of:
        return None
    more = _MORE.match(text, at)
    at = more.end() if more else at
    return _plural_head(text, at)


def _plural_head(text: str, at: int) -> Pair | None:
    start = -1
    for _ in range(_LONGEST):
        match = _WORD.match(text, at)
        if match is None:
            return None
        word = match["word"]
        if word.lower() in _stops():
            return None
        start = match.start("word") if start < 0 else start
        at = match.end()
        if plural(word):
            following = _WORD.match(text, at)
            # "United Nations peacekeepers", "sports clubs": the head is the second of two plurals
            joined = following and plural(following["word"]) and following["word"].lower() not in _stops()
            if joined and following and (word[0].isupper() or word.lower() in _JOINING | data.words("figure_plurals")):
                return start, following.end()
            return (start, at) if not _STREET.search(word) else None
        if _STREET.search(word):
            return None
    return None


def measured(text: str, at: int, *, money: bool) -> Pair | None:
    """What the amount that ends at ``at`` is of: "tonnes of [grain]", "$3 billion in [aid]", "12% of the [workers]"."""
    of = _OF.match(text, at)
    if of is None or (of.group() == " in" and not money):
        return None
    at = of.end()
    determiner = _DETERMINER.match(text, at)
    if determiner and of.group() == " in":
        return None
    return mass(text, determiner.end() if determiner else at, inside=of.group() == " in")


def part(text: str, at: int) -> Pair | None:
    """What the share that ends at ``at`` is of: "12% of the [workers]", "a third of [output]"."""
    of = _OF.match(text, at)
    if of is None or of.group() != " of":
        return None
    return count(text, at) or measured(text, at, money=False)


def mass(text: str, at: int, *, inside: bool = False) -> Pair | None:
    """The noun phrase at ``at``: modifiers and their head. ``inside`` refuses one that may be a place or a time."""
    start = end = -1
    for _ in range(_LONGEST):
        match = _WORD.match(text, at)
        if match is None:
            break
        word = match["word"]
        low = word.lower()
        if low in _stops() or (
            inside and start < 0 and (word[0].isupper() or low.endswith("ing") or low in data.words("figure_times"))
        ):
            break
        start = match.start("word") if start < 0 else start
        at = end = match.end()
        if plural(word) or not (low in data.words("figure_modifiers") or word[0].isupper() or _MODIFIER.search(word)):
            following = None if plural(word) else _WORD.match(text, at)
            if following and plural(following["word"]) and following["word"].lower() not in _stops():
                end = following.end()  # "greenhouse gas emissions", "arms deliveries"
            break
    return (start, end) if start >= 0 else None
