"""Reading duties: what a team owes, what is owed on a matter. Row-level security decides whose come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from daras.access.models import Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.duties.models import DutyOpened, DutyState
from daras.ledger.reading import HEADER, Columns, header, rows


def owed_by(worker: Worker) -> QuerySet[DutyState]:
    """What the worker's team, or the agency as a whole, still owes, the soonest first.

    The matter is not joined: an owner may owe something on a matter it cannot see, and knows it by its reference.
    """
    return (
        DutyState.objects.select_related("duty", "duty__fact")
        .filter(owner_agency=worker.agency, met_at__isnull=True)
        .filter(Q(owner_team=worker.team) | Q(owner_team=""))
        .order_by("due_at", "duty_id")
    )


_STATE, _DUTY = Columns(DutyState, "state"), Columns(DutyOpened, "duty")
_OF_MATTER = f"""
SELECT (SELECT words FROM duties_dutyanswered answered WHERE answered.duty_id = state.duty_id ORDER BY fact_id LIMIT 1),
  {_STATE.sql}, {_DUTY.sql}, {HEADER}
FROM duties_dutystate state
JOIN duties_dutyopened duty ON duty.fact_id = state.duty_id
JOIN ledger_fact fact ON fact.id = duty.fact_id
WHERE state.matter_id = %(matter)s
ORDER BY state.due_at, state.duty_id
"""  # noqa: S608 - the models' own words


def of_matter(matter_id: int) -> list[DutyState]:
    """Everything owed, or met, on a matter that the reader may see, the soonest first; with the owner's words where it
    was met by them (`answer`, as an annotation)."""
    return [_owed(row) for row in rows(_OF_MATTER, {"matter": matter_id})]


def _owed(row: Sequence[Any]) -> DutyState:
    answer, *columns = row
    values = iter(columns)
    state = _STATE.take(values)
    state.duty = _DUTY.take(values)
    state.duty.fact = header(values)
    vars(state)["answer"] = answer
    return state


def of_matters(matter_ids: Iterable[int], *, owner_agency: str) -> QuerySet[DutyState]:
    """What one agency owes on these matters."""
    rows = DutyState.objects.select_related("duty", "duty__fact").filter(matter__in=list(matter_ids))
    return rows.filter(owner_agency=owner_agency).order_by("due_at", "duty_id")


def with_step_due(now: datetime, limit: int, *, protected: bool = False) -> QuerySet[DutyState]:
    """Duties whose next step (a chase, an escalation) is due, the longest waiting first, locked for this sweep alone.

    Their matters are locked with them, as by everybody who writes on one: a duty without its matter would be taken in
    the other order than a writer takes them, and the two would wait for each other. What is locked is left for later.
    `protected` asks for what is protected alone.
    """
    rows = (
        DutyState.objects.select_for_update(skip_locked=True, no_key=True, of=("self", "matter"))
        .select_related("duty", "duty__fact", "matter")
        .filter(met_at__isnull=True, paused=False, next_step_at__lte=now)
        .order_by("next_step_at")
    )
    return (rows.filter(audience_id__gte=PROTECTED_SCOPE << 32) if protected else rows)[:limit]


def opened_by_fact(fact_id: int, kinds: Iterable[str]) -> QuerySet[DutyOpened]:
    """The duties of these kinds that a fact opened."""
    return DutyOpened.objects.select_related("fact").filter(opened_by_id=fact_id, duty_kind__in=list(kinds))
