"""Workforce and caseload: each team with who works there and how much it carries (I10)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.access.models import Worker
from daras.pages import wording
from daras.pages.rendering import page, worker_of
from daras.services.waiting import caseloads
from daras.services.workforce import TeamLoad, said, team_loads
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team in words and numbers."""

    name: str
    workers: int
    roles: str
    owed: str
    overdue: str
    asked: str
    high: str
    given_to_nobody: str


@login_required
@require_safe
def workforce(request: HttpRequest) -> HttpResponse:
    """The teams of one's agency, or of all for those who count for the partnership; who has how many in one's own."""
    worker = worker_of(request)
    trail.look(worker, "list", "workforce")
    context = {
        "teams": [_line(worker, load) for load in team_loads(worker, clock.now())],
        "caseloads": caseloads(worker),
    }
    return page(request, "pages/services/workforce.html", context)


def _line(worker: Worker, load: TeamLoad) -> TeamLine:
    numbers = (load.owed, load.overdue, load.asked, load.high, load.given_to_nobody)
    roles = wording.listed(f"{count} {wording.from_slug(role)}" for role, count in sorted(load.roles.items()))
    return TeamLine(
        wording.owner(load.agency, load.team), load.workers, roles, *(said(worker, load, each) for each in numbers)
    )
