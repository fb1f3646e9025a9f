"""Ledgers for tests: records drawn by hand, vectors by a hash in place of the model, and all rows told by keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import shake_128
from pathlib import Path
from typing import Any

import records

from onrecord.store.check import check, check_words
from onrecord.store.writer import Input, Outcome, Prepared, Writer, prepare
from onrecord.types import ModelInfo, Record

OLDER, NEWER = ModelInfo("by-hand", "1.9.0", "1" * 64), ModelInfo("by-hand", "1.10.0", "2" * 64)

COPY = """\
NORTHREACH, April 2 — The harbour board will not vote on the ferry contract before June, its chair said on Tuesday, \
after a winter in which the boats lay in the harbour and the islanders waited for a letter from the capital.

“We are not there yet,” Mara Lindqvist told reporters. “I have asked to see the papers, and I will wait for them.”

Osk Ferries denied that any inspection had been missed. It said that about 1,400 islanders had used the crossing in \
March, at least 30% more than a year earlier, and that its crews were trained each spring."""


def embed(texts: Sequence[str]) -> list[bytes]:
    """A vector for each text: any, but the same each time."""
    return [shake_128(text.encode()).digest(384) for text in texts]


def prepared(record: Record) -> Prepared:
    return prepare(record, embed)


def add(path: Path, *records_: Record, source: Input | None = None) -> list[Outcome]:
    """Add these in one run."""
    with Writer(path, embed) as writer:
        return [writer.add(prepared(record), source) for record in records_]


def copy_of_the_wire(article: str, outlet: str, **known: Any) -> Record:
    """The agency's copy as one outlet printed it."""
    text = known.pop("text", COPY)
    return records.record(
        text,
        {"source": "its chair", "cue": "said", "content": "will not vote on the ferry contract before June",
         "name": "Mara Lindqvist"},
        {"source": "Mara Lindqvist", "cue": "told", "kind": "direct", "addressee": "reporters",
         "content": ["“We are not there yet,”", "“I have asked to see the papers, and I will wait for them.”"],
         "name": "Mara Lindqvist"},
        {"source": "Osk Ferries", "cue": "denied", "content": "that any inspection had been missed", "act": "deny",
         "name": "Osk Ferries"},
        entities=[
            {"name": "Mara Lindqvist", "office": "chair", "organisation": "Northreach harbour board", "country": "NO",
             "at": {"name": ["Mara Lindqvist"], "nominal": ["its chair"]}},
            {"name": "Osk Ferries", "type": "organisation", "at": {"name": ["Osk Ferries"]}},
        ],
        **({"id": article, "url": f"https://{article}.example/ferry", "outlet": outlet, "published": "2031-04-02"}
           | known),
    )  # fmt: skip


def somebody(article: str, **facts: Any) -> Record:
    """An article in which one person (or body) says one thing."""
    name = facts["name"]
    text = f"{name} said the vote in {article} was over."
    return records.record(
        text,
        {"source": name, "cue": "said", "content": f"the vote in {article} was over", "name": name},
        entities=[facts | {"at": {"name": [name]}}],
        id=article, url=f"https://wire.example/{article}", published="2031-04-02",
    )  # fmt: skip


def by_model(record: Record, model: ModelInfo) -> Record:
    return replace(record, model=model)


def rows(path: Path, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query, parameters).fetchall()
    finally:
        connection.close()


def one(path: Path, query: str, parameters: Sequence[Any] = ()) -> Any:
    (row,) = rows(path, query, parameters)
    return row[0]


def damage(path: Path, *commands: str) -> None:
    """Do what only another program could do to the file."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for command in commands:
            connection.execute(command)
    finally:
        connection.close()


def problems(path: Path) -> list[str]:
    """All that checking finds, the words of the full-text indexes too."""
    return [str(one) for one in (*check(str(path)), *check_words(str(path)))]


def dump(path: Path, *, without: Iterable[str] = ("run", "code_change")) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for the runs."""
    connection = sqlite3.connect(path)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in tables
            if name not in without
        }
    finally:
        connection.close()


TOLD = {
    "article": "SELECT identity, hex(digest), hex(reading), current, published FROM article",
    "statement": "SELECT statement.key, hex(digest), ordinal, kind, act FROM statement JOIN article"
    " ON article.id = statement.article",
    "standing": "SELECT s.key, kind_, act_, profile.key, day, last, dated, published, confidence_, status, corrected,"
    " content, who FROM (SELECT statement, profile AS profile_, kind AS kind_, act AS act_, day, last, dated,"
    " published, confidence AS confidence_, status, corrected FROM standing) JOIN statement AS s ON s.id = statement"
    " JOIN wording USING (statement) LEFT JOIN profile ON profile.id = profile_",
    "addressed": "SELECT s.key, part, addressed.name, profile.key FROM addressed JOIN statement AS s"
    " ON s.id = addressed.statement LEFT JOIN profile ON profile.id = addressed.profile",
    "person": "SELECT person.key, person.name, person.type, person.qid, profile.key FROM profile LEFT JOIN person"
    " ON person.id = person",
    "copy": "SELECT a.key, b.key, similarity FROM copy JOIN article AS a ON a.id = article JOIN article AS b"
    " ON b.id = other",
    "band": "SELECT band, key FROM band JOIN article ON article.id = article",
    "embedding": "SELECT s.key, hex(vector) FROM embedding JOIN statement AS s ON s.id = statement",
}


def told(path: Path) -> dict[str, Any]:
    """What the ledger says, by keys in place of row ids, which tell the order in which things came."""
    found: dict[str, Any] = {name: sorted(rows(path, query), key=repr) for name, query in TOLD.items()}
    utterances: dict[int, set[str]] = {}
    for number, key in rows(path, "SELECT utterance, key FROM standing JOIN statement ON id = statement"
                                  " WHERE utterance IS NOT NULL"):  # fmt: skip
        utterances.setdefault(number, set()).add(key)
    return found | {"utterance": sorted(sorted(keys) for keys in utterances.values())}
