"""From rows of the ledger to the facts that `derive` reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from daras.duties.derive import DutyFacts, Pause, Reanchoring
from daras.duties.models import DutyChased, DutyMet, DutyOpened, DutyPaused, DutyReanchored
from daras.practice import Pack, load_pack
from daras.practice.pack import DutyKind
from daras.working_time import clock


def pack_of(duty: DutyOpened) -> Pack:
    """The pack under which a duty was opened, as it stood that day."""
    return load_pack(duty.pack, clock.local_date(duty.fact.recorded_at))


def kind_of(duty: DutyOpened) -> DutyKind:
    """The kind of a duty, by the pack under which it was opened."""
    return pack_of(duty).duty(duty.duty_kind)


def facts_of(duties: Sequence[DutyOpened]) -> dict[int, DutyFacts]:
    """Everything recorded about these duties, by duty: four queries, however many there are."""
    ids = [duty.pk for duty in duties]
    pauses: defaultdict[int, set[Pause]] = defaultdict(set)
    for pause in DutyPaused.objects.filter(duty__in=ids).select_related("resumption"):
        resumption = getattr(pause, "resumption", None)
        pauses[pause.duty_id].add(Pause(pause.paused_at, resumption.resumed_at if resumption else None))
    moves: defaultdict[int, set[Reanchoring]] = defaultdict(set)
    for move in DutyReanchored.objects.filter(duty__in=ids).select_related("fact"):
        moves[move.duty_id].add(Reanchoring(move.fact.recorded_at, move.anchor_at))
    met: defaultdict[int, set[object]] = defaultdict(set)
    for duty_id, met_at in DutyMet.objects.filter(duty__in=ids).values_list("duty_id", "met_at"):
        met[duty_id].add(met_at)
    steps: defaultdict[int, set[str]] = defaultdict(set)
    for duty_id, step in DutyChased.objects.filter(duty__in=ids).values_list("duty_id", "step"):
        steps[duty_id].add(step)
    return {
        duty.pk: DutyFacts(
            clock=kind.clock,
            opened_at=duty.fact.recorded_at,
            due_at=duty.due_at,
            pauses=frozenset(pauses[duty.pk]),
            reanchorings=frozenset(moves[duty.pk]),
            met=frozenset(met[duty.pk]),  # type: ignore[arg-type]
            steps=kind.steps,
            steps_done=frozenset(steps[duty.pk]),
            may_pause=kind.may_pause,
        )
        for duty in duties
        for kind in [kind_of(duty)]
    }
