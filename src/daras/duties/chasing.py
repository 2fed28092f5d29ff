"""What happens when nobody answers: one chase, the agency's safeguarding lead, people further up by minutes (B1, B7,
A8)."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from multiprocessing.sharedctypes import Synchronized
from typing import TypeVar

from django.db import connection

from daras.access.session import custody, machine
from daras.agencies import Owner, UnknownContact, load_directory
from daras.duties import beside
from daras.duties.derive import StepDue, derive
from daras.duties.models import DutyChased
from daras.duties.queries import ALL, Seen, Share, looked_at, steps_due, taken_now, with_step_due
from daras.duties.reading import AsOpened, facts_since, pack_then
from daras.duties.releasing import told_of
from daras.ledger.commands import Alike, append_alike
from daras.outbox.commands import Reached, Tell, reached, tell_each
from daras.working_time import clock

logger = logging.getLogger(__name__)
#: Duties looked at together, while nothing is locked; and those taken in the first transaction. The next takes as many
#: as keep a writer waiting for so long at the most, on this machine at this moment: half of what is allowed (50 ms).
TOGETHER, BATCH = 1_000, 50
#: Never fewer than at first: on a machine that is busy with other things, smaller ones only cost more each.
MOST, LOCKED_SECONDS = 400, 0.025
#: From so many on a second process helps; it begins a second or two later, so each takes one small part after another.
AT_ONCE_FROM, PARTS = 20 * TOGETHER, 16
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
    then, and is left as it is until the next sweep. Where many are due, some matters' are taken beside the others' by a
    second process, unless the caller has a transaction open: two connections of one process would take turns at the
    interpreter.
    """
    if connection.in_atomic_block:
        return _sweep(now, ALL)
    with machine():
        many = steps_due(now) >= at_once_from
    if not many:
        return _sweep(now, ALL)
    spawning = multiprocessing.get_context("spawn")
    parts = spawning.Value("i", 0)
    with ProcessPoolExecutor(1, spawning, beside.make_ready, (parts, dict(connection.settings_dict))) as other:
        theirs, ours = other.submit(_parts_beside, now), _parts(parts, now)
        try:
            return ours + theirs.result()
        except BrokenProcessPool:  # it was killed, or there is no room for it: what it did not take is due still
            logger.warning("The second process of the sweep is gone; the first took everything.")
            return ours + _sweep(now, ALL)


def _parts_beside(now: datetime) -> int:
    """What the second process takes."""
    return _parts(beside.begun[0], now)


def _parts(parts: Synchronized[int], now: datetime) -> int:
    """Take one part after another that nobody has begun."""
    taken = 0
    while True:
        with parts.get_lock():
            part = parts.value
            parts.value += 1
        if part >= PARTS:
            return taken
        taken += _sweep(now, Share(part, PARTS))


def _sweep(now: datetime, share: Share) -> int:
    return _take_due(now, share, machine, protected=False) + _take_due(now, share, custody, protected=True)


def _take_due(now: datetime, share: Share, eyes: Callable[[], AbstractContextManager[None]], *, protected: bool) -> int:
    taken, at_a_time = 0, BATCH
    with eyes():
        due = with_step_due(now, protected=protected, share=share)
    for some in batched(due, TOGETHER):
        with eyes():
            looks = look(some, now)
            how = reached((each.row.matter for each in looks), may_be_told(looks))
        while looks:
            few, looks = looks[:at_a_time], looks[at_a_time:]
            began = time.perf_counter()
            with eyes():
                taken += take(few, due, how, now)
            at_a_time = paced(few, time.perf_counter() - began)
    return taken


def paced(few: Sequence[object], seconds: float) -> int:
    """How many are taken next, when these few took so long: as many as hold their locks for `LOCKED_SECONDS`."""
    return max(BATCH, min(MOST, 2 * len(few), round(len(few) * LOCKED_SECONDS / max(seconds, 0.001))))


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
