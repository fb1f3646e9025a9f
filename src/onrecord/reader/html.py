"""HTML pages: the body text in paragraphs, and the facts about it."""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

from onrecord.errors import EmptyInput, NoArticleBody, NotReadable, OnRecordError, TooLarge
from onrecord.reader.build import Found, build, require_size, tidy
from onrecord.reader.decode import decode
from onrecord.reader.furniture import is_prompt
from onrecord.reader.given import UNKNOWN, Given, iso_date
from onrecord.reader.metadata import metadata
from onrecord.reader.prune import prune
from onrecord.types import Article

Element = Any  # an lxml element; lxml comes without types

MIN_BODY = 250  # characters; stubs and paywall prompts have fewer, the shortest agency flashes about 300
MAX_DEPTH = 1_000  # nested elements; 43 real pages have up to 27, and copying a tree needs stack for each
MAX_ELEMENTS = 50_000  # 43 real pages have 400 to 2,700; extraction takes 0.2 ms for each
MAX_ATTRIBUTES = 2_000  # of one element; libxml2 compares each with all before it
MAX_SCRIPT = 100_000  # characters of a script that are searched for dates; JSON-LD is read whole
_BLOCKS = frozenset({"p", "head", "item", "quote", "row", "code", "list", "table", "body", "div"})

# Controls may not stand in an XML tree, and one of them makes the extractor give up the whole page.
_REFERENCE = re.compile(r"&#(x[0-9a-f]{1,6}|[0-9]{1,7});?", re.IGNORECASE)


def from_html(page: bytes | str, given: Given = UNKNOWN) -> Article:
    """Read the article on a page.

    Raises ``EmptyInput``, ``TooLarge``, ``NotReadable``, ``NoArticleBody``, ``NotEnglish``, ``BadDate``.
    """
    return read_html(page, given, name=given.url or given.id or "page")


def read_html(page: bytes | str, given: Given, name: str, charset: str | None = None) -> Article:
    """As ``from_html``; ``name`` is for messages, ``charset`` is what the server claimed."""
    if given.published:
        iso_date(given.published)  # a bad date is told before the work, not after it
    text, found = body_and_facts(page, name, charset)
    return build(text, given, found, name)


def body_and_facts(page: bytes | str, name: str, charset: str | None = None) -> tuple[str, Found]:
    """The body text, paragraphs parted by a blank line, and what the page says about it; any language."""
    require_size(page, name)
    source = tidy(decode(page, name, charset) if isinstance(page, bytes) else page, name)
    source = _REFERENCE.sub(_character, source)
    if not source.strip():
        raise EmptyInput(name, "an empty page: 0 characters that are not blank", "pass an article")
    tree = _parse(source, name)
    try:
        found = metadata(tree, name)
        best = _best_body(tree, found.title)
    except OnRecordError:
        raise
    except Exception as error:  # pages are hostile, and a batch of a million must not stop at a library's mistake
        cause = f"the page broke the extractor ({type(error).__name__}: {error})"
        raise NotReadable(name, cause, "pass the text itself if you have it") from error
    if len(best) < MIN_BODY:
        measure = f"{len(best)} characters of body text, at least {MIN_BODY} needed"
        raise NoArticleBody(name, measure, "pass the text itself if you have it")
    return best, found


def _character(reference: re.Match[str]) -> str:
    """What a numeric reference to a control character stands for, as browsers have it: ``&#146;`` is ’."""
    digits = reference[1].lower()
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    is_control = code < 0x20 or 0x7F <= code < 0xA0
    return tidy(chr(code), "") if is_control else reference.group()


def _best_body(tree: Element, title: str | None) -> str:
    """The body from the pruned tree or, where pruning took the article for something else, from the rest."""
    pruned = copy.deepcopy(tree)
    prune(pruned)
    best = _body(pruned, title)
    if len(best) < MIN_BODY:
        spoken = _spoken_body(tree)
        best = max(best, _body(tree, title), spoken, key=len)
    return best


def _parse(source: str, name: str) -> Element:
    from lxml import etree
    from lxml import html as lxml_html

    for tag in re.finditer(r"<[a-zA-Z][^<>]{20000,}", source):
        if (attributes := len(re.findall(r"\s[^\s=]{1,40}=", tag.group()))) > MAX_ATTRIBUTES:
            measure = f"an element with {attributes:,} attributes, at most {MAX_ATTRIBUTES:,} are read"
            raise NotReadable(name, measure, "pass the text itself if you have it")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NoArticleBody(name, f"no HTML element in {len(source):,} characters", "pass it as text") from error
    _require_tractable(tree, name)
    for script in tree.iter("script", "style"):
        if len(script.text or "") > MAX_SCRIPT and "ld+json" not in (script.get("type") or ""):
            script.text = None
    return tree


def _require_tractable(tree: Element, name: str) -> None:
    level, depth, elements = [tree], 0, 0
    while level:
        level, depth, elements = [child for element in level for child in element], depth + 1, elements + len(level)
    for measure, most, unit in ((depth, MAX_DEPTH, "levels of nesting"), (elements, MAX_ELEMENTS, "elements")):
        if measure > most:
            raise TooLarge(name, f"{measure:,} {unit}, at most {most:,} are read", "pass the text itself")


def _spoken_body(tree: Element) -> str:
    """The body that the page states for machines (JSON-LD ``articleBody``), the longest of them."""
    bodies = [""]
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and "articleBody" in (script.text or ""):
            try:
                content = json.loads(script.text, strict=False)
            except (ValueError, RecursionError):
                continue
            nodes = content.get("@graph", [content]) if isinstance(content, dict) else content
            for node in nodes if isinstance(nodes, list) else []:
                body = node.get("articleBody") if isinstance(node, dict) else None
                bodies.append(body if isinstance(body, str) else "")
    lines = (" ".join(line.split()) for line in re.split(r"\n|<[^>]{1,200}>", max(bodies, key=len)))
    return "\n\n".join(line for line in lines if line)


def _body(tree: Element, title: str | None) -> str:
    """Let trafilatura find the body in ``tree`` (which it may change), and write it as paragraphs."""
    from trafilatura import bare_extraction

    log = logging.getLogger("trafilatura")
    if not log.handlers:  # it warns of every page without a body; ours is the error that tells it
        log.addHandler(logging.NullHandler())
    document = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    body = getattr(document, "body", None)  # the library's type allows a dict too, which it no longer returns
    return "" if body is None else "\n\n".join(_chosen(list(_paragraphs(body)), title))


def _paragraphs(body: Element) -> Iterator[tuple[str, str]]:
    """Tag and text of each block in the order of the page; line breaks inside one become spaces, pairs part it."""
    parts: list[str] = []
    kind = "p"

    def walk(element: Element) -> Iterator[tuple[str, str]]:
        nonlocal kind
        block = element.tag in _BLOCKS
        if block:
            yield from flush()
            kind = element.tag
        if element.tag == "lb":
            parts.append("\n")
        elif element.tag == "cell" and element.getprevious() is not None:
            parts.append(" | ")
        parts.append(" ".join((element.text or "").split("\n")))
        for child in element:
            yield from walk(child)
        if block:
            yield from flush()
        parts.append(" ".join((element.tail or "").split("\n")))

    def flush() -> Iterator[tuple[str, str]]:
        nonlocal kind
        for piece in re.split(r"\n\s*\n", "".join(parts)):
            if text := " ".join(piece.split()):
                yield kind, text
        parts.clear()
        kind = "p"

    yield from walk(body)
    yield from flush()


def _chosen(blocks: list[tuple[str, str]], title: str | None) -> list[str]:
    """Leave out the title, prompts, what is printed twice, and headings that nothing follows."""
    headline = _key(title or "")
    keys = [_key(text) for _, text in blocks]
    whole = " ".join(key for (kind, _), key in zip(blocks, keys, strict=True) if kind == "p")
    kept: list[tuple[str, str]] = []
    seen: set[str] = set()
    for (kind, text), key in zip(blocks, keys, strict=True):
        if is_prompt(text) or (key == headline and (kind == "head" or len(kept) < 3)):
            continue
        repeated = key in seen if len(key) > 40 else False
        quoted_out = kind == "quote" and 20 < len(key) < 300 and key in whole  # a sentence set large beside the text
        if not (repeated or quoted_out):
            kept.append((kind, text))
            seen.add(key)
    while kept and kept[-1][0] == "head":
        kept.pop()
    return [text for _, text in kept]


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
