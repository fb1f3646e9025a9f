"""A speaker's page: who it is, and what they are on record with, along a timeline; and everyone of one name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameter
from starlette.responses import RedirectResponse

from onrecord.errors import NotOnRecord
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.asked import Asked, Searched
from onrecord.serve.desk.state import AtDesk
from onrecord.store.timeline import Office, Portrait, Speaker, portrait, speakers_at

router = APIRouter()

NAMESAKES = 40  # people of one name that are listed
OFFICES = 5  # that are shown before "all"
SEEN = 12  # thousandths of a line: the shortest stretch that can be seen
_SAID = {"kind": "{}", "act": "{}", "outlet": "in {}", "addressee": "to {}", "article": "in the article {}",
         "office": "as {}", "country": "of {}", "confidence": "confidence {} or more", "status": "{}"}  # fmt: skip
"""Filters, and how each is told on the page."""


@router.get("/speaker", include_in_schema=False)
def namesakes(
    request: Request, desk: AtDesk, me: AsReader, name: Annotated[str, Parameter(max_length=300)] = ""
) -> Response:
    """Everyone of a name (or some words of it)."""
    people = []
    if name.strip():
        with desk.ledgers.view() as view:
            people = view.people(name, limit=NAMESAKES)
    return desk.templates.page(request, "speakers.html", wanted=name, people=people)


@router.get("/speaker/{key}", include_in_schema=False)
def speaker(request: Request, desk: AtDesk, me: AsReader, key: str, searched: Searched) -> Response:
    """One speaker. Asked by htmx for the part below the timeline, that part alone."""
    with desk.ledgers.view() as view:
        with view.snapshot() as connection:
            found = speakers_at(connection, key)
            if len(found) == 1 and found[0].key == key:
                asked = _of(searched, key)
                whole: Portrait = portrait(connection, asked.filters())
        if not found:
            raise NotOnRecord(key, "no speaker has this key or Wikidata item", "look for the name at /speaker?name=…")
        if len(found) > 1:
            people = view.people(key, limit=NAMESAKES)
            return desk.templates.page(request, "speakers.html", wanted=key, people=people)
        if found[0].key != key:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/speaker/{quote(found[0].key, safe='')}{query}", 302)
        page = view.search(asked.query())
    values = _values(found[0], whole, asked)
    name = "_speaker.html" if _is_part(request) else "speaker.html"
    return desk.templates.page(request, name, page=page, **values)


def _of(searched: Asked, key: str) -> Asked:
    """What is asked, of this speaker; their page searches for no words and has the newest first."""
    return searched.model_copy(update={"speaker": key, "qid": None, "q": None, "by": "auto", "sort": "said"})


def _is_part(request: Request) -> bool:
    """Whether htmx asks, and not to restore a whole page from the history."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _values(who: Speaker, whole: Portrait, asked: Asked) -> dict[str, Any]:
    here = f"/speaker/{quote(who.key, safe='')}"

    def at(**changes: Any) -> str:
        """The page's address with these filters changed."""
        changed = asked.parameters(**({"speaker": None, "sort": None} | changes))
        return f"{here}?{changed}#statements" if changed else f"{here}#statements"

    asked_for = _pairs(asked)
    return {
        "who": who,
        "whole": whole,
        "asked": asked,
        "here": here,
        "at": at,
        "narrowed": [
            (_SAID[name].format(value.replace("-", " ") if name == "act" else value), at(**{name: left}))
            for name, value, left in asked_for
            if name in _SAID
        ],
        "kept": [(name, value) for name, value, _ in asked_for if name not in ("since", "until")],
        "since": _first_day(asked.since),
        "until": _last_day(asked.until),
        "export": asked.parameters(sort=None),
        "careers": [(one, *_share(one, who.offices)) for one in who.offices],
        "shown_offices": OFFICES,
    }


def _pairs(asked: Asked) -> list[tuple[str, str, Any]]:
    """The filters in force: name, value as a form sends it, and what is left of the filter without that value."""
    pairs: list[tuple[str, str, Any]] = []
    for name in (*_SAID, "since", "until", "dates", "confidence", "corrected", "status"):
        value = getattr(asked, name)
        if isinstance(value, list):
            pairs += [(name, one, [other for other in value if other != one]) for one in value]
        elif value not in (None, Asked.model_fields[name].default):
            pairs.append((name, str(value).lower() if isinstance(value, bool) else str(value), None))
    return pairs


def _first_day(value: str | None) -> str | None:
    """The first day of a day, month or year, as a date input takes it."""
    return None if value is None else f"{value}-01-01"[:10]


def _last_day(value: str | None) -> str | None:
    """The last day of it."""
    if value is None or len(value) == 10:
        return value
    year, month = int(value[:4]), int(value[5:7] or 12)
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def _share(office: Office, offices: tuple[Office, ...]) -> tuple[int, int]:
    """Where its days lie among those of all of them, in thousandths: from, and how long, so much as can be seen."""
    days = [date.fromisoformat(day) for one in offices for day in (one.first, one.last) if day]
    if not days or not office.first or not office.last:
        return 0, 0
    earliest, whole = min(days), max((max(days) - min(days)).days, 1)
    first, last = date.fromisoformat(office.first), date.fromisoformat(office.last)
    begin = min(round((first - earliest).days * 1000 / whole), 1000 - SEEN)
    return begin, max(round((last - first).days * 1000 / whole), SEEN)
