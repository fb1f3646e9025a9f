"""The network: an encoder, a tag head with a CRF, and link projections. PyTorch lives only in this folder."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from onrecord.model.decode import FORBIDDEN, LABELS, allowed
from onrecord.model.encode import TOKEN_TYPES
from onrecord.model.link import CONTENT, CUE_FOR_CONTENT, CUE_FOR_SOURCE, LINK_SIZE, LINKS, PLACES, SOURCE

# bfloat16 halves a step where the processor multiplies it (AVX-512); emulated, it takes ten times as long.
HALF = torch.backends.cpu.get_cpu_capability().startswith("AVX512")


def drop(x: Tensor, rate: float, on: bool) -> Tensor:
    """Dropout with one mask for all tokens of a window (Gal and Ghahramani 2016): 11 % of a step cheaper here."""
    if not on:
        return x
    keep = torch.rand(x.shape[0], 1, x.shape[2]) >= rate
    return x * (keep / (1 - rate)).to(x.dtype)


class Layer(nn.Module):
    """A post-norm transformer layer as in BERT (Devlin et al. 2019)."""

    def __init__(self, width: int, heads: int, inner: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=eps)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """X (window, token, width), bias (window, 1 or head, 1 or token, token) added to the logits → as x."""
        b, t, w = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        # Written out: at 32 dimensions a head, the fused kernel's backward pass takes a quarter of a step on a CPU.
        logits = (q * (w // self.heads) ** -0.5) @ k.transpose(-1, -2) + bias.to(q.dtype)
        y = torch.softmax(logits, -1).to(v.dtype) @ v
        y = self.out(y.transpose(1, 2).reshape(b, t, w))
        x = self.norm1(x + drop(y, 0.1, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + drop(y, 0.1, self.training))


class Encoder(nn.Module):
    """BERT's encoder, its token-type table widened to carry quotation marks and capitals."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        self.width = config["hidden_size"]
        eps = config["layer_norm_eps"]
        self.word = nn.Embedding(config["vocab_size"], self.width)
        self.position = nn.Embedding(config["max_position_embeddings"], self.width)
        self.kind = nn.Embedding(TOKEN_TYPES, self.width)
        self.norm = nn.LayerNorm(self.width, eps=eps)
        self.layers = nn.ModuleList(
            Layer(self.width, config["num_attention_heads"], config["intermediate_size"], eps)
            for _ in range(config["num_hidden_layers"])
        )

    @classmethod
    def pretrained(cls, folder: Path) -> Encoder:
        """Read a sentence-transformers folder of a BERT model."""
        from safetensors.torch import load_file

        old = load_file(folder / "model.safetensors")
        model = cls(json.loads((folder / "config.json").read_text()))
        new = {
            "word.weight": old["embeddings.word_embeddings.weight"],
            "position.weight": old["embeddings.position_embeddings.weight"],
            "kind.weight": old["embeddings.token_type_embeddings.weight"][:1].repeat(TOKEN_TYPES, 1),
            "norm.weight": old["embeddings.LayerNorm.weight"],
            "norm.bias": old["embeddings.LayerNorm.bias"],
        }
        names = {
            "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
            "out": ("attention.output.dense",),
            "norm1": ("attention.output.LayerNorm",),
            "up": ("intermediate.dense",),
            "down": ("output.dense",),
            "norm2": ("output.LayerNorm",),
        }
        for i in range(len(model.layers)):
            for ours, theirs in names.items():
                for kind in ("weight", "bias"):
                    parts = [old[f"encoder.layer.{i}.{name}.{kind}"] for name in theirs]
                    new[f"layers.{i}.{ours}.{kind}"] = torch.cat(parts)
        model.load_state_dict(new)
        return model

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """ids, types, mask (window, token) → (window, token, width)."""
        bias = (1.0 - mask[:, None, None, :].float()) * -1e4
        x = self.word(ids) + self.position.weight[: ids.shape[1]] + self.kind(types)
        x = drop(self.norm(x), 0.1, self.training)
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Tagger(nn.Module):
    """Encoder with tag emissions, CRF transitions and link projections."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.width
        self.drop = nn.Dropout(0.1)
        self.tag = nn.Linear(width, len(LABELS))
        self.link = nn.Linear(width, LINKS * LINK_SIZE)
        nn.init.normal_(self.link.weight, std=0.02)
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.place_source = nn.Parameter(torch.zeros(PLACES))
        self.place_content = nn.Parameter(torch.zeros(PLACES))
        self.none_source = nn.Parameter(torch.zeros(LINK_SIZE + 1))
        self.none_content = nn.Parameter(torch.zeros(LINK_SIZE + 1))
        self.register_buffer("ban", torch.from_numpy(~allowed()).float() * FORBIDDEN)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """→ emissions (window, token, label), link (window, token, LINKS × LINK_SIZE)."""
        hidden = self.drop(self.encoder(ids, types, mask))
        return self.tag(hidden), self.link(hidden)

    def crf_loss(self, emissions: Tensor, labels: Tensor, mask: Tensor, weight: Tensor) -> Tensor:
        """Negative log likelihood of the label paths, a mean over tokens; weight has shape (window,)."""
        moves = self.transitions + self.ban
        emissions, on = emissions.float(), mask.float()
        score = emissions.gather(2, labels[..., None])[..., 0] * on
        path = score.sum(1) + (moves[labels[:, :-1], labels[:, 1:]] * on[:, 1:]).sum(1)
        alpha = emissions[:, 0]
        for t in range(1, emissions.shape[1]):
            step = torch.logsumexp(alpha[:, :, None] + moves, dim=1) + emissions[:, t]
            alpha = torch.where(mask[:, t, None] > 0, step, alpha)
        loss = torch.logsumexp(alpha, dim=1) - path
        return (loss * weight).sum() / (on.sum(1) * weight).sum()

    def link_loss(self, link: Tensor, spans: dict[str, Tensor], pairs: dict[str, Tensor]) -> Tensor:
        """Cross entropy of cue → source and content → cue over the batch.

        spans[role] (n, 3): window, start, end. pairs[...]: 'source_place' (cue, source) indices, −1 across windows;
        'source_gold' (cue,) index of the source or −1 for none; likewise 'content_*' with (content, cue).
        """
        link = link.float()
        total = F.pad(link.cumsum(1), (0, 0, 1, 0))

        def means(role: str, which: int) -> Tensor:
            at = spans[role]
            block = total[..., which * LINK_SIZE : (which + 1) * LINK_SIZE]
            return (block[at[:, 0], at[:, 2]] - block[at[:, 0], at[:, 1]]) / (at[:, 2] - at[:, 1])[:, None]

        def loss(head: Tensor, candidate: Tensor, place: Tensor, gold: Tensor, table: Tensor, none: Tensor) -> Tensor:
            if not len(head):
                return link.sum() * 0.0
            scores = head @ candidate.T + table[place.clamp(min=0)]
            scores = scores.masked_fill(place < 0, -1e4)
            scores = torch.cat([scores, (head @ none[:-1] + none[-1])[:, None]], 1)
            return F.cross_entropy(scores, torch.where(gold < 0, scores.shape[1] - 1, gold))

        to_source = loss(
            means("cue", CUE_FOR_SOURCE), means("source", SOURCE),
            pairs["source_place"], pairs["source_gold"], self.place_source, self.none_source,
        )  # fmt: skip
        to_cue = loss(
            means("content", CONTENT), means("cue", CUE_FOR_CONTENT),
            pairs["content_place"], pairs["content_gold"], self.place_content, self.none_content,
        )  # fmt: skip
        return to_source + to_cue
