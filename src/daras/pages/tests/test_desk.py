"""The front door's desk: what owes a decision first, news on an open case like any other (A6, B1)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import Worker
from daras.access.session import acting_as
from daras.frontdoor.intake import receive
from daras.pages.tests.partnership import REFERRALS, People
from daras.pages.wording import addressed, told_apart
from daras.people.models import BirthKnown, NameKnown
from daras.people.queries import PersonKnown
from daras.safety import analysing

pytestmark = pytest.mark.django_db


def bring(*names: str) -> list[str]:
    """Receive examples; returns their matters' references."""
    return [receive((Path(REFERRALS) / f"{name}.json").read_bytes()).reference or "" for name in names]


def signed_in(worker: Worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


def test_the_desk_shows_who_what_from_whom_and_by_when(people: People) -> None:
    """A6, B1: given Mark's, Alex's and the nurse's news, then the desk has a line for each matter with the child, the
    worry, the senders, the indicators and the clock; the open case says that news came, and each line leads to the
    decision."""
    bring("mark", "alex", "open-case")
    page = signed_in(people.duty_manager).get("/desk/").content.decode()
    for words in (
        "Mark Penrose, 4",
        "Alex Tregear, 11",
        "Carn Brea Academy and Cornwall Partnership",
        "News on an open case",
    ):
        assert words in page
    assert page.count("Decide<span") == 3  # Mark's, Alex's, and Jake's own


def test_a_matter_decided_leaves_the_first_view(people: People) -> None:
    """A6: given a decision, then the matter is no more among those that owe one, and is still among all that are
    open."""
    (reference,) = bring("mark")
    client = signed_in(people.duty_manager)
    client.post(f"/matters/{reference}/decide/", {"decision": "strategy-discussion", "reason": "At once."})
    assert reference not in client.get("/desk/").content.decode()
    assert reference in client.get("/desk/?show=all").content.decode()
    assert reference not in client.get("/desk/?show=all&authority=420").content.decode()


def test_the_desk_costs_the_same_for_one_matter_and_for_many(people: People) -> None:
    """A6: given four matters or five, then the desk takes the same number of queries: one for each kind of fact that
    is there, of which one matter alone has fewer."""
    client = signed_in(people.duty_manager)
    counts = []
    for names in (["mark"], ["alex", "julie", "no-known-child"], ["open-case"]):
        bring(*names)
        client.get("/desk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/")
        counts.append(len(queries))
    assert counts == QUERIES


#: Statements of one look at the desk, the transaction's and the session's included.
QUERIES = [25, 27, 27]


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider"])
def test_the_desk_is_the_front_doors(people: People, who: str) -> None:
    """G4: given anybody outside the front door, then the desk does not open and is not offered."""
    client = signed_in(getattr(people, who))
    assert client.get("/desk/").status_code == 403
    assert "/desk/" not in client.get("/").content.decode()


def test_risk_comes_before_the_clock_and_the_clock_before_the_hour_it_came(people: People) -> None:
    """A6: given a worry of the lowest level that is due first and Mark's of the highest, then Mark is first; a child
    who has not been seen is said to be; the scaling of the analysis stands in its line, and beside the local hours the
    ceiling."""
    document = json.loads((Path(REFERRALS) / "mark.json").read_bytes())
    child = {"ref": "c", "role": "child", "given_name": "Wenna", "family_name": "Nance", "date_of_birth": "2019-02-03"}
    quiet = {
        "format": document["format"], "kind": "referral", "sent_at": "2026-11-23T09:00:00+00:00",
        "from": {"agency": "hayle-academy"}, "people": [child], "safe_now": {"c": {"seen": False}},
        "concerns": [{"about": ["c"], "category": "other", "what_happened": "Wenna comes without breakfast."}],
    }  # fmt: skip
    receive(json.dumps(quiet).encode())
    (reference,) = bring("mark")
    client = signed_in(people.duty_manager)
    page = client.get("/desk/").content.decode()
    assert page.index("Mark Penrose, 4") < page.index("Wenna Nance, 7")
    assert page.count(">Not seen<") == 1
    assert page.index(">Not seen<") > page.index("Wenna Nance, 7")
    assert "(guidance)" in page
    with acting_as(people.duty_manager):
        analysing.analyse(
            people.duty_manager, reference, worries="He moves in.", what_works="His mother.", must_happen="A plan.",
            scaling=3, recommendation="strategy-discussion", because="Before he moves in.",
        )  # fmt: skip
    assert "Scaled 3 of 10" in client.get("/desk/").content.decode()


def test_two_people_of_one_name_are_told_apart_or_counted(people: People) -> None:
    """A5: given two people called Steven Rowse, then a title tells them apart by their birth dates, and counts them
    where these are not known."""
    both = [PersonKnown(1, "P-1"), PersonKnown(2, "P-2")]
    for person in both:
        person.names = [NameKnown(use="current", given_name="Steven", family_name="Rowse")]
    on = date(2026, 11, 24)
    assert told_apart(both, on) == "2 people called Steven Rowse"
    both[0].births = [BirthKnown(date_of_birth=date(1980, 1, 2), role="adult")]
    both[1].births = [BirthKnown(date_of_birth=date(2010, 3, 4), role="child")]
    assert told_apart(both, on).startswith("Steven Rowse (born 2 January 1980")
    assert told_apart(both, on).count("Steven Rowse") == 2
    assert told_apart(both[:1], on) == "Steven Rowse"


def test_to_whom_news_was_sent_is_said_by_name() -> None:
    """B1: given a document that was sent to the allocated social worker, then the page says the agency's name and the
    post, and no id."""
    assert addressed("cornwall-childrens-services / allocated social worker").endswith(", allocated social worker")
    assert "cornwall-childrens-services" not in addressed("cornwall-childrens-services / maru / Jo")
    assert addressed("somebody at the council") == "somebody at the council"
