from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import Drawn, harbour, span

from onrecord.export.fragment import WHOLE, Directive, folded, text_fragment, text_fragments, whole_words
from onrecord.types import Article, Span

URL = "https://courier.example/a"

LONG = (
    "The board said the quay was sound. " + "It was not, as divers found beneath the old stones. " * 8 + "Nobody came."
)

TEXTS = [
    # text, the words, and the directive that is wanted
    ("“We are not there yet,” she said.", "“We are not there yet,”", "text=We%20are%20not%20there%20yet"),
    ("A half-done “A&B”, 30%.", "half-done “A&B”, 30%", "text=half%2Ddone%20%E2%80%9CA%26B%E2%80%9D%2C%2030"),
    ("No, he said. No, she said.", ("No", 2), "text=said.-,No,-%2C%20she"),
    ("no more. The NO side won.", "no more", "text=no%20more"),
    ("The mill will close. THE  MILL will shut.", "The mill", "text=The%20mill,-will%20close."),
    ("The mill will close. THE  MILL will shut.", "THE  MILL", "text=close.-,THE%20MILL,-will"),
    ("Yes.\n\nWe will go on with it.", "Yes.\n\nWe will go on with it", "text=Yes.,on%20with%20it"),
    ("First.\n\nYes, it is.\n\nThen: yes, it is.", ("es, it is", 2), "text=Then%3A-,yes%2C%20it%20is"),
    ("It is over.\n\nIt is over.", ("It is over", 2), "text=over.-,It%20is%20over"),
    ("She can't swim.", "can", "text=can't"),
    ("Grünwald sagte: „Straße“.", "„Straße“", "text=Stra%C3%9Fe"),
    ("She said: … and left.", "…", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "wanted"), TEXTS)
def test_the_directive(text: str, words: Drawn, wanted: str) -> None:
    link = text_fragment(Article("a", text, url=URL), span(text, words))
    assert link == (f"{URL}#:~:{wanted.replace(chr(39), '%27')}" if wanted else URL)


def test_a_long_passage_is_given_by_its_ends() -> None:
    passage = span(LONG, LONG[len("The board said ") :])
    assert len(passage.text) > WHOLE
    assert (
        text_fragment(Article("a", LONG, url=URL), passage) == f"{URL}#:~:text=the%20quay%20was,stones.%20Nobody%20came"
    )


def test_words_of_the_title_need_words_around_them() -> None:
    text = "She said the mill will close."
    link = text_fragment(Article("a", text, url=URL, title="The mill will close"), span(text, "the mill will close"))
    assert link == f"{URL}#:~:text=said-,the%20mill%20will%20close"


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://courier.example/a", "https://courier.example/a#:~:text="),
        ("https://courier.example/a?x=1&y=#", "https://courier.example/a?x=1&y=#:~:text="),
        ("https://courier.example/a#comments", "https://courier.example/a#comments:~:text="),
        ("https://courier.example/a#:~:text=old", "https://courier.example/a#:~:text="),
        ("https://courier.example/a#top:~:text=old&text=er", "https://courier.example/a#top:~:text="),
    ],
)
def test_the_url(url: str, begins: str) -> None:
    text = "The mill will close."
    assert text_fragment(Article("a", text, url=url), span(text, "mill")) == begins + "mill"


@pytest.mark.parametrize("url", [None, ""])
def test_no_url_no_link(url: str | None) -> None:
    assert text_fragment(Article("a", "The mill.", url=url), Span(0, 3, "The")) is None


def test_each_part_is_marked() -> None:
    made = harbour()
    link = text_fragments(made.article, made.statements[2].content)
    assert link is not None
    assert re.findall(r"text=[^&]*", link) == [
        "text=We%20are%20not%20there%20yet",
        "text=Osk%20Ferries%20says%20the%20boats%20are%20safe.%20I%20have%20asked%20to%20see%20the%20papers",
    ]


def decoded(link: str) -> Directive:
    """The parts of the one directive of a link, as the draft's grammar reads them."""
    (text,) = re.findall(r":~:text=([^&]*)$", link)
    parts = text.split(",")
    prefix = parts.pop(0)[:-1] if parts[0].endswith("-") else ""
    suffix = parts.pop()[1:] if parts[-1].startswith("-") else ""
    assert 1 <= len(parts) <= 2
    assert all(re.fullmatch(r"(?:[A-Za-z0-9!$'()*+./:;=?@_~]|%[0-9A-F]{2})+", part) for part in parts)
    return Directive(unquote(prefix), unquote(parts[0]), unquote(parts[1]) if len(parts) > 1 else "", unquote(suffix))


WORDS = st.sampled_from(
    ["the", "The", "mill", "no,", "“no", "Straße", "a-b", "&", "—", "\n\n", "can't", "3.5", "İ", "é", "…", "."]
)


@given(st.lists(WORDS | st.text(max_size=4), min_size=1, max_size=60), st.data())
def test_the_words_are_the_texts_and_lead_to_the_passage(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 1)) if len(text) > 1 else 0
    end = data.draw(st.integers(start, len(text)))
    link = text_fragment(Article("a", text, url=URL), Span.of(text, start, end))
    assert link is not None
    begin, stop = whole_words(text, start, end)
    if begin == stop:
        assert link == URL
        return
    found = decoded(link)
    page = folded(text)
    for part in found:
        assert folded(part) in page
        assert not re.search(r"[\r\n]", part)
    passage = folded(text[begin:stop])
    assert passage.startswith(folded(found.start))
    assert passage.endswith(folded(found.end or found.start))


def browser(text: str, found: Directive) -> tuple[int, int] | None:
    """``[start, end)`` of what a browser marks: a reading of the draft that is not the program's own."""
    prefix, start, end, suffix = (r"\s+".join(map(re.escape, part.split())) for part in found)
    middle = rf"\b{start}\b.*?\b{end}\b" if end else rf"\b{start}\b"
    before, after = rf"\b{prefix}\s*" if prefix else "", rf"\s*{suffix}\b" if suffix else ""
    match = re.search(f"{before}({middle}){after}", text, flags=re.IGNORECASE | re.DOTALL)
    return match.span(1) if match else None


@given(st.lists(st.sampled_from("abcdefgh"), min_size=30, max_size=60), st.integers(0, 25), st.integers(1, 4))
def test_a_browser_finds_the_passage_wherever_words_around_tell_it_apart(
    words: list[str], at: int, length: int
) -> None:
    text = " ".join(words)
    passage = Span.of(text, 2 * at, 2 * (at + length) - 1)
    link = text_fragment(Article("a", text, url=URL), passage)
    assert link is not None
    around = text[max(0, passage.start - 20) : passage.end + 20]  # ten words
    if len(re.findall(f"(?={around})", text)) == 1:
        assert browser(text, decoded(link)) == (passage.start, passage.end)


FEW = st.sampled_from(["the", "quay", "a", "board", "said", "mill", "closed", "of", "stones"])


@settings(max_examples=30)
@given(st.lists(FEW, min_size=150, max_size=200))
def test_a_browser_finds_a_long_passage(words: list[str]) -> None:
    text = "He said: " + " ".join(words) + " and left. " + " ".join(words[:20])
    end = text.index(" and left")
    link = text_fragment(Article("a", text, url=URL), Span.of(text, len("He said: "), end))
    assert link is not None
    found = decoded(link)
    assert found.end
    assert browser(text, found) == (len("He said: "), end)


@pytest.mark.parametrize("text", ["a " * 50_000, "no, " * 20_000, "x" * 200_000])
def test_a_monotonous_page_takes_no_more_than_a_moment(text: str) -> None:
    assert text_fragment(Article("a", text, url=URL), Span.of(text, 1000, 9001)) is not None
