"""An article: its text, its statements marked in it, and the margin beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.margin import Margin, is_web
from onrecord.serve.desk.marked import marking, paragraphs, role_names
from onrecord.serve.desk.state import AtDesk
from onrecord.store.around import around

router = APIRouter(include_in_schema=False)


@router.get("/article/{article:path}")
def article(request: Request, article: str, desk: AtDesk, me: AsReader) -> Response:
    """The article of this id, or of the only one that begins so."""
    with desk.ledgers.view() as view:
        standing = view.record(article)
        with view.snapshot() as connection:
            beside = around(connection, standing.record.article.id)
    told = marking(standing)
    margin = Margin(standing, beside)
    return desk.templates.page(
        request,
        "article.html",
        article=standing.record.article,
        record=standing.record,
        margin=margin,
        roles=role_names(standing.record, told.shown),
        text=paragraphs(told),
        around=beside,
        is_web=is_web(standing.record.article.url),
        may_review=me.may("reviewer"),
    )
