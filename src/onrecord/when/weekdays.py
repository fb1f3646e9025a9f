"""Weekdays: "Friday", "last Friday", "next Tuesday", "Friday morning", "Wednesday last week"."""

from __future__ import annotations

import re
from datetime import date

from onrecord import data
from onrecord.when import periods
from onrecord.when.lexicon import PARTS, SP, WEEKDAY, alternatives, weekday_number
from onrecord.when.periods import Period
from onrecord.when.state import Found, Reading, Rule, dated, partly, rule
from onrecord.when.tense import FUTURE, PAST

NAMES = "monday tuesday wednesday thursday friday saturday sunday"
PATTERN = (
    rf"(?:(?P<early>(?i:early|late|later|earlier))(?:{SP}on)?{SP})?"
    rf"(?:(?P<which>(?i:this{SP}past|this{SP}coming|this|last|next|the{SP}following|the{SP}previous"
    rf"|the{SP}same)){SP})?(?P<name>{WEEKDAY})(?!\w)"
    rf"(?:{SP}(?P<part>[Mm]orning|[Aa]fternoon|[Ee]vening|[Nn]ight)\b)?"
    rf"(?:,?{SP}(?:of{SP})?(?P<week>last|this|next){SP}week\b)?"
)
_ANY = re.compile(r"\b(?:an?|any|one|another)[\s\xa0]$", re.I)
# "a Tuesday rally" was on one day, "on a Tuesday" is on any.
_NOUN = re.compile(
    r"[\s\xa0](?!(?:in|to|and|or|at|for|of|with|when|while|if|as|but|is|was|after|before|by|from)\b)[a-z]"
)
_MR = re.compile(r"\b(?:Mrs?|Ms|Miss|Dr|Sir|Sgt|Detective|Officer)\.?[\s\xa0]$")
_NAME_BEFORE = re.compile(r"\b([A-Z][a-z]+)[\s\xa0]$")
# A given name in front makes a surname of it, where this is not agency style: "in Florence Friday", "told Anna Friday".
_OBJECT = re.compile(
    r"\b(?:in|to|from|at|told|with|near|for|of|by|and|against|outside|meets?|met)[\s\xa0][A-Z][a-z]+[\s\xa0]$"
)


def _weekday(match: re.Match[str], reading: Reading) -> Found | None:
    if _is_name(match, reading):
        return None
    period, anchor = _day(match, reading)
    found = dated(match, period, anchor, {"e": "START", "l": "END"}.get((match["early"] or " ")[0].lower()))
    return partly(found, PARTS[match["part"].lower()], match.end()) if match["part"] else found


def _is_name(match: re.Match[str], reading: Reading) -> bool:
    text, start, end = reading.text, match.start("name"), match.end("name")
    paper = re.match(r"[\s\xa0]([A-Z][\w-]+)", text[end : end + 20])
    if paper and paper.group(1) in data.words("when_papers"):
        return True
    if reading.before(start, _MR):
        return True
    given = _NAME_BEFORE.search(text, max(0, start - 20), start)
    if given and given.group(1) in data.words("given_names") and not reading.before(start, _OBJECT):
        return True
    return text[end : end + 1] == "-" and text[end + 1 : end + 2].isupper()


def _day(match: re.Match[str], reading: Reading) -> tuple[Period, str | None]:
    number = weekday_number(match["name"])
    which = " ".join((match["which"] or "").lower().split())
    unanchored = Period(f"XXXX-WXX-{number}", "day")
    if which in ("the following", "the previous", "the same"):
        latest = reading.previous_day(match.start())
        if latest and latest.period.start:
            step = {"the following": 1, "the previous": -1}.get(which, 0)
            there = _from(latest.period.start, number, step)
            return (periods.day(there), latest.id) if there else (unanchored, None)
    today = reading.anchor.day
    if today is None or (reading.before(match.start(), _ANY) and not _NOUN.match(reading.text, match.end())):
        return unanchored, None
    if (match["early"] or "").lower() in ("earlier", "later"):
        near = _from(today, number, 0)
        return (periods.day(near), reading.anchor.source) if near else (unanchored, None)
    if match["week"]:
        there = periods.plus(today, number - today.isoweekday() + {"last": -7, "this": 0, "next": 7}[match["week"]])
    elif which == "next":
        there = periods.plus(today, 7 + number - today.isoweekday())
    elif which in ("last", "this past"):
        there = _from(today, number, -1)
    elif which == "this coming":
        there = _from(today, number, 1)
    else:
        there = _by_tense(match, reading, today, number)
    return (periods.day(there), reading.anchor.source) if there else (unanchored, None)


def _by_tense(match: re.Match[str], reading: Reading, today: date, number: int) -> date | None:
    """The nearest such day where the clause looks; today, if it is one, on either side, as agencies write."""
    direction = reading.direction(match.start("name"), match.end())
    if direction == FUTURE:
        return periods.plus(today, (number - today.isoweekday()) % 7)
    if direction == PAST or (match["which"] or "").lower() != "this":
        # Headlines and fragments too: most of what news tells has happened.
        return periods.plus(today, -((today.isoweekday() - number) % 7))
    return periods.plus(today, number - today.isoweekday())


def _from(day: date, number: int, step: int) -> date | None:
    """The next (1) or last (-1) such weekday that is not ``day`` itself; 0: the nearest one, itself included."""
    if step == 0:
        return periods.plus(day, (number - day.isoweekday() + 3) % 7 - 3)
    gap = (number - day.isoweekday()) * step % 7 or 7
    return periods.plus(day, step * gap)


def _nothing(match: re.Match[str], reading: Reading) -> Found:
    """A name that is no time; its words are passed over."""
    return Found(match.start(), match.end(), "DATE", "")


def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried: names first."""
    first = {name.split()[0] for name in data.words("when_names")}
    return (
        rule(first, rf"(?:{alternatives('when_names')})(?!\w)", _nothing),
        rule(f"early late later earlier this last next the {NAMES}", PATTERN, _weekday),
    )
