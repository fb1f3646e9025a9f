"""Attributions → statements: the pieces put together, quotations carried on, refusals added."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from onrecord import act, data
from onrecord.quotation import Quotation, quotations
from onrecord.refusal import refusals, same_sentence
from onrecord.types import Act, Article, Kind

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]
Rate = Callable[[tuple[float, ...]], float]

_WORD = re.compile(r"\w+")
_start = attrgetter("start")
_MARKS = "\"“”‘’'`„«»"
_DASH = re.compile(r"[\s–—-]*")


@dataclass(frozen=True, slots=True)
class Found:
    """One attribution in code points, with its three uncalibrated probabilities.

    ``edges`` is the least marginal among its spans' edges, ``tied`` that its contents belong to the cue,
    ``sourced`` that the source (or its absence) is right. ``outer`` is the index of the one it lies within, or −1.
    """

    source: Pairs
    cue: Pairs
    content: Pairs
    edges: float
    tied: float
    sourced: float
    outer: int = -1


def inner_passages(text: str, found: Sequence[Found]) -> list[tuple[int, Pair]]:
    """Contents that may hold a statement of their own, as (index of the statement, extent).

    Training data marks no statement inside another, so the tagger finds none when it reads a whole paragraph;
    a content that reports speech is therefore read once more by itself.
    """
    cues = data.words("inner_cues")
    passages = []
    for index, one in enumerate(found):
        for start, end in one.content:
            words = _WORD.findall(text, start, end)
            # Five words: the shortest inner statement with a source, a cue and a content of its own.
            if len(words) >= 5 and any(word.lower() in cues for word in words):
                passages.append((index, _unquoted(text, start, end)))
    return passages


def _unquoted(text: str, start: int, end: int) -> Pair:
    """A content without its own quotation marks: within them the tagger would take every word for content."""
    while start < end and text[start] in _MARKS:
        start += 1
    while start < end and text[end - 1] in _MARKS + ",":
        end -= 1
    return start, end


def admissible(text: str, inner: Found, outer: Found) -> bool:
    """Whether what was read inside a content is a statement of its own: all three parts, and a cue of speech."""
    cue = " ".join(text[a:b] for a, b in inner.cue)
    return (
        bool(inner.source and inner.cue and inner.content)
        and inner.edges * inner.tied * inner.sourced
        >= 0.3  # no corpus here marks inner statements: only clear ones pass
        and any(act.is_reporting(word) for word in _WORD.findall(cue))
        and inner.content != outer.content
    )


@dataclass(frozen=True, slots=True)
class Arranged:
    """An article's attributions in the order of the text; ``id`` and ``parent`` as the record gives them."""

    found: Found
    id: str
    parent: str | None
    kind: Kind
    act: Act
    confidence: float


def arrange(article: Article, found: Sequence[Found], rate: Rate) -> list[Arranged]:
    """The statements of an article, put together; ``rate`` makes a confidence of ``features``."""
    text = article.text
    quoted = quotations(text)
    head = _after_dateline(article)
    rows = [_tidy(text, one, head) for one in found]
    rows = _parted(text, rows, quoted)
    rows = _carry_on(text, rows, quoted)
    rows += _refused(text, rows, quoted)
    # What the dateline swallowed whole is none.
    kept = [i for i, one in enumerate(rows) if one.cue or one.content]
    order = sorted(kept, key=lambda i: _place(rows[i]))
    names = {index: f"s{position + 1}" for position, index in enumerate(order)}
    arranged = []
    for index in order:
        one = rows[index]
        kind = kind_of(text, one.content, _around(text, rows, index, quoted))
        cue, content = (" ".join(text[a:b] for a, b in part) for part in (one.cue, one.content))
        sure = rate(features(one, kind))
        arranged.append(Arranged(one, names[index], names.get(one.outer), kind, act.classify(cue, content), sure))
    return arranged


def _around(text: str, rows: Sequence[Found], index: int, quoted: Sequence[Quotation]) -> Sequence[Quotation]:
    """The quotations that decide a statement's kind: of one within another, those within the other's own marks."""
    one = rows[index]
    if one.outer < 0 or not one.content:
        return quoted
    for start, end in rows[one.outer].content:
        if start <= one.content[0][0] < end:
            head, tail = _unquoted(text, start, end)
            return [replace(q, start=q.start + head, end=q.end + head) for q in quotations(text[head:tail])]
    return quoted


def kind_of(text: str, content: Pairs, quoted: Sequence[Quotation]) -> Kind:
    """Direct when every word of the content stands between quotation marks, indirect when none does, else mixed."""
    inside = outside = 0
    for start, end in content:
        for word in _WORD.finditer(text, start, end):
            at = bisect_right(quoted, word.start(), key=_start) - 1
            if at >= 0 and word.start() < quoted[at].end:
                inside += 1
            else:
                outside += 1
    if not inside:
        return "indirect"
    return "mixed" if outside else "direct"


def features(one: Found, kind: Kind) -> tuple[float, ...]:
    """What a statement's confidence is made from; ``model.calibrate`` knows their weights."""

    def logit(p: float) -> float:
        p = min(max(p, 1e-4), 1 - 1e-4)
        return math.log(p / (1 - p))

    return (
        1.0,
        logit(one.edges),
        logit(one.tied),
        logit(one.sourced),
        float(kind == "direct"),
        float(kind == "mixed"),
        float(not one.source),
    )


def _carry_on(text: str, rows: list[Found], quoted: Sequence[Quotation]) -> list[Found]:
    """Quotations that run over paragraphs, and quoted paragraphs without a cue.

    A paragraph that opens with a mark after one whose mark never closed goes on with the same statement. A
    paragraph that is one closed quotation and has no cue continues the speaker before it, as a statement of its own.
    """
    rows = list(rows)
    covered = _Cover(rows)
    added: list[Found] = []
    previous: Quotation | None = None
    for region in quoted:
        if region.opens_paragraph and covered.share(text, region) < 0.2:
            before = _break_before(text, region.start)
            owner = covered.ending_in_paragraph_before(text, before) if before else -1
            while owner >= 0 and rows[owner].outer >= 0:  # who is quoted goes on, not whom they quoted
                owner = rows[owner].outer
            running = previous is not None and not previous.closed and before is not None and previous.end >= before
            if owner >= 0 and running:
                rows[owner] = replace(rows[owner], content=(*rows[owner].content, (region.start, region.end)))
                covered.add((region.start, region.end), owner)
            elif owner >= 0 and _fills_paragraph(text, region) and rows[owner].source and _quotes(rows[owner], quoted):
                # Of 95 such paragraphs annotated in PolNeAR train, 84 have the source of the statement before.
                sure = min(rows[owner].sourced, 84 / 95)
                added.append(Found(rows[owner].source, (), ((region.start, region.end),), 0.9, 0.9, sure))
                covered.add((region.start, region.end), owner)
        previous = region
    return rows + added


def _parted(text: str, rows: list[Found], quoted: Sequence[Quotation]) -> list[Found]:
    """Paragraphs of their own made statements of their own.

    The tagger ties a paragraph that is one quotation to the cue in the paragraph before, as PolNeAR's annotators do.
    Where that paragraph has a content and leaves no quotation open the speaker starts anew: a statement without a
    cue, whose source is the one before.
    """
    whole = {q.start: q for q in quoted if q.opens_paragraph and _fills_paragraph(text, q)}
    left_open = {q.end for q in quoted if not q.closed}
    kept: list[Found] = []
    added: list[Found] = []
    moved: dict[int, list[tuple[Pair, int]]] = {}  # statement → its parts that became statements, and which
    for index, one in enumerate(rows):
        stays: list[Pair] = []
        apart: list[Pair] = []
        for part in one.content:
            elsewhere = bool(one.cue) and "\n" in text[min(one.cue[0][0], part[0]) : part[0]]
            if elsewhere and stays and stays[-1][1] not in left_open and part[0] in whole:
                apart.append(part)
            else:
                stays.append(part)
        kept.append(replace(one, content=tuple(stays)) if apart else one)
        for part in apart:
            moved.setdefault(index, []).append((part, len(rows) + len(added)))
            added.append(replace(one, cue=(), content=(part,)))
    return [_rehoused(one, moved.get(one.outer, ())) for one in kept] + added


def _rehoused(one: Found, moved: Sequence[tuple[Pair, int]]) -> Found:
    """A statement that lay within a part which became a statement of its own lies within that one."""
    for (start, end), index in moved:
        if all(start <= a and b <= end for a, b in one.cue + one.content):
            return replace(one, outer=index)
    return one


def _quotes(one: Found, quoted: Sequence[Quotation]) -> bool:
    """Whether a statement's content touches a quotation."""
    for start, end in one.content:
        at = bisect_right(quoted, end - 1, key=_start) - 1
        if at >= 0 and quoted[at].end > start:
            return True
    return False


class _Cover:
    """Which statement covers which characters, kept in order of the text."""

    def __init__(self, rows: Sequence[Found]) -> None:
        self.parts = sorted(
            (start, end, index) for index, one in enumerate(rows) for start, end in one.content + one.cue
        )

    def add(self, part: Pair, index: int) -> None:
        at = bisect_right(self.parts, (*part, index))
        self.parts.insert(at, (*part, index))

    def share(self, text: str, region: Quotation) -> float:
        """How much of a region is covered already."""
        at = max(0, bisect_right(self.parts, (region.start, region.end, -1)) - 2)
        total = 0
        for index in range(at, len(self.parts)):  # no slice: a copy for every quotation
            start, end, _ = self.parts[index]
            if start >= region.end:
                break
            total += max(0, min(end, region.end) - max(start, region.start))
        return total / (region.end - region.start)

    def ending_in_paragraph_before(self, text: str, before: int) -> int:
        """The last statement in the paragraph that ends at ``before``, or −1."""
        at = bisect_right(self.parts, (before, before, 0)) - 1
        if at < 0:
            return -1
        start, end, index = self.parts[at]
        return (
            index if "\n" not in text[end:before].strip() and text.rfind("\n", 0, before) < max(end, start + 1) else -1
        )


def _break_before(text: str, start: int) -> int | None:
    """Where the paragraph before the one that opens at ``start`` ends."""
    at = start
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at if "\n" in text[at:start] else None


def _fills_paragraph(text: str, region: Quotation) -> bool:
    stop = text.find("\n", region.end)
    return region.closed and not text[region.end : stop if stop >= 0 else len(text)].strip()


def _refused(text: str, rows: Sequence[Found], quoted: Sequence[Quotation]) -> list[Found]:
    """Refusals that the tagger did not find. Their probabilities are set by hand: nothing here measures them."""
    taken = sorted((start, end) for one in rows for start, end in one.cue)
    clauses = sorted((one.cue[0][1], index) for index, one in enumerate(rows) if one.cue)
    added = []
    for refusal in refusals(text, [(region.start, region.end) for region in quoted]):
        start, end = refusal.cue
        at = bisect_right(taken, (end, end)) - 1
        if at >= 0 and taken[at][1] > start:
            continue
        source: Pairs = (refusal.source,) if refusal.source else ()
        if refusal.leans:
            before = bisect_right(clauses, (start, len(rows))) - 1
            if before >= 0 and same_sentence(text, clauses[before][0], start):
                source = rows[clauses[before][1]].source
        content: Pairs = (refusal.content,) if refusal.content else ()
        added.append(Found(source, (refusal.cue,), content, 0.9, 0.9, 0.8 if source else 0.5))
    return added


def _after_dateline(article: Article) -> int:
    if article.dateline is None:
        return 0
    dash = _DASH.match(article.text, article.dateline.end)
    return dash.end() if dash else article.dateline.end


def _before_punctuation(text: str, start: int, end: int) -> int:
    """Where a part ends when the comma, colon or dash after it is left off; a part that is nothing else stays."""
    stop = end
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;:–—-"):
        stop -= 1
    return stop if stop > start else end


def _tidy(text: str, one: Found, head: int) -> Found:
    """Parts clear of the dateline, which ends at ``head``, without the punctuation after them; contents joined."""

    def clear(parts: Pairs) -> Pairs:
        trimmed = ((max(start, head), _before_punctuation(text, start, end)) for start, end in parts if end > head)
        return tuple((start, end) for start, end in trimmed if start < end)

    return replace(one, source=clear(one.source), cue=clear(one.cue), content=_merged(text, clear(one.content)))


def _place(one: Found) -> tuple[int, int]:
    # Without the source: it may stand paragraphs before, and several statements may share it.
    parts = one.content + one.cue
    return min(start for start, _ in parts), -max(end for _, end in parts)


def _merged(text: str, parts: Pairs) -> Pairs:
    """Contents that touch, with nothing but blanks between them and no paragraph's end, become one."""
    merged: list[Pair] = []
    for start, end in sorted(parts):
        if merged and not text[merged[-1][1] : start].strip() and "\n" not in text[merged[-1][1] : start]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
