"""How far a job has come, and what came of it: as its worker writes it down and as it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from onrecord.adding import Added
from onrecord.adding.jobs import encodable
from onrecord.store.jobs import Brought, Job

LISTED = 200  # articles, and problems, of a job that are kept by name; all are counted

OUTCOMES = {
    "added": "new",
    "changed": "changed since, kept as new versions",
    "older": "older versions of what is there",
    "reread": "read anew",
    "unchanged": "there already",
    "kept": "left as a newer model read them",
}
"""What became of articles that could be read, in the order in which it is told."""


@dataclass(slots=True)
class Told:
    """What has come of a job so far. ``outcomes`` counts articles by what became of them."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    statements: int = 0
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)

    def count(self, one: Added, article: Brought | None) -> None:
        """Count what became of one input."""
        if one.problem is not None:
            self.failed += 1
            if len(self.problems) < LISTED:
                self.problems.append(problem_of(one.name, one.problem))
            return
        new = article is not None and article.new and one.passed_over  # by this job, before it was interrupted
        outcome = "added" if new else one.outcome or "unchanged"
        self.outcomes[outcome] += 1
        if outcome != "unchanged":
            self.statements += article.statements if new and article else one.statements
        if article is not None and len(self.articles) < LISTED:
            title = article.title or shorten(article.begins, 80, placeholder=" …")
            self.articles[article.key] = {"id": article.key, "title": title, "statements": article.statements}

    @property
    def done(self) -> int:
        """How many inputs have been dealt with."""
        return self.outcomes.total() + self.failed

    def json(self) -> dict[str, Any]:
        """As it is kept with the job."""
        return {
            "outcomes": dict(self.outcomes),
            "failed": self.failed,
            "statements": self.statements,
            "articles": list(self.articles.values()),
            "problems": self.problems,
        }


def problem_of(name: str, message: str) -> dict[str, str]:
    """An error's message taken apart again: what it is about, what is wrong with it, the way out."""
    name, message = encodable(name), encodable(message)
    problem, _, way_out = message.removeprefix(f"{name}: ").partition("; ")
    return {"name": name, "problem": problem, "way_out": _AT_THE_DESK.get(way_out, way_out)}


_AT_THE_DESK = {
    "set allow_private (--allow-private) if you trust it": "if you trust it, have the desk served with --allow-private",
    "pass the text itself if you have it": "paste the text itself if you have it",
    "unpack it and pass the folder": "unpack it and choose the files themselves",
    "say what they are with --format, or pass the files themselves": "choose the files themselves",
}
"""Ways out that are told for the command line, as they are at the desk."""


def job_json(job: Job, ahead: int = 0) -> dict[str, Any]:
    """A job as the API tells it."""
    told: Mapping[str, Any] = job.told
    return {
        "job": job.id,
        "title": job.title,
        "by": job.by,
        "state": "cancelling" if job.state == "running" and job.cancel else job.state,
        "asked": job.asked,
        "began": job.began,
        "ended": job.ended,
        "ahead": ahead,
        "done": job.done,
        "outcomes": told.get("outcomes", {}),
        "failed": told.get("failed", 0),
        "statements": told.get("statements", 0),
        "articles": [one["id"] for one in told.get("articles", [])],
        "problems": told.get("problems", []),
        "message": told.get("message"),
    }
