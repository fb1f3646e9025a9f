"""A desk in a process of its own, at a port that was free: ``python serving.py LEDGER`` prints the port."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
SAMPLES = ("harbour.html", "reservoir.txt", "wire.jsonl", "desk/articles.jsonl")


def ledger_of_the_samples(path: Path) -> Path:
    """The samples read by the model that ships, as ``make demo`` does."""
    given = [str(ROOT / "samples" / name) for name in SAMPLES]
    command = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "add", *given, "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return path


@contextmanager
def serving(db: Path) -> Iterator[str]:
    """The address of a desk on this ledger, which ends with the block."""
    command = [sys.executable, __file__, str(db)]
    log = db.with_suffix(".log")
    with log.open("w") as told, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not re.fullmatch(r"\d+\n", line):
                raise RuntimeError(f"the desk did not start: {log.read_text()[-2000:]}")
            yield f"http://127.0.0.1:{line.strip()}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def main(db: Path) -> None:
    import uvicorn

    from onrecord.serve.desk.app import create_app
    from onrecord.serve.desk.settings import Settings

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # whoever comes before the server accepts is not refused, but waits
        port = listening.getsockname()[1]
        app = create_app(Settings(db=db, port=port, by="Ines Vold"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        print(port, flush=True)
        server.run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
