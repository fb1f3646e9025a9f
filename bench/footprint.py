"""What it costs to have and to start: peak memory, cold start, installed size. All in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from statistics import median

from packaging.requirements import Requirement

import onrecord
from bench.corpus import ROOT, SAMPLES
from bench.timing import wall

# VmHWM where there is a /proc: on Linux ru_maxrss counts the parent's memory too, over the exec.
_PEAK = """
import resource, sys
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    peak = int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(peak)
"""
_READ = """
import sys
from bench.corpus import corpus, of_words
from bench.speed import read
from onrecord.model import load
from pathlib import Path
path, count, words = Path(sys.argv[1]) if sys.argv[1] else None, int(sys.argv[2]), int(sys.argv[3])
texts = corpus(path, count).texts
read([of_words(texts, words)] if words else texts, load())
"""


def peak_memory(articles: Path | None, count: int, words: int) -> dict[str, float]:
    """Peak memory in bytes: of ``import``, of one sample, of ``count`` articles, of one article of ``words`` words."""
    path = str(articles or "")
    one = f"import onrecord\nonrecord.read({str(SAMPLES / 'reservoir.txt')!r})\n"
    return {
        "import": _peak("import onrecord\n"),
        "one_article": _peak(one),
        f"articles_{count}": _peak(_READ, path, str(count), "0"),
        f"one_of_{words}_words": _peak(_READ, path, str(count), str(words)),
    }


def _peak(script: str, *given: str) -> int:
    command = [sys.executable, "-c", script + _PEAK, *given]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout.split()[-1])


def cold_start(repeats: int) -> dict[str, float]:
    """Seconds of ``onrecord read reservoir.txt``, from the shell's view: the median of so many processes."""
    script = "from onrecord.serve.cli import main; main()"
    command = [sys.executable, "-c", script, "read", str(SAMPLES / "reservoir.txt")]

    def start() -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    start()  # files into the system's cache
    return {"seconds": median(wall(start) for _ in range(repeats))}


def installed_size() -> dict[str, int]:
    """Bytes on disk by distribution: On Record and what it needs to run, without compiled bytecode."""
    package = Path(onrecord.__file__).parent
    sizes = {"onrecord": sum(path.stat().st_size for path in package.rglob("*") if _counts(path))}
    waiting = [(Requirement(line), "") for line in _requirements()]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted, extra = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        found = distribution(wanted.name)
        for part in ("", *sorted(wanted.extras)):
            if (wanted.name.lower(), part) not in seen:
                seen.add((wanted.name.lower(), part))
                waiting += [(Requirement(line), part) for line in found.requires or []]
        sizes[found.name.lower()] = _size(found)
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _requirements() -> list[str]:
    try:
        return [line for line in distribution("onrecord").requires or [] if "extra ==" not in line]
    except PackageNotFoundError:  # run from the source
        lines: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
        return lines


def _size(found: Distribution) -> int:
    paths = (Path(str(found.locate_file(file))) for file in found.files or [])
    return sum(path.stat().st_size for path in paths if _counts(path))


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts
