"""The commands of the ledger, from the command line in to what is printed, with the shipped models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import complaint, run

import onrecord

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
KEY = r"s[a-z2-7]{15}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the sample articles."""
    db = tmp_path_factory.mktemp("ledger") / "samples.db"
    result = run("add", SAMPLES / "harbour.html", SAMPLES / "reservoir.txt", SAMPLES / "wire.jsonl", "--db", db)
    assert result.exit_code == 0, result.stderr
    return db


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    copy = tmp_path / "copy.db"
    assert run("backup", copy, "--db", made).exit_code == 0
    return copy


def found(*arguments: str | Path) -> list[dict[str, object]]:
    result = run("search", *arguments, "--json")
    assert result.exit_code in (0, 1), result.stderr
    return list(json.loads(result.stdout)["hits"])


def test_adding_tells_what_became_of_everything_and_again_changes_nothing(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": 3}\n', encoding="utf-8")
    first = run("add", SAMPLES / "harbour.html", bad, "--db", db)
    assert first.exit_code == 3
    assert "bad.jsonl, line 1: 'text' is a number" in first.stderr
    assert "1 article added, " in first.stderr
    assert "1 could not be read (`onrecord add --retry` tries again)" in first.stderr
    again = run("add", SAMPLES / "harbour.html", "--db", db, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["articles"] == {"passed_over": 1, "failed": 0}
    listed = json.loads(run("stats", "--failures", "--db", db, "--json").stdout)
    assert [row["name"] for row in listed] == [f"{bad}, line 1"]


def test_nothing_but_failures_is_exit_status_2(tmp_path: Path) -> None:
    result = run("add", tmp_path / "none.html", "--db", tmp_path / "a.db")
    assert result.exit_code == 2
    assert "none.html: no such file" in result.stderr


def test_standard_input_and_fields(tmp_path: Path) -> None:
    body = "“The boats are safe,” said Mara Lindqvist. The harbour board met on Tuesday to hear what she had to say."
    line = json.dumps({"body": body, "day": "2031-04-02", "key": "a1"})
    result = run(
        "add", "-", "--field", "text=body", "--field", "published=day", "--field", "id=key",
        "--outlet", "Northreach Courier",
        "--db", tmp_path / "a.db", stdin=line + "\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    (hit, *_) = found("boats", "--by", "words", "--db", tmp_path / "a.db")
    assert (hit["article"], hit["outlet"], hit["published"]) == ("a1", "Northreach Courier", "2031-04-02")


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("text", "is not FACT=NAME"),
        ("words=body", "is not FACT=NAME with one of text, html"),
        ("text=", "is not FACT=NAME"),
    ],
)
def test_a_field_that_is_none(field: str, problem: str, tmp_path: Path) -> None:
    result = run("add", SAMPLES, "--field", field, "--db", tmp_path / "a.db")
    assert result.exit_code == 2
    assert problem in complaint(result)


def test_search_prints_sentences_with_their_links(made: Path) -> None:
    result = run("search", '"not there yet"', "--db", made)
    assert result.exit_code == 0
    assert "Mara Lindqvist" in result.stdout
    assert "“We are not there yet,” Mara Lindqvist told the Northreach Courier." in " ".join(result.stdout.split())
    assert "#:~:text=" in result.stdout
    assert "1 of 1" in result.stdout
    assert not any(line.endswith(" ") for line in result.stdout.splitlines())


def test_a_meaning_is_found_in_other_words(made: Path) -> None:
    hits = found("is it dangerous to travel by boat", "--by", "meaning", "--limit", "5", "--db", made)
    assert any("the boats are safe" in str(hit["context"]) for hit in hits)


def test_pages_follow_one_another(made: Path) -> None:
    seen: list[object] = []
    after: list[str] = []
    while True:
        told = json.loads(run("search", "--limit", "7", *after, "--db", made, "--json").stdout)
        seen += [hit["id"] for hit in told["hits"]]
        if told["next"] is None:
            break
        after = ["--after", told["next"]]
    assert len(seen) == len(set(seen)) == told["total"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (['"unbalanced'], "has no other"),
        (["*"], "no letter or digit"),
        (["x" * 10_000], "10,000 characters"),
        (["--kind", "spoken"], "kind 'spoken'"),
        (["--since", "2031-13"], "since '2031-13'"),
        (["--speaker", " "], "--speaker: is empty"),
        (["--limit", "0"], "limit 0"),
        (["--after", "nonsense"], "is no page of this search"),
        (["--sort", "age"], "sort 'age'"),
        (["ferry", "--by", "luck"], "by 'luck'"),
        (["--status", "gone"], "status 'gone'"),
    ],
)
def test_what_cannot_be_searched_for_is_named(arguments: list[str], problem: str, made: Path) -> None:
    result = run("search", *arguments, "--db", made)
    assert result.exit_code == 2
    assert problem in complaint(result)


def test_sql_is_words(made: Path) -> None:
    assert run("search", "'; DROP TABLE statement; --", "--by", "words", "--db", made).exit_code == 1
    assert run("search", "ferry", "--db", made).exit_code == 0


def test_nothing_found_is_exit_status_1(made: Path) -> None:
    result = run("search", "zeppelin", "--by", "words", "--db", made)
    assert (result.exit_code, result.stdout) == (1, "Nothing of that is on record.\n")


def test_a_correction_is_shown_found_and_taken_back(db: Path) -> None:
    key = str(found('"not there yet"', "--db", db)[0]["id"])
    made = run(
        "correct", key, "--speaker", "Per Hallam", "--qid", "Q900000007", "--by", "ed", "--why", "a test", "--db", db
    )
    assert made.exit_code == 0, made.stderr
    assert [hit["id"] for hit in found('"not there yet"', "--speaker", "Hallam", "--db", db)] == [key]
    assert [hit["id"] for hit in found("--qid", "Q900000007", "--db", db)] == [key]
    shown = run("show", key, "--db", db).stdout
    assert "ed: speaker →" in shown
    assert "(a test)" in shown
    assert run("correct", key, "--reject", "--by", "ed", "--db", db).exit_code == 0
    assert found('"not there yet"', "--db", db) == []
    assert run("correct", key, "--undo", "0", "--by", "ed", "--db", db).exit_code == 0
    assert run("correct", key, "--undo", "0", "--by", "ed", "--db", db).exit_code == 0
    assert found('"not there yet"', "--speaker", "Lindqvist", "--db", db)
    assert run("check", "--db", db).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "nothing to correct was named"),
        (["--accept", "--reject"], "cannot both be"),
        (["--qid", "Q1"], "give --speaker too"),
        (["--said-on", "Tuesday"], "is neither DAY nor DAY/DAY"),
        (["--said-on", "2031-04-02/2031-04-01"], "starts on or after its end"),
        (["--content", "10"], "is no list of A:B"),
        (["--content", "10:999999"], "does not lie within"),
        (["--content", "10:20,15:30"], "lie on top of each other"),
        (["--kind", "spoken"], "is none of direct, indirect, mixed"),
        (["--speaker", "e999"], "is the id of none"),
        (["--undo", "99"], "correction 99"),
        (["--accept", "--after", "5"], "was never"),
    ],
)
def test_a_correction_that_does_not_fit(arguments: list[str], problem: str, db: Path) -> None:
    key = str(found('"not there yet"', "--db", db)[0]["id"])
    result = run("correct", key, *arguments, "--by", "ed", "--db", db)
    assert result.exit_code == 2
    assert problem in complaint(result)


def test_a_later_correction_is_a_conflict(db: Path) -> None:
    key = str(found('"not there yet"', "--db", db)[0]["id"])
    assert run("correct", key, "--accept", "--after", "0", "--by", "ada", "--db", db).exit_code == 0
    second = run("correct", key, "--reject", "--after", "0", "--by", "bo", "--db", db)
    assert second.exit_code == 2
    assert "ada corrected it at" in complaint(second)


def test_records_go_out_and_back_in_as_they_were(made: Path, tmp_path: Path) -> None:
    out, back = tmp_path / "records.jsonl", tmp_path / "back.jsonl"
    assert run("export", "--out", out, "--db", made).exit_code == 0
    assert run("add", out, "--db", tmp_path / "b.db").exit_code == 0
    assert run("export", "--out", back, "--db", tmp_path / "b.db").exit_code == 0
    assert sorted(out.read_text("utf-8").splitlines()) == sorted(back.read_text("utf-8").splitlines())
    records = [onrecord.from_dict(json.loads(line)) for line in out.read_text("utf-8").splitlines()]
    assert len(records) == 5


@pytest.mark.parametrize("form", ["csv", "webannotation", "schemaorg", "claimreview", "bibtex", "csl", "jsonl"])
def test_every_format_is_written(form: str, made: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form}"
    assert run("export", "--format", form, "--out", out, "--speaker", "Hallam", "--db", made).exit_code == 0
    assert "Every certificate is on file" in out.read_text("utf-8") or form in ("bibtex", "csl")
    assert run("export", "--format", form, "--speaker", "Hallam", "--db", made).stdout == out.read_text("utf-8")


def test_parquet_needs_a_file_and_an_unknown_format_is_named(made: Path, tmp_path: Path) -> None:
    assert "name a file with --out" in complaint(run("export", "--format", "parquet", "--db", made))
    assert "is none of jsonl, csv" in complaint(run("export", "--format", "docx", "--db", made))
    assert run("export", "--format", "parquet", "--out", tmp_path / "a.parquet", "--db", made).exit_code == 0


def test_corrections_are_training_data(db: Path) -> None:
    key = str(found('"not there yet"', "--db", db)[0]["id"])
    assert run("correct", key, "--accept", "--by", "ed", "--db", db).exit_code == 0
    (line,) = run("export", "--corrections", "--db", db).stdout.splitlines()
    row = json.loads(line)
    assert set(row) == {"doc", "annotator", "publisher", "published", "title", "text", "attributions", "discard"}
    ((attribution),) = row["attributions"]
    text = row["text"]
    assert [text[start:end] for start, end in attribution["cue"]] == ["told"]
    assert row["annotator"] == "ed"
    assert all("not there yet" not in text[start:end] for start, end in row["discard"])
    assert any("Every certificate" in text[start:end] for start, end in row["discard"])


def test_people_are_shown_joined_and_parted(db: Path) -> None:
    keys = [json.loads(run("speaker", name, "--db", db, "--json").stdout)[0]["key"] for name in ("Hallam", "Lindqvist")]
    assert run("people", "join", *keys, "--by", "ed", "--db", db).exit_code == 0
    (one,) = json.loads(run("speaker", "Hallam", "--db", db, "--json").stdout)
    assert {profile["name"] for profile in one["profiles"]} == {"Per Hallam", "Mara Lindqvist"}
    assert "join" in run("people", "judgements", "--db", db).stdout
    assert run("people", "undo", "1", "--by", "ed", "--db", db).exit_code == 0
    (one,) = json.loads(run("speaker", "Hallam", "--db", db, "--json").stdout)
    assert {profile["name"] for profile in one["profiles"]} == {"Per Hallam"}
    assert "there is none in force" in complaint(run("people", "undo", "1", "--by", "ed", "--db", db))


def test_show_an_article_and_what_is_not_there(made: Path) -> None:
    url = "https://www.northreachcourier.example/2031/04/02/harbour-board-ferry-vote"
    assert "Harbour board puts off ferry vote" in run("show", url, "--db", made).stdout
    record = onrecord.from_dict(json.loads(run("show", url, "--db", made, "--json").stdout))
    assert record.article.url == url
    for name in ("sxxxxxxxxxxxxxxx", "https://nowhere.example/", ""):
        assert run("show", name, "--db", made).exit_code == 1


@pytest.mark.parametrize(
    "command", [["search", "x"], ["stats"], ["show", "x"], ["check"], ["export"], ["speaker", "x"], ["reread"]]
)
def test_no_ledger(command: list[str], tmp_path: Path) -> None:
    result = run(*command, "--db", tmp_path / "none.db")
    assert result.exit_code == 2
    assert "none.db: no such ledger; make one with `onrecord add`" in complaint(result)
    assert not (tmp_path / "none.db").exists()


def test_reread_keeps_ids_and_corrections(db: Path) -> None:
    before = {hit["id"] for hit in found("--limit", "1000", "--db", db)}
    key = str(found('"not there yet"', "--db", db)[0]["id"])
    assert run("correct", key, "--act", "deny", "--by", "ed", "--db", db).exit_code == 0
    assert "nothing to do" in run("reread", "--db", db).stderr
    result = run("reread", "--all", "--db", db)
    assert result.exit_code == 0
    assert {hit["id"] for hit in found("--limit", "1000", "--db", db)} == before
    assert found('"not there yet"', "--db", db)[0]["act"] == "deny"


def test_check_finds_damage_and_repairs_it(db: Path) -> None:
    import sqlite3

    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE standing SET act = 'praise' WHERE statement = 1")
        connection.execute("DELETE FROM embedding WHERE statement = 2")
    connection.close()
    hurt = run("check", "--db", db)
    assert hurt.exit_code == 1
    assert "--repair puts it right" in hurt.stdout
    assert run("check", "--repair", "--db", db).exit_code == 0
    assert run("check", "--db", db).stdout == ""
