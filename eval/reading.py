"""How well pages are read: word F1 of the body, the date, and the time a page takes.

Run from the repository's root::

    python eval/reading.py [FOLDER] [--mean 0.98] [--worst 0.90] [--dates 43] [--ms 30]

Prints a table and exits with status 1 when a figure is under its floor (for ``--ms``: over it). The pages are the
publishers' and lie outside the repository; without them the script says so and exits with status 0.
The language check is left out: some of the pages are not English, and extraction is what is measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from onrecord.errors import OnRecordError
from onrecord.reader.html import body_and_facts

PAGES = Path(__file__).parents[2] / "shared" / "data" / "pages"
SCRAPED = re.compile(r"_\d{4}_\d\d_\d\d\.html\.gz$")  # the day on which the page was saved, not published
ROUNDS = 3  # each page is timed so often, and the fastest counts


def score_pages(folder: Path = PAGES) -> dict[str, Any]:
    """Score every ``*.html.gz`` in ``folder`` against the ``.json`` beside it.

    Returns ``pages``, ``mean_f1``, ``mean_f1_strict``, ``worst_f1``, ``worst_page``, ``dates_right``, ``ms_median``,
    ``ms_mean`` and ``rows``, one dict a page. A page may be expected in several versions, with or without the
    standfirst, which outlets print as part of the body or not: the one that fits best counts. ``mean_f1_strict``
    always expects the standfirst.
    """
    rows = []
    pages = sorted(folder.glob("*.html.gz"))
    if pages:
        _read(gzip.decompress(pages[0].read_bytes()), pages[0].name)  # imports and caches are warm from here on
    for path in pages:
        versions = json.loads((folder / SCRAPED.sub(".json", path.name)).read_text(encoding="utf-8")).values()
        page = gzip.decompress(path.read_bytes())
        times = []
        for _ in range(ROUNDS):
            start = time.process_time()  # the processor's time: what else runs on the machine matters little
            body, published = _read(page, path.name)
            times.append(1_000 * (time.process_time() - start))
        scored = [(*_scores(body, version), version) for version in versions]
        fit, strict, version = max(scored, key=lambda item: item[0])
        rows.append(
            {
                "page": path.name.removesuffix(".html.gz"),
                "f1": fit,
                "f1_strict": strict,
                "published": published,
                "expected": version["publishing_date"],
                "date_right": (published or "")[:10] == version["publishing_date"][:10],
                "ms": min(times),
            }
        )
    if not rows:
        raise FileNotFoundError(f"{folder}: no *.html.gz pages")
    worst = min(rows, key=lambda row: row["f1"])
    return {
        "pages": len(rows),
        "mean_f1": statistics.mean(row["f1"] for row in rows),
        "mean_f1_strict": statistics.mean(row["f1_strict"] for row in rows),
        "worst_f1": worst["f1"],
        "worst_page": worst["page"],
        "dates_right": sum(row["date_right"] for row in rows),
        "ms_median": statistics.median(row["ms"] for row in rows),
        "ms_mean": statistics.mean(row["ms"] for row in rows),
        "rows": rows,
    }


def _read(page: bytes, name: str) -> tuple[str, str | None]:
    try:
        body, found = body_and_facts(page, name)
    except OnRecordError:
        return "", None
    return body, found.published


def _scores(body: str, version: dict[str, Any]) -> tuple[float, float]:
    """F1 with the standfirst expected or not, whichever fits, and F1 with it."""
    parts = [text for section in version["body"]["sections"] for text in (*section["headline"], *section["paragraphs"])]
    strict = word_f1(body, " ".join([*version["body"]["summary"], *parts]))
    return max(strict, word_f1(body, " ".join(parts))), strict


def word_f1(found: str, expected: str) -> float:
    """F1 of the two texts as multisets of lower-cased words."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when a figure is under its floor."""
    parser = argparse.ArgumentParser(description="Score the reading of pages.")
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES)
    parser.add_argument("--mean", type=float, default=0.0, help="least mean F1")
    parser.add_argument("--worst", type=float, default=0.0, help="least F1 of a page")
    parser.add_argument("--dates", type=int, default=0, help="least number of right dates")
    parser.add_argument("--ms", type=float, default=float("inf"), help="most ms of processor time, median page")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder}: no such folder; the pages are not part of the repository. Nothing scored.")
        return 0
    score = score_pages(options.folder)
    for row in sorted(score["rows"], key=lambda row: row["f1"]):
        mark = " " if row["date_right"] else "!"
        print(f"{row['page']:40} {row['f1']:.3f} {row['ms']:6.1f} ms {mark} {row['published']}")
    print(
        f"\n{score['pages']} pages: mean F1 {score['mean_f1']:.4f} (standfirst always expected:"
        f" {score['mean_f1_strict']:.4f}), worst {score['worst_f1']:.3f} ({score['worst_page']}),"
        f" dates right {score['dates_right']}, median {score['ms_median']:.1f} ms, mean {score['ms_mean']:.1f} ms"
    )
    missed = [
        f"{name} {value:.4g}, floor {floor:.4g}"
        for name, value, floor in (
            ("mean F1", score["mean_f1"], options.mean),
            ("worst F1", score["worst_f1"], options.worst),
            ("dates right", score["dates_right"], options.dates),
            ("milliseconds", -score["ms_median"], -options.ms),
        )
        if value < floor
    ]
    print("\n".join(f"UNDER THE FLOOR: {line}" for line in missed), end="\n" if missed else "")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
