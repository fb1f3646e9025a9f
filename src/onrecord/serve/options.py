"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from onrecord.errors import BadQuery
from onrecord.store.filters import Filters

Db = Annotated[Path, typer.Option("--db", metavar="FILE", help="The ledger.")]
DB = Path("onrecord.db")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="Also fetch from private and local addresses.")]

Speaker = Annotated[str | None, typer.Option(metavar="NAME", help="Who said it: words of a name, an item, a key.")]
Qid = Annotated[str | None, typer.Option(metavar="Q…", help="The speaker's Wikidata item.")]
Office = Annotated[str | None, typer.Option(metavar="WORDS", help="In the speaker's office: minister.")]
Country = Annotated[str | None, typer.Option(metavar="CODE", help="The speaker's country, as in DE.")]
Outlet = Annotated[str | None, typer.Option(metavar="NAME", help="Who published it; part of the name.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="direct, indirect or mixed.")]
Acts = Annotated[list[str] | None, typer.Option("--act", metavar="ACT", help="deny, promise, ask, refuse-to-comment …")]
Addressee = Annotated[str | None, typer.Option(metavar="NAME", help="To whom; part of the name.")]
Since = Annotated[str | None, typer.Option(metavar="DAY", help="Said on or after: 2031, 2031-03, 2031-03-12.")]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="Said on or before.")]
Published = Annotated[bool, typer.Option("--published", help="--since and --until mean the day of publication.")]
Confidence = Annotated[float | None, typer.Option(metavar="0–1", help="At least this confidence.")]
Corrected = Annotated[
    bool | None, typer.Option("--corrected/--uncorrected", help="Only those that were, or were not, corrected.")
]
Shown = Annotated[
    str, typer.Option("--status", metavar="STATUS", help="open, accepted, rejected, all; else all but rejected.")
]
InArticle = Annotated[str | None, typer.Option("--article", metavar="ID|URL", help="In this article.")]


def filters(
    *, kind: list[str] | None, act: list[str] | None, published: bool, status: str, **others: object
) -> Filters:
    """The filters of a command line. Raises BadQuery where a text is empty."""
    for name, value in others.items():
        if isinstance(value, str) and not value.strip():
            raise BadQuery(f"--{name}", "is empty", "leave it out, or say what to look for")
    asked: dict[str, Any] = {"kind": tuple(kind or ()), "act": tuple(act or ()), "shown": status, **others}
    return Filters(by="published" if published else "said", **asked)  # which says itself what is none of its values
