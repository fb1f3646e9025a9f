"""A desk on the samples' ledger, and Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from desk.e2e.looking import Opener, Watch
from desk.e2e.places import Places, of
from desk.e2e.serving import ROOT, ledger_of_the_samples, serving

ARGUMENTS = (
    "--no-sandbox",  # as root, as in CI, there is none; the pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)

measured: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if measured:
        terminalreporter.section("the desk in the browser")
        for line in measured:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def note() -> list[str]:
    """Lines to tell after the tests: figures that were measured."""
    return measured


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Of the package only: while Playwright runs, other tests could not run event loops of their own."""
    found = subprocess.run(["bash", ROOT / "tools/browser.sh", "--find"], capture_output=True, text=True, check=False)
    if found.returncode:
        refuse = pytest.fail if os.environ.get("CI") or os.environ.get("ONRECORD_NEED_BROWSER") else pytest.skip
        refuse(found.stderr.strip())
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found.stdout.strip(), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' ledger; not to be changed."""
    return ledger_of_the_samples(tmp_path_factory.mktemp("samples") / "samples.db")


@pytest.fixture(scope="session")
def places(samples: Path) -> Places:
    """Addresses of the desk on the samples."""
    return of(samples)


@pytest.fixture(scope="session")
def reading_desk(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk on the samples, for tests that change nothing."""
    with serving(Path(shutil.copy(samples, tmp_path_factory.mktemp("reading") / "reading.db"))) as address:
        yield address


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk on a ledger that has nothing yet."""
    with serving(tmp_path_factory.mktemp("empty") / "empty.db") as address:
        yield address


@pytest.fixture
def writing_desk(samples: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a desk of one's own."""
    with serving(Path(shutil.copy(samples, tmp_path / "writing.db"))) as address:
        yield address


@pytest.fixture
def watch() -> Watch:
    """What went wrong on the pages that were opened."""
    return Watch()


@pytest.fixture
def opened(browser: Browser, watch: Watch) -> Iterator[Opener]:
    """``opened(address, PHONE)``: a page on this desk. The test fails for whatever goes wrong on it unseen."""
    with ExitStack() as contexts:
        yield Opener(browser, watch, contexts)
    assert not watch.wrong, "\n".join(watch.wrong)
