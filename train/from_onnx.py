"""ONNX and sidecar → weights to train on from: ``to_onnx`` read backwards, its rounding kept.

python -m train.from_onnx --bert …/model --out runs/shipped.pt
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from onrecord.model.decode import FORBIDDEN, LABELS, allowed
from onrecord.model.infer import WEIGHTS


def state(folder: Path) -> dict[str, torch.Tensor]:
    """The state dict of the int8 tagger in ``folder``, without the heads for mentions."""
    c = {t.name: numpy_helper.to_array(t) for t in onnx.load(folder / "model.onnx").graph.initializer}
    beside = json.loads((folder / "model.json").read_text())

    def linear(name: str) -> np.ndarray:
        matrix = c[f"{name}.q"].astype(np.float32) * c[f"{name}.s"]
        if f"{name}.ease" in c:
            matrix *= c[f"{name}.ease"][:, None]
        return matrix.T

    out = {
        "encoder.word.weight": c["word.q"].astype(np.float32) * c["word.s"],
        "encoder.position.weight": c["position.w"],
        "encoder.kind.weight": c["kind.w"],
        "encoder.norm.weight": c["encoder.norm.g"],
        "encoder.norm.bias": c["encoder.norm.b"],
    }
    layers = sum(name.endswith(".qkv.q") for name in c)
    for at in (f"encoder.layers.{i}" for i in range(layers)):
        for part in ("qkv", "out", "up"):
            out |= {f"{at}.{part}.weight": linear(f"{at}.{part}"), f"{at}.{part}.bias": c[f"{at}.{part}.b"]}
        down = [linear(f"{at}.down.{i}") for i in (0, 1)]
        out |= {f"{at}.down.weight": np.concatenate(down, 1), f"{at}.down.bias": c[f"{at}.down.0.b"]}
        for part in ("norm1", "norm2"):
            out |= {f"{at}.{part}.weight": c[f"{at}.{part}.g"], f"{at}.{part}.bias": c[f"{at}.{part}.b"]}
    heads, bias = c["heads.w"].T, c["heads.b"]
    tags = len(LABELS)
    links = tags + len(beside["none_source"]) * 4 - 4  # the place of "none" has a bias beside its vector
    out |= {"tag.weight": heads[:tags], "tag.bias": bias[:tags]}
    out |= {"link.weight": heads[tags:links], "link.bias": bias[tags:links]}
    ban = ~allowed() * FORBIDDEN
    out["ban"] = ban.astype(np.float32)
    out["transitions"] = np.array(beside["transitions"], np.float32) - out["ban"]
    for name in ("place_source", "place_content", "none_source", "none_content"):
        out[name] = np.array(beside[name], np.float32)
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in out.items()}


def main() -> None:
    """Write a state dict that ``train.train --start`` takes."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--folder", type=Path, default=WEIGHTS)
    ask.add_argument("--out", type=Path, required=True)
    args = ask.parse_args()
    torch.save(state(args.folder), args.out)


if __name__ == "__main__":
    main()
