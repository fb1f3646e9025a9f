"""Fit the confidence on PolNeAR dev and write it into the model's sidecar.

    python -m eval.calibrate

A logistic regression on ``statement.features`` (Platt 1999). The calibration error reported is cross-validated over
articles, five parts: no statement is rated by weights that saw its article.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eval import polnear
from onrecord.model import load
from onrecord.model.infer import WEIGHTS

Floats = NDArray[np.float64]


def observe() -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Features (statement, feature) of every comparable statement of dev, whether it is right, and its article."""
    seen: list[tuple[float, ...]] = []

    def remember(features: tuple[float, ...]) -> float:
        seen.append(features)
        return float(len(seen) - 1)  # the confidence says which row of features is this statement's

    rows = polnear.gold()
    predictions = polnear.predict(rows, replace(load(), rate=remember))
    x, y, article = [], [], []
    for at, (row, statements) in enumerate(zip(rows, predictions, strict=True)):
        for judged in polnear.judge(row, statements):
            x.append(seen[int(judged.statement.confidence)])
            y.append(judged.right)
            article.append(at)
    return np.array(x), np.array(y), np.array(article)


def fit(x: Floats, y: NDArray[np.bool_], ridge: float = 1.0) -> Floats:
    """Logistic regression by Newton's method, with a ridge penalty on all but the constant."""
    weights = np.zeros(x.shape[1])
    penalty = np.eye(x.shape[1]) * ridge
    penalty[0, 0] = 0.0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + penalty @ weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def cross_validated(x: Floats, y: NDArray[np.bool_], article: NDArray[np.int64], parts: int = 5) -> Floats:
    """The confidence of each statement under weights fitted on the other parts' articles."""
    p = np.zeros(len(y))
    for part in range(parts):
        held = article % parts == part
        p[held] = 1 / (1 + np.exp(-x[held] @ fit(x[~held], y[~held])))
    return p


def main() -> None:
    """Fit, report, write."""
    if not polnear.DEV.exists():
        sys.exit(f"{polnear.DEV}: not here; calibration needs the development data")
    x, y, article = observe()
    p = cross_validated(x, y, article)
    weights = fit(x, y)
    error = polnear.calibration_error(p.tolist(), y.tolist())
    path = WEIGHTS / "model.json"
    beside = json.loads(path.read_text())
    beside["calibration"] = {
        "weights": [round(w, 4) for w in weights.tolist()],
        "features": ["1", "logit edges", "logit tied", "logit sourced", "direct", "mixed", "no source"],
        "expected_calibration_error": round(error, 4),
        "fitted_on": f"PolNeAR dev, {len(y)} statements, {y.mean():.3f} right; error cross-validated",
    }
    path.write_text(json.dumps(beside, indent=1) + "\n")
    print(json.dumps(beside["calibration"], indent=1))


if __name__ == "__main__":
    main()
