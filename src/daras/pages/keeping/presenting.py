"""Holds, reviews and tombstones, put into words. Nothing here is about anybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from daras.access.models import Worker
from daras.keeping.models import DisposalReviewed, Disposed, HoldPlaced
from daras.keeping.queries import Kept
from daras.keeping.schedule import Ended
from daras.pages import wording
from daras.working_time import wording as time_wording

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list: in words, what is said beside it, and where it is done."""

    words: str
    said: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class KeepingPage:
    """A reviewer's page."""

    waiting: tuple[Line, ...]
    holds: tuple[Line, ...]
    disposed: tuple[Line, ...]


def keeping_page(kept: Kept, worker: Worker) -> KeepingPage:
    """What waits, what is held, what has gone."""
    return KeepingPage(
        tuple(_waiting(each, kept, worker) for each in kept.waiting),
        tuple(_hold(each, kept) for each in kept.holds),
        tuple(_disposed(each) for each in kept.disposed),
    )


def _waiting(each: Ended, kept: Kept, worker: Worker) -> Line:
    said = f"Its time ran out on {time_wording.long_date(each.ends_on)}."
    reviewed = kept.reviewed.get(each.matter.pk)
    if reviewed is None:
        return Line(each.matter.reference, said, reverse("keeping_review", args=[each.matter.reference]), "Review")
    if reviewed.reviewed_by == worker.slug:
        return Line(each.matter.reference, f"{said} You let it go: somebody else approves.")
    href = reverse("keeping_approve", args=[each.matter.reference])
    return Line(each.matter.reference, f"{said} {reviewed.reviewed_by} let it go.", href, "Approve")


def _hold(hold: HoldPlaced, kept: Kept) -> Line:
    what = "Every matter" if hold.everything else ", ".join(kept.references.get(pk, "?") for pk in hold.matter_ids)
    said = f"{HoldPlaced.Ground(hold.ground).label}. {hold.reason} Since {_at(hold)}, {hold.number}."
    return Line(what, said, reverse("keeping_end_hold", args=[hold.pk]), "End this hold")


def _disposed(each: Disposed) -> Line:
    again = " Applied again after a restore." if each.applied_again else ""
    said = f"{time_wording.long_date(each.disposed_at)}: {each.reviewed_by} reviewed, {each.approved_by} approved."
    return Line(each.number, f"{said} {each.rows_gone} rows, SHA-256 {each.digest}.{again}")


def _at(hold: HoldPlaced) -> str:
    return time_wording.long_date(hold.fact.recorded_at)


def one_ended(each: Ended, reviewed: DisposalReviewed | None = None) -> Lines:
    """A matter whose time has run out: what kept it, and what is still owed on it."""
    parts = tuple(
        (
            wording.agency(part.controller),
            f"{part.name}: until {time_wording.long_date(part.ends_on)}. {part.source} ({WHOSE[part.authority]}).",
        )
        for part in each.parts
    )
    owed = (("Still owed on it", f"{each.owed} things that nobody answered"),) if each.owed else ()
    said = (("Reviewed by", reviewed.reviewed_by), ("In their words", reviewed.reason)) if reviewed is not None else ()
    return (("Matter", each.matter.reference), *parts, *owed, *said)


#: Whose number a period is.
WHOSE = {"statute": "required by law", "guidance": "set by national guidance", "local": "local, not law"}


def one_hold(hold: HoldPlaced) -> Lines:
    """A hold in lines."""
    return (("Hold", hold.number), ("For", HoldPlaced.Ground(hold.ground).label), ("In words", hold.reason))
