"""A front door with a manager, a social worker, and somebody out of hours, and one referral that has come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.people.models import PersonInMatter

REFERRALS = Path(__file__).resolve().parents[4] / "demo" / "referrals"
#: Tuesday at four in the afternoon.
AFTERNOON = "2026-11-24T16:00:00+00:00"
SEATS = {
    "manager": ("Jenifer Pascoe", "cornwall-childrens-services", "maru", "duty-manager"),
    "social_worker": ("Morwenna Jago", "cornwall-childrens-services", "maru", "social-worker"),
    "police": ("Denzil Crago", "devon-and-cornwall-police", "maru", "police-officer"),
    "out_of_hours": ("Hilary Quick", "cornwall-childrens-services", "out-of-hours", "out-of-hours-worker"),
    "school": ("Loveday Rowe", "carn-brea-academy", "safeguarding", "designated-safeguarding-lead"),
}


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """Who works, and what came in."""

    manager: Worker
    social_worker: Worker
    police: Worker
    out_of_hours: Worker
    school: Worker
    reference: str

    def child(self) -> int:
        """The record of the child whom the news is about."""
        with acting_as(self.manager):
            part = PersonInMatter.objects.select_related("fact").filter(part="subject").order_by("fact_id").first()
            assert part is not None
            return part.fact.person_record_id or 0


@pytest.fixture
def front_door(db: None, monkeypatch: pytest.MonkeyPatch) -> FrontDoor:
    """On a Tuesday afternoon, with Mark's referral received."""
    monkeypatch.setenv("DARAS_NOW", AFTERNOON)
    install_all()
    with machine():
        workers = {
            seat: Worker.objects.create(
                slug=seat, email=f"{seat}@workers.example", name=name, agency=agency, team=team, role=role
            )
            for seat, (name, agency, team, role) in SEATS.items()
        }
    outcome = receive((REFERRALS / "mark.json").read_bytes())
    assert outcome.reference
    return FrontDoor(**workers, reference=outcome.reference)
