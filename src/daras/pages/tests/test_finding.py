"""Search on every page: by whatever is known, tolerant of spelling, and only among what the reader may see (A5, G4)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.frontdoor.outcome import Outcome
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_who_sees_what import read, trail


@pytest.fixture
def alex(people: People) -> Outcome:
    return arrives("alex")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("alex tregear", "name Alex and name Tregear"),
        ("Tregear, Alex", "name Tregear and name Alex"),
        ("alex tregeer", "Tregear, one letter different"),
        ("tregear", "name Tregear"),
    ],
)
def test_a_child_is_found_by_what_is_known(client: Client, people: People, alex: Outcome, typed: str, why: str) -> None:
    """Given Alex, when any of these is typed, then Alex is found, with the reason."""
    number = number_of(alex, "Alex")
    status, text = read(client, people.duty_manager, f"/find/?q={typed}")
    assert status == 200
    assert f'href="/people/{number}/"' in text
    assert why in text


def test_date_number_and_postcode_find_and_must_all_agree(client: Client, people: People, alex: Outcome) -> None:
    """Given a date of birth with any name, then all that was typed must agree."""
    from daras.access.session import machine
    from daras.people.models import AddressStay, BirthKnown, RecordPerson

    number = number_of(alex, "Alex")
    with machine():
        records = list(RecordPerson.objects.filter(number=number).values_list("record_id", flat=True))
        born = BirthKnown.objects.filter(fact__person_record_id__in=records)[0].date_of_birth
        postcode = AddressStay.objects.filter(fact__person_record_id__in=records)[0].postcode
    assert born is not None
    for typed in (f"{born:%d/%m/%Y}", f"{born.isoformat()} tregear", postcode, f"alex {postcode.replace(' ', '')}"):
        assert f'href="/people/{number}/"' in read(client, people.duty_manager, f"/find/?q={typed}")[1], typed
    assert "Nothing found" in read(client, people.duty_manager, "/find/?q=tregear 1/1/1950")[1]
    assert "Nothing found" in read(client, people.duty_manager, "/find/?q=tregear PL1 1AA")[1]


def test_an_outsider_finds_nobody_and_the_trail_holds_no_name(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex, when another school searches, then nothing is found; the trail keeps that they searched (G4)."""
    status, text = read(client, people.outsider, "/find/?q=alex tregear")
    assert status == 200
    assert "Nothing found for" in text
    assert "/people/" not in text
    searched = trail(actor="kensa-bolitho", action="search")
    assert searched == [("kensa-bolitho", "people", "", "done")]


def test_whom_a_search_showed_is_in_the_trail(client: Client, people: People, alex: Outcome) -> None:
    """Given a search that finds Alex, then the trail says that Alex was shown (G4)."""
    read(client, people.duty_manager, "/find/?q=tregear")
    assert ("jenifer-pascoe", "person", number_of(alex, "Alex"), "done") in trail(action="search")


def test_a_school_finds_those_of_its_own_record(client: Client, people: People, alex: Outcome) -> None:
    """Given the school's own referral, when its lead searches, then the school's own record is found, and opens."""
    number = number_of(alex, "Alex")
    _, text = read(client, people.safeguarding_lead, "/find/?q=alex")
    assert f'href="/people/{number}/"' in text
    status, text = read(client, people.safeguarding_lead, f"/people/{number}/")
    assert status == 200
    assert "level 4" not in text


def test_a_number_read_out_leads_to_the_person(client: Client, people: People, alex: Outcome) -> None:
    """Given a person's number, when it is typed in any way, then their page opens for who may see them."""
    number = number_of(alex, "Alex")
    client.force_login(people.duty_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/find/", {"q": number.lower().replace("-", " ")}).headers["Location"] == f"/people/{number}/"
    assert "Nothing found" in read(client, people.outsider, f"/find/?q={number}")[1]
