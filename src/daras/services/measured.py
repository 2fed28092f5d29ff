"""Safe caseloads and a stable workforce as measures: practitioners at or under the ceiling of their kind of team, and
workers of a year ago who are in the same team now (I10).

Both are of a moment: the end of each month, and of this month now. They are counted from facts and from who worked
where since when, so that a past month says what was so then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection

from daras.access.policy import WITHOUT_CHILDREN
from daras.access.session import machine
from daras.measures.hooks import MOST_CASES, Case, Count, Source
from daras.practice import Pack
from daras.practice.measures import Measure
from daras.requests.models import RequestState
from daras.services.caseload import HELD, ceiling_of
from daras.working_time import clock

WITHIN, STILL = "caseload-within", "still-in-post"
#: Each month of the window with the moment at which it is looked at.
_MOMENTS = """
SELECT month::date AS month, least((month + interval '1 month') AT TIME ZONE 'Europe/London', %(until)s) AS at
FROM generate_series(date_trunc('month', %(since)s AT TIME ZONE 'Europe/London'),
  %(until)s AT TIME ZONE 'Europe/London', interval '1 month') month
"""
_CASELOADS = f"""
WITH moments AS ({_MOMENTS}), held AS ({HELD}),
each AS (
  SELECT held.agency, held.team, moments.month, held.worker, count(*) AS cases
  FROM moments JOIN held ON held.since <= moments.at AND (held.until IS NULL OR held.until > moments.at)
  WHERE NOT EXISTS (
    SELECT FROM access_covertteam covert WHERE (covert.agency, covert.team) = (held.agency, held.team))
  GROUP BY 1, 2, 3, 4)
SELECT agency, team, month, cases::int, count(*)::int FROM each GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from constants
_POSTS = f"""
WITH moments AS ({_MOMENTS})
SELECT before.agency, before.team, moments.month,
  (count(DISTINCT before.worker_id) FILTER (WHERE EXISTS (
    SELECT FROM access_post later WHERE later.worker_id = before.worker_id
      AND (later.agency, later.team) = (before.agency, before.team)
      AND later.since <= moments.at AND (later.until IS NULL OR later.until > moments.at))))::int,
  count(DISTINCT before.worker_id)::int
FROM moments JOIN access_post before ON before.since <= moments.at - interval '1 year'
  AND (before.until IS NULL OR before.until > moments.at - interval '1 year')
WHERE before.role <> ALL(%(without)s) AND NOT EXISTS (
  SELECT FROM access_covertteam covert WHERE (covert.agency, covert.team) = (before.agency, before.team))
GROUP BY 1, 2, 3
"""  # noqa: S608 - put together from constants


def _measures(_: Pack) -> Iterator[Measure]:
    """None beside those that the practice pack names, with their targets."""
    return iter(())


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    """One statement for each of the two that is asked for."""
    asked = {"since": since, "until": until, "without": sorted(WITHOUT_CHILDREN)}
    for query, counted in ((WITHIN, partial(_within, until=until)), (STILL, _still)):
        wanted = [measure.id for measure in measures if measure.query == query]
        for count in counted(asked) if wanted else ():
            yield from ((each, count) for each in wanted)


def _within(asked: dict[str, Any], until: datetime) -> Iterator[Count]:
    """Whoever has a case, by team and month; each month by the ceilings of the day at its end."""
    with connection.cursor() as cursor:
        cursor.execute(_CASELOADS, asked)
        rows: list[tuple[str, str, date, int, int]] = cursor.fetchall()
    sums: defaultdict[tuple[str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    for agency, team, month, cases, workers in rows:
        ceiling = ceiling_of(agency, team, _looked_at(month, clock.local_date(until)))
        if ceiling is not None:
            sums[agency, team, month][0] += workers if cases <= ceiling.most else 0
            sums[agency, team, month][1] += workers
    yield from (Count(*key, *counted) for key, counted in sums.items())


def _looked_at(month: date, today: date) -> date:
    """The last day of a month, or today where that has not come."""
    following = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    return min(following - timedelta(days=1), today)


def _still(asked: dict[str, Any]) -> Iterator[Count]:
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, asked)
        yield from (Count(*row) for row in cursor.fetchall())


def _cases(measure: Measure, agency: str, _since: datetime, until: datetime) -> list[Case]:
    """The open cases of the agency's practitioners as the reader may see them, each by whether whoever has it is within
    the ceiling; of who works where there is no case."""
    if measure.query != WITHIN:
        return []
    with machine(blind=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_team, worker, count(*) FROM requests_requeststate"
            " WHERE to_agency = %s AND worker > '' AND ended_at IS NULL GROUP BY 1, 2",
            [agency],
        )
        held = {(team, worker): cases for team, worker, cases in cursor.fetchall()}
    ceilings = {team: ceiling_of(agency, team, clock.local_date(until)) for team, _ in held}
    rows = (
        RequestState.objects.select_related("request__fact")
        .filter(to_agency=agency, worker__gt="", ended_at__isnull=True)
        .filter(to_team__in=[team for team, ceiling in ceilings.items() if ceiling is not None])
        .order_by("-made_at")[:MOST_CASES]
    )
    found = []
    for row in rows:
        ceiling = ceilings[row.to_team]
        within = ceiling is not None and held.get((row.to_team, row.worker), 0) <= ceiling.most
        found.append(Case(row.request.reference, row.request.fact.person_record_id, row.made_at, within))
    return found


WORKFORCE = Source("workforce", frozenset({WITHIN, STILL}), _measures, _counts, _cases)
