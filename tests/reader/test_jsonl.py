"""JSONL: one article or one BadLine for every line that is not blank."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import BadLine
from onrecord.reader import articles
from onrecord.types import Article

TEXT = "The mayor said no."


def one(line: bytes | str) -> Article | BadLine:
    (result,) = articles([line], "wire.jsonl")
    return result


def test_order_ids_and_facts_are_kept() -> None:
    lines: list[bytes | str] = [
        b'\xef\xbb\xbf{"id": "b", "text": "The mayor said no.", "outlet": "X", "published": "2031-04-02"}\n',
        b" \n",
        "",
        '{"text": "She left.", "id": null, "extra": [1]}',
        "nonsense",
        '{"id": "a", "text": "It ended."}',
    ]
    first, second, third, fourth = articles(lines, "wire.jsonl")
    assert isinstance(first, Article)
    assert (first.id, first.text, first.outlet, first.published) == ("b", TEXT, "X", "2031-04-02")
    assert isinstance(second, Article)
    assert len(second.id) == 64
    assert isinstance(third, BadLine)
    assert str(third).startswith("wire.jsonl, line 5: not JSON: ")
    assert isinstance(fourth, Article)
    assert fourth.id == "a"


def test_html_line() -> None:
    body = "".join(
        f"<p>{TEXT} Day {day}, and the council agreed with every word of it, she added.</p>" for day in range(5)
    )
    article = one(json.dumps({"id": "1", "html": f"<html><title>Wall to hold</title><body>{body}</body></html>"}))
    assert isinstance(article, Article)
    assert (article.id, article.title, article.text.count("\n\n")) == ("1", "Wall to hold", 4)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON"),
        ("[1]", "a list, an object is needed"),
        ("null", "null, an object is needed"),
        ('{"id": "1"}', "neither 'text' nor 'html'"),
        ('{"text": "a", "text": "b"}', "key 'text' is there twice"),
        ('{"text": "a", "x": {"k": 1, "k": 2}}', "key 'k' is there twice"),
        ('{"text": "a", "x": NaN}', "NaN is no JSON value"),
        ('{"text": "a", "x": -Infinity}', "-Infinity is no JSON value"),
        ('{"text": 5}', "'text' is a number, text is needed"),
        ('{"text": "a", "id": 5}', "'id' is a number"),
        ('{"text": "a", "id": true}', "'id' is true or false"),
        ('{"text": "a", "title": ["b"]}', "'title' is a list"),
        ('{"text": "a \\ud83d b"}', "lone surrogate U+D83D at character 2"),
        ('{"text": "a", "title": "\\udc00"}', "lone surrogate U+DC00"),
        ('{"text": "a", "id": "\\udc00"}', "lone surrogate U+DC00"),
        ('{"text": "  "}', "no text: 0 letters and digits"),
        ('{"html": "<p>Too short.</p>"}', "10 characters of body text, at least 250 needed"),
        ('{"text": "a", "published": "Feb. 30"}', "not a date in ISO 8601"),
        ('{"text": "a", "published": "2031-02-30"}', "no such date"),
        (b'{"text": "caf\xe9"}', "byte 14 is not UTF-8"),
        ("[" * 200_000, "nested too deep"),
        ('{"text": "Мэр города сказал во вторник, что стена выдержит."}', "language 'ru'"),
        ('{"text": "a", "n": ' + "9" * 5_000 + "}", "not JSON"),
    ],
)
def test_bad_line_is_a_value_that_names_file_line_and_cause(line: bytes | str, problem: str) -> None:
    result = one(line)
    assert isinstance(result, BadLine)
    assert result.datum == "wire.jsonl, line 1"
    assert problem in result.problem
    assert result.way_out


VALUES = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=20))
OBJECTS = st.dictionaries(st.sampled_from(["id", "text", "html", "url", "published"]), VALUES).map(json.dumps)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(st.characters(codec=None), max_size=60), OBJECTS))
def test_no_line_raises(line: bytes | str) -> None:
    assert all(isinstance(result, Article | BadLine) for result in articles([line], "f"))
