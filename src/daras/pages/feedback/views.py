"""What became of a referral: the front door says it, the sender reads it, and agrees or not (A8)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from daras.access import policy, trail
from daras.frontdoor import feedback
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.feedback import presenting, queries
from daras.pages.referral import filling
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.referral.presenting import summary_of
from daras.pages.rendering import page, worker_of


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Say to each sender what was decided on its news; what was said already stands beside the form."""
    worker = worker_of(request)
    policy.require(worker, "give-feedback")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Http404
    owed = queries.owed_on(matter)
    asked = presenting.questions(owed)
    sent = request.POST if request.method == "POST" else taken(request)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            feedback.send_feedback(worker, reference, **presenting.typed(request.POST, owed))
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("give_feedback", args=[reference]))
    trail.look(worker, "matter", reference, matter_id=matter.pk)
    body = presenting.begun(owed) if sent is None else {k[0]: v for k, v in filling.read(asked, sent).items()}
    at = problem.pointer.strip("/") if problem else ""
    fields = filling.filled(asked, body, {}, ((at,), problem) if problem else None)
    context = {
        "reference": reference,
        "fields": fields,
        "problems": summary_of(fields),
        "lines": presenting.lines(owed, worker),
        "open": presenting.still_owed(owed),
    }
    return page(request, "pages/feedback/give.html", context, status=422 if problem else 200)


@login_required
@require_POST
def answer(request: HttpRequest, receipt: str) -> HttpResponse:
    """The sender acknowledges, disagrees with a reason, or asks what became of it."""
    worker = worker_of(request)
    what = request.POST.get("what", "")
    try:
        if what == "ask":
            feedback.ask_what_became(worker, receipt)
        elif what == "acknowledge":
            feedback.acknowledge(worker, receipt)
        else:
            feedback.disagree(worker, receipt, reason=request.POST.get("reason", ""))
    except Refused as refused:
        if refused.code == "no-such-news":
            raise Http404 from None
        shown = {"receipt": receipt, "problem": refused, "reason": request.POST.get("reason", "")}
        return page(request, "pages/feedback/disagree.html", shown, status=422)
    return redirect(reverse("our_referral", args=[receipt]) + "#feedback")
