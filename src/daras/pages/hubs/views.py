"""The hubs: two streams side by side, area demand, shares of plans, and open afternoons (A9, A10, A13)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.agencies import load_directory
from daras.hubs import afternoons, forums, streams
from daras.hubs.models import Booking, OpenAfternoon
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.discussion.fields import Problem, fields, problems
from daras.pages.discussion.forms import Step, moment
from daras.pages.rendering import page, worker_of
from daras.pages.requests.presenting import lines
from daras.pages.services.forms import number
from daras.practice import pack_for
from daras.practice.request_definitions import RequestKind
from daras.requests.asking import members_of
from daras.requests.queries import asked_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

UNPROCESSABLE = 422


class Offer(Step):
    starts_at = moment("When?", needed="Say when it is.")
    places = number("Places")


@login_required
@require_safe
def hubs(request: HttpRequest) -> HttpResponse:
    """What early help is asked, what moves between the streams, where demand is, and who takes which part."""
    worker, now = worker_of(request), clock.now()
    policy.require(worker, "contribute")
    trail.look(worker, "list", "hubs")
    context = {
        "queue": lines(asked_of(worker), {}, now, asked_of_us=True),
        "moves": streams.moves(now),
        "demand": streams.demand(now),
        "shares": [(wording.owner(each.agency, each.team), each) for each in streams.shares()],
        "forums": [each for each in pack_for(clock.today()).requests.values() if each.forum],
    }
    return page(request, "pages/hubs/hubs.html", context)


@login_required
@require_safe
def forum(request: HttpRequest, kind_id: str) -> HttpResponse:
    """A meeting that goes through several children: who belongs to it, its agenda, and what was agreed (F5)."""
    worker, now = worker_of(request), clock.now()
    kind = pack_for(clock.today()).requests.get(kind_id)
    if kind is None or kind.forum is None:
        raise Http404
    policy.require(worker, "contribute")
    trail.look(worker, "list", f"forum {kind.id}")
    authority = load_directory().agency_at_any_time(worker.agency).authority
    context = {
        "kind": kind,
        "members": [wording.owner(each.agency, each.team or "") for each in members_of(kind, authority)],
        "items": [_item(each, kind, now) for each in forums.agenda(kind, now)],
        "signs": [
            (
                each.matter.reference,
                each.why,
                f"{reverse('request_ask', args=[kind.id])}?matter={each.matter.reference}",
            )
            for each in forums.signs(kind, now)
        ],
        "ask": reverse("request_ask", args=[kind.id]),
    }
    return page(request, "pages/hubs/forum.html", context)


def _item(item: forums.Item, kind: RequestKind, now: datetime) -> dict[str, object]:
    made = item.row.request
    agreed = f"{reverse('request_ask', args=[kind.forum.actions])}?on={made.reference}" if kind.forum else ""
    return {
        "line": lines([item.row], {}, now, asked_of_us=True)[0],
        "asks": made.asks,
        "on": item.row.stage != kind.stages[0].id,
        "forms": [
            (
                each.form_name,
                reverse("form", args=[each.reference]),
                each.band or "",
                time_wording.long_date(each.fact.recorded_at),
            )
            for each in item.forms
        ],
        "episodes": len(item.episodes),
        "held": sum(each.status == "ended" for each in item.episodes),
        "actions": lines(item.actions, {}, now, asked_of_us=False),
        "agree": agreed,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_afternoons(request: HttpRequest) -> HttpResponse:
    """Afternoons to come, with a place for oneself; for the hubs, offering one and saying who came."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    keeps = afternoons.keeps_afternoons(worker)
    form = Offer(request.POST if request.method == "POST" else None, initial={"places": "6"})
    wrong: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            afternoons.open_afternoon(worker, starts_at=said["starts_at"], places=int(said["places"]))
        except Refused as refused:
            field = refused.pointer.strip("/")
            form.add_error(field, refused.detail)
            wrong = [Problem(f"{refused.detail} {refused.remedy}", f"#id_{field}")]
        else:
            return redirect(reverse("open_afternoons"))
    elif request.method == "POST":
        wrong = problems(form)
    trail.look(worker, "list", "open-afternoons")
    context = {
        "keeps": keeps,
        "fields": fields(form),
        "problems": wrong,
        "coming": [_afternoon(each, worker.slug) for each in _afternoons() if each.starts_at > clock.now()],
        "past": [_afternoon(each, worker.slug) for each in _afternoons() if each.starts_at <= clock.now()][-10:],
        "own": worker.agency,
        "quality": [
            (wording.agency(each.agency), time_wording.long_date(each.came_on), each.before, each.after)
            for each in afternoons.before_and_after(worker)
        ],
    }
    return page(request, "pages/hubs/afternoons.html", context, status=UNPROCESSABLE if wrong else 200)


def _afternoons() -> list[OpenAfternoon]:
    return list(OpenAfternoon.objects.prefetch_related("bookings").order_by("starts_at"))  # gate: workers' own diary


def _afternoon(each: OpenAfternoon, me: str) -> dict[str, object]:
    bookings: list[Booking] = list(each.bookings.all())
    return {
        "id": each.pk,
        "agency": each.agency,
        "hub": each.hub,
        "at": time_wording.long_datetime(each.starts_at),
        "left": each.places - len(bookings),
        "mine": any(booking.worker == me for booking in bookings),
        "bookings": [(b.worker, b.worker_name, wording.owner(b.agency, b.team), b.attended) for b in bookings],
    }


@login_required
@require_POST
def book(request: HttpRequest, afternoon: int) -> HttpResponse:
    """Take a place; where none is left, the page says how many there are."""
    with suppress(Refused):
        afternoons.book(worker_of(request), afternoon)
    return redirect(reverse("open_afternoons"))


@login_required
@require_POST
def came(request: HttpRequest, afternoon: int) -> HttpResponse:
    """The hub says who came."""
    with suppress(Refused):
        afternoons.attended(worker_of(request), afternoon, request.POST.getlist("came"))
    return redirect(reverse("open_afternoons"))
