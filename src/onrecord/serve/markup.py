"""Pieces of HTML: text made safe, and links to places of the article on its own page."""

from __future__ import annotations

import html
import re

from onrecord.types import Entity, Span, Speaker

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that HTML forbids or that no one can see; shown as U+FFFD."""

QID = re.compile(r"Q[1-9]\d*", re.ASCII)


def escape(text: str) -> str:
    """Text that no browser takes for markup."""
    return html.escape(CONTROLS.sub("\ufffd", text))


def place(span: Span) -> int:
    """The offset that a link to these words leads to: their first character that can be seen."""
    return span.start + len(span.text) - len(span.text.lstrip())


def link(span: Span) -> str:
    """These words, as a link to where they stand."""
    return f'<a href="#at{place(span)}"><bdi>{escape(span.text)}</bdi></a>'


def wikidata(who: Entity | Speaker) -> str:
    """A link to the Wikidata item, if there is one: the only kind, with the article's own, that leaves the page."""
    if who.qid is None or not QID.fullmatch(who.qid):
        return ""
    address = f"https://www.wikidata.org/wiki/{who.qid}"
    return f'<a href="{address}" rel="noopener noreferrer" title="Wikidata">{who.qid}</a>'
