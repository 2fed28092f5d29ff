"""Somebody tries to learn through pages what is not theirs: a stranger named, a hidden person between two visible
(G4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.custodians.commands import protect
from daras.exchange.extracts import receive_extract
from daras.frontdoor.document import Address, PersonNamed, RelationshipNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.pdf_text import text_of
from daras.people.models import PersonRecord, RecordPerson

pytestmark = pytest.mark.django_db

SCHOOL = "carn-brea-academy"
#: What the school that knows the child has written, and nobody else may read.
THEIRS = ("Rowse", "Morwenna", "Jake", "Trevenson", "Kerra")


def signed_in(who: Worker) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_naming_a_stranger_shows_only_ones_own_words(people: People) -> None:
    """G4, A1: given a child whom another school has referred, when a worker names the child in a referral of their own
    and opens the child, every relative, the matter, search and the reasons, then they read what they wrote and nothing
    else; nor does a second agency's name or number stand anywhere."""
    theirs = arrives("alex")
    document = referral("alex")
    document["from"] |= {"agency": "hayle-academy", "team": "safeguarding"}
    document["people"] = [
        {key: value for key, value in document["people"][0].items() if key != "address"} | {"ref": "alex"}
    ]
    document["relationships"] = []
    document["concerns"] = [
        {**document["concerns"][0], "about": ["alex"], "suspected": [], "what_happened": "Alex was quiet today."}
    ]
    own = receive(encoded(document), file="own")
    assert own.outcome == "recorded", own.problem
    with machine():
        numbers = sorted(set(RecordPerson.objects.values_list("number", flat=True)))
        (mine,) = set(RecordPerson.objects.filter(record__agency="hayle-academy").values_list("number", flat=True))
    client = signed_in(people.outsider)
    for tab in ("", "family/", "chronology/", "chronology/?family=1", "documents/", "sharing/", "print/"):
        answer = client.get(f"/people/{mine}/{tab}")
        assert answer.status_code == 200, tab
        body = text_of(answer.content) if tab == "print/" else answer.content.decode()
        for secret in THEIRS:
            assert secret not in body, (tab, secret)
        assert "Carn Brea" not in body, tab
        assert str(theirs.reference) not in body, tab
    for number in numbers:
        if number != mine:
            assert client.get(f"/people/{number}/").status_code == 404
    for address in (f"/matters/{theirs.reference}/", f"/matters/{theirs.reference}/who-is-who/"):
        assert client.get(address).status_code in {403, 404}
    assert client.get(f"/our-referrals/{own.receipt}/").status_code == 200
    assert client.get(f"/our-referrals/{theirs.receipt}/").status_code == 404
    found = re.sub(r"<h1.*?</h1>|<input[^>]*>", "", client.post("/find/", {"q": "rowse"}).content.decode())
    assert "Rowse" not in found


HOME = Address(lines=("4 Chapel Row",), town="Hayle", postcode="TR27 4AA")


def _tied(*, with_mother: bool) -> None:
    people = [
        PersonNamed(ref="C-1", role="child", given_name="Piran", family_name="Angove", sex="M",
                    date_of_birth=date(2014, 5, 1), address=HOME),
        PersonNamed(ref="C-2", role="child", given_name="Wenna", family_name="Curnow", sex="F",
                    date_of_birth=date(2016, 6, 2)),
    ]  # fmt: skip
    ties: list[RelationshipNamed] = []
    if with_mother:
        people.append(
            PersonNamed(ref="C-3", role="adult", given_name="Demelza", family_name="Penrose", sex="F",
                        date_of_birth=date(1988, 1, 9), address=HOME)
        )  # fmt: skip
        ties = [RelationshipNamed("C-3", "C-1", "mother"), RelationshipNamed("C-3", "C-2", "mother")]
    receive_extract(SCHOOL, people, ties)


def _number(ref: str) -> str:
    with machine():
        record = PersonRecord.objects.get(agency=SCHOOL, local_id=ref)
        return RecordPerson.objects.get(record=record).number


def _shown(client: Client, prepare: Callable[[], None]) -> dict[str, str]:
    """Everything that is shown of two children, without what differs each time; all taken back."""
    with transaction.atomic():
        prepare()
        numbers = {_number(ref): ref for ref in ("C-1", "C-2")}
        shown = {}
        for number, ref in numbers.items():
            for tab in ("", "family/", "chronology/", "chronology/?family=1", "documents/", "sharing/", "print/"):
                answer = client.get(f"/people/{number}/{tab}")
                assert answer.status_code == 200
                body = text_of(answer.content) if tab == "print/" else answer.content.decode()
                body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
                for each, other in numbers.items():
                    body = body.replace(each, other)
                shown[f"{ref}/{tab}"] = re.sub(r"/restrict/\d+/|nonce-[^']+|value=\"\d+\"", "", body)
        transaction.set_rollback(True)
    audiences.forget_scopes()
    return shown


def test_a_hidden_person_between_two_leaves_no_path_gap_or_number(people: People) -> None:
    """G4, A5: given two children joined by a mother whom a custodian keeps, when the front door opens either child's
    page, family picture, household, chronology and print, then each is to the letter what it is where there is no
    mother at all; and where she is not kept, she is there."""
    with machine():
        worker("Judith Farrell", "cornwall-childrens-services", "legal", "custodian")
    client = signed_in(people.duty_manager)

    def hidden() -> None:
        _tied(with_mother=True)
        with acting_as(people.duty_manager):
            protect(
                people.duty_manager, number=_number("C-3"), protection="refuge", reason="Must not be found.",
                custodian_agency="cornwall-childrens-services",
            )  # fmt: skip

    nobody = _shown(client, lambda: _tied(with_mother=False))
    kept = _shown(client, hidden)
    seen = _shown(client, lambda: _tied(with_mother=True))
    assert kept == nobody
    assert "Penrose" in seen["C-1/family/"]
    assert seen != nobody
