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
    for number in ("0.94", "0.71", "0.97", "0.83", "0.92", "0.48"):
        assert number in seen


def test_a_row_says_source_cue_words_kind_and_confidence() -> None:
    rows = re.findall(r"^ +\d .*$", shown(harbour(), 160), flags=re.MULTILINE)
    cells = [tuple(re.split(r"\s{2,}", row.strip())) for row in rows]
    first = "The harbour board will not vote on the ferry contract before June"
    long = "“We are not there yet,” … “Osk Ferries says the boats are safe. I"
    assert cells == [
        ("1", "its chair", "said", first, "indirect", "0.94"),
        ("2", "she", "called", "“a winter of unanswered letters.”", "mixed", "0.71"),
        ("3", "Mara Lindqvist", "told", long, "direct", "0.97"),
        ("4", "Osk Ferries", "says", "the boats are safe", "indirect", "0.83"),
        ("5", "Osk Ferries", "denied", "that any inspection had been missed", "indirect", "0.92"),
        ("6", "not named", "was reported", "that the fares would double", "indirect", "0.48"),
    ]


def test_what_a_row_adds_to_the_words() -> None:
    view = shown(harbour(), 120)
    assert "= Mara Lindqvist" in view  # whom "she" means
    assert "in 3" in view  # within statement 3
    assert "accuse" in view


def test_the_paragraph_stands_above_its_statements() -> None:
    view = shown(harbour(), 160)
    assert view.index("¶2  “We are not there yet,” Mara Lindqvist told") < view.index("3  Mara Lindqvist")
    assert view.index("3  Mara Lindqvist") < view.index("¶3")


def test_colour_only_where_it_was_asked_for() -> None:
    assert "\x1b" not in shown(harbour(), 100)
    assert "\x1b[1;36mits chair" in shown(harbour(), 100, colour=True)


def test_an_article_cannot_command_the_terminal() -> None:
    text = "“Red\x1b[31m \x9b31m\u202eevil\x07” said Ann\x1b]0;owned\x07 Lee."
    view = shown(record(text, {"content": text[:24], "source": "Ann"}, title=text, outlet=text, url=text), 100)
    assert not set("\x1b\x9b\u202e\x07") & set(view)


def test_markup_of_rich_is_text() -> None:
    assert "[bold]Hm[/bold]" in shown(record("[bold]Hm[/bold] he said.", {"content": "[bold]Hm[/bold]"}), 100)


def test_a_quotation_over_two_paragraphs_is_listed_once() -> None:
    text = "“One.\n\n“Two,” said Ann Lee."
    view = shown(record(text, {"content": "“One.\n\n“Two,”", "source": "Ann Lee", "cue": "said"}), 120)
    assert len(re.findall(r"0\.90", view)) == 1


def test_a_refusal_without_words_has_a_row() -> None:
    refusal = {"source": "The board", "cue": "did not elaborate", "act": "refuse-to-comment"}
    view = shown(record("Ann Lee left.\n\nThe board did not elaborate.", refusal), 120)
    assert len(re.findall(r"0\.90", view)) == 1
    assert "refuse to comment" in view


def test_no_statement() -> None:
    assert "No statement found" in shown(record("Nobody spoke."), 80)
