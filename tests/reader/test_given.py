"""The forms of a date."""

import pytest

from onrecord.errors import BadDate
from onrecord.reader.given import iso_date


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2031", "2031"),
        ("2031-04", "2031-04"),
        (" 2031-04-02 ", "2031-04-02"),
        ("2032-02-29", "2032-02-29"),
        ("2031-04-02T09:30", "2031-04-02T09:30"),
        ("2031-04-02 09:30:15", "2031-04-02T09:30:15"),
        ("2031-04-02T09:30:15.123Z", "2031-04-02T09:30:15+00:00"),
        ("2031-04-02T09:30:00+0200", "2031-04-02T09:30:00+02:00"),
        ("2031-04-02T09:30-05", "2031-04-02T09:30-05:00"),
    ],
)
def test_iso_date(value: str, written: str) -> None:
    assert iso_date(value) == written


@pytest.mark.parametrize(
    "value",
    ["Feb. 30", "2031-13-01", "2031-02-29", "2031-04-31", "2031-4-2", "02/04/2031", "2031-04-02T25:00", "", "0000",
     "2031-04-02T09:30:00+25:00", "2031-04-02T09", "٢٠٣١", "20310402", "2031-04-02Z"],
)  # fmt: skip
def test_bad_date_names_the_value_and_the_forms(value: str) -> None:
    with pytest.raises(BadDate) as caught:
        iso_date(value)
    assert repr(value) in str(caught.value)
    assert "2031-04-02T09:30:00+02:00" in str(caught.value)
