"""What happens when nobody answers: one chase, the agency's safeguarding lead, people further up by minutes (B1, B7,
A8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import connection

from daras.access.session import custody, machine
from daras.agencies import Owner, UnknownContact, load_directory
from daras.duties.derive import StepDue, derive
from daras.duties.models import DutyChased
from daras.duties.queries import ALL, Seen, Share, looked_at, steps_due, taken_now, with_step_due
from daras.duties.reading import AsOpened, facts_since, pack_then
from daras.duties.releasing import told_of
from daras.ledger.commands import Alike, append_alike
from daras.outbox.commands import Reached, Tell, reached, tell_each
from daras.working_time import clock

#: Duties looked at together, while nothing is locked; and those taken in one transaction: a writer waits for no more
#: than these few take.
TOGETHER, BATCH = 1_000, 50
#: So many at a time where so many are due.
AT_ONCE, AT_ONCE_FROM = 2, 2 * TOGETHER
AUTHOR = "service:duties"
Some = TypeVar("Some")


def batched(found: Iterable[Some], many: int) -> Iterator[list[Some]]:
    """So many at a time, in order."""
    left = iter(found)
    while some := list(islice(left, many)):
        yield some


@dataclass(frozen=True, slots=True)
class Look:
    """A duty as it was seen: the step that is due now, whom it is told, and when to look again. `waiting`: its owner
    may not know of it yet, for no discussion has been convened."""

    row: Seen
    step: StepDue | None
    to: Owner | None
    then_at: datetime | None
    waiting: bool = False


def sweep(now: datetime, *, at_once_from: int = AT_ONCE_FROM) -> int:
    """Take every step that is due at `now`; returns how many were taken. Safe to run twice, or two at a time.

    Then those of what is protected, in custody: who is told of them reads no more than who keeps them (ADR 0024).
    What is worked out is worked out before anything is locked. A duty that somebody changes meanwhile is another row by
    then, and is left as it is until the next sweep. Where many are due, some matters' are taken beside the others', on
    connections of their own, unless the caller has a transaction open.
    """
    if connection.in_atomic_block:
        return _sweep(now, ALL)
    with machine():
        many = steps_due(now) >= at_once_from
    if not many:
        return _sweep(now, ALL)
    with ThreadPoolExecutor(AT_ONCE) as workers:
        return sum(workers.map(lambda part: _swept(now, Share(part, AT_ONCE)), range(AT_ONCE)))


def _swept(now: datetime, share: Share) -> int:
    try:
        return _sweep(now, share)
    finally:
        connection.close()


def _sweep(now: datetime, share: Share) -> int:
    return _take_due(now, share, machine, protected=False) + _take_due(now, share, custody, protected=True)


def _take_due(now: datetime, share: Share, eyes: Callable[[], AbstractContextManager[None]], *, protected: bool) -> int:
    taken = 0
    with eyes():
        due = with_step_due(now, protected=protected, share=share)
    for some in batched(due, TOGETHER):
        with eyes():
            looks = look(some, now)
            how = reached((each.row.matter for each in looks), may_be_told(looks))
        for few in batched(looks, BATCH):
            with eyes():
                taken += take(few, due, how, now)
    return taken


def look(duty_ids: Iterable[int], now: datetime) -> list[Look]:
    """What is to be done about these duties, before anything is locked. Of several steps whose time has passed only the
    furthest is taken: nobody gets three chases after a night."""
    rows = looked_at(duty_ids)
    packs = [pack_then(row.pack, row.opened_at) for row in rows]
    facts = facts_since(
        [
            AsOpened(row.pk, pack.duty(row.duty_kind), row.opened_at, row.due_at)
            for row, pack in zip(rows, packs, strict=True)
        ]
    )
    told = told_of(rows)
    looks = []
    for row, pack in zip(rows, packs, strict=True):
        state = derive(facts[row.pk], now, pack.calendar)
        waiting = row.pk not in told
        to = _whom(row, state.step_now, now, told=not waiting) if state.step_now else None
        looks.append(Look(row, state.step_now, to, state.then_at, waiting))
    return looks


def may_be_told(looks: Iterable[Look]) -> set[str]:
    """The agencies of whom they are told now, and of the owners who may know of it before it is written."""
    asked = [each for each in looks if each.to]
    return {each.to.agency for each in asked if each.to} | {each.row.owner_agency for each in asked if each.waiting}


def take(looks: Iterable[Look], versions: Mapping[int, str], how: Reached, now: datetime) -> int:
    """Every step of a batch recorded and told, in as many statements as for one; returns how many. `versions` are those
    of the rows that were looked at: what is locked, or has changed since, is left."""
    seen = {each.row.pk: each for each in looks}
    ours = taken_now({duty: (versions[duty], each.then_at) for duty, each in seen.items()})
    due = [(each.row, each.step.step, each.to) for each in _as_told_now(seen, ours, now) if each.step and each.to]
    facts = append_alike(
        DutyChased,
        [Alike(row.agency_now, row.matter.pk, row.audience_id) for row, _, _ in due],
        {
            "duty_id": [row.pk for row, _, _ in due],
            "step": [step.id for _, step, _ in due],
            "chased_at": [now] * len(due),
        },
        author=AUTHOR,
        at=now,
    )
    told = []
    for (row, step, owner), fact in zip(due, facts, strict=True):
        kind = "chased" if step.to in {"owner", "safeguarding-lead"} else "escalated"
        telling = Tell(owner.agency, owner.team, kind, kind == "escalated", reference=row.reference)
        told.append((row.matter, fact, telling))
    tell_each(told, how)
    return len(due)


def _as_told_now(seen: Mapping[int, Look], ours: Collection[int], now: datetime) -> Iterator[Look]:
    """Those that are ours. A discussion may have been convened since they were looked at, which changes no duty; with
    the matter locked nobody convenes one now, so whom it is told is asked again: of those alone that were waiting."""
    waiting = [each.row for duty, each in seen.items() if duty in ours and each.waiting]
    told = told_of(waiting) if waiting else set()
    for duty, each in seen.items():
        if duty in told and each.step:
            yield replace(each, to=_whom(each.row, each.step, now, told=True))
        elif duty in ours:
            yield each


def _whom(row: Seen, due: StepDue, now: datetime, *, told: bool) -> Owner:
    """Who is told: the owner, its agency (the safeguarding lead reads the agency's page), or whoever answers in a
    role.

    A duty that its owner may not know of yet, for no discussion has been convened, is the front door's to chase.
    """
    role = due.step.to
    if role in {"owner", "safeguarding-lead"} and not told:
        role = "front-door"
    if role == "owner":
        return Owner(row.owner_agency, row.owner_team or None)
    if role == "safeguarding-lead":
        return Owner(row.owner_agency)
    try:
        return load_directory().contact(role, authority=row.matter.authority, on=clock.local_date(now))
    except UnknownContact:
        return Owner(row.owner_agency)
