"""Making a print: an export, with every person in it, in the trail before the first byte leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.chronology.queries import entries
from daras.pages.discussion.making import FormMaker
from daras.pages.discussion.presenting import Presenter
from daras.pages.discussion.queries import held
from daras.pages.discussion.shown import DiscussionPage
from daras.pages.person import presenting
from daras.pages.person.chronology import chronology_page
from daras.pages.person.family import family
from daras.pages.person.queries import NowStory, family_story, now_story
from daras.pages.person.telling import KINDS
from daras.pages.person.views import opened, status_of
from daras.pages.prints.discussion import actions_sheet, record_sheet
from daras.pages.prints.person import person_sheet
from daras.pages.prints.sheet import Sheet, pdf
from daras.pages.rendering import worker_of
from daras.people.queries import known_of
from daras.working_time import clock


@login_required
@require_safe
def person(request: HttpRequest, number: str) -> HttpResponse:
    """A working copy of a person's page, as far as the reader may see it, as known on the day asked about."""
    worker, who = opened(request, number)
    at = clock.now()
    now = now_story(who)
    around = family_story(who.asked)
    found = entries({who.asked.person_id}, KINDS, known_on=who.asked.moment)
    others = {each for entry in found for each in entry.person_ids} - around.people.keys()
    people = {**around.people, **now.people, **(known_of(others, who.asked.moment) if others else {})}
    drawn = family(around, who.asked.person_id, who.asked.day)
    sheet = person_sheet(
        presenting.frame(who, "person"),
        presenting.now_page(who, now, worker, at, front_door=policy.in_front_door(worker)),
        drawn,
        chronology_page(found, people, (), whole_family=False),
        worker=worker,
        at=at,
        purpose=_purpose(request, now),
    )
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="export",
        subject_kind="person",
        subjects=[(each.number, pk) for pk, each in people.items()],
    )
    return answer(request, sheet, worker, number)


def _purpose(request: HttpRequest, story: NowStory) -> str:
    """What a copy is made for: the open matters, or what its reader says; or that nothing was said."""
    given = policy.PURPOSES.get(request.GET.get("purpose", ""), "")
    still_open = [each.reference for each in story.matters.values() if status_of(each) != "closed"]
    return given or (f"For {', '.join(still_open[:3])}" if still_open else "What for: not said")


@login_required
@require_safe
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """A working copy of a discussion's record, in the reader's own layer (B4)."""
    return _of_discussion(request, reference, lambda shown, by, at: record_sheet(shown, worker=by, at=at))


@login_required
@require_safe
def actions(request: HttpRequest, reference: str) -> HttpResponse:
    """A working copy of what a discussion agreed, as far as the reader may see it (B7)."""
    return _of_discussion(request, reference, lambda shown, by, at: actions_sheet(shown, worker=by, at=at))


def _of_discussion(
    request: HttpRequest, reference: str, sheet_of: Callable[[DiscussionPage, Worker, datetime], Sheet]
) -> HttpResponse:
    worker, at = worker_of(request), clock.now()
    found = held(reference, clock.today(), worker)
    if found is None:
        raise Http404
    shown = Presenter(found, worker, at, FormMaker(reference, "discussion", ()), []).page()
    matter_id = found.discussion.called.fact.matter_id
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="export",
        subject_kind="person",
        subjects=[(each.number, each.person_id) for each in (found.story.people.values() if found.story else ())],
        matter_id=matter_id,
    )
    return answer(request, sheet_of(shown, worker, at), worker, reference, matter_id=matter_id)


def answer(
    request: HttpRequest, sheet: Sheet, worker: Worker, reference: str, *, matter_id: int | None = None
) -> HttpResponse:
    """The PDF as a file whose name holds the reference and nobody's name; in large print where that is asked for."""
    large = request.GET.get("size") == "large"
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="export",
        subject_kind="print",
        subject_id=reference,
        matter_id=matter_id,
    )
    made = pdf(sheet.in_large_print() if large else sheet, clock.now())
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}{"-large" if large else ""}.pdf"'
    return response
