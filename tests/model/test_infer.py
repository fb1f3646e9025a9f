"""Loading weights, and that a window's scores are its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.errors import ModelError
from onrecord.model import Model, load
from onrecord.model.infer import WEIGHTS, Platt

TEXTS = [
    "Mara Stone said no.",
    "“The ferry is late,” said Tom Orm, who chairs the harbour board. “It will be later still.”",
    "Fog came. " * 40,
    "👋🏽 NORTHREACH — The board met.\n\nIt was reported that the fares would double.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped weights, to be spoilt."""
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def beside(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change ``model.json``."""
    path = folder / "model.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    change(fields)
    path.write_text(json.dumps(fields), encoding="utf-8")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1_000])


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no network": (lambda f: (f / "model.onnx").unlink(), "cannot be loaded"),
    "no sidecar": (lambda f: (f / "model.json").unlink(), "cannot be loaded"),
    "no vocabulary": (lambda f: (f / "vocab.txt").unlink(), "cannot be loaded"),
    "half a network": (lambda f: cut(f / "model.onnx"), "SHA-256"),
    "half a sidecar": (lambda f: cut(f / "model.json"), "cannot be loaded"),
    "half a vocabulary": (lambda f: cut(f / "vocab.txt"), "vocab.txt has SHA-256"),
    "another network": (lambda f: (f / "model.onnx").write_bytes(b"x"), "SHA-256"),
    "other labels": (lambda f: beside(f, lambda m: m["labels"].reverse()), "labels"),
    "no labels": (lambda f: beside(f, lambda m: m.pop("labels")), "labels"),
    "no hash": (lambda f: beside(f, lambda m: m.pop("sha256")), "SHA-256"),
    "no transitions": (lambda f: beside(f, lambda m: m.pop("transitions")), "KeyError: 'transitions'"),
    "no calibration": (lambda f: beside(f, lambda m: m.pop("calibration")), "KeyError: 'calibration'"),
    "no name": (lambda f: beside(f, lambda m: m.pop("name")), "KeyError: 'name'"),
    "transitions of words": (lambda f: beside(f, lambda m: m.update(transitions=["x"])), "ValueError"),
    "a sidecar that is a list": (lambda f: (f / "model.json").write_text("[]"), "SHA-256"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_spoilt_weights_are_named(case: str, folder: Path) -> None:
    spoil, says = SPOILT[case]
    spoil(folder)
    with pytest.raises(ModelError) as raised:
        load(folder)
    assert raised.value.datum == str(folder)
    assert says in raised.value.problem
    assert raised.value.way_out


def test_a_network_that_is_none_with_the_right_hash(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"not a network")
    beside(folder, lambda fields: fields.update(sha256=hashlib.sha256(b"not a network").hexdigest()))
    with pytest.raises(ModelError, match="weights"):
        load(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="none"):
        load(tmp_path / "none")


def test_weights_load_from_any_folder(folder: Path, model: Model) -> None:
    assert load(folder, threads=1).info == model.info


def test_a_window_has_the_same_scores_alone_and_among_others(model: Model) -> None:
    windows = [window for text in TEXTS for window in model.windows(text)]
    together = list(model.score(windows * 3))
    for at, window in enumerate(windows):
        (alone,) = model.score([window])
        for one in together[at :: len(windows)]:
            assert one.emissions.tobytes() == alone.emissions.tobytes()
            assert one.link.tobytes() == alone.link.tobytes()


def test_scores_do_not_depend_on_the_number_of_threads(model: Model) -> None:
    windows = [window for text in TEXTS for window in model.windows(text)]
    for here, there in zip(model.score(windows), load(threads=1).score(windows), strict=True):
        assert here.emissions.tobytes() == there.emissions.tobytes()


def test_confidence_lies_between_nought_and_one() -> None:
    rate = Platt((0.0, 1.0))
    assert rate((1.0, 0.0)) == 0.5
    assert 0 <= rate((1.0, -100.0)) < 0.001
    assert 0.999 < rate((1.0, 100.0)) <= 1


def test_the_packaged_model_is_loaded_once() -> None:
    assert load() is load()
    assert load(threads=1) is not load(threads=1)
