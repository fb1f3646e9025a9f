"""Who and what an article speaks of: mentions joined to entities, entities to the knowledge base, sources to both.

Names are joined by rule, sources by what ``speaker`` makes of them, all else by the model's links; a link against what
is known is passed over. What stays ambiguous is unknown: None, never a guess.
"""

from onrecord.entity.cast import Seen, cast
from onrecord.entity.draft import Cast
from onrecord.entity.joining import Said

__all__ = ["Cast", "Said", "Seen", "cast"]
