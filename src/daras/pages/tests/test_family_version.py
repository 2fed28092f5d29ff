"""A family's own version: written by one, released by another, given to one of them, naming nobody else (A8, B4)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.disclosures.commands import prepare
from daras.disclosures.models import FamilyVersionGiven, FamilyVersionPrepared, FamilyVersionReviewed
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.pages.tests import matterhorn
from daras.pages.tests.partnership import arrives, worker
from daras.pages.tests.pdf_text import text_of
from daras.pages.tests.test_discussion import (
    BACKEND,
    SOCIAL_CARE,
    Desk,
    convened,
    desk,
    problems,
    record_of,
    typed_as_it_stands,
)
from daras.safety import protecting
from daras.working_time import clock

__all__ = ["convened", "desk"]  # the fixtures of the discussion's own tests

BUDGETS = {"versions": 48, "version": 47, "print": 48}
WORDS = {
    "decided": "Social workers and the police met on Tuesday about Alex.\nWe think he may have been harmed.",
    "next_steps": "A social worker sees Alex and you on Wednesday. Alex can say what he wants.",
    "whom_to_ask": "Ring the MARU. If you are not content, you can complain to Cornwall Council.",
}


@pytest.fixture
def writer(desk: Desk) -> Worker:
    with machine():
        return worker("Rosenwyn Tallack", SOCIAL_CARE, "maru", "social-worker")


def choice(client: Client, who: Worker, path: str, words: str) -> str:
    """The value of the choice whose words these are."""
    client.force_login(who, backend=BACKEND)
    text = html.unescape(client.get(path).content.decode())
    for value, said in re.findall(r'value="(\d+/\d+)"[^>]*>\s*<label[^>]*>\s*([^<]+?)\s*</label>', text):
        if words in said:
            return str(value)
    raise AssertionError(f"no choice {words!r}")


def write(client: Client, who: Worker, convened: str, **changed: str) -> tuple[int, str]:
    """Write a version for Alex's mother; the status, and where it is or what is wrong."""
    path = f"{convened}family/"
    mother = choice(client, who, path, "for Kerra Tregear")
    typed = {"recipient": mother, **WORDS, **changed}
    response = client.post(path, {f"family-{name}": value for name, value in typed.items()})
    text = html.unescape(response.content.decode())
    return response.status_code, response.headers.get("Location", "") or problems(text)


def post(client: Client, who: Worker, path: str, **typed: str) -> int:
    client.force_login(who, backend=BACKEND)
    return client.post(path, {name.replace("__", "-"): value for name, value in typed.items()}).status_code


def test_one_writes_another_releases_and_it_is_given_as_a_disclosure(
    client: Client, desk: Desk, convened: str, writer: Worker
) -> None:
    """B4, A8, D10: given a version for Alex's mother, then it is printed only after another person has released it,
    and what was given to whom, how and when is a fact of its own."""
    manager = desk.people.duty_manager
    status, place = write(client, writer, convened)
    assert status == 302
    assert client.get(f"{place}print/").status_code == 403
    assert post(client, writer, place, review__released="yes") == 422
    with machine():
        assert not FamilyVersionReviewed.objects.exists()
    assert post(client, manager, place, give__how="post", give__by_whom="x", give__given_at="2026-11-24T09:00") == 422
    assert post(client, manager, place, review__released="yes") == 302
    assert post(client, manager, place, review__released="yes") == 422, "a second time"

    made = client.get(f"{place}print/")
    assert made.status_code == 200
    text = text_of(made.content, artifacts=True)
    for words in ("For Kerra Tregear", "We think he may have been harmed.", "you can complain", "24 November 2026"):
        assert words in text, words
    for kept in ("WORKING COPY", desk.reference, "Toby", "Jake", "Read by", "Made the referral"):
        assert kept not in text, kept
    for size in ("", "?size=large"):
        assert matterhorn.failures(client.get(f"{place}print/{size}").content) == []

    given = {"give__how": "in-person", "give__by_whom": "Rosenwyn Tallack", "give__given_at": "2026-11-24T09:25"}
    assert post(client, writer, place, **given) == 302
    with machine():
        fact = FamilyVersionGiven.objects.select_related("fact").get()
        exports = TrailEntry.objects.filter(action="export", subject_kind="print")
        assert (fact.recipient, fact.how, fact.fact.kind) == ("Kerra Tregear", "in-person", "family-version-given")
        assert exports.filter(subject_id=place.rstrip("/").rpartition("/")[2]).count() == 3
        assert TrailEntry.objects.filter(reason="disclosed to the family", actor="rosenwyn-tallack").count() == 1
    assert "Given to Kerra Tregear in person, by Rosenwyn Tallack" in client.get(place).content.decode()


def test_it_goes_back_with_a_reason(client: Client, desk: Desk, convened: str, writer: Worker) -> None:
    """Given a version that is not ready, then sending it back needs a reason, and it never prints (B4)."""
    _, place = write(client, writer, convened)
    manager = desk.people.duty_manager
    assert post(client, manager, place, review__released="no") == 422
    assert post(client, manager, place, review__released="no", review__reason="Too many long words.") == 302
    assert client.get(f"{place}print/").status_code == 403
    assert "Too many long words." in client.get(f"{convened}family/").content.decode()


@pytest.mark.parametrize("name", ["Toby", "Jake Rowse", "toby", "Rowse"])
def test_nobody_outside_the_family_is_named(
    client: Client, desk: Desk, convened: str, writer: Worker, name: str
) -> None:
    """A8, G4: given another child's or a suspect's name in the words, then it is refused in the words as typed."""
    status, wrong = write(client, writer, convened, decided=f"We met about Alex and {name}.")
    assert status == 422
    assert f"not of this family: {name}." in wrong
    with machine():
        assert not FamilyVersionPrepared.objects.exists()


def test_the_family_itself_is_named(client: Client, desk: Desk, convened: str, writer: Worker) -> None:
    """Given Alex and his mother's names, then nothing is refused (A8)."""
    assert write(client, writer, convened, decided="Alex Tregear and Kerra, his mother.")[0] == 302


def test_a_referrer_of_the_public_stays_unnamed_in_every_copy(client: Client, desk: Desk, writer: Worker) -> None:
    """A8: given a neighbour who wrote about a child, then no family's version and no print names them."""
    document = {
        "format": "daras-referral/1",
        "kind": "referral",
        "sent_at": clock.now().isoformat(),
        "from": {"agency": "public", "name": "Tamsyn Quiller", "phone": "01632 960999"},
        "people": [
            {
                "ref": "child",
                "role": "child",
                "given_name": "Merryn",
                "family_name": "Angove",
                "date_of_birth": "2017-02-03",
            }
        ],
        "concerns": [
            {"about": ["child"], "category": "sexual", "what_happened": "She said that an adult touches her at night."}
        ],
    }
    outcome = receive(encoded(document))
    assert outcome.outcome == "recorded", outcome.problem
    manager = desk.people.duty_manager
    path = f"/matters/{outcome.reference}/convene/"
    client.force_login(manager, backend=BACKEND)
    typed = typed_as_it_stands(html.unescape(client.get(path).content.decode())) | {"reason": "She may be harmed."}
    response = client.post(path, typed)
    assert response.status_code == 302, problems(response.content.decode())
    place = response.headers["Location"].removesuffix("minutes/")
    for page in (f"{place}print/", f"{place}print/actions/"):
        assert "Quiller" not in text_of(client.get(page).content, artifacts=True)
    child = choice(client, writer, f"{place}family/", "for Merryn Angove")
    for said in ("Mrs Quiller wrote to us.", "Tamsyn rang us."):
        words = {"recipient": child, **WORDS, "decided": said}
        sent = client.post(f"{place}family/", {f"family-{name}": value for name, value in words.items()})
        assert sent.status_code == 422, said
    with machine():
        assert not FamilyVersionPrepared.objects.exists()


def test_who_is_said_to_have_harmed_is_never_a_recipient(
    client: Client, desk: Desk, convened: str, writer: Worker
) -> None:
    """G5: given the suspect, then no choice offers him, and a forged one is refused."""
    client.force_login(writer, backend=BACKEND)
    text = html.unescape(client.get(f"{convened}family/").content.decode())
    assert "for Jake Rowse" not in text
    with acting_as(writer), pytest.raises(Refused) as refused:
        prepare(
            writer,
            convened.split("/")[2],
            child_record_id=record_of("Alex"),
            recipient_record_id=record_of("Jake"),
            **WORDS,
        )
    assert refused.value.code == "not-to-be-told"


def test_whoever_is_kept_from_contact_is_never_a_recipient(
    client: Client, desk: Desk, convened: str, writer: Worker
) -> None:
    """G5: given Alex's mother, whose contact a court prohibits, then the matter says so at its top, no choice offers
    her the family's version, and a forged one is refused."""
    with machine():
        matter = Matter.objects.get(pk=MeetingCalled.objects.get(reference=convened.split("/")[2]).fact.matter_id or 0)
    with acting_as(desk.people.duty_manager):
        protecting.record(
            desk.people.duty_manager,
            matter.reference,
            protection="no-contact",
            person_record_id=record_of("Kerra"),
            since=clock.now() - timedelta(days=1),
            words="Order of the family court, seen.",
            holder_agency=SOCIAL_CARE,
        )
    client.force_login(writer, backend=BACKEND)
    page = html.unescape(client.get(f"/matters/{matter.reference}/").content.decode())
    assert "Contact that is prohibited" in page
    assert "for Kerra Tregear" not in html.unescape(client.get(f"{convened}family/").content.decode())
    with acting_as(writer), pytest.raises(Refused) as refused:
        prepare(
            writer,
            convened.split("/")[2],
            child_record_id=record_of("Alex"),
            recipient_record_id=record_of("Kerra"),
            **WORDS,
        )
    assert refused.value.code == "not-to-be-told"


def test_it_is_the_front_doors_social_workers_alone(client: Client, desk: Desk, convened: str, writer: Worker) -> None:
    """G4: given partners who take part, contribute, or have no part, then none of it is theirs; the look is kept."""
    _, place = write(client, writer, convened)
    for who, status in (
        (desk.nurse, 403),
        (desk.health, 403),
        (desk.people.safeguarding_lead, 404),
        (desk.people.outsider, 404),
        (desk.people.out_of_hours, 403),  # written and released by day
    ):
        client.force_login(who, backend=BACKEND)
        for path in (f"{convened}family/", place, f"{place}print/"):
            assert client.get(path).status_code == status, (who.name, path)
    with machine():
        hub = Fact.objects.get(kind="family-version-prepared").audience_id
        assert hub & 0xFFFFFFFF == 0, "the day team's standing audience and no other"
    with acting_as(desk.people.out_of_hours):
        assert not FamilyVersionPrepared.objects.exists()
    with machine():
        assert TrailEntry.objects.filter(
            actor="rosenwyn-tallack", action="look", subject_kind="family version"
        ).exists()


def test_each_page_asks_a_fixed_number_of_queries(client: Client, desk: Desk, convened: str, writer: Worker) -> None:
    """Given the pages and the print, then each asks exactly within its budget."""
    arrives("julie")
    _, place = write(client, writer, convened)
    asked = {}
    for name, path in (("versions", f"{convened}family/"), ("version", place)):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked[name] = len(captured)
    post(client, desk.people.duty_manager, place, review__released="yes")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{place}print/").status_code == 200
    asked["print"] = len(captured)
    assert asked == BUDGETS
