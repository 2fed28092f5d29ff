"""A path that is known and managed, on its page (E2)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.frontdoor.models import KnownAndManaged
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_safety import signed_in

QUERIES = 27
SAID = {"until": "2026-12-24", "reason": "Probation sees him weekly."}


@pytest.fixture
def manager(people: People) -> Client:
    return signed_in(people.duty_manager)


def test_a_manager_says_that_a_path_is_known_and_managed(manager: Client, people: People) -> None:
    """E2: given Alex's page, then a manager finds the way, is told what is missing with what was typed kept, and then
    reads with whom, until when, why and who said so; the look and the word are in the trail."""
    outcome = arrives("alex")
    alex, other = number_of(outcome, "Alex"), number_of(outcome, "Jake")
    address = f"/people/{alex}/managed/"
    assert address in manager.get(f"/people/{alex}/").content.decode()
    missing = manager.post(address, SAID | {"other": other, "reason": ""})
    assert missing.status_code == 422
    assert "Write who manages it, and how." in missing.content.decode()
    assert other in missing.content.decode()
    assert manager.post(address, SAID | {"other": other, "until": "2026-11-24"}).status_code == 422
    assert manager.post(address, SAID | {"other": other}).status_code == 302
    text = manager.get(address).content.decode()
    for said in ("Jake Rowse", "silent until Thursday 24 December 2026", SAID["reason"], "Jenifer Pascoe"):
        assert said in text
    with machine():
        assert TrailEntry.objects.filter(actor="jenifer-pascoe", action="look", subject_id=other).exists()
        assert KnownAndManaged.objects.get().fact.author == "jenifer-pascoe"


def test_nobody_else_opens_it(manager: Client, people: People) -> None:
    """E2, G4: given Alex, then his school, though it sees him, the front door's own night worker and a school that does
    not see him are refused, and nothing is recorded."""
    outcome = arrives("alex")
    alex, other = number_of(outcome, "Alex"), number_of(outcome, "Jake")
    address = f"/people/{alex}/managed/"
    for somebody, status in ((people.safeguarding_lead, 403), (people.out_of_hours, 403), (people.outsider, 404)):
        client = signed_in(somebody)
        assert client.get(address).status_code == status
        assert client.post(address, SAID | {"other": other}).status_code == status
    assert address not in signed_in(people.safeguarding_lead).get(f"/people/{alex}/").content.decode()
    with machine():
        assert not KnownAndManaged.objects.exists()


def test_the_page_asks_exactly_so_much(manager: Client) -> None:
    """E2: given one word or two, then the page asks exactly so much."""
    outcome = arrives("alex")
    alex = number_of(outcome, "Alex")
    address = f"/people/{alex}/managed/"
    counts = []
    for name in ("Jake", "Ella"):
        assert manager.post(address, SAID | {"other": number_of(outcome, name)}).status_code == 302
        manager.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert manager.get(address).status_code == 200
        counts.append(len(asked))
    assert counts == [QUERIES, QUERIES]
