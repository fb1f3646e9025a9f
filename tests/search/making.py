"""Ledgers of statements drawn by hand, and an embedder that stands in for the real one: like words, like vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from records import record

from onrecord.store import Writer, prepare
from onrecord.store.query import words
from onrecord.store.view import View
from onrecord.types import Record


@cache
def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).normal(size=384)


def vector(text: str) -> NDArray[np.int8]:
    """The sum of a direction for each word, of length 1, times 127."""
    total = np.sum([_direction(word) for word in words(text)] or [_direction("")], axis=0)
    whole: NDArray[np.int8] = np.rint(total / np.linalg.norm(total) * 127).astype(np.int8)
    return whole


def embed(texts: Sequence[str]) -> list[bytes]:
    return [vector(text).tobytes() for text in texts]


def said(number: int, content: str, name: str | None = "Mara Lindqvist", **facts: Any) -> Record:
    """An article with one statement in it; ``facts`` of the speaker, of the statement or of the article."""
    who = {key: facts.pop(key) for key in ("qid", "office", "organisation", "country", "type") if key in facts}
    one = {key: facts.pop(key) for key in ("kind", "act", "said_on", "confidence", "addressee") if key in facts}
    source = name or "Someone"
    told = f" told {one['addressee']}" if "addressee" in one else " said"
    text = f"Bulletin {number} came out early.\n\n{source}{told} that {content}. Nothing else was heard."
    entities = [{"name": name, "at": {"name": [name]}, **who}] if name else []
    drawn = {"source": source, "cue": told.split()[0], "content": content, **({"name": name} if name else {}), **one}
    known = {"id": f"a{number}", "url": f"https://courier.example/{number}", "outlet": "Northreach Courier"}
    return record(text, drawn, entities=entities, **(known | facts))


def fill(path: Path, records: Iterable[Record]) -> Path:
    with Writer(path, embed) as writer:
        for one in records:
            writer.add(prepare(one, embed))
    return path


def view(path: Path) -> View:
    return View(path, vector)
