"""The front door's desk."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.frontdoor.asked_again import asked_again
from daras.frontdoor.authorities import ours
from daras.frontdoor.desk import queue
from daras.pages.desk.presenting import asked_again_line, line
from daras.pages.my_work.presenting import duty_lines
from daras.pages.my_work.queries import doubts_owed
from daras.pages.rendering import page, worker_of
from daras.working_time import clock


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Matters with news, the most urgent first. The filters stand in the address, so that a view can be kept or
    sent."""
    worker = worker_of(request)
    if not policy.in_front_door(worker):
        raise PermissionDenied("The desk is the front door's.")
    show = "all" if request.GET.get("show") == "all" else "owed"
    authority = request.GET.get("authority", "")
    authority = authority if authority in ours() else ""
    trail.look(worker, "list", "desk")
    now, decides = clock.now(), policy.may(worker, "decide")
    found = queue(owed_only=show == "owed", authority=authority)
    doubts = doubts_owed(worker)
    context = {
        "doubts": duty_lines(doubts.duties, doubts, now),
        "lines": [line(row, now, decides=decides) for row in found.rows],
        "asked_again": [asked_again_line(each) for each in asked_again(now)],
        "total": found.total,
        "show": show,
        "authority": authority,
        "authorities": ours(),
    }
    return page(request, "pages/desk.html", context)
