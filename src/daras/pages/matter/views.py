"""One matter."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.frontdoor.queries import matter_around
from daras.pages.matter.presenting import matter_page
from daras.pages.person.family import around_matter
from daras.pages.person.queries import proposed_of
from daras.pages.rendering import page, worker_of
from daras.working_time import clock


@login_required
@require_safe
def matter(request: HttpRequest, reference: str) -> HttpResponse:
    """The story of a matter, as far as the reader may see it; each person on it is looked at, and the trail says so."""
    worker = worker_of(request)
    story = matter_around(reference, clock.today())
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
    shown = matter_page(story, worker, clock.now())
    family = around_matter(story, proposed_of(story.people), clock.today())
    return page(request, "pages/matter.html", {"matter": shown, "family": family})
