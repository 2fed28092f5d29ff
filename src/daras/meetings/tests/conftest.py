"""Alex's referral has come in, and everybody who works with it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.conftest import received, workers
from daras.meetings.calling import Invitation, convene
from daras.meetings.models import MeetingCalled
from daras.meetings.queries import Discussion, discussion
from daras.people.models import NameKnown
from daras.working_time import clock

__all__ = ["received", "workers"]

Result = TypeVar("Result")

TAKES_PART = (
    Invitation("cornwall-childrens-services", "maru", "Convenes and decides."),
    Invitation("devon-and-cornwall-police", "child-abuse-investigation-west", "Investigates."),
    Invitation("cornwall-partnership-trust", "school-nursing", "Holds the health record."),
)
SCHOOL = Invitation("carn-brea-academy", "safeguarding", "Made the referral.", part="contributes")


def through(worker: Worker, work: Callable[[], Result]) -> Result:
    """Do or read something as this worker, through their eyes."""
    with acting_as(worker):
        return work()


@pytest.fixture
def alex(received: Callable[[str], Outcome]) -> str:
    """The reference of Alex's matter."""
    reference = received("alex").reference
    assert reference is not None
    return reference


@pytest.fixture
def convened(alex: str, workers: dict[str, Worker]) -> MeetingCalled:
    """The duty manager has convened: social care, police and school nursing take part, the school contributes."""
    manager = workers["duty-manager"]
    return through(
        manager,
        lambda: convene(
            manager,
            alex,
            planned_at=clock.now() + timedelta(hours=1),
            mode="phone",
            reason="Four more children are in reach.",
            invitations=[*TAKES_PART, SCHOOL],
        ),
    )


def seen_by(worker: Worker, meeting: MeetingCalled) -> Discussion:
    """The meeting as a worker reads it."""
    found = through(worker, lambda: discussion(meeting.reference))
    assert found is not None
    return found


def record_of(given_name: str) -> int:
    """The first record of somebody of this name."""
    with machine():
        name = NameKnown.objects.filter(given_name=given_name).select_related("fact").order_by("fact_id").first()
        assert name is not None
        return name.fact.person_record_id or 0
