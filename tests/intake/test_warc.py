"""Web archives: what is taken, and what is left where they are cut."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from onrecord.errors import BadArchive, NotReadable, TooLarge
from onrecord.intake import Item, read_item, warc

from .made import TEXT, archive, found, good, page, parted, record, response

RECORDS = [
    record(b"software: test\r\n", "WARC-Type: warcinfo"),
    *(response(page(number), f"https://gazette.example/{number}") for number in range(4)),
]


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.warc", False), ("a.warc.gz", True), ("a", False), ("a", True), ("a.warc", True), ("a.html", False)],
)
def test_pages_with_address_day_and_charset(tmp_path: Path, name: str, *, packed: bool) -> None:
    path = tmp_path / name
    path.write_bytes(archive(RECORDS, packed=packed))
    pages = good(found(path))
    assert [one.given.url for one in pages] == [f"https://gazette.example/{number}" for number in range(4)]
    first = pages[0]
    place = len(gzip.compress(RECORDS[0], mtime=0)) if packed else len(RECORDS[0])
    assert first.name == f"{path}, record at byte {place:,} (https://gazette.example/0)"
    assert (first.source, first.kind, first.charset, first.seen) == (str(path), "page", "utf-8", "2031-04-02T09:30:00Z")
    assert first.data == page(0)
    article = read_item(first)
    assert article.text.startswith("PORTMERE, April 2")
    assert article.url == "https://gazette.example/0"


@pytest.mark.parametrize(
    ("one", "taken"),
    [
        (record(b"", "WARC-Type: revisit\r\nWARC-Target-URI: https://x.example/"), False),
        (record(b"GET / HTTP/1.1\r\n\r\n", "WARC-Type: request\r\nWARC-Target-URI: https://x.example/"), False),
        (record(b"20310402 x\r\n", "WARC-Type: response\r\nWARC-Target-URI: dns:x.example"), False),
        (record(b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n" + page(),
                "WARC-Type: response\r\nWARC-Target-URI: https://x.example/"), False),
        (record(b"HTTP/1.1 301 Gone\r\nContent-Type: text/html\r\n\r\n" + page(),
                "WARC-Type: response\r\nWARC-Target-URI: https://x.example/"), False),
        (response(b"\x89PNG", headers="Content-Type: image/png"), False),
        (response(page(), headers="Content-Type: application/xhtml+xml"), True),
        (response(page(), "<https://x.example/>"), True),
        (response(page(), headers="content-type: TEXT/HTML;charset=windows-1252"), True),
        (record(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(),
                "WARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
                "WARC-Target-URI: https://x.example/", "1.1"), True),
        (record(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(),
                "WARC-Type: response\r\nWARC-Target-URI: https://x.example/", "1.1"), True),
    ],
)  # fmt: skip
def test_which_records_are_taken(tmp_path: Path, one: bytes, *, taken: bool) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(one + RECORDS[1])
    assert len(good(found(path))) == taken + 1
    path.write_bytes(one)
    items, errors = parted(found(path))
    assert len(items) == taken
    assert taken or [type(error) for error in errors] == [NotReadable]
    if taken:
        assert items[0].data == page()
        assert items[0].given.url in ("https://x.example/", "https://gazette.example/wall")


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:100], body[100:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(page())),
        ("Content-Encoding: gzip", page()),
        ("Content-Encoding: deflate", zlib.compress(page())),
        ("Content-Encoding: deflate", zlib.compress(page())[2:-4]),
        ("Transfer-Encoding: chunked", chunked(page())),
        ("Transfer-Encoding: chunked", page()),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", chunked(gzip.compress(page()))),
        ("X-Crawl-Content-Encoding: br", page()),
        ("Content-Encoding: br", page()),
    ],
)
def test_encodings_of_the_body(tmp_path: Path, headers: str, body: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(response(body, headers=f"Content-Type: text/html\r\n{headers}"))
    (item,) = good(found(path))
    assert item.data == page()


@pytest.mark.parametrize("packed", [False, True])
def test_cut_at_any_byte_of_the_last_record(tmp_path: Path, *, packed: bool) -> None:
    path = tmp_path / "a.warc"
    whole, last = archive(RECORDS[:-1], packed=packed), archive(RECORDS[-1:], packed=packed)
    body_ends = len(last) if packed else len(last) - 4  # the blank lines after it carry nothing
    for cut in range(1, len(last), 7):
        path.write_bytes(whole + last[:cut])
        items, errors = parted(found(path))
        assert [item.given.url for item in items][:3] == [f"https://gazette.example/{number}" for number in range(3)]
        if cut < body_ends - (8 if packed else 0):  # of a packed one the check sum after it may be what is cut
            assert len(items) == 3
        if cut < body_ends:
            (error,) = errors
            assert isinstance(error, BadArchive)
            assert str(path) in str(error)
            if packed or cut > 20:
                assert f"{len(whole):,}" in str(error) or "after 4 whole records" in str(error)


def test_damage_in_the_middle_leaves_what_lies_before(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(archive(RECORDS[:3], packed=False) + b"\x00\x01junk" + archive(RECORDS[3:], packed=False))
    items, errors = parted(found(path))
    assert len(items) == 2
    assert "no WARC record after 3 whole records" in str(errors[0])
    packed = archive(RECORDS, packed=True)
    third = len(archive(RECORDS[:2], packed=True))
    path.write_bytes(packed[: third + 40] + b"\xff" * 10 + packed[third + 50 :])
    items, errors = parted(found(path))
    assert len(items) == 1
    assert f"damaged from byte {third:,} on: the gzip member is damaged" in str(errors[0])


def test_a_record_over_the_cap_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "LARGEST", 5_000)
    big = response(b"<p>" + b"x" * 6_000, "https://gazette.example/big")
    bomb = response(gzip.compress(b"x" * 1_000_000), "https://gazette.example/bomb",
                    "Content-Type: text/html\r\nContent-Encoding: gzip")  # fmt: skip
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive([RECORDS[1], big, bomb, RECORDS[2]], packed=True))
    first, large, bombed, last = found(path)
    assert isinstance(first, Item)
    assert isinstance(last, Item)
    assert isinstance(large, TooLarge)
    assert "(https://gazette.example/big): 6,003 bytes, at most 5,000" in str(large)
    assert isinstance(bombed, TooLarge)
    assert "more than 5,000 bytes unpacked" in str(bombed)


def test_a_body_that_cannot_be_unpacked_costs_no_other(tmp_path: Path) -> None:
    broken = response(b"\x1f\x8b" + b"\xff" * 50, headers="Content-Type: text/html\r\nContent-Encoding: gzip")
    path = tmp_path / "a.warc"
    path.write_bytes(broken + RECORDS[1])
    bad, item = found(path)
    assert isinstance(bad, NotReadable)
    assert "the body is damaged" in str(bad)
    assert isinstance(item, Item)
    assert TEXT[:20].encode() in item.data
