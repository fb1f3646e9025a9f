"""That whatever goes wrong on a page is seen."""

from __future__ import annotations

import pytest

from desk.e2e.looking import Opener, Watch

WRONGS = [
    ("console.error('the roof leaks')", "the roof leaks"),
    ("setTimeout(() => { throw new Error('out of flour') })", "out of flour"),
    ("fetch('/nowhere')", "404 for"),
    ("location.href = 'https://meridianwire.example/'", "asked another host"),
    ("fetch('https://meridianwire.example/').catch(() => 0)", "Content Security Policy"),
    ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "Content Security Policy"),
    ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
]


@pytest.mark.parametrize(("script", "told"), WRONGS)
def test_what_goes_wrong_is_seen(opened: Opener, watch: Watch, reading_desk: str, script: str, told: str) -> None:
    page = opened(reading_desk)
    page.goto("/search")
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(300)
    assert any(told in wrong for wrong in watch.wrong), watch.wrong
    watch.wrong.clear()
