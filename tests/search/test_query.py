"""What people type, and what FTS5 is asked for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onrecord.errors import BadQuery
from onrecord.store.hits import _highlights
from onrecord.store.query import LONGEST, MOST, number_forms, parse, words

UNDERSTOOD = {
    "ferry contract": '(("ferry" OR "ferries") AND ("contract" OR "contracts"))',
    "Ferry": '("ferry" OR "ferries")',
    "vote": '("vote" OR "votes")',
    "ice": '"ice"',
    '"not there yet"': '"not there yet"',
    "“not there yet”": '"not there yet"',
    "„so“": '"so"',
    "«so»": '"so"',
    "negotiat*": '"negotiat"*',
    '"harbour boa"*': '"harbour boa"*',
    "ice OR tea": '("ice" OR "tea")',
    "ice or tea": '("ice" AND "or" AND "tea")',
    "ice AND tea": '("ice" AND "tea")',
    "ice tea OR gin": '(("ice" AND "tea") OR "gin")',
    "ice NOT tea": '("ice" NOT ("tea"))',
    "ice -tea -gin": '("ice" NOT ("tea" OR "gin"))',
    '-"iced tea" ice': '("ice" NOT ("iced tea"))',
    "ice -(tea OR gin)": '("ice" NOT (("tea" OR "gin")))',
    "ice - tea": '("ice" AND "tea")',
    "ice -": '"ice"',
    "(ice OR tea) gin": '(("ice" OR "tea") AND "gin")',
    "(((ice)))": '"ice"',
    "() ice": '"ice"',
    'ice ""': '"ice"',
    "ice *": '"ice"',
    "NEAR(ice tea)": 'NEAR("ice" "tea", 10)',
    "NEAR(ice tea, 5)": 'NEAR("ice" "tea", 5)',
    "NEAR (ice, tea ,0)": 'NEAR("ice" "tea", 0)',
    'NEAR("iced tea" gin*, 3)': 'NEAR("iced tea" "gin"*, 3)',
    'NEAR("ice, 5" tea)': 'NEAR("ice 5" "tea", 10)',
    "ice NEAR tea": '("ice" AND ("near" OR "nears") AND "tea")',
    "LINEAR(ice)": '(("linear" OR "linears") AND "ice")',
    "long-range": '"long range"',
    "U.S.": '"u s"',
    "don't": '"don t"',
    "don’t": '"don’t"',
    "boats’": '("boats’" OR "boat")',
    "3.5%": '"3 5"',
    "café": '("café" OR "cafes")',
    "10 m²": '("10" AND "m²")',
    "переговоры": '("переговоры" OR "переговорыs")',
    "東京": '"東京"',
    "😀 ice": '"ice"',
    "x'; DROP TABLE words; --": '("x" AND ("drop" OR "drops") AND ("table" OR "tables") AND ("words" OR "word"))',
    "content:ice": '"content ice"',
    "^ice + {tea}": '("ice" AND "tea")',
}


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (content, tokenize = 'unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO words VALUES ('the ferry contract is not there yet, said 3.5% of Åsa’s café')")
    yield connection
    connection.close()


def finds(table: sqlite3.Connection, query: str) -> bool:
    return bool(table.execute("SELECT 1 FROM words WHERE words MATCH ?", (parse(query).expression,)).fetchall())


@pytest.mark.parametrize(("query", "expression"), UNDERSTOOD.items())
def test_understood(query: str, expression: str, table: sqlite3.Connection) -> None:
    assert parse(query).expression == expression
    finds(table, query)


REFUSED = {
    "": "no letter or digit",
    "  \t": "no letter or digit",
    "*": "no letter or digit",
    "-": "no letter or digit",
    "😀 …": "no letter or digit",
    "()": "no letter or digit",
    '"ice': "the quotation mark at character 1 has no other",
    'a "b" c" d': "the quotation mark at character 8 has no other",
    "“ice": "the quotation mark at character 1 has no other",
    "ice (tea": "the bracket at character 5 is never closed",
    "ice) tea": "the bracket at character 4 was never opened",
    ")": "the bracket at character 1 was never opened",
    "NOT": "NOT with nothing after it, at character 4",
    "ice NOT": "NOT with nothing after it, at character 8",
    "NOT ice": "from character 1 on, only says what must not be there",
    "ice OR -tea": "from character 8 on, only says what must not be there",
    "OR": "the OR at character 1",
    "ice OR": "the OR at character 5",
    "ice OR OR tea": "the OR at character 5",
    "NEAR(ice": "the NEAR( at character 1 is never closed",
    "tea NEAR(ice)": "NEAR needs two words or more, at character 5 it has 1",
    "NEAR()": "it has 0",
    "NEAR(ice tea, 99999)": "the NEAR( at character 1 does not end in a number from 0 to 9999",
    "NEAR(ice tea, -1)": "does not end in a number",
    "NEAR(ice OR tea)": "NEAR( holds words and phrases alone, not what is at character 10",
    "NEAR(ice (tea))": "not what is at character 10",
    "NEAR(NEAR(ice tea))": "not what is at character 6",
    "ice\0": "a NUL as character 4",
    "x" * 10_000: "10,000 characters, at most 1,000",
    "(" * 17 + "x" + ")" * 17: "nested more than 16 deep, at character 18",
    "x " * (MOST + 1): "more than 64 words",
    "x " + "-y " * MOST: "more than 64 words",
}


@pytest.mark.parametrize(("query", "problem"), REFUSED.items())
def test_refused_where_it_went_wrong(query: str, problem: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(query)
    assert problem in str(caught.value)
    assert len(str(caught.value)) < 300


PIECES = st.one_of(
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "NEAR(",
            "NEAR (",
            "(",
            ")",
            '"',
            "“",
            "*",
            "-",
            ",",
            ", 5)",
            "ferry",
            "boats",
            "a*",
            "'",
            ";",
        ]
    ),
    st.text(max_size=6),
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES).map("".join)))
@example("x " + "-(y OR z) " * 31)
@example("(" * 16 + "x" + ")" * 16)
@example("ferry \ud800")
def test_whatever_is_typed_is_understood_or_refused(table: sqlite3.Connection, query: str) -> None:
    try:
        parsed = parse(query)
    except BadQuery:
        return
    table.execute("SELECT bm25(words) FROM words WHERE words MATCH ?", (parsed.expression,)).fetchall()
    assert parsed.terms
    assert all(term.words for term in parsed.terms)


@given(st.text(min_size=1, max_size=40))
@example("10 m² of ﬁne ½ kg")
@example("İstanbul ΟΔΟΣ straße")
@example("re\u0301sume\u0301")
def test_a_text_is_found_by_each_of_its_words(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (content, tokenize = 'unicode61 remove_diacritics 2')")
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, 'row')")
    connection.execute("INSERT INTO t VALUES (?)", (text.replace("\0", " "),))
    there = {term for (term,) in connection.execute("SELECT term FROM v")}
    for word in text.replace('"', " ").replace("\0", " ").split():
        try:
            expression = parse(f'"{word}"').expression
        except BadQuery:
            continue
        seen = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()[0]
        # A letter that SQLite's Unicode does not have yet is no word to it, in the text as little as in the query.
        assert seen or not all(folded in there for folded in words(word))
    connection.close()


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_highlights_lie_within_the_context(context: str, asked: list[str]) -> None:
    try:
        terms = parse(" ".join(asked)).terms
    except BadQuery:
        return
    for start, end in _highlights(context, terms):
        assert 0 <= start < end <= len(context)
        assert words(context[start:end])


HIGHLIGHTED = {
    ("ferry", "Ferries and a ferry."): ["Ferries", "ferry"],
    ('"ferry"', "Ferries and a ferry."): ["ferry"],
    ("contract*", "Contractors sign a contract."): ["Contractors", "contract"],
    ('"not there yet"', "We are not there. Not there yet!"): ["Not", "there", "yet"],
    ("long-range", "A long-range boat, a long way."): ["long", "range"],
    ("ferry NOT boat", "A ferry, a boat."): ["ferry"],
    ("ferry OR boat", "A ferry, a boat."): ["ferry", "boat"],
    ("NEAR(ferry boat)", "A ferry, a boat."): ["ferry", "boat"],
    ("cafe", "The café, the cafe\u0301."): ["café", "cafe\u0301"],
    ("CAFÉ", "The cafe."): ["cafe"],
    ('"harbour boa"*', "The harbour board, a harbour."): ["harbour", "board"],
}


@pytest.mark.parametrize(("query", "context", "marked"), [(*pair, marked) for pair, marked in HIGHLIGHTED.items()])
def test_highlights(query: str, context: str, marked: list[str]) -> None:
    assert [context[start:end] for start, end in _highlights(context, parse(query).terms)] == marked


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("missiles", ("missiles", "missile")),
        ("missile", ("missile", "missiles")),
        ("ferries", ("ferries", "ferry", "ferrie")),
        ("treaty", ("treaty", "treaties")),
        ("delay", ("delay", "delays")),
        ("tax", ("tax",)),
        ("taxes", ("taxes", "tax")),
        ("boss", ("boss", "bosses")),
        ("news", ("news",)),
        ("tea", ("tea",)),
        ("2031s", ("2031s",)),
    ],
)
def test_number_forms(word: str, forms: tuple[str, ...]) -> None:
    assert number_forms(word) == forms


def test_the_longest_query_is_understood(table: sqlite3.Connection) -> None:
    assert finds(table, "ferry" + " " * (LONGEST - 5))
    finds(table, " OR ".join(["missiles"] * MOST))
    finds(table, "ferry " + "-x " * (MOST - 1))


def test_words_folds_as_the_index_does() -> None:
    assert words("The U.S. café’s 3.5% — Åsa_x") == ["the", "u", "s", "cafe", "s", "3", "5", "asa", "x"]
