"""GUM dev: mentions and coreference by the package, scored as the CoNLL tasks do (``eval.coref``).

GUM (Zeldes 2017) marks every noun phrase, also abstract ones, and entities that are mentioned once; news and interviews
are the genres that On Record reads. Mentions must have the very extent of the annotated ones.
"""

from __future__ import annotations

import json
from pathlib import Path

from eval import coref
from onrecord.model import Model
from onrecord.model.coreference import antecedents, chains, traits
from onrecord.model.mention import Spans

DEV = Path(__file__).resolve().parents[2] / "shared/data/gum/dev.jsonl"
NEWS = ("news", "interview")


def gold_chains(row: dict) -> list[coref.Chain]:
    """A document's entities; of two mentions with one extent the first counts."""
    entity = {}
    for m in sorted(row["mentions"], key=lambda m: (m["start"], m["end"])):
        entity.setdefault((m["start"], m["end"]), m["entity"])
    held: dict[int, list[coref.Mention]] = {}
    for extent, number in entity.items():
        held.setdefault(number, []).append(extent)
    return [tuple(chain) for chain in held.values()]


def predicted_chains(text: str, model: Model) -> list[coref.Chain]:
    """The chains by the model's likeliest links alone, before any rule on names."""
    found = Spans.joined([s.mentions for s in model.score(model.windows(text)) if s.mentions is not None])
    entity = chains(antecedents(found, traits(text, found.start, found.end), model.who))
    held: dict[int, list[coref.Mention]] = {}
    for start, end, number in zip(found.start.tolist(), found.end.tolist(), entity.tolist(), strict=True):
        held.setdefault(number, []).append((start, end))
    return [tuple(chain) for chain in held.values()]


def measure(model: Model, path: Path = DEV) -> dict[str, float]:
    """F1 of mentions and the CoNLL score, over news and interviews and over all genres; and without singletons."""
    tallies = {name: coref.Tally() for name in ("gum", "gum_all", "gum_chains")}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        gold, guess = gold_chains(row), predicted_chains(row["text"], model)
        coref.score(tallies["gum_all"], gold, guess)
        if row["genre"] in NEWS:
            coref.score(tallies["gum"], gold, guess)
            longer = [[chain for chain in some if len(chain) > 1] for some in (gold, guess)]
            coref.score(tallies["gum_chains"], *longer)
    return {
        "gum_mentions": tallies["gum"].f1("mentions"),
        "gum_conll": tallies["gum"].conll(),
        "gum_all_mentions": tallies["gum_all"].f1("mentions"),
        "gum_all_conll": tallies["gum_all"].conll(),
        "gum_chains_conll": tallies["gum_chains"].conll(),
    }
