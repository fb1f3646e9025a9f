"""Title, byline, outlet, date and address, as the page states them for machines and for readers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from onrecord.errors import BadDate
from onrecord.reader.build import Found, tidy
from onrecord.reader.given import iso_date

Element = Any  # an lxml.html element; lxml comes without types
Node = dict[str, Any]  # one JSON-LD object

_DATE_METAS = (  # the surest first
    "article:published_time", "og:published_time", "datepublished", "article:published", "date.published", "pubdate",
    "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date", "dcterms.created",
    "dcterms.date", "dc.date.issued", "dc.date", "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_SLUG = re.compile(r"[a-z0-9_-]+|(?:[\w-]+\.)+[a-z]{2,}")  # "nationalgazette", "gazette.example"
_SUFFIX = re.compile(r"\s+[|–—•·»-]\s+(?=[^|–—•·»]*$)")


def metadata(tree: Element, name: str) -> Found:
    """Read what ``tree`` says of its article. JSON-LD goes before meta elements, these before what readers see."""
    metas = _metas(tree)
    node, nodes = _article_node(tree, metas)
    outlet = _outlet(node, nodes, metas)
    title = _title(tree, node, metas, outlet)
    published = _published(tree, node, metas)
    byline = _byline(node, nodes, metas)
    url = _address(tree, metas)
    if not (title and byline):
        from trafilatura.metadata import extract_metadata

        rest = extract_metadata(tree, date_config={"extensive_search": False, "original_date": True})
        title, byline = title or rest.title, byline or _names(rest.author, separator=";")
    outlet = outlet or (urlsplit(url).hostname or "").removeprefix("www.") if url else outlet
    url, outlet, title, byline = (_line(value, name) for value in (url, outlet, title, byline))
    return Found(url, outlet, title, byline, published)


def _line(value: str | None, name: str) -> str | None:
    return " ".join(tidy(value, name).split()) or None if value else None


def _metas(tree: Element) -> dict[str, str]:
    """Contents of the meta elements by lower-cased name, property or itemprop; the first of a name counts."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = (meta.get("content") or "").strip()
        if key and content:
            metas.setdefault(key.strip().lower(), content)
    return metas


def _nodes(value: Any) -> Iterator[Node]:
    """Every object in a JSON-LD value, outermost first."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(reversed(item.values()))
        elif isinstance(item, list):
            stack.extend(reversed(item))


def _article_node(tree: Element, metas: dict[str, str]) -> tuple[Node, dict[str, Node]]:
    """The JSON-LD object of this page's article (maybe empty), and all objects that carry an @id."""
    candidates: list[tuple[int, Node]] = []
    named: dict[str, Node] = {}
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        source = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", script.text or "")
        try:
            content = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue  # broken JSON-LD is common; the other sources stand in
        for node in _nodes(content):
            if isinstance(node.get("@id"), str) and len(node) > 1:
                named.setdefault(node["@id"], node)
            if "datePublished" in node or "headline" in node:
                candidates.append((_rank(node, metas), node))
    return max(candidates, key=lambda pair: pair[0], default=(0, {}))[1], named


def _rank(node: Node, metas: dict[str, str]) -> int:
    """3 for the article that the page's own title names, 2 for another article, 1 for the page, 0 for pictures."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
        headline = _words(node.get("headline"))
        return 3 if headline and headline == _words(metas.get("og:title")) else 2
    return 1 if "WebPage" in kinds else 0


def _words(value: Any) -> list[str]:
    return re.findall(r"\w+", html.unescape(value).lower()) if isinstance(value, str) else []


def _published(tree: Element, node: Node, metas: dict[str, str]) -> str | None:
    for claim in (node.get("datePublished"), *(metas.get(key) for key in _DATE_METAS)):
        if date := _date(claim):
            return date
    marked = tree.xpath("//*[@itemprop='datePublished' or @pubdate]/@datetime|//*[@itemprop='datePublished']/@content")
    stamps = [date for value in (*marked, *tree.xpath("//time/@datetime")) if (date := _date(value))]
    if marked and stamps:
        return stamps[0]
    from htmldate import find_date

    day: str | None = find_date(tree, original_date=True)
    return next((stamp for stamp in stamps if day and stamp.startswith(day)), day)


def _date(claim: Any) -> str | None:
    """``claim`` in our form. Midnight to the second is how systems write a day without a time, so it is cut off."""
    if not isinstance(claim, str):
        return None
    try:
        date = iso_date(claim)
    except BadDate:
        return None
    return date[:10] if date[11:19] == "00:00:00" else date


def _outlet(node: Node, nodes: dict[str, Node], metas: dict[str, str]) -> str | None:
    """The site's name; a slug or host name only when nothing better is there."""
    publisher = node.get("publisher")
    names = [metas.get("og:site_name"), *_named(publisher, nodes), metas.get("application-name")]
    known = [html.unescape(value).strip() for value in names if value and value.strip()]
    return next((value for value in known if not _SLUG.fullmatch(value)), known[0] if known else None)


def _byline(node: Node, nodes: dict[str, Node], metas: dict[str, str]) -> str | None:
    names = _named(node.get("author"), nodes) or [metas.get(key, "") for key in ("author", "byl", "article:author")]
    return _names(";".join(dict.fromkeys(names)), separator=";")


def _names(joined: str | None, separator: str) -> str | None:
    """Names parted by commas, each once, without "By" and without profile addresses."""
    parts = (re.sub(r"(?i)^by\s+", "", html.unescape(part).strip()) for part in (joined or "").split(separator))
    kept = dict.fromkeys(part for part in parts if part and not re.match(r"https?:|www\.|@", part))
    return ", ".join(kept) or None


def _named(value: Any, nodes: dict[str, Node]) -> list[str]:
    """The names in an author or publisher value: text, an object, a reference to one, or a list of these."""
    names = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and not item.get("name"):
            item = nodes.get(str(item.get("@id")), item)  # noqa: PLW2901 - the reference is followed
        name = item.get("name") if isinstance(item, dict) else item
        names += [part for part in (name if isinstance(name, list) else [name]) if isinstance(part, str)]
    return names


def _title(tree: Element, node: Node, metas: dict[str, str], outlet: str | None) -> str | None:
    """The headline as readers see it when the page's own metadata confirms it, else as the metadata has it."""
    claims = [metas.get("og:title"), node.get("headline"), metas.get("twitter:title"), tree.findtext(".//title")]
    claims = [html.unescape(claim) for claim in claims if isinstance(claim, str) and claim.strip()]
    claimed = set(_words(" ".join(claims)))
    for heading in tree.iter("h1"):
        shown = " ".join("".join(heading.itertext()).split())
        words = set(_words(shown))
        if len(words) > 2 and len(words & claimed) > 0.6 * len(words):
            return shown
    for claim in claims:
        head, *tail = _SUFFIX.split(claim.strip())
        is_site = bool(tail) and (_words(tail[0]) == _words(outlet) or len(_words(head)) > 3 > len(_words(tail[0])))
        return head if is_site else claim
    return None


def _address(tree: Element, metas: dict[str, str]) -> str | None:
    canonical = tree.xpath("//link[@rel='canonical']/@href")
    claims = (*canonical, metas.get("og:url"))
    return next((claim for claim in claims if claim and re.match(r"https?://[^/\s]+/?\S*$", claim)), None)
