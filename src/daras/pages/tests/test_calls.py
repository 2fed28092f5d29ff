"""Evening calls to parents, from the first time that is free to what was said (A6)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.session import machine
from daras.duties.models import DutyState
from daras.frontdoor.models import CallBooked
from daras.pages.tests.partnership import People, arrives
from daras.pages.tests.test_safety import chosen, signed_in
from daras.working_time import clock

#: Queries of a matter's calls with one booked, and of the list of all.
QUERIES, LIST_QUERIES = 35, 20
FIRST = "2026-11-24T17:30:00+00:00"


def booked(client: Client, reference: str, at: str = FIRST, **more: str) -> int:
    address = f"/matters/{reference}/calls/"
    person = chosen(client.get(address).content.decode(), "book-person")
    said = {
        "step": "book", "book-person": person, "book-at": at, "book-telephone": "07700 900123",
        "book-needs": "a Polish interpreter", "book-note": "What the school told her.",
    }  # fmt: skip
    return client.post(address, {**said, **more}).status_code


def test_a_call_is_booked_owed_and_its_words_kept(people: People) -> None:
    """A6, A4: given a mother who works by day, when a call is booked for this evening, then the team out of hours owes
    it by when it should be over, it is in the list of calls, and what she said stands and meets it."""
    manager, reference = signed_in(people.duty_manager), arrives("mark").reference or ""
    assert booked(manager, reference, **{"book-telephone": ""}) == 422
    assert booked(manager, reference) == 302
    with machine():
        owed = DutyState.objects.get(duty__duty_kind="call-parent", met_at__isnull=True)
        call = CallBooked.objects.get()
    assert (owed.owner_team, clock.local(owed.due_at)) == (
        "out-of-hours",
        datetime(2026, 11, 24, 18, tzinfo=clock.LONDON),
    )
    assert "a Polish interpreter" in signed_in(people.out_of_hours).get("/calls/").content.decode()
    address = f"/matters/{reference}/calls/"
    step = f"end-{call.pk}"
    silent = manager.post(address, {"step": step, f"{step}-outcome": "spoken"})
    assert silent.status_code == 422
    said = {"step": step, f"{step}-outcome": "spoken", f"{step}-words": "She did not know that he moves in."}
    assert manager.post(address, said).status_code == 302
    text = manager.get(address).content.decode()
    assert "She did not know that he moves in." in text
    with machine():
        owed.refresh_from_db()
    assert owed.met_at is not None
    assert "No call is booked." in manager.get("/calls/").content.decode()


def test_a_time_takes_two_calls_and_no_third(people: People) -> None:
    """A6: given two calls at one time, then it is offered no more and a third is refused; called off, it is free."""
    manager, reference = signed_in(people.duty_manager), arrives("mark").reference or ""
    other = arrives("julie").reference or ""
    assert (booked(manager, reference), booked(manager, other)) == (302, 302)
    page = manager.get(f"/matters/{reference}/calls/").content.decode()
    assert FIRST not in page
    assert booked(manager, reference) == 422
    with machine():
        call = CallBooked.objects.order_by("fact_id").first()
    assert call is not None
    step = f"end-{call.pk}"
    off = {"step": step, f"{step}-outcome": "called-off"}
    assert manager.post(f"/matters/{reference}/calls/", off).status_code == 302
    assert booked(manager, reference) == 302


def test_the_referrer_learns_nothing_of_a_call(people: People) -> None:
    """A6, G4: given a call about the child a school referred, then the school is refused the page, reads nothing of it
    in its referral, and no row of it; nor does an outsider."""
    manager, sent = signed_in(people.duty_manager), arrives("alex")
    assert booked(manager, sent.reference or "") == 302
    for somebody in (people.safeguarding_lead, people.outsider):
        theirs = signed_in(somebody)
        assert theirs.get(f"/matters/{sent.reference}/calls/").status_code == 403
        assert theirs.get("/calls/").status_code == 403
    text = signed_in(people.safeguarding_lead).get(f"/our-referrals/{sent.receipt}/").content.decode()
    assert "07700 900123" not in text
    assert "all a parent" not in text


def test_the_pages_of_calls_ask_exactly_so_much(people: People) -> None:
    """A6: given one call booked, then the matter's page and the list each ask exactly so much."""
    manager, reference = signed_in(people.duty_manager), arrives("mark").reference or ""
    booked(manager, reference)
    asked: list[int] = []
    for path in (f"/matters/{reference}/calls/", "/calls/"):
        manager.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(path).status_code == 200
        asked.append(len(captured))
    assert asked == [QUERIES, LIST_QUERIES]


@pytest.mark.parametrize("outcome", ["", "lost"])
def test_what_came_of_a_call_is_one_of_three(people: People, outcome: str) -> None:
    """A6: given an answer that is none of the list, then the page says so at its field."""
    manager, reference = signed_in(people.duty_manager), arrives("mark").reference or ""
    booked(manager, reference)
    with machine():
        step = f"end-{CallBooked.objects.get().pk}"
    sent = manager.post(f"/matters/{reference}/calls/", {"step": step, f"{step}-outcome": outcome})
    assert sent.status_code == 422
