"""The article behind a quote, as bibliographies have it: BibTeX and CSL-JSON.

Sources: Oren Patashnik, "BibTeXing" (1988); the biblatex manual, for ``date``, ``url`` and ``langid``; the CSL-JSON
schema of Citation Style Language 1.0.2. What the record does not know is left out; there is no date of access.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from onrecord.export.byline import Author, authors
from onrecord.export.entry import Entry
from onrecord.export.lines import TextSink, clean, known, write_array
from onrecord.types import Article

TEX = {
    ord(character): escaped
    for character, escaped in {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    }.items()
}  # fmt: skip
r"""What means something to LaTeX. Braces are named, since BibTeX counts those of ``\{`` as well."""

NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0{}\\^`<>\"|\u2028\u2029]")
"""Percent-encoded in ``url``, which LaTeX reads verbatim, so that nothing can be escaped there."""

DIGEST = 8  # bytes of the article's hash in a key: two of a million articles share one with a chance of 3 in 10^8
DAYS = 31
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""BibTeX's names of the months."""

DATE = re.compile(r"([1-9]\d{3})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])", re.ASCII)


def write_bibtex(entries: Iterable[Entry], stream: TextSink, *, quotes: bool = False) -> int:
    """Write an item for each article, or with ``quotes`` for each statement, which it gives as a note.

    Returns how many items there were. Statements that people rejected are passed over. To know articles again, 8 bytes
    of each are remembered.
    """
    count = 0
    for count, (key, entry) in enumerate(_items(entries, quotes=quotes), start=1):
        stream.write(("\n" if count > 1 else "") + bibtex(entry, key, quotes=quotes))
    return count


def write_csl(entries: Iterable[Entry], stream: TextSink, *, quotes: bool = False) -> int:
    """The same as a JSON array of CSL items, one a line: what citeproc, Pandoc and Zotero read."""
    return write_array((csl(entry, key, quotes=quotes) for key, entry in _items(entries, quotes=quotes)), stream)


def _items(entries: Iterable[Entry], *, quotes: bool) -> Iterator[tuple[str, Entry]]:
    """What becomes an item, with its key: ``aldersen2031-…``, ending in the statement's id or the article's hash."""
    seen = set[bytes]()
    for entry in entries:
        if entry.status == "rejected":
            continue
        article = entry.record.article
        if quotes:
            yield f"{key_head(article)}-{ascii_word(entry.id, 64)}", entry
            continue
        digest = _digest(article)
        if digest not in seen:
            seen.add(digest)
            yield f"{key_head(article)}-{base64.b32encode(digest).decode('ascii').rstrip('=').lower()}", entry


def _digest(article: Article) -> bytes:
    """The article's hash: the same for the same id and address, whenever and in whatever company it is written."""
    name = f"{article.id}\0{article.url or ''}"
    return hashlib.sha256(clean(name).encode("utf-8")).digest()[:DIGEST]


def key_head(article: Article) -> str:
    """What a key begins with: the first author's family name, else the outlet, and the year, as far as known."""
    first = next(iter(authors(article)), None)
    name = (first.family or first.name) if first else article.outlet
    year = DATE.match(article.published or "")
    return (ascii_word(name or "", 24) or "article") + (year[1] if year else "")


def ascii_word(text: str, length: int) -> str:
    """Its letters and digits in ASCII and small: "O’Hallé" → "ohalle"."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())[:length]


def bibtex(entry: Entry, key: str, *, quotes: bool = False) -> str:
    """One item: ``@article`` of the outlet, else ``@misc``. Values are UTF-8, with LaTeX's own characters escaped."""
    article = entry.record.article
    year, month, day = date_parts(article.published)  # a year has four digits
    fields = known(
        author=" and ".join(_bibtex_name(author) for author in authors(article)),
        title="{" + tex(article.title) + "}" if article.title else None,
        journal=tex(article.outlet or ""),
        date="-".join(f"{number:02}" for number in (year, month, day) if number),
        year=f"{year:04}" if year else None,
        url=NOT_IN_URL.sub(lambda match: quote(match[0]), clean(article.url)) if article.url else None,
        langid="english" if article.language.startswith("en") else None,
        note=tex(spoken(entry)) if quotes else None,
    )
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    if month:
        lines.insert(list(fields).index("year") + 1, f"  month = {MONTHS[month - 1]},")
    return "\n".join([f"@{'article' if article.outlet else 'misc'}{{{key},", *lines, "}"]) + "\n"


def _bibtex_name(author: Author) -> str:
    """``Family, Jr, Given`` where that is sure; else in braces, which keep BibTeX from taking it apart."""
    if author.family is None or author.given is None:
        return "{" + tex(author.name) + "}"
    return ", ".join(tex(part) for part in (author.family, author.suffix, author.given) if part)


def tex(text: str) -> str:
    """The text on one line, with what means something to LaTeX escaped. Other characters stay as they are."""
    printed = "".join(" " if unicodedata.category(character) == "Cc" else character for character in clean(text))
    return " ".join(printed.split()).translate(TEX)


def csl(entry: Entry, key: str, *, quotes: bool = False) -> dict[str, Any]:
    """One CSL item: an ``article-newspaper`` of the outlet, else a ``webpage``."""
    article = entry.record.article
    parts = [number for number in date_parts(article.published) if number]
    item: dict[str, Any] = {"id": key, "type": "article-newspaper" if article.outlet else "webpage"}
    item |= known(
        author=[_csl_name(author) for author in authors(article)],
        title=article.title,
        issued={"date-parts": [parts]} if parts else None,
        URL=article.url,
        language=article.language,
        note=spoken(entry) if quotes else None,
    )
    return item | ({"container-title": article.outlet} if article.outlet else {})


def _csl_name(author: Author) -> dict[str, str]:
    if author.family is None or author.given is None:
        return {"literal": author.name}
    return known(family=author.family, given=author.given, suffix=author.suffix)


def date_parts(published: str | None) -> tuple[int, int, int]:
    """Year, month and day of a date, 0 where it does not tell."""
    match = DATE.match(published or "")
    if match is None:
        return 0, 0, 0
    year, month, day = (int(number or 0) for number in match.groups())
    if not 1 <= month <= len(MONTHS):
        return year, 0, 0
    return year, month, day if day <= DAYS else 0


def spoken(entry: Entry) -> str:
    """Who said what, in the article's words: "Mara Lindqvist: “We are not there yet,”"."""
    statement = entry.statement
    name = statement.speaker.name if statement.speaker else statement.source_text
    words = statement.content_text or statement.cue_text
    return f"{name}: {words}" if name else words
