"""Take the pictures of ``docs/desk``: every page of a desk on the sample articles, at two widths, light and dark.

    python docs/desk/screenshots.py LEDGER

``make screenshots`` makes the ledger first. Nothing is changed in it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
SIZES = ((1440, 1000), (390, 844))
CHROMIUM = os.environ.get("ONRECORD_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--hide-scrollbars"]


@contextmanager
def served(ledger: str) -> Iterator[str]:
    """A desk on the ledger: its address."""
    command = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "serve", "--db", ledger]
    desk = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert desk.stdout is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+", desk.stdout.readline())
        if not found:
            raise SystemExit("the desk did not start")
        yield found.group()
    finally:
        desk.send_signal(signal.SIGINT)
        desk.wait(timeout=20)


def pages(address: str) -> dict[str, str]:
    """Each page's name and path: the longest article, and whoever is most on record in it."""
    api = f"{address}/api/v1"
    found = httpx.get(f"{api}/statements", params={"q": "reservoir", "limit": 1}, timeout=60).json()["hits"][0]
    longest = httpx.get(f"{api}/articles", params={"limit": 100}).json()["articles"]
    article = max(longest, key=lambda one: int(one["statements"]))["id"]
    people = httpx.get(f"{api}/speakers", params={"name": "Kovalic"}).json()["speakers"]
    return {
        "front": "/",
        "article": f"/article/{article}",
        "speaker": f"/speaker/{people[0]['key']}",
        "search": "/search?q=the+dam+is+safe",
        "review": "/review?q=reservoir",
        "statement": f"/statement/{found['id']}",
        "add": "/add",
        "about": "/about",
        "missing": "/statement/nothing",
    }


def settle(page: Page, name: str) -> None:
    """Bring the page into the state that is worth a picture."""
    page.wait_for_load_state("networkidle")
    if name == "review":
        page.click("[data-do=begin]")
        page.wait_for_selector("#work")
    if name == "article" and page.viewport_size and page.viewport_size["width"] > 1000:
        page.locator("a.n").nth(2).hover()
    page.wait_for_timeout(600)


def main() -> None:
    """Take them all."""
    with served(sys.argv[1]) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for width, height in SIZES:
            for scheme in ("light", "dark"):
                size = {"width": width, "height": height}
                context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                page = context.new_page()
                for name, path in pages(address).items():
                    page.goto(address + path)
                    settle(page, name)
                    page.screenshot(path=HERE / f"{name}-{width}-{scheme}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
