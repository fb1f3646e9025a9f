"""How well time expressions are found and put on the calendar, on GUM's dates.

Run from the repository's root::

    python eval/times.py [FOLDER] [--errors KIND]

The corpus lies outside the repository; without it the script says so and exits with status 0. Its dates are for
measuring only: no rule was written for one of its examples. Both files, dev and train, are measured together.

Protocol. GUM marks what lies on the calendar, and hardly any plain duration ("for six months"), set ("every Tuesday")
or vague reference ("in recent weeks"). Counted as found are therefore our DATEs and TIMEs save ``PAST_REF`` and
``FUTURE_REF``, and those DURATIONs that have an interval ("the past three years"). Relative times are reckoned from the
document's ``published``, also where the genre gives that little meaning (a biography's is that of its page).

- ``times_span_f1``: pairs that overlap, one to one, as TempEval-3's relaxed match; ``times_span_f1_strict``: same ends.
- ``times_value``: of the overlapping pairs, those with the right days. GUM's ``when`` is right where our days lie
  within the day, month or year that it gives (a date's prefix); where it gives no year (``--10``) or no day
  (``15:11:00``), what it gives must agree with our value. A range (``from``/``to``, ``notBefore``/``notAfter``) is
  right where at least 0.8 of the days of both together are shared: GUM ends the 1960s on 1969-01-01, 1969-12-31 or
  1970-01-01. A range with one end only is right where that end is.
- The line "without citations" leaves out, on both sides, years within brackets or parentheses that are nothing but a
  reference ("(2012)", "Lee, 2010)"): GUM marks them in some documents and not in others.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onrecord.types import Article, When
from onrecord.when import anchor_of, whens

GUM = Path(__file__).parents[2] / "shared" / "data" / "gum"
SHARED_DAYS = 0.8
CITED = re.compile(r"[(\[;,&][^()\[\]\n]{0,60}$")


@dataclass
class Count:
    """Pairs and what they were drawn from."""

    gold: int = 0
    found: int = 0
    overlap: int = 0
    same: int = 0
    right: int = 0
    errors: list[str] = field(default_factory=list)

    def f1(self, hits: int) -> float:
        """Per cent."""
        return 200 * hits / (self.gold + self.found) if self.gold + self.found else 0.0

    def row(self) -> str:
        """One line of the table."""
        recall, precision = (100 * self.overlap / (n or 1) for n in (self.gold, self.found))
        value = 100 * self.right / (self.overlap or 1)
        return (
            f"{self.gold:5} {self.found:6} {precision:9.1f} {recall:7.1f} {self.f1(self.overlap):6.1f} "
            f"{self.f1(self.same):7.1f} {value:6.1f}"
        )


def score(folder: Path = GUM) -> dict[str, Count]:
    """Counts by genre, for ``all`` and for ``without citations``."""
    counts: dict[str, Count] = defaultdict(Count)
    for document in _documents(folder):
        text, gold = document["text"], document["dates"]
        anchor, _ = anchor_of(Article(document["doc"], text, published=document["published"]))
        found = [when for when in whens(text, anchor) if _counts(when)]
        names = (document["genre"], "all", "without citations")
        for name in names:
            some, ours = gold, found
            if name == "without citations":
                some = [one for one in gold if not _cited(text, one["start"], one["end"])]
                ours = [one for one in found if not _cited(text, one.span.start, one.span.end)]
            _add(counts[name], text, some, ours)
    return counts


def measure(folder: Path = GUM) -> dict[str, float]:
    """``times_span_f1``, ``times_span_f1_strict`` and ``times_value`` over all genres, per cent."""
    count = score(folder)["all"]
    return {
        "times_span_f1": count.f1(count.overlap),
        "times_span_f1_strict": count.f1(count.same),
        "times_value": 100 * count.right / (count.overlap or 1),
    }


def _documents(folder: Path) -> Iterator[dict[str, Any]]:
    for name in ("train", "dev"):
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def _counts(when: When) -> bool:
    if when.type in ("DATE", "TIME"):
        return not when.value.endswith("_REF")
    return when.type == "DURATION" and when.interval is not None


def _cited(text: str, start: int, end: int) -> bool:
    """Whether a bare year closes a parenthesis or bracket that holds little else: a reference."""
    inside = CITED.search(text, max(0, start - 70), start)
    return bool(re.fullmatch(r"\d{4}", text[start:end]) and inside and text[end : end + 1] in ")];,:abc")


def _add(count: Count, text: str, gold: list[dict[str, Any]], found: list[When]) -> None:
    count.gold += len(gold)
    count.found += len(found)
    left = list(found)
    for one in gold:
        pair = next((w for w in left if w.span.start < one["end"] and one["start"] < w.span.end), None)
        around = " ".join(text[max(0, one["start"] - 40) : one["end"] + 30].split())
        told = "/".join(str(one[key]) for key in ("when", "from", "to", "notBefore", "notAfter") if key in one)
        if pair is None:
            count.errors.append(f"missed\t{one['text']}\t{told}\t{around}")
            continue
        left.remove(pair)
        count.overlap += 1
        same = (pair.span.start, pair.span.end) == (one["start"], one["end"])
        count.same += same
        if not same:
            count.errors.append(f"ends\t{one['text']}\t{pair.span.text}\t{around}")
        right = is_right(pair, one)
        count.right += right
        if not right:
            count.errors.append(f"value\t{one['text']}\t{told}\t{pair.span.text}\t{pair.value}\t{around}")
    for when in left:
        around = " ".join(text[max(0, when.span.start - 40) : when.span.end + 30].split())
        count.errors.append(f"spurious\t{when.span.text}\t{when.value}\t{around}")


def is_right(when: When, gold: dict[str, Any]) -> bool:
    """Whether our days are those of GUM's annotation."""
    if "when" in gold:
        return _right_point(when, gold["when"])
    first = gold.get("from", gold.get("notBefore"))
    last = gold.get("to", gold.get("notAfter"))
    if str(first or last).startswith("--"):
        month = re.match(r"--(\d\d)", str(first or last))
        return bool(month and f"-{month.group(1)}" in when.value)
    ours = when.interval
    start, end = _days(first)[0] if first else None, _days(last)[1] if last else None
    if ours is None or (start is None and end is None):
        return False
    low, high = date.fromisoformat(ours.start or "0001-01-01"), date.fromisoformat(ours.end or "9999-12-31")
    if start is None or end is None:
        return low == start or high == end
    shared = (min(high, end) - max(low, start)).days
    return shared >= SHARED_DAYS * (max(high, end) - min(low, start)).days


def _right_point(when: When, told: str) -> bool:
    if re.match(r"\d\d:\d\d", told):
        return f"T{told[:5]}" in when.value
    if told.startswith("--"):
        return told[1:] in when.value
    start, end = _days(told)
    if (
        when.interval is None
        or start is None
        or end is None
        or when.interval.start is None
        or when.interval.end is None
    ):
        return False
    return start <= date.fromisoformat(when.interval.start) and date.fromisoformat(when.interval.end) <= end


def _days(told: str) -> tuple[date | None, date | None]:
    """The days ``[start, end)`` of a year, a month or a day; none for what is no date."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?", told)
    if parts is None:
        return None, None
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        start = date(year or 1, month or 1, day or 1)
    except ValueError:
        return None, None
    if day:
        return start, start + timedelta(1)
    if month:
        return start, date(start.year + month // 12, month % 12 + 1, 1)
    return start, date(start.year + 1, 1, 1)


def main() -> int:
    """Print the table; status 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=GUM)
    parser.add_argument("--errors", metavar="KIND", help="list the errors of a kind: missed, spurious, ends or value")
    given = parser.parse_args()
    if not (given.folder / "dev.jsonl").exists():
        print(f"{given.folder}: no corpus there; nothing measured")
        return 0
    counts = score(given.folder)
    if given.errors:
        for name in sorted(set(counts) - {"all", "without citations"}):
            for line in counts[name].errors:
                if line.startswith(given.errors):
                    print(name, line, sep="\t")
        return 0
    print(f"{'':18} gold  found precision  recall     F1  strict  value")
    for name in sorted(counts, key=lambda name: (name in ("all", "without citations"), name)):
        print(f"{name:18}{counts[name].row()}")
    for name, value in measure(given.folder).items():
        print(f"{name} {value:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
