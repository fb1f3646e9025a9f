"""Plain text and Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onrecord.errors import BadDate
from onrecord.reader.build import Found, build, require_size, tidy
from onrecord.reader.given import UNKNOWN, Given, iso_date
from onrecord.types import Article

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>(?:[^\n]*\n){0,60}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FIELD = re.compile(
    r"""^(?P<key>title|author|byline|date|published|url|outlet)[ \t]*:[ \t]*["']?(?P<value>.+?)["']?[ \t]*$""", re.M
)
_NAMES = {"author": "byline", "date": "published"}


def from_text(text: str, given: Given = UNKNOWN) -> Article:
    """Take ``text`` as the body, exactly as it is but for line ends (LF) and control characters.

    A hard-wrapped line stays wrapped. Raises ``EmptyInput``, ``TooLarge``, ``NotReadable`` (a lone surrogate),
    ``NotEnglish``, ``BadDate``.
    """
    return read_text(text, given, name=given.url or given.id or "text")


def read_text(text: str, given: Given, name: str) -> Article:
    """As ``from_text``; ``name`` is for messages."""
    require_size(text, name)
    return build(tidy(text, name), given, Found(), name)


def from_markdown(text: str, given: Given = UNKNOWN) -> Article:
    """Take Markdown without its marks: paragraphs, headings, list items and quotations as paragraphs.

    The first heading of level one is the title and no part of the text; pictures, HTML and rules are left out, front
    matter is read for title, author, date, url and outlet. Raises what ``from_text`` raises.
    """
    return read_markdown(text, given, name=given.url or given.id or "Markdown")


def read_markdown(text: str, given: Given, name: str) -> Article:
    """As ``from_markdown``; ``name`` is for messages."""
    from markdown_it import MarkdownIt

    require_size(text, name)
    source = tidy(text, name)
    fields: dict[str, str] = {}
    if front := _FRONT_MATTER.match(source):
        fields = {_NAMES.get(field["key"], field["key"]): field["value"] for field in _FIELD.finditer(front["fields"])}
        source = source[front.end() :]
    paragraphs, title = [], None
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type in ("fence", "code_block"):
            paragraphs.append(token.content.strip())
        elif token.type == "inline" and (line := _plain(token)):
            if title is None and before is not None and before.type == "heading_open" and before.tag == "h1":
                title = line
            else:
                paragraphs.append(line)
    found = Found(
        url=fields.get("url"),
        outlet=fields.get("outlet"),
        title=fields.get("title") or title,
        byline=fields.get("byline"),
        published=_date(fields.get("published")),
    )
    return build("\n\n".join(paragraphs), given, found, name)


def _plain(inline: Token) -> str:
    """The words of a block without marks, on one line; of a link its words, of a picture nothing."""
    parts = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _date(claim: str | None) -> str | None:
    try:
        return iso_date(claim) if claim else None
    except BadDate:
        return None  # the file's own claim, not the caller's
