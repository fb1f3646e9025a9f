"""The word lists of this package: one entry a line in ``data/``, ``#`` opens a comment line."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=8)
def entries(name: str) -> tuple[str, ...]:
    """The entries of ``data/<name>.txt``, in their order."""
    lines = (files("onrecord.reader") / "data" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
