"""Who an article speaks of: short texts, read with the shipped model, or with the mentions drawn by hand.

With the model only what rules decide is asked for: names, sources, offices. Who is fictional says things; real offices
stand in sentences that report where their holders work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from marked import unmark
from records import MODEL
from sightings import Drawn, seen

import onrecord
from onrecord.compose import compose
from onrecord.entity.described import Described, described
from onrecord.kb.importing import import_files
from onrecord.model import Model
from onrecord.reader.dateline import dateline
from onrecord.statement import Found
from onrecord.types import Article, Entity, Record

PUBLISHED = "2031-04-02"


def read(model: Model, text: str, published: str | None = PUBLISHED) -> Record:
    return onrecord.read(Article("a1", text, published=published, dateline=dateline(text)), model=model)


def speakers(record: Record) -> list[tuple[str, str | None]]:
    """The words of each source, and who that is."""
    return [(one.source_text, one.speaker.name if one.speaker else None) for one in record.statements]


def entity(record: Record, name: str) -> Entity:
    (one,) = (one for one in record.entities if one.name == name)
    return one


def mentions(record: Record, name: str) -> list[str]:
    return [one.span.text for one in record.mentions if one.entity == entity(record, name).id]


SPEAKERS = [
    # a surname is the full name that stands elsewhere, before or after
    (
        "“We wait,” said Anna Lind. “It is late,” Lind said.",
        [("Anna Lind", "Anna Lind"), ("Lind", "Anna Lind")],
    ),
    (
        "“We wait,” Ms. Lind said.\n\nAnna Lind said the ferry was late.",
        [("Ms. Lind", "Anna Lind"), ("Anna Lind", "Anna Lind")],
    ),
    (
        "Transport Minister Anna Lind said the railway was shut. “It is late,” Lind said.",
        [("Transport Minister Anna Lind", "Anna Lind"), ("Lind", "Anna Lind")],
    ),
    # she is the one woman there, the minister the one introduced as such
    (
        "“We wait,” said Anna Lind. “It is late,” she said.",
        [("Anna Lind", "Anna Lind"), ("she", "Anna Lind")],
    ),
    (
        "Transport Minister Anna Lind said the railway was shut. “It is late,” the minister said.",
        [("Transport Minister Anna Lind", "Anna Lind"), ("the minister", "Anna Lind")],
    ),
    # a surname that two bear is neither of them
    (
        "Anna Lind said the ferry was late. Tom Lind said it was not. “We wait,” Lind said.",
        [("Anna Lind", "Anna Lind"), ("Tom Lind", "Tom Lind"), ("Lind", None)],
    ),
    # … but a title or a given name tells them apart
    (
        "Anna Lind said the ferry was late. Tom Lind said it was not. “We wait,” Mr. Lind said.",
        [("Anna Lind", "Anna Lind"), ("Tom Lind", "Tom Lind"), ("Mr. Lind", "Tom Lind")],
    ),
    # a body and its acronym
    (
        "The National Transport Agency said the steel was old. “Nobody is in danger,” the NTA said.",
        [("The National Transport Agency", "National Transport Agency"), ("the NTA", "National Transport Agency")],
    ),
    # two who speak as one are neither of them
    (
        "Erik Tamm met Ilse Maran on Monday. “We have an accord,” Erik Tamm and Ilse Maran said.",
        [("Erik Tamm and Ilse Maran", "Erik Tamm and Ilse Maran")],
    ),
    # whoever is not named is called as the article calls them
    (
        "Two officials said the ferry was late.",
        [("Two officials", "Two officials")],
    ),
    (
        "A spokesman for Osk Ferries said the boats were safe.",
        [("A spokesman for Osk Ferries", "spokesman for Osk Ferries")],
    ),
]


@pytest.mark.parametrize(("text", "said"), SPEAKERS)
def test_speakers(model: Model, text: str, said: list[tuple[str, str | None]]) -> None:
    assert speakers(read(model, text)) == said


@pytest.mark.parametrize(("text", "said"), SPEAKERS)
def test_what_holds_of_every_cast(model: Model, text: str, said: list[tuple[str, str | None]]) -> None:
    record = read(model, text)
    held = {one.id: one for one in record.entities}
    assert len(held) == len(record.entities)
    for mention in record.mentions:
        assert mention.entity in held
        assert text[mention.span.start : mention.span.end] == mention.span.text
    assert {mention.entity for mention in record.mentions} == set(held)
    for statement in record.statements:
        if statement.speaker is not None:
            assert held[statement.speaker.entity].name == statement.speaker.name
            evidence = statement.speaker.evidence
            assert text[evidence.start : evidence.end] == evidence.text
    one_name = [statement.speaker for statement in record.statements if statement.speaker]
    assert len({speaker.entity for speaker in one_name}) == len({speaker.name for speaker in one_name})


def test_who_is_quoted_is_i(model: Model) -> None:
    record = read(model, "Nora Falk left. “I have asked to see the papers,” said Anna Lind. “I wait.”")
    assert mentions(record, "Anna Lind").count("I") == 2


def test_joint_speakers_are_a_group_and_its_members_stay_apart(model: Model) -> None:
    record = read(model, SPEAKERS[8][0])
    (statement,) = record.statements
    assert statement.speaker is not None
    assert [one.type for one in record.entities if one.id == statement.speaker.entity] == ["group"]
    assert entity(record, "Erik Tamm").type == entity(record, "Ilse Maran").type == "person"


# --- mentions drawn by hand ----------------------------------------------------------------------------------------


def composed(
    marked: str,
    drawn: Iterable[Drawn],
    back: Mapping[int, int] | None = None,
    published: str | None = PUBLISHED,
) -> Record:
    """The record of statements drawn on the text, and of mentions drawn beside it."""
    text, gold = unmark(marked)
    found = [Found(one.source, one.cue, one.content, 0.9, 0.9, 0.9) for one in gold.values()]
    article = Article("a1", text, published=published, dateline=dateline(text))
    return compose(article, found, seen(text, list(drawn), back), lambda _: 0.5, MODEL)


def cast(record: Record) -> dict[str, list[str]]:
    """The mentions of each entity, by its name."""
    return {one.name: [m.span.text for m in record.mentions if m.entity == one.id] for one in record.entities}


def test_names_are_joined_without_the_model() -> None:
    record = composed(
        "Anna Lind met Osk Ferries. Ms. Lind left. Osk Ferries waited for Lind.",
        [
            ("Anna Lind", "person"), ("Osk Ferries", "organization"), ("Ms. Lind", "person"),
            ("Osk Ferries", "organization", 2), ("Lind", "person", 3),
        ],
    )  # fmt: skip
    assert cast(record) == {"Anna Lind": ["Anna Lind", "Ms. Lind", "Lind"], "Osk Ferries": ["Osk Ferries"] * 2}


def test_a_part_of_a_name_is_who_bears_it() -> None:
    record = composed(
        "Per Hallam left. Hallam slept.",
        [("Per Hallam", "person"), ("Hallam", "organization"), ("Hallam", "person", 2)],
    )
    assert cast(record) == {"Per Hallam": ["Per Hallam", "Hallam", "Hallam"]}


def test_acronyms_are_joined_without_the_model() -> None:
    record = composed(
        "The National Transport Agency met the NTB. The NTA left.",
        [("The National Transport Agency", "organization"), ("the NTB", "organization"), ("The NTA", "organization")],
    )
    assert cast(record) == {
        "National Transport Agency": ["The National Transport Agency", "The NTA"],
        "NTB": ["the NTB"],
    }


def test_the_models_links_are_followed() -> None:
    drawn: list[Drawn] = [("Anna Lind", "person"), ("the viaduct", "place"), ("her", "person"), ("The chair", "person")]
    text = "Anna Lind left the viaduct with her boat. The chair slept."
    assert cast(composed(text, drawn, {2: 0, 3: 2})) == {"Anna Lind": ["Anna Lind", "her", "The chair"]}
    assert cast(composed(text, drawn)) == {"Anna Lind": ["Anna Lind"], "chair": ["The chair"]}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Anna Lind met Nora Falk.", [("Anna Lind", "person"), ("Nora Falk", "person")]),  # two names
        ("Anna Lind slept. He left.", [("Anna Lind", "person"), ("He", "person")]),  # two genders
        ("Anna Lind met Osk Ferries.", [("Anna Lind", "person"), ("Osk Ferries", "organization")]),
        ("The board met a second official.", [("The board", "organization"), ("a second official", "person")]),  # new
    ],
)
def test_a_link_against_what_is_known_is_passed_over(text: str, drawn: list[Drawn]) -> None:
    record = composed(text, drawn, {1: 0})
    assert len({mention.entity for mention in record.mentions}) == len(record.mentions)


def test_we_within_a_quotation_is_who_speaks() -> None:
    record = composed(
        "Nora Falk left. <“We wait,”> {said} [Anna Lind].",
        [("Nora Falk", "person"), ("We", "person"), ("Anna Lind", "person")],
        {1: 0},  # whatever the model thinks
    )
    assert cast(record)["Anna Lind"] == ["We", "Anna Lind"]


def test_a_speaker_whom_the_model_takes_for_no_mention_is_an_entity_all_the_same() -> None:
    record = composed("<“It is late,”> {said} [Anna Lind].", [])
    assert cast(record) == {"Anna Lind": ["Anna Lind"]}
    assert record.statements[0].speaker is not None


def test_addressees_and_venues_are_entities_where_they_are_mentioned() -> None:
    record = composed(
        "[Anna Lind] {told} Osk Ferries in an interview <that it was late>.",
        [("Anna Lind", "person"), ("Osk Ferries", "organization")],
    )
    (statement,) = record.statements
    assert [(party.span.text, party.entity) for party in statement.addressee] == [("Osk Ferries", "e2")]
    assert [(party.span.text, party.entity) for party in statement.venue] == [("an interview", None)]


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("the transport minister of Norland", Described("transport minister", "Norland")),
        ("Norland’s transport minister", Described("transport minister", "Norland")),
        ("Norland Foreign Minister", Described("Foreign Minister", "Norland")),
        ("a spokesman for Osk Ferries", Described("spokesman", "Osk Ferries")),
        ("the former mayor of Easthaven", Described("mayor", "Easthaven", former=True)),
        ("the mayor", Described("mayor", "")),
        ("mayor of Easthaven, who left", Described("mayor", "Easthaven")),
        ("the boats of Easthaven", None),
        ("Anna Lind", None),
        pytest.param(
            "Two officials",
            Described("officials", ""),
        ),
        pytest.param(
            "the mayor of Easthaven. Her brother left.",
            Described("mayor", "Easthaven"),
        ),
        pytest.param(
            "the mayor of Easthaven.",
            Described("mayor", "Easthaven"),
        ),
        pytest.param(
            "who keeps the island’s grocery. Her neighbour, the retired pilot",
            None,
        ),
        pytest.param(
            "and Carrow’s president, Ilse Maran",
            Described("president", "Carrow"),
        ),
    ],
)
def test_what_the_article_calls_somebody(phrase: str, told: Described | None) -> None:
    assert described(phrase) == told


# --- and the world -------------------------------------------------------------------------------------------------

WORK = (
    "The U.S. president works in Washington. Germany’s chancellor works in Berlin. "
    "The French foreign minister works in Paris."
)
HOLDERS: list[Drawn] = [
    ("The U.S. president", "person"), ("Germany’s chancellor", "person"), ("The French foreign minister", "person"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("published", "qids"),
    [
        ("2024-11-15", ["Q6279", "Q61053", "Q30339198"]),
        ("2016-05-05", ["Q76", "Q567", "Q7711"]),
        ("2024", [None, None, None]),  # no day: nobody is linked
        (None, [None, None, None]),
    ],
)
def test_real_offices_are_their_holders_of_that_day(published: str | None, qids: list[str | None]) -> None:
    record = composed(WORK, HOLDERS, published=published)
    assert [one.qid for one in record.entities] == qids
    assert record.statements == ()
    if qids[0] is None:
        assert [one.name for one in record.entities] == [
            "U.S. president", "Germany’s chancellor", "French foreign minister",
        ]  # fmt: skip


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(
            "2016-05-05",
        ),
        None,
    ],
)
def test_the_country_of_an_office_is_a_code(published: str | None) -> None:
    record = composed(WORK, HOLDERS, published=published)
    assert [(one.organisation, one.country) for one in record.entities] == [(None, "US"), (None, "DE"), (None, "FR")]


@pytest.mark.parametrize(("published", "qids"), [("2024-11-15", {"Q6279", "Q61053"}), ("2016-05-05", {"Q76", "Q567"})])
def test_real_offices_through_the_model(model: Model, published: str, qids: set[str]) -> None:
    record = read(model, WORK, published)
    assert qids <= {one.qid for one in record.entities}
    assert record.statements == ()


@pytest.mark.parametrize(
    "text",
    [
        "The prime minister works in Velmark.",  # of what?
        "The prime minister of Norland works in Velmark.",  # of no state that is known
        "Norland’s prime minister works in Velmark.",
        "The former prime minister of Norland works in Velmark.",
    ],
)
def test_fictional_offices_are_not_linked(model: Model, text: str) -> None:
    for record in (composed(text, [(text.split(" works")[0], "person")]), read(model, text, "2024-11-15")):
        assert {one.qid for one in record.entities} == {None}
        assert {one.country for one in record.entities} <= {None, "Norland"}


@pytest.mark.parametrize(
    "office", ["The former U.S. president", "The incoming U.S. president", "A U.S. official", "The U.S. governors"]
)
def test_other_offices_are_not_the_holders(office: str) -> None:
    record = composed(f"{office} works in Washington.", [(office, "person")], published="2024-11-15")
    assert [one.qid for one in record.entities] == [None]


@pytest.mark.parametrize(
    ("published", "qid"),
    [
        ("2025-01-19", "Q6279"),
        ("2025-01-20", "Q22686"),  # on the day of the handover: who comes
        ("2040-01-20", None),  # after what any source tells
    ],
)
def test_who_holds_an_office_on_the_day_it_changes_hands(published: str, qid: str | None) -> None:
    record = composed(WORK, HOLDERS[:1], published=published)
    assert [one.qid for one in record.entities] == [qid]


@pytest.fixture
def newer_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fictional holders of offices in 2031: Cleo Marsh of two, and two of one."""
    rows = [
        ("Cleo Marsh", "Q999000001", "Prime Minister"),
        ("Cleo Marsh", "Q999000001", "Minister of Foreign Affairs"),
        ("Ada Ferrin", "Q999000002", "President"),
        ("Bo Castell", "Q999000003", "President"),
    ]
    lists = tmp_path / "holders.csv"
    lines = [f"{person},{qid},{office},SM,2031-01-01,2031-12-31" for person, qid, office in rows]
    lists.write_text("\n".join(["person,qid,office,place,start,as_of", *lines]) + "\n", encoding="utf-8")
    folder = tmp_path / "kb"
    assert import_files([lists], folder).refused == ()
    monkeypatch.setenv("ONRECORD_KB", str(folder))


STATE = "Sammarinese"


@pytest.mark.usefixtures("newer_facts")
@pytest.mark.parametrize(
    ("words", "qid", "office"),
    [
        ("San Marino’s prime minister", "Q999000001", "Prime Minister"),
        # a person with two offices: of both the higher one, whichever it was that named her
        ("San Marino’s foreign minister", "Q999000001", "Prime Minister"),
        ("Cleo Marsh", "Q999000001", "Prime Minister"),
        ("San Marino’s president", None, "president"),  # an office with two holders: neither
        ("Ada Ferrin", "Q999000002", "President"),
        ("Cleo Falk", None, None),
    ],
)
def test_two_offices_and_two_holders(words: str, qid: str | None, office: str | None) -> None:
    record = composed(f"{words} works in the old palace.\n\nSammarinese do.", [(words, "person"), (STATE, "person")])
    assert [(one.qid, one.office) for one in record.entities if one.name != STATE] == [(qid, office)]


@pytest.mark.usefixtures("newer_facts")
def test_a_name_that_nothing_bears_out_is_not_linked() -> None:
    record = composed("Ada Ferrin works in the old palace.", [("Ada Ferrin", "person")])
    assert [(one.qid, one.office) for one in record.entities] == [(None, None)]


@pytest.mark.usefixtures("newer_facts")
@pytest.mark.parametrize("published", [PUBLISHED, "2024-11-15", None])
def test_a_namesake_is_not_linked(published: str | None) -> None:
    record = composed("Cleo Marsh, a fisherman, lives on the quay.", [("Cleo Marsh", "person")], published=published)
    assert [one.qid for one in record.entities] == [None]


@pytest.mark.usefixtures("newer_facts")
def test_one_person_by_name_and_by_office_is_one_entity() -> None:
    text = "San Marino’s prime minister works in the old palace. Cleo Marsh lives there."
    record = composed(text, [("San Marino’s prime minister", "person"), ("Cleo Marsh", "person")])
    assert [(one.qid, len(record.mentions)) for one in record.entities] == [("Q999000001", 2)]
