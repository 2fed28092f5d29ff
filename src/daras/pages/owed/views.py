"""Saying what was done about a duty that has no form of its own (A8, J1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import KeptApart
from daras.duties.answering import owed_to_answer
from daras.frontdoor.allegations import consider, kept_apart
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.my_work.presenting import HELD, about, because
from daras.pages.my_work.queries import of_duty
from daras.pages.rendering import page, worker_of
from daras.working_time import clock


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def owed(request: HttpRequest, duty_id: int) -> HttpResponse:
    """What is owed, until when, because of what; and a field for what was done."""
    worker = worker_of(request)
    policy.require(worker, "answer")
    try:
        state = owed_to_answer(worker, duty_id)
    except Refused:
        raise Http404 from None
    kept = kept_apart(worker, duty_id)
    told = {int(each) for each in request.POST.getlist("told") if each.isdecimal()}
    words, problem = request.POST.get("words", ""), None
    if request.method == "POST":
        try:
            consider(worker, duty_id, words=words, told=told)
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("my_work"))
    trail.look(worker, "duty", str(duty_id), matter_id=state.matter_id)
    whom = about(state.duty.about_record_ids, of_duty(state))
    context = {
        "what": wording.duty(state.duty),
        "about": whom,
        "because": because(state.duty.because, whom),
        "held": "" if whom or not state.duty.about_record_ids else HELD,
        "clock": wording.duty_clock(state, clock.now()),
        "words": words,
        "problem": problem,
        "kept": [(each.pk, _whom(each), each.because, each.pk in told) for each in kept],
    }
    return page(request, "pages/owed.html", context, status=422 if problem else 200)


def _whom(kept: KeptApart) -> str:
    """An agency, or the one sign-in that is kept apart."""
    agency = wording.agency(kept.agency)
    return f"{kept.worker.name}, {agency}: their own sign-in" if kept.worker else agency
