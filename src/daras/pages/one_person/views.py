"""Are these records of one person? The front door takes them apart, keeps them, or joins them again (A5, G2)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.frontdoor import splitting
from daras.ledger.refusal import Refused
from daras.pages.one_person.presenting import one_person
from daras.pages.one_person.queries import story_of
from daras.pages.rendering import page, worker_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def records(request: HttpRequest, number: str) -> HttpResponse:
    """The records under one number side by side, and what somebody says of them."""
    worker = worker_of(request)
    policy.require(worker, "confirm-match")
    problem: Refused | None = None
    if request.method == "POST":
        try:
            _say(request, worker, number)
            return redirect("one_person", number)
        except Refused as refused:
            problem = refused
    story = story_of(worker, number)
    if story is None:
        raise Http404
    trail.look(worker, "person", number, person_id=story.person_id)
    others = {person.number: person.person_id for _, person in story.apart}
    trail.write_each(
        actor=worker.slug, agency=worker.agency, action="look", subject_kind="person", subjects=list(others.items())
    )
    context = {
        "shown": one_person(story.known, story.doubt, story.evidence, story.told, story.apart),
        "problem": problem,
        "problem_at": _field(request, problem),
        "chosen": set(request.POST.getlist("record")),
        "typed": dict(request.POST.items()),
    }
    return page(request, "pages/one_person.html", context, status=422 if problem else 200)


def _say(request: HttpRequest, worker: Worker, number: str) -> None:
    sent, reason = request.POST, request.POST.get("reason", "")
    if sent.get("do") == "keep":
        splitting.keep_together(worker, number=number, reason=reason)
    elif sent.get("do") == "rejoin":
        splitting.rejoin(worker, number=number, decision_id=_number(sent.get("decision", "")), reason=reason)
    else:
        chosen = [_number(each) for each in sent.getlist("record")]
        splitting.split_person(worker, number=number, record_ids=chosen, reason=reason)


def _number(sent: str) -> int:
    """A number that was sent; what is none names nothing."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


def _field(request: HttpRequest, problem: Refused | None) -> str:
    """The field that the problem is with, by its name on the page."""
    if problem is None:
        return ""
    doing = request.POST.get("do", "split")
    if doing == "split" and problem.pointer == "/records":
        return "records"
    decision = f"-{_number(request.POST.get('decision', ''))}" if doing == "rejoin" else ""
    return f"reason-{doing if doing in ('keep', 'rejoin') else 'split'}{decision}"
