"""The evaluation of reading: its arithmetic, and its word when the pages are absent."""

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reading() -> Any:
    spec = importlib.util.spec_from_file_location("eval_reading", ROOT / "eval" / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = (ROOT / "tests" / "articles" / "page_bare.html").read_bytes()
    (tmp_path / "is_Tarn_2031_01_01.html.gz").write_bytes(gzip.compress(page))
    body = (
        ["Other words entirely."],
        ["TARN BAY the mayor of Tarn Bay, Hollis Wren, resigned on Wednesday after an audit"],
    )
    versions = {
        f"V{number}": {
            "body": {"summary": ["Qq zz."], "sections": [{"headline": [], "paragraphs": paragraphs}]},
            "publishing_date": "2023-06-14 18:05:00",
        }
        for number, paragraphs in enumerate(body)
    }
    (tmp_path / "is_Tarn.json").write_text(json.dumps(versions))
    return tmp_path


def test_best_version_counts(reading: Any, folder: Path) -> None:
    score = reading.score_pages(folder)
    assert (score["pages"], score["dates_right"], score["worst_page"]) == (1, 1, "is_Tarn_2031_01_01")
    assert 0.3 < score["mean_f1_strict"] < score["mean_f1"] < 0.5


@pytest.mark.parametrize(
    ("ours", "theirs", "score"),
    [("a b", "a b", 1.0), ("A b", "a", 2 / 3), ("a a", "a", 2 / 3), ("a", "b", 0.0), ("", "", 0.0)],
)
def test_word_f1(reading: Any, ours: str, theirs: str, score: float) -> None:
    assert reading.word_f1(ours, theirs) == pytest.approx(score)


def test_floors_and_absence(reading: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reading.main([str(folder), "--dates", "1"]) == 0
    assert reading.main([str(folder), "--mean", "0.9"]) == 1
    assert "UNDER THE FLOOR: mean F1 0.3" in capsys.readouterr().out
    assert reading.main([str(folder), "--ms", "0.0001"]) == 1
    assert reading.main([str(folder / "none")]) == 0
    assert "no such folder" in capsys.readouterr().out
