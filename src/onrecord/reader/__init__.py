"""Reading: bytes → Article.

``load`` takes a path, an address or ``-``; ``from_*`` take what is in hand already; ``articles`` reads JSONL.
Nothing heavy is imported until the first page is read (``import onrecord.reader`` costs the standard library only).
"""

from onrecord.reader.given import Given
from onrecord.reader.html import from_html
from onrecord.reader.jsonl import articles
from onrecord.reader.source import from_bytes, load
from onrecord.reader.text import from_markdown, from_text

__all__ = ["Given", "articles", "from_bytes", "from_html", "from_markdown", "from_text", "load"]
