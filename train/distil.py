"""Teachers label articles that nobody annotated: attributions, and their mean distribution for every token.

python -m train.distil --teachers runs/second/model.pt runs/first/model.pt --bert …/model --out runs/silver
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from onrecord.model.encode import Window, encode
from onrecord.model.wordpiece import WordPiece
from train import data
from train.model import Encoder, Tagger
from train.train import DATA, heads_of, rows_of, tag


def silver(folder: Path, weight: float = 0.5) -> list[data.Source]:
    """The articles that teachers labelled, each weighing ``weight`` of a gold one."""
    arrays = np.load(folder / "soft.npz")
    cuts, starts, soft = arrays["cuts"], arrays["starts"], arrays["soft"]
    sources = []
    with open(folder / "silver.jsonl", encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            row = json.loads(line)
            at = slice(cuts[i], cuts[i + 1])
            sources.append(data.Source(row["doc"], row["text"], row["attributions"], [], weight, soft[at], starts[at]))
    return sources


def unlabelled(count: int, seed: int, skip: int = 0) -> list[data.Source]:
    """Articles of 150–1,500 words; none whose opening stands in dev."""
    dev = (DATA / "data/polnear/dev.jsonl").read_text(encoding="utf-8").split("\n")
    openings = {json.loads(line)["text"][:200] for line in dev if line}
    with gzip.open(DATA / "data/articles/us_politics_3000.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if 150 <= len(row["text"].split()) <= 1500 and row["text"][:200] not in openings]
    random.Random(seed).shuffle(rows)
    return [data.Source(f"silver-{row['id']}", row["text"], []) for row in rows[skip : skip + count]]


def together(teachers: list[Tagger], windows: list[Window]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Mean emissions of all teachers and the links of the first, window by window."""
    for scores in zip(*(tag(teacher, windows) for teacher in teachers), strict=True):
        # Emissions count up to a constant a token: centred, their mean is the teachers' geometric mean.
        yield np.mean([e - e.mean(axis=1, keepdims=True) for e, _ in scores], axis=0), scores[0][1]


def main() -> None:
    """Label articles; write soft.npz and silver.jsonl."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--teachers", type=Path, nargs="+", required=True, help="weights; the first one's links are used")
    ask.add_argument("--bert", type=Path, required=True)
    ask.add_argument("--articles", type=int, default=1000)
    ask.add_argument("--skip", type=int, default=0, help="articles that an earlier round labelled")
    ask.add_argument("--out", type=Path, required=True)
    args = ask.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = WordPiece.read(args.bert / "vocab.txt")
    teachers = []
    for weights in args.teachers:
        teachers.append(Tagger(Encoder.pretrained(args.bert)))
        teachers[-1].load_state_dict(torch.load(weights, weights_only=True))
    heads = heads_of(teachers[0])
    cuts, starts, soft = [0], [], []
    began, tokens = time.time(), 0
    with open(args.out / "silver.jsonl", "w", encoding="utf-8") as out:
        sources = unlabelled(args.articles, seed=1, skip=args.skip)
        for at in range(0, len(sources), 16):
            chunk = sources[at : at + 16]
            cut = [encode(source.text, tokenizer) for source in chunk]
            scores = together(teachers, [window for windows in cut for window in windows])
            for source, windows in zip(chunk, cut, strict=True):
                rows: list[dict] = []
                for window in windows:
                    emissions, link = next(scores)
                    real = window.start >= 0
                    starts.append(window.start[real].astype(np.int32))
                    soft.append(emissions[real].astype(np.float16))
                    rows += rows_of(emissions, link, window, heads)
                tokens += sum(len(w.ids) for w in windows)
                cuts.append(sum(len(s) for s in starts[-len(windows) :]) + cuts[-1] if windows else cuts[-1])
                out.write(json.dumps({"doc": source.doc, "text": source.text, "attributions": rows}) + "\n")
            print(f"{at + len(chunk)}/{len(sources)} {tokens / (time.time() - began):.0f} tok/s", flush=True)
    np.savez(args.out / "soft.npz", cuts=np.array(cuts), starts=np.concatenate(starts), soft=np.concatenate(soft))


if __name__ == "__main__":
    main()
