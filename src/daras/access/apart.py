"""Who is kept apart from a matter until the designated officer decides (A17). People-blind: ids and slugs alone.

The gate itself hides the matter (`access.keep_apart`), whatever was or will be granted; whoever tells, invites or asks
looks here first. It keeps nobody from acting for a child: the teams that must act are named with the agency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from daras.access.models import KeptApart, KeptApartEnd, Worker
from daras.working_time import clock


def standing(matter_ids: Collection[int]) -> list[KeptApart]:
    """Who is kept apart from these matters now, agencies first. Runs as the machine."""
    rows = KeptApart.objects.select_related("worker").filter(matter_id__in=matter_ids, end__isnull=True)
    return sorted(rows, key=lambda each: (each.worker_id is not None, each.agency, each.pk))


def keep(
    matter_id: int,
    record_id: int,
    *,
    agency: str,
    but_teams: Iterable[str] = (),
    worker: Worker | None = None,
    because: str,
    by: str,
) -> None:
    """Keep an agency, or one worker of it, apart from a matter because of whom a record is about. Once only: neither
    the same news again nor later news undoes what the designated officer decided of them."""
    KeptApart.objects.get_or_create(
        matter_id=matter_id,
        agency=agency,
        worker=worker,
        defaults={
            "record_id": record_id,
            "but_teams": sorted(but_teams),
            "because": because[:300],
            "since": clock.now(),
            "kept_by": by,
        },
    )


def let_in(kept: KeptApart, *, reason: str, by: str) -> None:
    """They may be told from now; what they are given is for others to say."""
    KeptApartEnd.objects.get_or_create(kept=kept, defaults={"ended_at": clock.now(), "reason": reason, "ended_by": by})


def is_apart(kept: Iterable[KeptApart], agency: str, team: str) -> bool:
    """Whether a team is of an agency that is kept apart. An agency without a team is meant as a whole."""
    return any(each.worker_id is None and each.agency == agency and team not in each.but_teams for each in kept)


def keeps_worker(kept: Iterable[KeptApart], worker: Worker) -> bool:
    """Whether this sign-in is kept apart, by itself or with its agency."""
    rows = list(kept)
    return any(each.worker_id == worker.pk for each in rows) or is_apart(rows, worker.agency, worker.team)
