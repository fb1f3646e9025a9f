"""Weights → ONNX, int8 and fp32, built node by node, and the JSON sidecar.

    python -m train.to_onnx --weights runs/student/model.pt --bert …/model --out src/onrecord/model/weights

int8: weights per output channel, symmetric; activations per window at run time (one window a call, so that a
window's scores never depend on its neighbours in a batch), their outliers eased into the weights; embeddings one
scale a row; heads in fp32.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from onrecord.model.coreference import TABLES
from onrecord.model.decode import FORBIDDEN, LABELS, allowed
from onrecord.model.encode import encode
from onrecord.model.mention import TYPES, WIDTH
from onrecord.model.wordpiece import WordPiece
from train import data
from train.model import Encoder
from train.train import DATA
from train.who import LESS_NEW, THRESHOLD, Reader, stack

MICROSOFT = "com.microsoft"
SMOOTHING = 0.8  # share of the activations' outliers that moves into the weights; best of 0.3 … 1.0 (LOG.md)
OUTLIERS = 8  # inner channels with a scale of their own; 4 … 64 do alike (LOG.md)
# Until eval/calibrate.py fits it: the edges' log odds as they come.
UNCALIBRATED = {"weights": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]}


class Graph:
    """Nodes and constants of an ONNX graph under construction."""

    def __init__(self, quantise: bool, peaks: dict[str, np.ndarray] | None = None) -> None:
        self.quantise = quantise
        self.peaks = peaks or {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add a constant; its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, op: str, inputs: list[str], name: str, domain: str = "", outputs: int = 1, **attributes: object
    ) -> str:
        """Add a node; the name of its first output."""
        names = [name] if outputs == 1 else [f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=name, domain=domain, **attributes))
        return names[0]

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        """X @ weight.T + bias; weight (out, in)."""
        matrix = weight.T
        if not self.quantise:
            y = self.node("MatMul", [x, self.constant(f"{name}.w", matrix)], f"{name}.mm")
            return self.node("Add", [y, self.constant(f"{name}.b", bias)], name)
        if name in self.peaks:
            # Shift the activations' outlier channels into the weights (SmoothQuant, Xiao et al. 2023).
            easing = np.maximum(self.peaks[name], 1e-4) ** SMOOTHING / np.abs(matrix).max(axis=1) ** (1 - SMOOTHING)
            easing = (easing / np.exp(np.log(easing).mean())).astype(np.float32)
            x = self.node("Mul", [x, self.constant(f"{name}.ease", 1 / easing)], f"{name}.eased")
            matrix = matrix * easing[:, None]
        scale = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127.0
        whole = np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8)
        inputs = [x, self.constant(f"{name}.q", whole), self.constant(f"{name}.s", scale.astype(np.float32))]
        inputs += [self.constant(f"{name}.z", np.zeros(len(scale), np.int8)), self.constant(f"{name}.b", bias)]
        return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def lookup(self, table: np.ndarray, ids: str, name: str) -> str:
        """Rows of a table, int8 with one scale a row where quantised."""
        if not self.quantise:
            return self.node("Gather", [self.constant(f"{name}.w", table), ids], name)
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127.0
        whole = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
        rows = self.node("Gather", [self.constant(f"{name}.q", whole), ids], f"{name}.rows")
        rows = self.node("Cast", [rows], f"{name}.float", to=TensorProto.FLOAT)
        factor = self.node("Gather", [self.constant(f"{name}.s", scale.astype(np.float32)), ids], f"{name}.scale")
        return self.node("Mul", [rows, factor], name)


def peaks(state: dict[str, torch.Tensor], bert: Path, articles: int = 40) -> dict[str, np.ndarray]:
    """The largest magnitude of each input channel of each linear layer, over some train articles."""
    model = Reader(Encoder.pretrained(bert))
    model.load_state_dict(state)
    model.eval()
    seen: dict[str, np.ndarray] = {}

    def watch(name: str) -> Callable[..., None]:
        def hook(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...], __: torch.Tensor) -> None:
            top = inputs[0].abs().flatten(0, 1).amax(0).float().numpy()
            seen[name] = np.maximum(seen.get(name, top), top)

        return hook

    for name, module in model.encoder.layers.named_modules():
        if isinstance(module, torch.nn.Linear):
            module.register_forward_hook(watch(f"encoder.layers.{name}"))
    model.who_inner.register_forward_hook(watch("who_inner"))
    model.who.register_forward_hook(watch("who"))
    tokenizer = WordPiece.read(bert / "vocab.txt")
    for source in data.read(DATA / "data/polnear/train.jsonl")[:articles]:
        with torch.no_grad():
            model.mentions(model.hidden(*stack(encode(source.text, tokenizer))))
    return seen


def build(
    state: dict[str, torch.Tensor], heads: int, quantise: bool, peaks: dict[str, np.ndarray] | None = None
) -> onnx.ModelProto:
    """The network as an ONNX model: ids, types (1, token) → emissions (1, token, label), link (1, token, …)."""
    w = {name: value.float().numpy() for name, value in state.items()}
    graph = Graph(quantise, peaks)
    x = graph.lookup(w["encoder.word.weight"], "ids", "word")
    shape = graph.node("Shape", ["ids"], "shape", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    table = graph.constant("position.w", w["encoder.position.weight"])
    position = graph.node("Slice", [table, zero, shape], "position")
    kind = graph.node("Gather", [graph.constant("kind.w", w["encoder.kind.weight"]), "types"], "kind")
    x = graph.node("Add", [graph.node("Add", [x, kind], "word+kind"), position], "embeddings")
    x = norm(graph, x, None, w, "encoder.norm")
    layers = 1 + max(int(name.split(".")[2]) for name in w if name.startswith("encoder.layers."))
    for i in range(layers):
        at = f"encoder.layers.{i}"
        qkv = graph.linear(x, w[f"{at}.qkv.weight"], w[f"{at}.qkv.bias"], f"{at}.qkv")
        graph.node("Split", [qkv], f"{at}.split", outputs=3, axis=2, num_outputs=3)
        parts = [f"{at}.split.{j}" for j in range(3)]
        y = graph.node("MultiHeadAttention", parts, f"{at}.attention", MICROSOFT, num_heads=heads)
        y = graph.linear(y, w[f"{at}.out.weight"], w[f"{at}.out.bias"], f"{at}.out")
        x = norm(graph, x, y, w, f"{at}.norm1")
        y = feed_forward(graph, x, w, at)
        x = norm(graph, x, y, w, f"{at}.norm2")
    inner = graph.linear(x, w["who_inner.weight"], w["who_inner.bias"], "who_inner")
    inner = graph.node("Gelu", [inner], "who_gelu", MICROSOFT)
    graph.linear(inner, w["who.weight"], w["who.bias"], "who")
    graph.quantise = False
    both = np.concatenate([w["tag.weight"], w["link.weight"]])
    y = graph.linear(x, both, np.concatenate([w["tag.bias"], w["link.bias"]]), "heads")
    sizes = graph.constant("sizes", np.array([len(LABELS), len(both) - len(LABELS)], np.int64))
    graph.nodes.append(helper.make_node("Split", [y, sizes], ["emissions", "link"], axis=2, name="outputs"))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "onrecord",
            [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "token"]) for name in ("ids", "types")],
            [
                helper.make_tensor_value_info("emissions", TensorProto.FLOAT, [1, "token", len(LABELS)]),
                helper.make_tensor_value_info("link", TensorProto.FLOAT, [1, "token", len(both) - len(LABELS)]),
                helper.make_tensor_value_info("who", TensorProto.FLOAT, [1, "token", WIDTH]),
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
        producer_name="onrecord",
    )
    return model


def feed_forward(graph: Graph, x: str, w: dict[str, np.ndarray], at: str) -> str:
    """down(gelu(up(x))); quantised, the inner channels with the largest peaks are multiplied apart.

    A few inner channels reach 24 where the median peak is 1.6: one scale for all would leave the others six bits.
    """
    up, up_bias = w[f"{at}.up.weight"], w[f"{at}.up.bias"]
    down, down_bias = w[f"{at}.down.weight"], w[f"{at}.down.bias"]
    peak = graph.peaks.get(f"{at}.down")
    if peak is not None:
        order = np.argsort(-peak)
        up, up_bias, down, peak = up[order], up_bias[order], down[:, order], peak[order]
    y = graph.node("Gelu", [graph.linear(x, up, up_bias, f"{at}.up")], f"{at}.gelu", MICROSOFT)
    if peak is None:
        return graph.linear(y, down, down_bias, f"{at}.down")
    sizes = graph.constant(f"{at}.sizes", np.array([OUTLIERS, down.shape[1] - OUTLIERS], np.int64))
    graph.node("Split", [y, sizes], f"{at}.inner", outputs=2, axis=2)
    graph.peaks |= {f"{at}.down.0": peak[:OUTLIERS], f"{at}.down.1": peak[OUTLIERS:]}
    few = graph.linear(f"{at}.inner.0", down[:, :OUTLIERS], down_bias, f"{at}.down.0")
    rest = graph.linear(f"{at}.inner.1", down[:, OUTLIERS:], np.zeros_like(down_bias), f"{at}.down.1")
    return graph.node("Add", [few, rest], f"{at}.down")


def norm(graph: Graph, x: str, y: str | None, w: dict[str, np.ndarray], at: str) -> str:
    """LayerNorm(x + y): two nodes, since the fused SkipLayerNormalization makes the network a fifth slower on CPUs."""
    gamma, beta = graph.constant(f"{at}.g", w[f"{at}.weight"]), graph.constant(f"{at}.b", w[f"{at}.bias"])
    if y is not None:
        x = graph.node("Add", [x, y], f"{at}.sum")
    return graph.node("LayerNormalization", [x, gamma, beta], at, epsilon=1e-12)


def sidecar(state: dict[str, torch.Tensor], onnx_bytes: bytes, vocab: bytes, version: str) -> dict:
    """What runs beside the network: labels, the small fp32 parameters, and the hash of the weights."""

    def rows(name: str) -> list:
        return [float(f"{v:.6g}") for v in state[name].float().flatten().tolist()]

    transitions = state["transitions"].float().numpy() + ~allowed() * FORBIDDEN
    return {
        "name": "onrecord-minilm",
        "version": version,
        "sha256": hashlib.sha256(onnx_bytes).hexdigest(),
        "vocab_sha256": hashlib.sha256(vocab).hexdigest(),
        "labels": list(LABELS),
        "transitions": [[float(f"{v:.6g}") for v in row] for row in transitions.tolist()],
        "place_source": rows("place_source"),
        "place_content": rows("place_content"),
        "none_source": rows("none_source"),
        "none_content": rows("none_content"),
        "mentions": {
            "types": list(TYPES),
            "threshold": THRESHOLD,
            "widths": rows("widths"),
            "tables": {name: rows(f"tables.{number}") for number, (name, _) in enumerate(TABLES)},
            "aspects": rows("aspects"),
            "between_types": np.round(state["types"].double().numpy(), 6).tolist(),
            "new": [value - LESS_NEW for value in rows("new")],
        },
        "training_data": "PolNeAR 1.0 train, GUM train; see MODEL_CARD.md",
        "base_model": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
    }


def main() -> None:
    """Write model.onnx (int8), model.json and vocab.txt; with --fp32 also the unquantised twin."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--weights", type=Path, required=True)
    ask.add_argument("--bert", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--fp32", type=Path, help="folder for the fp32 model")
    ask.add_argument("--version", default="0.2.0")
    args = ask.parse_args()
    state = torch.load(args.weights, weights_only=True)
    for folder, quantise in ((args.out, True), (args.fp32, False)):
        if folder is None:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        measured = peaks(state, args.bert) if quantise else None
        content = build(state, 12, quantise, measured).SerializeToString()
        (folder / "model.onnx").write_bytes(content)
        beside = folder / "model.json"
        described = sidecar(state, content, (args.bert / "vocab.txt").read_bytes(), args.version)
        described["calibration"] = UNCALIBRATED
        beside.write_text(json.dumps(described, indent=1) + "\n")
        shutil.copy(args.bert / "vocab.txt", folder / "vocab.txt")
        print(f"{folder}: {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
