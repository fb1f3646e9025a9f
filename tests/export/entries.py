"""Entries of a ledger for the exporters, made from records that are drawn by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

from records import harbour, record

from onrecord.export.entry import Entry
from onrecord.types import Record


def entries(made: Record, **fields: Any) -> list[Entry]:
    """Each statement of the record, as the ledger would give it: ``k1`` for ``s1`` and so on."""
    known: dict[str, Any] = {"corrected": False, "status": "open", "outlets": 1, "first_outlet": None} | fields
    return [
        Entry(
            id=f"k{number}",
            statement=statement,
            record=made,
            person=f"p-{statement.speaker.qid}" if statement.speaker and statement.speaker.qid else None,
            **known,
        )
        for number, statement in enumerate(made.statements, start=1)
    ]


def harbour_entries(**fields: Any) -> list[Entry]:
    return entries(harbour(), **fields)


def article(**known: Any) -> Entry:
    """One plain statement of an article of which this is known."""
    text = "The mill will close, said Mara Lindqvist."
    drawn = {"source": "Mara Lindqvist", "cue": "said", "content": "The mill will close", "name": "Mara Lindqvist"}
    (entry,) = entries(record(text, drawn, **known))
    return entry


def awkward() -> list[Entry]:
    """What tables and JSON stumble over: quotes, line ends, formulas, half characters, a refusal without words."""
    text = (
        '=SUM(A1:A9), said Ola Brekke.\n\n"Line one\nand, ""two""\r\n\u2028end \ud800 \x85 😀," she said.\n\n'
        "The board did not elaborate."
    )
    made = record(
        text,
        {"source": "Ola Brekke", "cue": "said", "content": "=SUM(A1:A9)", "name": "Ola Brekke"},
        {
            "source": "she",
            "cue": ("said", 2),
            "content": '"Line one\nand, ""two""\r\n\u2028end \ud800 \x85 😀,"',
            "kind": "direct",
        },
        {"source": "The board", "cue": "did not elaborate", "act": "refuse-to-comment"},
        url="https://courier.example/a b#top",
        title="@home & +abroad",
        outlet="-",
    )
    return entries(made)


def rejected(entry: Entry) -> Entry:
    return dataclasses.replace(entry, status="rejected")
