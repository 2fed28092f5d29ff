"""From rows of the ledger to the facts that `derive` reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from daras.duties.derive import DutyFacts, Pause, Reanchoring
from daras.duties.models import DutyOpened
from daras.ledger.reading import rows
from daras.practice import Pack, load_pack
from daras.practice.pack import DutyKind
from daras.working_time import clock


def pack_of(duty: DutyOpened) -> Pack:
    """The pack under which a duty was opened, as it stood that day."""
    return load_pack(duty.pack, clock.local_date(duty.fact.recorded_at))


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


def facts_of(duties: Sequence[DutyOpened]) -> dict[int, DutyFacts]:
    """Everything recorded about these duties, by duty: one query, however many there are."""
    asked = {"duties": [duty.pk for duty in duties]}
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
        duty.pk: DutyFacts(
            clock=kind.clock,
            opened_at=duty.fact.recorded_at,
            due_at=duty.due_at,
            pauses=frozenset(pauses[duty.pk]),
            reanchorings=frozenset(moves[duty.pk]),
            met=frozenset(met[duty.pk]),
            steps=kind.steps,
            steps_done=frozenset(steps[duty.pk]),
            may_pause=kind.may_pause,
        )
        for duty in duties
        for kind in [kind_of(duty)]
    }
