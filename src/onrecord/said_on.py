"""On which day a statement was made: its own time expression, its venue's, or that of the speaker's running statement.

What the clause does not tie to the cue is left alone: "said after Thursday's vote" tells nothing of the day, and the
day of publication is never assumed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onrecord import data
from onrecord.types import Dated, When

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]

_STOP = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘(\[]?[A-Z0-9])|\n")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|St|Lt|Col|Capt|Prof|Rev|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[ap]\.m|U\.S|U\.N|U\.K)\.\s\Z"
)
_WORDS = re.compile(r"[^\W_]+")
# Between a cue and a time: another event takes the time to itself.
_OTHER_EVENT = re.compile(
    r"[;:\n]|\b(?:after|before|since|until|ahead|following|amid|when|while|as|who|which|that|whose|where|because|if|and|"
    r"but|for|by|over|about|referring|regarding|concerning|despite|to be|would|will)\b",
    re.IGNORECASE,
)
_HEAD_WORDS = 6  # words that may lead a sentence up to its time: "But in a statement late on"
_CONJUNCTION = re.compile(r"\A[\s\"“]*(?:But|And|Yet|So|Still|However|Meanwhile|Then)\b,?")
_LEAD = 5  # words between a time at the head and the source: "On Tuesday, in Norhaven, the"
_REACH = 14  # words between a cue and its time: "told reporters at the party's congress in Norhaven on"
_AFTER = 2  # words between a content and the cue's time: "late on"
_PARAGRAPHS = 4  # after which a speaker's next statement is no longer taken for the same occasion
# Reports of what was said over and over, or on another occasion.
_OTHER_TIME = re.compile(
    r"\b(?:ha(?:s|ve|d)|repeatedly|often|always|previously|earlier|once|later|long|never|initially|originally|usually|"
    r"routinely|consistently|respond|responded|reply|reached|returned)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a statement when its day is asked for: ``speaker`` is an entity's id, ``inner`` has a parent."""

    source: Pairs
    cue: Pairs
    content: Pairs
    venue: Pairs
    speaker: str | None
    inner: bool


def said_on(text: str, statements: Sequence[Told], whens: Sequence[When], head: int = 0) -> list[Dated | None]:
    """The day of each statement, in the order of the text. Times before ``head``, the dateline's, tell nothing."""
    stops = [m.end() for m in _STOP.finditer(text) if not _ABBREVIATION.search(text, max(0, m.end() - 8), m.end())]
    usable = [one for one in whens if one.type in ("DATE", "TIME") and _settled(one) and one.span.start >= head]
    starts = [when.span.start for when in usable]
    taken = sorted(extent for one in statements for extent in one.content)
    answers: list[Dated | None] = []
    running: dict[str, tuple[int, Dated]] = {}
    for one in statements:
        answer = None
        anchor = one.cue or one.content
        if anchor:
            begin, stop = _sentence(stops, len(text), anchor[0][0])
            near = usable[bisect_left(starts, begin) : bisect_right(starts, stop)]
            if one.inner:
                near = _inside(near, taken, one)
            if one.cue:
                own = _own(text, one, near, (begin, stop), taken)
                answer = own or _of_venue(one, usable, starts) or _trailing(text, one, near, stop)
            if answer is None and one.speaker is not None and not one.inner:
                answer = _running(text, one, running.get(one.speaker), anchor[0][0])
            if answer is not None and one.speaker is not None and not one.inner:
                running[one.speaker] = (anchor[0][0], answer)
        answers.append(answer)
    return answers


def _inside(near: Sequence[When], taken: Sequence[Pair], one: Told) -> list[When]:
    """The times that stand in the content around an inner statement: those before it are the outer one's."""
    at = one.cue[0][0] if one.cue else one.content[0][0]
    around = [part for part in taken if part[0] <= at < part[1] and part not in one.content]
    return [when for when in near if any(start <= when.span.start < end for start, end in around)]


def dated(when: When) -> Dated | None:
    """A when as the day of something, where both its ends are known."""
    if when.interval is None or when.interval.start is None or when.interval.end is None:
        return None
    return Dated(when.interval.start, when.interval.end, when.value, when.id)


def _settled(when: When) -> bool:
    return when.interval is not None and when.interval.start is not None and when.interval.end is not None


def _sentence(stops: Sequence[int], length: int, at: int) -> Pair:
    place = bisect_right(stops, at)
    return (stops[place - 1] if place else 0), (stops[place] if place < len(stops) else length)


def _own(text: str, one: Told, near: Iterable[When], sentence: Pair, taken: Sequence[Pair]) -> Dated | None:
    """The time that belongs to the cue, the nearest if several do."""
    cue_start, cue_end = one.cue[0][0], one.cue[-1][1]
    source = one.source[0] if one.source else None
    best: tuple[int, When] | None = None
    for when in near:
        start, end = when.span.start, when.span.end
        if _within(start, taken, one) or (source and source[0] <= start and end <= source[1] and start > source[0]):
            continue
        if cue_start <= start and end <= cue_end:
            distance = 0
        elif start >= cue_end:
            between = _without(text, cue_end, start, one.content + one.source)
            said = max([stop for begin, stop in one.content if begin >= cue_end and stop <= start], default=cue_end)
            if len(_WORDS.findall(between)) > _REACH or _OTHER_EVENT.search(between):
                continue
            if said > cue_end and len(_WORDS.findall(text[said:start])) > _AFTER:
                continue  # more of what was said: "… that measures | (orders to stay at home) peaked in | April"
            distance = len(between)
        else:
            first = min(cue_start, source[0]) if source and source[0] > end else cue_start
            if (source and end <= source[0]) or source is None or source[0] > cue_start:
                lead = _CONJUNCTION.sub("", text[sentence[0] : start])
                between = text[end:first]
                if len(_WORDS.findall(lead)) > _HEAD_WORDS or _OTHER_EVENT.search(lead):
                    continue
            else:
                between = text[max(end, source[1] if source[1] <= cue_start else end) : cue_start]
                if start < source[1]:
                    continue
                between = text[source[1] : start] + " " + text[end:cue_start]
            if len(_WORDS.findall(between)) > _LEAD or _OTHER_EVENT.search(between):
                continue
            distance = 1000 + len(between)
        if best is None or distance < best[0]:
            best = (distance, when)
    return dated(best[1]) if best else None


def _within(at: int, taken: Sequence[Pair], one: Told) -> bool:
    """Whether a position lies in a content: anybody's, but an inner statement lies in one itself."""
    if any(start <= at < end for start, end in one.content):
        return True
    if one.inner:
        return False
    place = bisect_right(taken, (at, len(taken) + 10**9)) - 1
    while place >= 0 and place >= bisect_right(taken, (at, 0)) - 3:
        if taken[place][0] <= at < taken[place][1]:
            return True
        place -= 1
    return False


def _without(text: str, begin: int, stop: int, content: Pairs) -> str:
    """``text[begin:stop]`` without the content's characters."""
    kept, at = [], begin
    for start, end in sorted(content):
        if end <= at or start >= stop:
            continue
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    kept.append(text[at : max(at, stop)])
    return " ".join(kept)


def _of_venue(one: Told, usable: Sequence[When], starts: Sequence[int]) -> Dated | None:
    for start, end in one.venue:
        for when in usable[bisect_left(starts, start) : bisect_right(starts, end)]:
            if when.span.end <= end:
                return dated(when)
    return None


def _trailing(text: str, one: Told, near: Sequence[When], stop: int) -> Dated | None:
    """The day that ends a content without a verb: "called for calm on Thursday" tells when the call was made."""
    if len(one.content) != 1 or one.inner:
        return None
    start, end = one.content[0]
    words = [word.lower() for word in _WORDS.findall(text[start:end])]
    if (
        not words
        or words[0] in data.words("clause_openers")
        or data.words("finite_verbs").intersection(words)
        or start < one.cue[-1][1]
    ):
        return None
    for when in near:
        if when.span.end == end and _WEEKDAY.match(when.span.text) and text[: when.span.start].endswith("on "):
            return None if text[end:stop].strip(' .,\n"”') else dated(when)
    return None


_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


def _running(text: str, one: Told, before: tuple[int, Dated] | None, at: int) -> Dated | None:
    if before is None or text.count("\n\n", before[0], at) > _PARAGRAPHS:
        return None
    cue = " ".join(text[start:end] for start, end in one.cue)
    return None if _OTHER_TIME.search(cue) else before[1]
