"""Libraries of others: each file is the one that the list names, and bears its licence."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "src/onrecord/serve/desk/static/vendor"
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| \[[^]]+\]\(https://[^)]+\) \| (?P<version>\d+\.\d+\.\d+) \|"
    r".*\| `(?P<digest>\w{64})` \|$",
    re.MULTILINE,
)
LISTED = {row["file"]: row for row in ROW.finditer((VENDOR / "README.md").read_text(encoding="utf-8"))}
KEPT = sorted(file.name for file in VENDOR.iterdir() if file.suffix not in (".md", ".LICENSE"))
SAYING = [name for name in KEPT if "version" in (VENDOR / name).read_text(encoding="utf-8")]


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    assert sorted(LISTED) == KEPT


@pytest.mark.parametrize("name", KEPT)
def test_a_file_is_the_one_that_the_list_names(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == LISTED[name]["digest"]


@pytest.mark.parametrize("name", KEPT)
def test_a_file_has_its_licence_beside_it(name: str) -> None:
    licence = (VENDOR / name.split(".")[0]).with_suffix(".LICENSE")
    assert "Permission to use" in licence.read_text() or "Redistribution and use" in licence.read_text()


@pytest.mark.parametrize("name", SAYING)
def test_a_file_that_says_its_version_says_the_one_in_the_list(name: str) -> None:
    assert f'"{LISTED[name]["version"]}"' in (VENDOR / name).read_text(encoding="utf-8")
