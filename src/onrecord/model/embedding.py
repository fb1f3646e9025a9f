"""Statements as vectors: all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020), int8, on one core.

The texts of a call lie end to end, so that the network multiplies one long matrix and no padding. A vector is the same
to the last bit whatever texts were beside it: scales are fixed beforehand, and attention has a row for each text.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from onrecord.errors import ModelError
from onrecord.model.wordpiece import Ints, WordPiece
from onrecord.types import ModelInfo

WEIGHTS = Path(__file__).parent / "weights"
DIMENSIONS = 384
LONGEST = 64  # tokens; 3.8 % of PolNeAR's statements have more, and lose 0.06 of cosine by the cut (docs/decisions/008)
FEW, MANY = 160, 256  # tokens a call: 256 is a tenth faster for hundreds of texts, and slower for an article's own
HUNDREDS = 2_000  # tokens from which there are many
REMEMBERED = 16_384  # texts; about 13 MB. Agency copy says the same in many outlets, at about the same time
_CLS, _SEP = 101, 102
# The sums of attention and of the mean run in steps of four: a row padded to whole steps adds up as if it were alone.
_STEP = 4


@dataclass(frozen=True, slots=True, repr=False)
class Embedder:
    """A loaded network for vectors. Safe to share between threads."""

    info: ModelInfo
    tokenizer: WordPiece
    session: onnxruntime.InferenceSession
    known: dict[str, bytes] = field(default_factory=dict)  # text → vector; the oldest first
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __repr__(self) -> str:
        return f"Embedder({self.info.name} {self.info.version})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        """The vector of each text, (text, 384): of length 1, times 127, rounded. A text is cut at 64 tokens."""
        found: dict[str, bytes] = {}
        with self.lock:
            for text in texts:
                vector = self.known.pop(text, None)
                if vector is not None:
                    found[text] = self.known[text] = vector  # now the newest
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            vectors = self._vectors([pieces(text, self.tokenizer) for text in new])
            found |= {text: vector.tobytes() for text, vector in zip(new, vectors, strict=True)}
            self._remember(new, found)
        joined = b"".join(found[text] for text in texts)
        return np.frombuffer(joined, np.int8).reshape(len(texts), DIMENSIONS).copy()

    def _remember(self, new: list[str], found: dict[str, bytes]) -> None:
        with self.lock:
            for text in new[-REMEMBERED:]:
                self.known[text] = found[text]
            for text in list(self.known)[: max(0, len(self.known) - REMEMBERED)]:
                del self.known[text]

    def _vectors(self, texts: list[Ints]) -> NDArray[np.int8]:
        out = np.empty((len(texts), DIMENSIONS), np.int8)
        for places in _calls(texts):
            (vectors,) = self.session.run(["vector"], _inputs([texts[place] for place in places]))
            out[places] = np.rint(vectors * 127)
        return out


def pieces(text: str, tokenizer: WordPiece, longest: int = LONGEST) -> Ints:
    """The ids of a text as the network takes it, [CLS] and [SEP] included, at most ``longest`` of them."""
    return np.concatenate([[_CLS], tokenizer.encode(text).ids[: longest - 2], [_SEP]])


def _calls(texts: list[Ints]) -> Iterator[list[int]]:
    """The places of the texts to run together: of like length, since attention pads all to the longest."""
    together = MANY if sum(map(len, texts)) >= HUNDREDS else FEW
    held: list[int] = []
    tokens = 0
    for place in sorted(range(len(texts)), key=lambda place: len(texts[place])):
        if held and tokens + len(texts[place]) > together:
            yield held
            held, tokens = [], 0
        held.append(place)
        tokens += len(texts[place])
    if held:
        yield held


def _inputs(texts: list[Ints]) -> dict[str, Ints | NDArray[np.int32]]:
    """What the network is given.

    ``ids`` and ``positions`` (token,): all texts end to end. ``slots`` (text, slot): which token stands in which
    slot of its text's row; ``mask``: where there is one. ``tokens`` (token,): which slot of all holds it.
    """
    lengths = np.array([len(ids) for ids in texts])
    slot = np.arange(-(-lengths.max() // _STEP) * _STEP)
    mask = slot < lengths[:, None]
    first = np.cumsum(lengths) - lengths
    tokens = np.flatnonzero(mask)
    return {
        "ids": np.concatenate(texts),
        "positions": tokens % len(slot),
        "slots": np.where(mask, first[:, None] + slot, 0),
        "mask": mask.astype(np.int32),
        "tokens": tokens,
    }


def load_embedder(folder: Path | None = None) -> Embedder:
    """Load the network for vectors, by default the package's own, once a process.

    Raises ModelError when a file is missing or damaged or does not fit this code.
    """
    return _bundled() if folder is None else _load(folder)


@cache
def _bundled() -> Embedder:
    return _load(WEIGHTS)


def _load(folder: Path) -> Embedder:
    # The package has one vocabulary, which the tagger reads too.
    vocab = folder / "vocab.txt"
    try:
        network = (folder / "embedding.onnx").read_bytes()
        beside = dict(json.loads((folder / "embedding.json").read_text(encoding="utf-8")))
        pieces_hash = hashlib.sha256(vocab.read_bytes()).hexdigest()
        tokenizer = WordPiece.read(vocab)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(str(folder), f"cannot be loaded ({error})", "reinstall onrecord") from error
    found = hashlib.sha256(network).hexdigest()
    for name, key, digest in (("embedding.onnx", "sha256", found), ("vocab.txt", "vocab_sha256", pieces_hash)):
        if digest != beside.get(key):
            problem = f"{name} has SHA-256 {digest[:12]}…, embedding.json says {str(beside.get(key))[:12]}…"
            raise ModelError(str(folder), problem, "reinstall onrecord")
    if (beside.get("dimensions"), beside.get("longest")) != (DIMENSIONS, LONGEST):
        problem = f"{beside.get('dimensions')} dimensions of {beside.get('longest')} tokens"
        raise ModelError(str(folder), f"{problem}, this code knows {DIMENSIONS} of {LONGEST}", "upgrade onrecord")
    try:
        return Embedder(ModelInfo(beside["name"], beside["version"], found), tokenizer, _session(network))
    except Exception as error:  # onnxruntime raises its own
        problem = f"cannot be used ({type(error).__name__}: {error})"
        raise ModelError(str(folder), problem, "reinstall onrecord") from error


def _session(network: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One core: adding runs as many processes as there are cores.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
