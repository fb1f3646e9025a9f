"""HTML that came from elsewhere, made harmless."""

from __future__ import annotations

import nh3
from markupsafe import Markup

_TAGS = {"p", "br", "h2", "h3", "h4", "blockquote", "ul", "ol", "li", "em", "strong", "b", "i", "q", "cite", "a"}
_ATTRIBUTES = {"a": {"href"}, "q": {"cite"}, "blockquote": {"cite"}}


def clean(html: str) -> Markup:
    """The HTML with a few tags of text and no others; links lead to http(s) addresses only, and tell them nothing.

    What scripts and style sheets hold goes with them; what other tags hold stays.
    """
    kept = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return Markup(kept)
