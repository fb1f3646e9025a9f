"""Who a source is by rule: the best name that the article itself gives. ``entity`` puts the model's links beside it.

Names are found by capitals, titles, common given names and roles (``data/titles.tsv``, ``given_names.tsv``,
``roles.tsv``). A bare surname takes the full name first given, "he" and "she" the last compatible speaker or person,
"the minister" the one person introduced as such. What stays ambiguous is unknown: None, never a guess. Anonymous and
collective sources ("two officials", "the ministry") are their own names, without a leading article.

Every pass is linear in the text, and looking back for a pronoun is bounded by sentences.
"""

from onrecord.speaker.answers import Heard, resolve
from onrecord.speaker.people import People
from onrecord.speaker.phrase import Reading

__all__ = ["Heard", "People", "Reading", "resolve"]
