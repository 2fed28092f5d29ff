"""Recalls: the list of an agency, and one of them. They name nobody."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.frontdoor import corrections
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.rendering import page, worker_of
from daras.people.models import BreachAssessed, LinkRecalled
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class RecallLine:
    """One recall, in words."""

    reference: str
    href: str
    agency: str
    what: str
    at: str
    confirmed: str
    ours: bool


def _line(recall: LinkRecalled, worker: Worker) -> RecallLine:
    confirmation = getattr(recall, "confirmation", None)
    confirmed = ""
    if confirmation is not None:
        confirmed = time_wording.long_datetime(confirmation.fact.recorded_at)
    return RecallLine(
        reference=recall.reference,
        href=reverse("correction", args=[recall.reference]),
        agency=wording.agency(recall.agency),
        what=recall.what,
        at=time_wording.long_datetime(recall.fact.recorded_at),
        confirmed=confirmed,
        ours=recall.agency == worker.agency,
    )


@login_required
@require_safe
def recalls(request: HttpRequest) -> HttpResponse:
    """Everything that was to be deleted, and what has been."""
    worker = worker_of(request)
    lines = [_line(recall, worker) for recall in corrections.recalls_for(worker)]
    return page(request, "pages/corrections.html", {"recalls": lines})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: HttpRequest, reference: str) -> HttpResponse:
    """One recall: confirm that it is deleted; for the front door's manager, assess the breach."""
    worker = worker_of(request)
    found = next((each for each in corrections.recalls_for(worker) if each.reference == reference), None)
    if found is None:
        raise Http404
    trail.look(worker, "correction", reference, matter_id=found.fact.matter_id)
    problem = None
    if request.method == "POST":
        try:
            _change(request, worker, reference)
            return redirect("correction", reference)
        except Refused as refused:
            problem = ("reason", f"{refused.detail} {refused.remedy}")
    assessed = BreachAssessed.objects.select_related("fact").filter(undone=found.undone_id).first()
    context = {
        "recall": _line(found, worker),
        "assessed": assessed,
        "decides": policy.may(worker, "decide"),
        "problem": problem,
        "problems": problem is not None,
        "typed": dict(request.POST.items()),
    }
    return page(request, "pages/correction.html", context, status=422 if problem else 200)


def _change(request: HttpRequest, worker: Worker, reference: str) -> None:
    sent = request.POST
    if sent.get("do") == "assess":
        corrections.assess_breach(
            worker, reference=reference, reported=sent.get("reported") == "1", reason=sent.get("reason", "")
        )
    else:
        corrections.confirm_deletion(worker, reference=reference, note=sent.get("note", ""))
