"""What was left behind in writing an article, as a Record; and the same article again, as another outlet prints it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from bench.agency_days import FIRST, Time, day
from bench.agency_draft import Claim, Draft, Key, Pair, Quantity
from bench.agency_text import Written, published
from bench.agency_world import countries, outlets, zipf
from onrecord.types import (
    Article,
    Dated,
    Entity,
    Figure,
    Interval,
    Mention,
    ModelInfo,
    Party,
    Record,
    Span,
    Speaker,
    Statement,
    When,
)

MODEL = ModelInfo(name="agency-prose", version="1", sha256=hashlib.sha256(b"agency-prose 1").hexdigest())
"""No weights made these records."""

CONFIDENCE = (0.10, 0.45, 0.563, 0.675, 0.749, 0.819, 0.864, 0.902, 0.935, 0.975, 0.999)
"""Tenths of the pipeline's confidence in what it finds in 20 articles of PolNeAR's training part."""

CUT, HEADED = (
    0.35,
    0.75,
)  # of copies: up to here cut at the end, up to here with another dateline; the rest, another lead
KEPT = (0.55, 0.95)  # share of a cut article's paragraphs that are printed


@dataclass(frozen=True, slots=True)
class _Window:
    """Which part of a text is kept, and what it is moved by."""

    start: int
    end: int
    by: int

    def holds(self, at: Pair) -> bool:
        return self.start <= at[0] and at[1] <= self.end


def record(written: Written, rng: Random) -> Record:
    """The record of an article."""
    return _record(written.article, written.draft, _Window(0, len(written.article.text), 0), rng)


def copy(written: Written, number: int, rng: Random) -> Record:
    """Article ``number``: an earlier one as another outlet prints it, cut, newly datelined, or with another lead."""
    article, draft, draw = written.article, written.draft, rng.random
    outlet = outlets()[zipf(draw, len(outlets()), 5)]
    start, end = article.dateline.end if article.dateline else 0, len(article.text)
    head, lot = article.text[:start], draw()
    if lot < CUT:
        paragraphs = [at for at in range(end) if article.text.startswith("\n\n", at)]
        if len(paragraphs) > 2:
            share = KEPT[0] + draw() * (KEPT[1] - KEPT[0])
            end = paragraphs[max(1, int(share * len(paragraphs)))]
        start, head = 0, ""
    elif lot < HEADED and article.dateline:
        town = countries()[zipf(draw, len(countries()), 3)].towns[0]
        head = (
            town.upper()
            + article.dateline.text[article.dateline.text.index(",") :].split(" (")[0]
            + f" ({outlet.name})"
        )
    else:
        start = article.text.find("\n\n")
        head += f"{' — ' if head else ''}{draft.topic.queries[int(draw() * len(draft.topic.queries))].capitalize()}."
    # A day later only where the text itself has the date that its times are reckoned from.
    later = int(draw() < 0.4 and draft.anchor == "dateline")
    text = head + article.text[start:end]
    today = day((draft.day.date - FIRST + timedelta(later)).days)
    dateline = None
    if article.dateline:
        dateline = Span.of(text, 0, article.dateline.end if not head or lot >= HEADED else len(head))
    again = replace(
        article,
        id=f"{outlet.domain}/{number}",
        text=text,
        url=f"https://{outlet.domain}/{today.iso.replace('-', '/')}/agency-{number}",
        outlet=outlet.name,
        published=published(today, draw),
        dateline=dateline,
    )
    return _record(again, draft, _Window(start, end, len(head) - start), rng)


def _record(article: Article, draft: Draft, window: _Window, rng: Random) -> Record:
    """The record of what lies within the window."""
    text, by = article.text, window.by

    def span(at: Pair) -> Span:
        start, end = at[0] + by, at[1] + by
        return Span(start, end, text[start:end])

    whole = (window.start, window.end, by) == (0, draft.at, 0)
    mentions = draft.mentions if whole else [one for one in draft.mentions if window.holds((one[0], one[1]))]
    ids: dict[Key, str] = {}
    evidence: dict[Key, Span] = {}
    marked = []
    for start, end, key, kind in mentions:
        at = Span(start + by, end + by, text[start + by : end + by])
        if key not in ids:
            ids[key] = f"e{len(ids) + 1}"
            evidence[key] = at
        marked.append(Mention(at, ids[key], kind))
    times = {number: one for number, one in enumerate(draft.times) if whole or window.holds(one[0])}
    names = {number: f"w{at}" for at, number in enumerate(times, start=1)}
    claims = {number: one for number, one in enumerate(draft.claims) if whole or _held(one, window)}
    numbers = {number: f"s{at}" for at, number in enumerate(claims, start=1)}

    def speaker(key: Key | None) -> Speaker | None:
        if key is None or key not in ids:
            return None
        name, _, qid, office, organisation, country = draft.entities[key]
        return Speaker(ids[key], name, qid, office, organisation, country, evidence[key])

    def party(at: Pair, key: Key | None) -> Party:
        return Party(span(at), None if key is None else ids.get(key))

    def spans(pairs: tuple[Pair, ...]) -> tuple[Span, ...]:
        return tuple([span(at) for at in pairs])

    def statement(number: int, claim: Claim) -> Statement:
        return Statement(
            id=numbers[number],
            kind=claim.kind,
            act=claim.act,
            source=spans(claim.source),
            cue=spans(claim.cue),
            content=spans(claim.content),
            speaker=speaker(claim.speaker),
            addressee=tuple([party(*one) for one in claim.addressee]),
            venue=tuple([party(*one) for one in claim.venue]),
            said_on=_dated(draft.times[claim.when][1], names[claim.when]) if claim.when is not None else None,
            parent=None if claim.parent is None else numbers.get(claim.parent),
            confidence=_CONFIDENCES[int(rng.random() * len(_CONFIDENCES))],
        )

    def figure(one: Quantity) -> Figure:
        counted = span(one.counted) if one.counted else None
        giver = None if one.statement is None else numbers.get(one.statement)
        return Figure(span(one.at), one.low, one.high, one.approximate, one.unit, counted, None, giver)

    return Record(
        article=article,
        statements=tuple([statement(number, claim) for number, claim in claims.items()]),
        entities=tuple([Entity(name, *draft.entities[key]) for key, name in ids.items()]),
        mentions=tuple(marked),
        whens=tuple([_when(names[number], span(at), time, draft.anchor) for number, (at, time) in times.items()]),
        figures=tuple([figure(one) for one in draft.quantities if whole or window.holds(one.counted or one.at)]),
        notes=(),
        model=MODEL,
    )


def _held(claim: Claim, window: _Window) -> bool:
    parties = [at for at, _ in (*claim.addressee, *claim.venue)]
    return all(window.holds(at) for at in (*claim.source, *claim.cue, *claim.content, *parties))


def _dated(time: Time, name: str) -> Dated | None:
    return Dated(*time.days, time.value, name) if time.days else None


def _when(name: str, at: Span, time: Time, anchor: str) -> When:
    interval = Interval(*time.days) if time.days else None
    return When(name, at, time.type, time.value, None, interval, anchor if time.relative else None)


def _quantiles(steps: int = 1_000) -> tuple[float, ...]:
    """Confidences as often as they occur: what lies between two tenths is spread evenly."""
    tenths = len(CONFIDENCE) - 1
    found = []
    for step in range(steps):
        place, part = divmod(step * tenths / steps, 1)
        low, high = CONFIDENCE[int(place)], CONFIDENCE[int(place) + 1]
        found.append(round(low + part * (high - low), 3))
    return tuple(found)


_CONFIDENCES = _quantiles()
