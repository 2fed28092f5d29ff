"""Five years of referrals for the bench of measures: a hundred thousand, each with its document, score and worry."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from daras.access.models import SERIAL_BITS
from daras.bench.bulk import copy
from daras.frontdoor.models import ConcernReported, Document, QualityChecked, ReferralReceived
from daras.ledger.models import Fact
from daras.practice import Pack
from daras.working_time import clock

REFERRALS, SEED = 100_000, 20261125
#: Keys of the facts begin here, three to a referral; each submission has an audience of its own.
FACTS, AUDIENCES, SCOPE = 20_000_000, 1_000_000, 1
SAID = "She does not want to go home on Fridays, and will not say why. " * 3


def load(owner: psycopg.Connection, pack: Pack, teams: Sequence[tuple[str, str]], *, matter: int, years: int) -> None:
    """Copy the referrals of so many years, spread evenly over the teams."""
    chance = random.Random(SEED)  # noqa: S311 - synthetic figures
    parts = [question.id for question in pack.questions]
    news = [_one(number, chance, *chance.choice(teams), matter=matter, years=years) for number in range(REFERRALS)]
    copy(owner, Fact, (fact for each in news for fact in each.facts))
    copy(owner, Document, (each.document for each in news))
    copy(owner, ReferralReceived, (each.received for each in news))
    copy(owner, QualityChecked, (_checked(each, chance.sample(parts, chance.randrange(4))) for each in news))
    copy(owner, ConcernReported, (_concern(each) for each in news))


@dataclass(frozen=True, slots=True)
class _News:
    """One referral: its facts (that it came, its score, its worry), its document, and what was received."""

    facts: tuple[Fact, Fact, Fact]
    document: Document
    received: ReferralReceived


def _one(number: int, chance: random.Random, agency: str, team: str, *, matter: int, years: int) -> _News:
    at = clock.now() - timedelta(minutes=chance.randrange(years * 365 * 24 * 60))
    audience, receipt = (SCOPE << SERIAL_BITS) + AUDIENCES + number, f"R-B-{number}"

    def fact(pk: int, kind: str) -> Fact:
        return Fact(
            id=pk, kind=kind, matter_id=matter, agency=agency, controller=agency, recorded_at=at, author="bench",
            audience_id=audience,
        )  # fmt: skip

    told, first = chance.random() < 0.6, FACTS + 3 * number
    involvement = {"parents_told": told, "their_views" if told else "reason": SAID if chance.random() < 0.7 else ""}
    voice = {"child": {"text": SAID}} if chance.random() < 0.8 else {}
    document = Document(
        id=number + 1, agency=agency, digest=f"{number:064d}", received_at=at, matter_id=matter, receipt=receipt,
        audience_id=audience,
        body={"involvement": involvement, "voice_of_child": voice, "concerns": [{"what_happened": SAID * 4}]},
    )  # fmt: skip
    received = ReferralReceived(
        fact_id=first, audience_id=audience, document_id=document.pk, receipt=receipt, sent_at=at, sender_team=team,
        news_kind=chance.choice(("referral", "referral", "vist", "notice")), parents_told=told,
        agreement_given=chance.choice((True, False, None)),
    )  # fmt: skip
    facts = (
        fact(first, ReferralReceived.kind),
        fact(first + 1, QualityChecked.kind),
        fact(first + 2, ConcernReported.kind),
    )
    return _News(facts, document, received)


def _checked(news: _News, missing: list[str]) -> QualityChecked:
    fact = news.facts[1]
    return QualityChecked(
        fact_id=fact.pk, audience_id=fact.audience_id, score=100 - 10 * len(missing), parts_missing=missing
    )


def _concern(news: _News) -> ConcernReported:
    fact = news.facts[2]
    return ConcernReported(
        fact_id=fact.pk, audience_id=fact.audience_id, category="sexual", what_happened=SAID, about_record_ids=[1]
    )
