"""Somebody protected raises no doubt about who is who, and settles none (A5, G4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daras.access.models import Worker
from daras.access.session import acting_as, custody
from daras.custodians.tests.conftest import made_protected
from daras.duties.models import DutyState
from daras.exchange.extracts import receive_extract
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.doubts import DOUBT
from daras.people.models import PersonRecord, RecordPerson

pytestmark = pytest.mark.django_db
Workers = dict[str, Worker]

HOME = Address(lines=("9 Quay Street",), town="Redruth", postcode="TR15 2AA")
CHILD = PersonNamed(ref="1", role="child", given_name="Demelza", family_name="Angove", sex="F", address=HOME)
COUNCIL, TRUST, SCHOOL = "cornwall-childrens-services", "cornwall-partnership-trust", "carn-brea-academy"


def listed(agency: str, ref: str, born: date | None = None) -> str:
    """An agency's list names the child; returns the number of its record."""
    receive_extract(agency, [replace(CHILD, ref=ref, date_of_birth=born)])
    with custody():
        return RecordPerson.objects.get(record=PersonRecord.objects.get(agency=agency, local_id=ref)).number


def owed() -> list[DutyState]:
    with custody():
        return list(DutyState.objects.filter(duty__duty_kind=DOUBT))


def test_a_protected_child_raises_no_doubt(workers: Workers) -> None:
    """A5, G4: given a protected child's records, when a list names a child of that name and home born in another year,
    then she is found by nobody: the new record has a number of its own, and nothing is owed."""
    number = listed(COUNCIL, "1")
    assert listed(TRUST, "2", date(2016, 4, 9)) == number
    made_protected(workers, number)
    assert listed(SCHOOL, "3", date(2012, 9, 30)) != number
    assert owed() == []


def test_a_doubt_about_somebody_protected_since_is_the_custodians(workers: Workers) -> None:
    """A5, G4: given a doubt that is owed, when the child is protected, then the front door reads nothing of it any
    more, and later news neither meets it nor opens another."""
    number = listed(COUNCIL, "1")
    listed(TRUST, "2", date(2016, 4, 9))
    listed(SCHOOL, "3", date(2012, 9, 30))
    assert len(owed()) == 1
    made_protected(workers, number)
    with acting_as(workers["social-worker"]):
        assert not DutyState.objects.filter(duty__duty_kind=DOUBT).exists()
    listed("adult-drug-and-alcohol-service", "4")
    (state,) = owed()
    assert state.met_at is None
