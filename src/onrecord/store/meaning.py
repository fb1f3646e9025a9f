"""The nearest statements in meaning: a code of 384 bits for each, all looked at, and the best weighed by their vectors.

Codes are signs of the vector less the mean (docs/decisions/008). They and the vectors are rows like any other: what is
done here belongs to the caller's transaction, and is committed or rolled back with it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import LedgerError, ModelError

# The stamp of a block (table code_change) is random, not counted, since a count could come again after a rollback; and
# it has a table of its own, since an update writes its whole row anew, which would be the block.

DIMENSIONS = 384
WIDTH = DIMENSIONS // 8  # bytes of a code
BLOCK = 4096  # statements
PLANES = DIMENSIONS // 64  # a code as whole numbers of 64 bits
LEAST, FACTOR = 400, 4  # candidates weighed: at least so many, and so many for each one wanted (docs/decisions/008)
_NAMED = 5  # ids named in a problem
_EMPTY = bytes(WIDTH)


@cache
def _thresholds() -> NDArray[np.float32]:
    """(384,) the mean vector times 127, above which a dimension's bit is 1."""
    where = files("onrecord") / "model" / "weights" / "embedding.json"
    try:
        mean = np.array(json.loads(where.read_text(encoding="utf-8"))["mean"], np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(str(where), f"has no mean vector ({error})", "reinstall onrecord") from error
    if mean.shape != (DIMENSIONS,):
        raise ModelError(str(where), f"its mean has shape {mean.shape}, {DIMENSIONS} needed", "reinstall onrecord")
    return mean * 127


def codes_of(vectors: NDArray[np.int8]) -> NDArray[np.uint8]:
    """(…, 384) → (…, 48): one bit a dimension, the first in the highest place."""
    return np.packbits(vectors > _thresholds(), axis=-1)


def put(connection: sqlite3.Connection, rows: Iterable[tuple[int, bytes]]) -> None:
    """Put the vectors of statements, 384 bytes each, in place of those that they had; within the caller's transaction.

    Raises LedgerError where a vector has another length.
    """
    new = sorted(dict(rows).items())
    for statement, vector in new:
        if len(vector) != DIMENSIONS:
            raise LedgerError(f"statement {statement}", f"its vector has {len(vector)} bytes, {DIMENSIONS} needed")
    if not new:
        return
    connection.executemany(
        "INSERT INTO embedding VALUES (?, ?) ON CONFLICT (statement) DO UPDATE SET vector = excluded.vector", new
    )
    codes = codes_of(_stacked(vector for _, vector in new))
    _write(connection, [(statement, code.tobytes()) for (statement, _), code in zip(new, codes, strict=True)])


def remove(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Take away the vectors of statements, within the caller's transaction; those that have none are passed over."""
    gone = sorted(set(ids))
    connection.executemany("DELETE FROM embedding WHERE statement = ?", ((statement,) for statement in gone))
    _write(connection, [(statement, _EMPTY) for statement in gone])


def _write(connection: sqlite3.Connection, codes: Sequence[tuple[int, bytes]]) -> None:
    """Write codes, sorted by statement, into their blocks; neighbours at once."""
    for block, rows in groupby(codes, key=lambda row: row[0] // BLOCK):
        connection.execute("INSERT OR IGNORE INTO code_block VALUES (?, zeroblob(?))", (block, BLOCK * WIDTH))
        with connection.blobopen("code_block", "codes", block) as blob:
            for first, run in _runs(rows):
                blob.seek(first % BLOCK * WIDTH)
                blob.write(run)
        connection.execute("INSERT OR REPLACE INTO code_change VALUES (?, random())", (block,))


def _runs(rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    for _, run in groupby(enumerate(rows), key=lambda row: row[1][0] - row[0]):
        held = [row for _, row in run]
        yield held[0][0], b"".join(code for _, code in held)


def _stacked(vectors: Iterable[bytes]) -> NDArray[np.int8]:
    return np.frombuffer(b"".join(vectors), np.int8).reshape(-1, DIMENSIONS)


_Last = tuple[bytes, object, tuple[NDArray[np.int64], NDArray[np.uint16]]]
"""A code, the blocks that were looked at, ids and distances."""


class Codes:
    """The codes in memory, 48 bytes a statement, kept up with the database. Safe to share between threads."""

    def __init__(self) -> None:
        # block → (stamp, planes (6, 4096) uint64). Replaced as a whole: a search goes on with what it began with.
        self._blocks: dict[int, tuple[int, NDArray[np.uint64]]] = {}
        self._lock = threading.Lock()
        self._ids: tuple[object, tuple[Any, NDArray[np.int64]]] = None, (slice(0), np.empty(0, np.int64))
        self._last: _Last = b"", None, (np.empty(0, np.int64), np.empty(0, np.uint16))

    def refresh(self, connection: sqlite3.Connection) -> int:
        """Read the blocks that have changed since they were read last; how many those are."""
        with self._lock:
            stamps = dict(connection.execute("SELECT block, stamp FROM code_change ORDER BY block"))
            held = {block: kept for block, kept in self._blocks.items() if stamps.get(block) == kept[0]}
            changed = [block for block in stamps if block not in held]
            for block in changed:
                row = connection.execute("SELECT codes FROM code_block WHERE block = ?", (block,)).fetchone()
                if row is not None and len(row[0]) == BLOCK * WIDTH:  # `check` tells of what is amiss
                    planes = np.frombuffer(row[0], np.uint64).reshape(BLOCK, PLANES).T
                    held[block] = stamps[block], np.ascontiguousarray(planes)
            if changed or len(held) < len(self._blocks):
                self._blocks = dict(sorted(held.items()))
            return len(changed)

    def search(
        self,
        connection: sqlite3.Connection,
        vector: NDArray[np.int8],
        count: int,
        among: NDArray[np.int64] | None = None,
    ) -> list[tuple[int, float]]:
        """The ``count`` statements nearest to a vector (384,), with their cosine, best first; equals by id.

        ``among``: only these ids, sorted. The codes name the candidates, at least 400, and the vectors decide: nearly
        the same as weighing every vector, and exactly so where there are no more statements than candidates.
        """
        wanted = max(LEAST, FACTOR * count)
        if among is None or len(among) > wanted:
            self.refresh(connection)
            among = self._near(vector, wanted, among)
        rows = connection.execute(
            "SELECT statement, vector FROM json_each(?) AS near JOIN embedding ON statement = near.value"
            " WHERE length(vector) = ?",
            (json.dumps(among.tolist()), DIMENSIONS),
        ).fetchall()
        if not rows or count < 1:
            return []
        ids = np.array([statement for statement, _ in rows])
        likeness = _cosine(_stacked(found for _, found in rows), vector)
        best = np.lexsort((ids, -likeness))[:count]
        return [(int(ids[i]), float(likeness[i])) for i in best]

    def _near(self, vector: NDArray[np.int8], wanted: int, among: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The ids of the ``wanted`` nearest codes, sorted; of equal ones, the lowest ids."""
        ids, distance = self._distances(vector, among)
        if len(ids) <= wanted:
            return ids
        reached = np.cumsum(np.bincount(distance, minlength=DIMENSIONS + 1))
        last = int(np.searchsorted(reached, wanted))  # the distance within which so many lie
        near = distance < last
        room = wanted - int(np.count_nonzero(near))
        near[np.flatnonzero(distance == last)[:room]] = True
        return ids[near]

    def _distances(
        self, vector: NDArray[np.int8], among: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """Ids, ascending, and how many bits of each one's code are not the vector's."""
        every, far = self._all_distances(codes_of(vector))
        if among is None or not len(every):
            return every, far
        wanted = np.zeros(max(int(every[-1]), int(among[-1])) + 1, np.bool_)
        wanted[among] = True
        kept = wanted[every]
        return every[kept], far[kept]

    def _all_distances(self, code: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """The same for all statements. Those of the code asked for last are kept: a search may ask twice."""
        blocks = self._blocks
        last_code, last_blocks, ids_and_distances = self._last
        if last_blocks is blocks and last_code == code.tobytes():
            return ids_and_distances
        found = self._scanned(blocks, code.view(np.uint64)[:, None])
        self._last = code.tobytes(), blocks, found
        return found

    def _scanned(
        self, blocks: dict[int, tuple[int, NDArray[np.uint64]]], code: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """Ids, ascending, and distances, of all places that hold a code."""
        differ = np.empty((PLANES, BLOCK), np.uint64)
        bits = np.empty((PLANES, BLOCK), np.uint8)
        far = np.empty((len(blocks), BLOCK), np.uint16)
        for (_, planes), out in zip(blocks.values(), far, strict=True):
            np.bitwise_count(np.bitwise_xor(planes, code, out=differ), out=bits)
            # Three planes have at most 192 bits, which a byte holds.
            np.add(bits[0] + bits[1] + bits[2], bits[3] + bits[4] + bits[5], out=out, dtype=np.uint16)
        places, ids = self._held(blocks)
        return ids, far.reshape(-1)[places]

    def _held(self, blocks: dict[int, tuple[int, NDArray[np.uint64]]]) -> tuple[Any, NDArray[np.int64]]:
        """Which of all places hold a code (a slice where all up to the last do), and their ids; worked out once."""
        known, held = self._ids
        if known is not blocks:
            there = [planes.any(axis=0) for _, planes in blocks.values()]
            places: Any = np.flatnonzero(np.concatenate(there)) if there else np.empty(0, np.int64)
            first = np.repeat(np.fromiter(blocks, np.int64, len(blocks)), BLOCK) * BLOCK
            ids = first[places] + places % BLOCK
            if len(places) and places[-1] - places[0] + 1 == len(places):
                places = slice(int(places[0]), int(places[-1]) + 1)
            held = places, ids
            self._ids = blocks, held
        return held


def _cosine(vectors: NDArray[np.int8], vector: NDArray[np.int8]) -> NDArray[np.float64]:
    """(n, 384), (384,) → (n,); whole numbers up to the last step, so that it is the same on every machine."""
    wide, one = vectors.astype(np.int32), vector.astype(np.int32)
    lengths = np.sqrt(np.square(wide).sum(axis=1, dtype=np.int64) * int(np.square(one).sum()))
    likeness: NDArray[np.float64] = np.divide(wide @ one, lengths, out=np.zeros(len(wide)), where=lengths > 0)
    return likeness


def check(connection: sqlite3.Connection) -> list[str]:
    """What is amiss, a line for each kind of problem; ``rebuild`` mends all but vectors of a wrong length."""
    wrong: dict[str, list[int]] = {
        "vectors of a wrong length": [],
        "codes without a vector": [],
        "vectors without a code": [],
        "codes that are not their vector's": [],
    }
    short, lone, bare, other = wrong.values()
    for block in _blocks(connection):
        vectors, codes = _vectors_of(connection, block, short), _codes_of(connection, block)
        there = {statement for statement, _ in enumerate(codes, block * BLOCK) if codes[statement % BLOCK] != _EMPTY}
        lone += sorted(there - vectors.keys() - set(short))
        bare += sorted(vectors.keys() - there)
        both = sorted(there & vectors.keys())
        right = codes_of(_stacked(vectors[statement] for statement in both))
        other += [one for one, code in zip(both, right, strict=True) if codes[one % BLOCK] != code.tobytes()]
    return [f"{len(ids):,} {what} ({_some(ids)})" for what, ids in wrong.items() if ids]


def rebuild(connection: sqlite3.Connection) -> None:
    """Make all codes anew from the vectors, within the caller's transaction."""
    blocks = _blocks(connection)
    connection.execute("DELETE FROM code_block")
    connection.execute("DELETE FROM code_change")
    for block in blocks:
        vectors = _vectors_of(connection, block, [])
        codes = codes_of(_stacked(vectors.values()))
        _write(connection, [(statement, code.tobytes()) for statement, code in zip(vectors, codes, strict=True)])


def _blocks(connection: sqlite3.Connection) -> list[int]:
    """The blocks that have codes or ought to."""
    rows = connection.execute(
        "SELECT block FROM code_block UNION SELECT DISTINCT statement / ? FROM embedding", (BLOCK,)
    )
    return sorted(block for (block,) in rows)


def _vectors_of(connection: sqlite3.Connection, block: int, short: list[int]) -> dict[int, bytes]:
    """Statement → vector, in order; those of a wrong length go to ``short``."""
    rows = connection.execute(
        "SELECT statement, vector FROM embedding WHERE statement >= ? AND statement < ? ORDER BY statement",
        (block * BLOCK, (block + 1) * BLOCK),
    ).fetchall()
    short += [statement for statement, vector in rows if len(vector) != DIMENSIONS]
    return {statement: vector for statement, vector in rows if len(vector) == DIMENSIONS}


def _codes_of(connection: sqlite3.Connection, block: int) -> list[bytes]:
    row = connection.execute("SELECT codes FROM code_block WHERE block = ?", (block,)).fetchone()
    held = (row[0] if row else b"").ljust(BLOCK * WIDTH, b"\0")
    return [held[place * WIDTH : (place + 1) * WIDTH] for place in range(BLOCK)]


def _some(ids: Sequence[int]) -> str:
    named = ", ".join(map(str, ids[:_NAMED]))
    return f"statements {named}, …" if len(ids) > _NAMED else f"statement{'s' * (len(ids) > 1)} {named}"
