"""Sources joined to whom the rules take them for, before the model's links are followed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.entity.clusters import FIRST, WE, Clusters
from onrecord.entity.described import Described, described, titles_of
from onrecord.speaker import Heard

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]

_LED = re.compile(r"(?:[A-Z][\w’'-]*\s)+\Z")  # capitalised words right before a name
_APPOSED = 120  # characters after a name in which an apposition tells the office


@dataclass(frozen=True, slots=True)
class Said:
    """A statement's parts that tell who speaks."""

    source: Pairs
    content: Pairs


def sources_of(clusters: Clusters, heard: Heard, said: Sequence[Said]) -> list[int | None]:
    """The mention that each statement's source is."""
    out: list[int | None] = []
    for one, reading in zip(said, heard.readings, strict=True):
        at = clusters.at(reading.start, reading.end) if reading.end > reading.start else None
        for start, end in one.source:
            if at is None:
                at = clusters.at(start, end)
        out.append(at)
    return out


def joined_by_rule(clusters: Clusters, heard: Heard, said: Sequence[Said], sources: Sequence[int | None]) -> set[int]:
    """Join sources to whom the rules take them for, and the quotations' "I" and "we" to their speakers."""
    fixed: set[int] = set()
    for answer, at in zip(heard.answers, sources, strict=True):
        if answer is None or at is None:
            continue
        target = clusters.naming(answer[1], answer[2])
        if target is not None and target != at and clusters.join(target, at):
            fixed.add(at)
    _join_by_office(clusters, heard, sources, fixed)
    inner: dict[int, tuple[int, int]] = {}  # mention → length of the innermost content around it, and its speaker
    first = sorted(at for at, kind in enumerate(clusters.kind) if kind in (FIRST, WE))
    starts = [clusters.start[at] for at in first]
    for one, at in zip(said, sources, strict=True):
        if at is None:
            continue
        for start, end in one.content:
            for mention in first[bisect_left(starts, start) : bisect_left(starts, end)]:
                quoted = int(clusters.traits.quote[mention]) >= 0
                if quoted and mention != at and (mention not in inner or end - start < inner[mention][0]):
                    inner[mention] = (end - start, at)
    fixed.update(mention for mention, (_, speaker) in inner.items() if clusters.join(speaker, mention))
    return fixed


def _join_by_office(clusters: Clusters, heard: Heard, sources: Sequence[int | None], fixed: set[int]) -> None:
    """Join "Norland’s prime minister" to the one person whom the article gives that office, of that state or body."""
    offices: list[tuple[int, Described]] = []
    for number, bearer in clusters.bearing.items():
        for member in clusters.of[bearer].members:
            phrase = clusters.text[clusters.start[member] : clusters.end[member]]
            name = clusters.people[number].name.split()
            offices += [(number, one) for one in titles_of(phrase, name)]
        start, end = clusters.people[number].start, clusters.people[number].end
        led = _LED.search(clusters.text, max(0, start - _APPOSED), start)
        if led is not None:  # "Prime Minister | Erik Tamm of Norland"
            phrase = clusters.text[led.start() : end + _APPOSED].split("\n")[0]
            offices += [(number, one) for one in titles_of(phrase, clusters.people[number].name.split())]
        after = clusters.text[end : end + _APPOSED].split("\n")[0]
        if after.startswith(", ") and (one := described(after[2:])):
            offices.append((number, one))
    for reading, answer, at in zip(heard.readings, heard.answers, sources, strict=True):
        itself = answer is None or (answer[1], answer[2]) == (reading.start, reading.end)
        if at is None or reading.kind not in ("phrase", "definite") or not itself:
            continue
        wanted = described(clusters.text[reading.start : reading.end])
        if wanted is None or not wanted.of:
            continue
        meant = {number for number, one in offices if one.same(wanted)}
        if len(meant) == 1 and clusters.join(clusters.bearing[meant.pop()], at):
            fixed.add(at)
