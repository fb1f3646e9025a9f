"""The parts of a record brought together: statements with their speakers, days and settings, and all else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from onrecord import data, entity, figure, setting, speaker, when
from onrecord.entity import Cast, Said, Seen
from onrecord.said_on import Told, dated, said_on
from onrecord.statement import Arranged, Found, Rate, arrange
from onrecord.types import Article, Dated, Entity, Figure, ModelInfo, Party, Record, Span, Speaker, Statement, When

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]

_AS_OF = 40  # characters between a figure and the time that it holds for: "580,000 soldiers at the end of 2030"


def compose(article: Article, found: Sequence[Found], seen: Seen, rate: Rate, model: ModelInfo) -> Record:
    """The record of an article, of what the tagger found and of the mentions that it saw."""
    text = article.text
    rows = arrange(article, found, rate)
    heard = speaker.resolve(text, [row.found.source for row in rows])
    anchor, notes = when.anchor_of(article)
    times = when.times(text, anchor)
    cast = entity.cast(text, seen, heard, [Said(row.found.source, row.found.content) for row in rows], anchor.day)
    venues = [setting.venues(text, row.found.source, row.found.cue, row.found.content) for row in rows]
    told = [
        Told(
            row.found.source, row.found.cue, row.found.content, venue,
            spoken[0].id if spoken else None, row.parent is not None,
        )
        for row, venue, spoken in zip(rows, venues, cast.speakers, strict=True)
    ]  # fmt: skip
    days = said_on(text, told, times.whens, article.dateline.end if article.dateline else 0)
    statements = tuple(
        _statement(text, row, number, cast, venue, day)
        for number, (row, venue, day) in enumerate(zip(rows, venues, days, strict=True))
    )
    return Record(
        article=article,
        statements=statements,
        entities=cast.entities,
        mentions=cast.mentions,
        whens=times.whens,
        figures=_figures(text, rows, times.whens),
        notes=(*notes, *times.notes),
        model=model,
    )


def _statement(text: str, row: Arranged, number: int, cast: Cast, venue: Pairs, day: Dated | None) -> Statement:
    one = row.found
    spoken = cast.speakers[number]
    return Statement(
        id=row.id,
        kind=row.kind,
        act=row.act,
        source=_spans(text, one.source),
        cue=_spans(text, one.cue),
        content=_spans(text, one.content),
        speaker=_speaker(*spoken) if spoken else None,
        addressee=_parties(text, cast, setting.addressees(text, one.source, one.cue, one.content)),
        venue=_parties(text, cast, venue),
        said_on=day,
        parent=row.parent,
        confidence=row.confidence,
    )


def _speaker(who: Entity, evidence: Span) -> Speaker:
    return Speaker(who.id, who.name, who.qid, who.office, who.organisation, who.country, evidence)


def _parties(text: str, cast: Cast, extents: Pairs) -> tuple[Party, ...]:
    return tuple(Party(Span.of(text, start, end), cast.at(start, end)) for start, end in extents)


def _spans(text: str, parts: Pairs) -> tuple[Span, ...]:
    return tuple(Span.of(text, start, end) for start, end in parts)


def _figures(text: str, rows: Sequence[Arranged], whens: Sequence[When]) -> tuple[Figure, ...]:
    contents = sorted((start, -end, row.id) for row in rows for start, end in row.found.content)
    starts = [one.span.start for one in whens]
    return tuple(
        Figure(
            span=Span.of(text, one.start, one.end),
            low=one.low,
            high=one.high,
            approximate=one.approximate,
            unit=one.unit,
            counted=Span.of(text, *one.counted) if one.counted else None,
            as_of=_as_of(text, max(one.end, one.counted[1] if one.counted else 0), whens, starts),
            statement=_giver(contents, one.start),
        )
        for one in figure.figures(text, [(one.span.start, one.span.end) for one in whens])
    )


def _giver(contents: Sequence[tuple[int, int, str]], at: int) -> str | None:
    """The innermost statement whose content holds a position: the last to begin before it that has not ended."""
    place = bisect_right(contents, (at, 0, "")) - 1
    for start, end, name in reversed(contents[max(0, place - 8) : place + 1]):
        if start <= at < -end:
            return name
    return None


def _as_of(text: str, end: int, whens: Sequence[When], starts: Sequence[int]) -> Dated | None:
    """The time that stands right after a figure, with nothing but small words between: "at the end of 2030"."""
    place = bisect_left(starts, end)
    if place == len(whens) or whens[place].type not in ("DATE", "TIME") or starts[place] - end > _AS_OF:
        return None
    between = text[end : starts[place]].split()
    return dated(whens[place]) if all(word.rstrip(",") in data.words("as_of") for word in between) else None
