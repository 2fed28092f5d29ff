"""The front door decides who is who, with both sides in sight; a wrong match is undone (A5, G2)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.frontdoor.confirming import decide_match, proposals
from daras.frontdoor.tests.conftest import Receive
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.people.models import LinkDecided
from daras.people.queries import persons_of

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]


def toby(reference: str) -> LinkDecided:
    matter = Matter.objects.get(reference=reference)
    return next(each.link for each in proposals(matter) if each.named and each.named.name == "Toby Rows")


def test_both_sides_of_a_match_are_in_sight(received: Receive, workers: Workers) -> None:
    """A5: given the nurse's "Toby Rows", then the front door sees him beside the school's Toby Rowse, with the
    reasons."""
    received("alex")
    outcome = received("open-case")
    with acting_as(workers["social-worker"]):
        matter = Matter.objects.get(reference=outcome.reference)
        proposal = next(each for each in proposals(matter) if each.named and each.named.name == "Toby Rows")
        assert proposal.known is not None
        assert proposal.known.name == "Toby Rowse"
        assert proposal.link.why


def test_a_wrong_match_is_undone_and_the_decision_stands(received: Receive, workers: Workers) -> None:
    """A5, G2: given a match that is refused with a reason, then the record has a number of its own and the decision
    is somebody's."""
    received("alex")
    outcome = received("open-case")
    worker = workers["social-worker"]
    with acting_as(worker):
        link = toby(outcome.reference or "")
        with pytest.raises(Refused):
            decide_match(worker, outcome.reference or "", link.pk, verdict="somebody-else", reason="")
        decide_match(
            worker, outcome.reference or "", link.pk, verdict="somebody-else", reason="Another Toby at the drop-in."
        )
    record, other = link.fact.person_record_id or 0, link.other_record_id
    with machine():
        persons = persons_of([record, other])
        assert persons[record] != persons[other]
    with acting_as(worker):
        standing = toby(outcome.reference or "")
        assert (standing.decision, standing.by_person) == ("unlink", True)
        decide_match(worker, outcome.reference or "", standing.pk, verdict="same-person", reason="")
    with machine():
        persons = persons_of([record, other])
        assert persons[record] == persons[other]


@pytest.mark.parametrize("seat", ["officer", "safeguarding-lead", "school-nurse", "outsider", "administrator"])
def test_nobody_outside_the_front_door_says_who_is_who(received: Receive, workers: Workers, seat: str) -> None:
    """A5, G4: given anybody else, then the match is neither theirs to see nor to decide."""
    received("alex")
    outcome = received("open-case")
    with machine():
        link = LinkDecided.objects.first()
        assert link is not None
    with acting_as(workers[seat]):
        assert not LinkDecided.objects.exists()
        with pytest.raises(PermissionDenied):
            decide_match(workers[seat], outcome.reference or "", link.pk, verdict="same-person", reason="")
