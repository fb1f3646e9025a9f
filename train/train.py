"""Train a tagger on gold articles and, given a teacher's, on silver ones.

python -m train.train --bert …/model --epochs 8 --out runs/a
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from onrecord.model.decode import Heads, attributions, marginals, token_spans, viterbi
from onrecord.model.encode import Window, encode
from onrecord.model.wordpiece import WordPiece
from train import data
from train.model import HALF, Encoder, Tagger

DATA = Path(__file__).resolve().parents[2] / "shared"


def heads_of(model: Tagger) -> Heads:
    """The parameters that run outside the network."""

    def array(value: torch.Tensor) -> np.ndarray:
        return value.detach().float().numpy()

    return Heads(
        array(model.transitions + model.ban),
        array(model.place_source),
        array(model.place_content),
        array(model.none_source),
        array(model.none_content),
    )


@torch.no_grad()
def tag(model: Tagger, windows: list, size: int = 16) -> list[tuple[np.ndarray, np.ndarray]]:
    """Emissions and links of each window, unpadded, in order."""
    model.eval()
    out: list = [None] * len(windows)
    order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
    for at in range(0, len(order), size):
        chunk = order[at : at + size]
        width = max(len(windows[i].ids) for i in chunk)
        ids, types, mask = (torch.zeros(len(chunk), width, dtype=torch.long) for _ in range(3))
        for row, i in enumerate(chunk):
            n = len(windows[i].ids)
            ids[row, :n], types[row, :n] = torch.from_numpy(windows[i].ids), torch.from_numpy(windows[i].types)
            mask[row, :n] = 1
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
            emissions, link = model(ids, types, mask)
        for row, i in enumerate(chunk):
            n = len(windows[i].ids)
            out[i] = (emissions[row, :n].float().numpy(), link[row, :n].float().numpy())
    return out


def rows_of(emissions: np.ndarray, link: np.ndarray, window: Window, heads: Heads) -> list[dict]:
    """One window's attributions, as PolNeAR writes them."""
    length = np.array([len(window.ids)])
    emissions = emissions.copy()
    emissions[window.start < 0, 1:] = -100.0
    path = viterbi(emissions[None], heads.transitions, length)
    spans = token_spans(path[0], marginals(emissions[None], heads.transitions, length)[0], int(length[0]))
    rows = []
    for item in attributions(spans, link, window, heads):
        parts = {"cue": [item.cue], "source": [item.source] if item.source else [], "content": item.content}
        rows.append(
            {
                role: [[int(window.start[s.start]), int(window.end[s.end - 1])] for s in values]
                for role, values in parts.items()
            }
        )
    return rows


def predict(model: Tagger, texts: list[str], tokenizer: WordPiece) -> list[list[dict]]:
    """Attributions of each text, as PolNeAR writes them."""
    heads = heads_of(model)
    cut = [encode(text, tokenizer) for text in texts]
    scores = iter(tag(model, [window for windows in cut for window in windows]))
    found = []
    for windows in cut:
        rows = []
        for window in windows:
            emissions, link = next(scores)
            rows += rows_of(emissions, link, window, heads)
        found.append(rows)
    return found


def evaluate(model: Tagger, tokenizer: WordPiece, out: Path) -> str:
    """Score dev with the development scorer; the table it prints."""
    gold = DATA / "data/polnear/dev.jsonl"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").split("\n") if line]
    guesses = predict(model, [row["text"] for row in rows], tokenizer)
    path = out / "dev.pred.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for row, guess in zip(rows, guesses, strict=True):
            file.write(json.dumps({"doc": row["doc"], "attributions": guess}) + "\n")
    return subprocess.run(
        [sys.executable, DATA / "tools/score.py", gold, path], capture_output=True, text=True, check=True
    ).stdout


def soft_loss(emissions: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
    """KL from the teacher's token distribution, over the tokens that have one."""
    known = ~torch.isnan(soft[..., 0])
    if not known.any():
        return emissions.sum() * 0.0
    return F.kl_div(
        F.log_softmax(emissions.float()[known], -1),
        F.log_softmax(soft[known], -1),
        reduction="batchmean",
        log_target=True,
    )


def main() -> None:
    """Train, score dev after each epoch, and keep the last weights."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--bert", type=Path, required=True, help="folder of all-MiniLM-L6-v2: weights and vocab.txt")
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--epochs", type=float, default=8)
    ask.add_argument("--rate", type=float, default=2e-4)
    ask.add_argument("--batch", type=int, default=8, help="windows a step")
    ask.add_argument("--decay", type=float, default=1.0, help="learning rate of a layer over that of the one above")
    ask.add_argument("--silver", type=Path, help="folder of a teacher's labels")
    ask.add_argument("--start", type=Path, help="a tagger's weights to start from")
    ask.add_argument("--soft", type=float, default=1.0, help="weight of the teacher's distribution")
    ask.add_argument("--steps", type=int, help="stop after so many, for trials")
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    random.seed(args.seed), np.random.seed(args.seed), torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = WordPiece.read(args.bert / "vocab.txt")
    model = Tagger(Encoder.pretrained(args.bert))
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    sources = data.read(DATA / "data/polnear/train.jsonl")
    texts = {source.doc: source.text for source in sources}
    sources += data.read(DATA / "data/polnear/train.other_annotators.jsonl", texts=texts)
    if args.silver:
        from train.distil import silver  # it imports this module

        sources += silver(args.silver)
    fit(model, sources, tokenizer, args)


def fit(model: Tagger, sources: list[data.Source], tokenizer: WordPiece, args: argparse.Namespace) -> None:
    """The training loop: AdamW, linear warm-up over 6 % of the steps, cosine to zero, bf16 autocast."""
    rng = random.Random(args.seed)

    def cut() -> list[data.Example]:
        return [row for s in sources for row in data.examples(s, tokenizer, first=rng.randrange(40, 256))]

    rows = cut()
    per_epoch = -(-len(rows) // args.batch)
    steps = args.steps or int(per_epoch * args.epochs)
    optimiser = torch.optim.AdamW(groups(model, args.rate, args.decay), weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda s: min((s + 1) / (0.06 * steps), 0.5 + 0.5 * math.cos(math.pi * min(1.0, s / steps))),
    )
    print(
        f"{len(rows)} windows, {sum(len(r.window.ids) for r in rows)} tokens, {steps} steps: {vars(args)}", flush=True
    )
    step, seen, began = 0, 0, time.time()
    sums = np.zeros(3)
    while step < steps:
        model.train()
        for chunk in data.batches(rows, args.batch, rng):
            batch = data.collate(chunk, pad=0)
            with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
                emissions, link = model(batch["ids"], batch["types"], batch["mask"])
            tags = model.crf_loss(emissions, batch["labels"], batch["mask"], batch["weight"])
            links = model.link_loss(link, batch["spans"], batch["pairs"])
            soft = soft_loss(emissions, batch["soft"]) if args.silver else tags * 0.0
            loss = tags + 0.1 * links + args.soft * soft
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step(), schedule.step()
            step, seen = step + 1, seen + int(batch["mask"].sum())
            sums = 0.98 * sums + 0.02 * np.array([tags.item(), links.item(), soft.item()])
            if step % 20 == 0:
                pace = seen / (time.time() - began)
                print(
                    f"step {step}/{steps} tag {sums[0]:.4f} link {sums[1]:.4f} soft {sums[2]:.4f} {pace:.0f} tok/s",
                    flush=True,
                )
            if step >= steps:
                break
        torch.save(model.state_dict(), args.out / "model.pt")
        print(
            f"-- epoch {step / per_epoch:.1f}, {time.time() - began:.0f} s\n{evaluate(model, tokenizer, args.out)}",
            flush=True,
        )
        if step < steps:
            rows = cut()


def groups(model: Tagger, rate: float, decay: float) -> list[dict]:
    """Parameter groups: a layer learns ``decay`` times as fast as the one above it, the heads five times as fast."""
    depth = len(model.encoder.layers)
    by_rate: dict[float, list] = {}
    for name, parameter in model.named_parameters():
        if ".layers." in name:
            at = int(name.split(".layers.")[1].split(".")[0])
            scale = decay ** (depth - 1 - at)
        elif name.startswith("encoder.kind"):
            scale = 1.0
        elif name.startswith("encoder"):
            scale = decay**depth
        else:
            scale = 25.0 if parameter.dim() < 2 or "transitions" in name else 5.0
        by_rate.setdefault(rate * scale, []).append(parameter)
    return [{"params": rows, "lr": value} for value, rows in by_rate.items()]


if __name__ == "__main__":
    main()
