"""A small synthetic partnership for the tests of pages: who works where, and what has come in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.hashers import make_password

from daras.access.models import Installation, Worker
from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.frontdoor.outcome import Outcome
from daras.working_time import clock

REFERRALS = Path(__file__).resolve().parents[4] / "demo" / "referrals"
PASSWORD = "trelawny-and-the-lighthouse-9"


@lru_cache(maxsize=1)
def _encoded() -> str:
    """The password as it is stored, made once: making it is slow on purpose."""
    return make_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class People:
    """The same people in every test: who decides, who sent it, who else owes something, and who has no part in it."""

    duty_manager: Worker
    safeguarding_lead: Worker  # of the school that sent Alex's referral
    offender_manager: Worker  # of probation, who owes something in Mark's matter
    outsider: Worker  # of a school that nobody named
    out_of_hours: Worker  # of the front door at night


def worker(name: str, agency: str, team: str, role: str, *, active: bool = True) -> Worker:
    """A worker with a password; the address follows from the name."""
    slug = name.lower().replace(" ", "-")
    return Worker.objects.create(
        slug=slug,
        name=name,
        email=f"{slug}@workers.example",
        agency=agency,
        team=team,
        role=role,
        password=_encoded(),
        is_active=active,
        is_demonstration=True,
    )


def settle(*, synthetic: bool = True) -> People:
    """Install the directory and its workers."""
    install_all()
    with machine():
        Installation.objects.create(synthetic=synthetic, made_at=clock.now())
        lead, social_care = "designated-safeguarding-lead", "cornwall-childrens-services"
        return People(
            duty_manager=worker("Jenifer Pascoe", social_care, "maru", "duty-manager"),
            safeguarding_lead=worker("Loveday Rowe", "carn-brea-academy", "safeguarding", lead),
            offender_manager=worker(
                "Perran Hicks", "probation-service", "cornwall-sexual-offences", "probation-officer"
            ),
            outsider=worker("Kensa Bolitho", "hayle-academy", "safeguarding", lead),
            out_of_hours=worker("Hilary Quick", social_care, "out-of-hours", "out-of-hours-worker"),
        )


def arrives(name: str) -> Outcome:
    """One of the example referrals is received."""
    outcome = receive((REFERRALS / f"{name}.json").read_bytes(), file=name)
    assert outcome.outcome == "recorded", outcome.problem
    return outcome
