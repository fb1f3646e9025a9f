"""Vectors of statements: near for what means the same, and the same whatever is asked beside them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onrecord.errors import ModelError
from onrecord.model.embedding import DIMENSIONS, LONGEST, WEIGHTS, Embedder, load_embedder, pieces

WORDS = ["the", "ferry", "fares", "rise", "harbour", "“we", "shall", "not”", "—", "1,400", "people,", "spring;", "vote"]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder()


def texts(count: int, longest: int) -> list[str]:
    draw = random.Random(7)
    return [" ".join(draw.choices(WORDS, k=draw.randint(0, longest))) for _ in range(count)]


def fresh(embedder: Embedder) -> Embedder:
    """The same network, without a memory."""
    return Embedder(embedder.info, embedder.tokenizer, embedder.session)


@pytest.mark.parametrize(
    ("said", "near", "far"),
    [
        (
            "the harbour board will raise ferry fares in spring",
            "passengers are going to pay more for the boat from March",
            "the goalkeeper has a broken finger",
        ),
        (
            "“I never took a bribe,” she said",
            "she denies that she was paid for the contract",
            "the bridge will be closed for repairs",
        ),
        (
            "the army fired two long-range missiles overnight",
            "rockets were launched in the night by the military",
            "the museum will show the painter's early work",
        ),
    ],
)
def test_what_means_the_same_is_nearer(embedder: Embedder, said: str, near: str, far: str) -> None:
    one, two, three = embedder.embed([said, near, far]).astype(float) / 127
    assert one @ two > one @ three + 0.2


def test_vectors_are_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(texts(20, 30)).astype(float)
    assert vectors.shape == (20, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 127, atol=1.5)


def test_a_vector_is_the_same_whatever_stands_beside_it(embedder: Embedder) -> None:
    many = list(dict.fromkeys(texts(150, 80)))
    together = fresh(embedder).embed(many)
    draw = random.Random(3)
    for count in (1, 2, 7, 40):
        chosen = draw.sample(range(len(many)), count)
        assert (fresh(embedder).embed([many[i] for i in chosen]) == together[chosen]).all()
    alone = fresh(embedder)
    assert all((alone.embed([text])[0] == vector).all() for text, vector in zip(many, together, strict=True))


def test_of_a_long_text_the_beginning_counts(embedder: Embedder) -> None:
    beginning = "fares " * (LONGEST - 2)
    one, two, three = embedder.embed([beginning, beginning + "the goalkeeper is hurt", "ferry " + beginning])
    assert (one == two).all()
    assert (one != three).any()


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "\ud800", "\x00", "漢字", "a" * 10_000, "é" * 300])
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    assert embedder.embed([text]).any()


def test_nothing_asked_nothing_given(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_a_text_asked_twice_is_worked_out_once(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    one = fresh(embedder)
    first = one.embed(["the fares rise", "so it is", "the fares rise"])
    assert (first[0] == first[2]).all()
    assert list(one.known) == ["the fares rise", "so it is"]
    monkeypatch.setattr(Embedder, "_vectors", None)  # would fail if it were called
    assert (one.embed(["so it is", "the fares rise"]) == first[[1, 0]]).all()


def test_what_is_remembered_is_bounded(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.model.embedding.REMEMBERED", 3)
    one = fresh(embedder)
    one.embed(["a", "b", "c"])
    one.embed(["a", "d"])  # "b" is now the oldest
    assert list(one.known) == ["c", "a", "d"]
    one.embed(list("efghij"))
    assert list(one.known) == ["h", "i", "j"]


def test_a_vector_given_can_be_changed_without_harm(embedder: Embedder) -> None:
    first = embedder.embed(["the fares rise"])
    first[:] = 0
    assert embedder.embed(["the fares rise"]).any()


def test_pieces_are_the_vocabulary_s_own_with_marks_of_beginning_and_end(embedder: Embedder) -> None:
    ids = embedder.tokenizer.ids
    assert pieces("Ferry fares", embedder.tokenizer).tolist() == [
        ids["[CLS]"], ids["ferry"], ids["fares"], ids["[SEP]"],
    ]  # fmt: skip
    assert len(pieces("fares " * 500, embedder.tokenizer)) == LONGEST


def test_the_package_s_own_is_loaded_once() -> None:
    assert load_embedder() is load_embedder()
    assert repr(load_embedder()) == "Embedder(onrecord-embedding 1.0.0)"


def beside(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "embedding.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    change(fields)
    path.write_text(json.dumps(fields), encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1_000])


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no network": (lambda f: (f / "embedding.onnx").unlink(), "cannot be loaded"),
    "no sidecar": (lambda f: (f / "embedding.json").unlink(), "cannot be loaded"),
    "no vocabulary": (lambda f: (f / "vocab.txt").unlink(), "cannot be loaded"),
    "half a network": (lambda f: cut(f / "embedding.onnx"), "embedding.onnx has SHA-256"),
    "half a sidecar": (lambda f: cut(f / "embedding.json"), "cannot be loaded"),
    "half a vocabulary": (lambda f: cut(f / "vocab.txt"), "vocab.txt has SHA-256"),
    "a sidecar that is a list": (lambda f: (f / "embedding.json").write_text("[]"), "SHA-256"),
    "no hash": (lambda f: beside(f, lambda m: m.pop("sha256")), "SHA-256"),
    "no name": (lambda f: beside(f, lambda m: m.pop("name")), "KeyError: 'name'"),
    "other dimensions": (lambda f: beside(f, lambda m: m.update(dimensions=768)), "768 dimensions"),
    "another cut": (lambda f: beside(f, lambda m: m.update(longest=256)), "of 256 tokens"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_damaged_files_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    for part in ("embedding.onnx", "embedding.json", "vocab.txt"):
        shutil.copy(WEIGHTS / part, folder / part)
    spoil, problem = SPOILT[name]
    spoil(folder)
    with pytest.raises(ModelError, match=problem):
        load_embedder(folder)


def test_the_sidecar_tells_where_the_weights_are_from() -> None:
    told = json.loads((WEIGHTS / "embedding.json").read_text(encoding="utf-8"))
    assert told["licence"] == "Apache-2.0"
    assert "all-MiniLM-L6-v2" in told["source"]
    assert len(told["mean"]) == DIMENSIONS
    assert told["figures"]["cosine_mean"] >= 0.98
    assert (WEIGHTS / "embedding.onnx").stat().st_size <= 24_000_000
