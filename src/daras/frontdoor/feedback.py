"""What became of a referral goes back to whoever sent it, is read, and is acknowledged or challenged (A8).

All of it stands in the sender's own submission: the sender learns what was decided on its referral, and not what else
the matter holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.challenges.commands import record_challenge
from daras.challenges.models import DecisionChallenged
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.models import (
    FeedbackAnswered,
    FeedbackChased,
    FeedbackDelivered,
    FeedbackSent,
    ReferralReceived,
)
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.working_time import clock

#: Whether the risk to the child is lower now, as the front door sees it.
RISK_LOWER = {"yes": "Yes, the risk is lower now", "no": "No, the risk is not lower", "not-yet": "Not known yet"}
PUBLIC = "public"


def send_feedback(
    worker: Worker, reference: str, *, receipt: str, decided: str, risk_lower: str, remains: str
) -> FeedbackSent:
    """Say to a sender what was decided on its news. Meets what the front door owes it, and asks it to read.

    Only the front door may (raises `PermissionDenied`). Raises `Refused` where nothing is said, or the sender is a
    member of the public, who gets a receipt only.
    """
    policy.require(worker, "give-feedback")
    received = _news(ReferralReceived.objects.filter(receipt=receipt, fact__matter_id=_matter_id(reference)))
    if received.fact.agency == PUBLIC:
        raise Refused("receipt-only", "/receipt", "A member of the public gets a receipt only.", "Nothing is owed.")
    if not decided.strip():
        raise Refused("missing", "/decided", "Say what was decided.", "Write it in words the referrer understands.")
    if risk_lower not in RISK_LOWER:
        raise Refused("missing", "/risk_lower", "Say whether the risk is lower now.", "Choose one of the three.")
    detail = FeedbackSent(receipt=receipt, decided=decided.strip(), risk_lower=risk_lower, remains=remains.strip())
    with machine():
        matter, recording = _locked(received, worker)
        fact = _record(recording, received, detail)
        _settle(recording, received, fact, {"feedback-to-referrer"})
        sender = _Owner(received.fact.agency, received.sender_team, receipt, received.audience_id)
        _owe(recording, matter, fact, "read-feedback", sender)
        tell(matter, fact.pk, [Tell(sender.agency, sender.team or None, "feedback", reference=receipt)])
        _note(worker, received, "feedback sent")
    return detail


def read_feedback(worker: Worker, receipt: str) -> None:
    """Somebody of the sending agency has opened what became of its referral: from now on it is delivered.

    Opening it again changes nothing.
    """
    unread = FeedbackSent.objects.filter(receipt=receipt, delivery__isnull=True).order_by("fact_id")
    if not unread.exists():
        return
    received = _own(worker, receipt)
    with machine():
        _, recording = _locked(received, worker)
        for feedback in unread:
            fact = _record(recording, received, FeedbackDelivered(feedback=feedback))
            _settle(recording, received, fact, {"read-feedback", "chase-if-silent"})
        _note(worker, received, "feedback read")


def ask_what_became(worker: Worker, receipt: str) -> None:
    """The sender asks what became of its referral: the front door is told, and the sender has done its part."""
    received = _own(worker, receipt)
    with machine():
        matter, recording = _locked(received, worker)
        fact = _record(recording, received, FeedbackChased(receipt=receipt))
        _settle(recording, received, fact, {"chase-if-silent"})
        front_door = _front_door(received, matter)
        tell(matter, fact.pk, [Tell(front_door.agency, front_door.team or None, "asked-what-became")])
        _note(worker, received, "asked what became of it")


def acknowledge(worker: Worker, receipt: str) -> FeedbackAnswered:
    """The sender says that it has read the latest feedback. Raises `Refused` where nothing has been said yet."""
    policy.require(worker, "answer")
    received = _own(worker, receipt)
    detail = FeedbackAnswered(feedback=_latest(receipt))
    with machine():
        _, recording = _locked(received, worker)
        _record(recording, received, detail)
        _note(worker, received, "acknowledged")
    return detail


def disagree(worker: Worker, receipt: str, *, reason: str) -> DecisionChallenged:
    """The sender challenges what it was told, as any decision is challenged: whoever answers for the front door owes an
    answer, both views stand, and the sender reads the answer (A8, I6).

    Raises `Refused` without a reason, or where nothing has been said yet.
    """
    policy.require(worker, "answer")
    received = _own(worker, receipt)
    latest = _latest(receipt)
    with machine():
        matter, recording = _locked(received, worker)
        made = record_challenge(recording, matter, latest.fact, agency=worker.agency, reason=reason)
        _note(worker, received, "disagreed")
    return made


def _latest(receipt: str) -> FeedbackSent:
    latest = FeedbackSent.objects.select_related("fact").filter(receipt=receipt).order_by("-fact_id").first()
    if latest is None:
        raise Refused("nothing-said", "", "Nobody has told you anything yet.", "Ask what became of it.")
    return latest


def _matter_id(reference: str) -> int:
    """The id of a matter that opens to whoever asks; 0 for none."""
    return Matter.objects.filter(reference=reference).values_list("pk", flat=True).first() or 0


def _news(found: Iterable[ReferralReceived]) -> ReferralReceived:
    for received in found:
        return received
    raise Refused("no-such-news", "/receipt", "There is no such referral here for you.", "Check the receipt.")


def _own(worker: Worker, receipt: str) -> ReferralReceived:
    policy.require(worker, "refer")
    rows = ReferralReceived.objects.select_related("fact").filter(receipt=receipt, fact__agency=worker.agency)
    return _news(rows)


def _locked(received: ReferralReceived, worker: Worker) -> tuple[Matter, Recording]:
    matter = Matter.objects.get(pk=received.fact.matter_id or 0)
    return matter, lock([matter.pk], agency=worker.agency, author=worker.slug)


def _record(recording: Recording, received: ReferralReceived, detail: Detail) -> Fact:
    (fact,) = append(recording, [Entry(detail, received.audience_id, matter_id=received.fact.matter_id)])
    return fact


def _settle(recording: Recording, received: ReferralReceived, fact: Fact, kinds: set[str]) -> None:
    """Meet what is owed on this one referral: others of the same matter have senders of their own."""
    said = FeedbackSent.objects.filter(receipt=received.receipt).values_list("fact_id", flat=True)
    answered = FeedbackAnswered.objects.filter(feedback__receipt=received.receipt).values_list("fact_id", flat=True)
    opened_by = [received.fact_id, *said, *answered]
    duties = DutyOpened.objects.select_related("fact").filter(opened_by__in=opened_by, duty_kind__in=kinds)
    meet(recording, list(duties), fact, recording.recorded_at)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Who is to owe something, by which reference they know it, and who sees that it is owed."""

    agency: str
    team: str
    reference: str
    audience: int


def _owe(recording: Recording, matter: Matter, opened_by: Fact, kind: str, owner: _Owner) -> None:
    now = recording.recorded_at
    pack = pack_for(clock.local_date(now))
    duty = pack.duty(kind)
    owed = Owed(
        kind=kind,
        owner_agency=owner.agency,
        owner_team=owner.team or None,
        owner_role=None,
        about_record_ids=(),
        anchor_at=now,
        due_at=duty.clock.due(now, pack.calendar),
        because=duty.because,
        source=duty.cited,
        authority=duty.authority,
        told=duty.told,
        late_start=False,
        reference=owner.reference,
    )
    open_duties(recording, matter, opened_by, [owed], pack=pack, audience_of=[owner.audience])


def _front_door(received: ReferralReceived, matter: Matter) -> _Owner:
    """Whoever owes this sender feedback, in the front door's own layer: the sender knows no matter by its reference."""
    owing = DutyState.objects.filter(duty__opened_by=received.fact_id, duty__duty_kind="feedback-to-referrer").first()
    if owing is None:
        raise Refused("nothing-owed", "", "No feedback is owed on this.", "Ring the front door.")
    return _Owner(owing.owner_agency, owing.owner_team, matter.reference, owing.audience_id)


def _note(worker: Worker, received: ReferralReceived, what: str) -> None:
    trail.change(worker, "submission", received.receipt, what, matter_id=received.fact.matter_id)
