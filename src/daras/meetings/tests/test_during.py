"""During a discussion: what is typed once, goes out at once, and stands beside what others think (B2 to B7, C4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import machine
from daras.challenges.answering import answer
from daras.duties.chasing import sweep
from daras.duties.models import DutyChased, DutyState
from daras.duties.queries import owed_by
from daras.ledger.refusal import Refused
from daras.meetings import children, during
from daras.meetings.calling import Invitation, invite
from daras.meetings.models import ActionAgreed, MeetingCalled, PositionTaken
from daras.meetings.queries import progress
from daras.meetings.sitting import NoSuchMeeting
from daras.meetings.tests.conftest import record_of, seen_by, through
from daras.outbox.models import Notice
from daras.working_time import clock

Workers = dict[str, Worker]


def owed(worker: Worker) -> list[str]:
    return through(worker, lambda: [state.duty.duty_kind for state in owed_by(worker)])


def told(kind: str) -> set[str]:
    with machine():
        return set(Notice.objects.filter(kind=kind).values_list("receiver__agency", flat=True))


def agree(manager: Worker, meeting: MeetingCalled, agency: str, team: str, what: str) -> ActionAgreed:
    return through(
        manager,
        lambda: during.agree_action(
            manager, meeting.pk, what=what, owner_agency=agency, owner_team=team,
            due_at=clock.now() + timedelta(hours=4),
        ),
    )  # fmt: skip


def test_an_action_reaches_its_owner_at_once_and_is_a_duty(convened: MeetingCalled, workers: Workers) -> None:
    """Given a discussion still going on, when an action is agreed, then its owner has it, with a clock (B4, B7)."""
    manager, lead = workers["duty-manager"], workers["safeguarding-lead"]
    assert "carn-brea-academy" not in told("action")
    agree(manager, convened, "carn-brea-academy", "safeguarding", "Collect Alex from class; nobody else does.")
    assert "carn-brea-academy" in told("action")
    assert "discussion-action" in owed(lead)
    assert [each.what for each in seen_by(lead, convened).actions] == ["Collect Alex from class; nobody else does."]


def test_an_owner_who_was_not_asked_sees_the_action_and_nothing_else(convened: MeetingCalled, workers: Workers) -> None:
    """Given housing, which was not invited, when it owns an action, then it reads that one action (B4, G4)."""
    manager, housing = workers["duty-manager"], workers["outsider"]
    agree(manager, convened, "carn-brea-academy", "safeguarding", "The school's own action.")
    agree(manager, convened, "cornwall-housing", "safeguarding", "Hold the move of the family at 22.")
    found = seen_by(housing, convened)
    assert [each.what for each in found.everything() if isinstance(each, ActionAgreed)] == [
        "Hold the move of the family at 22."
    ]
    assert len(found.everything()) == 1


def test_progress_is_seen_by_all_and_made_by_the_owner(convened: MeetingCalled, workers: Workers) -> None:
    """Given an action, then its owner moves it, another may not, all see it, and done meets the duty (B7)."""
    manager, lead, nurse = workers["duty-manager"], workers["safeguarding-lead"], workers["school-nurse"]
    action = agree(manager, convened, "carn-brea-academy", "safeguarding", "Keep Alex and Jake apart.")
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: during.move_action(nurse, convened.pk, action.pk, state="done"))
    with pytest.raises(Refused, match="reason"):
        through(lead, lambda: during.move_action(lead, convened.pk, action.pk, state="cannot"))
    through(lead, lambda: during.move_action(lead, convened.pk, action.pk, state="under-way"))
    assert "discussion-action" in owed(lead)
    through(lead, lambda: during.move_action(lead, convened.pk, action.pk, state="done"))
    assert "discussion-action" not in owed(lead)
    states = [each.state for each in progress(seen_by(nurse, convened))[action.pk]]
    assert states == ["under-way", "done"]


def test_an_action_that_is_late_is_chased(
    convened: MeetingCalled, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an action due at four, when it is five and nothing is done, then its owner is chased (B7)."""
    agree(workers["duty-manager"], convened, "carn-brea-academy", "safeguarding", "Keep Alex and Jake apart.")
    later = clock.now() + timedelta(hours=5)
    monkeypatch.setenv("DARAS_NOW", later.isoformat())
    sweep(later)
    with machine():
        chased = Notice.objects.filter(kind="chased", receiver__agency="carn-brea-academy")
        assert convened.reference in set(chased.values_list("reference", flat=True))


def test_an_action_that_stays_undone_is_escalated(
    convened: MeetingCalled, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B7: given an action of the school that is late and still not done a working day later, then its safeguarding lead
    is told on the school's own page, once."""
    agree(workers["duty-manager"], convened, "carn-brea-academy", "safeguarding", "Keep Alex and Jake apart.")

    def steps(days: int) -> list[str]:
        later = clock.now() + timedelta(days=days)
        with monkeypatch.context() as then:
            then.setenv("DARAS_NOW", later.isoformat())
            sweep(later)
            sweep(later)
        with machine():
            rows = DutyChased.objects.filter(duty__duty_kind="discussion-action")
            return list(rows.order_by("pk").values_list("step", flat=True))

    assert steps(1) == ["chase"]
    assert steps(4) == ["chase", "safeguarding-lead"]
    assert steps(9) == ["chase", "safeguarding-lead"]
    with machine():
        page = Notice.objects.filter(reference=convened.reference, receiver__agency="carn-brea-academy", kind="chased")
        assert page.filter(receiver__team="").exists()


def test_a_connected_child_is_decided_with_owner_and_safety_or_with_a_reason(
    convened: MeetingCalled, workers: Workers
) -> None:
    """Given Toby and Sam, then each is in scope with owner and outcome, or not and why; the duty is met (B2, J2)."""
    manager, toby, sam = workers["duty-manager"], record_of("Toby"), record_of("Sam")
    with pytest.raises(Refused, match="owner"):
        through(manager, lambda: during.consider(manager, convened.pk, toby, in_scope=True, safety_outcome="Stays."))
    with pytest.raises(Refused, match="reason"):
        through(manager, lambda: during.consider(manager, convened.pk, sam, in_scope=False))
    before = undecided()
    through(
        manager,
        lambda: during.consider(
            manager, convened.pk, toby, in_scope=True, owner_agency="cornwall-childrens-services",
            owner_team="assessment", safety_outcome="Stays with an aunt this weekend.",
        ),
    )  # fmt: skip
    assert undecided() == before - 1
    through(
        manager,
        lambda: during.consider_rest(manager, convened.pk, [sam, record_of("Kerra")], why_not="Not in the house."),
    )
    found = seen_by(workers["school-nurse"], convened)
    assert [(each.in_scope, each.as_block) for each in found.considered] == [
        (True, False), (False, True), (False, True),
    ]  # fmt: skip


def undecided() -> int:
    with machine():
        return DutyState.objects.filter(duty__duty_kind="connected-child-decision", met_at__isnull=True).count()


def test_nobody_decides_on_somebody_they_may_not_see(convened: MeetingCalled, workers: Workers) -> None:
    """Given a record that is not the minute-taker's to see, then it cannot be put into the discussion (G4)."""
    manager = workers["duty-manager"]
    with pytest.raises(NoSuchMeeting):
        through(manager, lambda: during.consider(manager, convened.pk, 999_999, in_scope=False, why_not="No reason."))


def challenge(workers: Workers, convened: MeetingCalled) -> PositionTaken:
    manager, nurse = workers["duty-manager"], workers["school-nurse"]
    decision = through(
        manager,
        lambda: during.decide_enquiry(manager, convened.pk, enquiry="social-care", rationale="No account yet."),
    )
    return through(
        nurse,
        lambda: during.take_position(
            nurse, convened.pk, decision.pk, position="challenges", reason="A child says it happens to Toby too."
        ),
    )


def test_the_nurse_challenges_the_inspector_answers_and_both_views_stand(
    convened: MeetingCalled, workers: Workers
) -> None:
    """Given a single enquiry, when the nurse challenges, the inspector is told at once and answers; both stand
    (B5)."""
    inspector, nurse = workers["inspector"], workers["school-nurse"]
    taken = challenge(workers, convened)
    with machine():
        notice = Notice.objects.filter(kind="challenge").first()
        assert notice is not None
        assert notice.interrupts
    assert "answer-challenge" in owed(inspector)
    (waiting,) = seen_by(nurse, convened).challenges[taken.decision_id]
    reference = waiting.challenged.reference
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: answer(nurse, reference, outcome="upheld", reason="No."))
    through(
        inspector,
        lambda: answer(inspector, reference, outcome="changed", reason="Joint from now: Toby may be harmed."),
    )
    assert "answer-challenge" not in owed(inspector)
    for reader in (nurse, inspector, workers["duty-manager"]):
        found = seen_by(reader, convened)
        assert [each.reason for each in found.positions] == ["A child says it happens to Toby too."]
        (both,) = found.challenges[taken.decision_id]
        assert [each.reason for each in both.answers] == ["Joint from now: Toby may be harmed."]
        assert found.enquiry is not None
        assert found.enquiry.rationale == "No account yet."
    assert "cornwall-partnership-trust" in told("challenge-answered")


def test_a_challenge_needs_a_reason_and_sight_of_the_decision(convened: MeetingCalled, workers: Workers) -> None:
    """Given a decision, then a challenge says why; a school that only contributes has no position on it (B5, G4)."""
    manager, nurse, lead = workers["duty-manager"], workers["school-nurse"], workers["safeguarding-lead"]
    decision = through(
        manager, lambda: during.decide_enquiry(manager, convened.pk, enquiry="police", rationale="A crime.")
    )
    with pytest.raises(Refused, match="reason"):
        through(
            nurse,
            lambda: during.take_position(nurse, convened.pk, decision.pk, position="challenges", reason=" "),
        )
    with pytest.raises(NoSuchMeeting):
        through(lead, lambda: during.take_position(lead, convened.pk, decision.pk, position="agrees", reason=""))
    assert seen_by(lead, convened).enquiries == []


def test_a_school_reads_what_it_contributed_and_nobody_else_s(convened: MeetingCalled, workers: Workers) -> None:
    """Given what school and nurse hold, then the circle reads both, fact and opinion apart, the school its own
    (B4)."""
    lead, nurse = workers["safeguarding-lead"], workers["school-nurse"]
    through(
        lead, lambda: during.contribute(lead, convened.pk, text="Alex was absent on three Mondays.", is_opinion=False)
    )
    through(nurse, lambda: during.contribute(nurse, convened.pk, text="He seems afraid.", is_opinion=True))
    assert [each.text for each in seen_by(lead, convened).contributed] == ["Alex was absent on three Mondays."]
    assert [(each.agency, each.is_opinion) for each in seen_by(nurse, convened).contributed] == [
        ("carn-brea-academy", False), ("cornwall-partnership-trust", True),
    ]  # fmt: skip


def test_a_restricted_contribution_is_seen_by_the_named_teams_only(convened: MeetingCalled, workers: Workers) -> None:
    """Given intelligence for the MARU, then the MARU reads it; nurse, school and health at the MARU do not (B4)."""
    inspector, manager = workers["inspector"], workers["duty-manager"]
    challenge(workers, convened)
    through(
        inspector,
        lambda: during.contribute(
            inspector, convened.pk, text="Intelligence about the address.", is_opinion=False,
            restricted_to=(("cornwall-childrens-services", "maru"),),
        ),
    )  # fmt: skip
    assert len(seen_by(manager, convened).contributed) == 1
    assert len(seen_by(inspector, convened).contributed) == 1
    for seat in ("school-nurse", "safeguarding-lead", "health"):
        assert seen_by(workers[seat], convened).contributed == []
    through(
        manager,
        lambda: invite(
            manager, convened.pk, [Invitation("probation-service", "cornwall-sexual-offences", "Knows the uncle.")]
        ),
    )
    assert seen_by(workers["probation"], convened).contributed == []


def test_a_health_professional_decides_on_the_medical_and_the_duty_is_met(
    convened: MeetingCalled, workers: Workers
) -> None:
    """Given a medical to decide on, then a manager may not, an examination needs consent, and it is met (B6)."""
    manager, health, alex = workers["duty-manager"], workers["health"], record_of("Alex")
    with pytest.raises(PermissionDenied):
        through(manager, lambda: children.decide_medical(manager, convened.pk, alex, medical="none", reason="No."))
    with pytest.raises(Refused, match="consent"):
        through(health, lambda: children.decide_medical(health, convened.pk, alex, medical="forensic", reason="Touch."))
    assert medical_is_owed()
    through(
        health,
        lambda: children.decide_medical(
            health, convened.pk, alex, medical="non-forensic", reason="Weeks ago; his health comes first.",
            consent_basis="parental-responsibility",
            consent_by="Kerra Tregear, mother", referred_to="Sexual assault referral centre, tomorrow 10:00",
        ),
    )  # fmt: skip
    assert not medical_is_owed()
    assert [each.decided_by_role for each in seen_by(manager, convened).medicals] == ["health-practitioner"]


def medical_is_owed() -> bool:
    with machine():
        return DutyState.objects.filter(duty__duty_kind="medical-decision", met_at__isnull=True).exists()


def test_a_child_s_wish_is_weighed_and_looked_at_again(convened: MeetingCalled, workers: Workers) -> None:
    """Given that Alex asks not to tell, then his words, what is best, who was asked and a day stand together (C4)."""
    manager, alex = workers["duty-manager"], record_of("Alex")
    with pytest.raises(Refused, match="empty"):
        through(
            manager,
            lambda: children.weigh_wishes(
                manager, convened.pk, alex, wish="Don't tell Mum.", best_interests="", consulted="Teacher",
                review_on=date(2026, 11, 27),
            ),
        )  # fmt: skip
    through(
        manager,
        lambda: children.weigh_wishes(
            manager, convened.pk, alex, wish="Don't tell Mum.", best_interests="She is told, and can protect him.",
            consulted="Class teacher", review_on=date(2026, 11, 27), trusted_adult="Class teacher",
            next_contact="Monday, before registration",
        ),
    )  # fmt: skip
    (weighed,) = seen_by(workers["school-nurse"], convened).wishes
    assert (weighed.wish, weighed.trusted_adult) == ("Don't tell Mum.", "Class teacher")


def test_what_parents_are_told_or_why_not_yet(convened: MeetingCalled, workers: Workers) -> None:
    """Given the parents, then one of both is written: what they are told, or why not yet (A4)."""
    manager = workers["duty-manager"]
    with pytest.raises(Refused, match="why not yet"):
        through(manager, lambda: children.inform_parents(manager, convened.pk))
    through(manager, lambda: children.inform_parents(manager, convened.pk, why_not_yet="Police plan the interview."))
    assert len(seen_by(workers["school-nurse"], convened).parents) == 1
