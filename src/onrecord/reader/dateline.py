"""The dateline: where, and when, a report was filed, at the head of its text."""

from __future__ import annotations

import re

from onrecord.reader.lists import entries
from onrecord.types import Span

HEAD = 140  # characters; the longest of agency style, two cities with date and two agencies, has about 100
BEFORE = 3  # lines that may stand before the dateline when the text comes with headline, standfirst and byline
BEFORE_LONGEST = 200  # characters of such a line; headlines have up to 150

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = re.compile(
    rf",? *\(?(?:(?:{_WEEKDAY},? )?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH})(?:,? \d{{4}})?"
    rf"|{_WEEKDAY})\)?,?$",
    re.IGNORECASE,
)
_AGENCY = re.compile(r" *(?:\((?P<round>[^()]{2,60})\)|/(?P<slashed>[A-Z][\w ]{1,30})/),?$")
# "(AFP)", "(CNN Business)", "(Thomson Reuters)", but not the "(D-Ohio)" after a senator's name nor "(manager)"
_KNOWN_AGENCY = re.compile(r"(?![A-Z]-)(?:.*\b[A-Z]{2,}\b|.*(?:Reuters|Bloomberg|Xinhua|Interfax|Agency|News|Press)\b)")
# A dash of either kind, or the colon of South Asian papers, or the full stop of "MOSCOW, April 2. /TASS/."
_SEPARATOR = re.compile(
    r"[ \xa0]*[—―][ \xa0]*|[ \xa0]+(?:–|--?|−)(?=[ \xa0]|$)|(?<=\))(?:--?|–|:)|:(?=[ \xa0])|(?<=/)\."
)

_SMALL = frozenset(
    {"al", "am", "an", "and", "da", "de", "del", "der", "des", "do", "du", "el", "en", "et", "la", "le", "near", "of"}
    | {"on", "sur", "the", "und", "upon", "y"}
)  # what stands small within place names


def dateline(text: str) -> Span | None:
    """Find "KYIV, April 2 (Agency)" at the head of ``text``, without the dash that ends it; ``None`` if there is none.

    Up to three short lines, such as headline, standfirst and byline, may stand before it. After a sentence that is
    not the first line only a dateline with an agency counts: "WEATHER — Rain is expected" may follow one too.
    """
    start = 0
    told = 0  # sentences before this line
    for place in range(1 + BEFORE):
        start = len(text) - len(text[start:].lstrip())
        paragraph = text[start : start + HEAD].split("\n", 1)[0]
        if length := _length(paragraph):
            span = Span.of(text, start, start + length)
            return span if not told or place == 1 or span.text.endswith((")", "/")) else None
        end = text.find("\n", start)
        if end < 0 or end - start > BEFORE_LONGEST:
            return None
        told += text[start:end].rstrip()[-1:] in '.!?”"'
        start = end
    return None


def _length(paragraph: str) -> int:
    """Characters of the dateline that opens ``paragraph``; 0 when there is none."""
    match = _SEPARATOR.search(paragraph)
    if match is None:
        return 0
    line, rest = paragraph[: match.start()], paragraph[match.end() :].lstrip()
    place, dated, agency = _parts(line)
    if not place and dated and agency:
        return len(line)  # "April 2 (Reuters) - The company said"
    if not _is_place(place):
        return 0
    first = re.split(r"[,/]", place)[0]
    capitals = first == first.upper()
    colon = match.group().startswith(":")
    opens_sentence = not rest or not rest[0].islower()
    if dated or agency:
        certain = capitals or dated or bool(_KNOWN_AGENCY.match(agency))
        return len(line) if certain and (opens_sentence or (capitals and not colon)) else 0
    if not capitals or not opens_sentence or (colon and first.lower() not in entries("colon_places")):
        return 0
    return len(line)


def _parts(line: str) -> tuple[str, bool, str]:
    """Peel date and agency off the end of ``line``: the place, whether a date was there, the agency or ``""``."""
    dated, agency = False, ""
    for _ in range(3):
        line = line.rstrip(" .") if line.endswith((" ", "/")) or dated or agency else line
        if found := _DATE.search(line):
            dated = True
        elif found := _AGENCY.search(line):
            agency = found["round"] or found["slashed"]
        else:
            break
        line = line[: found.start()].rstrip(" ")
        line = line.removesuffix(".") if agency and _DATE.search(line.removesuffix(".")) else line
    return line, dated, agency


def _is_place(place: str) -> bool:
    """At most six capitalised words in each part, none of which tells a label or a sentence."""
    if len(re.sub(r"[\W\d_]", "", place)) < 3 or place.casefold().replace("’", "'") in entries("dateline_labels"):
        return False
    for part in re.split(r"[,/]", place):
        words = part.replace("-", " ").split()
        if not words or len(words) > 6 or re.search(r"""[:;!?()“”"\d]""", part):
            return False
        if any(word.casefold().strip(".") in entries("not_places") for word in words):
            return False
        if any(not word[0].isupper() and word not in _SMALL for word in words):
            return False
    return True
