"""A desk on another machine, asked over its API as a ledger here is asked: the commands print the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from onrecord.errors import BadQuery, FetchError, NotOnRecord, OnRecordError

if TYPE_CHECKING:
    import httpx

    from onrecord.store.corrections import Standing
    from onrecord.store.hits import Hit
    from onrecord.store.search import Query
    from onrecord.store.view import Page, Person, Shown

TOKEN = "ONRECORD_TOKEN"
PATIENCE = 60.0  # seconds; a search of a million statements takes 0.1, counting them all 3
LARGEST_PAGE = 200  # statements that the API gives at once

T = TypeVar("T")


def token(file: Path | None) -> str | None:
    """The token to show: in this file, else in the environment; None where there is none. Never on the command line."""
    if file is None:
        found = os.environ.get(TOKEN, "").strip()
        where = TOKEN
    else:
        where = str(file)
        try:
            found = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problem = f"no token can be read from it: {getattr(error, 'strerror', None) or 'not text'}"
            raise OnRecordError(where, problem, "name the file that holds it") from None
        if not found:
            raise OnRecordError(where, "is empty", "put the token into it")
    if not (found.isascii() and found.isprintable()) or " " in found:
        raise OnRecordError(where, "holds no token: a space, or characters that none has", "put the token alone there")
    return found or None


class Server:
    """What a desk has on record. Raises what a ledger would, and FetchError where it cannot be reached.

    It has the methods of ``View`` that the commands use, and gives the same types.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        import httpx

        from onrecord.reader.fetch import trusted

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            shown = url if "@" not in url else "URL"  # a password may be in it
            raise OnRecordError(f"--server {shown}", "is no address of a server", "write http://127.0.0.1:8000")
        self.url = url.rstrip("/")
        # No redirect is followed and no proxy used: the token is for this server alone.
        self._client = httpx.Client(
            headers={"accept": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {}),
            timeout=PATIENCE,
            trust_env=False,
            verify=trusted(),
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def search(self, query: Query) -> Page:
        """Find statements. Raises BadQuery."""
        from onrecord.store.search import LARGEST_PAGE as MOST

        if not 1 <= query.limit <= MOST:
            raise BadQuery(f"limit {query.limit}", f"is not between 1 and {MOST:,}", "ask for the next page instead")
        found = self._page(replace(query, limit=min(query.limit, LARGEST_PAGE)))
        while found.next and len(found.hits) < query.limit:
            limit = min(query.limit - len(found.hits), LARGEST_PAGE)
            more = self._page(replace(query, limit=limit, after=found.next, facets=False))
            found = replace(found, hits=(*found.hits, *more.hits), next=more.next)
        return found

    def _page(self, query: Query) -> Page:
        from onrecord.store.view import Page

        def page(told: Any) -> Page:
            facets = {name: tuple((value, number) for value, number in told["facets"][name]) for name in told["facets"]}
            return Page(tuple(map(_hit, told["hits"])), told["total"], told["more"], told["next"], facets)

        return self._made(page, self._get("statements", _asked(query)))

    def statement(self, key: str) -> Shown:
        """One statement with all that is known of it. Raises NotOnRecord."""
        from onrecord.export.entry import Entry
        from onrecord.store.copying import Carried
        from onrecord.store.corrections import Correction
        from onrecord.store.view import Shown

        if "/" in key or not key:
            raise NotOnRecord(key or "''", "no statement has this id", "`onrecord search` shows the ids")
        told = self._get(f"statements/{quote(key, safe='')}")
        record = self.record(self._made(lambda one: str(one["article"]), told)).record

        def shown(told: Any) -> Shown:
            hit = _hit(told)
            said = next(one for one in record.statements if one.id == told["statement"]["id"])
            entry = Entry(
                hit.id, said, record, hit.person, hit.corrected, told["status"], max(1, hit.outlets), hit.first
            )
            history = tuple(Correction(**one) for one in told["history"])
            return Shown(entry, hit, history, Carried(tuple(told["carried_by"]), hit.outlets, None), told["retained"])

        return self._made(shown, told)

    def record(self, article: str, *, as_read: bool = False) -> Standing:
        """An article's record, and how its statements stand. Raises NotOnRecord."""
        from onrecord.export.record_json import from_dict
        from onrecord.store.corrections import Standing
        from onrecord.store.rows import Kept

        path = f"articles/{quote(article, safe='')}"
        record = from_dict(self._get(path, {"as_read": "true"} if as_read else {}))
        told = self._get(f"{path}/statements")

        def standing(told: Any) -> Standing:
            rows = told["statements"]
            kept = tuple(Kept(0, row["id"], at, retained=row["retained"]) for at, row in enumerate(rows))
            statuses, corrected = (tuple(row[name] for row in rows) for name in ("status", "corrected"))
            return Standing(record, kept, statuses, corrected)

        return self._made(standing, told)

    def versions(self, article: str) -> list[tuple[str, str | None, str, bool]]:
        """The versions of an article: the digest, when published, when added, whether it is current."""
        told = self._get(f"articles/{quote(article, safe='')}/versions")
        names = ("digest", "published", "added", "current")
        return self._made(lambda told: [tuple(one[name] for name in names) for one in told["versions"]], told)

    def copies(self, article: str) -> list[tuple[str, float]]:
        """The articles that carry the same copy, and how like it they are."""
        told = self._get(f"articles/{quote(article, safe='')}/copies")
        return self._made(lambda told: [(one["article"], one["similarity"]) for one in told["copies"]], told)

    def people(self, name: str, *, limit: int = 20) -> list[Person]:
        """Who bears this name, those most on record first."""
        told = self._get("speakers", {"name": name, "limit": str(limit)})
        return self._made(lambda told: [_person(one) for one in told["speakers"]], told)

    def stats(self) -> dict[str, Any]:
        """Counts of what is on record."""
        return self._made(dict, self._get("stats"))

    def _get(self, path: str, parameters: dict[str, Any] | None = None) -> Any:
        import httpx

        try:
            response = self._client.get(f"{self.url}/api/v1/{path}", params=parameters)
        except httpx.TimeoutException:
            raise FetchError(self.url, f"did not answer within {PATIENCE:.0f} seconds", "try again later") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            problem = f"no server answers there: {error or type(error).__name__}"
            raise FetchError(self.url, problem, "start one with `onrecord serve`, or name another") from None
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response)
        return self._json(response)

    def _refusal(self, response: httpx.Response) -> OnRecordError:
        """What a desk says is amiss, in its own words."""
        kind = response.headers.get("content-type", "").partition(";")[0]
        told = self._json(response) if kind == "application/problem+json" else None
        if response.status_code == 401:
            why = f": {told['detail']}" if isinstance(told, dict) and told.get("detail") else ""
            problem = f"does not take this token{why}" if "authorization" in self._client.headers else "wants a token"
            return OnRecordError(self.url, problem, f"set {TOKEN}, or name the file that holds it with --token-file")
        if not isinstance(told, dict) or "datum" not in told:
            return self._stranger(f"is no desk of On Record: it answers {response.status_code}")
        name = str(told.get("type", "")).rpartition("#problem-")[2]
        if name == "no-such-page":
            return self._stranger("is a desk, but one of another version")
        datum, detail = str(told["datum"]), str(told.get("detail", ""))
        return _KINDS.get(name, OnRecordError)(datum, detail.removeprefix(f"{datum}: "), str(told.get("way_out", "")))

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except (ValueError, RecursionError):
            raise self._stranger("is no desk of On Record: what it answers is not JSON") from None

    def _made(self, make: Callable[[Any], T], told: Any) -> T:
        """What is made of an answer, if it is one of a desk."""
        try:
            return make(told)
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
            raise self._stranger(
                "is no desk of On Record, or of another version: what it answers is JSON of another kind"
            ) from None

    def _stranger(self, problem: str) -> FetchError:
        return FetchError(self.url, problem, "name the address at which `onrecord serve` of this version listens")


_KINDS: dict[str, type[OnRecordError]] = {"not-on-record": NotOnRecord, "bad-query": BadQuery}


def _asked(query: Query) -> dict[str, Any]:
    """A search as the parameters of the API; its names differ in three."""
    filters = {one.name: getattr(query.filters, one.name) for one in fields(query.filters)}
    filters["status"], filters["dates"] = filters.pop("shown"), filters.pop("by")
    told = filters | {
        "q": query.text, "by": query.by, "sort": query.sort, "limit": query.limit, "after": query.after,
        "facets": query.facets,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None and value != ()}


def _hit(told: Any) -> Hit:
    from onrecord.store.hits import Hit

    values = {one.name: told[one.name] for one in fields(Hit)}
    for name in ("content", "highlights"):
        values[name] = tuple((start, end) for start, end in values[name])
    return Hit(**values)


def _person(told: Any) -> Person:
    from onrecord.store.view import Person, Profiled

    values = {one.name: told[one.name] for one in fields(Person)}
    for name in ("outlets", "acts"):
        values[name] = tuple((value, number) for value, number in values[name])
    values["profiles"] = tuple(Profiled(**one) for one in values["profiles"])
    return Person(**values)
