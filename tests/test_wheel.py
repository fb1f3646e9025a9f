"""The bare wheel, in an environment without development tools and without a network, does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.parser import HeaderParser
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent

NO_NETWORK = """\
import socket

def refuse(*args, **named):
    raise OSError("the network was asked for")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.getaddrinfo = socket.create_connection = refuse
"""
"""sitecustomize.py: whoever reaches for the network in the new environment fails."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of a new environment with the wheel and what its metadata requires, and nothing else.

    The requirements come from the environment of the tests, as links to exactly their top-level files: what the wheel
    does not declare, and what they do not declare in turn, cannot be imported.
    """
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=False)
    binaries = home / "bin"
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    for required in closure(fields.get_all("Requires-Dist") or []):
        for path in top_level(required):
            if not (site / path.name).exists():
                (site / path.name).symlink_to(path)
    (site / "sitecustomize.py").write_text(NO_NETWORK)
    python = str(binaries / "python")
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return binaries


def closure(requires: list[str]) -> list[Distribution]:
    """The distributions that these requirements ask for, and theirs in turn; extras only where they are asked for."""
    found: dict[str, Distribution] = {}
    waiting = [(Requirement(line), "") for line in requires]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        one = distribution(requirement.name)
        below = [Requirement(line) for line in one.requires or []]
        if one.name not in found:
            found[one.name] = one
            waiting += [(each, "") for each in below]
        waiting += [(each, wanted) for wanted in requirement.extras for each in below if each.marker]
    return list(found.values())


def top_level(one: Distribution) -> set[Path]:
    """The packages and modules of a distribution, as they lie in its site-packages."""
    names = {path.parts[0] for path in one.files or [] if path.parts[0] not in ("..", "__pycache__")}
    return {Path(str(one.locate_file(name))) for name in names}


def run(*command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    clean = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ} | {"HOME": "/nonexistent"}
    return subprocess.run(
        [str(part) for part in command], input=stdin, capture_output=True, text=True, env=clean, cwd="/", check=False
    )


def test_the_wheel_holds_the_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    wanted = ("data/record.schema.json", "data/kb/holders.tsv", "serve/templates/page.html", "serve/templates/page.css")
    for name in (*wanted, "py.typed"):
        assert f"onrecord/{name}" in names
    assert any(name.endswith(".onnx") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"onrecord"}


@pytest.mark.parametrize("module", ["pytest", "mypy", "hypothesis", "jsonschema", "hatchling"])
def test_the_environment_is_bare(installed: Path, module: str) -> None:
    assert "ModuleNotFoundError" in run(installed / "python", "-c", f"import {module}").stderr


def test_the_package_is_the_wheels(installed: Path) -> None:
    where = run(installed / "python", "-c", "import onrecord; print(onrecord.__file__)").stdout
    assert where.startswith(str(installed.parent))


def test_a_page_is_read(installed: Path) -> None:
    done = run(installed / "onrecord", "read", ROOT / "samples" / "harbour.html", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["article"]["title"] == "Harbour board puts off ferry vote"
    assert any(statement["speaker"] for statement in record["statements"])


def test_text_and_lines_and_pages_are_read_and_written(installed: Path, tmp_path: Path) -> None:
    text = (ROOT / "samples" / "reservoir.txt").read_text(encoding="utf-8")
    assert "Edda Kovalic" in run(installed / "onrecord", "read", "-", stdin=text).stdout
    lines = run(installed / "onrecord", "read", "--jsonl", ROOT / "samples" / "wire.jsonl")
    assert [json.loads(line)["article"]["id"] for line in lines.stdout.splitlines()] == ["wire-1", "wire-2", "wire-3"]
    page = tmp_path / "out.html"
    assert run(installed / "onrecord", "read", "-", "--html", page, stdin=text).returncode == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_facts_are_there(installed: Path) -> None:
    shown = run(installed / "onrecord", "kb", "show", "German chancellor", "--on", "2024-11-15", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert [one["qid"] for one in json.loads(shown.stdout)["offices"]] == ["Q61053"]


def test_an_address_asks_for_the_network_and_says_so(installed: Path) -> None:
    done = run(installed / "onrecord", "read", "https://www.northreachcourier.example/")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


VISIT = """\
import asyncio, sys
from pathlib import Path
import httpx
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.settings import Settings

async def visit():
    transport = httpx.ASGITransport(app=create_app(Settings(Path(sys.argv[1]))))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for path in sys.argv[2:]:
            print((await client.get(path)).status_code, path)

asyncio.run(visit())
"""


def test_the_desk_is_whole(installed: Path, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    assert run(installed / "onrecord", "add", ROOT / "samples" / "harbour.html", "--db", db).returncode == 0
    paths = ["/", "/search?q=ferry", "/review", "/speaker?name=Lindqvist", "/about", "/add", "/api/v1/statements",
             "/api/v1/openapi.json", "/search.atom", "/static/desk.css", "/static/vendor/htmx.min.js"]  # fmt: skip
    done = run(installed / "python", "-c", VISIT, db, *paths)
    assert done.stdout.splitlines() == [f"200 {path}" for path in paths], done.stderr
