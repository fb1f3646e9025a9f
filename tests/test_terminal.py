from __future__ import annotations

import io
import re

import pytest
from records import harbour, record
from rich.cells import cell_len
from rich.console import Console

from onrecord.serve.terminal import render
from onrecord.types import Record


def shown(made: Record, width: int, *, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    console.print(render(made, console))
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_every_word_is_there_and_no_line_is_too_wide(width: int) -> None:
    view, made = shown(harbour(), width), harbour()
    assert all(cell_len(line) <= width for line in view.splitlines())
    seen = set(view.split())
    for statement in made.statements:
        for text in (statement.content_text, statement.source_text, statement.cue_text):
            assert set(text.split()) <= seen
    for number in ("0.94", "0.71", "0.97", "0.83", "0.92", "0.88", "0.48"):
        assert number in seen


def test_a_row_says_who_when_words_kind_and_confidence() -> None:
    rows = re.findall(r"^ +\d .*$", shown(harbour(), 160), flags=re.MULTILINE)
    cells = [tuple(re.split(r"\s{2,}", row.strip())) for row in rows]
    first = "The harbour board will not vote on the ferry contract before June"
    long = "“We are not there yet,” … “Osk Ferries says the boats are safe. I"
    fares = "that about 1,400 islanders had used the crossing in March, at"
    assert cells == [
        ("1", "Mara Lindqvist", "2031-04-01", first, "indirect", "0.94"),
        ("2", "Mara Lindqvist", "2031-04-01", "“a winter of unanswered letters.”", "mixed", "0.71"),
        ("3", "Mara Lindqvist", "2031-03-31", long, "direct", "0.97"),
        ("4", "Osk Ferries", "?", "the boats are safe", "indirect", "0.83"),
        ("5", "Osk Ferries", "?", "that any inspection had been missed", "indirect", "0.92"),
        ("6", "Osk Ferries", "?", fares, "indirect", "0.88"),
        ("7", "not named", "?", "that the fares would double", "indirect", "0.48"),
    ]


def test_what_a_row_adds_below() -> None:
    view = shown(harbour(), 120)
    lines = [line.strip() for line in view.splitlines()]
    assert "she called" in " ".join(lines)  # the source as the article has it, and the cue
    assert any(line.startswith("told  ") and "–2031-04-01" in line for line in lines)  # the last of several days
    assert any(line.startswith("says  ") and line.endswith("in 3") for line in lines)  # within statement 3
    assert any(line.startswith("she called") and line.endswith("accuse") for line in lines)


def test_what_a_speaker_is_stands_where_they_first_speak() -> None:
    view = shown(harbour(), 160)
    assert view.count("Q900000001") == 2  # there, and in the list of those who speak
    assert view.index("chair, Northreach harbour board") < view.index("she called")


def test_those_who_speak_or_are_spoken_to_are_listed() -> None:
    view = shown(harbour(), 120)
    rows = view[view.rindex("mentions") :].splitlines()[1:4]
    assert [re.split(r"\s{2,}", row.strip()) for row in rows] == [
        ["Mara Lindqvist", "person · chair, Northreach harbour board · NO · Q900000001", "5", "3"],
        ["Osk Ferries", "organisation", "3", "3"],
        ["Northreach Courier", "organisation", "1", "1"],
    ]
    assert "NORTHREACH  place" not in view


def test_notes_and_counts_stand_at_the_end() -> None:
    *_, note, blank, foot = shown(harbour(), 120).splitlines()
    assert note.strip() == "Note: “a year earlier” is reckoned from an event, whose day the article does not settle."
    assert not blank.strip()
    assert foot.strip() == "7 statements · 5 entities · 5 dates · 2 figures · model by-hand 0"


def test_the_paragraph_stands_above_its_statements() -> None:
    view = shown(harbour(), 160)
    assert view.index("¶2  “We are not there yet,” Mara Lindqvist told") < view.index("3  Mara Lindqvist")
    assert view.index("3  Mara Lindqvist") < view.index("¶3")


def test_colour_only_where_it_was_asked_for() -> None:
    assert "\x1b" not in shown(harbour(), 100)
    assert "\x1b[1;36mits chair" in shown(harbour(), 120, colour=True)
    assert "\x1b[1;36mMara Lindqvist" in shown(harbour(), 100, colour=True)


def test_an_article_cannot_command_the_terminal() -> None:
    text = "“Red\x1b[31m \x9b31m\u202eevil\x07” said Ann\x1b]0;owned\x07 Lee."
    people = [{"name": text, "office": text, "country": text, "at": {"name": "Ann"}}]
    known = {"title": text, "outlet": text, "url": text, "notes": [text]}
    view = shown(record(text, {"content": text[:24], "source": "Ann", "name": text}, entities=people, **known), 100)
    assert not set("\x1b\x9b\u202e\x07") & set(view)


def test_markup_of_rich_is_text() -> None:
    made = record("[bold]Hm[/bold] he said.", {"content": "[bold]Hm[/bold]"}, notes=["[red]x[/red]"])
    assert "[bold]Hm[/bold]" in shown(made, 100)
    assert "[red]x[/red]" in shown(made, 100)


def test_a_quotation_over_two_paragraphs_is_listed_once() -> None:
    text = "“One.\n\n“Two,” said Ann Lee."
    view = shown(record(text, {"content": "“One.\n\n“Two,”", "source": "Ann Lee", "cue": "said"}), 120)
    assert len(re.findall(r"0\.90", view)) == 1


def test_a_refusal_without_words_has_a_row() -> None:
    refusal = {"source": "The board", "cue": "did not elaborate", "act": "refuse-to-comment"}
    view = shown(record("Ann Lee left.\n\nThe board did not elaborate.", refusal), 120)
    assert len(re.findall(r"0\.90", view)) == 1
    assert re.search(r"refuse to\s.*\n.*\bcomment\b", view)


def test_no_statement() -> None:
    assert "No statement found" in shown(record("Nobody spoke."), 80)
