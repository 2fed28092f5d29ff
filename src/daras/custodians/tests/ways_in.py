"""The ways by which an outsider may send an NHS number or a name: search, a referral by page, API and file, and the
summary by API (G4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.test import Client

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.api.authentication import issue
from daras.custodians.commands import protect
from daras.custodians.tests.conftest import TRUST
from daras.exchange.extracts import receive_extract
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.people.models import PersonRecord, RecordPerson

SCHOOL = "carn-brea-academy"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Child:
    """Somebody whose number and name are sent. Each of these is found by as many keys as the other."""

    nhs_number: str
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


MELDER, TALLAN = Child("9000001080", "Melder", "Polglase"), Child("9434765919", "Tallan", "Chegwidden")
Told = object
Way = Callable[[Child], Told]


def listed(child: Child, *, by: str = TRUST) -> str:
    """An agency's list brings a child: their number among people."""
    row = PersonNamed(
        ref=f"T-{child.nhs_number}",
        role="child",
        given_name=child.given_name,
        family_name=child.family_name,
        date_of_birth=date(2015, 3, 22),
        sex="F",
        identifiers=(("nhs-number", child.nhs_number),),
        address=Address(lines=("17 Trevenson Close",), town="Camborne", postcode="TR14 8AB"),
    )
    receive_extract(by, [row])
    with machine():
        record = PersonRecord.objects.get(agency=by, local_id=row.ref)
        return RecordPerson.objects.get(record=record).number


def protected(manager: Worker, child: Child) -> None:
    """The child is listed, and then protected; the council's custodians hold it."""
    number = listed(child)
    with acting_as(manager):
        protect(
            manager, number=number, protection="refuge", reason="Must not be found.",
            custodian_agency="cornwall-childrens-services",
        )  # fmt: skip


def ways_in(workers: Mapping[str, Worker]) -> dict[str, Way]:
    """Each way, by name: what is done for one child, and what is told back."""
    with machine():
        token = issue(SCHOOL, "school system")
    system = Client(headers={"authorization": f"Bearer {token}"})
    lead = Client()
    lead.force_login(workers["safeguarding-lead"], backend=BACKEND)

    def search(words: Callable[[Child], str]) -> Way:
        def searched(child: Child) -> Told:
            answer = lead.post("/find/", {"q": words(child)})
            return answer.status_code, answer.content.decode().replace(words(child), "")

        return searched

    def by_api(child: Child) -> Told:
        answer = system.post("/api/v1/referrals", paper(child), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    def by_summary(child: Child) -> Told:
        body = {"nhs_number": child.nhs_number, "by": workers["safeguarding-lead"].slug, "reason": "Seen in school"}
        answer = system.post("/api/v1/summary", json.dumps(body), content_type="application/json")
        return answer.status_code, {**json.loads(answer.content), "asked_at": ""}

    def by_file(child: Child) -> Told:
        outcome = receive(paper(child), file="sent")
        return str(outcome)

    return {
        "search by number": search(lambda child: child.nhs_number),
        "search by name": search(lambda child: child.name),
        "referral by page": lambda child: _by_page(lead, child),
        "referral by API": by_api,
        "referral by file": by_file,
        "summary by API": by_summary,
    }


def _by_page(lead: Client, child: Child) -> Told:
    """From the first question to the receipt."""
    draft = lead.post(
        "/refer/",
        {
            "people-p1-given_name": child.given_name,
            "people-p1-family_name": child.family_name,
            "people-p1-date_of_birth": "22 March 2015",
            "safe-p1-seen": "yes",
            "safe-p1-seen_by": "class teacher",
        },
    ).headers["Location"]
    person = {"people-p1-nhs_number": child.nhs_number, "people-p1-given_name": child.given_name}
    lead.post(f"{draft}people/p1/", {"shown": "3", **person, "people-p1-family_name": child.family_name})
    worry = lead.post(f"{draft}worries/").headers["Location"]
    lead.post(
        worry,
        {
            "shown": "2",
            "worries-w1-what_happened": "Does not want to go home at the weekend.",
            "worries-w1-about": "p1",
            "worries-w1-category": "other",
            "worries-w1-occurred_at": "11 2026",
        },
    )
    checked = lead.get(f"{draft}check/")
    done = lead.post(f"{draft}check/", follow=True)
    assert "is with the front door" in done.content.decode()
    return checked.status_code, done.status_code, checked.content.decode(), done.content.decode()


def paper(child: Child) -> bytes:
    """The example referral, about this child."""
    document = referral("alex")
    document["people"][0] |= {"given_name": child.given_name, "family_name": child.family_name, "sex": "F"}
    document["people"][0]["identifiers"][0]["value"] = child.nhs_number
    return encoded(document)


def and_taken_back(way: Way, child: Child) -> Told:
    """As it is, and as if it had not been: each time finds the same database."""
    with transaction.atomic():
        told = way(child)
        transaction.set_rollback(True)
    audiences.forget_scopes()
    return told
