"""Search on every page: by whatever is known, tolerant of spelling, and only among what the reader may see (A5, G4)."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.frontdoor.outcome import Outcome
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_who_sees_what import BACKEND, read, trail


def find(client: Client, who: Worker, typed: str) -> tuple[int, str]:
    """What is typed in the box of every page, sent; what is answered where it was sent."""
    client.force_login(who, backend=BACKEND)
    response = client.post("/find/", {"q": typed})
    return response.status_code, html.unescape(response.content.decode())


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
    status, text = find(client, people.duty_manager, typed)
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
        assert f'href="/people/{number}/"' in find(client, people.duty_manager, typed)[1], typed
    assert "Nothing found" in find(client, people.duty_manager, "tregear 1/1/1950")[1]
    assert "Nothing found" in find(client, people.duty_manager, "tregear PL1 1AA")[1]


def test_an_outsider_finds_nobody_and_the_trail_holds_no_name(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex, when another school searches, then nothing is found; the trail keeps that they searched (G4)."""
    status, text = find(client, people.outsider, "alex tregear")
    assert status == 200
    assert "Nothing found for" in text
    assert "/people/" not in text
    searched = trail(actor="kensa-bolitho", action="search")
    assert searched == [("kensa-bolitho", "people", "", "done")]


def test_whom_a_search_showed_is_in_the_trail(client: Client, people: People, alex: Outcome) -> None:
    """Given a search that finds Alex, then the trail says that Alex was shown (G4)."""
    find(client, people.duty_manager, "tregear")
    assert ("jenifer-pascoe", "person", number_of(alex, "Alex"), "done") in trail(action="search")


def test_a_school_finds_those_of_its_own_record(client: Client, people: People, alex: Outcome) -> None:
    """Given the school's own referral, when its lead searches, then the school's own record is found, and opens."""
    number = number_of(alex, "Alex")
    _, text = find(client, people.safeguarding_lead, "alex")
    assert f'href="/people/{number}/"' in text
    status, text = read(client, people.safeguarding_lead, f"/people/{number}/")
    assert status == 200
    assert "level 4" not in text


def test_a_number_read_out_leads_to_the_person(client: Client, people: People, alex: Outcome) -> None:
    """Given a person's number, when it is typed in any way, then their page opens for who may see them."""
    number = number_of(alex, "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    typed = {"q": number.lower().replace("-", " ")}
    assert client.post("/find/", typed).headers["Location"] == f"/people/{number}/"
    assert "Nothing found" in find(client, people.outsider, number)[1]


@pytest.mark.parametrize("written", ["alex tregear", "22/3/2014", "9000001080", "TR14 8AB", "rob wilson", "piran lane"])
def test_what_stands_in_an_address_is_not_searched(client: Client, people: People, alex: Outcome, written: str) -> None:
    """G4: given an address with a name, a date of birth, a number or a postcode in it, when it is opened, then nothing
    is searched or shown, the page says in one sentence what to do, and the trail holds no search; an answer to what was
    sent stands at an address without it and is not kept by the browser."""
    client.force_login(people.duty_manager, backend=BACKEND)
    opened = client.get("/find/", {"q": written})
    page = html.unescape(opened.content.decode())
    assert opened.status_code == 200
    assert "what is searched for is not kept in addresses" in page
    assert written not in page
    assert "/people/" not in page
    assert trail(action="search") == []
    sent = client.post("/find/", {"q": written})
    assert (sent.status_code, sent.headers["Cache-Control"]) == (200, "no-store")
    assert "what is searched for is not kept in addresses" not in sent.content.decode()
    assert "what is searched for is not kept in addresses" not in client.get("/find/").content.decode()


def test_a_reference_in_an_address_still_leads_there(client: Client, people: People, alex: Outcome) -> None:
    """G4: given a letter or a bookmark with a reference, which names nobody, then it leads on for who may see it."""
    number = number_of(alex, "Alex")
    client.force_login(people.duty_manager, backend=BACKEND)
    for reference, place in ((number, f"/people/{number}/"), (alex.reference, f"/matters/{alex.reference}/")):
        assert client.get("/find/", {"q": str(reference).lower()}).headers["Location"] == place
    client.force_login(people.outsider, backend=BACKEND)
    assert "Nothing found" in client.get("/find/", {"q": number}).content.decode()


def test_a_name_with_the_letters_of_a_reference_is_searched_as_a_name(client: Client, people: People) -> None:
    """A5, G4: given "Rob Wilson", nine letters of which the first begins a reference, when it is typed, then people are
    searched, and the trail does not hold the name as a reference."""
    assert "only a date of birth" in find(client, people.duty_manager, "Rob Wilson")[1]
    assert trail(action="search") == [(people.duty_manager.slug, "people", "", "done")]
    assert "Check it letter by letter" in find(client, people.duty_manager, "R-OBWI-LS0N")[1]


def test_a_search_from_another_site_is_refused(people: People) -> None:
    """G4: given another site that makes a browser send a search, then it is refused and nothing is searched."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.duty_manager, backend=BACKEND)
    assert client.post("/find/", {"q": "alex tregear"}).status_code == 403
    assert trail(action="search") == []
