"""Articles of the benchmark's prose: who and what each is about, its paragraphs, its headline."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from random import Random

from bench.agency_days import FIRST, LAST, MONTHS, Day, day
from bench.agency_draft import Draft, render
from bench.agency_slots import kit
from bench.agency_speech import ADJUNCT, capital, statement
from bench.agency_world import (
    PEOPLE,
    Draw,
    Outlet,
    countries,
    number_in,
    organisation,
    outlets,
    person,
    sectors,
    topics,
    zipf,
)
from onrecord.types import Article, Span

DAYS = (LAST - FIRST).days + 1

MEDIAN, SPREAD = 20.5, 0.53
"""Statements an article, log-normal: 23.6 on average, a tenth of articles over 40, as in PolNeAR's training part."""

LONGEST = 120  # statements; the tail of the distribution ends here
PLAIN = 0.56  # sentences that report no speech, for each that does: 28 words of article to a statement
DATED, BYLINED = 0.75, 0.6  # share of articles with a dateline, with a byline
ZONES = ("+01:00", "+02:00", "Z", "+00:00", "-05:00", "+05:30", "+08:00")


@dataclass(frozen=True, slots=True)
class Written:
    """An article and what was left behind in writing it."""

    article: Article
    draft: Draft


def write(rng: Random, number: int, *, length: float = 1.0) -> Written:
    """Write article ``number``. ``length`` stretches it: 1 is 650 words on average."""
    draw = rng.random
    today = day(int(draw() * DAYS))
    draft = _cast(draw, today)
    outlet = outlets()[zipf(draw, len(outlets()), 5)]
    dateline = _dateline(draft, outlet) if draft.anchor == "dateline" else 0
    count = min(LONGEST, max(2, round(length * MEDIAN * math.exp(rng.gauss(0, SPREAD)))))
    _paragraphs(draft, count)
    text = "".join(draft.out)
    title = _title(draft)
    slug = "-".join(re.findall(r"[a-z]+", title.lower())[:6])
    article = Article(
        id=f"{outlet.domain}/{number}",
        text=text,
        url=f"https://{outlet.domain}/{today.iso.replace('-', '/')}/{slug}-{number}",
        outlet=outlet.name,
        title=title,
        byline=person(zipf(draw, PEOPLE, 2_000)).name if draw() < BYLINED else None,
        published=published(today, draw),
        dateline=Span.of(text, 0, dateline) if dateline else None,
    )
    return Written(article, draft)


def published(today: Day, draw: Draw) -> str:
    """When on this day: to the day, the minute, or the second with a zone."""
    lot = draw()
    if lot < 0.3:
        return today.iso
    clock = f"{today.iso}T{5 + int(draw() * 17):02}:{int(draw() * 60):02}"
    return clock if lot < 0.4 else f"{clock}:{int(draw() * 60):02}{ZONES[int(draw() * len(ZONES))]}"


def _cast(draw: Draw, today: Day) -> Draft:
    topic = topics()[zipf(draw, len(topics()), 6)]
    states = countries()
    home = zipf(draw, len(states), 3)
    abroad = tuple(states[(home + 1 + zipf(draw, len(states) - 1, 6)) % len(states)] for _ in range(2))
    walk = sectors().index(topic.sector)
    people = {}
    for _ in range(5 + int(draw() * 6)):
        number = zipf(draw, PEOPLE, 30)
        # Four in five are of the place and the trade that the article is about.
        number = number_in(number, home, walk) if draw() < 0.8 else number
        people[number] = person(number)
    bodies = [organisation(states[home], topic.sector, draw) for _ in range(4)]
    bodies += [organisation(state, topic.sector, draw) for state in abroad]
    return Draft(
        draw=draw,
        topic=topic,
        country=states[home],
        abroad=(abroad[0], abroad[1]),
        people=tuple(people.values()),
        bodies=tuple(bodies),
        day=today,
        anchor="dateline" if draw() < DATED else "published",
    )


def _dateline(draft: Draft, outlet: Outlet) -> int:
    """Write "NORTHREACH, April 2 (Meridian Wire) — "; where it ends, without the dash."""
    town = draft.country.towns[zipf(draft.draw, len(draft.country.towns), 1)]
    today = draft.day.date
    draft.mention(town.upper(), town, "name", (town, "place", None, None, None, None))
    agency = f" ({outlet.name})" if draft.draw() < 0.6 else ""
    draft.put(f", {MONTHS[today.month - 1]} {today.day}{agency}")
    end = draft.at
    draft.put(" — ")
    return end


def _paragraphs(draft: Draft, count: int) -> None:
    """Write so many sentences that report speech, and others between them, one to three a paragraph."""
    draw, left = draft.draw, 0
    _lead(draft)
    plain = PLAIN * count
    while count > 0:
        if left <= 0:
            draft.put("\n\n")
            left = 1 + int(draw() * 3)
        else:
            draft.put(" ")
        left -= 1
        if draw() * (count + plain) < plain:
            _narrate(draft)
            plain -= 1
        else:
            before = len(draft.claims)
            statement(draft)
            count -= len(draft.claims) - before


def _lead(draft: Draft) -> None:
    leads = kit(draft.topic.name, reported=True).leads
    index = len(draft.out)
    render(draft, leads[int(draft.draw() * len(leads))])
    capital(draft, index)
    draft.put(".")


def _narrate(draft: Draft) -> None:
    """A sentence in the article's own voice."""
    draw, own = draft.draw, kit(draft.topic.name, reported=True)
    index = len(draft.out)
    lot = draw()
    if lot < 0.05:
        render(draft, own.leads[int(draw() * len(own.leads))])
    elif lot < 0.65:
        render(draft, own.plain[int(draw() * len(own.plain))])
    else:
        render(draft, own.told[int(draw() * len(own.told))])
        if draw() < ADJUNCT:
            draft.put(" ")
            render(draft, own.adjuncts[int(draw() * len(own.adjuncts))])
    capital(draft, index)
    draft.put(".")


def _title(draft: Draft) -> str:
    """A headline about the same people and things."""
    head = Draft(
        draft.draw, draft.topic, draft.country, draft.abroad, draft.people, draft.bodies, draft.day, draft.anchor
    )
    titles = kit(draft.topic.name, reported=False).titles
    render(head, titles[int(draft.draw() * len(titles))])
    title = "".join(head.out)
    return title[0].upper() + title[1:]
