"""The search: as you type, narrowed by facets, in the address and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from fastapi import APIRouter, Request, Response

from onrecord.errors import BadQuery, OnRecordError
from onrecord.serve.desk import narrowing
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.asked import Asked, Searched, Way
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.store.latest import names_of
from onrecord.store.search import COUNTED, RANKED, Query
from onrecord.store.view import Page, View
from onrecord.types import Act

router = APIRouter(include_in_schema=False)
log = logging.getLogger("onrecord.desk")

_kept = narrowing.Kept()  # by the ledger's stamp, which no two desks have in common

WAYS = {
    "auto": ("Automatic", "Plain words are searched for by word and by meaning; anything with an operator, by word."),
    "words": ("Words", "Finds statements that hold these words, and says exactly how many there are."),
    "meaning": ("Meaning", "Finds the 250 statements nearest in meaning to a sentence, whatever words they use."),
    "both": ("Both", "Makes one list of the best by word and the nearest in meaning."),
}
"""What ``by`` can be: its label, and what it does."""

SORTS = {"relevance": "Best first", "said": "Latest first", "confidence": "Surest first"}

_MORE = ("speaker", "qid", "office", "country", "outlet", "addressee", "article", "kind", "act", "confidence",
         "corrected", "status", "dates")  # fmt: skip


@router.get("/search")
def search(request: Request, desk: AtDesk, me: AsReader, asked: Searched) -> Response:
    """The page; what was found alone where htmx asks for it; more of it where it asks for that."""
    try:
        values = _found(desk, asked)
    except BadQuery as error:
        return _refused(request, desk, asked, error)
    if not _is_fragment(request):
        return _page(request, desk, asked, values)
    part = "more" if request.headers.get("hx-target") == "more" else "found"
    answer = desk.templates.page(request, "_results.html", part=part, **_always(request, asked), **values)
    if part == "found":
        answer.headers["hx-replace-url"] = narrowing.address(asked)
    return answer


@router.get("/search/facets")
def facets(request: Request, desk: AtDesk, me: AsReader, asked: Searched) -> Response:
    """The facets of a search, which take longer to count than the page takes; without htmx, the page with them."""
    try:
        with desk.ledgers.view() as view:
            values = _facets(desk, view, asked)
        if _is_fragment(request):
            return desk.templates.page(request, "_facets.html", **values)
        return _page(request, desk, asked, _found(desk, asked) | values)
    except BadQuery as error:
        return _refused(request, desk, asked, error)


def warm(desk: Desk) -> None:
    """Load what the first search by meaning would wait for: the embedder, half a second, and the ledger's codes."""
    try:
        with desk.ledgers.view() as view:
            view.search(Query("warm", by="meaning", limit=1))
    except OnRecordError as error:
        log.warning("no search by meaning yet: %s", error)


def _is_fragment(request: Request) -> bool:
    # What htmx asks for to restore a page of the browser's history is a whole page.
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _found(desk: Desk, asked: Asked) -> dict[str, Any]:
    """All that the results show. Raises BadQuery."""
    way = asked.way
    ranked = way in ("both", "meaning")  # such a list is at hand as a whole, and its facets cost next to nothing
    with desk.ledgers.view() as view:
        page = view.search(replace(asked.query(facets=ranked), links=False))
        if ranked:
            told: dict[str, Any] = _groups(asked, page.facets, page.total)
        else:
            known = _kept.get(desk.ledgers.stamp(), _question(asked))
            told = _groups(asked, *known) if known else {"groups": None, "counted": 0}
        names = _names(view, asked)
    following = narrowing.address(asked, after=page.next) if page.next else None
    return {
        **told,
        **_named(asked, names),
        "found": page,
        "way": way,
        "summary": summary(page, way),
        "next": following,
        "only_latest": RANKED if way == "words" and asked.sort == "relevance" and page.total > RANKED else 0,
    }


def _facets(desk: Desk, view: View, asked: Asked) -> dict[str, Any]:
    stamp, question = desk.ledgers.stamp(), _question(asked)  # the stamp first: what is kept may be newer, never older
    known = _kept.get(stamp, question)
    if known is None:
        way = asked.way
        query = replace(asked.query(facets=True), limit=1, after=None, sort="relevance", links=False)
        page = view.search(replace(query, by="words") if way == "words" and asked.by in ("auto", "both") else query)
        known = page.facets, page.total + page.more
        _kept.put(stamp, question, *known)
    return _groups(asked, *known)


def _question(asked: Asked) -> str:
    """What the facets depend on; of the order, whether it makes words alone decide."""
    return f"{asked.way} {asked.parameters(limit=None, sort=None)}"


def _groups(asked: Asked, found: narrowing.Facets, total: int) -> dict[str, Any]:
    """``counted``: among how many they were counted, where those are not all; else 0."""
    return {"groups": narrowing.groups(asked, found), "counted": COUNTED if total > COUNTED else 0}


def _names(view: View, asked: Asked) -> dict[str, str]:
    keys = [one for one in (asked.speaker, asked.qid) if one and " " not in one]
    if not keys:
        return {}
    with view.snapshot() as connection:
        return names_of(connection, keys)


def _named(asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    return {"chips": narrowing.chips(asked, names), "about": narrowing.title(asked, names)}


def summary(page: Page, way: Way) -> str:
    """How many were found, in words."""
    number = f"{page.total:,}{'+' if page.more else ''}"
    one = page.total == 1 and not page.more
    if not page.total:
        return "Nothing found"
    if way == "meaning":
        return "The nearest in meaning" if one else f"The {number} nearest in meaning"
    if way == "both":
        return "One match" if one else f"The {number} best matches"
    return "One statement" if one else f"{number} statements"


def _always(request: Request, asked: Asked) -> dict[str, Any]:
    """What the templates need whether or not anything was found."""
    base = str(request.base_url).rstrip("/")
    saved = asked.parameters(limit=None, sort=None)
    bare = dict.fromkeys((*_MORE, "since", "until"))
    return {
        "asked": asked,
        "ways": WAYS,
        "sorts": SORTS,
        "acts": get_args(Act),
        "kinds": narrowing.KINDS,
        "feeds": {kind: base + narrowing.with_query(f"/search.{kind}", saved) for kind in ("atom", "json")}
        | {"csv": base + narrowing.with_query("/search.csv", asked.parameters(limit=None))},
        "facets_at": narrowing.with_query("/search/facets", asked.parameters()),
        "here": narrowing.address(asked),
        "bare": narrowing.address(asked, **bare),
        "by_meaning": narrowing.address(asked, by="meaning"),
        "narrowed": any(getattr(asked, name) != Asked.model_fields[name].default for name in _MORE),
    }


def _page(
    request: Request, desk: Desk, asked: Asked, values: dict[str, Any], trouble: BadQuery | None = None
) -> Response:
    status = 400 if trouble else 200
    always = _always(request, asked)
    return desk.templates.page(request, "search.html", status=status, part="page", trouble=trouble, **always, **values)


def _refused(request: Request, desk: Desk, asked: Asked, error: BadQuery) -> Response:
    """Beside the box, what is wrong and the way out; what was found before stays, where htmx asked."""
    if _is_fragment(request):
        answer = desk.templates.page(request, "_results.html", part="trouble", trouble=error)
        answer.headers.update({"hx-retarget": "#trouble", "hx-reswap": "innerHTML", "hx-replace-url": "false"})
        return answer
    with desk.ledgers.view() as view:
        values = _named(asked, _names(view, asked))
    return _page(request, desk, asked, values | {"found": None, "groups": None, "counted": 0}, error)
