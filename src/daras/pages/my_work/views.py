"""My work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.hubs.afternoons import ahead_of, keeps_afternoons
from daras.pages.my_work.presenting import my_work as present
from daras.pages.my_work.presenting import waiting_lines
from daras.pages.my_work.queries import owed_by, waited_by
from daras.pages.rendering import page, worker_of
from daras.pages.services.workforce import over_line
from daras.services.caseload import over_ceiling
from daras.working_time import clock
from daras.working_time import wording as time_wording


@login_required
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What I and my team owe, by clock."""
    worker, now = worker_of(request), clock.now()
    owed = owed_by(worker)
    trail.look(worker, "list", "my-work")
    work = present(owed, worker, now, mine_only=request.GET.get("whose") == "mine")
    context = {
        "work": work,
        "waiting": waiting_lines(waited_by(worker), now),
        "afternoons": [
            (each.hub, time_wording.long_datetime(clock.local(each.starts_at))) for each in ahead_of(worker, now)
        ],
        "keeps": keeps_afternoons(worker),
        "over": [over_line(each) for each in over_ceiling(worker, now)],
    }
    return page(request, "pages/my_work.html", context)
