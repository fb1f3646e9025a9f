"""``/api/v1/articles``: which there are, their records, versions and copies. Putting one on record is in ``jobs``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import JSONResponse

from onrecord.errors import NotOnRecord
from onrecord.export.record_json import to_json
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.api import examples, models
from onrecord.serve.desk.api.answers import ROOT, documented, page, plain
from onrecord.serve.desk.api.chosen import Articles
from onrecord.serve.desk.asked import Asked
from onrecord.serve.desk.state import AtDesk
from onrecord.store.article_list import articles as listed

router = APIRouter(prefix=f"{ROOT}/articles", tags=["articles"])

# Ids may be anything, addresses too: the article's comes last in these patterns, or before a word of ours.


@router.get(
    "",
    operation_id="articles",
    summary="List articles",
    responses=documented(models.Articles, examples.ARTICLES, 400),
)
def articles(request: Request, desk: AtDesk, me: AsReader, asked: Articles) -> Response:
    """The articles that hold a statement which the filters let through, those added last first; without filters all."""
    with desk.ledgers.view() as view, view.snapshot() as connection:
        found, following = listed(connection, asked.filters(), limit=asked.limit, after=asked.after)
    address = Asked.model_construct(**dict(asked)).parameters(after=following) if following else None
    return page(request, {"articles": [plain(one) for one in found], "next": following}, address)


@router.get(
    "/{article:path}/statements",
    operation_id="articleStatements",
    summary="The ids of an article's statements",
    responses=documented(models.StatementsOf, examples.STATEMENTS_OF, 404),
)
def statements(desk: AtDesk, me: AsReader, article: str) -> Response:
    """The ledger's id of each statement beside its id in the record, and how it stands."""
    with desk.ledgers.view() as view:
        standing = view.record(article)
    rows = zip(standing.kept, standing.record.statements, standing.status, standing.corrected, strict=True)
    found = [
        {"id": kept.key, "statement": said.id, "status": status, "corrected": corrected, "retained": kept.retained}
        for kept, said, status, corrected in rows
    ]
    return JSONResponse({"statements": found})


@router.get(
    "/{article:path}/versions",
    operation_id="articleVersions",
    summary="The versions of an article",
    responses=documented(models.Versions, examples.VERSIONS, 404),
)
def versions(desk: AtDesk, me: AsReader, article: str) -> Response:
    """The oldest first; a statement's id belongs to one of them."""
    with desk.ledgers.view() as view:
        found = view.versions(article)
    if not found:
        raise NotOnRecord(article or "''", "no article has this id or address", f"GET {ROOT}/articles lists them")
    names = ("digest", "published", "added", "current")
    return JSONResponse({"versions": [dict(zip(names, one, strict=True)) for one in found]})


@router.get(
    "/{article:path}/copies",
    operation_id="articleCopies",
    summary="Articles that carry the same copy",
    responses=documented(models.Copies, examples.COPIES, 404),
)
def copies(desk: AtDesk, me: AsReader, article: str) -> Response:
    """Articles whose text is the same, cut or edited, and how like it they are."""
    with desk.ledgers.view() as view:
        key = view.record(article).record.article.id
        found = view.copies(key)
    return JSONResponse({"copies": [{"article": other, "similarity": like} for other, like in found]})


AsRead = Annotated[bool, Query(description="As the model read it, without corrections.")]


@router.get(
    "/{article:path}",
    operation_id="article",
    summary="An article's record",
    responses=documented({"$ref": "#/components/schemas/Record"}, examples.RECORD, 404),
)
def article(desk: AtDesk, me: AsReader, article: str, as_read: AsRead = False) -> Response:
    """The record as `onrecord schema` describes it, corrections applied: what `onrecord add` takes back.

    By the article's id, a beginning of it that no other has, or its address.
    """
    with desk.ledgers.view() as view:
        record = view.record(article, as_read=as_read).record
    return Response(to_json(record), media_type="application/json")
