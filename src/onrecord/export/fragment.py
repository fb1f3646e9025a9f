"""Links to a passage: text fragments, ``#:~:text=[prefix-,]start[,end][,-suffix]``.

Source: WICG, URL Fragment Text Directives, https://wicg.github.io/scroll-to-text-fragment/. A browser marks the first
place of the page that matches, without regard to case and to how blanks are set; the words given must be whole words,
and none of the four parts may run across the end of a paragraph.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from onrecord.export.record_json import SURROGATE
from onrecord.types import Article, Span

WHOLE = 300  # characters; Chromium's link generator gives longer passages by their first and last words, too
RANGE_WORDS = (3, 5, 10)  # words at either end of a long passage; Chromium's generator goes from 3 to 10
CONTEXT_WORDS = (1, 2, 3, 5, 10)  # words before and after; Chromium's generator stops at 10 as well
JOINERS = frozenset("'’.,:·‧")
"""What parts no word between two letters or digits: "can't", "3.5" (UAX #29: MidLetter, MidNum, MidNumLet)."""


class Directive(NamedTuple):
    """The parts of one text directive, not yet percent-encoded; what is not needed is empty."""

    prefix: str
    start: str
    end: str
    suffix: str

    def __str__(self) -> str:
        """As it stands in the address, percent-encoded."""
        parts = [encoded(part) for part in self]
        prefix, suffix = parts[0] and parts[0] + "-", parts[3] and "-" + parts[3]
        return "text=" + ",".join(part for part in (prefix, parts[1], parts[2], suffix) if part)


def text_fragment(article: Article, span: Span) -> str | None:
    """The address of this passage on the article's page. None where the article has no URL.

    A passage without a single word ("…") has the address of the page.
    """
    return text_fragments(article, [span])


def text_fragments(article: Article, spans: Iterable[Span]) -> str | None:
    """The address of these passages: a browser scrolls to the first of them and marks all. None without a URL.

    A fragment of the article's own URL is kept (``#comments:~:text=…``), text directives in it are replaced.
    """
    if not article.url:
        return None
    page = SURROGATE.sub("\ufffd", article.url.partition(":~:")[0])
    directives = [str(found) for span in spans if (found := directive(article, span))]
    if not directives:
        return page.removesuffix("#")
    return f"{page if '#' in page else page + '#'}:~:{'&'.join(directives)}"


def encoded(part: str) -> str:
    """Percent-encoded; ``-``, ``,`` and ``&`` as well, which part a directive's pieces."""
    return quote(SURROGATE.sub("\ufffd", part), safe="").replace("-", "%2D")


def directive(article: Article, span: Span) -> Directive | None:
    """The shortest of the directives tried that leads to this passage alone; else the one with most context.

    Other places of the title, which stands before the text on most pages, and of the text are looked at; what else is
    on the page cannot be known here. None for a passage without words.
    """
    start, end = whole_words(article.text, span.start, span.end)
    if start == end:
        return None
    title, text = article.title or "", article.text
    page, before = folded_page(title, text), f"{title}\n{text[:start]}"
    head = folded(before)
    at = len(head) + (head != "" and before[-1].isspace())
    place = at, at + len(folded(text[start:end]))
    found = Directive("", text[start:end], "", "")
    for found in candidates(text, start, end):
        wanted = Directive(*(folded(part) for part in found))
        if first_match(page, wanted, 0) == place and first_match(page, wanted, at + 1) is None:
            break
    return found


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks and blanks around the words, and with the rest of a word that the span cuts.

    The quotation marks outside are left off: pages write them in many ways. (start, start) where there is no word.
    """
    while start < end and not is_word(text[start]):
        start += 1
    while start < end and not is_word(text[end - 1]):
        end -= 1
    if start == end:
        return start, start
    while inside_word(text, start):
        start -= 1
    while inside_word(text, end):
        end += 1
    return start, end


def is_word(character: str) -> bool:
    """Whether words are made of it."""
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def inside_word(text: str, at: int) -> bool:
    """Whether a word goes on from before ``at`` to after it."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if is_word(before):
        return is_word(after) or (after in JOINERS and at + 1 < len(text) and is_word(text[at + 1]))
    return before in JOINERS and at > 1 and is_word(text[at - 2]) and is_word(after)


def candidates(text: str, start: int, end: int) -> Iterator[Directive]:
    """Directives for ``[start, end)``, those with the fewest words first."""
    cores = list(_cores(text[start:end]))
    for first, last in cores:
        yield Directive("", first, last, "")
    before, after = _line_before(text, start), _line_after(text, end)
    first, last = cores[0]
    for count in CONTEXT_WORDS:
        yield Directive(_last_words(before, count), first, last, _first_words(after, count))


def _cores(passage: str) -> Iterator[tuple[str, str]]:
    """What to give of the passage: all of it, or its first and its last words."""
    lines = [line for line in passage.splitlines() if line.strip()]
    first, last = lines[0].strip(), lines[-1].strip()
    short = len(passage) <= WHOLE or len(passage.split()) <= 2 * RANGE_WORDS[0]
    if len(lines) == 1 and short:
        yield " ".join(passage.split()), ""
        return
    for count in RANGE_WORDS:
        if len(lines) > 1 or 2 * count <= len(passage.split()):
            yield _first_words(first, count), _last_words(last, count)


def _first_words(line: str, count: int) -> str:
    """The line up to the end of its nth word, marks and all; nothing where it has no word."""
    return " ".join(_up_to(line.split(), count))


def _last_words(line: str, count: int) -> str:
    return " ".join(reversed(_up_to(reversed(line.split()), count)))


def _up_to(tokens: Iterable[str], count: int) -> list[str]:
    taken, words = list[str](), 0
    for token in tokens:
        taken.append(token)
        words += any(map(is_word, token))
        if words == count:
            break
    return taken if words else []


def _line_before(text: str, at: int) -> str:
    """The rest of the line on the left; where there is none, the line before, on which a prefix may stand."""
    return next((line for line in reversed(text[:at].splitlines()) if line.strip()), "")


def _line_after(text: str, at: int) -> str:
    return next((line for line in text[at:].splitlines() if line.strip()), "")


def folded(text: str) -> str:
    """As browsers compare: case and the number of blanks do not count."""
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=4)  # the statements of an article come one after the other
def folded_page(title: str, text: str) -> str:
    """Title and text as one, folded."""
    return folded(f"{title}\n{text}")


def first_match(page: str, wanted: Directive, since: int) -> tuple[int, int] | None:
    """``[start, end)`` of the first match of these folded parts from ``since`` on, as a browser would find it."""
    prefix, start, end, suffix = wanted
    for at in _places(page, start, since):
        stop = at + len(start)
        if inside_word(page, at) or not _ends_with(page, prefix, at):
            continue
        if not end:
            if _goes_on(page, suffix, stop):
                return at, stop
            continue
        for last in _places(page, end, stop):
            if not inside_word(page, last) and _goes_on(page, suffix, last + len(end)):
                return at, last + len(end)
        return None  # nor does it end after any later start
    return None


def _places(page: str, words: str, since: int) -> Iterator[int]:
    at = page.find(words, since)
    while at >= 0:
        yield at
        at = page.find(words, at + 1)


def _ends_with(page: str, prefix: str, at: int) -> bool:
    """Whether the page has this prefix before ``at``, with or without a blank between them."""
    at -= page[at - 1 : at] == " "
    begin = at - len(prefix)
    return not prefix or (begin >= 0 and page.startswith(prefix, begin) and not inside_word(page, begin))


def _goes_on(page: str, suffix: str, at: int) -> bool:
    """Whether a match may end at ``at``: a word ends there, and the suffix follows, with or without a blank."""
    if inside_word(page, at):
        return False
    at += page[at : at + 1] == " "
    return page.startswith(suffix, at) and not (suffix and inside_word(page, at + len(suffix)))
