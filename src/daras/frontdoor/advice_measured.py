"""Calls for advice as measures of whoever asked: after how many a referral is made (A15).

Neither is better: a call after which nothing is referred, with the reason written down, is what advice is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from daras.frontdoor.models import AdviceGiven
from daras.measures.hooks import MOST_CASES, Case, Count, Source
from daras.practice import Pack
from daras.practice.measures import Measure

REFERRED = "advice-referred"
_COUNTS = """
SELECT advice.caller_agency, advice.caller_team,
       (date_trunc('month', fact.recorded_at AT TIME ZONE 'Europe/London'))::date,
       (count(*) FILTER (WHERE advice.refer))::int, count(*)::int
FROM frontdoor_advicegiven advice JOIN ledger_fact fact ON fact.id = advice.fact_id
WHERE fact.recorded_at >= %s AND fact.recorded_at <= %s
GROUP BY 1, 2, 3
"""


def _measures(_: Pack) -> Iterator[Measure]:
    yield Measure(
        REFERRED,
        "Advice after which a referral is made",
        REFERRED,
        "the month in which it was given",
        "what the front door and designated professionals wrote down",
    )


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [since, until])
        yield from ((measure.id, Count(*row)) for row in cursor.fetchall() for measure in measures)


def _cases(_: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    """Each call by its reference: whom it was about stands in words, where anybody was named."""
    rows = AdviceGiven.objects.filter(
        caller_agency=agency, fact__recorded_at__gte=since, fact__recorded_at__lte=until
    ).order_by("-fact__recorded_at")
    return [
        Case(reference, None, at, refer)
        for reference, at, refer in rows.values_list("reference", "fact__recorded_at", "refer")[:MOST_CASES]
    ]


ADVICE = Source("advice", frozenset({REFERRED}), _measures, _counts, _cases)
