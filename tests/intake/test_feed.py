"""Feeds, sitemaps and OPML: full texts as pages, links as addresses, lists expanded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.errors import (
    AddressRefused,
    BadArchive,
    BadLine,
    EmptyInput,
    FetchError,
    InputError,
    NotEnglish,
    NotReadable,
    OnRecordError,
    TooLarge,
)  # fmt: skip
from onrecord.intake import Item, Options, items, markup, read_item
from onrecord.intake.dates import feed_date
from onrecord.reader import Given
from onrecord.reader.fetch import Page

from .local_server import LocalServer, Reply
from .made import TEXT, found, good, linked, page, rss

FULL = f"<p>{TEXT}</p><p>Repairs &mdash; they don&rsquo;t end &amp; cost more.</p>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Coastal Press</title>{}</feed>'
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
)


def one(tmp_path: Path, document: str | bytes, name: str = "feed.xml") -> Item | OnRecordError:
    path = tmp_path / name
    path.write_bytes(document.encode() if isinstance(document, str) else document)
    (result,) = found(path)
    return result


def test_rss_with_full_text_is_a_page(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        rss(
            "<item><title>Wall will hold</title><link>https://gazette.example/wall</link>"
            f"<dc:creator>Jo Marsh</dc:creator><pubDate>Wed, 02 Apr 2031 09:30:00 +0200</pubDate>"
            f"<content:encoded><![CDATA[{FULL}]]></content:encoded>"
            "<description>The mayor says it will.</description></item>"
        ),
    )
    assert isinstance(item, Item)
    assert (item.kind, item.source) == ("page", str(tmp_path / "feed.xml"))
    assert item.name == f"{tmp_path / 'feed.xml'}, entry 1 (https://gazette.example/wall)"
    assert item.given == Given(
        "https://gazette.example/wall",
        "The Portmere Gazette",
        "Wall will hold",
        "Jo Marsh",
        "2031-04-02T09:30:00+02:00",
    )
    article = read_item(item)
    assert article.text == f"{TEXT}\n\nRepairs — they don’t end & cost more."
    assert article.outlet == "The Portmere Gazette"


LINK = "https://gazette.example/wall"
ENTRIES = [
    (rss(f"<item><link>{LINK}</link><description>{TEXT}</description></item>"), Given(LINK)),
    (rss(f"<item><link>{LINK}</link><content:encoded>Read more.</content:encoded></item>"), Given(LINK)),
    (rss(f"<item><guid>{LINK}</guid><title> A\n wall &amp;amp; more </title></item>"),
     Given(LINK, title="A wall & more")),
    (rss("<item><link>/wall</link><author>jo@gazette.example (Jo Marsh)</author></item>"),
     Given(LINK, byline="Jo Marsh")),
    (rss(f"<item><link>{LINK}</link><author>jo@gazette.example</author></item>"), Given(LINK)),
    (rss(f"<item><title>It don&rsquo;t hold&nbsp;& falls</title><link>{LINK}?a=1&b=2</link></item>"),
     Given(LINK + "?a=1&b=2", title="It don’t hold & falls")),
    (rss(f"<item><title><![CDATA[A &amp; B]]></title><link><![CDATA[ {LINK}?a=1&b=2 ]]></link></item>"),
     Given(LINK + "?a=1&b=2", title="A & B")),
    (rss(f"<item><link>{LINK}</link><pubDate>yesterday</pubDate></item>"), Given(LINK)),
    (rss(f'<item xmlns:media="http://search.yahoo.com/mrss/"><media:title>no</media:title><link>{LINK}</link></item>'),
     Given(LINK)),
    (f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
     f'<channel><title>X</title></channel><item rdf:about="a"><title>Wall</title><link>{LINK}</link></item></rdf:RDF>',
     Given(LINK, title="Wall")),
    (ATOM.format(f'<entry><title>Wall</title><link rel="self" href="x"/><link href="{LINK}"/><updated>'
                 "2031-05-01T00:00:00Z</updated><published>2031-04-02T09:30:00.5Z</published>"
                 "<author><name>Jo Marsh</name></author>"
                 "<author><name>Li Ash</name></author><summary>S</summary></entry>"),
     Given(LINK, title="Wall", byline="Jo Marsh, Li Ash", published="2031-04-02T09:30:00+00:00")),
    (ATOM.format(f'<entry><content src="{LINK}"/><updated>2031-05-01T00:00:00Z</updated></entry>'), Given(LINK)),
    (SITEMAP.format(f"<url><loc> {LINK} </loc><lastmod>2031-05-01</lastmod></url>"), Given(LINK)),
    (SITEMAP.format(f"<url><loc>{LINK}</loc><news:news><news:publication><news:name>Gazette</news:name><news:language>en"
                    "</news:language></news:publication><news:publication_date>2031-04-02</news:publication_date>"
                    "<news:title>Wall</news:title></news:news></url>"),
     Given(LINK, "Gazette", "Wall", None, "2031-04-02")),
]  # fmt: skip


@pytest.mark.parametrize(("document", "given"), ENTRIES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_entries_with_a_link_are_addresses(tmp_path: Path, document: str, given: Given, codec: str) -> None:
    if codec == "utf-16" and ("&rsquo;" in document or "&b=" in document):
        pytest.skip("what is not well formed is mended in ASCII's supersets only")
    item = one(tmp_path, document.encode(codec))
    assert isinstance(item, Item), item
    assert (item.kind, item.data, item.given) == ("address", b"", given)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (f'<content type="html"><![CDATA[{FULL}]]></content>', "page"),
        (f'<content type="html">{FULL.replace("&", "&amp;").replace("<", "&lt;")}</content>', "page"),
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
         f"{FULL.replace('&rsquo;', '’').replace('&mdash;', '—')}</div></content>", "page"),
        (f"<content>{TEXT}\n\nRepairs — they don’t end &amp; cost more.</content>", "object"),
    ],
)  # fmt: skip
def test_full_text_of_atom(tmp_path: Path, content: str, kind: str) -> None:
    item = one(tmp_path, ATOM.format(f'<entry><link href="{LINK}"/>{content}</entry>'))
    assert isinstance(item, Item)
    assert item.kind == kind
    assert read_item(item).text == f"{TEXT}\n\nRepairs — they don’t end & cost more."


def test_json_feed(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    entries = [
        {"id": "1", "url": LINK, "title": "Wall", "content_html": FULL, "date_published": "2031-04-02T09:30:00Z",
         "authors": [{"name": "Jo Marsh"}]},
        {"id": LINK, "content_text": "short"},
        {"id": "3", "summary": "nothing"},
        7,
        {"url": "/quay", "author": {"name": "Li Ash"}},
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Gazette", "items": entries, "feed_url": "x"}
    for indent in (None, 1):
        path.write_text(json.dumps(feed, indent=indent))
        full, short, none, seven, relative = found(path)
        assert isinstance(full, Item)
        assert full.given == Given(LINK, "Gazette", "Wall", "Jo Marsh", "2031-04-02T09:30:00+00:00")
        assert read_item(full).text.startswith(TEXT)
        assert isinstance(short, Item)
        assert (short.kind, short.given.url) == ("address", LINK)
        assert isinstance(none, BadLine)
        assert "element 3: neither a full text nor a link" in str(none)
        assert isinstance(seven, BadLine)
        assert isinstance(relative, BadLine)  # of a file nobody knows where it was


def test_ten_thousand_entries_come_lazily(tmp_path: Path) -> None:
    path = tmp_path / "feed.rss"
    path.write_text(rss("".join(linked(number) for number in range(10_000))))
    stream = items([str(path)], Options())
    first = next(stream)
    assert isinstance(first, Item)
    assert (first.given.url, first.given.title) == ("https://gazette.example/0", "Wall & quay 0")
    rest = good(stream)
    assert [item.given.url for item in rest] == [f"https://gazette.example/{number}" for number in range(1, 10_000)]


@pytest.mark.parametrize(
    ("document", "error", "message"),
    [
        (page(), NotReadable, "an HTML page where a feed should be"),
        (b"", EmptyInput, "an empty file"),
        (rss(""), EmptyInput, "no entries: 0"),
        ("<catalog><book/></catalog>", NotReadable, "<catalog>, not a feed, a sitemap or OPML"),
        ("plain words", NotReadable, "not XML: no element in 11 bytes"),
        (rss("<item><title>x</title></item>"), BadLine, "entry 1: neither a full text nor a link"),
        (rss("<item><link>javascript:alert(1)</link></item>"), BadLine, "neither a full text nor a link"),
        (SITEMAP.format("<url><loc>ftp://x.example</loc></url>"), BadLine, "no http"),
        (SITEMAP.format(f"<url><loc>{LINK}</loc><news:news xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>"
                        "<news:language>de</news:language></news:news></url>"), NotEnglish, "in 'de', as the sitemap"),
        ('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]>' + rss("<item/>")[22:], NotReadable,
         "entities of its own"),
    ],
)  # fmt: skip
def test_what_is_no_feed(tmp_path: Path, document: str | bytes, error: type[InputError], message: str) -> None:
    result = one(tmp_path, document)
    assert isinstance(result, error), result
    assert message in str(result)
    assert result.way_out


def test_a_feed_that_is_cut_gives_what_lies_before(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    whole = rss("".join(linked(number) for number in range(3)))
    for cut in (whole.rindex("<item>") + 30, whole.rindex("</channel>"), len(whole) - 5):
        path.write_text(whole[:cut])
        *entries, error = found(path)
        assert len(good(entries)) == whole[:cut].count("</item>")
        assert isinstance(error, BadArchive)
        assert f"no end after {len(entries)} whole entries" in str(error)


def test_entities_that_lie_elsewhere_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    padding = f"<!--{'x' * 5_000}-->"
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    path = tmp_path / "feed.xml"
    for entity in (f'<!ENTITY x SYSTEM "file://{secret}">', f'{bomb}<!ENTITY x "&l9;">'):
        path.write_text(
            f'<?xml version="1.0"?>{padding}<!DOCTYPE rss [{entity}]><rss><channel>'
            f'<item attribute="&x;"><title>a &x; b</title><link>{LINK}</link></item></channel></rss>'
        )
        for result in found(path):
            assert isinstance(result, OnRecordError) or result.given.title in ("a b", "a &x; b")
            assert "SECRET" not in str(result)
            assert len(str(result)) < 1_000


def test_an_entry_without_end_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "LARGEST", 200_000)
    path = tmp_path / "feed.xml"
    path.write_text(rss(linked(1) + f"<item>{'<b>x</b>' * 100_000}"))
    item, error = found(path)
    assert isinstance(item, Item)
    assert isinstance(error, BadArchive)
    assert "an entry of more than 200,000 bytes after 1 whole" in str(error)


@pytest.mark.parametrize("cut", range(60))
def test_mending_does_not_depend_on_where_pieces_end(cut: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(markup, "CHUNK", 330 + cut)
    item = one(
        tmp_path, rss(f"<item><title>A &rsquo; & <![CDATA[x & ]] &rsquo;]]> &hellip;</title><link>{LINK}</link></item>")
    )
    assert isinstance(item, Item)
    assert item.given.title == "A ’ & x & ]] ’ …"


# Lists, and what they lead to


def web(**pages: bytes | OnRecordError) -> Callable[[str], Page]:
    """A fetch that knows some pages of web.example and counts nothing."""

    def fetch(url: str) -> Page:
        reply = pages.get(url.removeprefix("https://web.example/"))
        if reply is None:
            raise FetchError(url, "the server answered with status 500", "try later")
        if isinstance(reply, OnRecordError):
            raise reply
        return Page(url, reply, None, None)

    return fetch


def opml(*addresses: str) -> str:
    outlines = "".join(f'<outline text="x" xmlUrl="{address}"/>' for address in addresses)
    body = f'<body><outline text="News">{outlines}</outline></body>'
    return f'<opml version="2.0"><head><title>Wires</title></head>{body}</opml>'


def test_opml_is_expanded_and_failures_keep_their_place(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(opml("https://web.example/a", "https://web.example/none", "https://web.example/page", "x",
                         "https://web.example/b", "https://web.example/a", "feed://web.example/b"))  # fmt: skip
    fetch = web(
        a=rss(linked(1)).encode(),
        b=rss("<item><link>/2</link></item>").replace("<link>https://gazette.example/</link>", "").encode(),
        page=page(),
    )
    a, none, html, bad, b, old = found(path, fetch=fetch)
    assert isinstance(a, Item)
    assert (a.name, a.source) == ("https://web.example/a, entry 1 (https://gazette.example/1)", str(path))
    assert isinstance(none, FetchError)
    assert isinstance(html, NotReadable)
    assert "https://web.example/page: an HTML page where a feed should be" in str(html)
    assert isinstance(bad, BadLine)
    assert isinstance(b, Item)
    assert b.given.url == "https://web.example/2"
    assert isinstance(old, FetchError)  # http://web.example/b


def index(*names: str) -> bytes:
    entries = "".join(f"<sitemap><loc>https://web.example/{name}</loc></sitemap>" for name in names)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'.encode()


def test_sitemap_indexes_are_expanded_but_not_without_end() -> None:
    pages = {"top": index("top", "mid", "leaf"), "leaf": SITEMAP.format(f"<url><loc>{LINK}</loc></url>").encode(),
             "mid": index("l1"), "l1": index("l2"), "l2": index("l3"), "l3": b""}  # fmt: skip
    too_deep, leaf = found("https://web.example/top", fetch=web(**pages))
    assert isinstance(too_deep, NotReadable)
    assert "3 lists deep" in str(too_deep)
    assert isinstance(leaf, Item)
    assert (leaf.given.url, leaf.source) == (LINK, "https://web.example/top")


def test_an_address_is_fetched_once_and_is_what_it_is() -> None:
    asked = []

    def fetch(url: str) -> Page:
        asked.append(url)
        return Page(f"{url}/", page() if url.endswith("wall") else rss(linked(1)).encode(), "utf-8", "html")

    wall, entry = good(found("https://gazette.example/wall", "https://gazette.example/feed", fetch=fetch))
    assert asked == ["https://gazette.example/wall", "https://gazette.example/feed"]
    assert (wall.kind, wall.data, wall.charset) == ("page", page(), "utf-8")
    assert (wall.name, wall.given.url) == ("https://gazette.example/wall", "https://gazette.example/wall/")
    assert entry.kind == "address"


def test_an_address_that_fails_is_a_value() -> None:
    missing, large = found(
        "https://web.example/none", "https://web.example/large", fetch=web(large=TooLarge("x", "over", "cut"))
    )
    assert isinstance(missing, FetchError)
    assert isinstance(large, TooLarge)


@pytest.mark.parametrize(
    ("claim", "date"),
    [
        ("Wed, 02 Apr 2031 09:30:00 GMT", "2031-04-02T09:30:00+00:00"),
        ("Wed, 2 Apr 2031 09:30 EST", "2031-04-02T09:30:00-05:00"),
        ("02 Apr 2031 09:30:00 -0000", "2031-04-02T09:30:00"),
        ("2031-04-02T09:30:00.123Z", "2031-04-02T09:30:00+00:00"),
        (" 2031-04-02\n", "2031-04-02"),
        ("Wed, 32 Apr 2031 09:30:00 GMT", None),
        ("2031-02-30", None),
        ("last week", None),
        ("", None),
        (None, None),
        ("1 1 1 1 1 1 1", None),
    ],
)
def test_dates(claim: str | None, date: str | None) -> None:
    assert feed_date(claim) == date


def test_feeds_are_fetched_from_a_server_as_what_they_are() -> None:
    def reply(body: bytes, kind: str) -> Reply:
        return Reply(200, body, {"Content-Type": kind, "Content-Length": str(len(body))})

    with LocalServer() as server:
        server.replies = {
            "/list": reply(opml(f"{server.url}/rss", f"{server.url}/map.gz").encode(), "text/x-opml"),
            "/rss": reply(rss(f"<item><link>{server.url}/wall</link></item>").encode(), "application/rss+xml"),
            "/map.gz": reply(
                gzip.compress(SITEMAP.format(f"<url><loc>{LINK}</loc></url>").encode()), "application/gzip"
            ),
            "/wall": reply(page(), "text/html; charset=utf-8"),
            "/odd": reply(b"x", "application/pdf"),
        }
        entry, mapped, odd = found(f"{server.url}/list", f"{server.url}/odd", allow_private=True)
        assert isinstance(entry, Item)
        assert read_item(entry, allow_private=True).text.startswith("PORTMERE")
        assert isinstance(mapped, Item)
        assert mapped.given.url == LINK
        assert isinstance(odd, NotReadable)
        assert "application/rss+xml" in server.requests[0][1]["Accept"]
        (refused,) = found(f"{server.url}/list")
        assert isinstance(refused, AddressRefused)
        with pytest.raises(AddressRefused):
            read_item(entry)
