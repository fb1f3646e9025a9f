"""About: which model, how sure it is, what the marks mean, what can go wrong, and what is offered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response

from onrecord import errors
from onrecord.serve.desk.access import AsReader
from onrecord.serve.desk.problems import name_of
from onrecord.serve.desk.state import AtDesk

router = APIRouter(include_in_schema=False)

_DESK = files("onrecord.serve.desk")

MEASURED = (
    ("PolNeAR development set, 84 US news articles, by people", (
        ("Whole statements: half of the words and the right source, F1", "full"),
        ("… in direct quotation", "full_direct"),
        ("… in the reporter’s words", "full_indirect"),
        ("… partly quoted", "full_mixed"),
        ("Source right, where the content was found", "source_accuracy"),
    )),
    ("329 statements in fictional passages; every fifth passage was held out", (
        ("Speaker right, of those given", "spoken_speaker_right"),
        ("… in passages held out", "spoken_held_out_speaker_right"),
        ("Day right, of those given", "spoken_day_right"),
        ("… in passages held out", "spoken_held_out_day_right"),
        ("Day given, where the passage tells it", "spoken_day_answered"),
    )),
    ("GUM development set, news and interviews", (
        ("Mentions of people and things found, F1", "gum_mentions"),
        ("Who is the same as whom within an article, CoNLL score", "gum_conll"),
    )),
    ("Saved pages of news sites", (
        ("The article’s text taken from its page, F1, mean", "reading_mean_f1"),
        ("… of the worst page", "reading_worst_f1"),
    )),
)  # fmt: skip
"""What the figures of accuracy.json are of, under what they were measured on: words for each, and its name there."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, 0 to 1, and what it is of."""

    of: str
    value: float


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: its name, as in ``/about#problem-NAME``, and what it is."""

    name: str
    told: str


@dataclass(frozen=True, slots=True)
class Licence:
    """A file of somebody else's that is sent with pages, and where its licence can be read."""

    name: str
    path: str


@router.get("/about")
def about(request: Request, desk: AtDesk, me: AsReader) -> Response:
    """What the desk is made of, and what it cannot do."""
    told = accuracy()
    measured = [(on, [Figure(of, told["figures"][name]) for of, name in rows]) for on, rows in MEASURED]
    return desk.templates.page(
        request,
        "about.html",
        model=model(),
        measured=measured,
        calibration=told["calibration"],
        kinds=problem_kinds(),
        licences=licences(),
    )


@cache
def accuracy() -> dict[str, Any]:
    """The figures of ``eval/floors.json`` and the calibration, as ``python -m eval.accuracy`` laid them down."""
    told: dict[str, Any] = json.loads((_DESK / "accuracy.json").read_text(encoding="utf-8"))
    return told


@cache
def model() -> dict[str, str]:
    """The model's name, version and SHA-256, from the file beside its weights; they are not loaded."""
    path = files("onrecord.model") / "weights" / "model.json"
    beside = json.loads(path.read_text(encoding="utf-8"))
    return {name: str(beside[name]) for name in ("name", "version", "sha256", "base_model")}


@cache
def problem_kinds() -> list[ProblemKind]:
    """Every kind of problem that a page or the API answers with: the library's errors and the desk's own."""
    own: dict[str, str] = json.loads((_DESK / "problem_kinds.json").read_text(encoding="utf-8"))
    told = {name_of(kind): (kind.__doc__ or "").strip().split("\n")[0] for kind in _errors(errors.OnRecordError)}
    return [ProblemKind(name, text) for name, text in sorted((told | own).items())]


def _errors(kind: type[errors.OnRecordError]) -> list[type[errors.OnRecordError]]:
    below = [one for direct in kind.__subclasses__() for one in _errors(direct)]
    return [kind, *(one for one in below if one.__module__ == errors.__name__)]


@cache
def licences() -> list[Licence]:
    """The vendored files, by their licences."""
    names = sorted(one.name for one in (_DESK / "static" / "vendor").iterdir() if one.name.endswith(".LICENSE"))
    return [Licence(name.removesuffix(".LICENSE"), f"vendor/{name}") for name in names]
