"""Nothing twice, nothing half, nothing lost (A1; design: bad input)."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import Principal, receive, screen
from daras.frontdoor.models import Document, Quarantined
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import changed, encoded, referral
from daras.home import Addresses
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import Person

Workers = dict[str, Worker]
SCHOOL = Principal("token:school", "api", "carn-brea-academy")


@pytest.fixture(autouse=True)
def _the_monday_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARAS_NOW", "2026-11-23T17:00:00+00:00")


def counted() -> tuple[int, ...]:
    with machine():
        return tuple(model.objects.count() for model in (Fact, Person, Matter, Document, Notice))


@pytest.mark.django_db
def test_the_same_document_again_changes_nothing(workers: Workers) -> None:
    """A1: given a referral delivered twice, by digest or by key, then the receipt is the same and nothing is
    recorded twice."""
    first = receive(encoded(referral("alex")), principal=SCHOOL, idempotency_key="k1")
    before = counted()
    again = receive(b" \n" + encoded(referral("alex")), principal=SCHOOL)
    by_key = receive(encoded(referral("alex")), principal=SCHOOL, idempotency_key="k1")
    assert [each.outcome for each in (first, again, by_key)] == ["recorded", "duplicate", "duplicate"]
    assert {each.receipt for each in (first, again, by_key)} == {first.receipt}
    assert counted() == before


@pytest.mark.django_db
def test_a_key_that_came_with_another_document_is_refused(workers: Workers) -> None:
    """A1: given a key used before for other news, then the second is refused by name and kept, and nothing is
    recorded."""
    receive(encoded(referral("alex")), principal=SCHOOL, idempotency_key="k1")
    before = counted()
    other = receive(changed("alex", "hoped_for", "Something else."), principal=SCHOOL, idempotency_key="k1")
    assert other.problem is not None
    assert other.problem.code == "key-used-before"
    assert counted() == before


@pytest.mark.django_db
def test_a_key_is_one_agencys_own(workers: Workers) -> None:
    """A1: given two agencies that happen to use one key, then each has its own receipt, and neither is told of the
    other's."""
    hospital = Principal("token:nurse", "api", referral("open-case")["from"]["agency"])
    first = receive(encoded(referral("alex")), principal=SCHOOL, idempotency_key="k1")
    second = receive(encoded(referral("open-case")), principal=hospital, idempotency_key="k1")
    assert [each.outcome for each in (first, second)] == ["recorded", "recorded"]
    assert first.receipt != second.receipt


@pytest.mark.django_db
def test_a_refused_document_is_kept_for_its_sender(workers: Workers) -> None:
    """A1: given a document with a mistake, then nothing of it is recorded, and its sender and the front door's
    managers find it in quarantine: no other agency, and no administrator, who sees no child."""
    before = counted()
    refused = receive(changed("alex", "people/0/date_of_birth", "2031-01-01"), principal=SCHOOL)
    assert refused.outcome == "refused"
    assert counted() == before
    for seat in ("safeguarding-lead", "duty-manager"):
        with acting_as(workers[seat]):
            kept = Quarantined.objects.get()
            assert kept.code == "born-in-the-future"
            assert b"Tregear" in bytes(kept.body)
    for seat in ("outsider", "social-worker", "custodian", "administrator", "data-officer"):
        with acting_as(workers[seat]):
            assert not Quarantined.objects.exists()


@pytest.mark.django_db
def test_a_refused_file_is_kept_for_the_managers_of_the_front_door(workers: Workers) -> None:
    """A1: given a file that cannot be read, then the front door's managers alone find it; and whatever an agency has
    refused lies in one audience, so that a thousand mistakes slow nobody's reading down."""
    receive(b"{")
    for _ in range(2):
        receive(b"[]", principal=SCHOOL)
    with machine():
        audience_of = list(Quarantined.objects.order_by("pk").values_list("agency", "audience_id"))
    assert [agency for agency, _ in audience_of] == ["", SCHOOL.agency, SCHOOL.agency]
    assert audience_of[0][1] != audience_of[1][1] == audience_of[2][1]
    for seat, seen in (("duty-manager", 3), ("safeguarding-lead", 2), ("custodian", 0), ("administrator", 0)):
        with acting_as(workers[seat]):
            assert Quarantined.objects.count() == seen, seat


@pytest.mark.django_db
def test_a_token_speaks_for_its_own_agency_only(workers: Workers) -> None:
    """A1, G4: given a document that says it is from the school, sent with the hospital's token, then it is
    refused."""
    hospital = Principal("token:hospital", "api", "royal-cornwall-hospitals")
    refused = receive(encoded(referral("alex")), principal=hospital)
    assert refused.problem is not None
    assert refused.problem.code == "not-your-agency"


@pytest.mark.django_db
def test_a_dry_run_says_what_receiving_would_do_and_records_only_the_look(
    received: Receive, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5, G4: given Alex's open case, when the duty manager screens the nurse's news, then it is matched, nothing is
    recorded, people met for the first time have no number, and the trail holds the look at each person known
    before."""
    received("alex")
    monkeypatch.setenv("DARAS_NOW", "2026-11-23T17:00:00+00:00")
    before = counted()
    seen = screen(encoded(referral("open-case")), worker=workers["duty-manager"])
    assert counted() == before
    assert seen.outcome == "screened"
    assert seen.reference is None
    assert {person.ref: person.decision for person in seen.people} == {"alex": "match", "cousin": "match"}
    with machine():
        looks = TrailEntry.objects.filter(action="screen", actor="duty-manager")
        assert looks.filter(subject_kind="document").count() == 1
        people = set(looks.filter(subject_kind="person").values_list("subject_id", flat=True))
    assert {person.person for person in seen.people} <= people
    stranger = screen(encoded(referral("julie")), worker=workers["duty-manager"])
    assert [person.person for person in stranger.people] == [None] * 5
    assert all(each.person is None for each in stranger.network)


@pytest.mark.django_db
@pytest.mark.parametrize("seat", ["safeguarding-lead", "officer", "outsider", "administrator", "probation"])
def test_nobody_outside_the_front_door_may_screen(workers: Workers, seat: str) -> None:
    """G4: given somebody who is not of the front door, then naming a person gives no sight of them."""
    with pytest.raises(PermissionDenied):
        screen(encoded(referral("alex")), worker=workers[seat])


#: Statements to receive each example into an empty index, transaction control included. A change here is a decision.
STATEMENTS = {"mark": 95, "alex": 113}
#: And to screen them: everything is read, and only the look is written.
SCREENING_STATEMENTS = {"mark": 19, "alex": 21}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_receiving_takes_exactly_so_many_statements(workers: Workers, name: str) -> None:
    """A5: given an empty index and a warm process, then receiving a document takes a known number of statements."""
    receive(encoded(referral("julie")))
    with CaptureQueriesContext(connection) as queries:
        receive(encoded(referral(name)))
    assert len(queries) == STATEMENTS[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SCREENING_STATEMENTS))
def test_screening_reads_exactly_so_often_and_writes_only_the_look(workers: Workers, name: str) -> None:
    """A5, G4: given an empty index and a warm process, then screening takes a known number of statements, and the
    trail is all that is written."""
    screen(encoded(referral("julie")), worker=workers["duty-manager"])
    with CaptureQueriesContext(connection) as queries:
        screen(encoded(referral(name)), worker=workers["duty-manager"])
    assert len(queries) == SCREENING_STATEMENTS[name]
    statements = [each["sql"] or "" for each in queries]
    written = [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all(sql.startswith("INSERT INTO access_trailentry") for sql in written)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mark", "alex", "julie", "no-known-child", "open-case"])
def test_a_dry_run_and_the_real_one_say_the_same(received: Receive, workers: Workers, name: str) -> None:
    """A5, B1: given each example, when it is screened and then received, then both find the same people, family,
    indicators, invitations and duties; only what recording gives a number to differs."""
    if name == "open-case":
        received("alex")
    seen = screen(encoded(referral(name)), worker=workers["duty-manager"]).as_json()
    done = receive(encoded(referral(name))).as_json()
    for of_somebody in (*done["people"], *done["network"], *done["matters"]):
        of_somebody.pop("reference", None)
        of_somebody.pop("person", None)
    for of_somebody in (*seen["people"], *seen["network"], *seen["matters"]):
        of_somebody.pop("reference", None)
        of_somebody.pop("person", None)
    same = ("people", "network", "indicators", "threshold", "invite", "duties", "quality", "matters")
    assert {key: seen[key] for key in same} == {key: done[key] for key in same}


def test_two_files_with_the_same_child_at_the_same_moment_are_one_child(cloned_database: Addresses) -> None:
    """A5: given two agencies' news of the same child delivered at the same moment, then there is one person and one
    matter."""
    install_all()
    school = encoded(referral("alex"))
    nurse = encoded(referral("open-case"))
    start, outcomes = threading.Barrier(2), []

    def deliver(raw: bytes) -> None:
        start.wait()
        outcomes.append(receive(raw))
        connection.close()

    threads = [threading.Thread(target=deliver, args=[raw]) for raw in (school, nurse)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alexes = {person.person for outcome in outcomes for person in outcome.people if person.ref == "alex"}
    assert len(alexes) == 1
    assert len({outcome.reference for outcome in outcomes}) == 1
