"""Workforce and caseload: each team with who works there and how much it carries, and who has how many (I10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.access.models import Worker
from daras.pages import wording
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.rendering import page, worker_of
from daras.pages.requests.presenting import RequestLine, lines
from daras.pages.services.forms import OnDay
from daras.services.caseload import Over, caseloads, cases_of, ceiling_of, over_ceiling
from daras.services.workforce import TeamLoad, said, team_loads
from daras.working_time import clock
from daras.working_time import wording as time_wording


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


@dataclass(frozen=True, slots=True)
class OverLine:
    """A practitioner with more open cases than are wanted, and which those are."""

    name: str
    says: str
    source: str
    cases: tuple[tuple[RequestLine, str], ...] = ()  # each with how the service sees its risk


@login_required
@require_safe
def workforce(request: HttpRequest) -> HttpResponse:
    """The teams of one's agency, or of all for those who count for the partnership; who has how many in one's own, now
    or at the end of a day before; for its manager, who has more than is wanted."""
    worker, now = worker_of(request), clock.now()
    trail.look(worker, "list", "workforce")
    form = OnDay(request.GET if "on" in request.GET else None)
    wrong: list[Problem] = problems(form) if form.is_bound and not form.is_valid() else []
    day = form.cleaned_data.get("on") if form.is_bound and not wrong else None
    at = now if day in (None, clock.local_date(now)) else datetime.combine(day, time.max, tzinfo=clock.LONDON)
    ceiling = ceiling_of(worker.agency, worker.team, clock.local_date(at))
    found = caseloads(worker, at)
    context = {
        "teams": [_line(worker, load) for load in team_loads(worker, now)],
        "caseloads": found,
        "ceiling": ceiling,
        "over": over_lines(worker, over_ceiling(worker, now), now),
        "day": time_wording.long_date(day) if day and at != now else "",
        "asks": bool(found) or form.is_bound,
        "fields": fields(form),
        "problems": wrong,
    }
    return page(request, "pages/services/workforce.html", context, status=422 if wrong else 200)


def _line(worker: Worker, load: TeamLoad) -> TeamLine:
    numbers = (load.owed, load.overdue, load.asked, load.high, load.given_to_nobody)
    roles = wording.listed(_so_many(role, count) for role, count in sorted(load.roles.items()))
    return TeamLine(
        wording.owner(load.agency, load.team), load.workers, roles, *(said(worker, load, each) for each in numbers)
    )


def _so_many(role: str, count: int) -> str:
    name = wording.from_slug(role)
    if count == 1:
        return f"1 {name}"
    return f"{count} {name.removesuffix('fe')}ves" if name.endswith("fe") else f"{count} {name}s"


def over_line(each: Over) -> OverLine:
    """How many, against how many, and since when."""
    says = f"{each.cases} open cases; at most {each.ceiling.most} are wanted"
    return OverLine(each.name, f"{says}. Since {time_wording.long_date(each.since)}.", each.ceiling.source.name)


def over_lines(worker: Worker, over: list[Over], now: datetime) -> list[OverLine]:
    """The same with the cases, each of which opens where it can be given to somebody else."""
    rows = cases_of(worker, [each.worker for each in over]) if over else []
    found = []
    for each in over:
        theirs = [row for row in rows if row.worker == each.worker]
        shown = zip(lines(theirs, {}, now, asked_of_us=True), (row.risk for row in theirs), strict=True)
        line = over_line(each)
        found.append(OverLine(line.name, line.says, line.source, tuple(shown)))
    return found
