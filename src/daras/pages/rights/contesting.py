"""An entry is said to be wrong, or is to be used no more: asked for on the chronology, decided by its agency."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.chronology.queries import entries
from daras.ledger.models import Fact
from daras.pages.discussion.fields import fields, problems
from daras.pages.person.chronology import entry_key
from daras.pages.person.telling import KINDS
from daras.pages.person.views import UNPROCESSABLE, opened
from daras.pages.rendering import page, worker_of
from daras.pages.rights import forms as asked_in
from daras.pages.rights.acting import done
from daras.people.queries import persons_of
from daras.rights import contesting
from daras.rights.models import EntryContested
from daras.working_time import clock
from daras.working_time import wording as time_wording

READ_OR_SEND = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(READ_OR_SEND)
def contest(request: HttpRequest, number: str, entry: str) -> HttpResponse:
    """Record what somebody says of an entry about them."""
    worker, who = opened(request, number)
    told = entries({who.asked.person_id}, KINDS)
    found = next((each for each in told if entry_key(each) == entry), None)
    if found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = asked_in.Contest(sent, initial={"received_at": clock.local(clock.now())})
    if sent is not None and done(form, lambda: contesting.contest(worker, found.fact_id, **form.cleaned_data)):
        return redirect("person_chronology", number)
    wrong = problems(form) if form.is_bound else []
    context = {
        "title": "Somebody contests this entry",
        "lines": [("About", who.known.name), ("The entry", f"{found.title}. {found.words}")],
        "lead": (
            "The entry stays as it was recorded, and everybody who reads it reads that it is contested. "
            "The agency that recorded it decides within a month.",
        ),
        "button": "Record it",
        "here": request.path,
        "fields": fields(form),
        "problems": wrong,
    }
    return page(request, "pages/custody/act.html", context, status=UNPROCESSABLE if wrong else 200)


@login_required
@require_http_methods(READ_OR_SEND)
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide on a contested entry of one's own agency."""
    worker = worker_of(request)
    policy.require(worker, "answer-rights")
    contested = EntryContested.objects.select_related("fact", "entry").filter(reference=reference).first()
    if contested is None:
        raise Http404
    record = contested.entry.person_record_id or 0
    person = persons_of([record]).get(record)
    trail.look(worker, "rights", reference, matter_id=contested.fact.matter_id, person_id=person)
    sent = request.POST if request.method == "POST" else None
    form = asked_in.Contested(sent)
    if sent is not None and done(form, lambda: contesting.decide_contest(worker, reference, **form.cleaned_data)):
        return redirect("rights")
    wrong = problems(form) if form.is_bound else []
    context = {
        "title": "Decide on a contested entry",
        "lines": [
            ("The entry", _words(contested.entry, person)),
            ("What they ask", contesting.RIGHTS[contested.right]),
            ("What they say", contested.says),
            ("Received", time_wording.long_datetime(contested.received_at)),
        ],
        "lead": ("Nothing is erased. What you decide and what they say stand on the entry for all who read it.",),
        "button": "Decide",
        "here": request.path,
        "fields": fields(form),
        "problems": wrong,
    }
    return page(request, "pages/custody/act.html", context, status=UNPROCESSABLE if wrong else 200)


def _words(entry: Fact, person_id: int | None) -> str:
    """The entry as the chronology tells it, or what kind it is."""
    found = entries({person_id}, KINDS) if person_id else []
    told = (f"{each.title}. {each.words}" for each in found if each.fact_id == entry.pk)
    return next(told, entry.kind.replace("-", " ").capitalize())
