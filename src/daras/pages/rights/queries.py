"""Cases as far as their reader may see them: by name, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from daras.access.models import Worker
from daras.duties.models import DutyState
from daras.rights.models import (
    AccessAsked,
    AccessAskedBack,
    AccessClosed,
    AccessExtended,
    AccessSaidMore,
    AccessTakenUp,
    ChildHeard,
    EntryContested,
    IdentityChecked,
    OfCase,
    PartGiven,
    PartOpened,
    PartReviewed,
)

STEPS: tuple[type[OfCase], ...] = (
    IdentityChecked, ChildHeard, AccessAskedBack, AccessSaidMore, AccessExtended, AccessClosed, AccessTakenUp,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case, what became of it, and the reader's own agency's part."""

    case: AccessAsked
    events: tuple[OfCase, ...]
    part: PartOpened | None
    owed: DutyState | None


@dataclass(frozen=True, slots=True)
class PartStory:
    """How far a part is."""

    reviews: tuple[PartReviewed, ...]
    given: PartGiven | None


def cases(worker: Worker) -> list[tuple[AccessAsked, DutyState | None]]:
    """The cases in which the reader's agency has a part that the reader sees, the soonest due first, then those that
    are over."""
    parts = {each.case_id: each for each in PartOpened.objects.filter(agency=worker.agency)}
    owed = _owed([each.reference for each in parts.values()])
    found = [
        (case, owed.get(parts[case.pk].reference))
        for case in AccessAsked.objects.select_related("fact").filter(pk__in=list(parts)).order_by("-fact_id")
    ]
    return sorted(found, key=lambda each: (each[1] is None, each[1].due_at if each[1] else each[0].received_at))


def _owed(references: list[str]) -> dict[str, DutyState]:
    rows = DutyState.objects.select_related("duty").filter(duty__reference__in=references, met_at__isnull=True)
    return {each.duty.reference: each for each in rows}


def case_story(worker: Worker, case: AccessAsked) -> CaseStory:
    """A case with all that became of it, in order."""
    events: list[OfCase] = []
    for kind in STEPS:
        events += kind._default_manager.select_related("fact").filter(case=case)
    part = PartOpened.objects.filter(case=case, agency=worker.agency).first()
    owed = _owed([part.reference]).get(part.reference) if part else None
    return CaseStory(case, tuple(sorted(events, key=lambda each: each.pk)), part, owed)


def is_closed(story: CaseStory) -> bool:
    """Whether nobody answers the case, because it was closed and not taken up since."""
    last = [each for each in story.events if isinstance(each, AccessClosed | AccessTakenUp)][-1:]
    return any(isinstance(each, AccessClosed) for each in last)


def part_story(part: PartOpened) -> PartStory:
    """What became of a part after it was decided."""
    reviews = PartReviewed.objects.select_related("fact").filter(part=part).order_by("fact_id")
    return PartStory(tuple(reviews), PartGiven.objects.filter(part=part).first())


def contested(agency: str) -> list[EntryContested]:
    """Entries of an agency that are contested and not decided, as far as the reader sees them."""
    rows = EntryContested.objects.select_related("fact", "entry").filter(decision__isnull=True)
    return list(rows.filter(entry__controller__in=[agency, "public"]).order_by("received_at"))
