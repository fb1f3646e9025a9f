"""Plain text and Markdown."""

import pytest

from onrecord.errors import EmptyInput, NotReadable, TooLarge
from onrecord.reader import Given, from_markdown, from_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The mayor\r\nsaid no.\r\n\r\nShe left.\r", "The mayor\nsaid no.\n\nShe left.\n"),
        ("  The mayor said no.  \n", "  The mayor said no.  \n"),
        ("\ufeffThe mayor said no.", "The mayor said no."),
        ("The mayor\x00 said\x07 no.\x0cShe left.", "The mayor said no.\nShe left."),
        ("It isn\x92t so.", "It isn’t so."),
        ("One\u2028two\u2029three", "One\ntwo\n\nthree"),
        ("She\u200b said \u202eon\u202c \U0001f44b\U0001f3fd", "She\u200b said \u202eon\u202c \U0001f44b\U0001f3fd"),
        ("Cafe\u0301 owner", "Cafe\u0301 owner"),  # no normalisation: the text is the publisher's
    ],
)
def test_text_is_kept_but_for_line_ends_and_controls(source: str, text: str) -> None:
    assert from_text(source).text == text


def test_text_knows_only_what_is_given() -> None:
    article = from_text("KYIV — The mayor said no.", Given(title=" The\nwall ", outlet=" ", published="2031-04"))
    assert (article.title, article.outlet, article.byline, article.published) == ("The wall", None, None, "2031-04")
    assert article.dateline is not None
    assert article.dateline.text == "KYIV"


@pytest.mark.parametrize(
    ("source", "error"),
    [("", EmptyInput), (" \n\t\ufeff\x00", EmptyInput), ("a\ud83d", NotReadable), ("x" * 20_000_001, TooLarge)],
)
def test_unusable_text(source: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        from_text(source)


def test_two_hundred_thousand_words() -> None:
    assert len(from_text("The mayor said no, and then she left. " * 25_000).text) > 900_000


MARKDOWN = """\
---
title: "The wall"
author: Ida Quill
date: 2031-04-02
tags: [a, b]
---

# Harbour *wall* to hold

PORTMERE — The **engineer** said [it](https://x.example) would
hold `indeed`. ![a wall](w.jpg)

## Background

- One said no.
- Two said *yes*.

> “Nobody,” she said\\
> again.

1\\. A literal 5 * 3 and AT&amp;T.

---

<div>markup</div>
"""


def test_markdown_without_its_marks() -> None:
    article = from_markdown(MARKDOWN)
    assert article.text.split("\n\n") == [
        "PORTMERE — The engineer said it would hold indeed.",
        "Background",
        "One said no.",
        "Two said yes.",
        "“Nobody,” she said again.",
        "1. A literal 5 * 3 and AT&T.",
    ]
    assert (article.title, article.byline, article.published) == ("The wall", "Ida Quill", "2031-04-02")
    assert from_markdown(MARKDOWN.split("---\n\n", 1)[1]).title == "Harbour wall to hold"


def test_markdown_second_title_is_a_paragraph() -> None:
    article = from_markdown("# One\n\nThe mayor said no.\n\n# Two\n\nShe left.")
    assert (article.title, article.text) == ("One", "The mayor said no.\n\nTwo\n\nShe left.")
