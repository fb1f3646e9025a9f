"""Facts of states, bodies and office holders: the one object that the rest of the ledger asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from onrecord.kb import places
from onrecord.kb.holding import SHARED, Held, weigh
from onrecord.kb.naming import SURNAME, Names
from onrecord.kb.overlay import current, default_folder
from onrecord.kb.phrases import parse
from onrecord.kb.tables import Row, Tables
from onrecord.kb.text import key, style
from onrecord.kb.types import LINK, Body, Candidate, OfficeRef, State

# Whose office is named first where one person has two.
_RANK = {
    role: at
    for at, role in enumerate(
        (
            *("head_of_state", "head_of_government", "igo_head", "deputy_head", "foreign_minister", "defence_minister"),
            *("finance_minister", "treasurer", "interior_minister", "speaker", "upper_speaker", "central_bank"),
            *("military_chief", "prosecutor", "spokesperson", "minister_other", "other", "viceroy", "effective_leader"),
        )
    )
}
# Offices found by the words of their title rather than by a role.
_TITLED = frozenset(
    ("minister_other", "other", "upper_speaker", "central_bank", "military_chief", "prosecutor", "spokesperson")
)
_NO_TITLE = frozenset(("of", "for", "and", "the", "federal", "state"))
_LOWER = frozenset(("deputy", "assistant", "associate", "junior", "shadow", "under", "undersecretary", "parliamentary"))
_ACTING = ("acting", "interim", "transition")
_ALONE = 0.6  # a surname that only one holder of that day and place has
_TITLE, _PART = 0.7, 0.6  # an office found by all words of its title, by some: the source's wording decides
_LEADER = LINK - 0.1  # effective leaders have no first names and no ids in their source: a hint, never a link


class Facts:
    """States, bodies and office holders: the package's own tables, and an imported overlay where there is one.

    Nothing is read before it is asked for. ``overlay`` is the folder of an import; none without it, see ``load``.
    Raises ``KnowledgeError`` where that folder is damaged.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        self._tables = Tables(current(overlay) if overlay else None)
        self._names = Names(self._tables)

    @classmethod
    def load(cls) -> Facts:
        """The facts with what ``onrecord kb import`` wrote for this user, loaded once a process for each folder."""
        return _loaded(default_folder())

    def place(self, name: str, context: str | None = None) -> State | None:
        """The state that a name, demonym, capital or metonym stands for. ``context``: a code already at issue."""
        return places.find_state(name, context)

    def body(self, name: str, context: str | None = None) -> Body | None:
        """The body of that name; ``context``, a state's code or a body's name, tells two of a name apart."""
        return places.find_body(name, context)

    def outlet(self, domain_or_name: str) -> Body | None:
        """The outlet of a domain, an address or a name."""
        return places.find_outlet(domain_or_name)

    def parse(self, phrase: str) -> tuple[OfficeRef, ...]:
        """The offices that a role phrase names; none where a word of it is not understood."""
        return parse(phrase)

    def look_up(self, phrase: str, on: date, country: str | None = None) -> list[Candidate]:
        """Who is meant by a role phrase on a day. ``country``: a code, where the phrase has no place.

        Empty for a former holder, one not yet in office, a minister's deputy, or several of one office ("ministers").
        """
        found: list[Candidate] = []
        for ref in self.parse(phrase):
            place = ref.place or country
            if place and not (ref.former or ref.designate or ref.deputy or ref.plural):
                found += self.resolve(replace(ref, place=place), on)
        return found

    def resolve(self, ref: OfficeRef, on: date) -> list[Candidate]:
        """The holders of a parsed office on a day. An acting holder is one whose title says so, or a guess."""
        if ref.place is None:
            return []
        found = self._choose(ref, ref.place, on)
        if not ref.acting:
            return found
        acting = [one for one in found if any(word in one.title.lower() for word in _ACTING)]
        return acting or [replace(one, score=round(one.score * _LEADER, 2)) for one in found]

    def holders(self, role: str, country_or_org: str, on: date) -> list[Candidate]:
        """Who held a role on a day, the likeliest first. ``role``: one of holders.tsv, or "leader"."""
        return self._choose(OfficeRef(role, country_or_org), country_or_org, on)

    def people(self, name: str, on: date | None = None, place: str | None = None) -> list[Candidate]:
        """Persons of that name with the offices held on ``on`` (without it all they ever held), the highest first.

        A surname alone scores low, unless only one holder of that day has it in ``place``.
        """
        score, keys = self._names.find(name)
        offices = {person: self._offices(person, on, place) for person in keys}
        serving = [person for person in keys if offices[person]]
        if score == SURNAME and len(serving) == 1 and on and place:
            return self._named(serving[0], offices[serving[0]], _ALONE)
        shares = dict.fromkeys(keys, score)
        if score > SURNAME and len(keys) > 1:
            # one of the namesakes is in office: the others are not who the news is about
            shares = {person: score * SHARED / (1 if serving == [person] else len(keys)) for person in keys}
        found = [one for person in keys for one in self._named(person, offices[person], shares[person])]
        if place and score == SURNAME:
            found = [one for one in found if one.place == place]
        return sorted(found, key=lambda one: -one.score)

    def person(self, qid: str) -> list[Candidate]:
        """Every office of the person with that QID (or made-up key), the newest first."""
        found = [self._candidate(one) for one in self._offices(qid, None, None)]
        return sorted(found, key=lambda one: one.start, reverse=True)

    def _choose(self, ref: OfficeRef, place: str, on: date) -> list[Candidate]:
        if ref.role == "title":
            return self._by_title(ref.title, place, on)
        if ref.role == "leader":
            return self._leader(place, on)
        if ref.role == "igo_head" and place == "EU":  # "the EU's president": of its Commission, or of its Council
            both = [self.holders("igo_head", f"European {organ}", on) for organ in ("Commission", "Council")]
            return [replace(one, score=round(one.score / 2, 2)) for found in both for one in found]
        if (ref.role, place) in (("igo_head", "European Parliament"), ("speaker", "EU")):
            return self.holders("speaker", "European Parliament", on)
        if ref.role == "head":
            return self._head("head_of_state", ref.style, place, on) or self._head(
                "head_of_government", ref.style, place, on
            )
        return self._weighed(place, on, lambda row: row.role == ref.role and _styled(row.title, ref.style))

    def _head(self, role: str, called: str, place: str, on: date) -> list[Candidate]:
        return self._weighed(place, on, lambda row: row.role == role and style(row.title) == called)

    def _leader(self, place: str, on: date) -> list[Candidate]:
        if place not in places.states():
            return self._choose(OfficeRef("igo_head", place), place, on)
        role = places.states()[place][2]
        if place == "EU":
            return self._choose(OfficeRef("igo_head", place), place, on)
        found = self._weighed(place, on, lambda row: row.role == role and style(row.title) != "")
        return found or self._weighed(place, on, lambda row: row.role == "effective_leader", at_most=_LEADER)

    def _by_title(self, title: str, place: str, on: date) -> list[Candidate]:
        wanted = _bag(title)
        rows = [row for row in self._tables.at(place) if row.role in _TITLED]
        exact = weigh([row for row in rows if _bag(row.title) == wanted], on)
        # "the health minister" is the minister of health and social care, where nobody is minister of health alone
        loose = exact or weigh([row for row in rows if wanted < _bag(row.title) and not _bag(row.title) & _LOWER], on)
        return [self._candidate(one, _TITLE if exact else _PART) for one in loose]

    def _weighed(self, place: str, on: date, wanted: Callable[[Row], bool], at_most: float = 1.0) -> list[Candidate]:
        rows = [row for row in self._tables.at(place) if wanted(row)]
        return [self._candidate(one, at_most) for one in weigh(rows, on)]

    def _candidate(self, one: Held, at_most: float = 1.0) -> Candidate:
        row = one.row
        person = self._tables.person(row.person)
        name, qid = (person.name, person.qid) if person else (row.person, None)
        score = min(one.score, at_most)
        days = (row.start, row.end, row.as_of)
        return Candidate(name, qid, row.role, row.title, row.place, *days, score, one.fresh, row.source)

    def _offices(self, person: str, on: date | None, place: str | None) -> list[Held]:
        """A person's offices on a day, the highest first and each once; without a day all of them."""
        where = self._tables.where(person) if place is None else (place,)
        rows = [row for at in where for row in self._tables.at(at) if row.person == person]
        if on is None:
            found = [Held(row, sure=True, fresh=True, score=1.0) for row in rows]
        else:
            groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
            for row in rows:
                groups[row.place, row.role, row.title].append(row)
            found = [one for group in groups.values() for one in weigh(group, on)]
        # a president who heads the state and the government holds one office, not two
        states = {(one.row.place, style(one.row.title)) for one in found if one.row.role == "head_of_state"}
        found = [
            one
            for one in found
            if one.row.role != "head_of_government" or (one.row.place, style(one.row.title)) not in states
        ]
        return sorted(found, key=lambda one: (_RANK.get(one.row.role, len(_RANK)), one.row.start))

    def _named(self, key_of: str, offices: list[Held], score: float) -> list[Candidate]:
        found = []
        for one in offices:
            sure = score if one.sure else min(score, one.score)
            found.append(replace(self._candidate(one), score=round(sure, 2)))
        person = self._tables.person(key_of)
        if found or person is None:
            return found
        return [
            Candidate(
                person.name, person.qid, "", "", (*person.places, "")[0], "", "", "", round(score, 2), fresh=False
            )
        ]


def office_phrases(text: str) -> tuple[OfficeRef, ...]:
    """The offices that a role phrase names: ``parse`` without facts at hand."""
    return parse(text)


def _styled(title: str, wanted: str) -> bool:
    """A deputy's title holds the word asked for: a vice president is no deputy prime minister."""
    return not wanted or wanted in title.lower() or wanted.replace(" ", "-") in title.lower()


@cache
def _bag(title: str) -> frozenset[str]:
    """The words of a title in any order: "Secretary of Health" and "health secretary" are one."""
    plain = key(title).replace("minister of state", "junior minister").replace("adviser", "advisor")
    return frozenset(word for word in plain.split() if word not in _NO_TITLE)


@cache
def _loaded(folder: Path) -> Facts:
    return Facts(folder)
