"""The act of a statement: tables of cue and content."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from onrecord import act, data
from onrecord.types import Act

# cue | content | act
CASES = """
said | the bridge was safe | assert
has said | “We will mend it.” | assert
announced | a new timetable | assert
according to | the well was dry | assert
believes | the island will sink | assert
 | “And so it went on.” | assert
: | “Enough.” | assert
danced round | the subject | assert
warned that | prices would rise | assert
insisted | that he had slept | assert
has repeatedly denied | wrongdoing | deny
flatly rejected | the figures | deny
ruled out | a third term | deny
pleaded not guilty | to arson | deny
voted against | the toll | deny
asked | whether the dam would hold | ask
wanted to know | who paid | ask
wondered aloud | if anyone had read it | ask
said | “Who paid for the boat?” | ask
added | “Is that all?” she laughed | assert
said | ‘He asked me, “Why?”’ | assert
asked | the court to stay the order | demand
asked | for an inquiry | demand
asked | “What is to be done?” | ask
called for | calm | demand
called | for calm | demand
called on | parliament to act | demand
urged | voters to stay at home | demand
insisted on | a recount | demand
told … | to leave the stage | demand
vowed to | rebuild the pier | promise
has promised | lower fees | promise
agreed | to share the cost | promise
threatened | to close the mine | threaten
warned of consequences | if the talks failed | threaten
accused … of | hoarding grain | accuse
hit out at | the referee | accuse
criticised | the plan | accuse
criticized | the plan | accuse
lashed out at | her rival | accuse
praised | the crew | praise
paid tribute to | the miners | praise
endorsed | the tunnel | praise
thanked | the volunteers | praise
declined to comment | | refuse-to-comment
declined | to comment on the leak | refuse-to-comment
did not elaborate | | refuse-to-comment
did not immediately respond to | a request for comment | refuse-to-comment
would not say | when he had known | refuse-to-comment
could not immediately be reached | for comment | refuse-to-comment
neither confirmed nor denied | the sale | refuse-to-comment
said | he would not comment on the case | refuse-to-comment
said | “No comment.” | refuse-to-comment
said | it had no immediate comment | refuse-to-comment
didn’t answer | questions about the fund | refuse-to-comment
suggested | a second dike | suggest
floated | a tax on kites | suggest
hinted | that she might stand | suggest
has proposed | a joint patrol | suggest
would consider | longer hours | consider
is weighing | a ban | consider
toyed with the idea of | a coup | consider
"""

# A negator turns a cue round, or makes it nothing: what is left is what these say.
NEGATED = """
did not deny | that he had met them | assert
refused to deny | it | assert
did not rule out | a run | consider
refused to rule out | a run | consider
declined | to rule out a run | consider
would not exclude | a sale | consider
never promised | to keep it | assert
has never said | that it was safe | assert
could not say | whether it was safe | assert
did not endorse | the plan | deny
declined to endorse | the plan | deny
refused | to apologise | deny
no longer supports | the plan | deny
did not mention | the fire | assert
stopped short of accusing | the minister | assert
"""


def table(rows: str) -> list[tuple[str, str, str]]:
    cells = [[cell.strip() for cell in row.split("|")] for row in rows.strip("\n").split("\n")]
    return [(cue, content, wanted) for cue, content, wanted in cells]


@pytest.mark.parametrize(("cue", "content", "wanted"), table(CASES) + table(NEGATED))
def test_classify(cue: str, content: str, wanted: Act) -> None:
    assert act.classify(cue, content) == wanted


@pytest.mark.parametrize(
    ("cue", "wanted"),
    [
        ("declined to comment", True),
        ("did not elaborate", True),
        ("would not be drawn", True),
        ("could not be reached", True),
        ("said", False),
        ("denied", False),
        ("commented", False),
        ("", False),
    ],
)
def test_is_refusal_cue(cue: str, *, wanted: bool) -> None:
    assert act.is_refusal_cue(cue) is wanted


@pytest.mark.parametrize(
    "word", ["said", "Said", "tells", "according", "warning", "promised", "denied", "asks", "wrote"]
)
def test_speech_is_reporting(word: str) -> None:
    assert act.is_reporting(word)


@pytest.mark.parametrize("word", ["believes", "thinks", "hopes", "ran", "house", "in", "was", "", "considered"])
def test_belief_and_the_rest_are_not(word: str) -> None:
    assert not act.is_reporting(word)


def test_lexicon_is_well_formed() -> None:
    rows = data.table("acts", 5)
    patterns = [row[0] for row in rows]
    assert len(patterns) == len(set(patterns)), "a pattern stands twice"
    for pattern, does, negated, kind, _note in rows:
        assert {does, negated} <= set(get_args(Act)), pattern
        assert kind in ("s", "r", "a"), pattern
        assert pattern == pattern.lower().strip(), pattern
    assert {row[1] for row in rows} == set(get_args(Act)), "an act without a cue"


@pytest.mark.parametrize(("word", "reach", "silence"), [row[:3] for row in data.table("negators", 4)])
def test_negators_have_a_reach(word: str, reach: str, silence: str) -> None:
    assert word
    assert 1 <= int(reach) <= 5
    assert silence in ("yes", "no")


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("say", {"say", "says", "said", "saying"}),
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("admit", {"admit", "admits", "admitted", "admitting"}),
        ("urge", {"urge", "urges", "urged", "urging"}),
        ("signal", {"signaled", "signalled", "signaling", "signalling"}),
        ("mimic", {"mimicked"}),
        ("press", {"presses", "pressed"}),
    ],
)
def test_forms(base: str, forms: set[str]) -> None:
    assert forms <= set(data.forms(base))


@pytest.mark.parametrize("path", sorted(Path(data.__file__).parent.glob("*.tsv")), ids=lambda path: path.stem)
def test_every_list_can_be_read_and_has_no_doubles(path: Path) -> None:
    width = 2 if path.stem == "addressee_verbs" else 1  # one verb may have several frames
    entries = [row[:width] for row in data.rows(path.stem)]
    assert entries
    assert len(entries) == len(set(entries)), sorted({entry for entry in entries if entries.count(entry) > 1})
