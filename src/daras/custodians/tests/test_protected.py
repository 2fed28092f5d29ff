"""A protected child is as absent for everybody: by page, API, file and list; and the custodian is told (G4, A5)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from daras.access import audiences, trail
from daras.access.models import TrailEntry, TrailLink, Worker
from daras.access.sealing import seal
from daras.access.session import acting_as, custody, machine
from daras.api.authentication import issue
from daras.custodians.commands import decide_naming, protect, unprotect
from daras.custodians.models import Protected, ProtectedNamed
from daras.custodians.noticing import notice_named
from daras.custodians.tests.conftest import TRUST, health_lists_alex, made_protected
from daras.duties.queries import owed_by
from daras.exchange.extracts import receive_extract
from daras.frontdoor.intake import receive, screen
from daras.frontdoor.tests.documents import changed, encoded, referral
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matching.finding import find, understood
from daras.people.commands import decide_link
from daras.people.models import LinkDecided, NameKnown, PersonRecord, RecordPerson
from daras.working_time import clock

pytestmark = pytest.mark.django_db

SCHOOL = "carn-brea-academy"
Sent = tuple[Any, list[str]]


def without_numbers(told: object) -> str:
    """What was told, without references, numbers and moments, which differ each time."""
    text = json.dumps(told, default=str, sort_keys=True)
    return re.sub(r"\b[DRP]-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "REFERENCE", text)


def shape(statement: str) -> str:
    """What a statement does, whatever its values are."""
    return re.sub(r"_?s\d+_x\d+|-?\b\d+\b", "?", re.sub(r"\s+", " ", statement))


def by_api(workers: dict[str, Worker]) -> Any:
    """The school's system sends its referral twice; the second time it is a duplicate."""
    with machine():
        token = issue(SCHOOL, "school system")
    client = Client(headers={"authorization": f"Bearer {token}"})
    answers = [
        client.post("/api/v1/referrals", encoded(referral("alex")), content_type="application/json") for _ in range(2)
    ]
    return [(answer.status_code, json.loads(answer.content)) for answer in answers]


def by_file(workers: dict[str, Worker]) -> Any:
    """A file is taken in: the account of it, which the front door reads."""
    outcome = receive(encoded(referral("alex")), file="alex")
    return [outcome.outcome, outcome.as_json() if hasattr(outcome, "as_json") else str(outcome)]


def by_page(workers: dict[str, Worker]) -> Any:
    """Somebody of the front door looks the same people up, and searches the number."""
    told = screen(encoded(referral("alex")), worker=workers["duty-manager"])
    with acting_as(workers["duty-manager"]):
        hits = find(understood("943 476 5919")) + find(understood("900 000 1080"))
    return [str(told), len(hits)]


def by_list(workers: dict[str, Worker]) -> Any:
    """Another agency's list brings the same number."""
    from dataclasses import asdict, replace

    from daras.exchange.tests.test_extracts import ALEX

    row = replace(ALEX, identifiers=(("nhs-number", "9000001080"),))
    return asdict(receive_extract(SCHOOL, [row]))


def in_a_world(
    prepared: Callable[[], object], sent: Callable[[dict[str, Worker]], Any], workers: dict[str, Worker]
) -> Sent:
    """What is told and what the database is asked, where something was prepared before; all taken back."""
    with transaction.atomic():
        prepared()
        statements: list[str] = []

        def heard(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
            statements.append(shape(statement))
            return execute(statement, values, many, context)

        with connection.execute_wrapper(heard):
            told = sent(workers)
        transaction.set_rollback(True)
    audiences.forget_scopes()
    return told, statements


@pytest.mark.parametrize("sent", [by_api, by_file, by_page, by_list])
def test_a_protected_child_is_answered_and_worked_on_as_nobody(
    sent: Callable[[dict[str, Worker]], Any], workers: dict[str, Worker]
) -> None:
    """G4, A5: given a protected child in the index, when an outsider sends the same NHS number by API, file, page or
    list, then answers, duplicates and counts are those of a child nobody knows, and the database is asked the same
    questions in the same order: there is no more or less to do by which time could tell."""
    with transaction.atomic():
        sent(workers)  # what a process remembers is remembered now
        transaction.set_rollback(True)
    audiences.forget_scopes()
    nobody, asked_of_nobody = in_a_world(lambda: None, sent, workers)
    protected, asked = in_a_world(lambda: made_protected(workers, health_lists_alex()), sent, workers)
    known, _ = in_a_world(health_lists_alex, sent, workers)
    assert without_numbers(protected) == without_numbers(nobody)
    assert asked == asked_of_nobody
    if sent is not by_api:
        assert without_numbers(known) != without_numbers(nobody)  # a child who is not protected is found there


def test_the_custodian_is_told_and_decides(workers: dict[str, Worker]) -> None:
    """G4: given a protected child, when a referral names them, then within a minute the custodian owes a decision, and
    nobody else sees it; when the custodian says it is the child, then what was named is protected too, and its sender
    still reads what it sent."""
    protected = made_protected(workers, health_lists_alex())
    outcome = receive(encoded(referral("alex")), file="alex")
    assert outcome.reference
    assert notice_named() == 1
    assert notice_named() == 0
    custodian = workers["council-custodian"]
    with acting_as(custodian):
        (owed,) = owed_by(custodian)
        assert owed.duty.duty_kind == "protected-named"
        (naming,) = ProtectedNamed.objects.all()
        assert naming.by_agency == SCHOOL
        decide_naming(custodian, naming.pk, same_person=True, reason="Called the school: it is the child.")
        assert list(owed_by(custodian)) == []
        assert len(RecordPerson.objects.filter(record_id__in=[*protected.record_ids, naming.named_record_id])) == 2
        assert RecordPerson.objects.values("number").distinct().count() == 1
    for seat in ("duty-manager", "school-nurse", "police-custodian", "outsider"):
        with acting_as(workers[seat]):
            assert not ProtectedNamed.objects.exists(), seat
            assert not NameKnown.objects.filter(given_name="Alex").exists(), seat
    with acting_as(workers["safeguarding-lead"]):
        assert NameKnown.objects.filter(given_name="Alex").exists()  # its own submission
        assert not PersonRecord.objects.filter(agency=TRUST).exists()


def test_what_is_protected_is_gone_for_everybody_and_comes_back(workers: dict[str, Worker]) -> None:
    """G4: given a child of a referral and a list, when a manager protects them, then nobody finds, opens or counts
    them, whoever saw them before; when the custodian ends it, then each sees again exactly what they saw."""
    number = health_lists_alex()
    receive(encoded(referral("alex")), file="alex")
    seats = ("duty-manager", "health", "safeguarding-lead", "outsider", "council-custodian")
    before = {seat: _facts_seen(workers[seat]) for seat in seats}
    protected = made_protected(workers, number)
    assert _facts_seen(workers["duty-manager"]) < before["duty-manager"]
    with acting_as(workers["duty-manager"]):
        assert not RecordPerson.objects.filter(number=number).exists()
        assert find(understood("900 000 1080")) == []
        assert not Protected.objects.exists()
    with machine():
        assert not RecordPerson.objects.filter(number=number).exists()
    with acting_as(workers["council-custodian"]):
        assert RecordPerson.objects.filter(number=number).exists()
        ended = unprotect(workers["council-custodian"], protected.pk, reason="Lives elsewhere now, and safely.")
    after = {seat: _facts_seen(workers[seat]) - {ended.pk, protected.pk} for seat in seats}
    assert after == before


def _facts_seen(worker: Worker) -> set[int]:
    with acting_as(worker), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_fact")
        return {pk for (pk,) in cursor.fetchall()}


def test_who_may_protect_and_how(workers: dict[str, Worker]) -> None:
    """G4: given somebody who may not protect, or no reason, or an agency without a custodian, then it is refused and
    nothing changed; a worker named goes on seeing the child."""
    number = health_lists_alex()
    manager = workers["duty-manager"]
    asked: dict[str, Any] = {
        "number": number, "protection": "refuge", "reason": "An address.",
        "custodian_agency": "cornwall-childrens-services",
    }  # fmt: skip
    with acting_as(manager):
        for wrong, code in (
            ({"reason": " "}, "reason-missing"),
            ({"custodian_agency": SCHOOL}, "no-custodian"),
            ({"custodian_agency": "nowhere"}, "unknown-agency"),
            ({"kept_by": ["nobody-here"]}, "no-such-worker"),
            ({"number": "P-0000-0000"}, "no-such-person"),
            ({"protection": "fame"}, "unknown-protection"),
        ):
            with pytest.raises(Refused) as refused:
                protect(manager, **(asked | wrong))
            assert refused.value.code == code
    with acting_as(workers["school-nurse"]), pytest.raises(Exception, match="custodian"):
        protect(workers["school-nurse"], **asked)
    with acting_as(manager):
        assert RecordPerson.objects.filter(number=number).exists()
        protect(manager, **asked, kept_by=["health"])
    with acting_as(workers["health"]):
        assert RecordPerson.objects.filter(number=number).exists()
    with acting_as(workers["social-worker"]):
        assert not RecordPerson.objects.filter(number=number).exists()


def test_adopted_identities_never_match(workers: dict[str, Worker]) -> None:
    """A5, G4: given an adopted child whose former identity is protected, when the new one becomes known with another
    number, the same day of birth and home, then not even the custodian is told that they may be one; when somebody
    writes the former number, the custodian is told, and the two identities stay apart whatever is decided."""
    protected = made_protected(workers, health_lists_alex(), "adoption")
    receive(changed("alex", "people/0/identifiers/0/value", "9434765919"), file="new identity")
    assert notice_named() == 0
    receive(encoded(referral("alex")), file="former identity")
    assert notice_named() == 1
    custodian = workers["council-custodian"]
    with acting_as(custodian):
        (naming,) = ProtectedNamed.objects.all()
        decide_naming(custodian, naming.pk, same_person=True, reason="Somebody knows the former name.")
    with custody():
        numbers = RecordPerson.objects.filter(record_id__in=[*protected.record_ids, naming.named_record_id])
        assert len({each.number for each in numbers}) == 2


def test_what_is_written_of_somebody_protected_is_protected(workers: dict[str, Worker]) -> None:
    """G4: given a worker who goes on seeing a protected child, when a command writes about the child for the front
    door's audience, then the database gives it the protected one."""
    protected = made_protected(workers, health_lists_alex())
    custodian = workers["council-custodian"]
    hub = audiences.standing(audiences.front_door_scope("908"))
    with acting_as(custodian), machine():
        recording = Recording(custodian.agency, custodian.slug, clock.now())
        entry = Entry(NameKnown(given_name="Alexander"), hub, person_record_id=protected.record_ids[0])
        (fact,) = append(recording, [entry])
    for seat in ("duty-manager", "police-custodian"):
        with acting_as(workers[seat]):
            assert not NameKnown.objects.filter(pk=fact.pk).exists()
    with acting_as(custodian):
        assert NameKnown.objects.filter(pk=fact.pk).exists()
        assert NameKnown.objects.get(pk=fact.pk).audience_id == protected.audience_id


def test_the_trail_says_of_a_protection_only_to_whom_it_may(workers: dict[str, Worker]) -> None:
    """G4: given a protected child whom the custodian opens, when custodians read the trail, then those who keep the
    child read of it, others do not, and the chain holds every entry."""
    protected = made_protected(workers, health_lists_alex())
    custodian = workers["council-custodian"]
    with acting_as(custodian):
        member = RecordPerson.objects.get(record_id=protected.record_ids[0])
        trail.look(custodian, "person", member.number, person_id=member.person_id)
    while seal(sweep=True):
        pass

    def read(seat: str) -> set[tuple[str, str]]:
        with acting_as(workers[seat]):
            entries = TrailEntry.objects.filter(subject_id=member.number)
            return set(entries.values_list("action", "reason"))

    assert read("council-custodian") >= {("change", "protected"), ("look", "")}
    assert not read("police-custodian") & {("change", "protected"), ("look", "")}
    with custody():
        assert TrailLink.objects.count() == TrailEntry.objects.count()


def test_a_merge_with_a_protected_record_needs_its_custodian(workers: dict[str, Worker]) -> None:
    """G4, A5: given a protected child and another agency's record, when anybody but the custodian links the two, then
    it is refused and nothing changed: for who goes on seeing the child in those words, for who does not as if there
    were none."""
    number = health_lists_alex()
    receive(encoded(referral("alex")), file="alex")
    with machine():
        own = NameKnown.objects.get(given_name="Jake", fact__agency=SCHOOL).fact.person_record_id or 0
    manager = workers["duty-manager"]
    with acting_as(manager):
        protected = protect(
            manager, number=number, protection="refuge", reason="A refuge.",
            custodian_agency="cornwall-childrens-services", kept_by=["health"],
        )  # fmt: skip

    def link(worker: Worker, other: int) -> str:
        with acting_as(worker), pytest.raises(Refused) as refused, machine():
            decide_link(
                Recording(worker.agency, worker.slug, clock.now()),
                record_id=own,
                other_record_id=other,
                decision=LinkDecided.Decision.LINK,
                probability=1.0,
                why=["a test"],
                audience_id=audiences.standing(audiences.front_door_scope("908")),
                by_person=True,
            )
        return refused.value.code

    assert link(workers["health"], protected.record_ids[0]) == "needs-custodian"
    assert link(manager, protected.record_ids[0]) == "no-such-match"
    with custody():
        numbers = RecordPerson.objects.filter(record_id__in=[own, protected.record_ids[0]])
        assert len({each.number for each in numbers}) == 2
        assert not LinkDecided.objects.filter(probability=1.0, why=["a test"]).exists()
