"""The passages with speakers and days are sound, broad, and agree with the calendar."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from marked import MarkupError, slices
from spoken import EntityType, Spoken, SpokenPassage, load_spoken

PASSAGES = load_spoken()

# What the set must hold, by the words of its "covers" lines, and how often at least.
COVERED = {
    "pronoun": 12,
    "pronouns across paragraphs": 3,
    "two women in one story": 4,
    "two men": 3,
    "spokesman for a minister": 2,
    "surname shared by two people": 6,
    "a body that speaks": 4,
    "an unnamed official": 2,
    "unnamed": 4,
    "they for joint sources": 3,
    "nominals": 4,
    "titles and offices": 2,
    "a title before and after a change of office": 2,
    "possessive": 2,
    "quotes’ own I and we": 3,
    "quotes that carry on without a cue": 1,
    "relative dates over a month’s end": 2,
    "relative dates over a year’s end": 2,
    "leap day": 2,
    "weekday by tense": 2,
    "last month": 1,
    "earlier this week": 2,
    "on Monday in a piece published on a Monday": 1,
    "archive article read years later": 2,
    "no publication date": 2,
    "dateline older than the publication": 3,
    "interview published on a date": 2,
    "statement by post": 3,
    "letter dated": 2,
    "agencies quoting other outlets": 3,
    "woman with a male-looking name": 2,
    "names with particles": 2,
    "initials": 1,
    "hyphens": 2,
    "Asian name order with honorific": 2,
    "Spanish double surnames": 2,
    "Arabic al-names": 2,
    "a person first named by surname only and later in full": 2,
    "company executive": 3,
    "court": 3,
    "police": 2,
    "nested statement": 4,
    "speaker unknown": 3,
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = re.compile(r"\b(" + "|".join(_WEEKDAYS) + r")\b")


def parametrize_passages() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.id)


def extents_of(statement: Spoken) -> list[tuple[int, int]]:
    parts = statement.parts
    return [*parts.source, *parts.cue, *parts.content, *parts.venue, *parts.addressee]


def within_another(statement: Spoken, passage: SpokenPassage) -> bool:
    contents = [one for other in passage.statements if other is not statement for one in other.parts.content]
    return any(low <= start and end <= high for low, high in contents for start, end in statement.parts.cue)


def test_it_is_as_large_as_it_should_be() -> None:
    assert len(PASSAGES) >= 75
    assert len({passage.id for passage in PASSAGES}) == len(PASSAGES)
    assert sum(len(passage.statements) for passage in PASSAGES) >= 300


@pytest.mark.parametrize(("phenomenon", "least"), COVERED.items())
def test_it_covers(phenomenon: str, least: int) -> None:
    assert sum(any(phenomenon in word for word in passage.covers) for passage in PASSAGES) >= least


def test_every_kind_of_speaker_and_day_is_there() -> None:
    statements = [statement for passage in PASSAGES for statement in passage.statements]
    types = Counter(statement.speaker.type for statement in statements if statement.speaker)
    assert set(types) == set(get_args(EntityType))
    assert sum(statement.speaker is None for statement in statements) >= 5
    assert sum(statement.days is None for statement in statements) >= 20
    assert sum(bool(s.days and s.days[1] - s.days[0] > timedelta(days=1)) for s in statements) >= 5


@parametrize_passages()
def test_parts_lie_in_the_text_and_do_not_overlap(passage: SpokenPassage) -> None:
    for statement in passage.statements:
        for role in ("source", "cue", "content", "addressee", "venue"):
            extents = getattr(statement.parts, role)
            assert all(0 <= start < end <= len(passage.text) for start, end in extents)
            assert all(before[1] <= after[0] for before, after in pairwise(extents))
            assert all(text == text.strip() for text in slices(passage.text, extents)), role
        assert statement.parts.cue or statement.parts.content


@parametrize_passages()
def test_every_entity_speaks_and_is_in_the_text(passage: SpokenPassage) -> None:
    assert {statement.speaker.key for statement in passage.statements if statement.speaker} == {
        entity.key for entity in passage.entities
    }
    assert len({entity.name for entity in passage.entities}) == len(passage.entities)
    low = passage.text.casefold()
    for entity in passage.entities:
        if entity.type in ("unnamed", "place", "organisation"):
            assert entity.name.casefold() in low
        # "Her sister Nora", "Prime Ministers Erik Tamm of Norland and …": every part of the name, if not in one piece
        assert all(word.casefold() in low for word in entity.name.split())


@parametrize_passages()
def test_a_weekday_at_the_statement_is_its_day(passage: SpokenPassage) -> None:
    """Where the clause of a statement's own parts names one weekday, the day drawn on it falls on that weekday."""
    for statement in passage.statements:
        extents = extents_of(statement)
        if statement.days is None or not statement.parts.cue or within_another(statement, passage):
            continue
        start, end = min(one[0] for one in extents), max(one[1] for one in extents)
        # from the statement to the end of its sentence, and back to the sentence's beginning, without the content
        marks = (". ", "\n", "” ")
        begin = max((at + len(mark) for mark in marks if (at := passage.text.rfind(mark, 0, start)) >= 0), default=0)
        stop = min((at for at in (passage.text.find(mark, end) for mark in (".", "\n")) if at >= 0), default=end)
        outside = "".join(
            character
            for at, character in enumerate(passage.text[begin:stop], begin)
            if not any(low <= at < high for low, high in statement.parts.content)
        )
        named = set(_WEEKDAY.findall(outside))
        if len(named) == 1 and statement.days[1] - statement.days[0] == timedelta(days=1):
            assert _WEEKDAYS[statement.days[0].weekday()] in named, (statement.number, outside)


@parametrize_passages()
def test_days_do_not_come_before_their_time(passage: SpokenPassage) -> None:
    """A statement is reported after it was made, except where the passage announces one."""
    announced = {"weekday by tense", "interview to be published", "tomorrow"}
    if passage.published is None or announced & set(passage.covers):
        return
    for statement in passage.statements:
        assert statement.days is None or statement.days[0] <= passage.published


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("published: ?\n1: speaker = x | day = ?", r"statement 1: no entity @x"),
        ("published: ?\n@x: X | person | -\n1: speaker = x | day = ?", r"name \| type \| office or - \| country or -"),
        ("published: ?\n@x: X | animal | - | -\n1: speaker = x | day = ?", r"name \| type"),
        ("published: ?\n1: speaker = ? | day = tomorrow", r"tomorrow"),
        ("published: ?\n1: speaker = ? | day = 2031-03-04..2031-03-04", r"end before they begin"),
        ("published: ?\n2: speaker = ? | day = ?", r"statements in the header \[2\], on the text \[1\]"),
        ("published: soon\n1: speaker = ? | day = ?", r"soon"),
        ("1: speaker = ? | day = ?", r"published"),
        ("published: ?\n1: said", r"speaker = key or \?"),
        ("published: ?\nnothing", r"without colon"),
    ],
)
def test_malformed_passage_is_named(tmp_path: Path, header: str, message: str) -> None:
    path = tmp_path / "speakers.txt"
    path.write_text(f"=== broken\ncovers: nothing\n{header}\n\n[1:She] {{1:said}} <1:x>.\n", encoding="utf-8")
    with pytest.raises(MarkupError, match=rf"(?s)passage 'broken': .*{message}"):
        load_spoken(path)


def test_a_passage_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "speakers.txt"
    path.write_text(
        "=== one\ncovers: a, b\npublished: 2031-03-05\noutlet: Lessing Gazette\n@x: Ann Orm | person | mayor | -\n"
        "1: speaker = x | day = 2031-02-01..2031-03-01\n2: speaker = ? | day = 2031-03-04\n\n"
        "[1:Ann Orm] {1:said} <1:x>. {2:Asked} <2:why>, she left.\n",
        encoding="utf-8",
    )
    (passage,) = load_spoken(path)
    first, second = passage.statements
    assert (passage.covers, passage.published, passage.outlet) == (("a", "b"), date(2031, 3, 5), "Lessing Gazette")
    assert first.speaker == passage.entities[0]
    assert (first.speaker.name, first.speaker.type, first.speaker.office, first.speaker.country) == (
        *("Ann Orm", "person", "mayor"),
        None,
    )
    assert first.days == (date(2031, 2, 1), date(2031, 3, 1))
    assert (second.speaker, second.days) == (None, (date(2031, 3, 4), date(2031, 3, 5)))
    assert slices(passage.text, first.parts.source) == ("Ann Orm",)
