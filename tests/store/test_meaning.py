"""The index of meaning, held to a search through every vector in floating point."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from onrecord.errors import LedgerError
from onrecord.store import meaning
from onrecord.store.connection import migrations
from onrecord.store.meaning import BLOCK, WIDTH, Codes, codes_of

Ints8 = NDArray[np.int8]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(migrations()[0])
    yield connection
    connection.close()


def vectors(count: int, seed: int = 1) -> Ints8:
    """So many vectors near a plane of 24 dimensions: real ones, too, have fewer directions than numbers."""
    plane = np.random.default_rng(0).normal(size=(24, 384))
    draw = np.random.default_rng(seed)
    drawn = draw.normal(size=(count, 24)) @ plane + draw.normal(size=(count, 384))
    return np.rint(drawn / np.linalg.norm(drawn, axis=1, keepdims=True) * 127).astype(np.int8)


def rows(ids: list[int], some: Ints8) -> list[tuple[int, bytes]]:
    return [(one, vector.tobytes()) for one, vector in zip(ids, some, strict=True)]


def exact(ids: list[int], some: Ints8, vector: Ints8, count: int) -> list[int]:
    wide, one = some.astype(np.float64), vector.astype(np.float64)
    likeness = wide @ one / np.linalg.norm(wide, axis=1) / np.linalg.norm(one)
    return [ids[i] for i in np.lexsort((ids, -likeness.round(12)))[:count]]


def found(answer: list[tuple[int, float]]) -> list[int]:
    return [one for one, _ in answer]


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(list(range(1, 301)), id="in one block"),
        pytest.param([BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1], id="over the end of one"),
        pytest.param([3, 1, 2], id="out of order"),
        pytest.param([0, 9 * BLOCK + 5, 5_000_000_000], id="far apart"),
    ],
)
def test_few_are_found_exactly(ledger: sqlite3.Connection, ids: list[int]) -> None:
    some = vectors(len(ids))
    meaning.put(ledger, rows(ids, some))
    for query in vectors(5, seed=2):
        assert found(Codes().search(ledger, query, 10)) == exact(ids, some, query, 10)
    assert meaning.check(ledger) == []


def test_of_many_nearly_all_of_the_nearest_are_found(ledger: sqlite3.Connection) -> None:
    ids, some, codes = list(range(1, 12_001)), vectors(12_000), Codes()
    meaning.put(ledger, rows(ids, some))
    shares = []
    for query in vectors(20, seed=2):
        answer = codes.search(ledger, query, 10)
        assert answer == sorted(answer, key=lambda one: (-one[1], one[0]))
        shares.append(len(set(found(answer)) & set(exact(ids, some, query, 10))) / 10)
    assert np.mean(shares) > 0.9


def test_a_statement_is_nearest_to_itself_with_cosine_one(ledger: sqlite3.Connection) -> None:
    some = vectors(2_000)
    meaning.put(ledger, rows(list(range(2_000)), some))
    assert Codes().search(ledger, some[1_234], 1) == [(1_234, pytest.approx(1.0))]


def test_equal_statements_come_by_id(ledger: sqlite3.Connection) -> None:
    one = vectors(1)
    ids = list(range(700, 100, -1))  # more than the candidates that are weighed
    meaning.put(ledger, rows(ids, np.repeat(one, len(ids), axis=0)))
    assert found(Codes().search(ledger, one[0], 5)) == [101, 102, 103, 104, 105]


@pytest.mark.parametrize("step", [2, 40, 3_000])
def test_only_those_asked_for(ledger: sqlite3.Connection, step: int) -> None:
    ids, some = list(range(1, 9_001)), vectors(9_000)
    meaning.put(ledger, rows(ids, some))
    among = np.arange(0, 12_000, step)  # some of them are not there
    there = [one for one in among.tolist() if 1 <= one <= 9_000]
    query = vectors(1, seed=5)[0]
    answer = found(Codes().search(ledger, query, 3, among))
    best = exact(there, some[[one - 1 for one in there]], query, 3)
    assert set(answer) <= set(there)
    assert len(set(answer) & set(best)) >= min(len(there), 3) - (len(there) > 400)


def test_nothing_there(ledger: sqlite3.Connection) -> None:
    query = vectors(1)[0]
    assert Codes().search(ledger, query, 10) == []
    assert Codes().search(ledger, query, 10, np.array([4])) == []
    meaning.put(ledger, [])
    meaning.remove(ledger, [])
    meaning.rebuild(ledger)
    assert meaning.check(ledger) == []


def test_what_is_removed_or_replaced_is_not_found(ledger: sqlite3.Connection) -> None:
    some, codes = vectors(600), Codes()
    meaning.put(ledger, rows(list(range(600)), some))
    assert found(codes.search(ledger, some[7], 1)) == [7]
    meaning.remove(ledger, [7, 8, 99_999_999])
    assert 7 not in found(codes.search(ledger, some[7], 600))
    meaning.put(ledger, [(9, some[7].tobytes())])
    assert found(codes.search(ledger, some[7], 1)) == [9]
    assert meaning.check(ledger) == []


def test_only_changed_blocks_are_read_again(ledger: sqlite3.Connection) -> None:
    some, codes = vectors(3), Codes()
    meaning.put(ledger, rows([1, BLOCK, 2 * BLOCK], some))
    assert codes.refresh(ledger) == 3
    assert codes.refresh(ledger) == 0
    meaning.put(ledger, rows([BLOCK + 1], some[:1]))
    assert codes.refresh(ledger) == 1


def test_a_rollback_takes_all_back(ledger: sqlite3.Connection) -> None:
    some, codes = vectors(500), Codes()
    meaning.put(ledger, rows(list(range(500)), some))
    ledger.execute("BEGIN")
    meaning.remove(ledger, range(400))
    meaning.put(ledger, rows([1_000], some[:1]))
    assert found(codes.search(ledger, some[0], 1)) == [1_000]
    ledger.execute("ROLLBACK")
    assert found(codes.search(ledger, some[0], 1)) == [0]
    assert meaning.check(ledger) == []
    # A change after the rollback must not be taken for the one that was rolled back.
    meaning.put(ledger, rows([1_000], some[1:2]))
    assert codes.refresh(ledger) == 1


def test_a_reader_sees_what_another_connection_has_committed(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    some, codes = vectors(500), Codes()
    meaning.put(ledger, rows(list(range(450)), some[:450]))
    reader = sqlite3.connect(tmp_path / "ledger.db")
    assert found(codes.search(reader, some[460], 1)) != [460]
    ledger.execute("BEGIN")
    meaning.put(ledger, rows([460], some[460:461]))
    assert found(codes.search(reader, some[460], 1)) != [460]
    ledger.execute("COMMIT")
    assert found(codes.search(reader, some[460], 1)) == [460]
    reader.close()


def test_a_vector_of_another_length_is_refused_and_nothing_written(ledger: sqlite3.Connection) -> None:
    with pytest.raises(LedgerError, match="statement 2: its vector has 3 bytes, 384 needed"):
        meaning.put(ledger, [(1, vectors(1)[0].tobytes()), (2, b"abc")])
    assert ledger.execute("SELECT count(*) FROM embedding").fetchone() == (0,)


def spoil_code(connection: sqlite3.Connection, statement: int, code: bytes) -> None:
    with connection.blobopen("code_block", "codes", statement // BLOCK) as blob:
        blob.seek(statement % BLOCK * WIDTH)
        blob.write(code)


DAMAGE = {
    "a vector lost": (
        lambda c: c.execute("DELETE FROM embedding WHERE statement IN (3, 4)"),
        ["2 codes without a vector (statements 3, 4)"],
    ),
    "many vectors lost": (
        lambda c: c.execute("DELETE FROM embedding WHERE statement < 7"),
        ["7 codes without a vector (statements 0, 1, 2, 3, 4, …)"],
    ),
    "a code lost": (lambda c: spoil_code(c, 5, bytes(WIDTH)), ["1 vectors without a code (statement 5)"]),
    "another code": (
        lambda c: spoil_code(c, BLOCK + 1, b"\x01" * WIDTH),
        [f"1 codes that are not their vector's (statement {BLOCK + 1})"],
    ),
    "a block lost": (
        lambda c: c.execute("DELETE FROM code_block WHERE block = 1"),
        [f"2 vectors without a code (statements {BLOCK}, {BLOCK + 1})"],
    ),
    "a block cut": (
        lambda c: c.execute("UPDATE code_block SET codes = substr(codes, 1, 48) WHERE block = 1"),
        [f"1 vectors without a code (statement {BLOCK + 1})"],
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_mended(ledger: sqlite3.Connection, name: str) -> None:
    ids = [*range(20), BLOCK, BLOCK + 1]
    some = vectors(len(ids))
    meaning.put(ledger, rows(ids, some))
    codes = Codes()
    codes.refresh(ledger)
    spoil, problems = DAMAGE[name]
    spoil(ledger)
    assert meaning.check(ledger) == problems
    assert Codes().search(ledger, some[9], 1, np.array(ids))[0][0] == 9  # still answers
    Codes().search(ledger, some[9], 1)
    meaning.rebuild(ledger)
    assert meaning.check(ledger) == []
    assert found(codes.search(ledger, some[-1], 1)) == [BLOCK + 1]


def test_a_vector_of_a_wrong_length_is_told(ledger: sqlite3.Connection) -> None:
    meaning.put(ledger, rows([1, 2], vectors(2)))
    ledger.execute("UPDATE embedding SET vector = x'00' WHERE statement = 2")
    assert meaning.check(ledger) == ["1 vectors of a wrong length (statement 2)"]
    assert found(Codes().search(ledger, vectors(1)[0], 5)) == [1]


def test_codes_are_centred() -> None:
    """Without the mean taken off, a dimension that is always positive would tell nothing."""
    told = codes_of(np.zeros((1, 384), np.int8))
    assert 0 < np.unpackbits(told).sum() < 384
