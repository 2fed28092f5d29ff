"""Which authority: responsible and found, and a matter that goes over (A14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.frontdoor import authorities, transferring
from daras.frontdoor.models import TransferOffered
from daras.frontdoor.queries import MatterStory, matter_story
from daras.ledger.refusal import Refused
from daras.pages.authority import presenting
from daras.pages.authority.forms import Answer, NoteAnswer, Offer, State
from daras.pages.discussion.fields import fields, problems
from daras.pages.discussion.forms import Choices, Step
from daras.pages.rendering import page, worker_of
from daras.working_time import clock

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authority(request: HttpRequest, reference: str) -> HttpResponse:
    """One page: what is known of each child, and below it the one thing that may be done about the matter now."""
    worker = worker_of(request)
    policy.require(worker, "keep-safe")
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
    offers = transferring.transfers_of(story.matter.pk)
    steps = _steps(request, worker, story, offers)
    chosen = request.POST.get("step", "")
    form = steps.get(chosen)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                _keep(worker, reference, chosen, form)
            except Refused as refused:
                name = refused.pointer.lstrip("/")
                form.add_error(name if name in form.fields else None, str(refused))
            else:
                return redirect("authority", reference)
    found = problems(form) if form is not None else []
    context = {
        "reference": reference,
        "children": list(presenting.children(story, authorities.stated_on(story.matter.pk))),
        "transfers": presenting.transfers(offers),
        "ours": authorities.name_of(story.matter.authority),
        "steps": {step: fields(each) for step, each in steps.items()},
        "problems": found,
    }
    return page(request, "pages/authority.html", context, status=UNPROCESSABLE if found else 200)


def _steps(
    request: HttpRequest, worker: Worker, story: MatterStory, offers: list[TransferOffered]
) -> Mapping[str, Step]:
    """The forms that this worker may send now."""
    chosen = request.POST.get("step", "")

    def sent(step: str) -> object:
        return request.POST if chosen == step else None

    people = _children(story)
    first = people[0][0] if people else ""
    found = {"person": first, "found_in": story.matter.authority}
    steps: dict[str, Step] = {"state": State(sent("state"), prefix="state", people=people, initial=found)}
    if not policy.may(worker, "decide"):
        return steps
    waiting = next((each for each in offers if getattr(each, "answer", None) is None), None)
    if waiting is None:
        steps["offer"] = Offer(sent("offer"), prefix="offer", ours=story.matter.authority)
    elif waiting.to_authority and _is_theirs(worker, waiting):
        steps["answer"] = Answer(sent("answer"), prefix="answer")
    elif not waiting.to_authority:
        steps["note"] = NoteAnswer(sent("note"), prefix="note")
    return steps


def _is_theirs(worker: Worker, offered: TransferOffered) -> bool:
    theirs = authorities.front_door(load_directory(), offered.to_authority, on=clock.today())
    return (theirs.agency, theirs.team or "") == (worker.agency, worker.team)


def _keep(worker: Worker, reference: str, step: str, form: Step) -> None:
    said = dict(form.cleaned_data)
    if "accepts" in said:
        said["accepts"] = said["accepts"] == "yes"
    if step == "state":
        said["person_record_id"] = int(said.pop("person"))
    commands: Mapping[str, Callable[..., object]] = {
        "state": authorities.state,
        "offer": transferring.offer,
        "answer": transferring.answer,
        "note": transferring.note_answer,
    }
    commands[step](worker, reference, **said)


def _children(story: MatterStory) -> Choices:
    """The children the matter is about, each once."""
    on, found = clock.today(), dict[int, tuple[str, str]]()
    for part in story.parts:
        person = story.person(part.fact.person_record_id)
        if part.part == "subject" and person is not None and person.age_group_on(on) != "adult":
            found.setdefault(person.person_id, (str(part.fact.person_record_id), person.name))
    return list(found.values())
