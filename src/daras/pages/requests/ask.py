"""Asking another agency: the form of one kind of request, and what one came with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from daras.access import trail
from daras.access.models import Worker
from daras.agencies import Owner, load_directory
from daras.design.parts import within_sentence
from daras.duties.queries import owed_by
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages import wording
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.my_work.queries import names_of_records
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.pages.requests import carrying, forms
from daras.people.models import PersonInMatter, PersonRecord
from daras.practice import pack_for
from daras.practice.request_definitions import RequestKind
from daras.requests import asking
from daras.requests.models import RequestMade
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


def query(request: HttpRequest) -> str:
    """What one came with: of which matter, person, duty or service it is asked."""
    kept = {name: request.GET[name] for name in ("matter", "person", "duty", "service", "on") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def ask(request: HttpRequest, kind_id: str) -> HttpResponse:
    """Ask: whom, about whom, what, on which basis in law, and how soon."""
    worker = worker_of(request)
    try:
        kind = asking.kind_now(worker, kind_id)
    except Refused:
        raise Http404 from None
    matter, on = _matter(request), _agenda_item(request, kind)
    people = [] if on else _people(request, worker, matter)
    typed = request.POST if request.method == "POST" else taken(request)
    authority = matter.authority if matter else load_directory().agency_at_any_time(worker.agency).authority
    carried = carrying.words(matter.reference) if matter and kind.carries else ""
    form = forms.Ask(
        typed or None,
        kind=kind,
        to=_addressees(request, kind, authority),
        people=people,
        on=bool(on),
        initial={"asks": carried},
    )
    wrong: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = asking.ask(worker, kind.id, _asking(request, form.cleaned_data, matter))
        except Refused as refused:
            wrong = [_placed(form, refused)]
        else:
            return redirect(reverse("request", args=[made.reference]))
    trail.look(worker, "request-form", kind.id, matter_id=matter.pk if matter else None)
    context = {
        "kind": kind,
        "fields": fields(form),
        "problems": wrong or problems(form),
        "matter": matter,
        "on": on,
        "carried": bool(carried),
        "query": query(request),
        "note": f"{wording.AUTHORITIES[kind.authority]}: {within_sentence(kind.source.name)}",
    }
    return page(request, "pages/requests/ask.html", context, status=UNPROCESSABLE if context["problems"] else 200)


def _matter(request: HttpRequest) -> Matter | None:
    reference = request.GET.get("matter", "")
    found = Matter.objects.filter(reference=reference).first() if reference else None
    if reference and found is None:
        raise Http404
    return found


def _agenda_item(request: HttpRequest, kind: RequestKind) -> RequestMade | None:
    """What is on a meeting's agenda, for which something is agreed."""
    reference = request.GET.get("on", "")
    try:
        return asking.item(kind, reference) if reference else None
    except Refused:
        raise Http404 from None


def _people(request: HttpRequest, worker: Worker, matter: Matter | None) -> list[tuple[str, str]]:
    """Whom it may be about: those of the matter, of the duty, or of the page one comes from."""
    records: list[int] = []
    if matter is not None:
        rows = PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__superseded_by__isnull=True)
        records = [each or 0 for each in rows.order_by("pk").values_list("fact__person_record_id", flat=True)]
    if request.GET.get("duty", "").isdigit():
        duty = owed_by(worker).filter(duty_id=int(request.GET["duty"])).first()
        if duty is None:
            raise Http404
        records += duty.duty.about_record_ids
    if request.GET.get("person"):
        own = PersonRecord.objects.filter(agency=worker.agency, membership__number=request.GET["person"])
        records += own.values_list("pk", flat=True)[:1]
    names = names_of_records(records)
    found: dict[str, str] = {}
    for record in records:
        found.setdefault(names.get(record, "Whom it is owed for"), str(record))
    return [(record, name) for name, record in found.items()]


def _addressees(request: HttpRequest, kind: RequestKind, authority: str) -> list[tuple[str, str]]:
    service = pack_for(clock.today()).services.get(request.GET.get("service", ""))
    found = [Owner(service.agency, service.team)] if service else asking.addressees(kind, authority)
    return sorted(((str(each), wording.owner(each.agency, each.team or "")) for each in found), key=lambda one: one[1])


def _asking(request: HttpRequest, said: Mapping[str, Any], matter: Matter | None) -> asking.Asking:
    person = said.get("person", "")
    named = {name: said.get(name) or "" for name in ("given_name", "family_name")}
    born = said.get("date_of_birth")
    subject = (
        {**named, "date_of_birth": born.isoformat() if born else "", "role": "unknown"} if any(named.values()) else {}
    )
    duty = request.GET.get("duty", "")
    return asking.Asking(
        to=Owner.parse(said["to"]),
        asks=said["asks"],
        record_id=int(person) if person and not subject else None,
        subject=subject,
        basis=said.get("basis", ""),
        urgency=said.get("urgency") or "routine",
        matter=matter.reference if matter else "",
        duty_id=int(duty) if duty.isdigit() else None,
        service=request.GET.get("service", ""),
        on=request.GET.get("on", ""),
    )


def _placed(form: django_forms.Form, refused: Refused) -> Problem:
    """A refusal at its field, with everything typed kept."""
    name = {"about": "given_name", "why": "why"}.get(refused.pointer.strip("/"), refused.pointer.strip("/"))
    if name in form.fields:
        form.add_error(name, refused.detail)
    first = "_0" if isinstance(getattr(form.fields.get(name), "widget", None), django_forms.RadioSelect) else ""
    return Problem(
        f"{refused.detail} {refused.remedy}", f"#id_{name}{first}" if name in form.fields else "#main-content"
    )
