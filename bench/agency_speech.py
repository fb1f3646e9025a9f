"""Sentences that report speech, in the proportions that the pipeline finds in PolNeAR's training part."""

from __future__ import annotations

from functools import cache

from bench.agency_draft import Claim, Draft, Pair, render
from bench.agency_slots import Kit, compiled, kit
from bench.agency_source import source
from bench.agency_world import column, rows
from onrecord.types import Act, Kind

ACTS: tuple[tuple[Act, float], ...] = (
    ("accuse", 0.070), ("ask", 0.037), ("praise", 0.026), ("deny", 0.020), ("suggest", 0.018), ("demand", 0.013),
    ("consider", 0.007), ("refuse-to-comment", 0.005), ("promise", 0.005), ("threaten", 0.003),
)  # fmt: skip
"""Shares of all statements, as measured; all others assert."""

FRAMES = (
    ("split", 0.11), ("quoted", 0.10), ("opened", 0.02), ("resumed", 0.003), ("image", 0.055), ("part", 0.090),
    ("unsourced", 0.075), ("object", 0.15), ("according", 0.07), ("told", 0.04), ("after", 0.12), ("aside", 0.075),
    ("nested", 0.04), ("before", 1.0),
)  # fmt: skip
"""Shares of statements that assert. Together: 18 % direct, 11 % mixed, content in parts 15 %, nested 3 %."""

ADJUNCT, SECOND = 0.35, 0.20  # share of clauses that an adjunct, and another clause, follow: 15 words a content
TIMED, PLACED = 0.24, 0.29  # of statements: up to here dated ("said on Tuesday"), up to here given a venue


@cache
def _weighted(name: str, first: str, second: str) -> tuple[tuple[str, str], ...]:
    """What tells an act: (cue, form) of ``cues.tsv`` or (cue, content) of ``objects.tsv``, as often as weighted."""
    if name == "cues":
        found = [
            (cue, form, weight) for act, form, weight, cue in rows("cues") if act == first and form in second.split()
        ]
    else:
        found = [(cue, content, weight) for act, weight, cue, content in rows("objects") if act == first]
    return tuple((cue, other) for cue, other, weight in found for _ in range(int(weight)))


def statement(draft: Draft) -> None:
    """Write one sentence that reports something said."""
    lot = draft.draw()
    for act, share in ACTS:
        lot -= share
        if lot < 0:
            cues = _weighted("cues", act, "say that")
            if cues and draft.draw() < 0.4:
                _before(draft, act, "indirect", cues)
            else:
                _object(draft, act)
            return
    lot = draft.draw()
    for frame, share in FRAMES:
        lot -= share
        if lot < 0:
            _WRITERS[frame](draft)
            return


def clause(draft: Draft, templates: Kit) -> None:
    """Write a clause, with what may follow it."""
    draw = draft.draw
    choices = templates.clauses
    parts = choices[int(draw() * len(choices))]
    render(draft, parts)
    # A template without slots is said in the same words each time; what follows it makes it another statement.
    if len(parts) == 1 or draw() < ADJUNCT:
        draft.put(" ")
        adjuncts = templates.adjuncts
        render(draft, adjuncts[int(draw() * len(adjuncts))])
    if draw() < SECOND:
        draft.put(draft.one_of(_joins()))
        render(draft, choices[int(draw() * len(choices))])


@cache
def _joins() -> tuple[str, ...]:
    return tuple(text.replace("˽", " ") for text in column("clauses", "join"))


def capital(draft: Draft, index: int) -> None:
    """Begin this piece of the text with a capital letter. Its length stays: no name or word here begins with "ß"."""
    text = draft.out[index]
    draft.out[index] = text[:1].upper() + text[1:]


def _begin(draft: Draft, kind: Kind, act: Act) -> Claim:
    claim = Claim(kind, act)
    draft.claims.append(claim)
    return claim


def _tail(draft: Draft, claim: Claim) -> None:
    """Write when or where it was said, of some statements."""
    lot = draft.draw()
    if lot < TIMED:
        written = draft.day.time("on", draft.draw)
        draft.put(f" {written.before}")
        claim.when = len(draft.times)
        draft.times.append((draft.put(written.text), written))
    elif lot < PLACED:
        draft.put(" ")
        claim.venue = ((draft.put(draft.one_of(column("phrases", "venue"))), None),)


def _say(draft: Draft) -> str:
    cues = _weighted("cues", "assert", "say")
    return cues[int(draft.draw() * len(cues))][0]


def _content(draft: Draft, around: tuple[str, str], *, reported: bool, capitals: bool = False) -> Pair:
    """Write a clause as (part of) what the newest claim says, between these two; its place, these included."""
    start = draft.at
    draft.put(around[0])
    index = len(draft.out)
    outer, draft.inside = draft.inside, len(draft.claims) - 1
    draft.reported = reported
    clause(draft, kit(draft.topic.name, reported=reported))
    draft.reported, draft.inside = True, outer
    if capitals:
        capital(draft, index)
    draft.put(around[1])
    return start, draft.at


def _attribution(draft: Draft, claim: Claim) -> None:
    """Write " she said" or " said Lindqvist" after a content."""
    cue = _say(draft)
    draft.put(" ")
    if cue == "said" and draft.draw() < 0.15:
        claim.cue = (draft.put(cue),)
        draft.put(" ")
        source(draft, claim, closing="")
    else:
        source(draft, claim, closing=",")
        draft.put(" ")
        claim.cue = (draft.put(cue),)


def _before(draft: Draft, act: Act, kind: Kind, cues: tuple[tuple[str, str], ...]) -> Claim:
    """Source, cue, content: "Lindqvist denied on Tuesday that the ferry was unsafe"."""
    claim = _begin(draft, kind, act)
    index = len(draft.out)
    source(draft, claim, closing=",")
    capital(draft, index)
    cue = cues[int(draft.draw() * len(cues))][0]
    word, _, whether = cue.partition(" whether")
    draft.put(" ")
    claim.cue = (draft.put(word),)
    _tail(draft, claim)
    draft.put(" ")
    joint = (
        "whether " if whether or cue.endswith("whether") else "that " if act != "assert" or draft.draw() < 0.6 else ""
    )
    claim.content = (_content(draft, (joint, ""), reported=True),)
    draft.put(".")
    return claim


def _plain(draft: Draft) -> None:
    _before(draft, "assert", "indirect", _weighted("cues", "assert", "say that"))


def _object(draft: Draft, act: Act = "assert") -> None:
    """A cue with what it is about: "accused the board of hiding the report"."""
    claim = _begin(draft, "indirect", act)
    index = len(draft.out)
    source(draft, claim, closing=",")
    capital(draft, index)
    draft.put(" ")
    objects = _weighted("objects", act, "")
    cue, content = objects[int(draft.draw() * len(objects))]
    if act == "refuse-to-comment" and draft.draw() < 0.5:
        claim.cue = (draft.put("declined to comment"),)  # and nothing that was said
    else:
        claim.cue = (draft.put(cue),)
        draft.put(" ")
        start, draft.inside = draft.at, len(draft.claims) - 1
        render(draft, compiled(content, draft.topic.name, reported=True))
        if draft.draw() < ADJUNCT / 3:
            draft.put(" ")
            adjuncts = kit(draft.topic.name, reported=True).adjuncts
            render(draft, adjuncts[int(draft.draw() * len(adjuncts))])
        claim.content, draft.inside = ((start, draft.at),), None
    draft.put(".")


def _after(draft: Draft) -> None:
    claim = _begin(draft, "indirect", "assert")
    claim.content = (_content(draft, ("", ""), reported=True, capitals=True),)
    draft.put(",")
    _attribution(draft, claim)
    _tail(draft, claim)
    draft.put(".")


def _aside(draft: Draft) -> None:
    claim = _begin(draft, "indirect", "assert")
    first = _content(draft, ("", ""), reported=True, capitals=True)
    draft.put(",")
    _attribution(draft, claim)
    draft.put(", ")
    claim.content = (first, _content(draft, ("and ", ""), reported=True))
    draft.put(".")


def _according(draft: Draft) -> None:
    claim = _begin(draft, "indirect", "assert")
    if draft.draw() < 0.5:
        claim.cue = (draft.put("According to"),)
        draft.put(" ")
        source(draft, claim, closing="")
        draft.put(", ")
        claim.content = (_content(draft, ("", ""), reported=True),)
    else:
        claim.content = (_content(draft, ("", ""), reported=True, capitals=True),)
        draft.put(", ")
        claim.cue = (draft.put("according to"),)
        draft.put(" ")
        source(draft, claim, closing="")
    draft.put(".")


def _unsourced(draft: Draft) -> None:
    claim = _begin(draft, "indirect", "assert")
    draft.put("It ")
    cues = _weighted("cues", "assert", "unsourced")
    claim.cue = (draft.put(cues[int(draft.draw() * len(cues))][0]),)
    _tail(draft, claim)
    draft.put(" ")
    claim.content = (_content(draft, ("that ", ""), reported=True),)
    draft.put(".")
    draft.speaker = None


def _told(draft: Draft) -> None:
    claim = _begin(draft, "indirect", "assert")
    index = len(draft.out)
    source(draft, claim, closing=",")
    capital(draft, index)
    draft.put(" ")
    claim.cue = (draft.put("told"),)
    draft.put(" ")
    start = draft.at
    whom = draft.passing(draft.one_of(column("phrases", "addressee")))
    claim.addressee = (((start, draft.at), whom),)
    _tail(draft, claim)
    draft.put(" ")
    claim.content = (_content(draft, ("that ", ""), reported=True),)
    draft.put(".")


def _nested(draft: Draft) -> None:
    """Something said, within something said: "said that dockers had warned that the crane was unsafe"."""
    outer = _begin(draft, "indirect", "assert")
    at = len(draft.claims) - 1
    index = len(draft.out)
    source(draft, outer, closing=",")
    capital(draft, index)
    draft.put(" ")
    outer.cue = (draft.put(_say(draft)),)
    draft.put(" ")
    start = draft.put("that ")[0]
    inner = _begin(draft, "indirect", "assert")
    inner.parent, whose, from_ = at, draft.speaker, draft.at
    inner.speaker = draft.passing(draft.one_of(draft.topic.groups))
    inner.source = ((from_, draft.at),)
    draft.put(" ")
    inner.cue = (draft.put(draft.one_of(("had said", "had warned", "had complained", "had admitted", "believed"))),)
    draft.put(" ")
    inner.content = (_content(draft, ("that ", ""), reported=True),)
    outer.content, draft.speaker = ((start, draft.at),), whose
    draft.put(".")


def _quoted(draft: Draft) -> None:
    claim = _begin(draft, "direct", "assert")
    claim.content = (_content(draft, ("“", ",”"), reported=False, capitals=True),)
    _attribution(draft, claim)
    _tail(draft, claim)
    draft.put(".")


def _split(draft: Draft) -> None:
    claim = _begin(draft, "direct", "assert")
    first = _content(draft, ("“", ",”"), reported=False, capitals=True)
    _attribution(draft, claim)
    _tail(draft, claim)
    draft.put(". ")
    claim.content = (first, _content(draft, ("“", ".”"), reported=False, capitals=True))


def _opened(draft: Draft) -> None:
    claim = _begin(draft, "direct", "assert")
    index = len(draft.out)
    source(draft, claim, closing=",")
    capital(draft, index)
    draft.put(" ")
    claim.cue = (draft.put(_say(draft)),)
    draft.put(": ")
    claim.content = (_content(draft, ("“", ".”"), reported=False, capitals=True),)


def _resumed(draft: Draft) -> None:
    """A quotation that continues the speaker before it, and has neither source nor cue."""
    claim = _begin(draft, "direct", "assert")
    claim.speaker = draft.speaker
    claim.content = (_content(draft, ("“", ".”"), reported=False, capitals=True),)


def _image(draft: Draft) -> None:
    """A few words in quotation marks: said that the deal was “a house of cards”."""
    claim = _begin(draft, "mixed", "assert")
    index = len(draft.out)
    source(draft, claim, closing=",")
    capital(draft, index)
    draft.put(" ")
    claim.cue = (draft.put(_say(draft)),)
    draft.put(" ")
    start, draft.inside = draft.put("that ")[0], len(draft.claims) - 1
    images = kit(draft.topic.name, reported=True).images
    render(draft, images[int(draft.draw() * len(images))])
    draft.inside, claim.content = None, ((start, draft.at),)
    draft.put(".")


def _part(draft: Draft) -> None:
    """The end of the clause in quotation marks: said that fares would rise “whatever the board says”."""
    claim = _before(draft, "assert", "mixed", _weighted("cues", "assert", "say"))
    draft.out.pop()
    draft.at -= 1
    draft.put(" “")
    draft.inside, draft.reported = len(draft.claims) - 1, False
    adjuncts = kit(draft.topic.name, reported=False).adjuncts
    render(draft, adjuncts[int(draft.draw() * len(adjuncts))])
    draft.put(".”")
    draft.inside, draft.reported = None, True
    claim.content = ((claim.content[0][0], draft.at),)


_WRITERS = {
    "split": _split, "quoted": _quoted, "opened": _opened, "resumed": _resumed, "image": _image, "part": _part,
    "unsourced": _unsourced, "object": _object, "according": _according, "told": _told, "after": _after,
    "aside": _aside, "nested": _nested, "before": _plain,
}  # fmt: skip
