"""A record is changed, and a child is near somebody who poses a risk: a decision is due in the same moment (E2)."""

from __future__ import annotations

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.frontdoor import deciding, proposing
from daras.frontdoor.intake import receive
from daras.frontdoor.proposing import Proposed
from daras.frontdoor.queries import matter_story
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import encoded
from daras.matters.commands import untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import ChangeProposed, NameKnown, RecordPerson
from daras.working_time import clock

HOME = {"lines": ["3 Bank Row"], "town": "Redruth", "postcode": "TR15 2AA"}


def gary_lives_there(basis: str = "convicted") -> None:
    """Probation tells of a man who poses a risk, and where he lives."""
    gary = {
        "ref": "g", "role": "adult", "given_name": "Gary", "family_name": "Hocking", "date_of_birth": "1980-05-06",
        "address": HOME, "poses_risk": {"status": "registered-sex-offender", "basis": basis},
    }  # fmt: skip
    document = {
        "format": "daras-referral/1", "kind": "notice", "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": {"agency": "probation-service", "team": "cornwall-sexual-offences"}, "people": [gary],
        "concerns": [{"about": ["g"], "suspected": ["g"], "category": "other", "what_happened": "He is on licence."}],
    }  # fmt: skip
    outcome = receive(encoded(document))
    assert outcome.outcome == "recorded", outcome.problem


def moves(lead: Worker, street: str) -> str:
    """The school's own record of Alex says another home, proposed and accepted; returns his number."""
    with machine():
        name = NameKnown.objects.select_related("fact").filter(given_name="Alex", fact__agency=lead.agency).first()
        assert name is not None
        member = RecordPerson.objects.get(record_id=name.fact.person_record_id)
    there = Proposed("address", lines=(street,), town="Redruth", postcode="TR15 2AA", was_wrong=False)
    with acting_as(lead):
        proposing.propose_change(
            lead, number=member.number, record_id=member.record_id, proposed=there, because="His aunt says so."
        )
        proposal = ChangeProposed.objects.order_by("-fact_id").first()
        assert proposal is not None
        proposing.answer_change(lead, number=member.number, proposal_id=proposal.pk, accepted=True, reason="Yes.")
    return member.number


def decided(worker: Worker, reference: str) -> None:
    with acting_as(worker):
        deciding.decide(worker, reference, decision="strategy-discussion", reason="At once.")


def owed(reference: str) -> list[DutyState]:
    with machine():
        rows = DutyState.objects.select_related("duty").filter(
            matter__reference=reference, duty__duty_kind="strategy-decision-due", met_at__isnull=True
        )
        return list(rows)


def test_a_move_to_a_person_of_risk_owes_a_decision_at_once(received: Receive, workers: dict[str, Worker]) -> None:
    """E2, B1: given Alex, whose news is decided, and a convicted man, when the school records that Alex has moved to
    that man's home, then a new decision is due on the open matter, with why; police and probation are told to call,
    and the school reads nothing of the man."""
    reference = received("alex").reference or ""
    gary_lives_there()
    decided(workers["duty-manager"], reference)
    assert owed(reference) == []
    moves(workers["safeguarding-lead"], "3 Bank Row")
    (due,) = owed(reference)
    assert "Gary Hocking poses a risk to children." in due.duty.because
    with machine():
        told = set(Notice.objects.filter(kind="call-the-front-door").values_list("receiver__agency", flat=True))
        assert {"devon-and-cornwall-police", "probation-service"} <= told
        assert Matter.objects.get(reference=reference).state.decision_owed
        assert untrue_projections() == []
    with acting_as(workers["duty-manager"]):
        story = matter_story(reference, clock.today())
        assert story is not None
        assert any(each.indicator == "person-of-risk-in-family" for each in story.indicators)
    with acting_as(workers["safeguarding-lead"]):
        assert not NameKnown.objects.filter(given_name="Gary").exists()


def test_a_move_to_anybody_else_owes_nothing(received: Receive, workers: dict[str, Worker]) -> None:
    """E2: given a home where nobody of risk lives, or one who is only said to be, when Alex moves there, then no new
    decision is due."""
    reference = received("alex").reference or ""
    gary_lives_there("alleged")
    decided(workers["duty-manager"], reference)
    moves(workers["safeguarding-lead"], "9 Quay Street")
    moves(workers["safeguarding-lead"], "3 Bank Row")
    assert owed(reference) == []
