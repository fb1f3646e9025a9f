"""Builds the tables of people and office holders from offices.jsonl: ``python -m train.kb [FOLDER]``.

Reads ``../shared/data/kb`` (or FOLDER), and ``titles.tsv``, ``corrections.tsv`` and ``states.tsv`` of the package;
writes ``holders.tsv`` and ``people.tsv`` there and prints what became of every row. What each step is for and what it
was measured on stands in docs/decisions/005-knowledge-base.md.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from pathlib import Path

from onrecord import data
from onrecord.kb.text import fold, style
from onrecord.kb.titles import role_of, whole

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "kb"
PACKAGE = Path(data.__file__).parent / "kb"

SINCE = "2000"  # who left office before is not asked for: the articles to be read are newer
# A page that announces a minister says nothing of the days after. Of foreign ministers in office on a day of 2010–2020,
# 93 in 100 still were after 92 days, 85 after 183 (docs/decisions/005-knowledge-base.md): for a quarter it is taken at
# its word.
VOUCHED_BY_A_PAGE = timedelta(days=92)
ONE_HOLDER = {
    "head_of_state", "head_of_government", "foreign_minister", "defence_minister", "interior_minister",
    "finance_minister", "speaker", "central_bank", "igo_head", "supreme_leader",
}  # fmt: skip
# Their head of state is that of the state they belong to; the rows repeat it under other spellings.
TERRITORIES = frozenset(
    (
        *("AI", "AS", "AW", "BM", "CK", "CW", "FK", "FO", "GG", "GI", "GL", "GU", "HK", "IM", "JE"),
        *("KY", "MO", "MS", "NC", "NU", "PF", "PR", "SH", "SX", "TC", "VG", "VI", "WF"),
    )
)
NO_HEAD = re.compile(
    r"member of|assembly|yuan|pontifical|republika srpska|federation of|bailiff|minister of state of|military leader"
    r"|high administrator"
)
# What a title may make of a row that the data calls "other".
OTHER = ("central_bank", "prosecutor", "military_chief", "igo_head", "other")
TIDY = {
    "monarch": "Monarch",
    "emir": "Emir",
    "Supreme": "Supreme Leader",
    "Prime": "Prime Minister",
    "State": "Chairman",
}
HEADS = {"head_of_state", "head_of_government", "effective_leader", "viceroy"}
# The bodies whose heads the sources file under the union's or the organisation's own name.
BODIES = {
    "President of the European Commission": "European Commission",
    "President of the European Council": "European Council",
    "President of the European Parliament": "European Parliament",
    "Secretary General of NATO": "NATO",
    "Secretary-General of the United Nations": "UN",
    "Director-General of the World Trade Organization": "WTO",
    "Chairperson of the African Union Commission": "African Union",
    "Speaker of the Arab Parliament": "Arab Parliament",
    "President of the United Nations General Assembly": "UN General Assembly",
}
CODES = (
    ("every-politician-scrapers", "ep"),
    ("factbook", "fb"),
    ("open-data-archive", "wl"),
    ("unitedstates", "cl"),
    ("openaustralia", "oa"),
    ("REIGN", "rg"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one office. Dates are ISO at the source's precision; an empty end is open up to ``as_of``."""

    place: str
    role: str
    person: str
    name: str
    title: str
    start: str
    end: str
    as_of: str
    source: str
    how: str = ""  # how an end that no source states was found: successor, last_seen, term
    aka: tuple[str, ...] = field(default=())


def first(day: str) -> str:
    """The first day that a date at any precision may mean."""
    return (day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10] if len(day) == 7 else day


def days(earlier: str, later: str) -> int:
    """Days between two dates, each taken at its first day."""
    return (date.fromisoformat(first(later)) - date.fromisoformat(first(earlier))).days


def read(folder: Path, counts: Counter[str]) -> Iterator[Row]:
    """The rows that this ledger can use, with the role that their title says."""
    own = data.words("kb/states")
    for line in (folder / "offices.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        counts["read"] += 1
        if raw["role"] == "head_of_state" and (raw.get("country_iso2") in TERRITORIES):
            counts["dropped: the sovereign of a territory"] += 1
            continue
        if not raw.get("person"):
            counts["dropped: no name"] += 1
            continue
        place, title = raw.get("country_iso2") or raw["org"], raw["office"].strip()
        place = BODIES.get(title, place)
        if place not in own and place not in BODIES.values():
            counts["dropped: territory or body not in the tables"] += 1
            continue
        role = canonical(raw, place, title)
        if not role:
            counts["dropped: title"] += 1
            continue
        start, end = raw["start"] or "", raw["end"] or ""
        if end and end < SINCE:
            counts["dropped: left office before 2000"] += 1
        elif start and end and first(end) < first(start) and not start.startswith(end):
            counts["dropped: ends before it starts"] += 1
        else:
            yield row_of(raw, place, role, start, end)


def row_of(raw: dict[str, str], place: str, role: str, start: str, end: str) -> Row:
    """A source row in our columns."""
    where = raw["source"].split(" | ")[-1] if raw.get("curated") else raw["source"]
    source = next((code for name, code in CODES if name in where), "cu:" + where)
    how = {"start of the successor": "successor", "last week seen": "last_seen"}.get(raw.get("end_approx") or "", "")
    as_of = raw.get("as_of") or ""
    if end and as_of and end > as_of and not how and not raw.get("curated"):
        how = "term"  # the end of a term that has not passed: nobody saw it
    if not end and raw.get("curated") and start:
        as_of = max(as_of, str(date.fromisoformat(first(start)) + VOUCHED_BY_A_PAGE))
    name, spelled = person_name(raw["person"])
    aka = tuple(dict.fromkeys(other for other in (raw.get("aka"), spelled) if other and other != name))
    mark = "~~" if role == "effective_leader" else "~"  # two: a surname, which no name is looked up by
    key = raw.get("qid") or f"{mark}{place}-{fold(name).replace(' ', '-')}"
    return Row(place, role, key, name, tidy(raw["office"], role), start, end, as_of, source, how, aka)


def person_name(text: str) -> tuple[str, str]:
    """A name and its other spelling, without what a factbook line left on it: "Ceo … , Dr.", "… also spelled …"."""
    name, _, spelled = " ".join(text.split()).partition(", also spelled ")
    name = re.sub(
        r" appointed .*$|, (?:Dr|Jr)\.?$|^(?:Ceo|China|Interior|Minister-Designate|Taliban Leader) ", "", name
    )
    return name.replace("XI Jinping", "Xi Jinping"), spelled


def canonical(raw: dict[str, str], place: str, title: str) -> str:
    """The role of a row by its title; empty where it is not one that we keep."""
    role = raw["role"]
    if role in ("ambassador", "subnational_head"):
        return ""
    if role in HEADS:
        return head_role(role, place, title)
    kept = role_of(title, place)
    if kept in HEADS or (role == "other" and kept not in OTHER):
        return ""  # the data's own rule knows better: India's foreign secretaries are civil servants
    if (place == "US" and title == "Secretary of the Interior") or "and Communications" in title:
        return "minister_other"  # of national parks, of broadcasting: not the police
    return kept


def head_role(role: str, place: str, title: str) -> str:
    """Heads: a governor is none, nor a region's head; Iran's president heads the government under its leader."""
    low = title.lower()
    if (
        NO_HEAD.search(low)
        or (place, low) == ("CH", "chancellor")
        or (place == "AU" and "premier" in low)
        or "in the senate" in low
    ):
        return ""
    if not whole(title, place):
        return ""
    if "governor" in low or "high commissioner" in low or low in ("administrator", "commissioner", "sir", "lord of"):
        return "viceroy"
    if place == "IR" and "president" in low:
        return "head_of_government"
    if role == "head_of_state" and style(title) == "prime_minister":
        return "head_of_government"
    return role


def tidy(title: str, role: str) -> str:
    """A head's title without the ranks and half names that the factbook's lines leave on it."""
    if role not in HEADS:
        return title
    kept = re.sub(r"\b(?:Sir|Dr|Gen|Col|Lt|Brig|Sr|Sheikh|of the|of|and|and Minister of)\.?$", "", title.strip())
    while kept != title:
        title, kept = kept, re.sub(r"\s+(?:Sir|Dr|Gen|Col|Lt|Brig|Sr|Sheikh|of the|of|and)\.?$", "", kept.strip())
    return TIDY.get(kept, kept)


def identify(rows: list[Row], folder: Path, same: dict[tuple[str, str], str], counts: Counter[str]) -> list[Row]:
    """Rows without a QID get the one that their name has, where in that country only one person has it."""
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in (folder / "politicians_qid.tsv").read_text(encoding="utf-8").splitlines():
        place, name, qid = line.split("\t")
        known[place, fold(name)].add(qid)
    for row in rows:
        if row.person[0] == "Q":
            for name in (row.name, *row.aka):
                known[row.place, fold(name)].add(row.person)
    heads: dict[str, set[str]] = defaultdict(set)  # one king reigns in many countries
    for row in rows:
        if row.person[0] == "Q" and row.role == "head_of_state":
            for name in (row.name, *row.aka):
                heads[fold(name)].add(row.person)
    found = []
    for row in rows:
        key = same.get((row.place, fold(row.name)), row.person)
        if key[0] == "~":
            qids = set().union(*(known[row.place, fold(name)] for name in (row.name, *row.aka)))
            if not qids and row.role == "head_of_state":
                qids = heads[fold(row.name)]
            if len(qids) == 1 and row.role != "effective_leader":
                (key,) = qids
                counts["QID found by name"] += 1
        found.append(replace(row, person=key))
    return found


def national(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """Without Australia's state ministers: their titles are the same, so only whom its parliament lists stays."""
    federal = {row.person for row in rows if row.source == "oa"}
    kept = [row for row in rows if row.place != "AU" or row.role in HEADS or row.person in federal]
    counts["dropped: ministers of Australian states"] += len(rows) - len(kept)
    return kept


def rivals(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """The same head under two spellings: of two names for one office at one time the one with a QID is kept."""
    renamed: dict[tuple[str, str], str] = {}
    groups = defaultdict(list)
    for row in rows:
        if row.role in ("head_of_state", "head_of_government"):
            groups[row.place].append(row)
    for group in groups.values():
        for plain in (row for row in group if row.person[0] == "~"):
            for named in (row for row in group if row.person[0] == "Q"):
                near = plain.start and named.start and abs(days(plain.start, named.start)) <= 60
                if near and alike(plain.name, (named.name, *named.aka)):
                    renamed[plain.place, plain.person] = named.person
                    counts["two spellings made one"] += 1
    return [replace(row, person=renamed.get((row.place, row.person), row.person)) for row in rows]


def alike(name: str, others: Iterable[str]) -> bool:
    """Whether two spellings share a word, or come near each other as wholes."""
    mine = fold(name)
    for other in map(fold, others):
        if set(mine.split()) & set(other.split()) - {"al", "bin", "de", "van", "von", "el"}:
            return True
        if SequenceMatcher(None, mine, other).ratio() > 0.75:
            return True
    return False


def not_both(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """The factbook's next line read as this one's: no president is prime minister under himself."""
    presidents = {(row.place, row.person, row.start) for row in rows if row.role == "head_of_state"}
    kept = []
    for row in rows:
        minister = row.role == "head_of_government" and style(row.title) == "prime_minister" and row.source == "fb"
        if not minister or (row.place, row.person, row.start) not in presidents:
            kept.append(row)
    counts["dropped: a president as his own prime minister"] += len(rows) - len(kept)
    return kept


def merge(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """One row for each time in office: what several sources say of the same person, office and time."""
    groups = defaultdict(list)
    for row in rows:
        exact = row.title if row.role in ("minister_other", "other", "deputy_head") else style(row.title)
        groups[row.place, row.role, row.person, exact].append(row)
    merged = []
    for group in groups.values():
        # a year says nothing where a day is known
        exact = [row for row in group if len(row.start) == 10]
        vague = [row for row in group if len(row.start) < 10 and not any(covers(one, row) for one in exact)]
        counts["vaguer row of another source dropped"] += len(group) - len(exact) - len(vague)
        kept: list[Row] = []
        for row in sorted(exact + vague, key=lambda row: first(row.start) if row.start else ""):
            if kept and touches(kept[-1], row):
                kept[-1] = joined(kept[-1], row)
                counts["merged with another row"] += 1
            else:
                kept.append(row)
        merged += kept
    return merged


def covers(exact: Row, vague: Row) -> bool:
    """Whether a row without day means the same time in office as one with."""
    if not vague.start:
        return not exact.end or (bool(vague.end) and abs(days(exact.end or exact.as_of, vague.end)) < 400)
    inside = first(exact.start)[:4] <= vague.start[:4] <= (exact.end or exact.as_of)[:4]
    return exact.start[: len(vague.start)] == vague.start or inside


def touches(earlier: Row, later: Row) -> bool:
    """Whether the later row goes on where the earlier one is, or was one day before."""
    if not earlier.start or not later.start:
        return not earlier.end and not later.end
    if not earlier.end:
        return True
    return days(earlier.end, later.start) <= 1


def joined(one: Row, two: Row) -> Row:
    """Two rows of one time in office. An end that was seen beats an open row that was read before it."""
    ends = [row for row in (one, two) if row.end]
    if len(ends) == 2:
        last = max(ends, key=lambda row: (first(row.end), len(row.end)))
    elif ends:
        open_row = two if ends[0] is one else one
        reopened = open_row is two and two.start and ends[0].end <= two.start
        last = open_row if reopened or (open_row.as_of > first(ends[0].end) and ends[0].how != "term") else ends[0]
    else:
        last = one
    names = dict.fromkeys((one.name, *one.aka, two.name, *two.aka))
    sources = "|".join(dict.fromkeys((*one.source.split("|"), *two.source.split("|"))))
    as_of = max(one.as_of, two.as_of)
    title = max((one.title, two.title), key=len) if one.role in HEADS else one.title
    return replace(one, end=last.end, how=last.how, as_of=as_of, source=sources, title=title, aka=tuple(names)[1:])


def close(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """An open row whose office another person has taken since has ended; the source missed it."""
    groups = defaultdict(list)
    for row in rows:
        groups[row.place, row.role, style(row.title)].append(row)
    closed = []
    for (_place, role, _style), group in groups.items():
        group.sort(key=lambda row: (first(row.start) if row.start else "", row.person))
        if role not in ONE_HOLDER:
            closed += group
            continue
        for row, after in zip(group, [*group[1:], None], strict=True):
            taken = after and not row.end and after.start and row.person != after.person
            if after and taken and row.as_of <= max(after.as_of, after.end):
                counts["end taken from the successor"] += 1
                closed.append(replace(row, end=after.start, how="successor"))
            else:
                closed.append(row)
    return closed


def correct(rows: list[Row], counts: Counter[str]) -> list[Row]:
    """What a stored public source says against the data: corrections.tsv."""
    for op, place, role, person, start, value, _note in data.table("kb/corrections", 7):
        hit = [
            at for at, row in enumerate(rows)
            if (row.place, row.role) == (place, role) and person in (row.person, row.name) and start in ("*", row.start)
        ]  # fmt: skip
        if op == "same":
            continue
        if op == "add":
            name, title, end, source = value.split("|")
            rows.append(Row(place, role, person, name, title, start, end, "", source))
        elif not hit:
            raise SystemExit(f"corrections.tsv: no row for {op} {place} {role} {person} {start}")
        for at in reversed(hit):
            if op == "drop":
                del rows[at]
            else:
                rows[at] = replace(rows[at], **{op: value}, **({"how": ""} if op == "end" else {}))
        counts["corrected"] += 1
    return rows


def write(rows: list[Row], counts: Counter[str]) -> None:
    """Both tables, sorted, so that two builds can be compared line by line."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, Counter[str]] = defaultdict(Counter)
    lines = set()
    for row in rows:
        names[row.person][row.name] += 3
        names[row.person].update(row.aka)
        places[row.person][row.place] += 1
        columns = (row.place, row.role, row.start, row.person, row.title, row.end, row.as_of, row.how, row.source)
        lines.add("\t".join(columns).rstrip("\t"))
    people = []
    for key, spelled in names.items():
        best = max(spelled, key=lambda name: (spelled[name], not name.isascii(), name))
        aka = sorted({name for name in spelled if fold(name) != fold(best)})
        people.append(
            "\t".join((key, best, "|".join(aka), "|".join(sorted(places[key], key=lambda p: (-places[key][p], p)))))
        )
    (PACKAGE / "holders.tsv").write_text(HOLDERS + "\n".join(sorted(lines)) + "\n", encoding="utf-8", newline="\n")
    (PACKAGE / "people.tsv").write_text(PEOPLE + "\n".join(sorted(people)) + "\n", encoding="utf-8", newline="\n")
    counts["rows written"], counts["people written"] = len(lines), len(people)


HOLDERS = """\
# place\trole\tstart\tperson\ttitle\tend\tas_of\thow\tsource
# Made by train/kb.py from the sources named in docs/decisions/005-knowledge-base.md; to correct, corrections.tsv.
# Dates are ISO at the source's precision. An empty end: open when the source was last read, on as_of.
# how: where the end comes from if no source states it: successor, last_seen, term (a term that has not run out yet).
# source: codes of sources.tsv parted by |; cu: and an address is a page that was read for this one row.
"""
PEOPLE = """\
# person\tname\taka\tplaces
# Made by train/kb.py. person: a Wikidata QID, or ~place-name where none is known. Other spellings are parted by |.
"""


def build(folder: Path) -> Counter[str]:
    """All steps in order; how many rows each touched."""
    counts: Counter[str] = Counter()
    same = {
        (place, fold(person)): value
        for op, place, _role, person, _start, value, _note in data.table("kb/corrections", 7)
        if op == "same"
    }
    rows = identify(list(read(folder, counts)), folder, same, counts)
    rows = correct(rivals(national(rows, counts), counts), counts)
    write(close(merge(not_both(rows, counts), counts), counts), counts)
    return counts


if __name__ == "__main__":
    for what, number in build(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE).items():
        print(f"{number:7,}  {what}")
