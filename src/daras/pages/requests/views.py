"""Requests: the queue of one's team, asking another agency, and one request with its story, from both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.agencies import Owner, load_directory
from daras.challenges.queries import challenges_to
from daras.duties.models import DutyState
from daras.duties.queries import owed_by
from daras.frontdoor.advising import refer_after_request
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages import wording
from daras.pages.discussion.challenged import challenge_lines
from daras.pages.discussion.challenged import disagree as address_to_disagree
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.my_work.queries import names_of_records
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.pages.requests import carrying, forms, presenting
from daras.people.models import PersonInMatter, PersonRecord
from daras.practice import pack_for
from daras.practice.request_definitions import RequestKind
from daras.requests import accompanying, asking, commands, queries
from daras.requests.models import RequestMade
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
        "kinds": presenting.kinds(asking.kinds_for(worker), _query(request)),
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


def _query(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in ("matter", "person", "duty", "service", "on") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def ask(request: HttpRequest, kind_id: str) -> HttpResponse:
    """Ask: whom, about whom, what, on which basis in law, and how soon."""
    worker = worker_of(request)
    try:
        kind = asking.kind_now(worker, kind_id)
    except Refused:
        raise Http404 from None
    matter, on = _matter(request), _agenda_item(request, kind)
    people = [] if on else _people(request, worker, matter)
    typed = request.POST if request.method == "POST" else taken(request)
    authority = matter.authority if matter else load_directory().agency_at_any_time(worker.agency).authority
    carried = carrying.words(matter.reference) if matter and kind.carries else ""
    form = forms.Ask(
        typed or None,
        kind=kind,
        to=_addressees(request, kind, authority),
        people=people,
        on=bool(on),
        initial={"asks": carried},
    )
    wrong: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = asking.ask(worker, kind.id, _asking(request, form.cleaned_data, matter))
        except Refused as refused:
            wrong = [_placed(form, refused)]
        else:
            return redirect(reverse("request", args=[made.reference]))
    trail.look(worker, "request-form", kind.id, matter_id=matter.pk if matter else None)
    context = {
        "kind": kind,
        "fields": fields(form),
        "problems": wrong or problems(form),
        "matter": matter,
        "on": on,
        "carried": bool(carried),
        "query": _query(request),
        "note": f"{wording.AUTHORITIES[kind.authority]}: {kind.source.name}",
    }
    return page(request, "pages/requests/ask.html", context, status=UNPROCESSABLE if context["problems"] else 200)


def _matter(request: HttpRequest) -> Matter | None:
    reference = request.GET.get("matter", "")
    found = Matter.objects.filter(reference=reference).first() if reference else None
    if reference and found is None:
        raise Http404
    return found


def _agenda_item(request: HttpRequest, kind: RequestKind) -> RequestMade | None:
    """What is on a meeting's agenda, for which something is agreed."""
    reference = request.GET.get("on", "")
    try:
        return asking.item(kind, reference) if reference else None
    except Refused:
        raise Http404 from None


def _people(request: HttpRequest, worker: Worker, matter: Matter | None) -> list[tuple[str, str]]:
    """Whom it may be about: those of the matter, of the duty, or of the page one comes from."""
    records: list[int] = []
    if matter is not None:
        rows = PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__superseded_by__isnull=True)
        records = [each or 0 for each in rows.order_by("pk").values_list("fact__person_record_id", flat=True)]
    if request.GET.get("duty", "").isdigit():
        duty = owed_by(worker).filter(duty_id=int(request.GET["duty"])).first()
        if duty is None:
            raise Http404
        records += duty.duty.about_record_ids
    if request.GET.get("person"):
        own = PersonRecord.objects.filter(agency=worker.agency, membership__number=request.GET["person"])
        records += own.values_list("pk", flat=True)[:1]
    names = names_of_records(records)
    found: dict[str, str] = {}
    for record in records:
        found.setdefault(names.get(record, "Whom it is owed for"), str(record))
    return [(record, name) for name, record in found.items()]


def _addressees(request: HttpRequest, kind: RequestKind, authority: str) -> list[tuple[str, str]]:
    service = pack_for(clock.today()).services.get(request.GET.get("service", ""))
    found = [Owner(service.agency, service.team)] if service else asking.addressees(kind, authority)
    return sorted(((str(each), wording.owner(each.agency, each.team or "")) for each in found), key=lambda one: one[1])


def _asking(request: HttpRequest, said: Mapping[str, Any], matter: Matter | None) -> asking.Asking:
    person = said.get("person", "")
    named = {name: said.get(name) or "" for name in ("given_name", "family_name")}
    born = said.get("date_of_birth")
    subject = (
        {**named, "date_of_birth": born.isoformat() if born else "", "role": "unknown"} if any(named.values()) else {}
    )
    duty = request.GET.get("duty", "")
    return asking.Asking(
        to=Owner.parse(said["to"]),
        asks=said["asks"],
        record_id=int(person) if person and not subject else None,
        subject=subject,
        basis=said.get("basis", ""),
        urgency=said.get("urgency") or "routine",
        matter=matter.reference if matter else "",
        duty_id=int(duty) if duty.isdigit() else None,
        service=request.GET.get("service", ""),
        on=request.GET.get("on", ""),
    )


def _placed(form: django_forms.Form, refused: Refused) -> Problem:
    """A refusal at its field, with everything typed kept."""
    name = {"about": "given_name", "why": "why"}.get(refused.pointer.strip("/"), refused.pointer.strip("/"))
    if name in form.fields:
        form.add_error(name, refused.detail)
    first = "_0" if isinstance(getattr(form.fields.get(name), "widget", None), django_forms.RadioSelect) else ""
    return Problem(
        f"{refused.detail} {refused.remedy}", f"#id_{name}{first}" if name in form.fields else "#main-content"
    )


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
    "answer": (True, "Say so", _answer),
    "acknowledge": (True, "Say that it has come", lambda w, s, _: commands.acknowledge(w, s.made.reference)),
    "ask-back": (
        True,
        "Ask back, and stop the clock",
        lambda w, s, said: commands.ask_back(w, s.made.reference, question=said["question"]),
    ),
    "allocate": (
        True,
        "Give it to them",
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
