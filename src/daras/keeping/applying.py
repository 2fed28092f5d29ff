"""What the register outside the database says, applied to a database that is older: after a restore, or after a fault
between the register and the commit (issue: Retention, attack 11).

In the register's order: a hold that was placed since stands again, one that ended has ended, and what was disposed of
goes again, with the same two names. Who was stopped last, and a token that ended, are in force no more; nobody is let
in by it. Safe to run at any time: what is there already is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q

from daras.access import trail
from daras.access.keys import UnreadableSecret, decrypt
from daras.access.models import ApiToken, Worker
from daras.access.session import custody
from daras.access.sign_ins import end_sign_ins
from daras.keeping import register
from daras.keeping.disposing import bury
from daras.keeping.going import everything_of
from daras.keeping.holding import read_by
from daras.keeping.models import Disposed, HoldEnded, HoldPlaced
from daras.keeping.register import Written
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.working_time import clock

AUTHOR = "service:keeping"
PARTNERSHIP = "safeguarding-partnership"


@dataclass(slots=True)
class Applied:
    """How many of the register's entries had to be applied, and the matters that the database never knew."""

    held: int = 0
    released: int = 0
    disposed: int = 0
    unknown: int = 0
    stopped: int = 0
    tokens: int = 0


def apply_register() -> Applied:
    """Apply whatever the database does not hold yet, one transaction. Raises `Refused` for a register that was
    changed."""
    applied = Applied()
    left: dict[str, bool] = {}
    with custody():
        for entry in register.entries():
            match entry.kind:
                case "held":
                    applied.held += _held(entry)
                case "released":
                    applied.released += _released(entry)
                case "disposed":
                    _disposed(entry, applied)
                case "stopped" | "let-in":
                    left |= dict.fromkeys(entry.said["workers"].split(), entry.kind == "stopped")
                case "token-ended":
                    applied.tokens += _token_ended(entry)
        applied.stopped = _stopped(slug for slug, is_stopped in left.items() if is_stopped)
        if asdict(applied) != asdict(Applied(unknown=applied.unknown)):
            trail.write(
                actor=AUTHOR,
                agency="",
                action="change",
                subject_kind="register",
                reason=f"applied: {applied.held} holds, {applied.released} ended, {applied.disposed} disposals,"
                f" {applied.stopped} workers and {applied.tokens} tokens stopped",
            )
    return applied


def _held(entry: Written) -> bool:
    said = entry.said
    if HoldPlaced.objects.filter(number=said["hold"]).exists():
        return False
    everything = said["matters"] == "everything"
    known = [] if everything else list(Matter.objects.filter(reference__in=said["matters"].split()))
    matter_ids = sorted(matter.pk for matter in known)
    if not everything and not matter_ids:
        return False  # on matters that this database never knew
    detail = HoldPlaced(
        number=said["hold"],
        ground=said["ground"],
        reason=_reason(said),
        everything=everything,
        matter_ids=matter_ids,
    )
    case = Matter.objects.filter(reference=said.get("case", "")).first()
    held = Entry(detail, read_by(known, case), matter_id=case.pk if case is not None else None)
    append(_recording(said), [held])
    return True


def _released(entry: Written) -> bool:
    hold = HoldPlaced.objects.filter(number=entry.said["hold"], ending__isnull=True).first()
    if hold is None:
        return False
    detail = HoldEnded(hold=hold, reason=_reason(entry.said))
    append(_recording(entry.said), [Entry(detail, hold.audience_id, matter_id=hold.fact.matter_id)])
    return True


def _disposed(entry: Written, applied: Applied) -> None:
    said = entry.said
    if Disposed.objects.filter(number=said["disposal"]).exists():
        return
    matter = Matter.objects.filter(reference=said["matter"]).first()
    if matter is None:
        applied.unknown += 1
        return
    recording = lock([matter.pk], agency=PARTNERSHIP, author=AUTHOR)
    going = everything_of(matter)
    tombstone = Disposed(
        number=said["disposal"],
        rule=said["rule"],
        reviewed_by=said["reviewed_by"],
        approved_by=said["approved_by"],
        rows_gone=going.number,
        digest=going.digest,
        disposed_at=entry.at,
        applied_again=True,
    )
    bury(matter, tombstone, going, recording)
    applied.disposed += 1


def _stopped(slugs: Iterable[str]) -> int:
    """Whoever was stopped is stopped, wherever they are signed in."""
    found = list(Worker.objects.filter(slug__in=list(slugs), is_active=True))
    for worker in found:
        worker.is_active = False
        worker.save(update_fields=["is_active"])
        end_sign_ins(worker)
    return len(found)


def _token_ended(entry: Written) -> int:
    ends_at = datetime.fromisoformat(entry.said["ends_at"])
    later = Q(ends_at__isnull=True) | Q(ends_at__gt=ends_at)
    return ApiToken.objects.filter(later, digest=entry.said["digest"]).update(ends_at=ends_at)


def _recording(said: Mapping[str, str]) -> Recording:
    """Whose hold it is stays whose it was; it is recorded now."""
    return Recording(said["agency"], said["by"], clock.now())


def _reason(said: Mapping[str, str]) -> str:
    try:
        return decrypt(said["reason"])
    except UnreadableSecret as error:
        raise Refused("unreadable-secret", "", str(error), "Nothing was applied.") from None
