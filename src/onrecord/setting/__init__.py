"""To whom and where something was said: the addressee and the venue of a statement.

There is no parser here. Noun phrases are read off word lists (``data/audience.tsv``, ``venues.tsv``, …), and a
phrase that the rules cannot bound is left out: better none than a wrong one. A gathering that was told something
("told a rally in Easthaven") is where it was said, so it is a venue; "in an interview with VTR" is a venue, and VTR
the addressee too. Venues are given without their preposition, with the dates, places and outlets that complete them.
"""

from onrecord.setting.addressee import addressees
from onrecord.setting.venue import venues

__all__ = ["addressees", "venues"]
