"""A small partnership for tests: workers in every seat that matters, on a database that holds nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.documents import REFERRALS, encoded, referral
from daras.working_time.clock import parse_instant

SEATS = {
    "duty-manager": ("cornwall-childrens-services", "maru", "duty-manager"),
    "social-worker": ("cornwall-childrens-services", "maru", "social-worker"),
    "designated-officer": ("cornwall-childrens-services", "designated-officer", "designated-officer"),
    "health": ("cornwall-partnership-trust", "maru-health", "health-practitioner"),
    "school-nurse": ("cornwall-partnership-trust", "school-nursing", "school-nurse"),
    "safeguarding-lead": ("carn-brea-academy", "safeguarding", "designated-safeguarding-lead"),
    "officer": ("devon-and-cornwall-police", "redruth-neighbourhood", "police-officer"),
    "inspector": ("devon-and-cornwall-police", "on-call-inspector", "detective-inspector"),
    "probation": ("probation-service", "cornwall-sexual-offences", "probation-officer"),
    "recovery-worker": ("adult-drug-and-alcohol-service", "adults", "recovery-worker"),
    "outsider": ("cornwall-housing", "safeguarding", "housing-officer"),
    "administrator": ("safeguarding-partnership", "business-unit", "administrator"),
    "data-officer": ("safeguarding-partnership", "business-unit", "data-officer"),
    "custodian": ("safeguarding-partnership", "business-unit", "custodian"),
}


@pytest.fixture
def workers(db: None) -> dict[str, Worker]:
    """One worker in each seat, by the seat's name."""
    install_all()
    with machine():
        return {
            seat: Worker.objects.create(
                slug=seat, email=f"{seat}@{agency}.example", name=seat.title(), agency=agency, team=team, role=role
            )
            for seat, (agency, team, role) in SEATS.items()
        }


Receive = Callable[[str], Outcome]


@pytest.fixture
def received(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> Receive:
    """Receive an example three minutes after it was sent."""

    def deliver(name: str) -> Outcome:
        document = referral(name)
        at: datetime = parse_instant(document["sent_at"]) + timedelta(minutes=3)
        monkeypatch.setenv("DARAS_NOW", at.isoformat())
        return receive(encoded(document), file=str(Path(REFERRALS) / f"{name}.json"))

    return deliver
