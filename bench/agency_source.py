"""Who is reported to have said something: a person, a body, a group, or somebody without a name."""

from __future__ import annotations

from bench.agency_draft import Claim, Draft, Key, Pair, name_body, name_person, name_place
from bench.agency_world import Person, column, person

PERSON, BODY, GROUP = 0.68, 0.78, 0.91
"""Of sources: up to here people, bodies, groups; the others have no name and give no speaker."""

AGAIN = 0.45  # share of the people who spoke just before


def source(draft: Draft, claim: Claim, *, closing: str) -> None:
    """Write who says it. ``closing`` ends an apposition: "Lindqvist, the transport minister," said."""
    lot, draw = draft.draw(), draft.draw
    if lot < PERSON:
        people = draft.people
        last = draft.speaker
        again = isinstance(last, int) and last >= 0 and draw() < AGAIN
        who = person(last) if again and isinstance(last, int) else people[int(draw() ** 1.6 * len(people))]
        place = _person(draft, who, closing, again=again)
        key: Key | None = who.number
    elif lot < BODY:
        body = draft.bodies[int(draw() ** 1.5 * len(draft.bodies))]
        seen = body.name in draft.entities
        if seen and draft.speaker == body.name:
            place = draft.mention("it", body.name, "pronoun")
        else:
            place = name_body(draft, body)
        key = body.name
    elif lot < GROUP:
        start = draft.at
        if draw() < 0.3:
            draft.put("some ")
        key = draft.passing(draft.one_of(draft.topic.groups))
        place = (start, draft.at)
    else:
        key = None
        text = draft.one_of(column("phrases", "anonymous"))
        place = draft.put(text.format(town=draft.country.towns[0]))
    claim.source, claim.speaker = (place,), key
    draft.speaker = key


def _person(draft: Draft, who: Person, closing: str, *, again: bool) -> Pair:
    """Write a person as the source: introduced the first time, taken up by name, office or pronoun after that."""
    lot = draft.draw()
    if who.number in draft.entities:
        if again and lot < 0.6:
            draft.last = who.number
            return draft.mention("she" if who.female else "he", who.number, "pronoun")
        if who.office and lot < 0.75:
            return draft.mention(f"the {who.office.rsplit(' ', 1)[-1]}", who.number, "nominal")
        return draft.mention(who.family, who.number, "name")
    start = draft.at
    if who.office and lot < 0.5:
        draft.put(f"{who.demonym} {who.office} ")
        name_person(draft, who)
        return start, draft.at
    name_person(draft, who)
    if who.office:
        if who.organisation and lot < 0.8:
            draft.put(f", {who.office} at the ")
            draft.mention(
                who.organisation, who.organisation, "name", (who.organisation, "organisation", None, None, None, None)
            )
        else:
            draft.put(f", the {who.demonym} {who.office}")
    elif lot < 0.35:
        draft.put(f", {'an' if who.occupation[0] in 'aeiou' else 'a'} {who.occupation} from ")
        name_place(draft, who.home)
    else:
        return start, draft.at
    end = draft.at
    draft.put(closing)
    return start, end
