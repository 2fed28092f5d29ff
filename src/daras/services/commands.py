"""Asking for a forecast, and counting those that were asked for (F8)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from daras.access import trail
from daras.access.models import Worker
from daras.access.policy import MANAGERS, WITHOUT_CHILDREN, in_front_door
from daras.access.session import machine
from daras.ledger.refusal import Refused
from daras.practice.service_definitions import Service
from daras.services.forecast import Given, forecast
from daras.services.models import ForecastRun
from daras.working_time import clock

MOST_A_WEEK, MOST_PRACTITIONERS, MOST_WAITING = 60, 60, 1_000
AUTHOR = "service:services"


def may_forecast(worker: Worker, service: Service) -> bool:
    """Whoever works for the service, whoever counts for the partnership, and the managers of a front door."""
    counts = worker.role in WITHOUT_CHILDREN or (in_front_door(worker) and worker.role in MANAGERS)
    return worker.agency == service.agency or counts


def ask_forecast(worker: Worker, service: Service, given: Given) -> ForecastRun:
    """Ask what becomes of the list with these numbers. The worker counts it within a minute.

    Raises `PermissionDenied`, or `Refused` for numbers that no list of this partnership has.
    """
    if not may_forecast(worker, service):
        raise PermissionDenied("A forecast is for the service itself and for whoever counts for the partnership.")
    if not 0 < given.seen <= MOST_A_WEEK:
        raise Refused("not-a-number", "/seen", "Say how many are seen in a week.", f"From 0.1 to {MOST_A_WEEK}.")
    if not 0 <= given.arriving <= MOST_A_WEEK:
        raise Refused("not-a-number", "/arriving", "Say how many arrive in a week.", f"From 0 to {MOST_A_WEEK}.")
    if not 1 <= given.practitioners <= MOST_PRACTITIONERS:
        raise Refused(
            "not-a-number",
            "/practitioners",
            "Say how many practitioners there are.",
            f"From 1 to {MOST_PRACTITIONERS}.",
        )
    with machine():
        run = _ask(service.id, given, worker.slug)
        trail.change(worker, "forecast", service.id, f"{given.arriving:g} arriving, {given.seen:g} seen a week")
    return run


def _ask(service: str, given: Given, by: str) -> ForecastRun:
    return ForecastRun.objects.create(
        service=service,
        waiting=min(given.waiting, MOST_WAITING),
        arriving=given.arriving,
        seen=given.seen,
        practitioners=given.practitioners,
        asked_at=clock.now(),
        asked_by=by,
    )


def count_forecasts(now: datetime, *, most: int = 3) -> int:
    """Count what was asked for and is not counted yet; returns how many. Two at a time never count the same one."""
    counted = 0
    while counted < most:
        with machine():
            waiting = ForecastRun.objects.select_for_update(skip_locked=True).filter(made_at__isnull=True)
            run = waiting.order_by("asked_at").first()
            if run is None:
                return counted
            found = forecast(Given(run.waiting, run.arriving, run.seen, run.practitioners), seed=run.pk)
            run.low = [week.low for week in found.weeks]
            run.middle = [week.middle for week in found.weeks]
            run.high = [week.high for week in found.weeks]
            run.clears, run.made_at = list(found.clears), now
            run.save()
        counted += 1
    return counted
