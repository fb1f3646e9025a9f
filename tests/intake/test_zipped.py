"""Zip archives: read in place, whatever their names and sizes claim."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from intake.made import TEXT, found, page, rss
from onrecord.errors import BadArchive, NotReadable, OnRecordError, TooLarge
from onrecord.intake import Item, zipped


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return path


def told(path: Path) -> tuple[list[str], list[str]]:
    """The names of the items, and the errors."""
    everything = found(path)
    items = [one.name.removeprefix(f"{path}, ") for one in everything if isinstance(one, Item)]
    return items, [str(one).removeprefix(f"{path}, ") for one in everything if isinstance(one, OnRecordError)]


def test_members_of_every_format(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "news.zip",
        {
            "a/wall.html": page(),
            "a/plain.txt": TEXT.encode(),
            "dump.jsonl": b'{"text": "One."}\n{"text": "Two."}\n',
            "feed.xml": rss("<item><title>x</title><link>https://gazette.example/x</link></item>").encode(),
            "table.csv": b"text,outlet\nThree.,Gazette\n",
            "a/picture.jpg": b"\xff\xd8",
            "__MACOSX/a/._wall.html": b"\0\0",
            ".hidden.txt": b"no",
        },
    )
    items, errors = told(path)
    assert items == [
        "a/wall.html", "a/plain.txt", "dump.jsonl, line 1", "dump.jsonl, line 2", "feed.xml, entry 1 (https://gazette.example/x)",
        "table.csv, line 2",
    ]  # fmt: skip
    assert not errors
    first = found(path)[0]
    assert isinstance(first, Item)
    assert (first.kind, first.data, first.source) == ("page", page(), str(path))


@pytest.mark.parametrize("name", ["../up.txt", "a/../../up.txt", "/etc/passwd", "C:/up.txt", "..\\up.txt", "a\\b.txt"])
def test_names_that_lead_out_are_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", {"first.txt": TEXT.encode(), name: TEXT.encode(), "last.txt": TEXT.encode()})
    items, errors = told(path)
    assert items == ["first.txt", "last.txt"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{name}: a name that leads out of the archive")
    assert list(tmp_path.iterdir()) == [path]  # nothing was unpacked


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    members = {"bomb.txt": b"0" * 5_000_000, "news.txt": TEXT.encode(), "fill.bin": bytes(range(256)) * 4_000}
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "fill.bin" else zipfile.ZIP_DEFLATED)
    items, errors = told(tmp_path / "x.zip")
    assert items == ["news.txt"]
    assert "unpack to 5,000,000, more than 100 times as many" in errors[0]


def test_members_that_are_small_one_by_one(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {f"{n}.txt": b"0" * 900_000 for n in range(20)})
    (error,) = found(path)
    assert isinstance(error, TooLarge)
    assert "unpack to 18,000,000" in error.problem


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "x.zip", {f"{n}.txt": TEXT.encode() for n in range(5)})
    monkeypatch.setattr(zipped, "LARGEST_MEMBER", len(TEXT) - 1)
    assert all("at most" in error for error in told(path)[1])
    monkeypatch.setattr(zipped, "MOST", 4)
    (error,) = found(path)
    assert isinstance(error, TooLarge)
    assert "5 files in one archive, at most 4 are read" in error.problem


def test_what_is_locked_nested_or_a_link(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.txt": TEXT.encode()}).read_bytes()
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner)
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.txt", TEXT)
        archive.writestr("squeezed.txt", TEXT, zipfile.ZIP_BZIP2)
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"locked.txt"))
    path.write_bytes(data[: at + 8] + struct.pack("<H", 1) + data[at + 10 :])
    items, errors = told(path)
    assert not items
    assert [error.split(";")[0] for error in errors] == [
        "inner.zip: an archive within an archive",
        "link.txt: a link, not a file",
        "locked.txt: locked with a password",
        "squeezed.txt: packed by method 12, which is not read",
    ]


def test_damage_costs_one_member(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": TEXT.encode() * 3, "b.txt": TEXT.encode()})
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)
    items, errors = told(path)
    assert items == ["b.txt"]
    assert len(errors) == 1
    assert errors[0].startswith("a.txt: ")


@pytest.mark.parametrize("cut", [30, 200])
def test_an_archive_that_is_cut_off(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": TEXT.encode()})
    path.write_bytes(path.read_bytes()[:cut])
    (error,) = found(path)
    assert isinstance(error, BadArchive)


def test_nothing_in_it(tmp_path: Path) -> None:
    (error,) = found(packed(tmp_path / "x.zip", {"a.jpg": b"x", "b.jpg": b"x"}))
    assert isinstance(error, NotReadable)
    assert "no article among 2 files (.jpg 2)" in error.problem
    (error,) = found(packed(tmp_path / "empty.zip", {}))
    assert "an archive without files" in str(error)


def test_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = packed(tmp_path / "articles", {"a.txt": TEXT.encode()})
    assert [one.name for one in found(path) if isinstance(one, Item)] == [f"{path}, a.txt"]


def test_no_zip_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", TEXT)
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": Pipe(made.getvalue())})())
    (error,) = found("-")
    assert "read from its end" in str(error)
