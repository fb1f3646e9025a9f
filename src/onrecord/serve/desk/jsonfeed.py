"""Statements → a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from onrecord.export.lines import clean, known
from onrecord.serve.desk.atom import Entry, Feed

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON in UTF-8. ``_onrecord`` holds what no feed has a word for."""
    told = {
        "version": VERSION,
        "title": f"On Record: {feed.title}",
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "language": "en",
        "items": [_item(one) for one in feed.entries],
    }
    return clean(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)).encode()


def _item(one: Entry) -> dict[str, Any]:
    hit = one.latest.hit
    return known(
        id=one.id,
        url=one.url,
        external_url=one.original,
        title=one.title,
        content_html=one.html,
        content_text=one.text,
        date_published=one.published,
        date_modified=one.updated,
        authors=[{"name": one.author}],
        tags=list(one.tags),
        _onrecord=known(
            about="https://www.jsonfeed.org/version/1.1/#extensions-a-name-extensions-a",
            id=hit.id,
            speaker=hit.speaker,
            person=hit.person,
            qid=hit.qid,
            office=hit.office,
            source=hit.source,
            kind=hit.kind,
            act=hit.act,
            said=hit.day,
            confidence=hit.confidence,
            status=hit.status,
            article=hit.article,
            headline=hit.title,
            outlet=hit.outlet,
            outlets=hit.outlets,
        ),
    )
