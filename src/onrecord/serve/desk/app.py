"""The desk put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.resources import files
from threading import Thread

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from onrecord.serve.desk import problems
from onrecord.serve.desk.access import Door
from onrecord.serve.desk.api import description
from onrecord.serve.desk.conditional import Conditional
from onrecord.serve.desk.guard import guarded
from onrecord.serve.desk.ledgers import Ledgers
from onrecord.serve.desk.pages.search import warm
from onrecord.serve.desk.settings import Settings
from onrecord.serve.desk.state import Desk
from onrecord.serve.desk.templating import Templates
from onrecord.version import __version__

THREADS = 5
"""Requests that are worked at at once; the others wait in line. One at a time holds Python, so more make each slower,
and all together too: of fifty requests a second beside one who adds articles, forty threads answered half after 2.9 s,
and some not at all; four answered half after 33 ms, and all."""

_ROUTERS = (
    "api.statements", "api.articles", "api.speakers", "api.exports", "api.health", "api.jobs",
    "pages.front", "pages.article", "pages.speaker", "pages.about", "pages.search", "pages.feeds", "pages.review",
    "pages.adding", "pages.signing",
)  # fmt: skip


def create_app(settings: Settings) -> FastAPI:
    """The desk as an ASGI app. Raises LedgerError where the ledger cannot be used."""
    ledgers = Ledgers(settings.db, make=not settings.read_only)
    door = Door(settings)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        Thread(target=warm, args=(app.state.desk,), daemon=True).start()
        yield
        door.close()
        ledgers.close()

    app = _Guarded(
        title="On Record",
        version=__version__,
        summary="Who said what, each field tied to the characters that support it.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # those pages come from elsewhere
        redoc_url=None,
        lifespan=life,
    )
    app.state.desk = Desk(settings, ledgers, Templates())
    app.state.door = door
    problems.install(app)
    description.install(app)
    app.mount("/static", Static(directory=str(files("onrecord.serve.desk") / "static")), name="static")
    for name in _ROUTERS:
        app.include_router(import_module(f"onrecord.serve.desk.{name}").router)
    app.add_middleware(Conditional, stamp=ledgers.stamp)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    return app


class _Guarded(FastAPI):
    """An app whose guards stand outside all else, the answer to a fault included."""

    def build_middleware_stack(self) -> ASGIApp:
        """The app's own middlewares, behind the guards."""
        return guarded(super().build_middleware_stack(), self.state.desk.settings, self.state.door)


class Static(StaticFiles):
    """Files that never change under their address, which bears their digest."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file."""
        response = await super().get_response(path, scope)
        if b"v=" in scope["query_string"]:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
