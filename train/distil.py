"""A teacher labels articles: its attributions, and its emissions for every token.

python -m train.distil --teacher runs/teacher/model.pt --folder …/mpnet --bert …/model --articles 1500 --out runs/silver
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from onrecord.model.encode import encode
from train import data
from train.model import Encoder, Tagger
from train.train import DATA, heads_of, rows_of, tag


def attach(sources: list[data.Source], folder: Path, weight: float = 1.0) -> list[data.Source]:
    """Give gold articles the teacher's emissions and add the silver ones, which weigh ``weight``."""
    arrays = np.load(folder / "soft.npz")
    cuts, starts, soft = arrays["cuts"], arrays["starts"], arrays["soft"]
    rows = [json.loads(line) for line in (folder / "silver.jsonl").read_text(encoding="utf-8").split("\n") if line]
    where = {row["doc"]: i for i, row in enumerate(rows)}
    for source in sources:
        if source.doc in where:
            at = slice(cuts[where[source.doc]], cuts[where[source.doc] + 1])
            source.starts, source.soft = starts[at], soft[at]
    extra = []
    for i, row in enumerate(rows):
        if row["text"] is not None:
            at = slice(cuts[i], cuts[i + 1])
            extra.append(data.Source(row["doc"], row["text"], row["attributions"], [], weight, soft[at], starts[at]))
    return sources + extra


def unlabelled(count: int, seed: int) -> list[data.Source]:
    """Articles of 150–1,500 words; none whose opening stands in dev."""
    dev = (DATA / "data/polnear/dev.jsonl").read_text(encoding="utf-8").split("\n")
    openings = {json.loads(line)["text"][:200] for line in dev if line}
    with gzip.open(DATA / "data/articles/us_politics_3000.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if 150 <= len(row["text"].split()) <= 1500 and row["text"][:200] not in openings]
    random.Random(seed).shuffle(rows)
    return [data.Source(f"silver-{row['id']}", row["text"], []) for row in rows[:count]]


def main() -> None:
    """Label train and unlabelled articles; write soft.npz and silver.jsonl."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--teacher", type=Path, required=True)
    ask.add_argument("--folder", type=Path, required=True)
    ask.add_argument("--bert", type=Path, required=True)
    ask.add_argument("--articles", type=int, default=1500)
    ask.add_argument("--out", type=Path, required=True)
    args = ask.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(args.bert / "tokenizer.json"))
    tokenizer.no_truncation(), tokenizer.no_padding()
    teacher = Tagger(Encoder.pretrained(args.folder, args.bert / "vocab.txt"))
    teacher.load_state_dict(torch.load(args.teacher, weights_only=True))
    heads = heads_of(teacher)
    gold = data.read(DATA / "data/polnear/train.jsonl")
    cuts, starts, soft = [0], [], []
    began, tokens = time.time(), 0
    with open(args.out / "silver.jsonl", "w", encoding="utf-8") as out:
        sources = gold + unlabelled(args.articles, 1)
        for at in range(0, len(sources), 16):
            chunk = sources[at : at + 16]
            cut = [encode(source.text, tokenizer) for source in chunk]
            scores = iter(tag(teacher, [window for windows in cut for window in windows]))
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
                silver = source.doc.startswith("silver-")
                line = {"doc": source.doc, "text": source.text if silver else None, "attributions": rows}
                out.write(json.dumps(line) + "\n")
            print(f"{at + len(chunk)}/{len(sources)} {tokens / (time.time() - began):.0f} tok/s", flush=True)
    np.savez(args.out / "soft.npz", cuts=np.array(cuts), starts=np.concatenate(starts), soft=np.concatenate(soft))


if __name__ == "__main__":
    main()
