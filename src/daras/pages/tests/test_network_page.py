"""The network on a person's page: how far it reaches, who poses a risk near whom, and what a hidden person betrays."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.watching import watch
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail
from daras.network.exposure import exposures
from daras.network.queries import connected
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.pdf_text import text_of
from daras.pages.tests.test_person import number_of
from daras.people.commands import add_records, new_persons, place
from daras.people.models import (
    AddressStay,
    BirthKnown,
    NameKnown,
    PosesRiskKnown,
    RecordPerson,
    RelationshipKnown,
)
from daras.working_time import clock

HOSPITAL = "royal-cornwall-hospitals"


def record_of(number: str) -> int:
    return RecordPerson.objects.filter(number=number).order_by("record_id").values_list("record_id", flat=True)[0]


def somebody(audience: int, name: str, *said: Detail) -> int:
    """A person whom one audience alone knows; returns the record."""
    (record,) = add_records(HOSPITAL, audience, [name])
    place([record], new_persons(1))
    known = NameKnown(given_name=name, family_name="Hidden"), BirthKnown(role="adult", sex="M")
    entries = [Entry(detail, audience, person_record_id=record.pk) for detail in (*known, *said)]
    append(Recording(HOSPITAL, "worker", clock.now()), entries)
    return record.pk


def joined(audience: int, *numbers: str) -> int:
    """Somebody hidden who poses a risk, is a parent of all these people, their friend, and lives where they live."""
    with machine():
        records = [record_of(number) for number in numbers]
        stays = AddressStay.objects.filter(fact__person_record_id__in=records)
        homes = [AddressStay(lines=each.lines, town=each.town, place_key=each.place_key) for each in stays]
        ties = [
            RelationshipKnown(other_record_id=each, relation=relation)
            for each in records
            for relation in ("father", "friend")
        ]
        risk = PosesRiskKnown(status="registered-sex-offender", basis="convicted")
        return somebody(audience, "Nobody", risk, *homes, *ties)


def shown(client: Client, worker: Worker, number: str) -> list[str]:
    """Everything of the network that a reader gets: pages at every depth, of now and of the day, and the print."""
    client.force_login(worker)
    paths = [f"?steps={steps}{day}" for steps in (1, 2, 3) for day in ("", "&known-on=2026-11-24")]
    answers = [client.get(f"/people/{number}/family/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    # What differs by itself from one request to the next.
    texts = [re.sub(r'(nonce|value)="[^"]{30,}"', "", answer.content.decode()) for answer in answers]
    return [*texts, text_of(client.get(f"/people/{number}/print/").content)]


@pytest.mark.parametrize("seat", ["duty_manager", "safeguarding_lead"])
def test_a_hidden_person_who_joins_two_visible_ones_betrays_nothing(client: Client, people: People, seat: str) -> None:
    """E2, G4, design idea 5: given Alex and Sam, when a hospital alone comes to know of somebody who is a parent of
    both, a friend of both, lives with both and poses a risk, then page, picture, table, print, every count and every
    exposure are, letter for letter, what they were."""
    alex = arrives("alex")
    numbers = [number_of(alex, name) for name in ("Alex", "Sam")]
    worker: Worker = getattr(people, seat)
    before = [shown(client, worker, number) for number in numbers]
    with machine():
        hidden = audiences.standing(audiences.agency_scope(HOSPITAL))
    joined(hidden, *numbers)
    assert [shown(client, worker, number) for number in numbers] == before
    persons = list(persons_numbered(numbers))
    with acting_as(worker):
        found = connected(persons[:1], on=clock.today(), steps=1)
        assert persons[1] not in {each.person_id for each in found}
        assert not exposures(persons, on=clock.today(), steps=3)
    with machine():
        assert len(exposures(persons, on=clock.today(), steps=1)) == 2


def persons_numbered(numbers: list[str]) -> list[int]:
    with machine():
        return [RecordPerson.objects.filter(number=number)[0].person_id for number in numbers]


def test_the_watch_tells_the_front_door_no_more_than_it_may_read(client: Client, people: People, alex: Outcome) -> None:
    """E2, G4: given that a hospital alone knows who poses a risk near Alex, when that connection is made, then the
    front door owes a decision and reads that there is something and whom to ask, never who; the custodians read all."""
    number = number_of(alex, "Alex")
    with machine():
        hidden = audiences.standing(audiences.agency_scope(HOSPITAL))
    joined(hidden, number)
    with machine():
        (matter,) = watch(
            persons_numbered([number]), "A record was changed", authority="908", agency=HOSPITAL, since=clock.now()
        )
        reference = matter.reference
    client.force_login(people.duty_manager)
    text = client.get(f"/matters/{reference}/").content.decode()
    assert "what an agency keeps to itself says that Alex Tregear is near somebody" in text
    assert "Nobody Hidden" not in text
    with acting_as(people.duty_manager):
        assert not NameKnown.objects.filter(family_name="Hidden").exists()


@pytest.fixture
def alex(people: People) -> Outcome:
    return arrives("alex")


def test_exposure_is_read_from_either_end_and_as_far_as_was_chosen(
    client: Client, people: People, alex: Outcome
) -> None:
    """E2, B2: given somebody convicted who is a friend of Jake, who is said to have harmed Alex, then Alex's page names
    him two steps away with the whole way there, his own page names Alex, and at one step neither does; an allegation
    is never shown as more."""
    with machine():
        hub = audiences.standing(audiences.front_door_scope("908"))
        jake = record_of(number_of(alex, "Jake"))
        record = somebody(
            hub,
            "Gary",
            PosesRiskKnown(status="registered-sex-offender", basis="convicted"),
            RelationshipKnown(other_record_id=jake, relation="friend"),
        )
        gary = RecordPerson.objects.get(record_id=record).number
    client.force_login(people.duty_manager)
    number = number_of(alex, "Alex")
    page = client.get(f"/people/{number}/family/").content.decode()
    near = page.split('id="near"')[1].split("</section>")[0]
    assert "People near who pose, or are said to pose, a risk" in near
    assert "two steps away" in near
    assert "Gary Hidden is a friend of Jake Rowse, who is said to have harmed Alex Tregear." in near
    one = client.get(f"/people/{number}/family/?steps=1").content.decode()
    assert "Gary Hidden" not in one
    assert f"/people/{gary}/family/?steps=3" in client.get(f"/people/{number}/family/?steps=3").content.decode()
    his = client.get(f"/people/{gary}/family/").content.decode()
    assert "Children near" in his
    assert "Alex Tregear" in his.split('id="near"')[1].split("</section>")[0]
