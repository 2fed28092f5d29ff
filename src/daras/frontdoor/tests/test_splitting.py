"""An over-merged person comes apart, nothing said is forgotten, and who is one person is told by the decisions (A5)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.frontdoor.splitting import split_person
from daras.frontdoor.tests.conftest import Receive
from daras.ledger.refusal import Refused
from daras.matching.clusters import doubt_about
from daras.matching.commands import index_records
from daras.matching.features import PersonFeatures, describe
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.commands import add_records, decide_link, new_persons, place
from daras.people.models import LinkDecided, RecordPerson
from daras.people.queries import persons_of
from daras.people.replaying import untrue_memberships

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]
LINK, UNLINK = LinkDecided.Decision.LINK, LinkDecided.Decision.UNLINK
REJECT, POSSIBLE = LinkDecided.Decision.REJECT, LinkDecided.Decision.POSSIBLE


def decide(matter: Matter, record: int, other: int, decision: str, *, by_person: bool = True) -> None:
    recording = lock([matter.pk], agency="cornwall-childrens-services", author="a-worker")
    decide_link(
        recording, record_id=record, other_record_id=other, decision=decision, probability=0.5, why=["Said so."],
        audience_id=matter.audience_id, by_person=by_person, matter_id=matter.pk,
    )  # fmt: skip


def some_records(matter: Matter, number: int) -> list[int]:
    """Records of an agency, each under a number of its own."""
    records = add_records("cornwall-childrens-services", matter.audience_id, [f"T{each}" for each in range(number)])
    place(records, new_persons(number))
    return [record.pk for record in records]


@pytest.fixture
def matter(received: Receive) -> Matter:
    outcome = received("alex")
    with machine():
        return Matter.objects.get(reference=outcome.reference)


def test_several_records_leave_a_number_together_and_come_back(matter: Matter, workers: Workers) -> None:
    """A5, G2: given four records of two children under one number, then two of them leave it together with a reason;
    linking a pair that was parted brings all back, and the decisions tell the same at every step."""
    worker = workers["social-worker"]
    with machine():
        first, second, third, fourth = some_records(matter, 4)
        for record in (second, third, fourth):
            decide(matter, record, first, LINK, by_person=False)
        number = RecordPerson.objects.get(record_id=first).number
    with acting_as(worker):
        with pytest.raises(Refused, match="reason"):
            split_person(worker, number=number, record_ids=[third, fourth], reason=" ")
        with pytest.raises(Refused, match="No record would be left"):
            split_person(worker, number=number, record_ids=[first, second, third, fourth], reason="All.")
        split_person(worker, number=number, record_ids=[third, fourth], reason="A cousin of the same name.")
    with machine():
        persons = persons_of([first, second, third, fourth])
        assert persons[first] == persons[second] != persons[third] == persons[fourth]
        assert untrue_memberships() == []
        decide(matter, third, first, LINK)
        assert len(set(persons_of([first, second, third, fourth]).values())) == 1
        assert untrue_memberships() == []


@pytest.mark.parametrize("seat", ["officer", "safeguarding-lead", "school-nurse", "outsider", "administrator"])
def test_nobody_outside_the_front_door_splits(matter: Matter, workers: Workers, seat: str) -> None:
    """A5, G4: given anybody else, then nothing is parted."""
    with machine():
        first, second = some_records(matter, 2)
        decide(matter, second, first, LINK, by_person=False)
        number = RecordPerson.objects.get(record_id=first).number
    with acting_as(workers[seat]), pytest.raises(PermissionDenied):
        split_person(workers[seat], number=number, record_ids=[second], reason="Mine.")
    with machine():
        assert len(set(persons_of([first, second]).values())) == 1


def test_what_somebody_said_is_not_forgotten(matter: Matter) -> None:
    """A5: given two records of which somebody said that they are two people, then neither the machine nor a detour by a
    third record brings them together; a person who decides on those two does."""
    with machine():
        one, other, third = some_records(matter, 3)
        decide(matter, one, other, REJECT)
        decide(matter, third, one, LINK, by_person=False)
        with pytest.raises(Refused, match="two people"):
            decide(matter, one, other, LINK, by_person=False)
        with pytest.raises(Refused, match="two people"):
            decide(matter, third, other, LINK)
        assert len(set(persons_of([one, other]).values())) == 2
        decide(matter, one, other, LINK)
        assert len(set(persons_of([one, other, third]).values())) == 1
        decide(matter, third, other, LINK)
        assert untrue_memberships() == []


def test_a_membership_that_no_decision_tells_is_named(matter: Matter) -> None:
    """A5: given a record under a number that no decision put it under, then deriving again names the number."""
    with machine():
        first, second = some_records(matter, 2)
        call_command("rederive")
        RecordPerson.objects.filter(record_id=second).update(
            person_id=RecordPerson.objects.get(record_id=first).person_id
        )
    with pytest.raises(CommandError, match="P-"):
        call_command("rederive")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 4), st.sampled_from([LINK, UNLINK, REJECT, POSSIBLE]), st.booleans()
        ),
        max_size=12,
    )
)
def test_whatever_is_decided_the_decisions_tell_who_is_one_person(
    matter: Matter, steps: list[tuple[int, int, str, bool]]
) -> None:
    """A5: given any decisions in any order, some of them refused, then replaying them gives the same people."""
    with machine():
        records = some_records(matter, 5)
        for one, other, decision, by_person in steps:
            if one == other:
                continue
            try:
                decide(matter, records[one], records[other], decision, by_person=by_person)
            except Refused:
                assert decision == LINK
        assert untrue_memberships() == []


def _known(number: str = "", born: str = "2015-03-22") -> PersonFeatures:
    return describe(
        given_name="Ella", family_name="Rowse", date_of_birth=born,
        other_identifiers=[("nhs-number", number)] if number else [],
    )  # fmt: skip


def test_a_later_record_raises_a_doubt_and_another_heals_it(matter: Matter) -> None:
    """A5: given records that stand together, then one that comes to conflict is shown with how they would come apart;
    a record between two that agree with each only in part, or somebody's word, heals it."""
    with machine():
        first, second, third = some_records(matter, 3)
        for record in (second, third):
            decide(matter, record, first, LINK, by_person=False)
        person = RecordPerson.objects.get(record_id=first).person_id
        told = {first: _known("9000001080"), second: _known("9000001080"), third: _known()}
        index_records([(record, known, matter.audience_id) for record, known in told.items()])
        assert doubt_about(person) is None
        index_records([(third, _known("9000001153"), matter.audience_id)])
        found = doubt_about(person)
        assert found is not None
        assert found.parts == (frozenset((first, second)), frozenset((third,)))
        assert "The NHS numbers differ: a person has to decide." in found.why
        index_records([(third, _known(born="1960-01-04"), matter.audience_id)])
        apart = doubt_about(person)
        assert apart is not None
        assert apart.why == (
            "The same name, but born a generation apart, as parent and child may be.",
            "Some of these records match none of the others any more.",
        )
        decide(matter, third, first, LINK)
        assert doubt_about(person) is None
