"""Safe tonight, and the worker's analysis: recorded on pages of their own, read on the matter's (A16, A6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.frontdoor.queries import MatterStory, matter_story
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.discussion.fields import fields, problems
from daras.pages.discussion.forms import Choices, Step
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.pages.safety import presenting
from daras.pages.safety.forms import Analysis, Complete, Record, Settle
from daras.safety import analysing, meanwhile, protecting
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422
#: Kinds of agency that hold an order, an agreement or a condition.
HOLDERS = frozenset({"police", "children's social care", "probation", "youth justice"})


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what holds a child safe, before any form is complete; the reason may follow."""
    worker = worker_of(request)
    policy.require(worker, "keep-safe")
    story = story_opened(worker, reference)
    now = clock.local(clock.now()).replace(second=0, microsecond=0)
    people = people_of(story)
    form = Record(
        request.POST if request.method == "POST" else None,
        people=people,
        holders=_holders(),
        initial={"since": now, "person": people[0][0] if people else "", **typed_before(request)},
    )

    def keep() -> None:
        said = form.cleaned_data
        protecting.record(
            worker,
            reference,
            protection=said["protection"],
            person_record_id=int(said["person"]),
            since=said["since"],
            expires_at=said["expires_at"],
            words=said["words"],
            holder_agency=said["holder"] or protecting.usual_holder(said["protection"], story.matter.authority),
        )

    return _answered(request, story, form, keep, template="record")


@login_required
@require_http_methods(READ_OR_SEND)
def one(request: HttpRequest, reference: str, protection_id: int) -> HttpResponse:
    """One protection: add what was left for later, or say what follows it."""
    worker = worker_of(request)
    policy.require(worker, "keep-safe")
    story = story_opened(worker, reference)
    shown = next((line for line in presenting.protections(story, clock.now()) if line.id == protection_id), None)
    if shown is None:
        raise Http404
    step = request.POST.get("step", "")
    complete = Complete(request.POST if step == "complete" else None, prefix="complete", initial={"words": shown.words})
    if not shown.needs_end:
        del complete.fields["expires_at"]
    settle = Settle(request.POST if step == "settle" else None, prefix="settle")

    def keep() -> None:
        if step == "complete":
            protecting.complete(worker, reference, protection_id, **complete.cleaned_data)
        else:
            protecting.settle(worker, reference, protection_id, **settle.cleaned_data)

    form = complete if step == "complete" else settle
    return _answered(
        request,
        story,
        form,
        keep,
        template="protection",
        more={"protection": shown, "complete": complete, "settle": settle},
    )


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def analysis(request: HttpRequest, reference: str) -> HttpResponse:
    """A social worker's analysis, with those before it beside the form."""
    worker = worker_of(request)
    policy.require(worker, "analyse")
    story = story_opened(worker, reference)
    form = Analysis(request.POST if request.method == "POST" else None, initial=typed_before(request))
    shown = meanwhile.shown_by(request.POST.get("shown", ""))

    def keep() -> None:
        said = form.cleaned_data
        analysing.analyse(worker, reference, **{**said, "scaling": int(said["scaling"])}, shown=shown)

    more = {"before": presenting.analyses(story), "newest": meanwhile.newest(story.matter.pk)}
    return _answered(request, story, form, keep, template="analysis", more=more)


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed into this form before the sign-in ended, by field."""
    sent = taken(request) if request.method != "POST" else None
    return {name: str(value) for name, value in sent.items()} if sent is not None else {}


def story_opened(worker: Worker, reference: str) -> MatterStory:
    """The matter, where it is there for the worker; the look is in the trail."""
    story = matter_story(reference)
    if story is None:
        raise Http404
    trail.look(worker, "matter", reference, matter_id=story.matter.pk)
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(person.number, person_id) for person_id, person in story.people.items()],
        matter_id=story.matter.pk,
    )
    return story


def _answered(
    request: HttpRequest,
    story: MatterStory,
    form: Step,
    keep: Callable[[], None],
    *,
    template: str,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Do what was sent and go to the matter, or show the form with what was typed and what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            keep()
        except Refused as refused:
            name = refused.pointer.lstrip("/")
            form.add_error(name if name in form.fields else None, str(refused))
        else:
            return redirect("matter", story.matter.reference)
    shown = {name: fields(each) if isinstance(each, Step) else each for name, each in (more or {}).items()}
    found = problems(form) if form.is_bound else []
    context = {
        "reference": story.matter.reference,
        "who": _who(story),
        "fields": fields(form),
        "problems": found,
        **shown,
    }
    return page(request, f"pages/safety/{template}.html", context, status=UNPROCESSABLE if found else 200)


def people_of(story: MatterStory) -> Choices:
    """Everybody named in the matter, whom the news is about first, each once."""
    order = {"subject": 0, "suspect": 1}
    found: dict[int, tuple[str, str]] = {}
    for part in sorted(story.parts, key=lambda each: order.get(each.part, 2)):
        person = story.person(part.fact.person_record_id)
        if person is not None:
            found.setdefault(person.person_id, (str(part.fact.person_record_id), person.name))
    return list(found.values())


def _holders() -> Choices:
    today = clock.today()
    agencies = load_directory().agencies.values()
    return [(each.id, each.name) for each in agencies if each.kind in HOLDERS and each.current(today)]


def _who(story: MatterStory) -> str:
    people = {
        person.person_id: person
        for part in story.parts
        if part.part == "subject" and (person := story.person(part.fact.person_record_id)) is not None
    }
    return wording.told_apart(people.values(), clock.today())
