from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import by_rule
import pytest
from search.making import embed

import onrecord.model
from adding import stand_in
from onrecord.adding import pool
from onrecord.adding.worker import Reader
from onrecord.store import vectors


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rule in place of the model, here and in the processes that read."""
    monkeypatch.setitem(sys.modules, "onrecord.pipeline", SimpleNamespace(extract_many=stand_in.extract_many))
    monkeypatch.setattr(onrecord.model, "load", lambda *_, **__: by_rule)
    monkeypatch.setattr(vectors, "vectors_of", embed)
    monkeypatch.setattr(Reader, "load", lambda self: None)
    monkeypatch.setattr(pool, "serve", stand_in.serve)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"
