"""What happens when nobody answers: one chase, the agency's safeguarding lead, people further up by minutes (B1, B7,
A8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from daras.access.session import machine
from daras.agencies import Directory, Owner, UnknownContact, load_directory
from daras.duties.derive import StepDue, derive
from daras.duties.models import DutyChased, DutyOpened, DutyState
from daras.duties.queries import with_step_due
from daras.duties.reading import facts_of, pack_of
from daras.duties.releasing import is_told
from daras.ledger.commands import Entry, Recording, append
from daras.outbox.commands import Tell, tell
from daras.working_time import clock

#: Duties taken in one transaction: no writer waits for a sweep longer than a few of these take.
BATCH = 200
AUTHOR = "service:duties"


def sweep(now: datetime) -> int:
    """Take every step that is due at `now`; returns how many were taken. Safe to run twice, or two at a time."""
    taken = 0
    while True:
        with transaction.atomic(), machine():
            states = list(with_step_due(now, BATCH))
            taken += _take(states, now)
        if len(states) < BATCH:
            return taken


def _take(states: list[DutyState], now: datetime) -> int:
    """Of several steps whose time has passed only the furthest is taken: nobody gets three chases after a night."""
    facts = facts_of([state.duty for state in states])
    directory, taken = load_directory(), 0
    for row in states:
        known, calendar = facts[row.duty_id], pack_of(row.duty).calendar
        due = derive(known, now, calendar).step_now
        if due is not None:
            _chase(row, due, directory, now)
            known = replace(known, steps_done=known.steps_done | {due.step.id})
            taken += 1
        row.next_step_at = derive(known, now, calendar).next_step_at
    DutyState.objects.bulk_update(states, ["next_step_at"])
    return taken


def _chase(row: DutyState, due: StepDue, directory: Directory, now: datetime) -> None:
    duty = row.duty
    recording = Recording(agency=duty.owner_agency, author=AUTHOR, recorded_at=now)
    entry = Entry(DutyChased(duty=duty, step=due.step.id, chased_at=now), duty.audience_id, matter_id=row.matter_id)
    (fact,) = append(recording, [entry])
    owner = _whom(duty, due, directory, row.matter.authority, now)
    kind = "chased" if due.step.to in {"owner", "safeguarding-lead"} else "escalated"
    tell(row.matter, fact.pk, [Tell(owner.agency, owner.team, kind, kind == "escalated", reference=duty.reference)])


def _whom(duty: DutyOpened, due: StepDue, directory: Directory, authority: str, now: datetime) -> Owner:
    """Who is told: the owner, its agency (the safeguarding lead reads the agency's page), or whoever answers in a
    role.

    A duty that its owner may not know of yet, for no discussion has been convened, is the front door's to chase.
    """
    on = clock.local_date(now)
    role = due.step.to
    if role in {"owner", "safeguarding-lead"} and not is_told(duty):
        role = "front-door"
    if role == "owner":
        return Owner(duty.owner_agency, duty.owner_team or None)
    if role == "safeguarding-lead":
        return Owner(duty.owner_agency)
    try:
        return directory.contact(role, authority=authority, on=on)
    except UnknownContact:
        return Owner(duty.owner_agency)
