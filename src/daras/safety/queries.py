"""Reading what keeps children safe, and what was handed over, through the eyes of a worker (A16, A6, A11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from daras.access.models import Worker
from daras.ledger.reading import OnMatter
from daras.safety.models import AnalysisRecorded, HandedOver, ProtectionRecorded, ProtectionSettled

#: What `protections_on` and `analyses_of` look for among the facts of a matter.
KINDS = (ProtectionRecorded, ProtectionSettled, AnalysisRecorded)


def protections_on(facts: OnMatter) -> list[ProtectionRecorded]:
    """What holds somebody of a matter safe, or did until somebody settled what follows; the soonest end first, those
    without an end last."""
    settled = {each.protection_id: each for each in facts.every(ProtectionSettled)}
    found = facts.standing(ProtectionRecorded)
    for each in found:
        # As `select_related` leaves it: what follows, or that nobody has settled it, without asking again.
        ProtectionRecorded.settlement.related.set_cached_value(each, settled.get(each.pk))
    return sorted(found, key=lambda each: (each.expires_at is None, each.expires_at or each.since, each.pk))


#: Whoever this binds consents to nothing for the child and is given no version of the record (G5).
NO_CONTACT = "no-contact"


def kept_from_contact(protections: Iterable[ProtectionRecorded], now: datetime) -> set[int]:
    """The records of those whose contact is prohibited now, of what stands on a matter: neither settled nor ended."""
    return {
        each.fact.person_record_id or 0
        for each in protections
        if each.protection == NO_CONTACT
        and getattr(each, "settlement", None) is None
        and (each.expires_at is None or each.expires_at > now)
    }


def lapsing(before: datetime) -> list[ProtectionRecorded]:
    """Every protection that ends by then, or has ended, without anybody having said what follows."""
    rows = ProtectionRecorded.objects.select_related("fact").filter(
        expires_at__lte=before, settlement__isnull=True, fact__superseded_by__isnull=True
    )
    return list(rows.order_by("expires_at"))


def analyses_of(facts: OnMatter) -> list[AnalysisRecorded]:
    """Every analysis of a matter, the newest first: those before it stay readable."""
    return facts.every(AnalysisRecorded)[::-1]


def handovers(worker: Worker, since: datetime) -> list[HandedOver]:
    """What the worker's team handed over or was handed: all that nobody has accepted, and what was accepted since;
    the newest first."""
    ours = Q(to_agency=worker.agency, to_team=worker.team) | Q(from_agency=worker.agency, from_team=worker.team)
    rows = HandedOver.objects.select_related("fact", "acceptance", "acceptance__fact").filter(
        ours, Q(acceptance__isnull=True) | Q(fact__recorded_at__gte=since)
    )
    return list(rows.order_by("-fact_id"))


def by_matter(rows: Iterable[HandedOver]) -> Mapping[int, list[HandedOver]]:
    """Handovers by the matter they are about."""
    found: dict[int, list[HandedOver]] = {}
    for row in rows:
        found.setdefault(row.fact.matter_id or 0, []).append(row)
    return found
