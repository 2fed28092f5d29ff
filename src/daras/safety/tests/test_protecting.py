"""What holds a child safe tonight: recorded now, explained later, settled before it ends (A16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.duties.chasing import sweep
from daras.duties.models import DutyState
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.outbox.models import Notice
from daras.safety import protecting
from daras.safety.models import ProtectionRecorded
from daras.safety.queries import KINDS, lapsing, protections_on
from daras.safety.tests.conftest import FrontDoor
from daras.working_time import clock

SINCE = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
POLICE = "devon-and-cornwall-police"


def taken(front_door: FrontDoor, worker: Worker, **changes: Any) -> ProtectionRecorded:
    """Police protection since half past one, with nothing more said."""
    child = front_door.child()
    said: dict[str, Any] = {
        "protection": "police-protection",
        "person_record_id": child,
        "since": SINCE,
        "holder_agency": POLICE,
    }
    with acting_as(worker):
        return protecting.record(worker, front_door.reference, **{**said, **changes})


def owed(kind: str) -> list[DutyState]:
    with machine():
        return list(DutyState.objects.select_related("duty").filter(duty__duty_kind=kind).order_by("duty_id"))


def test_police_protection_ends_seventy_two_hours_after_it_was_taken(front_door: FrontDoor) -> None:
    """A16: given a child taken into police protection on Tuesday at 13:30 and nothing else said, then it ends on
    Friday at 13:30 whatever was typed; what follows is owed twelve hours before, which is at night, so by the team out
    of hours; and the reason is owed."""
    recorded = taken(front_door, front_door.out_of_hours, expires_at=SINCE + timedelta(days=9))
    assert recorded.expires_at == SINCE + timedelta(hours=72)
    (lapses,) = owed("protection-lapses")
    assert lapses.due_at == SINCE + timedelta(hours=60)
    assert (lapses.owner_agency, lapses.owner_team) == ("cornwall-childrens-services", "out-of-hours")
    assert "Police protection (Mark Penrose) ends on Friday 27 November 2026, 13:30." in lapses.duty.because
    assert lapses.duty.authority == "local"
    (reason,) = owed("protection-reason")
    assert reason.met_at is None


def test_the_team_is_told_before_it_lapses(front_door: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A16: given police protection that nobody has settled, when twelve hours are left, then a notice goes to the team
    that works then; a minute before that nobody has been told."""
    taken(front_door, front_door.manager, words="Taken by the officer who came.")
    due = SINCE + timedelta(hours=60)
    told = Notice.objects.filter(kind="chased", receiver__agency="cornwall-childrens-services")
    for moment, notices in ((due - timedelta(minutes=1), 0), (due, 1)):
        monkeypatch.setenv("DARAS_NOW", moment.isoformat())
        with machine():
            DutyState.objects.exclude(duty__duty_kind="protection-lapses").update(next_step_at=None)
        sweep(clock.now())
        with machine():
            assert told.count() == notices


def test_the_reason_comes_later_and_the_clock_stands(front_door: FrontDoor) -> None:
    """A16: given a protection without its reason, when the reason is added, then one record stands with the same end,
    its reason is owed no more, and what follows is owed once and still."""
    first = taken(front_door, front_door.police)
    with acting_as(front_door.police):
        protecting.complete(front_door.police, front_door.reference, first.pk, words="Seen with a bruise at school.")
    with acting_as(front_door.manager):
        (standing,) = protections_on(OnMatter(first.fact.matter_id or 0, KINDS))
    assert (standing.words, standing.expires_at) == ("Seen with a bruise at school.", first.expires_at)
    assert [state.met_at is not None for state in owed("protection-reason")] == [True]
    assert [state.met_at is not None for state in owed("protection-lapses")] == [False]
    with machine():
        assert set(ProtectionRecorded.objects.values_list("fact__regime", flat=True)) == {"law-enforcement"}


def test_saying_what_follows_meets_the_duty_of_this_protection_alone(front_door: FrontDoor) -> None:
    """A16: given police protection and bail conditions about the same child, when somebody says what follows the
    first, then only its duty is met, and only it leaves what is about to lapse."""
    first = taken(front_door, front_door.manager, words="Taken at home.")
    bail = taken(
        front_door,
        front_door.manager,
        protection="bail-conditions",
        words="Not to go to the address.",
        expires_at=SINCE + timedelta(days=2),
    )
    with acting_as(front_door.out_of_hours):
        protecting.complete(front_door.out_of_hours, front_door.reference, first.pk, words="Taken by a doctor.")
        newest = lapsing(SINCE + timedelta(days=9))[1]
        protecting.settle(
            front_door.out_of_hours,
            front_door.reference,
            newest.pk,
            outcome="replaced",
            words="Interim care order made; with foster carers.",
        )
        assert [each.pk for each in lapsing(SINCE + timedelta(days=9))] == [bail.pk]
    assert [state.met_at is not None for state in owed("protection-lapses")] == [True, False]
    with machine():
        changes = TrailEntry.objects.filter(actor="out_of_hours", action="change").order_by("id")
        assert list(changes.values_list("reason", flat=True)) == [
            "completed: police-protection",
            "settled: police-protection, replaced",
        ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"protection": "curfew"}, "/protection"),
        ({"since": datetime(2026, 11, 24, 16, 1, tzinfo=UTC)}, "/since"),
        ({"since": None}, "/since"),
        ({"holder_agency": "nobody"}, "/holder"),
        ({"holder_agency": "probation-service", "since": datetime(2015, 1, 1, tzinfo=UTC)}, "/holder"),
        ({"person_record_id": 0}, "/person"),
        ({"protection": "accommodation", "expires_at": SINCE}, "/expires_at"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(
    front_door: FrontDoor, changes: dict[str, Any], pointer: str
) -> None:
    """A16: given something that cannot be, then it is refused at its field, and nothing is recorded."""
    with pytest.raises(Refused) as refused:
        taken(front_door, front_door.manager, **changes)
    assert refused.value.pointer == pointer
    with machine():
        assert not ProtectionRecorded.objects.exists()


def test_accommodation_may_have_no_end_and_an_order_needs_one(front_door: FrontDoor) -> None:
    """A16: given accommodation with its reason and no end, then nothing more is owed; given an emergency protection
    order without its end, then the end is owed until somebody writes it, and from then what follows is."""
    taken(front_door, front_door.manager, protection="accommodation", words="With an aunt, agreed by the mother.")
    assert owed("protection-lapses") == owed("protection-reason") == []
    order = taken(front_door, front_door.manager, protection="emergency-protection-order", words="Made by telephone.")
    assert len(owed("protection-reason")) == 1
    ends = SINCE + timedelta(days=8)
    with acting_as(front_door.manager):
        protecting.complete(
            front_door.manager, front_door.reference, order.pk, words="Made by telephone.", expires_at=ends
        )
    assert owed("protection-reason")[0].met_at is not None
    assert owed("protection-lapses")[0].due_at == ends - timedelta(hours=12)


def test_nobody_outside_the_front_door_records_or_reads_it(front_door: FrontDoor) -> None:
    """A16, G4: given the school that sent the news, then it records nothing and reads nothing of it; given what was
    settled, then it cannot be settled again."""
    with pytest.raises(PermissionDenied):
        taken(front_door, front_door.school)
    first = taken(front_door, front_door.manager)
    with acting_as(front_door.school):
        assert protections_on(OnMatter(first.fact.matter_id or 0, KINDS)) == []
    with acting_as(front_door.manager):
        protecting.settle(front_door.manager, front_door.reference, first.pk, outcome="ended", words="Home again.")
        with pytest.raises(Refused, match="settled"):
            protecting.settle(front_door.manager, front_door.reference, first.pk, outcome="ended", words="Again.")
