"""Time expressions: found, written down as ISO-TimeML's TIMEX3, and put on the calendar where the article settles it.

``anchor_of`` says which day an article's relative times are reckoned from, ``times`` reads a text. Hand-written rules:
a word that may begin a time expression has its patterns tried, the most specific first; tense decides on which side of
the anchor a date without a year lies. Nothing is ever reckoned from today.

A value that is not settled keeps TIMEX3's X, and its interval is None. A modifier (START for "early 2031") leaves the
interval that of the whole, save that "earlier this year" ends, and "later this month" begins, with the anchor's day.
Left out: ages of persons, bare adverbs ("now", "recently"), eras and events that are times by meaning only.
"""

from onrecord.when.anchor import Anchor, anchor_of
from onrecord.when.scan import Times, times, whens

__all__ = ["Anchor", "Times", "anchor_of", "times", "whens"]
