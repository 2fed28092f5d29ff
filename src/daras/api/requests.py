"""Requests for agencies' own systems: the queue of a team, asking, and whatever may be done about one (A12)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from daras.access import trail
from daras.access.models import ApiToken, Worker
from daras.access.session import acting_as
from daras.agencies import Owner
from daras.api import problems
from daras.api.acting import HEADER, ForWorker, worker_named
from daras.api.authentication import AgencyToken
from daras.ledger.refusal import Refused
from daras.practice import pack_for
from daras.requests import asking, commands, queries
from daras.requests.models import RequestState
from daras.requests.queries import Story
from daras.working_time import clock

router = Router(auth=AgencyToken("requests"))

NONE_THERE = "There is no such request for the worker it names."
#: What an operation may be refused with; all come as problem documents.
REFUSALS = {
    400: "This is no JSON document.",
    403: "The worker it names may not do this.",
    404: NONE_THERE,
    409: "The key came before with another request.",
    422: "It is refused: `pointer` says where, `remedy` how to mend it.",
}


class ChoiceOut(Schema):
    id: str
    name: str


class KindOut(Schema):
    """A kind of request of the practice pack of today."""

    id: str
    name: str
    purpose: str
    urgencies: list[str]
    bases: list[ChoiceOut]
    declines: list[ChoiceOut]


class LineOut(Schema):
    """A request in a queue: where it stands, and for how long."""

    reference: str
    kind: str
    about: str
    from_agency: str
    to_agency: str
    urgency: str
    status: str
    stage: str
    stage_since: datetime


class QueueOut(Schema):
    """What the worker's team is asked, and what it waits for."""

    asked: list[LineOut]
    waiting: list[LineOut]


class EventOut(Schema):
    kind: str
    at: datetime
    by: str
    agency: str
    words: str


class RequestOut(LineOut):
    """One request with its story."""

    asks: str
    basis: str
    events: list[EventOut]


class AboutIn(Schema):
    given_name: str = Field(default="", max_length=200)
    family_name: str = Field(default="", max_length=200)
    date_of_birth: date | None = None


class AskIn(Schema):
    """What is asked, and by whom."""

    by: str = Field(max_length=200)
    kind: str = Field(max_length=60)
    to: str = Field(default="", max_length=200)
    about: AboutIn
    asks: str = Field(max_length=20_000)
    basis: str = Field(default="", max_length=60)
    urgency: str = Field(default="routine", max_length=20)
    service: str = Field(default="", max_length=60)


class DeedIn(Schema):
    """Who does it, and what the deed needs: see the names of the fields for each."""

    by: str = Field(max_length=200)
    words: str = Field(default="", max_length=20_000)
    stage: str = Field(default="", max_length=60)
    outcome: str = Field(default="", max_length=60)
    on_day: date | None = None
    why: str = Field(default="", max_length=60)
    service: str = Field(default="", max_length=60)
    to: str = Field(default="", max_length=200)
    risk: str = Field(default="", max_length=20)


@router.get("/kinds", response=list[KindOut], openapi_extra=problems.described({}))
def kinds(request: HttpRequest) -> list[KindOut]:  # noqa: ARG001
    """What may be asked, by the practice pack of today."""
    return [
        KindOut(
            id=kind.id,
            name=kind.name,
            purpose=kind.purpose,
            urgencies=list(kind.urgencies),
            bases=[ChoiceOut(id=each.id, name=each.name) for each in kind.bases],
            declines=[ChoiceOut(id=each.id, name=each.name) for each in kind.declines],
        )
        for kind in pack_for(clock.today()).requests.values()
    ]


@router.get("/queue", response=QueueOut, openapi_extra=problems.described(REFUSALS))
def queue(request: HttpRequest, worker: ForWorker) -> Any:
    """The queue of the team of the worker it names; the look is theirs."""
    try:
        who = _worker(request, worker, HEADER)
    except Refused as refused:
        return problems.refusal(refused)
    with acting_as(who):
        trail.look(who, "list", "requests")
        return QueueOut(
            asked=[_line(row) for row in queries.asked_of(who)],
            waiting=[_line(row) for row in queries.asked_by(who)],
        )


@router.post("", response={201: RequestOut}, openapi_extra=problems.described(REFUSALS))
def ask(request: HttpRequest, sent: AskIn) -> Any:
    """Ask another agency. The same `Idempotency-Key` again gets the same reference, and nothing is recorded twice."""
    key = request.headers.get("Idempotency-Key") or ""
    born = sent.about.date_of_birth
    subject = {
        "given_name": sent.about.given_name.strip(),
        "family_name": sent.about.family_name.strip(),
        "date_of_birth": born.isoformat() if born else "",
    }
    try:
        who = _worker(request, sent.by, "by")
        if len(key) > 200 or not key.isprintable() or "\0" in f"{sent.asks}{subject}":
            raise Refused("bad-key", "", "The key or a text holds what is no text.", "Use a UUID, and plain words.")
        wanted = asking.Asking(
            to=Owner.parse(sent.to) if sent.to else None,
            asks=sent.asks,
            subject=subject,
            basis=sent.basis,
            urgency=sent.urgency,
            service=sent.service,
            key=key,
        )
        with acting_as(who):
            made = asking.ask(who, sent.kind, wanted)
            return Status(201, _shown(_story(made.reference)))
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="See GET /api/v1/requests/kinds.")


@router.get("/{reference}", response=RequestOut, openapi_extra=problems.described(REFUSALS))
def one(request: HttpRequest, reference: str, worker: ForWorker) -> Any:
    """One request with its story, as the worker it names may read it; the look is theirs."""
    try:
        who = _worker(request, worker, HEADER)
    except Refused as refused:
        return problems.refusal(refused)
    with acting_as(who):
        story = queries.request(reference) if reference.isprintable() else None
        if story is None:
            return _none()
        trail.look(who, "request", reference, matter_id=story.made.fact.matter_id)
        return _shown(story)


@router.post("/{reference}/{deed}", response=RequestOut, openapi_extra=problems.described(REFUSALS))
def do(request: HttpRequest, reference: str, deed: str, sent: DeedIn) -> Any:
    """Do one thing: acknowledge, ask-back, say-more, answer, decline, chase, escalate, withdraw, allocate."""
    try:
        who = _worker(request, sent.by, "by")
        if not reference.isprintable() or "\0" in sent.words:
            return _none()
        with acting_as(who):
            _done(who, reference, deed, sent)
            return _shown(_story(reference))
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("other-side", 403, str(denied), remedy="See who asks and who is asked.")
    except commands.NoSuchRequest:
        return _none()


def _done(who: Worker, reference: str, deed: str, sent: DeedIn) -> None:
    match deed:
        case "acknowledge":
            commands.acknowledge(who, reference)
        case "ask-back":
            commands.ask_back(who, reference, question=sent.words)
        case "say-more":
            commands.say_more(who, reference, words=sent.words)
        case "answer":
            commands.answer(
                who,
                reference,
                stage=sent.stage,
                outcome=sent.outcome,
                words=sent.words,
                on_day=sent.on_day,
                service=sent.service,
            )
        case "decline":
            commands.decline(who, reference, why=sent.why, words=sent.words)
        case "chase":
            commands.chase(who, reference)
        case "escalate":
            commands.escalate(who, reference, words=sent.words)
        case "withdraw":
            commands.withdraw(who, reference, words=sent.words)
        case "allocate":
            commands.allocate(who, reference, to=sent.to, risk=sent.risk)
        case _:
            raise commands.NoSuchRequest(deed)


def _worker(request: HttpRequest, slug: str, field: str) -> Worker:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if not slug.isprintable():
        raise Refused("unknown-worker", f"/{field}", "This is no name.", "Write the name they sign in with.")
    return worker_named(token, slug, field)


def _none() -> HttpResponse:
    return problems.problem("no-such-request", 404, NONE_THERE, remedy="See GET /api/v1/requests/queue.")


def _story(reference: str) -> Story:
    story = queries.request(reference)
    if story is None:
        raise commands.NoSuchRequest(reference)
    return story


def _line(row: RequestState) -> LineOut:
    return LineOut(**_of(row))


def _of(row: RequestState) -> dict[str, Any]:
    made = row.request
    return {
        "reference": made.reference,
        "kind": made.request_kind,
        "about": made.about_words,
        "from_agency": str(Owner(made.from_agency, made.from_team or None)),
        "to_agency": str(Owner(made.to_agency, made.to_team or None)),
        "urgency": made.urgency,
        "status": row.status,
        "stage": row.stage,
        "stage_since": row.stage_since,
    }


def _shown(story: Story) -> RequestOut:
    story.state.request = story.made
    return RequestOut(
        **_of(story.state),
        asks=story.made.asks,
        basis=story.made.basis_name,
        events=[
            EventOut(
                kind=event.kind,
                at=event.fact.recorded_at,
                by=event.by_name,
                agency=event.fact.agency,
                words=event.words,
            )
            for event in story.events
        ],
    )
