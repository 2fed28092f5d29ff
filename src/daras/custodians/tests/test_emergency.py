"""Sight is taken in an emergency: at once, with a reason, until an hour, told and reviewed; never of who is protected
(G4)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.custodians.emergency import open_in_emergency, review_emergency
from daras.custodians.models import EmergencyAccess
from daras.custodians.tests.conftest import made_protected
from daras.duties.queries import owed_by
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import NameKnown, RecordPerson

pytestmark = pytest.mark.django_db

WHY = "The child is at our door with a stranger."


@pytest.fixture
def nurse(workers: dict[str, Worker]) -> Worker:
    """A school nurse outside the circle."""
    return workers["school-nurse"]


def test_opened_at_once_told_and_reviewed(
    workers: dict[str, Worker], nurse: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a matter outside a nurse's circle, when she opens it with a reason and proves herself, then she sees it
    at once and until the shift ends; the front door and a custodian of a third agency are told, and that custodian
    owes a review, which the nurse cannot do."""
    reference = receive(encoded(referral("alex")), file="alex").reference
    assert reference
    with acting_as(nurse):
        assert not Matter.objects.exists()
        opened = open_in_emergency(nurse, whom="900 000 1080", reason=WHY, proven=True)
        assert Matter.objects.get().reference == reference
        assert NameKnown.objects.filter(given_name="Alex").exists()
    assert opened.reviewer_agency == "devon-and-cornwall-police"
    with machine():
        told = Notice.objects.filter(kind="emergency-access").values_list("receiver__agency", flat=True)
        assert set(told) == {"cornwall-childrens-services", "devon-and-cornwall-police"}
        assert TrailEntry.objects.filter(actor=nurse.slug, reason__startswith="opened in an emergency").exists()
    reviewer = workers["police-custodian"]
    with acting_as(workers["health-custodian"]):
        assert not EmergencyAccess.objects.exists()
    with acting_as(nurse), pytest.raises(PermissionDenied):
        review_emergency(nurse, opened.pk, was_right=True, words="Fine.")
    with acting_as(reviewer):
        assert [each.duty.duty_kind for each in owed_by(reviewer)] == ["emergency-access-review"]
        review_emergency(reviewer, opened.pk, was_right=True, words="Asked her and the school: a child at the door.")
        assert list(owed_by(reviewer)) == []
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T17:31:00+00:00")
    with acting_as(nurse):
        assert not Matter.objects.exists()
        assert not NameKnown.objects.exists()


def test_refused_without_reason_or_proof(workers: dict[str, Worker], nurse: Worker) -> None:
    """G4: given no reason, or no proof that it is her, or a role that sees no child, then nothing opens."""
    receive(encoded(referral("alex")), file="alex")
    for reason, proven, code in (("because", True, "reason-missing"), (WHY, False, "not-confirmed")):
        with acting_as(nurse), pytest.raises(Refused) as refused:
            open_in_emergency(nurse, whom="9000001080", reason=reason, proven=proven)
        assert refused.value.code == code
    for seat in ("administrator", "data-officer", "council-custodian"):
        with acting_as(workers[seat]), pytest.raises(PermissionDenied):
            open_in_emergency(workers[seat], whom="9000001080", reason=WHY, proven=True)
    with acting_as(nurse):
        assert not Matter.objects.exists()


def test_never_into_what_is_protected(workers: dict[str, Worker], nurse: Worker) -> None:
    """G4: given a protected child's matter, when it is opened in an emergency by number or reference, then it is
    refused as where there is nobody, nobody is told, and nobody owes a review; sight taken before ends with the
    protection."""
    reference = receive(encoded(referral("alex")), file="alex").reference
    assert reference
    with acting_as(nurse):
        open_in_emergency(nurse, whom=reference, reason=WHY, proven=True)
        number = RecordPerson.objects.get(record_id=NameKnown.objects.get(given_name="Alex").fact.person_record_id)
    made_protected(workers, number.number)
    with acting_as(nurse):
        assert not Matter.objects.filter(reference=reference).exists()
        assert not NameKnown.objects.filter(given_name="Alex").exists()

    def told(whom: str) -> str:
        with acting_as(nurse), pytest.raises(Refused) as refused:
            open_in_emergency(nurse, whom=whom, reason=WHY, proven=True)
        return str(refused.value)

    assert told("9000001080") == told("9434765919")
    assert told(reference) == told("D-0000-0000")


def test_nothing_waits_for_a_custodian(workers: dict[str, Worker], nurse: Worker) -> None:
    """G4: given a partnership in which no custodian of another agency works, when a nurse opens a matter in an
    emergency, then she sees it all the same, and a manager of the front door reviews it."""
    reference = receive(encoded(referral("alex")), file="alex").reference
    with machine():
        Worker.objects.filter(role="custodian").update(is_active=False)
    with acting_as(nurse):
        opened = open_in_emergency(nurse, whom=str(reference), reason=WHY, proven=True)
        assert Matter.objects.exists()
    manager = workers["duty-manager"]
    with acting_as(manager):
        assert "emergency-access-review" in [each.duty.duty_kind for each in owed_by(manager)]
        review_emergency(manager, opened.pk, was_right=False, words="Nobody knows why.")
        assert "emergency-access-review" not in [each.duty.duty_kind for each in owed_by(manager)]
