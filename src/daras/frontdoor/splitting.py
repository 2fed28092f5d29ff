"""An over-merged person comes apart: several records that are of somebody else leave the number together (A5, G2)."""

from __future__ import annotations

from collections.abc import Sequence

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.corrections import changed, matter_for, mine_to_see, undo_link
from daras.ledger.refusal import Refused
from daras.matters.commands import project
from daras.people.commands import decide_link
from daras.people.models import LinkDecided, LinkRecalled, RecordPerson


def split_person(worker: Worker, *, number: str, record_ids: Sequence[int], reason: str) -> list[LinkRecalled]:
    """These records are of another person: they get one number of their own, and whoever looked is told once.

    Each step is a decision in the ledger, so a split is undone by linking again any of the pairs that it parted. Only
    the front door may (raises `PermissionDenied`); raises `Refused` without a reason, for a record that is not theirs
    to see or not of this number, and where nobody would be left.
    """
    policy.require(worker, "confirm-match")
    first, *others = list(dict.fromkeys(record_ids)) or [0]
    person = mine_to_see(number, first)
    for record in others:
        mine_to_see(number, record)
    with machine():
        left = RecordPerson.objects.filter(person_id=person).exclude(record_id__in=record_ids).order_by("record_id")
        kept = left.first()
    if kept is None:
        raise Refused("nobody-left", "/records", "No record would be left.", "Choose those that are of somebody else.")
    recalls = undo_link(worker, number=number, record_id=first, reason=reason)
    with machine():
        matter, recording = matter_for(worker, first, kept.record_id)
        for record in others:
            for other, decision in (
                (kept.record_id, LinkDecided.Decision.UNLINK),
                (first, LinkDecided.Decision.LINK),
            ):
                decide_link(
                    recording,
                    record_id=record,
                    other_record_id=other,
                    decision=decision,
                    probability=float(decision == LinkDecided.Decision.LINK),
                    why=[reason.strip()],
                    audience_id=matter.audience_id,
                    by_person=True,
                    matter_id=matter.pk,
                )
        project(matter, recording.recorded_at)
        changed(worker, number, f"split: {len(others) + 1} records left together", matter)
    return recalls
