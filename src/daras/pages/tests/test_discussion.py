"""A discussion on pages: convened, held, recorded, read by each in their own layer (B1 to B7, C4; screen 7)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.challenges.models import DecisionChallenged
from daras.meetings.models import ActionAgreed, AgencyLeftOut, MeetingCalled
from daras.pages.tests.partnership import People, arrives, worker
from daras.people.models import NameKnown
from daras.working_time import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRUST, POLICE, SOCIAL_CARE = "cornwall-partnership-trust", "devon-and-cornwall-police", "cornwall-childrens-services"
#: Queries of each page with Alex's family, looks at eight people included.
BUDGETS = {"convene": 53, "minutes": 49, "discussion": 46, "school": 16}


@dataclass(frozen=True, slots=True)
class Desk:
    """Alex's matter, and those who work on it."""

    reference: str
    people: People
    nurse: Worker
    inspector: Worker
    health: Worker

    def opens(self, client: Client, who: Worker, path: str) -> tuple[int, str]:
        client.force_login(who, backend=BACKEND)
        response = client.get(path)
        return response.status_code, html.unescape(response.content.decode())

    def sends(self, client: Client, who: Worker, path: str, **typed: object) -> tuple[int, str]:
        """Send a form; the status and, where it came back, the page."""
        client.force_login(who, backend=BACKEND)
        response = client.post(path, {name.replace("__", "-"): value for name, value in typed.items()})
        return response.status_code, html.unescape(response.content.decode())


@pytest.fixture
def desk(people: People) -> Desk:
    """The school's referral about Alex has come in."""
    reference = arrives("alex").reference
    assert reference
    with machine():
        nurse = worker("Anjali Menon", TRUST, "school-nursing", "school-nurse")
        inspector = worker("Stephen Achebe", POLICE, "on-call-inspector", "detective-inspector")
        health = worker("Rosa Lane", TRUST, "maru-health", "health-practitioner")
    return Desk(reference, people, nurse, inspector, health)


def typed_as_it_stands(text: str) -> dict[str, str]:
    """Every field of the page's form as it is filled in already."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "value"))
        kind = re.search(r' type="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in {"radio", "checkbox"} or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, value in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        found[name] = value
    return found


@pytest.fixture
def convened(client: Client, desk: Desk) -> str:
    """The duty manager has convened with what the rules suggest; the discussion's address."""
    manager = desk.people.duty_manager
    status, text = desk.opens(client, manager, f"/matters/{desk.reference}/convene/")
    assert status == 200
    response = client.post(f"/matters/{desk.reference}/convene/", typed_as_it_stands(text))
    assert response.status_code == 302, problems(response.content.decode())
    return response.headers["Location"].removesuffix("minutes/")


def problems(text: str) -> str:
    return " ".join(re.findall(r'error-summary__list">(.*?)</ul>', text, re.S))


def record_of(given_name: str) -> int:
    with machine():
        name = NameKnown.objects.filter(given_name=given_name).select_related("fact").order_by("fact_id")[0]
        return name.fact.person_record_id or 0


# Before


def test_nothing_is_typed_twice_to_convene(client: Client, desk: Desk) -> None:
    """Given Alex's matter, then whom to ask, why, when and the reason stand there already (B1, B3)."""
    status, text = desk.opens(client, desk.people.duty_manager, f"/matters/{desk.reference}/convene/")
    assert status == 200
    for words in ("Made the referral.", "Devon and Cornwall Police", "Toby Rowse", "Who makes it whole", "Not now"):
        assert words in text, words
    known = typed_as_it_stands(text)
    assert known["planned_at"] == "2026-11-24T10:00"
    assert known["reason"]
    assert known["carn-brea-academy--safeguarding-part"] == "contributes"


def test_only_the_duty_manager_is_shown_the_page_that_convenes(client: Client, desk: Desk) -> None:
    """Given Alex's matter, then health at the front door may not convene, and for others it does not exist (B1)."""
    path = f"/matters/{desk.reference}/convene/"
    assert desk.opens(client, desk.health, path)[0] == 403
    for who in (desk.nurse, desk.people.safeguarding_lead, desk.people.outsider):
        assert desk.opens(client, who, path)[0] == 404
        assert desk.sends(client, who, path, reason="x")[0] == 404


def test_what_was_typed_is_kept_when_a_reason_is_missing(client: Client, desk: Desk) -> None:
    """Given a school left out without a reason, then the page says so at its field and keeps all else (B3)."""
    manager, path = desk.people.duty_manager, f"/matters/{desk.reference}/convene/"
    _, text = desk.opens(client, manager, path)
    typed = typed_as_it_stands(text) | {
        "carn-brea-academy--safeguarding-part": "not-now",
        "reason": "Four children are in reach.",
    }
    response = client.post(path, typed)
    text = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert "Say why this team is not asked now." in problems(text)
    assert "Four children are in reach." in text
    with machine():
        assert not MeetingCalled.objects.exists()
    typed["carn-brea-academy--safeguarding-why_not"] = "Would let Jake know."
    assert client.post(path, typed).status_code == 302
    with machine():
        assert AgencyLeftOut.objects.get().why == "Would let Jake know."


def test_the_matter_leads_to_convening_and_to_the_discussion(client: Client, desk: Desk, convened: str) -> None:
    """Given a discussion, then the matter leads to it, and to convening a new one for who may (screen 7)."""
    _, text = desk.opens(client, desk.people.duty_manager, f"/matters/{desk.reference}/")
    assert f'href="{convened}"' in text
    assert f'href="/matters/{desk.reference}/convene/"' in text
    _, text = desk.opens(client, desk.health, f"/matters/{desk.reference}/")
    assert f'href="/matters/{desk.reference}/convene/"' not in text


def test_a_calendar_file_names_nobody(client: Client, desk: Desk, convened: str) -> None:
    """Given the calendar file, then it says when and where to look, and nobody's name (B3)."""
    client.force_login(desk.people.safeguarding_lead, backend=BACKEND)
    response = client.get(f"{convened}calendar.ics")
    text = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20261124T100000Z\r\n" in text
    for kept in ("Alex", "Tregear", "Rowse", desk.reference, "strategy"):
        assert kept not in text


def test_a_team_answers_its_invitation_in_two_clicks(client: Client, desk: Desk, convened: str) -> None:
    """Given a notice, then its link leads to the invitation, and one form answers it (B3)."""
    lead = desk.people.safeguarding_lead
    _, text = desk.opens(client, lead, "/notices/")
    assert f'href="{convened}"' in text
    _, text = desk.opens(client, lead, convened)
    subject = re.search(r'name="answer-(\d+)-answer"', text)
    assert subject
    typed = {"subject": subject[1], "page": "discussion", f"answer-{subject[1]}-answer": "in-writing"}
    assert desk.sends(client, lead, f"{convened}answer/", **typed)[0] == 302
    assert "We contribute in writing" in desk.opens(client, lead, convened)[1]


# During


def test_the_minute_taker_sees_everyone_and_decides_on_each(client: Client, desk: Desk, convened: str) -> None:
    """Given Toby and his family, then each is decided on with owner and safety, the rest as one block (B2, J2)."""
    manager, toby = desk.people.duty_manager, record_of("Toby")
    status, text = desk.opens(client, manager, f"{convened}minutes/")
    assert status == 200
    for name in ("Jake Rowse", "Ella Rowse", "Toby Rowse", "Sam Bray", "Kerra Tregear"):
        assert name in text
    assert "nobody has said whether they reach children by work, volunteering or online: ask" in text  # of Jake
    half = {"subject": toby, "page": "minutes", f"scope-{toby}-in_scope": "yes"}
    status, text = desk.sends(client, manager, f"{convened}scope/", **half)
    assert status == 422
    assert "needs an owner" in problems(text)
    whole = half | {
        f"scope-{toby}-owner": f"{SOCIAL_CARE}/maru",
        f"scope-{toby}-safety_outcome": "With an aunt this weekend.",
    }
    assert desk.sends(client, manager, f"{convened}scope/", **whole)[0] == 302
    jake = record_of("Jake")
    coach = {"subject": jake, "page": "minutes", f"scope-{jake}-in_scope": "yes",
             f"scope-{jake}-owner": f"{SOCIAL_CARE}/maru", f"scope-{jake}-safety_outcome": "With an uncle.",
             f"scope-{jake}-reaches": "helps at a swimming club; plays online with younger children"}  # fmt: skip
    assert desk.sends(client, manager, f"{convened}scope/", **coach)[0] == 302
    text = desk.opens(client, manager, f"{convened}minutes/")[1]
    assert "reaches children as: helps at a swimming club; plays online with younger children" in text
    assert "nobody has said whether they reach children" not in text
    rest = {"page": "minutes", "rest-people": [record_of("Sam"), record_of("Kerra")], "rest-why_not": "Not there."}
    assert desk.sends(client, manager, f"{convened}rest/", **rest)[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    assert "owns their safety: With an aunt this weekend." in text
    assert "reviewed together with others: Not there." in text


def test_an_action_is_typed_once_and_is_with_its_owner(client: Client, desk: Desk, convened: str) -> None:
    """Given an action for the school, then it is on its list of work, with its clock, a moment later (B4, B7)."""
    manager, lead = desk.people.duty_manager, desk.people.safeguarding_lead
    due = clock.local(clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    typed = {
        "page": "minutes", "action-what": "Keep Alex and Jake apart at school.",
        "action-owner": "carn-brea-academy/safeguarding", "action-due_at": due,
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}action/", **typed)[0] == 302
    _, text = desk.opens(client, lead, "/")
    assert "Keep Alex and Jake apart at school." in text
    assert f'href="{convened}"' in text
    _, text = desk.opens(client, lead, convened)
    assert "Tuesday 24 November 2026, 12:30" in text
    with machine():
        action = ActionAgreed.objects.get().pk
    moved = {"subject": action, "page": "discussion", f"move-{action}-state": "done"}
    assert desk.sends(client, lead, f"{convened}move/", **moved)[0] == 302
    assert "Keep Alex and Jake apart" not in desk.opens(client, lead, "/")[1]
    assert "Done, Tuesday" in desk.opens(client, manager, f"{convened}minutes/")[1]


def test_a_single_enquiry_is_challenged_answered_and_both_views_stand(
    client: Client, desk: Desk, convened: str
) -> None:
    """Given police alone, when the nurse challenges, then the inspector answers on the page; both views stand (B5)."""
    manager = desk.people.duty_manager
    _, text = desk.opens(client, manager, f"{convened}minutes/")
    assert "Look at these before a single agency is chosen." in text
    assert "Stephen Achebe" in text
    typed = {"page": "minutes", "enquiry-enquiry": "police", "enquiry-rationale": "A crime is alleged."}
    assert desk.sends(client, manager, f"{convened}enquiry/", **typed)[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    decision = re.search(r'name="position-(\d+)-position"', text)
    assert decision
    about = {"subject": decision[1], "page": "discussion", f"position-{decision[1]}-position": "challenges"}
    status, text = desk.sends(client, desk.nurse, f"{convened}position/", **about)
    assert status == 422
    assert "A challenge needs a reason." in problems(text)
    reason = {f"position-{decision[1]}-reason": "Toby may be harmed, too."}
    assert desk.sends(client, desk.nurse, f"{convened}position/", **about, **reason)[0] == 302
    with machine():
        challenge = DecisionChallenged.objects.get().pk
    answer = {
        "subject": challenge, "page": "discussion", f"challenge-{challenge}-outcome": "changed",
        f"challenge-{challenge}-reason": "Joint from now.",
    }  # fmt: skip
    assert "A decision is challenged" in desk.opens(client, desk.inspector, "/notices/")[1]
    assert desk.sends(client, desk.nurse, f"{convened}challenge/", **answer)[0] == 403
    assert desk.sends(client, desk.inspector, f"{convened}challenge/", **answer)[0] == 302
    for who in (manager, desk.nurse, desk.inspector):
        _, text = desk.opens(client, who, convened)
        for words in ("A crime is alleged.", "Toby may be harmed, too.", "The decision changes: Joint from now."):
            assert words in text, (who.name, words)


def test_a_health_professional_decides_on_the_medical(client: Client, desk: Desk, convened: str) -> None:
    """Given Alex, then the health practitioner has the form, the manager has not, and consent is asked for (B6)."""
    alex = record_of("Alex")
    _, text = desk.opens(client, desk.people.duty_manager, f"{convened}minutes/")
    assert f"medical-{alex}-medical" not in text
    typed = {
        "subject": alex, "page": "minutes", f"medical-{alex}-medical": "non-forensic",
        f"medical-{alex}-reason": "His health comes first",
    }  # fmt: skip
    status, text = desk.sends(client, desk.health, f"{convened}medical/", **typed)
    assert status == 422
    assert "needs consent" in problems(text)
    typed[f"medical-{alex}-consent_by"] = "Kerra Tregear, mother"
    typed[f"medical-{alex}-consent_basis"] = "parental-responsibility"
    assert desk.sends(client, desk.health, f"{convened}medical/", **typed)[0] == 302
    assert "Consent by Kerra Tregear, mother" in desk.opens(client, desk.nurse, convened)[1]


def test_a_wish_and_what_parents_are_told(client: Client, desk: Desk, convened: str) -> None:
    """Given that Alex asks not to tell, then it is weighed; and the parents are told, or why not yet (A4, C4)."""
    manager, alex = desk.people.duty_manager, record_of("Alex")
    wish = {
        "subject": alex, "page": "minutes", f"wishes-{alex}-wish": "Don't tell Mum.",
        f"wishes-{alex}-best_interests": "She is told: she can protect him.",
        f"wishes-{alex}-consulted": "class teacher", f"wishes-{alex}-review_on": "2026-11-27",
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}wishes/", **wish)[0] == 302
    status, text = desk.sends(client, manager, f"{convened}parents/", page="minutes")
    assert status == 422
    assert "why not yet" in problems(text)
    told = {"page": "minutes", "parents-why_not_yet": "Police plan the interview."}
    assert desk.sends(client, manager, f"{convened}parents/", **told)[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    for words in ("“Don't tell Mum.”", "Friday 27 November 2026", "Not told yet: Police plan the interview."):
        assert words in text


# After


def close(client: Client, desk: Desk, convened: str) -> None:
    manager = desk.people.duty_manager
    for owner, name in ((f"{SOCIAL_CARE}/maru", "Jenifer"), (f"{POLICE}/maru", "Gareth")):
        typed = {
            "page": "minutes", "presence-owner": owner, "presence-name": name, "presence-mode": "phone",
            "presence-joined_at": "2026-11-24T09:30",
        }  # fmt: skip
        assert desk.sends(client, manager, f"{convened}presence/", **typed)[0] == 302
    status, text = desk.sends(client, manager, f"{convened}close/", page="minutes")
    assert status == 422
    assert "Nobody has been present for health" in problems(text)
    typed = {
        "page": "minutes", "close-interim_reason": "Toby is in that house.",
        "close-rest_joins_by": "2026-11-24T13:00",
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}close/", **typed)[0] == 302


def test_each_reader_has_their_own_layer_and_says_where_it_is_filed(client: Client, desk: Desk, convened: str) -> None:
    """Given a record in sections, then the school reads the decisions, the nurse the minutes, and each files (B4)."""
    manager, lead = desk.people.duty_manager, desk.people.safeguarding_lead
    for section, words in (("decisions", "Alex is safe with his mother."), ("minutes", "What the police said.")):
        typed = {"page": "minutes", "section-section": section, "section-text": words}
        assert desk.sends(client, manager, f"{convened}section/", **typed)[0] == 302
    close(client, desk, convened)
    _, school = desk.opens(client, lead, convened)
    assert "Alex is safe with his mother." in school
    for kept in ("What the police said.", "Toby Rowse", "Everyone connected", desk.reference, "Stephen Achebe"):
        assert kept not in school, kept
    assert "Reading alone is not enough" in school
    typed = {"page": "discussion", "file-system": "CPOMS", "file-filed_on": "2026-11-24"}
    assert desk.sends(client, lead, f"{convened}file/", **typed)[0] == 302
    _, nurse = desk.opens(client, desk.nurse, convened)
    assert "What the police said." in nurse
    assert "Carn Brea Academy: CPOMS, 24 November 2026" in nurse
    assert "An interim discussion, closed" in nurse
    assert "Since the record was closed" in nurse


def test_health_joins_later_and_the_record_says_so(client: Client, desk: Desk, convened: str) -> None:
    """Given an interim discussion, when health joins, then the record says who joined after it (B3)."""
    close(client, desk, convened)
    typed = {
        "page": "minutes", "presence-owner": f"{TRUST}/school-nursing", "presence-name": "Anjali Menon",
        "presence-mode": "phone", "presence-joined_at": "2026-11-24T09:30",
    }  # fmt: skip
    manager = desk.people.duty_manager
    assert desk.sends(client, manager, f"{convened}presence/", **typed)[0] == 302
    assert desk.sends(client, manager, f"{convened}close/", page="minutes")[0] == 302
    _, text = desk.opens(client, desk.nurse, convened)
    assert "after the interim discussion" in text
    assert "Held as an interim discussion before that." in text


def test_an_outsider_is_refused_at_each_step(client: Client, desk: Desk, convened: str) -> None:
    """Given an agency that was not asked, then no page and no form of it exists, and the trail knows (G4)."""
    outsider = desk.people.outsider
    for path in (convened, f"{convened}minutes/", f"{convened}calendar.ics"):
        assert desk.opens(client, outsider, path)[0] == 404
    for step in ("answer", "contribution", "position", "action", "move", "file", "close", "section"):
        assert desk.sends(client, outsider, f"{convened}{step}/", subject=1, page="minutes")[0] == 404
    with machine():
        refused = TrailEntry.objects.filter(actor="kensa-bolitho", outcome="refused")
        assert refused.filter(subject_id=convened).exists()


def test_partners_do_not_keep_the_record(client: Client, desk: Desk, convened: str) -> None:
    """Given those who take part or contribute, then the minute-taker's page and its forms are not theirs (B4)."""
    for who in (desk.nurse, desk.people.safeguarding_lead):
        assert desk.opens(client, who, f"{convened}minutes/")[0] == 403
        typed = {"page": "minutes", "enquiry-enquiry": "none", "enquiry-rationale": "Mine."}
        assert desk.sends(client, who, f"{convened}enquiry/", **typed)[0] == 403


def test_a_look_at_a_discussion_is_in_the_trail(client: Client, desk: Desk, convened: str) -> None:
    """Given the nurse who opens the record, then the trail names the discussion and each person she read of (G4)."""
    desk.opens(client, desk.nurse, convened)
    with machine():
        looks = TrailEntry.objects.filter(actor="anjali-menon", action="look")
        assert looks.filter(subject_kind="discussion").exists()
        assert looks.filter(subject_kind="person").count() >= 8


def test_the_pages_of_a_discussion_stay_within_their_budget(client: Client, desk: Desk, convened: str) -> None:
    """Given the pages, then each asks within its budget."""
    pages = {
        "convene": (desk.people.duty_manager, f"/matters/{desk.reference}/convene/"),
        "minutes": (desk.people.duty_manager, f"{convened}minutes/"),
        "discussion": (desk.nurse, convened),
        "school": (desk.people.safeguarding_lead, convened),
    }
    asked = {}
    for name, (who, path) in pages.items():
        client.force_login(who, backend=BACKEND)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked[name] = len(captured)
    assert asked == BUDGETS
