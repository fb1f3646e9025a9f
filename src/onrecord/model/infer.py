"""The tagger at run time: onnxruntime, one window a call, as many calls at once as there are threads."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from onrecord.errors import ModelError
from onrecord.model.coreference import TABLES, Parameters
from onrecord.model.decode import LABELS, Heads, Scores
from onrecord.model.encode import Window, encode
from onrecord.model.mention import TYPES, spans
from onrecord.model.wordpiece import Ints, WordPiece
from onrecord.types import ModelInfo

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Platt:
    """Features → calibrated probability, to three places: a logistic function fitted on PolNeAR dev (Platt 1999)."""

    weights: tuple[float, ...]

    def __call__(self, features: tuple[float, ...]) -> float:
        """The probability, given ``statement.features``."""
        score = sum(w * v for w, v in zip(self.weights, features, strict=True))
        return round(1 / (1 + math.exp(-score)), 3)


@dataclass(frozen=True, slots=True, repr=False)
class Model:
    """A loaded tagger. Safe to share between threads."""

    info: ModelInfo
    heads: Heads
    who: Parameters
    rate: Callable[[tuple[float, ...]], float]
    tokenizer: WordPiece
    session: onnxruntime.InferenceSession
    pool: ThreadPoolExecutor

    def __repr__(self) -> str:
        return f"Model({self.info.name} {self.info.version})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # IPython's and Hypothesis's printers would write out every array

    def windows(self, text: str) -> list[Window]:
        """The windows of a text."""
        return encode(text, self.tokenizer)

    def score(self, windows: Iterable[Window], mentions: bool = True) -> Iterator[Scores]:
        """Run the network on each window, in order; ``mentions=False`` leaves those out.

        Each window is scored by itself: a dynamic int8 scale taken over a batch would make a record depend on
        the articles read beside it.
        """
        return iter(self.pool.map(self._with_mentions if mentions else self._one, windows))

    def _one(self, window: Window) -> Scores:
        emissions, link = self.session.run(["emissions", "link"], _inputs(window))
        return Scores(window, emissions[0], link[0])

    def _with_mentions(self, window: Window) -> Scores:
        # The mentions are read off here: their scores take ten times the room of the others.
        emissions, link, who = self.session.run(["emissions", "link", "who"], _inputs(window))
        return Scores(window, emissions[0], link[0], spans(who[0], self.who.widths, window, self.who.threshold))


def _inputs(window: Window) -> dict[str, Ints]:
    return {"ids": window.ids[None], "types": window.types[None]}


def load(folder: Path | None = None, threads: int | None = None) -> Model:
    """Load weights, by default those in the package; ``threads`` defaults to the number of cores.

    The package's own with the default threads are loaded once a process, and shared.

    Raises ModelError when a file is missing or damaged or does not fit this code.
    """
    if folder is None and threads is None:
        return _bundled()
    return _load(folder or WEIGHTS, threads)


@cache
def _bundled() -> Model:
    return _load(WEIGHTS, None)


def _load(folder: Path, threads: int | None) -> Model:
    try:
        weights = (folder / "model.onnx").read_bytes()
        beside = dict(json.loads((folder / "model.json").read_text(encoding="utf-8")))
        vocab = folder / "vocab.txt"
        tokenizer = WordPiece.read(vocab)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(str(folder), f"cannot be loaded ({error})", "reinstall onrecord") from error
    found = hashlib.sha256(weights).hexdigest()
    for name, key, digest in (("model.onnx", "sha256", found), ("vocab.txt", "vocab_sha256", _hash(vocab))):
        if digest != beside.get(key):
            problem = f"{name} has SHA-256 {digest[:12]}…, model.json says {str(beside.get(key))[:12]}…"
            raise ModelError(str(folder), problem, "reinstall onrecord")
    if tuple(beside.get("labels", ())) != LABELS:
        raise ModelError(
            str(folder), f"labels {beside.get('labels')}, this code knows {list(LABELS)}", "upgrade onrecord"
        )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        return Model(
            info=ModelInfo(beside["name"], beside["version"], found),
            heads=_heads(beside),
            who=_who(beside["mentions"]),
            rate=Platt(tuple(beside["calibration"]["weights"])),
            tokenizer=tokenizer,
            session=_session(weights),
            pool=ThreadPoolExecutor(threads or cores, "onrecord"),
        )
    except Exception as error:  # onnxruntime and numpy raise their own
        raise ModelError(
            str(folder), f"cannot be used ({type(error).__name__}: {error})", "reinstall onrecord"
        ) from error


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _session(weights: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Parallel over windows, not within one: no synchronisation, and the same sums whatever the machine.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _heads(beside: dict[str, Any]) -> Heads:
    names = ("transitions", "place_source", "place_content", "none_source", "none_content")
    return Heads(*(np.array(beside[name], np.float32) for name in names))


def _who(beside: dict[str, Any]) -> Parameters:
    if tuple(beside["types"]) != TYPES:
        raise ValueError(f"types {beside['types']}, this code knows {list(TYPES)}")
    tables = tuple(np.array(beside["tables"][name], np.float32) for name, _ in TABLES)
    for (name, size), table in zip(TABLES, tables, strict=True):
        if len(table) != size:
            raise ValueError(f"table {name!r} has {len(table)} entries, this code knows {size}")
    widths, aspects, types, new = (
        np.array(beside[name], np.float32) for name in ("widths", "aspects", "between_types", "new")
    )
    return Parameters(float(beside["threshold"]), widths, np.concatenate(tables), aspects, types, new)
