"""The bench runs, over the samples, and says what it must; its figures are not judged here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from bench import __main__ as bench
from bench import corpus, onnx_wire, timing
from onrecord.model.infer import WEIGHTS


def test_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    articles, out = tmp_path / "articles.jsonl", tmp_path / "figures.json"
    articles.write_text("".join(json.dumps({"text": text}) + "\n" for text in corpus.samples(4)), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--articles", str(articles), "--json", str(out)])
    bench.main()
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert set(figures) == {
        *("corpus", "model", "throughput", "stages", "network", "fp32", "growth"),
        *("peak_memory", "cold_start", "installed_size"),
    }
    assert figures["corpus"]["articles"] == 4
    assert figures["throughput"]["words_per_second_1"] > figures["throughput"]["articles_per_second_1"] > 0
    assert set(figures["stages"]) == {"reading", "windows", "network", "decode", "mentions", "assembly", "inner pass"}
    assert sum(figures["stages"].values()) == pytest.approx(1)
    assert min(figures["stages"].values()) >= 0
    assert figures["network"]["fraction_of_ceiling"] > 0
    assert figures["fp32"] is None
    for grown in figures["growth"].values():
        assert [row["times"] for row in grown["table"]] == [1, 2, 4]
        assert grown["exponent"] > 0
    memory = figures["peak_memory"]
    assert 5e6 < memory["import"] < memory["one_article"]
    assert figures["cold_start"]["seconds"] > 0
    assert {"onrecord", "onnxruntime", "trafilatura", "numpy"} <= set(figures["installed_size"])
    assert not {"pytest", "mypy", "hypothesis"} & set(figures["installed_size"])
    printed = capsys.readouterr().out
    for said in ("words/s", "int8 GOPS", "cold start", "peak memory", "installed", "exponent", "skipped, no --fp32"):
        assert said in printed


def test_the_samples_stand_in_and_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(corpus, "ARTICLES", tmp_path / "none.gz")
    read = corpus.corpus(None, 9)
    assert len(read.texts) == 9
    assert "samples" in read.name
    assert read.texts[0] == read.texts[len(set(read.texts))]


def test_of_words() -> None:
    texts = ("one two\n\nthree", "four")
    assert corpus.of_words(texts, 3) == "one two\n\nthree"
    assert corpus.of_words(texts, 6) == "one two\n\nthree\n\nfour\n\none two"


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
def test_exponent(power: float) -> None:
    sizes = [1, 2, 4, 8]
    assert timing.exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


def test_turns_are_taken_in_order() -> None:
    seen: list[str] = []
    rows = timing.interleaved([lambda: seen.append("a"), lambda: seen.append("b")], 3, timing.wall)
    assert seen == ["a", "b"] * 3
    assert [len(row) for row in rows] == [3, 3]
    assert timing.ratio([2.0, 9.0, 4.0], [1.0, 3.0, 2.0]) == 2.0


def test_a_product_is_written_and_its_layers_are_counted() -> None:
    matrix = np.arange(-6, 6, dtype=np.int8).reshape(4, 3)
    network = onnx_wire.integer_product(2, matrix)
    assert onnx_wire.multiply_adds(network) == 12
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    x = np.array([[1, 2, 3, 4], [200, 0, 0, 255]], np.uint8)
    assert (session.run(None, {"x": x})[0] == x.astype(np.int32) @ matrix.astype(np.int32)).all()


def test_the_layers_of_the_shipped_network() -> None:
    # Six layers of 384: at least their query, key, value, output and feed-forward matrices.
    assert onnx_wire.multiply_adds((WEIGHTS / "model.onnx").read_bytes()) >= 6 * 384 * (4 * 384 + 2 * 1536)
