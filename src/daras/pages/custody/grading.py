"""Grading an entry of one's own agency, where its information is graded (G4)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.chronology.queries import entries
from daras.handling.commands import Grade, grade_entry, is_graded
from daras.ledger.refusal import Refused
from daras.pages.custody.forms import Graded
from daras.pages.discussion.fields import fields, problems
from daras.pages.person.chronology import entry_key
from daras.pages.person.telling import KINDS
from daras.pages.person.views import UNPROCESSABLE, opened
from daras.pages.rendering import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grade(request: HttpRequest, number: str, entry: str) -> HttpResponse:
    """How reliable the source is, how it knows, how it may be handled: shown on the entry to whoever reads it."""
    worker, who = opened(request, number)
    told = entries({who.asked.person_id}, KINDS)
    found = next((each for each in told if entry_key(each) == entry and each.agency == worker.agency), None)
    if found is None or not is_graded(worker.agency):
        raise Http404
    form = Graded(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            grade_entry(worker, found.fact_id, Grade(**form.cleaned_data))
        except Refused as refused:
            name = refused.pointer.lstrip("/")
            form.add_error(name if name in form.fields else None, str(refused))
        else:
            return redirect("person_chronology", number)
    wrong = problems(form) if form.is_bound else []
    context = {
        "title": "Grade this entry",
        "lines": [("About", who.known.name), ("The entry", f"{found.title}. {found.words}")],
        "lead": (
            "The grade stands on the entry for everybody who reads it. A newer grade replaces it; both are kept.",
        ),
        "button": "Grade it",
        "here": request.path,
        "fields": fields(form),
        "problems": wrong,
    }
    return page(request, "pages/custody/act.html", context, status=UNPROCESSABLE if wrong else 200)
