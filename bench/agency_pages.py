"""The benchmark's prose as ordinary news pages: an article among menus, related links, scripts and metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import count
from random import Random

from bench.agency_text import Written, write
from bench.agency_world import Outlet, countries, outlets, topics

LENGTH = 0.64  # of an article of the records: 450 words, as on ordinary news pages
LIGHT, HEAVY = 62_000, 145_000
"""Characters of a page, spread evenly; the body of a real one is 2 to 5 % of what is sent."""

RELATED = (30, 70)  # links to other stories, in lists beside and below the article
MENU = 3  # towns of each section's submenu
HEADLINES = 250  # distinct headlines that the links of one run go to
_OTHERS = 10**7  # the headlines belong to articles numbered from here


def pages(count_of_pages: int, seed: int) -> Iterator[tuple[str, str]]:
    """Names, such as ``page-000001.html``, and HTML of so many pages."""
    rng = Random(seed)
    others = [write(rng, _OTHERS + at, length=0.1).article for at in range(HEADLINES)]
    links = [(one.url or "", one.title or "") for one in others]
    for number in count(1):
        if number > count_of_pages:
            return
        written = write(rng, number, length=LENGTH)
        yield f"page-{number:06}.html", page(written, links, rng)


def page(written: Written, links: list[tuple[str, str]], rng: Random) -> str:
    """The page of an article. ``links``: addresses and headlines of other stories."""
    article = written.article
    outlet = next(one for one in outlets() if one.name == article.outlet)
    title, size = article.title or "", int(LIGHT + rng.random() * (HEAVY - LIGHT))
    related = rng.sample(links, RELATED[0] + int(rng.random() * (RELATED[1] - RELATED[0])))
    body = "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in article.text.split("\n\n"))
    byline = (
        f'<span class="byline">By <a rel="author" href="/authors">{article.byline}</a></span>' if article.byline else ""
    )
    about = written.draft.topic
    tags = "".join(f'<li><a href="/tag/{group.replace(" ", "-")}">{group}</a></li>' for group in about.groups)
    main = f"""<main id="content"><article class="story story--{about.name}">
<header><p class="kicker"><a href="/{about.name}">{about.sector.title()}</a></p>
<h1>{escape(title)}</h1>
<div class="meta">{byline}<time datetime="{article.published}">{(article.published or "")[:10]}</time></div></header>
<div class="article-body">
{body}
</div>
<ul class="tags">{tags}</ul>
</article>
<aside class="related"><h2>More on this story</h2>{_list(related[:12])}</aside>
<section class="most-read"><h2>Most read</h2>{_list(related[12:])}</section></main>"""
    top = f"""<body class="article-page"><a class="skip" href="#content">Skip to content</a>
{_menu(outlet)}
"""
    bottom = f"""<footer>{_footer(outlet)}</footer>
</body>
</html>
"""
    head = _head(written, outlet)
    room = size - len(head) - len(top) - len(main) - len(bottom)
    style, script = _style(int(room * 0.4), rng), _script(int(room * 0.6), rng)
    return f"{head}<style>{style}</style>\n</head>\n{top}{main}\n<script>{script}</script>\n{bottom}"


def _head(written: Written, outlet: Outlet) -> str:
    article = written.article
    title = escape(article.title or "")
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published,
        "author": [{"@type": "Person", "name": article.byline}] if article.byline else [],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": f"https://{outlet.domain}/"},
        "mainEntityOfPage": article.url,
        "keywords": list(written.draft.topic.groups),
    }
    known = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {outlet.name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{title}">
<link rel="canonical" href="{article.url}">
<meta property="og:type" content="article">
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{outlet.name}">
<meta property="og:url" content="{article.url}">
<meta property="article:published_time" content="{article.published}">
<script type="application/ld+json">{known}</script>
"""


def _list(links: list[tuple[str, str]]) -> str:
    items = "\n".join(
        f'<li class="teaser teaser--small" data-track="related"><a href="{url}"><span>{escape(title)}</span></a></li>'
        for url, title in links
    )
    return f"<ul>\n{items}\n</ul>"


def _menu(outlet: Outlet) -> str:
    sections = []
    for at, topic in enumerate(topics()):
        towns = countries()[at % len(countries())].towns[:MENU]
        below = "".join(f'<li><a href="/{topic.name}/{town.lower()}">{town}</a></li>' for town in towns)
        sections.append(f'<li class="nav-item"><a href="/{topic.name}">{topic.name.title()}</a><ul>{below}</ul></li>')
    return f"""<header class="site-header"><a class="logo" href="/">{outlet.name}</a>
<nav aria-label="Sections"><ul>
{chr(10).join(sections)}
</ul></nav><div class="account"><a href="/login">Sign in</a> <a href="/subscribe">Subscribe</a></div></header>"""


def _footer(outlet: Outlet) -> str:
    pages = ("About us", "Contact", "Corrections", "Privacy", "Cookies", "Terms of use", "Advertise", "Archive", "Jobs")
    links = "".join(f'<li><a href="/{name.lower().replace(" ", "-")}">{name}</a></li>' for name in pages)
    return f"<ul>{links}</ul><p>© {outlet.name}. All rights reserved.</p>"


def _style(size: int, rng: Random) -> str:
    """About so many characters of style sheet."""
    rules: list[str] = []
    while size > 0:
        lot = int(rng.random() * 10**9)
        rules.append(
            f".c{lot:x}{{margin:{lot % 40}px {lot % 7}px;color:#{lot % 0xFFFFFF:06x};font:{lot % 30 + 10}px/1.4 serif;"
            f"display:{'flex' if lot % 2 else 'block'}}}"
        )
        size -= len(rules[-1])
    return "".join(rules)


def _script(size: int, rng: Random) -> str:
    """About so many characters of settings, as pages carry them for their advertisements and measurements."""
    slots: list[str] = []
    while size > 0:
        lot = int(rng.random() * 10**12)
        slots.append(
            f'{{"id":"slot-{lot:x}","sizes":[[{lot % 970},{lot % 600}]],"lazy":{"true" if lot % 2 else "false"}}}'
        )
        size -= len(slots[-1]) + 1
    return f'window.__settings={{"slots":[{",".join(slots)}]}};'
