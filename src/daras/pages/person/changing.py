"""What people change on a person's page: the marker, a proposal and its answer, a link undone (G2, I1).

Plain forms: what is refused is said at its field, and what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from daras.access.models import Worker
from daras.frontdoor import corrections, markers
from daras.ledger.refusal import Refused
from daras.pages.person.views import now_tab, opened
from daras.pages.rendering import worker_of


def _number(written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise Http404 from None


def _done(
    request: HttpRequest, number: str, form: str, fields: dict[str, str], change: Callable[[Worker], object]
) -> HttpResponse:
    """Do it and go back to the page; where it is refused, the page with the refusal. `fields` gives each pointer's
    field."""
    worker = worker_of(request)
    try:
        change(worker)
    except Refused as refused:
        worker, who = opened(request, number)
        problem = (fields.get(refused.pointer, form), f"{refused.detail} {refused.remedy}")
        return now_tab(
            request, worker, who, problem=problem, typed={key: str(value) for key, value in request.POST.items()}
        )
    return redirect("person", number)


@login_required
@require_POST
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """Set the marker, or take it away."""
    sent = request.POST
    return _done(
        request,
        number,
        "marker",
        {"/reason": "marker-reason"},
        lambda worker: markers.mark(
            worker, number=number, is_set=sent.get("set") == "1", reason=sent.get("marker-reason", "")
        ),
    )


@login_required
@require_POST
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a change to a record."""
    sent = request.POST
    return _done(
        request,
        number,
        "propose",
        {"/of": "of", "/proposed": "proposed", "/because": "because"},
        lambda worker: corrections.propose_change(
            worker,
            number=number,
            record_id=_number(sent.get("record", "")),
            of=sent.get("of", ""),
            proposed=sent.get("proposed", ""),
            because=sent.get("because", ""),
        ),
    )


@login_required
@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a proposal about one's own agency's record."""
    sent = request.POST
    proposal = sent.get("proposal", "")
    return _done(
        request,
        number,
        "proposals",
        {"/reason": f"answer-{proposal}"},
        lambda worker: corrections.answer_change(
            worker,
            number=number,
            proposal_id=_number(proposal),
            accepted=sent.get("accepted") == "1",
            reason=sent.get("reason", ""),
        ),
    )


@login_required
@require_POST
def unlink(request: HttpRequest, number: str) -> HttpResponse:
    """A record is not of this person: undo the link, and tell those who were told."""
    sent = request.POST
    record = sent.get("record", "")
    return _done(
        request,
        number,
        "records",
        {"/reason": f"unlink-{record}"},
        lambda worker: corrections.undo_link(
            worker, number=number, record_id=_number(record), reason=sent.get("reason", "")
        ),
    )
