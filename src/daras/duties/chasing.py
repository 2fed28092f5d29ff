"""What happens when nobody answers: one chase, the agency's safeguarding lead, people further up by minutes (B1, B7,
A8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction

from daras.access.session import custody, machine
from daras.agencies import Directory, Owner, UnknownContact, load_directory
from daras.duties.derive import StepDue, derive
from daras.duties.models import DutyChased, DutyOpened
from daras.duties.queries import Seen, looked_at, taken_now, with_step_due
from daras.duties.reading import facts_of, pack_of
from daras.duties.releasing import told_of
from daras.ledger.commands import Entry, Recording, append_each
from daras.outbox.commands import Reached, Tell, reached, tell_each
from daras.working_time import clock

#: Duties looked at together, while nothing is locked; and those taken in one transaction: a writer waits for no more
#: than these few take.
TOGETHER, BATCH = 1_000, 25
AUTHOR = "service:duties"
Some = TypeVar("Some")


def batched(found: Iterable[Some], many: int) -> Iterator[list[Some]]:
    """So many at a time, in order."""
    left = iter(found)
    while some := list(islice(left, many)):
        yield some


@dataclass(frozen=True, slots=True)
class Look:
    """A duty as it was seen: the step that is due now, whom it is told, and when to look again."""

    row: Seen
    step: StepDue | None
    to: Owner | None
    then_at: datetime | None


def sweep(now: datetime) -> int:
    """Take every step that is due at `now`; returns how many were taken. Safe to run twice, or two at a time.

    Then those of what is protected, in custody: who is told of them reads no more than who keeps them (ADR 0024).
    What is worked out is worked out before anything is locked. A duty that somebody changes meanwhile is another row by
    then, and is left as it is until the next sweep.
    """
    return _sweep(now, machine, protected=False) + _sweep(now, custody, protected=True)


def _sweep(now: datetime, eyes: Callable[[], AbstractContextManager[None]], *, protected: bool) -> int:
    taken = 0
    with transaction.atomic(), eyes():
        due = with_step_due(now, protected=protected)
    for some in batched(due, TOGETHER):
        with transaction.atomic(), eyes():
            looks = _look(some, now)
            how = reached((each.row.matter for each in looks), {each.to.agency for each in looks if each.to})
        for few in batched(looks, BATCH):
            with transaction.atomic(), eyes():
                taken += _take(few, due, how, now)
    return taken


def _look(duty_ids: Iterable[int], now: datetime) -> list[Look]:
    """Of several steps whose time has passed only the furthest is taken: nobody gets three chases after a night."""
    rows = looked_at(duty_ids)
    facts = facts_of([row.duty for row in rows])
    directory = load_directory()
    told = told_of([row.duty for row in rows])
    looks = []
    for row in rows:
        state = derive(facts[row.duty.pk], now, pack_of(row.duty).calendar)
        due = state.step_now
        to = _whom(row.duty, due, directory, row.matter.authority, now, told=row.duty.pk in told) if due else None
        looks.append(Look(row, due, to, state.then_at))
    return looks


def _take(looks: Iterable[Look], versions: Mapping[int, str], how: Reached, now: datetime) -> int:
    """Every step of a batch recorded and told, in as many statements as for one."""
    seen = {each.row.duty.pk: each for each in looks}
    ours = taken_now({duty: (versions[duty], each.then_at) for duty, each in seen.items()})
    due = [(each.row, each.step, each.to) for duty, each in seen.items() if duty in ours and each.step and each.to]
    recorded = [
        (
            Recording(agency=row.owner_agency, author=AUTHOR, recorded_at=now),
            Entry(
                DutyChased(duty_id=row.duty.pk, step=step.step.id, chased_at=now),
                row.duty.audience_id,
                matter_id=row.matter.pk,
            ),
        )
        for row, step, _ in due
    ]
    told = []
    for (row, step, owner), fact in zip(due, append_each(recorded), strict=True):
        kind = "chased" if step.step.to in {"owner", "safeguarding-lead"} else "escalated"
        telling = Tell(owner.agency, owner.team, kind, kind == "escalated", reference=row.duty.reference)
        told.append((row.matter, fact.pk, telling))
    tell_each(told, how)
    return len(due)


def _whom(duty: DutyOpened, due: StepDue, directory: Directory, authority: str, now: datetime, *, told: bool) -> Owner:
    """Who is told: the owner, its agency (the safeguarding lead reads the agency's page), or whoever answers in a
    role.

    A duty that its owner may not know of yet, for no discussion has been convened, is the front door's to chase.
    """
    on = clock.local_date(now)
    role = due.step.to
    if role in {"owner", "safeguarding-lead"} and not told:
        role = "front-door"
    if role == "owner":
        return Owner(duty.owner_agency, duty.owner_team or None)
    if role == "safeguarding-lead":
        return Owner(duty.owner_agency)
    try:
        return directory.contact(role, authority=authority, on=on)
    except UnknownContact:
        return Owner(duty.owner_agency)
