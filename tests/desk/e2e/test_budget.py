"""What a page costs who opens it: bytes of scripts and styles, and the wait until something is seen."""

from __future__ import annotations

from statistics import median
from urllib.parse import urlsplit

import pytest

from desk.e2e.looking import DESK, PHONE, Opener, Screen, Watch
from desk.e2e.places import Places, names

BUDGET = 60_000  # bytes of scripts and styles, as they are sent
CHARTS = ("/static/vendor/vega",)  # what draws charts is counted apart
SEEN_WITHIN = 300  # ms until the first contentful paint, where nothing is cached but the server is awake
VISITS = 5
PAINTED = """() => new Promise((seen) => new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName('first-contentful-paint')) seen(one.startTime);
}).observe({type: 'paint', buffered: true}))"""


@pytest.mark.parametrize("name", names())
def test_scripts_and_styles_stay_within_the_budget(
    opened: Opener, watch: Watch, note: list[str], reading_desk: str, places: Places, name: str
) -> None:
    watch.expected |= {400, 404}
    page = opened(reading_desk)
    page.goto(places.all[name], wait_until="networkidle")
    sent = charts = 0
    for response in watch.answers:
        kind = response.header_value("content-type") or ""
        if not kind.startswith(("text/css", "text/javascript", "application/javascript")):
            continue
        size = response.request.sizes()["responseBodySize"]
        assert size < 2_000 or response.header_value("content-encoding"), f"{response.url} is sent uncompressed"
        if urlsplit(response.url).path.startswith(CHARTS):
            charts += size
        else:
            sent += size
    note.append(
        f"{name}: {sent / 1000:.1f} kB of scripts and styles" + (f", {charts / 1000:.1f} kB for charts" * bool(charts))
    )
    assert 0 < sent <= BUDGET


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=str)
@pytest.mark.parametrize("name", ["front", "article", "speaker", "search", "review"])
def test_a_page_is_seen_soon(  # noqa: PLR0913 - fixtures
    opened: Opener, watch: Watch, note: list[str], reading_desk: str, places: Places, name: str, screen: Screen
) -> None:
    page = opened(reading_desk, screen)
    page.goto(
        "/about"
    )  # a browser that is open already, on the desk; what it starts for a first page is not the desk's
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    waits = []
    for _ in range(VISITS):
        page.goto(places.all[name], wait_until="load")
        waits.append(page.evaluate(PAINTED))
    note.append(f"{name}, {screen}: first contentful paint after {median(waits):.0f} ms (median of {VISITS})")
    assert min(waits) <= SEEN_WITHIN  # the least of them: other work on the machine only ever adds
