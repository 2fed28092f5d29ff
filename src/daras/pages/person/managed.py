"""A child near somebody who poses a risk, known and managed until a day: what was said of it, and to say so (E2)."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import trail
from daras.frontdoor.known_and_managed import known_and_managed, may_silence, words_about
from daras.frontdoor.models import KnownAndManaged
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.discussion.fields import fields, problems
from daras.pages.discussion.forms import Step, long_text, short_text
from daras.pages.discussion.queries import names_of_workers
from daras.pages.person.views import UNPROCESSABLE, opened
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page
from daras.people.queries import PersonKnown, known_of, persons_of
from daras.working_time import clock
from daras.working_time import wording as time_wording


class Managed(Step):
    """With whom, until when, and why."""

    other = short_text(
        "Number of the person who poses the risk", needed="Write their number.", hint="It begins with P-."
    )
    until = forms.DateField(
        label="Until which day?",
        help_text="If they come near again on that day or later, a decision is due again.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Write the day on which it ends.", "invalid": "Write it as a day."},
    )
    reason = long_text("Who manages the risk, and how?", needed="Write who manages it, and how.")


@dataclass(frozen=True, slots=True)
class WordLine:
    """What was said once, of one person."""

    name: str
    until: str
    reason: str
    said: str
    in_force: bool


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
def managed(request: HttpRequest, number: str) -> HttpResponse:
    """A manager of the front door says that a path is known and managed; the watch is silent of it until then."""
    worker, who = opened(request, number)
    if not may_silence(worker):
        raise PermissionDenied("A manager of the front door says that this is known and managed.")
    form = Managed(request.POST if request.method == "POST" else taken(request))
    if request.method == "POST" and form.is_valid():
        try:
            known_and_managed(worker, number=number, **form.cleaned_data)
        except Refused as refused:
            name = refused.pointer.lstrip("/")
            form.add_error(name if name in form.fields else None, str(refused))
        else:
            return redirect("person_managed", number)
    words = words_about(who.known.record_ids)
    person = persons_of(each.other_record_id for each in words)
    known = known_of(person.values())
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(each.number, pk) for pk, each in known.items()],
    )
    by = names_of_workers(each.fact.author for each in words)
    found = problems(form) if form.is_bound else []
    context = {
        "number": number,
        "name": who.known.name,
        "fields": fields(form),
        "problems": found,
        "words": [
            _line(each, known.get(person.get(each.other_record_id, 0)), by.get(each.fact.author, each.fact.author))
            for each in words
        ],
    }
    return page(request, "pages/person/managed.html", context, status=UNPROCESSABLE if found else 200)


def _line(word: KnownAndManaged, other: PersonKnown | None, by: str) -> WordLine:
    return WordLine(
        name=f"{other.name} ({other.number})" if other else "somebody whose name is held elsewhere",
        until=time_wording.long_date(word.until),
        reason=word.reason,
        said=f"{by}, {wording.agency(word.fact.agency)}, {time_wording.long_datetime(word.fact.recorded_at)}",
        in_force=word.until > clock.today(),
    )
