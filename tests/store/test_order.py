"""In whatever order articles come, the ledger says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import making
import pytest
import records
from making import NEWER, OLDER, add, by_model, copy_of_the_wire, somebody

from bench.agency import records as agency
from onrecord.store.check import repair
from onrecord.types import Record

NOT_BEFORE = {"source": "its chair", "cue": "said", "name": "Mara Lindqvist"}


def by_hand() -> list[Record]:
    """Versions, readings, copies, chains of copies, people who are one, who might be and who are not."""
    harbour = records.harbour()
    later = replace(harbour, article=replace(harbour.article, published="2031-04-05", title="Ferry vote is off"))
    cut = making.COPY[: making.COPY.index("\n\nOsk")]
    edited = making.COPY.replace("before June", "before July").replace("each spring", "each autumn")
    return [
        harbour,
        later,
        by_model(making.copy_of_the_wire("a1", "Courier"), OLDER),
        by_model(copy_of_the_wire("a1", "Courier"), NEWER),
        copy_of_the_wire("a2", "Herald"),
        copy_of_the_wire("a3", "Post", published="2031-04-03"),
        copy_of_the_wire("a3", "Post", title="Second thoughts", published="2031-04-04", text=making.COPY + "\n\nMore."),
        records.record(cut, NOT_BEFORE | {"content": "will not vote on the ferry contract before June"}, id="a4"),
        records.record(edited, NOT_BEFORE | {"content": "will not vote on the ferry contract before July"}, id="a5"),
        *(somebody(f"p{at}", **facts) for at, facts in enumerate([
            {"name": "Jan Hale"}, {"name": "Jan Hale", "office": "board chair"},
            {"name": "Jan Hale", "office": "chair", "organisation": "Harbour Board of Tarn"},
            {"name": "J. Hale", "office": "chair", "organisation": "Harbour Board of Tarn", "country": "NO"},
            {"name": "Jan Hale", "office": "transport minister", "country": "NO"},
            {"name": "Jan Hale", "office": "transport minister", "country": "NO", "qid": "Q900000002"},
            {"name": "Jan Hale", "qid": "Q900000003"}, {"name": "Janne Hale", "qid": "Q900000003"},
            {"name": "Jan A. Hale", "office": "minister of transport", "country": "NO"},
            {"name": "Jan B. Hale", "office": "minister of transport", "country": "NO"},
            {"name": "Jan Hale", "office": "resident"},
            {"name": "Jan Hale", "office": "spokesman", "organisation": "police"},
        ])),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_articles_does_not_matter(tmp_path: Path, seed: int) -> None:
    wire = by_hand()
    add(tmp_path / "1.db", *wire)
    Random(seed).shuffle(wire)
    add(tmp_path / "2.db", *wire)
    expected, got = making.told(tmp_path / "1.db"), making.told(tmp_path / "2.db")
    for name in expected:
        assert got[name] == expected[name], name
    assert making.problems(tmp_path / "2.db") == []


def test_what_is_derived_anew_is_what_was_derived_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    wire = by_hand()
    Random(7).shuffle(wire)
    add(path, *wire)
    expected = making.told(path)
    repair(str(path), making.embed)
    got = making.told(path)
    for name in expected:
        assert got[name] == expected[name], name


def test_of_agency_copy_too(tmp_path: Path) -> None:
    wire = list(agency(1000, 5))
    add(tmp_path / "1.db", *wire)
    add(tmp_path / "2.db", *wire[::-1])
    expected, got = making.told(tmp_path / "1.db"), making.told(tmp_path / "2.db")
    for name in expected:
        assert got[name] == expected[name], name
    assert expected["copy"]
