"""Pages → articles: the body and nothing but the body, and the facts with their sources."""

from pathlib import Path

import pytest

from onrecord.errors import BadDate, EmptyInput, NoArticleBody, NotEnglish, NotReadable, TooLarge
from onrecord.reader import Given, from_html
from onrecord.reader.build import fingerprint

PAGES = Path(__file__).parents[1] / "articles"
WORDS = "The harbour master said on day {} that the wall would hold, whatever the council of the island might decide."
BODY = "".join(f"<p>{WORDS.format(number)}</p>" for number in range(1, 5))


def page(name: str) -> bytes:
    return (PAGES / f"page_{name}.html").read_bytes()


def wrap(body: str, head: str = "") -> str:
    return f"<html><head><title>Wall to hold</title>{head}</head><body><article>{body}</article></body></html>"


def test_harbour_body_is_exactly_the_report() -> None:
    assert from_html(page("harbour")).text.split("\n\n") == [
        "PORTMERE, April 2 (Islands Press) — The harbour wall at Portmere will hold for another thirty years,"
        " the island’s chief engineer told councillors on Wednesday.",
        "“There is no crack that I would lose a night’s sleep over,” said Nerys Oake, who has looked after the wall"
        " since 2019. “Spend the money on the ferry.”",
        "Councillor Bram Teasel denied that he had called for the wall to be torn down. He said he had asked only for"
        " the minutes of the last inspection.",
        "A long dispute",
        "The wall was built in 1887. It has been argued over ever since, according to Sela Thorne of the Portmere"
        " Historical Society. It was last repaired in 2004.",
        "“Nobody on this island agrees about the wall, and nobody would want to,” Thorne said.",
        "The council votes on Friday.",
    ]


def test_harbour_facts_come_from_the_surest_source() -> None:
    article = from_html(page("harbour"))
    assert article.title == "Harbour wall will hold, engineer says"
    assert article.byline == "Ida Quill, Tov Maddern"
    assert article.outlet == "The Portmere Courier"  # og:site_name has a slug
    assert article.published == "2031-04-02T09:30:00+02:00"  # not the picture's, not the day it was modified
    assert article.url == "https://courier.example/2031/04/02/harbour-wall"
    assert article.language == "en"
    assert article.dateline is not None
    assert article.dateline.text == "PORTMERE, April 2 (Islands Press)"
    assert article.id == fingerprint(article.text, article.url)


def test_what_is_given_wins() -> None:
    given = Given(
        url="https://x.example/1", outlet="X", title="T", byline="B", published="2031-05-01T10:00Z", id="row-7"
    )
    article = from_html(page("harbour"), given)
    known = (article.url, article.outlet, article.title, article.byline, article.published, article.id)
    assert known == ("https://x.example/1", "X", "T", "B", "2031-05-01T10:00+00:00", "row-7")


def test_fact_box_tweet_and_pointer_are_left_out() -> None:
    article = from_html(page("factbox"))
    assert [paragraph[:24] for paragraph in article.text.split("\n\n")] == [
        "VELLIN/HARROWAY, Nov 22 ",
        "Water Minister Aldis Cra",
        "The vote was 61 to 54, w",
        "The bill takes effect on",
    ]
    assert article.published == "2031-11-22"  # midnight is a day without a time
    assert article.byline == "Osric Vane"
    assert article.outlet == "Vellin Standard"
    assert article.title == "Vellin parliament passes water bill"
    assert article.dateline is not None
    assert article.dateline.text == "VELLIN/HARROWAY, Nov 22 (Northern Wire)"


def test_bare_page_parts_paragraphs_at_double_breaks_and_ignores_a_wrong_lang() -> None:
    article = from_html(page("bare"))
    assert [paragraph[:22] for paragraph in article.text.split("\n\n")] == [
        "TARN BAY — The mayor o",
        "“I signed both bills a",
        "Deputy Mayor Ansel Rok",
    ]
    assert "That is the whole of it.” She took no questions." in article.text
    assert article.published == "2023-06-14T18:05"
    assert article.title == "Mayor of Tarn Bay resigns"


@pytest.mark.parametrize("name", ["harbour", "factbox", "bare"])
def test_paragraphs_are_parted_by_blank_lines_and_hold_none(name: str) -> None:
    article = from_html(page(name))
    assert all(part and "\n" not in part and part == part.strip() for part in article.text.split("\n\n"))
    assert article.title is not None
    assert article.title not in article.text
    assert article.dateline is not None
    assert article.text[article.dateline.start : article.dateline.end] == article.dateline.text


def test_paywall_stub_says_how_little_there_is() -> None:
    with pytest.raises(NoArticleBody, match=r"page: \d\d characters of body text, at least 250 needed; pass the text"):
        from_html(page("paywall"))


@pytest.mark.parametrize("cut", [0.75, 0.6, 0.5])
def test_truncated_page_gives_what_is_there(cut: float) -> None:
    whole = page("harbour")
    text = from_html(whole[: int(len(whole) * cut)]).text
    assert text.startswith("PORTMERE, April 2")
    assert "no crack that I would" in text


@pytest.mark.parametrize(
    ("meta", "published"),
    [
        ('<meta property="article:published_time" content="2031-04-02T09:30:00Z">', "2031-04-02T09:30:00+00:00"),
        ('<meta property="article:published_time" content="2031-04-02 09:30:00">', "2031-04-02T09:30:00"),
        ('<meta name="date" content="2031-04-02">', "2031-04-02"),
        ('<meta itemprop="datePublished" content="2031-04-02T09:30+0530">', "2031-04-02T09:30+05:30"),
        ('<script type="application/ld+json">{"@type":"WebPage","datePublished":"2031-04-02"}</script>', "2031-04-02"),
        ('<script type="application/ld+json">{"datePublished": [broken</script>', None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", None),
        ('<script type="application/ld+json">{"@type":[5],"author":[7],"headline":7,"datePublished":5}</script>', None),
        ('<meta property="article:published_time" content="2031-02-30">', None),
    ],
)  # fmt: skip
def test_date_is_kept_at_the_precision_of_the_page(meta: str, published: str | None) -> None:
    assert from_html(wrap(BODY, meta)).published == published


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        ('<meta property="og:site_name" content=" The Tarn Post ">', "The Tarn Post"),
        ('<meta property="og:site_name" content="tarnpost.example">'
         '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"Tarn Post"}, "headline":"x"}'
         "</script>", "Tarn Post"),
        ('<link rel="canonical" href="https://www.tarnpost.example/a">', "tarnpost.example"),
        ("", None),
    ],
)  # fmt: skip
def test_outlet_is_the_name_rather_than_the_slug(head: str, outlet: str | None) -> None:
    assert from_html(wrap(BODY, head)).outlet == outlet


@pytest.mark.parametrize(
    "extra",
    [
        '<div class="related-stories"><p>Ferry fares to rise again in May, and then again in June.</p></div>',
        '<p><a href="/f">Ferry fares to rise again in May, and then again in June</a></p>',
        '<p>ALSO READ | <a href="/f">Ferry fares to rise again in May, and then again in June</a></p>',
        "<aside><p>Ferry fares to rise again in May, and then again in June.</p></aside>",
        '<figure><img src="f.jpg"><figcaption>Ferry passengers in May.</figcaption></figure>',
        '<p><img src="f.jpg"></p><p><em>Ferry passengers in May.</em></p>',
        '<form><p>Ferry news to your inbox.</p><input name="mail"></form>',
        '<span class="sr-only">Ferry</span>',
        "<h2>Ferry news</h2>",  # a heading that nothing follows
    ],
)
def test_what_stands_beside_the_report_is_left_out(extra: str) -> None:
    assert "Ferry" not in from_html(wrap(BODY + extra)).text


@pytest.mark.parametrize(
    "kept",
    [
        '<p>The ferry <a href="/f">will sail</a> again.</p>',
        "<ul><li>The ferry will sail again.</li><li>The bus will not.</li></ul>",
        "<p><em>The ferry will sail again,</em> she said.</p>",
        "<p>More than the ferry: the bus.</p>",
        "<table><tr><td>ferry</td><td>sails again</td></tr></table>",
    ],
)
def test_what_belongs_to_the_report_is_kept(kept: str) -> None:
    assert "ferry" in from_html(wrap(BODY + kept + "<p>Nobody else spoke.</p>")).text


def test_a_container_named_like_furniture_that_holds_the_article_is_kept() -> None:
    assert "day 4" in from_html(f'<html><body><div class="related promo">{BODY}</div><p>x</p></body></html>').text


def test_body_for_machines_stands_in_when_there_is_no_other() -> None:
    spoken = " ".join(WORDS.format(number) for number in range(1, 5))
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{spoken}"}}</script>'
    assert from_html(wrap('<div id="root"></div>', head)).text == spoken


def test_control_characters_go_and_the_rest_of_unicode_stays() -> None:
    body = BODY + "<p>It isn&#146;t \x00so&#8;, she\u200b said: \u202bمرحبا\u202c \U0001f44b\U0001f3fd\x92</p>"
    last = from_html(wrap(body)).text.split("\n\n")[-1]
    assert last == "It isn’t so, she\u200b said: \u202bمرحبا\u202c \U0001f44b\U0001f3fd’"


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (b"", EmptyInput, "0 characters"),
        ("  \n", EmptyInput, "0 characters"),
        ("<!-- nothing -->", NoArticleBody, "no HTML element"),
        ("<html><frameset><frame src='x'></frameset></html>", NoArticleBody, "0 characters"),
        (b"%PDF-1.7 x", NotReadable, "a PDF"),
        ("<p>\ud800</p>", NotReadable, r"lone surrogate U\+D800 at character 3"),
        (b"<p>" + b"x " * 10_000_001, TooLarge, "more than 20,000,000 bytes"),
        ("<div>" * 1_500 + BODY, TooLarge, "1,5.. levels of nesting, at most 1,000"),
        (BODY + "<i>a</i>" * 51_000, TooLarge, "elements, at most 50,000"),
        ("<a " + " ".join(f"a{n}=1" for n in range(5_000)) + ">" + BODY, NotReadable, "5,000 attributes"),
    ],
)
def test_unusable_pages_are_refused_with_the_measurement(
    source: bytes | str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        from_html(source)


def test_language_is_judged_by_the_body() -> None:
    french = "".join(f"<p>Le maire a dit le {day} mars que le mur tiendrait tout l'hiver, quoi que décide le conseil"
                     f" municipal de la ville, réuni ce jour-là.</p>" for day in range(1, 6))  # fmt: skip
    with pytest.raises(NotEnglish, match=r"language 'fr' with probability (?:1\.00|0\.9\d)"):
        from_html(wrap(french).replace("<html>", '<html lang="en">'))


def test_a_bad_date_is_told_before_the_page_is_read() -> None:
    with pytest.raises(BadDate, match="2031-13-01"):
        from_html(b"", Given(published="2031-13-01"))


def test_id_is_that_of_the_canonical_text_and_url() -> None:
    assert fingerprint("Cafe\u0301  said\nno", "u") == fingerprint("Café said no", "u")
    assert fingerprint("a", "u") != fingerprint("a", "v")
    assert fingerprint("a", None) == "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
