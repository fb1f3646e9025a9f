"""PolNeAR dev: what the package predicts, how the development scorer rates it, and whether its confidence holds.

The scorer and the data are development files beside the repository (``../shared``); see CONTRIBUTING.md.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from onrecord.model import Model
from onrecord.pipeline import extract_many
from onrecord.types import Article, Span, Statement

SHARED = Path(__file__).resolve().parents[2] / "shared"
DEV = SHARED / "data/polnear/dev.jsonl"
SCORER = SHARED / "tools/score.py"


@dataclass(frozen=True, slots=True)
class Judged:
    """A predicted statement, and whether content (half) and source are right."""

    statement: Statement
    right: bool


def gold(path: Path = DEV) -> list[dict[str, Any]]:
    """The annotated articles."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def predict(rows: Sequence[dict[str, Any]], model: Model) -> list[list[Statement]]:
    """The statements of each article that PolNeAR's guidelines would annotate.

    PolNeAR marks a cue on every attribution and nothing inside another, so statements without a cue or content
    (a quotation carried on, a bare refusal) and inner statements are left out of the comparison.
    """
    articles = [Article(id=row["doc"], text=row["text"]) for row in rows]
    return [
        [s for s in record.statements if s.cue and s.content and s.parent is None]
        for record in extract_many(articles, model)
    ]


def write(rows: Sequence[dict[str, Any]], statements: Sequence[Sequence[Statement]], path: Path) -> None:
    """Predictions in the scorer's format."""

    def pairs(spans: Sequence[Span]) -> list[list[int]]:
        return [[span.start, span.end] for span in spans]

    with open(path, "w", encoding="utf-8") as out:
        for row, found in zip(rows, statements, strict=True):
            attributions = [
                {"source": pairs(s.source), "cue": pairs(s.cue), "content": pairs(s.content)} for s in found
            ]
            out.write(json.dumps({"doc": row["doc"], "attributions": attributions}) + "\n")


def score(predictions: Path, path: Path = DEV, boot: int = 0) -> tuple[dict[str, Any], str]:
    """Run the development scorer: its figures, and the table it prints."""
    out = predictions.with_suffix(".score.json")
    command = [sys.executable, str(SCORER), str(path), str(predictions), "--json", str(out), "--boot", str(boot)]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(out.read_text()), table


def judge(row: dict[str, Any], statements: Sequence[Statement]) -> list[Judged]:
    """Match statements to gold as the scorer does: greedily, by the overlap of their contents' tokens, from 0.5 on."""
    scorer = _scorer()
    text = row["text"]
    tokens = scorer.tokens(text)
    answers = [a for a in row["attributions"] if a["content"]]
    theirs = [scorer.tokset(tokens, a["content"]) for a in answers]
    ours = [scorer.tokset(tokens, [(x.start, x.end) for x in s.content]) for s in statements]
    pairs = sorted(
        (-len(t & o) / len(t | o), i, j)
        for i, t in enumerate(theirs)
        for j, o in enumerate(ours)
        if t & o and len(t & o) / len(t | o) >= 0.5
    )
    matched: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in matched.values() and j not in matched:
            matched[j] = i
    return [
        Judged(
            one,
            j in matched
            and bool(
                scorer.source_match(text, tokens, answers[matched[j]]["source"], [(x.start, x.end) for x in one.source])
            ),
        )
        for j, one in enumerate(statements)
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equally filled bins (Naeini et al. 2015)."""
    order = np.argsort(np.array(confidence), kind="stable")
    p, y = np.array(confidence)[order], np.array(right, float)[order]
    return float(
        sum(
            abs(a.mean() - b.mean()) * len(a)
            for a, b in zip(np.array_split(p, bins), np.array_split(y, bins), strict=True)
        )
        / len(p)
    )


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
