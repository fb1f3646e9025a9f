"""Processes that read: those that die, those that meet a fault, and how much each is given."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from search.making import embed, view

from adding import stand_in
from adding.stand_in import item
from onrecord.adding import Added, add, pool
from onrecord.adding.jobs import Job, Problem, Result
from onrecord.adding.pool import AHEAD, BATCH, MOST, Pool
from onrecord.errors import ModelError, OnRecordError
from onrecord.export.record_json import to_json
from onrecord.intake import Item
from onrecord.store import Query, Writer
from onrecord.store.check import check

pytestmark = pytest.mark.usefixtures("rule")


def run(path: Path, work: Any, **options: Any) -> list[Added]:
    with Writer(path, embed) as writer:
        return list(add(writer, work, **options))


def found(path: Path) -> set[str]:
    with view(path) as ledger:
        return {record.article.id for record in ledger.records()}


def contents(path: Path) -> dict[str, Any]:
    """All that a ledger says, by keys: what it numbers its rows with aside."""
    with view(path) as ledger:
        records = sorted(to_json(record) for record in ledger.records(versions="all"))
        hits = {hit.id: hit for hit in ledger.search(Query(limit=1000))}
        people = {
            (person.key, person.name, person.statements, person.profiles)
            for name in ("Mara", "Lindqvist")
            for person in ledger.people(name)
        }
        copies = {key: ledger.copies(key) for key in {hit.article for hit in hits.values()}}
        return {"records": records, "hits": hits, "people": people, "copies": copies}


def test_one_process_or_three_and_any_order(tmp_path: Path) -> None:
    copies = [
        Item(one.name, "tests", "text", one.data, type(one.given)(id=f"copy {at}", outlet="Skerry Times",
                                                                  published="2031-04-03"))
        for at, one in enumerate([item(3), item(17), item(30)])
    ]  # fmt: skip
    versions = [item(5), item(5, also="The meeting was short.")]
    work = [item(at) for at in range(40)] + copies + versions
    turned = list(reversed(work))
    run(tmp_path / "one.db", work, processes=1)
    run(tmp_path / "three.db", turned, processes=3)
    one, three = contents(tmp_path / "one.db"), contents(tmp_path / "three.db")
    assert len(one["records"]) == 44
    assert any(one["copies"].values())
    assert one == three
    assert not list(check(str(tmp_path / "three.db")))


def test_an_article_that_kills_every_reader_is_told_and_the_others_are_read(path: Path) -> None:
    work = [item(at, also="MURDER" if at == 7 else "") for at in range(24)]
    told = run(path, work, processes=2)
    (problem,) = [one for one in told if one.problem]
    assert problem.name == "article 7"
    assert problem.problem == "the process that read it was ended by signal 9; too little memory, perhaps"
    assert found(path) == {f"a{at}" for at in range(24) if at != 7}
    with view(path) as ledger:
        assert [failure.name for failure in ledger.failures()] == ["article 7"]


def test_a_fault_costs_none_of_the_others(path: Path) -> None:
    told = run(path, [item(at, also="FAULT" if at % 9 == 4 else "") for at in range(20)], processes=2)
    assert {one.name for one in told if one.problem} == {"article 4", "article 13"}
    assert len(found(path)) == 18


@pytest.mark.parametrize("processes", [1, 2])
def test_readers_that_are_killed_from_outside_cost_nothing(path: Path, processes: int) -> None:
    work = [item(at, also="SLOW") for at in range(20)]
    killed = 0
    with Writer(path, embed) as writer, Pool(processes, allow_private=False) as readers:
        jobs = iter([Job(at, one) for at, one in enumerate(work)])
        done = []
        for job, result in readers.results(jobs):
            assert job is not None
            assert result is not None
            assert not isinstance(result.outcome, Problem), result.outcome
            writer.add(result.outcome)
            done.append(job.number)
            if killed < 2 and len(done) % 4 == 1:
                killed += 1
                victim = readers._readings[0].process.pid
                assert victim is not None
                os.kill(victim, signal.SIGKILL)
                time.sleep(0.1)
    assert killed == 2
    assert sorted(done) == list(range(20))
    assert found(path) == {f"a{at}" for at in range(20)}


def test_a_large_article_alone_in_its_batch_survives_a_kill(path: Path) -> None:
    large = Item("large", "tests", "text", item(1, also="SLOW").data + b" " * BATCH, item(1).given)
    with Pool(1, allow_private=False) as readers:
        results = readers.results(iter([Job(0, item(0)), Job(1, large), Job(2, item(2))]))
        (first, _) = next(results)
        victim = readers._readings[0].process.pid
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        rest = list(results)
    outcomes = [result.outcome for _, result in rest if result is not None]
    assert len(outcomes) == 2
    assert not any(isinstance(one, Problem) for one in outcomes)
    assert first is not None


def test_no_more_is_drawn_than_the_processes_have_room_for() -> None:
    drawn = 0

    def jobs() -> Iterator[Job]:
        nonlocal drawn
        for at in range(400):
            drawn += 1
            yield Job(at, item(at))

    held = 0
    with Pool(2, allow_private=False) as readers:
        for done, _ in enumerate(readers.results(jobs()), start=1):
            held = max(held, drawn - done)
    assert done == 400
    assert held <= 2 * AHEAD * MOST


def test_both_sides_may_have_much_to_send(path: Path) -> None:
    """What is sent to a process that waits to send, itself, is taken: neither waits for the other for ever."""
    sentence = " “We will keep the boats of the town,” said Mara Lindqvist. “We will,” said Ivo Brandt."
    many = [item(at, also=sentence * 60) for at in range(16)]
    large = [Item(f"large {at}", "tests", "text", item(at).data + b"\n\n" + b"More of it. " * 50_000, item(at).given)
             for at in range(20, 24)]  # fmt: skip
    told = run(path, [*many[:8], *large[:2], *many[8:], *large[2:]], processes=1)
    assert len(told) == 20
    assert not [one for one in told if one.problem]


def test_passed_over_between_results(path: Path) -> None:
    run(path, [item(0)])
    work = [item(at if at % 3 == 0 else 0) for at in range(60)]
    told = run(path, work, processes=2)
    assert sum(one.passed_over for one in told) == 41
    assert found(path) == {f"a{at}" for at in range(0, 60, 3)}


def test_a_model_that_cannot_be_loaded_is_that_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "serve", stand_in.serve_without_model)
    with pytest.raises(ModelError, match="weights: cannot be loaded; reinstall onrecord"):
        run(path, [item(at) for at in range(10)])


def test_processes_that_cannot_begin(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "serve", stand_in.serve_broken)
    with pytest.raises(OnRecordError, match="a process that reads: ended with status 7 before it could begin"):
        run(path, [item(at) for at in range(10)])


def test_no_process_is_left(path: Path) -> None:
    with Pool(2, allow_private=False) as readers:
        jobs = iter([Job(at, item(at, also="ASLEEP" if at >= 2 * MOST else "")) for at in range(5 * MOST)])
        results = readers.results(jobs)
        for _ in range(3):
            assert isinstance(next(results)[1], Result)
        processes = [reading.process for reading in readers._readings]
    assert processes
    assert not any(process.is_alive() for process in processes)


def test_a_process_that_reads_ends_when_nobody_writes() -> None:
    with Pool(1, allow_private=False) as readers:
        jobs = [Job(at, item(at, also="ASLEEP" if at >= MOST else "")) for at in range(MOST + 1)]
        results = readers.results(iter(jobs))
        next(results)
        (reading,) = readers._readings
        reading.pipe.close()  # as a kill of this process would
        reading.process.join(5)
        assert reading.process.exitcode == 0
