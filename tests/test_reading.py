from __future__ import annotations

from pathlib import Path

import pytest

import onrecord
from onrecord.errors import BadLine, NotFound, OnRecordError
from onrecord.types import Article, Record

TEXT = "“The boats are safe,” said Mara Lindqvist. The board of the harbour met on Tuesday to hear what she had to say."

pytestmark = pytest.mark.usefixtures("rule_engine")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_read(story: Path) -> None:
    record = onrecord.read(story)
    assert record.statements[0].content_text == "“The boats are safe,”"


def test_what_is_said_in_full_wins_over_given(story: Path) -> None:
    given = onrecord.Given(published="2030", url="https://a.example", outlet="Northreach Courier")
    article = onrecord.read(story, published="2031-04-02", given=given).article
    assert (article.published, article.url, article.outlet) == ("2031-04-02", "https://a.example", "Northreach Courier")


def test_read_an_article_in_hand() -> None:
    assert onrecord.read(Article(id="a", text=TEXT)).article.id == "a"


def test_many_in_order_with_each_error_in_its_place(tmp_path: Path) -> None:
    def outcome(result: Record | OnRecordError) -> str:
        return result.article.id if isinstance(result, Record) else result.datum

    # E: an error; the pipeline reads ahead in fours, so errors stand before, inside and after its batches.
    order = ["E0", "a1", "a2", "E3", "E4", "a5", "a6", "a7", "a8", "E9", "a10", "E11"]
    sources = [BadLine(name, "broken") if name[0] == "E" else Article(id=name, text=TEXT) for name in order]
    assert [outcome(result) for result in onrecord.read_many(sources)] == order


@pytest.mark.parametrize("bad", [1, 5])
def test_many_that_all_fail_need_no_model(bad: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("onrecord.reading._model", lambda: pytest.fail("the model was loaded"))
    results = list(onrecord.read_many([tmp_path / "missing.txt"] * bad))
    assert [type(result) for result in results] == [NotFound] * bad


def test_many_of_nothing() -> None:
    assert list(onrecord.read_many([])) == []
