"""Safe now by a button on matter and child, and protection at a doorstep, on pages (A16)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_safety import chosen, signed_in
from daras.safety.models import ProtectionRecorded

#: Queries of the form on a matter, on a child, and at the doorstep.
MATTER_QUERIES, CHILD_QUERIES, DOOR_QUERIES = 32, 18, 8


@pytest.fixture
def officer(people: People) -> Worker:
    with machine():
        return worker("Denzil Crago", "devon-and-cornwall-police", "response-truro", "police-officer")


def test_a_school_says_on_the_childs_page_that_he_was_seen(people: People) -> None:
    """A16: given Alex's school, then his page has the button; what is said stands on his page with who saw him, where
    and with whom, and on the matter for the front door, which the school still does not see."""
    sent = arrives("alex")
    number = number_of(sent, "Alex")
    school = signed_in(people.safeguarding_lead)
    assert f'href="/people/{number}/safe-now/"' in school.get(f"/people/{number}/").content.decode()
    address = f"/people/{number}/safe-now/"
    assert "Loveday Rowe, designated safeguarding lead" in school.get(address).content.decode()
    wrong = school.post(address, {"where": "in the art room"})
    assert wrong.status_code == 422
    assert "Say whether the child was seen." in wrong.content.decode()
    assert "in the art room" in wrong.content.decode()
    said = {"seen": "yes", "by": "Loveday Rowe", "where": "in the art room", "company": "his tutor, a friend"}
    assert school.post(address, said).status_code == 302
    page = school.get(f"/people/{number}/").content.decode()
    assert "Seen by Loveday Rowe, in the art room, with his tutor and a friend." in page
    assert (sent.reference or "") not in page
    matter = signed_in(people.duty_manager).get(f"/matters/{sent.reference}/").content.decode()
    assert "Seen by Loveday Rowe, in the art room, with his tutor and a friend." in matter
    assert signed_in(people.outsider).get(address).status_code == 404
    assert school.get(f"/matters/{sent.reference}/safe-now/").status_code == 404


def test_on_a_matter_the_front_door_says_that_a_child_is_not_found(people: People) -> None:
    """A16: given a matter, then its page has the button, and what is said stands at its top."""
    reference = arrives("mark").reference or ""
    manager = signed_in(people.duty_manager)
    address = f"/matters/{reference}/safe-now/"
    assert f'href="{address}"' in manager.get(f"/matters/{reference}/").content.decode()
    person = chosen(manager.get(address).content.decode(), "person")
    assert manager.post(address, {"person": person, "seen": "no", "where": "not at home"}).status_code == 302
    assert "Mark Penrose has not been seen." in manager.get(f"/matters/{reference}/").content.decode()


def door(client: Client, **more: str) -> tuple[int, str]:
    page = client.get("/safe-tonight/").content.decode()
    said = {
        "once": chosen(page, "once"), "protection": "police-protection", "since": "2026-11-24T08:50",
        "given_name": "Toby", "family_name": "Trelease", "seen": "yes", "where": "in the car",
    }  # fmt: skip
    sent = client.post("/safe-tonight/", {**said, **more})
    return sent.status_code, sent.headers.get("Location") or sent.content.decode()


def test_an_officer_records_protection_before_there_is_anything(people: People, officer: Worker) -> None:
    """A16: given an officer and a boy nobody knows, when protection is recorded with a name, then the officer has a
    receipt, and the duty manager reads on a new matter how long it holds; without a name it comes back with the
    words."""
    client = signed_in(officer)
    assert "Protect a child" in client.get("/").content.decode()
    status, text = door(client, given_name="", family_name="", words="Found alone at the quay.")
    assert status == 422
    assert "Nobody is named." in text
    assert "Found alone at the quay." in text
    status, where = door(client)
    assert status == 302
    receipt = client.get(where).content.decode()
    assert "It is recorded" in receipt
    with machine():
        held = ProtectionRecorded.objects.select_related("fact").get()
        assert TrailEntry.objects.filter(action="change", reason="recorded: police-protection").exists()
    desk = signed_in(people.duty_manager).get("/desk/").content.decode()
    assert "Toby Trelease" in desk
    assert held.fact.agency == "devon-and-cornwall-police"
    assert signed_in(people.safeguarding_lead).get("/safe-tonight/").status_code == 403
    assert signed_in(people.out_of_hours).get(where).status_code == 404


def test_each_form_asks_exactly_so_much(people: People, officer: Worker) -> None:
    """A16: given a matter and a child, then each of the three forms asks exactly so much."""
    sent = arrives("mark")
    manager = signed_in(people.duty_manager)
    asked = []
    for client, path in (
        (manager, f"/matters/{sent.reference}/safe-now/"),
        (manager, f"/people/{number_of(sent, 'Mark')}/safe-now/"),
        (signed_in(officer), "/safe-tonight/"),
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked.append(len(captured))
    assert asked == [MATTER_QUERIES, CHILD_QUERIES, DOOR_QUERIES]
