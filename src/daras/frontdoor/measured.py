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

    @property
    def in_words(self) -> bool:
        """Whether it reads what the document says in words."""
        return any(f"news.{each}" in f"{self.counted} {self.of}" for each in ("reason", "views", "heard"))


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

#: Every referral and ViST in the window, of all agencies or of one; what stands in words is read only where it is asked
#: for, and once. Words that a sender asked to be kept stand in the document alone (A8).
_WORDS = """,
           btrim(coalesce(said.involvement ->> 'reason', received.parents_not_told_because)) AS reason,
           btrim(coalesce(said.involvement ->> 'their_views', received.parents_views)) AS views,
           EXISTS (SELECT 1 FROM jsonb_each(said.voice_of_child) AS voice WHERE btrim(voice.value ->> 'text') <> '')
             AS heard"""
_DOCUMENTS = """
    LEFT JOIN frontdoor_document document ON document.id = received.document_id
    LEFT JOIN LATERAL jsonb_to_record(document.body) AS said (involvement jsonb, voice_of_child jsonb) ON true"""
_CASE = """,
           received.receipt, fact.recorded_at AS at,
           (SELECT concern.about_record_ids[1] FROM frontdoor_concernreported concern
            WHERE concern.audience_id = received.audience_id ORDER BY concern.fact_id LIMIT 1) AS record_id"""
_NEWS = """
WITH news AS MATERIALIZED (
    SELECT fact.agency, received.sender_team AS team,
           (date_trunc('month', fact.recorded_at AT TIME ZONE 'Europe/London'))::date AS month,
           quality.score, quality.parts_missing, received.parents_told AS told,
           received.agreement_given AS agreed{columns}
    FROM frontdoor_referralreceived received
    JOIN ledger_fact fact ON fact.id = received.fact_id
    JOIN frontdoor_qualitychecked quality ON quality.audience_id = received.audience_id{joined}
    WHERE received.news_kind IN ('referral', 'vist')
      AND fact.recorded_at >= %(since)s AND fact.recorded_at <= %(until)s{of}
)
"""
_BY_ID = {each.query: each for each in _SHARES}


def _measures(pack: Pack) -> Iterator[Measure]:
    """The shares, and one for each part that a good referral has by the pack."""
    for each in _SHARES:
        yield Measure(each.query, each.name, each.query, COHORT, SOURCE, better=each.better)
    for question in pack.questions:
        name = f"Left out of referrals: “{question.ask.rstrip('.')}”"
        yield Measure(f"{PART}-{question.id}", name, PART, COHORT, SOURCE, better="lower", question=question.id)


def _share(measure: Measure, number: int) -> _Share:
    """What a measure counts; a part left out is told by the number of its parameter."""
    if measure.query == PART:
        return _Share(PART, measure.name, f"(%(part{number})s = ANY(news.parts_missing))::int")
    return _BY_ID[measure.query]


def _asked(measures: Sequence[Measure], since: datetime, until: datetime) -> dict[str, Any]:
    parts = {f"part{number}": measure.question for number, measure in enumerate(measures)}
    return {**parts, "since": since, "until": until}


def _news(shares: Sequence[_Share], *, case: bool = False) -> str:
    words = any(each.in_words for each in shares)
    return _NEWS.format(
        columns=(_WORDS if words else "") + (_CASE if case else ""),
        joined=_DOCUMENTS if words else "",
        of=" AND fact.agency = %(agency)s" if case else "",
    )


def _counts(measures: Sequence[Measure], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    """One pass over the news, whatever is asked of it: a numerator, a denominator and the cases for each measure."""
    shares = [_share(measure, number) for number, measure in enumerate(measures)]
    sums = ", ".join(
        f"coalesce(sum({each.counted}) FILTER (WHERE {each.of}), 0)::int, "
        f"({each.out_of} * count(*) FILTER (WHERE {each.of}))::int, (count(*) FILTER (WHERE {each.of}))::int"
        for each in shares
    )
    sql = f"{_news(shares)} SELECT agency, team, month, {sums} FROM news GROUP BY 1, 2, 3"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(sql, _asked(measures, since, until))
        for agency, team, month, *numbers in cursor.fetchall():
            for number, measure in enumerate(measures):
                numerator, denominator, cases = numbers[3 * number : 3 * number + 3]
                if cases:
                    yield measure.id, Count(agency, team, month, numerator, denominator, cases)


def _cases(measure: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    share = _share(measure, 0)
    sql = (
        f"{_news([share], case=True)} SELECT receipt, record_id, at, {share.counted} = {share.out_of} "  # noqa: S608
        f"FROM news WHERE {share.of} ORDER BY at DESC LIMIT {MOST_CASES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_asked([measure], since, until), "agency": agency})
        return [Case(*row) for row in cursor.fetchall()]


REFERRALS = Source("referrals", frozenset({PART, *(each.query for each in _SHARES)}), _measures, _counts, _cases)
