"""``python -m bench.ledger``: what keeping, feeding and searching a ledger costs.

    python -m bench.ledger [--statements N] [--articles N] [--kills N] [--db FILE] [--only PART,…] [--json FILE]

Parts: ``feeding`` (text and HTML in, against reading alone), ``memory``, ``searching`` (on a ledger of N statements of
generated prose, which is made first, unless ``--db`` names one that was made before), ``readers``, ``kills``. With a
million statements and 200 kills it takes about an hour and a half on two cores; let nothing else run.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before NumPy is imported

from bench import ledger_build, ledger_feeding, ledger_searching

PARTS = ("feeding", "memory", "searching", "readers", "kills")


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures of the parts asked for."""
    figures: dict[str, Any] = {}
    parts: dict[str, Callable[[], Any]] = {
        "feeding": lambda: ledger_feeding.feeding(folder, given.texts, given.pages, given.repeats),
        "memory": lambda: ledger_feeding.memory(folder, given.articles),
        "searching": lambda: ledger_searching.searching(made()),
        "readers": lambda: ledger_searching.readers(made(), folder),
        "kills": lambda: _kills(given.kills, folder),
    }

    def made() -> Path:
        path: Path = given.db or folder / "million.db"
        if not path.exists():
            figures["build"] = ledger_build.build(path, given.statements)
        return path

    for name in given.only.split(","):
        figures[name] = parts[name]()
        for line in lines({name: figures[name]}):
            print(line, flush=True)
    return figures


def _kills(count: int, folder: Path) -> dict[str, Any]:
    from bench.killing import killing

    return killing(count, folder)


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """The figures as text, a line each."""
    for part, values in figures.items():
        for name, value in values.items():
            yield f"{part}: {name.replace('_', ' ')}: {_told(value)}"


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_told(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 100
        else f"{value:,.0f}"
        if isinstance(value, int | float)
        else str(value)
    )


def main() -> None:
    """Measure, print, and write where asked."""
    ask = argparse.ArgumentParser(prog="python -m bench.ledger", description=(__doc__ or "").split("\n\n")[0])
    ask.add_argument("--statements", type=int, default=1_000_000, metavar="N", help="in the ledger that is searched")
    ask.add_argument("--articles", type=int, default=10_000, metavar="N", help="that are added for the memory figure")
    ask.add_argument("--texts", type=int, default=200, metavar="N", help="articles of text that are fed")
    ask.add_argument("--pages", type=int, default=200, metavar="N", help="pages of HTML that are fed")
    ask.add_argument("--repeats", type=int, default=3, metavar="N", help="of each timing of feeding")
    ask.add_argument("--kills", type=int, default=200, metavar="N", help="kill -9s")
    ask.add_argument(
        "--db", type=Path, metavar="FILE", help="a ledger that was made before; made there if it is not there"
    )
    ask.add_argument("--only", default=",".join(PARTS), metavar="PARTS", help=f"of {', '.join(PARTS)}")
    ask.add_argument("--quick", action="store_true", help="small figures: does it run?")
    ask.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    given = ask.parse_args()
    if given.quick:
        given.statements, given.articles, given.texts, given.pages, given.repeats, given.kills = 4_000, 60, 8, 8, 1, 2
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        figures = measure(given, Path(folder))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
