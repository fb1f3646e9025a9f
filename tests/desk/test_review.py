"""Review, as forms: what is in the queue, what a decision does, conflicts, and what does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from search.making import view
from starlette.testclient import TestClient

from onrecord.serve.desk.pages import reviewing
from onrecord.store.view import Shown
from onrecord.store.writer import Writer
from onrecord.types import Span

Desk = Callable[..., TestClient]
FRAGMENT = {"HX-Request": "true"}


def key_of(db: Path, speaker: str, nth: int = 0) -> str:
    with view(db) as reading:
        told = [(one.id, one.statement.speaker) for one in reading.entries()]
    return [key for key, who in told if who and who.name == speaker][nth]


def stands(db: Path, key: str) -> Shown:
    with view(db) as reading:
        return reading.statement(key)


def somebody_else(db: Path, key: str, field: str, value: object, by: str = "Ola Brandt") -> int:
    with Writer(db) as writer:
        return writer.correct(key, field, value, by=by).id  # type: ignore[arg-type]


def said(db: Path) -> str:
    """The statement of the generated bulletin that Osk Ferries denies."""
    with view(db) as reading:
        return next(one.id for one in reading.entries() if one.record.article.id == "a2")


def correct(client: TestClient, key: str, field: str, value: str | None, after: int = 0, **more: str) -> object:
    data = {"field": field, "after": str(after)} | ({"value": value} if value is not None else {}) | more
    return client.post(f"/review/{key}/correct", data=data, follow_redirects=False)


def work(html: str) -> dict[str, str]:
    """The data of the statement at work."""
    tag = re.search(r'<article id="work"[^>]*>', html)
    assert tag, html[:400]
    return {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', tag[0])}


def test_the_queue_begins_with_the_least_confident_and_says_how_many_are_left(desk: Desk, db: Path) -> None:
    page = desk().get("/review").text
    with view(db) as reading:
        entries = list(reading.entries())
    least = min(one.statement.confidence for one in entries)
    first = re.search(r'href="/review/(\w+)" data-do="begin"', page)
    assert first
    assert stands(db, first[1]).entry.statement.confidence == least
    assert f"<h1>{len(entries):,} statements to look at</h1>" in page
    assert "You have done none today" in page


@pytest.mark.parametrize(
    ("query", "articles"),
    [
        ("speaker=Osk+Ferries", {"wire", "post", "a2"}),
        ("q=crossing+safe", {"a1", "a2"}),
        ("outlet=Meridian", {"wire"}),
        ("article=a3&act=assert", {"a3"}),
        ("addressee=reporters&outlet=Post", {"post"}),
    ],
)
def test_the_queue_takes_the_filters_of_the_ledger(desk: Desk, db: Path, query: str, articles: set[str]) -> None:
    client, found, seen = desk(), set(), set()
    at = re.search(r'href="(/review/[^"]+)" data-do="begin"', client.get(f"/review?{query}").text)
    assert at
    here = unescape(at[1])
    while here not in seen:
        seen.add(here)
        data = work(client.get(here).text)
        found.add(stands(db, data["key"]).entry.record.article.id)
        assert query.split("=")[0] in data["here"]
        here = data["ahead"]
        if not here.startswith("/review/"):
            break
    assert {one for one in found if one in {"wire", "post", "a1", "a2", "a3", "a4"}} == articles == found


def test_going_on_leads_through_the_whole_queue_and_back(desk: Desk, db: Path) -> None:
    client = desk()
    client.get("/review?article=wire")
    at = re.search(r'href="(/review/[^"]+)" data-do="begin"', client.get("/review?article=wire").text)
    assert at
    there = [work(client.get(unescape(at[1])).text)]
    for _ in range(2):
        there.append(work(client.get(there[-1]["ahead"]).text))
    assert len({one["key"] for one in there}) == 3
    assert work(client.get(there[-1]["ahead"]).text)["key"] == there[0]["key"]  # and begins again
    assert there[2]["behind"].startswith(f"/review/{there[1]['key']}")


def test_a_decision_is_in_the_ledger_and_leads_to_the_next(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    ahead = work(client.get(f"/review/{key}").text)["ahead"]
    answer = correct(client, key, "status", "accepted", why="as the bulletin has it")
    assert (answer.status_code, answer.headers["location"]) == (303, ahead)
    made = stands(db, key)
    assert made.entry.status == "accepted"
    assert [(one.by, one.value, one.why) for one in made.history] == [
        ("Ines Vold", "accepted", "as the bulletin has it")
    ]
    page = client.get(f"/review/{key}").text
    assert "1</b> done today by you" in page
    assert "as the bulletin has it" in page


def test_a_script_gets_the_next_statement_alone(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    ahead = work(client.get(f"/review/{key}").text)["ahead"]
    answer = client.post(
        f"/review/{key}/correct", data={"field": "status", "value": "rejected", "after": 0}, headers=FRAGMENT
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    data = work(answer.text)
    assert data["here"] == ahead
    assert data["told"] == "Rejected"
    assert data["done"] == "1"


def test_what_was_decided_is_not_shown_again(desk: Desk, db: Path) -> None:
    client, seen = desk(), []
    at = "/review?article=wire"
    page = client.get(at).text
    here = unescape(re.search(r'href="(/review/[^"]+)" data-do="begin"', page)[1])  # type: ignore[index]
    for _ in range(3):
        key = work(client.get(here).text)["key"]
        seen.append(key)
        answer = client.post(
            f"/review/{key}/correct?article=wire", data={"field": "status", "value": "accepted", "after": 0},
            follow_redirects=False,
        )  # fmt: skip
        here = answer.headers["location"]
    assert len(set(seen)) == 3
    assert here == at
    assert "No statement passes these filters that is still open" in client.get(at).text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("act", "promise", "promise"),
        ("kind", "direct", "direct"),
        ("said_on", '{"start": "2031-04-03", "end": "2031-04-05"}', "3 to 4 April 2031"),
        ("said_on", "null", "not known"),
        ("speaker", "null", "not named"),
        ("speaker", '{"name": "Harbour Board", "type": "organisation", "qid": "Q1234567"}', "Harbour Board"),
        ("content", "[[40, 50]]", None),
    ],
)
def test_each_field_can_be_set(desk: Desk, db: Path, field: str, value: str, told: str | None) -> None:
    client, key = desk(), said(db)
    answer = correct(client, key, field, value)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/review/{key}")
    (made,) = stands(db, key).history
    assert made.value == (json.loads(value) if field not in ("act", "kind") else value)
    page = unescape(client.get(f"/review/{key}").text)
    assert told is None or told in page


def test_without_a_script_words_days_and_names_are_typed(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    text = stands(db, key).entry.record.article.text
    correct(client, key, "content", None, words="the crossing  was never\n safe")
    after = stands(db, key).history[-1].id
    correct(client, key, "said_on", None, after, first="2031-04-01", last="2031-04-02")
    after = stands(db, key).history[-1].id
    correct(client, key, "speaker", None, after, name="Board of Osk Ferries")
    now = stands(db, key).entry.statement
    assert [one.text for one in now.content] == ["the crossing was never", "safe"]
    assert all(text[one.start : one.end] == one.text for one in now.content)
    assert now.said_on
    assert (now.said_on.start, now.said_on.end) == ("2031-04-01", "2031-04-03")
    assert now.speaker
    assert now.speaker.name == "Board of Osk Ferries"


@pytest.mark.parametrize(
    ("field", "value", "more", "told"),
    [
        ("content", "[[10, 99999]]", {}, "does not lie within"),
        ("content", None, {"words": "the ferry sank"}, "does not stand in the article"),
        ("source", "[[5, 5]]", {}, "does not lie within"),
        ("source", "[[", {}, "is not JSON"),
        ("said_on", None, {"first": "2031-04-09", "last": "2031-04-01"}, "starts on or after its end"),
        ("said_on", None, {"first": "yesterday"}, "is no day"),
        ("act", "sing", {}, "is none of"),
        ("speaker", '"e99"', {}, "is the id of none"),
        ("speaker", None, {}, "nothing was chosen"),
        ("status", "perhaps", {}, "is none of"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_control_and_changes_nothing(
    desk: Desk, db: Path, field: str, value: str | None, more: dict[str, str], told: str
) -> None:
    client, key = desk(), said(db)
    answer = correct(client, key, field, value, **more)
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert 'class="trouble" role="alert"' in answer.text
    assert stands(db, key).history == ()
    if "words" in more:
        assert more["words"] in answer.text  # what was typed is still there


def test_of_two_people_the_second_sees_what_the_first_did_and_loses_nothing(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    theirs = somebody_else(db, key, "status", "rejected")
    answer = correct(client, key, "status", "accepted", why="I heard it")
    assert answer.status_code == 409
    page = unescape(answer.text)
    panel = page[page.index('<section class="conflict"') : page.index('<article id="work"')]
    assert "Ola Brandt" in panel
    assert "rejected" in panel
    assert "accepted" in panel
    assert stands(db, key).entry.status == "rejected"
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', panel))
    assert form == {"field": "status", "after": str(theirs), "value": "accepted", "why": "I heard it"}
    client.post(f"/review/{key}/correct", data=form)
    assert [(one.by, one.value) for one in stands(db, key).history] == [
        ("Ola Brandt", "rejected"), ("Ines Vold", "accepted"),
    ]  # fmt: skip


def test_who_was_second_and_says_the_same_is_told_and_goes_on(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    somebody_else(db, key, "status", "accepted")
    answer = client.post(
        f"/review/{key}/correct", data={"field": "status", "value": "accepted", "after": 0}, headers=FRAGMENT
    )
    assert answer.status_code == 200
    assert work(answer.text)["told"].startswith("Ola Brandt was here first")
    assert len(stands(db, key).history) == 1


def test_undo_takes_back_my_last_correction_wherever_it_was_and_goes_there(desk: Desk, db: Path) -> None:
    client, one, other = desk(), said(db), key_of(db, "Mara Lindqvist")
    correct(client, one, "act", "promise")
    correct(client, other, "status", "accepted")
    somebody_else(db, key_of(db, "Mara Lindqvist", 1), "status", "rejected")
    there = client.post("/review/undo", follow_redirects=False)
    assert there.headers["location"] == f"/review/{other}"
    assert stands(db, other).entry.status == "open"
    there = client.post("/review/undo", follow_redirects=False)
    assert there.headers["location"] == f"/review/{one}"
    assert stands(db, one).entry.statement.act == "deny"
    answer = client.post("/review/undo")
    assert answer.status_code == 404
    assert "made no correction" in answer.text


def test_an_undo_after_somebody_else_was_there_is_a_conflict(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    correct(client, key, "status", "accepted")
    somebody_else(db, key, "act", "promise")
    answer = client.post("/review/undo")
    assert answer.status_code == 409
    assert "undo “accepted”" in unescape(answer.text)
    assert stands(db, key).entry.status == "accepted"


def test_the_history_strikes_what_was_undone(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    correct(client, key, "kind", "direct")
    client.post("/review/undo")
    for page in (client.get(f"/review/{key}").text, client.get(f"/statement/{key}").text):
        assert "<s>kind: direct</s>" in page
        assert "undid “kind: direct”" in unescape(page)


def test_a_reader_sees_the_page_without_controls_and_may_not_decide(desk: Desk, db: Path) -> None:
    client, key = desk(read_only=True), said(db)
    page = client.get(f"/review/{key}").text
    assert 'method="post"' not in page
    assert "sign in as a reviewer" in page
    assert correct(client, key, "status", "accepted").status_code == 403
    assert client.post("/review/undo").status_code == 403
    assert stands(db, key).history == ()


def test_a_name_is_looked_up_in_the_knowledge_base(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    none = client.get("/review/known", params={"name": "Nobody Atall", "key": key}).text
    assert "has nobody called “Nobody Atall”" in none
    some = unescape(client.get("/review/known", params={"name": "Guterres", "key": key}).text)
    value = re.search(r"<button name=\"value\" value=\"(\{.*?\})\">", some)
    assert value
    found = json.loads(value[1])
    assert re.fullmatch(r"Q\d+", found["qid"])
    correct(client, key, "speaker", value[1])
    assert stands(db, key).entry.statement.speaker.qid == found["qid"]  # type: ignore[union-attr]


def test_scripts_in_an_article_are_text(desk: Desk, db: Path) -> None:
    with view(db) as reading:
        key = next(one.id for one in reading.entries() if one.record.article.id == "a4")
    client = desk()
    correct(client, key, "act", "deny", why="<script>alert('why')</script>")
    for page in (client.get(f"/review/{key}").text, client.get(f"/statement/{key}").text, client.get("/review").text):
        assert "<script>alert" not in page


def test_a_statement_that_is_not_there_is_told(desk: Desk) -> None:
    client = desk()
    for answer in (
        client.get("/review/nosuch"),
        client.get("/statement/nosuch"),
        correct(client, "nosuch", "act", "deny"),
    ):
        assert answer.status_code == 404
        assert "nosuch" in answer.text
    assert client.get("/review?act=sing").status_code == 400


def test_the_permalink_has_the_sentence_the_fields_who_carried_it_and_the_citation(desk: Desk, db: Path) -> None:
    client = desk()
    with view(db) as reading:
        key = next(one.id for one in reading.entries() if one.record.article.id == "wire" and one.statement.addressee)
    page = unescape(client.get(f"/statement/{key}").text)
    assert '<span class="part content">“We are not there yet,”</span>' in page
    assert '<span class="part addressee">reporters</span>' in page
    assert "Meridian Wire" in page
    assert "Northreach Post" in page
    assert "https://wire.example/ferry#:~:text=" in page
    assert "@article{" in page
    bib, csl = client.get(f"/statement/{key}/citation.bib"), client.get(f"/statement/{key}/citation.json")
    assert bib.headers["content-type"].startswith("application/x-bibtex")
    assert csl.json()[0]["container-title"] == "Meridian Wire"
    assert client.get(f"/statement/{key}/citation.exe").status_code == 422


def test_an_empty_ledger_says_what_to_do(tmp_path: Path, desk: Desk) -> None:
    page = desk(db=tmp_path / "empty.db").get("/review").text
    assert "Nothing to look at" in page
    assert 'href="/add"' in page


def test_of_a_long_paragraph_what_is_around_the_statement_is_shown(desk: Desk, db: Path) -> None:
    shown = stands(db, said(db)).entry.statement
    text = "word " * 2_000 + "it said so. " + "more " * 2_000
    at = text.index("it said")
    span = Span.of(text, at, at + 7)
    plain = type(shown)(
        shown.id, shown.kind, shown.act, (), (), (span,), None, (), (), None, None, shown.confidence
    )  # fmt: skip
    (one,) = reviewing.passages(text, plain)
    words = "".join(piece.text for piece in one.pieces)
    assert one.cut == (True, True)
    assert len(words) < 2_000
    assert text[one.start : one.start + len(words)] == words
    assert [piece.text for piece in one.pieces if piece.roles] == ["it said"]


def test_other_characters_than_ascii_do_not_shift_the_marks() -> None:
    text = "Åse 🚢 sa: “ja”.\n\nNext."
    spans = [("content", Span.of(text, text.index("“"), text.index("”") + 1))]
    made = reviewing.pieces(text, 0, text.index("\n"), spans)
    assert [(one.text, one.roles) for one in made] == [("Åse 🚢 sa: ", ()), ("“ja”", ("content",)), (".", ())]


def test_of_many_who_decide_at_once_one_is_first_and_all_others_are_told(desk: Desk, db: Path) -> None:
    clients, key = [desk(by=f"Reviewer {at}") for at in range(3)], said(db)
    words = ("accepted", "rejected", "open")
    for client in clients:
        client.get(
            f"/review/{key}"
        )  # as their pages were; FastAPI makes its routes at the first request, not in threads
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = pool.map(lambda client, word: correct(client, key, "status", word), clients, words)
    assert sorted(one.status_code for one in answers) == [303, 409, 409]
    assert len(stands(db, key).history) == 1


def test_what_only_a_script_would_send_is_refused_with_a_reason(desk: Desk, db: Path) -> None:
    client, key = desk(), said(db)
    assert client.post(f"/review/{key}/correct", data={"field": "act", "value": "deny"}).status_code == 422
    assert correct(client, key, "undo", "[]").status_code == 422
    assert correct(client, key, "undo", "99").status_code == 422
    assert correct(client, key, "act", "deny", 77).status_code == 422
    assert correct(client, key, "content", "[" * 5_000).status_code == 422
    assert correct(client, key, "speaker", '{"name": "\\ud800"}').status_code in (303, 422)
    assert all("\ud800" not in str(one.value) for one in stands(db, key).history)
