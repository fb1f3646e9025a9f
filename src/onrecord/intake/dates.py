"""Dates as feeds write them."""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime

from onrecord.errors import BadDate
from onrecord.reader.given import iso_date


def feed_date(claim: str | None) -> str | None:
    """A date of RFC 3339 or ISO 8601 (Atom, sitemaps, JSON Feed) or RFC 822 (RSS) in the form of ``Article.published``.

    None where it is none of these: it is the source's claim, and the page's own may be better.
    """
    written = " ".join((claim or "").split())
    if not written:
        return None
    try:
        return iso_date(written)
    except BadDate:
        pass
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" and names of zones that RFC 822 does not know give no zone, and none is made up
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime.datetime) else None
