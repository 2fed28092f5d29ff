"""Five years of referrals for the bench of measures: a hundred thousand, each with its document, score and worry."""

from __future__ import annotations

import random
from collections.abc import Sequence
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
    facts, documents, received, checked, concerns = [], [], [], [], []
    for number in range(REFERRALS):
        agency, team = chance.choice(teams)
        at = clock.now() - timedelta(minutes=chance.randrange(years * 365 * 24 * 60))
        first, audience = FACTS + 3 * number, (SCOPE << SERIAL_BITS) + AUDIENCES + number
        for pk, kind in enumerate((ReferralReceived.kind, QualityChecked.kind, ConcernReported.kind), first):
            facts.append(
                Fact(
                    id=pk, kind=kind, matter_id=matter, agency=agency, controller=agency, recorded_at=at,
                    author="bench",
                    audience_id=audience,
                )
            )  # fmt: skip
        told = chance.random() < 0.6
        involvement = {"parents_told": told, "their_views" if told else "reason": SAID if chance.random() < 0.7 else ""}
        voice = {"child": {"text": SAID}} if chance.random() < 0.8 else {}
        documents.append(
            Document(
                id=number + 1, agency=agency, digest=f"{number:064d}", received_at=at, matter_id=matter,
                receipt=f"R-B-{number}", audience_id=audience,
                body={
                    "involvement": involvement, "voice_of_child": voice, "concerns": [{"what_happened": SAID * 4}],
                },
            )
        )  # fmt: skip
        received.append(
            ReferralReceived(
                fact_id=first, audience_id=audience, document_id=number + 1, receipt=f"R-B-{number}",
                news_kind=chance.choice(("referral", "referral", "vist", "notice")), sent_at=at, sender_team=team,
                parents_told=told, agreement_given=chance.choice((True, False, None)),
            )
        )  # fmt: skip
        missing = chance.sample(parts, chance.randrange(4))
        checked.append(
            QualityChecked(
                fact_id=first + 1, audience_id=audience, score=100 - 10 * len(missing), parts_missing=missing
            )
        )
        concerns.append(
            ConcernReported(
                fact_id=first + 2, audience_id=audience, category="sexual", what_happened=SAID, about_record_ids=[1]
            )
        )
    copy(owner, Fact, facts)
    copy(owner, Document, documents)
    for model, rows in ((ReferralReceived, received), (QualityChecked, checked), (ConcernReported, concerns)):
        copy(owner, model, rows)
