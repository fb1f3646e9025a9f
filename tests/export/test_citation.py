from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.export.byline import Author, authors
from onrecord.export.citation import date_parts, key_head, tex, write_bibtex, write_csl
from onrecord.export.entry import Entry
from onrecord.types import Article

from .entries import article, awkward, harbour_entries, rejected


def person(given: str, family: str, suffix: str | None = None) -> Author:
    name = " ".join(part for part in (given, family, suffix) if part)
    return Author(name, "person", given, family, suffix)


HALLAM = person("Agnes", "Hallam")

BYLINES = [
    # the byline, and who wrote it
    (None, ()),
    ("  ", ()),
    ("By Agnes Hallam", (HALLAM,)),
    ("by: Agnes Hallam and Adam Brekke", (HALLAM, person("Adam", "Brekke"))),
    ("Agnes Hallam, Adam Brekke & Aino Salo", (HALLAM, person("Adam", "Brekke"), person("Aino", "Salo"))),
    ("Agnes Hallam; Agnes Hallam", (HALLAM,)),
    ("Reporting by Agnes Hallam in Northreach", (HALLAM,)),
    ("AGNES HALLAM", (person("AGNES", "HALLAM"),)),
    ("J.K. Hallam", (person("J.K.", "Hallam"),)),
    ("Adam J. O’Hallam-Brekke Jr.", (person("Adam J.", "O’Hallam-Brekke", "Jr."),)),
    ("Adam van der Berg", (person("Adam", "van der Berg"),)),
    ("Ahmad al-Brekke", (person("Ahmad", "al-Brekke"),)),
    ("Agnes Hallam, Transport Correspondent", (HALLAM,)),
    ("Agnes Hallam | Northreach Courier", (HALLAM,)),
    ("Agnes Hallam and Northreach Press Agency", (HALLAM, Author("Northreach Press Agency", "organisation"))),
    ("Northreach Press Agency staff", (Author("Northreach Press Agency staff", "organisation"),)),
    ("Northreach Courier", (Author("Northreach Courier", "organisation"),)),
    # kept whole, since it is not sure
    ("Tove Aldersen", (Author("Tove Aldersen"),)),
    ("Aldersen, Tove", (Author("Aldersen, Tove"),)),
    ("Brekke Agnes", (Author("Brekke Agnes"),)),
    ("Charlotte Observer", (Author("Charlotte Observer"),)),
    ("Staff and agencies", (Author("Staff and agencies"),)),
    ("Ministry of Trade and Industry", (Author("Ministry of Trade and Industry"),)),
    ("Agnes Hallam of the Northreach Press Agency", (Author("Agnes Hallam of the Northreach Press Agency"),)),
    ("Agnes", (Author("Agnes"),)),
    ("agnes@courier.example", (Author("agnes@courier.example"),)),
    ("By", ()),
    ("; and ,", (Author("and"),)),
]  # fmt: skip


@pytest.mark.parametrize(("byline", "wanted"), BYLINES)
def test_who_wrote_it(byline: str | None, wanted: tuple[Author, ...]) -> None:
    assert authors(Article("a", "text", byline=byline, outlet="Northreach Courier")) == wanted


@given(st.text(max_size=40))
def test_no_byline_is_too_odd(byline: str) -> None:
    found = authors(Article("a", "text", byline=byline))
    assert all(author.name for author in found)


def bib(*made: Entry, quotes: bool = False) -> str:
    stream = io.StringIO()
    count = write_bibtex(made, stream, quotes=quotes)
    assert count == len(re.findall(r"^@", stream.getvalue(), flags=re.MULTILINE))
    return stream.getvalue()


def fields(item: str) -> dict[str, str]:
    """The fields of one item, braces around the value taken off."""
    return {
        name: value[1:-1] if value[0] == "{" else value
        for name, value in re.findall(r"^  (\w+) = (.*),$", item, flags=re.MULTILINE)
    }


def test_an_item_of_bibtex() -> None:
    made = article(
        id="mill-1", url="https://courier.example/mill", outlet="Northreach Courier", title="Mill to close, 3 ask why",
        byline="By Agnes Hallam and Northreach Press Agency", published="2031-04-02T09:30Z",
    )  # fmt: skip
    assert bib(made) == (
        "@article{hallam2031-apeum4pzsaifa,\n"
        "  author = {Hallam, Agnes and {Northreach Press Agency}},\n"
        "  title = {{Mill to close, 3 ask why}},\n"
        "  journal = {Northreach Courier},\n"
        "  date = {2031-04-02},\n"
        "  year = {2031},\n"
        "  month = apr,\n"
        "  url = {https://courier.example/mill},\n"
        "  langid = {english},\n"
        "}\n"
    )
    assert fields(bib(made, quotes=True))["note"] == "Mara Lindqvist: The mill will close"


def test_of_an_article_of_which_nothing_is_known() -> None:
    item = bib(article())
    assert re.fullmatch(r"@misc\{article-[a-z2-7]{13},\n  langid = \{english\},\n\}\n", item)


ESCAPES = [
    ("100% of $5 & #1 _x_", r"100\% of \$5 \& \#1 \_x\_"),
    (r"a\b", r"a\textbackslash{}b"),
    ("{", r"\textbraceleft{}"),
    ("} {", r"\textbraceright{} \textbraceleft{}"),
    ("~^", r"\textasciitilde{}\textasciicircum{}"),
    ("Ærø’s “fjære” — 東京", "Ærø’s “fjære” — 東京"),
    ("two\n\nlines\tand\x00 a \u2028 bell\x07", "two lines and a bell"),
    ("half \ud800", "half \ufffd"),
]


@pytest.mark.parametrize(("text", "escaped"), ESCAPES)
def test_what_means_something_to_latex_is_escaped(text: str, escaped: str) -> None:
    assert tex(text) == escaped


@given(st.text(alphabet=st.characters(), max_size=40), st.text(alphabet=st.characters(), max_size=20))
def test_braces_always_balance(title: str, name: str) -> None:
    item = bib(article(title=title, byline=name, outlet=name, url=f"https://courier.example/{title}"), quotes=True)
    depth = 0
    for character in item:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert item.encode("utf-8")
    assert item.count("\n") == len(fields(item)) + 2


def test_a_url_is_not_escaped_but_encoded() -> None:
    item = bib(article(url="https://courier.example/a_b%20c?d=~e&f={g}#h i\\"))
    assert fields(item)["url"] == "https://courier.example/a_b%20c?d=~e&f=%7Bg%7D#h%20i%5C"


@pytest.mark.parametrize(
    ("published", "date", "parts", "month"),
    [
        ("2031-04-02T09:30+02:00", "2031-04-02", [2031, 4, 2], "apr"),
        ("2031-04", "2031-04", [2031, 4], "apr"),
        ("2031", "2031", [2031], None),
        ("2031-13-01", "2031", [2031], None),
        ("spring", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(
    published: str | None, date: str | None, parts: list[int] | None, month: str | None
) -> None:
    made = article(published=published)
    found = fields(bib(made))
    assert (found.get("date"), found.get("month")) == (date, month)
    assert found.get("year") == (date[:4] if date else None)
    (item,) = items(made)
    assert item.get("issued") == ({"date-parts": [parts]} if parts else None)
    assert [number for number in date_parts(published) if number] == (parts or [])


def items(*made: Entry, quotes: bool = False) -> list[dict[str, object]]:
    stream = io.StringIO()
    count = write_csl(made, stream, quotes=quotes)
    read: list[dict[str, object]] = json.loads(stream.getvalue())
    assert len(read) == count
    assert len(stream.getvalue().splitlines()) == count + 2
    return read


def test_an_item_of_csl() -> None:
    made = article(
        id="mill-1", url="https://courier.example/mill", outlet="Northreach Courier", title="Mill to close",
        byline="Adam van der Berg Jr., Tove Aldersen", published="2031-04-02",
    )  # fmt: skip
    assert items(made, quotes=True) == [
        {
            "id": "vanderberg2031-k1",
            "type": "article-newspaper",
            "author": [{"family": "van der Berg", "given": "Adam", "suffix": "Jr."}, {"literal": "Tove Aldersen"}],
            "title": "Mill to close",
            "issued": {"date-parts": [[2031, 4, 2]]},
            "URL": "https://courier.example/mill",
            "language": "en",
            "note": "Mara Lindqvist: The mill will close",
            "container-title": "Northreach Courier",
        }
    ]
    assert items(article())[0]["type"] == "webpage"
    assert items() == []


def test_keys_are_unique_and_the_same_each_time() -> None:
    made = [*harbour_entries(), article(id="a"), article(id="b"), *harbour_entries(), *awkward()]
    keys = [item["id"] for item in items(*made)]
    assert len(keys) == len(set(keys)) == 4
    assert keys == re.findall(r"@\w+\{(.+),", bib(*made))
    assert keys[1:2] == [item["id"] for item in items(article(id="a"))]
    assert len({item["id"] for item in items(*harbour_entries(), quotes=True)}) == 7


def test_what_people_rejected_is_not_cited() -> None:
    assert bib(rejected(article()), quotes=True) == bib() == ""


@pytest.mark.parametrize(
    ("known", "head"),
    [
        ({"byline": "Agnes Ó Hallam", "published": "2031"}, "hallam2031"),
        ({"byline": "Tove Ålder-sen"}, "tovealdersen"),
        ({"outlet": "Northreach Courier", "published": "2031-04"}, "northreachcourier2031"),
        ({"byline": "東京"}, "article"),
    ],
)
def test_what_a_key_begins_with(known: dict[str, str], head: str) -> None:
    assert key_head(article(**known).record.article) == head
