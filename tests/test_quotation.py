"""Where the quoted regions lie: texts, and the regions that stand in them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.quotation import quotations

CLOSED = [
    # double, curly and straight
    ("“The ferry is late,” said Mara Lind.", ["“The ferry is late,”"]),
    ('"The ferry is late," said Mara Lind.', ['"The ferry is late,"']),
    ('"One," she said. "Two," he said.', ['"One,"', '"Two,"']),
    ('He called it "late".', ['"late"']),
    ("“One,” she said, “and two.”", ["“One,”", "“and two.”"]),
    ("„Der Kai“ is his word, „the quay” hers.", ["„Der Kai“", "„the quay”"]),
    ("« Le quai », she wrote, «the quay».", ["« Le quai »", "«the quay»"]),
    ("»The quay«, she wrote, (»kajen«).", ["»The quay«", "»kajen«"]),
    ("»The quay«, she wrote.\n«Le quai», he wrote.", ["»The quay«", "«Le quai»"]),  # each paragraph its own way
    ("The quay », she wrote, « is shut ».", ["« is shut »"]),
    ("“The first,“ said he, “the second.”", ["“The first,“", "“the second.”"]),  # an opening mark used to close
    ("He said ”the quay is shut,” and left.", ["”the quay is shut,”"]),  # a closing mark used to open
    # typewriter pairs
    ("``The quay is shut,'' he said.", ["``The quay is shut,''"]),
    ("''The quay is shut,'' he said.", ["''The quay is shut,''"]),
    ('``The quay is shut," he said.', ['``The quay is shut,"']),
    # single marks
    ("‘The quay is shut,’ said Ms Lind.", ["‘The quay is shut,’"]),
    ("'The quay is shut,' said Ms Lind.", ["'The quay is shut,'"]),
    ("He called it a ‘quay’.", ["‘quay’"]),
    ("‘It isn’t so,’ she said, ‘and won’t be.’", ["‘It isn’t so,’", "‘and won’t be.’"]),
    ("'It isn't so,' she said.", ["'It isn't so,'"]),
    ("‘The pilots’ boat is late,’ she said.", ["‘The pilots’ boat is late,’"]),
    # apostrophes
    ("Lind’s boat isn’t late; the pilots’ is.", []),
    ("Lind's boat isn't late; the pilots' is.", []),
    ("In the '90s the boats were late.", []),
    ("’Twas the boats’ fault in ’92.", []),
    ("She is 5'10\" tall.", []),
    ("Rock 'n' roll on the quay.", []),
    ("Rock ‘n’ roll, rock ’n’ roll and rock-'N'-roll.", []),
    ("'It was rock 'n' roll,' she said.", ["'It was rock 'n' roll,'"]),
    ("In the '90s rock 'n' roll was “loud”.", ["“loud”"]),
    # nested: the outer level alone
    ("“He called it ‘a wall’ then,” she said.", ["“He called it ‘a wall’ then,”"]),
    ("‘He called it “a wall” then,’ she said.", ["‘He called it “a wall” then,’"]),
    ("\"He called it 'a wall' then,\" she said.", ["\"He called it 'a wall' then,\""]),
    ("``He called it `a wall' then,'' she said.", ["``He called it `a wall' then,''"]),
    # scare quotes, and marks that hold nothing
    ("The so-called “quiet” port and its “loud” mayor.", ["“quiet”", "“loud”"]),
    ('The "quiet" port.', ['"quiet"']),
    ("“” she wrote.", ["“”"]),
    # a stray closing mark opens nothing
    ("The quay is shut.” She left.", []),
    ("The quay is shut.» She left.", []),
    # zero-width, right-to-left, emoji, combining
    ("\u200b“ערב טוב,” said Noa Erel.", ["“ערב טוב,”"]),
    ("👋🏽 “The quay 🚢 is shut,” she said.", ["“The quay 🚢 is shut,”"]),
    ("“The cafe\u0301 is shut,” she said.", ["“The cafe\u0301 is shut,”"]),
    ("", []),
    ("\n\n", []),
    ("“", ["“"]),
]


@pytest.mark.parametrize(("text", "regions"), CLOSED)
def test_regions(text: str, regions: list[str]) -> None:
    assert [text[one.start : one.end] for one in quotations(text)] == regions


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("She said: “The quay is shut.\n\nThe board met.", "“The quay is shut."),
        ('"The quay is shut.\n\nThe board met.', '"The quay is shut.'),
        ("``The quay is shut.\nThe board met.", "``The quay is shut."),
        ("„The quay is shut", "„The quay is shut"),
        ("«The quay is shut", "«The quay is shut"),
        ("He said ”the quay is shut.\n\nThe board met.", "”the quay is shut."),
    ],
)
def test_what_is_never_closed_ends_with_its_paragraph(text: str, region: str) -> None:
    (one,) = quotations(text)
    assert text[one.start : one.end] == region
    assert not one.closed


@pytest.mark.parametrize("text", ["‘The quay is shut.\n\nThe board met.", "'Tis shut.", "the ‘quay"])
def test_an_unclosed_single_mark_is_an_apostrophe(text: str) -> None:
    assert quotations(text) == []


def test_a_running_quotation_opens_each_paragraph_and_closes_the_last() -> None:
    text = "Lind said: “One.\n\n“Two.\n\n“Three.” She left."
    regions = quotations(text)
    assert [text[one.start : one.end] for one in regions] == ["“One.", "“Two.", "“Three.”"]
    assert [one.closed for one in regions] == [False, False, True]
    assert [one.opens_paragraph for one in regions] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "opens"),
    [("“One.”", True), (" \t“One.”", True), ("x\n\n“One.”", True), ("x “One.”", False), ("\u200b“One.”", False)],
)
def test_opens_paragraph(text: str, opens: bool) -> None:
    assert [one.opens_paragraph for one in quotations(text)] == [opens]


@pytest.mark.parametrize(
    ("text", "single"), [("‘Yes,’ she said.", True), ("'Yes,' she said.", True), ("“Yes,”", False), ("''Yes,''", False)]
)
def test_single(text: str, single: bool) -> None:
    assert [one.single for one in quotations(text)] == [single]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from([*"'’‘‚“”\"«»„‟` \n.,sab"]), max_size=60))
def test_regions_lie_apart_in_order_and_within_a_paragraph(text: str) -> None:
    at = 0
    for one in quotations(text):
        assert at <= one.start < one.end <= len(text)
        assert "\n" not in text[one.start : one.end]
        at = one.end


@pytest.mark.parametrize("unit", ["'a ", "‘a ", "‘as’ ", "“a ", '"a ', "``a ", "'a\n", "‘a’ "])
def test_time_is_linear_in_one_long_paragraph(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        least = float("inf")
        for _ in range(3):
            begun = time.process_time()
            quotations(text)
            least = min(least, time.process_time() - begun)
        return least

    # 8 times the text: 8 times the time if linear, 64 if quadratic. 20 leaves room for a machine under load.
    assert seconds(160_000) < 20 * max(seconds(20_000), 0.002)
