"""Examples of what the API takes and sends; all people, outlets and events in them are invented."""

from __future__ import annotations

from typing import Any

STATEMENT = "s7f3k2m9q4tzx5ab"
ARTICLE = "northreach-2031-04-02"

_SENTENCE = "“The crossing is safe,” Transport Minister Mara Holm told lawmakers on Tuesday."

HIT: dict[str, Any] = {
    "id": STATEMENT, "score": 4.21, "speaker": "Mara Holm", "source": "Transport Minister Mara Holm",
    "office": "transport minister", "qid": None, "person": "p5k2m9x4", "kind": "direct", "act": "assert",
    "day": "2031-04-01", "last": "2031-04-01", "dated": True, "confidence": 0.97, "status": "open", "corrected": True,
    "context": _SENTENCE, "content": [[0, 23]], "highlights": [[5, 13]], "article": ARTICLE,
    "title": "Minister calls Northreach crossing safe", "outlet": "Northreach Post", "published": "2031-04-02",
    "link": "https://post.example/crossing#:~:text=%E2%80%9CThe%20crossing%20is%20safe%2C%E2%80%9D",
    "outlets": 3, "first": "Meridian Wire",
}  # fmt: skip

HITS = {
    "hits": [HIT],
    "total": 41,
    "more": False,
    "next": "eJyLVkoqzUpRslIqSS0uUaoFACOFBQE",
    "facets": {"speaker": [["Mara Holm", 24]], "kind": [["direct", 30], ["indirect", 11]]},
}

CORRECTION = {
    "id": 12, "statement": STATEMENT, "at": "2031-04-03T09:12:44Z", "by": "Ines Vold", "field": "act",
    "value": "assert", "why": "No denial: she was asked nothing.",
}  # fmt: skip

CORRECTIONS = {"corrections": [CORRECTION], "latest": 12}

NEW_CORRECTIONS = {
    "accept": ("Accept a statement", {"field": "status", "value": "accepted", "after": 0}),
    "content": ("Move a boundary", {"field": "content", "value": [[12, 35]], "why": "The comma belongs to it."}),
    "speaker": ("Say who it was", {"field": "speaker", "value": {"name": "Mara Holm", "type": "person"}, "after": 12}),
    "undo": ("Take the last correction back", {"field": "undo", "value": None}),
}

_MODEL = {"name": "onrecord-small", "version": "2.0", "sha256": "0" * 64}
_ABOUT = {
    "id": ARTICLE, "url": "https://post.example/crossing", "outlet": "Northreach Post",
    "title": "Minister calls Northreach crossing safe", "byline": "Ola Brandt", "published": "2031-04-02",
}  # fmt: skip

_SAID: dict[str, Any] = {
    "id": "s1", "kind": "direct", "act": "assert",
    "source": [{"start": 24, "end": 52, "text": "Transport Minister Mara Holm"}],
    "cue": [{"start": 53, "end": 57, "text": "told"}],
    "content": [{"start": 0, "end": 23, "text": "“The crossing is safe,”"}],
    "speaker": {
        "entity": "e1", "name": "Mara Holm", "qid": None, "office": "transport minister", "organisation": None,
        "country": None, "evidence": {"start": 43, "end": 52, "text": "Mara Holm"},
    },
    "addressee": [{"start": 58, "end": 67, "text": "lawmakers", "entity": None}],
    "venue": None,
    "said_on": {"start": "2031-04-01", "end": "2031-04-02", "value": "2031-04-01", "when": "t1"},
    "parent": None, "confidence": 0.97,
}  # fmt: skip

ONE_STATEMENT = HIT | {
    "highlights": [], "score": 0.0, "statement": _SAID,
    "record": _ABOUT | {"language": "en", "schema_version": "2.0", "model": _MODEL},
    "history": [CORRECTION], "latest": 12, "carried_by": [ARTICLE, "wire-2031-04-02-17"], "retained": False,
}  # fmt: skip

RECORD = {
    "schema_version": "2.0",
    "article": _ABOUT | {"dateline": None, "language": "en", "text": _SENTENCE},
    "statements": [_SAID],
    "entities": [
        {
            "id": "e1", "name": "Mara Holm", "type": "person", "qid": None, "office": "transport minister",
            "organisation": None, "country": None,
        }
    ],
    "mentions": [{"start": 43, "end": 52, "text": "Mara Holm", "entity": "e1", "kind": "name"}],
    "whens": [
        {
            "id": "t1", "start": 68, "end": 78, "text": "on Tuesday", "type": "DATE", "value": "2031-04-01",
            "mod": None, "interval": {"start": "2031-04-01", "end": "2031-04-02"}, "anchor": "published",
        }
    ],
    "figures": [], "notes": [], "model": _MODEL,
}  # fmt: skip

ARTICLES = {
    "articles": [_ABOUT | {"language": "en", "added": "2031-04-02T11:20:08Z", "statements": 1}],
    "next": None,
}

STATEMENTS_OF = {
    "statements": [{"id": STATEMENT, "statement": "s1", "status": "open", "corrected": True, "retained": False}]
}

VERSIONS = {
    "versions": [
        {
            "digest": "8C1F0A77D0B14F9E8C1F0A77D0B14F9E", "published": "2031-04-02", "added": "2031-04-02T11:20:08Z",
            "current": True,
        }
    ]
}  # fmt: skip

COPIES = {"copies": [{"article": "wire-2031-04-02-17", "similarity": 0.93}]}

SPEAKER = {
    "key": "p5k2m9x4", "name": "Mara Holm", "type": "person", "qid": None, "statements": 24, "direct": 15,
    "first": "2031-03-11", "last": "2031-04-05", "outlets": [["Meridian Wire", 14], ["Northreach Post", 10]],
    "acts": [["assert", 19], ["deny", 5]],
    "profiles": [
        {
            "key": "f2x8k4m1", "name": "Mara Holm", "office": "transport minister", "organisation": None,
            "country": None, "first": "2031-03-11", "last": "2031-04-05", "statements": 24,
        }
    ],
}  # fmt: skip

SPEAKERS = {"speakers": [SPEAKER]}

STATS = {
    "articles": 612, "older_versions": 8, "statements": 5904, "direct": 2711, "refusals": 38, "dated": 3920,
    "people": 702, "organisations": 188, "met_in_one_article": 411, "outlets": 14, "copied_articles": 96,
    "corrections": 52, "rejected": 9, "failed_inputs": 3, "published_first": "2030-11-02",
    "published_last": "2031-04-05", "acts": {"assert": 4480, "deny": 310}, "top_speakers": {"Mara Holm": 24},
    "top_outlets": {"Meridian Wire": 2204}, "models": {"onrecord-small 2.0": 620}, "bytes": 18_440_192,
}  # fmt: skip

HEALTH = {"status": "ok", "version": "2.0.0", "ledger_schema": 2, "record_schema": "2.0"}

CSV = "id,statement,parent,article,url,outlet,title,…\r\ns7f3k2m9q4tzx5ab,s1,,northreach-2031-04-02,…\r\n"

PROBLEMS: dict[int, dict[str, Any]] = {
    400: {
        "type": "/about#problem-bad-query", "title": "This cannot be searched for", "status": 400,
        "detail": "kind 'spoken': is none of direct, indirect, mixed", "datum": "kind 'spoken'", "way_out": "",
        "instance": "/api/v1/statements",
    },
    401: {
        "type": "/about#problem-no-token", "title": "Who are you?", "status": 401,
        "detail": "/api/v1/statements: a token is needed here, and none was shown", "datum": "/api/v1/statements",
        "way_out": "send it as Authorization: Bearer TOKEN", "instance": "/api/v1/statements",
    },
    403: {
        "type": "/about#problem-not-allowed", "title": "This is not allowed", "status": 403,
        "detail": "Ola Brandt: is a reader; this takes a reviewer", "datum": "Ola Brandt",
        "way_out": "sign in as one", "instance": f"/api/v1/statements/{STATEMENT}/corrections",
    },
    404: {
        "type": "/about#problem-not-on-record", "title": "Not on record", "status": 404,
        "detail": "s000: no statement has this id", "datum": "s000", "way_out": "`onrecord search` shows the ids",
        "instance": "/api/v1/statements/s000",
    },
    409: {
        "type": "/about#problem-conflict", "title": "Somebody corrected it meanwhile", "status": 409,
        "detail": f"{STATEMENT}: Ines Vold corrected it at 2031-04-03T09:12:44Z (correction 12)", "datum": STATEMENT,
        "way_out": "look at it again, then correct", "instance": f"/api/v1/statements/{STATEMENT}/corrections",
        "latest": 12, "by": "Ines Vold", "at": "2031-04-03T09:12:44Z",
    },
    422: {
        "type": "/about#problem-invalid", "title": "This does not fit", "status": 422,
        "detail": "limit '1000': input should be less than or equal to 200", "datum": "limit '1000'",
        "way_out": "/api/v1/openapi.json tells what is expected", "instance": "/api/v1/statements",
        "errors": [{"at": "limit", "message": "input should be less than or equal to 200"}],
    },
    429: {
        "type": "/about#problem-too-many", "title": "Too much at once", "status": 429,
        "detail": "exports: 2 are being sent already", "datum": "exports", "way_out": "ask again when one is done",
        "instance": "/api/v1/exports/csv",
    },
    503: {
        "type": "/about#problem-ledger-busy", "title": "The ledger is being written to", "status": 503,
        "detail": "onrecord.db: another process is writing", "datum": "onrecord.db", "way_out": "try again in a moment",
        "instance": "/api/v1/statements",
    },
}  # fmt: skip
"""An example of each status that refuses."""
