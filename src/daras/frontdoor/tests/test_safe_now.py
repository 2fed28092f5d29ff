"""Safe now, said later by whoever sees the child, and protection recorded before any form exists (A16)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.frontdoor import safe_now
from daras.frontdoor.models import ReferralReceived, SafeNowRecorded
from daras.frontdoor.protecting_first import Doorstep, Taken, record_first
from daras.frontdoor.safe_now import Seen
from daras.frontdoor.tests.conftest import Receive
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import NameKnown, PersonInMatter, PosesRiskKnown, RecordPerson
from daras.safety.models import ProtectionRecorded

Workers = dict[str, Worker]
NIGHT = datetime(2026, 11, 24, 22, 40, tzinfo=UTC)


def number_of(agency: str, given_name: str) -> str:
    with machine():
        name = NameKnown.objects.select_related("fact").filter(given_name=given_name, fact__agency=agency).first()
        assert name is not None
        return RecordPerson.objects.get(record_id=name.fact.person_record_id).number


def open_duties(kind: str) -> int:
    with machine():
        return DutyState.objects.filter(duty__duty_kind=kind, met_at__isnull=True).count()


def toby(received: Receive) -> str:
    """Toby, of whom the school nurse wrote on Saturday that nobody has seen him; his number."""
    received("alex")
    received("open-case")
    assert open_duties("see-child") == 1
    return number_of("cornwall-partnership-trust", "Toby")


def test_an_agency_that_sees_the_child_says_so(received: Receive, workers: Workers) -> None:
    """A16: given Toby, whom nobody had seen, when the school nurse sees him and says where and with whom, then the duty
    to find out is met, the front door is told and reads it, and nobody without a part reads it."""
    number, nurse = toby(received), workers["school-nurse"]
    said = Seen(True, by="Karensa Blewett", where="at school", company=("his grandmother", " "))
    with acting_as(nurse):
        safe_now.say_of_person(nurse, number, said)
        assert SafeNowRecorded.objects.filter(seen_by="Karensa Blewett").exists()
    assert open_duties("see-child") == 0
    with machine():
        told = Notice.objects.get(kind="safe-now")
        assert (told.receiver.agency, told.interrupts) == ("cornwall-childrens-services", False)
    with acting_as(workers["duty-manager"]):
        newest = SafeNowRecorded.objects.order_by("-fact_id").first()
        assert newest is not None
        assert (newest.where, newest.accompanied_by) == ("at school", ["his grandmother"])
    for seat in ("outsider", "probation", "safeguarding-lead"):
        with acting_as(workers[seat]):
            assert not SafeNowRecorded.objects.filter(seen_by="Karensa Blewett").exists()


def test_a_child_who_is_not_there_interrupts_the_front_door(received: Receive, workers: Workers) -> None:
    """A16: given a nurse who cannot find the child, when she says so, then nothing is met and the front door is told
    at once."""
    number, nurse = toby(received), workers["school-nurse"]
    with acting_as(nurse):
        safe_now.say_of_person(nurse, number, Seen(False, where="not at school"))
    assert open_duties("see-child") == 1
    with machine():
        assert Notice.objects.get(kind="not-safe-now").interrupts


def test_on_the_matter_it_is_read_by_all_who_take_part(received: Receive, workers: Workers) -> None:
    """A16: given the MARU's health practitioner, when she says on the matter that the child was seen, then it stands
    in the matter's circle; the school, which has no sight of the matter, cannot say it there."""
    reference = received("alex").reference or ""
    with machine():
        part = PersonInMatter.objects.select_related("fact").filter(part="subject").order_by("fact_id").first()
        assert part is not None
        child = part.fact.person_record_id or 0
    with acting_as(workers["health"]):
        said = safe_now.say_in_matter(
            workers["health"], reference, person_record_id=child, said=Seen(True, by="Dr Menon", where="at the surgery")
        )
    with machine():
        assert said.audience_id == Matter.objects.get(reference=reference).audience_id
    with acting_as(workers["safeguarding-lead"]), pytest.raises(Refused, match="no such matter"):
        safe_now.say_in_matter(
            workers["safeguarding-lead"], reference, person_record_id=child, said=Seen(True, by="somebody")
        )


def test_what_is_missing_is_named(received: Receive, workers: Workers) -> None:
    """A16: given an answer without saying whether, by whom, or in the future, or of somebody not theirs, then it is
    refused at its field."""
    received("alex")
    lead, number = workers["safeguarding-lead"], number_of("carn-brea-academy", "Alex")
    for field, said in (
        ("/seen", Seen(None)),
        ("/by", Seen(True)),
        ("/at", Seen(True, by="me", at=datetime(2030, 1, 1, tzinfo=UTC))),
    ):
        with acting_as(lead), pytest.raises(Refused) as refused:
            safe_now.say_of_person(lead, number, said)
        assert refused.value.pointer == field
    with acting_as(workers["outsider"]), pytest.raises(Refused, match="no such person"):
        safe_now.say_of_person(workers["outsider"], number, Seen(True, by="me"))


def at_the_door(worker: Worker, **changes: Any) -> Taken:
    said: dict[str, Any] = {
        "protection": "police-protection",
        "who": Doorstep("Toby", "Trelease", date(2019, 4, 2), "3 Bank Row", "Redruth", "TR15 2AA", True, "the car"),
        "since": NIGHT - timedelta(minutes=25),
        "once": "form-1",
    }
    with acting_as(worker):
        return record_first(worker, **{**said, **changes})


def test_an_officer_takes_a_child_into_protection_before_any_form(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A16: given an officer at a doorstep at night and nothing about the boy in the record, when police protection is
    recorded with his name, then there is a matter about him with a decision due, the 72 hours run on it, the reason
    is owed, he stands as seen, and the officer has a receipt. Sent twice, it is recorded once."""
    monkeypatch.setenv("DARAS_NOW", NIGHT.isoformat())
    officer = workers["officer"]
    taken = at_the_door(officer)
    assert taken.expires_at == NIGHT - timedelta(minutes=25) + timedelta(hours=72)
    assert at_the_door(officer) == taken
    with machine():
        received = ReferralReceived.objects.select_related("fact").get(receipt=taken.receipt)
        held = ProtectionRecorded.objects.select_related("fact").get()
        assert held.fact.matter_id == received.fact.matter_id
        assert held.holder_agency == "devon-and-cornwall-police"
        assert Matter.objects.get(pk=held.fact.matter_id or 0).state.decision_owed
        assert SafeNowRecorded.objects.get().where == "the car"
    assert open_duties("protection-lapses") == 1
    assert open_duties("protection-reason") == 1
    with acting_as(workers["duty-manager"]):
        assert ProtectionRecorded.objects.exists()
    with acting_as(workers["outsider"]):
        assert not ReferralReceived.objects.exists()


def test_conditions_that_bind_somebody_stand_on_a_matter_without_a_child(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A16, B2: given a probation officer and a man on licence, when his conditions are recorded, then there is a matter
    of which he is the one who may harm, with his conditions and their end on it."""
    monkeypatch.setenv("DARAS_NOW", NIGHT.isoformat())
    at_the_door(
        workers["probation"],
        protection="licence-conditions",
        who=Doorstep("Gary", "Hocking"),
        expires_at=NIGHT + timedelta(days=90),
        words="No unsupervised contact with any child.",
    )
    with machine():
        held = ProtectionRecorded.objects.select_related("fact").get()
        assert held.holder_agency == "probation-service"
        assert PosesRiskKnown.objects.get().basis == "convicted"
        assert PersonInMatter.objects.filter(part="suspect", fact__person_record_id=held.fact.person_record_id).exists()
    assert open_duties("protection-reason") == 0


def test_only_those_who_protect_record_it_and_what_is_missing_is_named(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A16: given a school, then it refers and takes no child into protection; given no name, no time, or nothing of the
    list, then it is refused at its field and nothing is half recorded."""
    monkeypatch.setenv("DARAS_NOW", NIGHT.isoformat())
    with pytest.raises(PermissionDenied):
        at_the_door(workers["safeguarding-lead"])
    for field, wrong in (
        ("/given_name", {"who": Doorstep()}),
        ("/since", {"since": None}),
        ("/protection", {"protection": "a-promise"}),
        ("/date_of_birth", {"who": Doorstep("Toby", date_of_birth=date(2030, 1, 1))}),
    ):
        with pytest.raises(Refused) as refused:
            at_the_door(workers["officer"], **wrong)
        assert refused.value.pointer == field
    with machine():
        assert not ProtectionRecorded.objects.exists()
        assert not Matter.objects.exists()
