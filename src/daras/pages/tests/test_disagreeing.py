"""Asking for a discussion, disagreeing with any decision, which child it is, and the record live for all, on pages
(A8, B1, B3, B4, B5, I6)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.challenges.models import DecisionChallenged
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import MatterDecided
from daras.meetings.models import ConflictKept, IdentityAsked, SectionRecorded
from daras.pages.tests.partnership import worker
from daras.pages.tests.test_discussion import BACKEND, TRUST, Desk, close, convened, desk, problems, record_of

__all__ = ["convened", "desk"]

#: Queries of each page, looks included.
BUDGETS = {
    "ask": 15,
    "decline": 14,
    "identify": 13,
    "identity": 12,
    "disagree": 17,
    "challenge": 15,
    "live": 9,
    "decisions": 15,
}


@pytest.fixture
def receipt(desk: Desk) -> str:
    """By which the school knows its referral."""
    with machine():
        return ReferralReceived.objects.get().receipt


@pytest.fixture
def service_manager(desk: Desk) -> Worker:
    """A manager of the front door who has decided nothing."""
    with machine():
        return worker("Ruth Hocking", "cornwall-childrens-services", "maru", "service-manager")


def decision() -> int:
    with machine():
        return MatterDecided.objects.latest("fact_id").fact_id


def test_a_school_asks_from_its_receipt_and_reads_why_not(client: Client, desk: Desk, receipt: str) -> None:
    """B1: given its receipt, then the school asks with a reason, keeps what it typed without one, and reads why the
    manager declines; the manager sees who asks; to an outsider there is no such page."""
    lead, manager, outsider = desk.people.safeguarding_lead, desk.people.duty_manager, desk.people.outsider
    path = f"/ask-for-discussion/{receipt}/"
    assert path in desk.opens(client, lead, f"/our-referrals/{receipt}/")[1]
    assert desk.opens(client, outsider, path)[0] == 404
    assert desk.sends(client, outsider, path, reason="Tell me.")[0] == 404
    status, text = desk.sends(client, lead, path, reason=" ")
    assert (status, "Asking for a discussion needs a reason." in text) == (422, True)
    assert desk.sends(client, lead, path, reason="It happened again this morning.")[0] == 302
    assert "The manager on duty has been told" in desk.opens(client, lead, path)[1]
    assert "It happened again this morning." in desk.opens(client, manager, f"/matters/{desk.reference}/convene/")[1]
    answer = f"/matters/{desk.reference}/decline/"
    assert desk.opens(client, desk.nurse, answer)[0] == 403
    status, text = desk.opens(client, manager, answer)
    assert "Carn Brea Academy" in text
    assert desk.sends(client, manager, answer, reason="")[0] == 422
    assert desk.sends(client, manager, answer, reason="He is seen this afternoon.")[0] == 302
    status, text = desk.opens(client, lead, path)
    assert "He is seen this afternoon." in text
    (disagree,) = re.findall(r'href="(/decisions/\d+/disagree/)"', text)
    assert desk.sends(client, lead, disagree, reason="He cannot wait.")[0] == 302


def test_every_decision_shown_leads_to_i_disagree(
    client: Client, desk: Desk, convened: str, service_manager: Worker
) -> None:
    """A8, B5, I6: given the front door's decision, then the nurse disagrees in two clicks, both views stand for
    both, a manager who did not decide answers, and an outsider finds nothing."""
    path = f"/decisions/{decision()}/disagree/"
    assert path in desk.opens(client, desk.nurse, convened)[1]
    assert path not in desk.opens(client, desk.people.duty_manager, convened)[1]
    assert desk.opens(client, desk.people.outsider, path)[0] == 404
    assert desk.opens(client, desk.people.safeguarding_lead, path)[0] == 404
    decided = f"/matters/{desk.reference}/decisions/"
    assert path in desk.opens(client, desk.nurse, decided)[1]
    assert desk.opens(client, desk.people.outsider, decided)[0] == 404
    status, text = desk.sends(client, desk.nurse, path, reason="")
    assert status == 422
    assert "A challenge needs a reason." in text
    assert desk.sends(client, desk.nurse, path, reason="It was due on Friday.")[0] == 302
    with machine():
        reference = DecisionChallenged.objects.get().reference
    challenge = f"/challenges/{reference}/"
    assert "It was due on Friday." in desk.opens(client, desk.nurse, challenge)[1]
    assert desk.opens(client, desk.people.outsider, challenge)[0] == 404
    assert "Answer the challenge" not in desk.opens(client, desk.people.duty_manager, challenge)[1]
    assert f'href="{challenge}"' not in desk.opens(client, desk.people.duty_manager, decided)[1]
    assert f'href="{challenge}"' in desk.opens(client, service_manager, decided)[1]
    status, text = desk.sends(client, service_manager, challenge, outcome="", reason="Yes.")
    assert (status, "Nothing of the list was chosen." in text, "Yes." in text) == (422, True, True)
    assert desk.sends(client, service_manager, challenge, outcome="upheld", reason="Held within the hour.")[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    assert "It was due on Friday." in text
    assert "The decision stands: Held within the hour." in text
    assert challenge in desk.opens(client, service_manager, "/notices/")[1]


def test_what_was_decided_is_read_or_disagreed_with_by_the_school(client: Client, desk: Desk, convened: str) -> None:
    """A8: given a closed record, when the front door tells those consulted, then the school reads it, says so, and
    nobody outside reads anything."""
    manager, lead = desk.people.duty_manager, desk.people.safeguarding_lead
    close(client, desk, convened)
    assert "Nobody has been told yet what was decided." in desk.opens(client, manager, convened)[1]
    typed = {"page": "minutes", "feedback-decided": "A joint enquiry.", "feedback-remains": "Seen on Monday."}
    assert desk.sends(client, manager, f"{convened}feedback/", **typed)[0] == 422
    typed["feedback-risk_lower"] = "not-yet"
    assert desk.sends(client, manager, f"{convened}feedback/", **typed)[0] == 302
    _, text = desk.opens(client, lead, convened)
    assert "A joint enquiry." in text
    assert "I disagree" in text
    feedback = re.search(r'/read/"[^>]*>.*?name="subject" value="(\d+)"', text, re.S)
    assert feedback
    assert desk.sends(client, lead, f"{convened}read/", subject=feedback[1], page="discussion")[0] == 302
    assert "Read by Carn Brea Academy" in desk.opens(client, manager, convened)[1]


def test_health_is_asked_which_child_it_is_and_answers(client: Client, desk: Desk) -> None:
    """B3: given little, when the manager asks school nursing, then the nurse reads that alone and names the child;
    a school finds no such page."""
    manager, path = desk.people.duty_manager, f"/matters/{desk.reference}/identify/"
    assert desk.opens(client, desk.health, path)[0] == 403
    typed = {"owner": f"{TRUST}/school-nursing", "known": "Tam-something", "age_about": "6 or 7", "school": ""}
    assert desk.sends(client, manager, path, **typed)[0] == 422
    assert desk.sends(client, manager, path, **typed, why="May be in the same house.")[0] == 302
    with machine():
        question = f"/which-child/{IdentityAsked.objects.get().reference}/"
    assert question in desk.opens(client, desk.nurse, "/notices/")[1]
    _, text = desk.opens(client, desk.nurse, question)
    assert "Tam-something" in text
    assert "Alex" not in text
    assert desk.opens(client, desk.people.outsider, question)[0] == 404
    assert desk.sends(client, desk.nurse, question, is_known="yes")[0] == 422
    assert desk.sends(client, desk.nurse, question, is_known="yes", name="Tamsyn Example")[0] == 302
    assert "Tamsyn Example" in desk.opens(client, manager, path)[1]


def test_a_conflict_is_declared_and_the_page_is_gone(client: Client, desk: Desk, convened: str) -> None:
    """B3: given a nurse on the call list, when she declares a conflict of interest, then she is back at her work
    and reads nothing more of it; the front door reads why."""
    typed = {"page": "discussion", "conflict-reason": "My nephew."}
    client.force_login(desk.nurse, backend=BACKEND)
    response = client.post(f"{convened}conflict/", typed)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert desk.opens(client, desk.nurse, convened)[0] == 404
    with machine():
        assert ConflictKept.objects.get().declared
    manager = desk.people.duty_manager
    _, text = desk.opens(client, manager, f"{convened}minutes/")
    assert "My nephew." in text
    assert "Name who is asked instead" in text
    with machine():
        other = worker("Tegen Vosper", TRUST, "school-nursing", "school-nurse")
    assert desk.sends(client, manager, f"{convened}stand-in/", page="minutes")[0] == 422
    named = {"page": "minutes", "stand-in-instead": other.slug}
    assert desk.sends(client, manager, f"{convened}stand-in/", **named)[0] == 302
    assert desk.opens(client, other, convened)[0] == 200
    assert desk.opens(client, desk.nurse, convened)[0] == 404


def test_two_who_save_one_section_are_shown_both_texts(client: Client, desk: Desk, convened: str) -> None:
    """B4: given a section that somebody saved since, when one sends another text for the same line, then both stand
    on the page, nothing is overwritten, and sending again saves."""
    manager = desk.people.duty_manager
    first = {
        "page": "minutes",
        "section-section": "minutes",
        "section-text": "The police said this.",
        "section-seen": 0,
    }
    second = {**first, "section-text": "Health said that."}
    assert desk.sends(client, manager, f"{convened}section/", **first)[0] == 302
    status, text = desk.sends(client, desk.health, f"{convened}section/", **second)
    assert status == 422
    assert "Somebody else saved this section since you opened it." in problems(text)
    assert "What somebody else has saved meanwhile" in text
    assert "The police said this." in text
    assert "Health said that." in text
    with machine():
        assert SectionRecorded.objects.count() == 1
    seen = re.search(r'name="section-seen" value="(\d+)"', text)
    assert seen
    assert desk.sends(client, desk.health, f"{convened}section/", **{**second, "section-seen": seen[1]})[0] == 302


def test_the_page_is_answered_with_nothing_until_somebody_writes(client: Client, desk: Desk, convened: str) -> None:
    """B4: given an open record, then asking again is answered with nothing; when somebody has written, with the
    page."""
    manager, nurse = desk.people.duty_manager, desk.nurse
    _, text = desk.opens(client, nurse, convened)
    stand = re.search(r'id="stand" name="since" value="(\d+)"', text)
    assert stand
    live = f"{convened}live/?page=discussion&since={stand[1]}"
    assert desk.opens(client, nurse, live) == (204, "")
    assert desk.opens(client, desk.people.outsider, live)[0] == 404
    assert desk.opens(client, nurse, f"{convened}live/?page=minutes")[0] == 403
    typed = {"page": "minutes", "parents-why_not_yet": "The police plan the interview."}
    assert desk.sends(client, manager, f"{convened}parents/", **typed)[0] == 302
    status, text = desk.opens(client, nurse, live)
    assert status == 200
    assert "The police plan the interview." in text


def test_a_medical_a_plan_and_advice_on_the_page(client: Client, desk: Desk, convened: str) -> None:
    """B3, B6, G5: given Alex, then consent of somebody not on record asks for evidence; the result, how he is
    asked, and the advice of a designated doctor stand on the page for those who take part."""
    alex, manager = record_of("Alex"), desk.people.duty_manager
    typed = {
        "subject": alex, "page": "discussion", f"medical-{alex}-medical": "forensic",
        f"medical-{alex}-reason": "Days ago", f"medical-{alex}-consent_basis": "parental-responsibility",
        f"medical-{alex}-consent_by": "A Neighbour",
    }  # fmt: skip
    status, text = desk.sends(client, desk.health, f"{convened}medical/", **typed)
    assert status == 422
    assert "Nobody has recorded that this person holds parental responsibility" in problems(text)
    typed[f"medical-{alex}-consent_evidence"] = "Guardianship order"
    assert desk.sends(client, desk.health, f"{convened}medical/", **typed)[0] == 302
    _, text = desk.opens(client, desk.health, convened)
    decided = re.search(r'name="report-(\d+)-attended"', text)
    assert decided
    report = {
        "subject": decided[1], "page": "discussion", f"report-{decided[1]}-attended": "yes",
        f"report-{decided[1]}-on_day": "2026-11-24", f"report-{decided[1]}-by_whom": "The centre",
        f"report-{decided[1]}-follows": "Seen again in two weeks.",
    }  # fmt: skip
    assert desk.sends(client, desk.health, f"{convened}report/", **report)[0] == 302
    account = {
        "subject": alex, "page": "minutes", f"account-{alex}-who_asks": "A trained officer",
        f"account-{alex}-where_and_when": "The suite, Tuesday", f"account-{alex}-communication_needs": "Breaks",
        f"account-{alex}-intermediary": "asked-for",
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}account/", **account)[0] == 302
    advice = {
        "page": "minutes", "advice-name": "Dr Example", "advice-role": "designated doctor",
        "advice-advice": "Examine him soon", "advice-followed": "yes",
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}advice/", **advice)[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    for words in (
        "Guardianship order",
        "Seen again in two weeks.",
        "A trained officer asks, and nobody else",
        "Dr Example",
    ):
        assert words in text, words
    _, school = desk.opens(client, desk.people.safeguarding_lead, convened)
    for words in ("Guardianship order", "A trained officer", "Dr Example"):
        assert words not in school, words


def test_what_calls_for_a_joint_enquiry_stands_beside_a_single_one(client: Client, desk: Desk, convened: str) -> None:
    """B5: given police alone, then what calls for a joint enquiry stands beside it for the front door, not for the
    nurse; and beside a joint one it does not. Before anything is decided it asks to be looked at, and then no more."""
    manager = desk.people.duty_manager
    assert "Look at these before a single agency" in desk.opens(client, manager, f"{convened}minutes/")[1]
    for enquiry, expected in (("police", True), ("joint", False)):
        typed = {"page": "minutes", "enquiry-enquiry": enquiry, "enquiry-rationale": "A crime."}
        assert desk.sends(client, manager, f"{convened}enquiry/", **typed)[0] == 302
        text = desk.opens(client, manager, f"{convened}minutes/")[1]
        assert text.count("this calls for a joint enquiry") == expected
        assert "Look at these before a single agency" not in text  # the same indicators are never there twice
        assert "this calls for a joint enquiry" not in desk.opens(client, desk.nurse, convened)[1]


def test_these_pages_stay_within_their_budget_and_leave_a_look(
    client: Client, desk: Desk, convened: str, receipt: str, service_manager: Worker
) -> None:
    """G4: given the pages, then each asks a counted number of questions, and the trail knows who looked."""
    manager, nurse, lead = desk.people.duty_manager, desk.nurse, desk.people.safeguarding_lead
    desk.sends(client, lead, f"/ask-for-discussion/{receipt}/", reason="Again.")
    typed = {"owner": f"{TRUST}/school-nursing", "known": "Tam", "why": "The same house."}
    desk.sends(client, manager, f"/matters/{desk.reference}/identify/", **typed)
    desk.sends(client, nurse, f"/decisions/{decision()}/disagree/", reason="Late.")
    with machine():
        challenge = DecisionChallenged.objects.get().reference
        question = IdentityAsked.objects.get().reference
    pages = {
        "ask": (lead, f"/ask-for-discussion/{receipt}/", receipt),
        "decline": (manager, f"/matters/{desk.reference}/decline/", desk.reference),
        "identify": (manager, f"/matters/{desk.reference}/identify/", desk.reference),
        "identity": (nurse, f"/which-child/{question}/", question),
        "disagree": (nurse, f"/decisions/{decision()}/disagree/", str(decision())),
        "challenge": (service_manager, f"/challenges/{challenge}/", challenge),
        "decisions": (nurse, f"/matters/{desk.reference}/decisions/", desk.reference),
        "live": (nurse, f"{convened}live/?page=discussion&since=999999999", ""),
    }
    asked = {}
    for name, (who, path, subject) in pages.items():
        client.force_login(who, backend=BACKEND)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == (204 if name == "live" else 200)
        asked[name] = len(captured)
        with machine():
            looks = TrailEntry.objects.filter(actor=who.slug, action="look", subject_id=subject)
            assert looks.exists() is bool(subject), name
    assert asked == BUDGETS
