"""Who a referral is about: looked up in the agency's own records first, and only then added; how they belong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import trail
from daras.access.models import Worker
from daras.frontdoor import drafts
from daras.frontdoor.models import Draft
from daras.pages.referral import asking, presenting, queries
from daras.pages.referral.views import READ_OR_SEND, draft_for, look
from daras.pages.rendering import page

#: Longer than any name with a date and a number.
LONGEST = 200


@login_required
@require_http_methods(READ_OR_SEND)
def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Search first: somebody known to the agency comes with what it knows; somebody new with what was typed.

    Whoever only looks sends what they typed as well: a name stands in no address, and so in no log (G4).
    """
    worker, draft = draft_for(request, reference)
    if request.method == "POST" and "look" not in request.POST:
        key = drafts.add(worker, reference, "people", _chosen(request, worker))
        return redirect(reverse("refer_one", args=[reference, "people", key]))
    typed = request.POST.get("name", "").strip()[:LONGEST]
    found = queries.own_people(worker, typed) if typed else None
    look(worker, draft)
    if typed:
        # What was typed holds names: the trail keeps that a search was made.
        trail.write(
            actor=worker.slug, agency=worker.agency, action="search", subject_kind="own-records", subject_id=reference
        )
    shown = {
        "draft": draft,
        "title": presenting.title(draft),
        "typed": typed,
        "found": presenting.found_own(found) if found else (),
        "searched": found is not None,
    }
    return page(request, "pages/referral/people.html", shown)


def _chosen(request: HttpRequest, worker: Worker) -> dict[str, str]:
    """Somebody of the agency's own records, read there anew; or somebody new."""
    chosen = request.POST.get("record", "")
    if chosen.isdigit():
        for person in queries.of_records(worker, [int(chosen)]):
            return person.held
    typed = request.POST.get("name", "").strip()[:LONGEST]
    role = request.POST.get("role", "")
    known = {value for value, _ in asking.ROLES}
    return {
        "role": role if role in known else "unknown",
        **presenting.new_person(typed, queries.own_people(worker, typed)),
    }


@login_required
@require_http_methods(READ_OR_SEND)
def ties(request: HttpRequest, reference: str) -> HttpResponse:
    """How the people belong together: one sentence after the other."""
    worker, draft = draft_for(request, reference)
    problem = None
    if request.method == "POST":
        held = {name: request.POST.get(name, "") for name in ("start", "relation", "end")}
        problem = _problem(held, draft)
        if problem is None:
            drafts.add(worker, reference, "ties", held)
            return redirect(reverse("refer_ties", args=[reference]))
    look(worker, draft)
    shown = {
        "draft": draft,
        "title": presenting.title(draft),
        "ties": presenting.ties(draft),
        "people": asking.people(draft.body),
        "relations": asking.RELATIONS,
        "typed": request.POST,
        "problem": problem,
    }
    return page(request, "pages/referral/ties.html", shown, status=422 if problem else 200)


def _problem(held: dict[str, str], draft: Draft) -> str | None:
    known = draft.body.get("people", {})
    if held["start"] not in known or held["end"] not in known or held["relation"] not in dict(asking.RELATIONS):
        return "Choose two people, and how they belong together"
    return "Choose two different people" if held["start"] == held["end"] else None
