"""The day that an article's relative times are reckoned from: its dateline's, else its publication's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onrecord.types import Article
from onrecord.when.lexicon import MONTH, WEEKDAY, month_number, weekday_number
from onrecord.when.periods import plus, possible

FAR_APART = 7  # days; a report is put on the page within days of being filed, and what lies further off deserves a word

_PUBLISHED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")
_DATED = re.compile(
    rf"(?:(?P<m>{MONTH}) (?P<d>\d\d?)|(?P<d2>\d\d?)(?:st|nd|rd|th)? (?P<m2>{MONTH}))\b(?:,? (?P<y>\d{{4}}))?", re.I
)
_WEEKDAY = re.compile(rf"\b(?:{WEEKDAY})\b", re.I)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What relative times are reckoned from.

    ``day`` is None where the article vouches for a year or a month only; these stand in ``year`` and ``month`` (1–12)
    then. ``Anchor()`` is that of an article without any date.
    """

    day: date | None = None
    source: Literal["dateline", "published"] | None = None
    year: int | None = None
    month: int | None = None

    @property
    def reference(self) -> date | None:
        """The day, or the middle of the month where no more is known: good for telling months apart."""
        if self.day is None and self.year and self.month:
            return possible(self.year, self.month, 15)
        return self.day

    @property
    def known_year(self) -> int | None:
        """The year, where at least that is known."""
        return self.day.year if self.day else self.year


def anchor_of(article: Article, today: date | None = None) -> tuple[Anchor, tuple[str, ...]]:
    """The anchor of an article, and notes for its reader: what was believed, and what could not be read.

    The dateline's date goes before the page's, which may be that of an update. A dateline without a year, or with a
    weekday alone, means the nearest such day that is not after publication; one day of grace is given for time zones.
    ``today`` is only for noticing dates in the future: nothing is ever reckoned from it.
    """
    page, notes = _page(article.published)
    filed = article.dateline and _filed(article.dateline.text, page, notes)
    if today is not None and page.day is not None and page.day > today:
        notes.append(f"published {page.day} lies in the future")
    if filed:
        if page.day and abs((page.day - filed).days) > FAR_APART:
            notes.append(
                f"the dateline says {filed}, the page {page.day}: reckoned from the dateline, "
                "since a page's date may be that of an update"
            )
        return Anchor(filed, "dateline"), tuple(notes)
    if page.source is None:
        notes.append("no publication date and no dateline date: relative dates are left relative")
    elif page.day is None:
        notes.append(f"published {article.published}: too coarse for weekdays and days, which are left relative")
    return page, tuple(notes)


def _page(published: str | None) -> tuple[Anchor, list[str]]:
    """The publication's own anchor."""
    if not published:
        return Anchor(), []
    match = _PUBLISHED.fullmatch(published.strip())
    year, month, number = (int(part) if part else None for part in (match.groups() if match else (None, None, None)))
    if not year or (month is not None and not possible(year, month, number or 1)):
        return Anchor(), [f"published {published!r} is no date of the calendar"]
    if month and number:
        return Anchor(possible(year, month, number), "published"), []
    return Anchor(None, "published", year, month), []


def _filed(dateline: str, page: Anchor, notes: list[str]) -> date | None:
    """The day in a dateline, as far as it is or can be completed."""
    match = _DATED.search(dateline)
    if match:
        month, number = month_number(match["m"] or match["m2"]), int(match["d"] or match["d2"])
        if match["y"]:
            filed = possible(int(match["y"]), month, number)
        elif page.known_year is None:
            notes.append(f"the dateline says {match.group()} without a year, and the page has no date")
            return None
        else:
            filed = _nearest(page, month, number)
        if filed is None:
            notes.append(f"the dateline says {match.group()}: no day of the calendar")
        return filed
    weekday = _WEEKDAY.search(dateline)
    if weekday and page.day:
        return plus(page.day, -((page.day.isoweekday() - weekday_number(weekday.group())) % 7))
    return None


def _nearest(page: Anchor, month: int, number: int) -> date | None:
    """The nearest such day that is not after publication, at the precision that this has."""
    year = page.known_year or 0
    for candidate in range(year, year - 8, -1):  # eight years hold a February 29, also around 1900
        there = possible(candidate, month, number)
        if there is None or (page.day and (there - page.day).days > 1):
            continue
        if page.day is None and page.month and (candidate, month) > (year, page.month):
            continue
        return there
    return None
