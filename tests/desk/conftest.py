"""A desk on a ledger made by hand, asked in this process, or served on 127.0.0.1 for a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from desk.making import fill
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.settings import Settings


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the articles of ``making``; not to be changed."""
    return fill(tmp_path_factory.mktemp("desk") / "made.db")


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copy(made, tmp_path / "desk.db"))


@pytest.fixture
def desk(db: Path) -> Iterator[Callable[..., TestClient]]:
    """A client of a desk on the copy: ``desk()``, or with other settings, ``desk(read_only=True)``."""
    open_: list[TestClient] = []

    def opened(**settings: object) -> TestClient:
        app = create_app(Settings(**({"db": db, "by": "Ines Vold"} | settings)))  # type: ignore[arg-type]
        client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        open_.append(client.__enter__())
        return client

    yield opened
    for client in open_:
        client.__exit__(None, None, None)
