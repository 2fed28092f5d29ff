"""A closed discussion as the team out of hours reads it: its own layer on every page, in print and in search, and the
whole record where it took part (A11, B4, G4)."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.pages.tests.pdf_text import text_of
from daras.pages.tests.test_discussion import BACKEND, SOCIAL_CARE, Desk, close, convened, desk
from daras.people.models import RecordPerson

__all__ = ["convened", "desk"]  # the fixtures of the discussion's own tests

MINUTES, OTHERS, HELD = "What the police said.", "Keep Alex and Jake apart at school.", "Seen twice in June."
OWN, DECIDED = "Ring Kerra on Saturday.", "Alex is safe with his mother."
NIGHT = f"{SOCIAL_CARE}/out-of-hours"
#: Of the page on Alex's closed discussion; one of them asks the gate whether the night reads the record.
QUERIES = 54


@pytest.fixture
def closed(client: Client, desk: Desk, convened: str) -> str:
    """The record is closed, with minutes, decisions, what an agency holds, an action for the school and one for the
    night; the discussion's address."""
    manager = desk.people.duty_manager
    for section, words in (("decisions", DECIDED), ("minutes", MINUTES)):
        typed = {"page": "minutes", "section-section": section, "section-text": words}
        assert desk.sends(client, manager, f"{convened}section/", **typed)[0] == 302
    held = {"page": "minutes", "contribution-kind": "fact", "contribution-text": HELD}
    assert desk.sends(client, manager, f"{convened}contribution/", **held)[0] == 302
    for owner, what in (("carn-brea-academy/safeguarding", OTHERS), (NIGHT, OWN)):
        action = {
            "page": "minutes", "action-what": what, "action-owner": owner, "action-due_at": "2026-11-28T14:00",
        }  # fmt: skip
        assert desk.sends(client, manager, f"{convened}action/", **action)[0] == 302
    close(client, desk, convened)
    return convened


def everywhere(client: Client, who: Worker, reference: str, record: str) -> dict[str, str]:
    """Every page, print and search on which somebody might come upon what was said."""
    client.force_login(who, backend=BACKEND)
    with machine():
        numbers = sorted(set(RecordPerson.objects.values_list("person__number", flat=True)))
    paths = [
        record, f"{record}live/", "/", "/desk/", "/handover/", "/notices/",
        f"/matters/{reference}/", f"/find/?q={reference}",
        *(f"/people/{number}/{part}" for number in numbers for part in ("", "chronology/")),
    ]  # fmt: skip
    found = {}
    for path in paths:
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        found[path] = html.unescape(answer.content.decode())
    for typed in ("police said", "Alex Tregear"):
        answer = client.post("/find/", {"q": typed})
        assert answer.status_code == 200, typed
        found[f"/find/ {typed}"] = html.unescape(answer.content.decode())
    for path in (f"{record}print/", f"{record}print/actions/"):
        answer = client.get(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        found[path] = text_of(answer.content)
    return found


def test_the_worker_out_of_hours_reads_their_own_layer_only(client: Client, desk: Desk, closed: str) -> None:
    """Given a closed record, when the worker out of hours opens it, then their action, the decisions and whom to ring
    stand there, and what was said is on no page, in no print and found by no search (A11, B4, G4)."""
    night = desk.people.out_of_hours
    seen = everywhere(client, night, desk.reference, closed)
    for words in (OWN, DECIDED, "You read what the night needs", "On the call", "Who is asked"):
        assert words in seen[closed], words
    assert "Keep the record" not in seen[closed]
    assert "what is for Cornwall" in seen[f"{closed}print/"]
    assert OWN in seen["/"]
    for path, text in seen.items():
        for words in (MINUTES, OTHERS, HELD):
            assert words not in text, (path, words)
    with machine():
        assert TrailEntry.objects.filter(actor=night.slug, subject_kind="discussion", action="look").exists()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(closed).status_code == 200
    assert len(captured) == QUERIES


def test_the_minutes_page_is_refused_to_who_was_not_there(client: Client, desk: Desk, closed: str) -> None:
    """Given a record that the night does not read, then keeping it is refused, page and form (G4)."""
    night = desk.people.out_of_hours
    assert desk.opens(client, night, f"{closed}minutes/")[0] == 403
    assert desk.opens(client, night, f"{closed}live/?page=minutes")[0] == 403
    for page in ("minutes", "discussion"):
        typed = {"page": page, "section-section": "minutes", "section-text": "Mine."}
        status, text = desk.sends(client, night, f"{closed}section/", **typed)
        assert status == 403
        assert MINUTES not in text


def test_who_attended_reads_the_minutes(client: Client, desk: Desk, closed: str) -> None:
    """Given that Hilary was noted on the call, then the team reads and keeps the record (B3, B4)."""
    typed = {
        "page": "minutes", "presence-owner": NIGHT, "presence-name": "Hilary Quick", "presence-mode": "phone",
        "presence-joined_at": "2026-11-24T09:30",
    }  # fmt: skip
    assert desk.sends(client, desk.people.duty_manager, f"{closed}presence/", **typed)[0] == 302
    status, text = desk.opens(client, desk.people.out_of_hours, closed)
    assert status == 200
    for words in (MINUTES, OTHERS, HELD, OWN, "Keep the record"):
        assert words in text, words
    assert desk.opens(client, desk.people.out_of_hours, f"{closed}minutes/")[0] == 200


def test_the_day_team_reads_it_as_before(client: Client, desk: Desk, closed: str) -> None:
    """Given a closed record, then health at the front door reads what was said (B4)."""
    text = desk.opens(client, desk.health, closed)[1]
    for words in (MINUTES, OTHERS, HELD):
        assert words in text, words
