"""The front door's desk: matters with news, the most urgent first; news on an open case weighs the same (A6, B1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from daras.duties.models import DutyState
from daras.frontdoor.models import ConcernReported, IndicatorMet, ReferralReceived, SafeNowRecorded
from daras.matters.models import MatterState
from daras.people.models import PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.safety.models import AnalysisRecorded

#: As many matters on one page as a person can take in.
ON_ONE_PAGE = 50


#: What a decision is owed under, a young suspect's own matter included; and the ceiling that guidance sets for every
#: referral.
DECISIONS_OWED = ("strategy-decision-due", "referral-decision", "young-person-own-needs")
CEILING = "referral-decision"


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of the queue."""

    state: MatterState
    subjects: tuple[PersonKnown, ...]
    news: tuple[ReferralReceived, ...]
    worries: tuple[str, ...]
    highest_level: int
    indicators: tuple[str, ...]
    decision_due_at: datetime | None
    ceiling_at: datetime | None
    unseen: bool  # somebody's newest word is that they have not been seen
    scaling: int | None  # of the newest analysis, 0 to 10


@dataclass(frozen=True, slots=True)
class Queue:
    """As many rows as one page shows, and how many there are."""

    rows: tuple[Row, ...]
    total: int


def queue(*, owed_only: bool, authority: str = "") -> Queue:
    """The queue as the reader may see it: those that owe a decision first, among them by risk and then by the clock.

    Risk is the highest level of the indicators met; of equal risk, what is due first is first. A person decides, and
    the order decides nothing. As many queries for one matter as for many.
    """
    states = MatterState.objects.select_related("matter").exclude(status="closed")
    if owed_only:
        states = states.filter(decision_owed=True)
    if authority:
        states = states.filter(matter__authority=authority)
    chosen = list(_by_risk_and_clock(states)[:ON_ONE_PAGE])
    ids = [state.matter_id for state in chosen]
    subjects = subjects_of(ids)
    news = _by_matter(ReferralReceived.objects.select_related("fact").filter(fact__matter_id__in=ids))
    worries = _by_matter(ConcernReported.objects.select_related("fact").filter(fact__matter_id__in=ids))
    indicators = _by_matter(IndicatorMet.objects.select_related("fact").filter(fact__matter_id__in=ids))
    safe = _by_matter(SafeNowRecorded.objects.select_related("fact").filter(fact__matter_id__in=ids))
    analyses = _by_matter(AnalysisRecorded.objects.select_related("fact").filter(fact__matter_id__in=ids))
    due, ceilings = _decisions_due(ids)
    rows = tuple(
        Row(
            state=state,
            subjects=tuple(subjects.get(state.matter_id, ())),
            news=tuple(news[state.matter_id]),
            worries=tuple(dict.fromkeys(each.category for each in worries[state.matter_id])),
            highest_level=max((each.level for each in indicators[state.matter_id]), default=0),
            indicators=tuple(dict.fromkeys(each.indicator for each in indicators[state.matter_id])),
            decision_due_at=due.get(state.matter_id),
            ceiling_at=ceilings.get(state.matter_id),
            unseen=_unseen(safe[state.matter_id]),
            scaling=next((each.scaling for each in reversed(analyses[state.matter_id])), None),
        )
        for state in chosen
    )
    return Queue(rows, len(rows) if len(rows) < ON_ONE_PAGE else states.count())


def _by_risk_and_clock(states: QuerySet[MatterState]) -> QuerySet[MatterState]:
    levels = IndicatorMet.objects.filter(fact__matter_id=OuterRef("matter_id"))
    highest = levels.order_by().values("fact__matter_id").annotate(highest=Max("level")).values("highest")
    owed = DutyState.objects.filter(
        matter_id=OuterRef("matter_id"), met_at__isnull=True, duty__duty_kind__in=DECISIONS_OWED
    )
    first = owed.order_by("due_at").values("due_at")[:1]
    return states.annotate(risk=Coalesce(Subquery(highest), 0), due=Subquery(first)).order_by(
        "-decision_owed", "-risk", F("due").asc(nulls_last=True), "-last_news_at"
    )


def _unseen(said: Sequence[SafeNowRecorded]) -> bool:
    """Whether of anybody the newest word is that nobody has seen them."""
    newest = {each.fact.person_record_id: each.seen for each in said}
    return not all(newest.values())


def subjects_of(matter_ids: Sequence[int]) -> dict[int, list[PersonKnown]]:
    """Whom each matter is about, as the reader may see it: ten queries, however many matters."""
    parts = PersonInMatter.objects.filter(
        part="subject", fact__matter_id__in=matter_ids, fact__superseded_by__isnull=True
    ).order_by("fact_id")
    pairs = [
        (matter, record)
        for matter, record in parts.values_list("fact__matter_id", "fact__person_record_id")
        if matter is not None and record is not None
    ]
    persons = persons_of(record for _, record in pairs)
    known = known_of(persons.values())
    found: defaultdict[int, dict[int, PersonKnown]] = defaultdict(dict)
    for matter, record in pairs:
        person = persons.get(record)
        if person is not None and person in known:
            found[matter][person] = known[person]
    return {matter: list(people.values()) for matter, people in found.items()}


def _by_matter(details: object) -> defaultdict[int, list]:  # type: ignore[type-arg]
    grouped: defaultdict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for detail in details.order_by("fact_id"):  # type: ignore[attr-defined]
        grouped[detail.fact.matter_id].append(detail)
    return grouped


def _decisions_due(matter_ids: Sequence[int]) -> tuple[Mapping[int, datetime], Mapping[int, datetime]]:
    """The earliest decision still owed on each matter, and the earliest ceiling."""
    states = DutyState.objects.filter(matter__in=matter_ids, met_at__isnull=True, duty__duty_kind__in=DECISIONS_OWED)
    rows = list(states.order_by("-due_at").values_list("matter_id", "duty__duty_kind", "due_at"))
    return {matter: due for matter, _, due in rows}, {matter: due for matter, kind, due in rows if kind == CEILING}
