"""What `./daras demo` loads: the whole partnership, nobody real, the same every time, once."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db.models import Q
from stdnum.gb import nhs

from daras.access.models import TrailEntry, Worker
from daras.access.policy import ROLES
from daras.access.session import acting_as, machine
from daras.agencies import load_directory
from daras.exchange import demonstration
from daras.exchange.county.patterns import patterns
from daras.exchange.demonstration import agencies_lists, around, between, referrals
from daras.exchange.tests.conftest import Told
from daras.ledger.models import Fact
from daras.matters.commands import untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice, Receiver
from daras.people.models import (
    IdentifierKnown,
    LinkDecided,
    NameKnown,
    Person,
    PersonRecord,
    RecordPerson,
)

ON = date(2026, 11, 24)
COUNTED = (Worker, Receiver, PersonRecord, Person, Fact, Matter, Notice, TrailEntry)


def counted() -> list[int]:
    with machine():
        return [model.objects.count() for model in COUNTED]


def test_every_role_of_the_partnership_can_sign_in() -> None:
    """A1: given the workers of the demonstration, then there is one in every role, each in a team that there is
    today."""
    workers = demonstration.sign_ins()
    assert {worker.role for worker in workers} == set(ROLES)
    for worker in workers:
        load_directory().agency(worker.agency, on=ON).team(worker.team)
    assert len({worker.slug for worker in workers}) == len(workers)
    manager = next(worker for worker in workers if worker.slug == demonstration.DUTY_MANAGER)
    assert (manager.team, manager.role) == ("maru", "duty-manager")


def test_nobody_is_real(loaded: Told) -> None:
    """Given the demonstration, then every address is in the reserved domain and every NHS number is one kept for
    tests."""
    assert all(worker.email.endswith(".example") for worker in Worker.objects.all())
    assert all(
        receiver.address.endswith(".example") for receiver in Receiver.objects.exclude(channel=Receiver.Channel.PAGE)
    )
    with machine():
        numbers = list(IdentifierKnown.objects.filter(system="nhs-number").values_list("value", flat=True))
    assert len(numbers) > 300
    assert all(number.startswith(("999", "9000001")) and nhs.is_valid(number) for number in numbers)


def test_a_few_hundred_people_in_the_copies_of_many_agencies(loaded: Told) -> None:
    """A5: given the agencies' lists, then about three hundred people stand in more than twice as many records, most
    of them linked by matching, and some left to a person."""
    with machine():
        records = PersonRecord.objects.exclude(local_id="").count()
        persons = RecordPerson.objects.values("person").distinct().count()
        decided = Counter(LinkDecided.objects.values_list("decision", flat=True))
        agencies = PersonRecord.objects.values("agency").distinct().count()
    assert records > 650
    assert 280 <= persons <= 380
    assert agencies >= 18
    assert decided["link"] > 300
    assert 10 < decided["possible"] < 150


def test_a_link_is_never_wrong(loaded: Told) -> None:
    """A5: given that the demonstration knows who is who, then no two people stand under one number, twins and a
    father and son of one name included."""
    truth = true_people()
    with machine():
        rows = RecordPerson.objects.values_list("person_id", "record__agency", "record__local_id")
        under_one_number: dict[int, set[str]] = {}
        for person, agency, local_id in rows:
            if (agency, local_id) in truth:
                under_one_number.setdefault(person, set()).add(truth[agency, local_id])
    assert len(under_one_number) > 280
    assert {person: people for person, people in under_one_number.items() if len(people) > 1} == {}


def true_people() -> dict[tuple[str, str], str]:
    """Who each row of each list is of."""
    from daras.exchange.demonstration.families import families
    from daras.exchange.demonstration.households import households
    from daras.exchange.demonstration.numbers import record_number

    return {
        (held.agency, record_number(held.agency, resident.key)): resident.key
        for household in (*families(), *households())
        for resident in household.residents
        for held in resident.held
    }


def test_two_numbers_of_one_child_wait_for_the_front_door(loaded: Told) -> None:
    """A5: given a surgery and a hospital with different NHS numbers for one child, then nothing is linked, and the duty
    manager reads why; the surgery's doctor reads nothing of it."""
    with machine():
        names = NameKnown.objects.filter(given_name="Noah", family_name="Trembath")
        noah = list(names.values_list("fact__person_record_id", flat=True))
        persons = set(RecordPerson.objects.filter(record_id__in=noah).values_list("person_id", flat=True))
    assert len(persons) == 2
    with acting_as(worker(demonstration.DUTY_MANAGER)):
        links = LinkDecided.objects.filter(decision="possible", fact__person_record_id__in=noah)
        assert any("The NHS numbers differ: a person has to decide." in link.why for link in links)
    with acting_as(worker("peter-chenoweth")):
        assert not LinkDecided.objects.exists()


def test_a_link_with_what_is_kept_back_is_for_the_custodians(loaded: Told) -> None:
    """G4, A5: given a mother whom the drug and alcohol service works with, when matching links her to another agency's
    record, then the front door reads nothing of that link, and the custodian does."""
    with machine():
        kept = list(PersonRecord.objects.filter(agency="adult-drug-and-alcohol-service").values_list("pk", flat=True))
        made = LinkDecided.objects.filter(fact__matter_id=None)
        links = list(
            made.filter(Q(fact__person_record_id__in=kept) | Q(other_record_id__in=kept)).values_list("pk", flat=True)
        )
    assert links
    with acting_as(worker(demonstration.DUTY_MANAGER)):
        assert LinkDecided.objects.filter(fact__matter_id=None).exists()
        assert not LinkDecided.objects.filter(pk__in=links).exists()
    with acting_as(worker("judith-farrell")):
        assert LinkDecided.objects.filter(pk__in=links).count() == len(links)


def test_an_agency_reads_its_own_list_and_no_other(loaded: Told) -> None:
    """G4: given the lists of all agencies, then a doctor sees her surgery's register, and not the school's roll or
    the register of another surgery."""
    with acting_as(worker("priya-nair")):
        assert set(PersonRecord.objects.values_list("agency", flat=True)) == {"camborne-surgery"}
        assert NameKnown.objects.filter(given_name="Jacob", family_name="Rowse").exists()
        assert not NameKnown.objects.filter(given_name="Tobias").exists()
    with acting_as(worker("kwame-boateng")):
        assert not PersonRecord.objects.exists()


def test_loading_twice_is_loading_once(loaded: Told) -> None:
    """Given the loaded demonstration, when it is loaded again, then nothing is added and every state is as its facts
    say."""
    before = counted()
    demonstration.load(lambda *_: None)
    assert counted() == before
    with machine():
        assert untrue_projections() == []


def test_a_countys_patterns_meet_nobody_of_the_demonstration(loaded: Told) -> None:
    """A5: given the loaded demonstration, when a story of the county is played, then its family is nobody's whom it
    holds, and nothing of it stays."""
    before = counted()
    assert {each.sender for each in patterns(["police"])} == {"police"}
    assert counted() == before


def test_progress_is_honest(loaded: Told) -> None:
    """Set-up: given the first load, then what was said to be done never went back, never passed the total, and ended at
    it."""
    done = [each for each, _, _ in loaded]
    totals = {total for _, total, _ in loaded}
    assert done == sorted(done)
    assert totals == {done[-1]}
    with machine():
        rows = PersonRecord.objects.exclude(local_id="").count()
    beside = [*between.requests(timedelta()), *around.pieces(timedelta())]
    assert done[-1] == Worker.objects.count() + rows + len(referrals()) + len(beside)


def test_the_lists_are_the_same_in_every_process() -> None:
    """Given another process, which orders its sets otherwise, then the agencies' lists are the same to the letter."""
    script = (
        "import django; django.setup(); from daras.exchange.tests.test_demonstration import digest; print(digest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1", "DJANGO_SETTINGS_MODULE": "daras.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    answer = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == digest()


def digest() -> str:
    """All lists as one number."""
    return hashlib.sha256(json.dumps([repr(each) for each in agencies_lists()]).encode()).hexdigest()


@pytest.mark.django_db
def test_a_database_without_the_mark_is_left_alone() -> None:
    """Set-up: given a database that nobody marked as synthetic, when the demonstration is to be loaded, then it refuses
    and adds none."""
    before = counted()
    with pytest.raises(demonstration.NotSynthetic):
        demonstration.load(lambda *_: None)
    assert counted() == before


def worker(slug: str) -> Worker:
    return Worker.objects.get(slug=slug)
