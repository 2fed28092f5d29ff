"""Asking for a discussion, and the manager's answer; asking health which child is meant (B1, B3)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.design.parts import Link
from daras.frontdoor.queries import own_referral
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings import asking, identifying
from daras.meetings.queries import called_as
from daras.meetings.sitting import NoSuchMeeting
from daras.pages import wording
from daras.pages.discussion.challenged import disagree
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.discussion.identity import AskIdentity, Identified, identity_lines
from daras.pages.discussion.making import all_teams
from daras.pages.discussion.steps import split
from daras.pages.rendering import page, worker_of
from daras.working_time import wording as time_wording

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


@login_required
@require_http_methods(READ_OR_SEND)
def ask_for_discussion(request: HttpRequest, reference: str) -> HttpResponse:
    """Any agency with a part in a matter asks for a discussion, by the reference by which it knows it (B1)."""
    worker = worker_of(request)
    matter_id, back = _known_by(worker, reference)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            asking.ask_for_discussion(worker, matter_id, known_as=reference, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problem = refused
        except NoSuchMeeting:
            raise Http404 from None
        else:
            return redirect("ask_for_discussion", reference)
    trail.look(worker, "asked-for", reference, matter_id=matter_id)
    asked = [
        {
            "at": time_wording.long_datetime(each.fact.recorded_at),
            "reason": each.reason,
            "declined": [(why.reason, disagree(why, worker)) for why in asking.declined_of(each)],
        }
        for each in asking.asked_by_us(worker, matter_id)
    ]
    context = {
        "reference": reference,
        "back": back,
        "asked": asked,
        "typed": request.POST.get("reason", ""),
        "problem": problem,
    }
    return page(request, "pages/discussion/ask.html", context, status=UNPROCESSABLE if problem else 200)


def _known_by(worker: Worker, reference: str) -> tuple[int, Link]:
    """The matter behind a reference that the worker knows: of the matter, of a discussion, or a receipt of theirs."""
    matter_id: int | None
    if reference.startswith("R-"):
        own = own_referral(reference, worker.agency)
        matter_id = own.received.fact.matter_id if own else None
        back = Link(reference, reverse("our_referral", args=[reference]))
    elif reference.startswith("S-"):
        called = called_as(reference)
        matter_id = called.fact.matter_id if called else None
        back = Link("The discussion", reverse("discussion", args=[reference]))
    else:
        matter_id = Matter.objects.filter(reference=reference).values_list("pk", flat=True).first()
        back = Link(f"Matter {reference}", reverse("matter", args=[reference]))
    if matter_id is None:
        raise Http404
    return matter_id, back


@login_required
@require_http_methods(READ_OR_SEND)
def decline_discussion(request: HttpRequest, reference: str) -> HttpResponse:
    """The manager does not convene what was asked for, and says why to those who asked."""
    worker = worker_of(request)
    policy.require(worker, "decide")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Http404
    problem: Refused | None = None
    if request.method == "POST":
        try:
            asking.decline(worker, reference, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problem = refused
        else:
            return redirect("matter", reference)
    trail.look(worker, "asked-for", reference, matter_id=matter.pk)
    context = {
        "reference": reference,
        "asked": asked_lines(matter.pk),
        "typed": request.POST.get("reason", ""),
        "problem": problem,
    }
    return page(request, "pages/discussion/decline.html", context, status=UNPROCESSABLE if problem else 200)


def asked_lines(matter_id: int) -> tuple[str, ...]:
    """Which agencies ask for a discussion and wait, and why."""
    return tuple(
        f"{wording.owner(each.agency, each.team)}, {time_wording.long_datetime(each.fact.recorded_at)}: {each.reason}"
        for each in asking.asked_on(matter_id)
    )


@login_required
@require_http_methods(READ_OR_SEND)
def identify(request: HttpRequest, reference: str) -> HttpResponse:
    """The manager asks a health team which child is meant, from little."""
    worker = worker_of(request)
    policy.require(worker, "convene")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Http404
    form = AskIdentity(request.POST or None, teams=all_teams())
    found: list[Problem] = []
    if request.method == "POST":
        if form.is_valid():
            agency, team = split(form.cleaned_data["owner"])
            said = {name: form.cleaned_data[name] for name in ("known", "school", "age_about", "why")}
            try:
                identifying.ask_to_identify(worker, reference, agency=agency, team=team, **said)
            except Refused as refused:
                name = refused.pointer.lstrip("/")
                form.add_error(name if name in form.fields else None, str(refused))
            else:
                return redirect("identify", reference)
        found = problems(form)
    trail.look(worker, "identity", reference, matter_id=matter.pk)
    context = {
        "reference": reference,
        "fields": fields(form),
        "lines": identity_lines(identifying.questions_on(OnMatter(matter.pk, identifying.KINDS))),
        "problems": found,
    }
    return page(request, "pages/discussion/identify.html", context, status=UNPROCESSABLE if found else 200)


@login_required
@require_http_methods(READ_OR_SEND)
def identity(request: HttpRequest, reference: str) -> HttpResponse:
    """The health team reads what it is asked, and names the child or not."""
    worker = worker_of(request)
    asked = identifying.question(reference)
    if asked is None:
        raise Http404
    form = Identified(request.POST or None)
    found: list[Problem] = []
    if request.method == "POST":
        if form.is_valid():
            said = dict(form.cleaned_data)
            try:
                identifying.answer_identity(worker, reference, is_known=said.pop("is_known") == "yes", **said)
            except Refused as refused:
                name = refused.pointer.lstrip("/")
                form.add_error(name if name in form.fields else None, str(refused))
            except NoSuchMeeting:
                raise Http404 from None
            else:
                return redirect("identity", reference)
        found = problems(form)
    trail.look(worker, "identity", reference, matter_id=asked.asked.fact.matter_id)
    context = {
        "asked": asked.asked,
        "lines": identity_lines([asked]),
        "answered": bool(asked.answers),
        "fields": fields(form) if worker.agency == asked.asked.agency else (),
        "problems": found,
    }
    return page(request, "pages/discussion/identity.html", context, status=UNPROCESSABLE if found else 200)
