"""The parameters of the API's requests: those of a search (``asked``), and no others, so that no slip goes by."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from onrecord.serve.desk.asked import Asked
from onrecord.store.filters import Filters

_AS: Any = Asked.model_fields  # each parameter is described once


class Sought(Asked):
    """A search."""

    model_config = ConfigDict(extra="forbid")

    facets: bool = Field(default=False, description="Also count speakers, outlets, kinds, acts and months.")


class Chosen(BaseModel):
    """The filters of a search, for what is no search. Empty ones are not asked."""

    model_config = ConfigDict(extra="forbid")

    speaker: str | None = _AS["speaker"]
    qid: str | None = _AS["qid"]
    office: str | None = _AS["office"]
    country: str | None = _AS["country"]
    outlet: str | None = _AS["outlet"]
    kind: list[str] = _AS["kind"]
    act: list[str] = _AS["act"]
    addressee: str | None = _AS["addressee"]
    since: str | None = _AS["since"]
    until: str | None = _AS["until"]
    dates: str = _AS["dates"]
    confidence: float | None = _AS["confidence"]
    corrected: bool | None = _AS["corrected"]
    status: str = _AS["status"]
    article: str | None = _AS["article"]

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any, info: Any) -> Any:
        if isinstance(value, list):
            return [one for one in value if one]
        return cls.model_fields[info.field_name].default if value == "" else value

    def filters(self) -> Filters:
        """The filters that are asked for."""
        return Asked.model_construct(**{name: getattr(self, name) for name in Chosen.model_fields}).filters()


class Listing(Chosen):
    """A page of articles."""

    limit: int = Field(50, ge=1, le=200, description="Articles on a page.")
    after: str | None = Field(None, description="`next` of the page before.")


class Taken(Chosen):
    """What is exported, and how."""

    spreadsheet: bool = Field(default=False, description="Of csv: keep a spreadsheet from taking words for formulas.")
    quotes: bool = Field(default=False, description="Of bibtex and csl: an item for each statement, not each article.")
    all_versions: bool = Field(default=False, description="Of jsonl: older versions of articles too.")
    as_read: bool = Field(default=False, description="Of jsonl: as the model read it, without corrections.")


Search = Annotated[Sought, Parameter()]
Articles = Annotated[Listing, Parameter()]
Export = Annotated[Taken, Parameter()]
