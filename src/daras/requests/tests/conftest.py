"""Who asks and who is asked, on a Tuesday morning."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.exchange.installation import install_all

MORNING = "2026-11-24T09:30:00+00:00"
SOCIAL_CARE, POLICE, TRUST = "cornwall-childrens-services", "devon-and-cornwall-police", "cornwall-partnership-trust"
SEATS = {
    "manager": ("Jenifer Pascoe", SOCIAL_CARE, "maru", "duty-manager"),
    "probation": ("Perran Hicks", "probation-service", "court", "probation-officer"),
    "detective": ("Merryn Rosevear", POLICE, "child-abuse-investigation-west", "detective"),
    "intermediary": ("Bryher Nance", "registered-intermediaries", "matching", "adviser"),
    "therapist": ("Lowen Trethewey", "jigsaw", "children", "therapist"),
    "adviser": ("Demelza Carne", "child-isva-service", "advisers", "adviser"),
    "camhs": ("Tegen Vosper", TRUST, "camhs", "health-practitioner"),
    "clinic": ("Senara Bray", "sexual-health-hub", "clinic", "nurse"),
    "yos": ("Jago Uren", "cornwall-youth-justice-service", "courts-and-outcomes", "youth-justice-worker"),
    "hub": ("Morwenna Pender", "cornwall-early-help-hub", "hub", "early-help-worker"),
    "neighbourhood": ("Denzil Crago", POLICE, "redruth-neighbourhood", "police-officer"),
    "care": ("Ysella Bolt", SOCIAL_CARE, "children-in-care", "social-worker"),
    "outsider": ("Kensa Bolitho", "hayle-academy", "safeguarding", "designated-safeguarding-lead"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """One worker of each agency that asks or is asked, and one who has no part in it."""

    manager: Worker
    probation: Worker
    detective: Worker
    intermediary: Worker
    therapist: Worker
    adviser: Worker
    camhs: Worker
    clinic: Worker
    yos: Worker
    hub: Worker
    neighbourhood: Worker
    care: Worker
    outsider: Worker


@pytest.fixture
def sides(db: None, monkeypatch: pytest.MonkeyPatch) -> Sides:
    monkeypatch.setenv("DARAS_NOW", MORNING)
    return seated()


def seated() -> Sides:
    """The directory is installed, and everybody has their seat."""
    install_all()
    with machine():
        return Sides(
            **{
                seat: Worker.objects.create(
                    slug=seat, email=f"{seat}@workers.example", name=name, agency=agency, team=team, role=role
                )
                for seat, (name, agency, team, role) in SEATS.items()
            }
        )
