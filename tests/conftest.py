"""What every test runs under: no name of the network resolves, and ``--allow-hosts`` lets only 127.0.0.1 be reached."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))  # eval and bench

import by_rule

if TYPE_CHECKING:
    from onrecord.model import Model

# Facts that this user imported are not what is tested.
os.environ["ONRECORD_KB"] = str(Path(__file__).parent / "no-newer-facts")

# Continuous integration tries the same examples each time, so that a change fails for what it changed; elsewhere
# every run tries new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

LOCAL = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"}


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def guarded(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in LOCAL:
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: tests have no network")
        return resolve(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


@pytest.fixture
def rule_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline of one rule in place of the model: a quotation, ``said``, a name. For tests of what lies around it."""
    pipeline = SimpleNamespace(extract=by_rule.extract, extract_many=by_rule.extract_many)
    monkeypatch.setitem(sys.modules, "onrecord.pipeline", pipeline)
    monkeypatch.setitem(sys.modules, "onrecord.model", SimpleNamespace(load=lambda *_: by_rule))


@pytest.fixture(scope="session")
def model() -> Model:
    """The shipped model, loaded once. Tests hold for any weights worth shipping: none knows an exact confidence."""
    from onrecord.model import load

    return load()
