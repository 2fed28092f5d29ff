"""Between the streams and before the meeting on exploitation: nothing typed twice, nothing shared before a person says
so (A9, F5, H2)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.hubs.tests.test_hubs import JORY, said, signed_in
from daras.outbox.models import Notice
from daras.pages.tests.conftest import people
from daras.pages.tests.partnership import People, arrives, worker
from daras.requests.models import RequestMade
from daras.requests.tests.conftest import Sides, sides
from daras.services.helping import rounded

__all__ = ["people", "sides"]

pytestmark = pytest.mark.django_db
MACE = "/hubs/meetings/exploitation-meeting/"
TRUST = "cornwall-partnership-trust"


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_what_the_matter_says_goes_down_with_the_child(people: People) -> None:
    """A9: given Alex's matter, when the manager steps it down, then the next page asks early help with what was already
    written, nobody is told before it is sent, and what the manager leaves is what the hub reads."""
    reference = arrives("alex").reference or ""
    manager = signed_in(people.duty_manager)
    with machine():
        before = Notice.objects.count()
    sent = manager.post(f"/matters/{reference}/decide/", {"decision": "early-help", "reason": "His mother wants help."})
    onward = f"/requests/ask/step-down/?matter={reference}"
    assert (sent.status_code, sent.headers["Location"]) == (302, onward)
    page = text_of(manager, onward)
    (asks,) = re.findall(r'<textarea[^>]*name="asks"[^>]*>([^<]*)</textarea>', page)
    assert "Decided: His mother wants help." in asks
    assert "Alex" in page
    assert len(asks) > 100
    assert "Take out whatever they do not need" in page
    with machine():
        assert Notice.objects.filter(receiver__agency="cornwall-early-help-hub").count() == 0
        assert Notice.objects.count() >= before
        hub = signed_in(worker("Morwenna Pender", "cornwall-early-help-hub", "hub", "early-help-worker"))
    alex = re.search(r'<option value="(\d+)"[^>]*>[^<]*Alex', page)
    assert alex is not None
    typed = {
        "to": "cornwall-early-help-hub/hub",
        "person": alex[1],
        "asks": "His mother wants help in the mornings.",
        "basis": "agreement",
        "urgency": "routine",
    }
    address = manager.post(onward, typed).headers["Location"]
    assert "His mother wants help in the mornings." in text_of(hub, address)
    text_of(signed_in(people.outsider), address, 404)
    text_of(signed_in(people.outsider), onward, 404)


def test_the_words_of_whoever_asked_to_stay_unnamed_go_nowhere(people: People) -> None:
    """A8, A9: given the word of a survivor who wants no name, then nothing of it stands in what early help is asked."""
    reference = arrives("no-known-child").reference or ""
    page = text_of(signed_in(people.duty_manager), f"/requests/ask/step-down/?matter={reference}")
    (asks,) = re.findall(r'<textarea[^>]*name="asks"[^>]*>([^<]*)</textarea>', page)
    assert asks.strip() == ""
    assert "Take out whatever they do not need" not in page


def of(agency: str, team: str, role: str, name: str) -> Worker:
    with machine():
        return worker(name, agency, team, role)


def brought(sides: Sides) -> tuple[str, Client]:
    """Youth justice brings Jory before the meeting; its address, and the chair."""
    chair = signed_in(of("cornwall-childrens-services", "assessment", "social-worker", "Bethan Hale"))
    typed = {**JORY, "asks": "Older people collect him.", "basis": "duty-to-share", "urgency": "routine"}
    typed["to"] = "cornwall-childrens-services/assessment"
    sent = signed_in(sides.yos).post("/requests/ask/exploitation-meeting/", typed)
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"]), chair


def test_members_read_a_child_once_the_chair_has_put_it_on_the_agenda(sides: Sides) -> None:
    """F5: given a child whom youth justice brings before the meeting, then no member reads it until the chair puts it
    on the agenda; then sexual health and mental health do, and are told; a school never does."""
    address, chair = brought(sides)
    clinic, camhs, school = (signed_in(each) for each in (sides.clinic, sides.camhs, sides.outsider))
    for client in (clinic, camhs, school):
        assert "Jory" not in text_of(client, MACE)
        text_of(client, address, 404)
    assert "Not on the agenda yet" in text_of(chair, MACE)
    said(chair, address, "answer", "agenda", "Thursday.")
    for client in (clinic, camhs):
        page = text_of(client, MACE)
        assert "Jory Keast" in page
        assert "Older people collect him." in page
        assert "Sexual health" in page or "sexual health" in page
        assert address in text_of(client, "/notices/")
        text_of(client, address)
    assert "Jory" not in text_of(school, MACE)
    text_of(school, address, 404)


def test_an_action_agreed_there_is_owed_by_one_and_seen_by_all(sides: Sides) -> None:
    """F5: given a child on the agenda, when sexual health agrees an action for mental health, then it is owed by them
    with its clock, every member sees how far it is, nobody outside does, and nothing is agreed for a child who is on no
    agenda; missing episodes and return interviews are counted beside the child."""
    address, chair = brought(sides)
    reference = address.strip("/").split("/")[-1]
    clinic, camhs, police = (signed_in(each) for each in (sides.clinic, sides.camhs, sides.detective))
    ask = f"/requests/ask/exploitation-action/?on={reference}"
    text_of(clinic, ask, 404)
    said(chair, address, "answer", "agenda", "Thursday.")
    assert "Jory Keast" in text_of(clinic, ask)
    typed = {"to": f"{TRUST}/camhs", "asks": "See him this week."}
    assert clinic.post(ask, {**typed, "asks": ""}).status_code == 422
    sent = clinic.post(ask, typed)
    assert sent.status_code == 302, sent.content.decode()
    action = sent.headers["Location"]
    assert "Take it, or say why not" in text_of(camhs, "/")
    said(camhs, action, "answer", "accepted", "Tuesday.")
    for client in (clinic, camhs, police, chair):
        page = text_of(client, MACE)
        assert action in page
        assert "Under way" in page
    text_of(signed_in(sides.outsider), action, 404)
    text_of(signed_in(sides.outsider), ask, 404)
    assert clinic.post("/requests/ask/exploitation-action/", typed).status_code == 422
    said(chair, address, "heard", "no-action", "Nothing more.")
    text_of(clinic, ask, 404)
    with machine():
        assert RequestMade.objects.filter(request_kind="exploitation-action").count() == 1


def test_what_helps_whom_is_for_commissioners_and_in_rounded_numbers(sides: Sides) -> None:
    """H2: given six children who were asked for, then the commissioner and the service read take-up, attendance and
    outcome by age, rounded; few are not said; a school reads nothing, and no word of a child is there."""
    maru, therapist = signed_in(sides.manager), signed_in(sides.therapist)
    typed = {"to": "jigsaw/children", "asks": "Sleep and school.", "urgency": "routine"}
    for number in range(6):
        child = {"given_name": f"Child{number}", "family_name": "Keast", "date_of_birth": f"2012-04-0{number + 1}"}
        sent = maru.post("/requests/ask/therapy/?service=jigsaw", {**child, **typed})
        assert sent.status_code == 302, sent.content.decode()
        said(therapist, sent.headers["Location"], "answer", "accepted", "Yes.")
        if number < 2:
            said(therapist, sent.headers["Location"], "begins", "not-wanted", "Not now.")
        else:
            said(therapist, sent.headers["Location"], "begins", "taken-up", "")
    commissioner = of("cornwall-integrated-care-board", "safeguarding", "designated-professional", "Kerensa Hale")
    for client in (signed_in(commissioner), therapist, maru):
        page = text_of(client, "/services/what-helps/")
        jigsaw = page[page.index("Jigsaw psychology") :]
        line = re.search(r"Asked for</th>(.*?)</tr>", jigsaw, re.DOTALL)
        assert line is not None
        assert re.findall(r"<td[^>]*>([^<]*)</td>", line[1]) == ["0", "5", "0", "0"]
        up = re.search(r"Taken up</th>(.*?)</tr>", jigsaw, re.DOTALL)
        assert up is not None
        assert re.findall(r"<td[^>]*>([^<]*)</td>", up[1]) == ["0", "fewer than 5", "0", "0"]
        assert "Child0" not in page
        assert "Sleep" not in page
    assert "Brook" not in text_of(therapist, "/services/what-helps/")
    text_of(signed_in(sides.outsider), "/services/what-helps/", 403)
    assert [rounded(each) for each in (0, 1, 4, 5, 7, 8, 12, 13)] == [
        "0", "fewer than 5", "fewer than 5", "5", "5", "10", "10", "15",
    ]  # fmt: skip
