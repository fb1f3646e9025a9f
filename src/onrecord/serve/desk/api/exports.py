"""``/api/v1/exports``: statements and records out of the ledger, in each of its formats, as they are written."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, cast

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.api import examples
from onrecord.serve.desk.api.answers import ROOT, refused
from onrecord.serve.desk.api.chosen import Export
from onrecord.serve.desk.api.streaming import Sink, streamed
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.state import AtDesk
from onrecord.serve.exporting import Manner, write
from onrecord.store.vectors import vector_of
from onrecord.store.view import View

router = APIRouter(prefix=f"{ROOT}/exports", tags=["exports"])

AT_ONCE = 2  # exports; each keeps a core and some 80 MB of pages busy
RETRY = 30  # seconds

Format = Literal["jsonl", "csv", "parquet", "webannotation", "schemaorg", "claimreview", "bibtex", "csl"]


@dataclass(frozen=True, slots=True)
class Sort:
    """What a format is sent as, and the name of the file that it becomes."""

    media_type: str
    name: str


LINES = "application/x-ndjson"  # what JSONL goes by; it is not registered

SORTS: dict[str, Sort] = {
    "jsonl": Sort(LINES, "onrecord-records.jsonl"),
    "csv": Sort("text/csv; charset=utf-8; header=present", "onrecord-statements.csv"),
    "parquet": Sort("application/vnd.apache.parquet", "onrecord-statements.parquet"),
    "webannotation": Sort(LINES, "onrecord-annotations.jsonl"),
    "schemaorg": Sort(LINES, "onrecord-schemaorg.jsonl"),
    "claimreview": Sort(LINES, "onrecord-claimreview.jsonl"),
    "bibtex": Sort("application/x-bibtex; charset=utf-8", "onrecord.bib"),
    "csl": Sort("application/vnd.citationstyles.csl+json", "onrecord-citations.json"),
}

_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_CONTENT = {sort.media_type.partition(";")[0]: dict(_TEXT) for sort in SORTS.values()}
_CONTENT["text/csv"]["example"] = examples.CSV
_CONTENT["application/vnd.apache.parquet"] = {
    "schema": {"type": "string", "contentMediaType": "application/octet-stream"}
}
_CONTENT["application/vnd.citationstyles.csl+json"] = {"schema": {"type": "array", "items": {"type": "object"}}}

_free = threading.BoundedSemaphore(AT_ONCE)


@router.get(
    "/{format}",
    operation_id="export",
    summary="Take statements out",
    response_class=Response,
    responses={200: {"description": "As it is written.", "content": _CONTENT}, **refused(400, 429, 501)},
)
def export(desk: AtDesk, me: AsReader, format: Format, asked: Export) -> Response:
    """All statements that the filters let through; with jsonl, the records of the articles that hold one.

    Sent while it is written, at any size in the same memory. A connection that breaks off has not sent the whole: the
    last piece of a chunked answer is missing then. `docs/export.md` describes each format.
    """
    filters = asked.filters()
    manner = Manner(asked.spreadsheet, asked.quotes, asked.all_versions, asked.as_read)

    def produce(sink: Sink) -> None:
        with View(desk.ledgers.path, vector_of) as view:  # for as long as it takes: the desk's own few are for pages
            if format == "parquet":
                from onrecord.export.parquet import stream_parquet

                stream_parquet(view.entries(filters), cast(BinaryIO, sink))
            else:
                write(view, format, filters, manner, sink)

    if not _free.acquire(blocking=False):
        problem = f"{AT_ONCE} are being sent already"
        raise Problem(429, "too-many", "exports", problem, "ask again when one is done", {"Retry-After": str(RETRY)})
    sort = SORTS[format]
    headers = {"content-disposition": f'attachment; filename="{sort.name}"', "cache-control": "no-store"}
    return StreamingResponse(streamed(produce, _free.release), media_type=sort.media_type, headers=headers)
