"""The front door's desk: matters with news, the most urgent first; news on an open case weighs the same (A6, B1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daras.duties.models import DutyState
from daras.frontdoor.models import ConcernReported, IndicatorMet, ReferralReceived
from daras.matters.models import MatterState
from daras.people.models import PersonInMatter
from daras.people.queries import PersonKnown, known_of, persons_of

#: As many matters on one page as a person can take in.
ON_ONE_PAGE = 50


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


def queue(*, owed_only: bool, authority: str = "") -> list[Row]:
    """The queue as the reader may see it: those that owe a decision by when it is due, then the others by their last
    news. Seven queries, however many matters."""
    states = MatterState.objects.select_related("matter").exclude(status="closed")
    if owed_only:
        states = states.filter(decision_owed=True)
    if authority:
        states = states.filter(matter__authority=authority)
    chosen = list(states.order_by("-decision_owed", "-last_news_at")[:ON_ONE_PAGE])
    ids = [state.matter_id for state in chosen]
    subjects = subjects_of(ids)
    news = _by_matter(ReferralReceived.objects.select_related("fact").filter(fact__matter_id__in=ids))
    worries = _by_matter(ConcernReported.objects.select_related("fact").filter(fact__matter_id__in=ids))
    indicators = _by_matter(IndicatorMet.objects.select_related("fact").filter(fact__matter_id__in=ids))
    due = _decisions_due(ids)
    rows = [
        Row(
            state=state,
            subjects=tuple(subjects.get(state.matter_id, ())),
            news=tuple(news[state.matter_id]),
            worries=tuple(dict.fromkeys(each.category for each in worries[state.matter_id])),
            highest_level=max((each.level for each in indicators[state.matter_id]), default=0),
            indicators=tuple(dict.fromkeys(each.indicator for each in indicators[state.matter_id])),
            decision_due_at=due.get(state.matter_id),
        )
        for state in chosen
    ]
    return sorted(rows, key=_most_urgent_first)


def _most_urgent_first(row: Row) -> tuple[bool, bool, float, float]:
    due = row.decision_due_at
    return (
        not row.state.decision_owed,
        due is None,
        due.timestamp() if due else 0.0,
        -row.state.last_news_at.timestamp(),
    )


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


def _decisions_due(matter_ids: Sequence[int]) -> Mapping[int, datetime]:
    """The earliest decision still owed on each matter."""
    rows = DutyState.objects.filter(
        matter__in=matter_ids,
        met_at__isnull=True,
        duty__duty_kind__in=["strategy-decision-due", "referral-decision"],
    ).order_by("-due_at")
    return dict(rows.values_list("matter_id", "due_at"))
