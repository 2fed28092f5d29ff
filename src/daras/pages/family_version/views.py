"""Families' versions of a discussion: written, read by another person, printed once released, handed over (A8, B4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.disclosures import commands
from daras.disclosures.models import FamilyVersionPrepared
from daras.disclosures.queries import versions_of
from daras.frontdoor.queries import MatterAround
from daras.ledger.refusal import Refused
from daras.pages.discussion.fields import fields, problems
from daras.pages.discussion.forms import Step
from daras.pages.discussion.queries import Held, held, names_of_workers
from daras.pages.family_version import presenting
from daras.pages.family_version.forms import Give, Prepare, Review
from daras.pages.prints.views import answer
from daras.pages.rendering import page, worker_of
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


@login_required
@require_http_methods(READ_OR_SEND)
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every version of a discussion, and the form that writes a new one."""
    worker, found, story = _opened(request, reference)
    form = Prepare(
        request.POST if request.method == "POST" else None, recipients=presenting.recipients(found), prefix="family"
    )

    def keep() -> str:
        said = dict(form.cleaned_data)
        child, _, recipient = said.pop("recipient").partition("/")
        made = commands.prepare(
            worker, reference, child_record_id=int(child), recipient_record_id=int(recipient), **said
        )
        return made.reference

    made = _kept(request, form, keep)
    if made is not None:
        return redirect("family_version", reference, made)
    written = versions_of(reference)
    names = names_of_workers(each.fact.author for each in written)
    context = {
        "reference": reference,
        "versions": [
            presenting.shown(each, story, names.get(each.fact.author, ""), mine=each.fact.author == worker.slug)
            for each in written
        ],
    }
    return _page(request, "versions", form, context)


@login_required
@require_http_methods(READ_OR_SEND)
def version(request: HttpRequest, reference: str, version: str) -> HttpResponse:
    """One version as the family would read it; whoever did not write it reviews it."""
    worker, _, story = _opened(request, reference)
    one = _one(reference, version)
    written = presenting.shown(
        one, story, names_of_workers([one.fact.author]).get(one.fact.author, ""), mine=one.fact.author == worker.slug
    )
    data = request.POST if request.method == "POST" else None
    form: Step
    if written.released and not written.given:
        form = Give(data, prefix="give", initial={"given_at": clock.local(clock.now())})
    else:
        form = Review(data, prefix="review")

    def keep() -> str:
        said = form.cleaned_data
        if isinstance(form, Give):
            commands.give(worker, version, **said)
        else:
            commands.review(worker, version, released=said["released"] == "yes", reason=said["reason"])
        return version

    if _kept(request, form, keep) is not None:
        return redirect("family_version", reference, version)
    return _page(request, "version", form, {"reference": reference, "version": written})


@login_required
@require_safe
def printed(request: HttpRequest, reference: str, version: str) -> HttpResponse:
    """The copy for the family, once another person has released it and never before."""
    worker, found, story = _opened(request, reference)
    one = _one(reference, version)
    if not getattr(one, "review", None) or not one.review.released:
        raise PermissionDenied("This version is not released: another person reads it first.")
    sheet = presenting.family_sheet(one, story)
    return answer(request, sheet, worker, version, matter_id=found.discussion.called.fact.matter_id)


def _opened(request: HttpRequest, reference: str) -> tuple[Worker, Held, MatterAround]:
    """The discussion, for a social worker of the front door; the look is in the trail."""
    worker = worker_of(request)
    found = held(reference, clock.today(), worker)
    if found is None or found.story is None:
        raise Http404
    policy.require(worker, "family-version")
    matter_id = found.discussion.called.fact.matter_id
    trail.look(worker, "family version", reference, matter_id=matter_id)
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(each.number, each.person_id) for each in found.story.people.values()],
        matter_id=matter_id,
    )
    return worker, found, found.story


def _one(reference: str, version: str) -> FamilyVersionPrepared:
    for each in versions_of(reference):
        if each.reference == version:
            return each
    raise Http404


def _kept(request: HttpRequest, form: Step, keep: Callable[[], str]) -> str | None:
    """What `keep` made of a form that was sent, or none where there is a mistake in it."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return keep()
    except commands.NoSuchVersion:
        raise Http404 from None
    except Refused as refused:
        name = refused.pointer.lstrip("/")
        form.add_error(name if name in form.fields else None, str(refused))
    return None


def _page(request: HttpRequest, template: str, form: Step, context: Mapping[str, object]) -> HttpResponse:
    found = problems(form) if form.is_bound else []
    shown = {**context, "fields": fields(form), "problems": found}
    return page(request, f"pages/family_version/{template}.html", shown, status=UNPROCESSABLE if found else 200)
