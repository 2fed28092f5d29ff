"""What happens when nobody answers: one chase, the agency's safeguarding lead, people further up by minutes (B1, B7,
A8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import connection, transaction

from daras.access.session import custody, machine
from daras.agencies import Directory, Owner, UnknownContact, load_directory
from daras.duties.derive import StepDue, derive
from daras.duties.models import DutyChased, DutyOpened, DutyState
from daras.duties.queries import with_step_due
from daras.duties.reading import facts_of, pack_of
from daras.duties.releasing import is_told
from daras.ledger.commands import Entry, Recording, append_each
from daras.outbox.commands import Tell, tell_each
from daras.working_time import clock

#: Duties taken in one transaction: no writer waits for a sweep longer than a few of these take.
BATCH = 100
AUTHOR = "service:duties"


def sweep(now: datetime) -> int:
    """Take every step that is due at `now`; returns how many were taken. Safe to run twice, or two at a time.

    Then those of what is protected, in custody: who is told of them reads no more than who keeps them (ADR 0024).
    """
    return _sweep(now, machine, protected=False) + _sweep(now, custody, protected=True)


def _sweep(now: datetime, eyes: Callable[[], AbstractContextManager[None]], *, protected: bool) -> int:
    taken = 0
    while True:
        with transaction.atomic(), eyes():
            states = list(with_step_due(now, BATCH, protected=protected))
            taken += _take(states, now)
        if len(states) < BATCH:
            return taken


def _take(states: list[DutyState], now: datetime) -> int:
    """Of several steps whose time has passed only the furthest is taken: nobody gets three chases after a night."""
    facts = facts_of([state.duty for state in states])
    taken: list[tuple[DutyState, StepDue]] = []
    for row in states:
        state = derive(facts[row.duty_id], now, pack_of(row.duty).calendar)
        if state.step_now is not None:
            taken.append((row, state.step_now))
        row.next_step_at = state.then_at
    _look_again(states)
    _chase(taken, now)
    return len(taken)


def _look_again(states: list[DutyState]) -> None:
    """When each is to be looked at next, in one statement. (Django's own writes a case for every row.)"""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_dutystate state SET next_step_at = later.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS later(duty, at) WHERE state.duty_id = later.duty",
            [[row.duty_id for row in states], [row.next_step_at for row in states]],
        )


def _chase(taken: list[tuple[DutyState, StepDue]], now: datetime) -> None:
    """Every step of a batch recorded and told, in as many statements as for one."""
    directory = load_directory()
    recorded = [
        (
            Recording(agency=row.owner_agency, author=AUTHOR, recorded_at=now),
            Entry(
                DutyChased(duty=row.duty, step=due.step.id, chased_at=now),
                row.duty.audience_id,
                matter_id=row.matter_id,
            ),
        )
        for row, due in taken
    ]
    told = []
    for (row, due), fact in zip(taken, append_each(recorded), strict=True):
        owner = _whom(row.duty, due, directory, row.matter.authority, now)
        kind = "chased" if due.step.to in {"owner", "safeguarding-lead"} else "escalated"
        telling = Tell(owner.agency, owner.team, kind, kind == "escalated", reference=row.duty.reference)
        told.append((row.matter, fact.pk, telling))
    tell_each(told)


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
