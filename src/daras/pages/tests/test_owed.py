"""Saying what was done about a duty that has no form of its own (A8, J1; screen 1)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.pages.tests.partnership import People, arrives

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUERIES = 14
WORDS = "We know nobody at that address."


@pytest.fixture
def duty(people: People) -> DutyState:
    """Social care owes its view on the home that Mark proposes."""
    arrives("mark")
    with machine():
        return DutyState.objects.select_related("matter").get(duty__duty_kind="address-view-social-care")


@pytest.fixture
def manager(client: Client, people: People) -> Client:
    client.force_login(people.duty_manager, backend=BACKEND)
    return client


def test_from_my_work_to_the_words_on_the_matter(manager: Client, duty: DutyState) -> None:
    """J1: given a view that is owed, when the manager says it, then it leaves My work, and the matter shows the
    words."""
    address = reverse("owed", args=[duty.pk])
    assert f'href="{address}"' in manager.get("/").content.decode()
    page = manager.get(address).content.decode()
    assert "Give social care’s view on the proposed home" in page.replace("'", "’").replace("&#39;", "’")
    answered = manager.post(address, {"words": WORDS})
    assert (answered.status_code, answered.headers["Location"]) == (302, "/")
    assert f'href="{address}"' not in manager.get("/").content.decode()
    assert WORDS in manager.get(f"/matters/{duty.matter.reference}/").content.decode()
    assert manager.get(address).status_code == 404


def test_what_was_typed_comes_back_with_what_is_wrong(manager: Client, duty: DutyState) -> None:
    """Given too long an answer, then the page says so at its field and keeps the words."""
    answered = manager.post(reverse("owed", args=[duty.pk]), {"words": "x" * 4001})
    text = answered.content.decode()
    assert answered.status_code == 422
    assert "There is a problem" in text
    assert "x" * 4001 in text
    assert re.search(r"<title>\s*Error:", text)


def test_a_look_is_in_the_trail_and_costs_a_counted_number_of_questions(manager: Client, duty: DutyState) -> None:
    """G4: given the page of a duty, when it is opened, then that is in the trail, and it costs so many queries."""
    address = reverse("owed", args=[duty.pk])
    manager.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert manager.get(address).status_code == 200
    assert len(asked) == QUERIES
    with machine():
        assert TrailEntry.objects.filter(subject_kind="duty", subject_id=str(duty.pk), action="look").count() == 2


def test_an_outsider_finds_no_such_duty(client: Client, people: People, duty: DutyState) -> None:
    """G4: given somebody of another agency, or nobody, then there is no such page for them, read or written."""
    address = reverse("owed", args=[duty.pk])
    assert client.get(address).headers["Location"].startswith("/sign-in/")
    client.force_login(people.outsider, backend=BACKEND)
    assert client.get(address).status_code == 404
    assert client.post(address, {"words": WORDS}).status_code == 404
    with machine():
        assert DutyState.objects.get(pk=duty.pk).met_at is None
