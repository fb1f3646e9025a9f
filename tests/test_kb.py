"""The knowledge base: its tables, phrases, look-ups by day, imports, and the command line over them.

Who held which real office when is fact; whoever is imported here is made up, with ids that Wikidata does not have.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord import data
from onrecord.kb import LINK, Facts, KnowledgeError, office_phrases
from onrecord.kb import wikidata as dump_reader
from onrecord.kb.holding import weigh
from onrecord.kb.importing import import_files
from onrecord.kb.lists import valid
from onrecord.kb.tables import Row
from onrecord.kb.text import fold, fold_all
from onrecord.serve.kb_cli import app

LOOKUPS = Path(__file__).parent / "kb" / "lookups.tsv"
FOLDER = Path(data.__file__).parent / "kb"
DAY = date(2024, 11, 15)
FACTS = Facts()


def lines(name: str) -> list[list[str]]:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


# The tables


@pytest.mark.parametrize("name", ["states", "bodies", "outlets", "holders", "people", "roles", "qualifiers", "sources"])
def test_tables_are_sorted_and_say_nothing_twice(name: str) -> None:
    rows = lines(name)
    assert rows == sorted(rows) or ["\t".join(row) for row in rows] == sorted("\t".join(row) for row in rows)
    assert all(one != two for one, two in pairwise(rows))


def test_ids_dates_and_places_are_well_formed() -> None:
    codes, bodies = data.words("kb/states"), data.words("kb/bodies")
    persons = {row[0] for row in lines("people")}
    sources = data.words("kb/sources")
    for row in lines("holders"):
        place, _role, start, person, title, end, as_of, how, source = [*row, *[""] * (9 - len(row))]
        assert place in codes or place in bodies, row
        assert person in persons, row
        assert title, row
        assert all(valid(day) for day in (start, end, as_of) if day), row
        assert not (start and end) or start[: len(end)] <= end, row
        assert how in ("", "successor", "last_seen", "term"), row
        assert all(code in sources or "://" in code or "." in code for code in source.split("|")), row
        assert re.fullmatch(r"Q[1-9]\d*|~~?\S.*", person), row
    for name in ("states", "bodies", "outlets"):
        for row in lines(name):
            qid = row[2] if name == "states" else row[1] if len(row) > 1 else ""
            assert re.fullmatch(r"(?:Q[1-9]\d*)?", qid), row
            place = row[4] if name != "states" and len(row) > 4 else ""
            assert not place or place in codes or place in bodies, row


def test_no_id_is_given_to_two_places() -> None:
    ids = [row[2] for row in lines("states") if row[2]]
    ids += [row[1] for name in ("bodies", "outlets") for row in lines(name) if len(row) > 1 and row[1]]
    assert len(set(ids)) == len(ids)


def test_every_title_pattern_matches_its_example() -> None:
    for _role, pattern, example in data.table("kb/titles", 3):
        plain = pattern.replace("{state}", r"[\w ]+")
        assert re.fullmatch(plain, example, re.I), pattern


def test_importing_reads_no_table() -> None:
    script = (
        "import onrecord.kb, onrecord.data as d; print(d.rows.cache_info().currsize, d.table.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout.split() == [
        b"0",
        b"0",
    ]


@pytest.mark.parametrize("name", ["Łukasz Ørby", "Élodie O’Neil-Ash", "J. R. Stride", "İpek Şen", "Mara Lind"])
def test_a_table_is_folded_as_its_names_are(name: str) -> None:
    assert fold_all(f"Q1\t{name}\n") == f"q1\t{fold(name)}\n"


def test_size() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.tsv")) < 6_000_000  # bytes
    assert len(lines("outlets")) >= 120


# Who is meant


def lookups() -> list[tuple[str, ...]]:
    text = LOOKUPS.read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("phrase", "day", "expected"), lookups())
def test_look_ups(phrase: str, day: str, expected: str) -> None:
    found = FACTS.look_up(phrase, date.fromisoformat(day))
    linked = [one for one in found if one.score >= LINK]
    if expected in ("none", "unknown"):
        assert found == []
    elif expected in ("stale", "unsure"):
        assert found
        assert not linked
        assert expected == "unsure" or not all(one.fresh for one in found)
    else:
        assert "; ".join(f"{one.person} {one.qid or '-'}" for one in linked) == expected
        assert all(one.fresh for one in linked)


PHRASES = [
    ("the U.S. president", "head US president"),
    ("Germany's chancellor", "head DE prime_minister"),
    ("the leaders of France and the U.K.", "leader FR, leader GB"),
    ("foreign ministers of Germany and Poland", "foreign_minister DE, foreign_minister PL"),
    ("German and Polish foreign ministers", "foreign_minister DE, foreign_minister PL"),
    ("the EU foreign policy chief", "foreign_minister EU"),
    ("NATO chief", "igo_head NATO"),
    ("the European Commission president", "igo_head European Commission"),
    ("the speaker of the Knesset", "speaker IL"),
    ("Bundestag president", "speaker DE"),
    ("House Speaker", "speaker US"),
    ("the Chancellor of the Exchequer", "finance_minister GB"),
    ("Treasury secretary", "finance_minister US"),
    ("Bank of England governor", "central_bank GB"),
    ("New Zealand's prime minister", "head NZ prime_minister"),
    ("the new French prime minister", "head FR prime_minister"),
    ("Kyiv's foreign minister", "foreign_minister UA"),
    ("British health secretary", "title GB"),
    ("former French president", "head FR president former"),
    ("then-president", "head None president former"),
    ("deputy foreign minister", "foreign_minister None deputy"),
    ("deputy prime minister of Ireland", "deputy_head IE deputy prime minister"),
    ("acting president", "head None president acting"),
    ("prime minister-designate", "head None prime_minister designate"),
    ("French ministers", ""),
    ("German leaders", "leader DE plural"),
    ("spokesman for the French president", ""),
    ("the French president's wife", ""),
    ("French wine", ""),
    ("told us president", ""),
    ("", ""),
]


@pytest.mark.parametrize(("phrase", "expected"), PHRASES)
def test_phrases(phrase: str, expected: str) -> None:
    shown = []
    for ref in office_phrases(phrase):
        marks = [name for name in ("former", "acting", "designate", "deputy", "plural") if getattr(ref, name)]
        shown.append(" ".join(filter(None, (ref.role, str(ref.place), ref.style, *marks))))
    assert ", ".join(shown) == expected


def test_a_bare_office_is_the_context_s() -> None:
    assert FACTS.look_up("the president", DAY) == []
    (one,) = FACTS.look_up("the president", DAY, "FR")
    assert one.qid == "Q3052772"


@pytest.mark.parametrize(
    ("name", "context", "code", "sense"),
    [
        ("the UK", None, "GB", "alias"),
        ("U.K.", None, "GB", "alias"),
        ("French", None, "FR", "demonym"),
        ("Ukrainians", None, "UA", "demonym"),
        ("Kiev", None, "UA", "capital"),
        ("the Kremlin", None, "RU", "metonym"),
        ("the Elysée", None, "FR", "metonym"),
        ("Brussels", None, "BE", "capital"),
        ("Brussels", "EU", "EU", "metonym"),
        ("Congo", "CG", "CG", "alias"),
        ("US", None, "US", "alias"),
    ],
)
def test_places(name: str, context: str | None, code: str, sense: str) -> None:
    state = FACTS.place(name, context)
    assert state
    assert (state.code, state.sense) == (code, sense)


def test_places_that_are_none_and_names_of_two() -> None:
    assert FACTS.place("us") is None
    assert FACTS.place("Easthaven") is None
    brussels = FACTS.place("Brussels")
    assert brussels
    assert brussels.others == ("EU",)


def test_bodies_and_outlets() -> None:
    names = [FACTS.body(name) for name in ("the U.N.", "Pentagon", "IDF", "Senate")]
    assert [body.name for body in names if body] == [
        "UN",
        "US Department of Defense",
        "Israel Defense Forces",
        "US Senate",
    ]
    for name in ("https://edition.cnn.com/2031/x", "cnn.com", "CNN", "www.cnn.com"):
        outlet = FACTS.outlet(name)
        assert outlet
        assert outlet.qid == "Q48340"
    assert FACTS.outlet("example.org") is None
    assert FACTS.body("Osk Ferries") is None


@pytest.mark.parametrize("name", ["Joe Biden", "joe biden", "Joseph R. Biden Jr.", "JOE BIDEN"])
def test_people_by_full_name(name: str) -> None:
    (one,) = FACTS.people(name, DAY)
    assert (one.qid, one.title) == ("Q6279", "President")
    assert one.score >= LINK


def test_a_surname_links_only_where_one_holder_has_it() -> None:
    assert all(one.score < LINK for one in FACTS.people("Scholz", DAY))
    (one,) = FACTS.people("Scholz", DAY, "DE")
    assert one.qid == "Q61053"
    assert one.score >= LINK
    assert FACTS.people("Mara Lind", DAY) == []


def test_accents_transliterations_and_two_offices() -> None:
    assert FACTS.people("Jean-Noel Barrot", DAY)[0].qid == "Q30339198"
    assert FACTS.people("Volodymyr Zelensky", DAY)[0].qid == "Q3874799"
    offices = [one.title for one in FACTS.people("Mark Rutte", date(2024, 6, 1))]
    assert offices[0] == "Prime Minister"


# What rows make of each other


def row(person: str, start: str, end: str = "", as_of: str = "2031-06-01", how: str = "") -> Row:
    return Row("FR", "foreign_minister", start, person, "Minister", end, as_of, how)


@pytest.mark.parametrize(
    ("rows", "on", "expected"),
    [
        ([row("a", "2030-01-01")], "2031-06-01", "a 0.95"),
        ([row("a", "2030-01-01")], "2031-06-02", "a 0.45 stale"),
        ([row("a", "2030-01-01")], "2033-06-01", "a 0.25 stale"),
        ([row("a", "2030-01-01")], "2029-12-31", ""),
        ([row("a", "2030-01-01", "2031-01-01")], "2031-01-02", ""),
        ([row("a", "2030")], "2030-06-01", "a 0.45"),
        ([row("a", "2030")], "2031-01-01", "a 0.95"),
        ([row("a", "2030-01-01", "2031-01-01"), row("b", "2031-01-01")], "2030-12-31", "a 0.95"),
        ([row("a", "2030-01-01", "2031-01-01"), row("b", "2031-01-01")], "2031-01-01", "b 0.8, a 0.15"),
        ([row("a", "2030-01-01", "2031-01-01"), row("b", "2031-01-01")], "2031-01-02", "b 0.95"),
        ([row("a", "2030-01-01"), row("b", "2030-01-01")], "2031-01-01", "a 0.45, b 0.45"),
        ([row("a", "2030-01-01", "2033-01-01", how="term")], "2032-01-01", "a 0.39 stale"),
        ([row("a", "2030-01-01", "2033-01-01", how="successor")], "2031-06-02", "a 0.45 stale"),
        ([row("a", "2030-01-01"), row("a", "2031-01-01")], "2031-02-01", "a 0.95"),
    ],
)
def test_what_a_day_makes_of_rows(rows: list[Row], on: str, expected: str) -> None:
    found = sorted(weigh(rows, date.fromisoformat(on)), key=lambda one: (-one.score, one.row.person))
    assert ", ".join(f"{one.row.person} {one.score}{'' if one.fresh else ' stale'}" for one in found) == expected


# Imports


GOOD = {"person": "Mara Lind", "qid": "Q990000001", "office": "Minister of Foreign Affairs", "place": "FR"}


def write_lines(path: Path, *objects: object) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_a_newer_holder_takes_over_from_an_open_row(tmp_path: Path) -> None:
    newer = {**GOOD, "start": "2031-03-01", "as_of": "2031-09-01"}
    done = import_files([write_lines(tmp_path / "new.jsonl", newer)], tmp_path / "kb")
    assert (done.rows, done.added, done.refused) == (1, 1, ())
    facts = Facts(tmp_path / "kb")
    (one,) = facts.look_up("French foreign minister", date(2031, 4, 1))
    assert (one.person, one.qid, one.score) == ("Mara Lind", "Q990000001", 0.95)
    assert facts.look_up("French foreign minister", DAY)[0].qid == "Q30339198"
    assert facts.people("Mara Lind", date(2031, 4, 1))[0].title == "Minister of Foreign Affairs"


def test_a_person_with_two_offices_and_an_office_with_two_holders(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text(
        "person,qid,office,place,start,as_of\n"
        "Jo Orm,Q990000002,Minister of Finance,France,2031-01-01,2031-09-01\n"
        "Jo Orm,Q990000002,Minister of the Interior,France,2031-01-01,2031-09-01\n"
        "Paul Stride,,Minister of Finance,France,2031-01-01,2031-09-01\n",
        encoding="utf-8",
    )
    assert import_files([path], tmp_path / "kb").rows == 3
    facts = Facts(tmp_path / "kb")
    on = date(2031, 4, 1)
    assert [one.role for one in facts.people("Jo Orm", on)] == ["finance_minister", "interior_minister"]
    both = facts.look_up("French finance minister", on)
    assert {one.person for one in both} == {"Jo Orm", "Paul Stride"}
    assert all(one.score < LINK for one in both)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"place": "Freedonia"}, "place 'Freedonia' is not known"),
        ({"place": ""}, "place is empty"),
        ({"start": "2031-02-30"}, "start '2031-02-30' is no date"),
        ({"start": "2031-02-01", "end": "2030-01-01"}, "before it starts"),
        ({"qid": "P39"}, "no Wikidata id"),
        ({"office": "Keeper of the boats"}, "has no role that we know"),
        ({"person": "A\tB"}, "a tab"),
    ],
)
def test_a_bad_line_is_refused_by_number_and_the_others_go_on(
    tmp_path: Path, change: dict[str, str], says: str
) -> None:
    path = write_lines(tmp_path / "new.jsonl", GOOD, {**GOOD, **change}, {**GOOD, "start": "2031"})
    done = import_files([path], tmp_path / "kb")
    (error,) = done.refused
    assert str(error).startswith(f"{path}:2: ")
    assert says in str(error)
    assert done.rows == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("new.csv", b"person,office\nMara Lind,x\n", "column place is missing"),
        ("new.csv", b"person,office,place\n\xff\xfe", "is not UTF-8"),
        ("new.jsonl", b"", "no office holders in it"),
        ("new.jsonl", b"{\n", "not JSON"),
        ("new.txt", b"x", "not a kind that can be imported"),
        ("dump.json", b"[\n]\n", "holds no entity"),
        ("dump.json", b'[\n{"id": "Q1", "cl', "cut off or no JSON"),
        ("dump.json.gz", gzip.compress(b'{"id": "Q1"},\n' * 2000)[:-30], "damaged after entity"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    folder = tmp_path / "kb"
    import_files([write_lines(tmp_path / "old.jsonl", GOOD)], folder)
    before = snapshot(folder)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(KnowledgeError, match=says):
        import_files([tmp_path / name], folder)
    assert snapshot(folder) == before


def test_a_damaged_overlay_is_named_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    new = write_lines(tmp_path / "new.jsonl", GOOD)
    import_files([new], folder)
    table = folder / "holders.tsv"
    table.write_text(table.read_text(encoding="utf-8") + "x", encoding="utf-8")
    for use in (lambda: Facts(folder), lambda: import_files([new], folder)):
        with pytest.raises(KnowledgeError, match=r"holders\.tsv: not as it was written"):
            use()
    assert table.read_text(encoding="utf-8").endswith("x")


@pytest.mark.parametrize(
    ("manifest", "says"),
    [('{"format": 9, "sha256": {}}', "format 9, this version reads 1"), ("{", "damaged"), (None, "missing")],
)
def test_an_overlay_of_another_version_is_refused(tmp_path: Path, manifest: str | None, says: str) -> None:
    folder = tmp_path / "kb"
    import_files([write_lines(tmp_path / "new.jsonl", GOOD)], folder)
    if manifest is None:
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        Facts(folder)


def snak(value: object) -> dict[str, object]:
    return {"datavalue": {"value": value}}


def item(qid: str, label: str, **claims: list[dict[str, object]]) -> dict[str, object]:
    return {"id": qid, "labels": {"en": {"value": label}}, "claims": claims}


def is_a(qid: str) -> list[dict[str, object]]:
    return [{"mainsnak": snak({"id": qid})}]


def entities() -> list[dict[str, object]]:
    """A harbour minister's entry before her office's, as in a dump: in no order."""
    day = {"time": "+2031-03-01T00:00:00Z", "precision": 11}
    held = {"mainsnak": snak({"id": "Q990000010"}), "qualifiers": {"P580": [snak(day)]}}
    lost = {"mainsnak": snak({"id": "Q990000099"})}
    return [
        item("Q990000003", "Ada Quay", P31=is_a("Q5"), P39=[held, lost]),
        item("Q990000004", "Easthaven", P31=is_a("Q515")),
        item("Q990000010", "Minister of Foreign Affairs of France", P31=is_a("Q4164871"), P1001=is_a("Q142")),
    ]


def dump(path: Path) -> Path:
    text = "[\n" + ",\n".join(json.dumps(one) for one in entities()) + "\n]\n"
    content = text.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz"])
def test_a_dump_gives_persons_their_offices(tmp_path: Path, name: str) -> None:
    done = import_files([dump(tmp_path / name)], tmp_path / "kb")
    assert done.rows == 1
    assert "3 entities, 1 offices held; left out: 1 of no state" in done.notes[0]
    (one,) = Facts(tmp_path / "kb").person("Q990000003")
    assert (one.person, one.role, one.place, one.start) == ("Ada Quay", "foreign_minister", "FR", "2031-03-01")
    assert not (tmp_path / "kb.partial").exists()


def test_a_broken_off_dump_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = dump(tmp_path / "dump.json.gz"), tmp_path / "kb"
    read = dump_reader._entity
    seen: list[int] = []

    def stop_at_third(path: Path, line: bytes, number: int) -> object:
        seen.append(number)
        if number == 3 and len(seen) < 6:
            raise KeyboardInterrupt
        return read(path, line, number)

    monkeypatch.setattr(dump_reader, "_entity", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        import_files([path], folder)
    assert not folder.exists()
    state = json.loads((tmp_path / "kb.partial" / "checkpoint.json").read_text(encoding="utf-8"))
    assert state["seen"] == 2
    seen[:] = [0] * 6
    assert import_files([path], folder).rows == 1
    assert [number for number in seen if number] == [3, 4]  # the third entity, and the closing bracket


def test_a_checkpoint_of_another_file_is_not_used(tmp_path: Path) -> None:
    partial = tmp_path / "kb.partial"
    partial.mkdir()
    (partial / "checkpoint.json").write_text('{"file": {"name": "x"}, "at": 99}', encoding="utf-8")
    assert import_files([dump(tmp_path / "dump.json")], tmp_path / "kb").rows == 1


# The command line


def run(*arguments: str, folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), env={"ONRECORD_KB": str(folder), "COLUMNS": "200"})
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["show", "Q6279"], 0, "Vice President"),
        (["show", "German chancellor", "--on", "2024-11-15"], 0, "Q61053"),
        (["show", "Kyiv"], 0, "capital"),
        (["show", "reuters.com", "--json"], 0, '"qid": "Q130879"'),
        (["show", "Angela Merkel", "--on", "2020-01-01"], 0, "Chancellor"),
        (["show", "Mara Lind"], 1, "no person, office, state or body of that name"),
        (["show", "Kyiv", "--on", "2024-13-01"], 2, "is no date"),
        (["import", "nowhere.csv"], 2, "cannot be read"),
    ],
)
def test_commands(tmp_path: Path, arguments: list[str], status: int, says: str) -> None:
    code, output = run(*arguments, folder=tmp_path / "kb")
    assert code == status
    assert says in output


def test_import_and_show(tmp_path: Path) -> None:
    bad = {**GOOD, "place": "Freedonia"}
    path = write_lines(tmp_path / "new.jsonl", {**GOOD, "start": "2031-03-01", "as_of": "2031-09-01"}, bad)
    code, output = run("import", str(path), folder=tmp_path / "kb")
    assert code == 3
    assert "1 lines refused" in output
    code, output = run("show", "French foreign minister", "--on", "2031-04-01", folder=tmp_path / "kb")
    assert code == 0
    assert "Mara Lind" in output
