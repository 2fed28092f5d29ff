"""What waits for a reviewer: matters whose time has run out, holds that stand, reviews that wait for somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.keeping.circle import circle
from daras.keeping.holding import standing
from daras.keeping.models import DisposalReviewed, Disposed, HoldPlaced
from daras.keeping.schedule import Ended, ended
from daras.matters.models import Matter
from daras.practice import pack_for
from daras.practice.pack import Pack
from daras.practice.retention import Retention
from daras.working_time import clock

#: So many matters are asked about at once, the oldest first: what is left comes when these are done.
MOST = 200
#: Until this age somebody is a child: a line that counts from a birth cannot end sooner after a matter was opened.
CHILDHOOD_YEARS = 18


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reviewer's page shows. References, days and names of rules only: nothing of anybody."""

    waiting: list[Ended]
    reviewed: Mapping[int, DisposalReviewed]  # by matter: let go by one, and waiting for another
    holds: list[HoldPlaced]
    references: Mapping[int, str]
    disposed: list[Disposed]


def to_review(worker: Worker, pack: Pack | None = None) -> Kept:
    """What is to be reviewed, for who may. Somebody protected is in none of it. Raises `PermissionDenied`."""
    policy.require(worker, "keep-or-dispose")
    today = clock.today()
    with machine(blind=True):
        waiting = ended(_old_enough(pack or pack_for(today), today), pack or pack_for(today), today)
        ids = [each.matter.pk for each in waiting]
        rows = DisposalReviewed.objects.filter(fact__matter_id__in=ids).select_related("fact").order_by("pk")
        last = {int(each.fact.matter_id or 0): each for each in rows}
        holds = [each for each in standing() if each.audience_id == circle()]  # those of cases are read there
        held = {pk for hold in holds for pk in hold.matter_ids}
        references = dict(Matter.objects.filter(pk__in=held).values_list("pk", "reference"))
        disposed = list(Disposed.objects.select_related("fact").order_by("-pk")[:MOST])
    reviewed = {pk: each for pk, each in last.items() if each.decision == DisposalReviewed.Decision.DISPOSE}
    return Kept(waiting, reviewed, holds, references, disposed)


def _old_enough(pack: Pack, today: date) -> list[Matter]:
    """Those that may have ended: older than what every controller keeps of their kind, and not gone already."""
    old = Q(pk__in=[])
    for kind in Matter.objects.order_by().values_list("kind", flat=True).distinct():
        old |= Q(kind=kind, opened_at__year__lte=today.year - _fewest_years(pack.retention.values(), kind))
    gone = Disposed.objects.filter(fact__matter_id__isnull=False).values("fact__matter_id")
    return list(Matter.objects.filter(old).exclude(pk__in=gone).order_by("opened_at", "pk")[: MOST * 5])


def _fewest_years(lines: Iterable[Retention], kind: str) -> int:
    """How many years after it was opened a matter of a kind ends at the soonest, whoever its controllers are."""
    of_all = [line for line in lines if not line.agency_kinds and (not line.kinds or kind in line.kinds)]
    return max(
        (line.years if line.counts_from == "last-entry" else max(line.years - CHILDHOOD_YEARS, 0) for line in of_all),
        default=0,
    )
