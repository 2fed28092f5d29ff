"""The duty manager's decision on news: the one thing that answers "a decision is due now" (A6, B1)."""

from __future__ import annotations

from daras.access import policy
from daras.access.models import Worker
from daras.duties.commands import meet
from daras.duties.models import DutyState
from daras.duties.reading import kind_of
from daras.duties.releasing import ASSESSED, told_of
from daras.frontdoor.models import ThresholdSuggested
from daras.ledger.refusal import Refused
from daras.matters.decisions import DECISIONS
from daras.matters.models import Matter, MatterDecided
from daras.meetings.asking import answer_asked, asked_on
from daras.meetings.sitting import AtWork, on_matter
from daras.safety.meanwhile import nothing_came_meanwhile

#: The word in `met_by` of a duty that ends where a manager decides on something else than a discussion.
NO_DISCUSSION = "decided-without-discussion"

__all__ = ["DECISIONS", "decide"]


def decide(worker: Worker, reference: str, *, decision: str, reason: str, shown: int | None = None) -> MatterDecided:
    """Record a decision on all the news of a matter so far.

    Only the front door's duty manager may (raises `PermissionDenied`). A decision against what the indicators
    suggest, or another than the discussion an agency asks for, needs a reason that partners will see (A7, B1); raises
    `Refused` without one, for a decision that is not on the list, or where news or another decision came since the
    form was shown (`shown` is what it showed).

    With an assessment, whoever plans before a birth is told what they owe: an unborn child is planned for under
    guidance, so a discussion under section 47 may never come (F11).
    """
    policy.require(worker, "decide")
    if decision not in DECISIONS:
        raise Refused("unknown-decision", "/decision", f"{decision!r} is not a decision.", "Choose one of the list.")
    matter_id = Matter.objects.filter(reference=reference).values_list("pk", flat=True).first()
    if matter_id is None:
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    with on_matter(worker, matter_id, f"decided: {decision}") as at_work:
        nothing_came_meanwhile(matter_id, shown, "/decision")
        against = _against_indication(at_work.matter, decision)
        declines = decision != "strategy-discussion" and bool(asked_on(matter_id))
        if (against or declines) and not reason.strip():
            asks = "An agency asks for" if declines and not against else "The indicators suggest"
            raise Refused(
                "reason-missing",
                "/reason",
                f"{asks} a strategy discussion, and this decision is another.",
                "Say why; partners will see it.",
            )
        detail = MatterDecided(decision=decision, reason=reason.strip(), against_indication=against)
        at_work.add(detail, audience=at_work.circle)
        if decision != "strategy-discussion":
            _end_waiting(at_work, detail)
        if decision == "assessment":
            at_work.release([at_work.matter], reason=ASSESSED)
        if declines:
            answer_asked(at_work, reason)
    return detail


def _end_waiting(at_work: AtWork, decided: MatterDecided) -> None:
    """What was owed only if a discussion is held, and its owner was never told of, ends with another decision (B1)."""
    states = DutyState.objects.select_related("duty", "duty__fact").filter(matter=at_work.matter, met_at__isnull=True)
    ended = [state.duty for state in states if NO_DISCUSSION in kind_of(state.duty).met_by]
    known = told_of(ended)
    waiting = [duty for duty in ended if duty.pk not in known]
    meet(at_work.recording, waiting, decided.fact, at_work.recording.recorded_at)


def _against_indication(matter: Matter, decision: str) -> bool:
    latest = ThresholdSuggested.objects.filter(fact__matter_id=matter.pk).order_by("-fact_id").first()
    return latest is not None and latest.strategy_discussion and decision != "strategy-discussion"
