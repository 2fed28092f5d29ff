"""Which authority, on its page: both kept apart, a transfer offered and accepted by name (A14)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.matters.models import Matter
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.test_safety import chosen, signed_in

#: Queries of the page for a matter with one statement and one offer.
QUERIES = 35


@pytest.fixture
def islands(people: People) -> Worker:
    with machine():
        return worker("Rosalind Trenear", "isles-of-scilly-childrens-services", "children", "duty-manager")


def stated(client: Client, reference: str, **more: str) -> int:
    address = f"/matters/{reference}/authority/"
    person = chosen(client.get(address).content.decode(), "state-person")
    said = {
        "step": "state", "state-person": person, "state-responsible": "420", "state-found_in": "908",
        "state-found_at": "a campsite", "state-because": "His mother says so.",
    }  # fmt: skip
    return client.post(address, {**said, **more}).status_code


def test_both_authorities_stand_on_the_matter_and_are_to_be_invited(people: People) -> None:
    """A14: given a boy of the islands found in Cornwall, when it is stated, then the matter says both and the page for
    convening has both front doors; what is missing comes back at its field with what was typed."""
    manager, reference = signed_in(people.duty_manager), arrives("alex").reference or ""
    assert stated(manager, reference, **{"state-because": ""}) == 422
    assert stated(manager, reference) == 302
    page = manager.get(f"/matters/{reference}/").content.decode()
    assert "Isles of Scilly is responsible; found in Cornwall (a campsite). A discussion has both." in page
    convene = manager.get(f"/matters/{reference}/convene/").content.decode()
    assert "Council of the Isles of Scilly" in convene
    wrong = manager.post(
        f"/matters/{reference}/authority/",
        {"step": "state", "state-responsible": "elsewhere", "state-found_at": "a tent", "state-because": "x"},
    )
    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert "a tent" in text
    assert 'href="#id_state-person_0"' in text


def test_a_transfer_is_offered_seen_and_accepted_by_name(people: People, islands: Worker) -> None:
    """A14: given an offer to the islands, then the sender reads that nobody has accepted; the islands' manager finds
    it in her notices, answers in her name, and the matter says so; a second answer finds nothing to answer."""
    manager, reference = signed_in(people.duty_manager), arrives("alex").reference or ""
    theirs = signed_in(islands)
    address = f"/matters/{reference}/authority/"
    assert theirs.get(address).status_code == 404
    offer = {"step": "offer", "offer-to": "420", "offer-because": "He lives on Tresco."}
    assert manager.post(address, {**offer, "offer-because": ""}).status_code == 422
    assert manager.post(address, offer).status_code == 302
    assert "Nobody there has accepted it yet" in manager.get(f"/matters/{reference}/").content.decode()
    assert "Another authority asks you to take a matter over" in theirs.get("/notices/").content.decode()
    assert "He lives on Tresco." in theirs.get(address).content.decode()
    assert manager.post(address, {"step": "answer", "answer-accepts": "yes"}).status_code == 404
    assert theirs.post(address, {"step": "answer", "answer-accepts": "yes"}).status_code == 302
    text = manager.get(address).content.decode()
    assert "Accepted by Rosalind Trenear" in text
    assert "Isles of Scilly’s" in text
    assert theirs.post(address, {"step": "answer", "answer-accepts": "yes"}).status_code == 404
    with machine():
        assert Matter.objects.get(reference=reference).authority == "420"


def test_the_page_asks_exactly_so_much_and_leaves_its_look(people: People, islands: Worker) -> None:
    """A14, G4: given a matter with a statement and an offer, then its page asks exactly so much, the look at it is in
    the trail, and somebody without a part is refused."""
    manager, reference = signed_in(people.duty_manager), arrives("alex").reference or ""
    address = f"/matters/{reference}/authority/"
    stated(manager, reference)
    manager.post(address, {"step": "offer", "offer-to": "420", "offer-because": "He lives on Tresco."})
    manager.get(address)
    with machine():
        before = TrailEntry.objects.filter(action="look", subject_id=reference).count()
    with CaptureQueriesContext(connection) as asked:
        assert manager.get(address).status_code == 200
    assert len(asked) == QUERIES
    with machine():
        assert TrailEntry.objects.filter(action="look", subject_id=reference).count() == before + 1
    for outsider in (people.outsider, people.safeguarding_lead):
        assert signed_in(outsider).get(address).status_code == 403
    assert re.search(r"D-\w{4}-\w{4}", address)
