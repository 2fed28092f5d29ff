"""The people of the front line who fill forms in, and a manager at the front door."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.exchange.installation import install_all

AFTERNOON = "2026-11-24T16:00:00+00:00"
HOSPITAL, TRUST = "royal-cornwall-hospitals", "cornwall-partnership-trust"
SEATS = {
    "nurse": ("Tamsyn Hosking", HOSPITAL, "emergency-department", "nurse"),
    "colleague": ("Jory Bray", HOSPITAL, "emergency-department", "nurse"),
    "midwife": ("Elowen Tregear", HOSPITAL, "maternity", "midwife"),
    "officer": ("Denzil Crago", "devon-and-cornwall-police", "redruth-neighbourhood", "police-officer"),
    "school_nurse": ("Wenna Stephens", TRUST, "school-nursing", "school-nurse"),
    "doctor": ("Piran Lanyon", "penryn-surgery", "gp", "doctor"),
    "manager": ("Jenifer Pascoe", "cornwall-childrens-services", "maru", "duty-manager"),
    "outsider": ("Kensa Bolitho", "hayle-academy", "safeguarding", "designated-safeguarding-lead"),
}


@dataclass(frozen=True, slots=True)
class FrontLine:
    """Who fills forms in."""

    nurse: Worker
    colleague: Worker
    midwife: Worker
    officer: Worker
    school_nurse: Worker
    doctor: Worker
    manager: Worker
    outsider: Worker


@pytest.fixture
def front_line(db: None, monkeypatch: pytest.MonkeyPatch) -> FrontLine:
    """On a Tuesday afternoon; nothing is known of anybody."""
    monkeypatch.setenv("DARAS_NOW", AFTERNOON)
    install_all()
    with machine():
        return FrontLine(
            **{
                seat: Worker.objects.create(
                    slug=seat.replace("_", "-"),
                    email=f"{seat}@workers.example",
                    name=name,
                    agency=agency,
                    team=team,
                    role=role,
                )
                for seat, (name, agency, team, role) in SEATS.items()
            }
        )
