"""The front door's desk: what owes a decision first, news on an open case like any other (A6, B1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import Worker
from daras.frontdoor.intake import receive
from daras.pages.tests.partnership import REFERRALS, People

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
    """A6: given one matter or four, then the desk takes the same number of queries."""
    client = signed_in(people.duty_manager)
    counts = []
    for names in (["mark"], ["alex", "julie", "no-known-child"]):
        bring(*names)
        client.get("/desk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/")
        counts.append(len(queries))
    assert counts[0] == counts[1] == QUERIES


#: Statements of one look at the desk, the transaction's and the session's included.
QUERIES = 26


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider"])
def test_the_desk_is_the_front_doors(people: People, who: str) -> None:
    """G4: given anybody outside the front door, then the desk does not open and is not offered."""
    client = signed_in(getattr(people, who))
    assert client.get("/desk/").status_code == 403
    assert "/desk/" not in client.get("/").content.decode()
