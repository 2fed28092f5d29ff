"""The front door sees a matter; its sender sees their own words and duties; anybody else sees nothing (A1, A8, G4)."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.frontdoor.outcome import Outcome
from daras.pages.tests.partnership import People, arrives, worker

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def read(client: Client, worker: Worker, path: str) -> tuple[int, str]:
    """The status and the text of a page as a worker reads it."""
    client.force_login(worker, backend=BACKEND)
    response = client.get(path)
    return response.status_code, html.unescape(response.content.decode())


def trail(**which: object) -> list[tuple[str, str, str, str]]:
    with machine():
        rows = TrailEntry.objects.filter(**which).order_by("id")
        return list(rows.values_list("actor", "subject_kind", "subject_id", "outcome"))


@pytest.fixture
def alex(people: People) -> Outcome:
    """Friday: the school's referral about Alex."""
    return arrives("alex")


def test_the_duty_manager_reads_the_whole_story(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's referral, when the duty manager opens it: who, safe, owed, what, next (A5, A7, J2)."""
    status, text = read(client, people.duty_manager, f"/matters/{alex.reference}/")
    assert status == 200
    for words in (
        "Alex Tregear was seen",
        "I don't want to go to his house any more.",  # the child's own words
        "his cousin has touched him sexually more than once",  # the worry as it was written
        "Jake Rowse",
        "said to have caused harm",
        "a child too",  # J2: suspect and child
        "Telling the parents before advice could let the suspect know.",
        "A strategy discussion is suggested",
        "Decide on a strategy discussion",
        "Nothing about the family has left the front door",
    ):
        assert words in text, words
    order = [text.index(part) for part in ('id="safe"', 'id="owed"', 'id="story"', 'id="people"')]
    assert order == sorted(order)


def test_each_clock_says_whether_it_is_law(client: Client, people: People, alex: Outcome) -> None:
    """Given duties of several kinds, then each clock says in words who set it, and a local one says it is not law."""
    arrives("mark")
    _, text = read(client, people.duty_manager, f"/matters/{alex.reference}/")
    assert ">Local target<" in text
    assert "Not law: " in text
    assert ">Guidance<" in text


def test_the_sender_sees_their_own_words_and_nothing_made_of_them(
    client: Client, people: People, alex: Outcome
) -> None:
    """Given Alex's referral, when the school opens it, then it sees its own receipt and duties only (A1)."""
    arrives("open-case")
    status, text = read(client, people.safeguarding_lead, f"/our-referrals/{alex.receipt}/")
    assert status == 200
    for words in ("his cousin has touched him", "I don't want to go to his house", "Jake Rowse", "What you owe"):
        assert words in text, words
    for kept in (
        "Decide on a strategy discussion",
        "level 4",
        "Level 4",
        "Toby doesn't mind",
        "School nurse",
        alex.reference,
    ):
        assert str(kept) not in text, kept
    assert read(client, people.safeguarding_lead, f"/matters/{alex.reference}/")[0] == 404


def test_an_outsider_is_told_nothing_and_the_trail_knows(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's referral, when another school asks, then it cannot tell it from one that does not exist (G4)."""
    answers = [
        read(client, people.outsider, path)
        for path in (f"/matters/{alex.reference}/", "/matters/D-0000-0000/", f"/our-referrals/{alex.receipt}/")
    ]
    assert [status for status, _ in answers] == [404, 404, 404]
    bodies = {text.split("<main", 1)[1].split("</main", 1)[0] for _, text in answers}
    assert len(bodies) == 1
    refused = trail(actor="kensa-bolitho", outcome="refused")
    assert ("kensa-bolitho", "page", f"/matters/{alex.reference}/", "refused") in refused
    assert "Nothing is owed" in read(client, people.outsider, "/")[1]
    assert "sent nothing yet" in read(client, people.outsider, "/our-referrals/")[1]


def test_whoever_looks_at_a_matter_has_looked_at_each_person(client: Client, people: People, alex: Outcome) -> None:
    """Given a matter with eight people, when it is opened, then the trail names the matter and each of them (G4)."""
    read(client, people.duty_manager, f"/matters/{alex.reference}/")
    looks = trail(actor="jenifer-pascoe", action="look")
    assert ("jenifer-pascoe", "matter", alex.reference or "", "done") in looks
    numbers = {each.person for each in alex.people} | {each.person for each in alex.network}
    assert {subject for _, kind, subject, _ in looks if kind == "person"} == numbers


def test_somebody_who_asked_to_stay_unnamed_is_named_to_the_front_door_only(client: Client, people: People) -> None:
    """Given Jenna, who asked to stay unnamed, then even those who sent her news do not read her name (A8)."""
    news = arrives("no-known-child")
    _, text = read(client, people.duty_manager, f"/matters/{news.reference}/")
    assert "Jenna" in text
    assert "asked to stay unnamed" in text
    assert "No child is known here yet" in text
    with machine():
        sender = Worker.objects.create(
            slug="recovery", name="Recovery worker", email="recovery@workers.example", role="recovery-worker",
            agency="adult-drug-and-alcohol-service", team="adults",
        )  # fmt: skip
    for path in (f"/our-referrals/{news.receipt}/", "/", "/notices/"):
        status, text = read(client, sender, path)
        assert status == 200, path
        assert "Jenna" not in text, path


def test_news_on_an_open_case_says_so(client: Client, people: People, alex: Outcome) -> None:
    """Given Alex's open case, when the nurse writes to the worker, then the page weighs it like new news (B1)."""
    later = arrives("open-case")
    assert later.reference == alex.reference
    _, text = read(client, people.duty_manager, f"/matters/{alex.reference}/")
    assert "news on an open case" in text
    assert text.index("Jake said Toby doesn't mind.") < text.index("I don't want to go to his house")
    assert "Decide on a strategy discussion (2)" in text  # one line that opens, each with the news it is owed for
    assert "For the referral from Carn Brea Academy" in text
    assert "has not been seen" in text


def test_an_owner_elsewhere_sees_their_duty_and_not_the_matter(client: Client, people: People) -> None:
    """Given an allegation against a coach, when the designated officer looks: their duty, not the matter (A17, G4)."""
    news = arrives("no-known-child")
    with machine():
        officer = worker("Elowen Trig", "cornwall-childrens-services", "designated-officer", "designated-officer")
    owed = [duty for duty in news.duties if duty.owner == "cornwall-childrens-services/designated-officer"]
    assert owed
    _, text = read(client, officer, "/")
    assert owed[0].because in text
    assert "Jenna" not in text
    assert f"/matters/{news.reference}/" not in text
    assert read(client, officer, f"/matters/{news.reference}/")[0] == 404


def test_nothing_reaches_an_agency_that_is_only_to_be_invited(client: Client, people: People) -> None:
    """Given Mark's referral, when nobody has convened, then probation owes and reads nothing yet (B1)."""
    mark = arrives("mark")
    assert any(duty.owner == "probation-service/cornwall-sexual-offences" for duty in mark.duties)
    for path in ("/", "/notices/"):
        status, text = read(client, people.offender_manager, path)
        assert status == 200
        assert mark.reference is not None
        assert mark.reference not in text
        assert "Mark" not in text.split("<main")[1]
    assert read(client, people.offender_manager, f"/matters/{mark.reference}/")[0] == 404


def test_notices_name_nobody(client: Client, people: People, alex: Outcome) -> None:
    """Given what teams were told, then a notice says what and where, and no name (interface: screen 8)."""
    status, text = read(client, people.duty_manager, "/notices/")
    assert status == 200
    assert alex.reference is not None
    assert f'href="/matters/{alex.reference}/"' in text
    assert "Alex" not in text.split("<main")[1]
    _, text = read(client, people.safeguarding_lead, "/notices/")
    assert f'href="/our-referrals/{alex.receipt}/"' in text


@pytest.mark.parametrize(("asked", "where"), [("{reference}", "/matters/{reference}/"), ("{receipt}", None)])
def test_finding_goes_straight_to_what_may_be_seen(
    client: Client, people: People, alex: Outcome, asked: str, where: str | None
) -> None:
    """Given a reference read out on the telephone, written any way, then it is found; another's receipt is not."""
    client.force_login(people.duty_manager, backend=BACKEND)
    written = asked.format(reference=alex.reference, receipt=alex.receipt).lower().replace("-", " ")
    response = client.post("/find/", {"q": written})
    if where is None:
        assert response.status_code == 200
        assert "Nothing found" in response.content.decode()
    else:
        assert response.headers["Location"] == where.format(reference=alex.reference)
