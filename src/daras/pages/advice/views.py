"""Advice calls: recorded by the front door, read by whoever asked, made a referral without writing it again (A15)."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.agencies import load_directory
from daras.frontdoor import advice_days, advising
from daras.frontdoor.advice_days import Agreed
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.advice import queries
from daras.pages.advice.presenting import answers, shown
from daras.pages.referral import filling
from daras.pages.referral.asking import Asked
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.referral.presenting import summary_of
from daras.pages.rendering import page, worker_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

CHILD = ("given_name", "family_name", "date_of_birth")
UNNAMED = "Leave it empty if the child is not named"
RINGS = (("", "No"), ("giver", "We ring them back"), ("caller", "They watch, and come back to us"))
#: By when it is instead, where another day was agreed.
INSTEAD = (Asked(("by_day",), "By which day instead?", "day", "Only if it is another. For example 27 11 2026"),)
#: The field at which a refusal stands, where it is called otherwise.
AT = {"/caller_agency": "agency", "/people": "date_of_birth"}


@login_required
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """The calls that the reader may see."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    trail.look(worker, "list", "advice")
    context = {
        "lines": [shown(each, worker, clock.now()) for each in queries.advice_seen()],
        "may_record": policy.may(worker, "advise"),
        "checked": time_wording.time_of_day(clock.now()),
    }
    return page(request, "pages/advice/list.html", context)


@login_required
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One call."""
    return _one(request, reference, {}, None)


@login_required
@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what came of what was agreed, or that another day was."""
    worker, typed = worker_of(request), {name: request.POST.get(name, "") for name in ("outcome", "words")}
    typed |= {path[0]: str(value or "") for path, value in filling.read(INSTEAD, request.POST).items()}
    try:
        if typed["outcome"] == advice_days.ANOTHER_DAY:
            advice_days.move(worker, reference, on_day=_day(typed.get("by_day", "")), words=typed["words"])
        else:
            advice_days.answer(worker, reference, outcome=typed["outcome"], words=typed["words"])
    except Refused as refused:
        if refused.code == "no-such-advice":
            raise Http404 from None
        return _one(request, reference, typed, refused)
    return redirect(reverse("advice_one", args=[reference]))


def _one(request: HttpRequest, reference: str, typed: dict[str, str], problem: Refused | None) -> HttpResponse:
    worker = worker_of(request)
    policy.require(worker, "refer")
    found = queries.advice_of(reference)
    if found is None:
        raise Http404
    trail.look(worker, "advice", reference, matter_id=found.fact.matter_id)
    read = shown(found, worker, clock.now())
    wrong_day = (("by_day",), problem) if problem and problem.pointer == "/by_day" else None
    context = {
        "advice": read,
        "answers": answers(read.day) if read.day else (),
        "instead": filling.filled(INSTEAD, dict(typed), {}, wrong_day),
        "draft": queries.draft_after(reference),
        "typed": typed,
        "problem": problem,
    }
    return page(request, "pages/advice/one.html", context, status=422 if problem else 200)


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
                caller=advising.Caller(*_split(said("agency")), said("caller_name"), said("caller_role")),
                question=said("question"),
                child={name: said(name) for name in CHILD},
                advice=said("advice"),
                refer=body.get("refer"),
                because=said("because"),
                agreed=_agreed(said("agreed"), said("by_day"), said("what")),
            )
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("advice_one", args=[made.reference]))
    else:
        trail.look(worker, "form", "advice")
    at = AT.get(problem.pointer, problem.pointer.strip("/")) if problem else ""
    fields = filling.filled(asked, body, {}, ((at,), problem) if problem else None)
    context = {"fields": fields, "problems": summary_of(fields)}
    return page(request, "pages/advice/record.html", context, status=422 if problem else 200)


def _agreed(owed_by: str, on_day: str, what: str) -> Agreed | None:
    """By which day whom of the two rings the other; none where neither does. Raises `Refused` for a day that is none,
    and for one that nobody is said to keep."""
    if not owed_by:
        if on_day or what:
            raise Refused("missing", "/agreed", "Say who rings the other by that day.", "Choose one of the list.")
        return None
    return Agreed(owed_by, _day(on_day), what)


def _day(typed: str) -> date | None:
    """A day as it was typed, or none; raises `Refused` for what is no day."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused("no-date", "/by_day", "This is no date.", "Write it as day month year.") from None


def _split(team: str) -> tuple[str, str]:
    """Agency and team of a choice; an agency alone is asked for as a whole."""
    agency, _, of_it = team.partition("/")
    return agency, of_it


def _questions() -> tuple[Asked, ...]:
    agencies = [each for each in load_directory().agencies_on(clock.today()) if each.kind != "public"]
    choices = [
        (f"{each.id}/{team.id}", wording.owner(each.id, team.id)) for each in agencies for team in each.teams
    ] + [(each.id, each.name) for each in agencies if not each.teams]
    return (
        Asked(
            ("agency",), "Who asks?", "select", choices=(("", "Choose a team"), *sorted(choices, key=lambda at: at[1]))
        ),
        Asked(("caller_name",), "Their name"),
        Asked(("caller_role",), "Their role"),
        Asked(("question",), "What do they ask?", "long", rows=4),
        Asked(("given_name",), "The child’s first name", hint=UNNAMED),
        Asked(("family_name",), "The child’s family name", hint=UNNAMED),
        Asked(("date_of_birth",), "The child’s date of birth", "day", "For example 22 3 2015"),
        Asked(("advice",), "What do you advise?", "long", rows=4),
        Asked(("refer",), "Is a referral to be made?", "yes-no"),
        Asked(("because",), "Why?", "long", rows=2),
        Asked(("agreed",), "Does one of you ring the other?", "radios", choices=RINGS),
        Asked(("by_day",), "By which day?", "day", "Only if one of you does. For example 27 11 2026"),
        Asked(("what",), "What for?", hint="Only if one of you does. For example: to hear how the weekend was"),
    )
