"""Paths, standard input, and the kind of content."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.errors import BadDate, EmptyInput, NotFound, NotReadable, TooLarge
from onrecord.reader import Given, from_bytes, load

PAGE = (Path(__file__).parents[1] / "articles" / "page_harbour.html").read_bytes()
MARKDOWN = b"# Wall\n\nThe *mayor* said no."


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.html", PAGE, "PORTMERE, April 2"),
        ("A.HTM", PAGE, "PORTMERE, April 2"),
        ("a.xhtml", PAGE, "PORTMERE, April 2"),
        ("page", PAGE, "PORTMERE, April 2"),
        ("page.php", b'<?xml version="1.0"?>\n<!-- x -->\n' + PAGE, "PORTMERE, April 2"),
        ("a.html", PAGE.decode().encode("utf-16"), "PORTMERE, April 2"),
        ("page", PAGE.decode().encode("utf-16-le"), "PORTMERE, April 2"),
        ("a.txt", MARKDOWN, "# Wall"),
        ("a.txt", b"<p>The mayor said no.</p>", "<p>The mayor"),
        ("a.md", MARKDOWN, "The mayor said no."),
        ("a.MARKDOWN", MARKDOWN, "The mayor said no."),
        ("a", b"The mayor < the king, she said.", "The mayor <"),
        ("a.wat", "“No,” she said.".encode("cp1252"), "“No,” she said."),
    ],
)
def test_kind_by_name_then_by_content(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert load(path).text.startswith(text)
    assert load(str(path)) == from_bytes(data, name=name)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    assert load("-", Given(id="x")).id == "x"


def test_missing_directory_and_odd_names(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.html: no such file; check"):
        load(tmp_path / "none.html")
    with pytest.raises(NotReadable, match="a directory; pass the files"):
        load(tmp_path)
    with pytest.raises(NotReadable, match="cannot be opened"):
        load("a\0b.txt")
    with pytest.raises(NotReadable, match="cannot be opened"):
        load("x" * 5_000)
    with pytest.raises(NotReadable, match="ftp://"):
        load("ftp://x.example/a")


@pytest.mark.parametrize(
    ("name", "data", "error", "message"),
    [
        ("a.html", b"", EmptyInput, r"a\.html: an empty page"),
        ("a.txt", b"\n \n", EmptyInput, r"a\.txt: no text"),
        ("a.txt", b"\0" * 100, NotReadable, "100 of 100 bytes are control characters"),
        ("a.html", b"%PDF-1.4", NotReadable, "a PDF"),
        ("a.jsonl", b"{}", NotReadable, "many articles"),
        ("a.html", b" " * 20_000_001, TooLarge, "more than 20,000,000 bytes; pass"),
    ],
)
def test_unusable_files(tmp_path: Path, name: str, data: bytes, error: type[Exception], message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=message):
        load(path)


def test_a_bad_date_is_told_before_the_file_is_looked_for() -> None:
    with pytest.raises(BadDate):
        load("/no/such/file", Given(published="2031-02-30"))


def test_import_is_cheap() -> None:
    code = (
        "import onrecord.reader, sys; heavy = {'httpx', 'lxml', 'trafilatura', 'py3langid', 'numpy', 'markdown_it',"
        " 'charset_normalizer', 'htmldate'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plain_english_text_needs_no_identifier() -> None:
    code = (
        "from onrecord.reader import from_text; import sys; from_text('The mayor said that the wall would hold. ' * 9);"
        "sys.exit('py3langid' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
