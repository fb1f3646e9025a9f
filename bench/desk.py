"""``python -m bench.desk``: what the desk costs, as whoever asks it over a socket sees it.

    python -m bench.desk [--db FILE] [--seconds N] [--only PART,…] [--json FILE]

Parts: ``article`` (a page of 1,500 words and 40 statements: server time, and first contentful paint in Chromium),
``search`` (20 requests a second on the ledger ``--db``, which is to hold a million statements: ``python -m
bench.ledger`` makes it), ``mixed`` (50 requests a second for ``--seconds`` on a copy of ``--db``, or on a ledger of
6,000, while articles are added). Requests are sent when they are due, whether or not those before were answered, and
timed from then; the one who asks shares the cores with the desk.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from random import Random
from threading import Lock, Thread, local
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

import onrecord
from bench.agency import articles
from bench.agency_queries import Filter, queries
from bench.ledger_build import SEED, build
from bench.ledger_searching import percentiles
from onrecord.types import Record

PARTS = ("article", "search", "mixed")
SEARCHES_A_SECOND, REQUESTS_A_SECOND = 20, 50
STATEMENTS = 40  # of the article that the target is for
IDLE = 10  # seconds after which a client makes a new connection
CLIENTS = 200  # at once: connections that are kept, as browsers keep them
WARM = 40  # requests before those that count
SAMPLE = Path(__file__).parents[1] / "samples" / "desk" / "articles.jsonl"
MB = 1e6
EXPECTED = ("200", "201", "302", "304")  # 302: a person has another key since others were joined with them


@contextmanager
def served(db: Path) -> Iterator[tuple[str, int]]:
    """A desk on ``db``, in a process of its own: its address and process id."""
    command = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "serve", "--db", str(db)]
    command += ["--port", "0", "--changes-a-minute", "100000"]
    desk = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert desk.stdout is not None
    try:
        told = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", told)):
            line = desk.stdout.readline()
            if not line:
                raise SystemExit(f"the desk did not start: {told}")
            told += line
        Thread(target=desk.stdout.read, daemon=True).start()  # a log that nobody reads would stop it
        yield found.group(), desk.pid
    finally:
        desk.send_signal(signal.SIGINT)
        desk.wait(timeout=20)


def asked(
    address: str, requests: Sequence[tuple[str, str, Any]], a_second: float, *, facets: bool = False
) -> tuple[list[float], Counter[str], dict[str, list[float]]]:
    """Ask each when it is due: milliseconds of all, what was answered, and milliseconds by kind of request.

    A request is its kind, its path, and what is posted to it, or None. ``facets``: where a page has its facets fetched
    once it is there, they are. Threads with plain sockets: what a richer client takes would be the desk's.
    """
    spent: list[float] = []
    by_kind: dict[str, list[float]] = {}
    answers: Counter[str] = Counter()
    lock, own, begun = Lock(), local(), time.perf_counter()

    def ask(at: int, kind: str, path: str, posted: Any) -> None:
        due = begun + at / a_second
        time.sleep(max(0.0, due - time.perf_counter()))
        text = one(due, kind, path, posted)
        if facets and (found := re.search(rb'hx-get="(/search/facets[^"]*)"', text)):
            one(time.perf_counter(), "facets", html.unescape(found.group(1).decode()), None)

    def one(due: float, kind: str, path: str, posted: Any) -> bytes:
        text, told = b"", ""
        try:
            if getattr(own, "connection", None) is None or time.perf_counter() - own.used > IDLE:
                own.connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
            connection, own.used = own.connection, time.perf_counter()
            body = None if posted is None else json.dumps(posted)
            connection.request("GET" if body is None else "POST", path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            text, told = answer.read(), str(answer.status)
        except (HTTPException, OSError) as error:
            own.connection, told = None, type(error).__name__
        took = (time.perf_counter() - due) * 1000
        with lock:
            answers[f"{kind} {told}"] += 1
            spent.append(took)
            by_kind.setdefault(kind, []).append(took)
        return text

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda numbered: ask(numbered[0], *numbered[1]), enumerate(requests)))
    return spent, answers, by_kind


def article(folder: Path) -> dict[str, Any]:
    """Milliseconds of an article page of some 1,500 words, and what a browser says of it."""
    db = folder / "article.db"
    told = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    longest = max(told, key=lambda one: len(one["text"]))
    known = {name: longest[name] for name in ("text", "title", "url", "outlet", "published")}
    record = onrecord.read(onrecord.Article(id="hearing", **known))
    with onrecord.Ledger(db) as ledger:
        ledger.add([record, _thinned(record)])
    found = {}
    with served(db) as (address, _), httpx.Client(base_url=address) as client:
        for one in client.get("/api/v1/articles").json()["articles"]:
            path = f"/article/{one['id']}"
            record = client.get(f"/api/v1/articles/{one['id']}").json()
            for _ in range(WARM):
                client.get(path).raise_for_status()
            spent = []
            for _ in range(300):
                begun = time.perf_counter()
                client.get(path).raise_for_status()
                spent.append((time.perf_counter() - begun) * 1000)
            found[f"{len(record['statements'])} statements"] = {
                "words": len(record["article"]["text"].split()),
                "ms": percentiles(spent),
                "first_contentful_paint_ms": percentiles(_painted(address + path)),
            }
    return found


def _thinned(record: Record) -> Record:
    """The record with as many statements as the target names, of all parts of the article."""
    step = len(record.statements) / STATEMENTS
    kept = [record.statements[int(at * step)] for at in range(STATEMENTS)]
    ids = {one.id for one in kept}
    return replace(
        record,
        article=replace(record.article, id=f"{record.article.id}-thinned", url=f"{record.article.url}-thinned"),
        statements=tuple(one if one.parent in ids else replace(one, parent=None) for one in kept),
        figures=tuple(one if one.statement in ids else replace(one, statement=None) for one in record.figures),
    )


def _painted(address: str, times: int = 15) -> list[float]:
    from playwright.sync_api import sync_playwright

    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ONRECORD_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        page = browser.new_page()
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(address)  # a browser that is open already
        found = []
        for _ in range(times):
            page.goto("about:blank")
            page.goto(address)
            while (painted := page.evaluate(script)) is None:
                page.wait_for_timeout(10)
            found.append(float(painted))
        browser.close()
    return found


def search(db: Path, seconds: int) -> dict[str, Any]:
    """Milliseconds of search pages at 20 a second, and of the fragment that a search as you type gets."""
    found: dict[str, Any] = {}
    with served(db) as (address, process):
        paths = list(islice(searches(), WARM + SEARCHES_A_SECOND * seconds))
        asked(address, [("warm", path, None) for path in paths[:WARM]], 5)
        asked(address, [("warm", path, None) for path in paths[:WARM]], SEARCHES_A_SECOND)
        pages = [("page", path, None) for path in paths[WARM:]]
        spent, answers, _ = asked(address, pages, SEARCHES_A_SECOND)
        found["page"] = {"ms": percentiles(spent), "answers": dict(answers)}
        spent, answers, kinds = asked(address, pages[::2], SEARCHES_A_SECOND / 2, facets=True)
        found["pages_10_a_second_and_their_facets"] = {
            "ms": {kind: percentiles(took) for kind, took in kinds.items()},
            "answers": dict(answers),
        }
        found["memory_mb"] = memory(process)
    return found


def searches() -> Iterator[str]:
    """Addresses of search pages without end: words, meanings, filters, and words with filters, in turn."""
    made = queries(SEED)
    kinds = zip(cycle(made.words), cycle(made.meanings), cycle(made.filters), cycle(made.words[7:]), strict=False)
    for words, meaning, one, more in kinds:
        yield "/search?" + urlencode({"q": words})
        yield "/search?" + urlencode({"q": meaning})
        yield "/search?" + urlencode(parameters(one))
        yield "/search?" + urlencode({"q": more, **parameters(one)})


def parameters(one: Filter) -> dict[str, Any]:
    """The filters of the generator as the search page's address has them."""
    told = {"speaker": one.speaker, "outlet": one.outlet, "kind": one.kind, "act": one.act, "since": one.since}
    told |= {"until": one.until, "confidence": one.min_confidence}
    return {name: value for name, value in told.items() if value is not None}


def mixed(db: Path | None, folder: Path, seconds: int) -> dict[str, Any]:
    """Fifty requests a second of all kinds while articles are being added: errors, times, memory as it goes."""
    copy = folder / "mixed.db"
    if db is None:
        build(copy, 6_000)
    else:
        shutil.copy(db, copy)
    more = folder / "more.jsonl"
    with more.open("w", encoding="utf-8") as file:
        for one in articles(max(200, seconds * 4), seed=99):
            file.write(json.dumps(one) + "\n")
    with served(copy) as (address, process):
        requests = list(islice(_mixture(address), REQUESTS_A_SECOND * seconds))
        asked(address, requests[:WARM], 5)
        posted = httpx.post(
            f"{address}/api/v1/articles", params={"wait": 0}, content=more.read_bytes(),
            headers={"content-type": "application/x-ndjson"}, timeout=60,
        )  # fmt: skip
        posted.raise_for_status()
        grown, answers, spent, kinds = [memory(process)], Counter[str](), list[float](), dict[str, list[float]]()
        tenth, tenths = len(requests) // 10, list[float]()
        for at in range(10):
            part = requests[at * tenth : (at + 1) * tenth]
            some, told, by_kind = asked(address, part, REQUESTS_A_SECOND)
            spent += some
            answers += told
            for kind, took in by_kind.items():
                kinds.setdefault(kind, []).extend(took)
            grown.append(memory(process))
            tenths.append(percentiles(some)["p95"])
        added = httpx.get(f"{address}{posted.headers['location']}").json()
    errors = {name: count for name, count in answers.items() if name.split()[1] not in EXPECTED}
    return {
        "requests": len(spent),
        "errors": errors or "none",
        "ms": percentiles(spent),
        "by_kind_ms": {kind: percentiles(took) for kind, took in sorted(kinds.items())},
        "p95_ms_by_tenth": tenths,
        "memory_mb": grown,
        "articles_added_meanwhile": added.get("done"),
        "job": added.get("state"),
    }


def _mixture(address: str) -> Iterator[tuple[str, str, Any]]:
    """Requests as a newsroom makes them: most look, some correct."""
    rng = Random(5)
    found = httpx.get(f"{address}/api/v1/statements", params={"limit": 200, "sort": "said"}, timeout=60).json()["hits"]
    people = sorted({one["person"] for one in found if one["person"]})
    for path in searches():
        one = rng.choice(found)
        yield rng.choices(
            [
                ("search", path, None),
                ("article", f"/article/{one['article']}", None),
                ("front", "/", None),
                ("speaker", f"/speaker/{rng.choice(people)}", None),
                ("api", path.replace("/search", "/api/v1/statements"), None),
                ("feed", path.replace("/search", "/search.atom"), None),
                ("correct", f"/api/v1/statements/{one['id']}/corrections", {"field": "status", "value": "accepted"}),
            ],
            weights=[30, 25, 15, 10, 12, 5, 3],
        )[0]


def memory(process: int) -> float:
    """Megabytes that a process uses that no other does; its children's (who read articles) are not in it."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    return sum(int(size) for size in re.findall(r"^Private_\w+:\s+(\d+) kB", told, re.MULTILINE)) * 1024 / MB


def _onrecord(*arguments: str | Path) -> None:
    command = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Measure, print, and write where asked."""
    ask = argparse.ArgumentParser(prog="python -m bench.desk", description=(__doc__ or "").split("\n\n")[0])
    ask.add_argument("--db", type=Path, metavar="FILE", help="a ledger of a million statements; mixed works on a copy")
    ask.add_argument("--seconds", type=int, default=300, help="of the mixed part; a fifth of it of searching")
    ask.add_argument("--only", default=",".join(PARTS), metavar="PART,…")
    ask.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    given = ask.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in given.only.split(","):
            if part == "article":
                figures[part] = article(folder)
            elif part == "search" and given.db:
                figures[part] = search(given.db, max(10, given.seconds // 5))
            elif part == "mixed":
                figures[part] = mixed(given.db, folder, given.seconds)
            else:
                raise SystemExit(f"{part}: none of {', '.join(PARTS)}, or needs --db")
            print(json.dumps({part: figures[part]}, indent=1), flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
