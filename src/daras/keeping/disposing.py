"""Disposal: a person reviews, another approves, rows go, a tombstone without content stays (issue: Retention).

Never the machine alone: it says whose time has run out. The database asks the same again (`access.dispose`): two
people, no hold, this matter's rows. The register outside the database is written before anything commits, so that a
backup that is restored later is disposed of again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, connection

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import custody, machine
from daras.custodians.moving import Rows
from daras.keeping import register
from daras.keeping.circle import circle
from daras.keeping.going import Going, everything_of
from daras.keeping.holding import need, standing_on
from daras.keeping.models import DisposalReviewed, Disposed
from daras.keeping.schedule import Ended, ended
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, random_reference
from daras.matters.models import Matter
from daras.practice import pack_for
from daras.working_time import clock

WHERE_HELD = "End the hold first. One that is not on your list ends with what it is for."
KEEP, DISPOSE = DisposalReviewed.Decision.KEEP, DisposalReviewed.Decision.DISPOSE


def review(
    worker: Worker, reference: str, *, decision: str, reason: str, keep_until: date | None = None
) -> DisposalReviewed:
    """Say of a matter whose time has run out whether it is kept until a day, or may go when somebody else approves.

    Raises `PermissionDenied`, or `Refused`: before its time, under a hold, without a reason, without a day to come.
    """
    policy.require(worker, "keep-or-dispose")
    need(reason, "/reason", "Write what you read, and why.")
    if decision not in DisposalReviewed.Decision.values:
        raise Refused("unknown-decision", "/decision", "There is no such decision.", "Choose one of the list.")
    if decision == KEEP and (keep_until is None or keep_until <= clock.today()):
        raise Refused("no-day-to-come", "/keep_until", "The day is missing, or is over.", "Write a day to come.")
    with machine():
        found = _ended(reference)
        recording = lock([found.matter.pk], agency=worker.agency, author=worker.slug)
        detail = DisposalReviewed(
            decision=decision,
            keep_until=keep_until if decision == KEEP else None,
            reason=reason.strip(),
            rule=found.rule,
            ended_on=found.ends_on,
            reviewed_by=worker.slug,
        )
        if decision == DISPOSE:
            _refuse_where_held(found.matter)
        append(recording, [Entry(detail, circle(), matter_id=found.matter.pk)])
        _note(worker, found.matter, f"reviewed: {decision}")
    return detail


def approve(worker: Worker, reference: str) -> Disposed:
    """Approve what somebody else reviewed: the matter goes, at once and for good.

    Raises `PermissionDenied`, or `Refused`: for one's own review, under a hold, where nothing was reviewed since, where
    the register cannot be written, where another matter stands on it.
    """
    policy.require(worker, "keep-or-dispose")
    with custody():
        register.take_turn()
        with machine():
            found = _ended(reference)
        matter = found.matter
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        reviewed = reviewed_last(matter.pk)
        if reviewed is None or reviewed.decision != DISPOSE:
            raise Refused("not-reviewed", "", "Nobody has reviewed this matter to let it go.", "Review it first.")
        if reviewed.reviewed_by == worker.slug:
            raise Refused("own-review", "", "You reviewed this matter yourself.", "Somebody else approves it.")
        _refuse_where_held(matter)
        going = everything_of(matter)
        tombstone = Disposed(
            number=random_reference("Z"),
            rule=reviewed.rule,
            reviewed_by=reviewed.reviewed_by,
            approved_by=worker.slug,
            rows_gone=going.number,
            digest=going.digest,
            disposed_at=recording.recorded_at,
        )
        bury(matter, tombstone, going, recording)
        register.write("disposed", said_of(matter, tombstone))
    return tombstone


def bury(matter: Matter, tombstone: Disposed, going: Going, recording: Recording) -> None:
    """The tombstone, the trail, and then the rows. In the caller's transaction, in custody. Raises `Refused`."""
    append(recording, [Entry(tombstone, circle(), matter_id=matter.pk)])
    trail.write(
        actor=recording.author,
        agency=recording.agency,
        action="dispose",
        subject_kind="matter",
        subject_id=matter.reference,
        matter_id=matter.pk,
        reason=f"{tombstone.number}: {going.number} rows, sha256 {going.digest}",
    )
    try:
        gone = sum(_dispose(tombstone.pk, rows) for rows in going.rows)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise Refused(
            "still-needed", "", "Something that stays points at this matter, or a hold stands.", "Nothing has gone."
        ) from error
    if gone != going.number:
        raise Refused("changed-meanwhile", "", "Somebody wrote on this matter meanwhile.", "Review it again.")
    _out_of_sight(matter, tombstone.pk)


def said_of(matter: Matter, tombstone: Disposed) -> Mapping[str, str]:
    """What the register says of a disposal."""
    return {
        "disposal": tombstone.number,
        "matter": matter.reference,
        "rule": tombstone.rule,
        "reviewed_by": tombstone.reviewed_by,
        "approved_by": tombstone.approved_by,
        "rows": str(tombstone.rows_gone),
        "digest": tombstone.digest,
    }


def reviewed_last(matter_id: int) -> DisposalReviewed | None:
    """The newest review of a matter, as far as whoever looks may see."""
    rows = DisposalReviewed.objects.select_related("fact").filter(fact__matter_id=matter_id)
    return rows.order_by("-pk").first()


def _ended(reference: str) -> Ended:
    matter = Matter.objects.filter(reference=reference).first()
    found = ended([matter], pack_for(clock.today()), clock.today()) if matter else []
    if not found:
        raise Refused(
            "not-ended",
            "",
            f"{reference} is not among those whose time has run out.",
            "See the list: it says until when.",
        )
    return found[0]


def _refuse_where_held(matter: Matter) -> None:
    held = standing_on(matter.pk)
    if held:
        raise Refused("held", "", f"Hold {held[0].number} stands on {matter.reference}.", WHERE_HELD)


def _dispose(tombstone_id: int, rows: Rows) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT access.dispose(%s, %s, %s, %s)", [tombstone_id, rows.table, rows.column, list(rows.keys)]
        )
        (gone,) = cursor.fetchone()
    return int(gone)


def _out_of_sight(matter: Matter, tombstone_id: int) -> None:
    """The bare reference is for those who keep, and for nobody else any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT access.move(%s, 'matters_matter', 'id', %s, %s, %s)",
            [tombstone_id, [matter.pk], matter.audience_id, circle()],
        )


def _note(worker: Worker, matter: Matter, what: str) -> None:
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind="matter",
        subject_id=matter.reference,
        matter_id=matter.pk,
        reason=what,
    )
