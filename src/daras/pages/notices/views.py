"""Notices: what we have been told, on our page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.design.parts import Empty
from daras.pages.notices.presenting import by_day, how_much
from daras.pages.notices.queries import counted, told_to
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.working_time import clock, wording


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices to my team and agency."""
    worker, now = worker_of(request), clock.now()
    told = told_to(worker)
    trail.look(worker, "list", "notices")
    much = None
    if policy.in_front_door(worker):
        much = how_much(counted(now), pack_for(clock.local_date(now)).ceilings.get("notices-per-referral"))
    empty = Empty("Nobody has told your team anything yet.", checked=wording.time_of_day(now))
    return page(request, "pages/notices.html", {"days": by_day(told), "empty": empty, "how_much": much})
