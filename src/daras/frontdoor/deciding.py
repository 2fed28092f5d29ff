"""The duty manager's decision on news: the one thing that answers "a decision is due now" (A6, B1)."""

from __future__ import annotations

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.meeting import meet_by
from daras.frontdoor.models import ThresholdSuggested
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, project
from daras.matters.decisions import DECISIONS
from daras.matters.models import Matter, MatterDecided

__all__ = ["DECISIONS", "decide"]


def decide(worker: Worker, reference: str, *, decision: str, reason: str) -> MatterDecided:
    """Record a decision on all the news of a matter so far.

    Only the front door's duty manager may (raises `PermissionDenied`). A decision against what the indicators
    suggest needs a reason that partners will see (A7, B1); raises `Refused` without one, or for a decision that is
    not on the list.
    """
    policy.require(worker, "decide")
    if decision not in DECISIONS:
        raise Refused("unknown-decision", "/decision", f"{decision!r} is not a decision.", "Choose one of the list.")
    if not Matter.objects.filter(reference=reference).exists():
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    with machine():
        matter = Matter.objects.get(reference=reference)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        against = _against_indication(matter, decision)
        if against and not reason.strip():
            raise Refused(
                "reason-missing",
                "/reason",
                "The indicators suggest a strategy discussion, and this decision is another.",
                "Say why; partners will see it.",
            )
        detail = MatterDecided(decision=decision, reason=reason.strip(), against_indication=against)
        facts = append(recording, [Entry(detail, matter.audience_id, matter_id=matter.pk)])
        meet_by(recording, matter, facts)
        project(matter, recording.recorded_at)
        trail.write(
            actor=worker.slug,
            agency=worker.agency,
            action="change",
            subject_kind="matter",
            subject_id=reference,
            matter_id=matter.pk,
            reason=f"decided: {decision}",
        )
    return detail


def _against_indication(matter: Matter, decision: str) -> bool:
    latest = ThresholdSuggested.objects.filter(fact__matter_id=matter.pk).order_by("-fact_id").first()
    return latest is not None and latest.strategy_discussion and decision != "strategy-discussion"
