"""A search as it stands in an address: the same for pages, feeds, exports and the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query as Parameter
from pydantic import BaseModel, Field, field_validator

from onrecord.store.filters import Filters
from onrecord.store.query import parse
from onrecord.store.search import Query

Way = Literal["list", "words", "meaning", "both"]
"""How statements are found: all that the filters let through, or by what was typed."""

_FILTERS = ("speaker", "qid", "office", "country", "outlet", "addressee", "since", "until", "article")


class Asked(BaseModel):
    """The parameters of a search. Empty ones, as a form sends them, are not asked."""

    q: str | None = Field(None, description='Words, "phrases", -exclusions; see the guide.', examples=["harbour"])
    by: str = Field("auto", description="auto, words, meaning or both.")
    sort: str = Field("relevance", description="relevance, said or confidence.")
    speaker: str | None = Field(None, description="Words of the name, a Wikidata item, or the key of a person.")
    qid: str | None = Field(None, description="The speaker's Wikidata item.")
    office: str | None = Field(None, description="Words of the speaker's office.")
    country: str | None = Field(None, description="The speaker's country, as in DE.")
    outlet: str | None = Field(None, description="Who published it; part of the name.")
    kind: list[str] = Field([], description="direct, indirect or mixed.")
    act: list[str] = Field([], description="assert, deny, promise, refuse-to-comment …")
    addressee: str | None = Field(None, description="To whom; part of the name.")
    since: str | None = Field(None, description="First day, month or year: 2031-04-02.")
    until: str | None = Field(None, description="Last day, month or year.")
    dates: str = Field("said", description="What since and until are days of: said or published.")
    confidence: float | None = Field(None, description="At least this confidence, 0 to 1.")
    corrected: bool | None = Field(None, description="Only those that were, or were not, corrected.")
    status: str = Field("standing", description="standing (all but rejected), open, accepted, rejected or all.")
    article: str | None = Field(None, description="In this article: its id or address.")
    limit: int = Field(20, ge=1, le=200, description="Statements on a page.")
    after: str | None = Field(None, description="`next` of the page before.")

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any, info: Any) -> Any:
        default = cls.model_fields[info.field_name].default
        if isinstance(value, list) and isinstance(default, list):
            return [one for one in value if one]
        value = value.strip() if isinstance(value, str) else value
        return default if value == "" else value

    @property
    def way(self) -> Way:
        """How the ledger finds the statements. Raises BadQuery where what was typed cannot be understood."""
        if self.q is None:
            return "list"
        if self.by == "meaning":
            return "meaning"
        plain = parse(self.q).plain
        if self.by == "both" or (self.by == "auto" and plain):
            return "both" if self.sort == "relevance" else "words"
        return "words"  # or an unknown one, which the ledger refuses

    def filters(self) -> Filters:
        """The filters that are asked for; the ledger says itself what is none of their values."""
        named: dict[str, Any] = {name: getattr(self, name) for name in (*_FILTERS, "confidence", "corrected")}
        named |= {"kind": tuple(self.kind), "act": tuple(self.act), "shown": self.status, "by": self.dates}
        return Filters(**named)

    def query(self, *, facets: bool = False) -> Query:
        """The search as the ledger takes it."""
        return Query(self.q, self.filters(), self.by, self.sort, self.limit, self.after, facets)  # type: ignore[arg-type]

    def parameters(self, **changes: Any) -> str:
        """What is asked, as the query part of an address, with these changes; None takes one away.

        The place in the list (``after``) is left out unless it is among the changes.
        """
        told = {name: value for name, value in self if value != type(self).model_fields[name].default}
        told.pop("after", None)
        told |= changes
        return urlencode({name: value for name, value in told.items() if value not in (None, [], "")}, doseq=True)


Searched = Annotated[Asked, Parameter()]
"""A route's parameter that is the search asked for in the address."""
