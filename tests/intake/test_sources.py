"""Files, folders, patterns, standard input: what is taken, in which order, and what is told."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from onrecord.errors import BadArchive, BadDate, EmptyInput, NotFound, NotReadable, OnRecordError, TooLarge
from onrecord.intake import Item, Options, documents, items, read_item
from onrecord.intake.formats import by_content, looks_like_page, root_of

from .made import TEXT, Given, archive, found, good, linked, page, parted, response, rss

LINE = json.dumps({"text": TEXT, "id": "a1"})
MARKDOWN = f"# Wall\n\n{TEXT}"


def fill(folder: Path, **files: str | bytes) -> Path:
    """Write files; ``__`` in a name stands for ``/`` and ``_`` for ``.``."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def names(results: list[Item | OnRecordError], folder: Path) -> list[str]:
    return [os.path.relpath(item.name, folder) for item in good(results)]


@pytest.mark.parametrize(
    ("name", "content", "kind", "starts"),
    [
        ("a.html", page(), "page", "PORTMERE"),
        ("a.HTM", page(), "page", "PORTMERE"),
        ("a.txt", TEXT, "text", "PORTMERE"),
        ("a.md", MARKDOWN, "markdown", "PORTMERE"),
        ("a", page(), None, "PORTMERE"),
        ("a.php", TEXT, None, "PORTMERE"),
        ("a", b"<!-- x -->" * 400 + page(), None, "PORTMERE"),
        ("a.html.gz", gzip.compress(page()), "page", "PORTMERE"),
        ("a.gz", gzip.compress(TEXT.encode()), None, "PORTMERE"),
        ("a.txt", gzip.compress(TEXT.encode()), "text", "PORTMERE"),
        ("a.md.GZ", gzip.compress(MARKDOWN.encode()), "markdown", "PORTMERE"),
        ("a.jsonl.gz", gzip.compress(LINE.encode()), "object", "PORTMERE"),
        ("a", LINE, "object", "PORTMERE"),
        ("a.dat", json.dumps({"text": TEXT * 40}), "object", "PORTMERE"),
        ("a", json.dumps({"text": TEXT}, indent=1), "object", "PORTMERE"),
        ("a", json.dumps([{"text": TEXT}]), "object", "PORTMERE"),
        ("a.csv.gz", gzip.compress(f'text\n"{TEXT}"\n'.encode()), "object", "PORTMERE"),
        ("a", rss(linked(1)), "address", None),
        ("a.xml.gz", gzip.compress(rss(linked(1)).encode()), "address", None),
        ("a", archive([response(page())], packed=True), "page", "PORTMERE"),
        ("a", f"[{TEXT}]", None, "[PORTMERE"),
        ("a", "{" + TEXT, None, "{PORTMERE"),
    ],
)
def test_a_file_is_what_its_ending_or_its_content_says(
    tmp_path: Path, name: str, content: str | bytes, kind: str | None, starts: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = good(found(path))
    assert (item.kind, item.source) == (kind, str(path))
    assert pickle.loads(pickle.dumps(item)) == item
    if starts:
        assert read_item(item).text.startswith(starts)


def test_a_folder_is_sorted_and_leaves_out_what_is_no_article(tmp_path: Path) -> None:
    fill(tmp_path, b_html=page(), a_txt=TEXT, c__z_md=MARKDOWN, c__a_html=page(), bb_css="p {}", x_js="{}",
         y_png=b"\x89PNG",
         d_xml=rss(linked(1)), e_xml="<config/>", f_json='{"name": "x"}', g_json=json.dumps([{"text": TEXT}]),
         page=page(), notes="plain words", h_php=page(), i_php="<?php echo 1; ?>", j_xml=page())  # fmt: skip
    (tmp_path / ".hidden.txt").write_text(TEXT)
    fill(tmp_path / ".git", a_txt=TEXT)
    results = found(f"{tmp_path}/")
    html_as_xml = [one for one in results if isinstance(one, NotReadable)]
    assert [error.datum for error in html_as_xml] == [str(tmp_path / "j.xml")]
    kept = [one for one in results if one not in html_as_xml]
    assert names(kept, tmp_path) == [
        "a.txt", "b.html", "c/a.html", "c/z.md", "d.xml, entry 1 (https:/gazette.example/1)", "g.json, element 1",
        "h.php", "page",
    ]  # fmt: skip
    assert {item.source for item in good(kept)} == {f"{tmp_path}/"}


def test_a_folder_without_articles_says_what_is_there(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty", fill(tmp_path / "other", a_css="", b_css="", c_png="", d="")
    empty.mkdir()
    nothing, styles = found(empty, other)
    assert "an empty folder: 0 files" in str(nothing)
    assert "no article among 4 files (.css 2, .png 1, no ending 1); say what they are with --format" in str(styles)


def test_format_forces_every_file(tmp_path: Path) -> None:
    fill(tmp_path, a_log=LINE, b=LINE)
    assert [item.kind for item in good(found(tmp_path, format="jsonl"))] == ["object", "object"]
    assert [item.kind for item in good(found(tmp_path, format="text"))] == ["text", "text"]
    with pytest.raises(NotReadable, match="format 'docx': no such format; use one of html, text"):
        Options(format="docx")
    with pytest.raises(BadDate):
        Options(given=Given(published="2031-02-30"))


def test_patterns(tmp_path: Path) -> None:
    fill(tmp_path, a__b_html=page(), a__c__d_html=page(), a__e_txt=TEXT, **{"[x]_txt": TEXT})
    everything = found(tmp_path / "a" / "**" / "*.html")
    assert names(everything, tmp_path) == ["a/b.html", "a/c/d.html"]
    assert good(everything)[0].source == str(tmp_path / "a" / "**" / "*.html")
    assert names(found(tmp_path / "a" / "**"), tmp_path) == ["a/b.html", "a/c/d.html", "a/e.txt"]
    assert names(found(tmp_path / "?"), tmp_path) == ["a/b.html", "a/c/d.html", "a/e.txt"]
    assert names(found(tmp_path / "[x].txt"), tmp_path) == ["[x].txt"]  # a file that is there is no pattern
    (none,) = found(tmp_path / "*.pdf")
    assert isinstance(none, NotFound)
    assert "no file matches the pattern" in str(none)


def test_what_is_named_twice_is_taken_once(tmp_path: Path) -> None:
    fill(tmp_path, a__x_txt=TEXT, a__b__y_txt=TEXT)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert names(found(tmp_path / "a", f"{tmp_path}/a/", tmp_path / "again"), tmp_path) == ["a/b/y.txt", "a/x.txt"]
    assert names(found(tmp_path / "a" / "b", tmp_path / "a"), tmp_path) == ["a/b/y.txt", "a/x.txt"]
    assert names(found(tmp_path / "a" / "x.txt", tmp_path / "a" / "x.txt"), tmp_path) == ["a/x.txt"]
    twice = good(found(tmp_path / "a" / "x.txt", tmp_path / "a"))
    assert twice[0].digest == twice[2].digest


def test_links_in_a_circle_and_into_nothing(tmp_path: Path) -> None:
    fill(tmp_path, a__x_txt=TEXT)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "a" / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "a" / "pipe.txt")
    kept, errors = parted(found(tmp_path))
    assert [item.name for item in kept] == [str(tmp_path / "a" / "x.txt")]
    assert {type(error) for error in errors} == {NotFound}
    (gone,) = found(tmp_path / "a" / "gone.txt")
    assert "a link to a file that is not there" in str(gone)
    (circle,) = found(tmp_path / "a" / "self")
    assert isinstance(circle, NotReadable)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("no/such/file.html", NotFound, "no such file"),
        ("ftp://x.example/a", NotReadable, "no way to read ftp:// addresses"),
        ("a\0b", NotFound, "no such file"),
        ("x" * 5_000, NotFound, "no such file"),
        ("", NotFound, "no such file"),
    ],
)
def test_what_is_not_there_costs_no_other(tmp_path: Path, source: str, error: type[Exception], message: str) -> None:
    fill(tmp_path, a_txt=TEXT)
    bad, fine = found(source, tmp_path / "a.txt")
    assert isinstance(bad, error)
    assert message in str(bad)
    assert isinstance(fine, Item)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_by_permission(tmp_path: Path) -> None:
    fill(tmp_path, a__x_txt=TEXT, b_txt=TEXT)
    (tmp_path / "b.txt").chmod(0)
    assert [type(one) for one in found(tmp_path)] == [Item, NotReadable]


def test_unreadable_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, a_txt=TEXT, b_txt=TEXT, c__d_txt=TEXT)
    listdir, opened = os.listdir, open

    def refuse(path: object, *rest: object, **named: object) -> object:
        if str(path).endswith("a.txt"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **named)  # type: ignore[call-overload]

    def hide(path: str) -> list[str]:
        if path.endswith("c"):
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(os, "listdir", hide)
    a, b, c = found(tmp_path)
    assert isinstance(a, NotReadable)
    assert str(a).endswith("a.txt: cannot be opened: Permission denied; check its name and its permissions")
    assert isinstance(b, Item)
    assert isinstance(c, NotReadable)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (page(), [None]),
        (TEXT.encode(), [None]),
        (f"{LINE}\n{LINE}".encode(), ["object", "object"]),
        (f"\n {LINE}".encode(), ["object"]),
        (gzip.compress(LINE.encode()), ["object"]),
        (archive([response(page())] * 2, packed=True), ["page", "page"]),
        (rss(linked(1)).encode(), ["address"]),
    ],
)
def test_standard_input(data: bytes, kinds: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    results = good(found("-"))
    assert [item.kind for item in results] == kinds
    assert {item.source for item in results} == {"-"}
    assert all(item.name.startswith("standard input") for item in results)


def test_parquet_through_a_pipe_is_refused() -> None:
    probe = "from onrecord.intake import *; print(*items(['-'], Options()))"
    told = subprocess.run([sys.executable, "-c", probe], input=b"PAR1" * 10, capture_output=True, check=True)
    assert b"Parquet is read from its end, which is not there yet; save it and pass the file" in told.stdout


def test_files_that_hold_nothing_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 1_000)
    fill(
        tmp_path,
        a_html=b"",
        b_jsonl=b"\n",
        c_warc=b"",
        d_html=b"x" * 1_001,
        e_txt_gz=gzip.compress(b""),
        f_html=b"x" * 1_000,
    )
    a, b, c, d, e, f = found(tmp_path)
    assert [type(one) for one in (a, b, c, d, e, f)] == [
        EmptyInput,
        EmptyInput,
        NotReadable,
        TooLarge,
        EmptyInput,
        Item,
    ]


def test_a_bomb_is_never_held(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.html.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        for _ in range(200):
            file.write(bytes(1_000_000))
    lines = tmp_path / "lines.jsonl.gz"
    lines.write_bytes(bomb.read_bytes() + gzip.compress(f"\n{LINE}".encode()))
    assert bomb.stat().st_size < 2_000_000
    tracemalloc.start()
    (large,) = found(bomb)
    long, fine = found(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(large, TooLarge)
    assert "more than 20,000,000 bytes" in str(large)
    assert "line 1: 200,000,000 bytes" in str(long)
    assert isinstance(fine, Item)
    assert peak < 70_000_000


def test_cut_and_damaged_gzip(tmp_path: Path) -> None:
    import random

    numbers = random.Random(7)
    lines = "\n".join(json.dumps({"text": TEXT, "id": f"{numbers.random()}"}) for _ in range(2_000))
    packed = gzip.compress(lines.encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    kept, errors = parted(found(path))
    assert len(kept) > 500
    assert isinstance(errors[-1], BadArchive)
    assert "damaged from byte 0 on: cut off within a gzip member" in str(errors[-1])
    path.write_bytes(packed + b"\0" * 512)  # as tapes pad
    assert len(good(found(path))) == 2_000
    path.write_bytes(packed + b"junk")
    kept, errors = parted(found(path))
    assert len(kept) == 2_000
    assert f"damaged from byte {len(packed):,} on: bytes that are no gzip member" in str(errors[0])
    whole = tmp_path / "a.html.gz"
    whole.write_bytes(gzip.compress(page())[:-9])
    (error,) = found(whole)  # half a page is no article
    assert isinstance(error, BadArchive)


def test_the_stream_is_lazy(tmp_path: Path) -> None:
    fill(tmp_path, a_txt=TEXT, b_txt=TEXT)
    stream = items((str(tmp_path / name) for name in ("a.txt", "b.txt")), Options())
    assert isinstance(next(stream), Item)
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(stream), NotFound)


def test_digest_tells_inputs_apart_and_nothing_else() -> None:
    item = Item("a", "s", "text", b"x")
    same = [Item("b", "t", "text", b"x", seen="2031"), Item("a", "s", "text", b"x", Given())]
    other = [Item("a", "s", "page", b"x"), Item("a", "s", "text", b"y"), Item("a", "s", "text", b"x", Given(url="x")),
             Item("a", "s", "text", b"x", Given(title="x")), Item("a", "s", "text", b"x", Given(), "x"),
             Item("a", "s", None, b"x"), Item("a", "s", "text", b"x", Given(url=""))]  # fmt: skip
    assert len(item.digest) == 16
    assert {one.digest for one in same} == {item.digest}
    assert len({one.digest for one in other} | {item.digest}) == len(other) + 1
    address = Item("a", "s", "address", b"", Given(url="https://x.example/"))
    assert address.digest == Item("a", "s", "address", b"", Given(url="https://x.example/", title="t")).digest


@pytest.mark.parametrize(
    ("head", "root", "is_page", "content"),
    [
        (b"<rss version='2'>", "rss", False, "feed"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><atom:feed>", "feed", False, "feed"),
        ("<opml>".encode("utf-16"), "opml", False, "feed"),
        (b"<!DOCTYPE html PUBLIC 'x' 'y'><HTML>", "html", True, None),
        (b"<!doctype html> Hello", None, True, None),
        (b"<p>x", "p", True, None),
        (b"<svg>", "svg", False, None),
        (b"The <b>", None, False, None),
        (b"", None, False, None),
        (b"WARC/1.0\r\n", None, False, "warc"),
        (b"PAR1x", None, False, "parquet"),
    ],
)
def test_what_first_bytes_show(head: bytes, root: str | None, content: str | None, *, is_page: bool) -> None:
    assert (root_of(head), looks_like_page(head), by_content(head)) == (root, is_page, content)


@pytest.mark.parametrize("head", [b"<!---->" * 580, b"<!DOCTYPE [" * 370, b"<?a" * 1_300, b"<?a?>" * 800, b" " * 4_096])
def test_no_first_bytes_take_long(head: bytes) -> None:
    root_of(head)  # without atomic groups the first of these would not end


def test_import_is_cheap() -> None:
    code = (
        "import onrecord.intake, sys; heavy = {'httpx', 'lxml', 'trafilatura', 'fastwarc', 'pyarrow', 'feedparser',"
        " 'csv', 'numpy'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
