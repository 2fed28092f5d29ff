"""What we sent to the front door."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.design.parts import Empty
from daras.frontdoor import feedback
from daras.ledger.refusal import Refused
from daras.pages.our_referrals import presenting, queries
from daras.pages.rendering import page, worker_of
from daras.working_time import clock, wording


@login_required
@require_safe
def our_referrals(request: HttpRequest) -> HttpResponse:
    """The receipts of what my team sent, the newest first."""
    worker = worker_of(request)
    lines = [presenting.line(received) for received in queries.sent_by(worker)]
    trail.look(worker, "list", "our-referrals")
    empty = Empty("Your team has sent nothing yet.", checked=wording.time_of_day(clock.now()))
    return page(request, "pages/our_referrals.html", {"lines": lines, "empty": empty})


@login_required
@require_safe
def our_referral(request: HttpRequest, receipt: str) -> HttpResponse:
    """One of them, by its receipt."""
    worker = worker_of(request)
    if request.method == "GET":
        # Whoever of the sending agency opens it has been told: then nobody is chased for it (A8).
        with suppress(Refused):
            feedback.read_feedback(worker, receipt)
    sent = queries.sent(worker, receipt)
    if sent is None:
        raise Http404
    trail.look(worker, "submission", receipt, matter_id=sent.received.fact.matter_id)
    referral = presenting.our_referral(sent, worker, clock.now())
    return page(request, "pages/our_referral.html", {"referral": referral})
