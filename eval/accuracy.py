"""Lay down the figures that the desk's page about itself shows, so that none of them is copied by hand.

    python -m eval.accuracy            # figures and calibration; needs the development data
    python -m eval.accuracy --figures  # the figures alone, after eval/floors.json changed

The figures are those of ``eval/floors.json``, which ``python -m eval.gate`` measures again. The calibration is that of
``eval.calibrate``, cross-validated over articles, in ten equally filled bins.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from eval import calibrate, polnear

FLOORS = Path(__file__).parent / "floors.json"
SHOWN = Path(__file__).parents[1] / "src/onrecord/serve/desk/accuracy.json"
BINS = 10


def calibration(bins: int = BINS) -> dict[str, Any]:
    """What was given as confidence and what was right, in bins of equally many statements, the least sure first."""
    x, y, article = calibrate.observe()
    p = calibrate.cross_validated(x, y, article)
    order = np.argsort(p, kind="stable")
    parts = zip(np.array_split(p[order], bins), np.array_split(y[order], bins), strict=True)
    return {
        "data": "PolNeAR dev, cross-validated over articles",
        "statements": len(y),
        "right": round(float(y.mean()), 3),
        "error": round(polnear.calibration_error(p.tolist(), y.tolist(), bins), 3),
        "bins": [
            {"given": round(float(a.mean()), 4), "right": round(float(b.mean()), 4), "statements": len(a)}
            for a, b in parts
        ],
    }


def main() -> None:
    """Write the file."""
    told = json.loads(SHOWN.read_text()) if SHOWN.exists() else {}
    told["figures"] = json.loads(FLOORS.read_text())
    if "--figures" not in sys.argv:
        if not polnear.DEV.exists():
            sys.exit(f"{polnear.DEV}: not here; --figures leaves the calibration as it is")
        told["calibration"] = calibration()
    SHOWN.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told.get("calibration"), indent=1))


if __name__ == "__main__":
    main()
