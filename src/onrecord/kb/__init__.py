"""Who held which office when, and what states, bodies and outlets are called: embedded, offline.

``Facts.load()`` is what to ask. Tables are read when first needed; importing this package reads none.
"""

from onrecord.kb.errors import KnowledgeError
from onrecord.kb.facts import Facts, office_phrases
from onrecord.kb.types import LINK, Body, Candidate, OfficeRef, State

__all__ = ["LINK", "Body", "Candidate", "Facts", "KnowledgeError", "OfficeRef", "State", "office_phrases"]
