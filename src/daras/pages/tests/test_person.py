"""The page of a child or an adult: who may open it, what it shows, as known on any date (A5, E2, G2, G5)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access.session import machine
from daras.frontdoor.outcome import Outcome
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_who_sees_what import read, trail

TABS = ("", "family/", "chronology/", "documents/", "sharing/")


def number_of(outcome: Outcome, name: str) -> str:
    """The number of somebody in the news."""
    from daras.people.models import NameKnown, RecordPerson

    with machine():
        records = NameKnown.objects.filter(given_name=name).values_list("fact__person_record_id", flat=True)
        return RecordPerson.objects.filter(record_id__in=list(records)).values_list("number", flat=True)[0]


@pytest.fixture
def alex(people: People) -> Outcome:
    return arrives("alex")


def test_the_manager_opens_the_child_on_every_tab(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's referral, when the duty manager opens Alex, then each tab answers and the look is kept (A5, G4)."""
    number = number_of(alex, "Alex")
    for tab in TABS:
        status, text = read(client, people.duty_manager, f"/people/{number}/{tab}")
        assert status == 200, tab
        assert "Alex Tregear" in text
    assert ("jenifer-pascoe", "person", number, "done") in trail(action="look")
