"""The ledger as one object, for Python: ``with onrecord.Ledger("onrecord.db") as ledger: …``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.errors import OnRecordError
from onrecord.store.corrections import Correction, Field
from onrecord.store.filters import Filters
from onrecord.store.search import By, Query, Sort
from onrecord.store.vectors import vector_of, vectors_of
from onrecord.store.view import Page, Person, Shown, View
from onrecord.store.writer import Outcome, Writer, prepare
from onrecord.types import Record

if TYPE_CHECKING:
    from onrecord.export.entry import Entry


class Ledger:
    """The ledger in the file at ``path``, which is made when the first record is added.

    Records are committed one by one. Not for several threads at once; several processes may read while one writes.

    Raises LedgerError where the file cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str] = "onrecord.db") -> None:
        self.path = os.fspath(path)
        self._writer: Writer | None = None
        self._view: View | None = None

    def __repr__(self) -> str:
        return f"Ledger({self.path!r})"

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        for one in (self._writer, self._view):
            if one is not None:
                one.close()
        self._writer = self._view = None

    @property
    def writer(self) -> Writer:
        """The one who writes; opened when first asked for."""
        if self._writer is None:
            self._writer = Writer(self.path, vectors_of)
        return self._writer

    @property
    def view(self) -> View:
        """The one who reads; opened when first asked for."""
        if self._view is None:
            self._view = View(self.path, vector_of)
        return self._view

    def add(self, records: Record | Iterable[Record | OnRecordError]) -> dict[Outcome, int]:
        """Put records in the ledger, and count what became of them; a record that is there already changes nothing.

        An error among the records, as ``read_many`` gives for what it could not read, is raised when its turn comes;
        what came before it is in the ledger.
        """
        counts: dict[Outcome, int] = {}
        for record in [records] if isinstance(records, Record) else records:
            if isinstance(record, OnRecordError):
                raise record
            # Vectors take most of the time: they are not made for what is there already.
            outcome = self.writer.add(prepare(record, None if self.writer.holds(record) else vectors_of))
            counts[outcome] = counts.get(outcome, 0) + 1
        return counts

    def search(
        self,
        text: str | None = None,
        *,
        by: By = "auto",
        sort: Sort = "relevance",
        limit: int = 20,
        after: str | None = None,
        **filters: Any,
    ) -> Page:
        """Find statements: ``ledger.search("missiles", speaker="Lindqvist", kind="direct", since="2031-03")``.

        ``filters`` are the fields of ``Filters``; a single ``kind`` or ``act`` needs no tuple. Raises BadQuery.
        """
        for name in ("kind", "act"):
            if isinstance(filters.get(name), str):
                filters[name] = (filters[name],)
        return self.view.search(Query(text, Filters(**filters), by, sort, limit, after))

    def statement(self, key: str) -> Shown:
        """One statement by its id, with its corrections and who else carried it. Raises NotOnRecord."""
        return self.view.statement(key)

    def record(self, article: str) -> Record:
        """The record of an article, by its id or address, corrections applied. Raises NotOnRecord."""
        return self.view.record(article).record

    def records(self) -> Iterator[Record]:
        """The records of all articles, corrections applied."""
        return self.view.records()

    def entries(self, **filters: Any) -> Iterator[Entry]:
        """Statements with their records, as the exporters take them."""
        return self.view.entries(Filters(**filters))

    def people(self, name: str) -> Sequence[Person]:
        """Who bears this name, across articles."""
        return self.view.people(name)

    def correct(self, key: str, field: Field, value: Any, *, by: str, why: str | None = None) -> Correction:
        """Correct a statement; what was read stays, and the correction can be undone. Raises BadCorrection."""
        return self.writer.correct(key, field, value, by=by, why=why)
