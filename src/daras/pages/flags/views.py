"""Flags: raised on a person, looked at again, and which partner shows which; and the summary by NHS number (F10)."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.flags.commands import raise_flag, review
from daras.flags.queries import Flag, flags, reconciliation
from daras.flags.summary import Summary, summary
from daras.forms.writing import may_fill_in
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.safety.protecting import PROTECTIONS
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: How an NHS number is read out and compared.
NHS_NUMBER = re.compile(r"(\d{3})(\d{3})(\d{4})")
READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


def _spaced(nhs_number: str) -> str:
    """In groups of three, three and four figures; as it came where it is no NHS number."""
    return NHS_NUMBER.sub(r"\1 \2 \3", nhs_number)


@login_required
@require_safe
def flags_shown(request: HttpRequest) -> HttpResponse:
    """Flags that the reader may see, and which partner's system shows which."""
    worker = worker_of(request)
    policy.require(worker, "search")
    trail.look(worker, "list", "flags")
    shown, stray = reconciliation()
    names = {kind.id: kind.name for kind in pack_for(clock.today()).flags.values()}
    context = {
        "flags": [_line(worker, flag) for flag in flags() if flag.stands],
        "shown": [
            (
                f"{each.flag.raised.name}: {each.flag.raised.about_words}",
                wording.agency(each.agency),
                {True: "shown", False: "not shown", None: "never reported"}[each.shown],
                time_wording.long_datetime(each.at) if each.at else "",
            )
            for each in shown
        ],
        "stray": [
            (
                wording.agency(each.agency),
                _spaced(each.nhs_number),
                names.get(each.code, each.code),
                time_wording.long_datetime(each.fact.recorded_at),
            )
            for each in stray
        ],
    }
    return page(request, "pages/flags/list.html", context)


def _line(worker: Worker, flag: Flag) -> dict[str, str]:
    """What a flag says; and where the pack names one for this reader, the form in which the child is asked (F4, F6)."""
    raised, pack = flag.raised, pack_for(clock.today())
    kind = pack.flags.get(raised.flag_kind)
    form = pack.forms.get(kind.form) if kind and flag.stands else None
    asks = form if form and may_fill_in(worker, form) else None
    return {
        "name": raised.name,
        "about": raised.about_words,
        "meaning": f"{raised.meaning} Ring {raised.ring}.",
        "href": reverse("flag", args=[raised.reference]),
        "since": time_wording.long_datetime(raised.fact.recorded_at),
        "form": asks.name if asks else "",
        "begin": reverse("form_begin", args=[asks.id]) if asks else "",
    }


@login_required
@require_http_methods(READ_OR_SEND)
def raised(request: HttpRequest, number: str) -> HttpResponse:
    """Raise a flag on somebody: published to partners' systems, without the reason."""
    worker = worker_of(request)
    policy.require(worker, "protect")
    problem: Refused | None = None
    typed = {name: request.POST.get(name, "") for name in ("kind", "reason")}
    if request.method == "POST":
        try:
            made = raise_flag(worker, kind=typed["kind"], number=number, reason=typed["reason"])
        except Refused as refused:
            if refused.code == "no-such-person":
                raise Http404 from None
            problem = refused
        else:
            return redirect(reverse("flag", args=[made.reference]))
    trail.look(worker, "flag-form", number)
    kinds = pack_for(clock.today()).flags.values()
    context = {"number": number, "kinds": kinds, "typed": typed, "problem": problem}
    return page(request, "pages/flags/raise.html", context, status=UNPROCESSABLE if problem else 200)


@login_required
@require_http_methods(READ_OR_SEND)
def flag(request: HttpRequest, reference: str) -> HttpResponse:
    """One flag; its owner looks at it again here."""
    worker = worker_of(request)
    found = next(iter(flags([reference])), None)
    if found is None:
        raise Http404
    problem: Refused | None = None
    typed = {name: request.POST.get(name, "") for name in ("ends", "reason")}
    if request.method == "POST":
        try:
            if typed["ends"] not in ("yes", "no"):
                raise Refused("missing", "/ends", "Say whether it stays.", "Choose one.")
            review(worker, reference, ends=typed["ends"] == "yes", reason=typed["reason"])
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("flag", args=[reference]))
    trail.look(worker, "flag", reference, matter_id=found.raised.fact.matter_id)
    own = (worker.agency, worker.team) == (found.raised.owner_agency, found.raised.owner_team)
    context = {
        "line": _line(worker, found),
        "reference": reference,
        "reason": found.reason,
        "ended": time_wording.long_datetime(found.ended_at) if found.ended_at else "",
        "own": own and found.stands and policy.may(worker, "protect"),
        "typed": typed,
        "problem": problem,
    }
    return page(request, "pages/flags/flag.html", context, status=UNPROCESSABLE if problem else 200)


@login_required
@require_http_methods(READ_OR_SEND)
def by_number(request: HttpRequest) -> HttpResponse:
    """The safeguarding summary by NHS number. The number is sent, never in an address."""
    worker = worker_of(request)
    policy.require(worker, "search")
    problem: Refused | None = None
    found: Summary | None = None
    typed = {name: request.POST.get(name, "") for name in ("nhs_number", "reason")}
    if request.method == "POST":
        try:
            found = summary(worker, typed["nhs_number"], reason=typed["reason"])
        except Refused as refused:
            problem = refused
    if found is None:
        trail.look(worker, "summary-form", "summary")
    context = {"typed": typed, "problem": problem, "found": _summary(worker, found) if found else None}
    return page(request, "pages/flags/summary.html", context, status=UNPROCESSABLE if problem else 200)


def _summary(worker: Worker, found: Summary) -> dict[str, object]:
    person, on = found.person, clock.today()
    return {
        "name": person.name if person else "Nobody whose record you may see",
        "born": (wording.born(person, on) if person else "") or "",
        "several": found.several,
        "for": f"For {found.asked_by}, {time_wording.long_datetime(found.asked_at)}",
        "flags": [_line(worker, flag) for flag in found.flags],
        "protections": [
            f"{PROTECTIONS[each.protection]}"
            + (f", until {time_wording.long_datetime(each.expires_at)}" if each.expires_at else "")
            for each in found.protections
        ],
        "agencies": sorted({wording.owner(each.agency, each.team) for each in person.involvements if not each.until})
        if person
        else [],
    }
