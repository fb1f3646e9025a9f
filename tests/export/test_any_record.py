"""Whatever the record, each exporter writes what a program can read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_schema import records

from onrecord.export.annotation import write_web_annotations
from onrecord.export.citation import write_bibtex, write_csl
from onrecord.export.claimreview import write_claim_reviews
from onrecord.export.columns import COLUMNS, link
from onrecord.export.csv_table import cell, write_csv
from onrecord.export.entry import Entry
from onrecord.export.parquet import write_parquet
from onrecord.export.schemaorg import write_schema_org
from onrecord.types import Record

from .entries import entries
from .test_linked_data import ANNOTATION


def written(write: object, made: list[Entry], **how: bool) -> str:
    stream = io.StringIO(newline="")
    write(made, stream, **how)  # type: ignore[operator]
    return stream.getvalue().encode("utf-8").decode("utf-8")


@given(records(), st.booleans())
def test_text_formats(made: Record, flag: bool) -> None:
    each = entries(made)
    rows = list(csv.reader(io.StringIO(written(write_csv, each), newline="")))
    assert rows[1:] == [[cell(column.value(entry)) for column in COLUMNS] for entry in each]
    assert len(rows[0]) == len(COLUMNS)
    for line in written(write_web_annotations, each).splitlines():
        Draft202012Validator(ANNOTATION).validate(json.loads(line))
    for write in (write_schema_org, write_claim_reviews):
        assert all(isinstance(json.loads(line), dict) for line in written(write, each).splitlines())
    assert isinstance(json.loads(written(write_csl, each, quotes=flag)), list)
    item = written(write_bibtex, each, quotes=flag)
    assert item.count("{") == item.count("}")
    for entry in each:
        assert (link(entry) is None) == (not made.article.url)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records())
def test_parquet(tmp_path: Path, made: Record) -> None:
    each = entries(made)
    write_parquet(each, tmp_path / "t.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "t.parquet").num_rows == len(each)
