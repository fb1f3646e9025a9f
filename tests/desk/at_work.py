"""Desks whose worker reads by one rule in place of the model; and what is handed to them."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from adding.stand_in import prose
from starlette.testclient import TestClient

TESTS = Path(__file__).parents[1]
LEDGER = "stand-in"


def command(**constants: float) -> list[str]:
    """How a worker by the rule is started, with these constants of its module in place of its own."""
    lines = [
        "import sys",
        f"sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]",
        "from adding import stand_in",
        "from onrecord.adding import pool",
        "from onrecord.reader import fetch",
        "from onrecord.serve.desk import worker",
        "stand_in.install()",
        "pool.serve = stand_in.serve",
        "fetch.TIMEOUT = 0.5",
        *(f"worker.{name} = {value}" for name, value in ({"NICE": 0, "LOOK": 0.2, "HEED": 0.1} | constants).items()),
        "worker.main()",
    ]
    return [sys.executable, "-c", "\n".join(lines)]


def lines(numbers: range, also: str = "") -> bytes:
    """JSON Lines of articles."""
    return "".join(
        json.dumps({"id": f"a{n}", "text": prose(n, also), "published": "2031-04-02"}) + "\n" for n in numbers
    ).encode()


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def post(client: TestClient, content: bytes, kind: str = "application/x-ndjson", wait: int = 0, **query: str) -> Any:
    """What the API answers to this body."""
    return client.post(
        "/api/v1/articles", content=content, headers={"content-type": kind}, params={"wait": str(wait), **query}
    )


def until(client: TestClient, job: str, *states: str, done: int = 0, seconds: float = 30) -> dict[str, Any]:
    """The job, once it is in one of these states (any that is over, if none is named) and has done so much."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found: dict[str, Any] = client.get(f"/api/v1/jobs/{job}").json()
        if found["state"] in (states or ("done", "failed", "cancelled")) and found["done"] >= done:
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found}")
