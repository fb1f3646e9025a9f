"""Attributions → statements. Attributions are drawn on the text; ``compose`` makes the statements, no mention seen.

The same number is one attribution; in a statement within another, ``outer`` says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from marked import unmark
from records import MODEL
from sightings import seen

from onrecord.compose import compose
from onrecord.quotation import quotations
from onrecord.statement import Found, admissible, arrange, features, inner_passages, kind_of
from onrecord.types import Article, Span, Statement


def found(marked: str, outer: Mapping[int, int] | None = None) -> tuple[str, list[Found]]:
    """The text, and an attribution for each number drawn on it; ``outer``: number → number it lies within."""
    text, gold = unmark(marked)
    rows = [
        Found(parts.source, parts.cue, parts.content, 0.9, 0.9, 0.9, (outer or {}).get(number, 0) - 1)
        for number, parts in gold.items()
    ]
    return text, rows


def statements(marked: str, outer: Mapping[int, int] | None = None, dateline: str = "") -> tuple[Statement, ...]:
    text, rows = found(marked, outer)
    head = Span.of(text, 0, len(dateline)) if dateline else None
    return compose(Article("a1", text, dateline=head), rows, seen(text, []), lambda _: 0.5, MODEL).statements


def contents(made: tuple[Statement, ...]) -> list[list[str]]:
    return [[part.text for part in one.content] for one in made]


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("[Lind] {said}: <“The quay is shut.”>", "direct"),
        ("[Lind] {said} <the quay is shut>.", "indirect"),
        ("[Lind] {called} <the quay “a wall of ice”>.", "mixed"),
        ("<“The quay,”> [Lind] {said}, <“is shut.”>", "direct"),
        ("<“The quay is shut,”> [Lind] {said}, <and it was late>.", "mixed"),
        ("<“The quay is shut>,” [Lind] {said}.", "direct"),  # marks do not count, words do
        ("[Lind] {said}: <‘The quay is shut.’>", "direct"),
        ("[Lind] {said}: <“The quay is shut.>\n\nThe board met.", "direct"),  # never closed
        ("[Lind] {said} <the quay’s gate isn’t shut>.", "indirect"),
        ("[Lind] {said} <…>.", "indirect"),  # no words at all
    ],
)
def test_kind_of(marked: str, kind: str) -> None:
    text, (one,) = found(marked)
    assert kind_of(text, one.content, quotations(text)) == kind


def test_fields_are_what_was_drawn() -> None:
    (one,) = statements("<“The quay is shut,”> [Mara Lind] {told} reporters, <“and so is the port.”>")
    assert (one.id, one.kind, one.act, one.parent, one.confidence) == ("s1", "direct", "assert", None, 0.5)
    assert (one.source_text, one.cue_text) == ("Mara Lind", "told")
    assert one.content_text == "“The quay is shut,” … “and so is the port.”"
    assert [part.span.text for part in one.addressee] == ["reporters"]
    assert one.speaker is not None
    assert (one.speaker.name, one.speaker.evidence) == ("Mara Lind", one.source[0])


def test_confidence_is_rated_from_the_features() -> None:
    text, (one,) = found("[Lind] {called} <the quay “a wall”>.")
    rated: list[tuple[float, ...]] = []
    (made,) = arrange(Article("a1", text), [one], lambda row: rated.append(row) or 0.25)  # type: ignore[func-returns-value]
    assert made.confidence == 0.25
    assert rated == [features(one, "mixed")]


def test_features_stay_finite_and_grow_with_each_probability() -> None:
    _, (one,) = found("[Lind] {said} <the quay is shut>.")
    for name in ("edges", "tied", "sourced"):
        low, middle, high = (sum(features(replace(one, **{name: p}), "direct")) for p in (0.0, 0.5, 1.0))
        assert -100 < low < middle < high < 100
    assert features(replace(one, source=()), "direct") != features(one, "direct")


# --- quotations over paragraphs ----------------------------------------------------------------------------------


def test_an_open_quotation_goes_on_in_the_next_paragraphs() -> None:
    made = statements("[Lind] {said}: <“The quay is shut.>\n\n“The port is shut.\n\n“We wait.” She left.")
    assert contents(made) == [["“The quay is shut.", "“The port is shut.", "“We wait.”"]]
    assert made[0].kind == "direct"


def test_a_quoted_paragraph_without_a_cue_has_the_source_before_it() -> None:
    made = statements("<“The quay is shut,”> {said} [Mara Lind].\n\n“We wait for the boats.”\n\n“And for the tide.”")
    assert contents(made) == [["“The quay is shut,”"], ["“We wait for the boats.”"], ["“And for the tide.”"]]
    assert [(one.id, one.source_text, one.cue) for one in made[1:]] == [
        ("s2", "Mara Lind", ()),
        ("s3", "Mara Lind", ()),
    ]
    assert {one.speaker.name for one in made if one.speaker} == {"Mara Lind"}


@pytest.mark.parametrize("end", ["", "”"])
def test_who_is_quoted_goes_on_and_not_whom_they_quoted(end: str) -> None:
    made = statements(
        f"[1:Lind] {{1:said}}: <1:“[2:The mayor] {{2:told}} us <2:that the boats were safe.>{end}>\n\n“We wait.”",
        outer={2: 1},
    )
    going_on = next(one for one in made if one.content[-1].text == "“We wait.”")
    assert (going_on.source_text, going_on.parent) == ("Lind", None)


@pytest.mark.parametrize(
    "after",
    [
        "“We wait,” nobody knows who wrote.",  # does not fill its paragraph
        "The “quiet” port.",  # does not open it
        "Fog came.\n\n“We wait for the boats.”",  # a paragraph lies between
        "“We wait for the boats.",  # never closed
    ],
)
def test_what_is_not_carried_on(after: str) -> None:
    assert len(statements(f"<“The quay is shut,”> {{said}} [Mara Lind].\n\n{after}")) == 1


def test_nothing_is_carried_on_from_words_that_were_not_quoted() -> None:
    assert len(statements("[Mara Lind] {said} <the quay was shut>.\n\n“We wait for the boats.”")) == 1


def test_what_the_tagger_found_already_is_not_added_again() -> None:
    made = statements("<1:“The quay is shut,”> {1:said} [1:Mara Lind].\n\n<2:“We wait,”> {2:said} [2:Tom Orm].")
    assert [(one.source_text, one.content_text) for one in made] == [
        ("Mara Lind", "“The quay is shut,”"),
        ("Tom Orm", "“We wait,”"),
    ]


def test_a_paragraph_tied_to_the_cue_before_it_is_a_statement_of_its_own() -> None:
    made = statements("<“The quay is shut,”> {said} [Mara Lind].\n\n<“We wait for the boats.”>")
    assert contents(made) == [["“The quay is shut,”"], ["“We wait for the boats.”"]]
    assert [one.cue_text for one in made] == ["said", ""]
    assert [one.source_text for one in made] == ["Mara Lind"] * 2


def test_a_paragraph_tied_to_an_open_quotation_stays_with_it() -> None:
    made = statements("[Mara Lind] {said}: <“The quay is shut.>\n\n<“We wait for the boats.”>")
    assert contents(made) == [["“The quay is shut.", "“We wait for the boats.”"]]


def test_what_lies_within_a_parted_paragraph_has_that_as_its_parent() -> None:
    made = statements(
        "<1:“We waited,”> {1:said} [1:Mara Lind].\n\n<1:“[2:The mayor] {2:told} us <2:that the boats were safe>.”>",
        outer={2: 1},
    )
    assert [(one.id, one.content_text, one.parent) for one in made] == [
        ("s1", "“We waited,”", None),
        ("s2", "“The mayor told us that the boats were safe.”", None),
        ("s3", "that the boats were safe", "s2"),
    ]


# --- parts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        ("[Lind] {said} <the quay> <is shut>.", ["the quay is shut"]),
        ("[Lind] {said} <the quay><, shut>.", ["the quay, shut"]),
        ("[Lind] {said} <the quay>, <shut>.", ["the quay", "shut"]),
        ("[Lind] {said} <“The quay is shut.>\n\n<“The port too.”>", ["“The quay is shut.", "“The port too.”"]),
    ],
)
def test_contents_that_touch_are_one(marked: str, parts: list[str]) -> None:
    assert contents(statements(marked)) == [parts]


def test_the_dateline_is_no_part_of_a_statement() -> None:
    made = statements("[NORTHREACH, April 2 — Mara Lind] {said} <the quay was shut>.", dateline="NORTHREACH, April 2")
    assert [one.source_text for one in made] == ["Mara Lind"]
    made = statements("<NORTHREACH — The quay is shut>, [Mara Lind] {said}.", dateline="NORTHREACH")
    assert contents(made) == [["The quay is shut"]]


def test_a_statement_that_the_dateline_swallows_is_none() -> None:
    assert statements("<NORTHREACH> — The quay is shut.", dateline="NORTHREACH") == ()


# --- order, ids, parents -----------------------------------------------------------------------------------------


def test_ids_number_the_statements_in_the_order_of_the_text() -> None:
    made = statements(
        "<3:The quay is shut>, {3:said} [3:Tom Orm]. [1:Mara Lind] {1:said} <1:the port was open>. "
        "{2:According to} [2:the board], <2:both are shut>."
    )
    assert [(one.id, one.source_text) for one in made] == [("s1", "Tom Orm"), ("s2", "Mara Lind"), ("s3", "the board")]


def test_statements_that_share_a_source_stand_in_the_order_of_what_was_said() -> None:
    made = statements(
        "[1,2:Mara Lind] {1:said} <1:the quay was shut> and {2:promised} <2:to open it before the winter>."
    )
    assert [one.cue_text for one in made] == ["said", "promised"]


def test_an_inner_statement_follows_the_one_it_lies_within() -> None:
    marked = "[1:Lind] {1:said} <1:[2:the mayor] {2:denied} <2:that the quay was shut>>."
    made = statements(marked, outer={2: 1})
    assert [(one.id, one.source_text, one.parent) for one in made] == [("s1", "Lind", None), ("s2", "the mayor", "s1")]
    # An outer statement with the same beginning comes first too.
    made = statements("<1:[2:The mayor] {2:denied} <2:that it was shut>>, {1:said} [1:Lind].", outer={2: 1})
    assert [(one.id, one.parent) for one in made] == [("s1", None), ("s2", "s1")]


def test_nothing_found_is_nothing_said() -> None:
    assert statements("The quay is shut.") == ()
    assert statements("“The quay is shut.”") == ()


# --- statements within statements --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "passages"),
    [
        ("[Lind] {said} <the mayor had denied that the quay was shut>.", 1),
        ("[Lind] {said} <the quay was shut for the whole winter>.", 0),  # reports no speech
        ("[Lind] {said} <he said so>.", 0),  # too short to hold one
        ("<“The mayor said the quay was shut,”> {said} [Lind], <“and the board said it was not.”>", 2),
    ],
)
def test_inner_passages(marked: str, passages: int) -> None:
    text, rows = found(marked)
    made = inner_passages(text, rows)
    assert len(made) == passages
    for (index, (start, end)), part in zip(made, rows[0].content, strict=False):
        assert index == 0
        assert part[0] <= start < end <= part[1]
        assert text[start:end].strip("“”,.") == text[slice(*part)].strip("“”,.")


INNER = "[1:Lind] {1:said} <1:[2:the mayor] {2:denied} <2:that the quay was shut>>."


def test_admissible() -> None:
    text, (outer, inner) = found(INNER)
    assert admissible(text, inner, outer)


@pytest.mark.parametrize(
    "change",
    [
        {"source": ()},
        {"cue": ()},
        {"content": ()},
        {"edges": 0.3},  # 0.3 · 0.9 · 0.9 is under the floor of 0.3
        {"tied": 0.3},
        {"sourced": 0.3},
    ],
)
def test_inadmissible(change: dict[str, object]) -> None:
    text, (outer, inner) = found(INNER)
    assert not admissible(text, replace(inner, **change), outer)  # type: ignore[arg-type]


def test_inadmissible_with_a_cue_of_no_speech_or_the_content_of_the_outer_one() -> None:
    text, (outer, inner) = found("[1:Lind] {1:said} <1:[2:the mayor] {2:painted} <2:the quay>>.")
    assert not admissible(text, inner, outer)
    text, (outer, inner) = found(INNER)
    assert not admissible(text, replace(inner, content=outer.content), outer)


# --- refusals ----------------------------------------------------------------------------------------------------


def test_a_refusal_is_a_statement_that_may_have_no_content() -> None:
    (one,) = statements("Mara Lind did not elaborate.")
    assert (one.source_text, one.cue_text, one.content) == ("Mara Lind", "did not elaborate", ())
    assert (one.kind, one.act) == ("indirect", "refuse-to-comment")


def test_a_refusal_that_leans_has_the_source_of_its_sentence() -> None:
    made = statements("[Mara Lind] {said} <the quay was shut> but did not elaborate.")
    assert [(one.source_text, one.act) for one in made] == [("Mara Lind", "assert"), ("Mara Lind", "refuse-to-comment")]
    made = statements("[Mara Lind] {said} <the quay was shut>. But did not elaborate.")
    assert made[1].source == ()


def test_a_refusal_that_the_tagger_found_is_not_added_again() -> None:
    made = statements("[Mara Lind] {declined} <to comment on the fares>.")
    assert [(one.id, one.content_text) for one in made] == [("s1", "to comment on the fares")]


def test_a_refusal_within_a_quotation_is_none() -> None:
    assert len(statements("<“The board did not elaborate,”> {said} [Mara Lind].")) == 1
