"""What is read: the development articles where they are, else the samples again and again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path

from onrecord.reader import articles, load
from onrecord.types import Article

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
ARTICLES = ROOT.parent / "shared/data/articles/us_politics_3000.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts of articles, and where they come from, in words."""

    name: str
    texts: tuple[str, ...]

    @property
    def words(self) -> int:
        """How many words there are, as ``str.split`` counts them."""
        return sum(len(text.split()) for text in self.texts)


def corpus(path: Path | None, count: int) -> Corpus:
    """The first ``count`` articles of ``path`` (JSONL, gzipped or not), of the development set, or of the samples."""
    path = path or (ARTICLES if ARTICLES.exists() else None)
    if path is None:
        return Corpus(f"the samples of the repository, repeated to {count} articles", samples(count))
    texts = tuple(islice(_lines(path), count))
    return Corpus(f"the first {len(texts)} articles of {path.name}", texts)


def samples(count: int) -> tuple[str, ...]:
    """``count`` texts, the samples in turn."""
    lines = list(_lines(SAMPLES / "wire.jsonl"))
    pages = [load(SAMPLES / name).text for name in ("reservoir.txt", "harbour.html")]
    return tuple(islice(cycle(pages + lines), count))


def _lines(path: Path) -> Iterator[str]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for read in articles(lines, path.name):
            if isinstance(read, Article):
                yield read.text


def of_words(texts: tuple[str, ...], words: int) -> str:
    """One text of about this many words: whole paragraphs of the texts, from the beginning again where they run out."""
    taken: list[str] = []
    have = 0
    for paragraph in cycle(chain.from_iterable(text.split("\n\n") for text in texts)):
        taken.append(paragraph)
        have += len(paragraph.split())
        if have >= words:
            return "\n\n".join(taken)
    raise ValueError("no texts")
