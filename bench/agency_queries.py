"""What somebody would search the benchmark's prose for: words, meanings, and combinations of filters.

The queries are taken from the records that ``agency.records`` gives for the same seed, so that they find something.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from random import Random

from bench.agency import records
from bench.agency_world import topics
from onrecord.types import Act, Article, Kind, Statement

SAMPLE = 6_000  # statements that queries are drawn from
WORDS, MEANINGS, FILTERS = 200, 100, 100  # how many of each
PHRASES, PREFIXES = 40, 20  # of the word queries: in quotation marks, and ending in "*"
COMMON, FREQUENT, MEDIUM = 50, 150, 1_500
"""Words by rank in the sample: up to here in every other sentence, frequent, medium; the others are rare."""

SHORT = 2  # letters
STEM = 4  # letters at least of a prefix
CONDITIONS = ("speaker", "outlet", "kind", "act", "days", "confidence")
_WORD = re.compile(r"[^\W\d_]+(?:’[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Filter:
    """Three conditions on a statement; the others are None. ``since`` and ``until`` are ISO days, both or neither."""

    speaker: str | None = None
    outlet: str | None = None
    kind: Kind | None = None
    act: Act | None = None
    since: str | None = None
    until: str | None = None
    min_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Queries:
    """``words`` in the search's own syntax (``"…"`` a phrase, ``…*`` a prefix), ``meanings`` in plain English."""

    words: tuple[str, ...]
    meanings: tuple[str, ...]
    filters: tuple[Filter, ...]


def queries(seed: int) -> Queries:
    """Realistic queries over ``records(…, seed)``: 200 of words, 100 of meaning, 100 combinations of three filters."""
    rng = Random(f"queries {seed}")
    held = [(record.article, one) for record in records(SAMPLE, seed) for one in record.statements if one.content]
    said = [_WORD.findall(one.content_text.lower()) for _, one in held]
    return Queries(_words(rng, said), _meanings(rng), _filters(rng, held))


def _words(rng: Random, said: list[list[str]]) -> tuple[str, ...]:
    ranks = {word: rank for rank, (word, _) in enumerate(Counter(w for words in said for w in words).most_common())}
    made: dict[str, None] = {}  # in order, each once
    while len(made) < WORDS:
        at = len(made)
        words = said[int(rng.random() * len(said))]
        if at < PHRASES:
            length = 2 + int(rng.random() * 3)
            start = int(rng.random() * max(1, len(words) - length))
            phrase = words[start : start + length]
            if len(phrase) == length and not (_common(phrase[0], ranks) or _common(phrase[-1], ranks)):
                made[f'"{" ".join(phrase)}"'] = None
            continue
        choices = [word for word in words if _in_band(word, ranks, at % 3)]
        if not choices:
            continue
        first = choices[int(rng.random() * len(choices))]
        if at < PHRASES + PREFIXES:
            if len(first) > STEM + 1:
                made[f"{first[: STEM + int(rng.random() * (len(first) - STEM))]}*"] = None
            continue
        # All words of one statement, so that together they find it.
        others = [word for word in words if not _common(word, ranks)]
        more = rng.sample(others, min(len(others), int(rng.random() * 4)))
        made[" ".join(dict.fromkeys([first, *more]))] = None
    found = list(made)
    rng.shuffle(found)
    return tuple(found)


def _common(word: str, ranks: dict[str, int]) -> bool:
    """Whether nobody would search for a word alone: "of", "would"."""
    return len(word) <= SHORT or ranks[word] < COMMON


def _in_band(word: str, ranks: dict[str, int], band: int) -> bool:
    """Whether a word is rare (band 0), medium (1) or frequent (2)."""
    low, high = ((MEDIUM, len(ranks)), (FREQUENT, MEDIUM), (COMMON, FREQUENT))[band]
    return len(word) > SHORT and "’" not in word and low <= ranks[word] < high


def _meanings(rng: Random) -> tuple[str, ...]:
    return tuple(rng.sample([query for topic in topics() for query in topic.queries], MEANINGS))


def _filters(rng: Random, held: list[tuple[Article, Statement]]) -> tuple[Filter, ...]:
    made: list[Filter] = []
    while len(made) < FILTERS:
        article, one = held[int(rng.random() * len(held))]
        # Groups, such as "residents", are speakers too, but not what a filter is set to.
        if one.speaker is None or not article.published or one.speaker.name[0].islower():
            continue
        chosen = rng.sample(CONDITIONS, 3)
        least = (0.5, 0.7, 0.8, 0.9)[int(rng.random() * 4)]
        if "confidence" in chosen and one.confidence < least:
            continue
        year = int(article.published[:4])
        since = f"{year}-01-01" if rng.random() < 0.7 else f"{article.published[:7]}-01"
        dated = "days" in chosen
        made.append(
            Filter(
                speaker=one.speaker.name if "speaker" in chosen else None,
                outlet=article.outlet if "outlet" in chosen else None,
                kind=one.kind if "kind" in chosen else None,
                act=one.act if "act" in chosen else None,
                since=since if dated else None,
                until=f"{year + 1}-01-01" if dated else None,
                min_confidence=least if "confidence" in chosen else None,
            )
        )
    return tuple(made)
