"""Reading duties: what a team owes, what is owed on a matter. Row-level security decides whose come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from daras.access.models import SERIAL_BITS, Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.duties.models import DutyOpened, DutyState
from daras.ledger.reading import HEADER, Columns, header, rows
from daras.matters.models import Matter


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


_DUE = """
SELECT duty_id, xmin::text FROM duties_dutystate state
WHERE met_at IS NULL AND NOT paused AND next_step_at <= %(now)s AND audience_id >= %(from)s
  AND matter_id %% %(of)s = %(part)s
ORDER BY next_step_at, duty_id
"""
_LOOKED_AT = """
SELECT state.duty_id, duty.duty_kind, duty.pack, fact.recorded_at, duty.due_at, duty.told, duty.audience_id,
  duty.owner_agency, duty.owner_team, duty.reference, state.owner_agency, state.matter_id
FROM duties_dutystate state
JOIN duties_dutyopened duty ON duty.fact_id = state.duty_id
JOIN ledger_fact fact ON fact.id = duty.fact_id
WHERE state.duty_id = ANY(%(duties)s::bigint[])
ORDER BY state.next_step_at, state.duty_id
"""
_TAKEN = """
UPDATE duties_dutystate state SET next_step_at = ours.at
FROM (
  SELECT state.duty_id, seen.at
  FROM unnest(%(duties)s::bigint[], %(versions)s::text[], %(at)s::timestamptz[]) AS seen(duty, version, at)
  JOIN duties_dutystate state ON state.duty_id = seen.duty AND state.xmin::text = seen.version
  JOIN matters_matter matter ON matter.id = state.matter_id
  FOR NO KEY UPDATE OF state, matter SKIP LOCKED
) ours
WHERE state.duty_id = ours.duty_id
RETURNING state.duty_id
"""


class Share(NamedTuple):
    """One of several parts of all matters: what is taken of one matter is taken by one."""

    part: int
    of: int


ALL = Share(0, 1)


def steps_due(now: datetime) -> int:
    """How many duties have a step due that is not of what is protected."""
    return DutyState.objects.filter(met_at__isnull=True, paused=False, next_step_at__lte=now).count()


def with_step_due(now: datetime, *, protected: bool = False, share: Share = ALL) -> dict[int, str]:
    """Duties whose next step (a chase, an escalation) is due, the longest waiting first, each with the version of its
    row: what changes the duty changes the row. Nothing is locked by this. `protected` asks for what is protected alone.
    """
    lowest = PROTECTED_SCOPE << SERIAL_BITS if protected else 0
    return dict(rows(_DUE, {"now": now, "from": lowest, "part": share.part, "of": share.of}))


class Seen(NamedTuple):
    """What a sweep knows of a duty: what it began with and whose it was then, whose it is now, and its matter. No
    object of the framework is made of any: of fifty thousand that alone would take seconds."""

    pk: int
    duty_kind: str
    pack: str
    opened_at: datetime
    due_at: datetime
    told: str
    audience_id: int
    owner_agency: str
    owner_team: str
    reference: str
    agency_now: str
    matter: Matter


def looked_at(duty_ids: Iterable[int]) -> list[Seen]:
    """These duties, the longest waiting first."""
    found = rows(_LOOKED_AT, {"duties": list(duty_ids)})
    matters = Matter.objects.in_bulk({row[-1] for row in found})
    return [Seen._make((*row[:-1], matters[row[-1]])) for row in found]


def taken_now(later: Mapping[int, tuple[str, datetime | None]]) -> set[int]:
    """Lock those of these duties that are as they were seen and that nobody else holds, and say when each is to be
    looked at next; returns which they are. What is locked, or was changed meanwhile, is left for the next sweep.

    Their matters are locked with them, as by everybody who writes on one: a duty without its matter would be taken in
    the other order than a writer takes them, and the two would wait for each other.
    """
    given = {
        "duties": list(later),
        "versions": [version for version, _ in later.values()],
        "at": [at for _, at in later.values()],
    }
    return {duty for (duty,) in rows(_TAKEN, given)}


def opened_by_fact(fact_id: int, kinds: Iterable[str]) -> QuerySet[DutyOpened]:
    """The duties of these kinds that a fact opened."""
    return DutyOpened.objects.select_related("fact").filter(opened_by_id=fact_id, duty_kind__in=list(kinds))
