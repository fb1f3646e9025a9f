"""A search that is asked again and again: as an Atom feed, as a JSON Feed, and all that it finds as a table."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import chain, islice

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from onrecord.errors import NotOnRecord
from onrecord.export.csv_table import write_csv
from onrecord.export.entry import Entry
from onrecord.serve.desk import narrowing
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.asked import Asked, Searched
from onrecord.serve.desk.atom import Feed, atom, entries
from onrecord.serve.desk.jsonfeed import json_feed
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.store.latest import Latest, latest, names_of
from onrecord.store.search import NEAREST, RANKED, Query

router = APIRouter(include_in_schema=False)

ENTRIES = 50  # in a feed
NEAR = 0.45  # cosine; of 6,000 agency statements, those at 0.45 are of the subject still, those at 0.40 often are not
_PAGE = 200  # statements that are read at a time for a table
_CHUNK = 100  # rows that are sent at a time
KEPT = "private, no-cache"


@router.get("/search.atom")
def as_atom(request: Request, desk: AtDesk, me: AsReader, asked: Searched) -> Response:
    """What came last of what the search finds, as Atom."""
    feed = _feed(request, desk, asked, "atom")
    return _answer(request, feed, atom(feed), "application/atom+xml; charset=utf-8")


@router.get("/search.json")
def as_json(request: Request, desk: AtDesk, me: AsReader, asked: Searched) -> Response:
    """The same as JSON Feed 1.1."""
    feed = _feed(request, desk, asked, "json")
    return _answer(request, feed, json_feed(feed), "application/feed+json; charset=utf-8")


def _feed(request: Request, desk: Desk, asked: Asked, kind: str) -> Feed:
    """The newest of all that hold the words, and of those near enough in meaning: of the rest nobody need be told."""
    base = str(request.base_url).rstrip("/")
    saved = asked.parameters(limit=None, sort=None)
    way = asked.model_copy(update={"sort": "relevance"}).way
    query = replace(asked.query(), sort="relevance", after=None)
    with desk.ledgers.view() as view:
        near: list[str] = []
        if way in ("meaning", "both"):
            found = view.search(replace(query, by="meaning", limit=NEAREST))
            near = [hit.id for hit in found if hit.score >= NEAR]
        elif way == "words":
            view.search(replace(query, limit=1))  # refuses what no search can be
        with view.snapshot() as connection:
            newest: list[Latest] = latest(connection, query, near, ENTRIES)
            names = names_of(connection, [one for one in (asked.speaker, asked.qid) if one])
    page, own = (base + narrowing.with_query(path, saved) for path in ("/search", f"/search.{kind}"))
    return Feed(narrowing.title(asked, names), page, own, entries(newest, base))


def _answer(request: Request, feed: Feed, body: bytes, media_type: str) -> Response:
    """The feed, or 304 to a reader that has it: the tag is of what it holds, whatever else was added meanwhile."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    modified = datetime.fromisoformat(feed.updated)
    headers = {
        "etag": tag,
        "last-modified": format_datetime(modified, usegmt=True),
        "cache-control": KEPT,
        "vary": "Cookie, Authorization",
    }
    if _has_it(request, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _has_it(request: Request, tag: str, modified: datetime) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:  # then the time is not asked (RFC 9110, 13.1.3)
        return tag in re.findall(r'"[^"]*"', tags) or tags.strip() == "*"
    since = request.headers.get("if-modified-since")
    try:
        told = parsedate_to_datetime(since) if since else None
    except ValueError:
        return False
    return told is not None and modified <= (told if told.tzinfo else told.replace(tzinfo=UTC))


# The table ------------------------------------------------------------------------------------------------------------


@router.get("/search.csv")
def as_csv(request: Request, desk: AtDesk, me: AsReader, asked: Searched, exact: bool = False) -> Response:
    """All that the search finds, as docs/export.md describes the columns.

    Safe to open in a spreadsheet, as ``onrecord export --spreadsheet`` is; ``exact=1`` leaves the text as it is.
    """
    query = replace(asked.query(), after=None, limit=_PAGE)
    way = asked.way
    with desk.ledgers.view() as view:
        first = view.search(replace(query, limit=1))
        # An iterator on a connection of its own, which outlives the view's being lent.
        found: Iterable[Entry] = view.entries(query.filters)
    if way != "list":
        if way == "words" and query.sort == "relevance" and first.total > RANKED:
            query = replace(query, sort="said")  # of so many, the latest alone are ranked; this order has them all
        found = _hits(desk, query)
    headers = {
        "content-disposition": f'attachment; filename="{file_name(asked)}"',
        "cache-control": "no-store",
    }
    return StreamingResponse(
        table(found, spreadsheet=not exact), headers=headers, media_type="text/csv; charset=utf-8; header=present"
    )


def _hits(desk: Desk, query: Query) -> Iterator[Entry]:
    """What is found, page by page; between two pages the view is given back."""
    place: str | None = None
    while True:
        held: list[Entry] = []
        with desk.ledgers.view() as view:
            page = view.search(replace(query, after=place))
            for hit in page:
                try:
                    held.append(view.statement(hit.id).entry)
                except NotOnRecord:
                    continue  # taken away since the page was looked up
        yield from held
        place = page.next
        if place is None:
            return


def table(found: Iterable[Entry], *, spreadsheet: bool) -> Iterator[bytes]:
    """The table bit by bit, its line of names first."""
    left = iter(found)
    for some in chain([()], iter(lambda: tuple(islice(left, _CHUNK)), ())):
        held = io.StringIO(newline="")
        write_csv(some, held, spreadsheet=spreadsheet)
        text = held.getvalue()
        yield (text if not some else text.partition("\r\n")[2]).encode()


def file_name(asked: Asked) -> str:
    """What the table is called once it is saved: "onrecord harbour 2031-04-05.csv", in letters every system takes."""
    words = " ".join(filter(None, (asked.q, asked.speaker, asked.outlet)))
    plain = "-".join(re.findall(r"[a-z0-9]+", words.lower()))[:60].strip("-")
    return "-".join(filter(None, ("onrecord", plain, datetime.now(UTC).date().isoformat()))) + ".csv"
