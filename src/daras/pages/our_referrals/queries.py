"""What an agency sent to the front door: its own words back, the quality check, and what it owes itself.

Naming someone gives no sight of them: nothing here reads the matter, a candidate, the network or an indicator.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from daras.access.models import Worker
from daras.duties.models import DutyState
from daras.frontdoor.models import (
    ConcernReported,
    QualityChecked,
    ReferralReceived,
    SafeNowRecorded,
    VoiceRecorded,
)
from daras.ledger.models import Fact
from daras.pages.feedback.queries import Said, said_of
from daras.people.models import NameKnown, PersonInMatter

#: As many as one page shows, the newest first.
PAGE = 100
UNNAMED = "Somebody without a name"


@dataclass(frozen=True, slots=True)
class Sent:
    """One piece of news as its sender sent it."""

    received: ReferralReceived
    quality: QualityChecked | None
    people: tuple[tuple[str, str], ...]  # name as written, part
    names: dict[int, str]  # by person record
    concerns: tuple[ConcernReported, ...]
    voices: tuple[VoiceRecorded, ...]
    safe: tuple[SafeNowRecorded, ...]
    duties: tuple[DutyState, ...]
    said: Said


def sent_by(worker: Worker) -> tuple[ReferralReceived, ...]:
    """The newest news of the worker's own team, or of their agency where no team was said."""
    return tuple(
        ReferralReceived.objects.filter(fact__agency=worker.agency)
        .filter(Q(sender_team=worker.team) | Q(sender_team=""))
        .select_related("fact")
        .order_by("-fact_id")[:PAGE]
    )


def sent(worker: Worker, receipt: str) -> Sent | None:
    """One piece of news by its receipt, for the agency that sent it; None for anybody else."""
    received = (
        ReferralReceived.objects.filter(fact__agency=worker.agency, receipt=receipt).select_related("fact").first()
    )
    if received is None:
        return None
    own = Fact.objects.filter(
        matter_id=received.fact.matter_id, agency=worker.agency, recorded_at=received.fact.recorded_at
    )
    names = {
        name.fact.person_record_id: " ".join(part for part in (name.given_name, name.family_name) if part)
        for name in NameKnown.objects.filter(fact__in=own, use="current").select_related("fact")
        if name.fact.person_record_id is not None
    }
    parts = PersonInMatter.objects.filter(fact__in=own).select_related("fact").order_by("fact_id")
    return Sent(
        received=received,
        quality=QualityChecked.objects.filter(fact__in=own).first(),
        people=tuple((names.get(part.fact.person_record_id or 0, UNNAMED), part.part) for part in parts),
        names=names,
        concerns=tuple(ConcernReported.objects.filter(fact__in=own).select_related("fact").order_by("fact_id")),
        voices=tuple(VoiceRecorded.objects.filter(fact__in=own).select_related("fact").order_by("fact_id")),
        safe=tuple(SafeNowRecorded.objects.filter(fact__in=own).select_related("fact").order_by("fact_id")),
        said=said_of(received),
        duties=tuple(
            DutyState.objects.filter(duty__reference=receipt, duty__owner_agency=worker.agency)
            .select_related("duty")
            .order_by("due_at")
        ),
    )
