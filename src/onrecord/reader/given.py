"""What the caller already knows of an article, and the forms in which a date may be given."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from onrecord.errors import BadDate

# The forms of ``Article.published``; seconds' fractions are read and dropped, ``Z`` is written +00:00.
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<clock>\d\d:\d\d)(?P<seconds>:\d\d(?:[.,]\d{1,9})?)?\s?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.IGNORECASE | re.ASCII,
)
FORMS = "2031, 2031-04, 2031-04-02, 2031-04-02T09:30 or 2031-04-02T09:30:00+02:00"


@dataclass(frozen=True, slots=True)
class Given:
    """Facts that the caller vouches for. Each one wins over what the page says; ``None`` means unknown."""

    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    id: str | None = None


UNKNOWN = Given()


def iso_date(value: str) -> str:
    """Write ``value`` in the form of ``Article.published``, at the precision that it has.

    Raises ``BadDate`` when ``value`` has none of the forms, or names a day or an hour that does not exist.
    """
    match = _ISO.fullmatch(value.strip())
    if match is None:
        raise BadDate(f"published {value!r}", "not a date in ISO 8601", f"write it as {FORMS}")
    year, month, day, clock, seconds, zone = match.group("year", "month", "day", "clock", "seconds", "zone")
    date = "-".join(part for part in (year, month, day) if part)
    time = f"{clock}{seconds[:3] if seconds else ''}{_offset(zone)}" if clock else ""
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
        if time:
            datetime.time.fromisoformat(time)
    except ValueError as error:
        raise BadDate(f"published {value!r}", f"no such date: {error}", f"write it as {FORMS}") from None
    return f"{date}T{time}" if time else date


def _offset(zone: str | None) -> str:
    """``Z``, ``+02``, ``+0200`` or ``+02:00`` as ``+HH:MM``."""
    if not zone:
        return ""
    if zone in "Zz":
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
