""" "I disagree", from every decision that is shown; and the answer, beside which both views stand (B5, A8, I6)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import trail
from daras.challenges.answering import answer, answers, may_raise, next_rung, raise_it
from daras.challenges.commands import NoSuchDecision, answerer, decision_of
from daras.challenges.queries import challenge as challenge_by_reference
from daras.challenges.queries import challenges_to
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings.telling import disagree as challenge_decision
from daras.pages.deciding.decisions import decision_shown, decisions_on, matter_decision
from daras.pages.discussion.challenged import challenge_lines
from daras.pages.discussion.challenged import disagree as address_to_disagree
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def decisions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every decision on a matter, the newest first, with the way to disagree and both views where somebody does."""
    worker = worker_of(request)
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Http404
    trail.look(worker, "decisions", reference, matter_id=matter.pk)
    made = decisions_on(matter.pk)
    challenges = challenges_to(each.pk for each in made)
    lines = [
        (
            matter_decision(each),
            challenge_lines(challenges.get(each.pk, []), worker),
            address_to_disagree(each, worker),
        )
        for each in made
    ]
    return page(request, "pages/decisions.html", {"reference": reference, "lines": lines})


@login_required
@require_http_methods(READ_OR_SEND)
def disagree(request: HttpRequest, decision: int) -> HttpResponse:
    """Say why one disagrees; it goes at once to whoever answers for the decision."""
    worker = worker_of(request)
    fact = _decision(decision)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            made = challenge_decision(worker, decision, reason=request.POST.get("reason", ""))
        except Refused as refused:
            problem = refused
        else:
            return redirect("challenge", made.reference)
    shown = decision_shown(fact)
    if shown is None:
        raise Http404
    trail.look(worker, "decision", str(decision), matter_id=fact.matter_id)
    matter = Matter.objects.filter(pk=fact.matter_id or 0).values_list("authority", flat=True).first()
    context = {
        "decision": shown,
        "challenges": challenge_lines(challenges_to([decision]).get(decision, []), worker),
        "answerer": answerer(fact, matter or "").post if matter else "the front door",
        "typed": request.POST.get("reason", ""),
        "problem": problem,
    }
    return page(request, "pages/disagree.html", context, status=422 if problem else 200)


def _decision(decision: int) -> Fact:
    try:
        return decision_of(decision)
    except NoSuchDecision:
        raise Http404 from None


@login_required
@require_http_methods(READ_OR_SEND)
def challenge(request: HttpRequest, reference: str) -> HttpResponse:
    """A challenge with the decision and every answer; whoever answers for the decision answers here."""
    worker = worker_of(request)
    found = challenge_by_reference(reference)
    if found is None:
        raise Http404
    problem: Refused | None = None
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reason", "theme", "learning", "why_up")}
    if request.method == "POST":
        try:
            if "up" in request.POST:
                raise_it(worker, reference, reason=typed["why_up"])
            else:
                answer(worker, reference, **{name: typed[name] for name in ("outcome", "reason", "theme", "learning")})
        except Refused as refused:
            problem = refused
        else:
            return redirect("challenge", reference)
    fact = found.challenged.decision
    trail.look(worker, "challenge", reference, matter_id=fact.matter_id)
    context = {
        "reference": reference,
        "decision": decision_shown(fact),
        "challenges": challenge_lines([found], worker),
        "answers": found.is_open and answers(worker, found),
        "goes_up": next_rung(found) if may_raise(worker, found) else None,
        "level": found.level,
        "raising": "up" in request.POST,
        "raised": found.raised,
        "learned": [each.learning for each in found.answers if each.learning],
        "themes": list(pack_for(clock.today()).themes.values()),
        "typed": typed,
        "problem": problem,
    }
    return page(request, "pages/challenge.html", context, status=422 if problem else 200)
