"""Making a print: an export, with every person in it, in the trail before the first byte leaves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.chronology.queries import entries
from daras.pages.person import presenting
from daras.pages.person.chronology import chronology_page
from daras.pages.person.family import family
from daras.pages.person.queries import family_story, now_story
from daras.pages.person.telling import KINDS
from daras.pages.person.views import opened
from daras.pages.prints.person import person_sheet
from daras.pages.prints.sheet import Sheet, pdf
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
    )
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="export",
        subject_kind="person",
        subjects=[(each.number, pk) for pk, each in people.items()],
    )
    return answer(sheet, worker, number)


def answer(sheet: Sheet, worker: Worker, reference: str) -> HttpResponse:
    """The PDF as a file whose name holds the reference and nobody's name."""
    trail.write(actor=worker.slug, agency=worker.agency, action="export", subject_kind="print", subject_id=reference)
    response = HttpResponse(pdf(sheet, clock.now()), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}.pdf"'
    return response
