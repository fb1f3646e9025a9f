"""Whatever the bytes are, readers give items and errors, and raise nothing."""

from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.errors import OnRecordError
from onrecord.intake import Item, Options
from onrecord.intake.documents import read_document
from onrecord.intake.options import FORMATS, Origin

from .made import TEXT, archive, linked, page, record, response, rss

ORIGIN = Origin("a", "a", Options(fetch=lambda url: (_ for _ in ()).throw(OnRecordError(url, "no network"))))


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT] * 40, "id": list(range(40))}), file, row_group_size=20)
    return file.getvalue()


ROWS = [{"text": TEXT, "id": number, "published": "2031-04-02"} for number in range(4)]
RECORDS = [
    record(b"x", "WARC-Type: warcinfo"),
    response(page()),
    response(gzip.compress(page()), headers="Content-Type: text/html\r\nContent-Encoding: gzip"),
    response(b"5\r\n<p>ab\r\n0\r\n\r\n", headers="Content-Type: text/html\r\nTransfer-Encoding: chunked"),
]
ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>a &amp; b</title><link href="/x"/>'
    f'<content type="xhtml"><div><p>{TEXT}</p></div></content>'
    "<published>2031-04-02T00:00:00Z</published></entry></feed>"
)
OPML = '<opml><body><outline xmlUrl="https://x.example/a"/><outline xmlUrl="b"/></body></opml>'
FEED = {"version": "https://jsonfeed.org/version/1", "items": [{"url": "https://x.example/", "content_html": TEXT}]}
VALID: dict[str, list[bytes]] = {
    "jsonl": ["\n".join(map(json.dumps, ROWS)).encode()],
    "json": [json.dumps(ROWS).encode(), json.dumps(FEED, indent=1).encode()],
    "csv": [f'text,id\n"{TEXT}",1\n"two\nlines",2\n'.encode()],
    "tsv": [b"text\tid\na\tb\n"],
    "parquet": [parquet()],
    "warc": [archive(RECORDS, packed=False), archive(RECORDS, packed=True)],
    "feed": [rss(linked(1) + linked(2)).encode(), rss(linked(1)).encode("utf-16"), ATOM.encode(), OPML.encode()],
    "html": [page(), gzip.compress(page())],
}


def read(data: bytes, kind: str | None) -> None:
    for result in read_document(io.BytesIO(data), ORIGIN, kind):
        assert isinstance(result, Item | OnRecordError)
        if isinstance(result, Item):
            assert len(result.digest) == 16
        else:
            assert "broke the reader" not in str(result), result
            assert result.way_out or "no network" in str(result), result


@pytest.mark.parametrize("kind", [*FORMATS, None])
def test_any_bytes(kind: str | None) -> None:
    @settings(max_examples=60, deadline=None)
    @given(
        st.one_of(
            st.binary(max_size=300),
            st.binary(max_size=200).map(gzip.compress),
            st.text(alphabet="<>/!?[]{}&;:,\"'= \n-aA1xmlrssfeeditemCDATA", max_size=200).map(str.encode),
        )
    )
    def check(data: bytes) -> None:
        read(data, kind)

    check()


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A valid document in which some bytes were changed, left out or put in."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from([0, 0, 1, 1, 4, 100]))
        data[place : place + gone] = draw(st.binary(max_size=6))
    return bytes(data[: draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))])


@pytest.mark.parametrize("kind", list(VALID))
def test_mutated_documents(kind: str) -> None:
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(mutated(VALID[kind]), st.booleans())
    def check(data: bytes, told: bool) -> None:
        read(data, kind if told else None)

    check()
    for original in VALID[kind]:
        assert (
            any(isinstance(one, Item) for one in read_document(io.BytesIO(original), ORIGIN, kind))
            or original == OPML.encode()
        )
