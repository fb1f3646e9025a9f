"""Open the desk on a ledger: ``python samples/open_desk.py FILE``.

Where somebody sits at the terminal, it stays open until Ctrl-C, at port 8000 or the next that is free. Where nobody
does, its pages are asked for once, to show that they come, and it is closed.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

import httpx

PAGES = ("/", "/search?q=ferry", "/review", "/about", "/api/v1/stats")
COMMAND = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "serve", "--db"]


def free_port(first: int = 8000) -> int:
    """The first port from ``first`` on that nobody listens at."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    return 0


def visit(db: str) -> int:
    """Ask for each page once and tell what came; 1 if one did not."""
    desk = subprocess.Popen([*COMMAND, db, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert desk.stdout is not None
    try:
        told = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", told)):
            line = desk.stdout.readline()
            if not line:
                print(told)
                return 1
            told += line
        status = 0
        for path in PAGES:
            answer = httpx.get(found.group() + path, timeout=30)
            print(f"  {answer.status_code} {path} ({len(answer.content):,} bytes)")
            status = status or int(answer.status_code != 200)
        return status
    finally:
        desk.send_signal(signal.SIGINT)
        desk.wait(timeout=20)


if __name__ == "__main__":
    ledger = sys.argv[1]
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            sys.exit(subprocess.call([*COMMAND, ledger, "--port", str(free_port())]))
        except KeyboardInterrupt:
            sys.exit(0)
    print("The desk, asked once (in a terminal it stays open):")
    sys.exit(visit(ledger))
