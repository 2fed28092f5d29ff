"""Open afternoons as a measure of whoever booked: how many of the places taken were used (A13).

What referrals are like before and after stands beside each afternoon; this says whether anybody comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from daras.measures.hooks import Case, Count, Source
from daras.practice import Pack
from daras.practice.measures import Measure

CAME = "afternoon-came"
_COUNTS = """
SELECT booking.agency, booking.team,
       (date_trunc('month', afternoon.starts_at AT TIME ZONE 'Europe/London'))::date,
       (count(*) FILTER (WHERE booking.attended))::int, count(*)::int
FROM hubs_booking booking JOIN hubs_openafternoon afternoon ON afternoon.id = booking.afternoon_id
WHERE booking.attended IS NOT NULL AND afternoon.starts_at >= %s AND afternoon.starts_at <= %s
GROUP BY 1, 2, 3
"""


def _measures(_: Pack) -> Iterator[Measure]:
    yield Measure(CAME, "Places at open afternoons that were used", CAME, "the month of the afternoon", "what hubs say")


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [since, until])
        yield from ((measure.id, Count(*row)) for row in cursor.fetchall() for measure in measures)


def _cases(_measure: Measure, _agency: str, _since: datetime, _until: datetime) -> list[Case]:
    """None: an afternoon is about no child."""
    return []


AFTERNOONS = Source("afternoons", frozenset({CAME}), _measures, _counts, _cases)
