"""Refused documents are kept for their sender and for who answers for the front door: nothing sent is lost (bad
input)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import transaction

from daras.access import audiences, trail
from daras.access.models import Grant
from daras.access.session import machine
from daras.frontdoor.models import Quarantined
from daras.ledger.refusal import Refused

#: More than this of a refused document is not kept: what is too large to read is too large to hold.
MOST_KEPT_BYTES = 1_000_000
#: What such an audience is for, and who gives the sender sight of it.
PURPOSE, SERVICE = "quarantine", "service:intake"


class Deliverer(Protocol):
    """Whoever delivered it."""

    @property
    def name(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def agency(self) -> str | None: ...


def keep(raw: bytes, refused: Refused, principal: Deliverer, now: datetime) -> None:
    """Keep a refused document, in a transaction of its own, for the agency that sent it and the front door's
    managers; one that came as a file, for the managers."""
    with transaction.atomic(), machine():
        Quarantined.objects.create(
            agency=principal.agency or "",
            received_at=now,
            channel=principal.channel,
            code=refused.code,
            pointer=refused.pointer[:300],
            detail=refused.detail,
            remedy=refused.remedy,
            body=raw[:MOST_KEPT_BYTES],
            audience_id=_audience(principal.agency),
        )
        trail.write(
            actor=principal.name,
            agency=principal.agency or "",
            action="change",
            subject_kind="quarantine",
            outcome="refused",
            reason=refused.code,
        )


def _audience(agency: str | None) -> int:
    """The front door's managers, and whoever sent it: one audience for everything an agency had refused."""
    if agency is None:
        return audiences.standing(audiences.FRONT_DOOR_MANAGERS)
    given = Grant.objects.filter(audience__purpose=PURPOSE, agency=agency, end__isnull=True).order_by("pk").first()
    if given is not None:
        return given.audience_id
    audience = audiences.open_audience(audiences.FRONT_DOOR_MANAGERS, PURPOSE)
    audiences.grant(audience, agency=agency, reason="Its own document, refused.", granted_by=SERVICE)
    return audience
