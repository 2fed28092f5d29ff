"""A partnership with custodians and a register of its own, decades after the example was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.custodians.tests.conftest import CUSTODIANS
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.conftest import SEATS
from daras.frontdoor.tests.documents import encoded, referral

#: 75 years after the example, when no line of the schedule keeps it any more.
LATER = "2102-03-01T10:00:00+00:00"
SENT = "2026-11-24T09:30:00+00:00"


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own; the register and the anchors lie in folders that stand for another machine."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARAS_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("DARAS_REGISTER", str(tmp_path / "register"))
    return tmp_path


def settle() -> dict[str, Worker]:
    """One worker in each seat."""
    install_all()
    with machine():
        return {
            seat: Worker.objects.create(
                slug=seat, email=f"{seat}@{agency}.example", name=seat.title(), agency=agency, team=team, role=role
            )
            for seat, (agency, team, role) in (SEATS | CUSTODIANS).items()
        }


@pytest.fixture
def workers(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Worker]:
    """Everybody, on the day of the example."""
    monkeypatch.setenv("DARAS_NOW", SENT)
    return settle()


def sent() -> str:
    """The school's referral about Alex: the matter's reference."""
    reference = receive(encoded(referral("alex")), file="alex").reference
    assert reference
    return reference
