"""``make eval``: score the shipped model and the reader, print a table, and hold every figure against its floor.

    python eval/gate.py [--lower-floors]

Floors stand in ``floors.json``. A figure under its floor fails; a floor is lowered only by --lower-floors, so that
the change shows in the diff. Without the development data the package's own gold passages are scored instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from eval import passages, polnear, reading, speakers, times, who  # noqa: E402
from onrecord.model import load  # noqa: E402

FLOORS = ROOT / "eval/floors.json"
# Figures may differ in the last digit between processors, whose int8 kernels round differently.
SLACK = 0.003


def measure() -> dict[str, float]:
    """Every figure that has a floor, as shares of one; errors as their complement so that more is better."""
    figures: dict[str, float] = {}
    model = load()
    if polnear.DEV.exists():
        rows = polnear.gold()
        statements = polnear.predict(rows, model)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dev.jsonl"
            polnear.write(rows, statements, path)
            scores, table = polnear.score(path)
        print(table)
        figures["full"] = scores["full"]["F1"]
        figures["half"] = scores["half"]["F1"]
        figures |= {f"span_{role}": scores["span"][role]["F1"] for role in ("source", "cue", "content")}
        figures |= {f"full_{kind}": scores[kind]["full"]["F1"] for kind in ("direct", "indirect", "mixed")}
        figures["source_accuracy"] = scores["source_acc"]
        judged = [one for row, found in zip(rows, statements, strict=True) for one in polnear.judge(row, found)]
        error = polnear.calibration_error([j.statement.confidence for j in judged], [j.right for j in judged])
        print(f"calibration error in sample {error:.4f}; cross-validated: see model.json")
    else:
        print(f"{polnear.DEV}: not here; the statements are scored on the package's own passages alone")
    if reading.PAGES.exists():
        pages = reading.score_pages(reading.PAGES)
        figures |= {f"reading_{name}": float(pages[name]) for name in ("mean_f1", "worst_f1", "dates_right")}
    else:
        print(f"{reading.PAGES}: not here; reading is not scored")
    if who.DEV.exists():
        # times.measure gives per cent
        figures |= {name: value / 100 for name, value in times.measure().items()}
        figures |= who.measure(model)
    else:
        print(f"{who.DEV.parent}: not here; time expressions, mentions and coreference are not scored")
    figures |= passages.score(model)
    figures |= speakers.measure(model)
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    """Measure, compare, and set the floors where that is asked for."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--lower-floors", action="store_true", help="write today's figures as the floors")
    args = ask.parse_args()
    figures = measure()
    floors = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    width = max(map(len, figures))
    failed = []
    print(f"{'figure':{width}}  today   floor")
    for name, value in figures.items():
        floor = floors.get(name)
        under = floor is not None and value < floor - SLACK
        failed += [name] if under else []
        print(f"{name:{width}}  {value:.4f}  {'–' if floor is None else f'{floor:.4f}'}{'  UNDER' if under else ''}")
    if args.lower_floors:
        FLOORS.write_text(json.dumps(floors | figures, indent=1) + "\n")
    elif failed:
        sys.exit(f"under their floors: {', '.join(failed)}")


if __name__ == "__main__":
    main()
