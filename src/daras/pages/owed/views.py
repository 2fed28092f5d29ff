"""Saying what was done about a duty that has no form of its own (A8, J1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.duties.answering import answer, owed_to_answer
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.my_work.presenting import about
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
    words, problem = request.POST.get("words", ""), None
    if request.method == "POST":
        try:
            answer(worker, duty_id, words=words)
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("my_work"))
    trail.look(worker, "duty", str(duty_id), matter_id=state.matter_id)
    names = of_duty(state)
    context = {
        "what": wording.duty(state.duty),
        "about": about(state.duty.about_record_ids, names),
        "because": state.duty.because,
        "source": state.duty.source,
        "clock": wording.duty_clock(state, clock.now()),
        "words": words,
        "problem": problem,
    }
    return page(request, "pages/owed.html", context, status=422 if problem else 200)
