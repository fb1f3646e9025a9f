"""Numbers as English news prints them: digits, number words and the two mixed ("1.5 million")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from onrecord import data

_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"  # 580,000
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"  # 1,50,000: South Asian grouping
    r"|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+"  # 10 000 with a blank that does not break
    r"|\d{1,15}(?:\.\d+)?"
)
# What makes a run of digits something else: a clock, a score, a date, a version, an ordinal, a phone number.
_NOT_AFTER = re.compile(r"\d|[,.:/]\d|[/⁄]\w|(?:st|nd|rd|th|s|x|G|D)\b|['’](?:s\b|\d)|[_@#]")
_NOT_BEFORE = re.compile(r"[\w_#@+/.,:]$|[A-Za-z][-–]$|\d[-–:/’']$")
_TENS = re.compile(r"tens of ", re.I)
_ARTICLE = re.compile(r"an? ", re.I)
_DETERMINED = re.compile(r" (?:the|its|their) [a-z]")
_ORDINAL = re.compile(r"-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b", re.I)
_FRACTIONS: Mapping[str, tuple[int, int]] = {
    "half": (1, 2),
    "third": (1, 3),
    "thirds": (1, 3),
    "quarter": (1, 4),
    "quarters": (1, 4),
    "fourth": (1, 4),
    "fourths": (1, 4),
    "fifth": (1, 5),
    "fifths": (1, 5),
    "sixth": (1, 6),
    "eighth": (1, 8),
    "eighths": (1, 8),
    "tenth": (1, 10),
    "tenths": (1, 10),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``[start, end)``; ``floor`` marks one named by its size alone ("hundreds of"), a lower bound."""

    start: int
    end: int
    value: Decimal
    spoken: bool = False  # in words alone
    scaled: bool = False  # with "million" or its like
    floor: bool = False
    about: bool = False
    share: bool = False  # a fraction of something
    among: bool = False  # a share whose things follow at once: "one in five [children]"


@cache
def _kinds() -> dict[str, tuple[int, str]]:
    return {word: (int(value), kind) for word, value, kind in data.table("figure_numbers", 3)}


def _of(*kinds: str) -> str:
    """The words of these kinds as an alternation, the longest first."""
    words = (word for word, (_, kind) in _kinds().items() if kind in kinds)
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def starts() -> re.Pattern[str]:
    """Where a number may begin. The look-ahead at the first letter keeps the scan of a plain word short."""
    big = _of("hundred", "scale")
    vague = f"(?:few|couple|half|third|quarter|fifth|tenth|{big})"
    first = _of("unit", "ten")
    heads = rf"{first}|an? {vague}|half|several (?:{big})|(?:{big})s|tens of|minus"
    return re.compile(rf"[$€£¥₹₽₺₩₴₦₪₱₫]?\d|(?<![^\s(\[“\"‘'—–-])(?=[aefhlmnostzbcdA-Z])(?:{heads})\b", re.I)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    scale, short, big = _of("scale"), _of("short"), _of("hundred", "scale")
    return {
        "digits": re.compile(rf"(?P<digits>{_DIGITS})(?:[ \u00a0-]?(?P<scale>{scale})(?![\w]))?", re.I),
        "short": re.compile(rf"[ \u00a0]?(?P<short>{short})(?![\w])", re.I),
        "word": re.compile(rf"(?P<and>[ -]and )?[ -]?(?P<word>{_of('unit', 'ten', 'hundred', 'scale')})(?![\w])", re.I),
        "plural": re.compile(rf"(?P<first>{big})s(?: of (?P<second>{big})s)?(?= of\b| more\b|\b)", re.I),
        "article": re.compile(
            rf"(?:(?P<several>several|a few) (?P<big>{big})|(?P<couple>a couple)(?: of)?(?: (?P<times>{big}))?"
            rf"|(?:half an? |a half[- ])(?P<half>{big})|(?P<quarter>a quarter) of an? (?P<quartered>{big})"
            rf"|an? (?P<fraction>third|quarter|fifth|tenth)|(?P<part>half))(?![\w-])",
            re.I,
        ),
        "parts": re.compile(
            rf"(?P<over>{_of('unit')})[ -](?P<under>{'|'.join(sorted(_FRACTIONS)[::-1])})(?![\w-])", re.I
        ),
        "in": re.compile(
            rf"(?P<over>{_of('unit')}|\d+) (?:in|out of)(?: every)? "
            rf"(?P<under>{_of('unit', 'ten')}|\d+(?:,\d{{3}})*)(?![\w,.-]*\w)",
            re.I,
        ),
        "and_half": re.compile(rf" and a half(?: (?P<scale>{scale}))?(?![\w-])", re.I),
        "of": re.compile(r" of (?:the |its |their |all |his |her |our |those |these )?[a-z]", re.I),
    }


def read(text: str, at: int, *, signed: bool = False) -> Number | None:
    """The number that begins at ``at``, where ``starts()`` has found a digit or a word; none if it is no number.

    ``signed`` says that a currency stands right before it, so that letters there make it no name ("USD5m").
    """
    if text[at].isdigit():
        return _digits(text, at, signed=signed)
    before = text[at - 1 : at]
    if before == "-" and text[at - 2 : at - 1].isalnum():
        return None
    return _fraction(text, at) or _article(text, at) or _plural(text, at) or _words(text, at)


def _digits(text: str, at: int, *, signed: bool) -> Number | None:
    if not signed and _NOT_BEFORE.search(text, max(0, at - 2), at):
        return None
    patterns = _patterns()
    share = _share(text, at)
    if share:
        return share
    match = patterns["digits"].match(text, at)
    if match is None or (match["digits"][0] == "0" and match["digits"][1:2].isdigit()):
        return None
    value = Decimal(re.sub(r"[,\u00a0\u2009\u202f]", "", match["digits"]))
    if match["scale"]:
        return Number(at, match.end(), value * _kinds()[match["scale"].lower()][0], scaled=True)
    if _NOT_AFTER.match(text, match.end()):
        return None
    return Number(at, match.end(), value)


def shortened(text: str, number: Number) -> Number:
    """``number`` with the short scale close behind it, as money has it: "5m", "3.2bn"."""
    if number.scaled or not text[number.end - 1].isdigit():
        return number
    match = _patterns()["short"].match(text, number.end)
    if match is None:
        return number
    factor = _kinds()[match["short"].lower()][0]
    return Number(number.start, match.end(), number.value * factor, scaled=True)


def _share(text: str, at: int) -> Number | None:
    """A share as "one in five" or "nine out of 10": at most the whole."""
    match = _patterns()["in"].match(text, at)
    if match is None:
        return None
    over, under = (
        Decimal(word.replace(",", "")) if word[0].isdigit() else Decimal(_kinds()[word.lower()][0])
        for word in match.groups()
    )
    # "12 in 2031" has a year; shares are told in small numbers or round ones.
    small = 0 < over < under and (under <= 20 or under in (30, 40, 50, 100, 1000) or under % 10_000 == 0)
    return Number(at, match.end(), over / under, share=True, among=True) if small else None


def _fraction(text: str, at: int) -> Number | None:
    patterns = _patterns()
    share = _share(text, at)
    if share:
        return share
    match = patterns["parts"].match(text, at)
    if match is None:
        return None
    under = match["under"].lower()
    hyphen = "-" in match.group()
    plural = under.endswith("s")
    # "two-thirds" always; "one third" and "three quarters" are fractions only of something
    if not (hyphen and plural) and not patterns["of"].match(text, match.end()):
        return None
    over = _kinds()[match["over"].lower()][0]
    part, whole = _FRACTIONS[under]
    return Number(at, match.end(), Decimal(over * part) / whole, share=True) if over * part < whole else None


def _article(text: str, at: int) -> Number | None:
    match = _patterns()["article"].match(text, at)
    if match is None:
        return None
    end = match.end()
    kinds = _kinds()
    if match["several"]:
        return Number(at, end, Decimal(kinds[match["big"].lower()][0]), scaled=True, floor=True, about=True)
    if match["couple"]:
        times = kinds[match["times"].lower()][0] if match["times"] else 1
        return Number(at, end, Decimal(2 * times), scaled=times > 1, spoken=True, about=True)
    if match["half"] or match["quartered"]:
        whole = kinds[(match["half"] or match["quartered"]).lower()][0]
        return Number(at, end, Decimal(whole) / (2 if match["half"] else 4), scaled=True, spoken=True)
    follows = _patterns()["of"].match(text, end)
    if match["part"]:
        if not (follows or _DETERMINED.match(text, end)):
            return None
        return Number(at, end, Decimal("0.5"), share=True)
    if follows or text[max(0, at - 4) : at].lower().endswith(" by ") or text[max(0, at - 6) : at].lower() == "about ":
        part, whole = _FRACTIONS[match["fraction"].lower()]
        return Number(at, end, Decimal(part) / whole, share=True)
    return None


def _plural(text: str, at: int) -> Number | None:
    """A size alone, "hundreds of", "tens of thousands": a floor, one of each."""
    match = _patterns()["plural"].match(text, at)
    tens = _TENS.match(text, at)
    if tens:
        match = _patterns()["plural"].match(text, tens.end())
        if match is None or match["second"]:
            return None
    if match is None:
        return None
    kinds = _kinds()
    value = kinds[match["first"].lower()][0] * (kinds[match["second"].lower()][0] if match["second"] else 1)
    value *= 10 if tens else 1
    return Number(at, match.end(), Decimal(value), scaled=True, floor=True, about=True)


def _words(text: str, at: int) -> Number | None:
    """A cardinal in words: "twelve", "twenty-one", "three hundred and fifty", "a hundred thousand"."""
    word = _patterns()["word"]
    kinds = _kinds()
    article = _ARTICLE.match(text, at)
    here = article.end() if article else at
    total, group = 0, 1 if article else 0
    last, end, biggest = "article" if article else "", 0, 0
    while match := word.match(text, here):
        value, kind = kinds[match["word"].lower()]
        joined = text[here : match.start("word")]
        if (last == "" and joined) or (last not in ("", "article") and not joined):
            break
        if match["and"] and last not in ("hundred", "scale"):
            break
        if kind == "unit" and (last in ("unit", "article") or (last == "ten" and value > 9)):
            break
        if kind == "ten" and last in ("unit", "ten", "article"):
            break
        if kind == "hundred":
            if last not in ("unit", "ten", "article"):
                break
            group *= value
        elif kind == "scale":
            if last == "scale" or (biggest and value >= biggest):
                break
            total, group, biggest = total + (group or 1) * value, 0, value
        else:
            group += value
        last, here, end = kind, match.end(), match.end()
    if not end or _ORDINAL.match(text, end):
        return None
    if last in ("hundred", "scale") and group + total == 0:
        return None
    number = Decimal(total + group)
    half = _patterns()["and_half"].match(text, end)
    if half and (half["scale"] or biggest):
        return Number(at, half.end(), *_halved(number, half["scale"], biggest), scaled=True)
    return Number(at, end, number, spoken=True, scaled=bool(biggest))


def _halved(number: Decimal, scale: str | None, biggest: int) -> tuple[Decimal, bool]:
    """The value of "two and a half million", "a million and a half", and that it is spoken."""
    return ((number + Decimal("0.5")) * _kinds()[scale.lower()][0] if scale else number + Decimal(biggest) / 2), True
