"""The population of a date: names for the front door, numbers for others (I1)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_person import number_of
from daras.pages.tests.test_safety import signed_in

QUERIES = 20


@pytest.fixture
def manager(people: People) -> Client:
    return signed_in(people.duty_manager)


def test_the_front_door_reads_who_was_marked_on_any_date(
    manager: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1: given Alex, marked by rule on Tuesday and by hand no longer on Thursday, then he is in the list of Tuesday,
    of Wednesday, of no day before, and no more in that of Thursday; the list of a day that is past stays."""
    number = number_of(arrives("alex"), "Alex")
    monkeypatch.setenv("DARAS_NOW", "2026-11-26T10:00:00+00:00")
    sent = {"set": "0", "marker-reason": "Enquiry closed: not substantiated."}
    assert manager.post(f"/people/{number}/marker/", sent).status_code == 302
    for on, there in (("2026-11-23", False), ("2026-11-24", True), ("2026-11-25", True), ("2026-11-26", False)):
        page = manager.get(f"/marked/?on={on}").content.decode()
        assert (number in page) is there, on
    with machine():
        assert TrailEntry.objects.filter(action="look", subject_id=number, subject_kind="person").count() >= 2


def test_others_read_how_many_and_no_small_number(people: People) -> None:
    """I1, G4: given two children who are marked, then a school reads no name, no number of anybody, and that there are
    fewer than five."""
    number = number_of(arrives("alex"), "Alex")
    text = signed_in(people.outsider).get("/marked/").content.decode()
    assert "fewer than 5" in text
    assert number not in text
    assert "Alex" not in text
    assert "Names are read by the front door." in text


def test_a_day_to_come_is_today_and_nonsense_too(manager: Client) -> None:
    """I1: given no day, a day to come or something that is none, then the page is of today, and says that there is
    nobody."""
    for written in ("", "2030-01-01", "yesterday"):
        page = manager.get(f"/marked/?on={written}").content.decode()
        assert "Tuesday 24 November 2026" in page
        assert "Nobody." in page


def test_the_page_asks_exactly_so_much(manager: Client) -> None:
    """I1: given two children who are marked, then the page asks exactly so much."""
    arrives("alex")
    arrives("julie")
    manager.get("/marked/")
    with CaptureQueriesContext(connection) as asked:
        assert manager.get("/marked/").status_code == 200
    assert len(asked) == QUERIES
