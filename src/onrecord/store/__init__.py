"""The ledger: records kept in one SQLite file, searched, corrected and checked.

``Writer`` and ``View`` are apart: one process writes, any number read meanwhile. ``Ledger`` is both, for one who needs
no more. Names are imported when they are first used: who reads needs nothing of what writing takes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.store.corrections import Correction
    from onrecord.store.filters import Filters
    from onrecord.store.hits import Hit
    from onrecord.store.ledger import Ledger
    from onrecord.store.search import Query
    from onrecord.store.view import Page, View
    from onrecord.store.writer import Outcome, Prepared, Writer, prepare

__all__ = [
    "Correction", "Filters", "Hit", "Ledger", "Outcome", "Page", "Prepared", "Query", "View", "Writer", "prepare",
]  # fmt: skip

_HOMES = {
    "corrections": ("Correction",),
    "filters": ("Filters",),
    "hits": ("Hit",),
    "ledger": ("Ledger",),
    "search": ("Query",),
    "view": ("Page", "View"),
    "writer": ("Outcome", "Prepared", "Writer", "prepare"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'onrecord.store' has no attribute {name!r}")
    value = getattr(import_module(f"onrecord.store.{_HOME[name]}"), name)
    globals()[name] = value
    return value
