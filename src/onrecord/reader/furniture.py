"""Lines that publishers print into the article itself: prompts to subscribe, follow, get in touch, read on."""

from __future__ import annotations

import re
from functools import lru_cache

from onrecord.reader.lists import entries

LONGEST = 320  # characters; the longest prompt seen has 290, and a reporter's paragraph of that length starts otherwise


def is_prompt(paragraph: str) -> bool:
    """Whether the paragraph speaks to the reader for the publisher and is no part of the report."""
    return len(paragraph) <= LONGEST and _prompts().match(paragraph.strip(" \u2022*-–—[]()")) is not None


@lru_cache(maxsize=1)
def _prompts() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in entries("prompts")), re.IGNORECASE)
