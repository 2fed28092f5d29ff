"""A trail that has been written, sealed and anchored, for the tests that tamper with it."""

from __future__ import annotations

from daras.access import trail
from daras.access.models import TrailEntry
from daras.access.session import acting_as, machine
from daras.access.verifying import Report


def looks(number: int, actor: str = "duty-manager", *, first: int = 1) -> None:
    """Somebody looks at so many matters, each in a transaction of its own."""
    for each in range(first, first + number):
        with acting_as(None):
            trail.write(
                actor=actor,
                agency="cornwall-childrens-services",
                action="look",
                subject_kind="matter",
                subject_id=f"D-{each:04}",
                matter_id=each,
            )


def entries() -> list[int]:
    """The numbers of all entries, in their order."""
    with machine():
        return list(TrailEntry.objects.order_by("id").values_list("id", flat=True))


def found(report: Report) -> list[tuple[str, int, int | None]]:
    """What was found: kind, position, entry."""
    return [(finding.kind, finding.position, finding.entry_id) for finding in report.findings]
