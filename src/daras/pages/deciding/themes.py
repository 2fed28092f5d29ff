"""What disagreements were about: numbers for the board, and what was learned for those who may read it (I6)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.access.session import machine
from daras.challenges.queries import learned, reference_of, themes
from daras.measures.counting import SMALL, sees_all_agencies
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.working_time import clock


@login_required
@require_safe
def disagreements(request: HttpRequest) -> HttpResponse:
    """Themes of the last year, small numbers held back; what was learned, through the reader's own eyes."""
    worker, now = worker_of(request), clock.now()
    trail.look(worker, "list", "disagreements")
    names = pack_for(clock.today()).themes
    rows = []
    if sees_all_agencies(worker):
        with machine():  # gate: numbers alone, for whoever sees all agencies' measures
            found = themes(now)
        rows = [
            (
                names[each.theme].name if each.theme in names else "Not said",
                *(str(number) if number == 0 or number >= SMALL else f"fewer than {SMALL}" for number in (
                    each.settled, each.changed, each.above_first,
                )),
            )
            for each in found
        ]  # fmt: skip
    lessons = [(each.learning, reference_of(each.challenge_id)) for each in learned()]
    context = {"rows": rows, "counts": sees_all_agencies(worker), "lessons": lessons}
    return page(request, "pages/disagreements.html", context)
