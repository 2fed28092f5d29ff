"""What people change on a person's page: the marker, a proposal and its answer, a link undone (G2, I1).

Plain forms: what is refused is said at its field, and what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from daras.access.models import Worker
from daras.frontdoor import corrections, markers, proposing
from daras.frontdoor.proposing import Proposed
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.discussion.fields import fields, problems
from daras.pages.person import presenting
from daras.pages.person.proposals import proposal_form
from daras.pages.person.views import now_tab, opened
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of


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


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a change to a record: the fields are those of what is to be changed."""
    worker, who = opened(request, number)
    asked = request.POST if request.method == "POST" else request.GET
    of, record = asked.get("of", ""), _number(asked.get("record", ""))
    if of not in presenting.FIELDS or record not in who.records:
        raise Http404
    sent = request.POST if request.method == "POST" else taken(request)
    form = proposal_form(of)(sent)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            proposing.propose_change(
                worker, number=number, record_id=record, proposed=_proposed(of, said), because=said["because"]
            )
        except Refused as refused:
            name = refused.pointer.lstrip("/")
            form.add_error(name if name in form.fields else None, str(refused))
        else:
            return redirect("person", number)
    found = problems(form) if form.is_bound else []
    context = {
        "number": number,
        "name": who.known.name,
        "of": of,
        "of_words": presenting.FIELDS[of],
        "record": record,
        "agency": wording.agency(who.records[record].agency),
        "fields": fields(form),
        "problems": found,
    }
    return page(request, "pages/person/propose.html", context, status=422 if found else 200)


def _proposed(of: str, said: dict[str, Any]) -> Proposed:
    return Proposed(
        of=of,
        words=said.get("proposed", ""),
        given_name=said.get("given_name", ""),
        family_name=said.get("family_name", ""),
        date_of_birth=said.get("date_of_birth"),
        lines=tuple(said.get("lines", "").splitlines()),
        town=said.get("town", ""),
        postcode=said.get("postcode", ""),
        was_wrong=said["was"] == "wrong",
        since=said.get("since"),
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
        lambda worker: proposing.answer_change(
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
