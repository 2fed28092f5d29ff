"""What earlier news says of the people in a situation: who is suspected on an open case, how many ViSTs (A3, B2)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from daras.forms.queries import choices_about
from daras.frontdoor.models import ReferralReceived
from daras.frontdoor.situation_reading import Everyone, History
from daras.matters.models import Matter
from daras.people.models import PersonInMatter
from daras.rules.situation import FormAnswer
from daras.working_time import clock

#: Further back than any rule on repeated ViSTs looks.
REACH = timedelta(days=400)


def read_history(who: Everyone, *, now: datetime) -> History:
    """Read what stands in the ledger before the news is written: four queries, however many people."""
    person_of_record = {record: pk for pk, known in who.known.items() for record in known.record_ids}
    parts = list(
        PersonInMatter.objects.filter(
            fact__person_record_id__in=list(person_of_record), fact__superseded_by__isnull=True
        ).values_list("fact__person_record_id", "fact__matter_id", "part", "audience_id")
    )
    suspected = {(matter, person_of_record[record or 0]) for record, matter, part, _ in parts if part == "suspect"}
    return History(
        suspected=_on_open_matters(suspected),
        green_days=_with_household(who, _green_days(parts, person_of_record, now)),
        answers=_answers(person_of_record, now),
    )


def _answers(person_of_record: dict[int, int], now: datetime) -> dict[int, tuple[FormAnswer, ...]]:
    """What was chosen in forms about these people, by person: one query."""
    found: defaultdict[int, list[FormAnswer]] = defaultdict(list)
    for record, chosen in choices_about(person_of_record, now - REACH).items():
        found[person_of_record[record]] += [FormAnswer(*each) for each in chosen]
    return {person: tuple(each) for person, each in found.items()}


def _on_open_matters(suspected: set[tuple[int | None, int]]) -> frozenset[int]:
    if not suspected:
        return frozenset()
    matters = Matter.objects.filter(pk__in={matter for matter, _ in suspected if matter is not None})
    still_open = set(matters.exclude(state__status="closed").values_list("pk", flat=True))
    return frozenset(person for matter, person in suspected if matter in still_open)


def _green_days(
    parts: list[tuple[int | None, int | None, str, int]], person_of_record: dict[int, int], now: datetime
) -> dict[int, set[date]]:
    """A document and the people it names share the audience of their submission, and no other document has it."""
    greens = ReferralReceived.objects.filter(
        news_kind="vist", grade="green", sent_at__gte=now - REACH, audience_id__in={audience for *_, audience in parts}
    )
    day_of = {audience: clock.local_date(sent) for audience, sent in greens.values_list("audience_id", "sent_at")}
    days: defaultdict[int, set[date]] = defaultdict(set)
    for record, _, _, audience in parts:
        if audience in day_of:
            days[person_of_record[record or 0]].add(day_of[audience])
    return days


def _with_household(who: Everyone, days: dict[int, set[date]]) -> dict[int, tuple[date, ...]]:
    """Three green ViSTs on one household are three, whoever of it each was about."""
    homes = {
        pk: {stay.place_key for stay in known.stays if stay.use == "lives" and not stay.many_households}
        for pk, known in who.known.items()
    }
    return {
        pk: tuple(
            sorted(set().union(*(days.get(other, set()) for other in homes if other == pk or homes[other] & home)))
        )
        for pk, home in homes.items()
    }
