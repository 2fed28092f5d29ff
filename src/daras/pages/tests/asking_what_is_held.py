"""A child, a father who is said to have harmed, a mother who has fled with the child; and what four agencies hold."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client

from daras.access.models import Installation, Worker
from daras.access.session import acting_as, machine
from daras.custodians.commands import protect
from daras.custodians.tests.conftest import CUSTODIANS
from daras.exchange.extracts import receive_extract
from daras.exchange.installation import install_all
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.markers import mark
from daras.frontdoor.tests.conftest import SEATS
from daras.frontdoor.tests.documents import encoded
from daras.handling.commands import Grade, grade_entry
from daras.ledger.models import Fact
from daras.pages import installation
from daras.pages.tests.partnership import worker
from daras.people.models import AddressStay, NameKnown, RecordPerson
from daras.rights.models import PartOpened
from daras.working_time import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
POLICE, HEALTH, COUNCIL, SCHOOL = (
    "devon-and-cornwall-police", "cornwall-partnership-trust", "cornwall-childrens-services", "carn-brea-academy",
)  # fmt: skip
#: What must reach nobody who is said to have harmed: where they are, who wrote to us, how it is graded, what was said.
REFUGE, TRUSTS_OWN = "Lantern Court", "6 Harbour Steps"
REFERRER = "Tamsin Quick"
CONDITIONS = "Not to be told to the family of the source"
ABUSE = "touches her at night"
VOICE = "I do not want to see my dad"
SECRETS = (REFUGE, TRUSTS_OWN, REFERRER, "Quick", CONDITIONS, "1AC", ABUSE, VOICE, "Graded")


@dataclass(frozen=True, slots=True)
class World:
    """Everybody, and the numbers of the child and the father."""

    workers: dict[str, Worker]
    child: str
    father: str
    reference: str  # of the matter


def numbered(given: str) -> str:
    """The number of somebody by a given name."""
    with machine():
        name = NameKnown.objects.select_related("fact").filter(given_name=given).order_by("fact_id").first()
        assert name is not None
        return RecordPerson.objects.get(record=name.fact.person_record_id or 0).number


def record_of(given: str, agency: str = SCHOOL) -> int:
    """An agency's record of somebody."""
    with machine():
        name = NameKnown.objects.filter(given_name=given, fact__agency=agency).select_related("fact").first()
        assert name is not None
        return name.fact.person_record_id or 0


def settled(*, child_born: str = "2013-05-04") -> World:
    """The school refers a girl whose father is said to harm her; health and the police hold her, too."""
    installation._is_synthetic.cache_clear()
    install_all()
    with machine():
        Installation.objects.create(synthetic=True, made_at=clock.now())
        workers = {
            seat: worker(seat.replace("-", " ").title(), agency, team, role)
            for seat, (agency, team, role) in (
                SEATS | CUSTODIANS | {"second-lead": (SCHOOL, "safeguarding", "designated-safeguarding-lead")}
            ).items()
        }
    outcome = receive(encoded(_referral(child_born)))
    assert outcome.outcome == "recorded", outcome.problem
    for agency, street in ((HEALTH, TRUSTS_OWN), (POLICE, "4 Beacon Road")):
        receive_extract(agency, [_listed(agency, street, child_born)])
    with acting_as(workers["officer"]):
        stay = AddressStay.objects.filter(fact__agency=POLICE).first()
        assert stay is not None
        grade_entry(workers["officer"], stay.pk, Grade("1", "A", "C", CONDITIONS))
    with acting_as(workers["duty-manager"]):
        mark(workers["duty-manager"], number=numbered("Wenna"), is_set=True, reason=f"She says that he {ABUSE}.")
    _mother_is_protected(workers)
    return World(workers, numbered("Wenna"), numbered("Denzel"), outcome.reference or "")


def _referral(child_born: str) -> dict[str, Any]:
    home = {"lines": ["12 Foundry Row"], "town": "Redruth", "postcode": "TR15 1AA"}
    child = {
        "ref": "child", "role": "child", "given_name": "Wenna", "family_name": "Trease", "date_of_birth": child_born,
        "sex": "F", "identifiers": [{"system": "nhs-number", "value": "9000001080"}], "address": home,
    }  # fmt: skip
    father = {
        "ref": "father", "role": "adult", "given_name": "Denzel", "family_name": "Trease",
        "date_of_birth": "1981-02-11", "sex": "M", "address": home,
    }  # fmt: skip
    mother = {
        "ref": "mother", "role": "adult", "given_name": "Elowen", "family_name": "Pengelly",
        "date_of_birth": "1984-09-30", "sex": "F", "address": home,
    }  # fmt: skip
    return {
        "format": "daras-referral/1",
        "kind": "referral",
        "sent_at": clock.now().isoformat(),
        "from": {"agency": SCHOOL, "team": "safeguarding", "name": REFERRER, "role": "teacher"},
        "people": [child, father, mother],
        "relationships": [
            {"from": "father", "to": "child", "type": "father"},
            {"from": "mother", "to": "child", "type": "mother"},
        ],
        "concerns": [
            {
                "about": ["child"],
                "suspected": ["father"],
                "category": "sexual-abuse-in-the-family",
                "what_happened": f"She told {REFERRER} that her father {ABUSE}.",
                "seen_or_heard_by": REFERRER,
            }
        ],
        "voice_of_child": {"child": {"text": VOICE}},
    }


def _listed(agency: str, street: str, child_born: str) -> PersonNamed:
    return PersonNamed(
        ref=f"{agency}-1", role="child", given_name="Wenna", family_name="Trease",
        date_of_birth=date.fromisoformat(child_born), sex="F", identifiers=(("nhs-number", "9000001080"),),
        address=Address(lines=(street,), town="Penzance", postcode="TR18 2AA"),
    )  # fmt: skip


def _mother_is_protected(workers: dict[str, Worker]) -> None:
    """The refuge's address stands on the mother's own record, which a custodian keeps."""
    receive_extract(
        HEALTH,
        [
            PersonNamed(
                ref="refuge",
                role="adult",
                given_name="Elowen",
                family_name="Pengelly",
                date_of_birth=date(1984, 9, 30),
                sex="F",
                address=Address(lines=(REFUGE,), town="Truro", postcode="TR1 1AA"),
            )
        ],
    )
    manager = workers["duty-manager"]
    with acting_as(manager):
        protect(
            manager, number=numbered("Elowen"), protection="refuge", reason="Her address must not be known.",
            custodian_agency=COUNCIL,
        )  # fmt: skip


class Visitor:
    """Somebody of an agency at the pages."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def opens(self, who: Worker, path: str) -> tuple[int, str]:
        self.client.force_login(who, backend=BACKEND)
        response = self.client.get(path)
        return response.status_code, html.unescape(response.content.decode("utf-8", "replace"))

    def sends(self, who: Worker, path: str, typed: Mapping[str, str]) -> tuple[int, str, str]:
        """The status, where it leads, and the page."""
        self.client.force_login(who, backend=BACKEND)
        response = self.client.post(path, dict(typed))
        return response.status_code, response.headers.get("Location", ""), html.unescape(response.content.decode())

    def asks(self, who: Worker, number: str, **typed: str) -> str:
        """Begin a case on somebody's page; its address."""
        said = {
            "capacity": "parent", "asker_name": "Denzel Trease", "asker_contact": "By post to his solicitor.",
            "whole": "yes", "received_at": "2026-11-23T10:00",
        } | typed  # fmt: skip
        status, place, text = self.sends(who, f"/people/{number}/rights/", said)
        assert status == 302, problems(text)
        assert place.startswith("/rights/A-"), place
        return place

    def step(self, who: Worker, place: str, step: str, **typed: str) -> tuple[int, str]:
        status, _, text = self.sends(who, f"{place}{step}/", {f"{step}-{name}": said for name, said in typed.items()})
        return status, problems(text).strip()

    def decides_as_suggested(self, who: Worker, place: str) -> tuple[int, str]:
        """Save the part as it is filled in already, with one reason for each ground."""
        status, text = self.opens(who, place)
        assert status == 200
        typed = filled_in(text)
        for name in typed:
            if name.startswith("common-"):
                typed[name] = "It is not in her interests."
        status, _, text = self.sends(who, place, typed)
        return status, problems(text).strip()


def filled_in(text: str) -> dict[str, str]:
    """Every field of a page as it is filled in already."""
    found = {}
    for name, said in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        found[name] = said
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return {name: said for name, said in found.items() if name.startswith(("e", "common-"))}


def problems(text: str) -> str:
    return " ".join(re.findall(r'error-summary__list">(.*?)</ul>', text, re.S))


def part_at(worker: Worker, agency: str) -> str:
    """The address of an agency's part, as its worker sees it."""
    with acting_as(worker):
        (part,) = PartOpened.objects.filter(agency=agency)
        return f"/rights/parts/{part.reference}/"


def facts_of(agency: str) -> set[str]:
    with machine():
        return set(Fact.objects.filter(agency=agency).values_list("kind", flat=True))
