"""Safe tonight, the analysis and the change of shift on pages, and nobody else's (A6, A11, A16)."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.pages.handover.queries import end_of_next_shift
from daras.pages.tests.partnership import People, arrives, worker
from daras.practice import pack_for

pytestmark = pytest.mark.django_db
SOCIAL_CARE = "cornwall-childrens-services"


def signed_in(somebody: Worker) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


@pytest.fixture
def out_of_hours(people: People) -> Client:
    """Hilary, who works at night."""
    return signed_in(people.out_of_hours)


@pytest.fixture
def manager(people: People) -> Client:
    return signed_in(people.duty_manager)


def chosen(html: str, name: str) -> str:
    """The first value that a form offers under a name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)
    assert found is not None
    return found[1]


def taken(client: Client, reference: str, **more: str) -> str:
    """Police protection is recorded on the page; returns the matter's page."""
    address = f"/matters/{reference}/safe-tonight/"
    person = chosen(client.get(address).content.decode(), "person")
    said = {"protection": "police-protection", "person": person, "since": "2026-11-24T08:15", **more}
    sent = client.post(address, said)
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/matters/{reference}/")
    return client.get(f"/matters/{reference}/").content.decode()


def test_police_protection_is_recorded_with_no_more_than_what_whom_and_when(
    manager: Client, out_of_hours: Client
) -> None:
    """A16: given a telephone call at night, then the team out of hours records police protection with nothing else
    known; the matter says at its top how long it holds, that the reason is to follow, and what is owed before it ends;
    the reason is added, what follows is said, and it stands no longer at the top."""
    reference = arrives("mark").reference or ""
    page = taken(out_of_hours, reference)
    assert "Police protection: Mark Penrose. 2 days left." in page
    assert "Until Friday 27 November 2026, 08:15." in page
    assert ">reason to follow<" in page
    assert page.index("Police protection: Mark Penrose") < page.index("What came in")
    assert "Settle what follows before a protection ends" in page
    href = re.search(rf'href="(/matters/{reference}/safe-tonight/\d+/)"', page)
    assert href is not None
    wrong = manager.post(href[1], {"step": "complete", "complete-words": ""})
    assert wrong.status_code == 422
    assert "Write why, or what the condition says." in wrong.content.decode()
    assert manager.post(href[1], {"step": "complete", "complete-words": "Found alone."}).status_code == 302
    page = manager.get(f"/matters/{reference}/").content.decode()
    assert "Found alone." in page
    assert ">reason to follow<" not in page
    assert manager.get(href[1]).status_code == 404  # written anew: the former is no more to be changed
    href = re.search(rf'href="(/matters/{reference}/safe-tonight/\d+/)"', page)
    assert href is not None
    settled = {"step": "settle", "settle-outcome": "plan-stands", "settle-words": "With his grandmother, agreed."}
    assert manager.post(href[1], settled).status_code == 302
    page = manager.get(f"/matters/{reference}/").content.decode()
    assert "No longer needed or replaced" in page
    assert "With his grandmother, agreed." in page


def test_what_was_typed_is_kept_when_something_is_wrong(manager: Client) -> None:
    """A16: given a condition that would end before it begins, then the page says so at that field and keeps what was
    typed."""
    reference = arrives("mark").reference or ""
    address = f"/matters/{reference}/safe-tonight/"
    person = chosen(manager.get(address).content.decode(), "person")
    sent = manager.post(
        address,
        {
            "protection": "bail-conditions",
            "person": person,
            "since": "2026-11-24T08:15",
            "expires_at": "2026-11-23T08:15",
            "words": "No contact with any child.",
        },
    )
    assert sent.status_code == 422
    page = sent.content.decode()
    assert "It would end before it begins." in page
    assert 'href="#id_expires_at"' in page
    assert "No contact with any child." in page


def test_the_analysis_stands_on_the_matter_and_beside_the_decision(manager: Client, people: People) -> None:
    """A6: given a social worker's analysis, then the manager reads it on the matter and beside the decision's form;
    one without a number comes back with what was typed."""
    reference = arrives("alex").reference or ""
    with machine():
        somebody = worker("Morwenna Jago", SOCIAL_CARE, "maru", "social-worker")
    social_worker = signed_in(somebody)
    address = f"/matters/{reference}/analysis/"
    said = {
        "worries": "He does not want to go there any more.",
        "what_works": "He told his teacher.",
        "must_happen": "Nobody speaks to Jake before we have spoken together.",
        "recommendation": "strategy-discussion",
        "because": "Two children, two agencies.",
    }
    wrong = social_worker.post(address, said)
    assert wrong.status_code == 422
    assert "Choose a number from 0 to 10." in wrong.content.decode()
    assert "Nobody speaks to Jake" in wrong.content.decode()
    assert social_worker.post(address, {**said, "scaling": "2"}).status_code == 302
    for place in (f"/matters/{reference}/", f"/matters/{reference}/decide/"):
        page = manager.get(place).content.decode()
        assert "2 of 10." in page
        assert "Nobody speaks to Jake before we have spoken together." in page
        assert "Morwenna Jago" in page


def test_a_list_is_handed_over_and_each_accepted_by_name(manager: Client, out_of_hours: Client) -> None:
    """A11: given decisions owed, a child not seen and a protection about to lapse, then the front door hands the list
    over; both teams read that nobody has it; each matter is accepted by name; and what is left out stays to be handed
    over."""
    mark, alex, _ = (arrives(name).reference or "" for name in ("mark", "alex", "open-case"))
    taken(manager, mark, since="2026-11-21T09:35")  # five minutes are left
    page = manager.get("/handover/").content.decode()
    assert "Out-of-hours social work team</button>" in page
    assert "Police protection (Mark Penrose): 5 minutes left" in page
    assert "has not been seen" in page
    none = manager.post("/handover/", {f"note-{mark}": "His mother waits for a call."})
    assert none.status_code == 422
    assert "His mother waits for a call." in none.content.decode()
    sent = manager.post("/handover/", {"matters": [mark], f"note-{mark}": "His mother waits for a call."})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/handover/")
    page = manager.get("/handover/").content.decode()
    assert "Nobody has accepted it yet." in page
    assert f'value="{alex}"' in page
    assert f'value="{mark}"' not in page
    night = out_of_hours.get("/handover/").content.decode()
    assert "For your team to accept: 1" in night
    assert "His mother waits for a call." in night
    assert "Handed over by Jenifer Pascoe" in night
    assert out_of_hours.post("/handover/", {"accept": chosen(night, "accept")}).status_code == 302
    assert "Accepted by <strong>Hilary Quick, Tuesday 24 November 2026, 09:30</strong>" in manager.get(
        "/handover/"
    ).content.decode().replace("\n", "")
    assert out_of_hours.post("/handover/", {"accept": chosen(night, "accept")}).status_code == 422


@pytest.mark.parametrize(
    ("who", "now", "until"),
    [
        ("duty_manager", "2026-11-24T16:00", "2026-11-25T08:45"),
        ("duty_manager", "2026-11-27T16:30", "2026-11-30T08:45"),  # over the weekend
        ("duty_manager", "2026-12-24T16:30", "2026-12-29T08:45"),  # and over Christmas
        ("out_of_hours", "2026-11-24T03:00", "2026-11-24T17:15"),
        ("out_of_hours", "2026-11-28T07:00", "2026-11-30T17:15"),
    ],
)
def test_the_list_reaches_to_the_end_of_the_other_teams_shift(people: People, who: str, now: str, until: str) -> None:
    """A11: given a change of shift on a day, before a weekend or before Christmas, then the list holds what falls due
    until whoever hands over is back, and no less."""
    moment, end = (datetime.fromisoformat(f"{each}+00:00") for each in (now, until))
    assert end_of_next_shift(getattr(people, who), moment, pack_for(moment.date()).calendar) == end


#: Statements of one look at the change of shift, the transaction's and the session's included: of one matter, and of
#: four, about whose people there are four more kinds of fact.
QUERIES = [30, 34]


def test_the_list_costs_the_same_for_one_matter_and_for_many_and_is_in_the_trail(
    manager: Client, people: People
) -> None:
    """A11, G4: given one matter or four, then the list takes one query for each kind of fact and no more, and the trail
    holds the look at it and at each child."""
    counts = []
    for names in (["alex", "open-case"], ["mark", "julie", "no-known-child"]):
        for name in names:
            reference = arrives(name).reference or ""
            taken(manager, reference, since="2026-11-21T09:35")
            manager.post("/handover/", {"matters": [reference]})
        manager.get("/handover/")
        with CaptureQueriesContext(connection) as queries:
            manager.get("/handover/")
        counts.append(len(queries))
    assert counts == QUERIES
    with machine():
        looks = TrailEntry.objects.filter(actor=people.duty_manager.slug, action="look")
        assert looks.filter(subject_kind="list", subject_id="handover").exists()
        assert looks.filter(subject_kind="person", matter_id__isnull=True).exists()


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider"])
def test_nobody_else_gets_in(people: People, manager: Client, who: str) -> None:
    """A6, A11, A16, G4: given anybody outside the front door, then none of these pages opens, nothing sent there
    counts, and the change of shift is not offered."""
    reference = arrives("alex").reference or ""
    client = signed_in(getattr(people, who))
    for path in (f"/matters/{reference}/safe-tonight/", f"/matters/{reference}/analysis/", "/handover/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"matters": [reference], "protection": "accommodation"}).status_code == 403
    assert "/handover/" not in client.get("/").content.decode()
    assert "/handover/" in manager.get("/").content.decode()


def test_the_front_door_reads_whom_it_has_told(manager: Client, people: People) -> None:
    """G4: given news from a school, then the front door reads on the matter that the school was told of the receipt,
    and the school reads its own notice still."""
    reference = arrives("alex").reference or ""
    page = manager.get(f"/matters/{reference}/").content.decode()
    told = page[page.index("Who has been told") :]
    assert "Carn Brea Academy" in told
    assert "that the referral was received" in told
    assert "Your referral was received" in signed_in(people.safeguarding_lead).get("/notices/").content.decode()
    assert "Your referral was received" not in signed_in(people.outsider).get("/notices/").content.decode()
