"""The speaker's page, asked in this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from search.making import embed, said
from starlette.testclient import TestClient
from store.making import damage, one, rows

from onrecord.store.writer import Writer, prepare

HTMX = {"HX-Request": "true"}
Desk = Callable[..., TestClient]


def key_of(db: Path, name: str) -> str:
    """The key of the person, or of the only profile, of this name."""
    select = "SELECT coalesce(person.key, profile.key) FROM profile LEFT JOIN person ON person.id = person"
    return str(one(db, f"{select} WHERE profile.name = ? ORDER BY profile.id LIMIT 1", [name]))


def own_key_of(db: Path, name: str) -> str:
    return str(one(db, "SELECT key FROM profile WHERE name = ?", [name]))


def add(db: Path, *records: object) -> None:
    with Writer(db, embed) as writer:
        for record in records:
            writer.add(prepare(record, embed))  # type: ignore[arg-type]


def read(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def mara(db: Path) -> str:
    """One who is on record on seven days, in two offices and as an item of Wikidata."""
    who = {"name": "Mara Vinter", "qid": "Q900001"}
    add(
        db,
        *(
            said(number, f"the harbour waits for boat {number}", **who, office="chair", organisation="Harbour board",
                 country="NO", published=f"2031-04-0{number % 7 + 1}", outlet="Courier" if number % 2 else "Post",
                 act="deny" if number % 2 else "assert")
            for number in range(30, 56)
        ),
        said(60, "the boats sail", **who, office="mayor", published="2032-01-09", addressee="reporters", kind="direct"),
    )  # fmt: skip
    return key_of(db, "Mara Vinter")


def test_who_it_is(desk: Desk, mara: str) -> None:
    told = read(desk().get(f"/speaker/{mara}").text)
    assert "On record with 27 statements, from 1 April 2031 to 9 January 2032." in told
    assert "chair, Harbour board NO 1 April 2031 – 7 April 2031 · 26 statements" in told
    assert "mayor 9 January 2032 · 1 statement" in told
    assert "Wikidata Q900001" in told


def test_what_is_unknown_is_told_as_unknown(desk: Desk, db: Path) -> None:
    add(db, said(70, "nothing is sure", name="Tove Aasen", published=None))
    told = read(desk().get(f"/speaker/{key_of(db, 'Tove Aasen')}").text)
    assert "Also called no other name seen Wikidata unknown" in told
    assert "No article tells an office or organisation." in told
    assert "No day is known, neither of what was said nor of publication." in told


def test_the_key_of_a_profile_and_the_item_lead_to_the_person(desk: Desk, db: Path, mara: str) -> None:
    client = desk()
    for key in {*(key for (key,) in rows(db, "SELECT key FROM profile WHERE name = 'Mara Vinter'")), "Q900001"} - {
        mara
    }:
        answer = client.get(f"/speaker/{key}?since=2031", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (302, f"/speaker/{mara}?since=2031")


def test_a_key_of_former_times_leads_to_the_person_still(desk: Desk, db: Path, mara: str) -> None:
    client = desk()
    former = f"p-{one(db, 'SELECT min(profile.key) FROM profile WHERE qid = ?', ['Q900001'])}"
    assert former != mara
    assert client.get(f"/speaker/{former}", follow_redirects=False).headers["location"] == f"/speaker/{mara}"
    assert client.get(f"/api/v1/speakers/{former}").json()["key"] == mara
    assert client.get("/api/v1/statements", params={"speaker": former}).json()["total"] == 27
    assert client.get("/speaker/p-nobody").status_code == 404
    assert client.get("/api/v1/speakers/p-nobody").status_code == 404


def test_an_item_of_two_people_lists_both(desk: Desk, db: Path) -> None:
    add(db, said(71, "yes", qid="Q900009", name="Tove Aasen"), said(72, "no", qid="Q900009", name="Arne Solvik"))
    damage(db, "UPDATE profile SET person = NULL")
    page = desk().get("/speaker/Q900009").text
    assert all(
        f'<a href="/speaker/{own_key_of(db, name)}">{name}</a>' in page for name in ("Tove Aasen", "Arne Solvik")
    )


def test_the_newest_come_first_and_the_rest_on_the_next_page(desk: Desk, mara: str) -> None:
    client = desk()
    first = client.get(f"/speaker/{mara}").text
    assert first.count('class="hit') == 20
    assert first.index("the boats sail") < first.index("the harbour waits")
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    assert older.endswith("#statements")
    second = client.get(unescape(older)).text
    assert second.count('class="hit') == 7
    assert "These are the oldest." in second
    assert not set(re.findall(r'id="h-(\w+)"', first)) & set(re.findall(r'id="h-(\w+)"', second))


def test_filters_are_kept_in_links_forms_and_exports(desk: Desk, mara: str) -> None:
    page = unescape(desk().get(f"/speaker/{mara}?outlet=Courier&act=deny&since=2031-04-02&until=2031-04").text)
    assert '<input type="hidden" name="outlet" value="Courier">' in page
    assert '<input type="hidden" name="act" value="deny">' in page
    assert 'name="since" type="date" value="2031-04-02"' in page
    assert 'name="until" type="date" value="2031-04-30"' in page
    for kind in ("search.csv", "search.atom", "search.json", "api/v1/exports/jsonl"):
        (asked,) = re.findall(rf'<a href="/{kind}\?([^"]+)"', page)
        assert {f"speaker={mara}", "outlet=Courier", "act=deny", "since=2031-04-02", "until=2031-04"} <= set(
            asked.split("&")
        )
    assert f'href="/speaker/{mara}?act=deny&since=2031-04-02&until=2031-04#statements"' in page  # without the outlet
    assert f'href="/speaker/{mara}?outlet=Courier&act=deny#statements"' in page  # all days


@pytest.mark.parametrize(
    ("asked", "count"),
    [("since=2032", 1), ("until=2031-12-31", 26), ("act=deny", 13), ("outlet=Post&act=deny", 0),
     ("addressee=reporters", 1), ("kind=direct", 1), ("since=&until=&outlet=", 27),
     ("q=boats&speaker=nobody&sort=confidence", 27)],
)  # fmt: skip
def test_the_list_and_the_summary_are_of_the_same_statements(desk: Desk, mara: str, asked: str, count: int) -> None:
    told = read(desk().get(f"/speaker/{mara}?{asked}").text)
    assert (f"{count} statement{'' if count == 1 else 's'} in {count} article" in told) is bool(count)
    assert ("Show all 27" in told) is not bool(count)


def test_htmx_gets_the_part_below_the_timeline_and_a_restored_page_the_whole(desk: Desk, mara: str) -> None:
    client = desk()
    part = client.get(f"/speaker/{mara}?since=2032", headers=HTMX).text
    whole = client.get(f"/speaker/{mara}?since=2032", headers=HTMX | {"HX-History-Restore-Request": "true"}).text
    assert "<html" not in part
    assert part.strip() in whole
    assert "<html" in whole


def test_the_numbers_of_the_chart_stand_in_a_table(desk: Desk, mara: str) -> None:
    page = desk().get(f"/speaker/{mara}").text
    row = (
        r'<tr data-first="(.+?)" data-last="(.+?)"><th scope="row">(.+?)</th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>'
    )
    assert re.findall(row, page) == [
        ("2031-03-31", "2031-04-06", "31 March 2031 – 6 April 2031", "0", "0", "22"),
        ("2031-04-07", "2031-04-13", "7 April 2031 – 13 April 2031", "0", "0", "4"),
        ("2032-01-05", "2032-01-11", "5 January 2032 – 11 January 2032", "1", "0", "0"),
    ]


def test_one_day_alone_is_told_and_not_drawn(desk: Desk, db: Path) -> None:
    add(db, said(73, "it rained", name="Tove Aasen", published="2031-04-02"))
    page = desk().get(f"/speaker/{key_of(db, 'Tove Aasen')}").text
    assert "All of 2 April 2031." in read(page)
    assert "vega" not in page


def test_an_organisation_speaks_too(desk: Desk, db: Path) -> None:
    page = read(desk().get(f"/speaker/{key_of(db, 'Osk Ferries')}").text)
    assert "organisation Osk Ferries" in page
    assert "Offices" not in page


def test_one_who_is_only_spoken_of_has_a_page(desk: Desk, db: Path) -> None:
    add(db, said(74, "it rained", name="Tove Aasen"))
    damage(db, "UPDATE standing SET status = 'rejected'")
    answer = desk().get(f"/speaker/{key_of(db, 'Tove Aasen')}")
    assert answer.status_code == 200
    assert "Spoken of, but not on record" in read(answer.text)


@pytest.mark.parametrize("key", ["nobody", "Q404", "%00", "Mara%20Vinter", "..%2f..%2fetc"])
def test_a_key_that_does_not_exist_is_a_problem(desk: Desk, key: str) -> None:
    answer = desk().get(f"/speaker/{key}")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("asked", ["since=soon", "act=sing", "since=2032&until=2031", "after=nonsense"])
def test_what_cannot_be_asked_is_a_problem(desk: Desk, mara: str, asked: str) -> None:
    answer = desk().get(f"/speaker/{mara}?{asked}")
    assert answer.status_code == 400
    assert asked.rpartition("=")[2] in answer.text


def test_markup_in_what_articles_say_stays_text(desk: Desk, db: Path) -> None:
    evil = "<script>alert(1)</script>"
    add(db, said(75, f"{evil} rained", name="Tove Aasen", title=evil, outlet=evil, office=evil, organisation=evil))
    key = key_of(db, "Tove Aasen")
    for path in (f"/speaker/{key}", "/speaker?name=Tove", f"/speaker?name={evil}", f"/speaker/{key}?outlet={evil}"):
        page = desk().get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_nothing_in_the_page_is_inline(desk: Desk, mara: str) -> None:
    page = desk().get(f"/speaker/{mara}?act=deny").text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", page)


# Those of one name ----------------------------------------------------------------------------------------------------


def test_those_of_one_name_are_listed(desk: Desk, db: Path, mara: str) -> None:
    page = desk().get("/speaker?name=mara").text
    assert f'<a href="/speaker/{mara}">Mara Vinter</a>' in page
    assert f'<a href="/speaker/{key_of(db, "Mara Lindqvist")}">Mara Lindqvist</a>' in page
    assert "onrecord people join" in page


def test_a_name_that_nobody_bears(desk: Desk) -> None:
    answer = desk().get("/speaker?name=Xanthippe")
    assert answer.status_code == 200
    assert "Nobody called “Xanthippe” is on record" in read(answer.text)


@pytest.mark.parametrize("asked", ["", "?name=", "?name=%20"])
def test_no_name_asks_for_one(desk: Desk, asked: str) -> None:
    assert "Who is on record?" in desk().get(f"/speaker{asked}").text


def test_a_name_without_a_letter_is_a_problem(desk: Desk) -> None:
    assert desk().get("/speaker?name=%3F").status_code == 400
