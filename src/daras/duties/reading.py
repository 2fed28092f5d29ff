"""From rows of the ledger to the facts that `derive` reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from daras.duties.derive import DutyFacts, Pause, Reanchoring
from daras.duties.models import DutyOpened
from daras.ledger.reading import rows
from daras.practice import Pack, load_pack
from daras.practice.pack import DutyKind
from daras.working_time import clock


def pack_of(duty: DutyOpened) -> Pack:
    """The pack under which a duty was opened, as it stood that day."""
    return pack_then(duty.pack, duty.fact.recorded_at)


def pack_then(name: str, opened_at: datetime) -> Pack:
    """A pack as it stood on the day of an instant."""
    return load_pack(name, clock.local_date(opened_at))


def kind_of(duty: DutyOpened) -> DutyKind:
    """The kind of a duty, by the pack under which it was opened."""
    return pack_of(duty).duty(duty.duty_kind)


_FACTS = """
SELECT 'pause', pause.duty_id, pause.paused_at, resumption.resumed_at, ''
FROM duties_dutypaused pause LEFT JOIN duties_dutyresumed resumption ON resumption.pause_id = pause.fact_id
WHERE pause.duty_id = ANY(%(duties)s::bigint[])
UNION ALL SELECT 'move', move.duty_id, fact.recorded_at, move.anchor_at, ''
FROM duties_dutyreanchored move JOIN ledger_fact fact ON fact.id = move.fact_id
WHERE move.duty_id = ANY(%(duties)s::bigint[])
UNION ALL SELECT 'met', duty_id, met_at, NULL, '' FROM duties_dutymet WHERE duty_id = ANY(%(duties)s::bigint[])
UNION ALL SELECT 'step', duty_id, chased_at, NULL, step FROM duties_dutychased WHERE duty_id = ANY(%(duties)s::bigint[])
"""


class AsOpened(NamedTuple):
    """A duty's id, and what it began with."""

    pk: int
    kind: DutyKind
    opened_at: datetime
    due_at: datetime


def facts_of(duties: Sequence[DutyOpened]) -> dict[int, DutyFacts]:
    """Everything recorded about these duties, by duty: one query, however many there are."""
    return facts_since([AsOpened(duty.pk, kind_of(duty), duty.fact.recorded_at, duty.due_at) for duty in duties])


def facts_since(opened: Sequence[AsOpened]) -> dict[int, DutyFacts]:
    """The same of duties of which no more was read than what they began with."""
    asked = {"duties": [each.pk for each in opened]}
    pauses: defaultdict[int, set[Pause]] = defaultdict(set)
    moves: defaultdict[int, set[Reanchoring]] = defaultdict(set)
    met: defaultdict[int, set[datetime]] = defaultdict(set)
    steps: defaultdict[int, set[str]] = defaultdict(set)
    for what, duty_id, at, other, step in rows(_FACTS, asked, prepared=False):
        if what == "pause":
            pauses[duty_id].add(Pause(at, other))
        elif what == "move":
            moves[duty_id].add(Reanchoring(at, other))
        elif what == "met":
            met[duty_id].add(at)
        else:
            steps[duty_id].add(step)
    return {
        pk: DutyFacts(
            clock=kind.clock,
            opened_at=opened_at,
            due_at=due_at,
            pauses=frozenset(pauses.get(pk, ())),
            reanchorings=frozenset(moves.get(pk, ())),
            met=frozenset(met.get(pk, ())),
            steps=kind.steps,
            steps_done=frozenset(steps.get(pk, ())),
            may_pause=kind.may_pause,
        )
        for pk, kind, opened_at, due_at in opened
    }
