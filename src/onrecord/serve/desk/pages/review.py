"""Review: a queue of statements, one at work, each decision a correction in the ledger; and a statement's own page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, field_validator
from starlette.responses import RedirectResponse

from onrecord.errors import BadCorrection, OnRecordError
from onrecord.serve.desk.access import AsReader, AsReviewer, Identity
from onrecord.serve.desk.asked import Asked, Searched
from onrecord.serve.desk.pages import known, permalink, reviewing
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.store import queue
from onrecord.store.corrections import Correction
from onrecord.store.filters import Filters
from onrecord.store.view import Shown, View

router = APIRouter(include_in_schema=False)

LISTED = 12  # statements of the queue that are shown before it is begun
UNDOABLE = timedelta(hours=12)  # a correction older than a day's work is undone at its statement, not by one key
MOVES_ON = ("accepted", "rejected")
MOST = 80  # entities offered as the speaker; who is not among them can be named


class Correcting(BaseModel):
    """What a form of the review page sends. ``after``: the last correction that its page showed, 0 for none."""

    field: str
    after: int
    value: str | None = None
    why: str | None = None
    words: str | None = None
    name: str | None = None
    first: str | None = None
    last: str | None = None

    @field_validator("why")
    @classmethod
    def _short(cls, why: str | None) -> str | None:
        return (why or "").strip()[:2_000] or None

    def form(self) -> reviewing.Form:
        """What it says of its field."""
        return reviewing.Form(self.field, self.value, self.words, self.name, self.first, self.last)


def filters_of(asked: Asked) -> Filters:
    """What is in the queue: of what is asked for, the open statements, unless a status is asked for too."""
    return (asked if asked.status != "standing" else asked.model_copy(update={"status": "open"})).filters()


def address(key: str | None, asked: Asked) -> str:
    """The address of a statement at work in this queue; without one, that of the queue."""
    told = asked.parameters(by=None, sort=None, limit=None)
    return f"/review{'/' + quote(key) if key else ''}{'?' + told if told else ''}"


@router.get("/review")
def waiting(request: Request, asked: Searched, desk: AtDesk, me: AsReader) -> Response:
    """The queue: how many are left, which come first, and the filters."""
    with desk.ledgers.view() as view, view.snapshot() as connection:
        all_ = queue.queue(connection, filters_of(asked), asked.q)
        first = queue.upcoming(connection, all_, LISTED)
        done = queue.done(connection, me.name, *_since())
    begin = address(first[0].id, asked) if first else None
    return desk.templates.page(
        request, "review.html", key=None, asked=asked, queue=all_, first=first, done=done, begin=begin,
        acts=reviewing.LETTERS, kinds=reviewing.KINDS,
    )  # fmt: skip


@router.get("/review/known")
def look_up(request: Request, name: str, key: str, desk: AtDesk, me: AsReader) -> Response:
    """Who bears this name by the knowledge base, on the day of the statement's article."""
    with desk.ledgers.view() as view:
        published = view.statement(key).entry.record.article.published
    return desk.templates.page(request, "_known.html", wanted=name, candidates=known.people(name, published))


@router.post("/review/undo")
def undo(request: Request, asked: Searched, desk: AtDesk, me: AsReviewer) -> Response:
    """Undo the last correction that whoever asks made, at whatever statement, and go there."""
    with desk.ledgers.view() as view:
        with view.snapshot() as connection:
            last = queue.done(connection, me.name, *_since()).last
        if last is None:
            hours = f"{UNDOABLE.total_seconds() / 3600:.0f} hours"
            problem = f"has made no correction in the last {hours} that still holds"
            raise Problem(404, "nothing-to-undo", me.name, problem, "older ones are undone in a statement's history")
        shown = view.statement(last.statement)
    at = next((one.id for one in shown.history if one.id >= last.id and one.by != me.name), None)
    after = last.id if at else shown.history[-1].id
    sent = Correcting(field="undo", value=str(last.id), after=after)
    return _put(_Asking(request, desk, me, asked), last.statement, sent, shown)


@router.post("/review/{key}/correct")
def correct(
    request: Request, key: str, sent: Annotated[Correcting, Form()], asked: Searched, desk: AtDesk, me: AsReviewer
) -> Response:
    """Append a correction, and show what comes next: after a decision the next statement, else this one."""
    shown = None
    if sent.field not in ("status", "kind", "act"):
        with desk.ledgers.view() as view:
            shown = view.statement(key)
    return _put(_Asking(request, desk, me, asked), key, sent, shown)


@router.get("/review/{key}")
def at_work(request: Request, key: str, asked: Searched, desk: AtDesk, me: AsReader) -> Response:
    """One statement at work."""
    asking = _Asking(request, desk, me, asked)
    lookup = request.query_params.get("lookup", "").strip()
    with desk.ledgers.view() as view:
        shown = view.statement(key)
        values = _values(view, shown, asking)
    found = known.people(lookup, shown.entry.record.article.published) if lookup else ()
    return _page(asking, values | {"lookup": lookup, "candidates": found})


@router.get("/statement/{key}")
def statement(request: Request, key: str, desk: AtDesk, me: AsReader) -> Response:
    """One statement's own page: its words, its fields with what supports them, its history, who carried it."""
    with desk.ledgers.view() as view:
        shown = view.statement(key)
        with view.snapshot() as connection:
            carried = queue.carriers(connection, shown.carried.articles)
    text = shown.entry.record.article.text
    return desk.templates.page(
        request, "statement.html", shown=shown, said=shown.entry.statement, pieces=permalink.sentence(shown),
        facts=permalink.facts(shown), carried=carried, history=reviewing.told(text, shown.history),
        passage=permalink.passage(shown), citation=permalink.citation(shown, "bib"),
    )  # fmt: skip


@router.get("/statement/{key}/citation.{form}")
def citation(key: str, form: Literal["bib", "json"], desk: AtDesk, me: AsReader) -> Response:
    """The article behind it as a bibliography has it, with the statement as a note: BibTeX or CSL-JSON."""
    with desk.ledgers.view() as view:
        shown = view.statement(key)
    types = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}
    name = f'attachment; filename="{shown.entry.id}.{form}"'
    return Response(permalink.citation(shown, form), media_type=types[form], headers={"content-disposition": name})


class _Asking:
    """Who asks for what."""

    __slots__ = ("asked", "desk", "me", "request")

    def __init__(self, request: Request, desk: Desk, me: Identity, asked: Asked) -> None:
        self.request, self.desk, self.me, self.asked = request, desk, me, asked

    @property
    def fragment(self) -> bool:
        """Whether a script asks, which wants the statement alone."""
        return "hx-request" in self.request.headers


def _since() -> tuple[str, str]:
    """The beginning of today, and of what one key undoes; UTC."""
    now = datetime.now(UTC)
    return now.strftime("%Y-%m-%dT00:00:00Z"), (now - UNDOABLE).strftime("%Y-%m-%dT%H:%M:%SZ")


def _values(view: View, shown: Shown, asking: _Asking, all_: queue.Queue | None = None) -> dict[str, Any]:
    """What the template of one statement at work takes. ``all_``: its queue, where that is at hand."""
    entry, asked = shown.entry, asking.asked
    text, said = entry.record.article.text, entry.statement
    with view.snapshot() as connection:
        all_ = all_ or queue.queue(connection, filters_of(asked), asked.q)
        ahead = queue.following(connection, all_, entry.id)
        ahead = None if ahead == entry.id else ahead  # the only one left
        behind = queue.preceding(connection, all_, entry.id)
        done = queue.done(connection, asking.me.name, *_since())
    around = reviewing.passages(text, said)
    return {
        "key": entry.id, "asked": asked, "shown": shown, "said": said, "queue": all_, "done": done,
        "ahead": address(ahead, asked) if ahead else address(None, asked),
        "behind": address(behind, asked) if behind else None,
        "here": address(entry.id, asked), "query": address(None, asked).partition("?")[2],
        "passages": around, "parts": reviewing.parts(said), "facts": permalink.facts(shown),
        "speakers": reviewing.speakers(entry.record, said)[:MOST],
        "days": reviewing.days(entry.record, said, around),
        "history": reviewing.told(text, shown.history), "after": shown.history[-1].id if shown.history else 0,
        "acts": reviewing.LETTERS, "kinds": reviewing.KINDS,
        "told": "", "problem": None, "conflict": None, "lookup": "", "candidates": (),
    }  # fmt: skip


def _page(asking: _Asking, values: dict[str, Any], status: int = 200) -> Response:
    name = "_review.html" if asking.fragment else "review.html"
    return asking.desk.templates.page(asking.request, name, status=status, **values)


def _put(asking: _Asking, key: str, sent: Correcting, shown: Shown | None) -> Response:
    """Append a correction; the answer to who sent it. ``shown``: what a form's words are looked up in, if need be."""
    key = shown.entry.id if shown else key
    try:
        value = reviewing.value_of(sent.form(), shown)
        with asking.desk.ledgers.writer() as writer:
            made = writer.correct(key, sent.field, value, by=asking.me.name, why=sent.why, after=sent.after)  # type: ignore[arg-type]
    except BadCorrection as error:
        return _refused(asking, key, sent, error)
    return _done(asking, made, "")


def _done(asking: _Asking, made: Correction, others: str) -> Response:
    """What comes after a correction: the next statement where it was decided on, else the same one."""
    moves = made.field == "status" and made.value in MOVES_ON
    with asking.desk.ledgers.view() as view:
        key: str | None = made.statement
        all_ = None
        if moves:
            with view.snapshot() as connection:
                all_ = queue.queue(connection, filters_of(asking.asked), asking.asked.q)
                key = queue.following(connection, all_, key)
        if not asking.fragment:
            return RedirectResponse(address(key, asking.asked), 303)
        if key is None:
            return RedirectResponse(address(None, asking.asked), 303)
        shown = view.statement(key)
        values = _values(view, shown, asking, all_)
    text = shown.entry.record.article.text if key == made.statement else ""
    told = others or _in_words(shown, made, text)
    return _page(asking, values | {"told": told})


def _in_words(shown: Shown, made: Correction, text: str) -> str:
    if made.field == "undo":
        undone = next((one for one in shown.history if one.id == made.value), None)
        return f"Undone: {reviewing.in_words(text, undone.field, undone.value)}" if undone else "Undone"
    told = reviewing.in_words(text, made.field, made.value)
    return told[:1].upper() + told[1:]


def _refused(asking: _Asking, key: str, sent: Correcting, error: BadCorrection) -> Response:
    """A correction that was not made: because of somebody else's (409), or because it does not fit (422)."""
    with asking.desk.ledgers.view() as view:
        shown = view.statement(key)
        values = _values(view, shown, asking)
    theirs = [one for one in shown.history if one.id > sent.after]
    known_ = sent.after == 0 or any(one.id == sent.after for one in shown.history)
    if not theirs or not known_:
        return _page(asking, values | {"problem": {"error": error, "sent": sent}}, 422)
    text = shown.entry.record.article.text
    try:
        value = reviewing.value_of(sent.form(), shown)
    except OnRecordError as other:
        return _page(asking, values | {"problem": {"error": other, "sent": sent}}, 422)
    if all((one.field, one.value) == (sent.field, value) for one in theirs):
        said = reviewing.in_words(text, sent.field, value)
        return _done(asking, theirs[-1], f"{theirs[-1].by} was here first and said the same: {said}")
    ids = {one.id for one in theirs}
    conflict = {
        "theirs": [one for one in values["history"] if one.id in ids],
        "mine": _mine(shown, sent, value),
        "sent": sent,
        "value": sent.value if not sent.words and not sent.first else None,
    }
    return _page(asking, values | {"conflict": conflict}, 409)


def _mine(shown: Shown, sent: Correcting, value: Any) -> str:
    """The correction that was not made, in words."""
    record = shown.entry.record
    text = record.article.text
    if sent.field == "undo":
        undone = next((one for one in shown.history if one.id == value), None)
        return f"undo “{reviewing.in_words(text, undone.field, undone.value)}”" if undone else "undo"
    if sent.field == "speaker" and isinstance(value, str):
        name = next((one.name for one in record.entities if one.id == value), value)
        return f"speaker: {name}"
    try:
        return reviewing.in_words(text, sent.field, value)
    except (TypeError, ValueError, KeyError, LookupError):  # it may be anything that JSON can say
        return f"{sent.field}: {value}"
