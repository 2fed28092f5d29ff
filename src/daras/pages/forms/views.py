"""Forms: choose one, say whom it is about, fill it in with every pause saved, complete it, read it (design: forms)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.forms import completing, queries, writing
from daras.forms.checking import Problem, problems
from daras.forms.models import FormDraft
from daras.forms.queries import Answered
from daras.forms.writing import form_now, forms_for
from daras.ledger.refusal import Refused
from daras.matching.finding import understood
from daras.pages.forms import asking, presenting
from daras.pages.prints.views import answer as as_print
from daras.pages.referral import filling
from daras.pages.referral import presenting as referral_presenting
from daras.pages.referral import queries as own
from daras.pages.referral.asking import ROLES, Asked
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.people.models import PersonRecord
from daras.practice import pack_for
from daras.practice.form_definitions import FormDefinition
from daras.working_time import clock
from daras.working_time import wording as time_wording

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422
LONGEST = 200


@login_required
@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """The forms one may begin, what the team is writing, and what it has completed."""
    worker = worker_of(request)
    policy.require(worker, "contribute")
    trail.look(worker, "list", "forms")
    rows = queries.completed_by(worker)
    names = queries.names_of(row.fact.person_record_id or 0 for row in rows)
    shown = {
        "to_begin": presenting.to_begin(forms_for(worker), request.GET.get("person", "")),
        "drafts": presenting.drafts(queries.drafts_of(worker)),
        "completed": presenting.completed(rows, names),
    }
    return page(request, "pages/forms/list.html", shown)


@login_required
@require_safe
def preview(request: HttpRequest, form_id: str) -> HttpResponse:
    """A form as it will be filled in, for whoever writes the practice pack: it saves nothing and names nobody."""
    form = pack_for(clock.today()).forms.get(form_id)
    if form is None:
        raise Http404
    body = {"subject": {"given_name": "Somebody"}}
    context = {"form": form, "sections": asking.shown(form, body, {}, ()), "duties": _duties_of(form)}
    return page(request, "pages/forms/preview.html", context)


def _duties_of(form: FormDefinition) -> list[str]:
    pack = pack_for(clock.today())
    return [pack.duty(prompt.duty).name for prompt in form.prompts]


@login_required
@require_http_methods(READ_OR_SEND)
def begin(request: HttpRequest, form_id: str) -> HttpResponse:
    """Search first: somebody of the agency's own records, or somebody new with what was typed.

    Whoever only looks sends what they typed as well: a name stands in no address, and so in no log (G4).
    """
    worker = worker_of(request)
    form = _form_now(worker, form_id)
    problem = ""
    if request.method == "POST" and "look" not in request.POST:
        try:
            draft = _begun(request, worker, form)
        except Refused as refused:
            problem = str(refused)
        else:
            return redirect(reverse("form", args=[draft.reference]))
    typed = request.POST.get("name", "").strip()[:LONGEST]
    found = own.own_people(worker, typed) if typed else _of_page(worker, request.GET.get("person", ""))
    if typed:
        trail.write(
            actor=worker.slug,
            agency=worker.agency,
            action="search",
            subject_kind="own-records",
            reason=f"to begin “{form.name}”",
        )
    context = {
        "form": form,
        "typed": typed,
        "searched": found is not None,
        "found": referral_presenting.found_own(found) if found else (),
        "problem": problem,
        "problems": [{"text": problem, "href": "#name"}] if problem else [],
        "roles": ROLES,
    }
    return page(request, "pages/forms/begin.html", context, status=UNPROCESSABLE if problem else 200)


def _of_page(worker: Worker, number: str) -> own.FoundOwn | None:
    """Whom the page was about from which one came: the agency's own records of them."""
    if not number:
        return None
    records = PersonRecord.objects.filter(agency=worker.agency, membership__number=number)
    people = own.of_records(worker, records.values_list("pk", flat=True))
    return own.FoundOwn(tuple(people[:1]), understood("")) if people else None


def _form_now(worker: Worker, form_id: str) -> FormDefinition:
    try:
        return form_now(worker, form_id)
    except Refused as refused:
        raise Http404 from refused


def _begun(request: HttpRequest, worker: Worker, form: FormDefinition) -> FormDraft:
    record = request.POST.get("record", "")
    if record.isdigit():
        held = own.of_records(worker, [int(record)])
        subject: dict[str, Any] = dict(held[0].held) if held else {}
        return writing.begin(worker, form.id, subject=subject, record_id=int(record))
    typed = request.POST.get("name", "").strip()[:LONGEST]
    named = referral_presenting.new_person(typed, own.own_people(worker, typed)) if typed else {}
    role = request.POST.get("role", "")
    return writing.begin(worker, form.id, subject={**named, "role": role if role in dict(ROLES) else "unknown"})


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def form(request: HttpRequest, reference: str) -> HttpResponse:
    """A form that is being written, or one that was completed."""
    worker = worker_of(request)
    policy.require(worker, "contribute")
    draft = queries.draft_of(worker, reference)
    if draft is None or draft.completed:
        if draft is not None and getattr(request, "htmx", False):
            return page(request, "pages/forms/completed.html", {"href": request.path})
        return _read(request, worker, reference)
    definition = queries.form_of(draft)
    if request.method == "POST":
        return _sent(request, worker, draft, definition)
    before_sign_in = taken(request)
    if before_sign_in is not None:
        draft = _save(worker, draft, definition, before_sign_in)[0]
    found = _problems(draft, definition) if "mend" in request.GET else ()
    return _written(request, worker, draft, definition, found)


def _problems(draft: FormDraft, definition: FormDefinition) -> tuple[Problem, ...]:
    return tuple(problems(definition, draft.body, clock.now()))


def _written(
    request: HttpRequest, worker: Worker, draft: FormDraft, definition: FormDefinition, found: tuple[Problem, ...]
) -> HttpResponse:
    trail.look(worker, "form", draft.reference, matter_id=draft.matter_id)
    errors = {each.path: each for each in found}
    context = {
        "form": definition,
        "draft": draft,
        "title": presenting.title(definition, draft),
        "shown": str(draft.version),
        "when": asking.fields(asking.when(definition), draft.body, draft.set_aside, errors),
        "sections": asking.shown(definition, draft.body, draft.set_aside, found),
        "problems": presenting.summary(found, definition),
        "saved_at": time_wording.time_of_day(draft.saved_at),
        "others": "others" in request.GET,
    }
    return page(request, "pages/forms/write.html", context, status=UNPROCESSABLE if found else 200)


def _save(worker: Worker, draft: FormDraft, definition: FormDefinition, sent: QueryDict) -> tuple[FormDraft, Any]:
    drawn = set(sent.getlist("drawn"))
    asked = [
        each for each in asking.all_asked(definition, draft.body) if each.path[0] == "occurred" or _drawn(each, drawn)
    ]
    changes = filling.read(asked, sent)
    return writing.save(worker, draft.reference, shown=sent.get("shown", ""), changes=changes)


def _drawn(asked: Asked, drawn: set[str]) -> bool:
    """Whether the page that was sent showed the field: a choice that was not shown was not taken back."""
    place = asked.path[1] if asked.path[0] != "people" else "/".join(asked.path[1:3])
    return place in drawn


def _sent(request: HttpRequest, worker: Worker, draft: FormDraft, definition: FormDefinition) -> HttpResponse:
    try:
        draft, kept = _save(worker, draft, definition, request.POST)
    except Refused:  # somebody else has completed it in this very moment
        return redirect(reverse("form", args=[draft.reference]))
    if getattr(request, "htmx", False):
        context = {
            "draft": draft,
            "shown": kept.token,
            "others_wrote": kept.others_wrote,
            "saved_at": time_wording.time_of_day(draft.saved_at),
        }
        return page(request, "pages/forms/saved.html", context)
    here = reverse("form", args=[draft.reference])
    if request.POST.get("add"):
        question = definition.question(request.POST["add"])
        if question is None or question.kind != "people":
            raise Http404
        key = _added(worker, draft, question.id)
        return redirect(f"{here}#id_people-{question.id}-{key}-given_name")
    if kept.others_wrote:
        return redirect(f"{here}?others=1")
    if "complete" not in request.POST:
        return redirect(here)
    found = _problems(draft, definition)
    if found:
        return _written(request, worker, draft, definition, found)
    try:
        completing.complete(worker, draft.reference)
    except Refused as refused:
        problem = Problem(("occurred", "on"), refused.code, refused.detail, refused.remedy)
        draft.refresh_from_db()
        return _written(request, worker, draft, definition, (problem,))
    return redirect(here)


def _added(worker: Worker, draft: FormDraft, question: str) -> str:
    """One more place; the first stands on the page before anybody added it."""
    if not draft.body.get("people", {}).get(question):
        writing.add_person(worker, draft.reference, question)
    return writing.add_person(worker, draft.reference, question)


def _read(request: HttpRequest, worker: Worker, reference: str) -> HttpResponse:
    found = queries.answered(reference)
    if found is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        reasons = {name.removeprefix("reason-"): text for name, text in request.POST.items() if "reason-" in name}
        try:
            completing.give_reasons(worker, reference, {name: str(text) for name, text in reasons.items()})
        except Refused as wrong:
            refused = str(wrong)
        else:
            return redirect(reverse("form", args=[reference]))
    _look(worker, found)
    shown = presenting.read(found)
    problem = [{"text": refused, "href": f"#reason-{shown.owed[0].owed}"}] if refused and shown.owed else []
    context = {"read": shown, "own": found.completed.fact.agency == worker.agency, "problems": problem}
    return page(request, "pages/forms/read.html", context, status=UNPROCESSABLE if refused else 200)


def _look(worker: Worker, found: Answered) -> None:
    fact = found.completed.fact
    trail.look(worker, "form", found.completed.reference, matter_id=fact.matter_id)


@login_required
@require_safe
def printed(request: HttpRequest, reference: str) -> HttpResponse:
    """A working copy of a completed form."""
    worker = worker_of(request)
    found = queries.answered(reference)
    if found is None:
        raise Http404
    sheet = presenting.sheet(presenting.read(found), worker, clock.now())
    return as_print(request, sheet, worker, reference, matter_id=found.completed.fact.matter_id)
