"""A strategy discussion: convening it, keeping its record, and what each reader reads of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.challenges.commands import NoSuchDecision
from daras.frontdoor.queries import MatterAround, matter_around
from daras.ledger.refusal import Refused
from daras.meetings.after import ChangedMeanwhile
from daras.meetings.calling import convene as convene_discussion
from daras.meetings.calling import last_decision
from daras.meetings.conflicts import colleagues, conflicts_on, stand_ins
from daras.meetings.during import on_call_inspector
from daras.meetings.queries import is_seen, newest_fact
from daras.meetings.sitting import KEPT_BY_THOSE_THERE, NoSuchMeeting
from daras.outbox.message import link_to
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.before import ConveneForms
from daras.pages.discussion.calendar import calendar_file
from daras.pages.discussion.fields import Problem, problems
from daras.pages.discussion.making import CameBack, FormMaker, named, prefix
from daras.pages.discussion.presenting import Presenter
from daras.pages.discussion.queries import Held, held, on_call
from daras.pages.discussion.steps import STEPS
from daras.pages.rendering import page, worker_of
from daras.working_time import clock

#: What came back with mistakes is no success, and nothing was recorded.
UNPROCESSABLE = 422
PAGES = ("discussion", "minutes")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Whom to ask and why; from the moment it is sent, those asked are told."""
    worker = worker_of(request)
    story = matter_around(reference, clock.today())
    if story is None:
        raise Http404
    policy.require(worker, "convene")
    _looked_at(worker, story)
    data = request.POST if request.method == "POST" else None
    asked = ConveneForms(story, clock.now(), decided=last_decision(story.matter), data=data)
    found: list[Problem] = []
    if data is not None:
        if asked.is_valid():
            try:
                called = convene_discussion(
                    worker,
                    reference,
                    invitations=asked.invitations(),
                    left_out=asked.left_out(),
                    **asked.convene.cleaned_data,
                )
            except Refused as refused:
                found = [Problem(str(refused), "#main-content")]
            else:
                return redirect("minutes", called.reference)
        found += asked.problems()
    about = wording.listed(
        person.name
        for part in story.parts
        if part.part == "subject" and (person := story.person(part.fact.person_record_id))
    )
    shown = asked.page(about)
    status = UNPROCESSABLE if found else 200
    return page(request, "pages/discussion/convene.html", {"convene": shown, "problems": found}, status=status)


@login_required
@require_safe
def discussion(request: HttpRequest, reference: str) -> HttpResponse:
    """What the reader's own layer of a discussion holds, what is asked of them, and where to answer."""
    return _shown(request, _held(request, reference), "discussion")


@login_required
@require_safe
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """The minute-taker's page."""
    found = _held(request, reference)
    _keeps(worker_of(request), found)
    return _shown(request, found, "minutes")


@login_required
@require_safe
def live(request: HttpRequest, reference: str) -> HttpResponse:
    """What others have recorded since the page was made: nothing, or the page again, of which the parts are taken that
    changed. Without scripts the page is loaded again (interface: live for all)."""
    newest, since = newest_fact(reference), request.GET.get("since", "")
    if newest is None:
        raise Http404
    if since.isdecimal() and newest <= int(since):
        return HttpResponse(status=204)
    found, place = _held(request, reference), request.GET.get("page", "")
    if place == "minutes":
        _keeps(worker_of(request), found)
    return _shown(request, found, place if place in PAGES else "discussion")


@login_required
@require_safe
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The discussion for one's own calendar, without anybody's name."""
    found = _held(request, reference)
    trail.look(worker_of(request), "calendar", reference, matter_id=found.discussion.called.fact.matter_id)
    text = calendar_file(reference, found.discussion.called.planned_at, clock.now(), link_to(reference))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reference}.ics"'
    return response


@login_required
@require_POST
def step(request: HttpRequest, reference: str, step: str) -> HttpResponseBase:
    """One form was sent: do it and go back to where it stood, or show it again with what was typed."""
    if step not in STEPS:
        raise Http404
    worker, found = worker_of(request), _held(request, reference)
    wanted = STEPS[step]
    subject = request.POST.get("subject", "")
    place = request.POST.get("page", "")
    if place == "minutes":
        _keeps(worker, found)
    maker = _maker(found, place if place in PAGES else "discussion", worker)
    form = _filled(request, maker, found, step, subject)
    theirs = ""
    if form.is_valid():
        try:
            wanted.run(worker, found.discussion.id, int(subject) if subject.isdecimal() else 0, form.cleaned_data)
        except (NoSuchMeeting, NoSuchDecision):
            raise Http404 from None
        except ChangedMeanwhile as changed:
            theirs = changed.theirs
            form = _filled(request, maker, found, step, subject, seen=changed.seen)
            _refuse(form, wanted.named, changed)
        except Refused as refused:
            _refuse(form, wanted.named, refused)
        else:
            if step == "conflict" and not is_seen(reference):
                return redirect("my_work")  # a conflict of interest was declared
            return redirect(reverse(maker.page, args=[reference]) + f"#{wanted.section}")
    maker.came_back = CameBack(step, subject, form, theirs)
    return _shown(request, found, maker.page, maker)


def _filled(
    request: HttpRequest, maker: FormMaker, found: Held, step: str, subject: str, *, seen: int | None = None
) -> forms.Step:
    more: dict[str, forms.Choices] = {}
    if step == "rest":
        more = {"people": [(str(found.record_of(each)), each.name) for each in found.people]}
    if step == "stand-in":
        there = stand_ins(conflicts_on(found.facts))
        more = {"stand_ins": [(each.slug, each.name) for each in there]}
    if step == "conflict":
        more = {"colleagues": maker.colleagues}
    made, typed = STEPS[step].form, request.POST.copy()
    if seen is not None:
        typed[f"{prefix(step, subject)}-seen"] = str(seen)
    return made(typed, prefix=prefix(step, subject), teams=maker.teams(step), **more)


def _refuse(form: forms.Step, named: Mapping[str, str], refused: Refused) -> None:
    """At its field, where the form has one of that name."""
    name = refused.pointer.lstrip("/")
    name = named.get(name, name)
    form.add_error(name if name in form.fields else None, str(refused))


def _held(request: HttpRequest, reference: str) -> Held:
    found = held(reference, clock.today(), worker_of(request))
    if found is None:
        raise Http404
    return found


def _keeps(worker: Worker, found: Held) -> None:
    """Whoever keeps the record reads it."""
    policy.require(worker, "minute")
    if not found.of_record:
        raise PermissionDenied(KEPT_BY_THOSE_THERE)


def _maker(found: Held, place: str, worker: Worker) -> FormMaker:
    asked = [(each.agency, each.team) for each in found.discussion.invited]
    front_door = [team for team in sorted(policy.FRONT_DOOR_TEAMS) if found.story is not None]
    there = colleagues(worker.agency, but=worker.slug) if found.discussion.took_part(worker) or asked else []
    return FormMaker(
        found.discussion.called.reference,
        place,
        named([*asked, *front_door]),
        colleagues=[(each.slug, each.name) for each in there],
    )


def _looked_at(worker: Worker, story: MatterAround) -> None:
    trail.look(worker, "matter", story.matter.reference, matter_id=story.matter.pk)
    people = [(person.number, pk) for pk, person in story.people.items()]
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=people,
        matter_id=story.matter.pk,
    )


def _shown(request: HttpRequest, found: Held, place: str, maker: FormMaker | None = None) -> HttpResponse:
    """The page, with every look it makes in the trail."""
    worker, now = worker_of(request), clock.now()
    called = found.discussion.called
    trail.look(worker, "discussion", called.reference, matter_id=called.fact.matter_id)
    inspectors: list[str] = []
    if found.story is not None:
        _looked_at(worker, found.story)
        inspectors = on_call(*on_call_inspector(found.story.matter.authority))
    maker = maker or _maker(found, place, worker)
    shown = Presenter(found, worker, now, maker, inspectors).page()
    back = maker.came_back
    context = {"discussion": shown, "problems": problems(back.form) if back else []}
    return page(request, f"pages/discussion/{place}.html", context, status=UNPROCESSABLE if back else 200)
