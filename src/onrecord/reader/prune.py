"""Cut from a page's tree what is printed around an article, before the body is looked for.

Each rule names a habit of many publishers and looks at structure first; none knows an outlet.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from onrecord.reader.lists import entries

Element = Any  # an lxml.html element; lxml comes without types

# Elements that hold no article text by the HTML standard's own description.
_TAGS = frozenset(
    {"aside", "button", "canvas", "dialog", "figcaption", "figure", "form", "header", "iframe", "menu", "nav"}
    | {"noscript", "object", "select", "svg", "template", "textarea"}
)
_MEDIA = frozenset({"amp-img", "audio", "iframe", "img", "picture", "svg", "video"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WHOLE = frozenset({"html", "body", "main", "article", "h1"})  # never cut by their name
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_POINTERS = frozenset({"p", "li", "div", "blockquote", *_HEADINGS})
_BLOCKS = _POINTERS | {"article", "dl", "footer", "h1", "header", "ol", "section", "table", "ul"}
# What remains of "READ MORE: <a>…</a>" and "ALSO READ | <a>…</a>" without the link.
_LEAD_IN = re.compile(r"\W*[\w’' ]{0,40}\s*[:|»>→]\s*")

# Shares of the page's paragraph text beyond which a part is taken for the article itself and kept: a fact box was seen
# with 0.6 of it; headers, forms and figures wrap an article on some systems.
MOST, MUCH = 0.7, 0.3
CARD = 500  # characters; headline, standfirst and author of another story; 60 to 350 were seen
CAPTION = 300  # characters; agencies' captions run to two sentences


def prune(tree: Element) -> None:
    """Remove, in place, everything under ``tree`` that is recognisably not the article."""
    body = tree.find("body")
    body = tree if body is None else body
    lengths = {paragraph: len(_text(paragraph)) for paragraph in body.iter("p")}
    doomed = _cards(body)
    doomed += [element for element in body.iterdescendants() if isinstance(element.tag, str) and _cut(element, lengths)]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()  # keeps the text that follows


def _cut(element: Element, lengths: dict[Element, int]) -> bool:
    """Whether ``element`` stands beside the article; ``lengths`` holds the characters of every paragraph element."""
    tag = element.tag
    if tag in _TAGS:
        if tag == "figure" and not _has_media(element):
            return False
        return _is_small(element, lengths, MUCH if tag in ("header", "form", "figure") else MOST)
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    if label != " " and tag not in _WHOLE and _names_beside(label) and _is_small(element, lengths, MOST):
        return True
    return (tag == "p" and _is_caption(element)) or (tag in _POINTERS and _is_pointer(element))


@lru_cache(maxsize=4_096)
def _names_beside(label: str) -> bool:
    return _beside().search(_CAMEL.sub("-", label).replace("_", "-").lower()) is not None


@lru_cache(maxsize=1)
def _beside() -> re.Pattern[str]:
    return re.compile(f"(?<![a-z])(?:{'|'.join(entries('beside'))})(?![a-z])")


def _is_small(element: Element, lengths: dict[Element, int], share: float) -> bool:
    """Whether ``element`` holds at most a ``share`` of all paragraph text, and no headline unless it is a header."""
    if element.tag != "header" and next(element.iter("h1"), None) is not None:
        return False
    return sum(lengths[paragraph] for paragraph in element.iter("p")) <= share * sum(lengths.values())


def _is_pointer(element: Element) -> bool:
    """A block that is one link to another story, with at most a lead-in before it."""
    if any(child.tag in _BLOCKS for child in element):
        return False
    links = [link for link in element.iter("a") if link.get("href")]
    if not links or any(child.tag in _BLOCKS for child in element.iterdescendants()):
        return False
    text, linked = _text(element), [_text(link) for link in links]
    if sum(map(len, linked)) < 4:
        return False
    for words in linked:
        text = text.replace(words, "", 1)
    return not re.search(r"\w", text) or (len(links) == 1 and _LEAD_IN.fullmatch(text) is not None)


def _is_caption(element: Element) -> bool:
    """A short paragraph in italics around a picture or straight after one."""
    if len(element) == 0:
        return False
    text = _text(element)
    slanted = sum(len(_text(child)) for child in element.iterchildren("em", "i"))
    if not 0 < len(text) <= CAPTION or slanted < 0.9 * len(text):
        return False
    before = element.getprevious()
    return _has_media(element) or (before is not None and _has_media(before) and not _text(before))


def _cards(body: Element) -> list[Element]:
    """Boxes that announce other stories: a linked headline with at most a standfirst, two or more of a kind."""
    boxes = []
    for heading in body.iter(*_HEADINGS):
        links = [_text(link) for link in heading.iter("a") if link.get("href")]
        if not links or not links[0] or _text(heading).replace(links[0], "").strip():
            continue
        box = heading
        while (outer := box.getparent()) is not None and outer is not body and outer.tag not in _WHOLE:
            if len(_text(outer)) > CARD or sum(1 for _ in outer.iter(*_HEADINGS)) > 1:
                break
            box = outer
        if box is not heading:
            boxes.append(box)
    kinds = Counter((box.tag, box.get("class")) for box in boxes)
    return [box for box in boxes if kinds[box.tag, box.get("class")] > 1]


def _has_media(element: Element) -> bool:
    return any(child.tag in _MEDIA for child in element.iter())


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
