"""WordPiece against the library it stands in for, and against its own promises on any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from onrecord.model.infer import WEIGHTS
from onrecord.model.wordpiece import WordPiece
from tests.marked import load_passages

OURS = WordPiece.read(WEIGHTS / "vocab.txt")
THEIRS = BertWordPieceTokenizer(str(WEIGHTS / "vocab.txt"), lowercase=True)
NAMES = {number: piece for piece, number in OURS.ids.items()}


def ours(text: str) -> list[tuple[int, tuple[int, int]]]:
    tokens = OURS.encode(text)
    extents = zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)
    return list(zip(tokens.ids.tolist(), extents, strict=True))


def theirs(text: str) -> list[tuple[int, tuple[int, int]]]:
    found = THEIRS.encode(text, add_special_tokens=False)
    return list(zip(found.ids, found.offsets, strict=True))


@pytest.mark.parametrize("passage", load_passages(), ids=lambda passage: passage.id)
def test_passages_as_the_library_does(passage) -> None:
    assert ours(passage.text) == theirs(passage.text)


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Núñez’s café — naïve, Ørsted, Straße, İstanbul, Łódź",
        "€5 million, £3.5bn, 10°C, 50 % … ½, №7, ©",
        "“curly” ‘single’ «guillemets» ``typewriter''",
        "東京タワー and 서울 and Москва",
        "zero\u200bwidth, \u202bright to left\u202c, soft\u00adhyphen, no\u00a0break",
        "control\x07characters\x1b and tabs\tand\r\nlines",
        "under_score e-mail@example.org #tag $40 ~ ^ ` |",
        "a" * 100 + " " + "b" * 101,
        "e\u0301 o\u0308 combining",
        "",
        " \n ",
    ],
)
def test_awkward_texts_as_the_library_does(text: str) -> None:
    assert ours(text) == theirs(text)


@settings(max_examples=300, deadline=None)
# Form feeds and their like: the library joins the words about them, here they part them. "[SEP]": see below.
@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters="["), max_size=60))
def test_any_western_text_as_the_library_does(text: str) -> None:
    assert ours(text) == theirs(text)


@pytest.mark.parametrize("special", ["[SEP]", "[CLS]", "[PAD]", "[UNK]", "[MASK]"])
def test_an_article_cannot_write_special_tokens(special: str) -> None:
    """The library takes them for its own; here they are a bracket, letters and a bracket."""
    assert next(extent for _, extent in ours(special)) == (0, 1)
    assert OURS.ids[special] not in OURS.encode(special).ids


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_pieces_lie_in_the_text_in_order(text: str) -> None:
    last = 0
    for number, (start, end) in ours(text):
        assert 0 <= start < end <= len(text)
        assert start >= last or NAMES[number].startswith("##")  # "ﬁ" is one character and may be two pieces
        last = max(last, start)
    assert ours(text) == ours(text)  # the second time from memory
