"""Prompts of the publisher; the examples stand in the word list itself."""

from importlib.resources import files

import pytest

from onrecord.reader.furniture import is_prompt
from onrecord.reader.lists import entries

LINES = (files("onrecord.reader") / "data" / "prompts.txt").read_text(encoding="utf-8").splitlines()
EXAMPLES = [line.removeprefix('# "').removesuffix('"') for line in LINES if line.startswith('# "')]


def test_every_pattern_quotes_an_example() -> None:
    assert len(EXAMPLES) == len(entries("prompts"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_prompt(example: str) -> None:
    assert is_prompt(example)


@pytest.mark.parametrize(
    "paragraph",
    [
        "More than 50 people were on the quay, she said.",
        "Popular protests broke out.",
        "Read the minutes, the councillor said.",
        "Read more books, the minister told the children.",
        "Get out of our inbox, the minister said.",
        "Follow up on the news, she told them.",
        "Copyright law was changed by parliament.",
        "Photographs by the police show an empty room.",
        "Registered voters said the news surprised them.",
        "Join us in mourning, the bishop said.",
        "For more stories of the war, he said, one has to ask the widows.",
        "“Subscribe to our newsletter,” the candidate joked.",
        "Comments by the minister were deleted.",
        "Sign up or leave, the union told its members.",
        "This is a developing country, the president said.",
        "Have a look, she said.",
    ],
)
def test_report(paragraph: str) -> None:
    assert not is_prompt(paragraph)
