"""Bad input, end to end with the shipped model: bytes on a disk to what stands on the terminal, and the status.

What each reader does with it is tested in ``reader/``; the command line without the model in ``test_cli``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_cli import complaint, run
from test_schema import VALIDATOR

ARTICLES = Path(__file__).parent / "articles"
SAID = "“The ferry isn’t late,” said Zoë Núñez, who chairs the harbour board. The café’s owner paid £5.\n"
PARAGRAPH = (
    "<p>“The ferry is late,” said Mara Stone, who chairs the harbour board. She had read the papers on Tuesday.</p>"
)
PAGE = f"<!doctype html><html><head><title>Ferry</title></head><body><article>{PARAGRAPH * 8}</article></body></html>"


def read(path: Path, *options: str) -> dict[str, Any]:
    """The record, which is valid and whose spans cut its text."""
    result = run("read", path, "--json", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    record: dict[str, Any] = json.loads(line)
    VALIDATOR.validate(record)
    text = record["article"]["text"]
    for statement in record["statements"]:
        for span in (*statement["source"], *statement["cue"], *statement["content"]):
            assert text[span["start"] : span["end"]] == span["text"]
    return record


def said(record: dict[str, Any]) -> list[str]:
    return ["".join(part["text"] for part in statement["content"]) for statement in record["statements"]]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", None, "no such file"),
        ("a.txt", b"", "no text"),
        ("a.html", b"", "an empty page"),
        ("a.html", b"<html><body><nav><a href=/>Home</a></nav></body></html>", "characters of body text"),
        ("a.html", (ARTICLES / "page_paywall.html").read_bytes(), "characters of body text, at least 250 needed"),
        ("a.html", PAGE.encode()[:60], "characters of body text"),  # cut off before the article
        ("a.txt", bytes(range(256)) * 40, "control characters"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(200), ""),
        ("a.html", b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "a PDF"),
        ("a.txt", "Мэр сказал во вторник, что стена выдержит всю зиму.".encode(), "language 'ru'"),
    ],
    ids=[
        "missing",
        "empty",
        "empty page",
        "no article",
        "paywall",
        "cut off",
        "binary",
        "program",
        "image",
        "pdf",
        "ru",
    ],
)
def test_what_cannot_be_read(name: str, data: bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    result = run("read", path, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert complaint(result).startswith(f"{path}: ")
    assert says in complaint(result)


def test_a_directory(tmp_path: Path) -> None:
    result = run("read", tmp_path)
    assert result.exit_code == 2
    assert complaint(result).startswith(f"{tmp_path}: a directory")


def test_a_page_of_fifty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.write(PAGE.encode())
        file.truncate(50_000_000)  # the rest are holes: nothing is written, yet all of it would be read
    result = run("read", path)
    assert result.exit_code == 2
    assert "more than 20,000,000 bytes" in complaint(result)


@pytest.mark.parametrize(
    "data",
    [
        SAID.encode(),
        SAID.encode("utf-8-sig"),
        SAID.encode("utf-16"),
        SAID.encode("cp1252"),
        SAID.encode() + SAID.encode("cp1252"),  # both in one file
        SAID.encode() + "“We wa".encode()[:4],  # cut off within a character
    ],
    ids=["utf-8", "with a mark", "utf-16", "windows", "mixed", "cut off"],
)
def test_encodings(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    record = read(path)
    assert record["article"]["text"].startswith(SAID.strip())
    assert record["statements"][0]["speaker"]["name"] == "Zoë Núñez"
    assert said(record)[0] == "“The ferry isn’t late,”"


def test_a_page_cut_off_within_its_article(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    page = (ARTICLES / "page_harbour.html").read_bytes()
    path.write_bytes(page[: len(page) * 3 // 4])
    assert said(read(path))


@pytest.mark.parametrize(
    "text",
    [
        "Mara Stone said: “The ferry is late.\n\nThe board met on Tuesday.\n\n“We wait.",
        "The ferry is late,” said Mara Stone. She left the quay.",
        "\u202bנועה אראל\u202c said the ferry\u200b was\u200d late, and that the harbour was shut.",
        "👋🏽 “The ferry 🚢 is late,” said Mara Stone 👨‍👩‍👧, who chairs the harbour board.",
        "“The cafe\u0301 is shut,” said Zoe\u0308 Stone, who chairs the harbour board.",
    ],
    ids=["unclosed", "unopened", "right to left", "emoji", "combining"],
)
def test_odd_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    record = read(path)
    assert record["article"]["text"] == text
    assert record["statements"]


def test_the_seventh_line_is_broken_and_nothing_else_is_lost(tmp_path: Path) -> None:
    texts = [f"“The ferry is {n} hours late,” said Mara Stone, who chairs the harbour board." for n in range(1, 13)]
    rows = [json.dumps({"id": f"a{number}", "text": text}) for number, text in enumerate(texts, start=1)]
    path, whole = tmp_path / "wire.jsonl", tmp_path / "whole.jsonl"
    whole.write_text("\n".join(rows) + "\n", encoding="utf-8")
    rows[6] = rows[6][:-10]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    expected, result = run("read", "--jsonl", whole), run("read", "--jsonl", path)
    assert (expected.exit_code, result.exit_code) == (0, 3)
    assert result.stdout.splitlines() == [
        line for number, line in enumerate(expected.stdout.splitlines(), start=1) if number != 7
    ]
    broken, count = result.stderr.splitlines()
    assert broken.startswith(f"{path}, line 7: not JSON")
    assert count == f"{path}: 11 records, 1 line skipped"
