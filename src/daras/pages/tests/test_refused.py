"""What was refused on arrival: its sender and the front door's managers read why, and how to mend it (A1)."""

from __future__ import annotations

import html
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.frontdoor.intake import Principal, receive
from daras.frontdoor.models import Quarantined
from daras.pages.tests.partnership import REFERRALS, People, worker

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SCHOOL = Principal("token:school", "api", "carn-brea-academy")
BUDGETS = {"/refused/": 11, "one": 11}


@pytest.fixture
def refused(people: People) -> str:
    """The school's system has sent Alex's referral with a date of birth to come; its address."""
    document = json.loads((REFERRALS / "alex.json").read_bytes())
    document["people"][0]["date_of_birth"] = "2031-01-01"
    assert receive(json.dumps(document).encode(), principal=SCHOOL).outcome == "refused"
    with machine():
        return f"/refused/{Quarantined.objects.get().pk}/"


def opens(client: Client, who: Worker, path: str) -> tuple[int, str]:
    client.force_login(who, backend=BACKEND)
    answer = client.get(path)
    return answer.status_code, html.unescape(answer.content.decode())


def test_its_sender_and_the_managers_read_why_and_how_to_mend_it(client: Client, people: People, refused: str) -> None:
    """A1: given a document that was refused, then the school and the duty manager find it in the list, and open it to
    what is wrong, where, how to mend it, and all that was sent; that somebody looked is in the trail."""
    for who in (people.safeguarding_lead, people.duty_manager):
        status, text = opens(client, who, "/refused/")
        assert status == 200
        assert f'href="{refused}"' in text
        status, text = opens(client, who, refused)
        assert status == 200
        for words in (
            "born-in-the-future",
            "/people/0/date_of_birth",
            "How to mend it",
            "Carn Brea Academy",
            "Tregear",
        ):
            assert words in text, words
        with machine():
            kept = Quarantined.objects.get()
            assert kept.remedy
            assert kept.remedy in text
            looked = TrailEntry.objects.filter(actor=who.slug, subject_kind="quarantine")
            assert looked.filter(subject_id=str(kept.pk)).exists()


def test_nobody_else_finds_it(client: Client, people: People, refused: str) -> None:
    """A1, G4: given a school that did not send it, the team out of hours, a social worker of the front door, or an
    administrator, who sees no child, then their list is empty and there is no such page."""
    with machine():
        others = [
            worker("Bethan Pascoe", "cornwall-childrens-services", "maru", "social-worker"),
            worker("Patricia Lobb", "safeguarding-partnership", "business-unit", "administrator"),
        ]
    for who in (people.outsider, people.out_of_hours, *others):
        status, text = opens(client, who, "/refused/")
        assert status == 200
        assert "Nothing that you may see was refused." in text
        assert refused not in text
        assert opens(client, who, refused)[0] == 404
    client.logout()
    assert client.get(refused).status_code == 302


def test_bytes_that_are_no_text_are_shown_as_far_as_they_are(client: Client, people: People) -> None:
    """A1: given a file of bytes that nobody can read, then the manager still reads what came, and that nobody knows
    whose it is."""
    receive(b"\xff\xfe{\x00 half a word")
    with machine():
        path = f"/refused/{Quarantined.objects.get().pk}/"
    status, text = opens(client, people.duty_manager, path)
    assert status == 200
    assert "half a word" in text
    assert "Not known: it could not be read" in text


def test_each_page_asks_exactly_so_much(client: Client, people: People, refused: str) -> None:
    """Given the list and one of it, then each asks a fixed number of questions."""
    asked = {}
    for name, path in (("/refused/", "/refused/"), ("one", refused)):
        opens(client, people.duty_manager, path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked[name] = len(captured)
    assert asked == BUDGETS
