"""Train the heads for mentions and coreference on GUM, while the tagger keeps to what it was.

python -m train.who --bert …/model --start runs/average.pt --epochs 20 --out runs/who
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from eval import coref
from onrecord.model import mention
from onrecord.model.coreference import DETERMINERS, NEW, TABLES, Parameters, antecedents, chains, pairs, traits
from onrecord.model.encode import Window, encode
from onrecord.model.mention import ASPECT, ASPECTS, COLUMNS, ENDS, LONGEST, TYPES, WIDTH, Spans
from onrecord.model.wordpiece import WordPiece
from train import data
from train.distil import unlabelled
from train.model import HALF, Encoder, Tagger, drop
from train.train import DATA, evaluate, soft_loss

_OBJECTS = ("animal", "plant", "substance")
# Chosen on GUM dev among four values each (LOG.md): what the losses leave is too many new entities.
THRESHOLD = 0.5
LESS_NEW = 1.0  # log odds taken from "none: it is new"


class Reader(Tagger):
    """The tagger with heads for mentions and antecedents on the same encoder."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__(encoder)
        width = encoder.width
        self.who_inner = nn.Linear(width, width)
        self.who = nn.Linear(width, WIDTH)
        self.widths = nn.Parameter(torch.zeros(LONGEST))
        nn.init.normal_(self.who.weight, std=0.03)
        nn.init.zeros_(self.who.bias)
        nn.init.constant_(self.widths, -5.0)  # one span in 150 is a mention
        self.tables = nn.ParameterList(nn.Parameter(torch.zeros(size)) for _, size in TABLES)
        self.aspects = nn.Parameter(torch.ones(ASPECTS))
        self.types = nn.Parameter(torch.zeros(len(TYPES), len(TYPES)))
        self.new = nn.Parameter(torch.zeros(NEW))

    def hidden(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """→ (window, token, width)."""
        return self.encoder(ids, types, mask)

    def both(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Emissions and links."""
        x = self.drop(hidden)
        return self.tag(x), self.link(x)

    def mentions(self, hidden: Tensor) -> Tensor:
        """→ (window, token, WIDTH)."""
        return self.who(drop(F.gelu(self.who_inner(drop(hidden, 0.2, self.training))), 0.2, self.training))


@dataclass(slots=True)
class Story:
    """One GUM document: its text, mentions [start, end), their types and entities."""

    doc: str
    genre: str
    text: str
    extents: list[tuple[int, int]]
    types: list[int]
    entities: list[int]

    def chains(self) -> list[coref.Chain]:
        """Its entities, each as its mentions."""
        held: dict[int, list[tuple[int, int]]] = {}
        for extent, entity in zip(self.extents, self.entities, strict=True):
            held.setdefault(entity, []).append(extent)
        return [tuple(chain) for chain in held.values()]


def stories(split: str) -> list[Story]:
    """GUM's documents of a split; of two mentions with one extent the first counts."""
    out = []
    with open(DATA / f"data/gum/{split}.jsonl", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows = {}
            for m in sorted(row["mentions"], key=lambda m: (m["start"], m["end"])):
                kind = "object" if m["type"] in _OBJECTS else m["type"]
                rows.setdefault((m["start"], m["end"]), (TYPES.index(kind), m["entity"]))
            kinds, entities = [v[0] for v in rows.values()], [v[1] for v in rows.values()]
            out.append(Story(row["doc"], row["genre"], row["text"], list(rows), kinds, entities))
    return out


@dataclass(slots=True)
class Cut:
    """A story in windows: for each mention its window and its first and last token, −1 where a window's end cuts it."""

    story: Story
    windows: list[Window]
    at: np.ndarray  # (mention, 3)


def cut(story: Story, tokenizer: WordPiece, first: int | None = None) -> Cut:
    """Cut a story into windows."""
    windows = encode(story.text, tokenizer, first=first)
    starts: dict[int, tuple[int, int]] = {}
    ends: dict[int, tuple[int, int]] = {}
    for w, window in enumerate(windows):
        for t, (a, b) in enumerate(zip(window.start.tolist(), window.end.tolist(), strict=True)):
            if a >= 0:
                starts.setdefault(a, (w, t))
                ends[b] = (w, t)
    at = np.full((len(story.extents), 3), -1)
    for i, (a, b) in enumerate(story.extents):
        head, tail = starts.get(a), ends.get(b)
        if head and tail and head[0] == tail[0] and head[1] <= tail[1] < head[1] + LONGEST:
            w, (h, t) = head[0], (head[1], tail[1])
            if (windows[w].start[h : t + 1] >= 0).all():
                at[i] = w, h, t
    return Cut(story, windows, at)


def stack(windows: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, types and mask of windows, padded."""
    width = -(-max(len(w.ids) for w in windows) // 32) * 32
    ids, types, mask = (torch.zeros(len(windows), width, dtype=torch.long) for _ in range(3))
    for row, window in enumerate(windows):
        n = len(window.ids)
        ids[row, :n], types[row, :n] = torch.from_numpy(window.ids), torch.from_numpy(window.types)
        mask[row, :n] = 1
    return ids, types, mask


def block(output: Tensor, name: str) -> Tensor:
    """A named block of the mention output's last axis."""
    at = 0
    for column, width in COLUMNS:
        if column == name:
            return output[..., at : at + width]
        at += width
    raise KeyError(name)


def banded(model: Reader, output: Tensor, windows: Sequence[Window]) -> tuple[Tensor, Tensor]:
    """Span log odds (window, token, LONGEST) and whether each span is one."""
    full = block(output, "head") @ block(output, "tail").transpose(1, 2) / ENDS**0.5
    edge = block(output, "edge")
    full = full + edge[..., :1] + edge[..., 1:].transpose(1, 2)
    count = full.shape[1]
    first = torch.arange(count)[:, None]
    last = first + torch.arange(LONGEST)[None]
    inside = last.clamp(max=count - 1)
    scores = full[:, first, inside] + model.widths
    okay = torch.zeros(scores.shape, dtype=torch.bool)
    for row, window in enumerate(windows):
        n = len(window.ids)
        special = torch.cat([torch.zeros(1, dtype=torch.long), torch.from_numpy((window.start < 0).cumsum())])
        special = torch.cat([special, torch.full((count - n,), 10**6)])
        okay[row] = (last < n) & (special[inside + 1] == special[first])
    return scores, okay


def story_loss(model: Reader, output: Tensor, piece: Cut, rng: random.Random, wrong: float) -> dict[str, Tensor]:
    """Losses of one story: which spans are mentions, their types, their antecedents."""
    output = output.float()
    scores, okay = banded(model, output, piece.windows)
    real = piece.at[:, 0] >= 0
    at = torch.from_numpy(piece.at[real])
    gold = torch.zeros_like(scores)
    gold[at[:, 0], at[:, 1], at[:, 2] - at[:, 1]] = 1.0
    more = torch.tensor(1.5)  # of a mention beside no mention: recall is what falls short
    span = F.binary_cross_entropy_with_logits(scores[okay], gold[okay], reduction="sum", pos_weight=more) / len(at)
    types = torch.tensor(piece.story.types)[torch.from_numpy(real)]
    logits = block(output, "type_head")[at[:, 0], at[:, 1]] + block(output, "type_tail")[at[:, 0], at[:, 2]]
    kind = F.cross_entropy(logits, types, label_smoothing=0.05)
    # Coreference over gold mentions and the spans that the model takes for mentions wrongly.
    entities = np.array(piece.story.entities)[real]
    with torch.no_grad():
        false = (scores > -1.0) & okay & (gold == 0)
        extra = false.nonzero()
        extra = extra[torch.rand(len(extra)) < wrong]
        extra = torch.stack([extra[:, 0], extra[:, 1], extra[:, 1] + extra[:, 2]], 1)
    everything = torch.cat([at, extra])
    labels = np.concatenate([entities, -1 - np.arange(len(extra))])
    starts = np.array([piece.windows[w].start[a] for w, a, _ in everything.tolist()])
    ends = np.array([piece.windows[w].end[b] for w, _, b in everything.tolist()])
    order = np.lexsort((ends, starts))
    everything, labels, starts, ends = everything[order], labels[order], starts[order], ends[order]
    w, a, b = everything.T
    query = block(output, "query_head")[w, a] + block(output, "query_tail")[w, b]
    key = block(output, "key_head")[w, a] + block(output, "key_tail")[w, b]
    new = (block(output, "new_head")[w, a] + block(output, "new_tail")[w, b])[:, 0]
    kinds = torch.softmax(block(output, "type_head")[w, a] + block(output, "type_tail")[w, b], -1)
    t = traits(piece.story.text, starts, ends)
    weights = model.aspects.repeat_interleave(ASPECT) / ASPECT**0.5
    score = (query * weights) @ key.T + kinds @ model.types @ kinds.T
    for table, entry in zip(model.tables, pairs(t, slice(None), slice(None)), strict=True):
        score = score + table[torch.from_numpy(entry.astype(np.int64))]
    count = len(labels)
    index = torch.arange(count)
    score = score.masked_fill(index[None] >= index[:, None], -1e4)
    new = new + model.new[torch.from_numpy(t.kind * len(DETERMINERS) + t.determiner)]
    score = torch.cat([new[:, None], score], 1)
    same = torch.from_numpy(labels[:, None] == labels[None]) & (index[None] < index[:, None])
    right = torch.cat([~same.any(1, keepdim=True), same], 1)
    link = torch.logsumexp(score, 1) - torch.logsumexp(score.masked_fill(~right, -1e4), 1)
    return {"span": span, "kind": kind, "link": link.mean()}


def parameters(model: Reader) -> Parameters:
    """What runs outside the network."""

    def array(value: Tensor) -> np.ndarray:
        return value.detach().float().numpy()

    tables = np.concatenate([array(table) for table in model.tables])
    new = array(model.new) - LESS_NEW
    return Parameters(THRESHOLD, array(model.widths), tables, array(model.aspects), array(model.types), new)


@torch.no_grad()
def measure(model: Reader, tokenizer: WordPiece, out: Path | None = None) -> str:
    """Score GUM dev by genre, with the code that runs in the package."""
    model.eval()
    p = parameters(model)
    tallies: dict[str, coref.Tally] = {}
    plain: dict[str, coref.Tally] = {}
    for story in stories("dev"):
        windows = encode(story.text, tokenizer)
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
            output = model.mentions(model.hidden(*stack(windows))).float().numpy()
        parts = [mention.spans(output[i, : len(w.ids)], p.widths, w, THRESHOLD) for i, w in enumerate(windows)]
        found = Spans.joined(parts)
        entity = chains(antecedents(found, traits(story.text, found.start, found.end), p))
        guess: dict[int, list[tuple[int, int]]] = {}
        for a, b, e in zip(found.start.tolist(), found.end.tolist(), entity.tolist(), strict=True):
            guess.setdefault(e, []).append((a, b))
        answer = [tuple(chain) for chain in guess.values()]
        news = "news+interview" if story.genre in ("news", "interview") else story.genre
        for name in (news, "all"):
            coref.score(tallies.setdefault(name, coref.Tally()), story.chains(), answer)
            coref.score(
                plain.setdefault(name, coref.Tally()),
                [c for c in story.chains() if len(c) > 1],
                [c for c in answer if len(c) > 1],
            )
    lines = []
    for name, tally in sorted(tallies.items()):
        parts_ = " ".join(f"{m} {100 * tally.f1(m):.1f}" for m in ("mentions", "muc", "b3", "ceafe"))
        chains_only = 100 * plain[name].conll()
        lines.append(f"{name:15} {parts_} conll {100 * tally.conll():.1f} | no singletons {chains_only:.1f}")
    return "\n".join(lines)


def main() -> None:
    """Train, score GUM dev every few epochs and PolNeAR dev at the end, and keep the last weights."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--bert", type=Path, required=True)
    ask.add_argument("--start", type=Path, required=True, help="a tagger's weights")
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--epochs", type=int, default=20, help="times that GUM is read")
    ask.add_argument("--rate", type=float, default=1e-4)
    ask.add_argument("--windows", type=int, default=4, help="windows of news beside each document of GUM")
    ask.add_argument("--articles", type=int, default=1500, help="unlabelled ones among those that the tagger rereads")
    ask.add_argument("--soft", type=float, default=10.0, help="weight of the tagger's old self")
    ask.add_argument("--weight", type=float, default=0.3, help="of the mentions' losses beside the tagger's")
    ask.add_argument("--teacher", type=Path, help="the tagger to keep to; by default --start")
    ask.add_argument("--fixed", type=int, default=2, help="lowest layers that stay as they are")
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    random.seed(args.seed), np.random.seed(args.seed), torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = WordPiece.read(args.bert / "vocab.txt")
    teacher = torch.load(args.start, weights_only=True)
    model = Reader(Encoder.pretrained(args.bert))
    fresh = model.state_dict()
    model.load_state_dict({k: v for k, v in teacher.items() if k in fresh and v.shape == fresh[k].shape}, strict=False)
    fixed = Tagger(Encoder.pretrained(args.bert))
    fixed.load_state_dict(torch.load(args.teacher or args.start, weights_only=True), strict=False)
    # What lies lowest is shared by all tasks already; leaving it alone saves a quarter of a step.
    lowest = (model.encoder.word, model.encoder.position, model.encoder.norm, *model.encoder.layers[: args.fixed])
    for module in (*lowest, model.tag, model.link):
        module.requires_grad_(requires_grad=False)
    for name, value in fixed.state_dict().items():
        if not name.startswith("encoder"):
            model.state_dict()[name].copy_(value)
    tables = (model.transitions, model.place_source, model.place_content, model.none_source, model.none_content)
    for table in tables:
        table.requires_grad_(requires_grad=False)
    fit(model, fixed.eval(), tokenizer, args)


def fit(model: Reader, teacher: Tagger, tokenizer: WordPiece, args: argparse.Namespace) -> None:
    """The loop: a document of GUM a step, and windows of news on which the tagger keeps to its old self.

    The tagger's own heads stay as they are: gold labels of one annotator in small batches cost it recall (LOG.md).
    """
    rng = random.Random(args.seed)
    gum = stories("train")
    texts = [source.text for source in data.read(DATA / "data/polnear/train.jsonl") + unlabelled(args.articles, seed=1)]
    rng.shuffle(texts)
    steps = len(gum) * args.epochs
    optimiser = torch.optim.AdamW(who_groups(model, args.rate), weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.06 * steps), 0.5 + 0.5 * math.cos(math.pi * min(1.0, s / steps)))
    )
    print(f"{steps} steps: {vars(args)}", flush=True)
    began, step, seen = time.time(), 0, 0
    sums = np.zeros(5)
    news = windows_of(texts, tokenizer, rng)
    for epoch in range(args.epochs):
        rng.shuffle(gum)
        for story in gum:
            model.train()
            ids, types, mask = stack([next(news) for _ in range(args.windows)])
            piece = cut(story, tokenizer, first=rng.randrange(40, 256))
            own = stack(piece.windows)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=HALF):
                known, known_link = (values.float() for values in teacher(ids, types, mask))
            with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
                emissions, link = model.both(model.hidden(ids, types, mask))
                output = model.mentions(model.hidden(*own))
            known[mask == 0] = torch.nan
            soft = soft_loss(emissions, known)
            links = ((link.float() - known_link)[mask > 0] ** 2).mean() / (known_link[mask > 0] ** 2).mean()
            who = story_loss(model, output, piece, rng, wrong=min(1.0, (epoch + 1) / 3))
            loss = args.soft * (soft + 0.1 * links) + args.weight * (who["span"] + who["kind"] + who["link"])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step(), schedule.step()
            step, seen = step + 1, seen + int(mask.sum()) + int(own[2].sum())
            values = [soft, links, who["span"], who["kind"], who["link"]]
            sums = 0.98 * sums + 0.02 * np.array([v.item() for v in values])
            if step % 42 == 0:
                names = ("soft", "link", "span", "kind", "who")
                told = " ".join(f"{n} {v:.3f}" for n, v in zip(names, sums / (1 - 0.98**step), strict=True))
                print(f"step {step}/{steps} {told} {seen / (time.time() - began):.0f} tok/s", flush=True)
        if epoch % 3 == 2 or epoch == args.epochs - 1:
            torch.save(model.state_dict(), args.out / "model.pt")
            print(f"-- epoch {epoch + 1}, {time.time() - began:.0f} s\n{measure(model, tokenizer)}", flush=True)
    print(evaluate(model, tokenizer, args.out), flush=True)


def windows_of(texts: list[str], tokenizer: WordPiece, rng: random.Random) -> Iterator[Window]:
    """Windows of the texts, for ever, never cut alike twice."""
    while True:
        for text in texts:
            yield from encode(text, tokenizer, first=rng.randrange(40, 256))


def who_groups(model: Reader, rate: float) -> list[dict]:
    """The encoder and the tagger's heads learn slowly, the new heads fast, their tables faster."""
    new = ("who", "widths", "tables", "aspects", "types", "new")
    tagger, heads, tables = [], [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("who"):
            heads.append(parameter)
        elif name.startswith(new):
            tables.append(parameter)
        else:
            tagger.append(parameter)
    return [
        {"params": tagger, "lr": rate},
        {"params": heads, "lr": rate * 6},
        {"params": tables, "lr": rate * 50, "weight_decay": 0.03},
    ]


if __name__ == "__main__":
    main()
