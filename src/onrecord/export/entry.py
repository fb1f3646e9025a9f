"""What the exporters work on: a statement of a ledger, with the record that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onrecord.types import Record, Span, Statement

Status = Literal["open", "accepted", "rejected"]
"""What people have said of a statement: nothing yet, that it is right, or that it is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it stands in a ledger, with the record that it belongs to.

    ``id`` is the ledger's own and stable ("s7f3k2m9q4tzx5ab"); ``statement.id`` is the one within ``record``.
    ``statement`` has its corrections applied, and may therefore differ from the one in ``record.statements``.
    ``person`` is the ledger's id of the speaker across articles, or None. ``outlets`` counts those that carried the
    statement, itself included (≥ 1), and ``first_outlet`` had it first, where that is known.
    """

    id: str
    statement: Statement
    record: Record
    person: str | None
    corrected: bool
    status: Status
    outlets: int
    first_outlet: str | None

    @property
    def passage(self) -> tuple[Span, ...]:
        """Where the statement stands: its content; of a refusal without words its cue, else its source."""
        return self.statement.content or self.statement.cue or self.statement.source
