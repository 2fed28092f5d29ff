"""A meeting that goes through several children: its agenda out of what is known now, and what was agreed there (F5).

Everybody reads it with their own eyes: a child stands on it for the members once its chair has put it there, and beside
it stands of forms, missing episodes and actions what the reader may see anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from daras.forms.models import FormCompleted
from daras.frontdoor.models import IndicatorMet
from daras.matters.models import Matter
from daras.people.models import RecordPerson
from daras.people.queries import persons_of
from daras.practice.request_definitions import Forum, RequestKind
from daras.requests.models import RequestState

#: Episodes and signs of so long are looked at.
SINCE = timedelta(weeks=12)
MOST = 100
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Item:
    """A child on the agenda, and what is known now."""

    row: RequestState
    forms: tuple[FormCompleted, ...]
    episodes: tuple[RequestState, ...]
    actions: tuple[RequestState, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A matter whose news shows signs and whose child nobody has brought there yet."""

    matter: Matter
    why: str


def agenda(kind: RequestKind, now: datetime) -> list[Item]:
    """Every child who is or may be on the agenda, the longest waiting first, in six statements however many."""
    forum = _of(kind)
    rows = list(
        RequestState.objects.select_related("request", "request__fact")
        .filter(request_kind=kind.id, ended_at__isnull=True)
        .order_by("made_at", "pk")[:MOST]
    )
    persons = persons_of(row.request.fact.person_record_id or 0 for row in rows)
    records = _records_of(persons.values())
    completed = FormCompleted.objects.filter(form__in=forum.forms, fact__person_record_id__in=records)
    forms = _by_person(
        ((each.fact.person_record_id, each) for each in completed.select_related("fact").order_by("-pk")), records
    )
    missing = RequestState.objects.filter(
        request_kind__in=forum.episodes, made_at__gte=now - SINCE, request__fact__person_record_id__in=records
    ).select_related("request", "request__fact")
    episodes = _by_person(((each.request.fact.person_record_id, each) for each in missing), records)
    actions: defaultdict[tuple[int, int], list[RequestState]] = defaultdict(list)
    agreed = RequestState.objects.filter(request_kind=forum.actions, matter__in=[row.matter_id for row in rows])
    for each in agreed.select_related("request", "request__fact").order_by("made_at"):
        actions[each.matter_id, each.audience_id].append(each)
    return [
        Item(
            row,
            tuple(forms.get(person, ())),
            tuple(episodes.get(person, ())),
            tuple(actions[row.matter_id, row.audience_id]),
        )
        for row in rows
        for person in [persons.get(row.request.fact.person_record_id or 0, 0)]
    ]


def signs(kind: RequestKind, now: datetime) -> list[Sign]:
    """Matters the reader sees whose news met one of the forum's indicators and out of which nobody has asked."""
    rows = IndicatorMet.objects.select_related("fact").filter(
        indicator__in=_of(kind).indicators, fact__recorded_at__gte=now - SINCE, fact__superseded_by__isnull=True
    )
    why = {row.fact.matter_id or 0: row.why for row in rows.order_by("pk")}
    asked = set(
        RequestState.objects.filter(request_kind=kind.id, matter__in=list(why)).values_list("matter_id", flat=True)
    )
    matters = Matter.objects.filter(pk__in=set(why) - asked).order_by("-opened_at")[:MOST]
    return [Sign(matter, why[matter.pk]) for matter in matters]


def _of(kind: RequestKind) -> Forum:
    if kind.forum is None:
        raise LookupError(kind.id)
    return kind.forum


def _records_of(persons: Iterable[int]) -> dict[int, int]:
    """Every record of these persons that the reader may see, with its person."""
    rows = RecordPerson.objects.filter(person_id__in=set(persons))
    return dict(rows.values_list("record_id", "person_id"))


def _by_person(rows: Iterable[tuple[int | None, Row]], records: dict[int, int]) -> dict[int, list[Row]]:
    """Rows with the record that each is about, by the person of it."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for record, row in rows:
        found[records[record or 0]].append(row)
    return found
