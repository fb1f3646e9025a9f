"""About: its figures are those measured, and every kind of problem is told of."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring
from starlette.testclient import TestClient

from onrecord import errors
from onrecord.serve.desk import problems
from onrecord.serve.desk.pages import about

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "src/onrecord/serve/desk"

Desk = Callable[..., TestClient]


@pytest.fixture
def page(desk: Desk) -> HtmlElement:
    answer = desk().get("/about")
    assert answer.status_code == 200, answer.text
    return fromstring(answer.text)


def test_the_figures_are_those_that_are_measured() -> None:
    assert about.accuracy()["figures"] == json.loads((ROOT / "eval/floors.json").read_text()), (
        "run: python -m eval.accuracy --figures"
    )


def test_every_figure_has_words_for_it_that_are_there(page: HtmlElement) -> None:
    told = {
        "".join(row.xpath("th//text()")): row.xpath("string(td)") for row in page.xpath("//table//tr[th[@scope='row']]")
    }
    figures = about.accuracy()["figures"]
    wanted = {of: f"{figures[name] * 100:.1f}" for _, rows in about.MEASURED for of, name in rows}
    assert told["Whole statements: half of the words and the right source, F1"] == f"{figures['full'] * 100:.1f}"
    assert set(told) == set(wanted)


def test_what_is_said_of_people_is_what_the_model_card_says() -> None:
    card = (ROOT / "MODEL_CARD.md").read_text()
    template = (DESK / "templates/about.html").read_text()
    assert "67 of 100" in card
    assert "67 of 100" in template
    assert "| 75.2 |" in card
    assert "F1 of about 75" in template


def test_the_calibration_is_whole() -> None:
    told = about.accuracy()["calibration"]
    assert sum(one["statements"] for one in told["bins"]) == told["statements"]
    given = [one["given"] for one in told["bins"]]
    assert given == sorted(given)
    error = sum(abs(one["given"] - one["right"]) * one["statements"] for one in told["bins"]) / told["statements"]
    assert round(error, 3) == told["error"]


def test_the_drawing_has_a_point_for_each_group_and_the_same_in_words(page: HtmlElement) -> None:
    bins = about.accuracy()["calibration"]["bins"]
    assert len(page.xpath("//svg//circle")) == len(bins)
    assert len(page.xpath("//figure//tbody/tr")) == len(bins)


def test_the_model_is_the_one_that_reads(page: HtmlElement) -> None:
    beside = json.loads((ROOT / "src/onrecord/model/weights/model.json").read_text())
    assert beside["sha256"] in page.text_content()
    assert f"{beside['name']} {beside['version']}" in page.text_content()


def _named() -> Iterator[str]:
    """The kinds of problem that the desk's own code names: Problem(status, "name", …)."""
    for path in sorted(DESK.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem":
                name = node.args[1] if len(node.args) > 1 else None
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield name.value


def test_every_kind_of_problem_is_told_of(page: HtmlElement) -> None:
    told = {one.get("id").removeprefix("problem-") for one in page.xpath("//*[starts-with(@id, 'problem-')]")}
    named = set(_named())
    assert len(named) > 10
    assert named <= told, "write a line on it into problem_kinds.json"
    assert {"no-such-page", "method-not-allowed", "refused"} <= told
    for kind in (errors.NotOnRecord, errors.Conflict, errors.LedgerBusy, errors.AddressRefused):
        assert problems.name_of(kind) in told


def test_no_kind_is_told_of_that_there_is_not() -> None:
    own = set(json.loads((DESK / "problem_kinds.json").read_text()))
    source = "".join(path.read_text() for path in DESK.rglob("*.py"))
    known = {problems.name_of(kind) for kind in vars(errors).values() if isinstance(kind, type)}
    assert not [name for name in own - known if f'"{name}"' not in source]


def test_every_vendored_file_has_its_licence(desk: Desk, page: HtmlElement) -> None:
    links = page.xpath("//a[text()='its licence']/@href")
    assert links
    assert all(desk().get(link).status_code == 200 for link in links)


def test_the_parts_that_others_link_to_are_there(page: HtmlElement) -> None:
    for name in ("marks", "sure", "limits", "keys", "feeds", "api", "problems"):
        assert page.get_element_by_id(name) is not None
