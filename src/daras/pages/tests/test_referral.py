"""A referral is made on pages, by an agency and by anybody; what became of it comes back (A1, A2, A4, A8, A15, A16)."""

from __future__ import annotations

import html
import re
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.challenges.models import DecisionChallenged
from daras.frontdoor.models import Document, Draft, FeedbackDelivered, ReferralReceived
from daras.pages.tests.partnership import People, arrives, worker
from daras.people.models import PersonRecord

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: Queries of each page of a referral with two people and a worry, the look included.
BUDGETS = {
    "refer/": 11,
    "": 11,
    "people/p1/": 11,
    "worries/w1/": 11,
    "belonging/": 11,
    "check/": 11,
    "people/": 14,
}
OTHER_BUDGETS = {
    "feedback": 17,
    "our referral": 23,
    "advice": 11,
    "one advice": 12,
    "record advice": 10,
    "tell us": 6,
}
#: Who is looked for among our own records; nobody is added by it.
LOOK = {"name": "Alex Tregear", "look": "1"}
FIRST = {
    "people-p1-given_name": "Morwenna",
    "people-p1-family_name": "Chegwin",
    "people-p1-date_of_birth": "2 March 2018",
    "safe-p1-seen": "yes",
    "safe-p1-seen_by": "class teacher",
}
WORRY = {
    "worries-w1-what_happened": "Morwenna told her teacher that she does not want to go home at the weekend.",
    "worries-w1-about": "p1",
    "worries-w1-category": "other",
    "worries-w1-occurred_at": "11 2026",
}


def signed_in(worker: Worker) -> Client:
    client = Client()
    client.force_login(worker, backend=BACKEND)
    return client


def text(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def lead(people: People) -> Client:
    return signed_in(people.safeguarding_lead)


@pytest.fixture
def draft(lead: Client) -> str:
    """The school has said that a child is safe now; the address of the draft."""
    return lead.post("/refer/", FIRST).headers["Location"]


def write_the_worry(client: Client, draft: str) -> str:
    address = client.post(f"{draft}worries/").headers["Location"]
    assert client.post(address, {"shown": "2", **WORRY}).status_code == 302
    return address


def test_a_lead_makes_a_referral_from_the_first_question_to_the_receipt(lead: Client, people: People) -> None:
    """A1, A2, A16: given a worried lead, then the first page asks whether the child is safe, each part can be left and
    come back to, the check says what is missing, and at the end stands a receipt with what happens by when."""
    first = text(lead.get("/refer/"))
    assert "Is the child safe now?" in first
    assert "call 999" in first
    draft = lead.post("/refer/", FIRST).headers["Location"]
    assert "Say what each child says" not in first
    shown = text(lead.get(draft))
    assert "Morwenna Chegwin" in shown
    assert "Say what happened or what was seen" in shown
    write_the_worry(lead, draft)
    checked = text(lead.get(f"{draft}check/"))
    assert "does not want to go home" in checked
    assert "2 3 2018" in checked
    done = lead.post(f"{draft}check/", follow=True)
    assert "Your referral is with the front door" in text(done)
    assert "Within one working day" in text(done)
    with machine():
        document = Document.objects.get()
        assert document.body["from"]["team"] == people.safeguarding_lead.team
        assert document.body["people"][0]["date_of_birth"] == "2018-03-02"
        assert document.body["concerns"][0]["occurred_at"] == "2026-11"
        assert document.body["safe_now"]["p1"] == {"seen": True, "seen_by": "class teacher"}
    again = lead.post(f"{draft}check/", follow=True)
    assert document.receipt in text(again)
    with machine():
        assert Document.objects.count() == 1


def test_what_the_family_and_the_child_say_is_kept_apart(lead: Client, draft: str) -> None:
    """A3, A4: given what parents and child say, and agreement where help is voluntary, then each has a field of its
    own, and the page says that agreement is not the basis for sharing."""
    page = text(lead.get(f"{draft}family/"))
    assert "Agreement is not needed to share what keeps a child safe" in page
    lead.post(
        f"{draft}family/",
        {"shown": "1", "family-parents_told": "no", "family-reason": "It could put her at risk."},
    )
    lead.post(f"{draft}voice/", {"shown": "2", "voice-p1-text": "I want to stay at school."})
    with machine():
        body = Draft.objects.get().body
    assert body["family"] == {"parents_told": False, "reason": "It could put her at risk."}
    assert body["voice"]["p1"] == {"text": "I want to stay at school."}


def test_a_form_saves_itself_and_the_check_answers(lead: Client, draft: str) -> None:
    """A2: given a form that saves itself, then it gets back when it was saved, what it showed and the check, in a few
    hundred bytes, and the plain button still works."""
    address = write_the_worry(lead, draft)
    saved = lead.post(
        address, {"shown": "3", **WORRY, "worries-w1-seen_or_heard_by": "Class teacher"}, HTTP_HX_REQUEST="true"
    )
    answer = text(saved)
    assert "Saved 09:30" in answer
    assert 'name="shown" value="4s"' in answer
    assert 'hx-swap-oob="true"' in answer
    assert "Say who saw or heard it" not in answer
    assert "<html" not in answer


def test_two_writers_see_each_others_words(lead: Client, draft: str, people: People) -> None:
    """A1: given two people on one form, when both write into one field, then nothing is overwritten and both see it."""
    for words in ("Her grandmother is told.", "Nobody is told yet."):
        sent = lead.post(f"{draft}family/", {"shown": "1", "family-their_views": words})
    assert sent.headers["Location"].endswith("?others=1")
    page = text(lead.get(f"{draft}family/"))
    assert "Her grandmother is told." in page
    assert "wrote here at the same time: “Nobody is told yet.”" in page


def test_what_was_typed_survives_the_end_of_a_session(people: People, draft: str) -> None:
    """A1: given a session that has ended, when a form is sent all the same, then after signing in it is there."""
    client = Client()
    away = client.post(f"{draft}hopes/", {"shown": "1", "hopes-hoped_for": "That she is heard."})
    assert away.headers["Location"].startswith("/sign-in/")
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    assert "That she is heard." in text(client.get(f"{draft}hopes/"))
    with machine():
        assert Draft.objects.get().body["hopes"] == {"hoped_for": "That she is heard."}


def test_a_form_that_saves_itself_says_that_the_sign_in_has_ended(people: People, draft: str) -> None:
    """A1: given a session that ended while somebody writes, then the form says so, and what was typed is there after
    signing in."""
    client = Client()
    typed = {"shown": "1", "hopes-hoped_for": "That she is heard."}
    answer = client.post(f"{draft}hopes/", typed, HTTP_HX_REQUEST="true")
    assert "Your sign-in has ended" in text(answer)
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    assert "That she is heard." in text(client.get(f"{draft}hopes/"))


def test_a_refusal_stands_at_its_field(lead: Client, draft: str) -> None:
    """A1, A3: given an impossible number, when it is sent, then the summary leads to the form, and there to the field
    with what was typed."""
    write_the_worry(lead, draft)
    lead.post(f"{draft}people/p1/", {"shown": "3", "people-p1-role": "child", "people-p1-nhs_number": "943 476 5910"})
    refused = lead.post(f"{draft}check/")
    assert refused.status_code == 422
    link = re.search(r'href="([^"]*mend=1[^"]*)"', text(refused))
    assert link
    page = text(lead.get(link[1].split("#")[0]))
    assert link[1].split("#")[1] == "id_people-p1-nhs_number"
    assert "cannot be a nhs-number" in page
    assert "943 476 5910" in page
    with machine():
        assert not Document.objects.exists()


def test_search_first_and_in_our_own_records_only(people: People) -> None:
    """A1, G4: given a child known to the school from a referral, then the school finds it and writes nothing again; the
    outsider, asking for the same name, finds nobody; and nobody is added without a search."""
    arrives("alex")
    own = signed_in(people.safeguarding_lead)
    draft = own.post("/refer/", FIRST).headers["Location"]
    assert "Add as somebody new" not in text(own.get(f"{draft}people/"))
    found = text(own.post(f"{draft}people/", LOOK))
    record = re.search(r'name="record" value="(\d+)"', found)
    assert record
    with machine():
        assert list(Draft.objects.get().body["people"]) == ["p1"]  # who looks adds nobody
    assert "This is who I mean" not in text(own.get(f"{draft}people/?name=Alex+Tregear"))
    chosen = own.post(f"{draft}people/", {"record": record[1]})
    with machine():
        body = Draft.objects.get().body["people"]["p2"]
        assert PersonRecord.objects.get(pk=record[1]).agency == people.safeguarding_lead.agency
    assert (body["given_name"], body["family_name"]) == ("Alex", "Tregear")
    assert "Alex" in text(own.get(chosen.headers["Location"]))
    stranger = signed_in(people.outsider)
    other = stranger.post("/refer/", FIRST).headers["Location"]
    nobody = text(stranger.post(f"{other}people/", LOOK))
    assert "Nobody in your records agrees" in nobody
    assert (
        stranger.post(f"{other}people/", {"record": record[1], "name": "somebody O’Brien 2 3 1980"}).status_code == 302
    )
    with machine():
        assert Draft.objects.get(agency=people.outsider.agency).body["people"]["p2"] == {
            "role": "unknown", "given_name": "Somebody", "family_name": "O’Brien", "date_of_birth": "1980-03-02",
        }  # fmt: skip


def test_the_front_door_searches_its_own_records_only_here_too(people: People) -> None:
    """A1: given the front door, which may see the school's record, then as a sender it finds only its own."""
    arrives("alex")
    manager = signed_in(people.duty_manager)
    draft = manager.post("/refer/", FIRST).headers["Location"]
    assert "Nobody in your records agrees" in text(manager.post(f"{draft}people/", LOOK))


def test_how_people_belong_together_is_said_in_sentences(lead: Client, draft: str) -> None:
    """A1: given two people, then a tie reads as a sentence, can be taken out, and one person alone has none."""
    lead.post(f"{draft}people/", {"name": "Tom Chegwin", "role": "adult"})
    assert lead.post(f"{draft}belonging/", {"start": "p2", "relation": "father", "end": "p2"}).status_code == 422
    lead.post(f"{draft}belonging/", {"start": "p2", "relation": "father", "end": "p1"})
    assert "Tom Chegwin is the father of Morwenna Chegwin" in text(lead.get(f"{draft}belonging/"))
    lead.post(f"{draft}ties/t1/remove/")
    assert "the father of Morwenna" not in text(lead.get(f"{draft}belonging/"))


def test_nobody_outside_the_agency_opens_a_draft(people: People, draft: str) -> None:
    """G4: given the draft of a school, then the front door and an outsider find nothing, and the trail says so."""
    for who in (people.outsider, people.duty_manager):
        client = signed_in(who)
        for path in ("", "safe/", "people/", "people/p1/", "belonging/", "check/", "sent/"):
            assert client.get(f"{draft}{path}").status_code == 404, path
        assert client.post(f"{draft}check/").status_code == 404
    with machine():
        assert TrailEntry.objects.filter(actor=people.outsider.slug, outcome="refused").exists()


def test_each_page_asks_a_counted_number_of_questions(lead: Client, draft: str) -> None:
    """Given a draft with two people and a worry, then each page costs exactly what it should, and its look is in the
    trail."""
    write_the_worry(lead, draft)
    lead.post(f"{draft}people/", {"name": "Tom Chegwin", "role": "adult"})
    asked = {}
    for path in BUDGETS:
        address = "/refer/" if path == "refer/" else f"{draft}{path}"
        asks = partial(lead.post, address, LOOK) if path == "people/" else partial(lead.get, address)
        asks()
        with CaptureQueriesContext(connection) as captured:
            assert asks().status_code == 200
        asked[path] = len(captured)
    assert asked == BUDGETS
    with machine():
        assert TrailEntry.objects.filter(action="look", subject_kind="draft").count() >= len(BUDGETS)


def test_anybody_may_tell_us_and_gets_a_receipt_only(people: People) -> None:
    """A1, A8: given a neighbour without an account, then they are asked for words and a name to call the child by, get
    a receipt, and nothing that was found; the front door has it, and owes no feedback."""
    cache.clear()
    neighbour = Client()
    assert "You need no account" in text(neighbour.get("/tell-us/"))
    refused = neighbour.post("/tell-us/", {"what": "I hear a child crying every night.", "caller": "Mrs Penrose"})
    assert refused.status_code == 422
    assert "I hear a child crying every night." in text(refused)
    done = neighbour.post(
        "/tell-us/",
        {
            "what": "I hear a child crying every night next door.",
            "given_name": "Alex",
            "town": "Camborne",
            "caller": "P",
        },
        follow=True,
    )
    assert re.search(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}", text(done))
    assert not re.search(r"\bD-[0-9A-Z]{4}-", re.sub(r"<[^>]*>", "", text(done)))
    with machine():
        received = ReferralReceived.objects.select_related("fact").get()
        assert (received.fact.agency, received.sender_name) == ("public", "P")
    assert neighbour.get("/tell-us/made-up/").status_code == 404
    assert neighbour.get(f"/our-referrals/{received.receipt}/").status_code == 302


def test_the_public_form_is_limited(people: People) -> None:
    """A1: given much from one place within the hour, then the page asks to ring instead, and nothing is recorded."""
    cache.clear()
    client = Client()
    answers = [client.post("/tell-us/", {"what": ""}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    cache.clear()


def test_what_became_of_it_goes_back_and_is_answered(people: People) -> None:
    """A8: given Alex's referral, when the front door says what it decided, then the school reads it on the page of its
    receipt, which is the reading that counts, and acknowledges or disagrees with a reason."""
    outcome = arrives("alex")
    manager, lead = signed_in(people.duty_manager), signed_in(people.safeguarding_lead)
    address = f"/matters/{outcome.reference}/feedback/"
    assert "Has been told nothing yet" in text(manager.get(address))
    assert manager.post(address, {"receipt": outcome.receipt, "decided": ""}).status_code == 422
    said = {"receipt": outcome.receipt, "decided": "A social worker visits today.", "risk_lower": "not-yet"}
    assert manager.post(address, said).status_code == 302
    with machine():
        assert not FeedbackDelivered.objects.exists()
    own = text(lead.get(f"/our-referrals/{outcome.receipt}/"))
    assert "A social worker visits today." in own
    assert (outcome.reference or "none") not in own
    assert "Not known yet" in own
    with machine():
        assert FeedbackDelivered.objects.count() == 1
    answer = f"/our-referrals/{outcome.receipt}/answer/"
    assert lead.post(answer, {"what": "disagree", "reason": ""}).status_code == 422
    assert lead.post(answer, {"what": "disagree", "reason": "He was hurt before."}).status_code == 302
    said_again = text(manager.get(address))
    assert "Read, and challenged" in said_again
    assert "He was hurt before." in said_again
    with machine():
        challenge = f"/challenges/{DecisionChallenged.objects.get().reference}/"
        other = signed_in(worker("Ruth Hocking", "cornwall-childrens-services", "maru", "service-manager"))
    assert challenge in text(other.get(address))
    assert other.post(challenge, {"outcome": "upheld", "reason": "He is seen today."}).status_code == 302
    assert other.post(challenge, {"outcome": "changed", "reason": "He is not."}).status_code == 422
    answered = text(lead.get(challenge))
    assert "The decision stands: He is seen today." in answered
    assert f"/our-referrals/{outcome.receipt}/" in answered
    assert (outcome.reference or "none") not in answered
    assert "He is seen today." in text(lead.get(f"/our-referrals/{outcome.receipt}/"))
    assert signed_in(people.outsider).get(challenge).status_code == 404
    outsider = signed_in(people.outsider)
    assert outsider.get(address).status_code in {403, 404}
    assert outsider.post(answer, {"what": "acknowledge"}).status_code == 404


def test_an_advice_call_becomes_a_referral(people: People) -> None:
    """A15: given a call that the front door records, then whoever asked reads it, makes it a referral with nothing to
    write again, and an outsider finds nothing."""
    manager, lead = signed_in(people.duty_manager), signed_in(people.safeguarding_lead)
    call = {
        "agency": people.safeguarding_lead.agency,
        "caller_name": "Loveday Rowe",
        "question": "A girl in year 4 is afraid of the weekend. Is that a referral?",
        "given_name": "Morwenna",
        "advice": "Yes: send it today.",
        "because": "She names a person.",
    }
    assert manager.post("/advice/record/", call).status_code == 422
    address = manager.post("/advice/record/", {**call, "refer": "yes"}).headers["Location"]
    assert "afraid of the weekend" in text(lead.get(address))
    draft = lead.post(f"{address}refer/").headers["Location"]
    assert "Morwenna" in text(lead.get(draft))
    assert "afraid of the weekend" in text(lead.get(f"{draft}worries/w1/"))
    assert lead.post(f"{address}refer/").headers["Location"] == draft
    outsider = signed_in(people.outsider)
    assert outsider.get(address).status_code == 404
    assert "Nothing was asked yet" in text(outsider.get("/advice/"))
    assert lead.get("/advice/record/").status_code == 403


def test_the_other_pages_ask_a_counted_number_of_questions_too(people: People) -> None:
    """Given one referral with feedback and one call for advice, then each page about them costs exactly what it should,
    and whoever looks is in the trail."""
    cache.clear()
    outcome = arrives("alex")
    manager, lead = signed_in(people.duty_manager), signed_in(people.safeguarding_lead)
    said = {"receipt": outcome.receipt, "decided": "A social worker visits today.", "risk_lower": "not-yet"}
    manager.post(f"/matters/{outcome.reference}/feedback/", said)
    call = {"agency": people.safeguarding_lead.agency, "question": "Do we refer?", "advice": "Yes.", "because": "Harm."}
    advice = manager.post("/advice/record/", {**call, "refer": "yes"}).headers["Location"]
    pages = {
        "feedback": (manager, f"/matters/{outcome.reference}/feedback/"),
        "our referral": (lead, f"/our-referrals/{outcome.receipt}/"),
        "advice": (lead, "/advice/"),
        "one advice": (lead, advice),
        "record advice": (manager, "/advice/record/"),
        "tell us": (Client(), "/tell-us/"),
    }
    asked = {}
    for name, (client, address) in pages.items():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked[name] = len(captured)
    assert asked == OTHER_BUDGETS
    with machine():
        looks = TrailEntry.objects.filter(action="look", outcome="done")
        for kind in ("matter", "submission", "advice"):
            assert looks.filter(subject_kind=kind).exists(), kind
