"""Who has how many open cases, now and on any day before, and who has more than the partnership wants (F8, I10).

A case is what a team was asked for and gave to a practitioner: it is theirs from the fact that gave it to them until
the one that gave it to somebody else, or until the request was over. So a caseload of a past day is counted from facts
and kept nowhere. A number judges nobody: a ceiling says when somebody should be asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from daras.access.models import Worker
from daras.access.policy import MANAGERS
from daras.agencies import load_directory
from daras.practice import NoPackForThatDay, pack_for
from daras.practice.caseloads import CaseloadCeiling, ceiling_for
from daras.requests.commands import RISKS
from daras.requests.models import RequestState
from daras.working_time import clock

#: Each case with whoever had it, from when until when; no end where they have it still.
HELD = """
SELECT state.request_id, state.to_agency AS agency, state.to_team AS team, given.worker, given.worker_name, given.risk,
  fact.recorded_at AS since, least(state.ended_at, lead(fact.recorded_at) OVER (
    PARTITION BY given.request_id ORDER BY fact.recorded_at, fact.id)) AS until
FROM requests_requestallocated given
JOIN ledger_fact fact ON fact.id = given.fact_id
JOIN requests_requeststate state ON state.request_id = given.request_id
"""
_ON_A_DAY = f"""
SELECT worker, worker_name, risk FROM ({HELD} WHERE state.to_agency = %s AND state.to_team = %s) held
WHERE since <= %s AND (until IS NULL OR until > %s) ORDER BY since, request_id
"""  # noqa: S608 - put together from constants of this module
_OF_WORKERS = f"""
SELECT worker, worker_name, since, until
FROM ({HELD} WHERE state.to_agency = %s AND state.to_team = %s) held WHERE worker = ANY(%s) ORDER BY since, request_id
"""  # noqa: S608 - put together from constants of this module


@dataclass(frozen=True, slots=True)
class Caseload:
    """What one practitioner has, by how the service sees the risk."""

    worker: str
    name: str
    by_risk: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_risk.values())


@dataclass(frozen=True, slots=True)
class Over:
    """A practitioner with more open cases than are wanted: since when without a break it has been so."""

    worker: str
    name: str
    cases: int
    ceiling: CaseloadCeiling
    since: datetime


def ceiling_of(agency: str, team: str, on: date) -> CaseloadCeiling | None:
    """What the partnership wants of a team on a day; none where nothing was agreed for its kind."""
    try:
        ceilings = pack_for(on).caseloads.values()
    except NoPackForThatDay:
        return None
    return ceiling_for(ceilings, load_directory().agency_at_any_time(agency).kind, team)


def caseloads(worker: Worker, at: datetime) -> list[Caseload]:
    """Of the worker's own team at a moment, as far as the worker may see: everybody who had something, the heaviest
    first. One statement (F8)."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_A_DAY, [worker.agency, worker.team, at, at])
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    names = {slug: name for slug, name, _ in rows}
    counted = Counter((slug, risk) for slug, _, risk in rows)
    found = [Caseload(slug, name, {risk: counted[slug, risk] for risk in RISKS}) for slug, name in names.items()]
    return sorted(found, key=lambda each: (-each.by_risk["high"], -each.total, each.name))


def manages(worker: Worker) -> bool:
    """Whether the worker answers for how much those of their own team carry."""
    return worker.role in MANAGERS and bool(worker.team)


def over_ceiling(worker: Worker, now: datetime) -> list[Over]:
    """Who of the team that the worker manages has more open cases than are wanted, the most first; nobody for others,
    and nobody where nothing was agreed. One statement, and one more where there is somebody (I10)."""
    ceiling = ceiling_of(worker.agency, worker.team, clock.local_date(now)) if manages(worker) else None
    if ceiling is None:
        return []
    held = RequestState.objects.filter(
        to_agency=worker.agency, to_team=worker.team, ended_at__isnull=True, worker__gt=""
    ).values_list("worker", flat=True)
    above = {slug for slug, cases in Counter(held).items() if cases > ceiling.most}
    if not above:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OF_WORKERS, [worker.agency, worker.team, sorted(above)])
        rows: list[tuple[str, str, datetime, datetime | None]] = cursor.fetchall()
    found = [_over(slug, [row for row in rows if row[0] == slug], ceiling) for slug in sorted(above)]
    return sorted(found, key=lambda each: (-each.cases, each.name))


def _over(slug: str, rows: list[tuple[str, str, datetime, datetime | None]], ceiling: CaseloadCeiling) -> Over:
    spans = [(since, until) for _, _, since, until in rows]
    cases = sum(until is None for _, until in spans)
    return Over(slug, rows[-1][1], cases, ceiling, above_since(spans, ceiling.most))


def above_since(spans: Iterable[tuple[datetime, datetime | None]], most: int) -> datetime:
    """Since when, without a break, there are more than `most` of these at once. Raises `ValueError` where there are
    not."""
    changes: Counter[datetime] = Counter()
    for since, until in spans:
        changes[since] += 1
        if until is not None:
            changes[until] -= 1
    at_once, began = 0, None
    for at in sorted(changes):
        at_once += changes[at]
        began = (began or at) if at_once > most else None
    if began is None:
        raise ValueError(f"There are not more than {most}.")
    return began


def cases_of(worker: Worker, practitioners: Iterable[str]) -> list[RequestState]:
    """The open cases of these practitioners of the worker's own team, as far as the worker may see: the longest first.
    Each is given to somebody else on its own page."""
    rows = RequestState.objects.select_related("request", "request__fact").filter(
        to_agency=worker.agency, to_team=worker.team, ended_at__isnull=True, worker__in=list(practitioners)
    )
    return list(rows.order_by("made_at", "pk"))
