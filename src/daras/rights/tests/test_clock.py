"""The month in which somebody is answered (G4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from daras.practice import pack_for
from daras.rights.working import CONTESTED, PART, PART_OF_LAW_ENFORCEMENT
from daras.working_time.clock import local


def test_a_month_that_ends_on_a_saturday_ends_on_that_saturday() -> None:
    """G4: given a request received on 28 October, when it and the month's last day, a Saturday, are over, then the
    answer is late: no clock of these waits for the next working day, which the regulator's guidance would allow."""
    received = datetime(2026, 10, 28, 10, tzinfo=UTC)
    pack = pack_for(date(2026, 10, 28))
    for kind in (PART, PART_OF_LAW_ENFORCEMENT, CONTESTED):
        due = local(pack.duty(kind).clock.due(received, pack.calendar))
        assert due.date() == date(2026, 11, 28), kind
