"""``/api/v1/speakers``: who bears a name, and one person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.responses import JSONResponse

from onrecord.errors import BadQuery, NotOnRecord
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.api import examples, models
from onrecord.serve.desk.api.answers import ROOT, documented
from onrecord.serve.desk.state import AtDesk

router = APIRouter(prefix=f"{ROOT}/speakers", tags=["speakers"])

Name = Annotated[str, Query(min_length=1, description="Words of a name, a Wikidata item, or a key.", examples=["Holm"])]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]


@router.get(
    "",
    operation_id="speakers",
    summary="Find people and organisations by name",
    responses=documented(models.Speakers, examples.SPEAKERS, 400),
)
def speakers(desk: AtDesk, me: AsReader, name: Name, limit: Limit = 20) -> Response:
    """Those most on record first. Words of names are looked up whole."""
    with desk.ledgers.view() as view:
        found = view.people(name, limit=limit)
    return JSONResponse({"speakers": [asdict(one) for one in found]})


@router.get(
    "/{speaker}",
    operation_id="speaker",
    summary="One person or organisation",
    responses=documented(models.Speaker, examples.SPEAKER, 404),
)
def speaker(desk: AtDesk, me: AsReader, speaker: str) -> Response:
    """By their key, the key of one of their profiles, or their Wikidata item."""
    try:
        with desk.ledgers.view() as view:
            found = view.people(speaker, limit=1)
    except BadQuery:  # no key has no letter in it
        found = []
    known = (found[0].key, found[0].qid, *(one.key for one in found[0].profiles)) if found else ()
    if speaker not in known and speaker.removeprefix("p-") not in known:  # the second: a key of theirs in former times
        raise NotOnRecord(speaker, "nobody has this key", f"GET {ROOT}/speakers?name=… finds people by name")
    return JSONResponse(asdict(found[0]))
