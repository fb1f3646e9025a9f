"""The same person, or organisation, across articles: by QID, else by name and what else is said of them.

Groups are a function of the set of profiles and judgements: in whatever order articles come, they are the same.
Figures: docs/decisions/009-people-and-copies.md; the pairs that the threshold was set by: tests/corpus/pairs.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Literal

from onrecord.corpus.profile import (
    THRESHOLD,
    Profile,
    at_odds,
    block,
    comparable_by,
    key,
    one_spelt_out,
    profile_of,
    score,
)

__all__ = ["THRESHOLD", "Group", "Judgement", "Profile", "block", "cluster", "key", "profile_of", "score"]

Pair = tuple[str, str]
Link = tuple[float, str, str]  # -score, key, key
Atom = frozenset[Profile]  # profiles, without their scopes, that a person or a QID says are one

_CLEARLY = 0.1  # by how much a better link must lead: less than an initial costs against the name in full


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided: that two profiles, by their keys, are one ("join") or are two ("split")."""

    kind: Literal["join", "split"]
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles that are one person or organisation.

    ``label`` is the QID if there is one, else "p-" and the smallest key; unique among groups. ``name`` is the one that
    most articles use, surnames alone aside; ``members`` are keys, sorted.
    """

    label: str
    name: str
    qid: str | None
    members: tuple[str, ...]


def cluster(
    profiles: Iterable[Profile], judgements: Iterable[Judgement] = (), counts: Mapping[str, int] | None = None
) -> list[Group]:
    """Group profiles that are one, sorted by label. Neither order nor repetition changes the answer.

    ``judgements`` are those in force; they go before scores, a split before a join of the same pair, and those on
    unknown keys are passed over. A pair that was split is never in one group, nor are two QIDs, whoever joins them.
    Links by score are taken best first. One is passed over where it would bring two together whose names, states or
    bodies differ, and where a profile links about as well to two such or to two QIDs: it is left alone.
    ``counts`` tells, by key, how often each profile was met, for the name shown.

    Profiles that have a scope are never compared with each other, nor are those that share neither a body nor an
    office that few hold: a block costs the square of what its articles say differently, not of its articles.
    """
    known = {key(profile): profile for profile in profiles}
    groups = _Groups(known, judgements)
    groups.join_judged()
    groups.join_by_qid()
    groups.freeze()
    links = _links(known)
    contested = groups.contested(links)
    for _, a, b in links:
        if (a, b) not in contested:
            groups.join_by_score(a, b)
    return _labelled(groups.members(), known, counts or {})


def _links(known: Mapping[str, Profile]) -> list[Link]:
    """(-score, key, key) of all pairs of one block that score enough, best first."""
    said: dict[Profile, list[str]] = {}  # what many articles say in the same words is compared once
    for one in sorted(known):
        said.setdefault(replace(known[one], scope=None), []).append(one)
    profiles = list(said)
    index: dict[Pair, list[int]] = {}
    for at, profile in enumerate(profiles):
        for ground in comparable_by(profile):
            index.setdefault((block(profile), ground), []).append(at)
    found = []
    for first, second in {pair for numbers in index.values() for pair in combinations(numbers, 2)}:
        a, b = profiles[first], profiles[second]
        likely = score(a, b)
        if likely >= THRESHOLD:
            free = [one for one in said[a] if known[one].scope is None]
            scoped = [one for one in said[a] if known[one].scope is not None]
            others = [one for one in said[b] if known[one].scope is None]
            for one, other in chain(product(free, said[b]), product(scoped, others)):
                found.append((-likely, min(one, other), max(one, other)))
    return sorted(found)


class _Groups:
    """Groups under way: first by hand and by QID, then by score."""

    def __init__(self, known: Mapping[str, Profile], judgements: Iterable[Judgement]) -> None:
        self._known = known
        told = {(one.kind, min(one.a, one.b), max(one.a, one.b)) for one in judgements}
        told = {one for one in told if one[1] != one[2] and one[1] in known and one[2] in known}
        split = {one[1:] for one in told if one[0] == "split"}
        self._joins: list[Pair] = sorted(one[1:] for one in told if one[0] == "join" and one[1:] not in split)
        self._split: dict[str, set[str]] = {}
        for a, b in split:
            self._split.setdefault(a, set()).add(b)
            self._split.setdefault(b, set()).add(a)
        self._of = {one: one for one in known}  # key → its group, called by one of its keys
        self._in = {one: [one] for one in known}
        self._qid = {one: profile.qid for one, profile in known.items()}
        self._atoms: dict[str, set[Atom]] = {}
        self._agreeing: dict[tuple[Atom, Atom], bool] = {}

    def members(self) -> list[list[str]]:
        """The keys of each group, sorted."""
        return sorted(sorted(keys) for keys in self._in.values())

    def join_judged(self) -> None:
        """Join what a person has joined."""
        for a, b in self._joins:
            if self._allowed(a, b):
                self._join(a, b)

    def join_by_qid(self) -> None:
        """Join what has one QID, unless a person has split it."""
        heads: dict[str, list[str]] = {}  # QID → one of each group that has it: more than one only after a split
        for one in sorted(self._known):
            qid = self._known[one].qid
            if qid:
                rivals = heads.setdefault(qid, [])
                head = next((head for head in rivals if self._allowed(head, one)), None)
                if head is None:
                    rivals.append(one)
                else:
                    self._join(head, one)

    def freeze(self) -> None:
        """Note what is certain so far: what these profiles say may differ as it will."""
        for group, keys in self._in.items():
            self._atoms[group] = {frozenset(replace(self._known[one], scope=None) for one in keys)}

    def contested(self, links: list[Link]) -> set[Pair]:
        """Links of profiles that may be either of two persons, but those to one whom they fit clearly better."""
        near: dict[str, dict[Atom, list[Link]]] = {}  # key → whom it links to → by which links, best first
        for link in links:
            for one, other in (link[1:], link[:0:-1]):
                near.setdefault(one, {}).setdefault(self._whom(other), []).append(link)
        lost: set[Pair] = set()
        for one, whom in near.items():
            for some, others in combinations(whom.values(), 2):
                first, second = some[0], others[0]
                if self._apart(_end(first, one), _end(second, one)):
                    lost.update(link[1:] for link in some if -first[0] < -second[0] + _CLEARLY)
                    lost.update(link[1:] for link in others if -second[0] < -first[0] + _CLEARLY)
        return lost

    def _whom(self, one: str) -> Atom:
        return next(iter(self._atoms[self._of[one]]))

    def _apart(self, a: str, b: str) -> bool:
        """Whether two profiles' groups cannot be one, by their QIDs or by what is said of them."""
        first, second = self._of[a], self._of[b]
        if self._qid[first] and self._qid[second]:
            return self._qid[first] != self._qid[second]
        return not self._agree(first, second)

    def _agree(self, first: str, second: str) -> bool:
        """Whether each atom of the one group may be one with each of the other."""
        for pair in product(self._atoms[first], self._atoms[second]):
            if pair not in self._agreeing:
                self._agreeing[pair] = _may_be_one(*pair)
            if not self._agreeing[pair]:
                return False
        return True

    def join_by_score(self, a: str, b: str) -> None:
        """Join two groups unless something speaks against it."""
        first, second = self._of[a], self._of[b]
        if first != second and self._allowed(a, b) and self._agree(first, second):
            atoms = self._atoms.pop(first) | self._atoms.pop(second)
            self._atoms[self._join(a, b)] = atoms

    def _allowed(self, a: str, b: str) -> bool:
        """Whether neither two QIDs nor a split pair would come together."""
        first, second = self._of[a], self._of[b]
        if first == second:
            return True
        if self._qid[first] and self._qid[second] and self._qid[first] != self._qid[second]:
            return False
        if len(self._in[first]) > len(self._in[second]):
            first, second = second, first
        return not any(self._of[other] == second for one in self._in[first] for other in self._split.get(one, ()))

    def _join(self, a: str, b: str) -> str:
        kept, gone = self._of[a], self._of[b]
        if kept == gone:
            return kept
        if len(self._in[kept]) < len(self._in[gone]):
            kept, gone = gone, kept
        for one in self._in[gone]:
            self._of[one] = kept
        self._in[kept] += self._in.pop(gone)
        self._qid[kept] = self._qid[kept] or self._qid[gone]
        return kept


def _end(link: Link, one: str) -> str:
    return link[2] if link[1] == one else link[1]


def _may_be_one(a: Atom, b: Atom) -> bool:
    """Whether nothing speaks against it, or one profile of each is one, spelt out.

    The latter, since a person may have said that Mara Hale, the minister, is Ines Hale of Osk Ferries, and another
    article have the minister.
    """
    pairs = list(product(a, b))
    return not any(at_odds(one, other) for one, other in pairs) or any(one_spelt_out(*pair) for pair in pairs)


def _labelled(grouped: list[list[str]], known: Mapping[str, Profile], counts: Mapping[str, int]) -> list[Group]:
    taken: set[str] = set()
    found = []
    for keys in grouped:  # by their smallest keys: where a split left two groups one QID, the first is called by it
        qid = next((profile.qid for one in keys if (profile := known[one]).qid), None)
        label = qid if qid and qid not in taken else f"p-{keys[0]}"
        taken.add(label)
        found.append(Group(label, _shown(keys, known, counts), qid, tuple(keys)))
    return sorted(found, key=lambda group: group.label)


def _shown(keys: list[str], known: Mapping[str, Profile], counts: Mapping[str, int]) -> str:
    """The name to show: a full one before a surname, then the one met most often, then the longest."""
    met: dict[str, int] = {}
    for one in keys:
        met[known[one].name] = met.get(known[one].name, 0) + counts.get(one, 1)
    return min(met, key=lambda name: (len(name.split()) < 2, -met[name], -len(name), name))
