"""The directory of services, the list of one, and what becomes of it (F8, H1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from daras.access import policy, trail
from daras.access.models import Worker
from daras.agencies.directory import outward_code
from daras.design.forecast_chart import draw
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.rendering import page, worker_of
from daras.pages.requests.presenting import lines
from daras.pages.services.forms import AskForecast, Find
from daras.practice import pack_for
from daras.practice.service_definitions import Service, Wanted, matching
from daras.services import helping
from daras.services.caseload import caseloads, ceiling_of
from daras.services.commands import ask_forecast, may_forecast
from daras.services.forecast import Given
from daras.services.models import ForecastRun
from daras.services.waiting import FEW, Length, clocks_of, given_for, lengths, list_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

READ_OR_SEND = ["GET", "HEAD", "POST"]
EVERY = 4  # weeks, in the table


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in the directory."""

    service: Service
    href: str
    ask: str
    where: str
    wait: str
    needs: str


@login_required
@require_http_methods(READ_OR_SEND)
def services(request: HttpRequest) -> HttpResponse:
    """Services by what a child needs, with how long each list is.

    A child's age and postcode are sent, and stand in no address (G4).
    """
    worker = worker_of(request)
    policy.require(worker, "search")
    pack = pack_for(clock.today())
    spoken = sorted({each for service in pack.services.values() for each in service.languages})
    form = Find(
        request.POST if request.method == "POST" else None,
        needs=[(need.id, need.name) for need in pack.needs.values()],
        languages=[(each, each) for each in spoken],
    )
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    area = str(said.get("postcode") or "").upper().strip()
    wanted = Wanted(
        needs=tuple(said.get("need") or ()),
        age=said.get("age"),
        area=outward_code(area) or area,
        language=said.get("language") or "",
    )
    found = matching(pack.services.values(), wanted)
    counted = lengths(found, clock.now())
    trail.look(worker, "list", "services")
    wrong = problems(form) if form.is_bound else []
    context = {
        "fields": fields(form),
        "problems": wrong,
        "lines": [_line(worker, each, counted[each.id], request.GET.get("person", "")) for each in found],
        "searched": form.is_bound,
        "counts": any(helping.may_read(worker, each) for each in pack.services.values()),
    }
    return page(request, "pages/services/list.html", context, status=422 if wrong else 200)


def _line(worker: Worker, service: Service, length: Length, person: str) -> ServiceLine:
    query = f"?service={service.id}" + (f"&person={person}" if person else "")
    needs = pack_for(clock.today()).needs
    return ServiceLine(
        service=service,
        href=reverse("service", args=[service.id]),
        ask=reverse("request_ask", args=[service.request]) + query,
        where=wording.owner(service.agency, service.team),
        wait=_wait(worker, service, length),
        needs=wording.listed(needs[each].name for each in service.needs),
    )


def _wait(worker: Worker, service: Service, length: Length) -> str:
    """How long one waits, in words; few who wait are no number for others than the service."""
    usual = f"Usually {length.usual_days} days until it begins. " if length.usual_days is not None else ""
    if not length.waiting:
        return f"{usual}Nobody waits."
    if length.waiting < FEW and worker.agency != service.agency:
        return f"{usual}Fewer than {FEW} wait."
    late = f", {length.late} of them beyond the clock" if length.late and worker.agency == service.agency else ""
    return f"{usual}{length.waiting} wait{late}."


@login_required
@require_safe
def what_helps(request: HttpRequest) -> HttpResponse:
    """Take-up, attendance and outcome of each service by age, in rounded numbers, for those who commission (H2)."""
    worker, pack = worker_of(request), pack_for(clock.today())
    found = helping.helped(worker, pack.services.values(), pack.requests, clock.now())
    if not found:
        raise PermissionDenied("These numbers are for commissioners, and for each service of its own.")
    trail.look(worker, "list", "what helps")
    unasked = wording.listed(each.service.name for each in found if not each.asked)
    context = {"found": found, "ages": [name for _, name in helping.AGES], "unasked": unasked}
    return page(request, "pages/services/what_helps.html", context)


@login_required
@require_http_methods(READ_OR_SEND)
def service(request: HttpRequest, service_id: str) -> HttpResponse:
    """One service: its list for those who work there, its length for everybody, and the forecast."""
    worker, now = worker_of(request), clock.now()
    found = pack_for(clock.today()).services.get(service_id)
    if found is None:
        raise Http404
    length = lengths([found], now)[found.id]
    mine = may_forecast(worker, found)
    few = length.waiting < FEW and worker.agency != found.agency
    start = given_for(found, length)
    form = AskForecast(
        request.POST if request.method == "POST" else None,
        initial={"arriving": f"{start.arriving:g}", "seen": f"{start.seen:g}", "practitioners": start.practitioners},
    )
    wrong: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = Given(length.waiting, said["arriving"], said["seen"], said["practitioners"])
        try:
            ask_forecast(worker, found, given)
        except Refused as refused:
            field = refused.pointer.strip("/")
            form.add_error(field, refused.remedy)
            wrong = [Problem(f"{refused.detail} {refused.remedy}", f"#id_{field}")]
        else:
            return redirect(reverse("service", args=[found.id]))
    elif request.method == "POST":
        wrong = problems(form)
    trail.look(worker, "list", f"service {found.id}")
    rows = list_of(worker, found) if worker.agency == found.agency else []
    run = ForecastRun.objects.filter(service=found.id).order_by("-asked_at").first() if mine and not few else None
    context = {
        "line": _line(worker, found, length, ""),
        "own": worker.agency == found.agency,
        "rows": lines(rows, clocks_of(rows), now, asked_of_us=True),
        "caseloads": caseloads(worker, now) if (worker.agency, worker.team) == (found.agency, found.team) else [],
        "ceiling": ceiling_of(found.agency, found.team, clock.local_date(now)),
        "fields": fields(form),
        "problems": wrong,
        "forecasts": mine and not few,
        "few": mine and few,
        "run": _run(run) if run else None,
    }
    return page(request, "pages/services/service.html", context, status=422 if wrong else 200)


@dataclass(frozen=True, slots=True)
class RunShown:
    """A forecast in words, as a picture and as a table."""

    counted: bool
    says: str
    rests_on: str
    asked: str
    picture: Markup
    weeks: tuple[tuple[int, str, str, str], ...]


def _run(run: ForecastRun) -> RunShown:
    rests = (
        f"{run.waiting} wait, {run.arriving:g} arrive and {run.seen:g} begin in a week, "
        f"{run.practitioners} practitioner{'' if run.practitioners == 1 else 's'}"
    )
    asked = time_wording.long_datetime(run.asked_at)
    if run.made_at is None:
        return RunShown(False, "It is being counted: look again in a minute.", rests, asked, Markup(""), ())
    weeks = tuple(
        (week + 1, f"{run.low[week]:.0f}", f"{run.middle[week]:.0f}", f"{run.high[week]:.0f}")
        for week in range(0, len(run.middle), EVERY)
    )
    return RunShown(True, _says(run), rests, asked, draw(run.low, run.middle, run.high, title="How many wait"), weeks)


def _says(run: ForecastRun) -> str:
    if run.seen <= run.arriving:
        return "More arrive than begin: at these numbers the list keeps growing."
    early, middle, late = run.clears
    if middle is None:
        return "Those who wait now are not all seen within two years."
    words = f"Everybody who waits now has begun by about week {middle}"
    band = (
        f": in eight of ten cases between week {early} and {'later than two years' if late is None else f'week {late}'}"
    )
    return words + band + "."
