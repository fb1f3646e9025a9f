"""What can go wrong with the knowledge base; it stands in the one tree of errors."""

from onrecord.errors import KnowledgeError

__all__ = ["KnowledgeError"]
