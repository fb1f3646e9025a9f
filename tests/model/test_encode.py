"""Windows: whole paragraphs, at most 256 tokens, offsets that re-slice the text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onrecord.model import Model
from onrecord.model.encode import (
    CAPITALISED,
    CAPITALS,
    CLOSING,
    INSIDE,
    LOWER,
    OPENING,
    OUTSIDE,
    TOKEN_TYPES,
    UNCLOSED,
    WINDOW,
    Window,
    encode,
)

SENTENCE = "The harbour board met on Tuesday to hear about the ferry. "


def words(text: str, window: Window) -> list[str]:
    """What each token covers; the separators nothing."""
    return [text[a:b] if a >= 0 else "" for a, b in zip(window.start, window.end, strict=True)]


def check(text: str, windows: list[Window], size: int = WINDOW) -> None:
    """What holds for the windows of any text."""
    last = 0
    for window in windows:
        assert 3 <= len(window.ids) <= size
        for values in (window.types, window.start, window.end, window.paragraph):
            assert values.shape == window.ids.shape
        special = window.start < 0
        assert special[0]
        assert special[-1]
        assert not (special[1:] & special[:-1]).any()
        assert (window.end[special] == -1).all()
        start, end = window.start[~special], window.end[~special]
        assert (start < end).all()
        assert last <= start[0] or last == end[0]  # a character of several tokens, "힌", may be cut between them
        assert (np.diff(start) >= 0).all()
        last = end[-1]
        assert last <= len(text)
        assert (np.diff(window.paragraph) >= 0).all()
        assert (window.types >= 0).all()
        assert (window.types < TOKEN_TYPES).all()
        for piece in words(text, window):
            assert "\n" not in piece


def test_one_paragraph(model: Model) -> None:
    text = "Mara Stone said no."
    (window,) = model.windows(text)
    assert words(text, window) == ["", "Mara", "Stone", "said", "no", ".", ""]
    assert window.ids[0] == model.tokenizer.ids["[CLS]"]
    assert window.ids[-1] == model.tokenizer.ids["[SEP]"]
    assert set(window.paragraph.tolist()) == {0}


def test_paragraphs_share_a_window_and_each_ends_with_a_separator(model: Model) -> None:
    text = "Mara Stone said no.\n\nThe board met.\nFog came."
    (window,) = model.windows(text)
    assert words(text, window) == [
        *["", "Mara", "Stone", "said", "no", ".", ""],
        *["The", "board", "met", ".", ""],
        *["Fog", "came", ".", ""],
    ]
    assert window.paragraph.tolist() == [0] * 7 + [1] * 5 + [2] * 4
    check(text, [window])


def test_windows_hold_whole_paragraphs(model: Model) -> None:
    text = "\n\n".join(SENTENCE * (number % 5 + 1) for number in range(40))
    windows = model.windows(text)
    assert len(windows) > 5
    check(text, windows)
    assert sum((window.start < 0).sum() - 1 for window in windows) == 40  # no paragraph is cut
    for before, after in pairwise(windows):
        assert before.paragraph[-1] < after.paragraph[0]


def test_a_paragraph_too_long_is_cut_at_the_end_of_a_sentence(model: Model) -> None:
    text = SENTENCE * 60
    windows = model.windows(text)
    check(text, windows)
    assert len(windows) > 2
    assert all(words(text, window)[-2] == "." for window in windows)
    assert {number for window in windows for number in window.paragraph.tolist()} == {0}


def test_a_paragraph_without_a_full_stop_is_cut_where_the_window_ends(model: Model) -> None:
    text = "the ferry and the quay and " * 300
    windows = model.windows(text)
    check(text, windows)
    assert [word for window in windows for word in words(text, window) if word] == text.split()
    assert all(len(window.ids) == WINDOW for window in windows[:-1])


def test_every_token_is_in_exactly_one_window(model: Model) -> None:
    text = "\n\n".join([SENTENCE * 3, SENTENCE * 50, "Fog.", SENTENCE])
    read = [word for window in model.windows(text) for word in words(text, window) if word]
    assert "".join(read) == "".join(text.split())


@pytest.mark.parametrize("size", [8, 32, 64])
@pytest.mark.parametrize("first", [None, 5, 8])
def test_other_sizes(model: Model, size: int, first: int | None) -> None:
    text = "\n\n".join(["Fog came.", SENTENCE * 4, "Mara Stone said no."])
    windows = encode(text, model.tokenizer, size, first)
    check(text, windows, size)
    assert "".join("".join(words(text, window)) for window in windows) == "".join(text.split())


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \t\n \n", "\u200b\u200f", "\u00a0\u2003"])
def test_nothing_to_read(model: Model, text: str) -> None:
    assert model.windows(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("👋🏽🚢 Mara said no.", "Mara"),
        ("The cafe\u0301 owner Mara said no.", "Mara"),
        ("\u200b\u200bMara said no.", "Mara"),
        ("\u202bמרה אמרה\u202c Mara said no.", "Mara"),
        ("𝕬𝕭 Mara said no.", "Mara"),  # outside the basic plane: two UTF-16 units each, one code point
        ("İİİİ Mara said no.", "Mara"),  # longer in lower case
        ("ﬁ ǆ Mara said no.", "Mara"),
    ],
)
def test_offsets_count_code_points(model: Model, text: str, word: str) -> None:
    windows = model.windows(text)
    check(text, windows)
    covered = "".join(text[a:b] for a, b in zip(windows[0].start, windows[0].end, strict=True) if a >= text.index(word))
    assert covered == "Marasaidno."


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Stone said no", [(OUTSIDE, CAPITALISED), (OUTSIDE, LOWER), (OUTSIDE, LOWER)]),
        ("NATO met", [(OUTSIDE, CAPITALS), (OUTSIDE, LOWER)]),
        ("“No”", [(OPENING, LOWER), (INSIDE, CAPITALISED), (CLOSING, LOWER)]),
        ("“No", [(OPENING, LOWER), (UNCLOSED, CAPITALISED)]),
        ("A “b” c", [(OUTSIDE, CAPITALISED), (OPENING, LOWER), (INSIDE, LOWER), (CLOSING, LOWER), (OUTSIDE, LOWER)]),
    ],
)
def test_types_carry_quotation_marks_and_capitals(model: Model, text: str, types: list[tuple[int, int]]) -> None:
    (window,) = model.windows(text)
    assert [divmod(int(value), 3) for value in window.types[1:-1]] == types
    assert window.types[0] == window.types[-1] == 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n“”\"' .\u200b\u0301ﬁ")), max_size=90)
)
@example("0:0:0:0:0::0힌")
def test_any_text(model: Model, text: str) -> None:
    check(text, encode(text, model.tokenizer, 16), 16)
