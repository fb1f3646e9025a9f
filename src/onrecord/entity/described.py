"""What the article itself calls a person: "transport minister of Norland", "Norland’s foreign minister, Anna Lind"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord import data

_OF = re.compile(r"\s+(?:of|for|at|in|with|from)\s+(?:the\s+)?")
_POSSESSOR = re.compile(r"(?:the\s+)?(?P<who>[^\s'’][^'’]*?)['’]s?\s+", re.IGNORECASE)
_LEAD = re.compile(r"(?:the|a|an|its|his|her|their|our|my|former|then-?|current|new|outgoing)\s+", re.IGNORECASE)
_CUT = re.compile(r"[,;(—–]|(?:^|\s)(?:who|which|whose|that)\b|(?<=[a-z]{2})\.(?:\s|$)")
_CAPITALISED = re.compile(r"(?:[A-Z][\w.’'-]*)(?:\s+(?:of|and|the|for|de|[A-Z][\w.’'-]*))*")


@dataclass(frozen=True, slots=True)
class Described:
    """An office as written, and whose it is: both as the article writes them, "" where it does not."""

    office: str
    of: str
    former: bool = False

    def same(self, other: Described) -> bool:
        """Whether both are one office of one state or body."""
        return (
            _folded(self.office) == _folded(other.office)
            and _stem(self.of) == _stem(other.of)
            and self.former == other.former
        )


def _folded(office: str) -> str:
    return office.lower().removesuffix("s")


def _stem(owner: str) -> str:
    """Enough of an owner's name to hold "Carrow" and "Carrovian" together: all of it, without its ending."""
    return owner.lower().removeprefix("the ")[:5]


def titles_of(phrase: str, name: list[str]) -> list[Described]:
    """The office that stands around a person's name: "Prime Minister Erik Tamm of Norland"."""
    words = phrase.split()
    at = next((i for i, word in enumerate(words) if word.strip(",.") in name), 0)
    if not at:
        return []
    rest = words[at:]
    while rest and rest[0].strip(",.") in name:
        rest = rest[1:]
    told = described(" ".join(words[:at] + (rest[:4] if rest[:1] in (["of"], ["from"]) else [])))
    return [told] if told is not None else []


def described(phrase: str) -> Described | None:
    """Read a role off a noun phrase; None where its head is no role.

    ``phrase`` is the mention without the person's name: "the transport minister of Norland".
    """
    head = _CUT.split(phrase, maxsplit=1)[0].strip().removeprefix("and ")
    if head.split(" ", 1)[0].lower() in data.words("plural_openers"):
        head = head.partition(" ")[2]
    former = bool(re.match(r"(?:the|a|an)?\s*(?:former|ex-|then-)", head, re.IGNORECASE))
    owner = ""
    possessor = _POSSESSOR.match(head)
    if possessor is not None and possessor.end() < len(head):
        owner, head = possessor["who"], head[possessor.end() :]
    while lead := _LEAD.match(head):
        head = head[lead.end() :]
    of = _OF.search(head)
    if of is not None:
        owner = owner or _owner(head[of.end() :])
        head = head[: of.start()]
    words = head.split()
    if not words or words[-1].lower().removesuffix("s") not in data.words("roles"):
        return None
    if not owner:
        owner, words = _leading_owner(words)
    return Described(" ".join(words), owner, former) if words else None


def _owner(rest: str) -> str:
    """The name after "of": "Norland" of "Norland and chair of …", a whole phrase where it has no capital."""
    match = _CAPITALISED.match(rest)
    return (match.group() if match else rest).strip()


def _leading_owner(words: list[str]) -> tuple[str, list[str]]:
    """Part "Norland Foreign Minister" and "Osk Ferries spokesman" in owner and office."""
    titles, roles = data.words("titles"), data.words("roles")
    at = 0
    while at < len(words) - 1 and words[at][0].isupper() and words[at] not in titles and words[at].lower() not in roles:
        at += 1
    # "Foreign", "Prime" … open an office, not a name.
    while at and words[at - 1].lower() in data.words("office_words"):
        at -= 1
    return " ".join(words[:at]), words[at:]
