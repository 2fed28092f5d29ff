"""Holding matters, or all of them, against every disposal; and ending it (issue: Retention).

A hold is at once and asks nobody: whoever may review may place one. It is in the register outside the database before
it is in the database, so that an older backup that is restored does not forget it.

A case in which somebody asks what is held places holds of its own, and ends them (`hold_for`, `release_for`): whoever
reads the case reads them, and those who review what may go learn of each its number alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from daras.access import policy, trail
from daras.access.keys import encrypt
from daras.access.models import SERIAL_BITS, Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.access.session import custody, machine
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
        return _placed(worker, ground, reason.strip(), [] if everything else _matters(references))


def hold_for(worker: Worker, case: Matter, matter_ids: Iterable[int]) -> list[HoldPlaced]:
    """What a case of somebody who asks is about stays until the case is closed, whoever may see it: one hold for all
    that is not protected, read by who reads the case, and one for what each custodian keeps, read by that custodian.

    In the caller's transaction; nothing where there is nothing to hold. Raises `Refused` where the register cannot be
    written.
    """
    with custody():
        register.take_turn()
        matters = list(Matter.objects.filter(pk__in=list(matter_ids)))
        return [
            _placed(worker, HoldPlaced.Ground.SUBJECT_ACCESS, "Until the case is closed.", group, case=case)
            for group in by_keeper(matters)
        ]


def release_for(worker: Worker, case: Matter) -> list[HoldEnded]:
    """The case is closed: what it held may be reviewed again. In the caller's transaction. Raises `Refused` where the
    register cannot be written."""
    with custody():
        register.take_turn()
        return [_released(worker, hold, "The case is closed.") for hold in standing() if hold.of_case(case.pk)]


def by_keeper(matters: Iterable[Matter]) -> Iterator[list[Matter]]:
    """Matters whose hold may be read by the same people: all that is not protected, and what is, by its audience."""

    def keeper(matter: Matter) -> int:
        return matter.audience_id if matter.audience_id >> SERIAL_BITS == PROTECTED_SCOPE else 0

    for _, group in groupby(sorted(matters, key=lambda each: (keeper(each), each.pk)), key=keeper):
        yield list(group)


def read_by(matters: Sequence[Matter], case: Matter | None) -> int:
    """The audience of a hold: a protected matter's own; else that of the case for which it is, or those who keep."""
    protected = next((each for each in matters if each.audience_id >> SERIAL_BITS == PROTECTED_SCOPE), None)
    if protected is not None:
        return protected.audience_id
    return case.audience_id if case is not None else circle()


def _placed(
    worker: Worker, ground: str, reason: str, matters: Sequence[Matter], *, case: Matter | None = None
) -> HoldPlaced:
    """The register, and then the fact; everything, where no matter is named."""
    detail = HoldPlaced(
        number=random_reference("H"),
        ground=ground,
        reason=reason,
        everything=not matters,
        matter_ids=sorted(matter.pk for matter in matters),
    )
    register.write(
        "held",
        {
            "hold": detail.number,
            "ground": ground,
            "matters": " ".join(sorted(each.reference for each in matters)) or "everything",
            "agency": worker.agency,
            "by": worker.slug,
            "reason": encrypt(detail.reason),
            **({"case": case.reference} if case is not None else {}),
        },
    )
    entry = Entry(detail, read_by(matters, case), matter_id=case.pk if case is not None else None)
    append(Recording(worker.agency, worker.slug, clock.now()), [entry])
    _note(worker, detail.number, f"held: {ground}")
    return detail


def end_hold(worker: Worker, hold_id: int, *, reason: str) -> HoldEnded:
    """End a hold: what it held may be reviewed again. That of a case ends with the case. Raises `PermissionDenied` or
    `Refused`."""
    policy.require(worker, "keep-or-dispose")
    need(reason, "/reason", "Write why it need not be held any more.")
    with machine():
        register.take_turn()
        hold = HoldPlaced.objects.filter(pk=hold_id, ending__isnull=True).first()
        if hold is None or hold.audience_id != circle():
            raise Refused("no-such-hold", "", "There is no such hold, or it has ended.", "See the list.")
        return _released(worker, hold, reason.strip())


def _released(worker: Worker, hold: HoldPlaced, reason: str) -> HoldEnded:
    detail = HoldEnded(hold=hold, reason=reason)
    said = {"hold": hold.number, "agency": worker.agency, "by": worker.slug, "reason": encrypt(detail.reason)}
    register.write("released", said)
    entry = Entry(detail, hold.audience_id, matter_id=hold.fact.matter_id)
    append(Recording(worker.agency, worker.slug, clock.now()), [entry])
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
