"""Waiting lists: counted from requests, and kept nowhere (F8, H1, H2).

Who waits is whoever was accepted and has not begun; what a service sees in a week is what it began. A list is read by
the service itself; how long it is, by everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.practice.service_definitions import Service
from daras.requests.models import RequestState
from daras.services.forecast import Given

#: What accepted requests wait for.
BEGINS = "begins"
#: Over so many weeks arrivals and beginnings are averaged.
WEEKS = 12
#: A list shorter than this is not said in numbers to others than the service: it may say who somebody is.
FEW = 5


@dataclass(frozen=True, slots=True)
class Length:
    """A list in numbers: who waits, of whom urgent, beyond the clock, and the usual wait in days of those who began."""

    waiting: int
    urgent: int
    late: int
    usual_days: int | None
    asked: float  # a week
    began: float  # a week


_LENGTHS = """
SELECT state.service, state.to_agency, state.to_team,
  count(*) FILTER (WHERE state.stage = %(begins)s AND state.ended_at IS NULL),
  count(*) FILTER (WHERE state.stage = %(begins)s AND state.ended_at IS NULL AND state.urgency = 'urgent'),
  count(*) FILTER (WHERE state.stage = %(begins)s AND state.ended_at IS NULL AND EXISTS (
    SELECT 1 FROM duties_dutystate duty JOIN duties_dutyopened opened ON opened.fact_id = duty.duty_id
    WHERE duty.matter_id = state.matter_id AND opened.reference = made.reference AND duty.met_at IS NULL
      AND duty.due_at < %(now)s)),
  count(*) FILTER (WHERE state.made_at >= %(since)s)
FROM requests_requeststate state JOIN requests_requestmade made ON made.fact_id = state.request_id
WHERE state.request_kind = ANY(%(kinds)s)
GROUP BY 1, 2, 3
"""
_BEGAN = """
SELECT state.service, state.to_agency, state.to_team,
  count(*) FILTER (WHERE fact.recorded_at >= %(since)s),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM fact.recorded_at - state.made_at) / 86400)
FROM requests_requestanswered answered
JOIN ledger_fact fact ON fact.id = answered.fact_id
JOIN requests_requeststate state ON state.request_id = answered.request_id
WHERE answered.stage = %(begins)s AND state.request_kind = ANY(%(kinds)s)
GROUP BY 1, 2, 3
"""


def lengths(services: Iterable[Service], now: datetime) -> dict[str, Length]:
    """How long each service's list is, the same for everybody: two statements under the machine role."""
    wanted = list(services)
    asked: dict[str, Any] = {
        "begins": BEGINS,
        "now": now,
        "since": now - timedelta(weeks=WEEKS),
        "kinds": sorted({each.request for each in wanted}),
    }
    with machine(), connection.cursor() as cursor:
        cursor.execute(_LENGTHS, asked)
        counted = cursor.fetchall()
        cursor.execute(_BEGAN, asked)
        began = cursor.fetchall()
    return {each.id: _length(each, counted, began) for each in wanted}


def _length(service: Service, counted: list[tuple[object, ...]], began: list[tuple[object, ...]]) -> Length:
    """Of one service: what was asked of it by name, and of its team without one."""
    waiting = [row[3:] for row in counted if _of(service, row)]
    begun = [row[3:] for row in began if _of(service, row)]
    sums = [sum(int(str(row[place])) for row in waiting) for place in range(4)]
    usual = max((float(str(row[1])) for row in begun if row[1] is not None), default=None)
    return Length(
        waiting=sums[0],
        urgent=sums[1],
        late=sums[2],
        usual_days=round(usual) if usual is not None else None,
        asked=sums[3] / WEEKS,
        began=sum(int(str(row[0])) for row in begun) / WEEKS,
    )


def _of(service: Service, row: tuple[object, ...]) -> bool:
    return row[0] == service.id or (not row[0] and (row[1], row[2]) == (service.agency, service.team))


def given_for(service: Service, length: Length) -> Given:
    """What a forecast starts from: who waits, who was asked for lately, and the places that the directory names."""
    return Given(
        waiting=length.waiting,
        arriving=round(length.asked, 1),
        seen=float(service.places_a_week or 1),
        practitioners=max(service.practitioners, 1),
    )


def list_of(worker: Worker, service: Service) -> list[RequestState]:
    """Who waits, as far as the reader may see: urgent first, then by the clock of when they must begin."""
    rows = RequestState.objects.select_related("request", "request__fact").filter(
        Q(service=service.id) | Q(service="", to_agency=service.agency, to_team=service.team),
        stage=BEGINS,
        ended_at__isnull=True,
        request_kind=service.request,
        to_agency=worker.agency,
    )
    return list(rows.order_by("-urgency", "stage_since"))


def clocks_of(rows: Iterable[RequestState]) -> dict[str, DutyState]:
    """By when each must begin, by reference."""
    found = list(rows)
    duties = DutyState.objects.select_related("duty", "duty__fact").filter(
        matter__in={row.matter_id for row in found},
        duty__reference__in=[row.request.reference for row in found],
        met_at__isnull=True,
    )
    return {state.duty.reference: state for state in duties}
