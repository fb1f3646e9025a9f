"""Items in, a ledger out: what becomes of each, and of the next run."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import by_rule
import pytest
from search.making import embed, view

from adding.stand_in import item, prose
from onrecord.adding import Added, Progress, add, freeze, thaw
from onrecord.adding.add import FEW
from onrecord.adding.jobs import KEPT
from onrecord.errors import BadLine, LedgerBusy, OnRecordError
from onrecord.intake import Item, Options, items
from onrecord.reader import Given
from onrecord.store import Query, Writer
from onrecord.store.check import check

pytestmark = pytest.mark.usefixtures("rule")


def run(path: Path, work: Iterable[Any], **options: Any) -> list[Added]:
    with Writer(path, embed) as writer:
        return list(add(writer, work, **options))


def found(path: Path) -> set[str]:
    with view(path) as ledger:
        return {record.article.id for record in ledger.records()}


def tally(told: list[Added]) -> dict[str, Any]:
    progress = Progress()
    for one in told:
        progress.count(one)
    assert progress.done == len(told)
    return {**progress.outcomes, "failed": progress.failed, "passed over": progress.passed_over}


def test_what_is_added_is_on_record(path: Path) -> None:
    told = run(path, [item(1), item(2)])
    assert told == [Added("article 1", "added", statements=1), Added("article 2", "added", statements=1)]
    assert not list(check(str(path)))
    with view(path) as ledger:
        (hit,) = ledger.search(Query("keep NOT 4", by="words"))
        assert (hit.speaker, hit.article, hit.outlet) == ("Mara Lindqvist", "a2", "Northreach Courier")


def test_all_kinds_of_sources(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    (folder / "deeper").mkdir(parents=True)
    (folder / "one.txt").write_text(prose(1), encoding="utf-8")
    paragraphs = "".join(f"<p>{part}</p>" for part in prose(2).split("\n\n"))
    page = f"<html><head><title>On the pier</title></head><body><article>{paragraphs}</article></body></html>"
    (folder / "deeper" / "two.html").write_text(page, encoding="utf-8")
    (folder / ".hidden.txt").write_text(prose(9), encoding="utf-8")
    lines = tmp_path / "dump.jsonl"
    lines.write_text(
        "".join(json.dumps({"id": f"l{at}", "text": prose(at)}) + "\n" for at in (3, 4)) + "{not json}\n",
        encoding="utf-8",
    )
    table = tmp_path / "table.csv"
    table.write_text('id,text\nc5,"' + prose(5) + '"\n', encoding="utf-8")
    sources = [str(folder), str(lines), str(tmp_path / "none.txt"), str(table)]
    told = run(path, items(sources, Options()), processes=1)
    assert tally(told) == {"added": 5, "failed": 2, "passed over": 0}
    assert sorted(one.problem.split(":")[0] for one in told if one.problem) == [f"{lines}, line 3", sources[2]]
    again = run(path, items(sources, Options()))
    assert tally(again) == {"failed": 2, "passed over": 5}
    assert not list(check(str(path)))


def test_records_are_added_as_they_are(path: Path, tmp_path: Path) -> None:
    from records import harbour

    from onrecord.export.record_json import to_json

    lines = tmp_path / "records.jsonl"
    lines.write_text(to_json(harbour()) + "\n", encoding="utf-8")
    assert tally(run(path, items([str(lines)], Options()))) == {"added": 1, "failed": 0, "passed over": 0}
    with view(path) as ledger:
        assert list(ledger.records()) == [harbour()]


def test_a_rerun_passes_over(path: Path) -> None:
    run(path, [item(1), item(2)])
    assert run(path, [item(1), item(2)]) == [Added(f"article {at}", None, passed_over=True) for at in (1, 2)]
    assert tally(run(path, [item(1), item(3)])) == {"added": 1, "failed": 0, "passed over": 1}
    assert found(path) == {"a1", "a2", "a3"}


def test_the_same_input_twice_in_one_run(path: Path) -> None:
    assert tally(run(path, [item(1), item(1)])) == {"added": 1, "unchanged": 1, "failed": 0, "passed over": 0}


def test_an_article_is_read_anew(path: Path) -> None:
    run(path, [item(1)])
    with view(path) as ledger:
        articles = [record.article for record in ledger.records()]
    assert tally(run(path, articles)) == {"unchanged": 1, "failed": 0, "passed over": 0}


def test_failures_are_kept_with_their_reason_and_tried_again_when_asked(path: Path) -> None:
    short = Item("article 2", "tests", "text", b" \n", Given(id="a2"))
    told = run(path, [item(1), short])
    assert tally(told) == {"added": 1, "failed": 1, "passed over": 0}
    with view(path) as ledger:
        (failure,) = ledger.failures()
    assert (failure.name, failure.source, failure.tries) == ("article 2", "tests", 1)
    assert failure.reason == next(one.problem for one in told if one.problem)
    assert failure.item is not None
    assert thaw(failure.item) == short
    assert run(path, [short]) == [Added("article 2", None, passed_over=True)]
    assert tally(run(path, [item(1), thaw(failure.item)], again=True)) == {"failed": 1, "passed over": 1}
    with view(path) as ledger:
        assert [one.tries for one in ledger.failures()] == [2]


def test_what_failed_and_then_goes_well_is_no_failure_any_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = item(1, also="FAULT")
    assert tally(run(path, [one])) == {"failed": 1, "passed over": 0}
    monkeypatch.setattr(sys.modules["onrecord.pipeline"], "extract_many", by_rule.extract_many)
    assert tally(run(path, [one], again=True)) == {"added": 1, "failed": 0, "passed over": 0}
    with view(path) as ledger:
        assert ledger.failures() == []


def test_addresses_are_tried_again_unasked(path: Path) -> None:
    address = Item("https://localhost.example/1", "tests", "address", b"", Given(url="https://localhost.example/1"))
    for tries in (1, 2):
        assert tally(run(path, [address])) == {"failed": 1, "passed over": 0}
        with view(path) as ledger:
            assert [one.tries for one in ledger.failures()] == [tries]


def test_errors_among_the_items_are_told_and_kept(path: Path) -> None:
    error = BadLine("dump.jsonl, line 7", "not JSON", "mend it")
    told = run(path, [item(1), error, item(2)])
    assert tally(told) == {"added": 2, "failed": 1, "passed over": 0}
    with view(path) as ledger:
        assert [(one.name, one.reason, one.item) for one in ledger.failures()] == [
            ("dump.jsonl, line 7", "dump.jsonl, line 7: not JSON; mend it", None)
        ]


def test_names_that_are_not_in_utf8(path: Path) -> None:
    odd = Item("caf\udce9.txt", "caf\udce9", "text", prose(1).encode(), Given(id="a1"))
    bad = Item("caf\udce9 2.txt", "caf\udce9", "text", b" \n", Given(id="a2"))
    told = run(path, [odd, bad, BadLine("caf\udce9 3", "not JSON \udce9")])
    assert tally(told) == {"added": 1, "failed": 2, "passed over": 0}
    with view(path) as ledger:
        failures = ledger.failures()
        assert [one.name for one in failures] == ["caf\ufffd 3", "caf\ufffd 2.txt"]
        assert failures[1].item is not None
        assert thaw(failures[1].item) == bad


def test_too_large_an_input_is_not_kept() -> None:
    large = Item("large", "tests", "text", b"x" * (KEPT + 1))
    assert freeze(large) is None
    for one in (item(1), item(2, charset="utf-8", seen="2031-04-02T10:00:00Z"), Item("\udcff", "s", None, b"\xff\0")):
        frozen = freeze(one)
        assert frozen is not None
        assert thaw(frozen) == one


def test_a_fault_in_one_article_costs_none_of_the_others(path: Path) -> None:
    told = run(path, [item(1), item(2, also="FAULT"), item(3)])
    assert tally(told) == {"added": 2, "failed": 1, "passed over": 0}
    (problem,) = [one for one in told if one.problem]
    assert problem.problem == "a fault in On Record (ZeroDivisionError: on purpose); please report it with the article"
    assert found(path) == {"a1", "a3"}


def test_a_fault_in_committing_one_costs_none_of_the_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = Writer._insert

    def faulty(self: Writer, connection: sqlite3.Connection, prepared: Any, *rest: Any) -> int:
        row = insert(self, connection, prepared, *rest)
        if prepared.record.article.id == "a2":
            connection.execute("INSERT INTO outlet (id, name) SELECT id, name FROM outlet")  # not unique
        if prepared.record.article.id == "a3":
            raise ZeroDivisionError("on purpose")
        return row

    monkeypatch.setattr(Writer, "_insert", faulty)
    told = run(path, [item(at) for at in range(1, 5)])
    assert tally(told) == {"added": 2, "failed": 2, "passed over": 0}
    assert [one.problem for one in told if one.problem] == [
        "a fault in On Record (IntegrityError: UNIQUE constraint failed: outlet.id); please report it with the article",
        "a fault in On Record (ZeroDivisionError: on purpose); please report it with the article",
    ]
    assert found(path) == {"a1", "a4"}
    assert not list(check(str(path)))


def test_a_ledger_that_cannot_be_used_stops_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> None:
        raise LedgerBusy("ledger.db", "another process has been writing to it for 10 s")

    run(path, [item(1)])
    monkeypatch.setattr(Writer, "add", busy)
    with pytest.raises(LedgerBusy):
        run(path, [item(2)])
    assert found(path) == {"a1"}


def test_an_error_of_the_source_loses_nothing_that_was_committed(path: Path) -> None:
    def source() -> Iterator[Item]:
        yield item(1)
        raise OnRecordError("source", "ends here")

    with pytest.raises(OnRecordError, match="ends here"):
        run(path, source())
    assert tally(run(path, [item(1), item(2)])) == {"added": 2, "failed": 0, "passed over": 0}


def test_what_is_passed_over_is_told_at_once(path: Path) -> None:
    """Neither held until something is read, nor drawn all at once: a rerun over a large archive shows how it goes."""
    run(path, [item(1), BadLine("line 1", "not JSON")])
    drawn = 0

    def source() -> Iterator[Item | OnRecordError]:
        nonlocal drawn
        for at in range(1_000):
            drawn += 1
            yield BadLine("line 1", "not JSON") if at % 2 else item(1)

    with Writer(path, embed) as writer:
        for number, one in enumerate(add(writer, source()), start=1):
            assert one.passed_over or one.problem
            assert drawn <= number + 1


def test_few_are_read_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(sys.modules["onrecord.adding.add"], "Pool", refuse)
    run(path, [item(at) for at in range(FEW)])
    with pytest.raises(AssertionError):
        run(path, [item(at) for at in range(FEW, 2 * FEW + 1)])


def test_links_of_a_feed_are_fetched_politely(path: Path, tmp_path: Path) -> None:
    from intake.local_server import LocalServer, Reply

    page = f"<html><body><article><p>{prose(1)}</p><p>{prose(2)}</p></article></body></html>".encode()
    html = {"Content-Type": "text/html; charset=utf-8"}
    replies = {
        "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /wall/\n", {"Content-Type": "text/plain"}),
        "/ferry": Reply(200, page, html),
        "/wall/pier": Reply(200, page, html),
    }
    with LocalServer(replies) as server:  # type: ignore[arg-type]
        feed = tmp_path / "feed.xml"
        links = "".join(f"<item><link>{server.url}{where}</link></item>" for where in ("/ferry", "/wall/pier"))
        feed.write_text(f'<rss version="2.0"><channel><title>Courier</title>{links}</channel></rss>', encoding="utf-8")
        told = run(path, items([str(feed)], Options(allow_private=True)), allow_private=True)
        asked = [where for where, _ in server.requests]
    assert asked == ["/robots.txt", "/ferry"]
    assert sorted(one.outcome or "" for one in told) == ["", "added"]
    (problem,) = [one.problem for one in told if one.problem]
    assert "robots.txt" in problem
