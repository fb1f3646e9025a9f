"""The ledger: records kept in one SQLite file, searched, corrected and checked.

``Writer`` and ``View`` are apart: one process writes, any number read meanwhile. ``Ledger`` is both, for one who
needs no more.
"""

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
