"""The network by itself: how near it comes to what this machine can multiply, and int8 against fp32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime

from bench.onnx_wire import integer_product, multiply_adds
from bench.timing import cpu, interleaved, ratio
from onrecord.model import Model, load
from onrecord.model.encode import Window
from onrecord.model.infer import WEIGHTS

# The largest product of a layer of the encoder, for a full window: tokens × width × feed-forward width.
ROWS, WIDTH, OUT = 256, 384, 1536


def efficiency(model: Model, windows: Sequence[Window], repeats: int) -> dict[str, float]:
    """The network's int8 GOPS in one thread, the ceiling of a bare product's, and their ratio.

    Operations are two for each multiply-add of the linear layers; attention, norms and the rest count as time only.
    """
    tokens = sum(len(window.ids) for window in windows)
    operations = 2 * multiply_adds((WEIGHTS / "model.onnx").read_bytes()) * tokens
    product, each = _product()
    count = max(1, round(operations / each))  # as many operations as the network does

    def products() -> None:
        for _ in range(count):
            product()

    network = _reading(model, windows)
    network(), product()
    ours, bare = interleaved([network, products], repeats, cpu)
    return {
        "multiply_adds_per_token": multiply_adds((WEIGHTS / "model.onnx").read_bytes()),
        "tokens_per_second": tokens / median(ours),
        "network_gops": operations / median(ours) / 1e9,
        "ceiling_gops": each * count / median(bare) / 1e9,
        "fraction_of_ceiling": ratio(bare, ours) * operations / (each * count),
    }


def against_fp32(model: Model, folder: Path, windows: Sequence[Window], repeats: int) -> dict[str, float]:
    """How many times faster the shipped network reads the same windows than the one in ``folder``."""
    jobs = [_reading(model, windows), _reading(load(folder, threads=1), windows)]
    for job in jobs:
        job()
    ours, theirs = interleaved(jobs, repeats, cpu)
    return {"int8_seconds": median(ours), "fp32_seconds": median(theirs), "speedup": ratio(theirs, ours)}


def _reading(model: Model, windows: Sequence[Window]) -> Callable[[], None]:
    def read() -> None:
        for window in windows:
            model.session.run(None, {"ids": window.ids[None], "types": window.types[None]})

    return read


def _product() -> tuple[Callable[[], object], int]:
    """One integer product, and how many operations that is."""
    rng = np.random.default_rng(1)
    # Seven bits: processors without VNNI add pairs of products in 16 bits, and 2 · 255 · 63 still fits.
    matrix = rng.integers(-63, 64, (WIDTH, OUT), np.int8)
    x = rng.integers(0, 256, (ROWS, WIDTH), np.uint8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(integer_product(ROWS, matrix), options, providers=["CPUExecutionProvider"])
    (y,) = session.run(None, {"x": x})
    assert (y == x.astype(np.int32) @ matrix.astype(np.int32)).all()
    return lambda: session.run(None, {"x": x}), 2 * ROWS * WIDTH * OUT
