"""Which mention goes back to which: the nearest-to-hand signs of two mentions, and the score of the pair.

A mention's antecedent is the earlier mention, or none, with the best sum of a learned likeness (``mention.LINKED``)
and of table entries for what can be read off the pair: how their words match, how far apart they are, what kinds,
genders, numbers and quotations they have (Lee, He and Zettlemoyer 2018, scored coarsely only; the features are those
of Durrett and Klein 2013).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from onrecord import data
from onrecord.model.mention import ASPECT, Spans
from onrecord.quotation import quotations

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

KINDS = ("name", "nominal", "he", "she", "it", "they", "i", "we", "you", "this", "who", "other")
_KIND = {kind: number for number, kind in enumerate(KINDS)}
DETERMINERS = ("none", "the", "a", "this", "possessive", "quantity")
MATCHES = ("none", "shared word", "head in the other", "same head", "initials", "same")
BACK = 150  # mentions looked back over; in GUM train 98 % of antecedents are nearer

_SENTENCES = np.array([0, 1, 2, 3, 5, 9, 19])
_MENTIONS = np.array([1, 2, 3, 4, 7, 15, 31, 63])
_NESTINGS, _QUOTES = 5, 5
# Tables of the pair: (name, entries).
TABLES = (
    ("match", len(KINDS) ** 2 * len(MATCHES)),
    ("sentences", len(KINDS) * 3 * (len(_SENTENCES) + 1)),
    ("mentions", len(KINDS) * (len(_MENTIONS) + 1)),
    ("nesting", len(KINDS) ** 2 * _NESTINGS),
    ("quotes", len(KINDS) * 3 * _QUOTES),
    ("agreement", 16 * 9 * 3),
    ("determiner", len(DETERMINERS) * len(DETERMINERS) * len(MATCHES)),
)
NEW = len(KINDS) * len(DETERMINERS)  # entries of the table for "none"

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_STOP = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘(\[]?[A-Z0-9])|\n")
# What joins a name and what is said of its bearer; at the end of the ten characters before a mention.
_BRIDGE = re.compile(r"(?:(?P<comma>, ?| \(| [–—] )| (?:is|was|are|were|be|became|as|remains?) )\Z")
_THE = {"the": 1, "a": 2, "an": 2, "this": 3, "that": 3, "these": 3, "those": 3}


@dataclass(frozen=True, slots=True)
class Traits:
    """What can be read off each mention by itself; every array (mention,), but ``words`` (mention, 6)."""

    start: Ints
    end: Ints
    kind: Ints
    whole: Ints  # its words without determiner, as a number
    head: Ints
    initials: Ints
    words: Ints  # its content words, −1 beyond the last
    gender: Ints  # 0 unknown, 1 m, 2 f, 3 neither
    number: Ints  # 0 unknown, 1 singular, 2 plural
    determiner: Ints
    sentence: Ints
    quote: Ints  # number of the quotation that it stands in, −1 outside
    apposed: Ints  # where what it is apposed to ends: "Lind, the minister"; −1 where no comma stands before it
    predicate: Ints  # where its subject ends: "Lind is the minister"; −1 where no copula stands before it


@cache
def _anaphors() -> dict[str, tuple[int, int]]:
    return {word: (_KIND[kind], {"s": 1, "p": 2, "": 0}[number]) for word, kind, number in data.table("anaphors", 3)}


@cache
def _genders() -> dict[str, int]:
    names = {name: {"m": 1, "f": 2}.get(gender, 0) for name, gender, *_ in data.table("given_names", 3)}
    titles = {word: {"m": 1, "f": 2}.get(gender, 0) for word, gender, *_ in data.table("titles", 3) if gender}
    return names | titles


@cache
def _nouns() -> dict[str, int]:
    return {noun: 1 if gender == "m" else 2 for noun, gender in data.table("gendered", 2)}


def traits(text: str, start: Ints, end: Ints) -> Traits:
    """Read the signs of mentions [start, end) of ``text``."""
    numbers: dict[str, int] = {}
    seen: dict[str, tuple[int, ...]] = {}
    rows = []
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        piece = text[a:b]
        if piece not in seen:
            seen[piece] = _read(piece, numbers)
        rows.append(seen[piece])
    table = np.array(rows, np.int64).reshape(-1, 13)
    stops = [match.end() for match in _STOP.finditer(text)]
    quoted = quotations(text)
    opens = [q.start for q in quoted]
    quote, apposed, predicate = [], [], []
    for a in start.tolist():
        before = _BRIDGE.search(text, max(0, a - 10), a)
        apposed.append(before.start() if before and before["comma"] else -1)
        predicate.append(before.start() if before and not before["comma"] else -1)
        at = bisect_right(opens, a) - 1
        quote.append(at if at >= 0 and a < quoted[at].end else -1)
    return Traits(
        start=start,
        end=end,
        kind=table[:, 0],
        whole=table[:, 1],
        head=table[:, 2],
        initials=table[:, 3],
        gender=table[:, 4],
        number=table[:, 5],
        determiner=table[:, 6],
        words=table[:, 7:],
        sentence=np.searchsorted(np.array(stops, np.int64), start, side="right"),
        quote=np.array(quote, np.int64),
        apposed=np.array(apposed, np.int64),
        predicate=np.array(predicate, np.int64),
    )


def _read(piece: str, numbers: dict[str, int]) -> tuple[int, ...]:
    def number(word: str) -> int:
        return numbers.setdefault(word, len(numbers))

    words = _WORD.findall(piece) or [piece]
    lower = [word.lower().removesuffix("'s").removesuffix("’s").rstrip(".’'") or word for word in words]
    if len(words) == 1 and lower[0] in _anaphors():
        kind, many = _anaphors()[lower[0]]
        gender = {"he": 1, "she": 2, "it": 3, "i": 0}.get(KINDS[kind], 0)
        return (kind, number(KINDS[kind]), number(lower[0]), -1, gender, many, 0, *[-1] * 6)
    determiner = _THE.get(lower[0], 0)
    if not determiner and lower[0] in _anaphors():
        determiner = 4
    if not determiner and (lower[0] in data.words("plural_openers") or lower[0][0].isdigit()):
        determiner = 5
    begin = 1 if determiner in (1, 2, 3, 4) and len(words) > 1 else 0
    stop = next((i for i in range(begin + 1, len(lower)) if lower[i] in data.words("after_head")), len(lower))
    # An apposition after a comma is no part of the head: "Mark Tedeschi, QC".
    comma = piece.find(",")
    if comma > 0:
        stop = max(begin + 1, min(stop, len(_WORD.findall(piece[:comma]))))
    at = stop - 1
    named = words[at][:1].isupper() and (begin > 0 or len(words) > 1 or determiner == 0)
    content = [number(word) for word in lower[begin:] if word not in data.words("after_head")][:6]
    capitals = "".join(word[0] for word in words[begin:] if word[0].isupper())
    bare = words[begin].replace(".", "")
    initials = number("~" + (bare if len(words) - begin == 1 and bare.isupper() and len(bare) > 1 else capitals))
    if len(capitals) < 2 and not bare.isupper():
        initials = -1
    gender = _nouns().get(lower[at], 0)
    for word in words[begin:stop]:
        gender = gender or _genders().get(word, 0) if named else gender
    if not gender and named is False and lower[at] not in _nouns():
        gender = 0
    plural = (
        " and " in piece
        or lower[0] in data.words("plural_openers")
        or (not named and lower[at].endswith("s") and lower[at][-2:] != "ss")
    )
    singular = named or determiner == 2
    return (
        0 if named else 1,
        number(" ".join(lower[begin:])),
        number(lower[at]),
        initials,
        gender,
        2 if plural else 1 if singular else 0,
        determiner,
        *content,
        *[-1] * (6 - len(content)),
    )


def _one_hot(numbers: Ints, count: int) -> Floats:
    """(mention, count): which words each mention holds; −1 stands for none."""
    columns = numbers.reshape(len(numbers), -1)
    table = np.zeros((len(numbers), count), np.float32)
    row, place = np.nonzero((columns >= 0) & (columns < count))
    table[row, columns[row, place]] = 1.0
    return table


def _matches(t: Traits, rows: slice, columns: slice) -> Ints:
    """Index into MATCHES of each pair: the closest match counts."""
    used = np.unique(np.concatenate([t.words[columns].ravel(), t.head[columns]]))
    numbers = np.full(max(int(t.words.max(initial=0)), int(t.head.max(initial=0))) + 1, -1)
    numbers[used[used >= 0]] = np.arange(int((used >= 0).sum()))
    count = len(used)

    def hot(values: Ints) -> Floats:
        return _one_hot(np.where(values >= 0, numbers[values], -1), count)

    words_m, words_a = hot(t.words[rows]), hot(t.words[columns])
    head_m, head_a = hot(t.head[rows]), hot(t.head[columns])
    names_like = (t.kind[rows] < 2)[:, None] & (t.kind[columns] < 2)[None]
    shared = words_m @ words_a.T > 0
    within = head_m @ words_a.T + words_m @ head_a.T > 0
    same_head = t.head[rows][:, None] == t.head[columns][None]
    initials = (t.initials[rows][:, None] == t.initials[columns][None]) & (t.initials[rows] >= 0)[:, None]
    same = t.whole[rows][:, None] == t.whole[columns][None]
    match = np.maximum(shared, names_like * np.maximum(within * _TWO, same_head * _THREE))
    result: Ints = np.maximum(match, np.maximum(initials * _FOUR, same * _FIVE)).astype(np.int64)
    return result


_TWO, _THREE, _FOUR, _FIVE = (np.int32(n) for n in (2, 3, 4, 5))


def _bucket(distance: Ints, bounds: Ints) -> Ints:
    """``searchsorted`` by table: distances are small whole numbers."""
    top = int(bounds[-1]) + 1
    table = np.searchsorted(bounds, np.arange(top + 1)).astype(np.int32)
    result: Ints = table[np.clip(distance, 0, top)].astype(np.int64)
    return result


def pairs(t: Traits, rows: slice, columns: slice) -> list[Ints]:
    """For each of TABLES its entry for each mention in ``rows`` and each candidate in ``columns``: (row, column)."""

    def m(values: Ints) -> Ints:
        return values[rows][:, None].astype(np.int32)

    def a(values: Ints) -> Ints:
        return values[columns][None].astype(np.int32)

    kind_m, kind_a = m(t.kind), a(t.kind)
    kind_pair = kind_m * np.int32(len(KINDS)) + kind_a
    group_m, group_a = np.minimum(kind_m, 2), np.minimum(kind_a, 2)
    match = _matches(t, rows, columns)
    sentences = _bucket(m(t.sentence) - a(t.sentence), _SENTENCES)
    order = np.arange(len(t.kind))
    mentions = _bucket(m(order) - a(order), _MENTIONS)
    start_m, start_a, end_m, end_a = m(t.start), a(t.start), m(t.end), a(t.end)
    nesting = np.maximum(
        np.maximum((start_m <= start_a) & (end_a <= end_m), ((start_a <= start_m) & (end_m <= end_a)) * _TWO),
        np.maximum((m(t.apposed) == end_a) * _THREE, (m(t.predicate) == end_a) * _FOUR),
    )
    # 0 neither is quoted, 1 both in one quotation, 2 in two, 3 the candidate alone, 4 the mention alone
    quote_m, quote_a = m(t.quote), a(t.quote)
    apart = (quote_m >= 0) * _FOUR * (quote_a < 0) + (quote_m < 0) * _THREE * (quote_a >= 0)
    quotes = apart + ((quote_m >= 0) & (quote_a >= 0)) * (_TWO - (quote_m == quote_a))
    agreement = (m(t.gender) * 36 + m(t.number) * 3) * 3 + group_m + (a(t.gender) * 9 + a(t.number)) * 3
    determiners = m(t.determiner) * np.int32(len(DETERMINERS)) + a(t.determiner)
    return [
        kind_pair * np.int32(len(MATCHES)) + match,
        (kind_m * 3 + group_a) * np.int32(len(_SENTENCES) + 1) + sentences,
        kind_m * np.int32(len(_MENTIONS) + 1) + mentions,
        kind_pair * np.int32(_NESTINGS) + nesting,
        (kind_m * 3 + group_a) * np.int32(_QUOTES) + quotes,
        agreement,
        determiners * np.int32(len(MATCHES)) + match,
    ]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What runs outside the network, in fp32.

    threshold: the least probability of a mention. widths (LONGEST,): what each length of a span adds. tables: the
    entries of TABLES, one table after the other. aspects (ASPECTS,): their weights. types (TYPES, TYPES): from a
    mention's type to its antecedent's. new (NEW,): by kind and determiner.
    """

    threshold: float
    widths: Floats
    tables: Floats
    aspects: Floats
    types: Floats
    new: Floats


@dataclass(frozen=True, slots=True)
class Links:
    """What each mention may go back to, likeliest first: candidate (mention, CHOICES), −1 for "none: it is new".

    ``probability`` has the same shape; −2 and 0 fill up where there are fewer.
    """

    candidate: Ints
    probability: Floats


CHOICES = 4  # candidates kept; where the first is ruled out by what else is known, the next one counts


def antecedents(found: Spans, t: Traits, p: Parameters) -> Links:
    """The likeliest antecedents of each mention. Linear: each looks back over BACK others and its block."""
    count = len(found)
    candidate = np.full((count, CHOICES), -2, np.int64)
    probability = np.zeros((count, CHOICES), np.float32)
    step = 128
    for begin in range(0, count, step):
        rows = slice(begin, min(begin + step, count))
        columns = slice(max(0, begin - BACK), rows.stop)
        index = np.arange(columns.start, columns.stop)[None]
        earlier = index < np.arange(rows.start, rows.stop)[:, None]
        score = np.where(earlier, pair_scores(found, t, p, rows, columns), -np.inf)
        new = found.new[rows] + p.new[t.kind[rows] * len(DETERMINERS) + t.determiner[rows]]
        score = np.concatenate([new[:, None], score], axis=1)
        height = score.max(axis=1, keepdims=True)
        share = np.exp(score - height)
        share /= share.sum(axis=1, keepdims=True)
        keep = min(CHOICES, share.shape[1])
        top = np.argpartition(-share, keep - 1, axis=1)[:, :keep]
        weight = np.take_along_axis(share, top, axis=1)
        order = np.argsort(-weight, axis=1, kind="stable")
        top, weight = np.take_along_axis(top, order, axis=1), np.take_along_axis(weight, order, axis=1)
        place = np.where(top == 0, -1, top - 1 + columns.start)
        candidate[rows, :keep] = np.where(weight > 0, place, -2)
        probability[rows, :keep] = weight
    return Links(candidate, probability)


def pair_scores(found: Spans, t: Traits, p: Parameters, rows: slice, columns: slice) -> Floats:
    """(row, column) scores; ``columns`` may reach past a row's own place."""
    weights = np.repeat(p.aspects, ASPECT) / np.float32(np.sqrt(ASPECT))
    score = (found.query[rows] * weights) @ found.key[columns].T
    score += found.types[rows] @ p.types @ found.types[columns].T
    begin = 0
    for (_, size), entry in zip(TABLES, pairs(t, rows, columns), strict=True):
        score += p.tables[begin : begin + size].take(entry)
        begin += size
    result: Floats = score
    return result


def chains(links: Links) -> Ints:
    """The number of each mention's entity by its likeliest antecedent alone, in the order of first mentions."""
    entity = np.zeros(len(links.candidate), np.int64)
    count = 0
    for at, before in enumerate(links.candidate[:, 0].tolist()):
        if before < 0:
            entity[at] = count
            count += 1
        else:
            entity[at] = entity[before]
    return entity
