"""A small partnership with custodians, and a child who must be known to one of them only."""

from __future__ import annotations

from datetime import date

import pytest

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.custodians.commands import protect
from daras.custodians.models import Protected
from daras.exchange.extracts import receive_extract
from daras.exchange.installation import install_all
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.tests.conftest import SEATS
from daras.people.models import PersonRecord, RecordPerson

CUSTODIANS = {
    "council-custodian": ("cornwall-childrens-services", "legal", "custodian"),
    "police-custodian": ("devon-and-cornwall-police", "central-safeguarding", "custodian"),
    "health-custodian": ("cornwall-partnership-trust", "children-in-care-health", "custodian"),
}
TRUST = "cornwall-partnership-trust"


@pytest.fixture
def workers(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Worker]:
    """One worker in each seat, on the Tuesday after the examples were sent."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    install_all()
    with machine():
        return {
            seat: Worker.objects.create(
                slug=seat, email=f"{seat}@{agency}.example", name=seat.title(), agency=agency, team=team, role=role
            )
            for seat, (agency, team, role) in (SEATS | CUSTODIANS).items()
        }


def health_lists_alex() -> str:
    """The health trust's list brings the child of the example referral: their number."""
    alex = PersonNamed(
        ref="T-1",
        role="child",
        given_name="Alex",
        family_name="Tregear",
        date_of_birth=date(2015, 3, 22),
        sex="M",
        identifiers=(("nhs-number", "9000001080"),),
        address=Address(lines=("17 Trevenson Close",), town="Camborne", postcode="TR14 8AB"),
    )
    receive_extract(TRUST, [alex])
    with machine():
        record = PersonRecord.objects.get(agency=TRUST, local_id="T-1")
        return RecordPerson.objects.get(record=record).number


def made_protected(workers: dict[str, Worker], number: str, protection: str = "refuge") -> Protected:
    """A manager of the front door protects somebody; the council's custodians hold it."""
    with acting_as(workers["duty-manager"]):
        return protect(
            workers["duty-manager"],
            number=number,
            protection=protection,
            reason="Lives at an address that must not be known.",
            custodian_agency="cornwall-childrens-services",
        )
