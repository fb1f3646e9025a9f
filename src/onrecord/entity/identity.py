"""Clusters → entities: what each is called, what it is, and who it is in the knowledge base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from onrecord import data
from onrecord.entity import linking
from onrecord.entity.clusters import NAME, NOMINAL, ORGANISATION, PERSON, PLACE, TIME, Cluster, Clusters
from onrecord.entity.described import Described, described
from onrecord.entity.draft import Draft
from onrecord.entity.linking import Around, Known
from onrecord.entity.naming import core, is_group, is_office, name_of
from onrecord.kb import Facts
from onrecord.kb.places import states
from onrecord.types import EntityType

Pair = tuple[int, int]

_APPOSED = 120  # characters after a name in which an apposition tells the office


class Identities:
    """Makes entities of the clusters of one article, whose day is ``on``."""

    def __init__(self, clusters: Clusters, on: date | None) -> None:
        self.clusters, self.on, self.text = clusters, on, clusters.text
        self.facts = Facts.load()
        self.named: dict[str, int] = {}  # a name → the type of what bears it
        for cluster in clusters.all():
            for key in cluster.keys:
                self.named.setdefault(key, cluster.type)
        seen = self._countries()
        ranked = sorted((code for code in seen if code in states()), key=lambda code: -seen[code])
        clear = len(ranked) == 1 or (len(ranked) > 1 and seen[ranked[0]] >= 2 * seen[ranked[1]])
        self.country = ranked[0] if clear else None  # which tells one "foreign ministry" from another
        self.around = Around(on, frozenset(seen))

    def drafts(self, speaking: set[int]) -> tuple[dict[int, Draft], list[Draft]]:
        """By cluster (its ``id``), and in order; ``speaking`` are the clusters that sources belong to."""
        by_cluster: dict[int, Draft] = {}
        by_qid: dict[str, Draft] = {}
        ordered: list[Draft] = []
        for cluster in self.clusters.all():
            draft = self._draft(cluster, id(cluster) in speaking)
            if draft is None:
                continue
            same = by_qid.setdefault(draft.qid, draft) if draft.qid else draft
            if same is draft:
                ordered.append(draft)
            else:
                same.members += cluster.members
            by_cluster[id(cluster)] = same
        return by_cluster, ordered

    def _countries(self) -> dict[str, int]:
        """How often the article speaks of each state (by code) and body, as far as the knowledge base knows them."""
        seen: dict[str, int] = {}
        text = self.text
        for at, kind in enumerate(self.clusters.kind):
            if kind == NOMINAL and (one := described(text[self.clusters.start[at] : self.clusters.end[at]])) and one.of:
                code = linking.place_code(self.facts, one.of)
                seen |= {code: 1} if code else {}
        for cluster in self.clusters.all():
            for key in cluster.keys:
                code = linking.place_code(self.facts, key)
                known = None if code else linking.body(self.facts, key, None)
                for place in {code, known.country if known else None, known.name if known else None} - {None}:
                    seen[str(place)] = seen.get(str(place), 0) + len(cluster.members)
        return seen

    def _draft(self, cluster: Cluster, speaks: bool) -> Draft | None:
        kind = cluster.type
        named = name_of(self.clusters, cluster) if kind != TIME else None
        if named is None:
            return None
        name, evidence = named
        proper = cluster.person is not None or bool(cluster.keys)
        if kind == PERSON:
            return self._person(cluster, name, evidence)
        if kind not in (ORGANISATION, PLACE) and not proper and not speaks:
            return None
        if kind == PLACE and not proper and not speaks and len(cluster.members) < 2:
            return None
        as_type: EntityType = {ORGANISATION: "organisation", PLACE: "place"}.get(kind, "other")  # type: ignore[assignment]
        if is_office(name):
            as_type = "office"
        known = self._thing(name, kind) if proper else None
        if speaks and as_type in ("place", "other"):
            as_type = "organisation"  # "Brussels said"
        draft = Draft(name, evidence, as_type, members=list(cluster.members))
        if known is not None:
            draft.qid, draft.country = known.qid, known.country
            if as_type == "place" and known.qid:
                draft.name = known.name
        return draft

    def _thing(self, name: str, kind: int) -> Known | None:
        if kind == PLACE:
            return linking.place(self.facts, name) or linking.body(self.facts, name, self.country)
        return linking.body(self.facts, name, self.country) or linking.place(self.facts, name)

    def _person(self, cluster: Cluster, name: str, evidence: Pair) -> Draft:
        group = is_group(self.clusters, cluster)
        phrases, told = self._described(cluster, evidence)
        draft = Draft(name, evidence, "group" if group else "person", members=list(cluster.members))
        proper = cluster.person is not None or bool(cluster.keys)
        for one in told[:1]:
            draft.office = ("former " if one.former else "") + one.office
            if one.of:
                self._owned(draft, one.of)
        if group:
            return draft
        known = linking.person(self.facts, name, phrases, told, self.around) if proper else None
        if known is None and not proper:
            for phrase in phrases:
                holders = linking.holder(self.facts, phrase, self.on)
                if len(holders) == 1:
                    around = replace(self.around, places=self.around.places | {holders[0].place})
                    known = linking.person(self.facts, holders[0].person, [], [], around)  # it may be a higher office
                    known = known or linking.known(holders[0])
                    break
        if known is not None:
            draft.qid = known.qid
            draft.name = known.name if not proper or draft.name in known.name.split() else draft.name
            if known.office:
                draft.office, draft.organisation, draft.country = known.office, known.organisation, known.country
        return draft

    def _owned(self, draft: Draft, owner: str) -> None:
        """Whose office it is: a country or an organisation."""
        code = linking.place_code(self.facts, owner)
        if code is not None:
            draft.country = code
        elif self.named.get(owner) == PLACE:
            draft.country = owner
        else:
            draft.organisation = owner

    def _described(self, cluster: Cluster, evidence: Pair) -> tuple[list[str], list[Described]]:
        """What the article calls a person: phrases as they stand, and the offices read off them."""
        phrases = []
        text = self.text
        for at in sorted(cluster.members):
            start, end = self.clusters.start[at], self.clusters.end[at]
            if self.clusters.kind[at] == NOMINAL:
                phrases.append(text[start:end])
            elif self.clusters.kind[at] == NAME:
                words = text[slice(*core(text, start, end))].split()
                name = self._own_words(cluster, words)
                if 0 < name < len(words):
                    phrases.append(" ".join(words[:name]))
        if cluster.person is not None and text.startswith(", ", evidence[1]):
            rest = text[evidence[1] + 2 : evidence[1] + _APPOSED].split("\n")[0]
            phrases.append(rest)
        told = [found for phrase in phrases if (found := described(phrase))]
        told.sort(key=lambda one: not one.of)  # what names the owner too tells more
        return phrases, told

    def _own_words(self, cluster: Cluster, words: list[str]) -> int:
        """How many words stand before the name itself in a mention: the titles."""
        titles, roles = data.words("titles"), data.words("roles")
        last = [i for i, word in enumerate(words) if word in titles or word.lower() in roles]
        if cluster.person is not None:
            own = set(self.clusters.people[cluster.person].name.split())
            return next((i for i, word in enumerate(words) if word in own), 0)
        return last[-1] + 1 if last and last[-1] + 1 < len(words) else 0
