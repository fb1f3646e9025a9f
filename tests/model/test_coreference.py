"""What is read off mentions and pairs of them, and how an antecedent is chosen. Mentions are drawn by hand."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sightings import Drawn, spans

from onrecord.model.coreference import (
    BACK,
    CHOICES,
    DETERMINERS,
    KINDS,
    MATCHES,
    NEW,
    TABLES,
    Links,
    Parameters,
    Traits,
    antecedents,
    chains,
    pairs,
    traits,
)
from onrecord.model.mention import ASPECTS, LINKED, LONGEST, TYPES, Spans

Ints = NDArray[np.int64]

TABLE = {name: place for place, (name, _) in enumerate(TABLES)}
NESTINGS = ("apart", "holds it", "lies in it", "apposed", "predicate")
QUOTES = ("neither", "one quotation", "two quotations", "candidate alone", "mention alone")


def read(text: str, *words: str) -> Traits:
    """The traits of mentions with these words, in their order; ``"she#2"`` is the second "she"."""
    drawn: list[Drawn] = []
    for word in words:
        plain, _, nth = word.partition("#")
        drawn.append((plain, "person", int(nth or 1)))
    found = spans(text, drawn)
    return traits(text, found.start, found.end)


def signs(t: Traits) -> dict[str, str]:
    """What the tables see in the last mention of ``t`` and the one before it."""
    last = len(t.kind) - 1
    row, column = slice(last, last + 1), slice(last - 1, last)
    entries = {name: int(pairs(t, row, column)[place][0, 0]) for name, place in TABLE.items()}
    return {
        "match": MATCHES[entries["match"] % len(MATCHES)],
        "nesting": NESTINGS[entries["nesting"] % len(NESTINGS)],
        "quotes": QUOTES[entries["quotes"] % len(QUOTES)],
        "sentences": str(entries["sentences"] % 8),
    }


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Anna Lind", "name"),
        ("the minister", "nominal"),
        ("The minister", "nominal"),
        ("Norland", "name"),
        ("the Norland Railway", "name"),
        ("two officials", "nominal"),
        ("her brother", "nominal"),
        ("He", "he"),
        ("her", "she"),
        ("itself", "it"),
        ("their", "they"),
        ("I", "i"),
        ("us", "we"),
        ("you", "you"),
        ("this", "this"),
        ("who", "who"),
        ("others", "other"),
    ],
)
def test_kinds(words: str, kind: str) -> None:
    assert KINDS[read(words, words).kind[0]] == kind


@pytest.mark.parametrize(
    ("words", "determiner"),
    [
        ("Anna Lind", "none"),
        ("the minister", "the"),
        ("a minister", "a"),
        ("An official", "a"),
        ("these officials", "this"),
        ("her brother", "possessive"),
        ("two officials", "quantity"),
        ("40 officials", "quantity"),
        ("ministers", "none"),
    ],
)
def test_determiners(words: str, determiner: str) -> None:
    assert DETERMINERS[read(words, words).determiner[0]] == determiner


@pytest.mark.parametrize(
    ("words", "gender", "number"),
    [
        ("he", "m", "s"),
        ("her", "f", "s"),
        ("it", "n", "s"),
        ("they", "", "p"),
        ("I", "", "s"),
        ("Ms. Lind", "f", "s"),
        ("Mr. Lind", "m", "s"),
        ("Anna Lind", "f", "s"),
        ("the woman", "f", ""),
        ("the minister", "", ""),
        ("a minister", "", "s"),
        ("the ministers", "", "p"),
        ("two officials", "", "p"),
        ("Lind and Falk", "", "p"),
        ("the boss", "", ""),  # no plural
    ],
)
def test_gender_and_number(words: str, gender: str, number: str) -> None:
    t = read(words, words)
    assert ({1: "m", 2: "f", 3: "n", 0: ""}[int(t.gender[0])], {1: "s", 2: "p", 0: ""}[int(t.number[0])]) == (
        gender,
        number,
    )


@pytest.mark.parametrize(
    ("before", "mention", "match"),
    [
        ("Anna Lind", "Anna Lind", "same"),
        ("the minister", "The minister", "same"),
        ("a minister", "the minister", "same"),  # the determiner does not count
        ("Norland", "Norland's", "same"),
        ("Anna Lind", "Lind", "same head"),
        ("the new minister", "the minister", "same head"),
        ("National Transport Agency", "NTA", "initials"),
        ("National Transport Agency", "N.T.A.", "initials"),
        ("NTA", "the National Transport Agency", "initials"),
        ("Osk Ferries", "Osk", "head in the other"),
        ("Osk Ferries", "the Osk group", "shared word"),
        ("Anna Lind", "Nora Falk", "none"),
        ("Anna Lind", "she", "none"),
        ("he", "him", "same"),  # pronouns of a kind are one word
        ("Lind, the minister", "Lind", "same head"),  # an apposition is no part of the head
        ("National Transport Agency", "NTB", "none"),
    ],
)
def test_matches(before: str, mention: str, match: str) -> None:
    text = f"{before} xx {mention}"
    t = traits(text, np.array([0, len(before) + 4]), np.array([len(before), len(text)]))
    assert signs(t)["match"] == match


@pytest.mark.parametrize(
    ("text", "before", "mention", "nesting"),
    [
        ("Anna Lind, the minister, left.", "Anna Lind", "the minister", "apposed"),
        ("Anna Lind (the minister) left.", "Anna Lind", "the minister", "apposed"),
        ("Anna Lind – the minister – left.", "Anna Lind", "the minister", "apposed"),
        ("Anna Lind is the minister.", "Anna Lind", "the minister", "predicate"),
        ("Anna Lind became the minister.", "Anna Lind", "the minister", "predicate"),
        ("Anna Lind saw the minister.", "Anna Lind", "the minister", "apart"),
        ("Anna Lind. The minister left.", "Anna Lind", "The minister", "apart"),
        ("The minister of Norland left.", "The minister of Norland", "Norland", "lies in it"),
    ],
)
def test_nesting_apposition_and_predicate(text: str, before: str, mention: str, nesting: str) -> None:
    assert signs(read(text, before, mention))["nesting"] == nesting


@pytest.mark.parametrize(
    ("text", "before", "mention", "quotes"),
    [
        ("Lind said she left.", "Lind", "she", "neither"),
        ("“He left and I stayed,” said Lind.", "He", "I", "one quotation"),
        ("“He left,” said Lind. “I stayed.”", "He", "I", "two quotations"),
        ("“He left,” said Lind.", "He", "Lind", "candidate alone"),
        ("Lind said: “I stayed.”", "Lind", "I", "mention alone"),
    ],
)
def test_quotations(text: str, before: str, mention: str, quotes: str) -> None:
    assert signs(read(text, before, mention))["quotes"] == quotes


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Lind left and she slept.", 0),
        ("Lind left. Then she slept.", 1),
        ("Lind left.\n\nThen she slept.", 1),
        ("Lind left in haste… Falk stayed! Then she slept.", 2),
    ],
)
def test_sentences_apart(text: str, sentences: int) -> None:
    t = read(text, "Lind", "she")
    assert t.sentence[1] - t.sentence[0] >= sentences
    assert signs(t)["sentences"] == str(int(t.sentence[1] - t.sentence[0]))


def test_every_entry_lies_in_its_table() -> None:
    text = (
        "Anna Lind, the minister, told us: “I am the one who left the N.T.A. with them and their 40 boats.” She is it."
    )
    words = ("Anna Lind", "the minister", "us", "I", "the one", "who", "the N.T.A.", "them", "their", "40 boats", "She")
    t = read(text, *words)
    every = slice(0, len(words))
    for (name, size), entry in zip(TABLES, pairs(t, every, every), strict=True):
        assert entry.shape in ((len(words), len(words)), (1, len(words)), (len(words), 1)), name
        lower = np.tril(np.ones((len(words), len(words)), bool), -1)
        assert np.broadcast_to(entry, lower.shape)[lower].min() >= 0, name
        assert np.broadcast_to(entry, lower.shape)[lower].max() < size, name
    assert ((t.kind * len(DETERMINERS) + t.determiner) < NEW).all()


# --- the choice ----------------------------------------------------------------------------------------------------


def parameters(**tables: NDArray[np.float32]) -> Parameters:
    """Nothing counts but what is given."""
    return Parameters(
        threshold=0.5,
        widths=np.zeros(LONGEST, np.float32),
        tables=np.concatenate([tables.get(name, np.zeros(size, np.float32)) for name, size in TABLES]),
        aspects=np.zeros(ASPECTS, np.float32),
        types=np.zeros((len(TYPES), len(TYPES)), np.float32),
        new=np.zeros(NEW, np.float32),
    )


def matching(weights: dict[str, float]) -> NDArray[np.float32]:
    """A table that looks at the match alone."""
    row = [weights.get(match, 0.0) for match in MATCHES]
    return np.array(row * len(KINDS) ** 2, np.float32)


LIKES_NAMES = {"same": 9.0, "same head": 6.0, "initials": 6.0, "none": -9.0, "shared word": -9.0}


def test_the_likeliest_antecedent_and_the_next_ones() -> None:
    text = "Anna Lind met Nora Falk. Lind left. Nora Falk slept."
    found = spans(text, [("Anna Lind", "person"), ("Nora Falk", "person"), ("Lind", "person", 2)])
    found = Spans.joined([found, spans(text, [("Nora Falk", "person", 2)])])
    links = antecedents(found, traits(text, found.start, found.end), parameters(match=matching(LIKES_NAMES)))
    assert links.candidate[:, 0].tolist() == [-1, -1, 0, 1]
    assert chains(links).tolist() == [0, 1, 0, 1]
    assert links.candidate.shape == links.probability.shape == (4, CHOICES)
    for row in range(4):
        weights = links.probability[row].tolist()
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) == pytest.approx(1.0)  # four mentions have four choices at most
        kept = links.candidate[row][links.probability[row] > 0].tolist()
        assert len(set(kept)) == len(kept)
        assert all(-1 <= other < row for other in kept)


def test_what_is_new_goes_back_to_nothing() -> None:
    text = "Anna Lind met Anna Lind."
    found = spans(text, [("Anna Lind", "person"), ("Anna Lind", "person", 2)])
    t = traits(text, found.start, found.end)
    plain = parameters(match=matching(LIKES_NAMES))
    assert antecedents(found, t, plain).candidate[:, 0].tolist() == [-1, 0]
    sure = replace(found, new=np.array([0.0, 20.0], np.float32))
    assert antecedents(sure, t, plain).candidate[:, 0].tolist() == [-1, -1]
    assert antecedents(found, t, replace(plain, new=np.full(NEW, 20, np.float32))).candidate[:, 0].tolist() == [-1, -1]


def test_learned_likeness_counts_beside_the_tables() -> None:
    text = "One Two Three"
    found = spans(text, [("One", "person"), ("Two", "person"), ("Three", "person")])
    key, query = np.zeros((3, LINKED), np.float32), np.zeros((3, LINKED), np.float32)
    key[0, 0], query[2, 0] = 10.0, 10.0  # the third is like the first, in the first aspect
    found = replace(found, key=key, query=query)
    t = traits(text, found.start, found.end)
    deaf = antecedents(found, t, parameters())
    assert deaf.probability[2, 0] == pytest.approx(1 / 3)  # new, the first, the second: all alike
    heard = replace(parameters(), aspects=np.eye(ASPECTS, dtype=np.float32)[0])
    assert antecedents(found, t, heard).candidate[2, 0] == 0


def many(count: int) -> tuple[Spans, Traits]:
    """``count`` mentions, all of one word."""
    text = "Lind " * count
    start = np.arange(count) * 5
    shape = np.zeros(count, np.float32)
    types, link = np.zeros((count, len(TYPES)), np.float32), np.zeros((count, LINKED), np.float32)
    found = Spans(start, start + 4, shape, types, link, link, shape)
    return found, traits(text, start, start + 4)


def test_no_antecedent_lies_further_back_than_it_may() -> None:
    count = 3 * BACK + 40
    found, t = many(count)
    far = np.zeros(dict(TABLES)["mentions"], np.float32).reshape(len(KINDS), -1)
    far[:, -1] = 9.0  # the further back, the better
    links = antecedents(found, t, parameters(mentions=far.ravel()))
    rows = np.arange(count)[:, None]
    real = links.candidate >= 0
    assert real[200:].any(axis=1).all()
    assert (links.candidate < rows).all()
    # Mentions are scored in blocks of 128, and those of a block share their candidates: BACK before its first.
    away = (rows - links.candidate)[real]
    assert BACK < away.max() < BACK + 128


def test_chains_follow_the_likeliest_links() -> None:
    candidate = np.array([[-1], [0], [-1], [2], [1], [3]])
    links = Links(candidate, np.ones(candidate.shape, np.float32))
    assert chains(links).tolist() == [0, 0, 1, 1, 0, 1]


def test_no_mentions_no_links() -> None:
    nothing = Spans.joined([])
    links = antecedents(nothing, traits("", nothing.start, nothing.end), parameters())
    assert links.candidate.shape == (0, CHOICES)
    assert chains(links).tolist() == []


def test_time_is_linear() -> None:
    def seconds(count: int) -> float:
        found, t = many(count)
        begun = time.process_time()
        antecedents(found, t, parameters())
        return time.process_time() - begun

    seconds(500)
    # 8 times the mentions: 8 times the time if linear, 64 if quadratic.
    assert seconds(8_000) < 20 * max(min(seconds(1_000) for _ in range(3)), 0.01)
