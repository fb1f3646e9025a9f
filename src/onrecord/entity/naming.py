"""What an entity is called: the fullest name that the article gives, and where it gives it."""

from __future__ import annotations

import re

from onrecord import data
from onrecord.entity.clusters import FIRST, NAME, NOMINAL, THEY, Cluster, Clusters, name_key, proper

Pair = tuple[int, int]

_LONGEST = 10  # words of a name; "the" aside, the longest body in Wikidata's list of ministries has nine
_PLURAL_NAME = re.compile(r"(?:[Tt]he )?(?:[\w-]+ )?[A-Z][a-z]+(?<!s)s")  # "Democrats", "the Norlanders"
_CUT = re.compile(r",(?!\d)|;| \(| who\b| which\b| that\b|—| – ")
_ARTICLE = re.compile(r"(?:the|a|an|this|that|these|those)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?\Z")


def name_of(clusters: Clusters, cluster: Cluster) -> tuple[str, Pair] | None:
    """The name of a cluster and the extent that gives it; None where only pronouns speak of it."""
    text = clusters.text
    if cluster.person is not None:
        person = clusters.people[cluster.person]
        return person.name, (person.start, person.end)
    members = sorted(cluster.members)
    best: tuple[int, int] | None = None
    for at in members:
        if clusters.kind[at] != NAME:
            continue
        start, end = _proper(text, *core(text, clusters.start[at], clusters.end[at]))
        words = len(text[start:end].split())
        if 0 < words <= _LONGEST and name_key(text[start:end]) and (best is None or words > best[0]):
            best = (words, at)
    if best is not None:
        start, end = _proper(text, *core(text, clusters.start[best[1]], clusters.end[best[1]]))
        return text[start:end], (start, end)
    for at in members:
        if clusters.kind[at] in (NAME, NOMINAL):
            start, end = core(text, clusters.start[at], clusters.end[at])
            return text[start:end], (start, end)
    return None


def _proper(text: str, start: int, end: int) -> Pair:
    return start + proper(text[start:end]), end


def core(text: str, start: int, end: int) -> Pair:
    """A mention without its article, its possessive and what a comma or a bracket adds."""
    cut = _CUT.search(text, start + 1, end)
    if cut is not None:
        end = cut.start()
    article = _ARTICLE.match(text, start, end)
    if article is not None and article.end() < end:
        start = article.end()
    possessive = _POSSESSIVE.search(text[start:end])
    if possessive is not None and possessive.start() > 0:
        end = start + possessive.start()
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return start, end


def is_group(clusters: Clusters, cluster: Cluster) -> bool:
    """Several persons: "two officials", "Norlanders"; "they" alone tells nothing."""
    if cluster.person is not None:
        return False
    text = clusters.text
    plural = singular = 0
    for at in cluster.members:
        if clusters.kind[at] in (NAME, NOMINAL):
            number = int(clusters.traits.number[at])
            word = text[clusters.start[at] : clusters.end[at]]
            many = number == 2 or (clusters.kind[at] == NAME and _PLURAL_NAME.fullmatch(word) is not None)
            plural += many
            singular += number == 1 and not many
        elif clusters.kind[at] == THEY:
            plural += 1
        elif clusters.kind[at] < THEY or clusters.kind[at] == FIRST:
            singular += 1
    return plural > singular


def is_office(name: str) -> bool:
    """An office and not its holder: "the presidency"."""
    return name.split()[-1].lower() in data.words("offices")
