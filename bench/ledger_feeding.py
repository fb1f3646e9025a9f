"""How fast articles go in, against reading alone, and in how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.agency import articles
from bench.agency_pages import pages
from bench.corpus import corpus
from bench.timing import interleaved, ratio, wall

SEED = 20_311
SHORT = 1_200  # characters of an article for the memory figure, so that 10,000 are read in reasonable time


def feeding(folder: Path, texts: int, count_of_pages: int, repeats: int) -> dict[str, Any]:
    """Words and pages a second, whole processes, start included; adding against ``onrecord read --jsonl``, in turn."""
    read = corpus(None, texts)
    lines = folder / "texts.jsonl"
    lines.write_text("".join(json.dumps({"id": f"t{at}", "text": text}) + "\n" for at, text in enumerate(read.texts)))
    html = folder / "pages"
    html.mkdir(exist_ok=True)
    for name, page in pages(count_of_pages, SEED):
        (html / name).with_suffix(".html").write_text(page, encoding="utf-8")
    number = iter(range(10**6))

    def reading() -> None:
        _run("-c", READ, str(lines))

    def adding() -> None:
        _run("-c", RUN, "add", str(lines), "--db", str(folder / f"t{next(number)}.db"))

    def adding_pages() -> None:
        _run("-c", RUN, "add", str(html), "--db", str(folder / f"t{next(number)}.db"))

    rows = interleaved([reading, adding], repeats, wall)
    page_row = [wall(adding_pages) for _ in range(repeats)]
    return {
        "texts": read.name,
        "words": read.words,
        "reading_alone_words_a_second": read.words / median(rows[0]),
        "adding_words_a_second": read.words / median(rows[1]),
        "adding_by_reading_alone": ratio(rows[0], rows[1]),
        "pages_a_second": count_of_pages / median(page_row),
    }


RUN = "from onrecord.serve.cli import main; main()"
# Extraction alone in one process, the model's threads on both cores, the records let go: nothing is written.
READ = """
import os, sys
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
from onrecord.model import load
from onrecord.pipeline import extract_many
from onrecord.reader import articles
for _ in extract_many(articles(open(sys.argv[1], "rb"), "texts"), load()):
    pass
"""


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def memory(folder: Path, count: int) -> dict[str, Any]:
    """The memory of all processes while ``count`` articles are added: in each tenth of the way, and the most."""
    lines = folder / "many.jsonl"
    with lines.open("w", encoding="utf-8") as stream:
        for one in articles(count, SEED):
            stream.write(json.dumps({**one, "text": one["text"][:SHORT].rsplit("\n\n", 1)[0]}) + "\n")
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "add", str(lines), "--db", str(folder / "many.db"), "--processes", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    samples: list[int] = []
    watcher = threading.Thread(target=_sample, args=(process, samples))
    watcher.start()
    _, told = process.communicate()
    watcher.join()
    if process.returncode:
        raise RuntimeError(told.decode())
    tenth = max(1, len(samples) // 10)
    return {
        "articles": count,
        "seconds": time.perf_counter() - begun,
        "megabytes_by_tenth": [max(samples[at : at + tenth]) / 1e6 for at in range(0, len(samples) - tenth + 1, tenth)],
        "most_megabytes": max(samples) / 1e6,
    }


def _sample(process: subprocess.Popen[bytes], samples: list[int]) -> None:
    """Proportional set sizes (memory that processes share is counted once), twice a second."""
    while process.poll() is None:
        total = sum(filter(None, map(_size, [process.pid, *_children(process.pid)])))
        if total:
            samples.append(total)
        time.sleep(0.5)


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _size(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:")), 0)
