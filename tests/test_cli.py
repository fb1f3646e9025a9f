from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_schema import VALIDATOR
from typer.testing import CliRunner, Result

import onrecord
from onrecord.errors import ModelError
from onrecord.serve.cli import app

QUOTED = "“The boats are safe,” said Mara Lindqvist. The harbour board met on Tuesday to hear what she had to say."

pytestmark = pytest.mark.usefixtures("rule_engine")


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def complaint(result: Result) -> str:
    """The one line on stderr; a traceback would be more."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(QUOTED, encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Twelve lines, the seventh of them broken."""
    path = tmp_path / "articles.jsonl"
    rows = [json.dumps({"id": f"a{number}", "text": QUOTED}) for number in range(1, 13)]
    rows[6] = rows[6][:-10]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_table_by_default(story: Path) -> None:
    result = run("read", story)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "“The boats are safe,”" in result.stdout
    assert "Mara Lindqvist" in result.stdout
    assert "\x1b" not in result.stdout
    assert not any(line.endswith(" ") for line in result.stdout.splitlines())


def test_json_is_one_valid_line(story: Path) -> None:
    result = run("read", story, "--json", "--published", "2031-04-02", "--outlet", "Northreach Courier")
    (line,) = result.stdout.splitlines()
    record = json.loads(line)
    VALIDATOR.validate(record)
    assert record["article"]["published"] == "2031-04-02"
    assert record["article"]["outlet"] == "Northreach Courier"
    assert record["statements"][0]["content"] == [{"start": 0, "end": 21, "text": "“The boats are safe,”"}]


def test_standard_input() -> None:
    result = run("read", "-", "--json", stdin=QUOTED.encode())
    assert json.loads(result.stdout)["statements"][0]["speaker"]["name"] == "Mara Lindqvist"


def test_html_is_written_and_counted(story: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    result = run("read", story, "--html", page)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert complaint(result) == f"{page}: 1 statement"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_html_to_standard_output(story: Path) -> None:
    assert run("read", story, "--html", "-").stdout.startswith("<!doctype html>")


def test_html_and_json_together(story: Path, tmp_path: Path) -> None:
    result = run("read", story, "--html", tmp_path / "out.html", "--json")
    assert json.loads(result.stdout)["schema_version"] == "2.0"


def test_html_that_cannot_be_written(story: Path, tmp_path: Path) -> None:
    result = run("read", story, "--html", tmp_path)
    assert result.exit_code == 2
    assert complaint(result).startswith(f"{tmp_path}: cannot be written: Is a directory")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a directory"),
        (lambda path: path.write_bytes(b""), ""),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), ""),
    ],
    ids=["missing", "directory", "empty", "binary"],
)
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_what_cannot_be_read_is_one_line_and_a_status(make: Any, says: str, option: list[str], tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    make(path)
    result = run("read", path, *option)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert complaint(result).startswith(f"{path}: ")
    assert says in complaint(result)


def test_a_date_that_is_none(story: Path) -> None:
    result = run("read", story, "--published", "2031-02-30")
    assert result.exit_code == 2
    assert "2031-02-30" in complaint(result)


def test_one_of_several_fails_and_the_others_are_read(story: Path, tmp_path: Path) -> None:
    result = run("read", story, tmp_path / "missing.txt", story, "--json")
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 2
    assert "missing.txt: no such file" in complaint(result)


def test_a_broken_line_costs_no_other(lines: Path) -> None:
    result = run("read", "--jsonl", lines)
    assert result.exit_code == 3
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["article"]["id"] for record in records] == [f"a{n}" for n in range(1, 13) if n != 7]
    for record in records:
        VALIDATOR.validate(record)
    broken, count = result.stderr.splitlines()
    assert broken.startswith(f"{lines}, line 7: not JSON")
    assert count == f"{lines}: 11 records, 1 line skipped"


def test_lines_from_standard_input() -> None:
    row = json.dumps({"id": "a1", "text": QUOTED, "published": "2031-04-02"})
    result = run("read", "--jsonl", "-", stdin=row)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["article"]["id"] == "a1"
    assert complaint(result) == "standard input: 1 record, 0 lines skipped"


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_lines_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    result = run("read", "--jsonl", tmp_path / name)
    assert result.exit_code == 2
    assert complaint(result).startswith(str(tmp_path / name))


@pytest.mark.parametrize(
    "arguments",
    [
        ["read"],
        ["read", "--jsonl", "a.jsonl", "b.html"],
        ["read", "--jsonl", "a.jsonl", "--html", "out.html"],
        ["read", "--jsonl", "a.jsonl", "--published", "2031"],
        ["read", "a.html", "b.html", "--html", "out.html"],
        ["read", "a.html", "b.html", "--title", "Ferry"],
        ["read", "--colour"],
        ["write"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("Usage: ")


def test_a_file_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in complaint(run("read", tmp_path / "a\x1b[31m.txt"))


def test_a_damaged_model_has_its_own_status(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModelError("model.onnx", "0 bytes", "install On Record again")

    monkeypatch.setattr(sys.modules["onrecord.model"], "load", fail)
    result = run("read", story)
    assert result.exit_code == 4
    assert complaint(result) == "model.onnx: 0 bytes; install On Record again"


def test_version_and_schema() -> None:
    assert run("--version").stdout == f"onrecord {onrecord.__version__}\n"
    assert json.loads(run("schema").stdout)["title"] == "Record"


def test_facts_are_a_command_of_their_own() -> None:
    assert "  kb " in run("--help").stdout
    shown = run("kb", "show", "Q61053", "--json")
    assert shown.exit_code == 0
    assert {one["qid"] for one in json.loads(shown.stdout)["offices"]} == {"Q61053"}
    for arguments, status in ((["kb", "show", "Nobody Anywhere"], 1), (["kb", "shwo"], 2), (["kd"], 2)):
        assert run(*arguments).exit_code == status


def test_a_file_of_no_facts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("person,office\n", encoding="utf-8")
    result = run("kb", "import", path, "--to", tmp_path / "kb")
    assert result.exit_code == 2
    assert complaint(result).startswith(str(path))


def test_help_names_every_option() -> None:
    text = run("read", "--help").stdout
    for option in ("--json", "--html", "--jsonl", "--published", "--outlet", "--url", "--title", "--byline"):
        assert option in text


def test_a_reader_that_leaves_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_bar_on_the_terminal_while_the_records_go_elsewhere(lines: Path) -> None:
    import pty

    watched, stderr = pty.openpty()
    script = (
        "import sys, types, by_rule\n"
        "sys.modules['onrecord.pipeline'] = by_rule\n"
        "sys.modules['onrecord.model'] = types.SimpleNamespace(load=lambda: None)\n"
        "from onrecord.serve.cli import main; main()"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm"}
    command = [sys.executable, "-c", script, "read", "--jsonl", str(lines)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment) as process:
        records, _ = process.communicate()
    os.close(stderr)
    seen = os.read(watched, 100_000).decode()
    os.close(watched)
    assert len(records.splitlines()) == 11
    assert "12/12" in seen
    assert "line 7: not JSON" in seen
    assert "11 records, 1 line skipped" in seen
