"""Which verbs take a hearer, and behind which preposition."""

from __future__ import annotations

from functools import cache

from onrecord import data
from onrecord.setting.clause import Clause


@cache
def frames() -> dict[str, tuple[tuple[str, str], ...]]:
    """Verb form → (frame, takes) of ``addressee_verbs.tsv``."""
    found: dict[str, list[tuple[str, str]]] = {}
    for verb, frame, takes, _note in data.table("addressee_verbs", 4):
        for form in data.forms(verb):
            found.setdefault(form, []).append((frame, takes))
    return {form: tuple(taken) for form, taken in found.items()}


def object_start(clause: Clause, at: int, frame: str) -> int | None:
    """Where the object of the verb before ``at`` would begin under ``frame``; None where its preposition is missing."""
    tokens = clause.tokens
    while at < len(tokens) and tokens[at].low.endswith("ly"):
        at += 1
    if frame == "np":
        return at if at < len(tokens) else None
    # "said on Tuesday to reporters" is not sought: the preposition stands next to the verb
    return at + 1 if at + 1 < len(tokens) and tokens[at].low == frame else None
