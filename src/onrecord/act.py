"""What a statement does: asserts, denies, asks, … read off its cue, and off its content where the cue is neutral.

The lexicon is ``data/acts.tsv``. A cue is matched on word forms made from the base forms there; a negator in front
("did not deny", "refused to rule out") gives the act in the entry's third column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from onrecord import data
from onrecord.types import Act

_WORD = re.compile(r"[a-z]+(?=n't)|n't|'[a-z]+|[^\W\d_]+(?:-[^\W\d_]+)*|\?")
_ASKED = (["ask"], ["asks"], ["asked"], ["asking"])  # the one verb that asks for answers and for deeds alike
_OPENING_MARKS = "\"'“‘`«„("
_CLOSING_MARKS = "\"'”’»)] \n"
# Content is asked for its opening only: "said he would not comment on …" refuses, "said that after he had … the
# minister, who would not comment" does not. 12 words hold the opening clause of such refusals.
_OPENING_WORDS = 12
# Words of content that may complete a phrasal cue: "declined" + "to comment", "called" + "for calm".
_COMPLETING_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the lexicon; ``rest`` are the words after the first."""

    rest: tuple[str, ...]
    act: Act
    negated: Act
    kind: str  # "s", "r" or "a": see the head of acts.tsv

    @property
    def speech(self) -> bool:
        return self.kind in ("s", "r")


@dataclass(frozen=True, slots=True)
class _Match:
    entry: _Entry
    start: int
    length: int
    negated: bool
    denied: bool  # a negator reaches it, though it may leave the act as it is ("could not say")
    negates: bool
    verbal: bool  # first word of the cue, or plainly a verb there: "said, denying it", not "said in a debate"

    @property
    def act(self) -> Act:
        return self.entry.negated if self.negated else self.entry.act


def classify(cue: str, content: str) -> Act:
    """The act of a statement with this ``cue`` and ``content``, each its parts joined; ``assert`` where none shows."""
    cue_words = _words(cue)
    # A quotation does not complete a cue: in 'declined: "To comment now …"' the words are not the reporter's.
    tail = [] if content.lstrip().startswith(tuple(_OPENING_MARKS)) else _words(content)[:_COMPLETING_WORDS]
    match = _best(cue_words + tail, len(cue_words))
    if match is not None and match.negates:  # "declined" + "to rule out": the deed refused stands in the content
        match = _best(cue_words + tail, len(cue_words) + len(tail))
    if match is None:
        return _of_content(content) if not _negator_before(cue_words, len(cue_words)) else "assert"
    if match.entry.act == "assert" and match.entry.speech and not match.negated:
        return "assert" if match.denied else _of_content(content)
    if cue_words[match.start : match.start + 1] in _ASKED and _requests(content):
        return "demand"
    return match.act


def is_refusal_cue(cue: str) -> bool:
    """Whether the cue by itself says that nothing was said: "declined to comment", "did not elaborate"."""
    words = _words(cue)
    match = _best(words, len(words))
    return match is not None and match.act == "refuse-to-comment"


def is_reporting(word: str) -> bool:
    """Whether this word form is one of a verb (or noun) of speech: "said", "telling", "according"."""
    return word.lower().replace("’", "'") in data.speech_forms()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def _of_content(content: str) -> Act:
    """The act of what a neutral cue ("said", "added", none) reports."""
    words = _words(content)[:_OPENING_WORDS]
    match = _best(words, len(words))
    if match is not None and match.act == "refuse-to-comment" and match.entry.kind == "r":
        return "refuse-to-comment"
    said = content.rstrip()
    # one closing mark: in ‘… asked me, “Why?”’ the question is another's, told by the speaker
    asks = said.rstrip(_CLOSING_MARKS).endswith("?") and not said.endswith(("”’", "’”", "'\"", "\"'", "’''"))
    if asks or words[:1] == ["whether"]:
        return "ask"
    return "assert"


def _requests(content: str) -> bool:
    """Whether what was asked is a deed, not a question: "asked <the court to stay the order>"."""
    words = _words(content)
    if not words or words[-1] == "?" or content.lstrip().startswith(tuple(_OPENING_MARKS)):
        return False
    opening = words[:8]  # room for "the two governments of Norland and Sudmark to"
    if opening[0] in _interrogatives():
        return False
    if "to" not in opening:
        return opening[0] in ("for", "that")
    return not (_interrogatives() | {"that"}).intersection(opening[: opening.index("to")])


def _best(words: list[str], within: int) -> _Match | None:
    """The longest match that begins before ``within``, the first among equals; a mere negator for want of others."""
    best: _Match | None = None
    for match in _matches(words, within):
        if best is None or _rank(match) > _rank(best):
            best = match
    return best


def _rank(match: _Match) -> tuple[bool, int, bool]:
    # "seemed to deny", "replied, denying it": the verb that tells more decides between two of one length
    return not match.negates, match.length, match.verbal and match.act != "assert"


def _matches(words: list[str], within: int) -> Iterator[_Match]:
    lexicon = _lexicon()
    for start in range(within):
        for entry in lexicon.get(words[start], ()):
            end = _end(words, start + 1, entry.rest)
            if end is None:
                continue
            negator = _negator_before(words, start)
            denied = negator is not None
            silences = negator == "silence" or entry.negated != "refuse-to-comment"
            verbal = start == 0 or words[start - 1] == "to" or words[start].endswith(("ing", "ed"))
            # "declined", "refused": a deed of its own only where the deed refused has no entry
            negates = not entry.rest and words[start] in _negators()
            yield _Match(entry, start, 1 + len(entry.rest), denied and silences, denied, negates, verbal)


def _end(words: list[str], at: int, rest: tuple[str, ...]) -> int | None:
    """Where ``rest`` ends if it follows from ``at`` on, adverbs skipped; None if it does not."""
    for wanted in rest:
        while at < len(words) and words[at] != wanted and _is_adverb(words[at]):
            at += 1
        if at == len(words) or words[at] != wanted:
            return None
        at += 1
    return at


def _negator_before(words: list[str], at: int) -> str | None:
    """``silence`` or ``denial`` where a negator reaches the word ``at``, else None. "Could not say" does not know."""
    negators = _negators()
    for back in range(1, min(at, 5) + 1):
        found = negators.get(words[at - back])
        if found is not None and back <= found[0]:
            unable = at > back and words[at - back - 1] in ("could", "can") and words[at : at + 1] == ["say"]
            return "silence" if found[1] and not unable else "denial"
    return None


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in data.words("adverbs")


@cache
def _interrogatives() -> frozenset[str]:
    return data.words("interrogatives")


@cache
def _negators() -> dict[str, tuple[int, bool]]:
    return {
        form: (int(reach), silence == "yes")
        for word, reach, silence, _note in data.table("negators", 4)
        for form in data.forms(word)
    }


@cache
def _lexicon() -> dict[str, tuple[_Entry, ...]]:
    """First word form → entries that begin with it."""
    found: dict[str, list[_Entry]] = {}
    for pattern, act, negated, kind, _note in data.table("acts", 5):
        first, *rest = pattern.split()
        entry = _Entry(tuple(rest), _act(act), _act(negated), kind)
        for form in data.forms(first):
            found.setdefault(form, []).append(entry)
    return {form: tuple(entries) for form, entries in found.items()}


def _act(name: str) -> Act:
    if name not in get_args(Act):
        raise ValueError(f"acts.tsv: no such act: {name!r}; one of {', '.join(get_args(Act))} expected")
    return cast(Act, name)
