from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import harbour

from onrecord.errors import MissingExtra, OnRecordError
from onrecord.export import parquet
from onrecord.export.columns import COLUMNS
from onrecord.export.csv_table import BYTE_ORDER_MARK, cell, harmless, write_csv
from onrecord.export.entry import Entry
from onrecord.export.parquet import write_parquet

from .entries import article, awkward, harbour_entries, rejected

PAGE = Path(__file__).resolve().parents[2] / "docs" / "export.md"


def table(made: list[Entry], *, spreadsheet: bool = False) -> list[dict[str, str]]:
    """The rows of the CSV, as Python's reader has them after a trip through a file's bytes."""
    stream = io.StringIO(newline="")
    assert write_csv(made, stream, spreadsheet=spreadsheet) == len(made)
    encoding = "utf-8-sig" if spreadsheet else "utf-8"
    return list(csv.DictReader(io.StringIO(stream.getvalue().encode().decode(encoding), newline="")))


def test_the_columns_are_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (text|day|whole|real|flag|parts) \| (.+) \|$", page, flags=re.MULTILINE)
    assert rows == [(column.name, column.type, column.meaning) for column in COLUMNS]


def test_a_row() -> None:
    first = table(harbour_entries(outlets=3, first_outlet="Osk Tidende", corrected=True))[0]
    assert first == {
        "id": "k1",
        "statement": "s1",
        "parent": "",
        "article": "harbour-1",
        "url": "https://courier.example/harbour",
        "outlet": "Northreach Courier",
        "title": "Harbour board puts off ferry vote",
        "byline": "Tove Aldersen",
        "published": "2031-04-02T09:30+02:00",
        "published_day": "2031-04-02",
        "language": "en",
        "speaker": "Mara Lindqvist",
        "person": "p-Q900000001",
        "qid": "Q900000001",
        "office": "chair",
        "organisation": "Northreach harbour board",
        "country": "NO",
        "source": "its chair",
        "source_start": "89",
        "source_end": "98",
        "source_parts": '[{"start": 89, "end": 98, "text": "its chair"}]',
        "cue": "said",
        "cue_start": "99",
        "cue_end": "103",
        "cue_parts": '[{"start": 99, "end": 103, "text": "said"}]',
        "content": "The harbour board will not vote on the ferry contract before June",
        "content_start": "22",
        "content_end": "87",
        "content_parts": '[{"start": 22, "end": 87, "text": "The harbour board will not vote on the ferry contract '
        'before June"}]',
        "kind": "indirect",
        "act": "assert",
        "addressee": "",
        "venue": "",
        "said_start": "2031-04-01",
        "said_end": "2031-04-02",
        "said_value": "2031-04-01",
        "confidence": "0.94",
        "status": "open",
        "corrected": "true",
        "outlets": "3",
        "first_outlet": "Osk Tidende",
        "link": "https://courier.example/harbour#:~:text=The%20harbour%20board%20will%20not%20vote%20on%20the%20ferry"
        "%20contract%20before%20June",
        "model": "by-hand",
        "model_version": "0",
    }


def test_what_is_not_known_is_an_empty_cell() -> None:
    last = table(harbour_entries())[-1]
    empty = {name for name, text in last.items() if not text}
    assert {"source", "source_start", "speaker", "qid", "person", "said_start", "first_outlet", "parent"} <= empty
    assert last["source_parts"] == "[]"


def test_the_parts_of_a_row_cut_the_text() -> None:
    text = harbour().article.text
    for row in table(harbour_entries()):
        for role in ("source", "cue", "content"):
            parts = json.loads(row[f"{role}_parts"])
            assert all(text[part["start"] : part["end"]] == part["text"] for part in parts)
            assert " … ".join(part["text"] for part in parts) == row[role]
            if parts:
                assert (parts[0]["start"], parts[-1]["end"]) == (int(row[f"{role}_start"]), int(row[f"{role}_end"]))


@pytest.mark.parametrize("made", [harbour_entries(), awkward()], ids=["harbour", "awkward"])
def test_csv_reads_back_as_written(made: list[Entry]) -> None:
    read = table(made)
    assert list(read[0]) == [column.name for column in COLUMNS]
    assert read == [{column.name: cell(column.value(entry)) for column in COLUMNS} for entry in made]


@given(st.text(alphabet=st.characters(), max_size=30))  # half characters included
def test_any_text_comes_back(text: str) -> None:
    (row,) = table([article(title=text)])
    assert row["title"] == re.sub("[\ud800-\udfff]", "\ufffd", text)


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠")
def test_a_spreadsheet_gets_no_formula(first: str) -> None:
    made = [article(title=f"{first}HYPERLINK(1)")]
    assert table(made)[0]["title"] == f"{first}HYPERLINK(1)"
    assert table(made, spreadsheet=True)[0]["title"] == f"'{first}HYPERLINK(1)"


def test_a_spreadsheet_gets_everything_else_as_it_is() -> None:
    assert [harmless(text) for text in ("", "a = b", "[]", "0.94", "'tis")] == ["", "a = b", "[]", "0.94", "'tis"]
    stream = io.StringIO()
    write_csv([], stream, spreadsheet=True)
    assert stream.getvalue().startswith(BYTE_ORDER_MARK + "id,statement,")


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("2031-04-02", "2031-04-02"),
        ("2031-04-02T23:59Z", "2031-04-02"),
        ("2031-04", ""),
        ("2031", ""),
        (None, ""),
        ("2031-02-30", ""),
    ],
)
def test_the_day_of_publication(published: str | None, day: str) -> None:
    (row,) = table([article(published=published)])
    assert (row["published"], row["published_day"]) == (published or "", day)


def test_parquet_has_the_types_of_the_page(tmp_path: Path) -> None:
    assert write_parquet(harbour_entries(), tmp_path / "t.parquet") == 7
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
    layout = pyarrow.parquet.read_schema(tmp_path / "t.parquet")
    page = PAGE.read_text(encoding="utf-8")
    types = dict(re.findall(r"^\| (\w+) \| .* \| `(.+)` \|$", page, flags=re.MULTILINE))
    shown = {"date32[day]": "date32", "float": "float32"}
    for column, field in zip(COLUMNS, layout, strict=True):
        kind = re.sub(r"(?:element|item): ", "", str(field.type))
        assert (field.name, shown.get(kind, kind)) == (column.name, types[column.type])
        assert field.metadata[b"description"].decode() == column.meaning


def test_parquet_holds_what_csv_holds(tmp_path: Path) -> None:
    made = [*harbour_entries(), *awkward()]
    write_parquet(made, tmp_path / "t.parquet")
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pylist()
    for row, cells in zip(rows, table(made), strict=True):
        for column in COLUMNS:
            if column.type == "real":
                assert row[column.name] == pytest.approx(float(cells[column.name]), abs=1e-6)
            else:
                assert cell(row[column.name]) == cells[column.name]


def queries() -> list[str]:
    found = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(found) == 2
    return found


def test_the_queries_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = harbour_entries()
    write_parquet([*made[:-2], rejected(made[-2]), made[-1]], "statements.parquet")
    with duckdb.connect() as connection:
        most, parts = (connection.execute(query).fetchall() for query in queries())
    assert most == [
        ("p-Q900000001", "Mara Lindqvist", 3, 1, date(2031, 3, 31), ["Northreach Courier"]),
        ("Osk Ferries", "Osk Ferries", 2, 0, None, ["Northreach Courier"]),
    ]
    text = harbour().article.text
    assert len(parts) == 8
    assert all(text[start:end] == words for _, start, end, words in parts)


def test_row_groups_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.parquet"
    monkeypatch.setattr(parquet, "GROUP_ROWS", 5)
    monkeypatch.setattr(parquet, "BATCH_ROWS", 2)
    write_parquet((entry for _ in range(2) for entry in harbour_entries()), path)
    held = pyarrow.parquet.ParquetFile(path).metadata
    assert [held.row_group(at).num_rows for at in range(held.num_row_groups)] == [5, 5, 4]
    monkeypatch.setattr(parquet, "GROUP_CHARACTERS", 100)
    sizes = [[len(batch) for batch in group] for group in parquet.groups(harbour_entries())]
    assert sizes == [[2, 1], [2, 1], [1]]


def test_no_statements_are_a_table_as_well(tmp_path: Path) -> None:
    assert write_parquet([], tmp_path / "t.parquet") == 0
    assert pyarrow.parquet.read_table(tmp_path / "t.parquet").num_columns == len(COLUMNS)
    assert table([]) == []


def test_a_table_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    def broken() -> Iterator[Entry]:
        yield from harbour_entries()
        raise KeyboardInterrupt

    path = tmp_path / "t.parquet"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        write_parquet(broken(), path)
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
    assert path.read_text() == "before"


@pytest.mark.parametrize("name", ["no-such-folder/t.parquet", "."])
def test_where_no_file_can_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OnRecordError, match=r"cannot be written: .*; name a file in a folder that you may write to"):
        write_parquet([], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"pip install 'onrecord\[parquet\]'"):
        write_parquet([], tmp_path / "t.parquet")
    assert list(tmp_path.iterdir()) == []


def test_corrections_are_what_is_written() -> None:
    first = harbour_entries()[0]
    mended = dataclasses.replace(first, statement=dataclasses.replace(first.statement, act="promise"), corrected=True)
    (row,) = table([mended])
    assert (row["act"], row["corrected"]) == ("promise", "true")
