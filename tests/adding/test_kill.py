"""Adding that is ended at any moment: what was committed is whole, nothing is lost, the same command goes on."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from bench.agency import articles
from bench.killing import kill_again_and_again
from onrecord.store.check import check

MAIN = "from onrecord.serve.cli import main; main()"


def test_killed_at_twenty_moments(tmp_path: Path) -> None:
    done = kill_again_and_again(tmp_path, 20, seed=int(os.environ.get("KILLING_SEED", "1")))
    assert not done.problems, done
    assert done.kills == 20
    assert done.ledgers >= 1
    assert done.committing >= 5
    assert done.lingered < 5


def committed(ledger: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.parametrize("after", [0, 1])
def test_interrupted(tmp_path: Path, after: int) -> None:
    source, ledger = tmp_path / "articles.jsonl", tmp_path / "ledger.db"
    source.write_text("".join(json.dumps(one) + "\n" for one in articles(24, 5)), encoding="utf-8")
    command = [sys.executable, "-c", MAIN, "add", str(source), "--db", str(ledger), "--processes", "2"]
    # A group of its own, so that Ctrl-C can be sent to all of it, as a terminal does.
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    limit = time.monotonic() + 60
    while committed(ledger) < after or not ledger.exists():
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    if not after:
        time.sleep(0.4)  # the processes that read are starting
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.count("\n") == 1, said
    assert "interrupted" in said
    assert "run the same command to go on" in said
    before = committed(ledger)
    assert after <= before < 24
    assert not list(check(str(ledger)))
    again = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=90, check=False)
    assert again.returncode == 0, again.stderr
    assert f"{24 - before} articles added" in again.stderr
    assert committed(ledger) == 24
    assert not list(check(str(ledger)))
