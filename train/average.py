"""Average the weights of runs that started from one another (Wortsman et al. 2022).

python -m train.average runs/student/model.pt runs/student2/model.pt --out runs/average.pt
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Write the mean of the weights given."""
    ask = argparse.ArgumentParser()
    ask.add_argument("weights", type=Path, nargs="+")
    ask.add_argument("--out", type=Path, required=True)
    args = ask.parse_args()
    states = [torch.load(path, weights_only=True) for path in args.weights]
    torch.save({name: sum(state[name] for state in states) / len(states) for name in states[0]}, args.out)


if __name__ == "__main__":
    main()
