"""Requests in words: the queue of a team, what it waits for, and one with its story (interface: partner's inbox)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.design.parts import Clock, Event, Link
from daras.duties.models import DutyState
from daras.pages import wording
from daras.practice.request_definitions import RequestKind
from daras.requests.models import (
    OfRequest,
    RequestAllocated,
    RequestAnswered,
    RequestDeclined,
    RequestMade,
    RequestState,
    RequestTold,
)
from daras.requests.queries import Story, kind_of
from daras.working_time import wording as time_wording

STATUSES: Mapping[str, str] = {
    "asked": "Not acknowledged yet",
    "acknowledged": "Acknowledged",
    "asked-back": "More was asked: the clock stands still",
    "under-way": "Under way",
    "ended": "Over",
    "declined": "Declined",
    "withdrawn": "No longer asked",
}
TITLES: Mapping[str, str] = {
    "request-acknowledged": "It has come",
    "request-asked-back": "Asked back: the clock stands still",
    "request-said-more": "Said more: the clock runs on",
    "request-chased": "Asked again",
    "request-escalated": "Told to their safeguarding lead",
    "request-withdrawn": "No longer asked",
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list."""

    what: str
    href: str
    about: str
    other: str
    status: str
    clock: Clock | None
    urgent: bool
    has_it: str


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request as it is read, the same from both sides."""

    reference: str
    name: str
    about: str
    status: str
    urgent: bool
    guidance: str
    facts: tuple[tuple[str, str], ...]
    asks: str
    clocks: tuple[tuple[str, Clock], ...]
    events: tuple[Event, ...]
    declined: RequestDeclined | None
    forms: tuple[Link, ...]


def lines(
    rows: Iterable[RequestState], duties: Mapping[str, DutyState], now: datetime, *, asked_of_us: bool
) -> list[RequestLine]:
    """The lines of a list, each with the clock of what is owed next."""
    return [_line(row, duties.get(row.request.reference), now, asked_of_us=asked_of_us) for row in rows]


def _line(row: RequestState, duty: DutyState | None, now: datetime, *, asked_of_us: bool) -> RequestLine:
    made = row.request
    other = (made.from_agency, made.from_team) if asked_of_us else (made.to_agency, made.to_team)
    stage = ""
    if row.stage and row.status not in ("asked", "asked-back"):
        stage = f": {kind_of(made).stage(row.stage).name.lower()}"
    return RequestLine(
        what=made.kind_name,
        href=reverse("request", args=[made.reference]),
        about=made.about_words,
        other=wording.owner(*other),
        status=STATUSES[row.status] + stage,
        clock=wording.duty_clock(duty, now) if duty else None,
        urgent=row.urgency == "urgent",
        has_it=row.worker,
    )


def shown(story: Story, duties: Iterable[DutyState], now: datetime) -> RequestShown:
    """One request with everything that became of it."""
    made = story.made
    declined = next((event for event in story.events if isinstance(event, RequestDeclined)), None)
    forms = [event for event in story.events if isinstance(event, RequestTold)]
    return RequestShown(
        reference=made.reference,
        name=made.kind_name,
        about=made.about_words,
        status=_status(story),
        urgent=made.urgency == "urgent",
        guidance=story.kind.guidance,
        facts=tuple(_facts(story)),
        asks=made.asks,
        clocks=tuple(
            (f"{wording.duty(each.duty)}. Owed by {wording.owner(each.owner_agency, each.owner_team)}",
             wording.duty_clock(each, now))
            for each in duties if each.met_at is None
        ),
        events=tuple(_event(event) for event in story.events),
        declined=declined,
        forms=tuple(Link(each.form_name, reverse("form", args=[each.form_reference])) for each in forms),
    )  # fmt: skip


def _status(story: Story) -> str:
    words = STATUSES[story.state.status]
    last = next((event for event in reversed(story.events) if isinstance(event, RequestAnswered)), None)
    return last.outcome_name if last and story.state.status in ("ended", "under-way") else words


def _facts(story: Story) -> Iterable[tuple[str, str]]:
    made, state = story.made, story.state
    yield "About", made.about_words
    yield "Asked by", f"{made.from_name}, {wording.owner(made.from_agency, made.from_team)}"
    yield "Asked of", wording.owner(made.to_agency, made.to_team)
    yield "Asked", time_wording.long_datetime(made.fact.recorded_at)
    if made.basis_name:
        yield "Basis in law", made.basis_name
    if state.worker:
        name = next((e.worker_name for e in reversed(story.events) if isinstance(e, RequestAllocated)), state.worker)
        yield "Who has it", f"{name}. Risk as the service sees it: {state.risk}"


def _event(event: OfRequest) -> Event:
    return Event(
        title=_title(event),
        at=time_wording.long_datetime(event.fact.recorded_at),
        at_machine=event.fact.recorded_at.isoformat(),
        by=f"{event.by_name}, {wording.agency(event.fact.agency)}",
        text=event.words or None,
    )


def _title(event: OfRequest) -> str:
    if isinstance(event, RequestAnswered):
        on = f", on {time_wording.long_date(event.on_day)}" if event.on_day else ""
        return f"{event.outcome_name}{on}"
    if isinstance(event, RequestDeclined):
        return f"Declined: {event.why_name}" if event.why_name else "Declined"
    if isinstance(event, RequestAllocated):
        return f"{event.worker_name} has it"
    if isinstance(event, RequestTold):
        return f"Form: {event.form_name}"
    return TITLES[event.kind]


def everything_said(story: Story) -> str:
    """What was asked, and what both sides wrote since, each with its day: for whoever makes it a referral (A9)."""
    since = [
        f"{time_wording.long_date(event.fact.recorded_at)}, {event.by_name}: {event.words}"
        for event in story.events
        if event.words
    ]
    return "\n\n".join([story.made.asks, *since])


def told(made: RequestMade) -> str:
    """A request in a chronology."""
    return f"{made.kind_name} asked of {wording.owner(made.to_agency, made.to_team)}"


def kinds(found: Iterable[RequestKind], query: str) -> list[tuple[str, str, str]]:
    """The kinds to choose from: name, purpose, address."""
    return [(kind.name, kind.purpose, reverse("request_ask", args=[kind.id]) + query) for kind in found]
