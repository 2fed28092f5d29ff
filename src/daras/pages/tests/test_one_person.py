"""Records in doubt side by side: read, taken apart, kept, joined again; by the front door alone (A5, G2)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.session import machine
from daras.duties.models import DutyState
from daras.exchange.extracts import receive_extract
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.doubts import DOUBT
from daras.pages.tests.partnership import People
from daras.pages.tests.test_who_sees_what import BACKEND, read
from daras.people.models import LinkRecalled, PersonRecord, RecordPerson

HOME = Address(lines=("9 Quay Street",), town="Redruth", postcode="TR15 2AA")
CHILD = PersonNamed(ref="1", role="child", given_name="Demelza", family_name="Angove", sex="F", address=HOME)
#: Statements of one look at records in doubt, the transaction's and the session's included.
QUERIES = 34


def listed(agency: str, ref: str, born: date | None = None) -> int:
    receive_extract(agency, [replace(CHILD, ref=ref, date_of_birth=born)])
    with machine():
        return PersonRecord.objects.get(agency=agency, local_id=ref).pk


@pytest.fixture
def wrong(people: People) -> int:
    """Three records under one number, and the one that is of a cousin."""
    listed("cornwall-childrens-services", "1")
    listed("cornwall-partnership-trust", "2", date(2016, 4, 9))
    return listed("carn-brea-academy", "3", date(2012, 9, 30))


def number_of_record(record: int) -> str:
    with machine():
        return RecordPerson.objects.get(record_id=record).number


def test_a_doubt_is_on_my_work_and_the_desk_and_leads_to_the_records(
    client: Client, people: People, wrong: int
) -> None:
    """A5: given a doubt, then the front door reads it with its reason on My work and on the desk, each with the way to
    the records; there they stand in groups with the evidence, who holds them, and who would be told."""
    path = f"/people/{number_of_record(wrong)}/one-person/"
    for page in ("/", "/desk/"):
        text = read(client, people.duty_manager, page)[1]
        assert "The dates of birth are so far apart that they cannot be one birth." in text
        assert f'href="{path}"' in text
    status, text = read(client, people.duty_manager, path)
    assert status == 200
    for words in (
        "Demelza Angove",
        "9 April 2016",
        "30 September 2012",
        "Carn Brea Academy",
        "Beside the first group:",
    ):
        assert words in text
    again = read(client, people.duty_manager, path)[1]
    assert "If these go, asked to delete what they read:" in again  # the front door itself has looked by now


def test_records_are_taken_apart_and_joined_again(client: Client, people: People, wrong: int) -> None:
    """A5, G2: given nothing chosen or no reason, then each is named and what was typed is kept; given both, then the
    record has a number of its own, who looked is told, and the duty is met; joined again, all stand together."""
    number = number_of_record(wrong)
    path = f"/people/{number}/one-person/"
    client.force_login(people.duty_manager, backend=BACKEND)
    client.get(path)
    nothing = client.post(path, {"do": "split", "reason": "A cousin."})
    assert nothing.status_code == 422
    assert "No record is chosen." in nothing.content.decode()
    assert ">A cousin.</textarea>" in nothing.content.decode()
    bare = client.post(path, {"do": "split", "record": wrong, "reason": ""})
    assert bare.status_code == 422
    assert re.search(rf'value="{wrong}" checked', bare.content.decode())
    assert client.post(path, {"do": "split", "record": wrong, "reason": "A cousin."}).status_code == 302
    assert number_of_record(wrong) != number
    with machine():
        assert DutyState.objects.get(duty__duty_kind=DOUBT).met_at is not None
        assert LinkRecalled.objects.filter(agency=people.duty_manager.agency).exists()
    text = client.get(path).content.decode()
    assert "Taken apart before" in text
    decision = re.search(r'name="decision" value="(\d+)"', text)
    assert decision is not None
    again = {"do": "rejoin", "decision": decision[1]}
    assert "Write how you know that they are one person." in client.post(path, again).content.decode()
    assert client.post(path, again | {"reason": "Seen today: one child."}).status_code == 302
    assert number_of_record(wrong) == number


def test_records_are_kept_together_with_a_reason(client: Client, people: People, wrong: int) -> None:
    """A5: given a doubt, when somebody keeps the records together with a reason, then the page says that nothing speaks
    against it, and the duty is met."""
    path = f"/people/{number_of_record(wrong)}/one-person/"
    client.force_login(people.duty_manager, backend=BACKEND)
    assert client.post(path, {"do": "keep", "reason": " "}).status_code == 422
    assert client.post(path, {"do": "keep", "reason": "The year was mistyped."}).status_code == 302
    assert "Nothing speaks against it" in client.get(path).content.decode()
    assert "they cannot be one birth" not in client.get("/").content.decode()


@pytest.mark.parametrize("who", ["safeguarding_lead", "offender_manager", "outsider"])
def test_nobody_but_the_front_door_opens_it(client: Client, people: People, wrong: int, who: str) -> None:
    """A5, G4: given anybody else, the school whose record it is too, then the page does not open, and nothing is
    parted."""
    number = number_of_record(wrong)
    client.force_login(getattr(people, who), backend=BACKEND)
    assert client.get(f"/people/{number}/one-person/").status_code == 403
    sent = {"do": "split", "record": wrong, "reason": "Ours."}
    assert client.post(f"/people/{number}/one-person/", sent).status_code == 403
    assert "one birth" not in client.get("/").content.decode()
    assert number_of_record(wrong) == number


def test_a_record_that_is_not_there_is_not_parted(client: Client, people: People, wrong: int) -> None:
    """A5: given a number or a record that nobody has, or words in its place, then not found or refused."""
    client.force_login(people.duty_manager, backend=BACKEND)
    assert client.get("/people/P-0000-0000/one-person/").status_code == 404
    path = f"/people/{number_of_record(wrong)}/one-person/"
    for record in ("0", "x", "9" * 30):
        assert client.post(path, {"do": "split", "record": record, "reason": "A cousin."}).status_code == 422
        assert client.post(path, {"do": "rejoin", "decision": record, "reason": "One."}).status_code == 422


def test_it_asks_the_same_however_many_records_there_are(client: Client, people: People, wrong: int) -> None:
    """A5: given three records in doubt or four, then the page takes the same number of queries."""
    path = f"/people/{number_of_record(wrong)}/one-person/"
    client.force_login(people.duty_manager, backend=BACKEND)
    client.get(path)
    counts = []
    for more in (None, "9"):
        if more:
            listed("adult-drug-and-alcohol-service", more)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert counts == [QUERIES, QUERIES]
