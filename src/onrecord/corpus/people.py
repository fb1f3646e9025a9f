"""The same person, or organisation, across articles: by QID, else by name and what else is said of them.

Groups are a function of the set of profiles and judgements: in whatever order articles come, they are the same.
Figures: docs/decisions/009-people-and-copies.md; the pairs that the threshold was set by: tests/corpus/pairs.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from onrecord.corpus.profile import (
    THRESHOLD,
    Bits,
    Circle,
    Crowd,
    Profile,
    block,
    key,
    own_score,
    profile_of,
    score,
    told_apart,
)

__all__ = [
    "THRESHOLD", "Circle", "Crowd", "Group", "Judgement", "Profile", "block", "cluster", "groups", "key", "profile_of",
    "score",
]  # fmt: skip

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
    judgements = set(judgements)
    crowd = Crowd((one.a, one.b) for one in judgements)
    known = sorted({key(profile): profile for profile in profiles}.items())
    for name, profile in known:
        crowd.add(name, profile)
    circles = {id(circle): circle for circle in (crowd.circle(name) for name, _ in known)}
    found = [group for circle in circles.values() for group in groups(circle, judgements, counts)]
    return sorted(found, key=lambda group: group.label)


def groups(
    circle: Circle, judgements: Iterable[Judgement] = (), counts: Mapping[str, int] | None = None
) -> list[Group]:
    """Who of a circle is one, by the smallest keys. ``judgements``, ``counts``: as for ``cluster``."""
    names = {name: (shown, one.traits.qid) for one in circle.members for name, shown in one.keys.items()}
    judged = {one for one in judgements if one.a != one.b and one.a in names and one.b in names}
    taken: set[str] = set()
    found = []
    for keys in sorted(sorted(keys) for keys in _grouped(circle, judged)):
        qid = next((names[one][1] for one in keys if names[one][1]), None)
        label = qid if qid and qid not in taken else f"p-{keys[0]}"  # of what a split left of one QID, the first has it
        taken.add(label)
        found.append(Group(label, _shown(keys, names, counts or {}), qid, tuple(keys)))
    return found


def _grouped(circle: Circle, judgements: set[Judgement]) -> Iterator[list[str]]:
    """The keys of each group."""
    if not judgements and len(circle.members) > 1:
        qids = {one.traits.qid for one in circle.members}
        # nothing keeps apart what a chain joins, or all have one QID
        if (not any(circle.odd) and len(qids - {None}) < 2) or (len(qids) == 1 and None not in qids):
            yield [key for one in circle.members for key in one.keys]
            return
    under = circle.settled
    if not isinstance(under, _Groups) or not under.followed():
        under = circle.settled = _Groups(circle)
        under.join_judged(judgements)
        under.join_by_qid()
        under.freeze()
        under.contest()
        under.join_by_score()
    found = list(under.inside.values())
    for numbers in found:
        told = [circle.members[at] for at in _numbers(numbers)]
        keys = [key for one in told for key in one.keys]
        if len(told) > 1 or under.holds_together(next(_numbers(numbers))):
            yield keys
        else:
            yield from ([key] for key in keys)


class _Groups:
    """Groups of a circle's members under way: first by hand and by QID, then by score."""

    def __init__(self, circle: Circle) -> None:
        self._circle = circle
        members = circle.members
        self._order = sorted(range(len(members)), key=lambda at: members[at].first)
        self._rank = {at: rank for rank, at in enumerate(self._order)}
        self._of = list(range(len(members)))  # number → its group, called by one of its numbers
        self.inside = {at: 1 << at for at in self._of}
        self._qid = {at: one.traits.qid for at, one in enumerate(members)}
        self._barred = dict.fromkeys(self._of, 0)  # group → with whom it cannot be one
        self._apart = [0] * len(members)  # who cannot be one with what a person or a QID says is one with a member
        self._atoms: list[Bits] = []  # of more than one member
        self._lost: list[Bits] = []  # the links, from each member, that are not taken

    def join_judged(self, judgements: Iterable[Judgement]) -> None:
        """Join what a person has joined, and bar what one has split."""
        at = {one.first: number for number, one in enumerate(self._circle.members)}
        told = {(one.kind, *sorted((one.a, one.b))) for one in judgements if one.a in at and one.b in at}
        split = {one[1:] for one in told if one[0] == "split"}
        for a, b in split:
            self._barred[at[a]] |= 1 << at[b]
            self._barred[at[b]] |= 1 << at[a]
        for a, b in sorted(one[1:] for one in told if one[0] == "join" and one[1:] not in split):
            first, second = self._of[at[a]], self._of[at[b]]
            if first != second and self._allowed(first, second):
                self._join(first, second)

    def join_by_qid(self) -> None:
        """Join what has one QID, unless a person has split it."""
        heads: dict[str, list[int]] = {}  # QID → one of each group that has it: more than one only after a split
        for at in self._order:
            qid = self._circle.members[at].traits.qid
            if qid:
                rivals = heads.setdefault(qid, [])
                for head in rivals:
                    if self._of[head] == self._of[at] or self._allowed(self._of[head], self._of[at]):
                        self._join(self._of[head], self._of[at])
                        break
                else:
                    rivals.append(at)

    def freeze(self) -> None:
        """Note whom what is certain so far bars from being one.

        Two are barred that differ in QID, or that are at odds, unless one profile of each is one, spelt out: since a
        person may have said that Mara Hale, the minister, is Ines Hale of Osk Ferries, and another article have the
        minister.
        """
        odd, spelt = self._gathered(self._circle.odd), self._gathered(self._circle.spelt)
        by_qid: dict[str, Bits] = {}
        for head, qid in self._qid.items():
            if qid:
                by_qid[qid] = by_qid.get(qid, 0) | self.inside[head]
        have_qid = sum(by_qid.values())  # no member is in two
        self._atoms = [numbers for numbers in self.inside.values() if numbers & (numbers - 1)]
        for head, numbers in self.inside.items():
            apart = odd[head] & ~spelt[head] & ~numbers
            for others in self._atoms:
                if others != numbers:
                    at_odds = odd[head] & others and not spelt[head] & others
                    apart = apart | others if at_odds else apart & ~others
            qid = self._qid[head]
            differ = have_qid & ~by_qid[qid] if qid else 0
            self._barred[head] |= apart | differ
            if qid:
                apart = apart & ~have_qid | differ
            if apart:
                for at in _numbers(numbers):
                    self._apart[at] = apart

    def _gathered(self, rows: list[Bits]) -> dict[int, Bits]:
        found = dict.fromkeys(self.inside, 0)
        for head, row in zip(self._of, rows, strict=True):
            found[head] |= row
        return found

    def contest(self) -> None:
        """Note the links of those that may be either of two persons, but those to one whom they fit clearly better."""
        self._lost = [0] * len(self._of)
        kept_from = self._kept_from()
        for at in range(len(self._of)) if kept_from else ():
            self._lose(at, self._contested(at, kept_from))

    def _kept_from(self) -> list[tuple[Bits, Bits]]:
        """Whom some are apart from, and who they are."""
        found: dict[Bits, Bits] = {}
        for at, apart in enumerate(self._apart):
            if apart:
                found[apart] = found.get(apart, 0) | 1 << at
        return list(found.items())

    def _contested(self, at: int, kept_from: list[tuple[Bits, Bits]]) -> Bits:
        """To whom a member's links are contested: by others it links to as well, or nearly, and who are apart."""
        near = self._circle.near[at]
        everyone = _union(near.values())
        pairs = [pair for pair in kept_from if pair[1] & everyone]
        levels = self._levels(near, everyone) if pairs else []
        lost = apart = rivals = reached = 0
        for likely, linked in levels:
            while reached < len(levels) and likely < levels[reached][0] + _CLEARLY:
                rivals |= levels[reached][1]
                reached += 1
            for whom, who in pairs:
                if who & rivals:
                    apart |= whom
            lost |= linked & apart
        return lost

    def _lose(self, at: int, links: Bits) -> None:
        self._lost[at] |= links
        for other in _numbers(links):
            self._lost[other] |= 1 << at

    def followed(self) -> bool:
        """Take in who was added to the circle; whether it can be done so: by turning to one group, or none.

        One who speaks against nobody of a group, and has no link that is taken to any other, joins it as if it had been
        there from the start: all that was joined still is, since a group is of those who may all be one; and what was
        not taken is not. If by its coming a link within a group is contested, all must be worked out anew.
        """
        members = self._circle.members
        if len(members) == len(self._of):
            return True
        at = len(self._of)
        bit, one = 1 << at, members[at]
        if len(members) > at + 1 or one.traits.qid or one.judged:
            return False
        odd, spelt, near = self._circle.odd[at], self._circle.spelt[at], self._circle.near[at]
        apart = odd & ~spelt
        for others in self._atoms:
            apart = apart | others if odd & others and not spelt & others else apart & ~others
        self._apart.append(apart)
        self._lost.append(0)
        for other in _numbers(apart):
            self._apart[other] |= bit
            self._barred[self._of[other]] |= bit
        for likely, linked in near.items():
            for other in _numbers(linked):
                if not self._made_way(other, bit, likely):
                    return False
        self._lose(at, self._contested(at, self._kept_from()))
        return self._settled_in(at, _union(near.values()) & ~self._lost[at])

    def _made_way(self, at: int, new: Bits, likely: float) -> bool:
        """Note which links of a member the new one, linked to it so, contests or loses; whether its group holds."""
        number = new.bit_length() - 1
        apart, near = self._apart[number], self._circle.near[at]
        levels = self._levels(near, _union(near.values())) if self._atoms else near.items()
        lost = 0
        for other, linked in levels:
            rivals = linked & apart
            if rivals and other < likely + _CLEARLY:
                lost |= rivals
            if rivals and likely < other + _CLEARLY:
                lost |= new
        lost &= ~self._lost[at]
        if lost & self.inside[self._of[at]]:
            return False
        self._lose(at, lost)
        return True

    def _settled_in(self, at: int, linked: Bits) -> bool:
        """Put a new member beside those whom its links that are taken lead to; whether these are of one group."""
        self._of.append(at)
        self.inside[at], self._barred[at], self._qid[at] = 1 << at, self._apart[at], None
        if linked:
            group = self._of[next(_numbers(linked))]
            if linked & ~self.inside[group] or self._barred[group] >> at & 1:
                return False
            self._join(group, at)
        return True

    def _levels(self, near: dict[float, Bits], everyone: Bits) -> list[tuple[float, Bits]]:
        """Scores and who links by them, best first: an atom by its best link."""
        levels = sorted(near.items(), reverse=True)
        for numbers in self._atoms:
            left = present = numbers & everyone
            for place, (likely, linked) in enumerate(levels):
                if left and linked & left:
                    levels[place] = (likely, linked & ~present | left & present)
                    left = 0
                elif not left:
                    levels[place] = (likely, linked & ~present)
        return levels

    def join_by_score(self) -> None:
        """Join groups, the best links first, unless something speaks against it."""
        near = self._circle.near
        for likely in sorted({one for row in near for one in row}, reverse=True):
            done = 0
            for at in self._order:
                done |= 1 << at
                linked = near[at].get(likely, 0) & ~self._lost[at] & ~done
                if linked:
                    group = self._of[at]
                    linked &= ~(self.inside[group] | self._barred[group])
                for other in sorted(_numbers(linked), key=self._rank.__getitem__):
                    first, second = self._of[at], self._of[other]
                    if first != second and not self._barred[first] & self.inside[second]:
                        self._join(first, second)

    def holds_together(self, at: int) -> bool:
        """Whether the profiles of a member that is left alone are one."""
        one = self._circle.members[at]
        if one.scoped or not told_apart(one.traits):
            return False
        if one.traits.qid or len(one.keys) == 1 or not self._apart[at]:
            return True
        near = self._circle.near[at]
        own = own_score(one.traits)
        levels = self._levels(near, _union(near.values()))
        return not any(self._apart[at] & linked and own < likely + _CLEARLY for likely, linked in levels)

    def _allowed(self, first: int, second: int) -> bool:
        """Whether neither two QIDs nor a split pair would come together."""
        if self._qid[first] and self._qid[second] and self._qid[first] != self._qid[second]:
            return False
        return not self._barred[first] & self.inside[second]

    def _join(self, kept: int, gone: int) -> None:
        if kept == gone:
            return
        numbers = self.inside.pop(gone)
        for at in _numbers(numbers):
            self._of[at] = kept
        self.inside[kept] |= numbers
        self._barred[kept] |= self._barred.pop(gone)
        qid = self._qid.pop(gone)
        self._qid[kept] = self._qid[kept] or qid


def _union(rows: Iterable[Bits]) -> Bits:
    found = 0
    for row in rows:
        found |= row
    return found


def _numbers(bits: Bits) -> Iterator[int]:
    """The numbers in a set, ascending."""
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last


def _shown(keys: list[str], names: Mapping[str, tuple[str, str | None]], counts: Mapping[str, int]) -> str:
    """The name to show: a full one before a surname, then the one met most often, then the longest."""
    met: dict[str, int] = {}
    for one in keys:
        name, _ = names[one]
        met[name] = met.get(name, 0) + counts.get(one, 1)
    return min(met, key=lambda name: (len(name.split()) < 2, -met[name], -len(name), name))
