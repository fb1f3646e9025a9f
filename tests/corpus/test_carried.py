"""Which statements are one utterance, and who had it first."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus.copies import SAME_WORDS, Copy, first_carried, same_words

UTTERANCES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "utterances.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("verdict", "a", "b"), UTTERANCES)
def test_the_table_of_utterances(verdict: str, a: str, b: str) -> None:
    assert (same_words(a, b) >= SAME_WORDS) == (verdict == "same")
    assert same_words(a, b) == same_words(b, a)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_compare(a: str, b: str) -> None:
    assert 0.0 <= same_words(a, b) == same_words(b, a) <= 1.0


FIRST = [
    # published, outlet by outlet ("a", "b", …); which one is first, or None
    (("2031-04-02T09:30:00+02:00", "2031-04-02T08:00:00+00:00"), "a"),  # 07:30 UTC
    (("2031-04-02T09:30:00+02:00", "2031-04-02T07:00:00Z"), "b"),
    (("2031-04-02T09:30:00+02:00", "2031-04-02T07:30:00Z"), None),  # the same second
    (("2031-04-02T09:30Z", "2031-04-02T09:30:20Z"), None),  # within one minute
    (("2031-04-02T09:30Z", "2031-04-02T09:31:00Z"), "a"),
    (("2031-04-02", "2031-04-02T09:30:00Z"), None),  # a day does not go before a time on it
    (("2031-04-02", "2031-04-02T23:59"), None),
    (("2031-04-02", "2031-04-03"), "a"),
    (("2031-04-02", "2031-04-02"), None),
    (("2031-04-02T09:30", "2031-04-02T11:00"), None),  # clocks of two places
    (("2031-04-02T23:30", "2031-04-03T00:10"), "a"),  # by the days that they print
    (("2031-04-02", "2031-04-03T09:00:00Z"), None),  # on some clock it is still the 2nd
    (("2031-04-02", "2031-04-03T12:00:00Z"), "a"),  # on none
    (("2031-04-03T09:59:59Z", "2031-04-04"), "a"),  # on none is it the 4th yet
    (("2031-04-03T10:00:00Z", "2031-04-04"), None),
    (("2031-04", "2031-04-15"), None),
    (("2031-03", "2031-04-15"), "a"),
    (("2031-12", "2032"), "a"),
    (("2031", "2031-04-15"), None),
    (("2031-04-02", None), None),  # may have been before it
    ((None, None), None),
    (("2031-02-30", "2031-04-02"), None),  # no calendar has it
    (("soon", "2031-04-02"), None),
    (("9999-12-31", "2031-04-02"), None),  # nor the day after
    (("0001-01-01", "2031-04-02"), None),
    (("2031-04-04", "2031-04-02", "2031-04-03"), "b"),
    (("2031-04-02", "2031-04-02", "2031-04-03"), None),
]


@pytest.mark.parametrize(("published", "first"), FIRST)
def test_who_had_it_first(published: tuple[str | None, ...], first: str | None) -> None:
    copies = [Copy(f"{outlet}/1", f"{outlet}.example", day) for outlet, day in zip("abc", published, strict=False)]
    for order in permutations(copies):
        found = first_carried(order)
        assert (found.article if found else None) == (f"{first}/1" if first else None)


def test_one_outlet_does_not_compete_with_itself() -> None:
    copies = [Copy("b", "post.example", "2031-04-02T10:00"), Copy("a", "post.example", "2031-04-02T09:00")]
    assert first_carried([*copies, Copy("c", "herald.example", "2031-04-03")]) == copies[1]
    assert first_carried(copies) == copies[1]


def test_articles_without_an_outlet_are_an_outlet_each() -> None:
    assert first_carried([Copy("a", None, "2031-04-02"), Copy("b", None, "2031-04-02")]) is None


def test_a_single_copy_is_the_first_even_without_a_date() -> None:
    alone = Copy("a", None, None)
    assert first_carried([alone]) == alone
    assert first_carried([]) is None
