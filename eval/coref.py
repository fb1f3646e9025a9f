"""Coreference scores: mentions, MUC, B³ and CEAF over entities, and their mean, the CoNLL score.

(Vilain et al. 1995; Bagga and Baldwin 1998; Luo 2005; Pradhan et al. 2014.) Mentions match when their extents are
equal; entities of one mention count, as GUM annotates them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Mention = tuple[int, int]
Chain = tuple[Mention, ...]


@dataclass(slots=True)
class Tally:
    """Sums over documents: numerator and denominator of precision and recall of each measure."""

    sums: dict[str, list[float]] = field(default_factory=dict)

    def add(self, measure: str, right_p: float, all_p: float, right_r: float, all_r: float) -> None:
        """Add one document's counts."""
        held = self.sums.setdefault(measure, [0.0] * 4)
        for place, value in enumerate((right_p, all_p, right_r, all_r)):
            held[place] += value

    def f1(self, measure: str) -> float:
        """F1 of a measure, 0 … 1."""
        right_p, all_p, right_r, all_r = self.sums[measure]
        precision, recall = right_p / max(all_p, 1e-9), right_r / max(all_r, 1e-9)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    def conll(self) -> float:
        """The mean F1 of MUC, B³ and CEAFe."""
        return (self.f1("muc") + self.f1("b3") + self.f1("ceafe")) / 3


def score(tally: Tally, gold: Sequence[Chain], guess: Sequence[Chain]) -> None:
    """Add one document's chains to a tally."""
    in_gold = {mention: at for at, chain in enumerate(gold) for mention in chain}
    in_guess = {mention: at for at, chain in enumerate(guess) for mention in chain}
    both = len(in_gold.keys() & in_guess.keys())
    tally.add("mentions", both, len(in_guess), both, len(in_gold))
    tally.add("muc", *_muc(guess, in_gold), *_muc(gold, in_guess))
    tally.add("b3", *_b3(guess, in_gold, gold), *_b3(gold, in_guess, guess))
    tally.add("ceafe", *_ceafe(gold, guess))


def _muc(chains: Sequence[Chain], other: dict[Mention, int]) -> tuple[float, float]:
    right = total = 0
    for chain in chains:
        parts = len({other[m] for m in chain if m in other}) + sum(m not in other for m in chain)
        right += len(chain) - parts
        total += len(chain) - 1
    return right, total


def _b3(chains: Sequence[Chain], other: dict[Mention, int], others: Sequence[Chain]) -> tuple[float, float]:
    right = 0.0
    for chain in chains:
        held = set(chain)
        for mention in chain:
            if mention in other:
                right += len(held.intersection(others[other[mention]])) / len(chain)
    return right, sum(len(chain) for chain in chains)


def _ceafe(gold: Sequence[Chain], guess: Sequence[Chain]) -> tuple[float, float, float, float]:
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((len(gold), len(guess)))
    place = {mention: at for at, chain in enumerate(guess) for mention in chain}
    for row, chain in enumerate(gold):
        for mention in chain:
            if mention in place:
                table[row, place[mention]] += 1
        table[row] *= 2
    if table.size:
        table /= np.array([[len(g) + len(h) for h in guess] for g in gold])
        row, column = linear_sum_assignment(-table)
        best = float(table[row, column].sum())
    else:
        best = 0.0
    return best, len(guess), best, len(gold)
