"""Requests, as far as their reader may see them: one with its story, those of a team, those on a matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from daras.access.models import Worker
from daras.ledger.models import Fact
from daras.practice import load_pack
from daras.practice.request_definitions import RequestKind
from daras.requests.models import EVENTS, OfRequest, RequestAllocated, RequestAnswered, RequestMade, RequestState
from daras.requests.status import Happened, State, derive
from daras.working_time import clock

#: So many requests stand on one list.
MOST = 200


@dataclass(frozen=True, slots=True)
class Story:
    """A request with everything that became of it, in order."""

    made: RequestMade
    state: RequestState
    kind: RequestKind
    events: tuple[OfRequest, ...]


def kind_of(made: RequestMade) -> RequestKind:
    """The kind of a request as the pack of its day has it."""
    return load_pack(made.pack, clock.local_date(made.fact.recorded_at)).requests[made.request_kind]


def request(reference: str) -> Story | None:
    """A request by its reference, or none where there is no such request for this reader."""
    made = RequestMade.objects.select_related("fact", "state").filter(reference=reference).first()
    return Story(made, made.state, kind_of(made), tuple(events_of([made.pk])[made.pk])) if made else None


def those_seen(references: Iterable[str]) -> frozenset[str]:
    """Which of these requests open to the reader: asked only where there are any."""
    wanted = set(references)
    found = RequestMade.objects.filter(reference__in=wanted).values_list("reference", flat=True) if wanted else ()
    return frozenset(found)


def events_of(request_ids: Iterable[int]) -> dict[int, list[OfRequest]]:
    """What became of each of these requests, in order: one query for the headers that are there, one for each kind."""
    ids = list(request_ids)
    found: dict[int, list[OfRequest]] = {each: [] for each in ids}
    matters = RequestState.objects.filter(pk__in=ids).values("matter_id")
    names = [each.kind for each in EVENTS]
    headers = Fact.objects.filter(matter_id__in=matters, kind__in=names).in_bulk()
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for fact in headers.values():
        by_kind[fact.kind].append(fact.pk)
    for kind in EVENTS:
        if by_kind[kind.kind]:
            for event in kind._default_manager.filter(pk__in=by_kind[kind.kind], request__in=ids):
                event.fact = headers[event.pk]
                found[event.request_id].append(event)
    for events in found.values():
        events.sort(key=lambda event: event.pk)
    return found


def state_of(made: RequestMade, kind: RequestKind, events: Iterable[OfRequest]) -> State:
    """What `derive` says of a request."""
    return derive(kind.stages[0].id, made.fact.recorded_at, [_happened(each) for each in events])


def _happened(event: OfRequest) -> Happened:
    stage, then = (event.stage, event.then) if isinstance(event, RequestAnswered) else ("", "")
    worker, risk = (event.worker, event.risk) if isinstance(event, RequestAllocated) else ("", "")
    return Happened(event.kind, event.fact.recorded_at, event.pk, stage, then, worker, risk)


def _rows() -> QuerySet[RequestState]:
    return RequestState.objects.select_related("request", "request__fact")


def asked_of(worker: Worker) -> QuerySet[RequestState]:
    """What the worker's team is asked and has not ended: its queue, urgent first, then the longest waiting."""
    rows = _rows().filter(to_agency=worker.agency, ended_at__isnull=True)
    return rows.filter(Q(to_team=worker.team) | Q(to_team="")).order_by("-urgency", "made_at")[:MOST]


def asked_by(worker: Worker) -> QuerySet[RequestState]:
    """What the worker's team has asked and is not over, the longest waiting first."""
    rows = _rows().filter(from_agency=worker.agency, from_team=worker.team, ended_at__isnull=True)
    return rows.order_by("made_at")[:MOST]


def over(worker: Worker) -> QuerySet[RequestState]:
    """What is over, either way, the newest first."""
    mine = Q(to_agency=worker.agency, to_team=worker.team) | Q(from_agency=worker.agency, from_team=worker.team)
    return _rows().filter(mine, ended_at__isnull=False).order_by("-ended_at")[:50]


def on_matter(matter_id: int) -> list[RequestState]:
    """Every request on a matter that the reader may see, the oldest first."""
    return list(_rows().filter(matter=matter_id).order_by("made_at", "pk"))


def untrue_projections() -> list[str]:
    """References of requests whose projected state is not what their facts say: an empty list, or a fault to mend."""
    wrong = []
    rows = list(_rows())
    events = events_of(row.pk for row in rows)
    for row in rows:
        state = state_of(row.request, kind_of(row.request), events[row.pk])
        if (row.status, row.stage, row.worker, row.ended_at) != (
            state.status, state.stage, state.worker, state.ended_at,
        ):  # fmt: skip
            wrong.append(row.request.reference)
    return wrong
