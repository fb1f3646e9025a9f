"""Adding, killed again and again at random moments, and what is in the ledger each time.

    python -m bench.killing --kills 200

starts ``onrecord add`` on some forty articles and kills it with SIGKILL: while it starts, while it reads, while it
commits. Each time the ledger must be whole, must have lost nothing that was in it before, and the processes that read
must end by themselves. When all articles are there, none of them twice, it goes on with a new ledger.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.agency import articles
from onrecord.store.check import check

ARTICLES = 40
SHORT = 700  # characters of an article: reading them all takes a few seconds, which are many moments to be killed at
STARTING = 0.25  # share of kills within the first seconds, whatever has been committed
LONGEST = 120.0  # seconds that one run may take
ORPHANED = 10.0  # seconds that a process that reads may take to see that nobody is there

Ledger = dict[str, tuple[str, ...]]
"""Article → the keys of its statements."""


@dataclass(slots=True)
class Killed:
    """What came of it. ``lingered``: the longest that a process that reads outlived the one that writes, in seconds."""

    kills: int = 0
    committing: int = 0
    ledgers: int = 0
    seconds: float = 0.0
    lingered: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = (
            f"{self.kills} kills in {self.seconds:.0f} s, {self.committing} of them with some but not all articles"
            f" committed; {self.ledgers} ledgers finished; readers outlived the writer by {self.lingered:.2f} s at most"
        )
        return "\n".join([told, *(self.problems or ["nothing lost, nothing half written"])])


def kill_again_and_again(folder: Path, kills: int, seed: int, tell: Callable[[Killed], None] | None = None) -> Killed:
    """Kill adding so many times, in ``folder``, and let it finish at the end."""
    draw = random.Random(seed)
    source, ledger = folder / "articles.jsonl", folder / "killed.db"
    wanted = _write(source, seed)
    done, known = Killed(), Ledger()
    began = time.perf_counter()
    while True:
        process = _start(source, ledger)
        if done.kills < kills:
            _wait(process, ledger, draw, len(known))
        else:
            process.wait(LONGEST)
        readers = _children(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done.kills += 1
            done.lingered = max(done.lingered, _outlived(readers))
            if done.lingered > ORPHANED:
                done.problems.append(f"kill {done.kills}: a process that reads goes on by itself")
            known = _looked_at(ledger, known, done)
            done.committing += 0 < len(known) < len(wanted)
        else:
            known = _looked_at(ledger, known, done)
            if process.returncode or sorted(known) != wanted:
                done.problems.append(
                    f"ended with status {process.returncode} and {len(known)} of {len(wanted)} articles"
                )
            done.ledgers += 1
            if done.kills >= kills:
                break
            known = Ledger()
            for part in folder.glob("killed.db*"):
                part.unlink()
        if tell:
            tell(done)
    done.seconds = time.perf_counter() - began
    return done


def killing(count: int, folder: Path) -> dict[str, Any]:
    """The figures of so many kills, by name."""
    done = kill_again_and_again(folder, count, seed=1)
    return {
        "kills": done.kills,
        "kills while committing": done.committing,
        "ledgers finished": done.ledgers,
        "problems": len(done.problems),
        "readers outlive the writer by at most, s": round(done.lingered, 2),
        "seconds": round(done.seconds),
    }


def _write(source: Path, seed: int) -> list[str]:
    """Write the articles; their ids, sorted."""
    ids = []
    with source.open("w", encoding="utf-8") as file:
        for one in articles(ARTICLES, seed):
            ids.append(str(one["id"]))
            paragraphs = str(one["text"]).split("\n\n")
            short = next(
                (head for at in range(len(paragraphs)) if len(head := "\n\n".join(paragraphs[: at + 1])) >= SHORT),
                one["text"],
            )
            file.write(json.dumps({**one, "text": short}) + "\n")
    return sorted(ids)


def _start(source: Path, ledger: Path) -> subprocess.Popen[bytes]:
    command = "from onrecord.serve.cli import main; main()"
    arguments = ["add", str(source), "--db", str(ledger), "--processes", "2"]
    return subprocess.Popen(
        [sys.executable, "-c", command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _wait(process: subprocess.Popen[bytes], ledger: Path, draw: random.Random, known: int) -> None:
    """Until the moment to kill: a while after the start, or after some more articles have been committed."""
    if draw.random() < STARTING:
        wake = time.monotonic() + draw.uniform(0, 2.5)
        while time.monotonic() < wake and process.poll() is None:
            time.sleep(0.002)
        return
    wanted = known + draw.randint(1, 4)
    limit = time.monotonic() + LONGEST
    while process.poll() is None and _committed(ledger) < wanted and time.monotonic() < limit:
        time.sleep(0.001)
    time.sleep(draw.expovariate(1 / 0.02))  # a commit takes some milliseconds, the next may be under way


def _committed(ledger: Path) -> int:
    if not ledger.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=1)) as connection:
            return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def _looked_at(ledger: Path, known: Ledger, done: Killed) -> Ledger:
    """What is in the ledger now; what is wrong with it is noted."""
    if not ledger.exists():
        return known
    done.problems += [f"kill {done.kills}: {problem}" for problem in check(str(ledger))]
    found = Ledger()
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT id, key FROM article ORDER BY id").fetchall()
        for row, key in rows:
            statements = connection.execute("SELECT key FROM statement WHERE article = ? ORDER BY ordinal", (row,))
            found[key] = tuple(one for (one,) in statements)
        (inputs,) = connection.execute("SELECT count(*) FROM input WHERE article IS NOT NULL").fetchone()
    if not len(found) == len(rows) == inputs:
        done.problems.append(f"kill {done.kills}: {len(rows)} articles of {len(found)} ids, from {inputs} inputs")
    if changed := [key for key in known if found.get(key) != known[key]]:
        done.problems.append(f"kill {done.kills}: {len(changed)} articles lost or changed ({changed[0]})")
    return found


def _children(parent: int) -> list[int]:
    """The processes that this one has started (Linux; elsewhere none are known)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def _outlived(readers: list[int]) -> float:
    """Seconds until all of these have ended."""
    began = time.monotonic()
    while any(_is_alive(reader) for reader in readers) and time.monotonic() - began < ORPHANED + 1:
        time.sleep(0.005)
    return time.monotonic() - began


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main() -> None:
    """Kill, and say what came of it."""
    ask = argparse.ArgumentParser(prog="python -m bench.killing", description="Adding, killed at random moments.")
    ask.add_argument("--kills", type=int, default=200, metavar="N", help="how many times (200)")
    ask.add_argument("--seed", type=int, default=1, metavar="S", help="another seed kills at other moments (1)")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = kill_again_and_again(
            Path(folder),
            given.kills,
            given.seed,
            lambda killed: print(f"\r{killed.kills} kills", end="", file=sys.stderr),
        )
    print(f"\r{done}")
    sys.exit(bool(done.problems))


if __name__ == "__main__":
    main()
