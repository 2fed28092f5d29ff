"""Safe now, from a matter or a child's page; and a protection recorded before any matter exists (A16)."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.frontdoor import safe_now
from daras.frontdoor.models import ReferralReceived
from daras.frontdoor.protecting_first import Doorstep, record_first
from daras.frontdoor.queries import MatterStory
from daras.frontdoor.safe_now import Seen
from daras.ledger.refusal import Refused
from daras.pages.discussion.fields import fields, problems
from daras.pages.discussion.forms import Choices, Step
from daras.pages.person.views import opened
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.pages.safety.forms import AtTheDoor, SeenNow
from daras.pages.safety.views import people_of, story_opened
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def in_matter(request: HttpRequest, reference: str) -> HttpResponse:
    """Say of one of a matter whether they are safe now: for all who take part."""
    worker = worker_of(request)
    story = story_opened(worker, reference)
    people = _children(story)
    form = _seen(request, worker, people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            safe_now.say_in_matter(worker, reference, person_record_id=int(said["person"]), said=_said(said))
        except Refused as refused:
            _refuse(form, refused)
        else:
            return redirect("matter", reference)
    back = {"href": reverse("matter", args=[reference]), "text": reference}
    return _shown(request, form, {"back_to": back, "who": ""})


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def of_person(request: HttpRequest, number: str) -> HttpResponse:
    """Say it of somebody whose page one may open: any agency that holds a record of the child."""
    worker, who = opened(request, number)
    form = _seen(request, worker, ())
    del form.fields["person"]
    if request.method == "POST" and form.is_valid():
        try:
            safe_now.say_of_person(worker, number, _said(form.cleaned_data))
        except Refused as refused:
            _refuse(form, refused)
        else:
            return redirect("person", number)
    back = {"href": reverse("person", args=[number]), "text": who.known.name}
    return _shown(request, form, {"back_to": back, "who": who.known.name})


def _children(story: MatterStory) -> Choices:
    """The children of a matter, and whoever's age nobody knows; where there is none, everybody named."""
    on, known = clock.today(), {str(record): story.people.get(pk) for record, pk in story.person_of_record.items()}
    grown = {record for record, person in known.items() if person and person.age_group_on(on) == "adult"}
    everybody = people_of(story)
    return [each for each in everybody if each[0] not in grown] or everybody


def _seen(request: HttpRequest, worker: Worker, people: Choices) -> SeenNow:
    sent = request.POST if request.method == "POST" else taken(request)
    initial = {
        "person": people[0][0] if people else "",
        "by": f"{worker.name}, {worker.role.replace('-', ' ')}",
        "at": clock.local(clock.now()).replace(second=0, microsecond=0),
    }
    return SeenNow(sent, people=people, initial=initial)


def _said(said: dict[str, Any]) -> Seen:
    return Seen(
        seen=said["seen"] == "yes",
        by=said["by"] if said["seen"] == "yes" else "",
        where=said["where"],
        company=_names(said["company"]),
        at=said["at"],
    )


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r"[,\n]", written) if name.strip())


def _refuse(form: Step, refused: Refused) -> None:
    name = refused.pointer.lstrip("/")
    form.add_error(name if name in form.fields else None, str(refused))


def _shown(request: HttpRequest, form: Step, more: dict[str, Any]) -> HttpResponse:
    found = problems(form) if form.is_bound else []
    context = {"fields": fields(form), "problems": found, **more}
    return page(request, "pages/safe_now.html", context, status=UNPROCESSABLE if found else 200)


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def first(request: HttpRequest) -> HttpResponse:
    """An officer at a doorstep: what, whom, since when. It makes the matter; the sender gets a receipt."""
    worker = worker_of(request)
    policy.require(worker, "protect")
    sent = request.POST if request.method == "POST" else taken(request)
    once = (sent.get("once") if sent is not None else None) or secrets.token_urlsafe(12)
    initial = {"since": clock.local(clock.now()).replace(second=0, microsecond=0)}
    form = AtTheDoor(sent, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            recorded = record_first(
                worker,
                protection=said["protection"],
                who=Doorstep(
                    given_name=said["given_name"],
                    family_name=said["family_name"],
                    date_of_birth=said["date_of_birth"],
                    street=said["street"],
                    town=said["town"],
                    postcode=said["postcode"],
                    seen={"yes": True, "no": False}.get(said["seen"]),
                    where=said["where"],
                    company=_names(said["company"]),
                ),
                since=said["since"],
                expires_at=said["expires_at"],
                words=said["words"],
                once=once,
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            return redirect("protection_recorded", recorded.receipt)
    found = problems(form) if form.is_bound else []
    context = {"fields": fields(form), "problems": found, "once": once}
    return page(request, "pages/safety/first.html", context, status=UNPROCESSABLE if found else 200)


@login_required
@require_http_methods(["GET", "HEAD"])
def recorded(request: HttpRequest, receipt: str) -> HttpResponse:
    """The receipt, and what happens now."""
    worker = worker_of(request)
    policy.require(worker, "protect")
    if not ReferralReceived.objects.filter(receipt=receipt, fact__agency=worker.agency).exists():
        raise Http404
    trail.look(worker, "submission", receipt)
    return page(request, "pages/safety/recorded.html", {"receipt": receipt})
