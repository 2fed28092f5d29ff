"""What is held, what may go, and what has gone: for custodians and the managers of the front door."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import trail
from daras.keeping.disposing import approve as approve_disposal
from daras.keeping.disposing import review as review_disposal
from daras.keeping.holding import end_hold as end_a_hold
from daras.keeping.holding import place_hold
from daras.keeping.queries import Kept, to_review
from daras.keeping.schedule import Ended
from daras.pages.custody.forms import Why
from daras.pages.custody.views import asked, sent
from daras.pages.keeping.forms import Approve, Hold, Review
from daras.pages.keeping.presenting import keeping_page, one_ended, one_hold
from daras.pages.rendering import page, worker_of


@login_required
@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """Whose time has run out, what is held, what has gone."""
    worker = worker_of(request)
    kept = to_review(worker)
    trail.look(worker, "keeping", worker.agency)
    return page(request, "pages/keeping/keeping.html", {"kept": keeping_page(kept, worker)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Hold matters, or all of them, against every disposal."""
    to_review(worker_of(request))
    context = {
        "title": "Hold against disposal",
        "lines": (),
        "lead": ("From now nothing that is held is disposed of, by anybody, until the hold is ended.",),
        "button": "Hold it from now",
    }
    return asked(
        request,
        Hold(sent(request)),
        lambda who, said: place_hold(
            who,
            ground=said["ground"],
            reason=said["reason"],
            references=said["references"].split(),
            everything=not said["references"].strip(),
        ),
        reverse("keeping"),
        context,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold."""
    found = next((each for each in to_review(worker_of(request)).holds if each.pk == hold_id), None)
    if found is None:
        raise Http404
    context = {
        "title": "End this hold",
        "lines": one_hold(found),
        "lead": ("What it held may be reviewed again when its time has run out.",),
        "button": "End the hold",
    }
    return asked(
        request,
        Why(sent(request)),
        lambda who, said: end_a_hold(who, hold_id, reason=said["reason"]),
        reverse("keeping"),
        context,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a matter until a day, or let it go."""
    found, _ = _waiting(request, reference)
    context = {
        "title": f"Review {reference}",
        "lines": one_ended(found),
        "lead": (
            "Read the matter whole before you say it may go.",
            "Somebody else approves. Then every word of it goes from here for good, and from backups when they are "
            "restored; what stays is that it was, when it went, and who said so.",
        ),
        "button": "Record it",
    }
    return asked(
        request,
        Review(sent(request)),
        lambda who, said: review_disposal(who, reference, **said),
        reverse("keeping"),
        context,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve what somebody else let go."""
    worker = worker_of(request)
    found, kept = _waiting(request, reference)
    reviewed = kept.reviewed.get(found.matter.pk)
    if reviewed is None or reviewed.reviewed_by == worker.slug:
        raise Http404
    context = {
        "title": f"Approve that {reference} goes",
        "lines": one_ended(found, reviewed),
        "lead": ("This is for good, and nobody can take it back.",),
        "button": "Approve: it goes now",
    }
    return asked(
        request,
        Approve(sent(request)),
        lambda who, _said: approve_disposal(who, reference),
        reverse("keeping"),
        context,
    )


def _waiting(request: HttpRequest, reference: str) -> tuple[Ended, Kept]:
    kept = to_review(worker_of(request))
    found = next((each for each in kept.waiting if each.matter.reference == reference), None)
    if found is None:
        raise Http404
    return found, kept
