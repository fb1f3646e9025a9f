"""``python -m bench``: speed, memory, size, and how the cost grows.

    python -m bench [--quick] [--articles FILE.jsonl.gz] [--fp32 FOLDER] [--json FILE]

Rates are by the clock, so let nothing else run; shares, growth and the network's figures are by processor time.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before NumPy is imported

from bench import footprint, network, speed
from bench.corpus import corpus
from bench.report import lines
from onrecord.model import load


def measure(*, articles: Path | None, fp32: Path | None, quick: bool) -> dict[str, Any]:
    """Every figure. ``quick`` shows that all of it runs; its figures are rough."""
    count, repeats = (4, 1) if quick else (100, 5)
    read = corpus(articles, count)
    # Children first, while this process is small.
    figures: dict[str, Any] = {
        "corpus": {"name": read.name, "articles": len(read.texts), "words": read.words},
        "peak_memory": footprint.peak_memory(articles, count, 1_000 if quick else 20_000),
        "cold_start": footprint.cold_start(1 if quick else 5),
        "installed_size": footprint.installed_size(),
        "throughput": speed.throughput(read, repeats),
    }
    model = load(threads=1)
    windows = [window for text in read.texts[:40] for window in model.windows(text)]
    return figures | {
        "stages": speed.stages(read, model),
        "network": network.efficiency(model, windows, repeats),
        "fp32": network.against_fp32(model, fp32, windows, repeats) if fp32 else None,
        "growth": speed.growth(read, model, 4 if quick else 64, 1 if quick else 3),
        "model": {"version": model.info.version, "sha256": model.info.sha256},
    }


def main() -> None:
    """Measure, print, and write where asked."""
    ask = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").split("\n\n")[0])
    ask.add_argument("--quick", action="store_true", help="few articles, one repeat: does it run?")
    ask.add_argument("--articles", type=Path, metavar="FILE", help="JSONL with 'text' on each line, gzipped or not")
    ask.add_argument("--fp32", type=Path, metavar="FOLDER", help="the network in fp32: model.onnx, .json, vocab.txt")
    ask.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    given = ask.parse_args()
    figures = measure(articles=given.articles, fp32=given.fp32, quick=given.quick)
    for line in lines(figures):
        print(line)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
