"""Summaries read by NHS number, as a measure of whoever read them: after how many the same agency refers (F10).

Neither is better: most looks find that others know already. A look that showed nothing is in no count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from daras.measures.hooks import MOST_CASES, Case, Count, Source
from daras.practice import Pack
from daras.practice.measures import Measure

REFERRED = "summary-referred"
#: The same agency sent news, within seven days, of a matter in which the person stands.
_LED_ON = """EXISTS (
  SELECT FROM people_recordperson own
  JOIN people_recordperson other ON other.person_id = own.person_id
  JOIN ledger_fact part ON part.person_record_id = other.record_id AND part.kind = 'person-in-matter'
  JOIN ledger_fact news ON news.matter_id = part.matter_id AND news.kind = 'referral-received'
  WHERE own.record_id = fact.person_record_id AND news.agency = fact.agency
    AND news.recorded_at BETWEEN fact.recorded_at AND fact.recorded_at + interval '7 days')"""
_COUNTS = f"""
SELECT fact.agency, summary.team, (date_trunc('month', fact.recorded_at AT TIME ZONE 'Europe/London'))::date,
       (count(*) FILTER (WHERE {_LED_ON}))::int, count(*)::int
FROM flags_summaryread summary JOIN ledger_fact fact ON fact.id = summary.fact_id
WHERE fact.recorded_at >= %s AND fact.recorded_at <= %s
GROUP BY 1, 2, 3
"""  # noqa: S608 - put together from constants of this module


def _measures(_: Pack) -> Iterator[Measure]:
    """None beside the one that the practice pack names."""
    return iter(())


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [since, until])
        yield from ((measure.id, Count(*row)) for row in cursor.fetchall() for measure in measures)


def _cases(_: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    """What the reader may see of their own agency's looks, each with the matter that it is news for, if any."""
    sql = (
        f"SELECT coalesce(matter.reference, ''), fact.person_record_id, fact.recorded_at, {_LED_ON}"  # noqa: S608
        " FROM flags_summaryread summary JOIN ledger_fact fact ON fact.id = summary.fact_id"
        " LEFT JOIN matters_matter matter ON matter.id = fact.matter_id"
        " WHERE fact.agency = %s AND fact.recorded_at >= %s AND fact.recorded_at <= %s"
        f" ORDER BY fact.recorded_at DESC LIMIT {MOST_CASES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [agency, since, until])
        return [Case(*row) for row in cursor.fetchall()]


SUMMARIES = Source("summaries", frozenset({REFERRED}), _measures, _counts, _cases)
