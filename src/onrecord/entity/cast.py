"""The cast of an article: its entities with all their mentions, and who of them makes each statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onrecord.entity.clusters import Clusters
from onrecord.entity.draft import Cast, numbered
from onrecord.entity.identity import Identities
from onrecord.entity.joining import Said, joined_by_rule, sources_of
from onrecord.entity.speaking import Speaking
from onrecord.model.coreference import Links, Traits
from onrecord.model.mention import Spans
from onrecord.speaker import Heard


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model sees in a text: mentions, their traits, and what each may go back to."""

    spans: Spans
    traits: Traits
    links: Links


def cast(text: str, seen: Seen, heard: Heard, said: Sequence[Said], on: date | None) -> Cast:
    """Put the cast of ``text`` together.

    ``heard`` answers ``said``, statement by statement; ``on`` is the article's day. Mentions of times are left out.
    """
    clusters = Clusters(text, seen.spans, seen.traits, heard.people)
    sources = sources_of(clusters, heard, said)
    clusters.link(seen.links, joined_by_rule(clusters, heard, said, sources))
    speaking = {id(clusters.of[at]) for at in sources if at is not None}
    drafts, ordered = Identities(clusters, on).drafts(speaking)
    speakers = Speaking(clusters, drafts, ordered).speakers(heard, said, sources)
    return numbered(text, ordered, speakers, clusters)
