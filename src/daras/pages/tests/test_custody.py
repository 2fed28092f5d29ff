"""The pages where somebody is protected, an entry restricted, a matter opened in an emergency, and all of it decided
(G4)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.custodians.noticing import notice_named
from daras.frontdoor.intake import receive
from daras.frontdoor.models import VoiceRecorded
from daras.frontdoor.tests.documents import changed
from daras.pages.tests.partnership import PASSWORD, People, arrives, worker
from daras.people.models import NameKnown, RecordPerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def custodians(people: People) -> dict[str, Worker]:
    """Custodians of the council and the police."""
    with machine():
        return {
            "council": worker("Judith Farrell", "cornwall-childrens-services", "legal", "custodian"),
            "police": worker("Margaret Ellery", "devon-and-cornwall-police", "central-safeguarding", "custodian"),
        }


def signed_in(who: Worker) -> Client:
    client = Client()
    client.force_login(who)
    return client


def number_of(name: str) -> str:
    """The number of somebody by given name."""
    with machine():
        record = NameKnown.objects.filter(given_name=name).order_by("pk").values_list("fact__person_record_id")[0][0]
        return RecordPerson.objects.get(record_id=record).number


def test_protected_on_a_page_and_the_custodian_decides(people: People, custodians: dict[str, Worker]) -> None:
    """G4: given a child of a referral, when a manager protects them on their page, then the manager's pages know
    nothing of them; when the school writes again, then the custodian's page says so, the custodian decides and ends
    the protection, and a custodian of another agency sees none of it."""
    arrives("alex")
    number = number_of("Alex")
    manager, judith = signed_in(people.duty_manager), signed_in(custodians["council"])
    page = manager.get(f"/people/{number}/protect/")
    assert page.status_code == 200
    assert "Judith" not in page.content.decode()
    refused = manager.post(f"/people/{number}/protect/", {"protection": "refuge"})
    assert refused.status_code == 422
    sent = {"protection": "refuge", "reason": "A refuge.", "custodian_agency": "cornwall-childrens-services"}
    assert manager.post(f"/people/{number}/protect/", sent).status_code == 302
    for address in (f"/people/{number}/", f"/people/{number}/chronology/", f"/people/{number}/print/"):
        assert manager.get(address).status_code == 404
    for address in ("/desk/", "/", "/notices/"):
        assert "Tregear" not in manager.get(address).content.decode(), address
    found = manager.post("/find/", {"q": "Alex Tregear"}).content.decode()
    assert "Tregear" not in re.sub(r"<h1.*?</h1>|<input[^>]*>", "", found)
    receive(changed("alex", "hoped_for", "That somebody sees Alex, please."), file="again")
    assert notice_named() == 1
    mine = judith.get("/custody/").content.decode()
    assert "Alex Tregear may have been named by" in mine
    (naming,) = re.findall(r"/custody/named/(\d+)/", mine)
    assert signed_in(custodians["police"]).get(f"/custody/named/{naming}/").status_code == 404
    said = {"same": "yes", "reason": "Called the school."}
    assert judith.post(f"/custody/named/{naming}/", said).status_code == 302
    assert judith.get(f"/people/{number}/").status_code == 200
    (ending,) = re.findall(r"/custody/protected/(\d+)/end/", judith.get("/custody/").content.decode())
    assert judith.post(f"/custody/protected/{ending}/end/", {"reason": "Safe again."}).status_code == 302
    assert manager.get(f"/people/{number}/").status_code == 200


def test_restricted_in_the_chronology(people: People, custodians: dict[str, Worker]) -> None:
    """G4: given an entry of the school's, when its team restricts it, then the front door's chronology says that the
    school holds information and whom to ask; no other team may restrict it."""
    arrives("alex")
    number = number_of("Alex")
    lead, manager = signed_in(people.safeguarding_lead), signed_in(people.duty_manager)
    with machine():
        voice = VoiceRecorded.objects.exclude(text="").order_by("pk").first()
        assert voice is not None
        who = RecordPerson.objects.get(record_id=voice.fact.person_record_id).number
    address = f"/people/{who}/restrict/{voice.pk}/"
    assert who == number
    assert address in lead.get(f"/people/{who}/chronology/").content.decode()
    assert manager.get(address).status_code == 404
    for reader in (lead, manager):  # whatever is offered to somebody opens for them
        offered = re.findall(rf"/people/{who}/restrict/\d+/", reader.get(f"/people/{who}/chronology/").content.decode())
        assert {reader.get(each).status_code for each in offered} <= {200}
    words = "want to go to his house"
    assert words in voice.text
    assert words in manager.get(f"/people/{who}/chronology/").content.decode()
    assert lead.post(address, {"reason": ""}).status_code == 422
    assert lead.post(address, {"reason": "The child asked.", "ask": "Loveday Rowe, 01209 000222"}).status_code == 302
    shown = manager.get(f"/people/{who}/chronology/").content.decode()
    assert "holds information" in shown
    assert "Loveday Rowe, 01209 000222" in shown
    assert words not in shown
    assert "The child asked" not in shown
    assert lead.get(address).status_code == 200
    assert lead.post(address, {"reason": "The child agreed."}).status_code == 302
    assert "holds information" not in manager.get(f"/people/{who}/chronology/").content.decode()


def test_opened_in_an_emergency(people: People, custodians: dict[str, Worker]) -> None:
    """G4: given a school nobody named, when its lead opens the matter with a reason and her password, then she reads it
    at once; the police's custodian reviews it, and reads in the trail who looked."""
    reference = arrives("alex").reference
    outsider, margaret = signed_in(people.outsider), signed_in(custodians["police"])
    assert outsider.get(f"/matters/{reference}/").status_code == 404
    sent = {"whom": "9000001080", "reason": "He is at our gate and says he cannot go home."}
    asked = outsider.post("/emergency/", sent).headers["Location"]
    assert asked == "/sign-in/again/?next=%2Femergency%2F"
    assert outsider.post(asked, {"password": "wrong"}).status_code == 422
    assert outsider.get(f"/matters/{reference}/").status_code == 404
    opened = outsider.post(asked, {"password": PASSWORD})  # what was sent is taken up where it was left
    assert opened.status_code == 302
    assert opened.headers["Location"] == f"/matters/{reference}/"
    assert outsider.get(f"/matters/{reference}/").status_code == 200
    mine = margaret.get("/custody/").content.decode()
    (access,) = re.findall(r"/custody/emergency/(\d+)/", mine)
    assert "says he cannot go home" in margaret.get(f"/custody/emergency/{access}/").content.decode()
    assert signed_in(custodians["council"]).get(f"/custody/emergency/{access}/").status_code == 404
    assert outsider.get("/custody/").status_code == 403
    said = {"right": "yes", "words": "The school called us, too."}
    assert margaret.post(f"/custody/emergency/{access}/", said).status_code == 302
    number = number_of("Alex")
    outsider.get(f"/people/{number}/")
    assert "kensa-bolitho" in margaret.get(f"/custody/looks/?number={number}").content.decode()
    assert outsider.get(f"/custody/looks/?number={number}").status_code == 403


def test_what_a_page_is_opened_for_is_asked_only_outside_a_matter(people: People) -> None:
    """G4: given a child in an open matter and one whom only a list holds, when the front door opens their pages, then
    it is asked what for only of the second, sees the page meanwhile, and the answer is in the trail."""
    from daras.access.models import TrailEntry
    from daras.custodians.tests.conftest import health_lists_alex

    number = health_lists_alex()
    manager = signed_in(people.duty_manager)
    page = manager.get(f"/people/{number}/").content.decode()
    assert "What do you open this for?" in page
    assert "Alex Tregear" in page
    assert manager.post(f"/people/{number}/purpose/", {"purpose": "new-worry"}).status_code == 302
    with machine():
        assert TrailEntry.objects.filter(subject_id=number, reason="I have a new worry about this child").exists()
    arrives("alex")
    assert "What do you open this for?" not in manager.get(f"/people/{number}/").content.decode()
    assert signed_in(people.outsider).post(f"/people/{number}/purpose/", {"purpose": "asked"}).status_code == 404
    assert "You work in the front door of this authority." in manager.get(f"/people/{number}/sharing/").content.decode()
