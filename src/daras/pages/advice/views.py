"""Advice calls: recorded by the front door, read by whoever asked, made a referral without writing it again (A15)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.agencies import load_directory
from daras.frontdoor import advising
from daras.frontdoor.models import AdviceGiven
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.advice import queries
from daras.pages.referral import filling
from daras.pages.referral.asking import Asked
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.referral.presenting import summary_of
from daras.pages.rendering import page, worker_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

CHILD = ("given_name", "family_name", "date_of_birth")
UNNAMED = "Leave it empty if the child is not named"


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """One call as it is read."""

    reference: str
    href: str
    at: str
    caller: str
    child: str
    question: str
    advice: str
    refer: bool
    because: str


def shown(advice: AdviceGiven) -> AdviceShown:
    """A call in words."""
    who = ", ".join(part for part in (advice.caller_name, advice.caller_role) if part)
    place = wording.owner(advice.caller_agency, advice.caller_team)
    child = " ".join(advice.child.get(name, "") for name in CHILD[:2]).strip()
    return AdviceShown(
        reference=advice.reference,
        href=reverse("advice_one", args=[advice.reference]),
        at=time_wording.long_datetime(advice.fact.recorded_at),
        caller=f"{who}, {place}" if who else place,
        child=child or "The child was not named",
        question=advice.question,
        advice=advice.advice,
        refer=advice.refer,
        because=advice.because,
    )


@login_required
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """The calls that the reader may see."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    trail.look(worker, "list", "advice")
    context = {
        "lines": [shown(each) for each in queries.advice_seen()],
        "may_record": policy.may(worker, "advise"),
        "checked": time_wording.time_of_day(clock.now()),
    }
    return page(request, "pages/advice/list.html", context)


@login_required
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One call."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    found = queries.advice_of(reference)
    if found is None:
        raise Http404
    trail.look(worker, "advice", reference)
    context = {"advice": shown(found), "draft": queries.draft_after(reference)}
    return page(request, "pages/advice/one.html", context)


@login_required
@require_POST
def refer(request: HttpRequest, reference: str) -> HttpResponse:
    """Make it a referral: question and child stand in it already."""
    worker = worker_of(request)
    if queries.advice_of(reference) is None:
        raise Http404
    draft = queries.draft_after(reference) or advising.refer_after_advice(worker, reference)
    return redirect(reverse("refer_draft", args=[draft.reference]))


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """The form on which the front door records a call."""
    worker = worker_of(request)
    policy.require(worker, "advise")
    asked = _questions()
    sent = request.POST if request.method == "POST" else taken(request)
    body = {path[0]: value for path, value in filling.read(asked, sent).items()} if sent is not None else {}
    problem: Refused | None = None

    def said(name: str) -> str:
        return str(body.get(name) or "")

    if request.method == "POST":
        try:
            made = advising.record_advice(
                worker,
                caller=advising.Caller(said("agency"), "", said("caller_name"), said("caller_role")),
                question=said("question"),
                child={name: said(name) for name in CHILD},
                advice=said("advice"),
                refer=body.get("refer"),
                because=said("because"),
            )
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("advice_one", args=[made.reference]))
    else:
        trail.look(worker, "form", "advice")
    at = {"/caller_agency": "agency"}.get(problem.pointer, problem.pointer.strip("/")) if problem else ""
    fields = filling.filled(asked, body, {}, ((at,), problem) if problem else None)
    context = {"fields": fields, "problems": summary_of(fields)}
    return page(request, "pages/advice/record.html", context, status=422 if problem else 200)


def _questions() -> tuple[Asked, ...]:
    agencies = load_directory().agencies_on(clock.today())
    choices = tuple((each.id, each.name) for each in agencies if each.kind != "public")
    return (
        Asked(("agency",), "Who asks?", "select", choices=(("", "Choose an agency"), *choices)),
        Asked(("caller_name",), "Their name"),
        Asked(("caller_role",), "Their role"),
        Asked(("question",), "What do they ask?", "long", rows=4),
        Asked(("given_name",), "The child’s first name", hint=UNNAMED),
        Asked(("family_name",), "The child’s family name", hint=UNNAMED),
        Asked(("date_of_birth",), "The child’s date of birth", "day", "For example 22 3 2015"),
        Asked(("advice",), "What do you advise?", "long", rows=4),
        Asked(("refer",), "Is a referral to be made?", "yes-no"),
        Asked(("because",), "Why?", "long", rows=2),
    )
