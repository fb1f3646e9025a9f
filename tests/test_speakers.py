"""Who speaks and on which day, over the fictional passages of ``gold/speakers.txt`` with the shipped model."""

from __future__ import annotations

import pytest
from spoken import load_spoken
from test_pipeline import check

from eval import speakers
from eval.speakers import Judged
from onrecord.model import Model

# Three points below what was measured when this was written (0.917, 0.923, 0.957, 0.852; held out 0.848, 0.928, 0.945,
# 0.828), so that no single passage decides; eval/floors.json holds the figures themselves. Of those answered the share
# that is right comes first: a wrong speaker does more harm than none.
FLOORS = {
    "spoken_speaker_right": 0.887,
    "spoken_speaker_answered": 0.892,
    "spoken_day_right": 0.927,
    "spoken_day_answered": 0.822,
    "spoken_held_out_speaker_right": 0.818,
    "spoken_held_out_speaker_answered": 0.897,
    "spoken_held_out_day_right": 0.915,
    "spoken_held_out_day_answered": 0.798,
}


@pytest.fixture(scope="module")
def judged(model: Model) -> list[Judged]:
    return speakers.judge(model)


@pytest.fixture(scope="module")
def figures(judged: list[Judged]) -> dict[str, float]:
    _, apart = speakers.held_out(judged)
    named = {f"spoken_{name}": share for name, share in speakers.rates(judged).items()}
    return named | {f"spoken_held_out_{name}": share for name, share in speakers.rates(apart).items()}


@pytest.mark.parametrize("figure", FLOORS)
def test_the_passages_reach_their_floor(figure: str, figures: dict[str, float]) -> None:
    assert figures[figure] >= FLOORS[figure]


def test_every_figure_has_a_floor(figures: dict[str, float]) -> None:
    assert set(figures) == set(FLOORS)


def test_every_drawn_statement_is_judged_and_every_record_is_sound(judged: list[Judged]) -> None:
    passages = load_spoken()
    assert len(judged) == sum(len(passage.statements) for passage in passages)
    for record in {one.passage.id: one.record for one in judged}.values():
        check(record)


def test_nobody_real_speaks(judged: list[Judged]) -> None:
    # Who says something in a passage is fictional; a Wikidata item would put its words into a real mouth.
    speaking = [one.found.speaker for one in judged if one.found is not None and one.found.speaker is not None]
    assert [speaker.name for speaker in speaking if speaker.qid] == []


def test_without_a_publication_date_only_a_complete_date_tells_a_day(judged: list[Judged]) -> None:
    undated = [one for one in judged if one.passage.published is None and one.record.article.dateline is None]
    assert undated
    for one in undated:
        whens = {when.id: when for when in one.record.whens}
        if one.found is not None and one.found.said_on is not None:
            assert whens[one.found.said_on.when or ""].anchor not in ("published", "dateline"), one.passage.id
        assert any("no publication date" in note for note in one.record.notes)


def test_the_fifth_that_is_held_out(judged: list[Judged]) -> None:
    kept, apart = speakers.held_out(judged)
    assert len(kept) + len(apart) == len(judged)
    ids = list(dict.fromkeys(one.passage.id for one in judged))
    assert {one.passage.id for one in apart} == set(ids[4::5])
    assert not {one.passage.id for one in kept} & set(ids[4::5])


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("officials", "two officials in Norhaven", True),
        ("The company", "the company", True),
        ("the harbour board", "harbour board", True),
        ("officials", "the official", False),
        ("Osk", "Oskar", False),
        ("board", "chair", False),
    ],
)
def test_same_phrase(a: str, b: str, same: bool) -> None:
    assert speakers.same_phrase(a, b) is speakers.same_phrase(b, a) is same
