"""The duty manager decides on news; the front door says who is who."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.frontdoor import confirming, deciding
from daras.frontdoor.queries import matter_story
from daras.hubs import streams
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.deciding import presenting
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.safety import meanwhile
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision, with what is suggested and why; what was typed is kept when something is missing (A6, A7, B1)."""
    worker = worker_of(request)
    policy.require(worker, "decide")
    story = matter_story(reference)
    if story is None:
        raise Http404
    before_sign_in = taken(request) if request.method != "POST" else None
    sent = before_sign_in if before_sign_in is not None else request.POST
    typed = {name: sent.get(name, "") for name in ("decision", "reason")}
    problem: Refused | None = None
    if request.method == "POST":
        try:
            shown_was = meanwhile.shown_by(request.POST.get("shown", ""))
            deciding.decide(worker, reference, **typed, shown=shown_was)
        except Refused as refused:
            problem = refused
        else:
            return redirect(_onward(typed["decision"], reference))
    trail.look(worker, "matter", reference, matter_id=story.matter.pk)
    shown = {"decision": presenting.decision_page(story), "typed": typed, "problem": problem}
    shown["newest"] = meanwhile.newest(story.matter.pk)
    return page(request, "pages/decide.html", shown, status=422 if problem else 200)


def _onward(decision: str, reference: str) -> str:
    """Where a decision leads: to whom to convene, to what early help is asked, or back to the matter."""
    if decision == "early-help" and streams.STEP_DOWN in pack_for(clock.today()).requests:
        return f"{reverse('request_ask', args=[streams.STEP_DOWN])}?{urlencode({'matter': reference})}"
    return reverse("convene" if decision == "strategy-discussion" else "matter", args=[reference])


@login_required
@require_http_methods(READ_OR_SEND)
def who_is_who(request: HttpRequest, reference: str) -> HttpResponse:
    """The matches of a matter side by side, each to be confirmed, refused with a reason, or left open (A5)."""
    worker = worker_of(request)
    policy.require(worker, "confirm-match")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Http404
    problem: Refused | None = None
    answered = request.POST.get("match", "")
    if request.method == "POST":
        same = request.POST.get("verdict") == "same-person"
        try:
            if request.POST.get("verdict") == "all-certain":
                _confirm_certain(worker, matter)
                return redirect(reverse("who_is_who", args=[reference]))
            confirming.decide_match(
                worker,
                reference,
                int(answered) if answered.isdigit() else 0,
                verdict="same-person" if same else "somebody-else",
                reason=request.POST.get("reason", ""),
            )
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("who_is_who", args=[reference]))
    proposals = confirming.proposals(matter)
    trail.look(worker, "matches", reference, matter_id=matter.pk)
    matches = presenting.matches(proposals)
    shown = {
        "reference": reference,
        "matches": [each for each in matches if each.decided or not each.certain],
        "certain": [each for each in matches if each.certain and not each.decided],
        "kept_back": presenting.kept_back(proposals),
        "problem": problem,
        "answered": int(answered) if answered.isdigit() else 0,
    }
    return page(request, "pages/who_is_who.html", shown, status=422 if problem else 200)


def _confirm_certain(worker: Worker, matter: Matter) -> None:
    """Confirm at once every match of the machine's in which nothing differs, each as a decision of its own."""
    for match in presenting.matches(confirming.proposals(matter)):
        if match.certain and not match.decided:
            confirming.decide_match(worker, matter.reference, match.link_id, verdict="same-person", reason="")
