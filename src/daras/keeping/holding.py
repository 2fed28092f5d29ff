"""Holding matters, or all of them, against every disposal; and ending it (issue: Retention).

A hold is at once and asks nobody: whoever may review may place one. It is in the register outside the database before
it is in the database, so that an older backup that is restored does not forget it.
"""

from __future__ import annotations

from collections.abc import Sequence

from daras.access import policy, trail
from daras.access.keys import encrypt
from daras.access.models import Worker
from daras.access.session import machine
from daras.keeping import register
from daras.keeping.circle import circle
from daras.keeping.models import HoldEnded, HoldPlaced
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matters.commands import random_reference
from daras.matters.models import Matter
from daras.working_time import clock


def place_hold(
    worker: Worker, *, ground: str, reason: str, references: Sequence[str] = (), everything: bool = False
) -> HoldPlaced:
    """Nothing of these matters, or of any, is disposed of from now. Raises `PermissionDenied`, or `Refused`: without a
    reason, for a ground or a matter that there is not, for nothing at all."""
    policy.require(worker, "keep-or-dispose")
    need(reason, "/reason", "Write which inquiry, case or request it is for.")
    if ground not in HoldPlaced.Ground.values:
        raise Refused("unknown-ground", "/ground", "There is no such ground.", "Choose one of the list.")
    with machine():
        register.take_turn()
        matters = [] if everything else _matters(references)
        detail = HoldPlaced(
            number=random_reference("H"),
            ground=ground,
            reason=reason.strip(),
            everything=everything,
            matter_ids=sorted(matter.pk for matter in matters),
        )
        register.write(
            "held",
            {
                "hold": detail.number,
                "ground": ground,
                "matters": "everything" if everything else " ".join(sorted(each.reference for each in matters)),
                "agency": worker.agency,
                "by": worker.slug,
                "reason": encrypt(detail.reason),
            },
        )
        append(Recording(worker.agency, worker.slug, clock.now()), [Entry(detail, circle())])
        _note(worker, detail.number, f"held: {ground}")
    return detail


def end_hold(worker: Worker, hold_id: int, *, reason: str) -> HoldEnded:
    """End a hold: what it held may be reviewed again. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "keep-or-dispose")
    need(reason, "/reason", "Write why it need not be held any more.")
    with machine():
        register.take_turn()
        hold = HoldPlaced.objects.filter(pk=hold_id, ending__isnull=True).first()
        if hold is None:
            raise Refused("no-such-hold", "", "There is no such hold, or it has ended.", "See the list.")
        detail = HoldEnded(hold=hold, reason=reason.strip())
        said = {"hold": hold.number, "agency": worker.agency, "by": worker.slug, "reason": encrypt(detail.reason)}
        register.write("released", said)
        append(Recording(worker.agency, worker.slug, clock.now()), [Entry(detail, hold.audience_id)])
        _note(worker, hold.number, "hold ended")
    return detail


def standing_on(matter_id: int) -> list[HoldPlaced]:
    """The holds that stand on a matter. Runs as the machine."""
    return [each for each in standing() if each.everything or matter_id in each.matter_ids]


def standing() -> list[HoldPlaced]:
    """Every hold that stands, as far as whoever looks may see."""
    return list(HoldPlaced.objects.select_related("fact").filter(ending__isnull=True).order_by("pk"))


def need(words: str, pointer: str, remedy: str) -> None:
    """Words must be there. Raises `Refused`."""
    if not words.strip():
        raise Refused("reason-missing", pointer, "The reason is missing.", remedy)


def _matters(references: Sequence[str]) -> list[Matter]:
    wanted = {each.strip().upper() for each in references if each.strip()}
    found = list(Matter.objects.filter(reference__in=wanted))
    missing = sorted(wanted - {each.reference for each in found})
    if missing:
        raise Refused("no-such-matter", "/references", f"There is no matter {missing[0]}.", "Check the reference.")
    if not found:
        raise Refused("nothing-held", "/references", "No matter is named.", "Name matters, or hold everything.")
    return found


def _note(worker: Worker, number: str, what: str) -> None:
    trail.write(
        actor=worker.slug, agency=worker.agency, action="change", subject_kind="hold", subject_id=number, reason=what
    )
