"""What is public is listed, what is listed is documented, and what is not needed is not imported."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import onrecord
from onrecord import errors

ROOT = Path(__file__).resolve().parent.parent


def test_every_public_name_exists() -> None:
    for name in onrecord.__all__:
        assert getattr(onrecord, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        onrecord.reed  # noqa: B018


def test_the_api_page_lists_exactly_the_public_names() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)", page, flags=re.MULTILINE)
    assert sorted(rows) == sorted(set(onrecord.__all__))


def test_the_api_page_gives_the_parameters() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for name in ("read", "read_many", "articles", "load_model"):
        (shown,) = re.findall(rf"^\| `{name}\((.*?)\)`", page, flags=re.MULTILINE)
        parameters = [word.split("=")[0].strip() for word in shown.split(",") if word.strip() != "*"]
        assert parameters == list(inspect.signature(getattr(onrecord, name)).parameters)


def test_every_error_is_public_and_drawn_in_the_tree() -> None:
    def below(error: type[Exception], depth: int = 0) -> Iterator[tuple[str, int]]:
        yield error.__name__, depth
        for child in error.__subclasses__():
            yield from below(child, depth + 1)

    drawn = [
        (match[2], len(match[1]) // 4)
        for match in re.finditer(r"^    ((?:[│├└ ─]{4})*)(\w+)", errors.__doc__ or "", flags=re.MULTILINE)
    ]
    assert sorted(drawn) == sorted(below(errors.OnRecordError))
    assert {name for name, _ in drawn} <= set(onrecord.__all__)


@pytest.mark.parametrize(
    ("statement", "not_needed"),
    [
        ("import onrecord", "numpy onnxruntime trafilatura lxml httpx typer rich onrecord.types"),
        ("import onrecord; onrecord.Record", "numpy onnxruntime trafilatura httpx typer rich"),
        (
            "import onrecord.serve.cli",
            "numpy onnxruntime trafilatura lxml httpx rich onrecord.reader onrecord.kb onrecord.serve.kb_cli",
        ),
        ("import onrecord.reader", "numpy onnxruntime trafilatura lxml httpx typer rich"),
    ],
)
def test_what_is_not_needed_is_not_imported(statement: str, not_needed: str) -> None:
    probe = f"{statement}\nimport sys\nprint(*(set({not_needed.split()}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_name_of_a_verb_is_the_function_whatever_was_imported_before() -> None:
    probe = "import onrecord.reading, onrecord.reader, onrecord; print(callable(onrecord.read))"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"
