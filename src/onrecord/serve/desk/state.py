"""What every route of the desk can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from onrecord.serve.desk.ledgers import Ledgers
from onrecord.serve.desk.settings import Settings
from onrecord.serve.desk.templating import Templates


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's settings, its ledger and its templates."""

    settings: Settings
    ledgers: Ledgers
    templates: Templates


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]
"""A route's parameter that is the desk: ``def front(request: Request, desk: AtDesk) -> Response``."""
