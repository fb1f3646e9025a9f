"""Names of states, bodies and outlets → what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from onrecord import data
from onrecord.kb.text import key
from onrecord.kb.types import Body, Sense, State

_SENSES: tuple[Sense, ...] = ("name", "alias", "demonym", "capital", "metonym")
# Names that two states share, and the one that is meant where nothing else says; the other follows in ``State.others``.
_SHARED = {"congo": ("CD", "CG"), "congolese": ("CD", "CG"), "korea": ("KR", "KP"), "korean": ("KR", "KP")}
_COUNTRY = re.compile(r"\bU\.?S\b")  # "us" is a pronoun


@cache
def states() -> dict[str, tuple[str, str | None, str]]:
    """Code → name, QID, and the role that speaks for the state: "head_of_state" or "head_of_government"."""
    heads = {"s": "head_of_state", "g": "head_of_government"}
    return {row[0]: (row[1], row[2] or None, heads[row[3]]) for row in data.table("kb/states", 8)}


@cache
def bodies() -> dict[str, Body]:
    """Every body and outlet by its name."""
    return {
        row[0]: Body(row[0], row[1] or None, row[3], row[4] or None, _parts(row[2]), _parts(row[5]))
        for name in ("kb/bodies", "kb/outlets")
        for row in data.table(name, 6)
    }


def find_state(name: str, context: str | None = None) -> State | None:
    """The state that a name, demonym, capital or metonym stands for; ``context`` (a code) decides between two."""
    found = _places().get(key(name))
    if not found or (found[0][0] == "US" and key(name) == "us" and not _COUNTRY.search(name)):
        return None
    at = next((at for at, (code, _sense) in enumerate(found) if code == context), 0)
    code, sense = found[at]
    title, qid, _head = states()[code]
    return State(code, title, qid, sense, tuple(other for other, _ in found if other != code))


def find_body(name: str, context: str | None = None) -> Body | None:
    """The body of that name; where several have it ("the Senate"), the one of the state or body ``context``."""
    found = _bodies().get(key(name), ())
    here = [body for body in found if body.place == context]
    return next(iter(here or found), None)


def find_outlet(name: str) -> Body | None:
    """The outlet of a web domain, an address, or a name: "https://edition.cnn.com/…", "cnn.com", "CNN"."""
    host = re.sub(r"^[a-z]+://", "", name.strip().lower()).split("/")[0].split(":")[0].removeprefix("www.")
    while "." in host:
        if host in _domains():
            return _domains()[host]
        host = host.partition(".")[2]
    return next((body for body in _bodies().get(key(name), ()) if body.name in _outlets()), None)


def known_place(name: str) -> str | None:
    """The code of a state, or the name of a body, that ``name`` is the code or any name of."""
    if name in states() or name in bodies():
        return name
    state = find_state(name)
    if state and state.sense in ("name", "alias"):
        return state.code
    body = find_body(name)
    return body.name if body else None


@cache
def _places() -> dict[str, tuple[tuple[str, Sense], ...]]:
    found: dict[str, list[tuple[str, Sense]]] = {}
    for rank, sense in enumerate(_SENSES):
        for row in data.table("kb/states", 8):
            for name in _names(row, rank):
                known = found.setdefault(key(name), [])
                if row[0] not in [code for code, _ in known]:
                    known.append((row[0], sense))
    for name, codes in _SHARED.items():
        sense = "demonym" if name.endswith(("n", "e")) else "alias"
        found[name] = [(code, sense) for code in codes]
    return {name: tuple(codes) for name, codes in found.items()}


def _names(row: tuple[str, ...], rank: int) -> Iterator[str]:
    """The names of one sense of a row of states.tsv; demonyms with their plurals."""
    if rank == 0:
        yield row[1]
        return
    for name in _parts(row[3 + rank]):
        yield name
        if rank == 2 and not name.endswith(("s", "sh", "ch", "ese", "men")):
            yield name + "s"


@cache
def _bodies() -> dict[str, tuple[Body, ...]]:
    found: dict[str, list[Body]] = {}
    for body in bodies().values():
        for name in (body.name, *body.aliases):
            known = found.setdefault(key(name), [])
            if body not in known:
                known.append(body)
    return {name: tuple(all_of) for name, all_of in found.items()}


@cache
def _domains() -> dict[str, Body]:
    return {domain: body for body in bodies().values() for domain in body.domains}


@cache
def _outlets() -> frozenset[str]:
    return data.words("kb/outlets")


def _parts(column: str) -> tuple[str, ...]:
    return tuple(part for part in column.split("|") if part)
