"""What was decided is told to all who were consulted; advice; challenges to any decision (A8, B3, B5, I6)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import machine
from daras.challenges.answering import answer
from daras.challenges.commands import NoSuchDecision
from daras.challenges.queries import challenge
from daras.duties.models import DutyState
from daras.duties.queries import owed_by
from daras.frontdoor.feedback import send_feedback
from daras.frontdoor.models import ReferralReceived
from daras.ledger.refusal import Refused
from daras.matters.models import MatterDecided
from daras.meetings import children, during, telling
from daras.meetings.after import close_record
from daras.meetings.calling import convene
from daras.meetings.models import MeetingCalled
from daras.meetings.tests.conftest import TAKES_PART, record_of, seen_by, through
from daras.outbox.models import Notice
from daras.working_time import clock

Workers = dict[str, Worker]


def owed(worker: Worker) -> list[str]:
    return through(worker, lambda: [state.duty.duty_kind for state in owed_by(worker)])


def on_the_call(workers: Workers, meeting: MeetingCalled, *teams: tuple[str, str]) -> None:
    manager = workers["duty-manager"]
    for place in teams:
        through(manager, partial(joins, manager, meeting, place))


def joins(manager: Worker, meeting: MeetingCalled, place: tuple[str, str]) -> None:
    said = {"name": "Somebody", "role": "", "mode": "phone"}
    during.note_presence(manager, meeting.pk, agency=place[0], team=place[1], joined_at=clock.now(), **said)


SOCIAL_CARE = ("cornwall-childrens-services", "maru")
POLICE = ("devon-and-cornwall-police", "child-abuse-investigation-west")
NURSES = ("cornwall-partnership-trust", "school-nursing")


@pytest.fixture
def closed(convened: MeetingCalled, workers: Workers) -> MeetingCalled:
    """All parts were there, and the record is closed."""
    on_the_call(workers, convened, SOCIAL_CARE, POLICE, NURSES)
    manager = workers["duty-manager"]
    through(manager, lambda: close_record(manager, convened.pk))
    return convened


def test_closing_owes_word_to_all_consulted_and_each_reads_or_disagrees(
    closed: MeetingCalled, workers: Workers
) -> None:
    """A8: given a closed record, then the front door owes word of it once; when it is told, the school and the
    nurse owe that they have read it; one acknowledges, the other disagrees, and both have done their part."""
    manager, lead, nurse = workers["duty-manager"], workers["safeguarding-lead"], workers["school-nurse"]
    assert owed(manager).count("feedback-to-consulted") == 1
    with pytest.raises(Refused, match="Say what was decided"):
        through(manager, lambda: telling.give_feedback(manager, closed.pk, decided="", risk_lower="yes", remains=""))
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: telling.give_feedback(nurse, closed.pk, decided="x", risk_lower="yes", remains=""))
    given = through(
        manager,
        lambda: telling.give_feedback(
            manager, closed.pk, decided="A joint enquiry.", risk_lower="not-yet", remains="Alex is seen on Monday."
        ),
    )
    assert "feedback-to-consulted" not in owed(manager)
    for reader in (lead, nurse):
        assert "answer-discussion-feedback" in owed(reader)
        assert [each.decided for each in seen_by(reader, closed).feedback] == ["A joint enquiry."]
    through(nurse, lambda: telling.acknowledge(nurse, closed.pk, given.pk))
    made = through(lead, lambda: telling.disagree(lead, given.pk, reason="Toby is not safe tonight."))
    for reader in (lead, nurse):
        assert "answer-discussion-feedback" not in owed(reader)
    assert "answer-challenge-to-decision" in owed(manager)
    assert seen_by(nurse, closed).challenges[given.pk][0].challenged.reason == "Toby is not safe tonight."
    with machine():
        assert Notice.objects.filter(kind="challenge", reference=made.reference, interrupts=True).exists()


def test_an_agency_that_was_not_consulted_reads_no_word_of_it(closed: MeetingCalled, workers: Workers) -> None:
    """A8, G4: given a school that nobody asked, then it is told nothing and may challenge nothing."""
    manager, outsider = workers["duty-manager"], workers["outsider"]
    given = through(
        manager, lambda: telling.give_feedback(manager, closed.pk, decided="Joint.", risk_lower="no", remains="")
    )
    assert owed(outsider) == []
    with pytest.raises(NoSuchDecision):
        through(outsider, lambda: telling.disagree(outsider, given.pk, reason="I would like to know."))


def test_one_agency_alone_is_no_discussion_and_two_are_with_a_time_for_the_third(
    convened: MeetingCalled, workers: Workers
) -> None:
    """B3: given only social care on the call, then it cannot be closed; with the police it is interim, health has its
    time, and the record says so."""
    manager, nurse = workers["duty-manager"], workers["school-nurse"]
    on_the_call(workers, convened, SOCIAL_CARE)
    by = clock.now() + timedelta(hours=3)
    with pytest.raises(Refused, match="One agency alone"):
        through(manager, lambda: close_record(manager, convened.pk, interim_reason="Tonight.", rest_joins_by=by))
    on_the_call(workers, convened, POLICE)
    with pytest.raises(Refused, match="has passed"):
        through(
            manager, lambda: close_record(manager, convened.pk, interim_reason="Tonight.", rest_joins_by=clock.now())
        )
    through(manager, lambda: close_record(manager, convened.pk, interim_reason="Tonight.", rest_joins_by=by))
    assert "join-discussion" in owed(nurse)
    closing = seen_by(nurse, convened).closing
    assert closing is not None
    assert (closing.quorate, closing.missing_parts, closing.rest_joins_by) == (False, "health", by)


def test_the_front_door_s_decision_is_challenged_and_not_answered_by_whoever_took_it(
    convened: MeetingCalled, workers: Workers
) -> None:
    """A8, B5, I6: given the manager's decision, when the nurse disagrees, then the manager who took it may not
    answer, another may; both views stand and the nurse is told."""
    manager, nurse = workers["duty-manager"], workers["school-nurse"]
    with machine():
        decision = MatterDecided.objects.get().pk
        other = Worker.objects.create(
            slug="service-manager", email="service@x.example", name="Service Manager", role="service-manager",
            agency=manager.agency, team=manager.team,
        )  # fmt: skip
    with pytest.raises(Refused, match="needs a reason"):
        through(nurse, lambda: telling.disagree(nurse, decision, reason=""))
    made = through(nurse, lambda: telling.disagree(nurse, decision, reason="It should have been held on Friday."))
    again = through(nurse, lambda: telling.disagree(nurse, decision, reason="It should have been held on Friday."))
    assert again.pk == made.pk  # the button pressed twice
    with pytest.raises(PermissionDenied):
        through(manager, lambda: answer(manager, made.reference, outcome="upheld", reason="No."))
    assert "answer-challenge-to-decision" in owed(other)
    with pytest.raises(Refused, match="Nothing of the list"):
        through(other, lambda: answer(other, made.reference, outcome="", reason="Yes."))
    through(other, lambda: answer(other, made.reference, outcome="upheld", reason="It was held within the hour."))
    assert "answer-challenge-to-decision" not in owed(other)
    found = through(nurse, lambda: challenge(made.reference))
    assert found is not None
    assert (found.challenged.reason, [each.reason for each in found.answers]) == (
        "It should have been held on Friday.", ["It was held within the hour."],
    )  # fmt: skip
    with machine():
        assert Notice.objects.filter(kind="challenge-answered", receiver__agency=nurse.agency).exists()


def test_a_medical_decision_is_challenged_to_the_agency_that_took_it(convened: MeetingCalled, workers: Workers) -> None:
    """B6, I6: given health's decision on no medical, when the police disagree, then health's safeguarding lead owes
    the answer; whoever decided does not give it."""
    health, manager, alex = workers["health"], workers["duty-manager"], record_of("Alex")
    decided = through(
        health, lambda: children.decide_medical(health, convened.pk, alex, medical="none", reason="Weeks ago.")
    )
    made = through(manager, lambda: telling.disagree(manager, decided.pk, reason="He has pain now."))
    assert (made.answered_by_agency, made.answered_by_team) == (health.agency, health.team)
    with pytest.raises(PermissionDenied):
        through(health, lambda: answer(health, made.reference, outcome="changed", reason="Yes."))
    with machine():
        assert DutyState.objects.get(duty__duty_kind="answer-challenge-to-decision").owner_agency == health.agency


def test_disagreeing_with_the_enquiry_is_a_position_for_the_on_call_inspector(
    convened: MeetingCalled, workers: Workers
) -> None:
    """B5: given a single enquiry, when the nurse follows "I disagree", then it is her agency's position, and the
    inspector owes the answer within the hour."""
    manager, nurse, inspector = workers["duty-manager"], workers["school-nurse"], workers["inspector"]
    decision = through(
        manager, lambda: during.decide_enquiry(manager, convened.pk, enquiry="police", rationale="A crime.")
    )
    through(nurse, lambda: telling.disagree(nurse, decision.pk, reason="Toby may be harmed, too."))
    assert [each.position for each in seen_by(manager, convened).positions] == ["challenges"]
    assert owed(inspector) == ["answer-challenge"]
    with machine():
        state = DutyState.objects.get(duty__duty_kind="answer-challenge")
        assert state.due_at - state.duty.anchor_at == timedelta(minutes=60)


def test_advice_stands_with_whether_it_was_followed(convened: MeetingCalled, workers: Workers) -> None:
    """B3: given advice of a designated doctor, then not following it needs a reason, and all who take part read
    both."""
    manager, nurse, lead = workers["duty-manager"], workers["school-nurse"], workers["safeguarding-lead"]
    said = {"agency": "", "name": "Dr Example", "role": "designated doctor", "advice": "Examine him within two days."}
    with pytest.raises(Refused, match="needs a reason"):
        through(manager, lambda: telling.record_advice(manager, convened.pk, **said, followed="no"))
    through(
        manager,
        lambda: telling.record_advice(manager, convened.pk, **said, followed="no", why_not="He is away until Monday."),
    )
    with pytest.raises(Refused, match="another agency"):
        through(
            nurse, lambda: telling.record_advice(nurse, convened.pk, **{**said, "agency": POLICE[0]}, followed="yes")
        )
    assert [each.why_not for each in seen_by(nurse, convened).advice] == ["He is away until Monday."]
    assert seen_by(lead, convened).advice == []


def test_a_referrer_who_was_not_consulted_is_owed_it_on_their_own_receipt(alex: str, workers: Workers) -> None:
    """A8: given a school that was told of the first decision and is not asked to the discussion, when the record is
    closed, then word of it is owed to the school again, and telling it on its receipt meets that."""
    manager = workers["duty-manager"]
    with machine():
        receipt = ReferralReceived.objects.get().receipt

    def tells() -> None:
        send_feedback(manager, alex, receipt=receipt, decided="A discussion is held.", risk_lower="no", remains="")

    through(manager, tells)
    assert "feedback-to-referrer" not in owed(manager)
    meeting = through(
        manager,
        lambda: convene(
            manager, alex, planned_at=clock.now(), mode="phone", reason="More children.", invitations=TAKES_PART
        ),
    )
    on_the_call(workers, meeting, SOCIAL_CARE, POLICE, NURSES)
    through(manager, lambda: close_record(manager, meeting.pk))
    assert owed(manager).count("feedback-to-referrer") == 1
    through(manager, tells)
    assert "feedback-to-referrer" not in owed(manager)
