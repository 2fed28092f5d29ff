"""Requests: the queue of one's team, asking another agency, and one request with its story, from both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.challenges.queries import challenges_to
from daras.duties.models import DutyState
from daras.frontdoor.advising import refer_after_request
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.discussion.challenged import challenge_lines
from daras.pages.discussion.challenged import disagree as address_to_disagree
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.rendering import page, worker_of
from daras.pages.requests import forms, presenting
from daras.pages.requests.ask import query
from daras.practice import pack_for
from daras.requests import accompanying, asking, commands, queries
from daras.requests.queries import Story
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What my team is asked, what it waits for, and what it may ask: each agency's contact point."""
    worker = worker_of(request)
    policy.require(worker, "contribute")
    trail.look(worker, "list", "requests")
    now = clock.now()
    ours, others = list(queries.asked_of(worker)), list(queries.asked_by(worker))
    past = list(queries.over(worker))
    duties = _next_duties([*ours, *others])
    shown = {
        "asked": presenting.lines(ours, duties, now, asked_of_us=True),
        "waiting": presenting.lines(others, duties, now, asked_of_us=False),
        "over": [
            presenting.lines([row], {}, now, asked_of_us=row.to_agency == worker.agency and row.to_team == worker.team)[
                0
            ]
            for row in past
        ],
        "kinds": presenting.kinds(asking.kinds_for(worker), query(request)),
    }
    return page(request, "pages/requests/list.html", shown)


def _next_duties(rows: list[Any]) -> dict[str, DutyState]:
    """What is owed next on each, the soonest."""
    states = DutyState.objects.select_related("duty").filter(
        matter__in={row.matter_id for row in rows},
        duty__reference__in=[row.request.reference for row in rows],
        met_at__isnull=True,
    )
    found: dict[str, DutyState] = {}
    for state in states.order_by("-due_at"):
        found[state.duty.reference] = state
    return found


@login_required
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """A request with its story; what its reader may do stands beside it."""
    return _one(request, _story(reference))


def _story(reference: str) -> Story:
    story = queries.request(reference)
    if story is None:
        raise Http404
    return story


Deed = Callable[[Worker, Story, Mapping[str, Any]], None]


def _answer(worker: Worker, story: Story, said: Mapping[str, Any]) -> None:
    commands.answer(
        worker,
        story.made.reference,
        stage=said["stage"],
        outcome=said["outcome"],
        words=said["words"],
        on_day=said["on_day"],
        service=said.get("service", ""),
    )


def _decline(worker: Worker, story: Story, said: Mapping[str, Any]) -> None:
    commands.decline(worker, story.made.reference, why=said.get("why", ""), words=said["reason"])


#: What may be done, by the name in the address: whether by whoever is asked, what the button says, and the command.
DEEDS: Mapping[str, tuple[bool, str, Deed]] = {
    "answer": (True, "Send the answer", _answer),
    "acknowledge": (True, "Acknowledge it", lambda w, s, _: commands.acknowledge(w, s.made.reference)),
    "ask-back": (
        True,
        "Ask back, and stop the clock",
        lambda w, s, said: commands.ask_back(w, s.made.reference, question=said["question"]),
    ),
    "allocate": (
        True,
        "Give it to somebody of the team",
        lambda w, s, said: commands.allocate(w, s.made.reference, to=said["to"], risk=said["risk"]),
    ),
    "decline": (True, "Decline it", _decline),
    "say-more": (
        False,
        "Say it, and start the clock",
        lambda w, s, said: commands.say_more(w, s.made.reference, words=said["words"]),
    ),
    "chase": (False, "Ask again", lambda w, s, _: commands.chase(w, s.made.reference)),
    "escalate": (
        False,
        "Tell their safeguarding lead",
        lambda w, s, said: commands.escalate(w, s.made.reference, words=said["words"]),
    ),
    "withdraw": (
        False,
        "It is no longer asked",
        lambda w, s, said: commands.withdraw(w, s.made.reference, words=said["words"]),
    ),
}


def _form(name: str, story: Story, typed: Any, worker: Worker) -> django_forms.Form:
    stage = story.kind.stage(story.state.stage) if story.state.stage else story.kind.stages[-1]
    match name:
        case "answer":
            services = [(each.id, each.name) for each in pack_for(clock.today()).services.values()]
            return forms.Answer(typed, stage=stage, services=services, prefix=name)
        case "decline":
            return forms.Decline(typed, kind=story.kind, prefix=name)
        case "allocate":
            team = Worker.objects.filter(agency=worker.agency, team=worker.team, is_active=True).order_by("name")
            return forms.Allocate(
                typed, practitioners=list(team.values_list("slug", "name")), prefix=name, initial={"risk": "medium"}
            )
        case "ask-back":
            return forms.AskBack(typed, prefix=name)
        case "say-more":
            return forms.SayMore(typed, prefix=name)
        case "escalate":
            return forms.Escalate(typed, prefix=name)
        case "withdraw":
            return forms.Withdraw(typed, prefix=name)
        case _:
            return django_forms.Form(typed)


@login_required
@require_POST
def deed(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One thing done about a request; what is wrong comes back at its field with everything typed."""
    worker, story = worker_of(request), _story(reference)
    if name not in DEEDS:
        raise Http404
    form = _form(name, story, request.POST, worker)
    wrong: list[Problem] = []
    if form.is_valid():
        try:
            said = {**form.cleaned_data, "stage": request.POST.get("stage", "")}
            DEEDS[name][2](worker, story, said)
        except Refused as refused:
            wrong = [_of_deed(form, refused, name)]
        else:
            return redirect(reverse("request", args=[reference]))
    return _one(request, story, {name: form}, wrong or problems(form))


def _of_deed(form: django_forms.Form, refused: Refused, name: str) -> Problem:
    field = refused.pointer.strip("/")
    if field in form.fields:
        form.add_error(field, refused.detail)
    first = "_0" if isinstance(getattr(form.fields.get(field), "widget", None), django_forms.RadioSelect) else ""
    place = f"#id_{name}-{field}{first}" if field in form.fields else "#main-content"
    return Problem(f"{refused.detail} {refused.remedy}", place)


def _one(
    request: HttpRequest,
    story: Story,
    typed: Mapping[str, django_forms.Form] | None = None,
    wrong: list[Problem] | None = None,
) -> HttpResponse:
    worker, now = worker_of(request), clock.now()
    made = story.made
    trail.look(worker, "request", made.reference, matter_id=made.fact.matter_id)
    duties = DutyState.objects.select_related("duty", "duty__fact").filter(
        matter=made.fact.matter_id, duty__reference=made.reference
    )
    shown = presenting.shown(story, duties.order_by("due_at"), now)
    declined = shown.declined
    challenges = challenges_to([declined.pk]).get(declined.pk, []) if declined else []
    context = {
        "shown": shown,
        "steps": _steps(worker, story, typed or {}),
        "stage": story.state.stage,
        "form": bool(accompanying.form_of(worker, made)) and not shown.forms and story.state.ended_at is None,
        "refers": story.kind.refers and commands.answers(worker, made),
        "challenges": challenge_lines(challenges, worker),
        "disagree": address_to_disagree(declined, worker) if declined else None,
        "matter": Matter.objects.filter(pk=made.fact.matter_id or 0).exclude(kind=asking.MATTER_KIND).first(),
        "problems": wrong or [],
    }
    return page(request, "pages/requests/request.html", context, status=UNPROCESSABLE if wrong else 200)


def _steps(worker: Worker, story: Story, typed: Mapping[str, django_forms.Form]) -> list[dict[str, Any]]:
    """What this reader may do now, the most likely first."""
    if story.state.ended_at is not None:
        return []
    asked, asks = commands.answers(worker, story.made), commands.asks(worker, story.made)
    status = story.state.status
    hidden = {
        "acknowledge": status != "asked",
        "ask-back": status == "asked-back",
        "say-more": status != "asked-back",
        "decline": status == "under-way",
    }
    return [
        {
            "name": name,
            "button": button,
            "fields": fields(typed.get(name) or _form(name, story, None, worker)),
            "open": name in typed or name in ("answer", "say-more"),
        }
        for name, (by_asked, button, _) in DEEDS.items()
        if (asked if by_asked else asks) and not hidden.get(name, False)
    ]


@login_required
@require_POST
def form(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the form that goes with a request."""
    worker = worker_of(request)
    _story(reference)
    try:
        draft = accompanying.begin_form(worker, reference)
    except Refused:
        raise Http404 from None
    return redirect(reverse("form", args=[draft.reference]))


@login_required
@require_POST
def refer(request: HttpRequest, reference: str) -> HttpResponse:
    """Whoever was asked makes it a referral: everything that was said is in it already (A9)."""
    worker, story = worker_of(request), _story(reference)
    if not story.kind.refers or not commands.answers(worker, story.made):
        raise Http404
    made = story.made
    draft = refer_after_request(
        worker, reference=reference, about=made.about_words, asks=presenting.everything_said(story), by=made.from_name
    )
    return redirect(reverse("refer_draft", args=[draft.reference]))
