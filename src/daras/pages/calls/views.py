"""Calls to parents: booked and ended on the matter, read together on one page; the front door's alone (A6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.frontdoor import calling_parents
from daras.frontdoor.calling_parents import OUTCOMES, slots
from daras.frontdoor.models import CallBooked
from daras.frontdoor.queries import MatterStory
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.calls.forms import Book, End
from daras.pages.discussion.fields import Field, fields, problems
from daras.pages.discussion.forms import Choices, Step
from daras.pages.rendering import page, worker_of
from daras.pages.safety.views import people_of, story_opened
from daras.people.queries import known_of, persons_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in words, with the form that ends it."""

    who: str
    at: str
    late: bool
    telephone: str
    needs: str
    note: str
    ended: str
    words: str
    href: str
    reference: str
    fields: tuple[Field, ...] = ()
    call_id: int = 0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_matter(request: HttpRequest, reference: str) -> HttpResponse:
    """The calls of a matter, one form for the next and one for each that has not been ended."""
    worker = worker_of(request)
    policy.require(worker, "keep-safe")
    story = story_opened(worker, reference)
    step = request.POST.get("step", "")
    calls = calling_parents.calls_of(story.matter.pk)
    ends = {
        call.pk: End(request.POST if step == f"end-{call.pk}" else None, prefix=f"end-{call.pk}")
        for call in calls
        if not hasattr(call, "ending")
    }
    book = Book(
        request.POST if step == "book" else None, prefix="book", people=_adults(story), times=_times(story.matter)
    )
    form: Step | None = book if step == "book" else next((ends[pk] for pk in ends if step == f"end-{pk}"), None)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                _keep(request, reference, step, form)
            except Refused as refused:
                name = refused.pointer.lstrip("/")
                form.add_error(name if name in form.fields else None, str(refused))
            else:
                return redirect("calls", reference)
    found = problems(form) if form is not None else []
    now = clock.now()
    names = {call.pk: story.name(call.fact.person_record_id) for call in calls}
    context = {
        "reference": reference,
        "calls": [_line(call, names[call.pk], reference, now, ends.get(call.pk)) for call in calls],
        "book": fields(book),
        "people": bool(_adults(story)),
        "problems": found,
    }
    return page(request, "pages/calls.html", context, status=UNPROCESSABLE if found else 200)


def _keep(request: HttpRequest, reference: str, step: str, form: Step) -> None:
    worker, said = worker_of(request), dict(form.cleaned_data)
    if step == "book":
        said["person_record_id"] = int(said.pop("person"))
        said["at"] = datetime.fromisoformat(said["at"])
        calling_parents.book(worker, reference, **said)
    else:
        calling_parents.end(worker, reference, int(step.removeprefix("end-")), **said)


@login_required
@require_safe
def to_make(request: HttpRequest) -> HttpResponse:
    """Every call that is to be made, the next first."""
    worker = worker_of(request)
    policy.require(worker, "keep-safe")
    trail.look(worker, "list", "calls")
    calls, now = calling_parents.calls_to_make(), clock.now()
    references = Matter.objects.in_bulk([call.fact.matter_id or 0 for call in calls])
    persons = persons_of(call.fact.person_record_id or 0 for call in calls)
    known = known_of(persons.values())
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(each.number, pk) for pk, each in known.items()],
    )
    lines = []
    for call in calls:
        matter = references.get(call.fact.matter_id or 0)
        person = known.get(persons.get(call.fact.person_record_id or 0, 0))
        if matter is not None:
            lines.append(_line(call, person.name if person else "a parent", matter.reference, now, None))
    return page(request, "pages/calls_to_make.html", {"calls": lines})


def _line(call: CallBooked, who: str, reference: str, now: datetime, end: End | None) -> CallLine:
    ending = getattr(call, "ending", None) if end is None else None
    return CallLine(
        who=who,
        at=time_wording.long_datetime(call.at),
        late=ending is None and calling_parents.is_late(call, now),
        telephone=call.telephone,
        needs=call.needs,
        note=call.note,
        ended=f"{OUTCOMES[ending.outcome]}, {time_wording.long_datetime(ending.fact.recorded_at)}" if ending else "",
        words=ending.words if ending else "",
        href=reverse("calls", args=[reference]),
        reference=reference,
        fields=fields(end) if end is not None else (),
        call_id=call.pk,
    )


def _adults(story: MatterStory) -> Choices:
    """Grown people of the matter: parents, and whoever else cares for the child. Of whoever is said to have caused harm
    it is said, so that nobody is warned by a call."""
    on, chosen = clock.today(), []
    records = {str(part.fact.person_record_id): story.person(part.fact.person_record_id) for part in story.parts}
    suspects = {
        story.person_of_record.get(each.fact.person_record_id or 0) for each in story.parts if each.part == "suspect"
    }
    for record, name in people_of(story):
        person = records.get(record)
        if person is not None and person.age_group_on(on) not in {"child", "unborn"}:
            warned = " (said to have caused harm: speak with the police first)" if person.person_id in suspects else ""
            chosen.append((record, f"{name}{warned}"))
    return chosen


def _times(matter: Matter) -> Choices:
    return [(each.at.isoformat(), time_wording.long_datetime(each.at)) for each in slots(matter.authority, clock.now())]
