"""Who of the cast makes each statement; what stays ambiguous is nobody."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from onrecord import data
from onrecord.entity.clusters import NAME, NOMINAL, ORGANISATION, PERSON, Clusters
from onrecord.entity.draft import Draft
from onrecord.entity.joining import Said
from onrecord.speaker import Heard, Reading
from onrecord.types import EntityType

Pair = tuple[int, int]
Spoken = tuple[Draft, Pair] | None

_AGED = re.compile(r"(\d+)-year-old\b")


class Speaking:
    """Answers for the sources of one article. ``ordered`` grows by those whom the model takes for no mention."""

    def __init__(self, clusters: Clusters, drafts: dict[int, Draft], ordered: list[Draft]) -> None:
        self.clusters, self.text = clusters, clusters.text
        self.drafts, self.ordered = drafts, ordered
        self.extra: dict[str, Draft] = {}
        bodies = (at for at, kind in enumerate(clusters.kind) if kind == NAME and clusters.of[at].type == ORGANISATION)
        first = next(bodies, None)
        self.first_body = clusters.start[first] if first is not None else None

    def speakers(self, heard: Heard, said: Sequence[Said], sources: Sequence[int | None]) -> list[Spoken]:
        """Who speaks, statement by statement, and the words that give the name."""
        out: list[Spoken] = []
        for number, (one, at) in enumerate(zip(said, sources, strict=True)):
            out.append(self._speaker(heard, number, one, at, out[-1] if out else None))
        return out

    def _speaker(self, heard: Heard, number: int, one: Said, at: int | None, before: Spoken) -> Spoken:
        answer, reading = heard.answers[number], heard.readings[number]
        itself = answer is None or answer[1:] == (reading.start, reading.end)
        if at is not None and itself and self._taken_up(reading, at):
            return self._gone_on(reading, before)
        if answer is None and (number in heard.doubted or at in self.clusters.unclear):
            return None
        if answer is None and reading.words in (("we",), ("i",)) and not self._quoted(at):
            return None  # the outlet's or the author's own voice
        if reading.kind == "phrase" and self.clusters.shared(reading.start, reading.end):
            return None  # "the younger Tollan", of two Tollans
        draft = None
        if answer is not None and one.source:
            draft = self._joint(answer) or self._answered(answer)
        elif at is not None:
            draft = self.drafts.get(id(self.clusters.of[at]))
        return None if draft is None or _AGED.match(draft.name) else (draft, draft.evidence)

    def _answered(self, answer: tuple[str, int, int]) -> Draft:
        """The entity that the rules name; one of its own where the model takes it for no mention."""
        name, start, end = answer
        at = self.clusters.naming(start, end)
        if at is not None and id(self.clusters.of[at]) in self.drafts:
            return self.drafts[id(self.clusters.of[at])]
        if name not in self.extra:
            kind: EntityType = "person" if start in self.clusters.people.runs else "other"
            self.extra[name] = Draft(name, (start, end), kind, members=[], added=[(start, end)])
            self.ordered.append(self.extra[name])
        elif (start, end) not in self.extra[name].added:
            self.extra[name].added.append((start, end))
        return self.extra[name]

    def _taken_up(self, reading: Reading, at: int) -> bool:
        """Whether a source takes up somebody ("the lawmaker", "the company") whom nothing tells."""
        clusters = self.clusters
        phrase = self.text[reading.start : clusters.end[at]]
        words = phrase.lower().removeprefix("the ").split()
        before = self.text[max(0, reading.start - 4) : reading.start + 4].lower()
        bare = len(words) == 1 and words[0] in data.words("anaphoric") and "the " in before
        bare = bare and self._named_before(reading.start)
        related = bool(words) and words[-1] in data.words("relational") and len(clusters.bearing) > 1
        if not bare and not related and reading.kind != "definite":
            return False
        cluster = clusters.of[at]
        named = cluster.person is not None or bool(cluster.keys)
        if related and not named:
            return True
        telling = (m for m in cluster.members if clusters.kind[m] in (NAME, NOMINAL))
        return not named and all(clusters.start[m] >= clusters.start[at] for m in telling)

    def _named_before(self, start: int) -> bool:
        """Whether a body is named before a place."""
        return self.first_body is not None and self.first_body < start

    def _quoted(self, at: int | None) -> bool:
        return at is not None and int(self.clusters.traits.quote[at]) >= 0

    def _gone_on(self, reading: Reading, before: tuple[Draft, Pair] | None) -> tuple[Draft, Pair] | None:
        """Who spoke last, where "the party" or "the 45-year-old" can hardly mean anybody else.

        A body that spoke last is "the company" unless another is named since; a person of whom an age is told is the
        last speaker unless another person is named since.
        """
        clusters, text = self.clusters, self.text
        if (
            reading.kind == "definite" and len(clusters.bearing) == 1
        ):  # a story of one person, whose role it never tells
            (number,) = clusters.bearing
            person = clusters.people[number]
            plain = not person.roles and text[person.end : person.end + 1] != ","
            if plain and person.start < reading.start:
                only = self.drafts.get(id(clusters.of[clusters.bearing[number]]))
                return (only, only.evidence) if only is not None else None
        if before is None:
            return None
        draft = before[0]
        last = max([clusters.start[at] for at in draft.members if clusters.start[at] < reading.start], default=-1)
        if last < 0 or text.count("\n\n", last, reading.start) > 1:
            return None
        aged = _AGED.match(text, reading.start) or _AGED.match(text, reading.start + 4)
        if aged is not None and (told := self._of_age(aged[1])) is not None:
            return told
        if aged is not None and re.match(r", \d\d?\b", text[draft.evidence[1] :]):
            return None  # the last speaker has another age
        if (draft.type == "person") != (aged is not None) or draft.name[:1].islower():
            return None
        own = set(draft.members)
        since = range(bisect_left(clusters.start, last + 1), bisect_left(clusters.start, reading.start))
        rivals = (at for at in since if clusters.kind[at] == NAME and at not in own)
        wanted = PERSON if draft.type == "person" else ORGANISATION
        return None if any(clusters.of[at].type == wanted for at in rivals) else before

    def _of_age(self, years: str) -> tuple[Draft, Pair] | None:
        """The one person whom the article gives that age: "Maja Solhaug, 19,"."""
        people = self.clusters.people
        aged = {
            number
            for number in self.clusters.bearing
            if re.match(rf", {years}\b", self.text[people[number].end : people[number].end + 8])
        }
        draft = self.drafts.get(id(self.clusters.of[self.clusters.bearing[aged.pop()]])) if len(aged) == 1 else None
        return (draft, draft.evidence) if draft is not None else None

    def _joint(self, answer: tuple[str, int, int]) -> Draft | None:
        """The group of a source that joins persons: "Prime Ministers Erik Tamm of Norland and Ilse Maran of Carrow"."""
        _, start, end = answer
        if " and " not in self.text[start:end]:
            return None
        people = self.clusters.people
        runs = sorted(at for at in people.runs if start <= at < end)
        numbers = [number for at in runs if (number := people.runs[at][1]) is not None]
        if len(set(numbers)) < 2 or not re.search(r"^[^,;]*\band\b", self.text[people.runs[runs[-2]][0] : runs[-1]]):
            return None
        name = " and ".join(people[number].name for number in dict.fromkeys(numbers))
        if name not in self.extra:
            self.extra[name] = Draft(name, (start, end), "group", members=[], added=[(start, end)])
            self.ordered.append(self.extra[name])
        return self.extra[name]
