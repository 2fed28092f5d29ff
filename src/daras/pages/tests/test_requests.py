"""Requests on pages: asked in a few fields, answered in a queue, read by both sides and nobody else (A12)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access import audiences
from daras.access.models import Grant, TrailEntry, Worker
from daras.access.session import machine
from daras.forms.models import FormCompleted
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.wording import NOTICES
from daras.requests.models import RequestMade

pytestmark = pytest.mark.django_db
#: Queries of each page, the look included.
BUDGETS = {"list": 14, "ask": 10, "request": 14}
ASKED = {
    "to": "cornwall-childrens-services/maru",
    "given_name": "Jory",
    "family_name": "Keast",
    "date_of_birth": "2012-04-02",
    "asks": "The court sits on Thursday: what is known since June?",
    "basis": "court",
    "urgency": "routine",
}


def signed_in(somebody: Worker) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


@pytest.fixture
def court(people: People) -> Client:
    """Somebody of probation's court team."""
    with machine():
        return signed_in(worker("Nancy Tonkin", "probation-service", "court", "probation-officer"))


@pytest.fixture
def address(court: Client) -> str:
    """Probation has asked the front door."""
    sent = court.post("/requests/ask/court-allocation/", ASKED)
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"])


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_asked_answered_and_read_on_both_sides(court: Client, people: People, address: str) -> None:
    """A12: given what probation asked, then it is in the front door's queue and "my work" with its clock, asked back
    with the clock standing still, said more, answered, and read by probation; a school finds no such page."""
    manager, outsider = signed_in(people.duty_manager), signed_in(people.outsider)
    assert address in text_of(manager, "/requests/")
    assert address in text_of(manager, "/")
    assert address in text_of(court, "/requests/")
    assert "Jory Keast" not in text_of(outsider, "/requests/")
    text_of(outsider, address, 404)
    assert outsider.post(f"{address}acknowledge/").status_code == 404
    assert court.post(f"{address}acknowledge/").status_code == 403
    assert manager.post(f"{address}ask-back/", {"ask-back-question": ""}).status_code == 422
    assert manager.post(f"{address}ask-back/", {"ask-back-question": "Which court?"}).status_code == 302
    page = text_of(court, address)
    assert "Which court?" in page
    assert "clock stopped" in page
    assert court.post(f"{address}say-more/", {"say-more-words": "Truro."}).status_code == 302
    wrong = manager.post(f"{address}answer/", {"answer-words": "Known since 2019.", "stage": "answer"})
    assert (wrong.status_code, "Known since 2019." in wrong.content.decode()) == (422, True)
    said = {"answer-outcome": "given", "answer-words": "Known since 2019.", "stage": "answer"}
    assert manager.post(f"{address}answer/", said).status_code == 302
    page = text_of(court, address)
    assert "Known since 2019." in page
    assert "What was asked for is given" in page
    assert address in text_of(court, "/notices/")


def test_a_notice_leads_to_a_request_only_where_it_opens(court: Client, people: People, address: str) -> None:
    """A12: given what probation asked the front door, then each team of social care reads on the agency's page that
    something was asked; it is a link for the team that was asked and opens to it, and none for the team out of hours,
    to whom it does not open."""
    manager, night = signed_in(people.duty_manager), signed_in(people.out_of_hours)
    assert f'href="{address}"' in text_of(manager, "/notices/")
    text_of(manager, address)
    told = text_of(night, "/notices/")
    assert NOTICES["asked"] in told
    assert address not in told
    text_of(night, address, 404)
    assert NOTICES["asked"] not in text_of(signed_in(people.outsider), "/notices/")


def test_a_request_that_is_handed_over_opens_to_the_team_out_of_hours(
    people: People, court: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A11, A12: given an urgent request of probation that falls due in the evening, when the front door hands it over,
    then the change of shift, the notice and the request itself open to the team out of hours, which accepts it by name
    and can do nothing in place of the team that was asked; another request, handed over to nobody, does not open to it;
    and neither opens to a social worker of the same agency, nor to a school."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T16:30:00+00:00")
    with machine():
        elsewhere = signed_in(worker("Ysella Bolt", "cornwall-childrens-services", "children-in-care", "social-worker"))
    manager, night = signed_in(people.duty_manager), signed_in(people.out_of_hours)
    address, other = (
        court.post("/requests/ask/court-allocation/", {**ASKED, "given_name": name, "urgency": "urgent"}).headers[
            "Location"
        ]
        for name in ("Jory", "Tamsyn")
    )
    list_ = text_of(manager, "/handover/")
    assert f'href="{address}"' in list_
    assert "Jory Keast, born 2 April 2012" in list_
    (matter,) = re.findall(r'name="matters" value="(D-[^"]+)"', list_.partition("Jory Keast")[0].rpartition("<li>")[2])
    assert manager.post("/handover/", {"matters": [matter], f"note-{matter}": "Ring the court."}).status_code == 302
    shift = text_of(night, "/handover/")
    assert "Ring the court." in shift
    assert "Jory Keast" in shift
    for page in (shift, text_of(night, "/notices/")):
        assert f'href="{address}"' in page
        assert f'href="{other}"' not in page
    assert "The court sits on Thursday" in text_of(night, address)
    (handed,) = re.findall(r'name="accept" value="(\d+)"', shift)
    assert night.post("/handover/", {"accept": handed}).status_code == 302
    said = {"answer-outcome": "given", "answer-words": "Known.", "stage": "answer"}
    assert night.post(f"{address}answer/", said).status_code == 403
    assert "Accepted by <strong>Hilary Quick" in text_of(manager, "/handover/")
    text_of(night, other, 404)
    for stranger in (elsewhere, signed_in(people.outsider)):
        text_of(stranger, address, 404)
    assert "Jory Keast" not in text_of(elsewhere, "/notices/")


def test_what_was_handed_over_and_is_kept_from_its_reader_leaves_the_list_whole(
    people: People, court: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A11: given a request that was handed over, when the night team's sight of it is taken back, then the change of
    shift opens to them without it."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T16:30:00+00:00")
    address = court.post("/requests/ask/court-allocation/", {**ASKED, "urgency": "urgent"}).headers["Location"]
    manager, night = signed_in(people.duty_manager), signed_in(people.out_of_hours)
    matters = re.findall(r'name="matters" value="(D-[^"]+)"', text_of(manager, "/handover/"))
    manager.post("/handover/", {"matters": matters})
    with machine():
        audiences.end(Grant.objects.get(reason="handed over"), reason="a mistake", ended_by="service:test")
    assert "Jory Keast" not in text_of(night, "/handover/")
    text_of(night, address, 404)


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(court: Client) -> None:
    """A12: given a request without its basis in law or a name, then the page says so and keeps what was typed."""
    for left_out, words in (("basis", "on which basis in law"), ("asks", "Say what you ask."), ("to", "whom you ask")):
        answer = court.post("/requests/ask/court-allocation/", {**ASKED, left_out: ""})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert "Keast" in page
    answer = court.post("/requests/ask/court-allocation/", {**ASKED, "given_name": "", "family_name": ""})
    assert (answer.status_code, "Nobody is named yet." in answer.content.decode()) == (422, True)
    with machine():
        assert not RequestMade.objects.exists()


def test_declining_is_a_decision_that_can_be_challenged(court: Client, people: People, address: str) -> None:
    """I6: given a request that the front door declines, then probation reads why, disagrees in one click, and both
    views stand on the request."""
    manager = signed_in(people.duty_manager)
    said = {"decline-why": "not-held", "decline-reason": "The youth court holds it."}
    assert manager.post(f"{address}decline/", said).status_code == 302
    (disagree,) = re.findall(r'href="(/decisions/\d+/disagree/)"', text_of(court, address))
    assert court.post(disagree, {"reason": "It does not."}).status_code == 302
    assert "It does not." in text_of(court, address)
    assert "It does not." in text_of(manager, address)


def test_it_is_on_the_matter_and_in_the_chronology_with_no_code_of_its_own(people: People) -> None:
    """A8, B6: given Alex's matter, when the front door asks for a medical about him, then it stands on the matter with
    its clock and in his chronology, and the referral centre reads the request and no more."""
    reference = arrives("alex").reference
    manager = signed_in(people.duty_manager)
    ask = f"/requests/ask/medical/?matter={reference}"
    page = text_of(manager, ask)
    alex = re.search(r'<option value="(\d+)"[^>]*>[^<]*Alex', page)
    assert alex is not None
    said = {"to": "sarc-cornwall/paediatric", "person": alex[1], "asks": "Told on Monday.", "basis": "consent"}
    sent = manager.post(ask, {**said, "urgency": "urgent"})
    assert sent.status_code == 302, sent.content.decode()
    address = sent.headers["Location"]
    matter = text_of(manager, f"/matters/{reference}/")
    assert address in matter
    assert "Asked of other agencies" in matter
    (person,) = set(re.findall(r"/people/(P-[^/]+)/\"[^>]*>Alex", matter))
    assert "Medical examination asked of" in text_of(manager, f"/people/{person}/chronology/")
    with machine():
        doctor = signed_in(worker("Piran Lanyon", "sarc-cornwall", "paediatric", "doctor"))
    assert "Told on Monday." in text_of(doctor, address)
    text_of(doctor, f"/matters/{reference}/", 404)


def test_a_form_goes_with_a_request_and_both_sides_read_it(people: People) -> None:
    """B6: given a medical that was asked for, when the doctor fills in the report that goes with it, then whoever asked
    reads it from the request, and an outsider does not."""
    manager = signed_in(people.duty_manager)
    said = {**ASKED, "to": "sarc-cornwall/paediatric", "basis": "consent"}
    address = manager.post("/requests/ask/medical/", said).headers["Location"]
    with machine():
        doctor = signed_in(worker("Piran Lanyon", "sarc-cornwall", "paediatric", "doctor"))
    form = doctor.post(f"{address}form/").headers["Location"]
    page = text_of(doctor, form)
    shown = re.search(r'id="shown" name="shown" value="([^"]+)"', page)
    assert shown is not None
    typed = {
        "shown": shown[1], "drawn": re.findall(r'name="drawn" value="([^"]+)"', page), "occurred-on": "24 11 2026",
        "answers-kind": "health", "answers-consent": "His mother; he wanted to know that he is well.",
        "answers-follows": "Seen again by his doctor.", "complete": "1",
    }  # fmt: skip
    assert doctor.post(form, typed).status_code == 302
    with machine():
        assert FormCompleted.objects.get().form == "medical-report"
    assert form in text_of(manager, address)
    assert "Seen again by his doctor." in text_of(manager, form)
    text_of(signed_in(people.outsider), form, 404)


def test_these_pages_stay_within_their_budget_and_leave_a_look(court: Client, address: str) -> None:
    """G4: given the pages, then each asks a counted number of questions, and the trail knows who looked."""
    pages = {"list": "/requests/", "ask": "/requests/ask/court-allocation/", "request": address}
    asked = {}
    for name, path in pages.items():
        court.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert court.get(path).status_code == 200
        asked[name] = len(captured)
    assert asked == BUDGETS
    with machine():
        assert TrailEntry.objects.filter(subject_kind="request", action="look").count() >= 2
