"""Quotation marks: where the quoted regions of a text lie.

Marks are paired within a paragraph, outermost level only: “…”, "…", ``…'', ''…'', «…», »…«, „…“, and
the British ‘…’ and '…' where they cannot be apostrophes. A region that is never closed runs to the end of its
paragraph, as printers set a quotation that goes on in the next one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

# The "and" of "rock 'n' roll": two apostrophes, whichever way they are set.
_AND = r"['‘’](?<=[^\W_][ -]['‘’])[nN]['’](?=[ -][^\W_])"
# Longest first, so that 'n', '' and `` are not read as single marks.
_MARK = re.compile(rf"{_AND}|``|''|[\"“”„«»‟‘’‚']")
_PARAGRAPH = re.compile(r"[^\n]+")
# A closing single mark, as ``_closes`` takes it: not the second apostrophe of 'n'.
_STRAIGHT_END, _CURLY_END = (
    re.compile(
        rf"{mark}(?:(?<=[.,!?;:…)\]–—-]{mark})|(?<=[^\W_sS]{mark}))(?![^\W_])"
        rf"(?!(?<=[^\W_][ -]['‘’][nN]{mark})[ -][^\W_])"
    )
    for mark in ("'", "’")
)
# A paragraph whose guillemets point inwards, as Danes and Germans set them: the first is » before a word, then comes «.
_INWARDS = re.compile(r"[^«»]*+(?<![^\s(\[–—-])»[^\W_][^«»]*+«")
# What closes each opening mark. A straight mark closes itself; NYT copy closes '' with ''.
_CLOSERS = {
    "“": '”“"',
    "‟": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "”": "”",
}

# Closing single marks of one paragraph, found once, by which mark they are.
Closers = dict[re.Pattern[str], list[int]]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted region ``[start, end)``, marks included; ``closed`` is false when its paragraph ends first.

    ``opens_paragraph`` says that nothing but white space stands before it in its paragraph.
    """

    start: int
    end: int
    closed: bool
    opens_paragraph: bool
    single: bool


def quotations(text: str) -> list[Quotation]:
    """Find the outermost quoted regions of ``text``, in order. Linear in its length."""
    found: list[Quotation] = []
    for paragraph in _PARAGRAPH.finditer(text):
        _paragraph(text, paragraph.start(), paragraph.end(), found)
    return found


def _paragraph(text: str, begin: int, stop: int, found: list[Quotation]) -> None:
    opening: re.Match[str] | None = None
    closers: Closers = {}
    guillemet = "»" if text.find("»", begin, stop) >= 0 and _INWARDS.match(text, begin, stop) else "«"
    head = begin
    while head < stop and text[head].isspace():
        head += 1
    for mark in _MARK.finditer(text, begin, stop):
        if opening is None:
            if mark.group() == guillemet or _opens(text, mark, begin, stop, closers):
                opening = mark
        elif _closes(text, opening.group(), mark, stop):
            found.append(_region(opening, mark.end(), head, closed=True))
            opening = None
    if opening is not None and not _single(opening.group()):
        # An unclosed single mark is far more often an apostrophe than a quotation.
        found.append(_region(opening, stop, head, closed=False))


def _region(opening: re.Match[str], end: int, head: int, *, closed: bool) -> Quotation:
    return Quotation(opening.start(), end, closed, opening.start() == head, _single(opening.group()))


def _single(mark: str) -> bool:
    return mark in "‘’‚'" and len(mark) == 1


def _opens(text: str, mark: re.Match[str], begin: int, stop: int, closers: Closers) -> bool:
    """A mark other than a guillemet opens where a word follows and none precedes."""
    kind, start, end = mark.group(), mark.start(), mark.end()
    after = text[end] if end < stop else " "
    before = text[start - 1] if start > begin else " "
    if kind in ("“", "``", "„", "‟"):
        return True
    if kind in ('"', "''"):
        return not after.isspace() or before.isspace()
    if kind == "”":  # a closing mark used to open, as some outlets' software does
        return before.isspace() and not after.isspace()
    if kind in "‘‚'":
        if not (after.isalnum() or after in "…[($£€") or before.isalnum():
            return False
        # ’tis, '90s, 'em: an apostrophe, unless a closer follows later in the paragraph.
        return _has_single_closer(text, kind, end, stop, closers)
    return False


def _has_single_closer(text: str, kind: str, start: int, stop: int, closers: Closers) -> bool:
    end = _CURLY_END if kind in "‘‚" else _STRAIGHT_END
    if end not in closers:
        closers[end] = [mark.start() for mark in end.finditer(text, start, stop)]
    at = bisect_left(closers[end], start)
    # 2,000 characters: longer than any single-quoted passage in one paragraph.
    return at < len(closers[end]) and closers[end][at] < start + 2000


def _ends_phrase(text: str, at: int) -> bool:
    """A closing single mark follows punctuation, or a letter other than a possessive's s."""
    before = text[at - 1] if at else " "
    return before in ".,!?;:…)]–—-" or (before.isalnum() and before not in "sS")


def _closes(text: str, opener: str, mark: re.Match[str], stop: int) -> bool:
    kind, at = mark.group(), mark.start()
    after = text[mark.end()] if mark.end() < stop else " "
    if _single(opener):
        wanted = "’" if opener in "‘‚" else "'"
        return kind == wanted and not after.isalnum() and _ends_phrase(text, at)
    if opener in ("``", "''"):
        return kind in ("''", '"')
    if opener == '"':
        return kind == '"' or (kind == "''" and not after.isalnum())
    return kind in _CLOSERS.get(opener, "”")
