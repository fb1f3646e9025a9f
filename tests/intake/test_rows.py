"""JSONL, JSON, CSV, TSV and Parquet: which key is which fact, and what a bad row costs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onrecord.errors import BadArchive, BadDate, BadLine, EmptyInput, MissingExtra, NotReadable, OnRecordError, TooLarge
from onrecord.intake import Fields, Item, is_record, json_values, lines, parquet, read_item, rows

from .made import TEXT, Given, found, good, parted

GIVEN = Given("https://gazette.example/1", "Gazette", "Wall", "Jo Marsh", "2031-04-02", "a1")
FACTS = {
    "url": GIVEN.url,
    "outlet": "Gazette",
    "title": "Wall",
    "byline": "Jo Marsh",
    "published": "2031-04-02",
    "id": "a1",
}
RECORD = {"schema_version": "2.0", "article": {"id": "a", "text": TEXT}, "statements": []}


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(path: Path, *objects: dict[str, Any]) -> Path:
    """``objects`` in the format that the ending of ``path`` tells."""
    names = list(dict.fromkeys(key for one in objects for key in one))
    if path.suffix == ".parquet":
        pq.write_table(pa.table({name: [one.get(name) for one in objects] for name in names}), path)
        return path
    if path.suffix == ".jsonl":
        return write(path, "\n".join(json.dumps(one) for one in objects))
    if path.suffix == ".json":
        return write(path, json.dumps(objects, indent=1))
    mark = "," if path.suffix == ".csv" else "\t"
    quoted = [[f'"{str(one.get(name) or "").replace(chr(34), chr(34) * 2)}"' for name in names] for one in objects]
    return write(path, "\n".join(mark.join(row) for row in [names, *quoted]))


ENDINGS = [".jsonl", ".json", ".csv", ".tsv", ".parquet"]
EACH_ENDING = pytest.mark.parametrize("ending", ENDINGS)


@EACH_ENDING
def test_every_format_gives_the_same(tmp_path: Path, ending: str) -> None:
    text = TEXT + ' “No, "no",” she said;\n\n\tand left.'
    path = table(tmp_path / f"dump{ending}", {"text": text, **FACTS, "more": "x"}, {"html": f"<p>{TEXT}</p>"})
    first, second = good(found(path))
    assert (first.kind, first.given, first.source) == ("object", GIVEN, str(path))
    assert first.name.startswith(f"{path}, ")
    article = read_item(first)
    assert (article.text, article.id, article.byline) == (text, "a1", "Jo Marsh")
    assert read_item(second).text == TEXT
    assert second.given == Given()


@EACH_ENDING
def test_columns_can_have_other_names(tmp_path: Path, ending: str) -> None:
    path = table(
        tmp_path / f"dump{ending}", {"body": TEXT, "link": "https://x.example/", "text_id": "7", "day": "2031"}
    )
    fields = Fields(text="body", url="link", id="text_id", published="day")
    (item,) = good(found(path, fields=fields, given=Given(outlet="Herald", published="2031-05")))
    assert item.given == Given("https://x.example/", "Herald", None, None, "2031-05", "7")  # the user's word wins


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
def test_a_table_without_the_article_names_its_columns(tmp_path: Path, ending: str) -> None:
    (error,) = found(table(tmp_path / f"dump{ending}", {"Text": TEXT, "day": "2031"}))
    assert isinstance(error, NotReadable)
    assert "no column 'text' or 'html'; there are 'Text', 'day'; name the column with --field" in str(error)


def test_numbers_days_and_lists_are_written_as_text(tmp_path: Path) -> None:
    times: list[Any] = [datetime(2031, 4, 2, 9, 30, tzinfo=UTC), None]
    pq.write_table(pa.table({"text": [TEXT] * 2, "id": [7, 8], "published": times}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": [TEXT], "published": [date(2031, 4, 2)]}), tmp_path / "b.parquet")
    write(tmp_path / "c.jsonl", json.dumps({"text": TEXT, "id": 12, "byline": ["Jo Marsh", "Li Ash"]}))
    a, b, c, d = good(found(tmp_path))
    assert (a.given.id, read_item(a).published) == ("7", "2031-04-02T09:30:00+00:00")
    assert (b.given.id, b.given.published) == ("8", None)
    assert read_item(c).published == "2031-04-02"
    assert (d.given.id, d.given.byline) == ("12", "Jo Marsh, Li Ash")


def test_records_are_told_from_articles(tmp_path: Path) -> None:
    assert is_record(RECORD)
    assert not is_record({"text": TEXT, "article": "x", "schema_version": "2"})
    assert not is_record([RECORD])
    path = write(tmp_path / "a.jsonl", f"\ufeff{json.dumps(RECORD)} \n{json.dumps({'text': TEXT})}\n")
    record, article = good(found(path))
    assert (record.kind, article.kind) == ("record", "object")
    assert json.loads(record.data) == RECORD
    with pytest.raises(NotReadable, match=r"a\.jsonl, line 1: a record, not an article"):
        read_item(record)
    (single,) = good(found(write(tmp_path / "a.json", json.dumps(RECORD, indent=2))))
    assert (single.kind, json.loads(single.data)) == ("record", RECORD)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "not JSON"),
        (b"[1]", "a list, an object is needed"),
        (b'{"text": "a", "text": "b"}', "key 'text' is there twice"),
        (b'{"text": 7}', "'text' is a number, text is needed"),
        (b'{"text": "a", "published": 2031}', "'published' is a number"),
        (b'{"text": "", "title": "x"}', "neither 'text' nor 'html' holds anything (keys: 'text', 'title')"),
        (b"{}", "(keys: none)"),
        (b'{"text": "\xff"}', "byte 11 is not UTF-8"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"\0", "not JSON"),
    ],
)
def test_a_bad_line_costs_no_other(tmp_path: Path, line: bytes, problem: str) -> None:
    fine = json.dumps({"text": TEXT}).encode()
    path = write(tmp_path / "dump.jsonl", b"\n".join([fine, b"", line, fine]))
    first, bad, last = found(path)
    assert isinstance(bad, BadLine)
    assert str(bad).startswith(f"{path}, line 3: ")
    assert problem in str(bad)
    assert bad.way_out
    assert [isinstance(one, Item) and one.name for one in (first, last)] == [f"{path}, line 1", f"{path}, line 4"]


def test_a_line_over_the_cap_is_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LARGEST", 1_000)
    fine = json.dumps({"text": TEXT})
    for end in ("\n", ""):
        path = write(tmp_path / "dump.jsonl", f'{fine}\n{{"text": "{"x" * 300_000}"}}{end}')
        first, bad = found(path)
        assert isinstance(first, Item)
        assert f"line 2: {300_012:,} bytes, at most 1,000 are read" in str(bad)
    path = write(tmp_path / "dump.csv", f'text,id\n"{TEXT}",1\n"{"x" * 300_000}",2\n"{TEXT}",3\n')
    one, bad, three = found(path)
    assert isinstance(bad, BadLine)
    assert "line 3: 300,004 bytes" in str(bad)
    assert [isinstance(item, Item) and item.given.id for item in (one, three)] == ["1", "3"]


def test_a_line_of_100_mb(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "dump.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + json.dumps({"text": TEXT}).encode())
    tracemalloc.start()
    bad, fine = found(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "line 1: 100,000,012 bytes, at most 20,000,000 are read" in str(bad)
    assert isinstance(fine, Item)
    assert peak < 60_000_000  # the cap, and a copy of it


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"a,b,c", "line 3: 3 columns, the header has 2; put values that hold commas"),
        (b"a", "line 3: 1 columns, the header has 2"),
        (b'"\xff",1', "line 3: byte 0xff is not UTF-8; save the table as UTF-8"),
        (b",1", "neither 'text' nor 'html'"),
    ],
)
def test_a_bad_row_costs_no_other(tmp_path: Path, row: bytes, problem: str) -> None:
    path = write(tmp_path / "a.csv", b"\xef\xbb\xbftext, id\r\nfirst,1\r\n" + row + b'\r\n\r\n"th""ird\nof two",3\r\n')
    first, bad, third = found(path)
    assert isinstance(first, Item)
    assert isinstance(bad, BadLine)
    assert problem in str(bad)
    assert isinstance(third, Item)
    assert (third.name, third.given.id, json.loads(third.data)) == (f"{path}, line 5", "3", {"text": 'th"ird\nof two'})


def test_other_tables(tmp_path: Path) -> None:
    semicolons = good(found(write(tmp_path / "a.csv", "id;text\n1;wall, quay\n")))
    assert [json.loads(item.data) for item in semicolons] == [{"text": "wall, quay"}]
    for content, message in (
        ("text,text\na,b\n", "column 'text' is there 2 times"),
        ("text,id\n", "a header and no rows"),
        ("\n\n", "a table without rows"),
        ("", "a table without rows"),
        ("text\n".encode("utf-16"), "a table in UTF-16"),
    ):
        (error,) = found(write(tmp_path / "b.csv", content))
        assert isinstance(error, NotReadable | EmptyInput)
        assert message in str(error)


def test_a_quotation_mark_that_is_not_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items, errors = parted(found(write(tmp_path / "a.csv", 'text,id\na,1\n"b,2\n' + "c,3\n" * 10)))
    assert [item.given.id for item in items] == ["1"]
    assert "line 3: 1 columns, the header has 2" in str(errors[0])


def test_a_long_field_is_no_error(tmp_path: Path) -> None:
    (item,) = good(found(write(tmp_path / "a.csv", f'text\n"{"word " * 100_000}"\n')))
    assert len(json.loads(item.data)["text"]) == 500_000


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_a_lone_surrogate_is_told_when_it_is_read(tmp_path: Path, kind: str) -> None:
    (item,) = good(found(write(tmp_path / f"a.{kind}", '{"text": "The \\ud800 mayor", "title": "\\udfff"}')))
    assert len(item.digest) == 16
    with pytest.raises(NotReadable, match="lone surrogate"):
        read_item(item)


def test_a_bad_date_names_the_row(tmp_path: Path) -> None:
    (item,) = good(found(write(tmp_path / "a.jsonl", json.dumps({"text": TEXT, "published": "2 April"}))))
    with pytest.raises(BadDate, match=r"a\.jsonl, line 1: published '2 April'"):
        read_item(item)


@pytest.mark.parametrize(
    ("document", "items", "message"),
    [
        ('[{"text": "a"}, {"text": "b"}', 2, "not JSON from character 29 on: a comma or a closing bracket"),
        ('[{"text": "a"}, {"text": ', 1, "not JSON from character 16"),
        ('[{"text": "a"} {"text": "b"}]', 1, "a comma or a closing bracket"),
        ('[{"text": "a"}, {"text": "b", "text": "c"}, {"text": "d"}]', 2, "element 2: key 'text' is there twice"),
        ('[{"text": "a"}, 7, {"text": "d"}]', 2, "element 2: not an object"),
        ('{"articles": [{"text": "a"}, {"x": 1}], "x": [1]}', 1, "element 2: neither 'text' nor 'html'"),
        ('{"text": "a", "x": NaN}', 1, "x: NaN is no JSON value"),
        ("[]", 0, "no entries: 0"),
        ("{}", 0, "no entries: 0"),
        ("", 0, "an empty file"),
        ("7", 0, "an object or an array is needed"),
        ('{"a": 1', 0, "a comma or a closing brace is needed"),
        ('{"a" 1}', 0, "a key and a colon are needed"),
        ("[" * 100_000, 0, "nested too deep"),
        (b'[{"text": "\xff"}]', 0, "byte 0xff is not UTF-8"),
    ],
)
def test_bad_documents(tmp_path: Path, document: str | bytes, items: int, message: str) -> None:
    kept, errors = parted(found(write(tmp_path / "a.json", document)))
    assert len(kept) == items
    (error,) = errors
    assert message in str(error)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_documents_do_not_depend_on_the_size_of_pieces(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values, "CHUNK", chunk)
    document = '\ufeff {"n": -12.5e3, "title": "ä", "articles" : [ {"id": 123, "text": "a ä \\" ]"} , {"text":"b"}]}'
    first, second = good(found(write(tmp_path / "a.json", document)))
    assert (first.given.id, json.loads(first.data)) == ("123", {"text": 'a ä " ]'})
    assert json.loads(second.data) == {"text": "b"}


def test_an_element_over_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "LARGEST", 10_000)
    monkeypatch.setattr(json_values, "CHUNK", 1_000)
    first, bad = found(write(tmp_path / "a.json", '[{"text": "a"}, {"text": "' + "x" * 100_000))
    assert isinstance(first, Item)
    assert isinstance(bad, BadArchive)
    assert "a value of more than 10,000 characters" in str(bad)


def test_a_row_over_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LARGEST", 100)
    big, fine = found(table(tmp_path / "a.parquet", {"text": "x" * 101}, {"text": "x"}))
    assert isinstance(big, TooLarge)
    assert "row 1: 101 characters, at most 100" in str(big)
    assert isinstance(fine, Item)
    monkeypatch.setattr(parquet, "LARGEST", 10)
    (group,) = found(tmp_path / "a.parquet")
    assert isinstance(group, TooLarge)
    assert "row group 1: " in str(group)


def test_damaged_tables(tmp_path: Path) -> None:
    thousand = pa.table({"text": [f"{n} {TEXT}" for n in range(1_000)]})
    pq.write_table(thousand, tmp_path / "a.parquet", row_group_size=100, compression="gzip")
    data = (tmp_path / "a.parquet").read_bytes()
    middle = len(data) // 2
    items, errors = parted(found(write(tmp_path / "b.parquet", data[:middle] + b"\xff" * 500 + data[middle + 500 :])))
    assert 100 <= len(items) < 1_000
    assert isinstance(errors[0], BadArchive)
    assert f"damaged after row {len(items)}" in str(errors[0])
    for content in (data[:-10], b"PAR1", b"PAR1" * 10, b"", b"words"):
        (error,) = found(write(tmp_path / "c.parquet", content))
        assert isinstance(error, NotReadable)
        assert "not a Parquet file" in str(error)


def test_without_pyarrow_the_line_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path / "a.parquet", {"text": TEXT})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (error,) = found(path)
    assert isinstance(error, MissingExtra)
    assert isinstance(error, OnRecordError)
    assert "pip install 'onrecord[parquet]'" in str(error)
