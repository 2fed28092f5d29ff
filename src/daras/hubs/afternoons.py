"""Open afternoons: offered by a hub, booked by anybody who refers, and what became of their referrals since (A13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, Q

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor.models import QualityChecked
from daras.hubs.models import Booking, OpenAfternoon
from daras.ledger.refusal import Refused
from daras.working_time import clock

#: Referrals of so long before and after are compared.
WINDOW = timedelta(days=90)
#: An average of fewer says more of one referral than of an agency.
FEW = 5
MOST_PLACES = 30
#: So long an afternoon lasts.
LASTS = timedelta(hours=4)
EARLY_HELP = "early help"


def keeps_afternoons(worker: Worker) -> bool:
    """Whoever works in one of the two hubs."""
    kind = load_directory().agency_at_any_time(worker.agency).kind
    return policy.in_front_door(worker) or kind == EARLY_HELP


def open_afternoon(worker: Worker, *, starts_at: datetime, places: int) -> OpenAfternoon:
    """Offer an afternoon. Raises `PermissionDenied` for others than the hubs, `Refused` for a day that is past."""
    if not keeps_afternoons(worker):
        raise PermissionDenied("The hubs offer open afternoons.")
    if starts_at <= clock.now():
        raise Refused("day-past", "/starts_at", "This day is past.", "Choose one that is to come.")
    if not 1 <= places <= MOST_PLACES:
        raise Refused("not-a-number", "/places", "Say how many may come.", f"From 1 to {MOST_PLACES}.")
    agency = load_directory().agency_at_any_time(worker.agency)
    with machine():
        made = OpenAfternoon.objects.create(
            hub=", ".join(dict.fromkeys((agency.name, agency.team(worker.team).name))),
            agency=worker.agency,
            starts_at=starts_at,
            places=places,
            opened_by=worker.slug,
        )
        _note(worker, made, "offered")
    return made


def book(worker: Worker, afternoon_id: int) -> Booking:
    """Take a place. The same worker again has the same place. Raises `Refused` where there is none left."""
    policy.require(worker, "refer")
    with machine():
        afternoon = OpenAfternoon.objects.select_for_update().filter(pk=afternoon_id).first()
        if afternoon is None or afternoon.starts_at <= clock.now():
            raise Refused("no-such-afternoon", "", "This afternoon is not offered any more.", "Choose another.")
        mine = Booking.objects.filter(afternoon=afternoon, worker=worker.slug).first()
        if mine is not None:
            return mine
        if Booking.objects.filter(afternoon=afternoon).count() >= afternoon.places:
            raise Refused("no-place-left", "", "Every place is taken.", "Choose another afternoon.")
        made = Booking.objects.create(
            afternoon=afternoon,
            agency=worker.agency,
            team=worker.team,
            worker=worker.slug,
            worker_name=worker.name,
            booked_at=clock.now(),
        )
        _note(worker, afternoon, "booked")
    return made


def attended(worker: Worker, afternoon_id: int, came: Iterable[str]) -> None:
    """The hub says who came. Raises `PermissionDenied` for others, `Refused` before it began."""
    afternoon = OpenAfternoon.objects.filter(pk=afternoon_id).first()
    if afternoon is None or not keeps_afternoons(worker) or worker.agency != afternoon.agency:
        raise PermissionDenied("The hub that offered it says who came.")
    if afternoon.starts_at > clock.now():
        raise Refused("not-yet", "", "It has not begun yet.", "Say who came afterwards.")
    there = set(came)
    with machine():
        for booking in Booking.objects.filter(afternoon=afternoon):
            booking.attended = booking.worker in there
            booking.save(update_fields=["attended"])
        _note(worker, afternoon, "who came")


def _note(worker: Worker, afternoon: OpenAfternoon, what: str) -> None:
    trail.change(worker, "open-afternoon", str(afternoon.pk), what)


def ahead_of(worker: Worker, now: datetime) -> list[OpenAfternoon]:
    """What the worker has booked and what their hub holds, until it has been; for the hub, until it has said who came:
    one query, the soonest first (A13)."""
    mine = Q(bookings__worker=worker.slug, starts_at__gte=now - LASTS)
    if keeps_afternoons(worker):
        here = Q(agency=worker.agency)
        mine |= here & Q(starts_at__gte=now - LASTS) | here & Q(
            starts_at__lt=now, bookings__attended__isnull=True, bookings__isnull=False
        )
    return list(OpenAfternoon.objects.filter(mine).distinct().order_by("starts_at", "pk"))


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """The average score of an agency's referrals in the ninety days before and after somebody of theirs came; none
    where there were too few to say."""

    agency: str
    came_on: datetime
    before: float | None
    after: float | None


def before_and_after(worker: Worker) -> list[BeforeAndAfter]:
    """For one's own agency; for the hubs, of every agency. It ranks nobody: each is compared with itself (A2, A13)."""
    rows = Booking.objects.filter(attended=True).select_related("afternoon").order_by("-afternoon__starts_at")
    if not keeps_afternoons(worker):
        rows = rows.filter(agency=worker.agency)
    visits = dict.fromkeys((row.agency, row.afternoon.starts_at) for row in rows)
    with machine():
        return [
            BeforeAndAfter(agency, at, _average(agency, at - WINDOW, at), _average(agency, at, at + WINDOW))
            for agency, at in visits
        ]


def _average(agency: str, since: datetime, until: datetime) -> float | None:
    rows = QualityChecked.objects.filter(
        fact__agency=agency, fact__recorded_at__gte=since, fact__recorded_at__lt=until
    ).aggregate(average=Avg("score"), many=Count("pk"))
    return round(rows["average"], 1) if rows["many"] >= FEW else None
