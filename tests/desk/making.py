"""The ledger of the desk's tests: articles drawn by hand and some hundred of generated prose, with stand-in vectors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from search.making import embed, said
from store.making import copy_of_the_wire

from bench.agency import records
from onrecord.store.writer import Writer, prepare

GENERATED = 300  # statements

__all__ = ["fill", "said"]


def fill(path: Path, generated: int = GENERATED) -> Path:
    drawn = [
        copy_of_the_wire("wire", "Meridian Wire"),
        copy_of_the_wire("post", "Northreach Post"),
        said(1, "the crossing is safe", act="assert", published="2031-04-03", confidence=0.97),
        said(2, "the crossing was never safe", name="Osk Ferries", act="deny", published="2031-04-04", confidence=0.55),
        said(3, "the minister will resign", name=None, published="2031-04-05", confidence=0.41),
        said(
            4, "<script>alert(1)</script> is no answer", title="<script>alert('title')</script>", published="2031-04-05"
        ),
    ]
    with Writer(path, _embed) as writer:
        for one in chain(drawn, records(generated, seed=7)):
            writer.add(prepare(one, _embed))
    return path


def _embed(texts: Sequence[str]) -> list[bytes]:
    return embed(texts)
