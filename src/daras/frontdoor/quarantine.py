"""Refused documents are kept for their sender and the front door's administrators: nothing sent is lost (bad input)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import transaction

from daras.access import audiences, trail
from daras.access.models import StandingScope
from daras.access.session import machine
from daras.frontdoor.models import Quarantined
from daras.ledger.refusal import Refused

#: More than this of a refused document is not kept: what is too large to read is too large to hold.
MOST_KEPT_BYTES = 1_000_000


class Deliverer(Protocol):
    """Whoever delivered it."""

    @property
    def name(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def agency(self) -> str | None: ...


def keep(raw: bytes, refused: Refused, principal: Deliverer, now: datetime) -> None:
    """Keep a refused document, in a transaction of its own, for the agency that sent it."""
    with transaction.atomic(), machine():
        scope = audiences.agency_scope(principal.agency) if principal.agency else audiences.CUSTODIANS
        if not StandingScope.objects.filter(slug=scope).exists():
            scope = audiences.CUSTODIANS
        Quarantined.objects.create(
            agency=principal.agency or "",
            received_at=now,
            channel=principal.channel,
            code=refused.code,
            pointer=refused.pointer[:300],
            detail=refused.detail,
            body=raw[:MOST_KEPT_BYTES],
            audience_id=audiences.standing(scope),
        )
        trail.write(
            actor=principal.name,
            agency=principal.agency or "",
            action="change",
            subject_kind="quarantine",
            outcome="refused",
            reason=refused.code,
        )
