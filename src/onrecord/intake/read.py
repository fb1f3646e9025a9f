"""Reading one Item: the step that worker processes do."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from onrecord.errors import BadDate, EmptyInput, NotReadable
from onrecord.intake.formats import looks_like_page
from onrecord.intake.item import Item, ItemKind
from onrecord.intake.stream import HEAD
from onrecord.reader.build import require_size
from onrecord.reader.decode import decode
from onrecord.reader.given import Given
from onrecord.reader.html import read_html
from onrecord.reader.source import load
from onrecord.reader.text import read_markdown, read_text
from onrecord.types import Article

if TYPE_CHECKING:
    from onrecord.intake.polite import Polite
    from onrecord.reader.fetch import Page


KINDS: dict[str | None, ItemKind] = {"html": "page", "text": "text", "markdown": "markdown"}
"""The kind of an item by that of the page fetched for it."""


def of_page(item: Item, page: Page) -> Item:
    """The item with the page that was fetched for it; feeds link through counters, so the address is where it ended."""
    given = replace(item.given, url=page.url)
    return replace(item, kind=KINDS.get(page.kind), data=page.data, given=given, charset=page.charset)


def read_item(item: Item, *, allow_private: bool = False, polite: Polite | None = None) -> Article:
    """Read ``item``, fetching it if it is an address: by ``polite``, or at once where that is None.

    Raises any ``InputError``, and ``FetchError`` for addresses; a record is refused, as it has been read already.
    """
    try:
        if polite is not None and item.kind == "address" and item.given.url:
            page = polite.get(item.given.url).page
            assert page is not None  # no condition was sent
            item = of_page(item, page)
        return _read(item, allow_private=allow_private)
    except BadDate as error:  # it names the date alone
        if error.datum.startswith(item.name):
            raise
        raise BadDate(f"{item.name}: {error.datum}", error.problem, error.way_out) from None


def _read(item: Item, *, allow_private: bool) -> Article:
    if item.kind == "record":
        raise NotReadable(item.name, "a record, not an article", "add it as a record")
    if item.kind == "address":
        if not item.given.url:
            raise NotReadable(item.name, "an address without a URL", "give the URL of the page")
        # Feeds link through counters that redirect; the address that it ends at is the article's.
        return load(item.given.url, replace(item.given, url=None), allow_private=allow_private)
    if item.kind == "object":
        return _read_object(item)
    require_size(item.data, item.name)
    if item.kind == "page":
        return read_html(item.data, item.given, item.name, item.charset)
    text = decode(item.data, item.name, item.charset)
    if item.kind is None and looks_like_page(text[:HEAD]):
        return read_html(text, item.given, item.name)
    return (read_markdown if item.kind == "markdown" else read_text)(text, item.given, item.name)


def _read_object(item: Item) -> Article:
    """An object with ``text`` or ``html``; facts in it count where ``item.given`` has none."""
    try:
        held = json.loads(item.data)
    except (ValueError, RecursionError) as error:
        raise NotReadable(item.name, f"not JSON: {error}", "give an object with 'text' or 'html'") from None
    held = {key: value for key, value in held.items() if isinstance(value, str)} if isinstance(held, dict) else {}
    known = {field.name: getattr(item.given, field.name) or held.get(field.name) for field in fields(Given)}
    if held.get("text"):
        return read_text(held["text"], Given(**known), item.name)
    if held.get("html"):
        return read_html(held["html"], Given(**known), item.name)
    raise EmptyInput(item.name, "neither 'text' nor 'html'", "pass an article")
