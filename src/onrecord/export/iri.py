"""Names for the things of a ledger, as JSON-LD needs them: IRIs (RFC 3987).

What has an address of its own is named by it; everything else is a ``urn:onrecord:…``, which nobody need resolve.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from onrecord.export.record_json import SURROGATE
from onrecord.types import Article, ModelInfo

TERMS = "urn:onrecord:terms:"
"""What On Record's own properties and classes begin with."""

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
"""How an absolute address begins (RFC 3986, 3.1)."""

FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0<>\"{}|\\^`\u2028\u2029\ufffd]")
"""What no IRI may hold, and addresses of the wild do (RFC 3987, 2.2)."""


def urn(kind: str, *names: str) -> str:
    """``urn:onrecord:KIND:NAME:…``, names percent-encoded (RFC 8141)."""
    return ":".join(("urn:onrecord", kind, *(quote(SURROGATE.sub("\ufffd", name), safe="") for name in names)))


def article_iri(article: Article) -> str:
    """The article's URL where it has an absolute one, else its urn."""
    if article.url and SCHEME.match(article.url):
        return iri(article.url)
    return urn("article", article.id)


def iri(address: str) -> str:
    """The address, with what no IRI may hold percent-encoded."""
    return FORBIDDEN.sub(lambda match: quote(match[0]), SURROGATE.sub("\ufffd", address))


def wikidata(qid: str) -> str:
    """The Wikidata item as an entity, as its RDF names it (https://www.wikidata.org/wiki/Wikidata:Data_access)."""
    return f"http://www.wikidata.org/entity/{qid}"


def model_iri(model: ModelInfo) -> str:
    """Which weights: name, version and SHA-256."""
    return urn("model", model.name, model.version, model.sha256)
