"""Before a discussion: who may convene, what each is told, and what was waiting for it (B1, B3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.duties.queries import owed_by
from daras.ledger.refusal import Refused
from daras.matters.models import Matter, MatterDecided, MatterState
from daras.meetings.calling import Invitation, LeftOut, answer, convene, invite
from daras.meetings.models import AgencyInvited, MeetingCalled
from daras.meetings.queries import answered, discussion
from daras.meetings.sitting import NoSuchMeeting
from daras.meetings.tests.conftest import SCHOOL, TAKES_PART, seen_by, through
from daras.outbox.models import Notice
from daras.people.models import NameKnown
from daras.working_time import clock

Workers = dict[str, Worker]


def call(worker: Worker, reference: str, **changes: object) -> MeetingCalled:
    wanted = {
        "planned_at": clock.now() + timedelta(hours=1),
        "mode": "phone",
        "reason": "More children are in reach.",
        "invitations": [*TAKES_PART, SCHOOL],
    }
    return through(worker, lambda: convene(worker, reference, **{**wanted, **changes}))  # type: ignore[arg-type]


def visible_names(worker: Worker) -> set[str]:
    return through(worker, lambda: set(NameKnown.objects.values_list("given_name", flat=True)))


def notices() -> dict[str, set[str]]:
    """The kinds of notice by team."""
    found: dict[str, set[str]] = {}
    with machine():
        for notice in Notice.objects.select_related("receiver"):
            found.setdefault(f"{notice.receiver.agency}/{notice.receiver.team}".rstrip("/"), set()).add(notice.kind)
    return found


@pytest.mark.parametrize("seat", ["social-worker", "health", "school-nurse", "safeguarding-lead", "outsider"])
def test_only_a_manager_of_the_front_door_convenes(alex: str, workers: Workers, seat: str) -> None:
    """Given Alex's referral, when anybody but the duty manager convenes, then they are refused (B1)."""
    with pytest.raises(PermissionDenied):
        call(workers[seat], alex)
    with machine():
        assert not MeetingCalled.objects.exists()


def test_before_it_is_convened_nobody_outside_is_told_and_after_they_are(alex: str, workers: Workers) -> None:
    """Given Alex's referral, when the manager convenes, then those invited are told at that moment, not before
    (B1)."""
    before = notices()
    assert not any("invited" in kinds for kinds in before.values())
    assert "Alex" not in visible_names(workers["school-nurse"])
    meeting = call(workers["duty-manager"], alex)
    after = notices()
    assert all("invited" in after.get(f"{i.agency}/{i.team}", after.get(i.agency, set())) for i in TAKES_PART)
    with machine():
        invited = Notice.objects.filter(kind="invited")
        assert {notice.reference for notice in invited} == {meeting.reference}
        assert all(notice.interrupts for notice in invited)


def test_convening_is_the_decision_that_was_due(alex: str, workers: Workers) -> None:
    """Given a decision due at once, when a discussion is convened, then it and the day's decision are met (A6, B1)."""
    call(workers["duty-manager"], alex)
    with machine():
        matter = Matter.objects.get(reference=alex)
        met = DutyState.objects.filter(matter=matter, met_at__isnull=False)
        kinds = set(met.values_list("duty__duty_kind", flat=True))
        assert {"strategy-decision-due", "referral-decision"} <= kinds
        assert MatterState.objects.get(matter=matter).status == "decided"
        assert MatterDecided.objects.get().reason == "More children are in reach."


def test_those_who_take_part_see_the_matter_and_its_news(alex: str, convened: MeetingCalled, workers: Workers) -> None:
    """Given a discussion, then the school nurse who takes part reads who it is about, and why she is asked (B3)."""
    nurse = workers["school-nurse"]
    assert through(nurse, lambda: Matter.objects.filter(reference=alex).exists())
    assert {"Alex", "Jake", "Ella", "Toby"} <= visible_names(nurse)
    reasons = {each.agency: each.because for each in seen_by(nurse, convened).invited}
    assert reasons["cornwall-partnership-trust"] == "Holds the health record."
    assert "carn-brea-academy" in reasons


def test_who_only_contributes_sees_that_they_are_asked_and_no_more(
    alex: str, convened: MeetingCalled, workers: Workers
) -> None:
    """Given a school that contributes, then it reads its own invitation: no other, no reason, no matter (B4, G4)."""
    lead = workers["safeguarding-lead"]
    found = seen_by(lead, convened)
    assert [each.agency for each in found.invited] == ["carn-brea-academy"]
    assert not through(lead, lambda: Matter.objects.filter(reference=alex).exists())
    assert not through(lead, MatterDecided.objects.exists)


def test_an_outsider_is_told_nothing_of_it(convened: MeetingCalled, workers: Workers) -> None:
    """Given an agency that was not asked, then to it there is no such discussion (G4)."""
    outsider = workers["outsider"]
    assert through(outsider, lambda: discussion(convened.reference)) is None
    with pytest.raises(NoSuchMeeting):
        through(outsider, lambda: answer(outsider, convened.pk, 1, answer="coming"))


def test_what_waited_for_a_discussion_is_owed_in_the_open(alex: str, workers: Workers) -> None:
    """Given duties that nobody was told of yet, when it is convened, then each owner reads their own (B1, B6, C5)."""
    health = workers["health"]
    youth_justice = through_machine_worker()
    assert "harmful-sexual-behaviour-assessment" not in kinds_owed(youth_justice)
    call(workers["duty-manager"], alex)
    assert "medical-decision" in kinds_owed(health)
    assert "harmful-sexual-behaviour-assessment" in kinds_owed(youth_justice)


def through_machine_worker() -> Worker:
    with machine():
        return Worker.objects.create(
            slug="youth", email="youth@example.example", name="Youth", role="youth-justice-worker",
            agency="cornwall-youth-justice-service", team="harmful-sexual-behaviour",
        )  # fmt: skip


def kinds_owed(worker: Worker) -> set[str]:
    return through(worker, lambda: {state.duty.duty_kind for state in owed_by(worker)})


def test_leaving_somebody_out_needs_a_reason_that_stays_with_the_front_door(alex: str, workers: Workers) -> None:
    """Given a team the rules would ask, when it is not asked now, then why stays at the front door (B3)."""
    manager = workers["duty-manager"]
    with pytest.raises(Refused, match="without a reason"):
        call(manager, alex, left_out=[LeftOut("youth-offending-service", "", " ")])
    meeting = call(manager, alex, left_out=[LeftOut("youth-offending-service", "", "Would let Jake know.")])
    assert [each.why for each in seen_by(manager, meeting).left_out] == ["Would let Jake know."]
    assert seen_by(workers["school-nurse"], meeting).left_out == []


def test_a_team_answers_and_only_for_itself(convened: MeetingCalled, workers: Workers) -> None:
    """Given an invitation, then its team answers it; another team may not; the front door notes who is not reached."""
    nurse, lead, manager = workers["school-nurse"], workers["safeguarding-lead"], workers["duty-manager"]
    own = {each.agency: each.pk for each in seen_by(manager, convened).invited}
    through(nurse, lambda: answer(nurse, convened.pk, own["cornwall-partnership-trust"], answer="coming"))
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: answer(nurse, convened.pk, own["devon-and-cornwall-police"], answer="apologies"))
    with pytest.raises(NoSuchMeeting):
        through(lead, lambda: answer(lead, convened.pk, own["devon-and-cornwall-police"], answer="apologies"))
    through(manager, lambda: answer(manager, convened.pk, own["devon-and-cornwall-police"], answer="not-reached"))
    newest = answered(seen_by(manager, convened))
    assert newest[own["cornwall-partnership-trust"]].answer == "coming"
    assert newest[own["devon-and-cornwall-police"]].answer == "not-reached"


def test_whoever_is_invited_later_sees_what_is_shared_so_far(
    alex: str, convened: MeetingCalled, workers: Workers
) -> None:
    """Given a discussion under way, when probation is invited, too, then it reads as much as the others (B3)."""
    probation = workers["probation"]
    manager = workers["duty-manager"]
    through(
        manager,
        lambda: invite(
            manager, convened.pk, [Invitation("probation-service", "cornwall-sexual-offences", "Knows the uncle.")]
        ),
    )
    assert len(seen_by(probation, convened).invited) == 5
    assert "Toby" in visible_names(probation)


def test_convening_is_in_the_trail(alex: str, convened: MeetingCalled, workers: Workers) -> None:
    """Given a discussion convened, then the trail says who did it (G4)."""
    with machine():
        entry = TrailEntry.objects.get(subject_kind="meeting", reason="convene")
        assert (entry.actor, entry.action) == ("duty-manager", "change")
        assert AgencyInvited.objects.count() == 4
