"""Stopping, starting and moving clocks; each is a fact, and the projected state follows (design idea 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from daras.duties.derive import derive
from daras.duties.models import DutyOpened, DutyPaused, DutyReanchored, DutyResumed, DutyState
from daras.duties.reading import facts_of, kind_of, pack_of
from daras.ledger.commands import Entry, Recording, append


class ClockMayNotStop(ValueError):
    """The practice pack does not let this clock stand still."""


def pause(recording: Recording, duty: DutyOpened, *, reason: str) -> DutyPaused:
    """The clock stands still from now (asked back, or another lawful reason). Raises `ClockMayNotStop`."""
    if not kind_of(duty).may_pause:
        raise ClockMayNotStop(f"The clock of “{kind_of(duty).name}” may not stand still.")
    detail = DutyPaused(duty=duty, paused_at=recording.recorded_at, reason=reason)
    append(recording, [Entry(detail, duty.audience_id, matter_id=duty.fact.matter_id)])
    project([duty], recording.recorded_at)
    return detail


def resume(recording: Recording, stopped: DutyPaused) -> None:
    """A stopped clock runs on from now."""
    duty = stopped.duty
    detail = DutyResumed(pause=stopped, resumed_at=recording.recorded_at)
    append(recording, [Entry(detail, duty.audience_id, matter_id=duty.fact.matter_id)])
    project([duty], recording.recorded_at)


def reanchor(recording: Recording, duty: DutyOpened, *, anchor_at: datetime, reason: str) -> None:
    """What the clock counts from has moved: a release or a birth is on another day."""
    detail = DutyReanchored(duty=duty, anchor_at=anchor_at, reason=reason)
    append(recording, [Entry(detail, duty.audience_id, matter_id=duty.fact.matter_id)])
    project([duty], recording.recorded_at)


def project(duties: Iterable[DutyOpened], now: datetime) -> None:
    """Write what `derive` says of these duties for the lists."""
    chosen = list(duties)
    facts = facts_of(chosen)
    rows = {row.duty_id: row for row in DutyState.objects.select_for_update().filter(duty__in=chosen)}
    for duty in chosen:
        state = derive(facts[duty.pk], now, pack_of(duty).calendar)
        row = rows[duty.pk]
        row.due_at, row.met_at, row.paused = state.due_at, state.met_at, state.paused
        row.next_step_at = state.next_step_at
    DutyState.objects.bulk_update(rows.values(), ["due_at", "met_at", "paused", "next_step_at"])


def untrue_projections(now: datetime) -> list[int]:
    """Duties whose projected state is not what their facts say: an empty list, or a fault to mend."""
    wrong = []
    rows = list(DutyState.objects.select_related("duty", "duty__fact"))
    facts = facts_of([row.duty for row in rows])
    for row in rows:
        state = derive(facts[row.duty_id], now, pack_of(row.duty).calendar)
        if (row.due_at, row.met_at, row.paused) != (state.due_at, state.met_at, state.paused):
            wrong.append(row.duty_id)
    return wrong
