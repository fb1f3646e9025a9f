"""What a search is narrowed by: the filters chosen, as chips that take them away, and those that can be chosen next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from onrecord.serve.desk.asked import Asked
from onrecord.serve.desk.templating import day
from onrecord.types import Act, Kind

Facets = Mapping[str, tuple[tuple[str, int], ...]]

KEPT = 256  # searches whose facets are kept, about 3 KB each

_TITLES = {"speaker": "Who said it", "outlet": "Outlet", "kind": "Whose words", "act": "Act", "month": "Month"}
KINDS = {
    "direct": "direct: the source’s own words",
    "indirect": "indirect: the reporter’s words",
    "mixed": "mixed: partly quoted",
}
_CHIPS = {
    "speaker": "said by {}",
    "qid": "speaker is {}",
    "office": "office: {}",
    "country": "country: {}",
    "outlet": "in {}",
    "addressee": "told to {}",
    "article": "in article {}",
}
_STATUS = {
    "open": "not yet reviewed",
    "accepted": "accepted by a reviewer",
    "rejected": "rejected by a reviewer",
    "all": "rejected ones too",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is chosen; ``href`` is the same search without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet. ``count`` is None where it was not counted, since another of its facet is chosen.

    ``href`` is the search with this value chosen, or, where it is, without it.
    """

    text: str
    count: int | None
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: its name in the address, its title, its values."""

    name: str
    title: str
    values: tuple[Value, ...]


def address(asked: Asked, **changes: Any) -> str:
    """The search page for this search, with these changes."""
    return with_query("/search", asked.parameters(**changes))


def with_query(path: str, query: str) -> str:
    """An address with what is asked, where something is."""
    return f"{path}?{query}" if query else path


def chips(asked: Asked, names: Mapping[str, str]) -> list[Chip]:
    """The filters that are chosen, in words. ``names``: what to say instead of a key or an item."""
    return [Chip(text, address(asked, **without)) for text, without in _chosen(asked, names)]


def _chosen(asked: Asked, names: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, wording in _CHIPS.items():
        if (value := getattr(asked, name)) is not None:
            yield wording.format(names.get(value, value)), {name: None}
    for name in ("kind", "act"):
        for value in getattr(asked, name):
            yield plain(value), {name: [one for one in getattr(asked, name) if one != value]}
    if asked.since is not None and asked.since == asked.until:
        yield f"{_dated(asked)} {day(asked.since)}", {"since": None, "until": None}
    elif asked.since is not None:
        yield f"{_dated(asked)} from {day(asked.since)}", {"since": None}
    if asked.until is not None and asked.since != asked.until:
        yield f"{_dated(asked)} up to {day(asked.until)}", {"until": None}
    if asked.confidence is not None:
        yield f"confidence at least {asked.confidence:g}", {"confidence": None}
    if asked.corrected is not None:
        yield "corrected" if asked.corrected else "never corrected", {"corrected": None}
    if asked.status != "standing":
        yield _STATUS.get(asked.status, asked.status), {"status": None}


def _dated(asked: Asked) -> str:
    return "published" if asked.dates == "published" else "said"


def plain(value: str) -> str:
    """An act or a kind in words: "refuse-to-comment" → "refuse to comment"."""
    return value.replace("-", " ")


def title(asked: Asked, names: Mapping[str, str]) -> str:
    """The search in a line: “harbour”, said by Mara Lindqvist."""
    said = [f"“{asked.q}”"] if asked.q else []
    return ", ".join([*said, *(text for text, _ in _chosen(asked, names))]) or "All statements"


def groups(asked: Asked, facets: Facets) -> list[Group]:
    """The facets of what was found, with those values chosen marked; one that holds nothing to choose is left out."""
    made = [_group(asked, name, facets.get(name, ())) for name in _TITLES]
    return [one for one in made if one.values]


def _group(asked: Asked, name: str, counted: tuple[tuple[str, int], ...]) -> Group:
    counts: dict[str, int | None] = {}
    for value, count in counted:  # two people of one name are one choice: the filter is the name
        counts[value] = (counts.get(value) or 0) + count
    if name in ("kind", "act"):
        chosen = list(getattr(asked, name))
        every = get_args(Kind if name == "kind" else Act) if chosen else chosen
        found = {value: count for value, count in counts.items() if not chosen or value in chosen}
        counts = {**found, **{value: counts.get(value) for value in every if value not in found}}
        values = [_several(asked, name, value, count) for value, count in counts.items()]
    elif name == "month":
        values = [_month(asked, value, count) for value, count in sorted(counts.items(), reverse=True)]
    else:
        own = getattr(asked, name)
        values = [
            Value(value, count, address(asked, **{name: None if value == own else value}), value == own)
            for value, count in counts.items()
        ]
    return Group(name, _TITLES[name], tuple(values))


def _several(asked: Asked, name: str, value: str, count: int | None) -> Value:
    chosen = list(getattr(asked, name))
    others = [one for one in chosen if one != value]
    href = address(asked, **{name: others if value in chosen else [*chosen, value]})
    return Value(plain(value), count, href, value in chosen)


def _month(asked: Asked, value: str, count: int | None) -> Value:
    chosen = asked.since == asked.until == value
    span = None if chosen else value
    return Value(day(value), count, address(asked, since=span, until=span), chosen)


class Kept:
    """The facets of the last searches. Safe to share between threads."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], tuple[Facets, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, stamp: str, asked: str) -> tuple[Facets, int] | None:
        """Facets and total of this search in this state of the ledger, where they are known."""
        with self._lock:
            found = self._kept.get((stamp, asked))
            if found is not None:
                self._kept.move_to_end((stamp, asked))
            return found

    def put(self, stamp: str, asked: str, facets: Facets, total: int) -> None:
        """Keep them; the one that was asked for longest ago goes."""
        with self._lock:
            self._kept[stamp, asked] = facets, total
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
