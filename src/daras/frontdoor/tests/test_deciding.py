"""A decision is due now, is chased by minutes, and is answered by the duty manager and nobody else (A6, A7, B1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties import changing
from daras.duties.chasing import sweep
from daras.duties.models import DutyChased, DutyOpened, DutyState
from daras.frontdoor.deciding import decide
from daras.frontdoor.intake import receive
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter, MatterState
from daras.outbox.models import Notice
from daras.working_time import clock

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]


def decision_due(outcome: Outcome) -> DutyState:
    return DutyState.objects.select_related("duty", "matter").get(
        duty__duty_kind="strategy-decision-due", matter__reference=outcome.reference
    )


def status(outcome: Outcome) -> str:
    with machine():
        return MatterState.objects.get(matter__reference=outcome.reference).status


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> datetime:
    monkeypatch.setenv("DARAS_NOW", moment.isoformat())
    return moment


def test_an_unanswered_decision_is_chased_and_escalated_by_minutes(
    received: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: given a decision that nobody makes, then the duty manager is reminded after half an hour, the service
    manager is told after an hour and the head of service after two; a sweep run twice tells nobody twice."""
    outcome = received("alex")
    opened = clock.now()
    steps = []
    for minutes in (29, 31, 31, 61, 121):
        sweep(at(monkeypatch, opened + timedelta(minutes=minutes)))
        with machine():
            duty = decision_due(outcome).duty
            steps.append(list(DutyChased.objects.filter(duty=duty).order_by("pk").values_list("step", flat=True)))
    assert [len(each) for each in steps] == [0, 1, 1, 2, 3]
    assert steps[-1] == ["remind", "service-manager", "head-of-service"]
    with machine():
        kinds = list(Notice.objects.filter(kind__in=["chased", "escalated"]).values_list("kind", "interrupts"))
    assert ("escalated", True) in kinds
    assert ("chased", False) in kinds


def test_after_a_night_only_the_furthest_step_is_taken(received: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: given a worker that was down all night, when it sweeps in the morning, then one step is taken for the duty,
    not three."""
    outcome = received("alex")
    sweep(at(monkeypatch, clock.now() + timedelta(hours=20)))
    with machine():
        assert DutyChased.objects.filter(duty=decision_due(outcome).duty).count() == 1


def test_the_duty_managers_decision_meets_what_was_due(received: Receive, workers: Workers) -> None:
    """A6, B1: given Alex's referral, when the duty manager decides on a discussion, then the decision is met and
    chased no more; when news comes afterwards, a decision is owed again."""
    outcome = received("alex")
    assert status(outcome) == "decision-owed"
    with acting_as(workers["duty-manager"]):
        decide(workers["duty-manager"], outcome.reference or "", decision="strategy-discussion", reason="")
    with machine():
        state = decision_due(outcome)
        assert state.met_at is not None
        assert state.next_step_at is None
    assert status(outcome) == "decided"
    received("open-case")
    assert status(outcome) == "decision-owed"


def test_a_decision_against_the_indication_needs_a_reason(received: Receive, workers: Workers) -> None:
    """A7, B1: given indicators that suggest a discussion, when the manager decides otherwise without a reason, then
    it is refused by name; with a reason it stands, marked as against the indication."""
    outcome = received("alex")
    manager = workers["duty-manager"]
    with acting_as(manager):
        with pytest.raises(Refused) as refused:
            decide(manager, outcome.reference or "", decision="assessment", reason="  ")
        assert refused.value.code == "reason-missing"
        decided = decide(manager, outcome.reference or "", decision="assessment", reason="Seen by us this morning.")
    assert decided.against_indication


@pytest.mark.parametrize(
    "seat", ["social-worker", "health", "officer", "safeguarding-lead", "outsider", "administrator"]
)
def test_nobody_else_decides(received: Receive, workers: Workers, seat: str) -> None:
    """B1: given anybody but the duty manager, then the decision is not theirs to make."""
    outcome = received("alex")
    with acting_as(workers[seat]), pytest.raises(PermissionDenied):
        decide(workers[seat], outcome.reference or "", decision="no-further-action", reason="Nothing.")
    assert status(outcome) == "decision-owed"


def test_a_child_seen_since_is_seen(received: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A16: given Toby who had not been seen, when news of the next hour says that he was, then that duty is met."""
    received("alex")
    outcome = received("open-case")
    later = referral("open-case")
    later["sent_at"] = at(monkeypatch, clock.now() + timedelta(hours=1)).isoformat()
    later["safe_now"] = {"cousin": {"seen": True, "seen_by": "school nurse", "where": "at home with his grandmother"}}
    with machine():
        seen = DutyState.objects.filter(duty__duty_kind="see-child", matter__reference=outcome.reference)
        assert [state.met_at for state in seen] == [None]
    receive(encoded(later))
    with machine():
        assert [state.met_at for state in seen.all()] == [clock.now()]


def test_a_clock_that_stood_still_is_due_later_by_as_long(received: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    """B6: given a medical decision asked back for a working day, then it is due a working day later, and not chased
    meanwhile."""
    outcome = received("alex")
    with transaction.atomic(), machine():
        matter = Matter.objects.get(reference=outcome.reference)
        duty = DutyOpened.objects.select_related("fact").get(fact__matter_id=matter.pk, duty_kind="medical-decision")
        before = DutyState.objects.get(duty=duty).due_at
        recording = lock([matter.pk], agency=duty.owner_agency, author="nurse")
        stopped = changing.pause(recording, duty, reason="The paediatrician is asked which day.")
        assert DutyState.objects.get(duty=duty).paused
        at(monkeypatch, clock.now() + timedelta(days=3))
        changing.resume(lock([matter.pk], agency=duty.owner_agency, author="nurse"), stopped)
        state = DutyState.objects.get(duty=duty)
        assert not state.paused
        assert state.due_at > before


def test_a_moved_release_moves_every_clock_that_counts_from_it(received: Receive, workers: Workers) -> None:
    """E3: given Mark's father's release put off by a week, when the clock is anchored anew, then the date moves with
    it, and the lists say so; a backward clock may not be stopped."""
    outcome = received("mark")
    with transaction.atomic(), machine():
        matter = Matter.objects.get(reference=outcome.reference)
        recording = lock([matter.pk], agency="cornwall-childrens-services", author="duty-manager")
        duty = DutyOpened.objects.select_related("fact").filter(
            fact__matter_id=matter.pk, because__contains="due for release", owner_agency="cornwall-childrens-services"
        )[0]
        before = DutyState.objects.get(duty=duty).due_at
        changing.reanchor(recording, duty, anchor_at=duty.anchor_at + timedelta(days=7), reason="Put off by a week.")
        after = DutyState.objects.get(duty=duty).due_at
        assert after - before == timedelta(days=7)
        with pytest.raises(changing.ClockMayNotStop):
            changing.pause(recording, duty, reason="Asked back.")
        assert changing.untrue_projections(clock.now()) == []


@pytest.mark.parametrize("decision", ["assessment", "no-further-action"])
def test_what_waited_for_a_discussion_ends_with_another_decision(
    received: Receive, workers: Workers, decision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: given a medical to decide on if a discussion is held, when the manager decides on something else, then it is
    owed no more, and deriving all again says the same; a discussion leaves it owed."""
    outcome, manager = received("alex"), workers["duty-manager"]

    def owed() -> list[bool]:
        with machine():
            rows = DutyState.objects.filter(duty__duty_kind="medical-decision", matter__reference=outcome.reference)
            return [state.met_at is None for state in rows]

    with acting_as(manager):
        decide(manager, outcome.reference or "", decision="strategy-discussion", reason="Others are near.")
    assert owed() == [True]
    with acting_as(manager):
        decide(manager, outcome.reference or "", decision=decision, reason="Seen by us this morning.")
    assert owed() == [False]
    with machine():
        assert changing.untrue_projections(clock.now()) == []
