"""Check the documentation against the program; ``--write`` makes docs/cli.md anew.

Checked: links to files and to headings, that docs/cli.md says what ``--help`` says, and that every ``make`` target and
every ``onrecord`` option shown in a page exists.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from onrecord.serve.cli import app

ROOT = Path(__file__).resolve().parent.parent
CLI_PAGE = ROOT / "docs" / "cli.md"
COMMANDS = (
    "", "add", "watch", "reread", "search", "show", "speaker", "people", "people join", "people split",
    "people undo", "people judgements", "correct", "export", "stats", "check", "backup", "serve", "token", "token add",
    "token list", "token revoke", "read", "schema",
    "kb", "kb show", "kb import",
)  # fmt: skip

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^\$ |[|`] ?|\| )(make|onrecord)(?![\w./])([^`\n|#>]*)", re.MULTILINE)


def cli_page() -> str:
    """docs/cli.md, made from the help of each command."""
    parts = ["# The command line\n\nMade from `--help` by `make docs-write`; [the guide](guide.md) explains it.\n"]
    for command in COMMANDS:
        arguments = [*command.split(), "--help"]
        shown = CliRunner().invoke(app, arguments, prog_name="onrecord", env={"COLUMNS": "100"}, color=False).stdout
        parts.append(f"## {' '.join(['onrecord', command]).strip()}\n\n```\n{shown.strip()}\n```\n")
    return "\n".join(parts)


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("samples/*.md"))]


def broken_links(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere; addresses on the web are not tried."""
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{page.relative_to(ROOT)}: {link}: no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{page.relative_to(ROOT)}: {link}: no such heading"


def anchors(page: Path) -> set[str]:
    """The fragment of each heading, as GitHub makes it."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unknown_commands(page: Path) -> Iterator[str]:
    """Targets of make, and commands and options of onrecord, that a page shows and that do not exist."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = set(re.findall(r"--[a-z-]+", cli_page())) | {"--version"}
    for program, rest in COMMAND.findall(page.read_text(encoding="utf-8")):
        words = rest.split()
        wrong = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
        if program == "make":
            wrong = [word for word in words[:1] if word not in targets and "=" not in word]
        elif words and words[0] not in {*COMMANDS, "--help", "--version"}:
            wrong.append(words[0])
        for word in wrong:
            yield f"{page.relative_to(ROOT)}: {program}{rest.rstrip()}: {word} does not exist"


def main() -> int:
    """Say what is wrong, one line each; the number of lines decides the exit status."""
    if "--write" in sys.argv[1:]:
        CLI_PAGE.write_text(cli_page(), encoding="utf-8")
    problems = [problem for page in pages() for check in (broken_links, unknown_commands) for problem in check(page)]
    if not CLI_PAGE.exists() or CLI_PAGE.read_text(encoding="utf-8") != cli_page():
        problems.append("docs/cli.md: not what --help says; run make docs-write")
    print("\n".join(problems) or f"{len(pages())} pages: links, commands and help agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
