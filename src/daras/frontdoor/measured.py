"""Referrals and ViSTs as their senders' measures: how complete they are, whether parents and child were involved (A2,
A4).

Every one counts in the month in which it was received, for the agency and team that sent it. Whoever reads a measure is
shown an agency's own numbers, and small ones as `measures.counting` says. None of it ranks or delays a referral.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from daras.measures.hooks import MOST_CASES, Case, Count, Source
from daras.practice import Pack
from daras.practice.measures import Better, Measure

PART = "referral-missing"
COHORT = "the month in which it was received"
SOURCE = "what the front door received"


@dataclass(frozen=True, slots=True)
class _Share:
    """A share of referrals: of those for which `of` holds, so much of `out_of` each."""

    query: str
    name: str
    counted: str
    of: str = "true"
    out_of: int = 1
    better: Better = "higher"


#: Agreement never decides whether news is shared: it is counted for those whose help is voluntary, where it was asked.
_SHARES = (
    _Share("referral-quality", "Quality of referrals: the average score", "news.score", out_of=100),
    _Share("referral-parents-told", "Referrals of which the parents were told", "coalesce(news.told, false)::int"),
    _Share(
        "referral-parents-not-told",
        "Referrals of which the parents were not told",
        "coalesce(NOT news.told, false)::int",
        better="lower",
    ),
    _Share(
        "referral-not-told-why", "Parents not told, with the reason", "(news.reason <> '')::int", of="news.told = false"
    ),
    _Share("referral-parents-views", "Parents told, with their views", "(news.views <> '')::int", of="news.told"),
    _Share("referral-child-views", "Referrals that say what a child says", "news.heard::int"),
    _Share(
        "referral-agreement-asked", "Referrals that say whether help was agreed to", "(news.agreed IS NOT NULL)::int"
    ),
    _Share(
        "referral-agreement", "Agreement to help, where it was asked", "news.agreed::int", of="news.agreed IS NOT NULL"
    ),
)

#: Every referral and ViST in the window. Words that a sender asked to be kept stand in the document alone (A8).
_NEWS = """
WITH news AS (
    SELECT received.receipt, fact.agency, received.sender_team AS team, fact.recorded_at AS at,
           (date_trunc('month', fact.recorded_at AT TIME ZONE 'Europe/London'))::date AS month,
           quality.score, quality.parts_missing, received.parents_told AS told, received.agreement_given AS agreed,
           btrim(coalesce(document.body -> 'involvement' ->> 'reason', received.parents_not_told_because)) AS reason,
           btrim(coalesce(document.body -> 'involvement' ->> 'their_views', received.parents_views)) AS views,
           EXISTS (SELECT 1 FROM jsonb_each(document.body -> 'voice_of_child') AS said
                   WHERE btrim(said.value ->> 'text') <> '') AS heard,
           (SELECT concern.about_record_ids[1] FROM frontdoor_concernreported concern
            WHERE concern.audience_id = received.audience_id ORDER BY concern.fact_id LIMIT 1) AS record_id
    FROM frontdoor_referralreceived received
    JOIN ledger_fact fact ON fact.id = received.fact_id
    JOIN frontdoor_qualitychecked quality ON quality.audience_id = received.audience_id
    LEFT JOIN frontdoor_document document ON document.id = received.document_id
    WHERE received.news_kind IN ('referral', 'vist')
      AND fact.recorded_at >= %(since)s AND fact.recorded_at <= %(until)s
)
"""
_VALUES = ", ".join(f"('{each.query}', {each.counted}, {each.out_of}, {each.of})" for each in _SHARES)
_MEASURED = f"""
FROM news CROSS JOIN LATERAL (
    VALUES {_VALUES}
    UNION ALL
    SELECT '{PART}-' || part, (part = ANY(news.parts_missing))::int, 1, true FROM unnest(%(parts)s::varchar[]) AS part
) AS measured (id, counted, out_of, applies)
WHERE measured.applies AND measured.id = ANY(%(asked)s)
"""  # noqa: S608 - put together from constants of this module
_COUNTS = f"""{_NEWS}
SELECT measured.id, news.agency, news.team, news.month, sum(measured.counted)::int, sum(measured.out_of)::int,
       count(*)::int {_MEASURED}
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
"""
_CASES = f"""{_NEWS}
SELECT news.receipt, news.record_id, news.at, measured.counted = measured.out_of {_MEASURED}
  AND news.agency = %(agency)s
ORDER BY news.at DESC LIMIT {MOST_CASES}
"""


def _measures(pack: Pack) -> Iterator[Measure]:
    """The shares, and one for each part that a good referral has by the pack."""
    for each in _SHARES:
        yield Measure(each.query, each.name, each.query, COHORT, SOURCE, better=each.better)
    for question in pack.questions:
        name = f"Left out of referrals: {question.ask}"
        yield Measure(f"{PART}-{question.id}", name, PART, COHORT, SOURCE, better="lower", question=question.id)


def _asked(measures: Sequence[Measure], since: datetime, until: datetime) -> dict[str, Any]:
    parts = [measure.question for measure in measures if measure.query == PART]
    return {"asked": [measure.id for measure in measures], "parts": parts, "since": since, "until": until}


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _asked(measures, since, until))
        for measure, *row in cursor.fetchall():
            yield measure, Count(*row)


def _cases(measure: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    with connection.cursor() as cursor:
        cursor.execute(_CASES, {**_asked([measure], since, until), "agency": agency})
        return [Case(*row) for row in cursor.fetchall()]


REFERRALS = Source("referrals", frozenset({PART, *(each.query for each in _SHARES)}), _measures, _counts, _cases)
