"""Templates: everything in them is escaped, and every address they name is the desk's own."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from onrecord.serve.markup import escape
from onrecord.store.hits import Hit
from onrecord.version import __version__


class Templates:
    """The desk's templates."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("onrecord.serve.desk", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(version=__version__, static=static)
        self._environment.filters.update(sentence=sentence, day=day, number=number, coded=coded)

    def text(self, request: Request, name: str, **values: Any) -> str:
        """A template filled in. ``request``, ``me`` (who is asking, or None) and ``desk`` are known in every one."""
        desk = request.app.state.desk
        me = getattr(request.state, "identity", None)
        return self._environment.get_template(name).render(request=request, me=me, settings=desk.settings, **values)

    def page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
        """A template as the answer."""
        return HTMLResponse(self.text(request, name, **values), status_code=status)


@cache
def static(name: str) -> str:
    """The address of a file under ``static/``: another after every change of it, so that it can be kept for ever."""
    data = (files("onrecord.serve.desk") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"


def sentence(hit: Hit) -> Markup:
    """A hit's sentence as HTML: its statement's words in ``<span class="said">``, those searched for in ``<mark>``."""
    edges = sorted({0, len(hit.context), *(side for pair in (*hit.content, *hit.highlights) for side in pair)})
    pieces = []
    for start, end in pairwise(edges):
        piece = escape(hit.context[start:end])
        if any(left <= start and end <= right for left, right in hit.highlights):
            piece = f"<mark>{piece}</mark>"
        if any(left <= start and end <= right for left, right in hit.content):
            piece = f'<span class="said">{piece}</span>'
        pieces.append(piece)
    return Markup("".join(pieces))  # every piece is escaped


def day(iso: str | None) -> str:
    """An ISO day as a reader writes it: 2 April 2031; a month or a year at that precision; what is none as it is."""
    if not iso:
        return ""
    parts = iso[:10].split("-")
    try:
        if len(parts) == 3:
            found = date.fromisoformat(iso[:10])
            return f"{found.day} {found:%B} {found.year}"
        return f"{date(int(parts[0]), int(parts[1]), 1):%B %Y}" if len(parts) == 2 else parts[0]
    except ValueError:
        return iso


def coded(told: str) -> Markup:
    """A message with what stands between backticks as code, as it is meant for a terminal."""
    pieces = told.split("`")
    if len(pieces) % 2 == 0:
        return Markup(escape(told))
    return Markup("".join(f"<code>{escape(one)}</code>" if at % 2 else escape(one) for at, one in enumerate(pieces)))


def number(value: int) -> str:
    """A whole number with thousands parted."""
    return f"{value:,}"
