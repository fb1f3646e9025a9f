"""Intake: from what a user names (files, folders, archives, feeds, addresses) to a stream of unread articles.

``items`` finds them, lazily and in order; ``read_item`` reads one, in whichever process. What cannot be used comes as
an error value in its place. Libraries are imported by the formats that need them, when the first such source comes.
"""

from onrecord.intake.item import Item
from onrecord.intake.options import Fields, Options
from onrecord.intake.read import read_item
from onrecord.intake.rows import is_record
from onrecord.intake.sources import items

__all__ = ["Fields", "Item", "Options", "is_record", "items", "read_item"]
