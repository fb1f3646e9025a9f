"""Word lists: tab-separated files, one entry a line, read once.

Every ``*.tsv`` here is UTF-8. Lines that start with ``#`` are comments (the first says what the columns are),
blank lines are skipped, and a line may leave off trailing empty columns.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``<name>.tsv`` in file order, columns stripped of surrounding blanks.

    Raises ``FileNotFoundError`` where the package holds no such list.
    """
    text = files(__name__).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    kept = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(column.strip() for column in line.split("\t")) for line in kept)


@cache
def table(name: str, width: int) -> tuple[tuple[str, ...], ...]:
    """The rows of ``<name>.tsv``, each filled up with empty columns to ``width``.

    Raises ``ValueError`` for a row with more columns than that.
    """
    filled = []
    for row in rows(name):
        if len(row) > width:
            raise ValueError(f"{name}.tsv: {len(row)} columns in the row of {row[0]!r}, at most {width} expected")
        filled.append(row + ("",) * (width - len(row)))
    return tuple(filled)


@cache
def words(*names: str) -> frozenset[str]:
    """The first columns of ``<name>.tsv``, of all ``names`` together."""
    return frozenset(row[0] for name in names for row in rows(name))


@cache
def forms(base: str) -> tuple[str, ...]:
    """A verb's base form and its inflected forms, sorted: "say" → said, say, saying, says.

    Regular forms are made by rule, the others stand in ``irregular_verbs.tsv``. The rules make too many
    ("signaled" and "signalled", "commited"): a form that does not exist does no harm, since no text holds it.
    """
    found = {base, *_irregular().get(base, ())}
    if base.endswith("e"):
        found |= {base + "s", base + "d", base[:-1] + "ing"}
    elif re.search(r"[^aeiou]y$", base):
        found |= {base[:-1] + "ies", base[:-1] + "ied", base + "ing"}
    elif re.search(r"(?:s|x|z|ch|sh|o)$", base):
        found |= {base + "es", base + "ed", base + "ing"}
    else:
        found |= {base + "s", base + "ed", base + "ing"}
    if re.search(r"[^aeiou][aeiou][bcdfgklmnprt]$", base):  # admit, mimic: the last letter doubled, c made ck
        stem = base + ("k" if base.endswith("c") else base[-1])
        found |= {stem + "ed", stem + "ing"}
    return tuple(sorted(found))


@cache
def speech_forms() -> frozenset[str]:
    """Every form of the words in ``acts.tsv`` that stand for speech or writing by themselves ("said", "according")."""
    return frozenset(
        form
        for pattern, _act, _negated, kind, _note in table("acts", 5)
        if kind in ("s", "r") and (" " not in pattern or pattern == "according to")
        for form in forms(pattern.split()[0])
    )


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    return {base: tuple(others.replace("’", "'").split()) for base, others in table("irregular_verbs", 2)}
