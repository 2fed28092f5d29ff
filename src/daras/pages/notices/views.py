"""Notices: what we have been told, on our page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.design.parts import Empty
from daras.pages.notices.presenting import by_day
from daras.pages.notices.queries import told_to
from daras.pages.rendering import page, worker_of
from daras.working_time import clock, wording


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices to my team and agency."""
    worker = worker_of(request)
    told = told_to(worker)
    trail.look(worker, "list", "notices")
    empty = Empty("Nobody has told your team anything yet.", checked=wording.time_of_day(clock.now()))
    return page(request, "pages/notices.html", {"days": by_day(told), "empty": empty})
