"""A discussion is convened while a sweep looks at what waits for it (B1, B7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties import chasing
from daras.duties.models import DutyState
from daras.duties.queries import with_step_due
from daras.meetings.calling import convene
from daras.meetings.tests.conftest import SCHOOL, TAKES_PART, through
from daras.outbox.commands import reached
from daras.outbox.models import Notice
from daras.working_time import clock

Workers = dict[str, Worker]


@pytest.mark.django_db
def test_who_was_let_in_meanwhile_is_chased_and_not_the_front_door(alex: str, workers: Workers) -> None:
    """B7: given something owed that waits for a discussion and is late, when the discussion is convened after a sweep
    has looked and before it writes, then its owner, who knows of it now, is chased, and not the front door; had nobody
    convened, the front door would have been."""
    later = clock.now() + timedelta(days=30)
    with machine():
        waiting = DutyState.objects.filter(duty__told="when convened", matter__reference=alex, met_at__isnull=True)
        owed = waiting.select_related("duty").exclude(owner_agency="cornwall-childrens-services").first()
        assert owed is not None
        due = {owed.duty_id: with_step_due(later)[owed.duty_id]}
        looks = chasing.look(due, later)
        how = reached([each.row.matter for each in looks], chasing.may_be_told(looks))
    assert [each.to.agency for each in looks if each.to] == ["cornwall-childrens-services"]
    manager = workers["duty-manager"]
    through(
        manager,
        lambda: convene(
            manager, alex, planned_at=clock.now(), mode="phone", reason="More children.",
            invitations=[*TAKES_PART, SCHOOL],
        ),
    )  # fmt: skip
    with machine():
        assert chasing.take(looks, due, how, later) == 1
        (chased,) = Notice.objects.filter(kind="chased", reference=owed.duty.reference)
        assert chased.receiver.agency == owed.owner_agency
