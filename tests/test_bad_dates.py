"""Dates, offices and countries that are missing, impossible or contradictory: end to end, with the shipped model."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from test_bad_input import read
from test_cli import run

import onrecord
from onrecord import when
from onrecord.model import Model
from onrecord.reader.dateline import dateline
from onrecord.types import Article, Record

SAID = "“The ferry is late,” said Mara Stone on Tuesday. She chairs the harbour board."
LATER = "The harbour board will meet tomorrow; it met last month, and on March 3."
PAGE = (
    "<!doctype html><html><head><title>Ferry</title>%s</head><body><article>"
    f"<p>{SAID}</p><p>{LATER}</p>"
    "<p>The crossing to Skarvik takes forty minutes, and in winter the boats sail twice a day. Some islanders keep a "
    "boat of their own on the quay below the church, which the storm of last winter did not reach.</p>"
    "</article></body></html>"
)


def article(text: str, published: str | None) -> Article:
    return Article("a1", text, published=published, dateline=dateline(text))


def settled(record: Record) -> dict[str, str | None]:
    """The first day of each time expression, by its words."""
    return {one.span.text: one.interval.start if one.interval else None for one in record.whens}


@pytest.mark.parametrize(
    ("head", "published", "note"),
    [
        ("", None, "no publication date and no dateline date: relative dates are left relative"),
        ("", "2031", "published 2031: too coarse for weekdays and days, which are left relative"),
        ("", "2031-02-30", "published '2031-02-30' is no date of the calendar"),
        ("", "2031-13-01", "published '2031-13-01' is no date of the calendar"),
        ("", "yesterday", "published 'yesterday' is no date of the calendar"),
        ("NORTHREACH, April 2 (NPA) — ", None, "the dateline says April 2 without a year, and the page has no date"),
        ("NORTHREACH, Tuesday — ", None, "no publication date and no dateline date: relative dates are left relative"),
    ],
)
def test_without_a_day_to_reckon_from(model: Model, head: str, published: str | None, note: str) -> None:
    record = onrecord.read(article(f"{head}{SAID}\n\n{LATER}", published), model=model)
    assert note in record.notes
    days = settled(record)
    assert {days[words] for words in ("Tuesday", "tomorrow")} == {None}
    assert all("X" in one.value for one in record.whens if one.span.text in ("Tuesday", "tomorrow", "last month"))
    # Nothing is reckoned from the day on which it is read.
    assert datetime.now(tz=UTC).date().isoformat()[:7] not in json.dumps(list(days.values()))
    (statement,) = record.statements
    assert statement.said_on is None


@pytest.mark.parametrize("published", ["2031-04-02", "2031-04-02T09:30:00+02:00"])
def test_with_one(model: Model, published: str) -> None:
    record = onrecord.read(article(f"{SAID}\n\n{LATER}", published), model=model)
    assert record.notes == ()
    assert settled(record) == {
        "Tuesday": "2031-04-01",
        "tomorrow": "2031-04-03",
        "last month": "2031-03-01",
        "March 3": "2031-03-03",
    }
    (statement,) = record.statements
    assert statement.said_on is not None
    assert (statement.said_on.start, statement.said_on.end) == ("2031-04-01", "2031-04-02")


@pytest.mark.parametrize("impossible", ["Feb. 30", "February 30", "2031-02-30", "April 31, 2030", "Feb. 29, 2031"])
def test_a_day_that_no_calendar_has_is_left_without_one(model: Model, impossible: str) -> None:
    record = onrecord.read(article(f"The harbour board met on {impossible} in Northreach.", "2031-04-02"), model=model)
    assert settled(record) == {impossible: None}
    assert record.notes == (f"'{impossible}' is no day of the calendar: left without one",)


def test_an_impossible_dateline_yields_to_the_page(model: Model) -> None:
    record = onrecord.read(article(f"NORTHREACH, Feb. 30 (NPA) — {SAID}", "2031-04-02"), model=model)
    assert "the dateline says Feb. 30: no day of the calendar" in record.notes
    assert settled(record)["Tuesday"] == "2031-04-01"


@pytest.mark.parametrize(
    ("month_day", "filed", "tuesday"), [("March 4", "2031-03-04", "2031-03-04"), ("May 4", "2030-05-04", "2030-04-30")]
)
def test_a_dateline_against_the_page(model: Model, month_day: str, filed: str, tuesday: str) -> None:
    # A dateline without a year is never one after publication: "May 4" on a page of April is last year's.
    record = onrecord.read(article(f"NORTHREACH, {month_day} (NPA) — {SAID}", "2031-04-02"), model=model)
    (note,) = record.notes
    assert note.startswith(f"the dateline says {filed}, the page 2031-04-02: reckoned from the dateline")
    assert settled(record)["Tuesday"] == tuesday


@pytest.mark.parametrize(
    ("published", "days"),
    [
        ("2999-04-02", ["2999-04-02", "2999-04-03"]),
        ("9999-12-31", ["9999-12-28", None]),  # the calendar has no day after
        ("0001-01-01", [None, "0001-01-02"]),  # nor one before
    ],
)
def test_the_future_and_the_ends_of_the_calendar(model: Model, published: str, days: list[str | None]) -> None:
    found = settled(onrecord.read(article(f"{SAID}\n\n{LATER}", published), model=model))
    assert [found["Tuesday"], found["tomorrow"]] == days


def test_a_date_in_the_future_is_noted_where_today_is_given() -> None:
    _, notes = when.anchor_of(article(SAID, "2999-04-02"), today=date(2031, 4, 2))
    assert notes == ("published 2999-04-02 lies in the future",)


def test_a_date_given_that_is_none(tmp_path: Path) -> None:
    story, lines = tmp_path / "a.txt", tmp_path / "wire.jsonl"
    story.write_text(SAID, encoding="utf-8")
    result = run("read", story, "--published", "2031-02-30")
    assert (result.exit_code, result.stdout) == (2, "")
    rows = [{"id": "a1", "text": SAID, "published": day} for day in ("2031-02-30", "2031-04-02")]
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = run("read", "--jsonl", lines)
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 1
    assert f"{lines}, line 1: " in result.stderr
    assert "no such date" in result.stderr


JSON_LD = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "%s"}</script>'
META = '<meta property="article:published_time" content="%s">'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (JSON_LD % "2031-04-02" + META % "2030-01-05", "2031-04-02"),  # what is written for machines goes first
        (META % "2030-01-05" + JSON_LD % "2031-04-02", "2031-04-02"),
        (JSON_LD % "2031-02-30" + META % "2031-04-02", "2031-04-02"),  # unless it is impossible
        (META % "2031-02-30", None),
    ],
)
def test_contradictory_dates_of_a_page(head: str, published: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE % head, encoding="utf-8")
    record: dict[str, Any] = read(path)
    assert record["article"]["published"] == published
    tuesdays = {one["value"] for one in record["whens"] if one["text"] == "Tuesday"}
    assert tuesdays == {"2031-04-01" if published else "XXXX-WXX-2"}


@pytest.mark.parametrize("country", ["Norland", "the Republic of Carrow"])
def test_an_unknown_country_is_called_as_the_article_calls_it(model: Model, country: str) -> None:
    text = f"“It is over,” said Anna Lind, the foreign minister of {country}, on her way out."
    record = onrecord.read(article(text, "2024-11-15"), model=model)
    (statement,) = record.statements
    assert statement.speaker is not None
    assert (statement.speaker.name, statement.speaker.qid) == ("Anna Lind", None)
    assert statement.speaker.office == "foreign minister"
    named = country.removeprefix("the ")
    assert named in (statement.speaker.country, statement.speaker.organisation)
