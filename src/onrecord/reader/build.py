"""The last step of every reader: clean text and facts in, Article out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from onrecord.errors import EmptyInput, NotReadable, TooLarge
from onrecord.reader.dateline import dateline
from onrecord.reader.given import Given, iso_date
from onrecord.reader.language import require_english
from onrecord.types import Article

LARGEST = 20_000_000  # bytes or characters; real pages have 0.05 to 2 MB, and a page's tree takes ten times its size

# Controls 80–9F are unassigned in practice: where they occur, a Windows-1252 byte was read as Latin-1, so that
# U+0092 is the apostrophe of "don\x92t". The other controls mean nothing in prose, and NUL breaks C string interfaces
# (tokenizers, SQLite), so they are left out once, here, before any offset is taken.
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(9), *range(14, 32), 127))
for _code in range(0x80, 0xA0):
    _CONTROLS[_code] = bytes([_code]).decode("cp1252", "ignore") or None
_CONTROLS |= {0x0B: "\n", 0x0C: "\n", 0x2028: "\n", 0x2029: "\n\n"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Found:
    """What the page itself says. ``published`` has the form of ``Article.published``."""

    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    byline: str | None = None
    published: str | None = None


def require_size(content: bytes | str, name: str) -> None:
    """Raise ``TooLarge`` when ``content`` is over the cap."""
    if len(content) > LARGEST:
        unit = "bytes" if isinstance(content, bytes) else "characters"
        measure = f"more than {LARGEST:,} {unit}"
        raise TooLarge(name, measure, "pass the article alone, without embedded data, or cut it into parts")


def tidy(text: str, name: str) -> str:
    """Give every line break as LF and leave out control characters and a leading byte order mark.

    Zero-width and directional characters stay. Raises ``NotReadable`` on a lone surrogate, which no encoding can write.
    """
    if match := _SURROGATE.search(text):
        code, place = ord(match.group()), match.start()
        raise NotReadable(name, f"lone surrogate U+{code:04X} at character {place}", "decode the text as UTF-8 first")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(lambda control: _CONTROLS.get(ord(control.group())) or "", text)


def build(text: str, given: Given, found: Found, name: str) -> Article:
    """Make the Article: ``text`` is kept exactly, ``given`` wins over ``found``, ``name`` is for messages.

    Raises ``EmptyInput``, ``NotEnglish``, ``BadDate`` (for ``given.published``).
    """
    if not re.search(r"\w", text):
        raise EmptyInput(name, "no text: 0 letters and digits", "pass an article")
    require_english(text, name)
    url = _line(given.url, name) or found.url
    return Article(
        id=_line(given.id, name) or fingerprint(text, url),
        text=text,
        url=url,
        outlet=_line(given.outlet, name) or found.outlet,
        title=_line(given.title, name) or found.title,
        byline=_line(given.byline, name) or found.byline,
        published=iso_date(given.published) if given.published else found.published,
        dateline=dateline(text),
        language="en",
    )


def fingerprint(text: str, url: str | None) -> str:
    """SHA-256 (hex) of the text in NFC with white space collapsed, and of the URL."""
    canonical = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(f"{canonical}\n{url or ''}".encode()).hexdigest()


def _line(value: str | None, name: str) -> str | None:
    """One line without blanks at its ends; ``None`` when nothing is left."""
    return " ".join(tidy(value, name).split()) or None if value else None
