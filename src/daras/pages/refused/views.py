"""What was refused on arrival, for the agency that sent it and for the front door's managers (A1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.design.parts import Empty
from daras.frontdoor.models import Quarantined
from daras.pages.refused import presenting
from daras.pages.rendering import page, worker_of
from daras.working_time import clock, wording


@login_required
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """The list, the newest first, as far as the reader's own eyes go."""
    kept = Quarantined.objects.defer("body").order_by("-pk")[: presenting.PAGE]  # gate: as far as the reader's eyes go
    lines = [presenting.line(each) for each in kept]
    trail.look(worker_of(request), "list", "refused")
    empty = Empty("Nothing that you may see was refused.", checked=wording.time_of_day(clock.now()))
    return page(request, "pages/refused/list.html", {"lines": lines, "empty": empty})


@login_required
@require_safe
def refused_one(request: HttpRequest, number: int) -> HttpResponse:
    """One of them; for anybody else it is not there."""
    kept = Quarantined.objects.filter(pk=number).first()
    if kept is None:
        raise Http404
    trail.look(worker_of(request), "quarantine", str(number))
    return page(request, "pages/refused/one.html", {"refused": presenting.document(kept)})
