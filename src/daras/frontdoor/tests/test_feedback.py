"""What became of a referral: sent, read, acknowledged or challenged, and chased where nobody reads (A8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.challenges.answering import answer
from daras.challenges.models import ChallengeAnswered
from daras.duties.chasing import sweep
from daras.duties.models import DutyChased, DutyState
from daras.frontdoor import feedback
from daras.frontdoor.models import FeedbackDelivered, FeedbackSent
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.conftest import Receive
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.working_time import clock

WORDS = "A strategy discussion was held. A social worker and the police see the children together."


def owed(receipt_kind: str) -> bool:
    with machine():
        return DutyState.objects.filter(duty__duty_kind=receipt_kind, met_at__isnull=True).exists()


def send(manager: Worker, outcome: Outcome, decided: str = WORDS) -> None:
    with acting_as(manager):
        feedback.send_feedback(
            manager,
            outcome.reference or "",
            receipt=outcome.receipt or "",
            decided=decided,
            risk_lower="not-yet",
            remains="The school keeps watching.",
        )


def test_feedback_is_sent_read_and_acknowledged(received: Receive, workers: dict[str, Worker]) -> None:
    """A8: given Alex's referral, when the front door says what it decided, then it owes nothing more, the school owes
    that it reads it, and reading meets that and the school's own duty to ask."""
    outcome, manager, lead = received("alex"), workers["duty-manager"], workers["safeguarding-lead"]
    assert owed("feedback-to-referrer")
    send(manager, outcome)
    assert not owed("feedback-to-referrer")
    assert owed("read-feedback")
    with machine():
        notice = Notice.objects.filter(kind="feedback").first()
        assert notice is not None
        assert notice.reference == outcome.receipt
    with acting_as(lead):
        feedback.read_feedback(lead, outcome.receipt or "")
        feedback.read_feedback(lead, outcome.receipt or "")
        feedback.acknowledge(lead, outcome.receipt or "")
    with machine():
        assert FeedbackDelivered.objects.count() == 1
    assert not owed("read-feedback")
    assert not owed("chase-if-silent")


def test_unread_feedback_is_chased(
    received: Receive, workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: given feedback that nobody opens, when its days have passed, then it is chased."""
    send(workers["duty-manager"], received("alex"))
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(days=5)).isoformat())
    sweep(clock.now())
    with machine():
        assert DutyChased.objects.filter(duty__duty_kind="read-feedback").exists()


def test_a_referrer_who_disagrees_challenges_as_anybody_does(received: Receive, workers: dict[str, Worker]) -> None:
    """A8, I6: given feedback, when the school disagrees, then a reason is needed, the front door is told at once and
    owes an answer; who said it may not answer, another manager does once, and the school reads both."""
    outcome, lead, manager = received("alex"), workers["safeguarding-lead"], workers["duty-manager"]
    receipt = outcome.receipt or ""
    send(manager, outcome)
    with acting_as(lead):
        with pytest.raises(Refused, match="needs a reason"):
            feedback.disagree(lead, receipt, reason=" ")
        made = feedback.disagree(lead, receipt, reason="He has been hurt before.")
        assert feedback.disagree(lead, receipt, reason="He has been hurt before.") == made
        assert not DutyState.objects.filter(duty__duty_kind="answer-challenge-to-decision").exists()
    with machine():
        assert DutyState.objects.filter(duty__reference=made.reference, met_at__isnull=True).count() == 1
        assert Notice.objects.filter(kind="challenge", interrupts=True, reference=made.reference).exists()
        other = Worker.objects.create(
            slug="other-manager",
            name="Other Manager",
            email="other@cornwall-council.example",
            agency=manager.agency,
            team=manager.team,
            role="duty-manager",
        )
    with acting_as(manager), pytest.raises(PermissionDenied):
        answer(manager, made.reference, outcome="upheld", reason="It stands.")
    with acting_as(other):
        first = answer(other, made.reference, outcome="changed", reason="A social worker visits today.")
        assert answer(other, made.reference, outcome="changed", reason="A social worker visits today.") == first
        with pytest.raises(Refused) as refused:
            answer(other, made.reference, outcome="upheld", reason="It stands.")
        assert refused.value.code == "answered-before"
    with machine():
        assert ChallengeAnswered.objects.count() == 1
        assert not DutyState.objects.filter(duty__reference=made.reference, met_at__isnull=True).exists()
        told = Notice.objects.filter(kind="challenge-answered", reference=made.reference)
        assert {each.receiver.agency for each in told.select_related("receiver")} == {lead.agency}
    with acting_as(lead):
        assert ChallengeAnswered.objects.get().reason == "A social worker visits today."
        assert not Matter.objects.filter(reference=outcome.reference).exists()
    with acting_as(workers["outsider"]):
        assert not ChallengeAnswered.objects.exists()


def test_feedback_on_one_referral_says_nothing_of_another(received: Receive, workers: dict[str, Worker]) -> None:
    """A8, G4: given two senders on one matter, when one is answered, then the other is still owed its feedback."""
    alex, nurse = received("alex"), received("open-case")
    assert alex.reference == nurse.reference
    send(workers["duty-manager"], alex)
    assert owed("feedback-to-referrer")
    with acting_as(workers["school-nurse"]):
        assert not FeedbackSent.objects.exists()
        with pytest.raises(Refused, match="no such referral"):
            feedback.acknowledge(workers["school-nurse"], alex.receipt or "")


def test_only_the_front_door_says_what_became_of_it(received: Receive, workers: dict[str, Worker]) -> None:
    """A8, G4: given anybody else, then they may not; and the sender who hears nothing asks."""
    outcome, lead = received("alex"), workers["safeguarding-lead"]
    for seat in ("safeguarding-lead", "outsider", "officer"):
        with acting_as(workers[seat]), pytest.raises(PermissionDenied):
            feedback.send_feedback(
                workers[seat],
                outcome.reference or "",
                receipt=outcome.receipt or "",
                decided=WORDS,
                risk_lower="no",
                remains="",
            )
    with acting_as(lead):
        feedback.ask_what_became(lead, outcome.receipt or "")
    assert not owed("chase-if-silent")
    with machine():
        assert Notice.objects.filter(kind="asked-what-became").exists()
